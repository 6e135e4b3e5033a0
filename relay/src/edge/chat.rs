//! The two things that a visitor's browser is given first: the loader for one site in one language,
//! and the chat's page with the panel already in it, so that one can type before the app is there.

use std::{collections::BTreeMap, fmt::Write as _};

use inbox_protocol::{LauncherConfig, LauncherTexts, PublicConfig};
use inbox_text::{Catalogue, console, loader, negotiate, widget};
use inbox_types::{
    Language,
    avatar::{hue, initials},
    secret::secrets,
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::html::{html_text, script_json};

/// Where the built loader has its configuration.
const CONFIG_MARK: &str = "__PORCHLIGHT_CONFIG__";
/// People in the panel's head.
const TEAM: usize = 3;

/// The chat's page as `dist` built it, with names in double braces where the site's own things stand.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub struct FramePage {
    /// The page.
    pub html: String,
    /// The hash of its script, as a policy has it.
    pub script_hash: String,
    /// The hash of its style.
    pub style_hash: String,
}

/// Where the texts of a language are listed in the manifest.
#[must_use]
pub fn texts_name(language: &str) -> String {
    format!("widget/text/{language}.txt")
}

/// The texts of the published lines. None of those that are said here counts anything.
#[must_use]
pub fn catalogue(lines: &str) -> Catalogue {
    Catalogue::parse(lines, Box::new(|_| "other".to_owned()))
}

/// What a page's loader evaluates.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Proactive<'a> {
    /// No campaign is live: the loader comes without its evaluator.
    Nothing,
    /// Those that are live.
    Live(&'a Value),
    /// One, to be looked at.
    Preview(&'a Value),
}

impl<'a> Proactive<'a> {
    /// The built file that can do it.
    #[must_use]
    pub fn file(self) -> &'static str {
        match self {
            Self::Nothing => "loader.js",
            Self::Live(_) | Self::Preview(_) => "proactive.js",
        }
    }

    fn campaigns(self) -> Option<&'a Value> {
        match self {
            Self::Nothing => None,
            Self::Live(campaigns) | Self::Preview(campaigns) => Some(campaigns),
        }
    }
}

/// The loader for this site.
///
/// # Errors
///
/// If the configuration cannot be JSON.
pub fn loader_script(
    code: &str,
    config: &PublicConfig,
    texts: &Catalogue,
    asked: Option<&str>,
    proactive: Proactive<'_>,
) -> Result<String, serde_json::Error> {
    let launcher = LauncherConfig {
        site: &config.site,
        origin: &config.origin,
        color: &config.appearance.color,
        on_color: readable_on(config.appearance.color.as_str()),
        at_start: config.appearance.at_start,
        language: texts.language(),
        texts: LauncherTexts {
            open: texts.say(&loader::OPEN),
            close: texts.say(&loader::CLOSE),
            title: texts.say(&loader::TITLE),
            unread: texts.say(&loader::unread("{count}")),
            failed: texts.say(&loader::FAILED),
            again: texts.say(&loader::AGAIN),
        },
        secrets: secrets(&config.secret_parameters),
        asked,
        campaigns: proactive.campaigns(),
        preview: matches!(proactive, Proactive::Preview(_)),
    };
    Ok(code.replacen(CONFIG_MARK, &script_json(&launcher)?, 1))
}

/// What tells the page's author why the chat did not come: the origins that may embed it.
///
/// # Errors
///
/// If the configuration cannot be JSON.
pub fn why_script(
    code: &str,
    config: &PublicConfig,
    origins: &[String],
) -> Result<String, serde_json::Error> {
    let known = json!({ "origin": config.origin, "origins": origins, "site": config.site });
    Ok(code.replacen(CONFIG_MARK, &script_json(&known)?, 1))
}

/// Black or white, whichever reads better on `#rrggbb`, as `widget/loader/src/colour.ts` has it: the
/// contrast is at least 4.5 (WCAG 2.2, 1.4.3).
fn readable_on(colour: &str) -> &'static str {
    let light = |at: usize, weight: f64| {
        let part = colour.get(at..at + 2).and_then(|it| u8::from_str_radix(it, 16).ok());
        weight * (f64::from(part.unwrap_or_default()) / 255.0).powf(2.2)
    };
    if light(1, 0.2126) + light(3, 0.7152) + light(5, 0.0722) > 0.18 { "#000" } else { "#fff" }
}

/// What the page is filled with.
#[derive(Clone, Copy, Debug)]
pub struct Filling<'a> {
    /// The site.
    pub config: &'a PublicConfig,
    /// The origins that may embed the chat.
    pub origins: &'a [String],
    /// The texts as they travel.
    pub lines: &'a str,
    /// The built files' addresses, by their names.
    pub manifest: &'a BTreeMap<String, String>,
}

/// The chat's page for this site.
///
/// # Errors
///
/// If the configuration cannot be JSON.
pub fn frame_page(page: &FramePage, filling: &Filling<'_>) -> Result<String, serde_json::Error> {
    let Filling { config, origins, lines, manifest } = filling;
    let texts = catalogue(lines);
    let config_json = script_json(config)?;
    let lines_json = script_json(lines)?;
    let say = |phrase| html_text(&texts.say(&phrase));
    Ok(fill(&page.html, |name| match name {
        "config" => config_json.clone(),
        "lines" => lines_json.clone(),
        "origins" => html_text(&origins.join(" ")),
        "lang" => html_text(texts.language()),
        "dir" => texts.direction().as_str().to_owned(),
        "title" => say(loader::TITLE),
        "panel" => say(widget::panel(&config.title)),
        "name" => html_text(&config.title),
        "team" => config.team.iter().take(TEAM).map(|it| avatar(it.name.as_str())).collect(),
        "portrait" => avatar(&config.title),
        "hint" => config.hint.as_ref().map_or_else(String::new, |it| html_text(&it.text)),
        "menu" => say(widget::MENU),
        "close" => say(widget::CLOSE),
        "transcript" => say(widget::TRANSCRIPT),
        "greeting" => html_text(&greeting(config, &texts)),
        "label" => say(widget::MESSAGE_LABEL),
        "placeholder" => say(widget::MESSAGE_PLACEHOLDER),
        "attach" => say(widget::ATTACH),
        "send" => say(widget::SEND),
        "texts" => address(manifest, &texts_name(texts.language())),
        file => address(manifest, file),
    }))
}

/// The console's page with what it says when its app has stopped, which that can say no more.
#[must_use]
pub fn fill_texts(html: &str, texts: &Catalogue) -> String {
    let say = |phrase| html_text(&texts.say(&phrase));
    fill(html, |name| match name {
        "lang" => html_text(texts.language()),
        "dir" => texts.direction().as_str().to_owned(),
        "stopped_title" => say(console::CRASH_TITLE),
        "stopped_text" => say(console::CRASH_TEXT),
        "stopped_reload" => say(console::CRASH_RELOAD),
        _ => String::new(),
    })
}

fn address(manifest: &BTreeMap<String, String>, name: &str) -> String {
    manifest.get(name).map(|it| html_text(it)).unwrap_or_default()
}

/// The first words: the site's own, if it has some in this language, and when somebody is there if nobody
/// is now.
fn greeting(config: &PublicConfig, texts: &Catalogue) -> String {
    let greetings = &config.appearance.greeting;
    let available: Vec<&str> = greetings.keys().map(Language::as_str).collect();
    let found = negotiate(&[texts.language()], &available);
    let own = greetings.iter().find(|it| Some(it.0.as_str()) == found);
    let words = own.map_or_else(|| texts.say(&widget::GREETING), |it| it.1.as_str().to_owned());
    match &config.hint {
        Some(hint) => [&words, "\n", &hint.text].concat(),
        None => words,
    }
}

/// As `widget/src/view/head.rs` draws it.
fn avatar(name: &str) -> String {
    let mut html = String::new();
    // Writing to a string cannot fail.
    let _ = write!(
        html,
        r#"<span class="avatar hue-{}" aria-hidden="true">{}</span>"#,
        hue(name),
        html_text(&initials(name)),
    );
    html
}

/// Puts values where their names stand, in one pass: a value is never read for names.
fn fill(template: &str, value: impl Fn(&str) -> String) -> String {
    let mut filled = String::with_capacity(template.len() * 2);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        filled.push_str(before);
        let Some((name, after)) = after.split_once("}}") else {
            rest = after;
            break;
        };
        filled.push_str(&value(name));
        rest = after;
    }
    filled.push_str(rest);
    filled
}

// The texts themselves are on the host only.
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use inbox_types::{Appearance, MemberCard};

    use super::*;

    fn tag(tag: &str) -> Language {
        tag.parse().expect("a language")
    }

    fn config() -> PublicConfig {
        PublicConfig {
            site: "main-x".parse().expect("an id"),
            origin: "https://w.example".into(),
            title: "Fern & <Clay> {{lines}}".into(),
            appearance: Appearance::default(),
            main_language: tag("en"),
            force_main_language: false,
            team: ["Ana Silva", "Ben", "Eva", "Kim"]
                .map(|it| MemberCard {
                    id: "m1".parse().expect("an id"),
                    name: it.to_owned().try_into().expect("a name"),
                })
                .into(),
            max_chars: 1_000,
            secret_parameters: vec!["member_no".to_owned().try_into().expect("short")],
            hint: None,
        }
    }

    fn lines(language: &str) -> &'static str {
        inbox_text::asset("widget", language).expect("a language that is translated")
    }

    fn filled(html: &str, config: &PublicConfig) -> String {
        let page =
            FramePage { html: html.into(), script_hash: String::new(), style_hash: String::new() };
        let manifest = BTreeMap::from([("widget.js".to_owned(), "/assets/w.js".to_owned())]);
        let origins = ["https://shop.example".to_owned(), "https://*.shop.example".to_owned()];
        let filling =
            Filling { config, origins: &origins, lines: lines("vi"), manifest: &manifest };
        frame_page(&page, &filling).expect("it is JSON")
    }

    /// How people try to be part of a page.
    fn markup() -> Vec<String> {
        let list = include_str!("../../../tests/harness/markup.json");
        serde_json::from_str(list).expect("a list of texts")
    }

    #[test]
    fn what_people_wrote_is_text_of_the_page_and_data_of_the_loader() {
        const PAGE: &str = "<html lang=\"{{lang}}\"><title>{{title}}</title><h1 title=\"{{name}}\" \
             aria-label='{{panel}}'>{{name}}</h1><p title=\"{{greeting}}\">{{greeting}}</p>{{portrait}}{{team}}";
        const DATA: &str = "<script type=\"application/json\">{{config}}</script>";
        let said = |said: &str| {
            let mut config = config();
            config.title = said.to_owned();
            let name = |raw: &str| inbox_types::Text::cut(raw).expect("a name");
            config.team.truncate(1);
            config.team[0].name = name(said);
            config.appearance.greeting =
                [(tag("vi"), inbox_types::Text::cut(said).expect("a text"))].into();
            config
        };
        let signs = |page: &str| ["<", ">", "\"", "'"].map(|it| page.matches(it).count());
        let plain = signs(&filled(PAGE, &said("Fern")));
        for it in markup() {
            let config = said(&it);
            let page = filled(PAGE, &config);
            assert_eq!(signs(&page), plain, "{it} became {page}");
            let data = filled(DATA, &config);
            let json = data.trim_start_matches("<script type=\"application/json\">");
            let json = json.trim_end_matches("</script>");
            assert!(!json.contains(['<', '>', '\u{2028}']), "{it} became {json}");
            let read: PublicConfig = serde_json::from_str(json).expect("it is JSON");
            assert_eq!(read, config);
            let campaigns = serde_json::json!([[it, { "text": it }]]);
            let texts = catalogue(lines("en"));
            let live = Proactive::Live(&campaigns);
            let script = loader_script("start(__PORCHLIGHT_CONFIG__)", &config, &texts, None, live)
                .expect("it is JSON");
            let json = script.trim_start_matches("start(").trim_end_matches(')');
            assert!(!json.contains(['<', '>', '\u{2028}']), "{it} became {json}");
            let read: Value = serde_json::from_str(json).expect("it is JSON");
            assert_eq!(read["campaigns"], campaigns);
        }
    }

    #[test]
    fn the_loader_has_the_texts_of_one_language() {
        let texts = catalogue(lines("vi"));
        let code = "start(__PORCHLIGHT_CONFIG__)";
        let script = loader_script(code, &config(), &texts, Some("vi-VN"), Proactive::Nothing)
            .expect("it is JSON");
        let json = script.trim_start_matches("start(").trim_end_matches(')');
        let read: serde_json::Value = serde_json::from_str(json).expect("it is JSON");
        assert_eq!(read["language"], "vi");
        assert_eq!(read["asked"], "vi-VN");
        assert_eq!((&read["color"], &read["on_color"]), (&json!("#0b5fff"), &json!("#fff")));
        assert!(read["secrets"].as_str().is_some_and(|it| it.contains(r"|member\_no)")), "{read}");
        assert_eq!(read["texts"]["again"], texts.say(&loader::AGAIN));
        assert_eq!(read["texts"]["open"], texts.say(&loader::OPEN));
        assert!(read["texts"]["unread"].as_str().is_some_and(|it| it.contains("{count}")));
        assert_eq!((read.get("campaigns"), read.get("preview")), (None, None));
    }

    #[test]
    fn text_on_any_colour_has_the_contrast_that_it_needs() {
        let linear = |part: u32| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        };
        for (red, green, blue) in (0..=255)
            .step_by(15)
            .flat_map(|red| (0..=255).step_by(5).map(move |green| (red, green)))
            .flat_map(|(red, green)| (0..=255).step_by(17).map(move |blue| (red, green, blue)))
        {
            let light = 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
            let contrast = match readable_on(&format!("#{red:02x}{green:02x}{blue:02x}")) {
                "#000" => (light + 0.05) / 0.05,
                _ => 1.05 / (light + 0.05),
            };
            assert!(4.5 <= contrast, "{red} {green} {blue}");
        }
    }

    #[test]
    fn the_frame_knows_who_may_embed_it() {
        let page = filled("<i data-origins=\"{{origins}}\">", &config());
        assert_eq!(page, "<i data-origins=\"https://shop.example https://*.shop.example\">");
    }

    #[test]
    fn why_the_chat_did_not_come_is_told_from_the_list_of_origins() {
        let origins = ["https://shop.example".to_owned()];
        let script =
            why_script("why(__PORCHLIGHT_CONFIG__)", &config(), &origins).expect("it is JSON");
        assert!(script.contains(r#""origins":["https://shop.example"]"#), "{script}");
    }

    #[test]
    fn campaigns_are_data_of_the_loader_and_cannot_end_its_script() {
        let texts = catalogue(lines("en"));
        let campaigns = serde_json::json!(["</script><script>alert(1)"]);
        let script = |proactive| {
            loader_script("start(__PORCHLIGHT_CONFIG__)", &config(), &texts, None, proactive)
                .expect("it is JSON")
        };
        let live = script(Proactive::Live(&campaigns));
        assert!(!live.contains('<') && !live.contains("\"preview\""), "{live}");
        let json = live.trim_start_matches("start(").trim_end_matches(')');
        let read: Value = serde_json::from_str(json).expect("it is JSON");
        assert_eq!(read["campaigns"], campaigns);
        assert!(script(Proactive::Preview(&campaigns)).contains("\"preview\":true"));
    }

    #[test]
    fn the_evaluator_comes_only_where_a_campaign_is() {
        let campaigns = serde_json::json!([]);
        assert_eq!(Proactive::Nothing.file(), "loader.js");
        assert_eq!(Proactive::Live(&campaigns).file(), "proactive.js");
        assert_eq!(Proactive::Preview(&campaigns).file(), "proactive.js");
    }

    #[test]
    fn the_page_speaks_the_language_and_names_the_team() {
        let page = filled(
            "<html lang=\"{{lang}}\" dir=\"{{dir}}\"><i title=\"{{send}}\">{{team}}<a href=\"{{widget.js}}\">",
            &config(),
        );
        assert!(page.starts_with("<html lang=\"vi\" dir=\"ltr\">"), "{page}");
        assert!(page.contains(&catalogue(lines("vi")).say(&widget::SEND)));
        assert!(page.contains(">AS</span>"), "{page}");
        assert_eq!(page.matches("avatar").count(), 3);
        assert!(page.ends_with("<a href=\"/assets/w.js\">"));
    }

    #[test]
    fn what_a_site_is_called_is_neither_markup_nor_a_name() {
        let page = filled("<h1>{{name}}</h1><script>{{config}}</script>", &config());
        assert!(page.contains("<h1>Fern &amp; &lt;Clay&gt; {{lines}}</h1>"), "{page}");
        assert_eq!(page.matches("</script>").count(), 1);
    }

    #[test]
    fn the_sites_own_greeting_comes_first() {
        let mut config = config();
        let own = "Chào <bạn>".to_owned().try_into().expect("short");
        config.appearance.greeting.insert(tag("vi-VN"), own);
        assert_eq!(filled("{{greeting}}", &config), "Chào &lt;bạn&gt;");
        config.appearance.greeting.clear();
        assert_eq!(filled("{{greeting}}", &config), catalogue(lines("vi")).say(&widget::GREETING));
    }
}
