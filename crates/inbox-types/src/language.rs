//! Languages as BCP-47 tags, and what a detector says about a text.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{
    limits::{CERTAIN_PERCENT, CERTAIN_WORDS, LANGUAGE_CHARS},
    shared::as_string,
};

/// A BCP-47 tag such as `vi`, `zh-Hant` or `pt-BR`, as written.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Language(Arc<str>);

as_string!(Language);

/// Why a string is not a language tag.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("a language is a BCP-47 tag of at most {LANGUAGE_CHARS} characters")]
pub struct LanguageError;

impl Language {
    /// The tag.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Language {
    type Error = LanguageError;

    fn try_from(raw: String) -> Result<Self, LanguageError> {
        raw.parse()
    }
}

impl std::str::FromStr for Language {
    type Err = LanguageError;

    fn from_str(raw: &str) -> Result<Self, LanguageError> {
        let legal = |part: &str| {
            !part.is_empty() && part.len() <= 8 && part.bytes().all(|it| it.is_ascii_alphanumeric())
        };
        if LANGUAGE_CHARS < raw.len() || !raw.split('-').all(legal) {
            Err(LanguageError)
        } else {
            Ok(Self(raw.into()))
        }
    }
}

impl From<Language> for String {
    fn from(language: Language) -> Self {
        language.as_str().to_owned()
    }
}

/// Where a conversation's language comes from; the later the stronger.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LanguageSource {
    /// The browser's list of languages.
    Browser,
    /// What the visitor wrote.
    Text,
    /// An agent's choice.
    Agent,
}

/// What a detector says about a text.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Detection {
    /// The language; none when the text has no language (numbers, links, emoji).
    pub language: Option<Language>,
    /// How sure the detector is, in percent.
    pub confidence: u8,
    /// How many distinct words it rests on, counted up to [`COUNTED_WORDS`](crate::limits::COUNTED_WORDS); none if that was
    /// before they were counted. An older relay counted up to [`CERTAIN_WORDS`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<u8>,
}

impl Detection {
    /// Whether it says enough to change a language: the detector is sure, and has read more than
    /// a name or a loan word.
    #[must_use]
    pub fn is_clear(&self) -> bool {
        CERTAIN_PERCENT <= self.confidence && self.words.is_none_or(|it| CERTAIN_WORDS <= it)
    }
}
