//! What of an address is nobody's business. Visitors bring addresses with sign-in links, sessions and
//! passwords in them; the loader leaves those out before it keeps or tells anything.

use std::fmt::Write as _;

use crate::Text;

/// The name of a parameter whose value is secret, as it stands in an address.
pub type ParameterName = Text<60>;

/// An escaped character in an address that may itself be a value in another one, at any depth.
const ESCAPE: &str = "%(?:25)*";

/// As little of a name as stands before or behind what makes it one of a secret.
const REST: &str = "[^=&?#;/]{0,40}?";

/// Anywhere in a name.
const PARTS: &str = "token|secret|pass|pwd|sess|signature|credential|jwt|oauth";

/// At the end of a name or of a word of it: `apikey`, `user[pin]`, `key_id`, and not `keyword`.
const ENDS: &str = "auth|code|hmac|key|nonce|otp|pin|sid|sig|ticket";

/// A regular expression of JavaScript, whatever the case, of what is secret in an address: the values
/// of such parameters, and user and password. Its two groups are what stands before, and stays.
#[must_use]
pub fn secrets(more: &[ParameterName]) -> String {
    let mut own = String::new();
    for name in more {
        own.push('|');
        for it in name.as_str().chars() {
            if it.is_ascii_punctuation() {
                own.push('\\');
            }
            own.push(it);
        }
    }
    let mut pattern = String::new();
    // Writing to a string cannot fail.
    let _ = write!(
        pattern,
        "((?:[?&#;]|{ESCAPE}(?:3F|26|23|3B)){REST}(?:{PARTS}|(?:{ENDS}{own})(?![a-z])){REST}\
         (?:=|{ESCAPE}3D))(?:(?!{ESCAPE}(?:26|23))[^&#])*\
         |(//|%2F%2F)(?:(?!%2F)[^/?#&])*(?=@|%40)",
    );
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    // What the pattern says of addresses is tested where it is used, in `widget/loader/test`.

    #[test]
    fn the_loaders_tests_have_todays_pattern() {
        let kept = include_str!("../../../tests/secrets.txt");
        assert_eq!(secrets(&[]), kept.trim_end());
    }

    #[test]
    fn a_sites_own_names_are_names_and_no_patterns() {
        let names = ["k.d-r", "a|b", "член"].map(|it| it.to_owned().try_into().expect("short"));
        assert!(secrets(&names).contains(r"|k\.d\-r|a\|b|член)"), "{}", secrets(&names));
    }
}
