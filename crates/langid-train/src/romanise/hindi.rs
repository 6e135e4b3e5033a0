//! Hindi, syllable by syllable.

use super::Habits;
use crate::chance::Chance;

/// A vowel after a consonant.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Vowel {
    /// The `a` that is not written in Devanagari.
    Inherent,
    /// A written one, or none at all.
    Sign(char),
    None,
}

/// Hindi with the unwritten vowel dropped where it is not spoken.
pub(super) fn hindi(word: &str, chance: &mut Chance, habits: &Habits) -> String {
    let usual: &[&str] = match word {
        "में" => &["mein", "me", "main"],
        "मैं" => &["main", "mai", "me"],
        "नहीं" => &["nahi", "nahin", "nhi"],
        "यह" => &["yeh", "ye"],
        "वह" => &["woh", "wo", "vo"],
        "हूँ" | "हूं" => &["hoon", "hu", "hun"],
        "हैं" => &["hain", "hai"],
        "है" => &["hai", "h"],
        "कृपया" => &["kripya", "please"],
        "और" => &["aur", "or"],
        _ => &[],
    };
    if !usual.is_empty() {
        return chance.pick(usual).to_owned();
    }
    let mut syllables = syllables_of(word);
    drop_inherent(&mut syllables);
    let n_syllables = syllables.len();
    let mut written = String::new();
    for (index, (consonant, vowel, nasal)) in syllables.into_iter().enumerate() {
        let last = index + 1 == n_syllables;
        written.push_str(devanagari_consonant(consonant, habits));
        match vowel {
            Vowel::Inherent => written.push('a'),
            Vowel::Sign(sign) => written.push_str(devanagari_vowel(sign, last, chance)),
            Vowel::None => {}
        }
        if nasal && !(last && chance.is(0.4)) {
            written.push('n');
        }
    }
    written
}

/// Consonant (NUL where a vowel stands alone), vowel, and whether a nasal follows.
fn syllables_of(word: &str) -> Vec<(char, Vowel, bool)> {
    let mut syllables: Vec<(char, Vowel, bool)> = Vec::new();
    for character in word.chars() {
        match character {
            '\u{915}'..='\u{939}' | '\u{958}'..='\u{95f}' => {
                syllables.push((character, Vowel::Inherent, false));
            }
            '\u{904}'..='\u{914}' => syllables.push(('\0', Vowel::Sign(character), false)),
            _ => match (character, syllables.last_mut()) {
                ('\u{93c}', Some(last)) => last.0 = with_dot(last.0),
                ('\u{94d}', Some(last)) => last.1 = Vowel::None,
                ('\u{901}' | '\u{902}', Some(last)) => last.2 = true,
                ('\u{93e}'..='\u{94c}', Some(last)) => last.1 = Vowel::Sign(character),
                _ => {}
            },
        }
    }
    syllables
}

const fn with_dot(consonant: char) -> char {
    match consonant {
        'ज' => '\u{95b}',
        'ड' => '\u{95c}',
        'ढ' => '\u{95d}',
        'फ' => '\u{95e}',
        _ => consonant,
    }
}

fn drop_inherent(syllables: &mut [(char, Vowel, bool)]) {
    let n_syllables = syllables.len();
    if let [_, .., last] = syllables
        && last.1 == Vowel::Inherent
        && !last.2
    {
        last.1 = Vowel::None;
    }
    for at in (1..n_syllables.saturating_sub(1)).rev() {
        let between = syllables[at - 1].1 != Vowel::None && syllables[at + 1].1 != Vowel::None;
        if between && syllables[at].1 == Vowel::Inherent && !syllables[at].2 {
            syllables[at].1 = Vowel::None;
        }
    }
}

fn devanagari_consonant(consonant: char, habits: &Habits) -> &'static str {
    match consonant {
        'क' | '\u{958}' => "k",
        'ख' | '\u{959}' => "kh",
        'ग' | '\u{95a}' => "g",
        'घ' => "gh",
        'च' => "ch",
        'छ' => {
            if habits.one {
                "chh"
            } else {
                "ch"
            }
        }
        'ज' => "j",
        'झ' => "jh",
        'ट' | 'त' => "t",
        'ठ' | 'थ' => "th",
        'ड' | 'द' => "d",
        'ढ' | 'ध' => "dh",
        'ङ' | 'ञ' | 'ण' | 'न' => "n",
        'प' => "p",
        'फ' => {
            if habits.other {
                "f"
            } else {
                "ph"
            }
        }
        '\u{95e}' => "f",
        'ब' => "b",
        'भ' => "bh",
        'म' => "m",
        'य' => "y",
        'र' | '\u{95c}' => "r",
        '\u{95d}' => "rh",
        'ल' | 'ळ' => "l",
        'व' => {
            if habits.other {
                "w"
            } else {
                "v"
            }
        }
        'श' | 'ष' => "sh",
        'स' => "s",
        'ह' => "h",
        '\u{95b}' => "z",
        _ => "",
    }
}

fn devanagari_vowel(sign: char, last: bool, chance: &mut Chance) -> &'static str {
    let long = if last { 0.12 } else { 0.45 };
    match sign {
        'अ' => "a",
        'आ' | '\u{93e}' => {
            if chance.is(long) {
                "aa"
            } else {
                "a"
            }
        }
        'इ' | '\u{93f}' => "i",
        'ई' | '\u{940}' => {
            if chance.is(long) {
                "ee"
            } else {
                "i"
            }
        }
        'उ' | '\u{941}' => "u",
        'ऊ' | '\u{942}' => {
            if chance.is(long) {
                "oo"
            } else {
                "u"
            }
        }
        'ऋ' | '\u{943}' => "ri",
        'ए' | '\u{947}' => "e",
        'ऐ' | '\u{948}' => "ai",
        'ओ' | 'ऑ' | '\u{949}' | '\u{94b}' => "o",
        'औ' | '\u{94c}' => "au",
        _ => "",
    }
}
