//! Writing: messages, notes and whispers.

use inbox_types::Visibility;

use crate::{
    Content, EventKind, Post, Rejection, Speaker,
    apply::{draft::Draft, language, life},
    limit,
};

/// A visitor writes. That may open, reopen or wake a session.
pub(super) fn by_visitor(draft: &mut Draft<'_>, post: Post) -> Result<(), Rejection> {
    match post.visibility {
        Visibility::Public => (),
        Visibility::Note | Visibility::Whisper => return Err(Rejection::Forbidden),
    }
    limit::visitor_message(post.text.as_ref(), post.files.len(), &draft.context.site)?;
    life::receive(draft, &post)?;
    language::observe(draft, post.detection.as_ref());
    let language_source = draft.state.language().in_force().map(|(_, source)| source);
    draft.record_with(
        EventKind::Posted {
            client_id: post.client_id,
            by: Speaker::Visitor,
            visibility: Visibility::Public,
            detection: post.detection,
            language_source,
        },
        Some(Content::Message { text: post.text, files: post.files }),
    );
    Ok(())
}
