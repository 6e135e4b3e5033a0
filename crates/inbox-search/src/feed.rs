//! What a conversation tells the index: its card, and what was written since it last did. It is made of
//! the log each time, so that telling it twice is harmless.

use std::collections::BTreeSet;

use inbox_core::{Content, EventKind, Speaker};
use inbox_room::{IndexCard, Log, Numbering, Room, Stored};
use inbox_types::{
    ConversationId, MemberCard, MessageText, Place, Seq, Timestamp, Visibility, limits::SEARCH_FEED,
};
use serde::{Deserialize, Serialize};

/// What a conversation tells at once.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Feed {
    /// Which one.
    pub conversation: ConversationId,
    /// The epoch of its log.
    pub epoch: u32,
    /// The last event that is told with this.
    pub up_to: Seq,
    /// When that was.
    pub at: Timestamp,
    /// How it stands.
    pub card: IndexCard,
    /// Messages and notes as they are now.
    pub lines: Vec<Line>,
}

/// A message or a note.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Line {
    /// Its place in the log.
    pub seq: Seq,
    /// When it was written.
    pub at: Timestamp,
    /// What; none if it was withdrawn.
    pub said: Option<Said>,
}

/// What somebody wrote.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Said {
    /// Who.
    pub by: Writer,
    /// Only the team reads it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub note: bool,
    /// The text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<MessageText>,
    /// What its files are called.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<String>,
}

/// Who wrote something.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "type", content = "who", rename_all = "snake_case")]
pub enum Writer {
    /// The visitor.
    Visitor,
    /// A member, as they were called then.
    Member(MemberCard),
    /// The team, and nobody by name.
    Team,
}

/// What is to be told after an event; none if nothing is, or nobody ever began a session.
// SE10, SE11
#[must_use]
pub fn feed(conversation: &ConversationId, room: &Room, log: &dyn Log, after: Seq) -> Option<Feed> {
    let events = log.after(Numbering::Team, Place(after.0), SEARCH_FEED);
    let last = events.last().filter(|_| !room.is_unopened())?;
    let places: BTreeSet<Seq> = events.iter().filter_map(place_of_line).collect();
    let lines = places.into_iter().filter_map(|seq| line(&log.at(Numbering::Team, Place(seq.0))?));
    Some(Feed {
        conversation: conversation.clone(),
        epoch: room.standing().epoch,
        up_to: last.seq,
        at: last.body.event.at,
        card: room.index_card(log),
        lines: lines.collect(),
    })
}

/// The line that an event writes, changes or withdraws. Whispers are in no index.
fn place_of_line(stored: &Stored) -> Option<Seq> {
    let (EventKind::Posted { visibility, .. }
    | EventKind::Edited { visibility, .. }
    | EventKind::Deleted { visibility, .. }) = &stored.body.event.kind
    else {
        return None;
    };
    is_found(*visibility).then(|| stored.of().unwrap_or(stored.seq))
}

// SE9
fn is_found(visibility: Visibility) -> bool {
    match visibility {
        Visibility::Public | Visibility::Note => true,
        Visibility::Whisper => false,
    }
}

fn line(stored: &Stored) -> Option<Line> {
    let EventKind::Posted { by, visibility, .. } = &stored.body.event.kind else { return None };
    let content = stored.written.as_ref().and_then(|it| it.content.as_ref());
    let said = match content {
        Some(Content::Message { text, files }) => Some(Said {
            by: match by {
                Speaker::Visitor => Writer::Visitor,
                Speaker::Agent(card) => Writer::Member(card.clone()),
                Speaker::Bot(_) | Speaker::Bridge | Speaker::External(_) | Speaker::Team => {
                    Writer::Team
                }
            },
            note: *visibility == Visibility::Note,
            text: text.clone(),
            files: files.iter().map(|it| it.name.as_str().to_owned()).collect(),
        }),
        _ => None,
    };
    Some(Line { seq: stored.seq, at: stored.body.event.at, said })
}
