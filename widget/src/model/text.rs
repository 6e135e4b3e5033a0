//! A message's text as nodes. It is never HTML: what is not a link is plain text.

/// A piece of a text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Node {
    /// Words.
    Plain(String),
    /// Something to follow.
    Link {
        /// As it was written.
        text: String,
        /// Where it leads; http, https, mailto or tel.
        href: String,
    },
}

/// What a link begins with, and what its address then needs in front.
const BEGINNINGS: [(&str, &str); 5] =
    [("https://", ""), ("http://", ""), ("mailto:", ""), ("tel:", ""), ("www.", "https://")];
/// What may stand behind a link without belonging to it.
const TRAILING: &[char] = &[
    '.', ',', ';', ':', '!', '?', ')', ']', '}', '>', '"', '\'', '»', '”', '。', '，', '！', '？',
    '）', '」',
];
/// What may stand before a link without belonging to it.
const LEADING: &[char] = &['(', '[', '{', '<', '"', '\'', '«', '“', '（', '「'];

/// The text, taken apart.
#[must_use]
pub fn nodes(text: &str) -> Vec<Node> {
    let mut nodes = Vec::new();
    let mut plain = String::new();
    for word in text.split_inclusive(char::is_whitespace) {
        let shown = word.trim_end();
        let core = shown.trim_start_matches(LEADING);
        // Not cut by numbers: that can be in the middle of a character, and what says so weighs 2 KB.
        let parts = link(core).and_then(|(address, href)| {
            let before = shown.strip_suffix(core)?;
            let after = word.strip_prefix(before)?.strip_prefix(address)?;
            Some((before, address, href, after))
        });
        match parts {
            Some((before, address, href, after)) => {
                plain.push_str(before);
                if !plain.is_empty() {
                    nodes.push(Node::Plain(std::mem::take(&mut plain)));
                }
                nodes.push(Node::Link { text: address.to_owned(), href });
                plain.push_str(after);
            }
            None => plain.push_str(word),
        }
    }
    if !plain.is_empty() {
        nodes.push(Node::Plain(plain));
    }
    nodes
}

/// The part of a word that is a link, and its address.
fn link(word: &str) -> Option<(&str, String)> {
    let (_, prefix) = BEGINNINGS.iter().find(|(beginning, _)| {
        word.get(..beginning.len()).is_some_and(|it| it.eq_ignore_ascii_case(beginning))
    })?;
    let address = trim_end(word);
    let rest = address.split_once([':', '.']).map_or("", |it| it.1);
    let named = rest
        .trim_start_matches('/')
        .starts_with(|it: char| it.is_alphanumeric() || it == '+' || it == '[');
    named.then(|| (address, [prefix, address].concat()))
}

/// Without punctuation at the end; a closing bracket stays if the address opens one.
fn trim_end(word: &str) -> &str {
    let mut address = word;
    while let Some(last) = address.chars().next_back().filter(|it| TRAILING.contains(it)) {
        if last == ')' && address.matches('(').count() >= address.matches(')').count() {
            break;
        }
        address = address.strip_suffix(last).unwrap_or_default();
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Links in brackets, the rest as it is.
    #[track_caller]
    fn check(text: &str, expected: &str) {
        let shown: String = nodes(text)
            .into_iter()
            .map(|node| match node {
                Node::Plain(text) => text,
                Node::Link { text, href } => format!("[{text}|{href}]"),
            })
            .collect();
        assert_eq!(shown, expected);
    }

    #[test]
    fn what_is_not_a_link_stays_as_it_is() {
        check("a  b\n<b>c</b> & d", "a  b\n<b>c</b> & d");
    }

    #[test]
    fn four_schemes_are_links() {
        check("https://a.b http://c.d", "[https://a.b|https://a.b] [http://c.d|http://c.d]");
        check("mailto:a@b.c tel:+123", "[mailto:a@b.c|mailto:a@b.c] [tel:+123|tel:+123]");
    }

    #[test]
    fn other_schemes_are_not() {
        check("javascript:alert(1)", "javascript:alert(1)");
        check("data:text/html,x ftp://a.b", "data:text/html,x ftp://a.b");
        check("JaVaScRiPt://%0aalert(1)", "JaVaScRiPt://%0aalert(1)");
    }

    #[test]
    fn www_is_https() {
        check("see www.a.b", "see [www.a.b|https://www.a.b]");
    }

    #[test]
    fn punctuation_around_a_link_is_not_part_of_it() {
        check("(https://a.b/c).", "([https://a.b/c|https://a.b/c]).");
        check("https://a.b/c_(d), e", "[https://a.b/c_(d)|https://a.b/c_(d)], e");
        check("請看「https://a.b」。", "請看「https://a.b」。");
        check("請看 「https://a.b」。", "請看 「[https://a.b|https://a.b]」。");
    }

    #[test]
    fn a_scheme_alone_is_no_link() {
        check("https:// tel: www.", "https:// tel: www.");
    }
}
