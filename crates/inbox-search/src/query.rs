//! What somebody looks for: words, quoted phrases and operators. Every text is a query.

use std::ops::Range;

use inbox_types::{
    Timestamp, is_invisible,
    limits::{SEARCH_CHARS, SEARCH_TERMS},
};

use crate::fold::{Word, WordKind, words};

/// Letters of a word that is taken for the beginning of a longer one.
const BEGINNING_CHARS: usize = 3;
const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;

/// What is looked for. All of it must hold.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Query {
    /// What was said, or is known of the contact.
    pub(crate) said: Vec<Term>,
    pub(crate) from: Vec<Term>,
    pub(crate) tags: Vec<Term>,
    /// Departments, sites or topics.
    pub(crate) places: Vec<Term>,
    /// Not before this instant.
    pub(crate) since: Option<Timestamp>,
    /// Before this instant.
    pub(crate) until: Option<Timestamp>,
    /// With a file.
    pub(crate) has_file: bool,
    /// How the conversation stands.
    pub(crate) states: Vec<StateTerm>,
    /// What was not understood, as it was typed.
    pub(crate) ignored: Vec<String>,
    /// It was longer than what is looked for.
    pub(crate) cut: bool,
}

/// How a conversation stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum StateTerm {
    Open,
    Closed,
    Mine,
    Unassigned,
}

/// Words that stand one after the other.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Term {
    words: Vec<String>,
    /// The last one may be the beginning of a longer one.
    begins: bool,
}

impl Query {
    /// What a text asks for. `minutes_east` is the reader's zone, for the days of `before:` and `after:`.
    // SE3, SE4, SE5
    #[must_use]
    pub fn parse(raw: &str, minutes_east: i32) -> Self {
        let mut query = Self::default();
        let text: String = raw.chars().take(SEARCH_CHARS).map(plain).collect();
        query.cut = SEARCH_CHARS < raw.chars().count();
        let mut n_terms = 0;
        for piece in pieces(&text) {
            if n_terms == SEARCH_TERMS {
                query.cut = true;
                break;
            }
            n_terms += usize::from(query.take(&piece, minutes_east));
        }
        query
    }

    /// Whether it asks for nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let Self { said, from, tags, places, since, until, has_file, states, .. } = self;
        said.is_empty()
            && from.is_empty()
            && tags.is_empty()
            && places.is_empty()
            && since.is_none()
            && until.is_none()
            && !has_file
            && states.is_empty()
    }

    /// Takes a piece in; false if it says nothing.
    fn take(&mut self, piece: &Piece, minutes_east: i32) -> bool {
        let Some(operator) = piece.operator else {
            let term = self.term(piece);
            self.said.extend(term.clone());
            return term.is_some();
        };
        // Somebody is about to type more.
        if piece.value.trim().is_empty() {
            return false;
        }
        let is_known = match operator {
            Operator::From => self.term(piece).map(|it| self.from.push(it)),
            Operator::Tag => self.term(piece).map(|it| self.tags.push(it)),
            Operator::In => self.term(piece).map(|it| self.places.push(it)),
            Operator::Before => day(&piece.value, minutes_east).map(|it| self.until = Some(it)),
            Operator::After => day(&piece.value, minutes_east).map(|it| self.since = Some(it)),
            Operator::Has => is_word(&piece.value, &["file", "files", "attachment"])
                .then(|| self.has_file = true),
            Operator::Is => state(&piece.value).map(|it| self.states.push(it)),
        };
        if is_known.is_none() {
            self.ignored.push(piece.typed.clone());
        }
        true
    }

    fn term(&mut self, piece: &Piece) -> Option<Term> {
        let mut found = words(&piece.value);
        if SEARCH_TERMS < found.len() {
            found.truncate(SEARCH_TERMS);
            self.cut = true;
        }
        Term::new(found, piece.quoted)
    }
}

impl Term {
    // SE2, SE6
    fn new(mut found: Vec<Word>, quoted: bool) -> Option<Self> {
        let mut begins = false;
        match found.last().map(|it| it.kind) {
            // The pair before it says it already, and what is looked for may go on behind it.
            Some(WordKind::Last { paired: true }) => drop(found.pop()),
            Some(WordKind::Last { paired: false }) => begins = true,
            Some(WordKind::Whole) => {
                let n_chars = found.last().map_or(0, |it| it.text.chars().count());
                begins = !quoted && BEGINNING_CHARS <= n_chars;
            }
            Some(WordKind::Pair) | None => (),
        }
        let words: Vec<String> = found.into_iter().map(|it| it.text).collect();
        (!words.is_empty()).then_some(Self { words, begins })
    }

    /// The term as the database's index reads it. There is nothing in it but letters and digits.
    pub(crate) fn expression(&self) -> String {
        let beginning = if self.begins { " *" } else { "" };
        format!("\"{}\"{beginning}", self.words.join(" "))
    }

    /// Where it stands in a text of these words.
    pub(crate) fn places(&self, text: &[Word]) -> Vec<Range<usize>> {
        let n_words = self.words.len();
        let stands = |row: &&[Word]| {
            let mut both = self.words.iter().zip(row.iter()).zip(1..);
            both.all(|((wanted, word), no)| {
                if no == n_words && self.begins {
                    word.text.starts_with(wanted.as_str())
                } else {
                    word.text == *wanted
                }
            })
        };
        let span = |row: &[Word]| {
            let begin = row.first().map_or(0, |it| it.at.start);
            begin..row.last().map_or(begin, |it| it.at.end)
        };
        text.windows(n_words).filter(stands).map(span).collect()
    }

    pub(crate) fn is_in(&self, text: &str) -> bool {
        !self.places(&words(text)).is_empty()
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Operator {
    From,
    Tag,
    In,
    Before,
    After,
    Has,
    Is,
}

impl Operator {
    fn named(name: &str) -> Option<Self> {
        Some(match name.to_lowercase().as_str() {
            "from" => Self::From,
            "tag" => Self::Tag,
            "in" => Self::In,
            "before" => Self::Before,
            "after" => Self::After,
            "has" => Self::Has,
            "is" => Self::Is,
            _ => return None,
        })
    }
}

/// A part of a query.
struct Piece {
    operator: Option<Operator>,
    value: String,
    quoted: bool,
    typed: String,
}

/// Quotation marks and colons of other keyboards.
fn plain(letter: char) -> char {
    match letter {
        '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{201f}' | '«' | '»' | '「' | '」' | '『'
        | '』' | '＂' => '"',
        '：' | '\u{fe55}' => ':',
        other => other,
    }
}

// SE3, SE4
fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches(|it: char| it.is_whitespace() || is_invisible(it));
        if rest.is_empty() {
            return pieces;
        }
        let (operator, behind) = operator(rest);
        let (value, quoted, next) = value(behind);
        let typed = rest[..rest.len() - next.len()].trim().to_owned();
        pieces.push(Piece { operator, value: value.to_owned(), quoted, typed });
        rest = next;
    }
}

/// The operator with which the text begins, and what comes behind its colon.
fn operator(text: &str) -> (Option<Operator>, &str) {
    let named =
        text.split_once(':').and_then(|(name, behind)| Some((Operator::named(name)?, behind)));
    named.map_or((None, text), |(operator, behind)| (Some(operator), behind))
}

/// A quoted text, or all up to the next space; whether it was quoted; and what follows.
fn value(text: &str) -> (&str, bool, &str) {
    if let Some(quoted) = text.strip_prefix('"') {
        // Whoever types the first mark is about to type the second.
        let (value, next) = quoted.split_once('"').unwrap_or((quoted, ""));
        return (value, true, next);
    }
    let end = text.find(|it: char| it.is_whitespace() || it == '"').unwrap_or(text.len());
    (&text[..end], false, &text[end..])
}

fn is_word(value: &str, known: &[&str]) -> bool {
    let value = crate::fold(value);
    known.contains(&value.as_str())
}

fn state(value: &str) -> Option<StateTerm> {
    Some(match crate::fold(value).as_str() {
        "open" | "active" => StateTerm::Open,
        "closed" | "ended" => StateTerm::Closed,
        "mine" | "me" => StateTerm::Mine,
        "unassigned" => StateTerm::Unassigned,
        _ => return None,
    })
}

/// When a day, month or year begins, such as `2026-03-01`, `2026/3` or `2026`.
// SE5, SE30
fn day(value: &str, minutes_east: i32) -> Option<Timestamp> {
    let words = words(value);
    let mut numbers = words.iter().map(|it| it.text.parse::<i64>());
    let mut next = |or: i64| numbers.next().unwrap_or(Ok(or)).ok();
    let (year, month, day) = (next(0)?, next(1)?, next(1)?);
    // What is no day is not counted with.
    let is_day = (1_970..=9_999).contains(&year)
        && (1..=12).contains(&month)
        && (1..=n_days(year, month)).contains(&day)
        && numbers.next().is_none();
    let at = || days_since_1970(year, month, day) * DAY - i64::from(minutes_east) * MINUTE;
    is_day.then(|| Timestamp::from_millis(u64::try_from(at()).unwrap_or_default()))
}

fn n_days(year: i64, month: i64) -> i64 {
    let next = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
    days_since_1970(next.0, next.1, 1) - days_since_1970(year, month, 1)
}

/// Counted in years that begin in March, so that the leap day is a year's last.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + of_year
        - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(raw: &str) -> Query {
        Query::parse(raw, 0)
    }

    fn said(raw: &str) -> Vec<String> {
        parse(raw).said.iter().map(Term::expression).collect()
    }

    #[test]
    fn se3_words_and_phrases() {
        for (raw, expected) in [
            ("refund", vec!["\"refund\" *"]),
            ("my  refund", vec!["\"my\"", "\"refund\" *"]),
            ("\"my refund\"", vec!["\"my refund\""]),
            ("\"my refund", vec!["\"my refund\""]),
            ("“my refund” now", vec!["\"my refund\"", "\"now\" *"]),
            ("anna.berg@example.com", vec!["\"anna berg example com\" *"]),
            ("Đổi hàng", vec!["\"doi\" *", "\"hang\" *"]),
            ("退货", vec!["\"退货\""]),
            ("退貨政策", vec!["\"退货 货政 政策\""]),
            ("退", vec!["\"退\" *"]),
            ("退货ABC", vec!["\"退货 货 abc\" *"]),
        ] {
            assert_eq!(said(raw), expected, "{raw}");
        }
    }

    #[test]
    fn se4_operators() {
        let query = parse("from:anna Tag:\"key account\" in：Sales has:file is:open refund");
        let expressions = |it: &[Term]| it.iter().map(Term::expression).collect::<Vec<_>>();
        assert_eq!(expressions(&query.from), ["\"anna\" *"]);
        assert_eq!(expressions(&query.tags), ["\"key account\""]);
        assert_eq!(expressions(&query.places), ["\"sales\" *"]);
        assert_eq!(expressions(&query.said), ["\"refund\" *"]);
        assert!(query.has_file && query.ignored.is_empty() && !query.cut);
        assert_eq!(query.states, [StateTerm::Open]);
        // What is no operator is words.
        assert_eq!(said("https://shop.example"), ["\"https shop example\" *"]);
        assert_eq!(said("order:12"), ["\"order 12\""]);
        // Nothing behind it yet.
        assert!(parse("from:").is_empty() && parse("from: ").ignored.is_empty());
    }

    #[test]
    fn se4_what_an_operator_does_not_know_is_said() {
        for raw in [
            "is:purple",
            "has:hair",
            "before:soon",
            "after:2026-13",
            "before:2026-02-30",
            "from:🙏",
        ] {
            let query = parse(raw);
            assert!(query.is_empty(), "{raw}");
            assert_eq!(query.ignored, [raw]);
        }
    }

    #[test]
    fn se5_days_are_those_of_the_reader() {
        let at = |raw: &str, east| Query::parse(raw, east).since.map(Timestamp::as_millis);
        assert_eq!(at("after:2026-03-01", 0), Some(1_772_323_200_000));
        assert_eq!(at("after:2026-03-01", 420), Some(1_772_323_200_000 - 420 * 60_000));
        for same in ["after:2026-3", "after:2026/03/01", "after:2026.3.1", "after:٢٠٢٦-٠٣-٠١"]
        {
            assert_eq!(at(same, 0), at("after:2026-03-01", 0), "{same}");
        }
        assert_eq!(at("after:2000-02-29", 0), Some(951_782_400_000));
        assert_eq!(at("after:1970", 840), Some(0));
        assert_eq!(parse("before:2026").until, parse("after:2026-01-01").since);
    }

    #[test]
    fn se3_no_text_fails_and_none_is_more_than_letters_for_the_database() {
        let long = "abc ".repeat(2_500);
        let quotes = "\"".repeat(10_000);
        let mut raws = vec![
            long.as_str(),
            quotes.as_str(),
            "",
            " \t\n\0",
            "NEAR(a b) OR c* AND NOT ^d {said}:e - f",
            "said:x marks:card",
            "'; DROP TABLE found; --",
            "🙏🙏🙏",
            "\u{202e}from:anna\u{202c}",
            "\u{200f}\u{200f}",
            "from:\"",
            "from:from:from:",
            "a:b:c",
            "\\",
            "\u{fffd}\u{ffff}",
        ];
        let chinese = "退".repeat(10_000);
        raws.push(&chinese);
        for raw in raws {
            let query = parse(raw);
            let terms = [&query.said, &query.from, &query.tags, &query.places];
            for term in terms.into_iter().flatten() {
                let inner = term.expression();
                let inner = inner.trim_end_matches(" *").trim_matches('"');
                assert!(
                    inner.chars().all(|it| it.is_alphanumeric() || it == ' '),
                    "{raw}: {inner}"
                );
                assert!(term.words.len() <= SEARCH_TERMS, "{raw}");
            }
            assert!(query.said.len() <= SEARCH_TERMS, "{raw}");
        }
        assert!(parse(&long).cut && parse(&chinese).cut);
        assert_eq!(parse("\u{202e}from:anna").from.len(), 1);
    }

    #[test]
    fn se6_a_word_is_found_by_its_beginning_and_a_quoted_one_only_as_a_whole() {
        let found = |raw: &str, text: &str| parse(raw).said.iter().all(|it| it.is_in(text));
        for (raw, text, expected) in [
            ("refu", "A refund, please", true),
            ("\"refu\"", "A refund, please", false),
            ("re", "A refund", false),
            ("fund", "A refund", false),
            ("doi", "Tôi muốn đổi hàng", true),
            ("货政", "退货政策", true),
            ("策", "退货政策", true),
            ("货", "退货政策", true),
            ("退政", "退货政策", false),
            ("\"please a\"", "A refund, please", false),
        ] {
            assert_eq!(found(raw, text), expected, "{raw} in {text}");
        }
    }
}
