//! Texts and addresses that cannot be two things at once.

use inbox_types::{Condition, How, TextMatch, ValueMatch};

use super::Literal;
use crate::text::{Address, fits};

pub(super) fn exclude(one: &Literal<'_>, two: &Literal<'_>) -> bool {
    match (one.condition, two.condition) {
        (Condition::Url { matches: a }, Condition::Url { matches: b })
        | (Condition::Referrer { matches: a }, Condition::Referrer { matches: b }) => {
            ordered(one, two, a, b, addresses_exclude, address_implies)
        }
        (Condition::Title { matches: a }, Condition::Title { matches: b }) => {
            ordered(one, two, a, b, texts_exclude, text_implies)
        }
        (
            Condition::Attribute { name: a_name, matches: a },
            Condition::Attribute { name: b_name, matches: b },
        ) if a_name == b_name => match (a, b) {
            (ValueMatch::Text(a), ValueMatch::Text(b)) => {
                ordered(one, two, a, b, texts_exclude, text_implies)
            }
            // Nothing that is not there is like anything.
            (ValueMatch::Known, _) => one.not && !two.not,
            (_, ValueMatch::Known) => two.not && !one.not,
            (ValueMatch::Text(_) | ValueMatch::Number(_), ValueMatch::Number(_))
            | (ValueMatch::Number(_), ValueMatch::Text(_)) => false,
        },
        (
            Condition::Query { name: a_name, matches: a },
            Condition::Query { name: b_name, matches: b },
        ) if a_name == b_name => match (a, b) {
            (None, Some(_)) => one.not && !two.not,
            (Some(_), None) => two.not && !one.not,
            // An address can have a name twice.
            (Some(_), Some(_)) | (None, None) => false,
        },
        _ => false,
    }
}

fn ordered(
    one: &Literal<'_>,
    two: &Literal<'_>,
    a: &TextMatch,
    b: &TextMatch,
    exclude: fn(&TextMatch, &TextMatch) -> bool,
    implies: fn(&TextMatch, &TextMatch) -> bool,
) -> bool {
    match (one.not, two.not) {
        (false, false) => exclude(a, b) || exclude(b, a),
        (false, true) => implies(a, b),
        (true, false) => implies(b, a),
        (true, true) => false,
    }
}

fn texts_exclude(a: &TextMatch, b: &TextMatch) -> bool {
    match (a.how, b.how) {
        (How::Is, _) => fits(b, a.value.as_str()) == Some(false),
        (How::Begins, How::Begins) => parted(&lower(a), &lower(b)),
        _ => false,
    }
}

fn text_implies(a: &TextMatch, b: &TextMatch) -> bool {
    let (a_text, b_text) = (lower(a), lower(b));
    match (a.how, b.how) {
        (How::Is, _) => fits(b, a.value.as_str()) == Some(true),
        (How::Begins, How::Begins) => a_text.starts_with(&b_text),
        (How::Begins | How::Contains, How::Contains) => a_text.contains(&b_text),
        _ => false,
    }
}

/// Of two addresses in the same form.
fn addresses_exclude(a: &TextMatch, b: &TextMatch) -> bool {
    let (a, b) = (Address::new(a), Address::new(b));
    if a.path != b.path {
        return false;
    }
    match (a.how, b.how) {
        // What one pattern leaves out is not compared, so the other may have it.
        (How::Is, How::Is) => path(&a.pattern) != path(&b.pattern),
        (How::Is | How::Begins, How::Begins) => parted(&a.pattern, &b.pattern),
        _ => false,
    }
}

fn address_implies(a: &TextMatch, b: &TextMatch) -> bool {
    let (a, b) = (Address::new(a), Address::new(b));
    match (a.how, b.how) {
        (How::Is, How::Is) => a.path == b.path && a.pattern == b.pattern,
        (How::Is | How::Begins, How::Begins) => {
            a.path == b.path && a.pattern.starts_with(&b.pattern)
        }
        // The path is a part of the whole address, but the whole address is none of the path.
        (How::Is | How::Begins | How::Contains, How::Contains) => {
            (a.path == b.path || a.path) && a.pattern.contains(&b.pattern)
        }
        _ => false,
    }
}

fn path(pattern: &str) -> &str {
    pattern.split(['?', '#']).next().unwrap_or(pattern)
}

/// Neither is the other's beginning.
fn parted(a: &str, b: &str) -> bool {
    !a.starts_with(b) && !b.starts_with(a)
}

fn lower(matches: &TextMatch) -> String {
    matches.value.as_str().to_lowercase()
}
