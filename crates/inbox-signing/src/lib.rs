//! Messages that are signed, as Standard Webhooks 1.0.0 has it: how one is signed, and whether one that
//! came was signed by somebody who has the secret. `SPEC.md` names the rules.
//!
//! ```
//! use inbox_signing::{Received, sign, verify};
//! use inbox_types::Timestamp;
//!
//! let secret = inbox_signing::secret(&[7; 32]);
//! let now = Timestamp::from_millis(1_767_605_482_104);
//! let signed = sign(&[&secret], "evt_1", now, "{}")?;
//! let received = Received {
//!     id: &signed.id,
//!     timestamp: &signed.timestamp,
//!     signature: &signed.signature,
//! };
//! assert!(verify(&[&secret], received, "{}", now).is_ok());
//! assert!(verify(&[&secret], received, "{ }", now).is_err());
//! # Ok::<(), inbox_signing::SecretError>(())
//! ```

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ed25519_compact::{KeyPair, PublicKey, Seed, Signature};
use hmac::{Hmac, KeyInit as _, Mac as _};
use inbox_types::{
    ClientId, Timestamp,
    limits::{PAIR_SIGNATURES, SIGNATURE_TOLERANCE, SIGNATURES},
};
use sha2::Sha256;

/// The header with a message's id, the same at every attempt.
pub const ID_HEADER: &str = "webhook-id";
/// The header with the time of the attempt.
pub const TIMESTAMP_HEADER: &str = "webhook-timestamp";
/// The header with the signatures.
pub const SIGNATURE_HEADER: &str = "webhook-signature";

/// What stands before a secret.
const SECRET_PREFIX: &str = "whsec_";
/// Bytes of a secret.
const SECRET_BYTES: std::ops::RangeInclusive<usize> = 24..=64;
/// What stands before a private key.
const PRIVATE_PREFIX: &str = "whsk_";
/// What stands before a public key.
const PUBLIC_PREFIX: &str = "whpk_";
/// What stands before a signature with a secret that both sides have.
const VERSION: &str = "v1,";
/// What stands before a signature with a private key.
const PAIR_VERSION: &str = "v1a,";
/// Bytes of what is signed with a secret.
const MAC_BYTES: usize = 32;
/// What the seed of a secret's pair of keys is made of, beside the secret.
const PAIR_OF_SECRET: &[u8] = b"ed25519 seed";

/// Why a secret is not one.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("a secret is {SECRET_PREFIX} and base64 of 24 to 64 bytes")]
pub struct SecretError;

/// The headers of one attempt.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Headers {
    /// `webhook-id`: the same on every attempt.
    pub id: String,
    /// `webhook-timestamp`: seconds, of this attempt.
    pub timestamp: String,
    /// `webhook-signature`
    pub signature: String,
}

/// The headers of a message that came, as they stand there; empty if there are none.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Received<'a> {
    /// `webhook-id`
    pub id: &'a str,
    /// `webhook-timestamp`
    pub timestamp: &'a str,
    /// `webhook-signature`
    pub signature: &'a str,
}

/// Why a message that came is not taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum VerifyError {
    /// Its id is missing or none.
    #[error("webhook-id is not an id")]
    Id,
    /// Its time is missing or none.
    #[error("webhook-timestamp is not a time in seconds")]
    Time,
    /// It was sent too long ago, or the clocks are apart.
    #[error("webhook-timestamp is more than five minutes from now")]
    Stale,
    /// None of its signatures is of a secret that holds.
    #[error("no signature is of a secret that holds")]
    Signature,
}

/// A new secret out of 32 random bytes.
// SW5
#[must_use]
pub fn secret(random: &[u8; 32]) -> String {
    format!("{SECRET_PREFIX}{}", STANDARD.encode(random))
}

/// The private key that follows from a secret.
///
/// # Errors
///
/// If it is no secret.
// SW8
pub fn private_key(secret: &str) -> Result<String, SecretError> {
    let pair = pair_of(secret)?;
    Ok(format!("{PRIVATE_PREFIX}{}", STANDARD.encode(*pair.sk)))
}

/// The public key of the pair that follows from a secret: for whoever only checks.
///
/// # Errors
///
/// If it is no secret.
// SW8
pub fn public_key(secret: &str) -> Result<String, SecretError> {
    let pair = pair_of(secret)?;
    Ok(format!("{PUBLIC_PREFIX}{}", STANDARD.encode(*pair.pk)))
}

/// Whether a text is a public key.
// SW6
#[must_use]
pub fn is_public_key(raw: &str) -> bool {
    matches!(key(raw), Ok(Key::Public(_)))
}

/// Signs one attempt with every secret and private key that holds.
///
/// # Errors
///
/// If one of them is none, or can only check.
// SW1, SW2, SW6
pub fn sign(
    secrets: &[&str],
    id: &str,
    now: Timestamp,
    body: &str,
) -> Result<Headers, SecretError> {
    let timestamp = (now.as_millis() / 1_000).to_string();
    let signature = |secret: &&str| match key(secret)? {
        Key::Shared(key) => {
            let mac = mac(&key, id, &timestamp, body);
            Ok(format!("{VERSION}{}", STANDARD.encode(mac.finalize().into_bytes())))
        }
        Key::Private(pair) => {
            let signature = pair.sk.sign(content(id, &timestamp, body), None);
            Ok(format!("{PAIR_VERSION}{}", STANDARD.encode(*signature)))
        }
        Key::Public(_) => Err(SecretError),
    };
    let signatures: Vec<String> = secrets.iter().map(signature).collect::<Result<_, _>>()?;
    Ok(Headers { id: id.to_owned(), signature: signatures.join(" "), timestamp })
}

/// The id of a message that may have been signed, by what its headers say alone: it has an id, is of now,
/// and carries something of the form of a signature. For whoever must ask elsewhere for the secrets, and
/// does not want to for everybody.
///
/// # Errors
///
/// Why it is not taken, whatever the secrets.
// SW9
pub fn may_be_signed(received: Received<'_>, now: Timestamp) -> Result<ClientId, VerifyError> {
    let id: ClientId = received.id.parse().map_err(|_| VerifyError::Id)?;
    let is_number = received.timestamp.bytes().all(|it| it.is_ascii_digit());
    let seconds: Option<u64> = received.timestamp.parse().ok().filter(|_| is_number);
    let sent = Timestamp::from_millis(seconds.ok_or(VerifyError::Time)?.saturating_mul(1_000));
    if SIGNATURE_TOLERANCE < now.since(sent).max(sent.since(now)) {
        return Err(VerifyError::Stale);
    }
    let is_one =
        |it: &str| by_secret(it).is_some_and(|it| it.len() == MAC_BYTES) || by_pair(it).is_some();
    if given(received).any(is_one) { Ok(id) } else { Err(VerifyError::Signature) }
}

/// The id of a message that was signed with one of the secrets, or with the private key of one of the
/// public keys. That they are the same takes as long to
/// find out as that they are not.
///
/// # Errors
///
/// Why it is not taken. Whoever sent it should not be told which reason it was.
// SW2, SW3, SW4, SW7, SW10
pub fn verify(
    secrets: &[&str],
    received: Received<'_>,
    body: &str,
    now: Timestamp,
) -> Result<ClientId, VerifyError> {
    let id = may_be_signed(received, now)?;
    let keys: Vec<Key> = secrets.iter().filter_map(|it| key(it).ok()).collect();
    let mut by_secret = given(received).filter_map(by_secret);
    let mut by_pair = given(received).filter_map(by_pair).take(PAIR_SIGNATURES);
    let holds = by_secret.any(|it| keys.iter().any(|key| key.shares(received, body, &it)))
        || by_pair.any(|it| keys.iter().any(|key| key.pairs(received, body, &it)));
    if holds { Ok(id) } else { Err(VerifyError::Signature) }
}

/// The signatures of a message that are looked at.
fn given(received: Received<'_>) -> impl Iterator<Item = &str> {
    received.signature.split(' ').take(SIGNATURES)
}

/// What was signed with a secret, if a signature says that it was.
fn by_secret(signature: &str) -> Option<Vec<u8>> {
    STANDARD.decode(signature.strip_prefix(VERSION)?).ok()
}

/// The same of a private key.
fn by_pair(signature: &str) -> Option<Signature> {
    let bytes = STANDARD.decode(signature.strip_prefix(PAIR_VERSION)?).ok()?;
    Signature::from_slice(&bytes).ok()
}

/// What signs, or checks.
enum Key {
    /// Both sides have it.
    Shared(Vec<u8>),
    /// It signs.
    Private(KeyPair),
    /// It checks.
    Public(PublicKey),
}

impl Key {
    /// Whether this is what is signed with a secret that both sides have.
    // SW7
    fn shares(&self, received: Received<'_>, body: &str, signature: &[u8]) -> bool {
        match self {
            Self::Shared(key) => {
                mac(key, received.id, received.timestamp, body).verify_slice(signature).is_ok()
            }
            Self::Public(_) | Self::Private(_) => false,
        }
    }

    /// Whether this is what is signed with the private key of this public one. What only signs checks
    /// nothing.
    // SW7
    fn pairs(&self, received: Received<'_>, body: &str, signature: &Signature) -> bool {
        match self {
            Self::Public(key) => {
                key.verify(content(received.id, received.timestamp, body), signature).is_ok()
            }
            Self::Shared(_) | Self::Private(_) => false,
        }
    }
}

// SW5, SW6
fn key(raw: &str) -> Result<Key, SecretError> {
    let decoded = |it: &str| STANDARD.decode(it).map_err(|_| SecretError);
    if let Some(private) = raw.strip_prefix(PRIVATE_PREFIX) {
        let bytes = decoded(private)?;
        let (seed, public) = bytes.split_at_checked(Seed::BYTES).ok_or(SecretError)?;
        let pair = KeyPair::from_seed(Seed::from_slice(seed).map_err(|_| SecretError)?);
        return if *pair.pk == *public { Ok(Key::Private(pair)) } else { Err(SecretError) };
    }
    if let Some(public) = raw.strip_prefix(PUBLIC_PREFIX) {
        return PublicKey::from_slice(&decoded(public)?).map(Key::Public).map_err(|_| SecretError);
    }
    shared(raw).map(Key::Shared)
}

// SW5
fn shared(secret: &str) -> Result<Vec<u8>, SecretError> {
    let bytes = STANDARD.decode(secret.strip_prefix(SECRET_PREFIX).unwrap_or(secret));
    bytes.ok().filter(|it| SECRET_BYTES.contains(&it.len())).ok_or(SecretError)
}

// SW8
fn pair_of(secret: &str) -> Result<KeyPair, SecretError> {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(&shared(secret)?).expect("HMAC takes a key of any length");
    mac.update(PAIR_OF_SECRET);
    let seed: [u8; 32] = mac.finalize().into_bytes().into();
    Ok(KeyPair::from_seed(Seed::new(seed)))
}

/// What is signed with a private key.
// SW6
fn content(id: &str, timestamp: &str, body: &str) -> Vec<u8> {
    [id, ".", timestamp, ".", body].concat().into_bytes()
}

// SW1
fn mac(key: &[u8], id: &str, timestamp: &str, body: &str) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    for part in [id, ".", timestamp, ".", body] {
        mac.update(part.as_bytes());
    }
    mac
}
