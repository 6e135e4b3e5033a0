//! How texts and addresses are compared, in the form that the loader reads.

use inbox_types::{How, TextMatch};
use serde_json::{Value, json};

use crate::regex::{self, Program};

/// What an address is compared with, and which parts of it.
#[derive(Clone, Debug)]
pub(crate) struct Address {
    /// The pattern without its scheme, in small letters.
    pub(crate) pattern: String,
    /// How.
    pub(crate) how: How,
    /// With the host before the path.
    pub(crate) host: bool,
    parts: u8,
}

const HOST: u8 = 1;
const QUERY: u8 = 2;
const FRAGMENT: u8 = 4;
const SCHEME: u8 = 8;

impl Address {
    pub(crate) fn new(matches: &TextMatch) -> Self {
        let raw = matches.value.as_str();
        let host = !raw.starts_with('/');
        let lower = decoded(raw).to_lowercase();
        let bare = ["https://", "http://"].iter().find_map(|it| lower.strip_prefix(it));
        let mut parts = if host { HOST } else { 0 };
        let mut pattern = bare.unwrap_or(&lower).to_owned();
        let plain = matches.how == How::Wildcard && !pattern.contains('*');
        let how = if plain { How::Is } else { matches.how };
        match how {
            How::Is | How::Wildcard => {
                parts |= if pattern.contains('?') { QUERY } else { 0 };
                parts |= if pattern.contains('#') { FRAGMENT } else { 0 };
                if how == How::Is {
                    let end = pattern.find(['?', '#']).unwrap_or(pattern.len());
                    let (path, rest) = pattern.split_at(end);
                    pattern = [path.strip_suffix('/').unwrap_or(path), rest].concat();
                }
            }
            How::Contains | How::Begins => parts |= QUERY | FRAGMENT,
            How::Regex => {
                parts |= QUERY | FRAGMENT | if host { SCHEME } else { 0 };
                raw.clone_into(&mut pattern);
            }
        }
        if how != How::Regex && pattern.contains("://") {
            parts |= SCHEME;
        }
        Self { pattern, how, host, parts }
    }

    /// Which parts are compared, and the comparison.
    pub(crate) fn to_json(&self) -> Option<[Value; 2]> {
        Some([json!(self.parts), comparison(self.how, &self.pattern)?])
    }
}

/// The comparison; none if it is a regular expression that we cannot run.
pub(crate) fn to_json(matches: &TextMatch) -> Option<Value> {
    comparison(matches.how, matches.value.as_str())
}

fn comparison(how: How, pattern: &str) -> Option<Value> {
    let lower = pattern.to_lowercase();
    Some(match how {
        How::Is => json!(format!("={lower}")),
        How::Contains => json!(format!("~{lower}")),
        How::Begins => json!(format!("^{lower}")),
        How::Wildcard if !lower.contains('*') => json!(format!("={lower}")),
        How::Wildcard => json!(format!("*{lower}")),
        How::Regex => regex::compile(pattern).as_ref().map(Program::to_json).ok()?,
    })
}

/// Whether a text fits; none if that cannot be said.
pub(crate) fn fits(matches: &TextMatch, text: &str) -> Option<bool> {
    let text = text.to_lowercase();
    let pattern = matches.value.as_str().to_lowercase();
    match matches.how {
        How::Is => Some(text == pattern),
        How::Contains => Some(text.contains(&pattern)),
        How::Begins => Some(text.starts_with(&pattern)),
        How::Wildcard => Some(wildcard(&pattern, &text)),
        How::Regex => Some(regex::compile(matches.value.as_str()).ok()?.is_match(&text)),
    }
}

fn wildcard(pattern: &str, text: &str) -> bool {
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

/// Percent signs before what is no ASCII are resolved, as browsers show addresses.
fn decoded(raw: &str) -> String {
    let mut bytes = Vec::with_capacity(raw.len());
    let mut rest = raw.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let escaped = rest
            .get(1..3)
            .filter(|_| *first == b'%')
            .and_then(|it| std::str::from_utf8(it).ok())
            .and_then(|it| u8::from_str_radix(it, 16).ok())
            .filter(|it| 0x7f < *it);
        if let Some(byte) = escaped {
            bytes.push(byte);
            rest = rest.get(3..).unwrap_or_default();
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    // What is no text once resolved stays as it was written.
    String::from_utf8(bytes).unwrap_or_else(|_| raw.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn address(how: How, value: &str, parts: u8, comparison: &str) {
        let matches = TextMatch { how, value: value.to_owned().try_into().unwrap() };
        let [got_parts, got] = Address::new(&matches).to_json().unwrap();
        assert_eq!((got_parts, got), (json!(parts), json!(comparison)));
    }

    #[test]
    fn an_address_is_compared_without_what_its_pattern_leaves_out() {
        address(How::Is, "/pricing", 0, "=/pricing");
        address(How::Is, "/pricing/", 0, "=/pricing");
        address(How::Is, "/pricing/?plan=pro", QUERY, "=/pricing?plan=pro");
        address(How::Is, "https://Shop.example/", HOST, "=shop.example");
        address(How::Is, "shop.example/#top", HOST | FRAGMENT, "=shop.example#top");
        address(How::Wildcard, "/p/*/size", 0, "*/p/*/size");
        address(How::Wildcard, "/p/", 0, "=/p");
        address(How::Contains, "pricing", HOST | QUERY | FRAGMENT, "~pricing");
        address(How::Contains, "?u=http://a", HOST | QUERY | FRAGMENT | SCHEME, "~?u=http://a");
        address(How::Begins, "http://a.b/c", HOST | QUERY | FRAGMENT, "^a.b/c");
    }

    #[test]
    fn escapes_of_letters_are_letters() {
        address(How::Is, "/%E4%BA%A7", 0, "=/产");
        address(How::Is, "/a%20b%2Fc", 0, "=/a%20b%2fc");
        address(How::Is, "/%E4", 0, "=/%e4");
    }

    #[test]
    fn a_wildcard_takes_anything_and_the_rest_in_order() {
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
            assert_eq!(wildcard(pattern, text), expected, "{pattern} on {text}");
        }
    }
}
