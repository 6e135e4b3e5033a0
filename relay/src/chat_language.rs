//! The language that a visitor's chat begins in: what a page and its browser want, brought down to
//! the languages that there are.
//!
//! What the edge keeps for a moment is kept by these, so nobody passes it by with made-up languages.

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

/// The language that the chat begins in: what the page asks for, then what the browser reads, then
/// the site's main language. `forced` sites have one language for everybody, whatever the browser
/// says (D-language-of-system-lines).
#[must_use]
pub fn language(
    asked: Option<&str>,
    accepted: &[Language],
    main: &Language,
    forced: bool,
) -> &'static str {
    let accepted = if forced { &[][..] } else { accepted };
    let wanted: Vec<&str> = asked
        .into_iter()
        .chain(accepted.iter().map(Language::as_str))
        .chain([main.as_str(), "en"])
        .collect();
    negotiate(&wanted, LANGUAGES).unwrap_or("en")
}

/// The language that the page asks for, if there is one.
#[must_use]
pub fn asked(tag: Option<&str>) -> Option<&str> {
    tag.filter(|it| it.parse::<Language>().is_ok() && negotiate(&[it], LANGUAGES).is_some())
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

    fn tag(tag: &str) -> Language {
        tag.parse().expect("a language")
    }

    #[test]
    fn the_page_is_asked_first_then_the_browser_then_the_site() {
        let accepted = [tag("fr-CA"), tag("zh-TW"), tag("vi")];
        assert_eq!(language(Some("uk-UA"), &accepted, &tag("en"), false), "uk");
        assert_eq!(language(None, &accepted, &tag("en"), false), "zh-Hant");
        assert_eq!(language(None, &[tag("tlh")], &tag("vi"), false), "vi");
        assert_eq!(language(Some("tlh"), &[], &tag("tlh"), false), "en");
    }

    #[test]
    fn a_site_can_have_one_language_for_every_browser() {
        assert_eq!(language(None, &[tag("uk")], &tag("vi"), true), "vi");
    }

    #[test]
    fn only_what_is_a_language_and_translated_was_asked_for() {
        assert_eq!(asked(Some("zh-TW")), Some("zh-TW"));
        assert_eq!(asked(Some("tlh")), None);
        assert_eq!(asked(Some("vi<script>")), None);
        assert_eq!(asked(None), None);
    }
}
