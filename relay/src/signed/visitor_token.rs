//! A visitor's token: who may speak for a contact on one site.
//!
//! `v2.<key id>.<contact>.<generation>.<since>.<expires>.<HMAC>`; the signature also
//! covers the site, which is in the address of every request that carries it. Tokens of the
//! first version lack `since`; they hold, and are renewed as if they had begun the chain.

use inbox_types::{
    ContactId, SiteId, Timestamp,
    limits::{VISITOR_TOKEN_CHAIN, VISITOR_TOKEN_GRACE, VISITOR_TOKEN_LIFE},
};

use crate::signed::keys::Key;

/// The version and the key that tokens are made with.
const VERSION: &str = "v2";
/// The version before it, which lacks `since`.
const FIRST_VERSION: &str = "v1";
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
    /// When the first of the tokens was made that this one continues.
    pub since: Timestamp,
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
        Self::next(site, contact, generation, now, now)
    }

    /// Claims that continue those that began at `since`. However often a visitor comes back, all of
    /// them end some time: a token that leaked must not be good for ever.
    #[must_use]
    pub fn next(
        site: SiteId,
        contact: ContactId,
        generation: u32,
        since: Timestamp,
        now: Timestamp,
    ) -> Self {
        let expires = now.after(VISITOR_TOKEN_LIFE).min(since.after(VISITOR_TOKEN_CHAIN));
        Self { site, contact, generation, since, expires }
    }

    /// The token that says so.
    #[must_use]
    pub fn sign(&self, key: &Key) -> String {
        let Self { site, contact, .. } = self;
        let [since, expires] = [self.since, self.expires].map(|it| it.as_millis().to_string());
        let generation = self.generation.to_string();
        let said = [
            VERSION,
            KEY_ID,
            site.as_str(),
            contact.as_str(),
            generation.as_str(),
            since.as_str(),
            expires.as_str(),
        ];
        let signature = key.sign(&said);
        format!("{VERSION}.{KEY_ID}.{contact}.{generation}.{since}.{expires}.{signature}")
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
    let time = |raw: &str| raw.parse().map(Timestamp::from_millis).map_err(|_| TokenError::Forged);
    let (contact, generation, since, expires, holds) = match parts[..] {
        [VERSION, KEY_ID, contact, generation, since, expires, signature] => {
            let said = [VERSION, KEY_ID, site.as_str(), contact, generation, since, expires];
            (contact, generation, Some(since), expires, key.verify(&said, signature))
        }
        [FIRST_VERSION, KEY_ID, contact, generation, expires, signature] => {
            let said = [FIRST_VERSION, KEY_ID, site.as_str(), contact, generation, expires];
            (contact, generation, None, expires, key.verify(&said, signature))
        }
        _ => return Err(TokenError::Forged),
    };
    if !holds {
        return Err(TokenError::Forged);
    }
    let expires = time(expires)?;
    let made = expires.as_millis().saturating_sub(VISITOR_TOKEN_LIFE.0);
    let claims = Claims {
        site: site.clone(),
        contact: contact.parse().map_err(|_| TokenError::Forged)?,
        generation: generation.parse().map_err(|_| TokenError::Forged)?,
        since: since.map_or(Ok(Timestamp::from_millis(made)), time)?,
        expires,
    };
    if claims.since.after(VISITOR_TOKEN_CHAIN) < now {
        Err(TokenError::TooOld)
    } else if now <= claims.expires {
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
    use crate::signed::keys::{Master, Purpose};

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
    fn no_chain_of_tokens_lasts_for_ever() {
        let (site, key) = (site("main-shop"), key());
        let (mut token, mut now, mut n_renewals) = (token(), NOW, 0);
        // Whoever has it comes back as late as possible, or every day.
        for step in [Millis::days(390), Millis::days(1)] {
            while let Ok(verified) = verify(&token, &site, &key, now) {
                let claims = verified.claims();
                let Claims { contact, generation, since, .. } = claims.clone();
                let next = Claims::next(site.clone(), contact, generation, since, now);
                assert!(next.expires <= NOW.after(VISITOR_TOKEN_CHAIN));
                token = next.sign(&key);
                now = now.after(step);
                n_renewals += 1;
                assert!(n_renewals < 10_000, "it goes on and on");
            }
            assert!(NOW < now);
            assert!(verify(&token, &site, &key, NOW.after(VISITOR_TOKEN_CHAIN)).is_ok());
            let over = NOW.after(VISITOR_TOKEN_CHAIN).after(Millis(1));
            assert_eq!(verify(&token, &site, &key, over), Err(TokenError::TooOld));
            (token, now) = (super::tests::token(), NOW);
        }
    }

    #[test]
    fn a_token_of_the_first_version_holds_and_has_an_end() {
        let (site, key) = (site("main-shop"), key());
        let expires = NOW.after(VISITOR_TOKEN_LIFE).as_millis().to_string();
        let signature = key.sign(&["v1", "k1", site.as_str(), "c1", "3", &expires]);
        let token = format!("v1.k1.c1.3.{expires}.{signature}");
        let verified = verify(&token, &site, &key, NOW).expect("a good token");
        assert_eq!((verified.claims().generation, verified.claims().since), (3, NOW));
        let forged = format!("v2.k1.c1.3.{expires}.{signature}");
        assert_eq!(verify(&forged, &site, &key, NOW), Err(TokenError::Forged));
    }

    #[test]
    fn a_token_is_renewed_after_half_of_its_life() {
        let verified = verify(&token(), &site("main-shop"), &key(), NOW).expect("a good token");
        assert!(!verified.renewal_is_due(NOW.after(Millis::days(14))));
        assert!(verified.renewal_is_due(NOW.after(Millis::days(16))));
    }
}
