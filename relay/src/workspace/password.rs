//! Passwords, as they are stored: Argon2id with 19 MiB and two passes.

use argon2::{Algorithm, Argon2, Params, Version};
use base64::{Engine as _, prelude::BASE64_STANDARD_NO_PAD};
use inbox_types::limits::PASSWORD_CHARS;

use super::hashing::Turn;
use crate::signed::keys;

/// KiB of memory, passes, lanes: what OWASP asks for at least.
const MEMORY: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// A password as it is stored.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stored(String);

/// Why a password is not taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("a password has {} to {} characters", PASSWORD_CHARS.start(), PASSWORD_CHARS.end())]
pub struct PasswordError;

/// Looks at what can be known of a new password without hashing it.
///
/// # Errors
///
/// If it is too short or too long.
pub fn look_at(password: &str) -> Result<(), PasswordError> {
    if PASSWORD_CHARS.contains(&password.chars().count()) { Ok(()) } else { Err(PasswordError) }
}

impl Stored {
    /// A new password under fresh salt.
    ///
    /// # Errors
    ///
    /// If it is too short or too long.
    pub fn new(_turn: &Turn, password: &str, salt: [u8; 16]) -> Result<Self, PasswordError> {
        look_at(password)?;
        let encode = |bytes: &[u8]| BASE64_STANDARD_NO_PAD.encode(bytes);
        let hash = hash(password, &salt).ok_or(PasswordError)?;
        Ok(Self(format!(
            "argon2id$m={MEMORY},t={PASSES},p={LANES}${}${}",
            encode(&salt),
            encode(&hash)
        )))
    }

    /// As it was read from the database.
    #[must_use]
    pub fn read(text: String) -> Self {
        Self(text)
    }

    /// As it is written to the database.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this is the password.
    #[must_use]
    pub fn is(&self, _turn: &Turn, password: &str) -> bool {
        let parts: Vec<&str> = self.0.split('$').collect();
        let ["argon2id", _, salt, expected] = parts[..] else { return false };
        let Ok(salt) = BASE64_STANDARD_NO_PAD.decode(salt) else { return false };
        // A very long guess is cut: it is wrong anyway, and hashing it would cost.
        let guess: String = password.chars().take(*PASSWORD_CHARS.end() + 1).collect();
        hash(&guess, &salt)
            .is_some_and(|it| keys::same(&BASE64_STANDARD_NO_PAD.encode(it), expected))
    }
}

/// Costs what [`Stored::is`] costs, for when there is nobody to compare with.
pub fn pretend(_turn: &Turn, password: &str) {
    let guess: String = password.chars().take(*PASSWORD_CHARS.end() + 1).collect();
    std::hint::black_box(hash(&guess, &[0; 16]));
}

fn hash(password: &str, salt: &[u8]) -> Option<[u8; 32]> {
    let params = Params::new(MEMORY, PASSES, LANES, Some(32)).ok()?;
    let mut hash = [0; 32];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(password.as_bytes(), salt, &mut hash)
        .ok()?;
    Some(hash)
}

#[cfg(test)]
mod tests {
    use super::{super::hashing::tests::turn, *};

    #[test]
    fn only_the_password_opens() {
        let stored = Stored::new(&turn(), "correct horse", [7; 16]).expect("a good password");
        let read = Stored::read(stored.as_str().to_owned());
        assert!(read.is(&turn(), "correct horse"));
        assert!(!read.is(&turn(), "correct horsf"));
        assert!(!Stored::read("nonsense".to_owned()).is(&turn(), "correct horse"));
        assert_ne!(
            stored,
            Stored::new(&turn(), "correct horse", [8; 16]).expect("a good password")
        );
    }

    #[test]
    fn a_password_has_a_length() {
        assert_eq!(Stored::new(&turn(), "123456789", [7; 16]), Err(PasswordError));
        assert_eq!(Stored::new(&turn(), &"x".repeat(201), [7; 16]), Err(PasswordError));
    }
}
