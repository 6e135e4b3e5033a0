//! Deciding. Each area of the rules has its file; this one only finds it.

mod draft;
mod language;
mod life;
mod owner;
mod post;

use draft::Draft;

use crate::{Actor, Change, Command, Context, Conversation, Rejection, Request};

/// What `request` causes, or why it causes nothing. Nothing has changed before the
/// events are folded.
///
/// # Errors
///
/// A [`Rejection`] if the rules do not allow it.
pub fn apply(
    conversation: &Conversation,
    context: &Context,
    request: Request,
) -> Result<Vec<Change>, Rejection> {
    let mut draft = Draft::new(conversation, context, request.at);
    if draft.state.is_erased() {
        return Err(Rejection::NotFound);
    }
    match (request.command, request.by) {
        (Command::Post(post), Actor::Visitor) => post::by_visitor(&mut draft, post)?,
        _ => return Err(Rejection::State),
    }
    Ok(draft.into_changes())
}
