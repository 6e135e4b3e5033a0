//! What of a conversation is looked through: the same text for what is stored, for what a masked reader
//! may find, and for what is shown of a find.

use inbox_core::masking;
use inbox_room::IndexCard;
use inbox_types::{ContactDetails, ConversationId, Label};
use serde::{Deserialize, Serialize};

use crate::{Said, Writer};

/// What stands between two fields of a text.
const BETWEEN: &str = " · ";

/// What a row of the index holds: a line of the transcript, or what is known of the conversation.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum Body {
    Line(Said),
    Card(Box<CardText>),
}

/// What is known of a conversation, as far as it is text.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct CardText {
    details: ContactDetails,
    tags: Vec<Label>,
    /// Names and ids, in which nothing is masked.
    names: Vec<String>,
}

impl CardText {
    pub(crate) fn of(conversation: &ConversationId, card: &IndexCard) -> Self {
        let topics = card.topics.iter().map(ToString::to_string);
        let department = card.department.iter().map(|it| it.as_str().to_owned());
        let owner = card.owner.iter().map(|it| it.name.as_str().to_owned());
        let ids = [conversation.to_string(), card.contact.to_string()];
        Self {
            details: card.details.clone(),
            tags: card.tags.clone(),
            names: topics.chain(department).chain(owner).chain(ids).collect(),
        }
    }
}

impl Body {
    /// All that is looked through.
    // SE7
    pub(crate) fn text(&self, masked: bool) -> String {
        let hide = |it: &str| if masked { masking::text(it) } else { it.to_owned() };
        let fields: Vec<String> = match self {
            Self::Line(said) => {
                let text = said.text.iter().map(|it| hide(it.as_str()));
                text.chain(said.files.iter().map(|it| hide(it))).collect()
            }
            Self::Card(card) => {
                let ContactDetails { name, email, phone, extra, notes, language: _ } =
                    shown(&card.details, masked);
                let fields = [
                    name.map(String::from),
                    email.map(String::from),
                    phone.map(String::from),
                    extra.map(String::from),
                    notes.map(String::from),
                ];
                let tags = card.tags.iter().map(|it| hide(it.as_str()));
                fields.into_iter().flatten().chain(tags).chain(card.names.iter().cloned()).collect()
            }
        };
        fields.join(BETWEEN)
    }

    /// What of the text is stored beside it: a telephone without what stands between its digits.
    pub(crate) fn beside(&self) -> String {
        let Self::Card(card) = self else { return String::new() };
        let phone = card.details.phone.as_ref().map_or("", |it| it.as_str());
        crate::fold(phone).replace(' ', "")
    }
}

/// A contact's fields as a reader sees them.
pub(crate) fn shown(details: &ContactDetails, masked: bool) -> ContactDetails {
    if masked { masking::details(details) } else { details.clone() }
}

/// What a writer is called, for `from:`.
pub(crate) fn author(by: &Writer, contact: &ContactDetails, masked: bool) -> String {
    match by {
        Writer::Visitor => called(contact, masked),
        Writer::Member(card) => format!("{} {}", card.name.as_str(), card.id),
        Writer::Team => String::new(),
    }
}

/// What a contact is called.
pub(crate) fn called(contact: &ContactDetails, masked: bool) -> String {
    let ContactDetails { name, email, phone, .. } = shown(contact, masked);
    let fields = [name.map(String::from), email.map(String::from), phone.map(String::from)];
    fields.into_iter().flatten().collect::<Vec<_>>().join(BETWEEN)
}
