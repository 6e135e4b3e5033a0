//! langid beside other detectors, on the same messages.
//!
//! `langid-bench ITEMS JSON`, where ITEMS is what `langid-train --items` writes: a code, a kind and a
//! message a line, divided by tabs. Writes the figures of each detector to JSON, and says on standard
//! error how far it is.

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use lingua::{LanguageDetector, LanguageDetectorBuilder};
use serde_json::{Value, json};

fn main() -> ExitCode {
    let mut words = std::env::args().skip(1);
    let (Some(path), Some(out)) = (words.next(), words.next()) else {
        eprintln!("usage: langid-bench ITEMS JSON");
        return ExitCode::from(2);
    };
    let written = std::fs::read_to_string(&path).and_then(|lines| {
        let items: Vec<Item> = lines.lines().filter_map(Item::parse).collect();
        std::fs::write(&out, format!("{:#}\n", all_figures(&items)))
    });
    match written {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("langid-bench: {path}, {out}: {error}");
            ExitCode::FAILURE
        }
    }
}

/// A message and its language.
struct Item<'l> {
    code: &'l str,
    kind: &'l str,
    text: &'l str,
}

impl<'l> Item<'l> {
    fn parse(line: &'l str) -> Option<Self> {
        let mut fields = line.splitn(3, '\t');
        Some(Self { code: fields.next()?, kind: fields.next()?, text: fields.next()? })
    }

    fn is_usual(&self) -> bool {
        matches!(self.kind, "Chat" | "Short" | "Word" | "Long")
    }
}

fn all_figures(items: &[Item<'_>]) -> Value {
    let ours = |text: &str| langid::detect(text, &langid::Prior::none()).language.code().to_owned();
    let whichlang = |text: &str| three_letters(whichlang::detect_language(text).three_letter_code()).to_owned();
    let mut detectors = vec![
        figures("langid", items, ours),
        figures("whatlang", items, by_whatlang),
        figures("whichlang", items, whichlang),
    ];
    eprintln!("  loading lingua");
    let lingua = LanguageDetectorBuilder::from_all_languages().with_preloaded_language_models().build();
    detectors.push(figures("lingua", items, |text| by_lingua(&lingua, text)));
    json!({ "messages": items.len(), "answers": answers(items), "detectors": detectors })
}

/// A sum over langid's answers: in WebAssembly it must come out the same.
fn answers(items: &[Item<'_>]) -> u64 {
    let answer = |text: &str| (langid::detect(text, &langid::Prior::none()).confidence * 1e6) as u64;
    items.iter().map(|item| answer(item.text)).sum()
}

fn by_lingua(lingua: &LanguageDetector, text: &str) -> String {
    lingua.detect_language_of(text).map_or_else(|| "und".to_owned(), |found| two_letters(&found.iso_code_639_1().to_string()).to_owned())
}

fn by_whatlang(text: &str) -> String {
    whatlang::detect_lang(text).map_or("und", |found| three_letters(found.code())).to_owned()
}

fn two_letters(code: &str) -> &str {
    match code {
        "nb" | "nn" => "no",
        code => code,
    }
}

/// The codes of ISO 639-3 that these detectors use, as BCP-47.
fn three_letters(code: &str) -> &'static str {
    const CODES: &[(&str, &str)] = &[
        ("ara", "ar"), ("arb", "ar"), ("ben", "bn"), ("bul", "bg"), ("cat", "ca"), ("ces", "cs"), ("cmn", "zh"), ("dan", "da"),
        ("deu", "de"), ("ell", "el"), ("eng", "en"), ("spa", "es"), ("pes", "fa"), ("fin", "fi"), ("fra", "fr"),
        ("heb", "he"), ("hin", "hi"), ("hun", "hu"), ("ind", "id"), ("ita", "it"), ("jpn", "ja"), ("khm", "km"),
        ("kor", "ko"), ("mar", "mr"), ("mya", "my"), ("nep", "ne"), ("nld", "nl"), ("nob", "no"), ("pol", "pl"),
        ("por", "pt"), ("ron", "ro"), ("rus", "ru"), ("srp", "sr"), ("swe", "sv"), ("tam", "ta"), ("tgl", "tl"),
        ("tha", "th"), ("tur", "tr"), ("ukr", "uk"), ("urd", "ur"), ("vie", "vi"),
    ];
    CODES.iter().find(|(known, _)| *known == code).map_or("other", |(_, code)| code)
}

/// The sets of messages, with what is right in each.
fn figures(name: &str, items: &[Item<'_>], detect: impl Fn(&str) -> String) -> Value {
    let start = processor_time();
    let mut answers = Vec::with_capacity(items.len());
    for (n_done, item) in items.iter().enumerate() {
        if n_done.is_multiple_of(5000) {
            eprintln!("  {name}: {n_done} of {}", items.len());
        }
        answers.push(detect(item.text));
    }
    let micros = (processor_time() - start).as_secs_f64() * 1e6 / items.len() as f64;
    let share = |wanted: &dyn Fn(&Item<'_>) -> bool, same: fn(&str) -> &str| mean(items, &answers, wanted, same);
    let main = |item: &Item<'_>| MAIN.contains(&item.code);
    let fair = |item: &Item<'_>| main(item) && !matches!(item.code, "km" | "lo" | "my" | "sr");
    json!({
        "name": name,
        "native_us": micros,
        "percent": {
            "fair": share(&|item| item.is_usual() && fair(item), malay),
            "chat": share(&|item| item.kind == "Chat" && fair(item), malay),
            "all": share(&|item| item.is_usual() && main(item), base),
            "vi without marks": share(&|item| item.kind == "Plain", base),
            "code-mixed": share(&|item| item.kind == "Mixed", base),
            "no language": share(&|item| item.kind == "Nothing", base),
            "da no fi hu ca": share(&|item| item.is_usual() && matches!(item.code, "da" | "no" | "fi" | "hu" | "ca"), base),
        },
    })
}

/// How long this thread was on the processor: others may be busy. Where Linux does not tell, how long
/// the program has run.
fn processor_time() -> Duration {
    static BEGUN: LazyLock<Instant> = LazyLock::new(Instant::now);
    let begun = *BEGUN;
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanos = told.and_then(|line| line.split(' ').next()?.parse().ok());
    nanos.map_or_else(|| begun.elapsed(), Duration::from_nanos)
}

/// In percent, each language counting the same.
fn mean(items: &[Item<'_>], answers: &[String], wanted: &dyn Fn(&Item<'_>) -> bool, same: fn(&str) -> &str) -> f64 {
    let mut shares: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
    for (item, answer) in items.iter().zip(answers).filter(|(item, _)| wanted(item)) {
        let share = shares.entry(item.code).or_default();
        share.0 += f64::from(u8::from(same(item.code) == same(answer)));
        share.1 += 1.0;
    }
    100.0 * shares.values().map(|(right, all)| right / all).sum::<f64>() / shares.len() as f64
}

/// Without the script: not every detector tells the two kinds of Chinese apart.
fn base(code: &str) -> &str {
    code.split('-').next().unwrap_or(code)
}

/// Not every detector tells Malay from Indonesian.
fn malay(code: &str) -> &str {
    match base(code) {
        "ms" => "id",
        code => code,
    }
}

/// The languages that were asked for.
const MAIN: [&str; 35] = [
    "ar", "bg", "bn", "cs", "de", "el", "en", "es", "fa", "fr", "he", "hi", "id", "it", "ja", "km", "ko", "lo", "ms", "my",
    "nl", "pl", "pt", "ro", "ru", "sr", "sv", "ta", "th", "tl", "tr", "uk", "vi", "zh-Hans", "zh-Hant",
];
