//! The catalogue of every text a person reads.
//!
//! There is one file per language, `locales/<language>.json`, with a section for each part that
//! shows texts. The loader's travel with the widget's; what visitors are told of opening hours, which the
//! relay writes and the console previews, with the console's. The build compares the files and stops if a
//! text or a parameter is missing in one of them, so what compiles is complete.
//!
//! # Adding a text
//!
//! 1. Add it under the same key to the part's section of **every** file in `locales/`, in one go:
//!    the build of everybody else stops in between. `{name}` is a parameter.
//!    A text that depends on a number is an object of plural forms with `{count}`, and has the
//!    forms that the file's `plurals` names:
//!    `"files": {"one": "{count} file", "other": "{count} files"}`.
//! 2. The key is then a constant, or with parameters a function, of the part's module:
//!
//! ```
//! use inbox_text::{Catalogue, widget};
//!
//! let english = Catalogue::parse(inbox_text::asset("widget", "en").unwrap(), Box::new(|_| "other".into()));
//! assert_eq!(english.say(&widget::SEND), "Send");
//! assert_eq!(english.say(&widget::notice_joined("Ana")), "Ana joined the chat.");
//! ```
//!
//! # What travels
//!
//! No language is compiled into an app. [`ASSETS`] has the lines of each part and language; the
//! build publishes them as `<part>/text/<language>.txt`, and an app fetches the one it needs and
//! hands it to [`Catalogue::parse`]. Which plural form a number takes is the browser's knowledge
//! (`Intl.PluralRules`) and is passed in; so are dates and numbers. This crate has no Unicode
//! tables and knows no browser.

mod catalogue;
mod negotiate;

pub use catalogue::{Catalogue, Direction, Phrase};
pub use negotiate::negotiate;

include!(concat!(env!("OUT_DIR"), "/keys.rs"));

/// The lines of a part in a language, as they are published.
#[cfg(any(not(target_arch = "wasm32"), feature = "assets"))]
#[must_use]
pub fn asset(part: &str, language: &str) -> Option<&'static str> {
    ASSETS.iter().find(|it| it.0 == part && it.1 == language).map(|it| it.2)
}
