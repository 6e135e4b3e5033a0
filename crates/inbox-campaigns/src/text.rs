//! How texts and addresses are compared, in the form that the loader reads: a pattern without
//! choices, which every browser runs in one go, or the machine of one with choices.

use inbox_types::{How, TextMatch};
use serde_json::{Value, json};

use crate::regex::{self, Program, escaped};

/// Before the host in a whole address.
const SCHEME: &str = "^[^/]+//";

/// What an address is compared with.
#[derive(Clone, Debug)]
// CP4
pub(crate) struct Address {
    pub(crate) how: How,
    /// The path and what follows are compared, not the whole.
    pub(crate) path: bool,
    /// The pattern in small letters, without scheme and without a slash at its path's end.
    pub(crate) pattern: String,
}

impl Address {
    pub(crate) fn new(matches: &TextMatch) -> Self {
        let raw = matches.value.as_str();
        let path = raw.starts_with('/');
        if matches.how == How::Regex {
            let path = path || raw.starts_with("^/");
            return Self { how: How::Regex, path, pattern: raw.to_owned() };
        }
        let lower = decoded(raw).to_lowercase();
        let bare = ["https://", "http://"].iter().find_map(|it| lower.strip_prefix(it));
        let pattern = bare.unwrap_or(&lower);
        let plain = matches.how == How::Wildcard && !pattern.contains('*');
        let how = if plain { How::Is } else { matches.how };
        let (way, rest) = pattern.split_at(pattern.find(['?', '#']).unwrap_or(pattern.len()));
        let way = way.strip_suffix('/').filter(|_| how == How::Is).unwrap_or(way);
        Self { how, path, pattern: [way, rest].concat() }
    }

    /// Whether the path alone is compared, and the comparison.
    pub(crate) fn to_json(&self) -> Option<[Value; 2]> {
        let pattern = self.pattern.as_str();
        let start = if self.path { "^" } else { SCHEME };
        let comparison = match self.how {
            How::Is => json!(format!("{start}{}", self.whole())),
            How::Contains => json!(escaped(pattern)),
            How::Begins => json!(format!("{start}{}", escaped(pattern))),
            How::Wildcard => {
                let others = match (pattern.contains('?'), pattern.contains('#')) {
                    (_, true) => ".",
                    (true, false) => "[^#]",
                    (false, false) => "[^?#]",
                };
                wildcard(start, pattern, others, self.end())
            }
            How::Regex => regex::compile(pattern).as_ref().map(Program::to_json).ok()?,
        };
        Some([json!(u8::from(self.path)), comparison])
    }

    /// The whole of an address but for what the pattern leaves out, with a slash at the path's end
    /// or without.
    fn whole(&self) -> String {
        let pattern = self.pattern.as_str();
        let (way, rest) = pattern.split_at(pattern.find(['?', '#']).unwrap_or(pattern.len()));
        let query = if rest.starts_with('#') { r"(\?[^#]*)?" } else { "" };
        format!("{}/?{query}{}{}", escaped(way), escaped(rest), self.end())
    }

    fn end(&self) -> &'static str {
        match (self.pattern.contains('?'), self.pattern.contains('#')) {
            (_, true) => "$",
            (true, false) => "(#|$)",
            (false, false) => "([?#]|$)",
        }
    }
}

/// The comparison; none if it is a regular expression that we cannot run.
// CP3
pub(crate) fn to_json(matches: &TextMatch) -> Option<Value> {
    let lower = matches.value.as_str().to_lowercase();
    Some(match matches.how {
        How::Is => json!(format!("^{}$", escaped(&lower))),
        How::Contains => json!(escaped(&lower)),
        How::Begins => json!(format!("^{}", escaped(&lower))),
        How::Wildcard if !lower.contains('*') => json!(format!("^{}$", escaped(&lower))),
        How::Wildcard => wildcard("^", &lower, ".", "$"),
        How::Regex => regex::compile(matches.value.as_str()).as_ref().map(Program::to_json).ok()?,
    })
}

/// A machine: what is between the stars, and a loop over any others where one is.
fn wildcard(start: &str, pattern: &str, others: &str, end: &str) -> Value {
    let mut steps = Vec::new();
    let mut text = start.to_owned();
    let mut parts = pattern.split('*').peekable();
    while let Some(part) = parts.next() {
        text.push_str(&escaped(part));
        if parts.peek().is_none() {
            text.push_str(end);
        }
        if !text.is_empty() {
            steps.push(json!(text));
        }
        text = String::new();
        if parts.peek().is_some() {
            steps.extend([json!(3), json!(others), json!(-1.5)]);
        }
    }
    Value::Array(steps)
}

/// Whether a text fits; none if that cannot be said.
pub(crate) fn fits(matches: &TextMatch, text: &str) -> Option<bool> {
    let text = text.to_lowercase();
    let pattern = matches.value.as_str().to_lowercase();
    match matches.how {
        How::Is => Some(text == pattern),
        How::Contains => Some(text.contains(&pattern)),
        How::Begins => Some(text.starts_with(&pattern)),
        How::Wildcard => Some(fits_wildcard(&pattern, &text)),
        How::Regex => Some(regex::compile(matches.value.as_str()).ok()?.is_match(&text)),
    }
}

fn fits_wildcard(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let Some(last) = parts.next_back() else { return rest.is_empty() };
    for part in parts {
        let Some((_, after)) = rest.split_once(part) else { return false };
        rest = after;
    }
    rest.ends_with(last)
}

/// Escapes are resolved as JavaScript's `decodeURI` resolves each of them: but for what has a meaning.
/// What stands for no letter stays as it was written, and spoils no other.
fn decoded(raw: &str) -> String {
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(next) = rest.chars().next() {
        let (letter, after) = escaped_letter(rest).unwrap_or((next, &rest[next.len_utf8()..]));
        text.push(letter);
        rest = after;
    }
    text
}

/// The letter that the text begins with, if that is an escaped one, and what comes behind it. A library decodes
/// all escapes of a text; here some must stay.
fn escaped_letter(text: &str) -> Option<(char, &str)> {
    let mut rest = text;
    let mut byte = || {
        let digits = rest
            .strip_prefix('%')?
            .get(..2)
            .filter(|it| it.bytes().all(|it| it.is_ascii_hexdigit()))?;
        rest = rest.get(3..)?;
        u8::from_str_radix(digits, 16).ok()
    };
    let first = byte()?;
    let n_more = match first {
        0..0x80 => 0,
        0xC0..0xE0 => 1,
        0xE0..0xF0 => 2,
        0xF0.. => 3,
        0x80..0xC0 => return None,
    };
    let mut bytes = vec![first];
    for _ in 0..n_more {
        bytes.push(byte()?);
    }
    let letter = std::str::from_utf8(&bytes).ok()?.chars().next()?;
    (!";/?:@&=+$,#".contains(letter)).then_some((letter, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn address(how: How, value: &str, path: u8, comparison: impl Into<Value>) {
        let matches = TextMatch { how, value: value.to_owned().try_into().unwrap() };
        assert_eq!(Address::new(&matches).to_json().unwrap(), [json!(path), comparison.into()]);
    }

    #[test]
    fn cp4_an_address_is_compared_without_what_its_pattern_leaves_out() {
        address(How::Is, "/pricing", 1, "^/pricing/?([?#]|$)");
        address(How::Is, "/pricing/", 1, "^/pricing/?([?#]|$)");
        address(How::Is, "/", 1, "^/?([?#]|$)");
        address(How::Is, "/a.b/?plan=pro", 1, r"^/a\.b/?\?plan=pro(#|$)");
        address(How::Is, "https://Shop.example/", 0, r"^[^/]+//shop\.example/?([?#]|$)");
        address(How::Is, "shop.example/#top", 0, r"^[^/]+//shop\.example/?(\?[^#]*)?#top$");
        address(How::Is, "/?a#b", 1, r"^/?\?a#b$");
        address(How::Wildcard, "/p/", 1, "^/p/?([?#]|$)");
        address(How::Contains, "pricing", 0, "pricing");
        address(How::Contains, "/pricing", 1, "/pricing");
        address(How::Begins, "http://a.b/c", 0, r"^[^/]+//a\.b/c");
        let steps = json!(["^/p/", 3, "[^?#]", -1.5, "/size([?#]|$)"]);
        address(How::Wildcard, "/p/*/size", 1, steps);
        let steps = json!(["^[^/]+//", 3, "[^#]", -1.5, r"\?a=", 3, "[^#]", -1.5, "(#|$)"]);
        address(How::Wildcard, "*?a=*", 0, steps);
    }

    #[test]
    fn cp4_escapes_are_what_they_stand_for() {
        address(How::Begins, "/%E4%BA%A7", 1, "^/产");
        address(How::Begins, "/a%20b%2Fc", 1, "^/a b%2fc");
        address(How::Begins, "/%E4%2", 1, "^/%e4%2");
        address(How::Begins, "/%E4%BA%A7%ff/%C3%A0", 1, "^/产%ff/à");
        address(How::Begins, "/100%%20%", 1, "^/100% %");
    }

    #[test]
    fn cp3_a_wildcard_takes_anything_and_the_rest_in_order() {
        for (pattern, text, expected) in [
            ("a*c", "abc", true),
            ("a*c", "ac", true),
            ("a*c", "acd", false),
            ("*b*", "abc", true),
            ("a*a", "a", false),
            ("a*b*c", "acb", false),
            ("*", "", true),
            ("a", "ab", false),
        ] {
            assert_eq!(fits_wildcard(pattern, text), expected, "{pattern} on {text}");
        }
    }
}
