//! The links in a text (CL31). User text is never HTML: what is not a link is words.
//!
//! All of it is loaded by somebody's customers, so it is written to be small: it walks over the
//! text and asks for predicates that are functions, where patterns would be compiled one by one;
//! nothing is cut by numbers that could lie in the middle of a character, because what the language
//! says of that in a panic weighs two kilobytes; and letters are told by their blocks, not by
//! Unicode's tables.

/// A part of a text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Part<'text> {
    /// As it was written.
    pub text: &'text str,
    /// Where it leads, if it is a link: http, https, mailto or tel, and nothing else.
    pub href: Option<String>,
}

/// The text, taken apart.
#[must_use]
// CL31
pub fn parts(text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    // What is in no part yet, and its end that has not been looked at.
    let (mut words, mut rest) = (text, text);
    let mut before = '\n';
    while let Some(first) = rest.chars().next() {
        let (prefix, length) = link(rest, before);
        if length == 0 {
            before = first;
            rest = split(rest, first.len_utf8()).1;
            continue;
        }
        push_words(&mut parts, split(words, words.len() - rest.len()).0);
        let (address, behind) = split(rest, length);
        let mut href = prefix.to_owned();
        for letter in address.chars() {
            before = letter;
            // The spaces of a telephone number are its reader's.
            if letter != ' ' {
                href.push(letter);
            }
        }
        parts.push(Part { text: address, href: Some(href) });
        (words, rest) = (behind, behind);
    }
    push_words(&mut parts, words);
    parts
}

fn push_words<'text>(parts: &mut Vec<Part<'text>>, words: &'text str) {
    if !words.is_empty() {
        parts.push(Part { text: words, href: None });
    }
}

fn split(text: &str, at: usize) -> (&str, &str) {
    text.split_at_checked(at).unwrap_or((text, ""))
}

/// How far a text is made of such characters.
fn run(text: &str, legal: fn(char) -> bool) -> usize {
    let mut n_bytes = 0;
    for letter in text.chars() {
        if !legal(letter) {
            break;
        }
        n_bytes += letter.len_utf8();
    }
    n_bytes
}

/// How long a text is without such characters at its end.
fn trimmed(text: &str, goes: fn(char) -> bool) -> usize {
    let mut n_bytes = text.len();
    for letter in text.chars().rev() {
        if !goes(letter) {
            break;
        }
        n_bytes -= letter.len_utf8();
    }
    n_bytes
}

/// How long what follows the beginning of a link is; the character stands in front of it.
type Length = fn(&str, char) -> usize;

/// What links begin with.
const BEGINNINGS: [(&str, Length); 5] = [
    ("https://", address),
    ("http://", address),
    ("mailto:", mail),
    ("tel:", |text, _| number(text, 3)),
    ("www.", site),
];

/// What an address needs in front, and how long the link is with which a text begins; 0 if it
/// begins with none. `before` is the character before it.
fn link(rest: &str, before: char) -> (&'static str, usize) {
    if before.is_ascii_alphanumeric() {
        return ("", 0);
    }
    for (beginning, length) in BEGINNINGS {
        let (start, behind) = split(rest, beginning.len());
        if start.eq_ignore_ascii_case(beginning) {
            let length = length(behind, before);
            let prefix = if beginning == "www." { "https://" } else { "" };
            return (prefix, if length == 0 { 0 } else { beginning.len() + length });
        }
    }
    // In the middle of a word; and what is left of a masked address is another address.
    if matches!(before, '@' | '/' | '*' | '+') || is_spaced(before) {
        ("", 0)
    } else if rest.as_bytes().first() == Some(&b'+') {
        ("tel:", number(rest, 10))
    } else {
        ("mailto:", mailbox(rest))
    }
}

fn mail(text: &str, before: char) -> usize {
    let length = mailbox(text);
    let query = split(text, length).1;
    if 0 < length && query.as_bytes().first() == Some(&b'?') {
        length + path(query, before)
    } else {
        length
    }
}

fn site(text: &str, before: char) -> usize {
    let host = split(text, host(text)).0;
    let named = split(text, trimmed(host, |it| it == '.')).0.bytes().any(|it| it == b'.');
    let inside = matches!(before, '@' | '/' | '.' | '-' | '_');
    if named && !inside { address(text, before) } else { 0 }
}

/// The length of what follows a scheme: host, port, and all that belongs to them.
fn address(text: &str, before: char) -> usize {
    let host = host(text);
    let (name, rest) = split(text, host);
    match rest.as_bytes().first() {
        _ if host == 0 => 0,
        Some(b'/' | b'?' | b'#') => host + path(rest, before),
        // Masked (`https://s****@shop.example`), it would lead to another host.
        Some(b'*') if is_masked(rest) => 0,
        _ => trimmed(name, |it| matches!(it, '.' | '-' | '_' | '@')),
    }
}

fn is_masked(rest: &str) -> bool {
    let behind = split(rest, run(rest, |it| matches!(it, '*' | '.'))).1;
    let goes_on = |it| matches!(it, '@' | '-' | '_' | ':' | '/') || is_spaced(it);
    behind.chars().next().is_some_and(goes_on)
}

fn host(text: &str) -> usize {
    if text.as_bytes().first() == Some(&b'[') {
        let six = 1 + run(split(text, 1).1, |it| it.is_ascii_hexdigit() || matches!(it, ':' | '.'));
        let rest = split(text, six).1;
        let legal = 3 < six && rest.as_bytes().first() == Some(&b']');
        return if legal { six + 1 + port(split(rest, 1).1) } else { 0 };
    }
    let named = split(text, run(text, |it| !ends(it) && !matches!(it, '/' | '?' | '#'))).0;
    let named = named.bytes().any(|it| it == b'@');
    let mut part = None;
    let mut dotted = false;
    for (at, letter) in text.char_indices() {
        let legal = match letter {
            '.' | '-' | '_' | '%' | '@' => 0 < at,
            ':' => named || 0 < port(split(text, at).1),
            _ => is_letter(letter),
        };
        dotted |= letter == '.';
        if !legal || turns(&mut part, letter) && dotted {
            return at;
        }
    }
    text.len()
}

/// The length of a colon and the number behind it.
fn port(text: &str) -> usize {
    let (colon, digits) = split(text, 1);
    match run(digits, |it| it.is_ascii_digit()) {
        n_digits if colon == ":" && 0 < n_digits => n_digits + 1,
        _ => 0,
    }
}

/// The length of what follows the host, without what stands around the address.
fn path(text: &str, before: char) -> usize {
    let mut end = text.len();
    // Brackets belong to the address if both of a pair do.
    let (mut depth, mut open) = (0, 0);
    let mut part = None;
    let mut query = false;
    // Quotation marks, too.
    let (mut even, mut even_single) = (true, true);
    for (at, letter) in text.char_indices() {
        let over = match letter {
            '"' if !query => true,
            // A quotation mark, or a star of Markdown, that opened before it.
            '"' | '\'' | '*' | '~' => letter == before,
            '|' if matches!(before, '<' | '|') => true,
            // Another address.
            ',' | ';' | '|' => {
                let next = split(text, at + 1).1;
                split(next, 4).0 == "http" || split(next, 4).0 == "www."
            }
            ')' | ']' | '}' => depth == 0,
            _ => ends(letter) || turns(&mut part, letter),
        };
        if over {
            end = at;
            break;
        }
        match letter {
            '(' | '[' | '{' => {
                if depth == 0 {
                    open = at;
                }
                depth += 1;
            }
            ')' | ']' | '}' => depth -= 1,
            '?' => query = true,
            '"' => even = !even,
            '\'' => even_single = !even_single,
            _ => (),
        }
    }
    if 0 < depth {
        end = open;
    }
    // What may stand behind an address without belonging to it.
    for last in split(text, end).0.chars().rev() {
        let belongs = match last {
            '.' | ',' | ';' | ':' | '!' | '?' | '*' | '~' | '|' => false,
            '"' => std::mem::replace(&mut even, true),
            '\'' => std::mem::replace(&mut even_single, true),
            '_' => before != '_',
            _ => true,
        };
        if belongs {
            break;
        }
        end -= last.len_utf8();
    }
    end
}

/// The length of an e-mail address.
fn mailbox(text: &str) -> usize {
    let n_name = run(text, |it| is_spaced(it) || matches!(it, '.' | '_' | '%' | '+' | '-'));
    let (name, rest) = split(text, n_name);
    let (at, domain) = split(rest, 1);
    let n_domain = run(domain, |it| is_spaced(it) || matches!(it, '.' | '-'));
    let domain = split(domain, n_domain).0;
    let domain = split(domain, trimmed(domain, |it| matches!(it, '.' | '-'))).0;
    // The last part of its name is of letters, and no part is empty.
    let (mut n_parts, mut n_letters, mut digits) = (0, 0, false);
    for letter in domain.chars() {
        if letter == '.' {
            if n_letters == 0 {
                return 0;
            }
            n_parts += 1;
            (n_letters, digits) = (0, false);
        } else {
            n_letters += 1;
            digits |= letter.is_ascii_digit();
        }
    }
    let named = 0 < n_parts && 1 < n_letters && !digits;
    let begins = |it: &str| it.chars().next().is_some_and(is_spaced);
    if at == "@" && named && begins(name) && begins(domain) { n_name + 1 + domain.len() } else { 0 }
}

/// The length of a telephone number of at least so many digits.
fn number(text: &str, least: usize) -> usize {
    let (mut n_digits, mut end) = (0, 0);
    let mut before = '+';
    for (at, letter) in text.char_indices() {
        match letter {
            '0'..='9' => {
                n_digits += 1;
                end = at + 1;
            }
            // In a sentence two marks follow each other, in a number only around a bracket.
            '(' | ')' => (),
            '+' if at == 0 => (),
            ' ' | '-' | '.' if before.is_ascii_digit() || before == ')' => (),
            // A part of something else, or of what was masked.
            _ if end == at && (letter == '*' || is_spaced(letter)) => return 0,
            _ => break,
        }
        before = letter;
    }
    if least <= n_digits && n_digits <= 15 { end } else { 0 }
}

/// Whether a part of an address that began in Latin letters turns into a script without spaces:
/// `shop.example请看` are an address and a sentence.
fn turns(latin: &mut Option<bool>, letter: char) -> bool {
    if letter.is_ascii() && !letter.is_ascii_alphanumeric() {
        *latin = None;
        return false;
    }
    *latin.get_or_insert(letter.is_ascii()) && is_unspaced(letter)
}

/// Letters, digits and their marks.
fn is_letter(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || '\u{bf}' < letter && !ends(letter)
}

/// A letter of a script that has spaces between words, or a digit.
fn is_spaced(letter: char) -> bool {
    is_letter(letter) && !is_unspaced(letter)
}

/// Scripts whose words stand beside an address without a space: from Thai on, but for Vietnamese
/// and Greek letters.
fn is_unspaced(letter: char) -> bool {
    matches!(letter, '\u{e00}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{2e80}'..)
}

/// What stands in no address: spaces, signs that addresses write otherwise, and the punctuation of
/// other scripts.
fn ends(letter: char) -> bool {
    matches!(
        letter,
        '\0'..=' ' | '<' | '>' | '`' | '\\' | '\u{7f}'..='\u{bf}'
            | '\u{60c}' | '\u{61b}' | '\u{61f}' | '\u{6d4}' | '\u{964}' | '\u{965}'
            | '\u{2000}'..='\u{2bff}' | '\u{3000}'..='\u{3004}' | '\u{3008}'..='\u{3020}'
            | '\u{3030}' | '\u{fe10}'..='\u{fe6f}' | '\u{ff00}'..='\u{ff0f}'
            | '\u{ff1a}'..='\u{ff20}' | '\u{ff3b}'..='\u{ff40}' | '\u{ff5b}'..='\u{ff65}'
            | '\u{ffe0}'..='\u{ffff}' | '\u{1f000}'..
    )
}
