//! The contact: fields, tags, topics, queue; blocking and erasing.

use std::collections::BTreeSet;

use inbox_types::{
    CloseCause, ContactDetails, ContactField, DepartmentId, Label, MemberCard, Millis, TopicId,
    limits,
};

use crate::{
    Actor, Agent, Block, Content, Department, EventKind, Phase, Rejection,
    apply::{draft::Draft, end, post},
    permission::Action,
};

/// The longest time for which a conversation that is to be erased is still kept (D-block-and-erase).
const PURGE_GRACE_MAX: Millis = Millis::days(30);

/// An agent or somebody at the bridge replaces the fields; a visitor's page adds to them what neither
/// typed.
// K1, K6, K9, X17
pub(super) fn set_details(
    draft: &mut Draft<'_>,
    by: &Actor,
    details: ContactDetails,
    known: ContactDetails,
) -> Result<(), Rejection> {
    let known = ContactDetails { language: None, ..known };
    let (editor, details) = match by {
        Actor::Agent(_) | Actor::Bridge(_) => {
            (Some(editor(draft, by)?), ContactDetails { language: None, ..details })
        }
        Actor::Visitor => {
            if draft.state.is_blocked() {
                return Err(Rejection::Blocked);
            }
            draft.must_be_served()?;
            (None, filled_in(&draft.state.typed_by_agent, details, known.clone()))
        }
        Actor::Bot(_) | Actor::Desk | Actor::Timer => return Err(Rejection::Forbidden),
    };
    if details == known {
        return Ok(());
    }
    if editor.is_none() {
        draft.must_not_have_written_enough()?;
    }
    let fields =
        editor.as_ref().map_or_else(Vec::new, |_| ContactField::differing(&known, &details));
    draft.record_with(EventKind::ContactSet { by: editor, fields }, Content::Contact { details });
    Ok(())
}

/// Who changes a contact: an agent who may, or somebody at the bridge.
// K6, K9
fn editor(draft: &Draft<'_>, by: &Actor) -> Result<MemberCard, Rejection> {
    match by {
        Actor::Agent(agent) => {
            draft.must(agent, Action::EditContact)?;
            Ok(agent.card())
        }
        Actor::Bridge(name) => {
            draft.session()?;
            post::must_be_named(name.as_ref())
        }
        Actor::Visitor | Actor::Bot(_) | Actor::Desk | Actor::Timer => Err(Rejection::Forbidden),
    }
}

/// Name, e-mail and telephone of a visitor's page, where no agent typed them.
// K2
fn filled_in(
    typed: &BTreeSet<ContactField>,
    said: ContactDetails,
    known: ContactDetails,
) -> ContactDetails {
    let free = |field| !typed.contains(&field);
    ContactDetails {
        name: said.name.filter(|_| free(ContactField::Name)).or(known.name),
        email: said.email.filter(|_| free(ContactField::Email)).or(known.email),
        phone: said.phone.filter(|_| free(ContactField::Phone)).or(known.phone),
        extra: known.extra,
        notes: known.notes,
        language: None,
    }
}

// K3
pub(super) fn set_tags(
    draft: &mut Draft<'_>,
    by: &Actor,
    tags: Vec<Label>,
) -> Result<(), Rejection> {
    let by = editor(draft, by)?;
    let tags = at_most(limits::TAGS, tags)?;
    draft.record_with(EventKind::TagsSet { by }, Content::Tags { tags });
    Ok(())
}

/// Replaces the topics, after the end too (D-wrap-up-after-the-end).
// K4
pub(super) fn set_topics(
    draft: &mut Draft<'_>,
    agent: &Agent,
    topics: Vec<TopicId>,
) -> Result<(), Rejection> {
    draft.session()?;
    draft.must(agent, Action::EditContact)?;
    let topics = at_most(limits::TOPICS, topics)?;
    if draft.session()?.topics == topics {
        return Ok(());
    }
    draft.record(EventKind::TopicsSet { by: agent.card(), topics });
    Ok(())
}

/// Another queue, the same owner: others read it from then on, so it is the owner's to say, or of
/// who may change owners. An agent of the old queue is asked no longer.
// K5, K8
pub(super) fn set_department(
    draft: &mut Draft<'_>,
    agent: &Agent,
    department: Department,
) -> Result<(), Rejection> {
    draft.open_session()?;
    if draft.state.owner().is_some() {
        draft.must_as_owner(agent, Action::EditContact)?;
    } else {
        draft.must(agent, Action::EditContact)?;
    }
    if draft.session()?.department.as_ref() == Some(&department) {
        return Ok(());
    }
    ask_no_longer(draft);
    draft.record(EventKind::DepartmentSet { by: agent.card(), department });
    Ok(())
}

/// The queue is no longer one: its session belongs to another, whatever its state. An ended one
/// too, because it may go on.
// K7
pub(super) fn leave_department(
    draft: &mut Draft<'_>,
    gone: &DepartmentId,
    to: Option<Department>,
) -> Result<(), Rejection> {
    let named = draft.session()?.department.as_ref().is_some_and(|it| it.id == *gone);
    if !named || to.as_ref().is_some_and(|it| it.id == *gone) {
        return Err(Rejection::State);
    }
    ask_no_longer(draft);
    draft.record(EventKind::DepartmentGone { to });
    Ok(())
}

/// Whom the desk asks is asked for the queue; a colleague's question is not of the queue.
fn ask_no_longer(draft: &mut Draft<'_>) {
    let asked = draft.session().is_ok_and(|session| match &session.phase {
        Phase::Offered { .. } => true,
        Phase::Bot { .. }
        | Phase::Queued
        | Phase::Active { .. }
        | Phase::Snoozed { .. }
        | Phase::Closed { .. } => false,
    });
    if asked {
        draft.withdraw_offer();
    }
}

/// Blocks the contact; what was open is over (D-block-and-erase).
// B1, B4, B5, B6
pub(super) fn block(draft: &mut Draft<'_>, agent: &Agent, block: Block) -> Result<(), Rejection> {
    draft.must(agent, Action::Block)?;
    if block.purge {
        draft.must(agent, Action::Erase)?;
    }
    if draft.state.is_blocked() {
        return Err(Rejection::Blocked);
    }
    if draft.open_session().is_ok() {
        end::close(draft, CloseCause::Blocked, Some(agent.card()), None);
    }
    let grace = draft.context.workspace.purge_grace.min(PURGE_GRACE_MAX);
    let purge_at = block.purge.then(|| draft.now.after(grace));
    draft.record(EventKind::Blocked {
        by: agent.card(),
        unsubscribed: block.unsubscribe,
        purge_at,
    });
    if block.purge && grace == Millis(0) {
        draft.record(EventKind::Erased { by: Some(agent.card()) });
    }
    Ok(())
}

/// Unblocks the contact; what was to be erased is kept.
// B3
pub(super) fn unblock(draft: &mut Draft<'_>, agent: &Agent) -> Result<(), Rejection> {
    draft.must(agent, Action::Block)?;
    if !draft.state.is_blocked() {
        return Err(Rejection::State);
    }
    draft.record(EventKind::Unblocked { by: agent.card() });
    Ok(())
}

/// What lets the visitor's browsers in ends: by whoever may block, or by the visitor's page (X16).
pub(super) fn sign_out(draft: &mut Draft<'_>, by: Actor) -> Result<(), Rejection> {
    let by = match by {
        Actor::Visitor => None,
        Actor::Agent(agent) => {
            draft.must(&agent, Action::Block)?;
            Some(agent.card())
        }
        Actor::Bot(_) | Actor::Desk | Actor::Timer | Actor::Bridge(_) => {
            return Err(Rejection::Forbidden);
        }
    };
    draft.record(EventKind::SignedOut { by });
    Ok(())
}

/// Erases the conversation. The desk hears that nobody is asked any more.
pub(super) fn erase(draft: &mut Draft<'_>, agent: &Agent) -> Result<(), Rejection> {
    draft.must(agent, Action::Erase)?;
    draft.withdraw_offer();
    draft.record(EventKind::Erased { by: Some(agent.card()) });
    Ok(())
}

/// The grace of a purge is over.
pub(super) fn purge(draft: &mut Draft<'_>) {
    draft.withdraw_offer();
    draft.record(EventKind::Erased { by: None });
}

/// Each once, in the order given.
fn at_most<T: Clone + Ord>(max: usize, all: Vec<T>) -> Result<Vec<T>, Rejection> {
    let mut seen = BTreeSet::new();
    let distinct: Vec<T> = all.into_iter().filter(|it| seen.insert(it.clone())).collect();
    if distinct.len() <= max { Ok(distinct) } else { Err(Rejection::TooMany { max }) }
}
