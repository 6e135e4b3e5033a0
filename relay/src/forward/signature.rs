//! The signature of a webhook, as Standard Webhooks 1.0.0 has it.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use inbox_types::Timestamp;
use sha2::Sha256;

/// What stands before a secret.
const SECRET_PREFIX: &str = "whsec_";

/// Why a secret is not one.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("a webhook secret is {SECRET_PREFIX} and base64")]
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

/// A new secret out of 32 random bytes.
#[must_use]
pub fn secret(random: &[u8; 32]) -> String {
    format!("{SECRET_PREFIX}{}", STANDARD.encode(random))
}

/// Signs one attempt.
///
/// # Errors
///
/// If the secret is not one.
pub fn sign(secret: &str, id: &str, now: Timestamp, body: &str) -> Result<Headers, SecretError> {
    let key = STANDARD
        .decode(secret.strip_prefix(SECRET_PREFIX).unwrap_or(secret))
        .map_err(|_| SecretError)?;
    let timestamp = (now.as_millis() / 1_000).to_string();
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).map_err(|_| SecretError)?;
    mac.update(format!("{id}.{timestamp}.{body}").as_bytes());
    let signature = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
    Ok(Headers { id: id.to_owned(), timestamp, signature })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_the_one_of_the_specifications_vector() {
        let headers = sign(
            "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            Timestamp::from_millis(1_614_265_330_000),
            r#"{"test": 2432232314}"#,
        )
        .expect("a good secret");
        assert_eq!(headers.timestamp, "1614265330");
        assert_eq!(headers.signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn a_secret_signs_with_and_without_its_prefix() {
        let secret = secret(&[7; 32]);
        let now = Timestamp::from_millis(0);
        let bare = secret.strip_prefix("whsec_").expect("the prefix");
        assert_eq!(sign(&secret, "a", now, "b"), sign(bare, "a", now, "b"));
        assert_eq!(sign("whsec_?", "a", now, "b"), Err(SecretError));
    }
}
