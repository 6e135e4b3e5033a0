//! A text taken apart into words and links. User text is never HTML.

/// A part of a text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Piece {
    /// Words.
    Words(String),
    /// A link; only http, https, mailto and tel are links.
    Link(String),
}

/// The parts of a text.
#[must_use]
pub fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut words = String::new();
    for token in text.split_inclusive(char::is_whitespace) {
        let body = token.trim_end_matches(char::is_whitespace);
        let start = body.find(|it: char| !OPENING.contains(it)).unwrap_or(body.len());
        let link = body[start..].trim_end_matches(TRAILING);
        if is_link(link) {
            words.push_str(&body[..start]);
            if !words.is_empty() {
                pieces.push(Piece::Words(std::mem::take(&mut words)));
            }
            pieces.push(Piece::Link(link.to_owned()));
            words.push_str(&token[start + link.len()..]);
        } else {
            words.push_str(token);
        }
    }
    if !words.is_empty() {
        pieces.push(Piece::Words(words));
    }
    pieces
}

/// What may stand before a link without belonging to it.
const OPENING: &str = "([{<\"'“‘«「（";
/// What may stand behind a link without belonging to it.
const TRAILING: &[char] = &[
    '.', ',', ';', ':', '!', '?', ')', ']', '}', '>', '"', '\'', '”', '’', '»', '」', '）', '。',
    '，',
];

fn is_link(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    ["http://", "https://", "mailto:", "tel:"]
        .iter()
        .any(|scheme| lower.strip_prefix(scheme).is_some_and(|rest| !rest.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Piece {
        Piece::Words(text.to_owned())
    }

    fn link(text: &str) -> Piece {
        Piece::Link(text.to_owned())
    }

    #[test]
    fn links_are_found_without_what_stands_around_them() {
        assert_eq!(
            pieces("See (https://shop.example/a?b=c), or tel:+4412.\nBye"),
            [
                words("See ("),
                link("https://shop.example/a?b=c"),
                words("), or "),
                link("tel:+4412"),
                words(".\nBye"),
            ]
        );
    }

    #[test]
    fn other_schemes_are_words() {
        for text in ["javascript:alert(1)", "data:text/html,x", "https://", "file:///etc/passwd"] {
            assert_eq!(pieces(text), [words(text)]);
        }
    }
}
