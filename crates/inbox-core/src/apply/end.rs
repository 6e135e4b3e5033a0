//! The end of a session and what follows: the last question, wrap-up, rating.

use inbox_types::{
    CloseCause, Comment, Label, LegState, MemberCard, MemberId, SessionNo, SessionState,
};

use crate::{
    Actor, Agent, Asking, ClosedLeg, Content, EventKind, Leg, LegPart, Phase, Question, QueueCause,
    Rating, RatingCard, Rejection, Served, Session,
    apply::{draft::Draft, ownership},
    permission::Action,
};

/// Somebody ends the session.
// E1
pub(super) fn end(
    draft: &mut Draft<'_>,
    by: Actor,
    ask: Asking,
    reason: Option<Label>,
) -> Result<(), Rejection> {
    match by {
        Actor::Visitor => {
            draft.open_session()?;
            close(draft, CloseCause::Customer, None, None);
            Ok(())
        }
        Actor::Bridge(_) => {
            draft.open_session()?;
            close(draft, CloseCause::Agent, None, None);
            Ok(())
        }
        Actor::Agent(agent) => by_agent(draft, &agent, ask, reason),
        Actor::Bot(_) | Actor::Desk | Actor::Timer => Err(Rejection::Forbidden),
    }
}

// E2, E3, E4, E13
fn by_agent(
    draft: &mut Draft<'_>,
    agent: &Agent,
    ask: Asking,
    reason: Option<Label>,
) -> Result<(), Rejection> {
    draft.must(agent, Action::End)?;
    let session = draft.session()?;
    let asks = match session.state() {
        SessionState::Bot | SessionState::Queued | SessionState::Snoozed => {
            must_be_answered_here(draft)?;
            false
        }
        SessionState::Offered => return Err(Rejection::State),
        SessionState::Active => asks_first(draft, ask),
        SessionState::Closed => return finish_deleted(draft, agent, reason),
    };
    let is_others = session.owner().is_some() && !session.has_participant(&agent.id);
    if is_others {
        draft.must(agent, Action::ChangeOwner)?;
    }
    if draft.context.site.topic_mandatory && has_no_topic(draft, session) {
        return Err(Rejection::TopicRequired);
    }
    if draft.context.site.wrapup_reason_required && reason.is_none() {
        return Err(Rejection::ReasonRequired);
    }
    if asks {
        return put_question(draft, agent, true, reason);
    }
    close(draft, CloseCause::Agent, Some(agent.card()), reason);
    Ok(())
}

/// Whether nobody has said what it is about, or only what nobody can read any more.
fn has_no_topic(draft: &Draft<'_>, session: &Session) -> bool {
    session.topics.iter().all(|it| draft.context.lost_topics.contains(it))
}

/// With the site's setting on, an agent's end asks first, unless told not to (D-closing-question), or nobody would
/// read the question.
// Q1, Q7
fn asks_first(draft: &Draft<'_>, ask: Asking) -> bool {
    match ask {
        Asking::First => draft.context.site.ask_still_questions && !draft.state.is_signed_out(),
        Asking::Never => false,
    }
}

/// The site was deleted: all that is left to the agent is to say how it went.
// E12
fn finish_deleted(
    draft: &mut Draft<'_>,
    agent: &Agent,
    reason: Option<Label>,
) -> Result<(), Rejection> {
    match draft.session()?.closed() {
        Some((CloseCause::AssetDeleted, _)) => {
            let no = draft.state.session_no();
            wrap_up(draft, agent, no, reason, None)
        }
        Some((
            CloseCause::Agent
            | CloseCause::Customer
            | CloseCause::Inactivity
            | CloseCause::Solved
            | CloseCause::Blocked,
            _,
        ))
        | None => Err(Rejection::Closed),
    }
}

/// What is answered elsewhere alone is ended there.
// L31
fn must_be_answered_here(draft: &Draft<'_>) -> Result<(), Rejection> {
    match draft.context.served {
        Served::Yes | Served::Deleted => Ok(()),
        Served::Elsewhere => Err(Rejection::State),
    }
}

/// "Do you still have questions?" without ending.
// Q6
pub(super) fn ask(draft: &mut Draft<'_>, agent: &Agent) -> Result<(), Rejection> {
    draft.must(agent, Action::Ask)?;
    draft.must_be_of_desk()?;
    let session = draft.open_session()?;
    match session.phase {
        Phase::Active { .. } if draft.context.site.ask_still_questions => (),
        Phase::Active { .. }
        | Phase::Bot { .. }
        | Phase::Queued
        | Phase::Offered { .. }
        | Phase::Snoozed { .. } => return Err(Rejection::State),
        Phase::Closed { .. } => return Err(Rejection::Closed),
    }
    if !session.has_participant(&agent.id) {
        return Err(Rejection::Forbidden);
    }
    draft.must_be_read()?;
    put_question(draft, agent, false, None)
}

// Q5
fn put_question(
    draft: &mut Draft<'_>,
    agent: &Agent,
    closing: bool,
    reason: Option<Label>,
) -> Result<(), Rejection> {
    match draft.open_session()?.question {
        Question::NotAsked => (),
        Question::Asked { .. } | Question::Answered => return Err(Rejection::AlreadyAsked),
    }
    let held_reason = reason.is_some();
    let content = reason.map(|reason| Content::Wrapup { reason: Some(reason), remark: None });
    let session = draft.state.session_no();
    draft.push(session, EventKind::Asked { by: agent.card(), closing, held_reason }, content);
    Ok(())
}

/// The visitor answers: no ends the session, yes goes on (D-closing-question).
// Q2, Q3, Q9
pub(super) fn answer(draft: &mut Draft<'_>, more: bool) -> Result<(), Rejection> {
    let question = draft.open_session()?.question.clone();
    let (by, held) = match question {
        Question::Asked { by, held_reason, .. } => (by, held_reason),
        Question::NotAsked | Question::Answered => return Err(Rejection::State),
    };
    draft.record(EventKind::Answered { more });
    if !more {
        close(draft, CloseCause::Solved, None, None);
        release(draft, by, held);
    } else if draft.context.owner_presence.is_gone() {
        ownership::requeue(draft, QueueCause::MoreQuestions);
    }
    Ok(())
}

/// Nobody answered the question in time: the agent's end stands (D-closing-question).
// Q4
pub(super) fn unanswered(draft: &mut Draft<'_>) {
    let question = draft.state.session().map(|session| session.question.clone());
    if let Some(Question::Asked { by, held_reason, .. }) = question {
        close(draft, CloseCause::Agent, Some(by.clone()), None);
        release(draft, by, held_reason);
    }
}

/// A reason that was given when ending counts from now on.
fn release(draft: &mut Draft<'_>, agent: MemberCard, held: Option<inbox_types::Seq>) {
    if held.is_some() {
        let of = draft.state.session_no();
        draft.record(EventKind::WrappedUp { agent, of, held, handed_over: false });
    }
}

/// Closes the session because the visitor has not answered for as long as the site allows.
// E8
pub(super) fn by_inactivity(draft: &mut Draft<'_>) {
    close(draft, CloseCause::Inactivity, None, None);
}

/// Closes the open session, if there is one, because its site was deleted.
// E9
pub(super) fn delete_site(draft: &mut Draft<'_>) {
    if draft.open_session().is_ok() {
        close(draft, CloseCause::AssetDeleted, None, None);
    }
}

/// The session is over, whatever it was.
pub(super) fn close(
    draft: &mut Draft<'_>,
    cause: CloseCause,
    by: Option<MemberCard>,
    reason: Option<Label>,
) {
    draft.withdraw_offer();
    let Some(session) = draft.state.session() else { return };
    let said = reason.as_ref().and(by.as_ref()).map(|card| card.id.clone());
    let legs =
        session.joined().map(|leg| closed_leg(draft, session, leg, cause, said.as_ref())).collect();
    let rating = rating_card(draft, session, cause);
    draft.record(EventKind::Closed { cause, by: by.clone(), legs, rating });
    if let (Some(agent), Some(reason)) = (by, reason) {
        record_wrapup(draft, agent, Some(reason), false);
    }
}

// E5, E6, E7
fn closed_leg(
    draft: &Draft<'_>,
    session: &Session,
    leg: &Leg,
    cause: CloseCause,
    said: Option<&MemberId>,
) -> ClosedLeg {
    let agent = leg.agent.id.clone();
    let is_open = match leg.part {
        LegPart::Open => true,
        LegPart::Silent => false,
    };
    let site = &draft.context.site;
    let owns = session.owner() == Some(&agent);
    let overdue = is_open
        && owns
        && cause != CloseCause::Agent
        && site.topic_mandatory
        && has_no_topic(draft, session);
    let due = match cause {
        CloseCause::Customer | CloseCause::AssetDeleted => true,
        CloseCause::Agent | CloseCause::Inactivity | CloseCause::Solved | CloseCause::Blocked => {
            site.wrapup_reason_required && said != Some(&agent)
        }
    };
    let leg = if is_open && (due || overdue) { LegState::Wrapup } else { LegState::Left };
    ClosedLeg { agent, leg, overdue }
}

/// The rating follows the close.
// R1, R5
fn rating_card(draft: &Draft<'_>, session: &Session, cause: CloseCause) -> RatingCard {
    let asks = match cause {
        CloseCause::Agent | CloseCause::Customer | CloseCause::Inactivity | CloseCause::Solved => {
            true
        }
        CloseCause::AssetDeleted | CloseCause::Blocked => false,
    };
    let given = match session.rating {
        Rating::Given { .. } => true,
        Rating::Card { .. } => false,
    };
    let site = &draft.context.site;
    match (asks && !given, site.rating_mandatory, site.ask_rating) {
        (true, true, _) => RatingCard::Mandatory,
        (true, false, true) => RatingCard::Optional,
        (true, false, false) | (false, _, _) => RatingCard::None,
    }
}

/// An agent says how a session went.
// E11
pub(super) fn wrap_up(
    draft: &mut Draft<'_>,
    agent: &Agent,
    of: SessionNo,
    reason: Option<Label>,
    remark: Option<Comment>,
) -> Result<(), Rejection> {
    draft.must(agent, Action::Wrapup)?;
    if !is_wrapup_due(draft, agent, of)? {
        return Err(Rejection::NotFound);
    }
    if draft.context.site.wrapup_reason_required && reason.is_none() {
        return Err(Rejection::ReasonRequired);
    }
    let agent = agent.card();
    let wrapped = EventKind::WrappedUp { agent, of, held: None, handed_over: false };
    draft.push(of, wrapped, Some(Content::Wrapup { reason, remark }));
    Ok(())
}

fn is_wrapup_due(draft: &Draft<'_>, agent: &Agent, of: SessionNo) -> Result<bool, Rejection> {
    let Some(session) = draft.state.session().filter(|session| session.no == of) else {
        let earlier = draft.state.earlier().iter().find(|earlier| earlier.no == of);
        return Ok(earlier.is_some_and(|it| it.wrapups.iter().any(|due| due.id == agent.id)));
    };
    let leg = session.leg(&agent.id).filter(|leg| leg.state == LegState::Wrapup);
    if leg.is_some_and(|leg| leg.overdue) && draft.context.site.topic_mandatory {
        return Err(Rejection::TopicRequired);
    }
    Ok(leg.is_some())
}

/// A reason that comes with a transfer is the wrap-up.
pub(super) fn say_how_it_went(draft: &mut Draft<'_>, agent: &Agent, reason: Option<Label>) {
    if reason.is_some() {
        record_wrapup(draft, agent.card(), reason, true);
    }
}

fn record_wrapup(
    draft: &mut Draft<'_>,
    agent: MemberCard,
    reason: Option<Label>,
    handed_over: bool,
) {
    let of = draft.state.session_no();
    let wrapped = EventKind::WrappedUp { agent, of, held: None, handed_over };
    draft.push(of, wrapped, Some(Content::Wrapup { reason, remark: None }));
}

/// Whoever is no longer a member owes no wrap-up of an earlier session.
pub(super) fn forgive_wrapups(draft: &mut Draft<'_>, agent: &MemberId) {
    let due: Vec<(SessionNo, MemberCard)> = draft
        .state
        .earlier()
        .iter()
        .flat_map(|earlier| earlier.wrapups.iter().map(|due| (earlier.no, due.clone())))
        .filter(|(_, due)| due.id == *agent)
        .collect();
    for (of, agent) in due {
        let forgiven = EventKind::WrappedUp { agent, of, held: None, handed_over: false };
        draft.push(of, forgiven, None);
    }
}

/// The visitor says how the session was.
// R2
pub(super) fn rate(
    draft: &mut Draft<'_>,
    session: SessionNo,
    stars: u8,
    comment: Option<Comment>,
) -> Result<(), Rejection> {
    if !(1..=5).contains(&stars) {
        return Err(Rejection::Malformed);
    }
    let current = draft.state.session().filter(|it| it.no == session);
    match current.ok_or(Rejection::NotFound)?.rating.card() {
        RatingCard::Optional | RatingCard::Mandatory => (),
        RatingCard::None => return Err(Rejection::State),
    }
    let content = comment.map(|comment| Content::Rating { comment });
    draft.push(session, EventKind::Rated { stars }, content);
    Ok(())
}
