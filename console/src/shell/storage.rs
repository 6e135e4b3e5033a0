//! What outlives the page: unsent lines and the chosen language. A browser may refuse all of it.

use inbox_client::Kept;
use inbox_types::{ClientId, ConversationId};
use web_sys::Storage;

const LANGUAGE: &str = "porchlight:language";

fn local() -> Option<Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}

fn prefix(conversation: &ConversationId) -> String {
    format!("porchlight:line:{conversation}:")
}

/// Stores an unsent line, replacing what is there.
pub(crate) fn keep(conversation: &ConversationId, kept: &Kept) {
    if let (Some(storage), Ok(json)) = (local(), serde_json::to_string(kept)) {
        // A full storage is no reason to stop: the line is still in memory.
        let _ = storage.set_item(&format!("{}{}", prefix(conversation), kept.client_id), &json);
    }
}

/// Removes a line that is sent or given up.
pub(crate) fn forget(conversation: &ConversationId, client_id: &ClientId) {
    if let Some(storage) = local() {
        let _ = storage.remove_item(&format!("{}{client_id}", prefix(conversation)));
    }
}

/// The unsent lines of a conversation. Another tab may bring them back as well: sending a line
/// twice is sending it once.
pub(crate) fn kept(conversation: &ConversationId) -> Vec<Kept> {
    let Some(storage) = local() else { return Vec::new() };
    let n = storage.length().unwrap_or(0);
    let keys = (0..n).filter_map(|index| storage.key(index).ok().flatten());
    let ours = keys.filter(|key| key.starts_with(&prefix(conversation)));
    ours.filter_map(|key| serde_json::from_str(&storage.get_item(&key).ok()??).ok()).collect()
}

/// The chosen language.
pub(crate) fn language() -> Option<String> {
    local()?.get_item(LANGUAGE).ok().flatten()
}

/// Remembers the chosen language.
pub(crate) fn set_language(tag: &str) {
    if let Some(storage) = local() {
        let _ = storage.set_item(LANGUAGE, tag);
    }
}

/// Removes every unsent line: somebody else sits here now.
pub(crate) fn forget_all() {
    let Some(storage) = local() else { return };
    let n = storage.length().unwrap_or(0);
    let keys: Vec<String> = (0..n).filter_map(|index| storage.key(index).ok().flatten()).collect();
    for key in keys.iter().filter(|it| it.starts_with("porchlight:line:")) {
        let _ = storage.remove_item(key);
    }
}
