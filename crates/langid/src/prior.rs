//! What is known about a visitor's language before a word is read.

use crate::Language;

/// Languages that are likely, the likeliest first.
///
/// Built from the browser's languages, an `Accept-Language` header and the site's settings.
/// Tags that the detector does not know are left out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Prior {
    languages: [Language; Self::MAX_LANGUAGES],
    n_languages: usize,
}

impl Prior {
    /// More than any browser lists by default; the rest of a longer list is left out.
    pub const MAX_LANGUAGES: usize = 12;

    /// Nothing is known.
    #[must_use]
    pub const fn none() -> Self {
        Self { languages: [Language::UND; Self::MAX_LANGUAGES], n_languages: 0 }
    }

    /// From BCP-47 tags in order of preference, such as `navigator.languages`.
    #[must_use]
    pub fn from_tags<'a>(tags: impl IntoIterator<Item = &'a str>) -> Self {
        Self::none().and_tags(tags)
    }

    /// From an `Accept-Language` header, ordered by its quality values.
    #[must_use]
    pub fn from_accept_language(header: &str) -> Self {
        let mut ranges = [("", 0_u16); Self::MAX_LANGUAGES];
        let mut n_ranges = 0;
        for (slot, range) in ranges.iter_mut().zip(header.split(',')) {
            *slot = weighted(range);
            n_ranges += 1;
        }
        let ranges = &mut ranges[..n_ranges];
        // An insertion sort keeps the order of equals and needs no allocation.
        for end in 1..ranges.len() {
            let mut at = end;
            while at > 0 && ranges[at - 1].1 < ranges[at].1 {
                ranges.swap(at - 1, at);
                at -= 1;
            }
        }
        Self::from_tags(ranges.iter().filter(|(_, quality)| *quality > 0).map(|(tag, _)| *tag))
    }

    /// The same with less likely languages after it, such as those that a site serves.
    #[must_use]
    pub fn and_tags<'a>(mut self, tags: impl IntoIterator<Item = &'a str>) -> Self {
        for language in tags.into_iter().filter_map(Language::from_tag) {
            if self.n_languages < Self::MAX_LANGUAGES && self.rank(language).is_none() {
                self.languages[self.n_languages] = language;
                self.n_languages += 1;
            }
        }
        self
    }

    /// The languages, the likeliest first.
    #[must_use]
    pub fn languages(&self) -> &[Language] {
        &self.languages[..self.n_languages]
    }

    /// The place of a language in the order, from zero.
    pub(crate) fn rank(&self, language: Language) -> Option<usize> {
        self.languages().iter().position(|known| *known == language)
    }
}

impl Default for Prior {
    fn default() -> Self {
        Self::none()
    }
}

/// The tag and the quality in thousandths of `de;q=0.7`.
fn weighted(range: &str) -> (&str, u16) {
    let mut parts = range.split(';');
    let tag = parts.next().unwrap_or("").trim();
    let quality = parts.find_map(|part| part.trim().strip_prefix("q="));
    (tag, quality.map_or(1000, thousandths))
}

fn thousandths(quality: &str) -> u16 {
    let (whole, fraction) = quality.split_once('.').unwrap_or((quality, ""));
    if whole.trim() != "0" {
        return 1000;
    }
    let digit = |place: usize| match fraction.as_bytes().get(place) {
        Some(byte @ b'0'..=b'9') => u16::from(byte - b'0'),
        _ => 0,
    };
    digit(0) * 100 + digit(1) * 10 + digit(2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec::Vec;

    fn codes(prior: &Prior) -> Vec<&'static str> {
        prior.languages().iter().map(|language| language.code()).collect()
    }

    #[test]
    fn tags_keep_their_order_without_repeats_and_strangers() {
        let prior = Prior::from_tags(["vi-VN", "vi", "xx", "en-US", "en"]);
        assert_eq!(codes(&prior), ["vi", "en"]);
        assert_eq!(codes(&prior.and_tags(["uk", "en"])), ["vi", "en", "uk"]);
    }

    #[test]
    fn an_accept_language_header_is_ordered_by_quality() {
        let prior =
            Prior::from_accept_language("en;q=0.3, fr-CH, fr;q=0.9, de;q=0.75, *;q=0.1, it;q=0");
        assert_eq!(codes(&prior), ["fr", "de", "en"]);
        assert_eq!(codes(&Prior::from_accept_language("")), [""; 0]);
    }
}
