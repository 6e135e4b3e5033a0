//! E-mail addresses in a text.
//!
//! An address is found by its sign, in whatever way it is written, and by the domain behind it.
//! What stands before it up to white space is its name, whatever it is made of: so that nobody
//! hides a name behind a character that mail servers do not take.

use std::ops::Range;

use super::{
    Kind, Span,
    domain::{AROUND, Domain, Dots, domain},
    place::places,
    reading::{Atom, Reading},
    word::{folded, is_ornament, word_length},
    words, work,
};

/// The longest name in quotation marks, and the longest remark in brackets, before the sign.
const QUOTED: usize = 66;
/// Parts of a name that are written apart, as in `a l i c e` and in `alice dot jones`.
const PARTS: usize = 66;

/// What stands before the domain of each address, with its sign, from left to right. The domain
/// stays, but what is a number in it is found by others.
// M3
pub(super) fn emails(text: &Reading) -> Vec<Span> {
    let places = places(text);
    let mut spans: Vec<Span> = Vec::new();
    // Where the last sign and its domain end: no name begins before.
    let (mut sign_end, mut domain_end) = (0, 0);
    for sign in signs(text) {
        let known = if sign.at.start == domain_end { sign_end } else { domain_end };
        let floor = known.max(places[sign.at.start].begin);
        if sign.at.start < floor {
            continue;
        }
        let n_around = around(&text[floor..sign.at.start]);
        let end = sign.at.start - n_around;
        let Some(domain) = domain(text, sign.at.end).filter(|it| sign.leads_to(it, n_around == 0))
        else {
            continue;
        };
        let start = Name { text, floor, host: places[sign.at.start].host }.start(end);
        if start < end {
            let range = start..if sign.is_spelled { end } else { sign.at.start + 1 };
            spans.push(Span { range, kind: Kind::Email { n_local: end - start } });
            (sign_end, domain_end) = (sign.at.end, domain.end);
        }
    }
    spans
}

/// White space, and dashes and the like within it, before a sign.
fn around(before: &[Atom]) -> usize {
    let before = before.iter().rev().take(AROUND + 1);
    let n = work::counted(before).take_while(|it| it.is.is_whitespace()).count();
    if AROUND < n { 0 } else { n }
}

/// What parts the name from the domain.
struct Sign {
    at: Range<usize>,
    is_spelled: bool,
    /// How sure it is that this is an address.
    sure: Sure,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Sure {
    /// `@`, `(at)`
    Any,
    /// `собака`, or `AT` among small letters: a domain must follow that is one by itself.
    Dotted,
    /// `at`: the dots of the domain must be spelled too, or the domain be one of mail.
    Spelled,
}

impl Sign {
    fn leads_to(&self, domain: &Domain, close: bool) -> bool {
        match self.sure {
            Sure::Any => {
                domain.is_named
                    || domain.of_provider
                    // With space around the sign it may be no address: "two @ 5.30".
                    || (close && domain.is_close && domain.dots != Dots::None)
            }
            Sure::Dotted => domain.is_named || domain.of_provider,
            Sure::Spelled => {
                (domain.is_named && domain.dots == Dots::Spelled)
                    || (domain.of_provider && Dots::Plain <= domain.dots)
            }
        }
    }
}

fn signs(text: &Reading) -> Vec<Sign> {
    let mut signs = Vec::new();
    let mut at = 0;
    while at < text.len() {
        if text[at].is == '@' {
            let end = at + 1;
            // `(@)`
            let bracketed = bracket_before(text, at).filter(|_| closes(text, end));
            let (start, end) = bracketed.map_or((at, end), |start| (start, end + 1));
            signs.push(Sign { at: start..end, is_spelled: start < at, sure: Sure::Any });
            at = end;
        } else if is_ornament(&text[at]) {
            signs.push(Sign { at: at..at + 1, is_spelled: true, sure: Sure::Any });
            at += 1;
        } else if text[at].is.is_alphabetic() {
            let end = at + word_length(&text[at..]);
            signs.extend(spelled_sign(text, at..end));
            at = end;
        } else {
            at += 1;
        }
    }
    signs
}

fn spelled_sign(text: &Reading, word: Range<usize>) -> Option<Sign> {
    let folded = folded(&text[word.clone()])?;
    if !words::is_at(&folded) {
        return None;
    }
    let closing = word.end + usize::from(text.get(word.end).is_some_and(|it| it.is == ' '));
    if let Some(start) = bracket_before(text, word.start).filter(|_| closes(text, closing)) {
        return Some(Sign { at: start..closing + 1, is_spelled: true, sure: Sure::Any });
    }
    let is_apart = |it: Option<&Atom>| it.is_none_or(|it| !it.is.is_ascii_alphanumeric());
    // `a còng`
    let start = match text[..word.start] {
        [.., Atom { is: 'a' | 'A', .. }, Atom { is: ' ' | '-', .. }] if folded == "còng" => {
            word.start - 2
        }
        _ => word.start,
    };
    let word = start..word.end;
    let before = word.start.checked_sub(1).map(|at| &text[at]);
    if folded == "a" || before.is_none() || !is_apart(before) || !is_apart(text.get(word.end)) {
        return None;
    }
    // `-at-`
    let is_dash = |it: Option<&Atom>| it.is_some_and(|it| matches!(it.is, '-' | '_'));
    let dashed = is_dash(before) && is_dash(text.get(word.end));
    let at = if dashed { word.start - 1..word.end + 1 } else { word.clone() };
    let capital = text[word.clone()].iter().all(|it| it.is.is_uppercase());
    let small = || text[..word.start].iter().rev().take(12).any(|it| it.is.is_lowercase());
    let sure = match folded.as_str() {
        "at" if capital && small() => Sure::Dotted,
        "at" | "et" | "chez" => Sure::Spelled,
        _ => Sure::Dotted,
    };
    Some(Sign { at, is_spelled: true, sure })
}

/// Where a bracket opens right before this place.
fn bracket_before(text: &Reading, at: usize) -> Option<usize> {
    let before = at.checked_sub(1)?;
    let before = if text[before].is == ' ' { before.checked_sub(1)? } else { before };
    matches!(text[before].is, '(' | '[' | '{' | '<' | '«' | '【' | '|' | '*').then_some(before)
}

fn closes(text: &Reading, at: usize) -> bool {
    text.get(at).is_some_and(|it| matches!(it.is, ')' | ']' | '}' | '>' | '»' | '】' | '|' | '*'))
}

/// The name before a sign.
struct Name<'a> {
    text: &'a Reading,
    floor: usize,
    /// It stands in the host of a web address, after which a colon leads to a password.
    host: bool,
}

impl Name<'_> {
    fn start(&self, end: usize) -> usize {
        let mut start = self.quoted(end).unwrap_or_else(|| self.part(end));
        for _ in 0..PARTS {
            let Some(earlier) = self.earlier(start, end) else { break };
            start = earlier;
        }
        let stands_outside = |it: &&Atom| !is_local(it.is) && !it.is.is_alphanumeric();
        // An opening quotation mark is of the name.
        let is_quoted = self.text[start..end].first().is_some_and(|it| it.is == '"')
            && self.text[end - 1].is == '"';
        let n_outside = if is_quoted {
            0
        } else {
            self.text[start..end].iter().take_while(stands_outside).count()
        };
        start + n_outside
    }

    /// `"alice jones"`, as servers take it.
    fn quoted(&self, end: usize) -> Option<usize> {
        let before = &self.text[self.floor..end];
        let (last, inside) = before.split_last()?;
        let quotation = |it: &Atom| matches!(it.is, '"' | '“' | '”');
        if !quotation(last) {
            return None;
        }
        let inside = inside.iter().rev().take(QUOTED);
        Some(end - 2 - work::counted(inside).position(quotation)?)
    }

    /// What stands before this place without white space.
    fn part(&self, end: usize) -> usize {
        let before = self.text[self.floor..end].iter().rev();
        let n = work::counted(before).take_while(|it| !self.ends(it)).count();
        let start = end - n;
        let part = &self.text[start..end];
        let label = part.iter().take(12).position(|it| it.is == ':').filter(|colon| {
            let label: String = part[..*colon].iter().flat_map(|it| it.is.to_lowercase()).collect();
            words::is_label(&label)
        });
        label.map_or(start, |colon| start + colon + 1)
    }

    /// White space, and punctuation of scripts that write none.
    fn ends(&self, it: &Atom) -> bool {
        it.is.is_whitespace()
            || (self.host && it.is == ':')
            || (!it.looks.is_ascii() && !is_local(it.is))
    }

    /// Where the name begins earlier than here: letters that are written apart, a dot between two
    /// words, and a remark in brackets.
    fn earlier(&self, start: usize, end: usize) -> Option<usize> {
        let before = &self.text[self.floor..start];
        let n_spaces = around(before);
        let before = &before[..before.len() - n_spaces];
        let last = before.last()?;
        let part = &self.text[start..end];
        let here = self.floor + before.len();
        if is_remark(part) || 0 < n_spaces && part.first()?.is == '.' {
            return Some(self.part(here)).filter(|it| *it < here);
        }
        if part.last()?.is == ')' && !part.iter().any(|it| it.is == '(') {
            let open =
                work::counted(before.iter().rev().take(QUOTED)).position(|it| it.is == '(')?;
            return Some(here - 1 - open);
        }
        if n_spaces == 0 {
            return None;
        }
        let first_length = part.iter().take_while(|it| !it.is.is_whitespace()).count();
        let previous = self.part(here);
        let previous_part = &self.text[previous..here];
        let both_single = n_spaces <= 3 && first_length == 1 && previous_part.len() == 1;
        let is_dot = |it: &[Atom]| {
            let inside: Vec<Atom> =
                it.iter().filter(|it| it.is.is_alphanumeric()).cloned().collect();
            it.iter().all(|it| it.is == '.')
                || it.len() <= inside.len() + 2
                    && folded(&inside).is_some_and(|it| words::is_dot(&it))
        };
        let first_is_dot = is_dot(&part[..first_length]);
        // "Write to me. alice@…" ends a sentence; "alice . jones@…" does not.
        let joins =
            both_single && !last.is.is_whitespace() || is_dot(previous_part) || first_is_dot;
        (joins && previous < here).then_some(previous)
    }
}

fn is_remark(part: &[Atom]) -> bool {
    matches!(part, [open, .., close] if open.is == '(' && close.is == ')')
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
