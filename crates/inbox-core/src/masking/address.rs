//! E-mail addresses in a text.

use std::ops::Range;

use super::{Kind, Span, reading::Reading};

/// White space that may stand on either side of an `@` or a dot; on the same line.
const SPACES: usize = 3;
/// The longest name in quotation marks before an `@`.
const QUOTED: usize = 66;

/// What stands before each `@` of an address, and the sign itself, from left to right. The
/// domain stays, but what is a number in it is found by others.
pub(super) fn emails(text: &Reading) -> Vec<Span> {
    let begins = parts(text);
    let mut spans: Vec<Span> = Vec::new();
    let ats = text.iter().enumerate().filter(|(_, it)| it.is == '@');
    for (at, _) in ats {
        let taken = spans.last().map_or(0, |span| span.range.end);
        let floor = taken.max(begins[at]);
        let end = at - spaces(text[floor..at].iter().rev().map(|it| it.is));
        let range = start_of_local(text, floor, end)..at + 1;
        if range.start < end && leads_to_domain(text, at + 1, end == at) {
            spans.push(Span { range, kind: Kind::Email { n_local: end } });
        }
    }
    for span in &mut spans {
        if let Kind::Email { n_local } = &mut span.kind {
            *n_local -= span.range.start;
        }
    }
    spans
}

fn start_of_local(text: &Reading, floor: usize, end: usize) -> usize {
    let before = &text[floor..end];
    if before.last().is_some_and(|it| it.is == '"') {
        let inside = before[..before.len() - 1].iter().rev().take(QUOTED);
        if let Some(n) = inside.clone().position(|it| it.is == '"') {
            return end - n - 2;
        }
    }
    end - before.iter().rev().take_while(|it| is_local(it.is)).count()
}

/// Whether a domain begins here: labels with a dot between them.
fn leads_to_domain(text: &Reading, from: usize, mut close: bool) -> bool {
    let n_spaces = spaces(text[from..].iter().map(|it| it.is));
    close &= n_spaces == 0;
    let domain = &text[from + n_spaces..];
    let n_domain = domain.iter().take_while(|it| is_domain(it.is)).count();
    // A sentence may end right after the address.
    let n_end =
        domain[..n_domain].iter().rev().take_while(|it| it.is == '.' || it.is == '-').count();
    let known = &domain[..n_domain - n_end];
    let dotted = known.iter().rposition(|it| it.is == '.').map(|it| &known[it + 1..]);
    let is_name = |it: &[super::reading::Atom]| {
        2 <= it.len() && it.iter().all(|it| it.is.is_alphabetic() || it.is == '-')
    };
    match dotted {
        // With space around the sign it may be no address: "two @ 5.30".
        Some(last) => close || is_name(last),
        // `example . com`
        None if known.is_empty() => false,
        None => {
            let rest = &domain[known.len()..];
            let before = spaces(rest.iter().map(|it| it.is));
            let Some(dot) = rest.get(before) else { return false };
            let after = &rest[before + 1..];
            let n_spaces = spaces(after.iter().map(|it| it.is));
            let label: Vec<_> =
                after[n_spaces..].iter().take_while(|it| is_domain(it.is)).cloned().collect();
            0 < before && dot.is == '.' && is_name(&label)
        }
    }
}

fn spaces(chars: impl Iterator<Item = char>) -> usize {
    let n = chars.take(SPACES + 1).take_while(|it| it.is_whitespace() && *it != '\n').count();
    if SPACES < n { 0 } else { n }
}

/// Mail servers take every letter of the world, and most signs of ASCII.
fn is_local(it: char) -> bool {
    match it {
        it if it.is_ascii() => it.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(it),
        // Punctuation and white space of the world.
        '\u{2000}'..='\u{206f}'
        | '\u{3000}'..='\u{303f}'
        | '\u{fe30}'..='\u{fe6f}'
        | '«'
        | '»'
        | '¿'
        | '¡'
        | '،'
        | '؛'
        | '؟' => false,
        it => !it.is_whitespace(),
    }
}

fn is_domain(it: char) -> bool {
    it.is_alphanumeric() || it == '.' || it == '-'
}

/// Where the part of a web address begins in which each character stands: its path, its query and
/// the like are taken apart, so that an `@` in one value reaches into no other part. A sign that was
/// escaped is part of a value and takes nothing apart. Outside of web addresses it is 0.
fn parts(text: &Reading) -> Vec<usize> {
    let mut begins = Vec::with_capacity(text.len());
    let (mut place, mut start) = (Place::Outside, 0);
    for (at, it) in text.iter().enumerate() {
        begins.push(start);
        let sign = if it.escaped { '\0' } else { it.is };
        let next = if sign.is_whitespace() || matches!(sign, '<' | '>' | '"') {
            (place != Place::Outside).then_some((Place::Outside, 0))
        } else if opens(text, at..at + 3) {
            // The host begins behind the slashes, which belong to nothing.
            Some((Place::Host, at + 3))
        } else {
            place.after(sign).filter(|_| start <= at).map(|place| (place, at + 1))
        };
        if let Some(next) = next {
            (place, start) = next;
        }
    }
    begins
}

/// `://`, as it was written.
fn opens(text: &Reading, range: Range<usize>) -> bool {
    let signs = text.get(range).unwrap_or_default();
    signs.len() == 3
        && signs.iter().zip("://".chars()).all(|(it, sign)| it.is == sign && !it.escaped)
}

/// Where in a web address something stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Place {
    Outside,
    Host,
    Path,
    Key,
    Value,
    Fragment,
}

impl Place {
    /// Where what follows a sign stands, if another part begins.
    fn after(self, sign: char) -> Option<Self> {
        match (self, sign) {
            (Self::Host | Self::Path, '/') => Some(Self::Path),
            (Self::Host | Self::Path, '?') | (Self::Key | Self::Value, '&' | ';') => {
                Some(Self::Key)
            }
            (Self::Key, '=') => Some(Self::Value),
            (Self::Host | Self::Path | Self::Key | Self::Value, '#')
            | (Self::Fragment, '/' | '?' | '&' | '=' | '#') => Some(Self::Fragment),
            (
                Self::Outside | Self::Host | Self::Path | Self::Key | Self::Value | Self::Fragment,
                _,
            ) => None,
        }
    }
}
