//! Teaching each group, rounding, and fitting how sure the answers are.

use std::collections::BTreeMap;
use std::thread;

use langid::feature::{Group, for_each_feature};
use langid::model::Model;
use langid::token::for_each_word;
use langid::{Prior, detect_with};

use crate::chance::Chance;
use crate::chunk::Chunks;
use crate::corpus::{Characters, Text, classes};
use crate::items::{GUARDED, Item, Kind, MAIN};
use crate::learn::{Learner, Rates};
use crate::malay::{Relative, own_words};
use crate::measure::base;
use crate::pack::{Section, file};

/// How a group is taught.
struct Plan {
    bits: u32,
    rates: Rates,
    /// How many weights go into the file.
    n_kept: usize,
}

fn plan(group: Group) -> Plan {
    let rates = Rates { alpha: 0.1, beta: 1.0, l1: 0.4, l2: 0.0 };
    match group {
        Group::Latin => Plan { bits: 16, rates, n_kept: 246_000 },
        Group::Cyrillic => Plan { bits: 16, rates, n_kept: 46_000 },
        Group::Arabic => Plan { bits: 14, rates, n_kept: 8_500 },
        Group::Devanagari => Plan { bits: 14, rates, n_kept: 10_000 },
        // Most characters are seen seldom and must be learnt fast.
        Group::Han => Plan { bits: 16, rates: Rates { alpha: 0.3, ..rates }, n_kept: 16_000 },
    }
}

/// The share of a chunk's features that are not looked at, so that a word is known by more than
/// one of its parts.
const DROPPED: f64 = 0.25;

/// The share of all lessons that comes again after pruning.
const AGAIN: f64 = 0.4;

pub(crate) fn train(
    origin: &str,
    texts: &BTreeMap<&'static str, Text>,
    characters: &Characters,
    tune: &[Item],
    seed: u64,
    share: f64,
) -> Vec<u8> {
    let taught = |group| section(group, texts, characters, seed, share);
    let mut sections = thread::scope(|scope| {
        // Latin takes as long as all the others.
        let latin = scope.spawn(|| taught(Group::Latin));
        let mut sections: Vec<Section> =
            Group::ALL[1..].iter().map(|group| taught(*group)).collect();
        sections.insert(0, latin.join().expect("training does not panic"));
        sections
    });
    for (group, section) in Group::ALL.iter().zip(&sections) {
        eprintln!("{group:?}: {} bytes", section.n_bytes());
    }
    fit_scales(&mut sections, tune);
    file(origin, &sections)
}

fn section(
    group: Group,
    texts: &BTreeMap<&'static str, Text>,
    characters: &Characters,
    seed: u64,
    share: f64,
) -> Section {
    let plan = plan(group);
    let classes = classes(group);
    let empty = Text::default();
    let text = |file: &str| texts.get(file).unwrap_or(&empty);
    let sources: Vec<Chunks<'_>> = classes
        .iter()
        .map(|class| Chunks {
            class: *class,
            text: text(class.file),
            other_chinese: match class.code {
                "zh-Hans" => Some(text("zh-Hant")),
                "zh-Hant" => Some(text("zh-Hans")),
                _ => None,
            },
            relative: (class.code == "ms").then(|| Relative::new(text("id"), text("ms"))),
            own_words: own_words(class.code),
            english: text("en"),
            characters,
        })
        .collect();
    let mut learner = Learner::new(classes.len(), plan.bits, plan.rates);
    let mut chance = Chance::new(seed, &format!("{group:?}"));
    teach(&mut learner, group, plan.bits, &sources, &mut chance, lessons(share));
    let worth: Vec<f32> = classes.iter().map(|class| class.worth).collect();
    learner.prune(plan.n_kept, &worth);
    // What is left makes up for what is gone, and nothing has to be kept from growing any more.
    learner.set_rates(Rates { l1: 0.0, ..plan.rates });
    teach(&mut learner, group, plan.bits, &sources, &mut chance, lessons(share * AGAIN));
    Section::new(group, plan.bits, &learner)
}

fn teach(
    learner: &mut Learner,
    group: Group,
    bits: u32,
    sources: &[Chunks<'_>],
    chance: &mut Chance,
    n_rounds: usize,
) {
    let thousands: Vec<usize> = sources.iter().map(|source| source.class.thousands).collect();
    let mut features = Vec::new();
    for _ in 0..n_rounds {
        // Each round has every class as often as its share says, in a random order.
        for class in round(&thousands, chance) {
            let chunk = sources[class].draw(chance);
            features.clear();
            for_each_word(&chunk, |word| {
                if Group::of(word.script) == Some(group) {
                    for_each_feature(&word, bits, |bucket| {
                        if !chance.is(DROPPED) {
                            features.push(bucket);
                        }
                    });
                }
            });
            if !features.is_empty() {
                learner.learn(&features, class);
            }
        }
    }
}

/// Rounds, each with a thousandth of the chunks that a share of 1 has.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few thousand")]
fn lessons(share: f64) -> usize {
    ((1000.0 * share) as usize).max(1)
}

fn round(thousands: &[usize], chance: &mut Chance) -> Vec<usize> {
    let mut order: Vec<usize> =
        thousands.iter().enumerate().flat_map(|(class, n_chunks)| vec![class; *n_chunks]).collect();
    for at in (1..order.len()).rev() {
        order.swap(at, chance.below(at + 1));
    }
    order
}

/// Moves each knot to where the right answers of the tuning items are likeliest.
fn fit_scales(sections: &mut [Section], tune: &[Item]) {
    let weighted: Vec<(&Item, f32)> = tune
        .iter()
        .filter(|item| item.kind != Kind::Nothing)
        .map(|item| (item, weight_of(item)))
        .collect();
    for (index, group) in Group::ALL.iter().enumerate() {
        let of_group: Vec<(&Item, f32)> = weighted
            .iter()
            .copied()
            .filter(|(item, _)| group_of(&item.text) == Some(*group))
            .collect();
        for factor in [1.6, 1.25, 1.1] {
            for knot in 0..Model::KNOTS {
                fit_knot(sections, index, knot, factor, &of_group);
            }
        }
    }
}

fn fit_knot(
    sections: &mut [Section],
    index: usize,
    knot: usize,
    factor: f32,
    items: &[(&Item, f32)],
) {
    // Only texts next to the knot feel it.
    let (low, high) = ((1_usize << knot) / 2, 2_usize << knot);
    let near = |text: &str| {
        let n_letters = n_letters(text);
        low < n_letters && (n_letters < high || knot + 1 == Model::KNOTS)
    };
    let items: Vec<(&Item, f32)> =
        items.iter().copied().filter(|(item, _)| near(&item.text)).collect();
    let mut least = loss(&file("", sections), &items);
    for direction in [factor, 1.0 / factor] {
        for _ in 0..6 {
            let before = sections[index].scales[knot];
            sections[index].scales[knot] = before * direction;
            let tried = loss(&file("", sections), &items);
            if least <= tried {
                sections[index].scales[knot] = before;
                break;
            }
            least = tried;
        }
    }
}

/// The mean surprise at the right answers.
fn loss(weights: &[u8], items: &[(&Item, f32)]) -> f32 {
    let mut sum = 0.0;
    for (item, weight) in items {
        let detection = detect_with(weights, &item.text, &Prior::none());
        // Chinese is right in its own kind of characters only.
        let is_right = |code: &str| {
            code == item.code || (base(item.code) != "zh" && base(code) == base(item.code))
        };
        let others = detection.alternatives.iter().filter(|other| is_right(other.language.code()));
        let mut right: f32 = others.map(|other| other.confidence).sum();
        if is_right(detection.language.code()) {
            right += detection.confidence;
        }
        sum -= weight * libm::logf(right.clamp(0.002, 1.0));
    }
    sum
}

/// Messages in rarer languages are rarer.
fn weight_of(item: &Item) -> f32 {
    match item.code {
        code if MAIN.contains(&code) => 1.0,
        code if GUARDED.contains(&code) => 0.25,
        _ => 0.05,
    }
}

fn group_of(text: &str) -> Option<Group> {
    let mut counts = [0_usize; Group::ALL.len()];
    for_each_word(text, |word| {
        if let Some(group) = Group::of(word.script) {
            counts[group.index()] += word.letters.len();
        }
    });
    let most = *counts.iter().max()?;
    if most == 0 {
        None
    } else {
        Group::ALL.into_iter().find(|group| counts[group.index()] == most)
    }
}

fn n_letters(text: &str) -> usize {
    let mut n_letters = 0;
    for_each_word(text, |word| n_letters += word.letters.len());
    n_letters
}
