//! From text to values: what the border takes, in one way for sockets and bodies.

use inbox_protocol::Refusal;
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
    use inbox_protocol::FromVisitor;
    use inbox_types::limits::FRAME_BYTES;

    use super::*;

    #[test]
    fn text_arrives_in_normal_form() {
        for raw in ["\"e\u{301}\"", r#""e\u0301""#, "\"\u{e9}\""] {
            assert_eq!(json::<String>(raw, 100).as_deref(), Ok("\u{e9}"), "{raw}");
        }
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
