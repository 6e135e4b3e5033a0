//! A visitor's token: who may speak for a contact on one site.
//!
//! `v1.<key id>.<contact>.<generation>.<expires>.<HMAC>`; the signature also
//! covers the site, which is in the address of every request that carries it.

use inbox_types::{
    ContactId, SiteId, Timestamp,
    limits::{VISITOR_TOKEN_GRACE, VISITOR_TOKEN_LIFE},
};

use crate::keys::Key;

/// The version and the key that tokens are made with.
const VERSION: &str = "v1";
const KEY_ID: &str = "k1";

/// What a token says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Claims {
    /// The only site it is good for.
    pub site: SiteId,
    /// Who.
    pub contact: ContactId,
    /// Which of the contact's tokens; log-out, block and erasure raise it.
    pub generation: u32,
    /// Until when.
    pub expires: Timestamp,
}

/// A signature held. Whether the token still counts is seen by its time.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Verified {
    /// Good.
    Fresh(Claims),
    /// Over, but not for so long that it could not be renewed.
    Stale(Claims),
}

/// Why a token is not good.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum TokenError {
    /// It is none of ours.
    #[error("token does not hold")]
    Forged,
    /// It is too old even to be renewed.
    #[error("token is too old")]
    TooOld,
}

impl Claims {
    /// New claims that begin now.
    #[must_use]
    pub fn new(site: SiteId, contact: ContactId, generation: u32, now: Timestamp) -> Self {
        Self { site, contact, generation, expires: now.after(VISITOR_TOKEN_LIFE) }
    }

    /// The token that says so.
    #[must_use]
    pub fn sign(&self, key: &Key) -> String {
        let (generation, expires) =
            (self.generation.to_string(), self.expires.as_millis().to_string());
        let signature = key.sign(&self.signed(&generation, &expires));
        format!("{VERSION}.{KEY_ID}.{}.{generation}.{expires}.{signature}", self.contact)
    }

    fn signed<'a>(&'a self, generation: &'a str, expires: &'a str) -> [&'a str; 6] {
        [VERSION, KEY_ID, self.site.as_str(), self.contact.as_str(), generation, expires]
    }
}

/// What a token says, if it is one of ours for this site.
///
/// # Errors
///
/// If it was not made by this deployment for this site, or a year ago.
pub fn verify(
    token: &str,
    site: &SiteId,
    key: &Key,
    now: Timestamp,
) -> Result<Verified, TokenError> {
    let parts: Vec<&str> = token.split('.').collect();
    let [VERSION, KEY_ID, contact, generation, expires, signature] = parts[..] else {
        return Err(TokenError::Forged);
    };
    if !key.verify(&[VERSION, KEY_ID, site.as_str(), contact, generation, expires], signature) {
        return Err(TokenError::Forged);
    }
    let claims = Claims {
        site: site.clone(),
        contact: contact.parse().map_err(|_| TokenError::Forged)?,
        generation: generation.parse().map_err(|_| TokenError::Forged)?,
        expires: Timestamp::from_millis(expires.parse().map_err(|_| TokenError::Forged)?),
    };
    if now <= claims.expires {
        Ok(Verified::Fresh(claims))
    } else if now <= claims.expires.after(VISITOR_TOKEN_GRACE) {
        Ok(Verified::Stale(claims))
    } else {
        Err(TokenError::TooOld)
    }
}

impl Verified {
    /// What the token says, fresh or not.
    #[must_use]
    pub fn claims(&self) -> &Claims {
        match self {
            Self::Fresh(claims) | Self::Stale(claims) => claims,
        }
    }

    /// Whether a newer token is due: it is over, or half of its life is.
    #[must_use]
    pub fn renewal_is_due(&self, now: Timestamp) -> bool {
        match self {
            Self::Stale(_) => true,
            Self::Fresh(claims) => claims.expires.since(now).0 < VISITOR_TOKEN_LIFE.0 / 2,
        }
    }
}

#[cfg(test)]
mod tests {
    use inbox_types::Millis;

    use super::*;
    use crate::keys::{Master, Purpose};

    const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

    fn key() -> Key {
        Master::parse("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")
            .expect("a good secret")
            .key(Purpose::Visitor)
    }

    fn site(id: &str) -> SiteId {
        id.parse().expect("a site")
    }

    fn token() -> String {
        let contact = "c1".parse().expect("a contact");
        Claims::new(site("main-shop"), contact, 3, NOW).sign(&key())
    }

    #[test]
    fn a_token_says_what_was_signed() {
        let verified = verify(&token(), &site("main-shop"), &key(), NOW).expect("a good token");
        let Verified::Fresh(claims) = verified else { panic!("it is fresh") };
        assert_eq!((claims.contact.as_str(), claims.generation), ("c1", 3));
    }

    #[test]
    fn a_token_is_good_for_its_site_only() {
        assert_eq!(verify(&token(), &site("main-blog"), &key(), NOW), Err(TokenError::Forged));
    }

    #[test]
    fn no_part_of_a_token_can_be_changed() {
        let token = token();
        for at in 0..token.len() {
            let mut bytes = token.clone().into_bytes();
            bytes[at] = if bytes[at] == b'x' { b'y' } else { b'x' };
            let changed = String::from_utf8(bytes).expect("still text");
            // The last letter of unpadded base64 has bits that carry nothing; a decoder refuses them.
            assert_eq!(
                verify(&changed, &site("main-shop"), &key(), NOW),
                Err(TokenError::Forged),
                "at {at}"
            );
        }
    }

    #[test]
    fn a_token_grows_stale_then_too_old() {
        let (token, site, key) = (token(), site("main-shop"), key());
        let at = |days| NOW.after(Millis::days(days));
        assert!(matches!(verify(&token, &site, &key, at(30)), Ok(Verified::Fresh(_))));
        assert!(matches!(verify(&token, &site, &key, at(31)), Ok(Verified::Stale(_))));
        assert!(matches!(verify(&token, &site, &key, at(395)), Ok(Verified::Stale(_))));
        assert_eq!(verify(&token, &site, &key, at(396)), Err(TokenError::TooOld));
    }

    #[test]
    fn a_token_is_renewed_after_half_of_its_life() {
        let verified = verify(&token(), &site("main-shop"), &key(), NOW).expect("a good token");
        assert!(!verified.renewal_is_due(NOW.after(Millis::days(14))));
        assert!(verified.renewal_is_due(NOW.after(Millis::days(16))));
    }
}
