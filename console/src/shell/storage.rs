//! What outlives the page: unsent lines, drafts and the chosen language. A browser may refuse all
//! of it.

use std::collections::BTreeMap;

use inbox_client::SavedMessage;
use inbox_types::{ClientId, ConversationId, MemberId};
use web_sys::{Storage, StorageEvent};

use crate::model::{KeptDraft, Stamp};

const LANGUAGE: &str = "porchlight:language";
/// Whose lines and drafts are here.
const MEMBER: &str = "porchlight:member";
const LINES: &str = "porchlight:line:";
const DRAFTS: &str = "porchlight:draft:";
/// The list that was on screen last.
const VIEW: &str = "porchlight:view";

/// Why a draft was not stored.
pub(crate) enum NotStored {
    /// Another tab wrote this one down meanwhile.
    Other(Box<KeptDraft>),
    /// The browser is full, or stores nothing.
    Refused,
}

fn local() -> Option<Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}

fn prefix(conversation: &ConversationId) -> String {
    format!("{LINES}{conversation}:")
}

/// Stores an unsent line, replacing what is there.
pub(crate) fn keep(conversation: &ConversationId, kept: &SavedMessage) {
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
pub(crate) fn kept(conversation: &ConversationId) -> Vec<SavedMessage> {
    let Some(storage) = local() else { return Vec::new() };
    let keys = keys(&storage).into_iter();
    let ours = keys.filter(|key| key.starts_with(&prefix(conversation)));
    ours.filter_map(|key| serde_json::from_str(&storage.get_item(&key).ok()??).ok()).collect()
}

pub(crate) fn language() -> Option<String> {
    local()?.get_item(LANGUAGE).ok().flatten()
}

/// Remembers the chosen language.
pub(crate) fn set_language(tag: &str) {
    if let Some(storage) = local() {
        let _ = storage.set_item(LANGUAGE, tag);
    }
}

/// The list that was on screen last, as an address.
pub(crate) fn view() -> Option<String> {
    local()?.get_item(VIEW).ok().flatten()
}

/// Remembers the list on screen.
pub(crate) fn keep_view(address: &str) {
    if let Some(storage) = local() {
        let _ = storage.set_item(VIEW, address);
    }
}

/// Storage is this member's from now on: what somebody else left is removed. The drafts that are
/// here.
pub(crate) fn own(member: &MemberId) -> BTreeMap<ConversationId, KeptDraft> {
    let Some(storage) = local() else { return BTreeMap::new() };
    let before = storage.get_item(MEMBER).ok().flatten();
    if before.is_some_and(|it| it != member.as_str()) {
        forget_all();
    }
    let _ = storage.set_item(MEMBER, member.as_str());
    let prefix = drafts_of(member);
    let draft = |key: String| {
        let id = key.strip_prefix(&prefix)?.parse().ok()?;
        Some((id, serde_json::from_str(&storage.get_item(&key).ok()??).ok()?))
    };
    keys(&storage).into_iter().filter_map(draft).collect()
}

/// Stores a draft, unless another tab has stored one after the known one. One that says nothing
/// is removed, once the other tabs have heard that it says nothing.
pub(crate) fn keep_draft(
    member: &MemberId,
    conversation: &ConversationId,
    draft: &KeptDraft,
    after: Option<Stamp>,
) -> Result<(), NotStored> {
    let storage = local().ok_or(NotStored::Refused)?;
    let key = format!("{}{conversation}", drafts_of(member));
    let stored = storage.get_item(&key).ok().flatten();
    let stored: Option<KeptDraft> = stored.and_then(|it| serde_json::from_str(&it).ok());
    if !draft.may_replace(stored.as_ref(), after) {
        return stored.map_or(Ok(()), |it| Err(NotStored::Other(Box::new(it))));
    }
    let json = serde_json::to_string(draft).map_err(|_| NotStored::Refused)?;
    let kept = storage.set_item(&key, &json).map_err(|_| NotStored::Refused);
    if draft.says_something() {
        return kept;
    }
    let _ = storage.remove_item(&key);
    Ok(())
}

/// Removes a draft; what other tabs show stays.
pub(crate) fn forget_draft(member: &MemberId, conversation: &ConversationId) {
    if let Some(storage) = local() {
        let _ = storage.remove_item(&format!("{}{conversation}", drafts_of(member)));
    }
}

/// The draft of this member that another tab has just stored, if that is what happened.
pub(crate) fn draft_elsewhere(
    member: &MemberId,
    event: &StorageEvent,
) -> Option<(ConversationId, KeptDraft)> {
    let id = event.key()?.strip_prefix(&drafts_of(member))?.parse().ok()?;
    Some((id, serde_json::from_str(&event.new_value()?).ok()?))
}

fn drafts_of(member: &MemberId) -> String {
    format!("{DRAFTS}{member}:")
}

fn keys(storage: &Storage) -> Vec<String> {
    let n = storage.length().unwrap_or(0);
    (0..n).filter_map(|index| storage.key(index).ok().flatten()).collect()
}

/// Removes every unsent line and draft, and the list on screen: somebody else sits here now.
pub(crate) fn forget_all() {
    let Some(storage) = local() else { return };
    let theirs = |it: &&String| {
        it.starts_with(LINES) || it.starts_with(DRAFTS) || [MEMBER, VIEW].contains(&it.as_str())
    };
    for key in keys(&storage).iter().filter(theirs) {
        let _ = storage.remove_item(key);
    }
}
