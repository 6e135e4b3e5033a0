//! The languages that can be answered, as BCP-47 codes.

use core::fmt;

/// A language that the detector knows, or [`Language::UND`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Language(u8);

/// How readily a language is answered when nothing speaks for it but the text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Tier {
    /// Always a candidate.
    Common,
    /// A candidate that needs a little more evidence than its neighbours.
    Guarded,
    /// Hardly a candidate until the [`Prior`](crate::Prior) names it.
    Rare,
}

impl Language {
    /// No language: no letters, or none that can be told.
    pub const UND: Self = Self(0);

    pub(crate) const ID: Self = Self::known("id");
    pub(crate) const MS: Self = Self::known("ms");
    pub(crate) const JA: Self = Self::known("ja");
    pub(crate) const KO: Self = Self::known("ko");
    pub(crate) const ZH: Self = Self::known("zh");
    pub(crate) const ZH_HANS: Self = Self::known("zh-Hans");
    pub(crate) const ZH_HANT: Self = Self::known("zh-Hant");

    /// Every language with its code, [`Language::UND`] excluded.
    pub fn all() -> impl Iterator<Item = Self> {
        (1..LANGUAGES.len()).filter_map(|index| u8::try_from(index).ok()).map(Self)
    }

    /// The BCP-47 code: `en`, `zh-Hant`, `und`.
    #[must_use]
    pub fn code(self) -> &'static str {
        LANGUAGES.get(usize::from(self.0)).map_or("und", |(code, _)| code)
    }

    /// The language of exactly this code.
    #[must_use]
    pub const fn from_code(code: &str) -> Option<Self> {
        match padded(code) {
            Some(padded) => Self::from_padded(padded),
            None => None,
        }
    }

    /// The language of a code that is padded with zeros, as it stands in the weights.
    #[expect(clippy::cast_possible_truncation, reason = "there are fewer than 256 languages")]
    pub(crate) const fn from_padded(code: [u8; 8]) -> Option<Self> {
        let key = u64::from_be_bytes(code);
        let mut index = 0;
        while index < KEYS.len() {
            if KEYS[index] == key {
                return Some(Self(index as u8 + 1));
            }
            index += 1;
        }
        None
    }

    /// The language of a code of ours.
    pub(crate) const fn known(code: &str) -> Self {
        Self::from_code(code).expect("one of ours")
    }

    /// The known language that a BCP-47 tag means: `pt-BR` is `pt`, `zh-TW` is `zh-Hant`,
    /// `nb-NO` is `no`, `fil` is `tl`. Letter case and underscores do not matter.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        let mut subtags = tag.trim().split(['-', '_']);
        let primary = subtags.next()?;
        let is = |code: &str| primary.eq_ignore_ascii_case(code);
        if is("zh") || is("yue") || is("cmn") {
            return Some(chinese(is("yue"), subtags));
        }
        let code = match ALIASES.iter().find(|(alias, _)| is(alias)) {
            Some((_, code)) => code,
            None => primary,
        };
        let latin = subtags.any(|subtag| subtag.eq_ignore_ascii_case("Latn"));
        let known = |(known, _): &&(&str, Tier)| match known.strip_suffix("-Latn") {
            Some(base) => latin && base.eq_ignore_ascii_case(code),
            None => known.eq_ignore_ascii_case(code),
        };
        // The romanised variant stands after its base, so the last match is the closest.
        let found = LANGUAGES.iter().skip(1).rfind(known)?;
        Self::from_code(found.0)
    }

    pub(crate) fn tier(self) -> Tier {
        LANGUAGES.get(usize::from(self.0)).map_or(Tier::Common, |(_, tier)| *tier)
    }
}

fn chinese<'a>(cantonese: bool, mut subtags: impl Iterator<Item = &'a str>) -> Language {
    let traditional = |subtag: &str| {
        ["Hant", "TW", "HK", "MO"].iter().any(|known| subtag.eq_ignore_ascii_case(known))
    };
    let simplified =
        |subtag: &str| ["Hans", "CN", "SG"].iter().any(|known| subtag.eq_ignore_ascii_case(known));
    // The script stands before the region and settles it: `zh-Hans-HK` is simplified.
    let said = subtags.find(|subtag| traditional(subtag) || simplified(subtag));
    let code = match said {
        Some(subtag) if traditional(subtag) => "zh-Hant",
        Some(_) => "zh-Hans",
        None if cantonese => "zh-Hant",
        None => "zh",
    };
    Language::from_code(code).unwrap_or(Language::UND)
}

impl fmt::Display for Language {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.code())
    }
}

impl fmt::Debug for Language {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.code())
    }
}

/// Codes that mean a language we know by another one.
const ALIASES: &[(&str, &str)] = &[
    ("nb", "no"),
    ("nn", "no"),
    ("fil", "tl"),
    ("iw", "he"),
    ("in", "id"),
    ("sh", "sr"),
    ("mo", "ro"),
];

/// In the order of the codes, after `und`; so a romanised variant stands after its base.
const LANGUAGES: &[(&str, Tier)] = &[
    ("und", Tier::Common),
    ("af", Tier::Rare),
    ("am", Tier::Common),
    ("ar", Tier::Common),
    ("ar-Latn", Tier::Guarded),
    ("be", Tier::Guarded),
    ("bg", Tier::Common),
    ("bn", Tier::Common),
    ("bo", Tier::Common),
    ("bs", Tier::Rare),
    ("ca", Tier::Guarded),
    ("cs", Tier::Common),
    ("da", Tier::Guarded),
    ("de", Tier::Common),
    ("dv", Tier::Common),
    ("el", Tier::Common),
    ("el-Latn", Tier::Guarded),
    ("en", Tier::Common),
    ("es", Tier::Common),
    ("et", Tier::Rare),
    ("eu", Tier::Rare),
    ("fa", Tier::Common),
    ("fi", Tier::Guarded),
    ("fr", Tier::Common),
    ("gl", Tier::Rare),
    ("gu", Tier::Common),
    ("he", Tier::Common),
    ("hi", Tier::Common),
    ("hi-Latn", Tier::Guarded),
    ("hr", Tier::Rare),
    ("hu", Tier::Guarded),
    ("hy", Tier::Common),
    ("id", Tier::Common),
    ("is", Tier::Rare),
    ("it", Tier::Common),
    ("ja", Tier::Common),
    ("ka", Tier::Common),
    ("kk", Tier::Guarded),
    ("km", Tier::Common),
    ("kn", Tier::Common),
    ("ko", Tier::Common),
    ("ky", Tier::Guarded),
    ("lo", Tier::Common),
    ("lt", Tier::Rare),
    ("lv", Tier::Rare),
    ("mk", Tier::Guarded),
    ("ml", Tier::Common),
    ("mn", Tier::Guarded),
    ("mr", Tier::Guarded),
    ("ms", Tier::Common),
    ("my", Tier::Common),
    ("ne", Tier::Guarded),
    ("nl", Tier::Common),
    ("no", Tier::Guarded),
    ("or", Tier::Common),
    ("pa", Tier::Common),
    ("pl", Tier::Common),
    ("pt", Tier::Common),
    ("ro", Tier::Common),
    ("ru", Tier::Common),
    ("ru-Latn", Tier::Guarded),
    ("si", Tier::Common),
    ("sk", Tier::Rare),
    ("sl", Tier::Rare),
    ("sq", Tier::Rare),
    ("sr", Tier::Common),
    ("sr-Latn", Tier::Guarded),
    ("sv", Tier::Common),
    ("ta", Tier::Common),
    ("te", Tier::Common),
    ("th", Tier::Common),
    ("tl", Tier::Common),
    ("tr", Tier::Common),
    ("uk", Tier::Common),
    ("ur", Tier::Guarded),
    ("vi", Tier::Common),
    ("zh", Tier::Common),
    ("zh-Hans", Tier::Common),
    ("zh-Hant", Tier::Common),
];

const fn padded(code: &str) -> Option<[u8; 8]> {
    let mut padded = [0; 8];
    match padded.split_at_mut_checked(code.len()) {
        Some((start, _)) => start.copy_from_slice(code.as_bytes()),
        None => return None,
    }
    Some(padded)
}

/// The codes after `und` as numbers in the same order.
const KEYS: [u64; LANGUAGES.len() - 1] = {
    let mut keys = [0; LANGUAGES.len() - 1];
    let mut index = 0;
    while index < keys.len() {
        keys[index] =
            u64::from_be_bytes(padded(LANGUAGES[index + 1].0).expect("no code is longer"));
        index += 1;
    }
    keys
};

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::ToString;

    #[test]
    fn a_tag_is_read_leniently() {
        for (tag, code) in [
            ("en-US", "en"),
            ("PT_br", "pt"),
            ("zh-TW", "zh-Hant"),
            ("zh-Hans-HK", "zh-Hans"),
            ("zh-Hant-CN", "zh-Hant"),
            ("zh", "zh"),
            ("yue", "zh-Hant"),
            ("nb-NO", "no"),
            ("fil-PH", "tl"),
            ("sr-Latn-RS", "sr-Latn"),
            ("sr-RS", "sr"),
            ("hi-Latn", "hi-Latn"),
        ] {
            assert_eq!(Language::from_tag(tag).unwrap().code(), code, "{tag}");
        }
        assert_eq!(Language::from_tag("xx"), None);
        assert_eq!(Language::from_tag(""), None);
        assert_eq!(Language::from_tag("und"), None);
    }

    #[test]
    fn every_code_finds_itself() {
        for language in Language::all() {
            assert_eq!(Language::from_code(language.code()), Some(language));
            assert_eq!(Language::from_tag(language.code()), Some(language));
        }
        assert_eq!(Language::UND.to_string(), "und");
    }

    #[test]
    fn codes_are_sorted_so_that_a_duplicate_is_seen() {
        assert!(LANGUAGES[1..].is_sorted_by(|left, right| left.0 < right.0));
    }
}
