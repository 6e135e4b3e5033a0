//! Feeds the detector texts that nobody would write, for as many seconds as asked.
//!
//! `cargo run -p langid --example fuzz -- 600 [SEED]`, without `--release`, which would neither
//! check arithmetic nor catch panics. Texts are mutated from messages in many
//! scripts: scalars inserted, removed, exchanged and repeated, texts joined and cut. Each is
//! checked for what must hold of any detection, and one in 64 is also tried with damaged weights.
//! A finding is a panic with the text in its message.

use std::collections::VecDeque;
use std::panic::catch_unwind;
use std::time::{Duration, Instant};

use langid::{Language, Prior, detect, detect_with};

const WEIGHTS: &[u8] = include_bytes!("../weights/langid.bin");

const SEEDS: [&str; 20] = [
    "toi muon hoi ve don hang cua toi https://example.com/a?b=1",
    "tie\u{302}\u{301}ng Vie\u{323}\u{302}t, ơn, đường",
    "Where is my order #12345? a@example.com 3ayez a7la",
    "我的訂單12345還沒到 iPhone 15 ｆｕｌｌ",
    "注文した商品がまだ届きません東京駅",
    "주문한 상품이 아직 안 왔어요",
    "สินค้าของฉันยังไม่มาถึง",
    "مرحبا، أين طلبي؟ ٣٤ مُحَمَّد",
    "नमस्ते, मेरा ऑर्डर ज़रूर कहाँ है? १२",
    "Добрий день, коли прийде моє замовлення? й и\u{306}",
    "İstanbul ıssız ǅ ﬃ ẞ ſ",
    "haha jajaja wkwkwk lol hmm asdfgh :D <3",
    "👨‍👩‍👧 🇻🇳 🏳️‍🌈 1️⃣",
    "' ` ´ ’ ‘ l'ami d'accord ''a'' --",
    "\u{200b}\u{200c}\u{200d}\u{ad}\u{feff}\u{2060}",
    "10 kg, 100 USD. invoice.pdf www.example.com ://",
    "ສະບາຍດີ សួស្តី မင်္ဂလာပါ வணக்கம் নমস্কার",
    "Πού είναι η παραγγελία שלום שָׁלוֹם բարև გამარჯობა",
    "\u{0}\u{7f}\u{85}\u{2028}\u{3000}\u{10ffff}\u{e000}",
    "__ \\ // @@ ## ;; :: == <<",
];

fn main() {
    let mut words = std::env::args().skip(1);
    let seconds = words.next().and_then(|word| word.parse().ok()).unwrap_or(10);
    let mut chance = Chance(words.next().and_then(|word| word.parse().ok()).unwrap_or(1));
    let end = Instant::now() + Duration::from_secs(seconds);
    let mut pool: VecDeque<Vec<char>> = SEEDS.iter().map(|seed| seed.chars().collect()).collect();
    let mut weights = WEIGHTS.to_vec();
    let mut n_texts = 0_u64;
    while Instant::now() < end {
        let mut letters = pool[chance.below(pool.len())].clone();
        for _ in 0..=chance.below(6) {
            mutate(&mut letters, &pool, &mut chance);
        }
        let text: String = letters.iter().collect();
        let damaged = chance.below(64) == 0;
        if damaged {
            damage(&mut weights, &mut chance);
        }
        let prior = prior(&text, &mut chance);
        let tried = catch_unwind(|| {
            check(&text, &prior);
            if damaged {
                let _ = detect_with(&weights, &text, &prior);
            }
        });
        assert!(tried.is_ok(), "found after {n_texts} texts: {text:?} with {prior:?}");
        n_texts += 1;
        if letters.len() < 2000 && chance.below(8) == 0 {
            pool.push_back(letters);
        }
        if 4096 < pool.len() {
            // The seeds go with the rest; their descendants stay.
            pool.pop_front();
        }
        if n_texts.is_multiple_of(200_000) {
            pool.extend(SEEDS.iter().map(|seed| seed.chars().collect()));
        }
    }
    println!("{n_texts} texts in {seconds} s, nothing found");
}

fn check(text: &str, prior: &Prior) {
    let detection = detect(text, prior);
    assert!((0.0..=1.0).contains(&detection.confidence), "{detection:?}");
    assert_eq!(detection.language == Language::UND, detection.confidence == 0.0, "{detection:?}");
    assert!(
        detection.alternatives.iter().all(|other| (0.0..=1.0).contains(&other.confidence)),
        "{detection:?}"
    );
    assert!(
        detection.alternatives.iter().all(|other| other.language != detection.language),
        "{detection:?}"
    );
    assert_eq!(detection, detect(text, prior));
}

fn mutate(letters: &mut Vec<char>, pool: &VecDeque<Vec<char>>, chance: &mut Chance) {
    let at = chance.below(letters.len() + 1);
    match chance.below(8) {
        0 | 1 => letters.insert(at, chance.scalar()),
        2 if at < letters.len() => drop(letters.remove(at)),
        3 if at < letters.len() => letters[at] = chance.scalar(),
        4 => letters.truncate(at),
        5 => {
            let other = &pool[chance.below(pool.len())];
            letters.splice(at..at, other.iter().copied().take(400));
        }
        6 if at < letters.len() => {
            let repeated = vec![letters[at]; 1 + chance.below(70)];
            letters.splice(at..at, repeated);
        }
        _ => letters.insert(
            at,
            *chance.pick(&[' ', '\'', '.', '@', '#', '7', ':', '/', '\u{301}', '\u{200c}', '\n']),
        ),
    }
    letters.truncate(3000);
}

fn damage(weights: &mut Vec<u8>, chance: &mut Chance) {
    if chance.below(16) == 0 {
        WEIGHTS.clone_into(weights);
    }
    if chance.below(32) == 0 {
        weights.truncate(chance.below(weights.len() + 1));
    }
    // Headers are hit as often as all the rest.
    let range = if chance.below(2) == 0 { weights.len().min(600) } else { weights.len() };
    if 0 < range {
        weights[chance.below(range)] = chance.below(256).try_into().unwrap_or(0);
    }
}

fn prior(text: &str, chance: &mut Chance) -> Prior {
    match chance.below(4) {
        0 => Prior::from_accept_language(text),
        1 => Prior::from_tags(text.split(' ')),
        2 => Prior::from_tags(["zh-TW", "sr-Latn", "ms", "hr"]),
        _ => Prior::none(),
    }
}

struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let value = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        value ^ (value >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end.max(1) as u64).unwrap_or(0)
    }

    fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }

    /// Mostly of the planes and blocks that have rules of their own.
    fn scalar(&mut self) -> char {
        let most = [0x80, 0x250, 0x700, 0x1200, 0x2100, 0x3400, 0x1_0000, 0x11_0000][self.below(8)];
        u32::try_from(self.below(most)).ok().and_then(char::from_u32).unwrap_or('\u{fffd}')
    }
}
