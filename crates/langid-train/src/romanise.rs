//! Hindi, Russian, Arabic and Greek as people write them in Latin letters.
//!
//! There is no standard: each writer has habits, and so each call draws some.

use crate::chance::Chance;

/// A text in the Latin letters that its writers use in chats, or nothing for
/// languages that are not romanised here.
pub(crate) fn romanise(code: &str, text: &str, chance: &mut Chance) -> Option<String> {
    let word: fn(&str, &mut Chance, &Habits) -> String = match code {
        "hi" => hindi,
        "ru" => russian,
        "ar" => arabic,
        "el" => greek,
        _ => return None,
    };
    let habits = Habits { one: chance.is(0.5), other: chance.is(0.5), digits: chance.is(0.6) };
    let is_break = |character: char| !(character.is_alphabetic() || is_sign(character));
    let words = text.split(is_break).filter(|part| !part.is_empty());
    let words: Vec<String> = words.map(|part| word(part, chance, &habits)).collect();
    Some(words.join(" "))
}

/// What one writer keeps to within a message.
struct Habits {
    one: bool,
    other: bool,
    digits: bool,
}

const fn is_sign(character: char) -> bool {
    matches!(character, '\u{93c}' | '\u{94d}' | '\u{64b}'..='\u{652}' | '\u{670}')
}

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
fn hindi(word: &str, chance: &mut Chance, habits: &Habits) -> String {
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

fn russian(word: &str, _chance: &mut Chance, habits: &Habits) -> String {
    let letter = |character: char| match character {
        'а' => "a",
        'б' => "b",
        'в' => "v",
        'г' => "g",
        'д' => "d",
        'е' | 'э' => "e",
        'ё' => {
            if habits.one {
                "e"
            } else {
                "yo"
            }
        }
        'ж' => {
            if habits.one {
                "zh"
            } else {
                "j"
            }
        }
        'з' => "z",
        'и' => "i",
        'й' => {
            if habits.one {
                "y"
            } else {
                "j"
            }
        }
        'к' => "k",
        'л' => "l",
        'м' => "m",
        'н' => "n",
        'о' => "o",
        'п' => "p",
        'р' => "r",
        'с' => "s",
        'т' => "t",
        'у' => "u",
        'ф' => "f",
        'х' => {
            if habits.other {
                "h"
            } else {
                "kh"
            }
        }
        'ц' => {
            if habits.one {
                "ts"
            } else {
                "c"
            }
        }
        'ч' => "ch",
        'ш' => "sh",
        'щ' => {
            if habits.other {
                "sch"
            } else {
                "sh"
            }
        }
        'ы' => {
            if habits.digits {
                "y"
            } else {
                "i"
            }
        }
        'ю' => {
            if habits.other {
                "yu"
            } else {
                "u"
            }
        }
        'я' => {
            if habits.digits {
                "ya"
            } else {
                "ja"
            }
        }
        _ => "",
    };
    word.to_lowercase().chars().map(letter).collect()
}

/// Vowels that are not written are guessed, because the writers of Latin letters do write them.
fn arabic(word: &str, chance: &mut Chance, habits: &Habits) -> String {
    let bare =
        |character: &char| !matches!(character, '\u{64b}'..='\u{652}' | '\u{670}' | '\u{640}');
    let mut letters: Vec<char> = word.chars().filter(bare).collect();
    let mut written = String::new();
    if let ['ا', 'ل', _, _, ..] = letters.as_slice() {
        written.push_str(if habits.one { "el" } else { "al" });
        letters.drain(..2);
    }
    let mut after_consonant = false;
    let n_letters = letters.len();
    for (index, letter) in letters.into_iter().enumerate() {
        let (sound, is_vowel) =
            arabic_letter(letter, index == 0, index + 1 == n_letters, habits, chance);
        if after_consonant && !is_vowel && (index == 1 || chance.is(0.55)) {
            written.push_str(chance.pick(&["a", "a", "a", "e", "e", "i", "o", "u"]));
        }
        after_consonant = !is_vowel && !sound.is_empty();
        written.push_str(sound);
    }
    written
}

fn arabic_letter(
    letter: char,
    first: bool,
    last: bool,
    habits: &Habits,
    chance: &mut Chance,
) -> (&'static str, bool) {
    let consonant = match letter {
        'ب' => "b",
        'ت' | 'ط' => "t",
        'ث' => "th",
        'ج' => {
            if habits.one {
                "g"
            } else {
                "j"
            }
        }
        'ح' => {
            if habits.digits {
                "7"
            } else {
                "h"
            }
        }
        'خ' => "kh",
        'د' | 'ض' => "d",
        'ذ' => {
            if habits.one {
                "z"
            } else {
                "th"
            }
        }
        'ر' => "r",
        'ز' | 'ظ' => "z",
        'س' | 'ص' => "s",
        'ش' => {
            if habits.other {
                "sh"
            } else {
                "ch"
            }
        }
        'ع' => {
            if habits.digits {
                "3"
            } else {
                "a"
            }
        }
        'غ' => "gh",
        'ف' => "f",
        'ق' => {
            if habits.digits && habits.one {
                "2"
            } else {
                "q"
            }
        }
        'ك' => "k",
        'ل' => "l",
        'م' => "m",
        'ن' => "n",
        'ه' => "h",
        'و' if first => "w",
        'ي' if first => "y",
        _ => "",
    };
    if !consonant.is_empty() {
        return (consonant, consonant == "a");
    }
    let vowel = match letter {
        'ا' | 'أ' | 'آ' | 'ى' => "a",
        'إ' => {
            if habits.one {
                "e"
            } else {
                "i"
            }
        }
        'ة' => {
            if habits.other {
                "a"
            } else {
                "ah"
            }
        }
        'و' | 'ؤ' => chance.pick(&["o", "ou", "u", "w"]),
        'ي' | 'ئ' if last => chance.pick(&["i", "y", "i"]),
        'ي' | 'ئ' => chance.pick(&["i", "ee", "ei", "e", "y"]),
        _ => "",
    };
    (vowel, true)
}

fn greek(word: &str, _chance: &mut Chance, habits: &Habits) -> String {
    let lower = word.to_lowercase();
    let lower = if habits.one {
        lower.replace("ου", "ou").replace("ού", "ou")
    } else {
        lower.replace("ου", "u").replace("ού", "u")
    };
    let letter = |character: char| match character {
        'α' | 'ά' => "a",
        'β' => {
            if habits.other {
                "v"
            } else {
                "b"
            }
        }
        'γ' => "g",
        'δ' => "d",
        'ε' | 'έ' => "e",
        'ζ' => "z",
        'η' | 'ή' => {
            if habits.one {
                "i"
            } else {
                "h"
            }
        }
        'θ' => {
            if habits.other {
                "th"
            } else {
                "8"
            }
        }
        'ι' | 'ί' | 'ϊ' | 'ΐ' => "i",
        'κ' => "k",
        'λ' => "l",
        'μ' => "m",
        'ν' => "n",
        'ξ' => {
            if habits.digits {
                "ks"
            } else {
                "x"
            }
        }
        'ο' | 'ό' | 'o' => "o",
        'π' => "p",
        'ρ' => "r",
        'σ' | 'ς' => "s",
        'τ' => "t",
        'υ' | 'ύ' | 'ϋ' => {
            if habits.digits {
                "y"
            } else {
                "u"
            }
        }
        'φ' => {
            if habits.other {
                "f"
            } else {
                "ph"
            }
        }
        'χ' => {
            if habits.digits {
                "h"
            } else {
                "x"
            }
        }
        'ψ' => "ps",
        'ω' | 'ώ' => {
            if habits.other {
                "o"
            } else {
                "w"
            }
        }
        'u' => "u",
        _ => "",
    };
    lower.chars().map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(code: &str, text: &str) -> String {
        romanise(code, text, &mut Chance::new(1, "test")).unwrap()
    }

    #[test]
    fn the_vowel_that_is_not_spoken_is_dropped() {
        // Whether a long vowel is written twice is left to chance.
        let short = |text| one("hi", text).replace("aa", "a");
        assert_eq!(short("करना"), "karna");
        assert_eq!(short("मदद चाहिए"), "madad chahie");
    }

    #[test]
    fn russian_and_greek_go_letter_by_letter() {
        assert_eq!(one("ru", "Как дела?"), "kak dela");
        assert!(one("el", "καλημέρα").starts_with("kal"));
        assert_eq!(romanise("de", "nein", &mut Chance::new(1, "test")), None);
    }
}
