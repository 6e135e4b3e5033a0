//! What the relay writes into pages: text, and JSON inside script.

use std::fmt::Write as _;

use serde::Serialize;

/// JSON that can stand in any script. `<` would end a script element, and two line
/// separators once ended lines in JavaScript.
///
/// # Errors
///
/// If the value cannot be JSON.
pub fn script_json<T: Serialize>(value: &T) -> Result<String, serde_json::Error> {
    let json = serde_json::to_string(value)?;
    let mut safe = String::with_capacity(json.len());
    for it in json.chars() {
        match it {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                // Writing to a string cannot fail.
                let _ = write!(safe, "\\u{:04x}", u32::from(it));
            }
            _ => safe.push(it),
        }
    }
    Ok(safe)
}

/// Text that can stand in HTML, in an element or in a quoted attribute.
#[must_use]
pub fn html_text(raw: &str) -> String {
    raw.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_in_a_script_cannot_leave_it() {
        let json = script_json(&"</script><!--\u{2028}&").expect("a string is JSON");
        assert_eq!(json, r#""\u003c/script\u003e\u003c!--\u2028\u0026""#);
        assert_eq!(
            serde_json::from_str::<String>(&json).expect("it reads back"),
            "</script><!--\u{2028}&"
        );
    }
}
