//! What browsers load: the loader for a site, the page of its chat, and the console's page.

use std::{collections::BTreeMap, rc::Rc};

use inbox_hours::open_state;
use inbox_protocol::{PublicConfig, Refusal};
use inbox_text::Catalogue;
use inbox_types::{CampaignId, SiteId, Timestamp};
use worker::{Headers, Response, ResponseBuilder};

use super::{
    assets,
    chat::{self, Filling, FramePage, Proactive},
    hours::{TeamNow, team_hint},
    html::{html_text, script_json},
    incoming::{Incoming, no_store},
    policies,
    reader::Reader,
};
use crate::{
    chat_language::{self, Wanted},
    config,
    platform::{Zone, now},
    refuse::Result,
    requests::call,
    signed::{keys, preview},
    ttl_cache::TtlCache,
    workspace::request::{LoaderPage, SitePage, WorkspaceRequest},
};

const CONSOLE_PAGE: &str = include_str!("../../pages/console.html");
/// Stands in the console's page until the addresses of its texts are put in its place.
const TEXTS_MARK: &str = "__PORCHLIGHT_TEXTS__";

thread_local! {
    /// None of what is no site.
    static PAGES: Rc<TtlCache<Option<Rc<SitePage>>>> = Rc::new(TtlCache::new());
    /// By site and languages.
    static LOADERS: Rc<TtlCache<Option<Rc<LoaderPage>>>> = Rc::new(TtlCache::new());
}

/// Forgets what this isolate has read of sites: one of them was changed through it.
pub(super) fn forget() {
    PAGES.with(|it| it.clear());
    LOADERS.with(|it| it.clear());
}

impl Incoming<'_> {
    /// What everybody may read of a site: for what is asked for with every page view.
    pub(super) async fn page_of(&self, site: &SiteId) -> Result<Rc<SitePage>> {
        let ask = async {
            let ask = WorkspaceRequest::Site { site: site.clone() };
            Ok(Rc::new(call::ask(&config::workspace(self.env)?, &ask).await?))
        };
        let pages = PAGES.with(Rc::clone);
        Ok(pages.find_or_ask(site.as_str(), Timestamp::default(), now, ask).await?.1)
    }

    pub(super) async fn loader(&self, site: &SiteId) -> Result<Response> {
        if self.url.query() == Some("why") {
            return self.why(site).await;
        }
        let preview = self.preview(site)?;
        let page = self.loader_page(site, preview.clone()).await?;
        let proactive = match &page.campaigns {
            None if preview.is_some() => return Err(Refusal::NotFound.into()),
            None => Proactive::Nothing,
            Some(one) if preview.is_some() => Proactive::Preview(one),
            Some(live) => Proactive::Live(live),
        };
        let manifest = assets::manifest(self.env).await?;
        let path = manifest.get(proactive.file()).ok_or(Refusal::Unavailable)?;
        let code = assets::text(self.env, path).await?;
        let texts = chat::catalogue(&self.texts(&page.config, &manifest).await?);
        // In the page's own spelling, by which it knows what it has asked for.
        let asked = self.parameter("lang");
        let asked = chat_language::asked(asked.as_deref());
        let script = chat::loader_script(&code, &page.config, &texts, asked, proactive)?;
        let etag = format!("\"{}\"", keys::fingerprint(&script));
        let headers = Headers::new();
        headers.set("etag", &etag)?;
        let life = if preview.is_some() { "no-store" } else { "public, max-age=60" };
        headers.set("cache-control", life)?;
        headers.set("vary", "accept-language")?;
        headers.set("access-control-allow-origin", "*")?;
        if self.header("if-none-match").trim_start_matches("W/") == etag {
            return Ok(ResponseBuilder::new().with_status(304).with_headers(headers).empty());
        }
        headers.set("content-type", "text/javascript; charset=utf-8")?;
        Ok(ResponseBuilder::new().with_headers(headers).fixed(script.into_bytes()))
    }

    /// What a page asks for whose chat did not come.
    async fn why(&self, site: &SiteId) -> Result<Response> {
        let page = self.page_of(site).await?;
        let manifest = assets::manifest(self.env).await?;
        let path = manifest.get("why.js").ok_or(Refusal::Unavailable)?;
        let code = assets::text(self.env, path).await?;
        let script = chat::why_script(&code, &page.config, &page.origins)?;
        let headers = Headers::new();
        headers.set("content-type", "text/javascript; charset=utf-8")?;
        no_store(ResponseBuilder::new().with_headers(headers).fixed(script.into_bytes()))
    }

    async fn loader_page(
        &self,
        site: &SiteId,
        preview: Option<CampaignId>,
    ) -> Result<Rc<LoaderPage>> {
        let wanted = self.wanted();
        let is_preview = preview.is_some();
        let name = format!("{site} {wanted:?}");
        let ask = async {
            let asked = wanted.asked.map(ToOwned::to_owned);
            let accepted = wanted.accepted_languages();
            let ask = WorkspaceRequest::Loader { site: site.clone(), asked, accepted, preview };
            Ok(Rc::new(call::ask(&config::workspace(self.env)?, &ask).await?))
        };
        if is_preview {
            return ask.await;
        }
        let loaders = LOADERS.with(Rc::clone);
        Ok(loaders.find_or_ask(&name, Timestamp::default(), now, ask).await?.1)
    }

    /// The campaign that somebody wants to look at, if they may.
    fn preview(&self, site: &SiteId) -> Result<Option<CampaignId>> {
        let Some(token) = self.parameter("preview") else { return Ok(None) };
        let campaign = preview::read(&token, site, &self.config.preview_key, now());
        Ok(Some(campaign.ok_or(Refusal::NotFound)?))
    }

    pub(super) async fn frame(&self, site: &SiteId) -> Result<Response> {
        let page = self.page_of(site).await?;
        let manifest = assets::manifest(self.env).await?;
        let path = manifest.get("widget/frame.json").ok_or(Refusal::Unavailable)?;
        let built: FramePage = serde_json::from_str(&assets::text(self.env, path).await?)?;
        let lines = self.texts(&page.config, &manifest).await?;
        let config = self.config_now(&page, chat::catalogue(&lines).language()).await?;
        let filling =
            Filling { config: &config, origins: &page.origins, lines: &lines, manifest: &manifest };
        let html = chat::frame_page(&built, &filling)?;
        let origins = &self.config.origins;
        let policy = policies::frame_policy(&built, &page.origins, &origins.widget, &origins.files);
        let headers = page_headers(&policy)?;
        headers.set("vary", "accept-language")?;
        // An isolated page may have frames only of those that isolate themselves.
        headers.set("cross-origin-embedder-policy", "require-corp")?;
        Ok(ResponseBuilder::new().with_headers(headers).fixed(html.into_bytes()))
    }

    /// The configuration with what is said of the team now. Nobody's face is shown who does not answer.
    async fn config_now(&self, page: &SitePage, language: &str) -> Result<PublicConfig> {
        let SitePage { config, hours, answered_by, .. } = page;
        let mut config = config.clone();
        let zone = Zone::named(hours.time_zone.as_str())?;
        let team = TeamNow {
            state: open_state(hours, &zone, now()),
            is_staffed: !config.team.is_empty(),
            usual_wait: page.usual_wait,
            answered_by: *answered_by,
            at: now(),
        };
        if !team.may_answer() {
            config.team.clear();
        }
        if team.may_be_told_of() {
            // The loader writes it as it is, and `+` is a blank there.
            let own = self.parameter("tz").map(|it| it.replace(' ', "+"));
            let reader = Reader::new(language, own, hours.time_zone.as_str(), team.at);
            let texts = self.console_texts(language).await?;
            config.hint = reader.and_then(|it| team_hint(&texts, &team, &it));
        }
        Ok(config)
    }

    /// The widget's texts in the language that this browser's chat begins in.
    async fn texts(&self, config: &PublicConfig, manifest: &assets::Manifest) -> Result<String> {
        let wanted = self.wanted();
        let language = chat_language::language(
            wanted.asked,
            &wanted.accepted_languages(),
            &config.main_language,
            config.force_main_language,
        );
        let path = manifest.get(&chat::texts_name(language)).ok_or(Refusal::Unavailable)?;
        assets::text(self.env, path).await
    }

    /// The languages that the page asks for in the address and that its browser reads.
    fn wanted(&self) -> Wanted {
        Wanted::read(self.parameter("lang").as_deref(), &self.header("accept-language"))
    }

    pub(super) async fn console(&self) -> Result<Response> {
        let origins = &self.config.origins;
        let html = self.page(CONSOLE_PAGE, "console").await?;
        let accepted = chat_language::accepted(&self.header("accept-language"));
        let english = "en".parse().expect("en is a language");
        let language = chat_language::language(None, &accepted, &english, false);
        let html = chat::fill_texts(&html, &self.console_texts(language).await?);
        let headers = page_headers(&policies::console_policy(&origins.desk, &origins.files))?;
        headers.set("vary", "accept-language")?;
        headers.set("cross-origin-opener-policy", "same-origin")?;
        headers.set("x-frame-options", "DENY")?;
        Ok(ResponseBuilder::new().with_headers(headers).fixed(html.into_bytes()))
    }

    /// The console's texts in a language, and those of opening hours.
    async fn console_texts(&self, language: &str) -> Result<Catalogue> {
        let manifest = assets::manifest(self.env).await?;
        let path = manifest.get(&format!("console/text/{language}.txt"));
        let lines = assets::text(self.env, path.ok_or(Refusal::Unavailable)?).await?;
        Ok(chat::catalogue(&lines))
    }

    /// A page with the addresses of the build in it.
    async fn page(&self, template: &str, part: &str) -> Result<String> {
        let manifest = assets::manifest(self.env).await?;
        let mut html = template.to_owned();
        for (name, path) in manifest.iter() {
            html = html.replace(&format!("{{{{{name}}}}}"), &html_text(path));
        }
        let prefix = format!("{part}/text/");
        let texts: BTreeMap<&str, &str> = manifest
            .iter()
            .filter_map(|(name, path)| {
                let language = name.strip_prefix(&prefix)?.strip_suffix(".txt")?;
                Some((language, path.as_str()))
            })
            .collect();
        Ok(html.replace(TEXTS_MARK, &script_json(&texts)?))
    }
}

fn page_headers(policy: &str) -> Result<Headers> {
    let headers = Headers::new();
    headers.set("content-type", "text/html; charset=utf-8")?;
    headers.set("content-security-policy", policy)?;
    headers.set("cache-control", "no-cache")?;
    Ok(headers)
}

/// What a page gets that asks for the loader of no site: nothing that could break it.
pub(super) fn no_loader(reason: Refusal) -> worker::Result<Response> {
    let (status, life) =
        if reason == Refusal::Rate { (429, "no-store") } else { (404, "public, max-age=60") };
    let headers = Headers::new();
    headers.set("content-type", "text/javascript; charset=utf-8")?;
    headers.set("cache-control", life)?;
    Ok(ResponseBuilder::new().with_status(status).with_headers(headers).fixed(Vec::new()))
}
