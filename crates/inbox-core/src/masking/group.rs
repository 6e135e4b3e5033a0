//! Groups of digits.

use std::ops::Range;

use super::reading::Reading;

/// Digits that stand side by side.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Group {
    pub(super) at: Range<usize>,
    /// Where a plus or a bracket before them begins.
    pub(super) start: usize,
    /// A plus stands before them.
    pub(super) plus: bool,
}

pub(super) fn groups(text: &Reading) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let n_digits = text[at..].iter().take_while(|it| it.is.is_ascii_digit()).count();
        if 0 < n_digits {
            let last = groups.last().map_or(0, |it| it.at.end);
            let (start, plus) = start_of(text, last, at);
            groups.push(Group { at: at..at + n_digits, start, plus });
        }
        at += n_digits.max(1);
    }
    groups
}

/// A plus, a bracket, or both may stand before the first digit, and a space between them.
fn start_of(text: &Reading, floor: usize, first_digit: usize) -> (usize, bool) {
    let before = |at: usize, wanted: char| floor < at && text[at - 1].is == wanted;
    let mut start = first_digit;
    if before(start, '(') {
        start -= 1;
    }
    let n_spaces = usize::from(before(start, ' '));
    if before(start - n_spaces, '+') { (start - n_spaces - 1, true) } else { (start, false) }
}
