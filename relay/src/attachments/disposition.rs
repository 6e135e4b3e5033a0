//! The headers of a stored file: under which name it is saved, whether it is shown, and what may run
//! in it.

use std::fmt::Write as _;

use inbox_types::MediaType;

/// The policy of a file: nothing, wherever it is opened.
pub const FILE_POLICY: &str = "default-src 'none'; sandbox";

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
