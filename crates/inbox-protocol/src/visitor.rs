//! A visitor's socket.

use inbox_types::{
    ClientId, CloseCause, Comment, ContactDetails, ContactId, FileId, Language, MemberCard,
    MessageText, Place, SessionNo, SessionState, StartContext, Timestamp, Visit, tagged,
};
use serde::{Deserialize, Serialize};

use crate::{Entry, Refusal, VisitorBody};

/// What a visitor's widget may say.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum FromVisitor {
    /// The first frame on every socket.
    Hello(VisitorHello),
    /// A message: a text, files, or both. Sending the same `client_id` twice is harmless:
    /// the answer is the first `Ack` again, even with other content.
    Post {
        /// Minted where it was typed.
        client_id: ClientId,
        /// What was written.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        text: Option<MessageText>,
        /// What was uploaded for it, at most [`FILES_PER_MESSAGE`](inbox_types::limits::FILES_PER_MESSAGE).
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        files: Vec<FileId>,
        /// Where it was written; used if it opens a session.
        #[serde(default)]
        context: StartContext,
    },
    /// The visitor is typing, or stopped. Renewed while it goes on; stored nowhere.
    Typing {
        /// Whether it goes on.
        on: bool,
    },
    /// Everything up to here was on screen.
    Seen {
        /// The last place seen.
        place: Place,
    },
    /// Pages visited since the last report.
    Visits {
        /// Oldest first.
        visits: Vec<Visit>,
    },
    /// The visitor ends the session.
    End,
    /// The answer to "Do you still have questions?".
    Answer {
        /// Whether there are more questions.
        more: bool,
    },
    /// How the session was.
    Rate {
        /// Which session.
        session: SessionNo,
        /// 1 to 5.
        stars: u8,
        /// A remark.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        comment: Option<Comment>,
    },
    /// What the page knows of the visitor (`prefill`). Never overwrites what an agent typed.
    Profile {
        /// Name, e-mail, telephone; other fields are ignored.
        details: ContactDetails,
    },
    /// The visitor chose a language for the interface and the system messages.
    SetLanguage {
        /// Which one.
        language: Language,
    },
    /// Asks for the page before `before`.
    History {
        /// The first place that the browser has.
        before: Place,
    },
    /// Asks for the address of a file in this conversation.
    Link {
        /// Which file.
        file: FileId,
    },
}

/// Who says hello, and what they have.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VisitorHello {
    /// The sender's [`VERSION`](crate::VERSION).
    pub version: u16,
    /// The epoch of what the browser has; 0 if it has nothing.
    pub epoch: u32,
    /// The last place that the browser has without a gap; none asks for the newest page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Place>,
    /// The browser's languages, most wanted first.
    #[serde(default)]
    pub languages: Vec<Language>,
}

tagged! {
    "type", "ToVisitor":
    /// What the relay may say to a visitor.
    pub enum ToVisitor {
        /// The first answer to hello.
        Welcome(VisitorWelcome),
        /// What the browser missed, oldest first; several frames if it is long.
        Entries {
            /// The lines.
            entries: Vec<Entry<VisitorBody>>,
        },
        /// The answer to hello is complete: the browser has everything up to `head` and
        /// may now resend what is still unplaced.
        Ready {
            /// The last place.
            head: Place,
        },
        /// Something was stored.
        Entry {
            /// The line.
            entry: Entry<VisitorBody>,
        },
        /// A message has its place. A repeat gets the first answer again.
        Ack {
            /// Which message.
            client_id: ClientId,
            /// Its place.
            place: Place,
            /// When it was stored.
            at: Timestamp,
        },
        /// The session as it stands now; replaces what was known.
        Session {
            /// None before the first message.
            session: Option<VisitorSession>,
        },
        /// An agent is typing, or stopped.
        Typing {
            /// Who.
            agent: MemberCard,
            /// Whether it goes on.
            on: bool,
        },
        /// The team has seen everything up to here.
        Seen {
            /// The last place seen.
            place: Place,
        },
        /// This visitor has seen everything up to here, in another tab or browser.
        SeenByMe {
            /// The last place seen.
            place: Place,
        },
        /// The page before what the browser has, oldest first.
        History {
            /// The lines; if the first is at place 1, or there is none, there is nothing before.
            entries: Vec<Entry<VisitorBody>>,
        },
        /// Where a file can be fetched for the next minutes.
        Link {
            /// Which file.
            file: FileId,
            /// Its address on the files host.
            url: String,
        },
        /// The language of system messages, when it changes.
        Language {
            /// Which one.
            language: Language,
        },
        /// A newer token; the old one is forgotten.
        Token {
            /// The token.
            token: String,
        },
        /// The relay does not do what was asked.
        Refused {
            /// The message that was refused, if it was one.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            client_id: Option<ClientId>,
            /// Why.
            reason: Refusal,
        },
        /// A frame of a later version. Readers skip it.
        #[serde(other)]
        Unknown,
    }
}

/// What a browser must know before the first line.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct VisitorWelcome {
    /// The version both speak from now on.
    pub version: u16,
    /// The epoch of the conversation. If the browser's is older, history was erased:
    /// it drops what it has (but not what it has not sent) and says so.
    pub epoch: u32,
    /// Who the visitor is.
    pub contact: ContactId,
    /// The relay's clock.
    pub now: Timestamp,
    /// The language of system messages.
    pub language: Language,
    /// What the team has seen.
    pub seen: Place,
    /// The last place that this visitor had seen, in any browser.
    #[serde(default)]
    pub seen_by_me: Place,
    /// The session, if there ever was one.
    pub session: Option<VisitorSession>,
}

/// A session as its visitor sees it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct VisitorSession {
    /// Which one.
    pub no: SessionNo,
    /// Where it stands. `offered` is shown as `queued`.
    pub state: SessionState,
    /// Why it is over, if it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_by: Option<CloseCause>,
    /// Who takes part, owner first.
    pub agents: Vec<MemberCard>,
    /// "Do you still have questions?" waits for an answer.
    pub still_questions: bool,
    /// The rating card.
    pub rating: RatingView,
}

/// The rating card of a session.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RatingView {
    /// Not asked for.
    None,
    /// Asked for.
    Asked,
    /// Asked for, and no new session before it is given (D-mandatory-rating).
    Mandatory,
    /// Given.
    Given,
    /// A state of a later version.
    #[serde(other)]
    Later,
}
