//! Which of the languages we have somebody gets.

/// The first wanted language that is available, exactly or as the same written language;
/// none if there is no such one.
///
/// Traditional and Simplified Chinese are two languages: `zh-TW`, `zh-HK` and `zh-MO` want the
/// first, every other Chinese the second. Otherwise the part before the hyphen decides.
#[must_use]
pub fn negotiate<'a>(wanted: &[&str], available: &[&'a str]) -> Option<&'a str> {
    wanted.iter().find_map(|wanted| {
        let wanted = written(wanted);
        available.iter().copied().find(|it| written(it) == wanted)
    })
}

/// The tag of the written language: what decides whether a text can be read.
fn written(tag: &str) -> String {
    let tag = tag.to_ascii_lowercase();
    let mut subtags = tag.split(['-', '_']);
    let language = subtags.next().unwrap_or_default();
    if language != "zh" {
        return language.to_owned();
    }
    let mut traditional = false;
    for subtag in subtags {
        match subtag {
            "hant" | "tw" | "hk" | "mo" => traditional = true,
            // The script says more than the region.
            "hans" => return "zh-hans".to_owned(),
            _ => (),
        }
    }
    if traditional { "zh-hant" } else { "zh-hans" }.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const OURS: [&str; 5] = ["en", "uk", "vi", "zh-Hans", "zh-Hant"];

    #[track_caller]
    fn check(wanted: &[&str], expected: Option<&str>) {
        assert_eq!(negotiate(wanted, &OURS), expected);
    }

    #[test]
    fn a_region_does_not_matter() {
        check(&["vi-VN"], Some("vi"));
        check(&["EN_us"], Some("en"));
    }

    #[test]
    fn the_first_that_we_have_wins() {
        check(&["fr-CA", "uk", "en"], Some("uk"));
    }

    #[test]
    fn chinese_is_two_languages() {
        check(&["zh-TW"], Some("zh-Hant"));
        check(&["zh-HK"], Some("zh-Hant"));
        check(&["zh-Hant-CN"], Some("zh-Hant"));
        check(&["zh-CN"], Some("zh-Hans"));
        check(&["zh-Hans-HK"], Some("zh-Hans"));
        check(&["zh"], Some("zh-Hans"));
    }

    #[test]
    fn a_language_that_we_lack_is_none() {
        check(&["ar", "fa"], None);
        check(&[], None);
    }
}
