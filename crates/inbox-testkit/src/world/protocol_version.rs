//! How a browser of another version speaks: it is older than the relay, or newer.
//!
//! There is one version of the wire so far, so that another one is made of it: kinds
//! and fields that nobody knows are added to what a browser hears, and fields that
//! need not be there are dropped from what it says. What a browser hears is read
//! leniently, so that a later relay may say more; what it says is read strictly.

use serde_json::{Map, Value as Json, json};

use crate::{
    disk::{parsed, text},
    random::Random,
};

/// A frame of a kind that nobody knows.
pub(crate) const CONFETTI: &str = r#"{"type":"confetti","place":1}"#;

/// Which version a browser speaks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum ProtocolVersion {
    /// The relay's own.
    Same,
    /// The one before: the relay says things that it has never heard of.
    Older,
    /// The one after: it says hello as one that could say more.
    Newer,
}

/// Fields of a browser's frames that an older one did not know.
const YOUNG_FIELDS: [&str; 2] = ["languages", "context"];

impl ProtocolVersion {
    /// Most browsers are of today.
    pub(crate) fn any(random: &mut Random) -> Self {
        match random.below(10) {
            0..8 => Self::Same,
            8 => Self::Older,
            _ => Self::Newer,
        }
    }

    /// The frame as this browser says it.
    pub(crate) fn says(self, frame: String) -> String {
        match self {
            Self::Same => frame,
            Self::Older => edit(&frame, |fields| {
                for young in YOUNG_FIELDS {
                    fields.remove(young);
                }
            }),
            Self::Newer => edit(&frame, |fields| {
                if let Some(Json::Number(version)) = fields.get("version") {
                    let next = version.as_u64().unwrap_or_default() + 1;
                    fields.insert("version".to_owned(), json!(next));
                }
            }),
        }
    }

    /// The frame as this browser reads it.
    pub(crate) fn hears(self, frame: String) -> String {
        match self {
            Self::Same | Self::Newer => frame,
            Self::Older => {
                let mut frame: Json = parsed(&frame);
                embellish(&mut frame);
                text(&frame)
            }
        }
    }
}

fn edit(frame: &str, change: impl FnOnce(&mut Map<String, Json>)) -> String {
    let mut frame: Json = parsed(frame);
    if let Json::Object(fields) = &mut frame {
        change(fields);
    }
    text(&frame)
}

/// A frame and lines with a field that nobody knows, and notices of a kind that nobody knows.
fn embellish(value: &mut Json) {
    let Json::Object(fields) = value else { return };
    if fields.get("type").is_some_and(|it| it == "notice") {
        fields.insert("type".to_owned(), json!("hologram"));
    }
    for (name, value) in fields.iter_mut() {
        match (name.as_str(), value) {
            ("entries", Json::Array(entries)) => entries.iter_mut().for_each(embellish),
            ("entry" | "body", value) => embellish(value),
            _ => (),
        }
    }
    fields.insert("since_tomorrow".to_owned(), json!({ "type": "ack", "place": 1 }));
}
