//! Messages from other sources than the training text: a folder with `SOURCE/CODE.txt`, a message
//! a line. `README.md` tells how it is gathered, and `data/development.tsv` what was.
//!
//! A source is in one half only, so what was chosen by looking at the one is judged on the other.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;

use langid::Language;
use langid::script::Script;

use crate::chance::{Chance, hash};
use crate::items::{Item, Kind, drawn, units};

/// The half of the sources that a figure comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Half {
    /// What may be looked at while the detector is changed.
    Tune,
    /// What judges it in the end.
    Judge,
}

/// Every source with its half.
const SOURCES: [(&str, Half); 11] = [
    ("mediawiki", Half::Tune),
    ("thunderbird", Half::Tune),
    ("wesnoth", Half::Tune),
    ("news-a", Half::Tune),
    ("emoji", Half::Judge),
    ("films", Half::Judge),
    ("firefox", Half::Judge),
    ("home-assistant", Half::Judge),
    ("news-b", Half::Judge),
    ("pidgin", Half::Judge),
    ("widelands", Half::Judge),
];

/// For each file its source and code, the number of its lines and the hash of its text.
const MANIFEST: &str = include_str!("../data/development.tsv");

/// The texts of each source and language.
#[derive(Debug)]
pub(crate) struct Development {
    texts: BTreeMap<(&'static str, &'static str), Vec<String>>,
    /// Whole names of people.
    names: BTreeMap<&'static str, Vec<String>>,
}

impl Development {
    /// Reads the folder. What two languages say alike is left out, for it tells neither.
    pub(crate) fn read(folder: &Path) -> io::Result<Self> {
        let mut development = Self { texts: BTreeMap::new(), names: BTreeMap::new() };
        let mut manifest = String::new();
        for source in SOURCES.map(|(name, _)| name).into_iter().chain(["names"]) {
            for code in Language::all().map(Language::code) {
                let Ok(text) = fs::read_to_string(folder.join(source).join(format!("{code}.txt")))
                else {
                    continue;
                };
                let lines: Vec<String> = text.lines().map(str::to_owned).collect();
                let _ =
                    writeln!(manifest, "{source}\t{code}\t{}\t{:016x}", lines.len(), hash(&text));
                if source == "names" {
                    development.names.insert(code, lines);
                } else {
                    development.texts.insert((source, code), lines);
                }
            }
        }
        if development.texts.is_empty() {
            let error = format!("{} has no SOURCE/CODE.txt", folder.display());
            return Err(io::Error::new(io::ErrorKind::NotFound, error));
        }
        development.drop_common();
        if manifest != MANIFEST {
            eprintln!("langid-train: the messages are not those that data/development.tsv counts");
        }
        Ok(development)
    }

    fn drop_common(&mut self) {
        let mut owners: BTreeMap<u64, BTreeSet<&str>> = BTreeMap::new();
        let key = |line: &str| hash(&line.to_lowercase());
        for ((_, code), lines) in &self.texts {
            let base = code.split('-').next().unwrap_or(code);
            for line in lines {
                owners.entry(key(line)).or_default().insert(base);
            }
        }
        for ((_, code), lines) in &mut self.texts {
            // English stands untranslated among the others.
            lines.retain(|line| *code == "en" || owners[&key(line)].len() == 1);
        }
    }

    /// Names of people by language, every other one for each half.
    pub(crate) fn names(&self, half: Half) -> BTreeMap<&'static str, Vec<&str>> {
        self.names
            .iter()
            .map(|(code, lines)| {
                let of_half = lines.iter().skip(usize::from(half == Half::Judge)).step_by(2);
                (*code, of_half.map(String::as_str).collect())
            })
            .collect()
    }

    /// The messages of one half.
    pub(crate) fn items(&self, half: Half, seed: u64) -> Vec<Item> {
        let mut items = Vec::new();
        for code in Language::all().map(Language::code) {
            let of_code: Vec<(&'static str, &[String])> = SOURCES
                .into_iter()
                .filter(|(_, of)| *of == half)
                .filter_map(|(name, _)| Some((name, self.texts.get(&(name, code))?.as_slice())))
                .collect();
            let mut chance = Chance::new(seed, &format!("{half:?} {code}"));
            let mut known = BTreeSet::new();
            for (name, lines) in &of_code {
                of_source(code, name, lines, of_code.len(), &mut known, &mut chance, &mut items);
            }
        }
        items
    }
}

/// A source's share of a language's messages.
fn of_source(
    code: &'static str,
    source: &'static str,
    lines: &[String],
    n_sources: usize,
    known: &mut BTreeSet<String>,
    chance: &mut Chance,
    items: &mut Vec<Item>,
) {
    let spaceless = matches!(code, "ja" | "zh-Hans" | "zh-Hant" | "th" | "lo" | "my" | "km");
    let sentences: Vec<Vec<String>> = lines.iter().map(|line| units(line, spaceless)).collect();
    let join = |units: &[String]| if spaceless { units.concat() } else { units.join(" ") };
    for (kind, (least, most), n_items) in [
        // Fewer words are a label here, and no sentence.
        (Kind::Chat, (4, 10), 240),
        (Kind::Short, (2, 3), 50),
        (Kind::Word, (1, 1), 40),
        (Kind::Long, (13, 40), 80),
    ] {
        let times = if spaceless { 2 } else { 1 };
        let length = (least * times, most * times);
        for _ in 0..n_items / n_sources {
            let found = drawn(&sentences, kind, length, spaceless, chance, |units| {
                known.insert(join(units).to_lowercase())
            });
            let Some(units) = found else { continue };
            items.push(Item { code, kind, source, text: join(&units) });
        }
    }
    let kind = match code {
        "ja" => Kind::Kanji,
        "zh-Hans" | "zh-Hant" => Kind::ShortHan,
        _ => return,
    };
    // Labels and words as they are, no parts of sentences.
    let fits = |line: &&String| {
        let n_letters = line.chars().count();
        let most = if code == "ja" { 8 } else { 4 };
        (2..=most).contains(&n_letters)
            && line.chars().all(|letter| Script::of(letter) == Some(Script::Han))
    };
    let mut fitting: Vec<&String> = lines.iter().filter(fits).collect();
    for _ in 0..(300 / n_sources).min(fitting.len()) {
        let text = fitting.swap_remove(chance.below(fitting.len())).clone();
        items.push(Item { code, kind, source, text });
    }
}
