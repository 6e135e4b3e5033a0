//! The domain of an e-mail address, in the ways to write one.

use super::{
    reading::{Atom, Reading},
    word::{folded, word_length},
    words, work,
};

/// White space and signs that may stand on either side of the sign.
pub(super) const AROUND: usize = 12;
/// Characters of the longest domain that is looked at.
const LONGEST: usize = 255;
/// Characters of a label.
const LABEL: usize = 63;

/// What follows the sign of an address.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Domain {
    pub(super) end: usize,
    pub(super) dots: Dots,
    /// It follows without white space.
    pub(super) is_close: bool,
    /// It has two labels, and the last is of letters; or it is the number of a machine in brackets.
    pub(super) is_named: bool,
    /// It is one that everybody knows for one of mail, with its end or without.
    pub(super) of_provider: bool,
}

/// How the labels of a domain are parted.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub(super) enum Dots {
    /// It has one label.
    #[default]
    None,
    /// By a space, as in `example com`.
    Space,
    Plain,
    /// One of them at least is spelled, as in `example dot com`.
    Spelled,
}

/// The domain that begins here, behind space and signs.
pub(super) fn domain(text: &Reading, from: usize) -> Option<Domain> {
    let from = from + remark(&text[from..]);
    let ahead = text[from..].iter().take(AROUND + 1);
    let n_signs = work::counted(ahead).take_while(|it| !is_label(it)).count();
    let rest = &text[from + n_signs..text.len().min(from + n_signs + LONGEST)];
    let signs = &text[from..from + n_signs];
    if AROUND < n_signs || rest.is_empty() {
        return None;
    }
    let is_close = !signs.iter().any(|it| it.is.is_whitespace());
    let start = from + n_signs;
    if signs.last().is_some_and(|it| it.is == '[')
        && let Some(length) = number_of_machine(rest)
    {
        let end = start + length;
        return Some(Domain {
            end,
            dots: Dots::Plain,
            is_close,
            is_named: true,
            of_provider: false,
        });
    }
    let mut found = Domain { is_close, ..Domain::default() };
    let first = label(rest, is_close)?;
    let mut last = 0..first;
    while let Some((dot, is_spelled)) = dot(&rest[last.end..], is_close) {
        let next = last.end + dot;
        let Some(length) = label(&rest[next..], is_close) else { break };
        last = next..next + length;
        found.dots = found.dots.max(if is_spelled { Dots::Spelled } else { Dots::Plain });
    }
    found.of_provider = folded(&rest[..first]).is_some_and(|it| words::is_provider(&it));
    if let [space, end @ ..] = &rest[last.end..]
        && found.dots == Dots::None
        && space.is == ' '
    {
        let length = word_length(end);
        let ends = !end.get(length).is_some_and(is_label);
        if ends && folded(&end[..length]).is_some_and(|it| words::is_end_of_domain(&it)) {
            found.dots = Dots::Space;
            last.end += length + 1;
        }
    }
    let letters = rest[last.clone()].iter().filter(|it| !it.is.is_whitespace());
    found.is_named = Dots::Plain <= found.dots
        && 2 <= letters.clone().count()
        && letters.clone().all(|it| it.is.is_alphabetic() || it.is == '-');
    found.end = start + last.end;
    Some(found)
}

/// The length of a remark in brackets.
fn remark(rest: &[Atom]) -> usize {
    let is_open = rest.first().is_some_and(|it| it.is == '(');
    let close = work::counted(rest.iter().take(LABEL)).position(|it| it.is == ')');
    close.filter(|_| is_open).map_or(0, |it| it + 1)
}

fn is_label(it: &Atom) -> bool {
    it.is.is_alphanumeric()
}

/// `192.168.1.1]`
fn number_of_machine(rest: &[Atom]) -> Option<usize> {
    let of_number = |it: &&Atom| it.is.is_ascii_alphanumeric() || matches!(it.is, '.' | ':');
    let n = rest.iter().take_while(of_number).count();
    let dotted = rest[..n].iter().filter(|it| matches!(it.is, '.' | ':')).count();
    (2 <= dotted && rest.get(n)?.is == ']').then_some(n + 1)
}

/// The length of the label with which a text begins; letters may be written apart.
fn label(rest: &[Atom], is_close: bool) -> Option<usize> {
    let of_label = |it: &&Atom| is_label(it) || matches!(it.is, '-' | '_');
    let n = rest.iter().take(LABEL).take_while(of_label).count();
    // A sentence may end right behind the address.
    let n = n - rest[..n].iter().rev().take_while(|it| !is_label(it)).count();
    // A spelled dot in scripts that have no space between words.
    let n = spelled_inside(&rest[..n]).unwrap_or(n);
    if n != 1 || is_close {
        return (0 < n).then_some(n);
    }
    let mut end = 1;
    while let Some([space, letter]) = rest.get(end..end + 2) {
        let single =
            space.is == ' ' && is_label(letter) && !rest.get(end + 2).is_some_and(is_label);
        if !single {
            break;
        }
        end += 2;
    }
    Some(end)
}

/// Where in a label a word begins that is a dot: of another script, as in `example点com`, or between
/// dashes, as in `example-dot-com`.
fn spelled_inside(label: &[Atom]) -> Option<usize> {
    let mut at = 0;
    while at < label.len() {
        let length = word_length(&label[at..]).max(1);
        let word = &label[at..at + length];
        let foreign = word.first().is_some_and(|it| !it.is.is_ascii());
        let dash = |it: Option<&Atom>| it.is_some_and(|it| matches!(it.is, '-' | '_'));
        let dashed = 0 < at && dash(label.get(at - 1)) && dash(label.get(at + length));
        if 0 < at && (foreign || dashed) && folded(word).is_some_and(|it| words::is_dot(&it)) {
            return Some(at);
        }
        at += length;
    }
    None
}

/// The length of the dot between two labels, and whether it was spelled.
fn dot(rest: &[Atom], is_close: bool) -> Option<(usize, bool)> {
    let n_signs = rest.iter().take(7).take_while(|it| !is_label(it)).count();
    if 6 < n_signs {
        return None;
    }
    let (signs, rest) = (&rest[..n_signs], &rest[n_signs..]);
    let length = word_length(rest);
    if folded(&rest[..length]).is_some_and(|it| words::is_dot(&it)) {
        let n_after = rest[length..].iter().take(7).take_while(|it| !is_label(it)).count();
        return (n_after <= 6).then_some((n_signs + length + n_after, true));
    }
    let spaced = |it: &Atom| it.is.is_whitespace();
    let n_dots = signs.iter().filter(|it| it.is == '.').count();
    let is_dot = match signs {
        [] => false,
        [one] => match one.is {
            '.' => true,
            ',' | '·' | '•' | '/' => is_close && one.is != '/' && 2 <= length,
            _ => false,
        },
        // `example . com`, `example[.]com`, but no end of a sentence: `noon. Then`.
        [first, ..] => {
            let is_end = first.is == '.' && signs.iter().any(spaced);
            let known = |it: &Atom| spaced(it) || matches!(it.is, '.' | '[' | ']' | '(' | ')');
            0 < n_dots && !is_end && signs.iter().all(known)
        }
    };
    is_dot.then_some((n_signs, false))
}
