//! What the form of a site holds, and what it must hold before it is sent.

use inbox_protocol::http::{Site, SiteForm};
use inbox_text::{Phrase, console};
use inbox_types::{Language, Millis, SiteSettings, Text, is_blank, limits, secret::ParameterName};

use crate::model::origins::origins;

/// Letters of a public key, its beginning included.
const PUBLIC_KEY_CHARS: usize = 49;

/// A site as its form holds it, every field as it was typed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SiteDraft {
    /// The name.
    pub name: String,
    /// One origin a line.
    pub origins: String,
    /// The department's id, or nothing.
    pub department: String,
    /// The switches.
    pub settings: SiteSettings,
    /// The main language's tag.
    pub main_language: String,
    /// Minutes until an inactive session is closed; 0 is off.
    pub inactivity: String,
    /// Hours within which an ended session goes on.
    pub reopen: String,
    /// Characters of a visitor's message.
    pub visitor_chars: String,
    /// Characters of an agent's message.
    pub agent_chars: String,
    /// The colour.
    pub color: String,
    /// The team's name.
    pub title: String,
    /// The greeting in the main language.
    pub greeting: String,
    /// One secret parameter a line.
    pub secrets: String,
    /// The webhook's address.
    pub webhook: String,
    /// Whether its receiver may write into conversations.
    pub answers: bool,
    /// The public key that its answers may be signed with.
    pub key: String,
    /// Minutes after which new conversations come to the desk while it is away; 0 is never.
    pub failover: String,
}

impl SiteDraft {
    /// The form of a site that exists.
    #[must_use]
    pub fn of(site: &Site) -> Self {
        let origins: Vec<&str> = site.origins.iter().map(Text::as_str).collect();
        Self {
            name: site.name.as_str().to_owned(),
            origins: origins.join("\n"),
            department: site.department.as_ref().map(ToString::to_string).unwrap_or_default(),
            webhook: site.webhook.as_ref().map(|it| it.url.as_str().to_owned()).unwrap_or_default(),
            answers: site.webhook.as_ref().is_some_and(|it| it.answers),
            ..Self::with(site.settings.clone())
        }
    }

    /// The form of a site that does not exist yet.
    #[must_use]
    pub fn empty() -> Self {
        Self::with(SiteSettings::default())
    }

    /// The form of a site of which only the settings are known. A time that is no whole number of minutes or
    /// hours is rounded up: down it could become 0, which says something else.
    fn with(settings: SiteSettings) -> Self {
        let look = &settings.appearance;
        let greeting = look.greeting.get(&settings.main_language);
        let secrets: Vec<&str> = settings.secret_parameters.iter().map(Text::as_str).collect();
        Self {
            name: String::new(),
            origins: String::new(),
            department: String::new(),
            main_language: settings.main_language.as_str().to_owned(),
            inactivity: settings.inactivity.0.div_ceil(60_000).to_string(),
            reopen: settings.reopen_window.0.div_ceil(3_600_000).to_string(),
            visitor_chars: settings.visitor_max_chars.to_string(),
            agent_chars: settings.agent_max_chars.to_string(),
            color: look.color.as_str().to_owned(),
            title: look.title.as_ref().map(|it| it.as_str().to_owned()).unwrap_or_default(),
            greeting: greeting.map(|it| it.as_str().to_owned()).unwrap_or_default(),
            secrets: secrets.join("\n"),
            webhook: String::new(),
            answers: false,
            key: settings.inbox_key.as_ref().map(Text::as_str).unwrap_or_default().to_owned(),
            failover: settings.failover.0.div_ceil(60_000).to_string(),
            settings,
        }
    }

    /// The form of a new site of which only the name and the address are known.
    #[must_use]
    pub fn new(name: String, address: String) -> Self {
        Self { name, origins: address, ..Self::empty() }
    }

    /// What is sent.
    ///
    /// # Errors
    ///
    /// The sentence that says which field is wrong.
    pub fn form(&self) -> Result<SiteForm, Phrase> {
        let name = self.name.clone().try_into().map_err(|_| console::WRONG_NAME)?;
        let department = self.department.parse().ok();
        let webhook_url = optional(&self.webhook).map_err(|()| console::WRONG_WEBHOOK)?;
        Ok(SiteForm {
            name,
            origins: origins(&self.origins)?,
            department,
            settings: self.site_settings()?,
            webhook_url,
            webhook_answers: self.answers,
        })
    }

    /// The public key. Where answers are off its field is not shown, so that a wrong one there is none.
    fn public_key(&self) -> Result<Option<Text<64>>, Phrase> {
        let key = self.key.trim();
        let looks_like_one = key.starts_with("whpk_") && key.len() == PUBLIC_KEY_CHARS;
        match optional(key) {
            Ok(None) => Ok(None),
            Ok(key) if looks_like_one => Ok(key),
            Ok(Some(_)) | Err(()) if self.answers => Err(console::WRONG_KEY),
            Ok(Some(_)) | Err(()) => Ok(None),
        }
    }

    fn site_settings(&self) -> Result<SiteSettings, Phrase> {
        let mut settings = self.settings.clone();
        let language: Language = self.main_language.parse().map_err(|_| console::WRONG_LANGUAGE)?;
        let chars = |text: &str| -> Result<u32, Phrase> {
            let n: u32 = text.trim().parse().map_err(|_| console::WRONG_CHARS)?;
            let legal = (1..=limits::MESSAGE_CHARS_MAX).contains(&n);
            if legal { Ok(n) } else { Err(console::WRONG_CHARS) }
        };
        settings.inactivity = Millis::minutes(number(&self.inactivity, 10_080)?);
        settings.inbox_key = self.public_key()?;
        settings.failover = Millis::minutes(number(&self.failover, 10_080)?);
        settings.reopen_window = Millis::hours(number(&self.reopen, 720)?);
        settings.visitor_max_chars = chars(&self.visitor_chars)?;
        settings.agent_max_chars = chars(&self.agent_chars)?;
        settings.secret_parameters = secrets(&self.secrets)?;
        settings.appearance.color = color(&self.color)?;
        settings.appearance.title = optional(&self.title).map_err(|()| console::WRONG_NAME)?;
        match optional(&self.greeting).map_err(|()| console::WRONG_GREETING)? {
            Some(greeting) => settings.appearance.greeting.insert(language.clone(), greeting),
            None => settings.appearance.greeting.remove(&language),
        };
        settings.main_language = language;
        Ok(settings)
    }
}

fn optional<const MAX: usize>(text: &str) -> Result<Option<Text<MAX>>, ()> {
    if is_blank(text) {
        return Ok(None);
    }
    text.to_owned().try_into().map(Some).map_err(|_| ())
}

/// A whole number up to `most`.
///
/// # Errors
///
/// The sentence that says so.
pub fn number(text: &str, most: u64) -> Result<u64, Phrase> {
    text.trim().parse().ok().filter(|it| *it <= most).ok_or(console::WRONG_NUMBER)
}

/// Three waits in minutes, each longer than the one before.
///
/// # Errors
///
/// The sentence that says so.
pub fn wait_levels(minutes: &[String; 3]) -> Result<[Millis; 3], Phrase> {
    let most = limits::WAIT_LEVEL.0 / 60_000;
    let [first, second, third] = minutes.each_ref().map(|it| number(it, most));
    let waits = [first?, second?, third?];
    let rise = 0 < waits[0] && waits.is_sorted_by(|one, other| one < other);
    if rise { Ok(waits.map(Millis::minutes)) } else { Err(console::WRONG_WAITS) }
}

fn color(text: &str) -> Result<Text<7>, Phrase> {
    let digits = text.trim().strip_prefix('#').ok_or(console::WRONG_COLOR)?;
    if digits.len() != 6 || !digits.bytes().all(|it| it.is_ascii_hexdigit()) {
        return Err(console::WRONG_COLOR);
    }
    format!("#{digits}").try_into().map_err(|_| console::WRONG_COLOR)
}

/// One name of a parameter a line.
fn secrets(lines: &str) -> Result<Vec<ParameterName>, Phrase> {
    let lines = lines.lines().map(str::trim).filter(|it| !it.is_empty());
    let names = lines.map(|it| it.to_owned().try_into()).collect::<Result<Vec<_>, _>>();
    names.ok().filter(|it| it.len() <= limits::SECRET_PARAMETERS).ok_or(console::WRONG_SECRETS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft() -> SiteDraft {
        SiteDraft {
            name: "Shop".to_owned(),
            origins: "https://shop.example/\n\nhttp://shop.localhost:8787".to_owned(),
            ..SiteDraft::empty()
        }
    }

    #[test]
    fn a_complete_form_is_sent() {
        let form = draft().form().expect("it is complete");
        let origins: Vec<&str> = form.origins.iter().map(Text::as_str).collect();
        assert_eq!(origins, ["https://shop.example", "http://shop.localhost:8787"]);
        assert_eq!(form.settings, SiteSettings::default());
    }

    #[track_caller]
    fn wrong(draft: &SiteDraft, phrase: &Phrase) {
        assert_eq!(draft.form().expect_err("it is wrong"), *phrase);
    }

    #[test]
    fn each_wrong_field_is_named() {
        wrong(&SiteDraft { name: " ".to_owned(), ..draft() }, &console::WRONG_NAME);
        wrong(&SiteDraft { origins: String::new(), ..draft() }, &console::WRONG_NO_ORIGIN);
        let typed = "https://shop".to_owned();
        wrong(&SiteDraft { origins: typed, ..draft() }, &console::wrong_origin("https://shop"));
        wrong(&SiteDraft { color: "red".to_owned(), ..draft() }, &console::WRONG_COLOR);
        wrong(&SiteDraft { inactivity: "-1".to_owned(), ..draft() }, &console::WRONG_NUMBER);
        wrong(&SiteDraft { agent_chars: "0".to_owned(), ..draft() }, &console::WRONG_CHARS);
        wrong(&SiteDraft { secrets: "x".repeat(61), ..draft() }, &console::WRONG_SECRETS);
        wrong(&SiteDraft { secrets: "x\n".repeat(51), ..draft() }, &console::WRONG_SECRETS);
    }

    #[test]
    fn a_time_shorter_than_its_unit_is_not_switched_off_by_saving() {
        let short = Millis::seconds(20);
        let settings = SiteSettings {
            inactivity: short,
            failover: short,
            reopen_window: short,
            ..SiteSettings::default()
        };
        let sent = SiteDraft::with(settings).site_settings().expect("it is complete");
        assert_eq!([sent.inactivity, sent.failover], [Millis::minutes(1); 2]);
        assert_eq!(sent.reopen_window, Millis::hours(1));
    }

    #[test]
    fn a_public_key_is_whole_where_answers_are_on() {
        let key = format!("whpk_{}=", "A".repeat(43));
        let with = |key: &str, answers| SiteDraft { key: key.to_owned(), answers, ..draft() };
        let sent = |key: &str, answers| with(key, answers).form().map(|it| it.settings.inbox_key);
        let some = Some(key.clone().try_into().expect("it is short enough"));
        assert_eq!(sent(&format!(" {key} "), true), Ok(some.clone()));
        assert_eq!(sent(" ", true), Ok(None));
        for wrong_key in [&key[5..], &key[..48], &key.replace("whpk_", "whsec"), &key.repeat(2)] {
            wrong(&with(wrong_key, true), &console::WRONG_KEY);
            // Its field is hidden: nobody could correct it.
            assert_eq!(sent(wrong_key, false), Ok(None));
        }
        assert_eq!(sent(&key, false), Ok(some));
    }

    #[test]
    fn dk61_each_of_three_waits_is_longer_than_the_one_before() {
        let of = |waits: [&str; 3]| wait_levels(&waits.map(str::to_owned));
        assert_eq!(of(["1", "3", " 5 "]), Ok([1, 3, 5].map(Millis::minutes)));
        for waits in [["0", "3", "5"], ["1", "1", "5"], ["5", "3", "1"]] {
            assert_eq!(of(waits), Err(console::WRONG_WAITS));
        }
        assert_eq!(of(["1", "3", "1441"]), Err(console::WRONG_NUMBER));
        assert_eq!(of(["1", "", "5"]), Err(console::WRONG_NUMBER));
    }

    #[test]
    fn secret_parameters_are_named_one_a_line() {
        let draft = SiteDraft { secrets: " member_no \n\nvoucher".to_owned(), ..draft() };
        let names = draft.form().expect("it is complete").settings.secret_parameters;
        assert_eq!(names.iter().map(Text::as_str).collect::<Vec<_>>(), ["member_no", "voucher"]);
    }

    #[test]
    fn the_greeting_belongs_to_the_main_language() {
        let draft = SiteDraft {
            greeting: "Xin chào".to_owned(),
            main_language: "vi".to_owned(),
            ..draft()
        };
        let look = draft.form().expect("it is complete").settings.appearance;
        let languages: Vec<&str> = look.greeting.keys().map(Language::as_str).collect();
        assert_eq!(languages, ["vi"]);
    }
}
