//! What was pressed in a conversation and cannot wait for a connection, until it is known to be done: what was
//! lost with its socket is said to be.

use inbox_protocol::{ConversationView, FromAgent, TransferTarget};
use inbox_types::{CloseCause, LegState, MemberId, SessionNo, SessionState, Timestamp};

use super::pings::Said;

/// One press.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Press {
    frame: FromAgent,
    fate: Fate,
    /// The conversation was not so before: that it is so later says that the press was done.
    shows: bool,
}

/// What is known of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Fate {
    Said(Said),
    /// Its socket broke after it had arrived. What the relay says on the next one tells whether it was done.
    Doubtful,
}

/// The presses that are not known to be done.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(in crate::model) struct Presses(Vec<Press>);

impl Presses {
    /// Something is pressed, and the ping of this number follows it.
    pub(in crate::model) fn push(
        &mut self,
        frame: FromAgent,
        ping: u32,
        view: Option<&ConversationView>,
        me: Option<&MemberId>,
    ) {
        let shows = view.is_some_and(|it| !is_done(&frame, it, me));
        self.0.push(Press { frame, fate: Fate::Said(Said::Yes(ping)), shows });
    }

    /// The ping of this number was answered.
    pub(in crate::model) fn arrived(&mut self, ping: u32, now: Timestamp) {
        for it in &mut self.0 {
            if let Fate::Said(said) = &mut it.fate {
                said.answered(ping, now);
            }
        }
    }

    /// What shows in what the relay says is done, and so is what has had its time.
    pub(in crate::model) fn settle(
        &mut self,
        now: Timestamp,
        view: &ConversationView,
        me: Option<&MemberId>,
    ) {
        self.0.retain(|it| {
            let late = matches!(it.fate, Fate::Said(said) if said.has_settled(now));
            !late && !it.is_done(view, me)
        });
    }

    /// The relay refused the first of them.
    pub(in crate::model) fn refused(&mut self) {
        if !self.0.is_empty() {
            self.0.remove(0);
        }
    }

    /// The socket is gone. True if something was not even sent, as far as is known.
    pub(in crate::model) fn lost(&mut self) -> bool {
        let before = self.0.len();
        self.0.retain_mut(|it| {
            let arrived = matches!(it.fate, Fate::Doubtful | Fate::Said(Said::Arrived(_)));
            it.fate = Fate::Doubtful;
            arrived
        });
        self.0.len() < before
    }

    /// The relay says how the conversation stands after a socket broke. True if something was not done.
    pub(in crate::model) fn judge(
        &mut self,
        view: &ConversationView,
        me: Option<&MemberId>,
    ) -> bool {
        let doubtful = |it: &&Press| it.fate == Fate::Doubtful;
        let undone = self.0.iter().filter(doubtful).any(|it| !it.is_done(view, me));
        self.0.retain(|it| it.fate != Fate::Doubtful);
        undone
    }
}

impl Press {
    fn is_done(&self, view: &ConversationView, me: Option<&MemberId>) -> bool {
        self.shows && is_done(&self.frame, view, me)
    }
}

/// Whether an agent has ended this session or asks the visitor first, and why is known where that was said.
/// None is the session that stands.
fn has_ended(view: &ConversationView, no: Option<SessionNo>, says_why: bool) -> bool {
    let Some(session) = &view.session else { return false };
    let no = no.unwrap_or(session.no);
    let earlier = view.earlier.iter().find(|it| it.0 == no).map(|it| it.3);
    let stands = session.no == no;
    let cause = if stands { session.closed_by } else { earlier };
    let owed = says_why && view.wrapups_due.contains(&no);
    (stands && session.still_questions) || (cause == Some(CloseCause::Agent) && !owed)
}

/// Whether the conversation is as a press of mine wants it.
pub(in crate::model) fn is_done(
    frame: &FromAgent,
    view: &ConversationView,
    me: Option<&MemberId>,
) -> bool {
    let session = view.session.as_ref();
    let state = session.map(|it| it.state);
    let offer = session.and_then(|it| it.offer.as_ref());
    let owner = session.and_then(|it| it.owner.as_ref());
    let asks = |id: &MemberId| offer.is_some_and(|it| it.agent.id == *id);
    let joined = |id: Option<&MemberId>| {
        let legs = session.into_iter().flat_map(|it| &it.legs);
        let mut joined = legs.filter(|it| it.state == LegState::Joined);
        id.is_some_and(|id| joined.any(|it| it.agent.id == *id))
    };
    match frame {
        FromAgent::Take => owner.is_some() && owner == me,
        FromAgent::Accept { offer: id } | FromAgent::Decline { offer: id } => {
            offer.is_none_or(|it| it.id != *id)
        }
        FromAgent::Transfer { to: TransferTarget::Agent(id), .. } => owner == Some(id) || asks(id),
        FromAgent::Transfer { to: TransferTarget::Department(id), .. } => {
            owner.is_none() && session.and_then(|it| it.department.as_ref()) == Some(id)
        }
        FromAgent::Invite { agent, .. } => asks(agent) || joined(Some(agent)),
        FromAgent::CancelOffer => offer.is_none(),
        FromAgent::Leave { .. } => !joined(me),
        FromAgent::Supervise => joined(me),
        FromAgent::End { session: no, reason, .. } => has_ended(view, *no, reason.is_some()),
        FromAgent::Ask => session.is_some_and(|it| it.still_questions),
        FromAgent::Wrapup { session, .. } => !view.wrapups_due.contains(session),
        FromAgent::Snooze { .. } => state == Some(SessionState::Snoozed),
        FromAgent::Wake => state != Some(SessionState::Snoozed),
        FromAgent::Reopen => state != Some(SessionState::Closed),
        FromAgent::Block => view.contact.blocked,
        FromAgent::Unblock => !view.contact.blocked,
        FromAgent::Revoke => view.signed_out,
        FromAgent::SetDepartment { department } => {
            session.and_then(|it| it.department.as_ref()) == Some(department)
        }
        // Whoever is told of another epoch is told that it is erased.
        FromAgent::Erase => false,
        // Nobody presses these, or they wait for the connection.
        FromAgent::Hello(_)
        | FromAgent::Renew { .. }
        | FromAgent::Post { .. }
        | FromAgent::Edit { .. }
        | FromAgent::Delete { .. }
        | FromAgent::Typing { .. }
        | FromAgent::Seen { .. }
        | FromAgent::SetLanguage { .. }
        | FromAgent::SetContact { .. }
        | FromAgent::SetTags { .. }
        | FromAgent::SetTopics { .. }
        | FromAgent::History { .. }
        | FromAgent::Link { .. } => true,
    }
}
