//! The headers of a stored file: under which name it is saved, whether it is shown, and what may run
//! in it.

use inbox_types::{MediaType, Text, turns_text};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// The policy of a file: nothing, wherever it is opened.
pub const FILE_POLICY: &str = "default-src 'none'; sandbox";

/// What a file is called that somebody uploads under a name: whoever reads it sees all of it, and in its
/// order.
#[must_use]
pub fn clean_name(raw: &str) -> Text<255> {
    // A path is a browser's mistake; control characters are nobody's name, nor what turns its end around.
    let last = raw.rsplit(['/', '\\']).next().unwrap_or_default();
    let shown = |it: &char| !it.is_control() && !turns_text(*it);
    let clean: String = last.chars().filter(shown).collect();
    let clean: String = unicode_normalization::UnicodeNormalization::nfc(clean.as_str()).collect();
    let named = Text::cut(&clean).filter(|it| !it.is_blank());
    named.unwrap_or_else(|| Text::cut("file").expect("four letters"))
}

/// How a browser may show a file: only images are drawn, all else is saved under its name.
#[must_use]
pub fn disposition(media: MediaType, name: &str) -> String {
    named(if media.is_image() { "inline" } else { "attachment" }, name)
}

/// The stored header as it is sent: files are kept whose names were not cleaned when they were uploaded.
#[must_use]
pub fn shown_disposition(stored: &str) -> String {
    renamed(stored, str::to_owned)
}

/// The same header for a viewer who sees numbers and addresses masked.
#[must_use]
pub fn masked_disposition(stored: &str) -> String {
    renamed(stored, inbox_core::masking::text)
}

fn renamed(stored: &str, shown: impl Fn(&str) -> String) -> String {
    let kind = stored.split(';').next().unwrap_or("attachment");
    let name = stored.rsplit_once("filename*=UTF-8''").and_then(|(_, it)| percent_decode(it));
    // What cannot be read is not shown.
    name.map_or_else(|| kind.to_owned(), |it| named(kind, &shown(clean_name(&it).as_str())))
}

fn named(kind: &str, name: &str) -> String {
    let ascii: String = name
        .chars()
        .map(|it| if it.is_ascii_alphanumeric() || "._- ".contains(it) { it } else { '_' })
        .collect();
    format!("{kind}; filename=\"{ascii}\"; filename*=UTF-8''{}", utf8_percent_encode(name, PLAIN))
}

/// What RFC 5987 leaves as it is in a name: letters, digits and a few marks.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The name that a percent-encoded text stands for; none if that is not UTF-8, or if a percent sign in it
/// stands before anything but two hexadecimal digits.
#[must_use]
pub fn percent_decode(text: &str) -> Option<String> {
    let is_whole = text
        .split('%')
        .skip(1)
        .all(|it| it.len() >= 2 && it.bytes().take(2).all(|byte| byte.is_ascii_hexdigit()));
    let name = percent_decode_str(text).decode_utf8().ok().filter(|_| is_whole)?;
    Some(name.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_as_it_ends() {
        for (raw, name) in [
            ("receipt.pdf", "receipt.pdf"),
            ("C:\\shop\\receipt.pdf", "receipt.pdf"),
            ("/tmp/receipt.pdf", "receipt.pdf"),
            ("invoice\u{202e}fdp.exe", "invoicefdp.exe"),
            ("\u{2067}\u{200f}gpj\u{2069}.exe\u{61c}", "gpj.exe"),
            ("a\u{0}b\nc.txt", "abc.txt"),
            ("\u{202e}\u{200e}", "file"),
            ("", "file"),
            ("فاتورة.pdf", "فاتورة.pdf"),
            // Letters that are joined, and signs that are not, are written so.
            ("می\u{200c}خواهم.pdf", "می\u{200c}خواهم.pdf"),
        ] {
            assert_eq!(clean_name(raw).as_str(), name, "{raw:?}");
        }
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

    #[test]
    fn what_turns_a_stored_name_around_is_not_sent() {
        for media in [MediaType::Png, MediaType::Other] {
            let stored = disposition(media, "invoice\u{202e}fdp.exe");
            for shown in [shown_disposition(&stored), masked_disposition(&stored)] {
                assert_eq!(shown, disposition(media, "invoicefdp.exe"));
            }
            let plain = disposition(media, "ảnh 4111 1111 1111 1111.pdf");
            assert_eq!(shown_disposition(&plain), plain);
        }
        assert_eq!(shown_disposition("attachment"), "attachment");
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
            let encoded = utf8_percent_encode(name, PLAIN).to_string();
            assert_eq!(percent_decode(&encoded).as_deref(), Some(name));
        }
        assert_eq!(percent_decode("%zz"), None);
        assert_eq!(percent_decode("%ff"), None);
        assert_eq!(percent_decode("%4"), None);
    }
}
