//! What the weights are worth: figures from the items of one part.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use langid::{Detection, Language, Prior, detect_with};

use crate::conversation::SURE;
use crate::items::{ASKED, Item, Kind, MAIN, RARE};

/// The language without the script: Chinese is right in either kind of characters here.
pub(crate) fn base(code: &str) -> &str {
    code.split('-').next().unwrap_or(code)
}

/// Right answers of all.
#[derive(Clone, Copy, Default, Debug)]
pub(crate) struct Share {
    right: usize,
    all: usize,
}

impl Share {
    /// Counts one answer.
    pub(crate) fn add(&mut self, right: bool) {
        self.right += usize::from(right);
        self.all += 1;
    }

    /// In percent.
    #[expect(clippy::cast_precision_loss, reason = "counts are small")]
    pub(crate) fn percent(self) -> f64 {
        if self.all == 0 { f64::NAN } else { 100.0 * self.right as f64 / self.all as f64 }
    }
}

/// The mean over languages, each counting the same.
fn mean(shares: &BTreeMap<&str, Share>) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "counts are small")]
    let n_languages = shares.len() as f64;
    shares.values().map(|share| share.percent()).sum::<f64>() / n_languages
}

/// One line a figure, in the order of the requirement.
pub(crate) fn summary(items: &[Item], answers: &[String]) -> Vec<(&'static str, f64)> {
    let by_language = |wanted: &dyn Fn(&Item) -> bool, same: &dyn Fn(&str, &str) -> bool| {
        let mut shares: BTreeMap<&str, Share> = BTreeMap::new();
        for (item, answer) in items.iter().zip(answers).filter(|(item, _)| wanted(item)) {
            shares.entry(item.code).or_default().add(same(item.code, answer));
        }
        mean(&shares)
    };
    let is_main = |item: &Item| ASKED.contains(&item.code);
    let usual =
        |item: &Item| matches!(item.kind, Kind::Chat | Kind::Short | Kind::Word | Kind::Long);
    let left_out = |code: &str| matches!(code, "km" | "lo" | "my" | "sr");
    let exact = |code: &str, answer: &str| base(code) == base(answer);
    let fair = |code: &str, answer: &str| malay(code) == malay(answer);
    let kind = |kind: Kind| by_language(&|item: &Item| item.kind == kind, &exact);
    let main_kind = |kind: Kind| {
        by_language(
            &|item: &Item| is_main(item) && !left_out(item.code) && item.kind == kind,
            &fair,
        )
    };
    vec![
        (
            "fair",
            by_language(&|item: &Item| is_main(item) && usual(item) && !left_out(item.code), &fair),
        ),
        ("chat", main_kind(Kind::Chat)),
        ("all", by_language(&|item: &Item| is_main(item) && usual(item), &exact)),
        ("vi without marks", kind(Kind::Plain)),
        ("code-mixed", kind(Kind::Mixed)),
        ("no language", kind(Kind::Nothing)),
        ("two or three words", main_kind(Kind::Short)),
        (
            "ms, id",
            by_language(&|item: &Item| usual(item) && ["id", "ms"].contains(&item.code), &exact),
        ),
        ("single words", main_kind(Kind::Word)),
        ("long", main_kind(Kind::Long)),
        ("romanised", kind(Kind::Romanised)),
        (
            "da no fi hu ca",
            by_language(
                &|item: &Item| usual(item) && ["da", "no", "fi", "hu", "ca"].contains(&item.code),
                &exact,
            ),
        ),
        (
            "be mk mr ne ur",
            by_language(
                &|item: &Item| usual(item) && ["be", "mk", "mr", "ne", "ur"].contains(&item.code),
                &exact,
            ),
        ),
        (
            "rare without prior",
            by_language(&|item: &Item| usual(item) && is_rare(item.code), &exact),
        ),
    ]
}

/// The base, with Malay and Indonesian as one.
fn malay(code: &str) -> &str {
    match base(code) {
        "ms" => "id",
        code => code,
    }
}

fn is_rare(code: &str) -> bool {
    code == "sr-Latn" || RARE.contains(&code)
}

/// The detections of all items without a prior.
pub(crate) fn detect_all(weights: &[u8], items: &[Item]) -> Vec<Detection> {
    items.iter().map(|item| detect_with(weights, &item.text, &Prior::none())).collect()
}

pub(crate) fn report(weights: &[u8], items: &[Item]) -> String {
    let detections = detect_all(weights, items);
    let answers: Vec<String> =
        detections.iter().map(|detection| detection.language.code().to_owned()).collect();
    let mut report = String::new();
    for (name, figure) in summary(items, &answers) {
        let _ = writeln!(report, "{name:<20} {figure:6.2}");
    }
    let _ = writeln!(report, "{:<20} {:6.2}", "rare with prior", with_prior(weights, items));
    report.push_str(&kinds(&detections, items));
    report.push_str(&short_han(weights, items));
    report.push_str(&by_language(items, &answers));
    report.push_str(&by_length(items, &answers));
    report.push_str(&confusions(items, &answers));
    report.push_str(&calibration(items, &detections));
    report
}

/// What the report of other sources has beside: where the messages come from, the kinds that are
/// hard, and what is said with certainty and is wrong.
fn kinds(detections: &[Detection], items: &[Item]) -> String {
    let asked: Vec<(&Item, &Detection)> =
        items.iter().zip(detections).filter(|(item, _)| ASKED.contains(&item.code)).collect();
    let mut report = String::from("\nby source: messages, fair, chat\n");
    let sources: BTreeSet<&str> = asked.iter().map(|(item, _)| item.source).collect();
    for source in sources {
        let fair = |kinds: &[Kind]| {
            let mut shares: BTreeMap<&str, Share> = BTreeMap::new();
            for (item, found) in &asked {
                if item.source == source && kinds.contains(&item.kind) {
                    let right = malay(item.code) == malay(found.language.code());
                    shares.entry(item.code).or_default().add(right);
                }
            }
            mean(&shares)
        };
        let n_items = asked.iter().filter(|(item, _)| item.source == source).count();
        let usual = fair(&[Kind::Chat, Kind::Short, Kind::Word, Kind::Long]);
        let _ =
            writeln!(report, "{source:<15} {n_items:6} {usual:6.2} {:6.2}", fair(&[Kind::Chat]));
    }
    let line =
        |name: &str, wanted: &dyn Fn(&Item) -> bool, good: &dyn Fn(&Item, &Detection) -> bool| {
            let mut share = Share::default();
            for (item, found) in asked.iter().filter(|(item, _)| wanted(item)) {
                share.add(good(item, found));
            }
            format!("{name:<40} {:6.2} of {}\n", share.percent(), share.all)
        };
    let right = |item: &Item, found: &Detection| base(item.code) == base(found.language.code());
    let sure = |found: &Detection| SURE <= found.confidence;
    let right_or_unsure = |item: &Item, found: &Detection| right(item, found) || !sure(found);
    let wrong_and_sure = |item: &Item, found: &Detection| !right_or_unsure(item, found);
    let outside = |_: &Item, found: &Detection| {
        found.language != Language::UND && !ASKED.contains(&found.language.code())
    };
    let of = |codes: &'static [&'static str]| move |item: &Item| codes.contains(&item.code);
    let malay_news = |item: &Item| item.code == "ms" && item.source.starts_with("news");
    for text in [
        line("Japanese without Kana", &|item| item.kind == Kind::Kanji, &right),
        line("Chinese of two to four characters", &|item| item.kind == Kind::ShortHan, &right),
        line("Chinese", &of(&["zh-Hans", "zh-Hant"]), &right),
        line("Malay", &of(&["ms"]), &right),
        line("Malay in news", &malay_news, &right),
        line("Malay, right or not sure", &of(&["ms"]), &right_or_unsure),
        line("Indonesian", &of(&["id"]), &right),
        line("Indonesian, right or not sure", &of(&["id"]), &right_or_unsure),
        line("Hindi", &of(&["hi"]), &right),
        line("Serbian in Cyrillic letters", &of(&["sr"]), &right),
        line("answers that nobody asked for", &|_| true, &outside),
        line("sure and wrong", &|_| true, &wrong_and_sure),
        line("the same, Arabic letters", &of(&["ar", "fa"]), &wrong_and_sure),
        line("the same, Cyrillic letters", &of(&["bg", "ru", "sr", "uk"]), &wrong_and_sure),
        line("the same, Devanagari", &of(&["hi"]), &wrong_and_sure),
        line("the same, Han and Kana", &of(&["ja", "zh-Hans", "zh-Hant"]), &wrong_and_sure),
        line("the same, Indonesian and Malay", &of(&["id", "ms"]), &wrong_and_sure),
    ] {
        report.push_str(&text);
    }
    report
}

/// Short texts in Han characters when the browser names their language.
fn short_han(weights: &[u8], items: &[Item]) -> String {
    let of_kind = |kind: Kind| {
        let mut share = Share::default();
        for item in items.iter().filter(|item| item.kind == kind) {
            let found = detect_with(weights, &item.text, &Prior::from_tags([item.code, "en"]));
            share.add(base(found.language.code()) == base(item.code));
        }
        share.percent()
    };
    format!(
        "the same with their browser: Japanese {:.2}, Chinese {:.2}\n",
        of_kind(Kind::Kanji),
        of_kind(Kind::ShortHan)
    )
}

/// Rare languages when the site or the browser names them.
fn with_prior(weights: &[u8], items: &[Item]) -> f64 {
    let mut share = Share::default();
    for item in items.iter().filter(|item| is_rare(item.code)) {
        let prior = Prior::from_tags([item.code, "en"]);
        share.add(detect_with(weights, &item.text, &prior).language.code() == item.code);
    }
    share.percent()
}

fn by_language(items: &[Item], answers: &[String]) -> String {
    let mut shares: BTreeMap<&str, BTreeMap<Kind, Share>> = BTreeMap::new();
    for (item, answer) in items.iter().zip(answers) {
        let right = item.code == answer
            || (!matches!(item.kind, Kind::Romanised | Kind::RomanisedMixed)
                && base(item.code) == base(answer));
        shares.entry(item.code).or_default().entry(item.kind).or_default().add(right);
    }
    let mut report = String::from("\nby language: chat, short, word, long\n");
    for (code, kinds) in shares {
        let _ = write!(report, "{code:<8}");
        for (kind, share) in kinds {
            let _ = write!(report, "  {kind:?} {:.1}", share.percent());
        }
        report.push('\n');
    }
    report
}

fn by_length(items: &[Item], answers: &[String]) -> String {
    let mut shares: BTreeMap<usize, Share> = BTreeMap::new();
    for (item, answer) in items.iter().zip(answers).filter(|(item, _)| MAIN.contains(&item.code)) {
        let n_letters = item.text.chars().filter(|letter| letter.is_alphabetic()).count();
        shares
            .entry(n_letters.max(1).next_power_of_two())
            .or_default()
            .add(base(item.code) == base(answer));
    }
    let lines = shares.iter().map(|(most, share)| {
        format!("up to {most:>3} letters {:6.2} of {}\n", share.percent(), share.all)
    });
    format!("\nby length, main languages\n{}", lines.collect::<String>())
}

fn confusions(items: &[Item], answers: &[String]) -> String {
    let mut pairs: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for (item, answer) in items
        .iter()
        .zip(answers)
        .filter(|(item, answer)| item.code != answer.as_str() && !is_rare(item.code))
    {
        *pairs.entry((item.code, answer)).or_default() += 1;
    }
    let mut pairs: Vec<_> = pairs.into_iter().collect();
    pairs.sort_by_key(|(_, n_items)| std::cmp::Reverse(*n_items));
    let lines = pairs
        .iter()
        .take(40)
        .map(|((code, answer), n_items)| format!("{code} as {answer}: {n_items}\n"));
    format!("\nconfusion\n{}", lines.collect::<String>())
}

/// How often an answer is right that is said to be so sure.
fn calibration(items: &[Item], detections: &[Detection]) -> String {
    let mut bins: BTreeMap<usize, (Share, f64)> = BTreeMap::new();
    for (item, detection) in items.iter().zip(detections) {
        if detection.language == Language::UND || is_rare(item.code) {
            continue;
        }
        let confidence = f64::from(detection.confidence);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 20")]
        let bin = bins.entry((confidence * 20.0) as usize).or_default();
        bin.0.add(base(item.code) == base(detection.language.code()));
        bin.1 += confidence;
    }
    let mut report = String::from("\ncalibration: said, was, items\n");
    for (share, sum) in bins.values() {
        #[expect(clippy::cast_precision_loss, reason = "counts are small")]
        let said = 100.0 * sum / share.all as f64;
        let _ = writeln!(report, "{said:6.2} {:6.2} {}", share.percent(), share.all);
    }
    report
}
