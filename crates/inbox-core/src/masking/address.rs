//! E-mail addresses in a text.

use super::{Span, SpanKind};

/// Every address, from left to right.
pub(super) fn emails(chars: &[char]) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    for (at, _) in chars.iter().enumerate().filter(|(_, it)| **it == '@') {
        let taken = spans.last().map_or(0, |span| span.range.end);
        let n_local = chars[taken..at].iter().rev().take_while(|it| is_local(**it)).count();
        let n_domain = chars[at + 1..].iter().take_while(|it| is_domain(**it)).count();
        // A sentence may end right after the address.
        let n_end = chars[at + 1..at + 1 + n_domain]
            .iter()
            .rev()
            .take_while(|it| **it == '.' || **it == '-')
            .count();
        let domain = &chars[at + 1..at + 1 + n_domain - n_end];
        if 0 < n_local && domain.contains(&'.') {
            let range = at - n_local..at + 1 + domain.len();
            spans.push(Span { range, kind: SpanKind::Email });
        }
    }
    spans
}

fn is_local(it: char) -> bool {
    it.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(it)
}

fn is_domain(it: char) -> bool {
    it.is_alphanumeric() || it == '.' || it == '-'
}
