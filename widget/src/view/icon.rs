//! Pictures of a few strokes.

use super::prelude::{AnyView, Attributes, ElementChild, IntoAny, view};

/// A paper plane.
pub(super) const SEND: &str = "M5 12h9M5 12 3.5 4.5 21 12 3.5 19.5 5 12Z";
/// A paper clip.
pub(super) const CLIP: &str =
    "m20 11-8.5 8.5a5 5 0 0 1-7-7L13 4a3.3 3.3 0 0 1 4.7 4.7l-8.5 8.5a1.7 1.7 0 0 1-2.4-2.4L14.5 7";
/// A cross.
pub(super) const CROSS: &str = "M6 6l12 12M18 6 6 18";
/// Three dots.
pub(super) const DOTS: &str = "M5 12h.01M12 12h.01M19 12h.01";
/// An arrow downwards.
pub(super) const DOWN: &str = "m6 9 6 6 6-6";
/// A round arrow.
pub(super) const AGAIN: &str = "M20 5v5h-5M19.5 10A8 8 0 1 0 20 14";
/// A sheet of paper.
pub(super) const SHEET: &str =
    "M13.5 3H7a2 2 0 0 0-2 2v14a2 2 0 0 0 2 2h10a2 2 0 0 0 2-2V8.5L13.5 3v5.5H19";
/// A star.
pub(super) const STAR: &str =
    "m12 3.2 2.7 5.5 6.1.9-4.4 4.3 1 6-5.4-2.8-5.4 2.8 1-6L3.2 9.6l6.1-.9Z";

/// A picture beside a name; a screen reader does not hear of it.
pub(super) fn icon(path: &'static str) -> AnyView {
    view! { <svg viewBox="0 0 24 24" aria-hidden="true"><path d=path></path></svg> }.into_any()
}
