//! Addresses of visited pages as one reads them: letters instead of escapes, and the middle left out
//! of long ones. For the eyes only; a link goes to the address as it is.

use std::fmt::Write as _;

/// Characters that are shown of an address.
const SHOWN: usize = 90;
/// Of which so many are its end, where the page's own name usually is.
const END: usize = 35;

/// The address, readable.
#[must_use]
pub fn readable(url: &str) -> String {
    let text = decoded(url);
    let n_chars = text.chars().count();
    if n_chars <= SHOWN {
        return text;
    }
    let begin: String = text.chars().take(SHOWN - END - 1).collect();
    let end: String = text.chars().skip(n_chars - END).collect();
    format!("{begin}…{end}")
}

/// With each escape that stands for something to read replaced by it. One that is broken, or that
/// stands for something with a meaning in an address or something unseen, stays as it is.
fn decoded(url: &str) -> String {
    let mut text = String::with_capacity(url.len());
    let mut rest = url;
    while let Some(next) = rest.chars().next() {
        let (letter, after) = match escaped(rest) {
            Some((letter, after)) if is_readable(letter) => (letter, after),
            _ => (next, &rest[next.len_utf8()..]),
        };
        if is_readable(letter) || letter.is_ascii_graphic() {
            text.push(letter);
        } else {
            // A browser would have escaped it; whoever did not may want to hide what follows.
            let mut bytes = [0; 4];
            for byte in letter.encode_utf8(&mut bytes).bytes() {
                // Writing to a string cannot fail.
                let _ = write!(text, "%{byte:02X}");
            }
        }
        rest = after;
    }
    text
}

/// The character that the text begins with, if that is an escaped one, and what comes behind it.
fn escaped(text: &str) -> Option<(char, &str)> {
    let byte = |at: usize| {
        let digits = text.get(at * 3..)?.strip_prefix('%')?.get(..2)?;
        let is_hex = digits.bytes().all(|it| it.is_ascii_hexdigit());
        is_hex.then(|| u8::from_str_radix(digits, 16).ok()).flatten()
    };
    let n_bytes = match byte(0)? {
        0..0x80 => 1,
        0xC0..0xE0 => 2,
        0xE0..0xF0 => 3,
        0xF0.. => 4,
        0x80..0xC0 => return None,
    };
    let bytes: Vec<u8> = (0..n_bytes).map(byte).collect::<Option<_>>()?;
    let letter = std::str::from_utf8(&bytes).ok()?.chars().next()?;
    Some((letter, text.get(n_bytes * 3..)?))
}

/// Whether it can be seen, turns nothing around, and means nothing in an address.
fn is_readable(letter: char) -> bool {
    let unseen = matches!(letter,
        '\u{80}'..='\u{a0}' | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{1680}'
        | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{2000}'..='\u{200f}' | '\u{2028}'..='\u{202f}'
        | '\u{205f}'..='\u{206f}' | '\u{2800}' | '\u{3000}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
        | '\u{ffa0}' | '\u{fff0}'..='\u{ffff}' | '\u{e000}'..='\u{f8ff}' | '\u{e0000}'..);
    letter.is_ascii_alphanumeric()
        || " -_.~!'()*,".contains(letter)
        || (!letter.is_ascii() && !unseen)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_read_where_that_hides_nothing() {
        for (url, read) in [
            ("https://shop.example/", "https://shop.example/"),
            (
                "https://shop.example/s%E1%BA%A3n-ph%E1%BA%A9m?m%C3%A0u=%C4%91%E1%BB%8F",
                "https://shop.example/sản-phẩm?màu=đỏ",
            ),
            (
                "https://shop.example/%E4%BA%A7%E5%93%81/%D9%85%D9%88%D9%82%D8%B9",
                "https://shop.example/产品/موقع",
            ),
            ("https://shop.example/red%20shoes", "https://shop.example/red shoes"),
            (
                "https://shop.example/?q=a%26b%3Dc%23d%2Fe%25f",
                "https://shop.example/?q=a%26b%3Dc%23d%2Fe%25f",
            ),
            ("https://shop.example/%E4%BA%A7%ff%zz%", "https://shop.example/产%ff%zz%"),
            ("https://shop.example/%E2%80%AEgpj.exe", "https://shop.example/%E2%80%AEgpj.exe"),
            ("https://shop.example/\u{202e}gpj.exe", "https://shop.example/%E2%80%AEgpj.exe"),
            (
                "https://shop.example/%E3%85%A4%C2%A0%0A%00",
                "https://shop.example/%E3%85%A4%C2%A0%0A%00",
            ),
            ("https://shop.example/?token=…&a=1", "https://shop.example/?token=…&a=1"),
            ("", ""),
        ] {
            assert_eq!(readable(url), read, "{url}");
        }
    }

    #[test]
    fn the_middle_of_a_long_address_is_left_out() {
        let url = format!("https://shop.example/{}/the-page?a=1", "%E4%BA%A7".repeat(200));
        let read = readable(&url);
        assert_eq!(read.chars().count(), SHOWN);
        assert!(
            read.starts_with("https://shop.example/产产") && read.ends_with("/the-page?a=1"),
            "{read}"
        );
        assert!(read.contains("产…产"), "{read}");
    }

    #[test]
    fn no_address_is_longer_than_what_is_shown() {
        for piece in ["a", "%41", "%ff", "\u{200b}", "é", "😀", "%F0%9F%98%80", "%"] {
            assert!(readable(&piece.repeat(500)).chars().count() <= SHOWN, "{piece}");
        }
    }
}
