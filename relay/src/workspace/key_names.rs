//! What a key of the API calls what is said with it.
//!
//! - **AP33** The names that a key gives are its own: what another program says under the same one is
//!   another thing, and a key changes and withdraws only what was said with it.
//! - **AP45** A company's own inbox calls nothing as a key would.

use inbox_protocol::{FromBridge, Refusal};
use inbox_types::{ApiKeyId, ClientId};

use super::command::is_new_id;

/// The letter that the ids of keys begin with.
pub(super) const KEY_LETTER: &str = "k";

/// Its name for something, set apart from those of other programs.
///
/// # Errors
///
/// [`Refusal::Malformed`] if that is no name, or too long.
// AP33
pub fn name(key: &ApiKeyId, given: &str) -> Result<ClientId, Refusal> {
    format!("{key}-{given}").parse().map_err(|_| Refusal::Malformed)
}

/// What is said with a key, with its names for messages set apart.
///
/// # Errors
///
/// [`Refusal::Malformed`] if a name is too long.
// AP33
pub fn in_its_names(key: &ApiKeyId, mut said: FromBridge) -> Result<FromBridge, Refusal> {
    let id = match &mut said {
        FromBridge::Message(it) | FromBridge::Note(it) => &mut it.id,
        FromBridge::Edit(it) => &mut it.id,
        FromBridge::Delete(it) => &mut it.id,
        FromBridge::Typing(_)
        | FromBridge::Seen(_)
        | FromBridge::Status(_)
        | FromBridge::Assignee(_)
        | FromBridge::Tags(_)
        | FromBridge::Fields(_) => return Ok(said),
    };
    *id = id.as_ref().map(|it| name(key, it.as_str())).transpose()?;
    Ok(said)
}

/// Refuses what the company's own inbox calls as a key would: under such a name the key's own message
/// would be taken for one that was said already.
///
/// # Errors
///
/// [`Refusal::Malformed`] if it is called so.
// AP45
pub fn must_be_an_inboxs(id: &ClientId, said: Option<&FromBridge>) -> Result<(), Refusal> {
    let names = [Some(id), said.and_then(FromBridge::message_name)];
    let is_a_keys = |it: &ClientId| {
        it.as_str().split_once('-').is_some_and(|(key, _)| is_new_id(KEY_LETTER, key))
    };
    if names.into_iter().flatten().any(is_a_keys) { Err(Refusal::Malformed) } else { Ok(()) }
}

/// Whether what was stored under a name was said with this key.
// AP33
#[must_use]
pub fn is_of(key: &ApiKeyId, stored_under: &ClientId) -> bool {
    let rest = stored_under.as_str().strip_prefix(key.as_str());
    rest.is_some_and(|it| it.starts_with('-'))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::*;
    use crate::workspace::command::new_id;

    fn key(id: &str) -> ApiKeyId {
        id.parse().expect("an id")
    }

    fn said(kind: &str, data: &Json) -> FromBridge {
        serde_json::from_value(json!({ "type": kind, "data": data })).expect("said")
    }

    #[test]
    fn ap33_each_key_has_its_own_names() {
        for (key, expected) in [(key("ka"), "ka-1"), (key("kb"), "kb-1")] {
            let to = json!({ "conversation_id": "main-c", "id": "1" });
            let with_text = json!({ "conversation_id": "main-c", "id": "1", "text": "Hello" });
            for (kind, data) in [
                ("agent.message", &with_text),
                ("agent.note", &with_text),
                ("agent.edit", &with_text),
                ("agent.delete", &to),
            ] {
                let said = in_its_names(&key, said(kind, data)).expect("a name");
                assert_eq!(json!(said)["data"]["id"], json!(expected), "{kind}");
            }
            assert_eq!(name(&key, "1").expect("a name").as_str(), expected);
        }
        for wrong in ["a b", &"a".repeat(62)] {
            assert_eq!(name(&key("ka"), wrong), Err(Refusal::Malformed), "{wrong}");
        }
        for (kind, data) in [
            ("agent.seen", json!({ "conversation_id": "main-c", "seq": 1 })),
            ("agent.message", json!({ "conversation_id": "main-c", "text": "Hello" })),
        ] {
            let said = said(kind, &data);
            assert_eq!(in_its_names(&key("ka"), said.clone()), Ok(said), "{kind}");
        }
    }

    #[test]
    fn ap33_a_key_changes_only_what_was_said_with_it() {
        let key = key("ka");
        for (stored, is_its_own) in
            [("ka-1", true), ("ka-1-2", true), ("kb-1", false), ("kab-1", false), ("1", false)]
        {
            let stored: ClientId = stored.parse().expect("a name");
            assert_eq!(is_of(&key, &stored), is_its_own, "{stored}");
        }
    }

    #[test]
    fn ap45_an_inbox_calls_nothing_as_a_key_would() {
        for _ in 0..50 {
            let key: ApiKeyId = new_id(KEY_LETTER);
            let taken = name(&key, "order-17").expect("a name");
            let with = |id: &ClientId| {
                let data = json!({ "conversation_id": "main-c", "id": id, "text": "Hello" });
                [said("agent.message", &data), said("agent.note", &data)]
            };
            let other: ClientId = "msg_1".parse().expect("a name");
            for said in with(&taken) {
                assert_eq!(must_be_an_inboxs(&other, Some(&said)), Err(Refusal::Malformed));
            }
            for said in with(&other) {
                assert_eq!(must_be_an_inboxs(&taken, Some(&said)), Err(Refusal::Malformed));
                assert_eq!(must_be_an_inboxs(&other, Some(&said)), Ok(()));
            }
            assert_eq!(must_be_an_inboxs(&taken, None), Err(Refusal::Malformed));
            // It may name what a key said, to change it.
            let data = json!({ "conversation_id": "main-c", "id": taken, "text": "Hello" });
            assert_eq!(must_be_an_inboxs(&other, Some(&said("agent.edit", &data))), Ok(()));
        }
        for id in
            ["msg_2abc-1", "order-17", "k-1", "kabc-1", "1e0b4e1c-7d3b-4c6d-9b3e-0d1f2a3b4c5d"]
        {
            assert_eq!(must_be_an_inboxs(&id.parse().expect("a name"), None), Ok(()), "{id}");
        }
    }
}
