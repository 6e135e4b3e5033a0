//! Hiding what not every role may see: telephones, e-mail addresses, cards,
//! bank accounts, social security numbers.
//!
//! Masking happens before a frame leaves the core's side of the wire; what never reaches a
//! browser cannot be found in it. In doubt a number is masked: an order number too many
//! is a nuisance, a card too few is a leak.

mod address;
mod digit;
mod domain;
mod escape;
mod gap;
mod group;
mod iban;
mod number;
mod place;
mod plain_number;
mod reading;
mod word;
mod words;
mod work;

use std::ops::Range;

use inbox_types::{ContactDetails, Name, SiteSettings, Text, WorkspaceSettings};

use self::{escape::Layers, number::Numbers, reading::Reading};
use crate::{
    Agent,
    permission::{Action, SessionFacts, may},
};

/// Characters that a masked number keeps.
const KEPT: usize = 4;

/// Whether an agent is shown masked text.
#[must_use]
// M11
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
// M1
pub fn phone(raw: &str) -> String {
    hidden(raw.chars())
}

/// An e-mail address: the first character and the domain stay, but for what is hidden in any text.
#[must_use]
// M2
pub fn email(raw: &str) -> String {
    let raw = raw.trim();
    match raw.rsplit_once('@') {
        Some((local, domain)) => {
            let n_hidden = local.chars().count().saturating_sub(1);
            let first: String = local.chars().take(1).collect();
            format!("{first}{}@{}", "*".repeat(n_hidden), text(domain))
        }
        None => phone(raw),
    }
}

/// A text: every e-mail address, account, card, social security number and telephone in
/// it is masked; the rest stays as it is.
#[must_use]
// M12, M13
pub fn text(raw: &str) -> String {
    beginning(raw, usize::MAX)
}

/// The same of the first characters of a text. All of it is looked at, so that half a number is
/// known for one.
#[must_use]
pub fn beginning(raw: &str, n_chars: usize) -> String {
    if !may_hide(raw) {
        return raw.chars().take(n_chars).collect();
    }
    let chars: Vec<char> = raw.chars().collect();
    let end = n_chars.min(chars.len());
    let mut masked = String::with_capacity(raw.len());
    let mut at = 0;
    for patch in patches(&chars) {
        if end <= patch.at.start {
            break;
        }
        masked.extend(&chars[at..patch.at.start]);
        masked.push_str(&patch.shown);
        at = patch.at.end;
    }
    masked.extend(chars.get(at..end).unwrap_or_default());
    if masked.len() <= end { masked } else { masked.chars().take(end).collect() }
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

/// A name stays, unless it is a telephone or holds something else to hide.
///
/// # Panics
///
/// Never: masking neither empties a text nor makes it longer.
#[must_use]
// M9
pub fn name(raw: &Name) -> Name {
    let chars: Vec<char> = raw.as_str().trim().chars().collect();
    let is_phone = readings(&chars).iter().any(number::is_phone);
    let masked = if is_phone { phone(raw.as_str()) } else { text(raw.as_str()) };
    Text::cut(&masked).expect("a masked name is neither empty nor longer")
}

/// All fields of a contact.
///
/// # Panics
///
/// Never: masking neither empties a text nor makes it longer.
#[must_use]
// M10
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

/// Where something to hide stands in a reading.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Span {
    range: Range<usize>,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    /// What stands before the domain of an e-mail address, with its `@`.
    Email {
        /// How much of it is before the `@` and the space around it.
        n_local: usize,
    },
    Number,
}

/// What is shown in place of a part of a text.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Patch {
    at: Range<usize>,
    shown: String,
}

/// Whether a text could hold anything to hide. Most do not, and are not looked at more closely.
fn may_hide(raw: &str) -> bool {
    let written = |it: u8| !it.is_ascii() || it.is_ascii_digit() || b"@%&\\=([{<|*".contains(&it);
    // `alice at example dot com`; in text without any of those signs no word is of other letters.
    let mut spelled = raw.split(|it: char| !it.is_ascii_alphabetic());
    raw.bytes().any(written) || spelled.any(words::may_be_at)
}

/// What is hidden of a text, from left to right.
fn patches(chars: &[char]) -> Vec<Patch> {
    let mut found: Vec<Patch> = Vec::new();
    for reading in &readings(chars) {
        // Of an address of one letter nothing is hidden, so it stays as it was written.
        let hides = |it: &Span| it.kind != Kind::Email { n_local: 1 };
        found.extend(spans(reading).into_iter().filter(hides).map(|it| patch(reading, &it)));
    }
    // Of what begins at the same place the longest comes first, and what means more before what is
    // only written so.
    found.sort_by_key(|it| (it.at.start, std::cmp::Reverse(it.at.end)));
    let mut patches: Vec<Patch> = Vec::new();
    for patch in found {
        match patches.last_mut().filter(|last| patch.at.start < last.at.end) {
            // Read in another way, it reaches further: then nothing but its end is shown.
            Some(last) if last.at.end < patch.at.end => {
                last.at.end = patch.at.end;
                last.shown = hidden(chars[last.at.clone()].iter().copied());
            }
            Some(_) => (),
            None => patches.push(patch),
        }
    }
    patches
}

/// The ways in which a text may be meant: as it was written; with all undone that is written by
/// numbers and names; and without tags. What a browser shows from its end is read from there too.
fn readings(chars: &[char]) -> Vec<Reading> {
    let plain = reading::plain(chars);
    let mut readings: Vec<Reading> = [Layers::Usual, Layers::Mail]
        .into_iter()
        .filter_map(|it| escape::undone(&plain, it))
        .collect();
    readings.dedup();
    readings.push(plain);
    let untagged: Vec<Reading> = readings.iter().filter_map(|it| escape::untagged(it)).collect();
    readings.extend(untagged);
    let turned: Vec<Reading> = readings
        .iter()
        .filter(|it| reading::is_turned(it))
        .map(|it| it.iter().rev().cloned().collect())
        .collect();
    readings.extend(turned);
    readings.into_iter().map(reading::visible).collect()
}

/// What is to be hidden of a reading; no two overlap.
fn spans(text: &Reading) -> Vec<Span> {
    let mut taken = vec![false; text.len()];
    let mut spans: Vec<Span> = Vec::new();
    let mut take = |found: Vec<Span>, taken: &mut Vec<bool>| {
        for it in found {
            if !taken[it.range.clone()].contains(&true) {
                taken[it.range.clone()].fill(true);
                spans.push(it);
            }
        }
    };
    let numbers = Numbers::of(text);
    take(address::emails(text), &mut taken);
    take(iban::ibans(text), &mut taken);
    take(number::cards(text, &numbers), &mut taken);
    take(number::disguised_cards(text, &numbers), &mut taken);
    take(number::security_numbers(text, &numbers), &mut taken);
    let phones = number::phones(&numbers, &taken);
    take(phones, &mut taken);
    spans
}

fn patch(text: &Reading, span: &Span) -> Patch {
    let atoms = &text[span.range.clone()];
    let looks = atoms.iter().map(|it| it.looks);
    let at = match (atoms.first(), atoms.last()) {
        // Read from its end.
        (Some(first), Some(last)) if last.at.start < first.at.start => {
            let at = last.at.start..first.at.end;
            return Patch { shown: "*".repeat(atoms.len()), at };
        }
        (Some(first), Some(last)) => first.at.start..last.at.end,
        _ => 0..0,
    };
    let shown = match span.kind {
        Kind::Number => hidden(looks),
        Kind::Email { n_local } => looks
            .enumerate()
            .map(|(n, it)| if (1..n_local).contains(&n) { '*' } else { it })
            .collect(),
    };
    Patch { at, shown }
}

/// Without white space, all but the last four characters are asterisks.
fn hidden(chars: impl Iterator<Item = char>) -> String {
    let mut dense: Vec<char> = chars.filter(|it| !it.is_whitespace()).collect();
    let n_hidden = dense.len().saturating_sub(KEPT);
    dense[..n_hidden].fill('*');
    dense.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARTS: [&str; 34] = [
        "a",
        "DE",
        "DEx89x",
        "DE89 dash ",
        "de89",
        "DE89370400440532013001",
        "1",
        "1 ",
        "1, ",
        "1x",
        "1 x ",
        "11:11 ",
        "1.1 ",
        "$1 ",
        "1k, ",
        "A1",
        "GB82",
        "GB82 ",
        "@",
        "a@",
        "@a",
        "a@b.c ",
        "a@b.c,",
        "\"@",
        "a b @ ",
        "a at b dot ",
        "(a)",
        "&#49;",
        "&amp;",
        "&a",
        "%25",
        "%",
        "<b",
        "https://a@",
    ];

    #[test]
    fn m3_the_quick_look_knows_every_word_for_the_sign() {
        for word in words::AT {
            for written in [word.to_owned(), word.to_uppercase()] {
                for (before, behind) in [("(", ")"), ("|", "|"), ("*", "*"), ("[ ", " ]")] {
                    let raw = format!("alice {before}{written}{behind} example dot com");
                    assert!(may_hide(&raw), "{raw}");
                }
                // Alone it is a word of most sentences, and never a sign.
                for (before, behind) in [(" ", " "), ("-", "-"), ("_", "_"), ("\n", " ")] {
                    let raw = format!("alice{before}{written}{behind}example dot com");
                    assert!(may_hide(&raw) || word == "a", "{raw}");
                }
            }
        }
        assert!(!may_hide("That is a fine cat, Pat."));
    }

    #[test]
    fn m12_ten_times_the_text_is_ten_times_the_work() {
        for part in PARTS {
            let work = |n_chars: usize| {
                let raw: String = part.chars().cycle().take(n_chars).collect();
                work::taken();
                let masked = text(&raw);
                assert!(masked.chars().count() <= raw.chars().count());
                work::taken()
            };
            let (short, long) = (work(2_000), work(20_000));
            assert!(long <= 11 * short + 1_000, "{part:?}: {short}, then {long}");
            assert!(long <= 20_000 * 200, "{part:?}: {long}");
        }
    }
}
