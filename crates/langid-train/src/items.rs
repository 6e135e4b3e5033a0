//! Messages with a known language, from text that training does not see.

use std::collections::{BTreeMap, BTreeSet};

use langid::script::Script;

use crate::chance::Chance;
use crate::chunk::{with_english, without_marks};
use crate::corpus::{Part, Text};
use crate::romanise::romanise;

/// What is tried by an item.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Kind {
    /// A sentence of two to ten words.
    Chat,
    /// Two or three words of a sentence.
    Short,
    /// One word of a sentence.
    Word,
    /// More than twelve words, mostly of newspapers.
    Long,
    /// Vietnamese typed without marks.
    Plain,
    /// A sentence with English words in it.
    Mixed,
    /// Another script's language in Latin letters.
    Romanised,
    /// The same with English words in it.
    RomanisedMixed,
    /// Japanese without Kana.
    Kanji,
    /// Chinese of two to four characters.
    ShortHan,
    /// Numbers, addresses, emoji.
    Nothing,
}

#[derive(Clone, Debug)]
pub(crate) struct Item {
    pub(crate) code: &'static str,
    pub(crate) kind: Kind,
    /// Where the text comes from, [`FOLDER`] if training knows the source.
    pub(crate) source: &'static str,
    pub(crate) text: String,
}

/// The source of what stands in the training folder.
pub(crate) const FOLDER: &str = "folder";

/// Languages that anybody asked for, by the name of their files; Chinese in both kinds is one.
pub(crate) const ASKED: [&str; 36] = [
    "ar", "bg", "bn", "cs", "de", "el", "en", "es", "fa", "fr", "he", "hi", "id", "it", "ja", "km",
    "ko", "lo", "ms", "my", "nl", "pl", "pt", "ro", "ru", "sr", "sv", "ta", "th", "tl", "tr", "uk",
    "vi", "zh", "zh-Hans", "zh-Hant",
];

/// Those of them that the folder has.
pub(crate) const MAIN: [&str; 26] = [
    "ar", "bg", "cs", "de", "en", "es", "fa", "fr", "hi", "id", "it", "ja", "ms", "nl", "pl", "pt",
    "ro", "ru", "sr", "sv", "tl", "tr", "uk", "vi", "zh-Hans", "zh-Hant",
];

/// Languages that are candidates with more evidence.
pub(crate) const GUARDED: [&str; 13] =
    ["be", "ca", "da", "fi", "hu", "kk", "ky", "mk", "mn", "mr", "ne", "no", "ur"];

/// Languages that are candidates when the prior names them.
pub(crate) const RARE: [&str; 13] =
    ["af", "bs", "et", "eu", "gl", "hr", "is", "lt", "lv", "sk", "sl", "sq", "srL"];

/// All items of one part, each kind in a fixed order.
pub(crate) fn items(texts: &BTreeMap<&'static str, Text>, part: Part, seed: u64) -> Vec<Item> {
    let mut items = Vec::new();
    for file in MAIN.into_iter().chain(GUARDED).chain(RARE) {
        let mut chance = Chance::new(seed, &format!("{part:?} {file}"));
        of_language(texts, file, part, &mut chance, &mut items);
    }
    if part == Part::Development {
        items.extend(by_script());
        let mut chance = Chance::new(seed, "beyond");
        hinglish(texts, &mut chance, &mut items);
        kanji(texts, &mut chance, &mut items);
    }
    let mut chance = Chance::new(seed, &format!("{part:?} special"));
    special(texts, part, &mut chance, &mut items);
    items
}

fn of_language(
    texts: &BTreeMap<&'static str, Text>,
    file: &'static str,
    part: Part,
    chance: &mut Chance,
    items: &mut Vec<Item>,
) {
    let Some(text) = texts.get(file) else { return };
    let code = if file == "srL" { "sr-Latn" } else { file };
    let spaceless = matches!(file, "ja" | "zh-Hans" | "zh-Hant");
    let sentences: Vec<Vec<String>> =
        text.sentences(part).iter().map(|line| units(line, spaceless)).collect();
    let join = |units: &[String]| if spaceless { units.concat() } else { units.join(" ") };
    // No message twice: a folder may have few that are short.
    let mut known = BTreeSet::new();
    let mut draw = |kind: Kind, length: (usize, usize), n_items: usize, chance: &mut Chance| {
        for _ in 0..n_items {
            let found = drawn(&sentences, kind, length, spaceless, chance, |units| {
                known.insert(join(units).to_lowercase())
            });
            let Some(units) = found else { continue };
            items.push(Item { code, kind, source: FOLDER, text: join(&units) });
        }
    };
    for (kind, (least, most), n_items) in [
        (Kind::Chat, (2, 10), 240),
        (Kind::Short, (2, 3), 50),
        (Kind::Word, (1, 1), 40),
        (Kind::Long, (13, 40), 80),
    ] {
        // Two characters are a word.
        let times = if spaceless { 2 } else { 1 };
        draw(kind, (least * times, most * times), n_items, chance);
    }
}

/// Words, or characters where words are not divided.
pub(crate) fn units(line: &str, spaceless: bool) -> Vec<String> {
    if spaceless {
        line.chars().map(String::from).collect()
    } else {
        line.split_whitespace().map(str::to_owned).collect()
    }
}

pub(crate) fn drawn(
    sentences: &[Vec<String>],
    kind: Kind,
    length: (usize, usize),
    spaceless: bool,
    chance: &mut Chance,
    mut is_new: impl FnMut(&[String]) -> bool,
) -> Option<Vec<String>> {
    let (least, most) = length;
    if sentences.is_empty() {
        return None;
    }
    for attempt in 0..200 {
        let units = &sentences[chance.below(sentences.len())];
        let fits = (least..=most).contains(&units.len());
        // A folder may have long sentences only; then a part of one must do.
        let part_will_do = matches!(kind, Kind::Short | Kind::Word) || 60 < attempt;
        if fits && !matches!(kind, Kind::Word) && is_new(units) {
            return Some(units.clone());
        }
        if !part_will_do || units.len() < least {
            continue;
        }
        let n_units = least + chance.below(most - least + 1);
        let n_units = n_units.min(units.len());
        let start = chance.below(units.len() - n_units + 1);
        let found = units[start..start + n_units].to_vec();
        let is_usable = kind != Kind::Word || spaceless || is_word(&found[0]);
        if is_usable && is_new(&found) {
            return Some(found);
        }
    }
    None
}

/// Three letters at least, no name: a capital or a digit disqualifies.
fn is_word(word: &str) -> bool {
    let letters = word.trim_matches(|letter: char| !letter.is_alphabetic());
    3 <= letters.chars().count()
        && letters.chars().all(|letter| !letter.is_uppercase() && !letter.is_ascii_digit())
}

/// Languages whose script decides; the folder has none, so these lines are our own.
fn by_script() -> impl Iterator<Item = Item> {
    const LINES: &str = include_str!("../data/scripts.txt");
    let item = |(code, text): (&'static str, &str)| Item {
        code,
        kind: Kind::Chat,
        source: FOLDER,
        text: text.to_owned(),
    };
    LINES.lines().filter_map(|line| line.split_once('\t')).map(item)
}

/// Hindi in Latin letters with English words in it.
fn hinglish(texts: &BTreeMap<&'static str, Text>, chance: &mut Chance, items: &mut Vec<Item>) {
    let (Some(hindi), Some(english)) = (texts.get("hi"), texts.get("en")) else { return };
    for line in hindi.sentences(Part::Development).iter().take(200) {
        if let Some(text) = romanise("hi", line, chance) {
            let text = with_english(&text, english, chance);
            items.push(Item { code: "hi-Latn", kind: Kind::RomanisedMixed, source: FOLDER, text });
        }
    }
}

/// Adds runs of two to eight Han characters from Japanese sentences.
fn kanji(texts: &BTreeMap<&'static str, Text>, chance: &mut Chance, items: &mut Vec<Item>) {
    let Some(japanese) = texts.get("ja") else { return };
    let runs: BTreeSet<&str> = japanese
        .sentences(Part::Development)
        .iter()
        .flat_map(|line| line.split(|letter| Script::of(letter) != Some(Script::Han)))
        .filter(|run| (2..=8).contains(&run.chars().count()))
        .collect();
    let runs: Vec<&str> = runs.into_iter().collect();
    for _ in 0..300.min(runs.len()) {
        let text = chance.pick(&runs).to_owned();
        items.push(Item { code: "ja", kind: Kind::Kanji, source: FOLDER, text });
    }
}

fn special(
    texts: &BTreeMap<&'static str, Text>,
    part: Part,
    chance: &mut Chance,
    items: &mut Vec<Item>,
) {
    let empty = Text::default();
    let english = texts.get("en").unwrap_or(&empty);
    let some = |file: &'static str, chance: &mut Chance| {
        let sentences = texts.get(file).map_or(&[][..], |text| text.sentences(part));
        let fitting: Vec<&String> = sentences
            .iter()
            .filter(|line| (3..=12).contains(&line.split_whitespace().count()))
            .collect();
        if fitting.is_empty() {
            String::new()
        } else {
            fitting[chance.below(fitting.len())].clone()
        }
    };
    for _ in 0..300 {
        let text = without_marks(&some("vi", chance), "vi", chance);
        items.push(Item { code: "vi", kind: Kind::Plain, source: FOLDER, text });
    }
    for file in [
        "cs", "de", "es", "fr", "id", "it", "nl", "pl", "pt", "ro", "ru", "sv", "tl", "tr", "uk",
        "vi", "hi", "ar",
    ] {
        for _ in 0..20 {
            let text = with_english(&some(file, chance), english, chance);
            items.push(Item { code: file, kind: Kind::Mixed, source: FOLDER, text });
        }
    }
    for (file, code) in [("hi", "hi-Latn"), ("ru", "ru-Latn"), ("ar", "ar-Latn"), ("el", "el-Latn")]
    {
        for _ in 0..80 {
            if let Some(text) =
                romanise(file, &some(file, chance), chance).filter(|text| !text.is_empty())
            {
                items.push(Item { code, kind: Kind::Romanised, source: FOLDER, text });
            }
        }
    }
    for _ in 0..300 {
        items.push(Item {
            code: "und",
            kind: Kind::Nothing,
            source: FOLDER,
            text: nothing(chance),
        });
    }
}

/// A message without language.
fn nothing(chance: &mut Chance) -> String {
    let number = |chance: &mut Chance, digits: usize| -> String {
        (0..digits)
            .map(|_| char::from(b'0' + u8::try_from(chance.below(10)).unwrap_or(0)))
            .collect()
    };
    let long = 3 + chance.below(8);
    let digits = number(chance, long);
    match chance.below(16) {
        0 => digits,
        1 => format!("+{} {} {}", number(chance, 2), number(chance, 3), number(chance, 6)),
        2 => format!(
            "https://{}.example.com/{digits}?ref=mail",
            chance.pick(&["shop", "www", "help"])
        ),
        3 => format!("www.{}.com", chance.pick(&["example", "porchlight", "warehouse"])),
        4 => format!(
            "{}.{}@example.org",
            chance.pick(&["anna", "support", "j.smith"]),
            number(chance, 2)
        ),
        5 => format!("@{}", chance.pick(&["maria", "support_team", "john"])),
        6 => format!("#{}", chance.pick(&["summer", "sale2025", "help"])),
        7 => format!("{}-{digits}", chance.pick(&["ORD", "INV", "SKU", "A"])),
        8 => chance.pick(&["👍", "😂😂😂", "❤️", "🙏🏽", "🇻🇳", "👨‍👩‍👧", "😭 😭", "✅"]).to_owned(),
        9 => chance.pick(&["?", "...", "!!!", "??", "—", "¿?", "。", "!?"]).to_owned(),
        10 => chance.pick(&[":)", ":D", ";-)", "<3", ":P", "xD", "^_^", "T_T", "=)"]).to_owned(),
        11 => format!("${}.{}", number(chance, 3), number(chance, 2)),
        12 => format!("{}:{}", number(chance, 2), number(chance, 2)),
        13 => {
            format!("{} {}", number(chance, 2), chance.pick(&["kg", "km", "USD", "€", "%", "x 3"]))
        }
        14 => chance
            .pick(&["IMG_2034.jpg", "invoice.pdf", "photo.png", "report_final.docx"])
            .to_owned(),
        _ => chance
            .pick(&["haha", "hahahaha", "hehe", "jajaja", "ok", "OK 👍", "hmm", "lol", "zzz"])
            .to_owned(),
    }
}
