//! What the relay writes into pages and headers: policies, and JSON inside script.

use std::fmt::Write as _;

use inbox_types::MediaType;
use serde::Serialize;

use super::{chat::FramePage, hosts};

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

/// The policy of the chat's page. `ancestors` are the site's own origins; of script and style that
/// stand in the page itself only the build's own run, by their hashes.
#[must_use]
pub fn frame_policy(
    page: &FramePage,
    ancestors: &[String],
    widget_origin: &str,
    files_origin: &str,
) -> String {
    let FramePage { script_hash, style_hash, .. } = page;
    // What was stored before origins were looked at as closely as now is looked at again.
    let ancestors: Vec<String> =
        ancestors.iter().filter_map(|it| hosts::embedder(it).ok()).collect();
    let ancestors = if ancestors.is_empty() { "'none'".to_owned() } else { ancestors.join(" ") };
    format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval' '{script_hash}'; \
         style-src '{style_hash}'; \
         img-src 'self' blob: data: {files_origin}; media-src {files_origin}; font-src 'self'; \
         connect-src 'self' {} {files_origin}; base-uri 'none'; form-action 'none'; \
         frame-ancestors {ancestors}",
        socket_origin(widget_origin),
    )
}

/// The policy of the console.
#[must_use]
pub fn console_policy(desk_origin: &str, files_origin: &str) -> String {
    format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
         img-src 'self' blob: data: {files_origin}; media-src 'self' {files_origin}; font-src 'self'; \
         connect-src 'self' {} {files_origin}; manifest-src 'self'; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'none'",
        socket_origin(desk_origin),
    )
}

/// The policy of a file: nothing, wherever it is opened.
pub const FILE_POLICY: &str = "default-src 'none'; sandbox";

fn socket_origin(origin: &str) -> String {
    origin.replacen("http", "ws", 1)
}

/// How a browser may show a file: only images are drawn, all else is saved under its name.
#[must_use]
pub fn disposition(media: MediaType, name: &str) -> String {
    named(if media.is_image() { "inline" } else { "attachment" }, name)
}

/// The same header for a viewer who sees numbers and addresses masked.
#[must_use]
pub fn masked_disposition(stored: &str) -> String {
    let kind = stored.split(';').next().unwrap_or("attachment");
    let name = stored.rsplit_once("filename*=UTF-8''").and_then(|(_, it)| percent_decode(it));
    // What cannot be read is not shown.
    name.map_or_else(|| kind.to_owned(), |it| named(kind, &inbox_core::masking::text(&it)))
}

fn named(kind: &str, name: &str) -> String {
    let ascii: String = name
        .chars()
        .map(|it| if it.is_ascii_alphanumeric() || "._- ".contains(it) { it } else { '_' })
        .collect();
    format!("{kind}; filename=\"{ascii}\"; filename*=UTF-8''{}", percent_encode(name))
}

/// RFC 5987: letters, digits and a few marks as they are, all other bytes in hexadecimal.
#[must_use]
pub fn percent_encode(raw: &str) -> String {
    let mut text = String::with_capacity(raw.len());
    for byte in raw.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}

/// The text that [`percent_encode`] was given; none if it was not UTF-8.
#[must_use]
pub fn percent_decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digit = |it: Option<u8>| char::from(it?).to_digit(16);
            let (high, low) = (digit(rest.next())?, digit(rest.next())?);
            bytes.push(u8::try_from(high * 16 + low).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
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

    #[test]
    fn a_masked_viewer_is_told_a_masked_name() {
        for (name, shown) in [
            ("4111 1111 1111 1111.pdf", "************1111.pdf"),
            ("ursula.mask@example.com.txt", "u**********@example.com.txt"),
            ("ursula%40example.com", "u*****@example.com"),
            ("ảnh ＋８４９１２３４５６７８.png", "ảnh ********５６７８.png"),
            ("receipt.pdf", "receipt.pdf"),
        ] {
            for media in [MediaType::Png, MediaType::Other] {
                let header = masked_disposition(&disposition(media, name));
                assert_eq!(header, disposition(media, shown), "{name}");
            }
        }
        assert_eq!(masked_disposition("attachment"), "attachment");
        assert_eq!(masked_disposition("attachment; filename=\"4111111111111111\""), "attachment");
    }

    fn page() -> FramePage {
        FramePage {
            html: String::new(),
            script_hash: "sha256-a".into(),
            style_hash: "sha256-b".into(),
        }
    }

    #[test]
    fn a_site_without_origins_is_embedded_nowhere() {
        let policy = frame_policy(&page(), &[], "https://w.example", "https://files.example");
        assert!(policy.ends_with("frame-ancestors 'none'"), "{policy}");
    }

    #[test]
    fn the_frame_is_embedded_by_its_site_and_speaks_to_the_relay() {
        let ancestors = ["https://shop.example".to_owned(), "https://*.shop.example".to_owned()];
        let policy =
            frame_policy(&page(), &ancestors, "https://w.example", "https://files.example");
        assert!(policy.ends_with("frame-ancestors https://shop.example https://*.shop.example"));
        assert!(
            policy.contains("connect-src 'self' wss://w.example https://files.example;"),
            "{policy}"
        );
        assert!(policy.contains("script-src 'self' 'wasm-unsafe-eval' 'sha256-a';"), "{policy}");
        assert!(!policy.contains("unsafe-inline"));
    }

    #[test]
    fn a_stored_origin_adds_no_directive() {
        let stored = [
            "https://a.example;script-src-elem".to_owned(),
            "https://shop.example".to_owned(),
            "https://b.example, default-src *".to_owned(),
        ];
        let policy = frame_policy(&page(), &stored, "https://w.example", "https://files.example");
        assert!(policy.ends_with("; frame-ancestors https://shop.example"), "{policy}");
    }

    #[test]
    fn the_console_is_embedded_nowhere() {
        let policy = console_policy("http://desk.localhost:8787", "http://files.localhost:8787");
        assert!(policy.ends_with("frame-ancestors 'none'"));
        assert!(policy.contains("ws://desk.localhost:8787"));
    }

    #[test]
    fn a_file_name_cannot_break_its_header() {
        let header = disposition(MediaType::Other, "a\"b\r\nc é.html");
        assert_eq!(
            header,
            "attachment; filename=\"a_b__c _.html\"; filename*=UTF-8''a%22b%0D%0Ac%20%C3%A9.html"
        );
        assert!(disposition(MediaType::Png, "x.png").starts_with("inline;"));
        for media in [MediaType::Pdf, MediaType::Zip, MediaType::Video, MediaType::Other] {
            assert!(disposition(media, "x").starts_with("attachment;"), "{media:?}");
        }
    }

    #[test]
    fn names_survive_the_header() {
        for name in ["Ảnh chụp 1.png", "文件.pdf", "a%20b", ""] {
            assert_eq!(percent_decode(&percent_encode(name)).as_deref(), Some(name));
        }
        assert_eq!(percent_decode("%zz"), None);
        assert_eq!(percent_decode("%ff"), None);
        assert_eq!(percent_decode("%4"), None);
    }
}
