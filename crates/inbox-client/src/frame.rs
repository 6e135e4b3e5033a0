//! The part of the wire that concerns a transcript, the same for visitors and
//! agents. Everything else in a frame is handed back to whoever shows it.

use inbox_protocol::{
    AgentBody, AgentHello, Entry, FromAgent, FromVisitor, Refusal, ToAgent, ToVisitor, VERSION,
    VisitorBody, VisitorHello,
};
use inbox_types::{ClientId, Language, MemberCard, Place, Timestamp};

use crate::NewMessage;

/// What the relay said about the transcript.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Frame<Body> {
    /// The first answer to hello.
    Welcome {
        /// The epoch of the conversation.
        epoch: u32,
        /// What the other side has seen.
        seen: Place,
        /// What this reader has seen, here or in another browser.
        seen_by_me: Place,
    },
    /// What was missed, oldest first.
    Entries(Vec<Entry<Body>>),
    /// The answer to hello is complete.
    Ready {
        /// The last place.
        head: Place,
    },
    /// Something was stored.
    Entry(Entry<Body>),
    /// A message has its place.
    Ack {
        /// Which message.
        client_id: ClientId,
        /// Its place.
        place: Place,
        /// When it was stored.
        at: Timestamp,
    },
    /// The page before what the browser has.
    History(Vec<Entry<Body>>),
    /// Somebody is typing, or stopped.
    Typing {
        /// The agent; none is the visitor.
        who: Option<MemberCard>,
        /// Whether it goes on.
        on: bool,
    },
    /// The other side has seen everything up to here.
    Seen {
        /// The last place seen.
        place: Place,
    },
    /// This reader has seen everything up to here, in another tab or browser.
    SeenByMe {
        /// The last place seen.
        place: Place,
    },
    /// A message is refused.
    Refused {
        /// Which message.
        client_id: ClientId,
        /// Why.
        reason: Refusal,
    },
}

impl Frame<VisitorBody> {
    /// Splits what the relay said to a visitor: the transcript's part for
    /// [`Client::handle`](crate::Client::handle), and what is left to show.
    /// A welcome is both.
    #[must_use]
    pub fn of_visitor(frame: ToVisitor) -> (Option<Self>, Option<ToVisitor>) {
        let ours = match frame {
            ToVisitor::Welcome(welcome) => {
                let ours = Self::Welcome {
                    epoch: welcome.epoch,
                    seen: welcome.seen,
                    seen_by_me: welcome.seen_by_me,
                };
                return (Some(ours), Some(ToVisitor::Welcome(welcome)));
            }
            ToVisitor::Entries { entries } => Self::Entries(entries),
            ToVisitor::Ready { head } => Self::Ready { head },
            ToVisitor::Entry { entry } => Self::Entry(entry),
            ToVisitor::Ack { client_id, place, at } => Self::Ack { client_id, place, at },
            ToVisitor::Typing { agent, on } => Self::Typing { who: Some(agent), on },
            ToVisitor::Seen { place } => Self::Seen { place },
            ToVisitor::SeenByMe { place } => Self::SeenByMe { place },
            ToVisitor::History { entries } => Self::History(entries),
            ToVisitor::Refused { client_id: Some(client_id), reason } => {
                Self::Refused { client_id, reason }
            }
            rest @ (ToVisitor::Session { .. }
            | ToVisitor::Link { .. }
            | ToVisitor::Language { .. }
            | ToVisitor::Token { .. }
            | ToVisitor::Refused { client_id: None, .. }
            | ToVisitor::Unknown) => return (None, Some(rest)),
        };
        (Some(ours), None)
    }
}

impl Frame<AgentBody> {
    /// Splits what the relay said to an agent: the transcript's part for
    /// [`Client::handle`](crate::Client::handle), and what is left to show.
    /// A welcome is both.
    #[must_use]
    pub fn of_agent(frame: ToAgent) -> (Option<Self>, Option<ToAgent>) {
        let ours = match frame {
            ToAgent::Welcome(welcome) => {
                let ours = Self::Welcome {
                    epoch: welcome.epoch,
                    seen: welcome.seen,
                    seen_by_me: welcome.seen_by_me,
                };
                return (Some(ours), Some(ToAgent::Welcome(welcome)));
            }
            ToAgent::Entries { entries } => Self::Entries(entries),
            ToAgent::Ready { head } => Self::Ready { head },
            ToAgent::Entry { entry } => Self::Entry(entry),
            ToAgent::Ack { client_id, place, at } => Self::Ack { client_id, place, at },
            ToAgent::Typing { agent, on } => Self::Typing { who: agent, on },
            ToAgent::Seen { place } => Self::Seen { place },
            ToAgent::SeenByMe { place } => Self::SeenByMe { place },
            ToAgent::History { entries } => Self::History(entries),
            ToAgent::Refused { client_id: Some(client_id), reason } => {
                Self::Refused { client_id, reason }
            }
            rest @ (ToAgent::Conversation { .. }
            | ToAgent::Visits { .. }
            | ToAgent::Link { .. }
            | ToAgent::Refused { client_id: None, .. }
            | ToAgent::Unknown) => return (None, Some(rest)),
        };
        (Some(ours), None)
    }
}

/// What the client says to the relay.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Say {
    /// The first frame on a socket.
    Hello {
        /// The epoch of what the browser has; 0 if it has nothing.
        epoch: u32,
        /// The last place that the browser has.
        after: Option<Place>,
    },
    /// A message.
    Post {
        /// Its name.
        client_id: ClientId,
        /// What was written.
        draft: NewMessage,
    },
    /// This person is typing, or stopped.
    Typing {
        /// Whether it goes on.
        on: bool,
    },
    /// Everything up to here was on screen.
    Seen {
        /// The last place seen.
        place: Place,
    },
    /// Asks for the page before `before`.
    History {
        /// The first place that the browser has.
        before: Place,
    },
}

impl Say {
    /// The frame, said by a visitor whose browser has these languages.
    #[must_use]
    pub fn by_visitor(self, languages: &[Language]) -> FromVisitor {
        match self {
            Self::Hello { epoch, after } => FromVisitor::Hello(VisitorHello {
                version: VERSION,
                epoch,
                after,
                languages: languages.to_vec(),
            }),
            Self::Post { client_id, draft } => FromVisitor::Post {
                client_id,
                text: draft.text,
                files: draft.files.into_iter().map(|it| it.id).collect(),
                context: draft.context,
            },
            Self::Typing { on } => FromVisitor::Typing { on },
            Self::Seen { place } => FromVisitor::Seen { place },
            Self::History { before } => FromVisitor::History { before },
        }
    }

    /// The frame, said by an agent.
    #[must_use]
    pub fn by_agent(self) -> FromAgent {
        match self {
            Self::Hello { epoch, after } => {
                FromAgent::Hello(AgentHello { version: VERSION, epoch, after })
            }
            Self::Post { client_id, draft } => FromAgent::Post {
                client_id,
                visibility: draft.visibility,
                text: draft.text,
                files: draft.files.into_iter().map(|it| it.id).collect(),
            },
            Self::Typing { on } => FromAgent::Typing { on },
            Self::Seen { place } => FromAgent::Seen { place },
            Self::History { before } => FromAgent::History { before },
        }
    }
}
