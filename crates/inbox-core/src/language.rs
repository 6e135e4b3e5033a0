//! Which language a text, a browser and a site speak to whom (section 7 of the model).

use inbox_types::{Detection, Language, SiteSettings};

use crate::LanguageState;

/// How sure a detector must be of a text before it changes a language, in percent.
pub const CERTAIN_PERCENT: u8 = 95;

/// The language that a text changes the conversation to, if it does.
pub(crate) fn heard(
    state: &LanguageState,
    browser: &[Language],
    detection: &Detection,
) -> Option<Language> {
    if state.agent.is_some() || state.visitor.is_some() || detection.confidence < CERTAIN_PERCENT {
        return None;
    }
    let heard = detection.language.as_ref()?;
    let in_force = state.in_force().map(|(language, _)| language);
    let known: Vec<&Language> = in_force.into_iter().chain(browser).collect();
    let spoken = Spoken::of(heard).with_script_from(&known);
    match in_force {
        Some(language) if Spoken::of(language).with_script_from(&known) == spoken => None,
        Some(_) | None => {
            let as_browser_says = browser.iter().find(|it| Spoken::of(it) == spoken);
            Some(as_browser_says.cloned().unwrap_or_else(|| spoken.tag(heard)))
        }
    }
}

/// The language in which a visitor is shown the system's words (C10).
#[must_use]
pub fn of_system_messages(
    state: &LanguageState,
    site: &SiteSettings,
    is_translated: impl Fn(&Language) -> bool,
) -> Language {
    state
        .in_force()
        .map(|(language, _)| language)
        .filter(|language| !site.force_main_language && is_translated(language))
        .unwrap_or(&site.main_language)
        .clone()
}

/// What is spoken, whatever the region. Chinese in its two scripts is two languages.
#[derive(Clone, PartialEq, Eq)]
struct Spoken {
    primary: String,
    script: Option<Script>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Script {
    Hans,
    Hant,
}

impl Spoken {
    fn of(language: &Language) -> Self {
        let mut parts = language.as_str().split('-');
        let primary = parts.next().unwrap_or_default().to_ascii_lowercase();
        let script = (primary == "zh").then(|| parts.find_map(Script::of)).flatten();
        Self { primary, script }
    }

    /// What a text does not tell is what the browser says, and else the likelier script.
    fn with_script_from(mut self, known: &[&Language]) -> Self {
        if self.primary == "zh" && self.script.is_none() {
            let told = known.iter().find_map(|it| Self::of(it).script);
            self.script = Some(told.unwrap_or(Script::Hans));
        }
        self
    }

    fn tag(&self, heard: &Language) -> Language {
        let tag = match self.script {
            Some(Script::Hans) => "zh-Hans",
            Some(Script::Hant) => "zh-Hant",
            None => return heard.clone(),
        };
        Language::try_from(tag.to_owned()).unwrap_or_else(|_| heard.clone())
    }
}

impl Script {
    /// The script that a subtag names, or that its region writes.
    fn of(subtag: &str) -> Option<Self> {
        match subtag.to_ascii_lowercase().as_str() {
            "hans" | "cn" | "sg" | "my" => Some(Self::Hans),
            "hant" | "tw" | "hk" | "mo" => Some(Self::Hant),
            _ => None,
        }
    }
}
