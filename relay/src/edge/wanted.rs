//! The languages that a page and its browser want, brought down to those that there are.
//!
//! What is kept for a moment is kept by these, so nobody passes it by with made-up languages.

use inbox_text::{LANGUAGES, negotiate};
use inbox_types::{Language, limits};

/// What is wanted.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Wanted {
    /// What the page asks for in the address, if there is such a language.
    pub asked: Option<&'static str>,
    /// The first language that the browser reads and that there is.
    pub accepted: Option<&'static str>,
}

impl Wanted {
    /// Out of `?lang=` and `Accept-Language`.
    #[must_use]
    pub fn read(asked: Option<&str>, accept_language: &str) -> Self {
        let known = |it: &str| {
            it.parse::<Language>().ok().and_then(|it| negotiate(&[it.as_str()], LANGUAGES))
        };
        let accepted = accepted(accept_language);
        let accepted: Vec<&str> = accepted.iter().map(Language::as_str).collect();
        Self { asked: asked.and_then(known), accepted: negotiate(&accepted, LANGUAGES) }
    }

    /// What the browser reads, as the rest of the relay has languages.
    #[must_use]
    pub fn accepted_languages(self) -> Vec<Language> {
        self.accepted.into_iter().filter_map(|it| it.parse().ok()).collect()
    }
}

/// The tags in `Accept-Language`, in their order.
#[must_use]
pub fn accepted(header: &str) -> Vec<Language> {
    let tags = header.split(',').filter_map(|it| it.split(';').next()?.trim().parse().ok());
    tags.take(limits::LANGUAGES).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn languages_that_there_are_not_make_no_difference() {
        let of = |asked, header| {
            let Wanted { asked, accepted } = Wanted::read(asked, header);
            (asked, accepted)
        };
        assert_eq!(of(None, ""), (None, None));
        assert_eq!(of(Some("vi-VN"), "de, uk;q=0.8, en;q=0.5"), (Some("vi"), Some("uk")));
        assert_eq!(of(Some("zh-HK"), "zh-Hans"), (Some("zh-Hant"), Some("zh-Hans")));
        assert_eq!(of(Some("klingon"), "tlh"), (None, None));
        assert_eq!(of(Some("en\u{0}"), "*"), (None, None));
        assert_eq!(of(Some(""), ";;;,,,"), (None, None));
    }

    #[test]
    fn however_many_are_made_up_there_are_few_answers() {
        let made_up = |n: u32| {
            let tag = LANGUAGES[n as usize % LANGUAGES.len()];
            (format!("{tag}-x{n}"), format!("q{n}, {tag}-{n:03};q=0.{n}, x-{n}"))
        };
        let answers: BTreeSet<Wanted> = (0..2_000)
            .map(made_up)
            .map(|(asked, header)| Wanted::read(Some(&asked), &header))
            .collect();
        let most = (LANGUAGES.len() + 1) * (LANGUAGES.len() + 1);
        assert!(answers.len() <= most, "{} answers", answers.len());
    }
}
