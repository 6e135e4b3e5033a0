//! Which script a character belongs to, by ranges.
//!
//! A range holds the letters and the marks that belong to them; digits and
//! punctuation of a script are nobody's.

/// A script, or a family that is told apart by more than the script.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Script {
    /// Latin.
    Latin,
    /// Cyrillic.
    Cyrillic,
    /// Arabic.
    Arabic,
    /// Devanagari.
    Devanagari,
    /// Han characters.
    Han,
    /// Hiragana and Katakana.
    Kana,
    /// Hangul.
    Hangul,
    /// A script with one language in this crate; the index is into [`Script::SINGLE`].
    Single(u8),
}

impl Script {
    /// The language code of each script that decides at once.
    pub const SINGLE: [&str; 21] = [
        "el", "hy", "he", "dv", "bn", "pa", "gu", "or", "ta", "te", "kn", "ml", "si", "th", "lo",
        "bo", "my", "ka", "am", "km", "zh-Hant",
    ];

    /// The script of a letter or of a mark on a letter.
    #[must_use]
    pub fn of(character: char) -> Option<Self> {
        let code = u32::from(character);
        if code < 0x80 {
            return character.is_ascii_alphabetic().then_some(Self::Latin);
        }
        let ranges = RANGES.get(PAGES[(code as usize >> 8).min(LAST_PAGE)]..)?;
        let (first, _, script) = ranges.iter().find(|(_, last, _)| code <= *last)?;
        (*first <= code).then_some(*script)
    }

    /// Whether words of this script are written without spaces between them, so that
    /// a number or an address may touch them.
    #[must_use]
    pub fn is_spaceless(self) -> bool {
        match self {
            Self::Han | Self::Kana | Self::Hangul => true,
            Self::Single(index) => matches!(
                Self::SINGLE[usize::from(index)],
                "th" | "lo" | "bo" | "my" | "km" | "zh-Hant"
            ),
            Self::Latin | Self::Cyrillic | Self::Arabic | Self::Devanagari => false,
        }
    }
}

use Script::{Arabic, Cyrillic, Devanagari, Han, Hangul, Kana, Latin, Single};

/// First and last code point, in ascending order.
const RANGES: &[(u32, u32, Script)] = &[
    (0xAA, 0xAA, Latin),
    (0xBA, 0xBA, Latin),
    (0xC0, 0xD6, Latin),
    (0xD8, 0xF6, Latin),
    (0xF8, 0x2AF, Latin),
    (0x370, 0x373, Single(0)),
    (0x376, 0x377, Single(0)),
    (0x37B, 0x37D, Single(0)),
    (0x37F, 0x37F, Single(0)),
    (0x386, 0x386, Single(0)),
    (0x388, 0x3FF, Single(0)),
    (0x400, 0x481, Cyrillic),
    (0x48A, 0x52F, Cyrillic),
    (0x531, 0x556, Single(1)),
    (0x560, 0x588, Single(1)),
    (0x5D0, 0x5F2, Single(2)),
    (0x620, 0x65F, Arabic),
    (0x66E, 0x6D3, Arabic),
    (0x6D5, 0x6DC, Arabic),
    (0x6DF, 0x6E8, Arabic),
    (0x6EA, 0x6EF, Arabic),
    (0x6FA, 0x6FC, Arabic),
    (0x6FF, 0x6FF, Arabic),
    (0x750, 0x77F, Arabic),
    (0x780, 0x7B1, Single(3)),
    (0x8A0, 0x8FF, Arabic),
    (0x900, 0x963, Devanagari),
    (0x971, 0x97F, Devanagari),
    (0x980, 0x9E3, Single(4)),
    (0x9F0, 0x9F1, Single(4)),
    (0xA01, 0xA5E, Single(5)),
    (0xA70, 0xA75, Single(5)),
    (0xA81, 0xAE3, Single(6)),
    (0xB01, 0xB63, Single(7)),
    (0xB71, 0xB71, Single(7)),
    (0xB82, 0xBD7, Single(8)),
    (0xC00, 0xC63, Single(9)),
    (0xC80, 0xCE3, Single(10)),
    (0xD00, 0xD63, Single(11)),
    (0xD7A, 0xD7F, Single(11)),
    (0xD81, 0xDDF, Single(12)),
    (0xE01, 0xE3A, Single(13)),
    (0xE40, 0xE4E, Single(13)),
    (0xE81, 0xECE, Single(14)),
    (0xEDC, 0xEDF, Single(14)),
    (0xF40, 0xFBC, Single(15)),
    (0x1000, 0x103F, Single(16)),
    (0x1050, 0x108F, Single(16)),
    (0x10A0, 0x10FF, Single(17)),
    (0x1100, 0x11FF, Hangul),
    (0x1200, 0x135A, Single(18)),
    (0x1780, 0x17D3, Single(19)),
    (0x1C80, 0x1C8F, Cyrillic),
    (0x1C90, 0x1CBF, Single(17)),
    (0x1E00, 0x1EFF, Latin),
    (0x1F00, 0x1FFC, Single(0)),
    (0x2D00, 0x2D2D, Single(17)),
    (0x2E80, 0x2FD5, Han),
    (0x3005, 0x3007, Han),
    (0x3041, 0x3096, Kana),
    (0x309D, 0x309F, Kana),
    (0x30A1, 0x30FA, Kana),
    (0x30FC, 0x30FF, Kana),
    (0x3105, 0x312F, Single(20)),
    (0x3131, 0x318E, Hangul),
    (0x31A0, 0x31BF, Single(20)),
    (0x31F0, 0x31FF, Kana),
    (0x3400, 0x4DBF, Han),
    (0x4E00, 0x9FFF, Han),
    (0xA640, 0xA66E, Cyrillic),
    (0xA680, 0xA69F, Cyrillic),
    (0xA960, 0xA97C, Hangul),
    (0xA9E0, 0xA9FE, Single(16)),
    (0xAA60, 0xAA7F, Single(16)),
    (0xAC00, 0xD7FB, Hangul),
    (0xF900, 0xFAD9, Han),
    (0xFB13, 0xFB17, Single(1)),
    (0xFB1D, 0xFB4F, Single(2)),
    (0xFB50, 0xFBB1, Arabic),
    (0xFBD3, 0xFDFB, Arabic),
    (0xFE70, 0xFEFC, Arabic),
    (0xFF21, 0xFF3A, Latin),
    (0xFF41, 0xFF5A, Latin),
    (0xFF66, 0xFF9D, Kana),
    (0xFFA1, 0xFFDC, Hangul),
    (0x20000, 0x323AF, Han),
];

/// What lies above is rare.
const LAST_PAGE: usize = 0x100;

/// For each page of 256 code points, the first range that does not end before it.
const PAGES: [usize; LAST_PAGE + 1] = {
    let mut pages = [0; LAST_PAGE + 1];
    let mut page = 1;
    while page <= LAST_PAGE {
        pages[page] = pages[page - 1];
        while pages[page] < RANGES.len() && (RANGES[pages[page]].1 as usize) < page << 8 {
            pages[page] += 1;
        }
        page += 1;
    }
    pages
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_leads_to_the_range_of_every_character() {
        for character in '\u{80}'..=char::MAX {
            let code = u32::from(character);
            let range = RANGES.iter().find(|(first, last, _)| (*first..=*last).contains(&code));
            assert_eq!(Script::of(character), range.map(|it| it.2), "{character:?}");
        }
    }

    #[test]
    fn ranges_ascend_and_do_not_overlap() {
        assert!(RANGES.iter().all(|(first, last, _)| first <= last));
        assert!(RANGES.is_sorted_by(|left, right| left.1 < right.0));
    }

    #[test]
    fn digits_and_punctuation_belong_to_nobody() {
        for character in
            "0 9.,!?-'\u{966}\u{964}\u{660}\u{6f0}\u{60c}\u{61f}\u{e50}\u{3002}\u{d7}\u{1f600}"
                .chars()
        {
            assert_eq!(Script::of(character), None, "{character:?}");
        }
    }
}
