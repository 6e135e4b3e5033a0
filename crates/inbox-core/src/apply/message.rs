//! Changing what one wrote.

use inbox_types::{Author, CloseCause, MessageText, SessionNo, Visibility};

use crate::{
    Actor, Content, EventKind, Rejection, Target, apply::draft::Draft, limit, permission::Action,
};

// X6, X8, X11
pub(super) fn edit(
    draft: &mut Draft<'_>,
    by: &Actor,
    target: &Target,
    text: MessageText,
) -> Result<(), Rejection> {
    must_be_own(draft, by, target, Action::EditOwn)?;
    match target.visibility {
        Visibility::Public => limit::agent_text(&text, &draft.context.site)?,
        Visibility::Note | Visibility::Whisper => {
            limit::internal_message(Some(&text), 0, &draft.context.site)?;
        }
    }
    let Target { seq: of, n, visibility, .. } = *target;
    draft.push(
        target.session,
        EventKind::Edited { of, n, visibility },
        Some(Content::Edit { of, text }),
    );
    Ok(())
}

// X7
pub(super) fn delete(draft: &mut Draft<'_>, by: &Actor, target: &Target) -> Result<(), Rejection> {
    must_be_own(draft, by, target, Action::DeleteOwn)?;
    let Target { seq: of, n, visibility, .. } = *target;
    draft.push(
        target.session,
        EventKind::Deleted { of, n, visibility },
        Some(Content::Delete { of }),
    );
    Ok(())
}

fn must_be_own(
    draft: &Draft<'_>,
    by: &Actor,
    target: &Target,
    action: Action,
) -> Result<(), Rejection> {
    let wrote_it = match (by, &target.author) {
        (Actor::Agent(agent), Author::Agent(author)) => {
            draft.must(agent, action)?;
            agent.id == *author
        }
        (Actor::Bot(bot), Author::Bot(author)) => bot == author,
        (Actor::Bridge(_), Author::Bridge) => true,
        (
            Actor::Visitor
            | Actor::Agent(_)
            | Actor::Bot(_)
            | Actor::Desk
            | Actor::Timer
            | Actor::Bridge(_),
            Author::Visitor | Author::Agent(_) | Author::Bot(_) | Author::System | Author::Bridge,
        ) => false,
    };
    if !wrote_it {
        return Err(Rejection::Forbidden);
    }
    if target.deleted {
        return Err(Rejection::NotFound);
    }
    match target.visibility {
        Visibility::Public if is_read_only(draft, target.session) => Err(Rejection::Closed),
        Visibility::Public | Visibility::Note | Visibility::Whisper => Ok(()),
    }
}

/// What the visitor ended stays as it is, for ever (D-ended-by-customer).
// E5, S20
fn is_read_only(draft: &Draft<'_>, session: SessionNo) -> bool {
    let current = draft.state.session().filter(|it| it.no == session);
    let earlier = draft.state.earlier().iter().find(|it| it.no == session);
    match (current, earlier) {
        (Some(current), _) => {
            current.closed().map(|(cause, _)| cause) == Some(CloseCause::Customer)
        }
        (None, Some(earlier)) => earlier.cause == CloseCause::Customer,
        // So old that the state knows nothing of it (S20).
        (None, None) => true,
    }
}
