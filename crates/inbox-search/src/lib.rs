//! Finding conversations, across all of a workspace.
//!
//! [`fold`] cuts a text into words that can be compared, and is used for what is stored and what is
//! asked alike. [`feed`] says what a conversation tells the index, [`SearchIndex`] keeps it over SQL and
//! answers a [`Query`] for one [`Searcher`]: whoever may not view a conversation finds nothing of it, and
//! whoever sees it masked finds what they are shown. `SPEC.md` names the rules.
//!
//! A relay keeps one index a workspace. Nothing here asks for that: an index knows nothing but the
//! conversations that tell it something.

mod cursor;
mod feed;
mod fold;
mod han;
mod index;
mod look;
mod query;
mod snippet;
mod text;

pub use feed::{Feed, Line, Said, Writer, feed};
pub use fold::fold;
pub use index::SearchIndex;
pub use look::Searcher;
pub use query::Query;
