//! What outlives a reload: the visitor's token, lines that were not sent, and what is being
//! written. Where storage is denied, this page remembers for itself.

use inbox_client::{NewMessage, SavedMessage, adoptable};
use inbox_types::ClientId;
use web_sys::Storage as Area;

use super::{codec, now, window};
use crate::model::Msg;

/// The frame's storage for one site.
pub(super) struct Storage {
    site: String,
    /// Survives the tab.
    local: Option<Area>,
    /// Survives a reload.
    session: Option<Area>,
    /// For when neither does.
    memory: Vec<(String, String)>,
}

impl Storage {
    pub(super) fn new(site: &str) -> Self {
        let local = window().local_storage().ok().flatten();
        let session = window().session_storage().ok().flatten();
        Self { site: site.to_owned(), local, session, memory: Vec::new() }
    }

    /// Whether anything can be stored at all.
    pub(super) fn works(&self) -> bool {
        let probe = self.key("probe");
        let Some(local) = &self.local else { return false };
        local.set_item(&probe, "1").and_then(|()| local.remove_item(&probe)).is_ok()
    }

    /// The visitor's token, as any tab stored it last.
    pub(super) fn token(&self) -> Option<String> {
        let whole = |it: &u8| it.is_ascii_alphanumeric() || b"._-".contains(it);
        let token = self.get(self.local.as_ref(), &self.key("token"));
        token.filter(|it| !it.is_empty() && it.bytes().all(|it| whole(&it)))
    }

    pub(super) fn save_token(&mut self, token: &str) -> bool {
        self.set(self.local.clone(), self.key("token"), token)
    }

    pub(super) fn save_language(&mut self, language: &str) -> bool {
        self.set(self.local.clone(), "porchlight:language".into(), language)
    }

    pub(super) fn save_draft(&mut self, draft: &str) -> bool {
        self.set(self.session.clone(), self.key("draft"), draft)
    }

    /// What is attached to it, in the form of a line.
    pub(super) fn save_files(&mut self, draft: NewMessage) -> bool {
        let client_id = "files".parse().expect("letters are an id");
        let kept = SavedMessage { client_id, tab: 0, since: now(), draft, failed: None };
        self.set(self.session.clone(), self.key("files"), &codec::write_kept(&kept))
    }

    pub(super) fn keep(&mut self, kept: &SavedMessage) -> bool {
        let key = self.line(&kept.client_id);
        self.set(self.local.clone(), key, &codec::write_kept(kept))
    }

    pub(super) fn forget(&mut self, client_id: &ClientId) -> bool {
        let key = self.line(client_id);
        self.memory.retain(|it| it.0 != key);
        // What cannot be removed could not be stored either.
        self.local.as_ref().is_none_or(|it| it.remove_item(&key).is_ok())
    }

    /// What was not sent and this tab answers for, and what was being written in it.
    pub(super) fn restore(&self, tab: u32, living: &[u32]) -> Msg {
        let draft = self.get(self.session.as_ref(), &self.key("draft")).unwrap_or_default();
        let kept = adoptable(self.lines(), tab, living);
        let files = self.get(self.session.as_ref(), &self.key("files"));
        let files = files.and_then(|it| codec::kept(&codec::Value::parse(&it)?));
        Msg::Restored { kept, draft, files }
    }

    /// What a tab that is no more has left.
    pub(super) fn inherit(&self, tab: u32) -> Msg {
        let kept = self.lines().into_iter().filter(|it| it.tab == tab).collect();
        Msg::Restored { kept, draft: String::new(), files: None }
    }

    fn lines(&self) -> Vec<SavedMessage> {
        let Some(local) = &self.local else { return Vec::new() };
        let prefix = self.key("line:");
        let n_keys = local.length().unwrap_or(0);
        let keys = (0..n_keys).filter_map(|it| local.key(it).ok().flatten());
        keys.filter(|it| it.starts_with(&prefix))
            .filter_map(|key| codec::kept(&codec::Value::parse(&local.get_item(&key).ok()??)?))
            .collect()
    }

    fn line(&self, client_id: &ClientId) -> String {
        self.key("line:") + client_id.as_str()
    }

    fn key(&self, name: &str) -> String {
        ["porchlight:", &self.site, ":", name].concat()
    }

    fn get(&self, area: Option<&Area>, key: &str) -> Option<String> {
        let stored = area.and_then(|it| it.get_item(key).ok().flatten());
        stored.or_else(|| self.memory.iter().rfind(|it| it.0 == key).map(|it| it.1.clone()))
    }

    fn set(&mut self, area: Option<Area>, key: String, value: &str) -> bool {
        if area.is_some_and(|it| it.set_item(&key, value).is_ok()) {
            return true;
        }
        self.memory.retain(|it| it.0 != key);
        self.memory.push((key, value.to_owned()));
        false
    }
}
