//! Who is asked next, and how presence changes. The desk calls this again on every event
//! that could unblock a session; nothing here remembers.

use std::collections::{BTreeMap, BTreeSet};

use inbox_types::{
    Assignment, ConversationId, DepartmentId, MemberId, OfferKind, OfferOutcome, Presence,
    Timestamp, limits,
};

use crate::{Agent, Conversation, Phase, Rejection, permission::can_answer};

/// A session that waits.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Waiting {
    pub conversation: ConversationId,
    /// Its queue; none can go to anybody.
    pub department: Option<DepartmentId>,
    /// How its queue finds an agent.
    pub assignment: Assignment,
    /// The place in the queue: see [`Session::queued_since`](crate::Session::queued_since).
    pub since: Timestamp,
    /// Who declined it since it was last queued.
    pub declined: BTreeSet<MemberId>,
}

impl Waiting {
    /// The session of a conversation, if it waits for an agent and nobody is being asked.
    #[must_use]
    // W6
    pub fn of(
        id: &ConversationId,
        conversation: &Conversation,
        assignment: Assignment,
    ) -> Option<Self> {
        let session = conversation.open_session()?;
        match session.phase {
            Phase::Queued => Some(Self {
                conversation: id.clone(),
                department: session.department.as_ref().map(|it| it.id.clone()),
                assignment,
                since: session.queued_since(),
                declined: session.declined.clone(),
            }),
            Phase::Bot { .. }
            | Phase::Offered { .. }
            | Phase::Active { .. }
            | Phase::Snoozed { .. }
            | Phase::Closed { .. } => None,
        }
    }
}

/// Somebody who could be asked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Candidate {
    pub agent: Agent,
    pub presence: Presence,
    /// Open sessions, and slots that are reserved for offers.
    pub load: u32,
    /// They are being asked something, or about to be: one question at a time.
    pub asked: bool,
    /// When they last had something to do.
    pub idle_since: Timestamp,
}

impl Candidate {
    /// Whether they have no room for another session.
    #[must_use]
    pub fn is_busy(&self, capacity: u32) -> bool {
        capacity <= self.load
    }

    // W1
    fn fits(&self, department: Option<&DepartmentId>, capacity: u32) -> bool {
        self.is_present(department) && !self.is_busy(capacity)
    }

    fn is_present(&self, department: Option<&DepartmentId>) -> bool {
        self.presence == Presence::Available
            && department.is_none_or(|it| self.agent.serves(it))
            && can_answer(&self.agent)
    }

    // W2
    fn order(&self) -> (u32, Timestamp, &MemberId) {
        (self.load, self.idle_since, &self.agent.id)
    }
}

/// Who would be asked next of those who serve a queue, or of everybody: the least loaded, then
/// the longest idle. None if nobody is available and has room.
#[must_use]
pub fn available<'a>(
    department: Option<&DepartmentId>,
    candidates: &'a [Candidate],
    capacity: u32,
) -> Option<&'a Candidate> {
    let fitting = candidates.iter().filter(|it| it.fits(department, capacity));
    fitting.min_by_key(|it| it.order())
}

/// Who is there for a queue, or for everybody, whether or not they have room.
pub fn present<'a>(
    department: Option<&'a DepartmentId>,
    candidates: &'a [Candidate],
) -> impl Iterator<Item = &'a Agent> {
    candidates.iter().filter(move |it| it.is_present(department)).map(|it| &it.agent)
}

/// Who is asked next: the least loaded, then the longest idle. None if nobody can be
/// asked now, or if the queue is not one that asks.
#[must_use]
pub fn next<'a>(
    waiting: &Waiting,
    candidates: &'a [Candidate],
    capacity: u32,
) -> Option<&'a Candidate> {
    askable(waiting, candidates, capacity).filter(|it| !it.asked).min_by_key(|it| it.order())
}

/// Who can be asked for it, now or once they have answered what they are asked before.
// W3
fn askable<'a>(
    waiting: &Waiting,
    candidates: &'a [Candidate],
    capacity: u32,
) -> impl Iterator<Item = &'a Candidate> {
    let asks = match waiting.assignment {
        Assignment::Manual => false,
        Assignment::Offer => true,
    };
    candidates
        .iter()
        .filter(move |_| asks)
        .filter(move |it| it.fits(waiting.department.as_ref(), capacity))
        .filter(move |it| !waiting.declined.contains(&it.agent.id))
}

/// Whom to ask for all that wait, the longest wait first. Nobody is asked two things at once: who
/// has an offer before them is asked for the next session when that is over.
#[must_use]
// W5, W10
pub fn plan(
    waiting: &[Waiting],
    candidates: &[Candidate],
    capacity: u32,
) -> BTreeMap<ConversationId, MemberId> {
    let mut candidates = candidates.to_vec();
    let mut queue: Vec<&Waiting> = waiting.iter().collect();
    queue.sort_by_key(|waiting| (waiting.since, &waiting.conversation));
    let mut offers = BTreeMap::new();
    for waiting in queue {
        let Some(asked) = next(waiting, &candidates, capacity).map(|it| it.agent.id.clone()) else {
            continue;
        };
        for candidate in candidates.iter_mut().filter(|it| it.agent.id == asked) {
            candidate.load += 1;
            candidate.asked = true;
        }
        offers.insert(waiting.conversation.clone(), asked);
    }
    offers
}

/// Whether everybody of the queue is told that a session waits: in queues that do not ask
/// one agent at a time, and when nobody can be asked, not even later.
#[must_use]
// W4
pub fn tells_everybody(waiting: &Waiting, candidates: &[Candidate], capacity: u32) -> bool {
    askable(waiting, candidates, capacity).next().is_none()
}

/// What an agent may choose to be. The rest is the desk's to say.
///
/// # Errors
///
/// For RONA and offline, which nobody chooses.
// W7
pub fn choose(presence: Presence) -> Result<Presence, Rejection> {
    match presence {
        Presence::Available | Presence::Away(_) => Ok(presence),
        Presence::Rona | Presence::Offline => Err(Rejection::Forbidden),
    }
}

/// What an agent is once an offer to them has ended. Who was available and did not answer the desk
/// is in RONA until they choose something else. A colleague's question changes nobody's
/// presence: it may come while they are away.
#[must_use]
// W8
pub fn after_offer(chosen: Presence, kind: OfferKind, outcome: OfferOutcome) -> Presence {
    match (kind, outcome, chosen) {
        (OfferKind::Assign, OfferOutcome::Rona, Presence::Available) => Presence::Rona,
        (
            OfferKind::Assign | OfferKind::Transfer | OfferKind::Conference,
            OfferOutcome::Rona
            | OfferOutcome::Accepted
            | OfferOutcome::Declined
            | OfferOutcome::Cancelled,
            _,
        ) => chosen,
    }
}

/// How an agent is: what was chosen, unless the connection has been lost for too long.
/// Coming back brings back what was chosen, RONA included.
#[must_use]
// W9
pub fn presence(chosen: Presence, lost_at: Option<Timestamp>, now: Timestamp) -> Presence {
    match lost_at {
        Some(lost_at) if limits::OFFLINE_AFTER < now.since(lost_at) => Presence::Offline,
        Some(_) | None => chosen,
    }
}
