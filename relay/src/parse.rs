//! From text to values: what the border takes, in one way for sockets and bodies, and every number
//! that stands in a header or an address.
//!
//! The platform counts in doubles, and its bindings abort on a number that is none: nothing leaves
//! here that is larger than was asked for.

use inbox_protocol::Refusal;
use inbox_types::{Timestamp, is_blank};
use serde::de::DeserializeOwned;
use serde_json::Value;
use unicode_normalization::{IsNormalized, UnicodeNormalization as _, is_nfc_quick};

/// Reads JSON whose strings are brought into Unicode's normal form C first, so that equal
/// texts are equal and limits count the same everywhere.
///
/// # Errors
///
/// If it is not what was expected, or longer than `max_bytes`.
pub fn json<T: DeserializeOwned>(text: &str, max_bytes: usize) -> Result<T, Refusal> {
    if max_bytes < text.len() {
        return Err(Refusal::TooLarge);
    }
    if is_normal(text) {
        return serde_json::from_str(text).map_err(|_| Refusal::Malformed);
    }
    let mut value: Value = serde_json::from_str(text).map_err(|_| Refusal::Malformed)?;
    normalise(&mut value);
    serde_json::from_value(value).map_err(|_| Refusal::Malformed)
}

/// Reads a body as [`json`] does. What cannot be seen was not written (X15): where a form has
/// something of it, it is refused before anything is called so.
///
/// # Errors
///
/// As for [`json`], and [`Refusal::Empty`] if a text in it has nothing visible.
pub fn form<T: DeserializeOwned>(text: &str, max_bytes: usize) -> Result<T, Refusal> {
    if max_bytes < text.len() {
        return Err(Refusal::TooLarge);
    }
    let mut value: Value = serde_json::from_str(text).map_err(|_| Refusal::Malformed)?;
    if has_blank(&value) {
        return Err(Refusal::Empty);
    }
    normalise(&mut value);
    serde_json::from_value(value).map_err(|_| Refusal::Malformed)
}

/// A SHA-256 as 64 hexadecimal digits, small or large.
#[must_use]
pub fn digest(text: &str) -> Option<[u8; 32]> {
    let mut digest = [0; 32];
    if text.len() != 2 * digest.len() {
        return None;
    }
    for (byte, pair) in digest.iter_mut().zip(text.as_bytes().chunks(2)) {
        let [high, low] = pair else { return None };
        let value = |it: &u8| char::from(*it).to_digit(16).and_then(|it| u8::try_from(it).ok());
        *byte = value(high)? * 16 + value(low)?;
    }
    Some(digest)
}

/// White space alone is left to the types: a pattern may look for it, and a name is not made of it.
/// A password is nothing to look at.
fn has_blank(value: &Value) -> bool {
    match value {
        Value::String(text) => !text.trim().is_empty() && is_blank(text),
        Value::Array(items) => items.iter().any(has_blank),
        Value::Object(fields) => {
            let shown = |name: &str| !matches!(name, "password" | "old" | "new" | "token");
            fields.iter().any(|(name, it)| shown(name) && has_blank(it))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// A whole number in decimal digits, of at most `max`. A longer row of digits is too large and
/// nothing else.
///
/// # Errors
///
/// Whether it is too large, or no number at all.
pub fn whole_number(raw: &str, max: u64) -> Result<u64, NumberError> {
    if raw.is_empty() || !raw.bytes().all(|it| it.is_ascii_digit()) {
        return Err(NumberError::NotOne);
    }
    match raw.parse() {
        Ok(number) if number <= max => Ok(number),
        Ok(_) | Err(_) => Err(NumberError::TooLarge),
    }
}

/// Why a text is not the number that was expected.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NumberError {
    /// It has something else in it than digits.
    #[error("not a whole number")]
    NotOne,
    /// It is one, and larger than can be.
    #[error("a number is too large")]
    TooLarge,
}

/// The last instant that numbers of the platform can name.
pub const LAST_INSTANT: u64 = (1 << 53) - 1;

/// An instant in milliseconds, as addresses have them.
///
/// # Errors
///
/// If it is none.
pub fn instant(raw: &str) -> Result<Timestamp, NumberError> {
    whole_number(raw, LAST_INSTANT).map(Timestamp::from_millis)
}

/// What a `Range` header asks of a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ranged {
    /// All of it: there is no range, or one that need not be understood.
    Whole,
    /// These bytes, the first and the last.
    Part(u64, u64),
    /// Bytes behind its end.
    Beyond,
}

/// The part of a file of `size` bytes that a header asks for; several parts are not served.
#[must_use]
pub fn range(header: &str, size: u64) -> Ranged {
    let Some((first, last)) = header.strip_prefix("bytes=").and_then(|it| it.split_once('-'))
    else {
        return Ranged::Whole;
    };
    let number = |raw: &str| match whole_number(raw, LAST_INSTANT) {
        Ok(number) => Some(number),
        Err(NumberError::TooLarge) => Some(LAST_INSTANT),
        Err(NumberError::NotOne) => None,
    };
    let last = if last.is_empty() { Some(LAST_INSTANT) } else { number(last) };
    match (number(first), last) {
        (Some(first), Some(last)) if last < first => Ranged::Whole,
        (Some(first), Some(_)) if size <= first => Ranged::Beyond,
        (Some(first), Some(last)) => Ranged::Part(first, last.min(size - 1)),
        (None, _) | (_, None) => Ranged::Whole,
    }
}

/// A body that is read piece by piece, and not a byte further than its limit.
#[derive(Debug)]
pub struct Body {
    max_bytes: usize,
    bytes: Vec<u8>,
}

impl Body {
    /// Nothing was read yet. `announced` is what `Content-Length` says; empty if it says nothing.
    ///
    /// # Errors
    ///
    /// If more was announced than is taken.
    pub fn new(announced: &str, max_bytes: usize) -> Result<Self, Refusal> {
        let too_long = whole_number(announced, max_bytes as u64) == Err(NumberError::TooLarge);
        if too_long {
            return Err(Refusal::TooLarge);
        }
        Ok(Self { max_bytes, bytes: Vec::new() })
    }

    /// Takes the next piece.
    ///
    /// # Errors
    ///
    /// If it is too much; nothing more need be read.
    pub fn take(&mut self, piece: &[u8]) -> Result<(), Refusal> {
        if self.max_bytes - self.bytes.len() < piece.len() {
            return Err(Refusal::TooLarge);
        }
        self.bytes.extend_from_slice(piece);
        Ok(())
    }

    /// What was read.
    ///
    /// # Errors
    ///
    /// If it is not text.
    pub fn text(self) -> Result<String, Refusal> {
        String::from_utf8(self.bytes).map_err(|_| Refusal::Malformed)
    }
}

/// Whether the text is surely normal. An escape could hide a combining mark.
fn is_normal(text: &str) -> bool {
    !text.contains("\\u") && (text.is_ascii() || is_nfc_quick(text.chars()) == IsNormalized::Yes)
}

fn normalise(value: &mut Value) {
    match value {
        Value::String(text) => *text = text.nfc().collect(),
        Value::Array(items) => items.iter_mut().for_each(normalise),
        Value::Object(fields) => fields.values_mut().for_each(normalise),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use inbox_protocol::{FromAgent, FromVisitor};
    use inbox_types::limits::FRAME_BYTES;

    use super::*;

    #[test]
    fn a_digest_is_64_hexadecimal_digits() {
        let text = "00ff10AbcD".to_owned() + &"7".repeat(54);
        let read = digest(&text).unwrap();
        assert_eq!(read[..6], [0x00, 0xff, 0x10, 0xab, 0xcd, 0x77]);
        for wrong in
            ["", "00", &text[1..], &(text.clone() + "0"), &text.replace('f', "g"), &"é".repeat(32)]
        {
            assert_eq!(digest(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn text_arrives_in_normal_form() {
        for raw in ["\"e\u{301}\"", r#""e\u0301""#, "\"\u{e9}\""] {
            assert_eq!(json::<String>(raw, 100).as_deref(), Ok("\u{e9}"), "{raw}");
        }
    }

    /// Numbers that have broken programs: around what a double holds and what a machine's integers do.
    fn hostile_numbers() -> Vec<String> {
        let mut numbers: Vec<String> = Vec::new();
        for power in [16, 31, 32, 52, 53, 62, 63, 64, 65, 127, 128] {
            let edge: u128 = if power == 128 { u128::MAX } else { 1 << power };
            let around = [edge - 2, edge - 1, edge, edge.saturating_add(1), edge.saturating_add(2)];
            numbers.extend(around.iter().map(ToString::to_string));
            numbers.extend(around.iter().map(|it| format!("-{it}")));
        }
        numbers.extend([5, 20, 100, 400, 5_000].map(|it| "9".repeat(it)));
        numbers.push(format!("{}1", "0".repeat(5_000)));
        for odd in [
            "",
            " ",
            "-",
            "+",
            "-0",
            "+1",
            "1.5",
            ".5",
            "1.",
            "1e3",
            "1e400",
            "0x10",
            "1_000",
            "1,000",
            "NaN",
            "Infinity",
            "null",
            "١٢٣",
            "１２３",
            " 1",
            "1 ",
            "1\u{0}",
            "--1",
            "1-",
            "²",
        ] {
            numbers.push(odd.to_owned());
        }
        numbers
    }

    #[test]
    fn a_number_is_within_its_bound_or_none() {
        for raw in hostile_numbers() {
            for max in [0, 1, 25 * 1024 * 1024, LAST_INSTANT, u64::MAX] {
                let digits = !raw.is_empty() && raw.bytes().all(|it| it.is_ascii_digit());
                match whole_number(&raw, max) {
                    Ok(number) => assert!(digits && number <= max, "{raw}"),
                    Err(NumberError::TooLarge) => assert!(digits && 1 < raw.len(), "{raw}"),
                    Err(NumberError::NotOne) => assert!(!digits, "{raw}"),
                }
            }
            if let Ok(at) = instant(&raw) {
                assert!(at.as_millis() <= LAST_INSTANT, "{raw}");
            }
        }
        assert_eq!(whole_number("007", 7), Ok(7));
    }

    #[test]
    fn no_range_leads_out_of_the_file() {
        for size in [1, 2, 1_000, 25 * 1024 * 1024] {
            for first in hostile_numbers() {
                for last in hostile_numbers() {
                    let header = format!("bytes={first}-{last}");
                    match range(&header, size) {
                        Ranged::Part(first, last) => {
                            assert!(first <= last && last < size, "{header}");
                        }
                        Ranged::Whole | Ranged::Beyond => {}
                    }
                }
            }
        }
    }

    #[test]
    fn a_range_is_what_browsers_mean_by_it() {
        for (header, expected) in [
            ("bytes=0-1", Ranged::Part(0, 1)),
            ("bytes=2-", Ranged::Part(2, 9)),
            ("bytes=9-9", Ranged::Part(9, 9)),
            ("bytes=0-9007199254740991", Ranged::Part(0, 9)),
            ("bytes=0-18446744073709551616", Ranged::Part(0, 9)),
            ("bytes=10-", Ranged::Beyond),
            ("bytes=9007199254740993-", Ranged::Beyond),
            ("bytes=99999999999999999999-99999999999999999999", Ranged::Beyond),
            ("bytes=5-2", Ranged::Whole),
            ("bytes=-5", Ranged::Whole),
            ("bytes=0-1,3-4", Ranged::Whole),
            ("bytes=", Ranged::Whole),
            ("lines=0-1", Ranged::Whole),
            ("", Ranged::Whole),
        ] {
            assert_eq!(range(header, 10), expected, "{header}");
        }
    }

    #[test]
    fn a_body_is_read_to_its_limit_and_not_past_it() {
        for (announced, fits) in
            [("", true), ("10", true), ("11", false), ("18446744073709551616", false)]
        {
            assert_eq!(Body::new(announced, 10).is_ok(), fits, "{announced}");
        }
        for piece_bytes in [1, 3, 10, 11, 64] {
            let mut body = Body::new("", 10).expect("nothing was announced");
            let piece = vec![b'x'; piece_bytes];
            // As long as somebody sends: it is the body that must end it.
            let n_taken = (0..1_000).take_while(|_| body.take(&piece).is_ok()).count();
            assert_eq!(n_taken, 10 / piece_bytes);
            assert!(body.bytes.capacity() <= 64);
        }
        let mut body = Body::new("whatever", 10).expect("no number was announced");
        body.take(&[0xff]).expect("there is room");
        assert_eq!(body.text(), Err(Refusal::Malformed));
    }

    #[test]
    fn a_number_in_a_frame_is_taken_or_refused() {
        for number in hostile_numbers() {
            for text in [
                format!(r#"{{"type":"history","before":{number}}}"#),
                format!(r#"{{"type":"seen","place":{number}}}"#),
                format!(r#"{{"type":"hello","version":{number},"epoch":{number}}}"#),
                format!(r#"{{"type":"seen","place":"{number}"}}"#),
            ] {
                // Either is good; what counts is that it comes back.
                let _taken = json::<FromVisitor>(&text, FRAME_BYTES);
                let _taken = json::<FromAgent>(&text, FRAME_BYTES);
            }
        }
    }

    #[test]
    fn a_form_has_no_text_of_nothing_visible() {
        let form = |text: &str| form::<Value>(text, 1_000).map(|_| ());
        for blank in ["\u{200b}", "\u{3164} \u{3164}", "\u{2800}", "\u{e0041}\u{fe0f}", "\u{ad}"] {
            for text in [
                format!(r#"{{"name":"{blank}"}}"#),
                format!(r#"{{"appearance":{{"greeting":{{"en":"{blank}"}}}}}}"#),
                format!(r#"{{"tags":["vip","{blank}"]}}"#),
            ] {
                assert_eq!(form(&text), Err(Refusal::Empty), "{text}");
            }
            assert_eq!(form(&format!(r#"{{"name":"A{blank}"}}"#)), Ok(()));
            assert_eq!(form(&format!(r#"{{"password":"{blank}"}}"#)), Ok(()));
        }
        assert_eq!(form(r#"{"title":"","pattern":" ","name":"ana"}"#), Ok(()));
        assert_eq!(form("{"), Err(Refusal::Malformed));
    }

    #[test]
    fn what_is_no_frame_is_refused_without_a_word_about_it() {
        let frame = |text: &str| json::<FromVisitor>(text, FRAME_BYTES).map(|_| ());
        assert_eq!(frame(r#"{"type":"end"}"#), Ok(()));
        for text in [
            "",
            "{",
            "null",
            r#"{"type":"drop_tables"}"#,
            r#"{"type":"typing","on":true,"more":1}"#,
            r#"{"type":"typing","on":"yes"}"#,
        ] {
            assert_eq!(frame(text), Err(Refusal::Malformed), "{text}");
        }
        assert_eq!(frame(&"x".repeat(FRAME_BYTES + 1)), Err(Refusal::TooLarge));
    }
}
