//! The folder of text: `XX.sent` with a sentence a line, `XX.freq` with a word and its count.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use langid::feature::Group;
use langid::script::Script;

use crate::chance::hash;

/// What a class is trained from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Class {
    /// The code that is answered.
    pub(crate) code: &'static str,
    /// The name of its files, the folder's own.
    pub(crate) file: &'static str,
    /// Romanised from the file's script.
    pub(crate) romanised: bool,
    /// How many chunks it is trained on, in thousands.
    pub(crate) thousands: usize,
    /// How much its weights matter when the file must be small.
    pub(crate) worth: f32,
}

impl Class {
    const fn new(code: &'static str, thousands: usize, worth: f32) -> Self {
        Self { code, file: code, romanised: false, thousands, worth }
    }

    /// Always a candidate.
    const fn common(code: &'static str) -> Self {
        Self::new(code, 130, 1.0)
    }

    /// A candidate with more evidence.
    const fn guarded(code: &'static str) -> Self {
        Self::new(code, 110, 0.7)
    }

    /// A candidate that the prior names: its weights may be coarser.
    const fn rare(code: &'static str) -> Self {
        Self::new(code, 50, 0.15)
    }

    /// Written in another script in the folder.
    const fn romanised(code: &'static str, file: &'static str) -> Self {
        Self { file, romanised: true, ..Self::new(code, 80, 0.5) }
    }
}

/// The classes of a group. Relatives stand together: the weights pack better.
pub(crate) fn classes(group: Group) -> &'static [Class] {
    const LATIN: &[Class] = &[
        Class::common("es"),
        Class::common("pt"),
        Class::rare("gl"),
        Class::guarded("ca"),
        Class::common("it"),
        Class::common("ro"),
        Class::common("fr"),
        Class::common("en"),
        Class::common("nl"),
        Class::rare("af"),
        Class::common("de"),
        Class::common("sv"),
        Class::guarded("no"),
        Class::guarded("da"),
        Class::rare("is"),
        Class::guarded("fi"),
        Class::rare("et"),
        Class::rare("lv"),
        Class::rare("lt"),
        Class::common("pl"),
        Class::common("cs"),
        Class::rare("sk"),
        Class::rare("sl"),
        Class::rare("hr"),
        Class::rare("bs"),
        Class { file: "srL", ..Class::new("sr-Latn", 80, 0.4) },
        Class::guarded("hu"),
        Class::rare("sq"),
        Class::rare("eu"),
        Class::common("tr"),
        Class::common("vi"),
        Class::common("id"),
        Class::common("ms"),
        Class::common("tl"),
        Class::romanised("hi-Latn", "hi"),
        Class::romanised("ar-Latn", "ar"),
        Class::romanised("ru-Latn", "ru"),
        Class::romanised("el-Latn", "el"),
    ];
    const CYRILLIC: &[Class] = &[
        Class::common("uk"),
        Class::common("ru"),
        Class::guarded("be"),
        Class::common("bg"),
        Class::guarded("mk"),
        Class::common("sr"),
        Class::guarded("kk"),
        Class::guarded("ky"),
        Class::guarded("mn"),
    ];
    match group {
        Group::Latin => LATIN,
        Group::Cyrillic => CYRILLIC,
        Group::Arabic => const { &[Class::common("ar"), Class::common("fa"), Class::common("ur")] },
        Group::Devanagari => {
            const { &[Class::common("hi"), Class::common("mr"), Class::common("ne")] }
        }
        Group::Han => {
            const { &[Class::common("zh-Hans"), Class::common("zh-Hant"), Class::common("ja")] }
        }
    }
}

/// The part of the folder that a sentence belongs to. Equal letters are always in one part.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Part {
    /// Weights come from here.
    Train,
    /// Scales come from here.
    Tune,
    /// Figures come from here.
    Development,
}

/// The text of one language.
#[derive(Debug, Default)]
pub(crate) struct Text {
    sentences: BTreeMap<Part, Vec<String>>,
    /// For each part the places of the sentences that are short and of those that are long.
    by_length: BTreeMap<(Part, bool), Vec<usize>>,
    words: Vec<(String, f64)>,
}

impl Text {
    /// Sentences of one part.
    pub(crate) fn sentences(&self, part: Part) -> &[String] {
        self.sentences.get(&part).map_or(&[], Vec::as_slice)
    }

    /// Short sentences, which are what people say, or long ones, which newspapers write. If there
    /// are too few of the kind, any.
    pub(crate) fn of_length(&self, part: Part, is_long: bool) -> (&[String], Option<&[usize]>) {
        let places = self.by_length.get(&(part, is_long)).filter(|it| ENOUGH <= it.len());
        (self.sentences(part), places.map(Vec::as_slice))
    }

    /// Words with the sum of weights up to and including each, ascending.
    pub(crate) fn words(&self) -> &[(String, f64)] {
        &self.words
    }

    /// A list from our own sentences, for a language that has none.
    fn counted(&self) -> Vec<(String, f64)> {
        let mut counts: BTreeMap<String, f64> = BTreeMap::new();
        let letters = |word: &&str| word.chars().any(|letter| Script::of(letter).is_some());
        for word in self
            .sentences(Part::Train)
            .iter()
            .flat_map(|line| line.split_whitespace())
            .filter(letters)
        {
            *counts.entry(word.to_lowercase()).or_default() += 1.0;
        }
        let mut total = 0.0;
        let sum = |(word, count)| {
            total += libm::pow(count, 0.55);
            (word, total)
        };
        counts.into_iter().map(sum).collect()
    }

    /// Reads the files of a language; what is missing is empty.
    pub(crate) fn read(folder: &Path, file: &str, seed: u64) -> io::Result<Self> {
        let mut text = Self::default();
        let lines = if file == "el" {
            GREEK.to_owned()
        } else {
            read_or_empty(&folder.join(format!("{file}.sent")))?
        };
        for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let part = part_of(line, seed);
            let sentences = text.sentences.entry(part).or_default();
            let is_long = LONG < line.split_whitespace().count();
            text.by_length.entry((part, is_long)).or_default().push(sentences.len());
            sentences.push(line.to_owned());
        }
        let list = read_or_empty(&folder.join(format!("{file}.freq")))?;
        text.words = if list.is_empty() { text.counted() } else { weighted(file, &list) };
        Ok(text)
    }
}

/// A sentence of more words is long.
const LONG: usize = 13;

/// With fewer sentences of a kind there is no choosing among kinds.
const ENOUGH: usize = 200;

/// The folder has no Greek.
const GREEK: &str = include_str!("../data/greek.txt");

fn read_or_empty(path: &Path) -> io::Result<String> {
    match fs::read(path) {
        Ok(bytes) => Ok(String::from_utf8_lossy(&bytes).into_owned()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(String::new()),
        Err(error) => Err(error),
    }
}

fn part_of(line: &str, seed: u64) -> Part {
    let letters: String =
        line.chars().filter(|letter| letter.is_alphabetic()).flat_map(char::to_lowercase).collect();
    match (hash(&letters) ^ seed) % 100 {
        0..4 => Part::Development,
        4..7 => Part::Tune,
        _ => Part::Train,
    }
}

/// A word's weight is the square root of its count, near enough, so that the language is learnt and
/// not only its ten commonest words.
fn weighted(file: &str, list: &str) -> Vec<(String, f64)> {
    let latin_allowed = Class::is_latin(file);
    let mut total = 0.0;
    let mut words = Vec::new();
    for line in list.lines() {
        let Some((word, count)) = line.rsplit_once(' ') else { continue };
        let Ok(count) = count.parse::<f64>() else { continue };
        let has_letters = word.chars().any(|letter| Script::of(letter).is_some());
        let foreign =
            word.chars().any(|letter| Script::of(letter) == Some(Script::Latin)) != latin_allowed;
        if has_letters && !foreign {
            total += libm::pow(count, 0.55);
            words.push((word.to_owned(), total));
        }
    }
    words
}

impl Class {
    fn is_latin(file: &str) -> bool {
        let others = [Group::Cyrillic, Group::Arabic, Group::Devanagari, Group::Han];
        !others.into_iter().flat_map(classes).any(|class| class.file == file)
    }
}

/// Characters that became another one, from the tables of `OpenCC` beside the folder.
#[derive(Debug, Default)]
pub(crate) struct Characters {
    to_traditional: BTreeMap<char, char>,
    to_simplified: BTreeMap<char, char>,
}

impl Characters {
    /// Reads `STCharacters.txt` and `TSCharacters.txt`.
    pub(crate) fn read(folder: &Path) -> io::Result<Self> {
        let table = |name| -> io::Result<BTreeMap<char, char>> {
            let text = fs::read_to_string(folder.join(name))?;
            Ok(text.lines().filter(|line| !line.starts_with('#')).filter_map(pair).collect())
        };
        Ok(Self {
            to_traditional: table("STCharacters.txt")?,
            to_simplified: table("TSCharacters.txt")?,
        })
    }

    /// The text in the other kind of characters, or the characters alone that only
    /// this kind has.
    pub(crate) fn convert(&self, text: &str, code: &str) -> String {
        let table = if code == "zh-Hant" { &self.to_traditional } else { &self.to_simplified };
        text.chars().map(|character| *table.get(&character).unwrap_or(&character)).collect()
    }

    /// Characters of this kind that the other kind writes differently.
    pub(crate) fn only(&self, code: &str) -> Vec<char> {
        let table = if code == "zh-Hant" { &self.to_simplified } else { &self.to_traditional };
        table.keys().copied().collect()
    }
}

fn pair(line: &str) -> Option<(char, char)> {
    let (from, to) = line.split_once('\t')?;
    let from = from.chars().next()?;
    // A character that may stay as it is tells nothing.
    let stays = to.split(' ').any(|option| option.starts_with(from));
    let to = to.chars().next()?;
    (!stays).then_some((from, to))
}
