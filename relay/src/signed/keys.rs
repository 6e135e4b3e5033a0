//! Keys for each purpose, out of the deployment's one secret.
//!
//! A key never serves two purposes: a signature made for a file is worth nothing
//! as a visitor's token.

use base64::{Engine as _, engine::general_purpose::STANDARD, prelude::BASE64_URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit as _, Mac as _, digest::CtOutput};
use inbox_types::{ContactId, ConversationId, SiteId};
use sha2::{Digest as _, Sha256};

/// Why the deployment's secret is not one.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("PORCHLIGHT_KEY must be at least {} random bytes in base64", Master::MIN_BYTES)]
pub struct KeyError;

/// The deployment's secret.
#[derive(Clone)]
pub struct Master(Vec<u8>);

/// A key for one purpose.
#[derive(Clone)]
pub struct Key([u8; 32]);

/// What a key is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Purpose {
    /// Visitors' tokens.
    Visitor,
    /// Agents' grants for conversation sockets.
    Grant,
    /// Addresses of files.
    File,
    /// Links to previews of campaigns.
    Preview,
    /// Names of the places that a member has signed in from.
    Place,
}

impl Purpose {
    fn label(self) -> &'static str {
        match self {
            Self::Visitor => "porchlight/visitor/1",
            Self::Grant => "porchlight/grant/1",
            Self::File => "porchlight/file/1",
            Self::Preview => "porchlight/preview/1",
            Self::Place => "porchlight/place/1",
        }
    }
}

impl Master {
    /// The shortest secret that is taken.
    pub const MIN_BYTES: usize = 32;

    /// From the secret as it stands in the configuration.
    ///
    /// # Errors
    ///
    /// If it is not base64, or too short.
    pub fn parse(base64: &str) -> Result<Self, KeyError> {
        let bytes = STANDARD.decode(base64.trim()).map_err(|_| KeyError)?;
        if bytes.len() < Self::MIN_BYTES { Err(KeyError) } else { Ok(Self(bytes)) }
    }

    /// The key for a purpose.
    #[must_use]
    pub fn key(&self, purpose: Purpose) -> Key {
        Key(hmac_sha256(&self.0, &[purpose.label()]))
    }

    /// The name of the conversation of a contact with a site. Nobody without the
    /// secret can compute it, so a contact's name leads nobody to a conversation.
    ///
    /// # Panics
    ///
    /// Never: base32 after a workspace's name is an id.
    #[must_use]
    pub fn conversation(&self, site: &SiteId, contact: &ContactId) -> ConversationId {
        let site_key = hmac_sha256(&self.0, &["porchlight/site/1", site.as_str()]);
        let mac = base32(&hmac_sha256(&site_key, &[contact.as_str()]));
        format!("{}-{}", site.workspace(), &mac[..26])
            .parse()
            .expect("base32 after a workspace is an id")
    }
}

impl Key {
    /// The signature of parts, none of which can be taken for the end of another.
    #[must_use]
    pub fn sign(&self, parts: &[&str]) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(hmac_sha256(&self.0, parts))
    }

    /// Whether a signature is the one of these parts; takes the same time for any.
    #[must_use]
    pub fn verify(&self, parts: &[&str], signature: &str) -> bool {
        let Ok(given) = BASE64_URL_SAFE_NO_PAD.decode(signature) else { return false };
        mac_of(&self.0, parts).verify_slice(&given).is_ok()
    }
}

fn mac_of(key: &[u8], parts: &[&str]) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    for part in parts {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part.as_bytes());
    }
    mac
}

fn hmac_sha256(key: &[u8], parts: &[&str]) -> [u8; 32] {
    mac_of(key, parts).finalize().into_bytes().into()
}

/// The fingerprint under which a one-time secret is stored.
#[must_use]
pub fn fingerprint(secret: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(secret.as_bytes()))
}

/// Whether two secrets are the same; the time does not tell where they differ, because [`CtOutput`] compares
/// all bytes of the digests.
#[must_use]
pub fn same(left: &str, right: &str) -> bool {
    let digest = |it: &str| CtOutput::<Sha256>::new(Sha256::digest(it.as_bytes()));
    digest(left) == digest(right)
}

/// RFC 4648 base32, lower case, without padding.
#[must_use]
pub fn base32(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
    let mut text = String::with_capacity(bytes.len() * 8 / 5 + 1);
    let (mut bits, mut n_bits) = (0_u32, 0);
    for byte in bytes {
        bits = (bits << 8) | u32::from(*byte);
        n_bits += 8;
        while 5 <= n_bits {
            n_bits -= 5;
            text.push(char::from(LETTERS[(bits >> n_bits) as usize & 31]));
        }
    }
    if 0 < n_bits {
        text.push(char::from(LETTERS[(bits << (5 - n_bits)) as usize & 31]));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    #[test]
    fn base32_is_the_one_of_the_rfc() {
        let cases =
            [("", ""), ("f", "my"), ("fo", "mzxq"), ("foob", "mzxw6yq"), ("foobar", "mzxw6ytboi")];
        for (raw, text) in cases {
            assert_eq!(base32(raw.as_bytes()), text);
        }
    }

    #[test]
    fn a_short_secret_is_refused() {
        assert!(Master::parse("c2hvcnQ=").is_err());
        assert!(Master::parse("not base64!").is_err());
        assert!(Master::parse(SECRET).is_ok());
    }

    #[test]
    fn a_signature_is_good_for_its_parts_and_purpose_only() {
        let master = Master::parse(SECRET).expect("a good secret");
        let key = master.key(Purpose::File);
        let signature = key.sign(&["ab", "c"]);
        assert!(key.verify(&["ab", "c"], &signature));
        assert!(!key.verify(&["a", "bc"], &signature));
        assert!(!key.verify(&["ab", "c", ""], &signature));
        assert!(!master.key(Purpose::Visitor).verify(&["ab", "c"], &signature));
        assert!(!key.verify(&["ab", "c"], "***"));
    }

    #[test]
    fn a_conversation_is_named_by_site_and_contact() {
        let master = Master::parse(SECRET).expect("a good secret");
        let name = |site: &str, contact: &str| {
            let site = site.parse().expect("a site");
            let contact = contact.parse().expect("a contact");
            master.conversation(&site, &contact)
        };
        let ours = name("main-shop", "visitor1");
        assert_eq!(ours, name("main-shop", "visitor1"));
        assert_ne!(ours, name("main-blog", "visitor1"));
        assert_ne!(ours, name("main-shop", "visitor2"));
        assert_eq!(ours.workspace().as_str(), "main");
        assert_eq!(ours.as_str().len(), "main-".len() + 26);
    }
}
