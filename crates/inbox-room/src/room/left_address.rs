//! The e-mail address that a visitor leaves in a message while the inbox that answers them is away: the
//! chat's page asks for it then. It is no form of its own; what is written stands as any message does.

use inbox_core::{Actor, Command, Context};
use inbox_types::{ContactDetails, Email, MessageText};

use super::{Room, turn::Turn};

/// What stands around an address in a sentence.
const AROUND: &[char] = &[
    '<', '>', '(', ')', '[', ']', '{', '}', '"', '\'', '“', '”', '„', '«', '»', ',', ';', ':', '.',
    '!', '?', '،', '؛', '؟', '。', '，', '；', '：', '！', '？', '、', '（', '）', '《', '》',
    '「', '」',
];

impl Room {
    /// Keeps the address with the contact, if none is known yet. The message stands whether or not that
    /// may be done.
    // AP51
    pub(super) fn keep_left_address(
        &mut self,
        turn: &mut Turn<'_>,
        text: &MessageText,
        context: &Context,
    ) {
        let Some(email) = address_in(text.as_str()) else { return };
        let known = self.known(turn).details;
        if known.email.is_some() {
            return;
        }
        let details = ContactDetails { email: Some(email), ..ContactDetails::default() };
        let command = Command::SetContact { details: Box::new(details), known: Box::new(known) };
        self.request(turn, Actor::Visitor, command, context).unwrap_or_default();
    }
}

/// The address in a text; none if there are two, of which one may be somebody else's.
// AP51
fn address_in(text: &str) -> Option<Email> {
    let words = text.split(|it: char| it.is_whitespace() || it == '/');
    let mut all = words.flat_map(parts).filter(|it| is_address(it));
    let first = all.next()?;
    all.all(|it| it == first).then(|| first.to_owned().try_into().ok())?
}

/// A word without what stands around it, and without what an address is announced by (`mailto:`).
fn parts(word: &str) -> impl Iterator<Item = &str> {
    let inner = |it: char| AROUND.contains(&it) && it != '.';
    word.split(inner).map(|it| it.trim_matches(AROUND))
}

/// Whether a mail server would take this: a name of plain letters, one sign, and a domain with a dot.
fn is_address(word: &str) -> bool {
    let Some((name, domain)) = word.split_once('@') else { return false };
    let is_name = |it: char| it.is_ascii_alphanumeric() || "._%+-".contains(it);
    let is_label = |it: &str| {
        !it.is_empty()
            && !it.starts_with('-')
            && !it.ends_with('-')
            && it.chars().all(|it| it.is_alphanumeric() || it == '-')
    };
    let last = domain.rsplit('.').next().unwrap_or_default();
    (1..=64).contains(&name.len())
        && name.chars().all(is_name)
        && domain.contains('.')
        && domain.split('.').all(is_label)
        && 2 <= last.chars().count()
        && !last.chars().any(|it| it.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ap51_an_address_is_found_in_a_sentence_and_two_are_none() {
        for (text, found) in [
            ("anna@shop.example", Some("anna@shop.example")),
            (
                "Write to anna.berg+chat@mail.shop.example.",
                Some("anna.berg+chat@mail.shop.example"),
            ),
            ("My mail:anna@shop.example, thanks!", Some("anna@shop.example")),
            ("<mailto:anna@shop.example>", Some("anna@shop.example")),
            ("请联系（anna@shop.example）。", Some("anna@shop.example")),
            ("anna@shop.example\nor again anna@shop.example", Some("anna@shop.example")),
            ("anna@shop.example or ben@shop.example", None),
            ("anna@shop", None),
            ("@anna", None),
            ("anna@@shop.example", None),
            ("anna@shop..example", None),
            ("anna@-shop.example", None),
            ("anna@10.0.0.1", None),
            ("5@3.50", None),
            ("", None),
        ] {
            assert_eq!(address_in(text).as_ref().map(Email::as_str), found, "{text:?}");
        }
        let long = format!("{}@shop.example", "a".repeat(65));
        assert_eq!(address_in(&long), None);
        assert_eq!(
            address_in(&format!("a@{}example", "a.".repeat(130))),
            None,
            "longer than a field"
        );
    }
}
