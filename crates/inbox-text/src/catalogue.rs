//! One language's texts of one part, and how a text gets its parameters.

use std::fmt;

/// A text to be said in whatever language the reader has.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Phrase {
    index: u16,
    values: Vec<String>,
    count: Option<u64>,
}

impl Phrase {
    pub(crate) const fn plain(index: u16) -> Self {
        Self { index, values: Vec::new(), count: None }
    }

    pub(crate) const fn filled(index: u16, values: Vec<String>, count: Option<u64>) -> Self {
        Self { index, values, count }
    }
}

/// Which way a language is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Direction {
    /// Left to right.
    Ltr,
    /// Right to left.
    Rtl,
}

impl Direction {
    /// As HTML's `dir` has it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ltr => "ltr",
            Self::Rtl => "rtl",
        }
    }
}

/// The plural form of a number: `one`, `few`, `other`, …
type PluralForm = Box<dyn Fn(u64) -> String + Send + Sync>;

/// One language's texts of one part.
pub struct Catalogue {
    language: String,
    direction: Direction,
    texts: Vec<String>,
    plural_form: PluralForm,
}

impl fmt::Debug for Catalogue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.language)
    }
}

impl Catalogue {
    /// The catalogue that the published lines hold. `plural_form` is the language's rule, which
    /// only a browser knows.
    #[must_use]
    pub fn parse(lines: &str, plural_form: PluralForm) -> Self {
        let mut lines = lines.split('\n');
        let (language, direction) =
            lines.next().and_then(|it| it.split_once(' ')).unwrap_or_default();
        Self {
            language: language.to_owned(),
            direction: if direction == "rtl" { Direction::Rtl } else { Direction::Ltr },
            texts: lines.map(str::to_owned).collect(),
            plural_form,
        }
    }

    /// The language's tag.
    #[must_use]
    pub fn language(&self) -> &str {
        &self.language
    }

    /// Which way it is written.
    #[must_use]
    pub fn direction(&self) -> Direction {
        self.direction
    }

    /// The phrase in this language. A text of another build than this app's is empty rather than
    /// a panic in somebody's page.
    #[must_use]
    pub fn say(&self, phrase: &Phrase) -> String {
        let text = self.texts.get(usize::from(phrase.index)).map_or("", String::as_str);
        let text = match phrase.count {
            Some(count) => form(text, &(self.plural_form)(count)),
            None => text,
        };
        fill(text, &phrase.values, self.direction())
    }
}

/// The plural form of that name, or the last, which is `other` or sorts behind it.
fn form<'text>(text: &'text str, name: &str) -> &'text str {
    let named = |wanted: &str| {
        text.split('\t')
            .filter_map(|it| it.split_once('='))
            .find(|it| it.0 == wanted)
            .map(|it| it.1)
    };
    named(name).or_else(|| named("other")).unwrap_or(text)
}

/// Puts the values where their numbers stand.
fn fill(text: &str, values: &[String], direction: Direction) -> String {
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        match after.split_once('}') {
            Some((number, after)) => {
                let value = number.parse().ok().and_then(|it: usize| values.get(it));
                let value = value.map_or("", String::as_str);
                if runs_against(value, direction) {
                    filled.extend([ISOLATE, value, POP]);
                } else {
                    filled.push_str(value);
                }
                rest = after;
            }
            None => rest = after,
        }
    }
    filled.push_str(rest);
    filled
}

/// First strong isolate and its end (UAX #9): what stands between has a direction of its own and
/// moves nothing around it, as `<bdi>` does for elements.
const ISOLATE: &str = "\u{2068}";
const POP: &str = "\u{2069}";

/// Whether a value has letters that are written the other way than the text around it.
fn runs_against(value: &str, direction: Direction) -> bool {
    // The blocks that the Unicode standard keeps for scripts from right to left.
    let leftward = |it: char| {
        matches!(it, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}'
            | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
    };
    match direction {
        Direction::Ltr => value.chars().any(leftward),
        // Digits and signs take the direction of what is around them, so they need no isolation.
        Direction::Rtl => {
            value.chars().any(|it| it.is_ascii_alphabetic() || it >= '\u{c0}' && !leftward(it))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn catalogue(lines: &str) -> Catalogue {
        let form = |count| if count == 1 { "one" } else { "other" };
        Catalogue::parse(lines, Box::new(move |count| form(count).to_owned()))
    }

    #[test]
    fn a_text_gets_its_parameters_wherever_they_stand() {
        let texts = catalogue("x ltr\n{1} and {0}, {1}\nplain");
        assert_eq!(texts.direction(), Direction::Ltr);
        assert_eq!(texts.say(&Phrase::filled(0, vec!["a".into(), "b".into()], None)), "b and a, b");
        assert_eq!(texts.say(&Phrase::plain(1)), "plain");
    }

    #[test]
    fn a_value_is_never_read_as_a_text() {
        let texts = catalogue("x ltr\n{0} {1}");
        let phrase = Phrase::filled(0, vec!["{1}".into(), "b".into()], None);
        assert_eq!(texts.say(&phrase), "{1} b");
    }

    #[test]
    fn a_value_of_the_other_direction_is_isolated() {
        let joined = |head: &str, name: &str| {
            catalogue(&format!("{head}\n{{0}} joined")).say(&Phrase::filled(
                0,
                vec![name.into()],
                None,
            ))
        };
        assert_eq!(joined("x ltr", "ليلى"), "\u{2068}ليلى\u{2069} joined");
        assert_eq!(joined("x ltr", "Ana"), "Ana joined");
        assert_eq!(joined("x ltr", "Олена"), "Олена joined");
        assert_eq!(joined("x rtl", "Ana"), "\u{2068}Ana\u{2069} joined");
        assert_eq!(joined("x rtl", "Олена"), "\u{2068}Олена\u{2069} joined");
        assert_eq!(joined("x rtl", "ليلى"), "ليلى joined");
        assert_eq!(joined("x rtl", "12:30"), "12:30 joined");
    }

    #[test]
    fn a_number_chooses_the_form() {
        let texts = catalogue("x ltr\n\tone={0} file\tother={0} files");
        assert_eq!(texts.say(&Phrase::filled(0, vec!["1".into()], Some(1))), "1 file");
        assert_eq!(texts.say(&Phrase::filled(0, vec!["4".into()], Some(4))), "4 files");
    }

    #[test]
    fn a_form_that_the_language_lacks_is_other() {
        let texts = catalogue("x ltr\n\tother={0} files");
        assert_eq!(texts.say(&Phrase::filled(0, vec!["1".into()], Some(1))), "1 files");
    }

    #[test]
    fn a_text_of_another_build_is_empty() {
        assert_eq!(catalogue("x ltr").say(&Phrase::plain(7)), "");
    }
}
