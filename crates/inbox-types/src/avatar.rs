//! How somebody without a picture is shown: initials on a colour.

use crate::is_invisible;

/// At most two initials of a name; scripts without spaces show their first character.
/// Capitals are the style sheet's: the letters' tables would weigh more than the widget's rules.
#[must_use]
pub fn initials(name: &str) -> String {
    let mut words = name
        .split_whitespace()
        .map(|it| sign(it.trim_start_matches(is_invisible)))
        .filter(|it| !it.is_empty());
    let first = words.next().unwrap_or_default();
    let spaced = |it: &&str| it.starts_with(|it| it < '\u{2000}');
    let last = words.next_back().filter(|it| spaced(&first) && spaced(it));
    [first, last.unwrap_or_default()].concat()
}

/// The first sign of a word as its reader counts: a letter with its marks, a flag, a family.
fn sign(word: &str) -> &str {
    let mut last = None;
    let end = word.char_indices().find(|&(at, letter)| {
        let new = last.is_some_and(|last| !goes_on(last, letter, at));
        last = Some(letter);
        new
    });
    end.and_then(|(end, _)| word.get(..end)).unwrap_or(word)
}

/// Whether a character belongs to the sign that began `at` bytes before it and has come to `last`.
fn goes_on(last: char, letter: char, at: usize) -> bool {
    const FLAG: [char; 2] = ['\u{1f1e6}', '\u{1f1ff}'];
    let is_flag = |it| FLAG[0] <= it && it <= FLAG[1];
    let place = u32::from(letter) & 0x7f;
    match last {
        // Two letters are a flag, of four bytes each.
        _ if is_flag(letter) => is_flag(last) && at == 4,
        // What joins letters of India, and pictures into one.
        '\u{94d}' | '\u{9cd}' | '\u{acd}' | '\u{b4d}' | '\u{c4d}' | '\u{d4d}'
            if ('\u{900}'..'\u{d80}').contains(&letter) && (0x15..0x3a).contains(&place) =>
        {
            true
        }
        '\u{200d}' if '\u{900}' <= letter => true,
        _ => is_mark(letter),
    }
}

/// Whether a character stands on, under or beside the one before it: Unicode's marks by their
/// blocks, near enough for names.
fn is_mark(letter: char) -> bool {
    let letter = u32::from(letter);
    match letter {
        // The scripts of India have the same places in each of their blocks.
        0x900..=0xd7f => {
            matches!(letter & 0x7f, 0..=3 | 0x3a..=0x3c | 0x3e..=0x4f | 0x51..=0x57 | 0x62 | 0x63)
        }
        // Thai, and Lao beside it.
        0xe00..=0xeff => matches!(letter & 0x7f, 0x31 | 0x33..=0x3c | 0x47..=0x4e),
        _ => matches!(
            letter,
            0x300..=0x36f | 0x483..=0x489 | 0x591..=0x5bd | 0x5bf..=0x5c7 | 0x610..=0x61a
                | 0x64b..=0x65f | 0x670 | 0x6d6..=0x6dc | 0xd81..=0xd83 | 0xdca..=0xddf
                | 0x102d..=0x103e | 0x1160..=0x11ff | 0x17b4..=0x17d3 | 0x1ab0..=0x1aff
                | 0x1dc0..=0x1dff | 0x200c | 0x200d | 0x20d0..=0x20ff | 0x302a..=0x302f
                | 0x3099 | 0x309a | 0xfe00..=0xfe0f | 0xfe20..=0xfe2f | 0x1f3fb..=0x1f3ff
                | 0xe0000..=0xe01ff
        ),
    }
}

/// Colours of people; the widget's style sheet has as many.
pub const HUES: u32 = 6;

/// Which of the colours a person has, the same each time.
#[must_use]
pub fn hue(name: &str) -> u32 {
    name.chars().fold(7_u32, |sum, it| sum.wrapping_mul(31).wrapping_add(it as u32)) % HUES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_of_the_first_and_last_word() {
        assert_eq!(initials("Ana"), "A");
        assert_eq!(initials("Ana Maria Silva"), "AS");
        assert_eq!(initials("Олена Коваль"), "ОК");
        assert_eq!(initials("王小明"), "王");
        assert_eq!(initials("  "), "");
    }

    /// Names in the scripts of the world, and what is not only letters.
    const NAMES: &[&str] = &[
        "Ana",
        "Émile",
        "E\u{301}mile",
        "Z\u{310}\u{311}\u{312}\u{313}oe",
        "Ñandú",
        "Ǆ",
        "ß",
        "Олена",
        "Й",
        "И\u{306}",
        "Ἀθηνᾶ",
        "Արամ",
        "გიორგი",
        "محمد",
        "مُحَمَّد",
        "פָּנִינָה",
        "דוד",
        "فاطمه",
        "क्षितिज",
        "श्रीमती",
        "नीता",
        "किरण",
        "ज्ञान",
        "ক্ষমা",
        "ગીતા",
        "ସ୍ମିତା",
        "లక్ష్మి",
        "മോഹൻ",
        "ஸ்ரீ",
        "නිමල්",
        "สมชาย",
        "ก้อง",
        "น้ำ",
        "ນ້ອຍ",
        "မောင်",
        "សុខា",
        "王小明",
        "が",
        "か\u{3099}",
        "김철수",
        "\u{1100}\u{1161}\u{11a8}",
        "Nguyễn",
        "Đặng",
        "🇻🇳 Linh",
        "🇻🇳🇺🇦",
        "🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}",
        "👨\u{200d}👩\u{200d}👧\u{200d}👦",
        "👩🏽\u{200d}🚀",
        "👍🏿 ok",
        "❤\u{fe0f}",
        "1\u{fe0f}\u{20e3}",
        "🙂🙃",
    ];

    #[test]
    fn initials_are_whole_signs() {
        use unicode_segmentation::UnicodeSegmentation as _;

        let wrong: Vec<_> = NAMES
            .iter()
            .map(|name| (name, initials(name.split(' ').next().unwrap_or_default())))
            .filter(|(name, found)| name.graphemes(true).next() != Some(found))
            .collect();
        assert!(wrong.is_empty(), "{wrong:?}");
        assert_eq!(initials("क्षितिज श्रीवास्तव"), "क्षिश्री");
        assert_eq!(initials("\u{200b}\u{2800}Ana \u{3164} \u{ad}Silva"), "AS");
        let family = "👨\u{200d}👩\u{200d}👧\u{200d}👦";
        assert_eq!(initials(&format!("{family} Silva")), family);
    }

    #[test]
    fn a_person_keeps_a_colour() {
        assert_eq!(hue("Ana"), hue("Ana"));
        assert!(["Ana", "Ben", "Олена", ""].iter().all(|it| hue(it) < HUES));
    }
}
