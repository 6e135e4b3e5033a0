//! Writing: messages, notes and whispers.

use inbox_types::{BotId, LanguageSource, MemberCard, Name, OfferKind, Visibility};

use crate::{
    Actor, Agent, Content, EventKind, Phase, Post, Rejection, Speaker,
    apply::{draft::Draft, language, life},
    limit,
    permission::Action,
};

pub(super) fn post(draft: &mut Draft<'_>, by: Actor, post: Post) -> Result<(), Rejection> {
    match by {
        Actor::Visitor => by_visitor(draft, post),
        Actor::Agent(agent) => by_agent(draft, &agent, post),
        Actor::Bot(bot) => by_bot(draft, bot, post),
        Actor::Bridge(name) => by_bridge(draft, name, post),
        Actor::Desk | Actor::Timer => Err(Rejection::Forbidden),
    }
}

/// A visitor writes. That may open, reopen or wake a session.
// B2, X17
fn by_visitor(draft: &mut Draft<'_>, post: Post) -> Result<(), Rejection> {
    must_be_public(post.visibility)?;
    limit::visitor_message(post.text.as_ref(), post.files.len(), &draft.context.site)?;
    draft.must_not_have_written_enough()?;
    life::receive(draft, &post)?;
    language::observe(draft, post.detection.as_ref());
    let source = draft.state.language().in_force().map(|(_, source)| source);
    record(draft, Speaker::Visitor, post, source);
    Ok(())
}

/// An agent writes: to the visitor only who takes part openly, to the team whoever may.
// X9, X10, E10, V7
fn by_agent(draft: &mut Draft<'_>, agent: &Agent, post: Post) -> Result<(), Rejection> {
    match post.visibility {
        Visibility::Public => {
            draft.must(agent, Action::Reply)?;
            draft.must_be_of_desk()?;
            if !draft.open_session()?.has_participant(&agent.id) {
                return Err(Rejection::Forbidden);
            }
            draft.must_be_read()?;
            limit::agent_message(post.text.as_ref(), post.files.len(), &draft.context.site)?;
        }
        Visibility::Note | Visibility::Whisper => {
            draft.session()?;
            draft.must(agent, internal(post.visibility))?;
            must_be_read(draft, agent, post.visibility)?;
            limit::internal_message(post.text.as_ref(), post.files.len(), &draft.context.site)?;
        }
    }
    record(draft, Speaker::Agent(agent.card()), post, None);
    Ok(())
}

/// A bot writes while it serves the session, and never after.
fn by_bot(draft: &mut Draft<'_>, bot: BotId, post: Post) -> Result<(), Rejection> {
    must_be_public(post.visibility)?;
    draft.must_be_served()?;
    match &draft.open_session()?.phase {
        Phase::Bot { bot: serving } if *serving == bot => (),
        Phase::Bot { .. }
        | Phase::Queued
        | Phase::Offered { .. }
        | Phase::Active { .. }
        | Phase::Snoozed { .. }
        | Phase::Closed { .. } => return Err(Rejection::State),
    }
    limit::agent_message(post.text.as_ref(), post.files.len(), &draft.context.site)?;
    record(draft, Speaker::Bot(bot), post, None);
    Ok(())
}

/// The inbox core that the customer already has answers in any open session, and leaves notes for the
/// team in somebody's name.
// E14, K9, L30
fn by_bridge(draft: &mut Draft<'_>, name: Option<Name>, post: Post) -> Result<(), Rejection> {
    match post.visibility {
        Visibility::Public => {
            draft.must_be_served()?;
            draft.open_session()?;
            draft.must_be_read()?;
            limit::agent_message(post.text.as_ref(), post.files.len(), &draft.context.site)?;
            withdraw_assignment(draft);
        }
        Visibility::Note => {
            draft.session()?;
            must_be_named(name.as_ref())?;
            limit::internal_message(post.text.as_ref(), post.files.len(), &draft.context.site)?;
        }
        Visibility::Whisper => return Err(Rejection::Forbidden),
    }
    record(draft, name.map_or(Speaker::Bridge, Speaker::External), post, None);
    Ok(())
}

/// What is being answered elsewhere needs nobody here.
// L30
fn withdraw_assignment(draft: &mut Draft<'_>) {
    let waits = draft.offer().is_some_and(|it| it.kind == OfferKind::Assign);
    if waits {
        draft.withdraw_offer();
    }
}

/// What the team reads is in somebody's name.
pub(super) fn must_be_named(name: Option<&Name>) -> Result<MemberCard, Rejection> {
    name.cloned().map(MemberCard::external).ok_or(Rejection::Malformed)
}

fn record(draft: &mut Draft<'_>, by: Speaker, post: Post, source: Option<LanguageSource>) {
    let detection = post.detection.filter(|_| by == Speaker::Visitor);
    draft.record_with(
        EventKind::Posted {
            client_id: post.client_id,
            by,
            visibility: post.visibility,
            detection,
            language_source: source,
        },
        Content::Message { text: post.text, files: post.files },
    );
}

/// A note is there for whoever comes; a whisper only for those who are there.
// X14
fn must_be_read(draft: &Draft<'_>, agent: &Agent, visibility: Visibility) -> Result<(), Rejection> {
    match visibility {
        Visibility::Whisper if !draft.session()?.hears_whispers_of(&agent.id) => {
            Err(Rejection::NobodyReads)
        }
        Visibility::Whisper | Visibility::Public | Visibility::Note => Ok(()),
    }
}

fn internal(visibility: Visibility) -> Action {
    match visibility {
        Visibility::Public => Action::Reply,
        Visibility::Note => Action::Note,
        Visibility::Whisper => Action::Whisper,
    }
}

fn must_be_public(visibility: Visibility) -> Result<(), Rejection> {
    match visibility {
        Visibility::Public => Ok(()),
        Visibility::Note | Visibility::Whisper => Err(Rejection::Forbidden),
    }
}
