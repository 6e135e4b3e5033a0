//! The changes of one request while it is decided: each is folded into a copy at
//! once, so that the next decision sees what the last one did.

use inbox_types::{MemberCard, OfferOutcome, SessionNo, Timestamp, limits};

use crate::{
    Agent, Change, Content, Context, Conversation, Event, EventKind, Offer, Rejection, Served,
    Session,
    permission::{self, Action, SessionFacts},
};

pub(crate) struct Draft<'a> {
    /// What the conversation has come to with the changes so far.
    pub(crate) state: Conversation,
    pub(crate) context: &'a Context,
    /// The time of all events of this request: never before the last event.
    pub(crate) at: Timestamp,
    /// The raw clock, for timers and deadlines.
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

    /// An event of the current session.
    pub(crate) fn record(&mut self, kind: EventKind) {
        self.push(self.state.session_no(), kind, None);
    }

    /// An event of the current session, with what was written.
    pub(crate) fn record_with(&mut self, kind: EventKind, content: Content) {
        self.push(self.state.session_no(), kind, Some(content));
    }

    /// An event of a session that need not be the current one.
    // C6
    pub(crate) fn push(&mut self, session: SessionNo, kind: EventKind, content: Option<Content>) {
        let event = Event { at: self.at, session, kind };
        self.state.fold(&event);
        self.changes.push(Change { event, content });
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

    /// The offer that waits for its answer.
    pub(crate) fn offer(&self) -> Option<&Offer> {
        self.state.session().and_then(Session::offer)
    }

    /// The session goes elsewhere, so nobody needs to answer the offer any more.
    pub(crate) fn withdraw_offer(&mut self) {
        if let Some(offer) = self.offer().cloned() {
            self.end_offer(&offer, OfferOutcome::Cancelled);
        }
    }

    // L7
    pub(crate) fn end_offer(&mut self, offer: &Offer, outcome: OfferOutcome) {
        self.record(EventKind::OfferEnded {
            offer: offer.id.clone(),
            agent: offer.agent.clone(),
            offer_kind: offer.kind,
            from: offer.from.clone(),
            outcome,
        });
    }

    /// The owner as others see them.
    pub(crate) fn owner(&self) -> Option<MemberCard> {
        let session = self.state.session()?;
        session.leg(session.owner()?).map(|leg| leg.agent.clone())
    }

    pub(crate) fn may(&self, agent: &Agent, action: Action) -> bool {
        let facts = SessionFacts::of(&self.state);
        permission::may(agent, &facts, &self.context.workspace, action)
    }

    pub(crate) fn must(&self, agent: &Agent, action: Action) -> Result<(), Rejection> {
        if self.may(agent, action) { Ok(()) } else { Err(Rejection::Forbidden) }
    }

    /// For what concerns whose session it is: the owner needs one permission, others
    /// need the one over other people's sessions.
    // T7
    pub(crate) fn must_as_owner(&self, agent: &Agent, action: Action) -> Result<(), Rejection> {
        if self.state.owner() == Some(&agent.id) {
            self.must(agent, action)
        } else {
            self.must(agent, Action::ChangeOwner)
        }
    }

    /// A deleted site accepts nothing.
    // S13
    pub(crate) fn must_be_served(&self) -> Result<(), Rejection> {
        match self.context.served {
            Served::Yes | Served::Elsewhere => Ok(()),
            Served::Deleted => Err(Rejection::Closed),
        }
    }

    /// What is answered elsewhere alone, the desk only reads.
    // L31
    pub(crate) fn must_be_of_desk(&self) -> Result<(), Rejection> {
        match self.context.served {
            Served::Yes => Ok(()),
            Served::Deleted => Err(Rejection::Closed),
            Served::Elsewhere => Err(Rejection::State),
        }
    }

    /// A visitor who wrote as much as anybody may in a day writes no more.
    // X17
    pub(crate) fn must_not_have_written_enough(&self) -> Result<(), Rejection> {
        if !self.state.has_written_enough(self.at) {
            return Ok(());
        }
        let max = usize::try_from(limits::VISITOR_MESSAGES).unwrap_or(usize::MAX);
        Err(Rejection::TooMany { max })
    }

    /// A visitor who was signed out everywhere reads nothing here until they write again (X16).
    pub(crate) fn must_be_read(&self) -> Result<(), Rejection> {
        if self.state.is_signed_out() { Err(Rejection::NobodyReads) } else { Ok(()) }
    }

    /// Whether visitors are told who joins, leaves and answers.
    // L15
    pub(crate) fn shows_joins(&self) -> bool {
        self.context.site.show_joins
    }
}
