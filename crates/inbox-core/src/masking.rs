//! Hiding what not every role may see (#126-141): telephones, e-mail addresses, cards,
//! bank accounts, social security numbers.
//!
//! Masking happens before a frame leaves the core's side of the wire; what never reaches a
//! browser cannot be found in it. In doubt a number is masked: an order number too many
//! is a nuisance, a card too few is a leak.

mod address;
mod number;

use std::ops::Range;

use inbox_types::{ContactDetails, Name, SiteSettings, Text, WorkspaceSettings};

use crate::{
    Agent,
    permission::{Action, SessionFacts, may},
};

/// Characters that a masked number keeps (#129-130).
const KEPT: usize = 4;

/// Whether an agent is shown masked text.
#[must_use]
pub fn applies(
    agent: &Agent,
    facts: &SessionFacts,
    site: &SiteSettings,
    workspace: &WorkspaceSettings,
) -> bool {
    site.mask_sensitive && !may(agent, facts, workspace, Action::SeeUnmasked)
}

/// A telephone: without white space, all but the last four characters are asterisks.
#[must_use]
pub fn phone(raw: &str) -> String {
    let dense: Vec<char> = raw.chars().filter(|it| !it.is_whitespace()).collect();
    let n_hidden = dense.len().saturating_sub(KEPT);
    let kept = dense.iter().skip(n_hidden);
    std::iter::repeat_n(&'*', n_hidden).chain(kept).collect()
}

/// An e-mail address: the first character and the domain stay.
#[must_use]
pub fn email(raw: &str) -> String {
    match raw.trim().rsplit_once('@') {
        Some((local, domain)) => {
            let n_hidden = local.chars().count().saturating_sub(1);
            let first: String = local.chars().take(1).collect();
            format!("{first}{}@{domain}", "*".repeat(n_hidden))
        }
        None => phone(raw),
    }
}

/// A text: every e-mail address, account, card, social security number and telephone in
/// it is masked; the rest stays as it is.
#[must_use]
pub fn text(raw: &str) -> String {
    let chars: Vec<char> = raw.chars().collect();
    let mut spans = address::emails(&chars);
    let free =
        |spans: &[Span], it: &Span| spans.iter().all(|span| !overlap(&span.range, &it.range));
    for found in [number::ibans(&chars), number::cards(&chars), number::security_numbers(&chars)] {
        let new: Vec<Span> = found.into_iter().filter(|it| free(&spans, it)).collect();
        spans.extend(new);
    }
    let phones = number::phones(&chars, &spans);
    spans.extend(phones);
    spans.sort_by_key(|span| span.range.start);
    replace(&chars, &spans)
}

/// A bounded text, masked; it is never longer than it was.
///
/// # Panics
///
/// Never: masking neither empties a text nor makes it longer.
#[must_use]
pub fn bounded<const MAX: usize>(raw: &Text<MAX>) -> Text<MAX> {
    Text::cut(&text(raw.as_str())).expect("a masked text is neither empty nor longer")
}

/// A name stays, unless it is a telephone (#141) or holds something else to hide.
///
/// # Panics
///
/// Never: masking neither empties a text nor makes it longer.
#[must_use]
pub fn name(raw: &Name) -> Name {
    let is_phone = number::is_phone(raw.as_str());
    let masked = if is_phone { phone(raw.as_str()) } else { text(raw.as_str()) };
    Text::cut(&masked).expect("a masked name is neither empty nor longer")
}

/// All fields of a contact.
///
/// # Panics
///
/// Never: masking neither empties a text nor makes it longer.
#[must_use]
pub fn details(raw: &ContactDetails) -> ContactDetails {
    let cut = "a masked field is neither empty nor longer";
    ContactDetails {
        name: raw.name.as_ref().map(name),
        email: raw.email.as_ref().map(|it| Text::cut(&email(it.as_str())).expect(cut)),
        phone: raw.phone.as_ref().map(|it| Text::cut(&phone(it.as_str())).expect(cut)),
        extra: raw.extra.as_ref().map(bounded),
        notes: raw.notes.as_ref().map(bounded),
        language: raw.language.clone(),
    }
}

/// Where something to hide stands, in characters.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Span {
    range: Range<usize>,
    kind: SpanKind,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum SpanKind {
    Email,
    Number,
}

fn replace(chars: &[char], spans: &[Span]) -> String {
    let mut masked = String::new();
    let mut at = 0;
    for Span { range, kind } in spans {
        masked.extend(&chars[at..range.start]);
        let hidden: String = chars[range.clone()].iter().collect();
        masked.push_str(&match kind {
            SpanKind::Email => email(&hidden),
            SpanKind::Number => phone(&hidden),
        });
        at = range.end;
    }
    masked.extend(&chars[at..]);
    masked
}

fn overlap(one: &Range<usize>, other: &Range<usize>) -> bool {
    one.start < other.end && other.start < one.end
}
