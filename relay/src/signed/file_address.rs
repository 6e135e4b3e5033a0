//! The address of a file: good for one viewer and five minutes, and for nothing else. That for a company's
//! own inbox is good for four days, which the inbox may be away.

use std::fmt;

use inbox_types::{
    ApiKeyId, ConversationId, FileId, MemberId, SiteId, Timestamp,
    limits::{FILE_LINK_LIFE, INBOX_LINK_LIFE},
};

use crate::signed::keys::Key;

/// What an address allows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Capability {
    /// The conversation that the file belongs to.
    pub conversation: ConversationId,
    /// The file.
    pub file: FileId,
    /// For whom it was made, as a [`Viewer`] is written.
    pub viewer: String,
    /// The viewer sees numbers and addresses masked, in the file's name too.
    pub masked: bool,
    /// Until when.
    pub expires: Timestamp,
}

/// For whom an address is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Viewer {
    /// The visitor.
    Visitor,
    /// A member, as long as their rights are of this version.
    Member(MemberId, u64),
    /// The inbox that a site tells, as long as it is at the address of which this is the mark.
    Inbox(SiteId, String),
    /// Whoever has a key of the API, as long as it reads; the conversation is of this site.
    Key(SiteId, ApiKeyId),
}

/// What stands before an inbox.
const INBOX: &str = "inbox.";
/// What stands before a key of the API.
const KEY: &str = "key.";

impl fmt::Display for Viewer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Visitor => formatter.write_str("visitor"),
            Self::Member(id, version) => write!(formatter, "{id}.{version}"),
            Self::Inbox(site, mark) => write!(formatter, "{INBOX}{site}.{mark}"),
            Self::Key(site, id) => write!(formatter, "{KEY}{site}.{id}"),
        }
    }
}

impl Viewer {
    /// The inbox that a site tells at an address.
    // HO90
    #[must_use]
    pub fn inbox(site: &SiteId, address: &str, key: &Key) -> Self {
        Self::Inbox(site.clone(), key.sign(&[INBOX, site.as_str(), address]))
    }

    /// Whom an address names; none if it is nobody of ours.
    #[must_use]
    pub fn read(raw: &str) -> Option<Self> {
        if raw == "visitor" {
            return Some(Self::Visitor);
        }
        if let Some((site, mark)) = raw.strip_prefix(INBOX).and_then(|it| it.split_once('.')) {
            return Some(Self::Inbox(site.parse().ok()?, mark.to_owned()));
        }
        if let Some((site, id)) = raw.strip_prefix(KEY).and_then(|it| it.split_once('.')) {
            return Some(Self::Key(site.parse().ok()?, id.parse().ok()?));
        }
        let (id, version) = raw.rsplit_once('.')?;
        Some(Self::Member(id.parse().ok()?, version.parse().ok()?))
    }
}

impl Capability {
    /// One that begins now.
    #[must_use]
    pub fn new(
        conversation: ConversationId,
        file: FileId,
        viewer: String,
        masked: bool,
        now: Timestamp,
    ) -> Self {
        Self { conversation, file, viewer, masked, expires: now.after(FILE_LINK_LIFE) }
    }

    /// The same, for as long as an inbox may be away.
    // HO90
    #[must_use]
    pub fn for_inbox(self, now: Timestamp) -> Self {
        Self { expires: now.after(INBOX_LINK_LIFE), ..self }
    }

    /// The address on the files host.
    #[must_use]
    pub fn url(&self, files_origin: &str, key: &Key) -> String {
        let expires = self.expires.as_millis().to_string();
        let signature = key.sign(&self.signed(&expires));
        let Self { conversation, file, viewer, .. } = self;
        let masked = if self.masked { "&masked=1" } else { "" };
        format!(
            "{files_origin}/f/{conversation}/{file}?viewer={viewer}{masked}&expires={expires}&signature={signature}"
        )
    }

    /// Whether a signature makes this good now.
    #[must_use]
    pub fn holds(&self, signature: &str, key: &Key, now: Timestamp) -> bool {
        let expires = self.expires.as_millis().to_string();
        now <= self.expires && key.verify(&self.signed(&expires), signature)
    }

    fn signed<'a>(&'a self, expires: &'a str) -> Vec<&'a str> {
        let mut signed =
            vec![self.conversation.as_str(), self.file.as_str(), &self.viewer, expires];
        signed.extend(self.masked.then_some("masked"));
        signed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signed::keys::{Master, Purpose};

    const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

    fn key() -> Key {
        Master::parse("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")
            .expect("a good secret")
            .key(Purpose::File)
    }

    fn capability() -> Capability {
        let conversation = "main-abc".parse().expect("a conversation");
        Capability::new(
            conversation,
            "f1".parse().expect("a file"),
            "visitor".to_owned(),
            false,
            NOW,
        )
    }

    #[test]
    fn an_address_holds_for_five_minutes() {
        let url = capability().url("https://files.example", &key());
        let (front, signature) = url.rsplit_once('=').expect("a signature at the end");
        assert_eq!(
            front,
            "https://files.example/f/main-abc/f1?viewer=visitor&expires=1800000300000&signature"
        );
        assert!(capability().holds(signature, &key(), NOW));
        assert!(!capability().holds(signature, &key(), Timestamp::from_millis(1_800_000_300_001)));
    }

    #[test]
    fn who_sees_names_masked_cannot_ask_for_them_unmasked() {
        let masked = Capability { masked: true, ..capability() };
        let url = masked.url("", &key());
        let (front, signature) = url.rsplit_once('=').expect("a signature at the end");
        assert!(front.contains("&masked=1&"));
        assert!(masked.holds(signature, &key(), NOW));
        assert!(!capability().holds(signature, &key(), NOW));
    }

    #[test]
    fn an_address_names_whom_it_is_for() {
        let member = Viewer::Member("m1".parse().expect("a member"), 7);
        let site = "main-s".parse().expect("a site");
        let inbox = Viewer::inbox(&site, "https://hooks.example/a", &key());
        let key_of_api = Viewer::Key(site.clone(), "k1".parse().expect("a key"));
        let called_key = Viewer::Member("key".parse().expect("a member"), 7);
        for viewer in [Viewer::Visitor, member, inbox, key_of_api, called_key] {
            assert_eq!(Viewer::read(&viewer.to_string()), Some(viewer));
        }
        for raw in ["", "m1", "m1.", ".7", "m1.x", "m1.-1", "visitor.1.2.x", "inbox..x", "key..k"] {
            assert_eq!(Viewer::read(raw), None, "{raw}");
        }
    }

    #[test]
    fn ho90_an_inbox_has_four_days_at_its_own_address_alone() {
        let site: SiteId = "main-s".parse().expect("a site");
        let of = |site: &SiteId, address: &str| Viewer::inbox(site, address, &key());
        let inbox = of(&site, "https://hooks.example/a");
        assert_ne!(inbox, of(&site, "https://hooks.example/b"));
        assert_ne!(inbox, of(&"main-t".parse().expect("a site"), "https://hooks.example/a"));
        let long = Capability { viewer: inbox.to_string(), ..capability() }.for_inbox(NOW);
        let url = long.url("", &key());
        let (_, signature) = url.rsplit_once('=').expect("a signature at the end");
        assert!(long.holds(signature, &key(), NOW.after(INBOX_LINK_LIFE)));
        let late = NOW.after(INBOX_LINK_LIFE).after(inbox_types::Millis(1));
        assert!(!long.holds(signature, &key(), late));
        // The short address of somebody else cannot be made a long one.
        let expires = long.expires;
        assert!(!Capability { expires, ..capability() }.holds(signature, &key(), NOW));
    }

    #[test]
    fn an_address_leads_to_no_other_file_and_cannot_be_stretched() {
        let url = capability().url("", &key());
        let (_, signature) = url.rsplit_once('=').expect("a signature at the end");
        let other = |change: fn(&mut Capability)| {
            let mut capability = capability();
            change(&mut capability);
            capability.holds(signature, &key(), NOW)
        };
        assert!(!other(|it| it.file = "f2".parse().expect("a file")));
        assert!(!other(|it| it.conversation = "main-abd".parse().expect("a conversation")));
        assert!(!other(|it| it.viewer = "someone".to_owned()));
        assert!(!other(|it| it.masked = true));
        assert!(!other(|it| it.expires = Timestamp::from_millis(1_900_000_000_000)));
    }
}
