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

/// What may stand beside a whole word of a name.
const EDGE: &str = "(?:[^=&?#;/a-z]|%(?:25)*[0-9a-f]{2})";

/// Anywhere in a name.
const PARTS: &str =
    "token|secret|passw|passphrase|pwd|session|sessid|credential|signature|jwt|oauth|verifier";

/// At the end of a name, or before another word of it: `apikey`, `key`, `key_id`, and not `keyword`.
const ENDS: &str = "key|code";

/// As a word of a name: `pin`, `user[pin]`, and not `shipping`.
const WORDS: &str = "auth|hmac|nonce|otp|pass|pin|sid|sig|tan|ticket";

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
        "((?:[?&#;]|{ESCAPE}(?:3F|26|23|3B))\
         (?:{REST}(?:{PARTS}){REST}|{REST}(?:{ENDS})(?:{EDGE}{REST})??\
         |(?:{REST}{EDGE})?(?:{WORDS})(?:{EDGE}{REST})??{own})\
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
