//! Which language a text, a browser and a site speak to whom.

use std::{
    cell::LazyCell,
    collections::{BTreeMap, BTreeSet},
};

use inbox_types::{
    Detection, Language, SiteSettings,
    limits::{CERTAIN_WORDS, COUNTED_WORDS, WORDS_OF_A_NAME, WORDS_OF_A_PLAIN_NAME},
};

use crate::LanguageState;

/// How many distinct words the texts of a visitor are made of, in the script that most of them are
/// in, up to [`COUNTED_WORDS`]: what a detection of `language` rests on that has read them together
/// (G9).
///
/// What may be a name says little: of a short text one word counts at most, and a word with a
/// capital counts only in a text that is longer than a name. A common word of the language shows
/// that a text is more than a name.
#[must_use]
// G9
pub fn n_words<'text>(
    texts: impl IntoIterator<Item = &'text str>,
    language: Option<&Language>,
) -> u8 {
    let common = LazyCell::new(|| common_words(language));
    let is_common = |word: &str| {
        let word = word.to_lowercase().replace('’', "'");
        common.split(' ').any(|it| it == word)
    };
    let mut heard = Heard::default();
    for text in texts {
        heard.hear(text, &is_common);
    }
    u8::try_from(heard.n_words()).unwrap_or(COUNTED_WORDS).min(COUNTED_WORDS)
}

/// For each language its code, a tab, and common words that nobody is called, in lower case.
///
/// Greetings and thanks are left out, because a name follows them; so are the particles of names,
/// such as "de" and "bin", and of English, which everybody writes a little, all but grammar.
const COMMON_WORDS: &str = include_str!("language/common_words.tsv");

/// The common words of a language with a space between two; none if there is no list.
fn common_words(language: Option<&Language>) -> &'static str {
    let primary = language.and_then(|it| it.as_str().split('-').next()).unwrap_or_default();
    COMMON_WORDS
        .lines()
        .filter_map(|line| line.split_once('\t'))
        .find(|(code, _)| code.eq_ignore_ascii_case(primary))
        .map_or("", |(_, words)| words)
}

/// What was heard in each script.
#[derive(Default)]
struct Heard<'text>(BTreeMap<u32, Evidence<'text>>);

impl<'text> Heard<'text> {
    fn hear(&mut self, text: &'text str, is_common: &impl Fn(&str) -> bool) {
        let all: Vec<&str> = text.split_whitespace().filter_map(word).collect();
        let n_written = text.split_whitespace().filter(|it| it.contains(char::is_alphabetic));
        let n_written = n_written.count();
        let may_be_a_name = n_written <= WORDS_OF_A_NAME;
        let has_common = may_be_a_name && all.iter().any(|word| is_common(word));
        let first = all.first().copied().filter(|_| has_common);
        let (unspaced, spaced): (Vec<&str>, Vec<&str>) =
            all.into_iter().partition(|word| word.contains(is_unspaced));
        for run in unspaced {
            self.hear_signs(run);
        }
        let is_no_name = |word: &&str| {
            let has_capital = word.starts_with(char::is_uppercase);
            !(may_be_a_name && has_capital) || first == Some(word) || is_common(word)
        };
        let may_be_a_plain_name = n_written <= WORDS_OF_A_PLAIN_NAME && !has_common;
        let n_counted = if may_be_a_plain_name { 1 } else { n_written };
        for word in spaced.into_iter().filter(is_no_name).take(n_counted) {
            let evidence = self.0.entry(script(first_letter(word))).or_default();
            if has_common && is_common(word) {
                evidence.common.insert(word.to_lowercase());
            }
            evidence.words.insert(word.to_lowercase());
        }
    }

    /// Hears a run of characters of scripts whose words stand side by side.
    fn hear_signs(&mut self, run: &'text str) {
        for sign in run.chars().filter(|it| is_unspaced(*it)) {
            self.0.entry(script(sign)).or_default().signs.insert(sign);
        }
        self.0.entry(script(first_letter(run))).or_default().runs.insert(run);
    }

    fn n_words(&self) -> usize {
        let of = |script| self.0.get(&script).map_or(0, |evidence| evidence.n_words(script));
        // Who writes kana writes Han characters between them.
        let japanese = if of(KANA) == 0 { 0 } else { of(KANA) + of(HAN) };
        self.0.keys().map(|script| of(*script)).chain([japanese]).max().unwrap_or_default()
    }
}

/// What was heard in one script.
#[derive(Default)]
struct Evidence<'text> {
    words: BTreeSet<String>,
    /// Those of them that are common and were heard in a text as short as a name.
    common: BTreeSet<String>,
    /// The characters of a script whose words stand side by side, and the runs of them.
    signs: BTreeSet<char>,
    runs: BTreeSet<&'text str>,
}

impl Evidence<'_> {
    /// A word has two Han characters, three kana, or eight letters of a script such as Thai. A
    /// common word is as good as two until there are [`CERTAIN_WORDS`].
    fn n_words(&self, script: u32) -> usize {
        let unspaced = match script {
            HAN => self.signs.len().div_ceil(2),
            KANA => self.signs.len() / 3,
            _ if self.signs.is_empty() => 0,
            _ => self.runs.iter().map(|run| run.chars().count()).sum::<usize>() / 8,
        };
        let spaced = self.words.len();
        spaced.max((spaced + self.common.len()).min(usize::from(CERTAIN_WORDS))) + unspaced
    }
}

fn first_letter(word: &str) -> char {
    word.chars().next().unwrap_or_default()
}

const LATIN: u32 = 0;
const KANA: u32 = 0x30;
const HAN: u32 = 0x4e;
const HANGUL: u32 = 0xac;

/// A number for each script, which may have a small neighbour in it.
fn script(letter: char) -> u32 {
    match letter {
        '\0'..='\u{36f}' | '\u{1e00}'..='\u{1eff}' => LATIN,
        '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}' => HAN,
        '\u{ac00}'..='\u{d7ff}' => HANGUL,
        _ => u32::from(letter) >> 8,
    }
}

/// A word without the marks around it; addresses and numbers are none, nor is a single letter.
fn word(raw: &str) -> Option<&str> {
    let word = raw.trim_matches(|it: char| !it.is_alphabetic());
    let is_word = !word.contains(['@', '/', '.', '_']) && !word.contains(char::is_numeric);
    let is_long = word.contains(is_unspaced) || 1 < word.chars().count();
    (is_word && is_long).then_some(word)
}

/// Letters of scripts whose words stand side by side: from Thai to Burmese, Khmer, kana and Han.
fn is_unspaced(letter: char) -> bool {
    letter.is_alphabetic()
        && matches!(
            letter,
            '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
                | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
                | '\u{20000}'..='\u{3ffff}'
        )
}

/// The language that a text changes the conversation to, if it does.
// G2
pub(crate) fn heard(
    state: &LanguageState,
    browser: &[Language],
    detection: &Detection,
) -> Option<Language> {
    if state.agent.is_some() || state.visitor.is_some() || !detection.is_clear() {
        return None;
    }
    let heard = detection.language.as_ref()?;
    let in_force = state.in_force().map(|(language, _)| language);
    let known: Vec<&Language> = in_force.into_iter().chain(browser).collect();
    let spoken = Spoken::of(heard).with_script_from(&known);
    match in_force {
        Some(language) if Spoken::of(language).with_script_from(&known) == spoken => None,
        Some(_) | None => {
            let as_browser_says = browser.iter().find(|it| Spoken::of(it) == spoken);
            Some(as_browser_says.cloned().unwrap_or_else(|| spoken.tag(heard)))
        }
    }
}

/// The language in which a visitor is shown the system's words (D-language-of-system-lines).
#[must_use]
// G7
pub fn of_system_messages(
    state: &LanguageState,
    site: &SiteSettings,
    is_translated: impl Fn(&Language) -> bool,
) -> Language {
    state
        .in_force()
        .map(|(language, _)| language)
        .filter(|language| !site.force_main_language && is_translated(language))
        .unwrap_or(&site.main_language)
        .clone()
}

/// What is spoken, whatever the region. Chinese in its two scripts is two languages.
#[derive(Clone, PartialEq, Eq)]
struct Spoken {
    primary: String,
    script: Option<Script>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Script {
    Hans,
    Hant,
}

impl Spoken {
    fn of(language: &Language) -> Self {
        let mut parts = language.as_str().split('-');
        let primary = parts.next().unwrap_or_default().to_ascii_lowercase();
        let script = (primary == "zh").then(|| parts.find_map(Script::of)).flatten();
        Self { primary, script }
    }

    /// What a text does not tell is what the browser says, and else the likelier script.
    // G5
    fn with_script_from(mut self, known: &[&Language]) -> Self {
        if self.primary == "zh" && self.script.is_none() {
            let told = known.iter().find_map(|it| Self::of(it).script);
            self.script = Some(told.unwrap_or(Script::Hans));
        }
        self
    }

    // G6
    fn tag(&self, heard: &Language) -> Language {
        let tag = match self.script {
            Some(Script::Hans) => "zh-Hans",
            Some(Script::Hant) => "zh-Hant",
            None => return heard.clone(),
        };
        Language::try_from(tag.to_owned()).unwrap_or_else(|_| heard.clone())
    }
}

impl Script {
    /// The script that a subtag names, or that its region writes.
    fn of(subtag: &str) -> Option<Self> {
        match subtag.to_ascii_lowercase().as_str() {
            "hans" | "cn" | "sg" | "my" => Some(Self::Hans),
            "hant" | "tw" | "hk" | "mo" => Some(Self::Hant),
            _ => None,
        }
    }
}
