//! The fields of a contact, and what an agent has typed into them.

use inbox_protocol::ContactPart;
use inbox_types::ContactDetails;
use serde::{Deserialize, Serialize};

/// A field of the contact that agents fill in.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContactField {
    /// What to call them.
    Name,
    /// An e-mail address.
    Email,
    /// A telephone number.
    Phone,
    /// Such as a customer number.
    Extra,
    /// Remarks of the team.
    Notes,
}

impl ContactField {
    /// In the order of the form.
    pub const ALL: [Self; 5] = [Self::Name, Self::Email, Self::Phone, Self::Extra, Self::Notes];

    /// What stands in it.
    #[must_use]
    pub fn of(self, details: &ContactDetails) -> String {
        let text = match self {
            Self::Name => details.name.as_ref().map(inbox_types::Text::as_str),
            Self::Email => details.email.as_ref().map(inbox_types::Text::as_str),
            Self::Phone => details.phone.as_ref().map(inbox_types::Text::as_str),
            Self::Extra => details.extra.as_ref().map(inbox_types::Text::as_str),
            Self::Notes => details.notes.as_ref().map(inbox_types::Text::as_str),
        };
        text.unwrap_or_default().to_owned()
    }

    /// Puts something into it.
    pub fn set(self, details: &mut ContactDetails, text: &str) {
        match self {
            Self::Name => details.name = inbox_types::Text::cut(text),
            Self::Email => details.email = inbox_types::Text::cut(text),
            Self::Phone => details.phone = inbox_types::Text::cut(text),
            Self::Extra => details.extra = inbox_types::Text::cut(text),
            Self::Notes => details.notes = inbox_types::Text::cut(text),
        }
    }

    /// As the relay calls it.
    pub(super) fn part(self) -> ContactPart {
        match self {
            Self::Name => ContactPart::Name,
            Self::Email => ContactPart::Email,
            Self::Phone => ContactPart::Phone,
            Self::Extra => ContactPart::Extra,
            Self::Notes => ContactPart::Notes,
        }
    }

    /// How many characters it holds.
    #[must_use]
    pub fn most(self) -> usize {
        match self {
            Self::Name => inbox_types::Name::MAX_CHARS,
            Self::Email => inbox_types::Email::MAX_CHARS,
            Self::Phone => inbox_types::Phone::MAX_CHARS,
            Self::Extra => 200,
            Self::Notes => 2_000,
        }
    }

    /// Whether all of this text fits.
    #[must_use]
    pub fn holds(self, text: &str) -> bool {
        text.trim().chars().count() <= self.most()
    }
}

/// What was typed into a field of the contact.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct FieldEdit {
    /// What stood there when the typing began.
    pub base: String,
    /// What stands there now.
    pub text: String,
}
