//! The changes of one request while it is decided: each is folded into a copy at
//! once, so that the next decision sees what the last one did.

use inbox_types::{SessionNo, Timestamp};

use crate::{Change, Content, Context, Conversation, Event, EventKind, Rejection, Session};

pub(crate) struct Draft<'a> {
    /// What the conversation has come to with the changes so far.
    pub(crate) state: Conversation,
    pub(crate) context: &'a Context,
    /// The time of all events of this request: never before the last event.
    pub(crate) at: Timestamp,
    /// The raw clock, for timers and spans.
    pub(crate) now: Timestamp,
    changes: Vec<Change>,
}

impl<'a> Draft<'a> {
    pub(crate) fn new(conversation: &Conversation, context: &'a Context, now: Timestamp) -> Self {
        Self {
            state: conversation.clone(),
            context,
            at: now.max(conversation.last_at()),
            now,
            changes: Vec::new(),
        }
    }

    pub(crate) fn record(&mut self, kind: EventKind) {
        self.record_with(kind, None);
    }

    pub(crate) fn record_with(&mut self, kind: EventKind, content: Option<Content>) {
        let session = match kind {
            EventKind::Opened { .. } => self.state.session_no().next(),
            _ => self.state.session_no(),
        };
        self.push(Event { at: self.at, session, kind }, content);
    }

    /// An event of a session that need not be the current one.
    pub(crate) fn record_of(&mut self, session: SessionNo, kind: EventKind, content: Content) {
        self.push(Event { at: self.at, session, kind }, Some(content));
    }

    pub(crate) fn into_changes(self) -> Vec<Change> {
        self.changes
    }

    /// The current or last session.
    pub(crate) fn session(&self) -> Result<&Session, Rejection> {
        self.state.session().ok_or(Rejection::State)
    }

    /// The session, which must not be over.
    pub(crate) fn open_session(&self) -> Result<&Session, Rejection> {
        let session = self.session()?;
        if session.is_open() { Ok(session) } else { Err(Rejection::Closed) }
    }

    fn push(&mut self, event: Event, content: Option<Content>) {
        self.state.fold(&event);
        self.changes.push(Change { event, content });
    }
}
