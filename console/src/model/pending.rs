//! What an agent presses in a conversation, until the relay has it. Some deeds can wait: a tag is
//! the same tag in a minute. The others cannot, and are told to have failed instead of vanishing.

pub(super) mod pings;
pub(super) mod pressed;

use inbox_protocol::{AgentBody, ConversationView, Entry, EntryBody, FromAgent};
use inbox_types::{
    ContactDetails, ContactField, Label, Language, LanguageSource, MessageText, Place, SessionNo,
    Timestamp, TopicId,
};
use serde::{Deserialize, Serialize};

use self::{pings::Said, pressed::Presses};

/// A deed that can wait for the connection, and that does no harm if it is done twice.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "deed", rename_all = "snake_case")]
pub enum PendingAction {
    /// The contact has this tag, or no longer.
    Tag {
        /// Which one.
        tag: Label,
        /// It has.
        on: bool,
    },
    /// The session is about this, or no longer.
    Topic {
        /// Which one.
        topic: TopicId,
        /// It is.
        on: bool,
        /// Which session, for another one may have begun when it is said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        session: Option<SessionNo>,
    },
    /// The language is fixed, or found again.
    Language {
        /// Which one.
        language: Option<Language>,
    },
    /// A field of the contact says this.
    Contact {
        /// Which one.
        field: ContactField,
        /// What.
        text: String,
        /// What stood there when it was saved without a connection: what a colleague writes there
        /// meanwhile is not replaced unseen.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        base: Option<String>,
    },
    /// A sent message says this.
    Edit {
        /// Which one.
        of: Place,
        /// What.
        text: MessageText,
    },
    /// A sent message is withdrawn.
    Delete {
        /// Which one.
        of: Place,
    },
}

impl PendingAction {
    /// Whether the later one makes this one pointless.
    fn is_about_same(&self, later: &Self) -> bool {
        match (self, later) {
            (Self::Tag { tag, .. }, Self::Tag { tag: other, .. }) => tag == other,
            (Self::Topic { topic, session, .. }, Self::Topic { topic: other, session: of, .. }) => {
                (topic, session) == (other, of)
            }
            (Self::Language { .. }, Self::Language { .. }) => true,
            (Self::Contact { field, .. }, Self::Contact { field: other, .. }) => field == other,
            (Self::Edit { of, .. }, Self::Edit { of: other, .. } | Self::Delete { of: other })
            | (Self::Delete { of }, Self::Delete { of: other }) => of == other,
            (
                Self::Tag { .. }
                | Self::Topic { .. }
                | Self::Language { .. }
                | Self::Contact { .. }
                | Self::Edit { .. }
                | Self::Delete { .. },
                _,
            ) => false,
        }
    }

    /// Whether both travel in one frame.
    fn goes_with(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Tag { .. }, Self::Tag { .. }) | (Self::Contact { .. }, Self::Contact { .. }) => {
                true
            }
            (Self::Topic { session, .. }, Self::Topic { session: other, .. }) => session == other,
            (
                Self::Tag { .. }
                | Self::Topic { .. }
                | Self::Language { .. }
                | Self::Contact { .. }
                | Self::Edit { .. }
                | Self::Delete { .. },
                _,
            ) => self == other,
        }
    }

    /// Whether the conversation already is as the deed wants it.
    fn is_done(&self, view: &ConversationView, entries: &[Entry<AgentBody>]) -> bool {
        let message =
            |of: Place| entries.iter().find(|it| it.place == of).and_then(|it| it.body.message());
        match self {
            Self::Tag { tag, on } => view.contact.tags.contains(tag) == *on,
            Self::Topic { topic, on, session } => {
                let now = view.session.as_ref();
                now.map(|it| it.no) == *session
                    && now.is_some_and(|it| it.topics.contains(topic)) == *on
            }
            Self::Language { language: Some(language) } => {
                view.language_source == LanguageSource::Agent && view.language == *language
            }
            Self::Language { language: None } => view.language_source != LanguageSource::Agent,
            Self::Contact { field, text, .. } => field.of(&view.contact.details) == text.trim(),
            Self::Edit { of, text } => {
                message(*of).is_some_and(|it| it.text.as_ref() == Some(text))
            }
            Self::Delete { of } => message(*of).is_some_and(|it| it.deleted_at.is_some()),
        }
    }
}

#[derive(Clone, PartialEq, Eq, Debug)]
struct Waiting {
    action: PendingAction,
    said: Said,
}

/// What was pressed in one conversation and does not show yet.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct PendingActions {
    waiting: Vec<Waiting>,
    /// The presses that cannot wait.
    pub(super) presses: Presses,
}

impl PendingActions {
    /// Takes one in; an earlier one about the same is pointless now.
    pub fn push(&mut self, action: PendingAction) {
        self.waiting.retain(|it| !it.action.is_about_same(&action));
        self.waiting.push(Waiting { action, said: Said::No });
    }

    /// Whether one waits for the connection.
    #[must_use]
    pub fn wait(&self) -> bool {
        self.waiting.iter().any(|it| it.said == Said::No)
    }

    /// What is not known to be done.
    #[must_use]
    pub fn undone(&self) -> Vec<PendingAction> {
        self.waiting.iter().map(|it| it.action.clone()).collect()
    }

    /// What to say now that there is a connection. The ping of this number follows it.
    pub(super) fn say(&mut self, view: &ConversationView, ping: u32) -> Vec<FromAgent> {
        let mut frames: Vec<FromAgent> = Vec::new();
        let unsaid = self.waiting.iter().filter(|it| it.said == Said::No);
        for frame in unsaid.map(|it| self.frame(&it.action, view)) {
            if !frames.contains(&frame) {
                frames.push(frame);
            }
        }
        for it in &mut self.waiting {
            if it.said == Said::No {
                it.said = Said::Yes(ping);
            }
        }
        frames
    }

    fn frame(&self, action: &PendingAction, view: &ConversationView) -> FromAgent {
        match action {
            PendingAction::Tag { .. } => FromAgent::SetTags { tags: self.tags(&view.contact.tags) },
            PendingAction::Topic { session, .. } => {
                let topics = view.session.as_ref().map(|it| it.topics.clone()).unwrap_or_default();
                FromAgent::SetTopics { topics: self.topics(&topics, *session), session: *session }
            }
            PendingAction::Language { language } => {
                FromAgent::SetLanguage { language: language.clone() }
            }
            PendingAction::Contact { .. } => {
                FromAgent::SetContact { details: self.details(&view.contact.details) }
            }
            PendingAction::Edit { of, text } => FromAgent::Edit { of: *of, text: text.clone() },
            PendingAction::Delete { of } => FromAgent::Delete { of: *of },
        }
    }

    /// Takes out what was saved over a text that a colleague has replaced meanwhile: the field, what it
    /// said, and what was typed.
    pub fn overtaken(&mut self, view: &ConversationView) -> Vec<(ContactField, String, String)> {
        let mut overtaken = Vec::new();
        self.waiting.retain(|it| {
            let PendingAction::Contact { field, text, base: Some(base) } = &it.action else {
                return true;
            };
            let stands = field.of(&view.contact.details);
            let is_overtaken = it.said == Said::No && stands != base && stands != text.trim();
            if is_overtaken {
                overtaken.push((*field, base.clone(), text.clone()));
            }
            !is_overtaken
        });
        overtaken
    }

    /// The ping of this number was answered.
    pub(super) fn arrived(&mut self, ping: u32, now: Timestamp) {
        self.presses.arrived(ping, now);
        for it in &mut self.waiting {
            it.said.answered(ping, now);
        }
    }

    /// The socket is gone: what can wait and does not show waits again, for it may have arrived and not been
    /// stored. True if something could not.
    pub(super) fn lost(&mut self) -> bool {
        for it in &mut self.waiting {
            it.said = Said::No;
        }
        self.presses.lost()
    }

    /// What shows in what the relay says is done, and so is what has had its time. True if something was.
    pub(super) fn settle(
        &mut self,
        now: Timestamp,
        view: &ConversationView,
        entries: &[Entry<AgentBody>],
    ) -> bool {
        let before = self.waiting.len();
        self.waiting.retain(|it| !it.said.has_settled(now) && !it.action.is_done(view, entries));
        self.waiting.len() < before
    }

    /// The relay refused what was said first; it is taken out.
    pub fn refused(&mut self) -> Vec<PendingAction> {
        let said = |it: &Waiting| it.said != Said::No;
        let Some(first) = self.waiting.iter().find(|it| said(it)).map(|it| it.action.clone())
        else {
            return Vec::new();
        };
        let (refused, others) = std::mem::take(&mut self.waiting)
            .into_iter()
            .partition(|it| said(it) && it.action.goes_with(&first));
        self.waiting = others;
        let refused: Vec<Waiting> = refused;
        refused.into_iter().map(|it| it.action).collect()
    }

    /// The tags as they will be.
    #[must_use]
    pub fn tags(&self, now: &[Label]) -> Vec<Label> {
        let mut tags = now.to_vec();
        for it in &self.waiting {
            if let PendingAction::Tag { tag, on } = &it.action {
                toggle(&mut tags, tag, *on);
            }
        }
        tags
    }

    /// The topics as they will be.
    #[must_use]
    pub fn topics(&self, now: &[TopicId], of: Option<SessionNo>) -> Vec<TopicId> {
        let mut topics = now.to_vec();
        for it in &self.waiting {
            if let PendingAction::Topic { topic, on, session } = &it.action
                && *session == of
            {
                toggle(&mut topics, topic, *on);
            }
        }
        topics
    }

    /// The contact's fields as they will be.
    #[must_use]
    pub fn details(&self, now: &ContactDetails) -> ContactDetails {
        let mut details = now.clone();
        for it in &self.waiting {
            if let PendingAction::Contact { field, text, .. } = &it.action {
                field.set(&mut details, text);
            }
        }
        details
    }

    /// The agent's choice of a language as it will be, if one is on its way.
    #[must_use]
    pub fn language(&self) -> Option<Option<Language>> {
        self.waiting.iter().rev().find_map(|it| match &it.action {
            PendingAction::Language { language } => Some(language.clone()),
            PendingAction::Tag { .. }
            | PendingAction::Topic { .. }
            | PendingAction::Contact { .. }
            | PendingAction::Edit { .. }
            | PendingAction::Delete { .. } => None,
        })
    }

    /// What a sent message will say, if a change is on its way.
    #[must_use]
    pub fn edit_of(&self, place: Place) -> Option<&MessageText> {
        self.waiting.iter().find_map(|it| match &it.action {
            PendingAction::Edit { of, text } if *of == place => Some(text),
            PendingAction::Tag { .. }
            | PendingAction::Topic { .. }
            | PendingAction::Language { .. }
            | PendingAction::Contact { .. }
            | PendingAction::Edit { .. }
            | PendingAction::Delete { .. } => None,
        })
    }

    /// Whether this message is about to be withdrawn.
    #[must_use]
    pub fn deletes(&self, place: Place) -> bool {
        self.waiting.iter().any(|it| it.action == PendingAction::Delete { of: place })
    }
}

fn toggle<T: Clone + PartialEq>(all: &mut Vec<T>, one: &T, on: bool) {
    if !on {
        all.retain(|it| it != one);
    } else if !all.contains(one) {
        all.push(one.clone());
    }
}

/// What can wait of a frame, compared with what is shown; none if it cannot.
#[must_use]
pub(super) fn pending_of(
    frame: &FromAgent,
    tags: &[Label],
    topics: &[TopicId],
) -> Option<Vec<PendingAction>> {
    match frame {
        FromAgent::SetTags { tags: wanted } => {
            let gone = tags.iter().filter(|it| !wanted.contains(it));
            let new = wanted.iter().filter(|it| !tags.contains(it));
            let gone = gone.map(|it| PendingAction::Tag { tag: it.clone(), on: false });
            Some(
                gone.chain(new.map(|it| PendingAction::Tag { tag: it.clone(), on: true }))
                    .collect(),
            )
        }
        FromAgent::SetTopics { topics: wanted, session } => {
            let gone = topics.iter().filter(|it| !wanted.contains(it)).map(|it| (it, false));
            let new = wanted.iter().filter(|it| !topics.contains(it)).map(|it| (it, true));
            let session = *session;
            let action = |(topic, on): (&TopicId, bool)| PendingAction::Topic {
                topic: topic.clone(),
                on,
                session,
            };
            Some(gone.chain(new).map(action).collect())
        }
        FromAgent::SetLanguage { language } => {
            Some(vec![PendingAction::Language { language: language.clone() }])
        }
        FromAgent::SetContact { details } => {
            let field = |it: ContactField| PendingAction::Contact {
                field: it,
                text: it.of(details).to_owned(),
                base: None,
            };
            Some(ContactField::ALL.map(field).into())
        }
        FromAgent::Edit { of, text } => {
            Some(vec![PendingAction::Edit { of: *of, text: text.clone() }])
        }
        FromAgent::Delete { of } => Some(vec![PendingAction::Delete { of: *of }]),
        FromAgent::Hello(_)
        | FromAgent::Renew { .. }
        | FromAgent::Post { .. }
        | FromAgent::Typing { .. }
        | FromAgent::Seen { .. }
        | FromAgent::Take
        | FromAgent::Accept { .. }
        | FromAgent::Decline { .. }
        | FromAgent::Transfer { .. }
        | FromAgent::Invite { .. }
        | FromAgent::CancelOffer
        | FromAgent::Leave { .. }
        | FromAgent::Supervise
        | FromAgent::End { .. }
        | FromAgent::Ask
        | FromAgent::Wrapup { .. }
        | FromAgent::Snooze { .. }
        | FromAgent::Wake
        | FromAgent::Reopen
        | FromAgent::Block
        | FromAgent::Revoke
        | FromAgent::Unblock
        | FromAgent::Erase
        | FromAgent::SetDepartment { .. }
        | FromAgent::History { .. }
        | FromAgent::Link { .. } => None,
    }
}
