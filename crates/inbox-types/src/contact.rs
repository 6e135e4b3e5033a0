//! What is known of a contact, and its fields one by one.

use serde::{Deserialize, Serialize};

use crate::{Email, Language, Name, Phone, Text};

/// Such as a customer number.
type Extra = Text<200>;
/// Remarks of the team.
type Notes = Text<2_000>;

/// The fields of a contact. Every one is text that somebody typed.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct ContactDetails {
    /// What to call them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    /// An e-mail address, not verified.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Email>,
    /// A telephone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<Phone>,
    /// One more field, such as a customer number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extra: Option<Extra>,
    /// Remarks of the team; never sent to the visitor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notes: Option<Notes>,
    /// The language an agent chose, if one did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
}

/// A field of a contact that agents fill in.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContactField {
    /// What to call them.
    Name,
    /// An e-mail address.
    Email,
    /// A telephone number.
    Phone,
    /// One more, such as a customer number.
    Extra,
    /// Remarks of the team.
    Notes,
}

impl ContactField {
    /// In the order of the console's form.
    pub const ALL: [Self; 5] = [Self::Name, Self::Email, Self::Phone, Self::Extra, Self::Notes];

    /// The text that stands in this field; empty if there is none.
    #[must_use]
    pub fn of(self, details: &ContactDetails) -> &str {
        let text = match self {
            Self::Name => details.name.as_ref().map(Text::as_str),
            Self::Email => details.email.as_ref().map(Text::as_str),
            Self::Phone => details.phone.as_ref().map(Text::as_str),
            Self::Extra => details.extra.as_ref().map(Text::as_str),
            Self::Notes => details.notes.as_ref().map(Text::as_str),
        };
        text.unwrap_or_default()
    }

    /// Puts a text into this field, cut to what it holds; an empty one clears it.
    pub fn set(self, details: &mut ContactDetails, text: &str) {
        match self {
            Self::Name => details.name = Text::cut(text),
            Self::Email => details.email = Text::cut(text),
            Self::Phone => details.phone = Text::cut(text),
            Self::Extra => details.extra = Text::cut(text),
            Self::Notes => details.notes = Text::cut(text),
        }
    }

    /// How many characters it holds.
    #[must_use]
    pub fn most(self) -> usize {
        match self {
            Self::Name => Name::MAX_CHARS,
            Self::Email => Email::MAX_CHARS,
            Self::Phone => Phone::MAX_CHARS,
            Self::Extra => Extra::MAX_CHARS,
            Self::Notes => Notes::MAX_CHARS,
        }
    }

    /// Whether all of this text fits.
    #[must_use]
    pub fn holds(self, text: &str) -> bool {
        text.trim().chars().count() <= self.most()
    }

    /// The fields in which two contacts differ.
    #[must_use]
    pub fn differing(one: &ContactDetails, other: &ContactDetails) -> Vec<Self> {
        Self::ALL.into_iter().filter(|it| it.of(one) != it.of(other)).collect()
    }
}
