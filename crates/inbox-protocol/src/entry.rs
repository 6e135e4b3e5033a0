//! The lines of a transcript.

use inbox_types::{
    Author, AwayReason, CampaignCard, ClientId, Comment, Detection, File, Label, Language,
    LanguageSource, MemberCard, MessageText, Name, Notice, OfferKind, OfferOutcome, PageUrl, Place,
    SessionNo, Timestamp, VariantKey, Visibility, tagged,
};
use serde::{Deserialize, Serialize};

/// One line of a transcript at its place in the reader's view.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Entry<Body> {
    /// Where it stands; without a gap from 1.
    pub place: Place,
    /// When it was stored; never goes back.
    pub at: Timestamp,
    /// The session it belongs to.
    pub session: SessionNo,
    /// What it is.
    pub body: Body,
}

tagged! {
    "type", "VisitorBody":
    /// What a visitor is shown.
    pub enum VisitorBody {
        /// Somebody wrote.
        Message(Message),
        /// The message at `of` says something else now.
        Edited {
            /// The message's place.
            of: Place,
            /// Its text now; none once it was deleted after the edit.
            text: Option<MessageText>,
        },
        /// The message at `of` was withdrawn.
        Deleted {
            /// The message's place.
            of: Place,
        },
        /// Something happened.
        Notice(Notice),
        /// A line of a later version; it holds its place and shows nothing.
        #[serde(other)]
        Later,
    }
}

tagged! {
    "type", "AgentBody":
    /// What a member of the team is shown.
    pub enum AgentBody {
        /// Somebody wrote.
        Message(Message),
        /// The message at `of` says something else now.
        Edited {
            /// The message's place.
            of: Place,
            /// Its text now; none once it was deleted after the edit, or if this reader may not see it.
            text: Option<MessageText>,
        },
        /// The message at `of` was withdrawn.
        Deleted {
            /// The message's place.
            of: Place,
        },
        /// Something happened that the visitor is told too.
        Notice(Notice),
        /// Something happened that only the team is told.
        Internal(InternalNotice),
        /// Something that this reader may not see, or of a later version; it holds its place.
        #[serde(other)]
        Later,
    }
}

/// What somebody wrote.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Message {
    /// Its sender's name for it.
    pub client_id: ClientId,
    /// Who wrote it.
    pub author: Author,
    /// The agent as everybody sees them, one who answers in another inbox core too; none for visitors,
    /// bots and the system.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<MemberCard>,
    /// Who may read it. A visitor only ever receives public messages.
    #[serde(default, skip_serializing_if = "is_public")]
    pub visibility: Visibility,
    /// What was written; none if only files were sent, or once it was deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<MessageText>,
    /// What was attached.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<File>,
    /// When its text was last changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited_at: Option<Timestamp>,
    /// When it was withdrawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted_at: Option<Timestamp>,
    /// Team only: what the detector said, on visitors' messages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detection: Option<Detection>,
    /// Team only: where the conversation's language came from then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language_source: Option<LanguageSource>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_public(visibility: &Visibility) -> bool {
    *visibility == Visibility::Public
}

/// What a client needs to know of a body to keep a transcript.
pub trait EntryBody {
    /// The message, if it is one.
    fn message(&self) -> Option<&Message>;
    /// The message, if it is one.
    fn message_mut(&mut self) -> Option<&mut Message>;
    /// The place of the message that changes, and its new text.
    fn edit(&self) -> Option<(Place, Option<&MessageText>)>;
    /// The place of the message that is withdrawn.
    fn deletion(&self) -> Option<Place>;
}

macro_rules! body {
    ($body:ident: $($rest:pat_param)|+) => {
        impl EntryBody for $body {
            fn message(&self) -> Option<&Message> {
                match self {
                    Self::Message(message) => Some(message),
                    Self::Edited { .. } | Self::Deleted { .. } | $($rest)|+ => None,
                }
            }

            fn message_mut(&mut self) -> Option<&mut Message> {
                match self {
                    Self::Message(message) => Some(message),
                    Self::Edited { .. } | Self::Deleted { .. } | $($rest)|+ => None,
                }
            }

            fn edit(&self) -> Option<(Place, Option<&MessageText>)> {
                match self {
                    Self::Edited { of, text } => Some((*of, text.as_ref())),
                    Self::Message(_) | Self::Deleted { .. } | $($rest)|+ => None,
                }
            }

            fn deletion(&self) -> Option<Place> {
                match self {
                    Self::Deleted { of } => Some(*of),
                    Self::Message(_) | Self::Edited { .. } | $($rest)|+ => None,
                }
            }
        }
    };
}

body!(VisitorBody: Self::Notice(_) | Self::Later);
body!(AgentBody: Self::Notice(_) | Self::Internal(_) | Self::Later);

tagged! {
    "key", "InternalNotice":
    /// What happened, for the team only.
    pub enum InternalNotice {
        /// A session began.
        Opened {
            /// Where.
            page: Option<PageUrl>,
            /// By a campaign.
            proactive: bool,
            /// That campaign, as it was called then.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            campaign: Option<CampaignCard>,
            /// Which of its variants.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            variant: Option<VariantKey>,
        },
        /// The session waits for an agent.
        Queued {
            /// In which department.
            department: Option<Name>,
        },
        /// An agent is asked.
        Offered {
            /// Who.
            agent: MemberCard,
            /// For what.
            kind: OfferKind,
        },
        /// An offer ended without a yes.
        OfferEnded {
            /// Who.
            agent: MemberCard,
            /// For what.
            kind: OfferKind,
            /// How.
            outcome: OfferOutcome,
        },
        /// An agent joined in a way that the visitor is not told.
        Joined {
            /// Who.
            agent: MemberCard,
            /// To supervise.
            silent: bool,
        },
        /// An agent left in a way that the visitor is not told.
        Left {
            /// Who.
            agent: MemberCard,
        },
        /// Another agent owns it, and the visitor is not told.
        OwnerChanged {
            /// Who.
            agent: MemberCard,
        },
        /// An agent wrapped up.
        WrappedUp {
            /// Who.
            agent: MemberCard,
            /// Why.
            reason: Option<Label>,
            /// A remark.
            remark: Option<Comment>,
            /// It was said to hand the session over.
            #[serde(default, skip_serializing_if = "std::ops::Not::not")]
            handed_over: bool,
        },
        /// It was put aside.
        Snoozed {
            /// Until when.
            until: Option<Timestamp>,
        },
        /// It was taken up again.
        Woken,
        /// The language changed.
        LanguageChanged {
            /// To what.
            language: Language,
            /// Because of what.
            source: LanguageSource,
        },
        /// The contact's fields, tags or the session's topics changed.
        DetailsChanged {
            /// By whom; none is the visitor.
            agent: Option<MemberCard>,
        },
        /// The contact was blocked.
        Blocked {
            /// By whom.
            agent: MemberCard,
        },
        /// The contact was unblocked.
        Unblocked {
            /// By whom.
            agent: MemberCard,
        },
        /// What let the visitor's browsers in ended: nobody reads here until the visitor writes again.
        SignedOut {
            /// By whom; none is the visitor's page.
            agent: Option<MemberCard>,
        },
        /// An owner was away for too long.
        OwnerLost {
            /// Who.
            agent: MemberCard,
            /// What they said last.
            away: Option<AwayReason>,
        },
        /// A notice of a later version.
        #[serde(other)]
        Later,
    }
}
