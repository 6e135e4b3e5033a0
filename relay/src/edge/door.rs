//! The door: every request comes in here, is matched with the table of routes, and leaves
//! as a question to an object, as a file, or as a refusal.

use std::rc::Rc;

use inbox_protocol::{
    PublicConfig, Refusal,
    http::{
        AcceptInvitation, Action, Availability, CampaignForm, CampaignReport, CannedReplyForm,
        ChangePassword, CountsForm, DayCounts, DeliveryForm, DepartmentForm, Invite, MemberPatch,
        OrderForm, Setup, SignIn, SiteForm, StatusForm, TopicForm, UseSignInLink, VisitorToken,
    },
};
use inbox_room::Pass;
use inbox_types::{
    CampaignId, CampaignPlan, ContactId, ConversationId, FileId, Language, ProactiveSettings,
    SiteId, WorkspaceSettings,
    limits::{AVAILABILITY_LIFE, COUNTS_BYTES, FRAME_BYTES},
};
use serde::de::DeserializeOwned;
use serde_json::Value as Json;
use worker::{Cache, Env, Headers, Request, Response, ResponseBuilder};

use super::{
    assets, body,
    chat::{self, Filling, FramePage, Proactive},
    cookie,
    gate::{self, Rate},
    hosts, pages,
    recent::Recent,
    routes::{self, Access, Endpoint, Host, Matched, Method},
    wanted::{self, Wanted},
};
use crate::{
    attachments::{serve, upload},
    capability::{Capability, Viewer},
    config::{self, Config},
    keys::{self, base32},
    objects::{call, campaigns, conversation, desk},
    parse,
    platform::{now, random},
    preview,
    refuse::Shut,
    report,
    token::{Claims, Verified},
    workspace::ask::{
        Ask, Deed, Granted, LoaderPage, ReportOf, SignedIn, SiteAvailability, SitePage,
    },
};

/// No row of a table has this number: what is read from a number of JSON would not be exact.
const MOST_ROWS: u64 = 1 << 53;
/// The console's page.
const CONSOLE_PAGE: &str = include_str!("../../pages/console.html");
/// Browsers remember for a year that a host has TLS.
const STRICT_TRANSPORT: &str = "max-age=31536000";
/// Where a page has the addresses of its texts.
const TEXTS_MARK: &str = "__PORCHLIGHT_TEXTS__";

thread_local! {
    static PAGES: Recent<Rc<SitePage>> = const { Recent::new() };
    /// By site and languages.
    static LOADERS: Recent<Rc<LoaderPage>> = const { Recent::new() };
}

/// Answers a request.
pub(crate) async fn open(request: Request, env: &Env) -> worker::Result<Response> {
    let (answer, is_secure) = match Door::new(request, env) {
        Ok(door) => {
            let is_secure = door.config.origins.is_secure(&door.hosts);
            (door.answer().await, is_secure)
        }
        Err(shut) => (shut.answer("door"), false),
    };
    let mut answer = answer?;
    // A socket's answer cannot be changed any more.
    if answer.status_code() != 101 {
        secure(answer.headers_mut(), is_secure)?;
    }
    Ok(answer)
}

/// What every answer says. `is_secure` hosts are only ever asked over TLS again.
fn secure(headers: &Headers, is_secure: bool) -> worker::Result<()> {
    headers.set("x-content-type-options", "nosniff")?;
    for (name, value) in
        [("referrer-policy", "no-referrer"), ("cross-origin-resource-policy", "same-origin")]
    {
        if !headers.has(name)? {
            headers.set(name, value)?;
        }
    }
    if is_secure {
        headers.set("strict-transport-security", STRICT_TRANSPORT)?;
    }
    Ok(())
}

/// How somebody becomes a member who is signed in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum WayIn {
    Setup,
    Password,
    Link,
    Invitation,
}

/// One request, and what it takes to answer it.
struct Door<'env> {
    request: Request,
    env: &'env Env,
    config: Config,
    url: worker::Url,
    hosts: Vec<Host>,
}

impl<'env> Door<'env> {
    fn new(request: Request, env: &'env Env) -> Result<Self, Shut> {
        let config = Config::read(env)?;
        let url = request.url()?;
        let host = url.host_str().unwrap_or_default();
        let authority = url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
        Ok(Self { hosts: config.origins.hosts(&authority), request, env, config, url })
    }

    async fn answer(mut self) -> worker::Result<Response> {
        let path = self.url.path().to_owned();
        let Some(matched) =
            method(&self.request).and_then(|it| routes::find(&self.hosts, it, &path))
        else {
            return Shut::Refused(Refusal::NotFound).answer("no route");
        };
        let route = matched.route;
        let answer = match self.enter(matched).await {
            Ok(response) => Ok(response),
            // An unknown site has no loader, and nobody gets it too often, but a page that asks must
            // not break.
            Err(Shut::Refused(reason @ (Refusal::NotFound | Refusal::Rate)))
                if route.endpoint == Endpoint::Loader =>
            {
                no_loader(reason)
            }
            Err(shut) => shut.answer(route.path),
        };
        let mut answer = answer?;
        if route.endpoint.is_for_other_pages() {
            answer.headers_mut().set("cross-origin-resource-policy", "cross-origin")?;
        }
        Ok(answer)
    }

    async fn enter(&mut self, matched: Matched<'_>) -> Result<Response, Shut> {
        let Matched { route, names } = matched;
        let name = |at: usize| names.get(at).copied().unwrap_or_default();
        match route.endpoint {
            Endpoint::Health => Ok(Response::ok("ok")?),
            Endpoint::Asset => assets::serve(self.env, &self.request, name(0)).await,
            Endpoint::Loader => self.loader(&id(name(0))?).await,
            Endpoint::Frame => self.frame(&id(name(0))?).await,
            Endpoint::NewVisitor => self.new_visitor(id(name(0))?).await,
            Endpoint::VisitorSocket => self.visitor_socket(id(name(0))?).await,
            Endpoint::VisitorUpload => self.visitor_upload(id(name(0))?).await,
            Endpoint::VisitorLogOut => self.log_out(id(name(0))?).await,
            Endpoint::Availability => self.availability(&id(name(0))?).await,
            Endpoint::Counts => self.count(id(name(0))?).await,
            Endpoint::Console => self.console().await,
            Endpoint::File => self.file(id(name(0))?, id(name(1))?).await,
            Endpoint::Setup => self.come_in(WayIn::Setup).await,
            Endpoint::SignIn => self.come_in(WayIn::Password).await,
            Endpoint::UseSignInLink => self.come_in(WayIn::Link).await,
            Endpoint::AcceptInvitation => self.come_in(WayIn::Invitation).await,
            Endpoint::DeskSocket => self.desk_socket().await,
            Endpoint::AgentSocket => self.agent_socket(&id(name(0))?).await,
            Endpoint::AgentUpload => self.agent_upload(&id(name(0))?).await,
            Endpoint::CampaignReport => {
                let (of, days) = self.report(route, name(0)).await?;
                no_store(Response::from_json(&CampaignReport { campaign: of.0, days })?)
            }
            Endpoint::CampaignTable => {
                let ((campaign, name), days) = self.report(route, name(0)).await?;
                table(&campaign, &report::csv(&name, &days))
            }
            Endpoint::SignOut
            | Endpoint::Campaigns
            | Endpoint::CreateCampaign
            | Endpoint::PutCampaign
            | Endpoint::SetCampaignStatus
            | Endpoint::OrderCampaigns
            | Endpoint::PutProactive
            | Endpoint::CampaignPreview
            | Endpoint::Me
            | Endpoint::ChangePassword
            | Endpoint::SignIns
            | Endpoint::Audit
            | Endpoint::RevokeSignIn
            | Endpoint::Settings
            | Endpoint::PutSettings
            | Endpoint::CreateSite
            | Endpoint::PutSite
            | Endpoint::DeleteSite
            | Endpoint::Deliver
            | Endpoint::CreateDepartment
            | Endpoint::PutDepartment
            | Endpoint::DeleteDepartment
            | Endpoint::Invite
            | Endpoint::PatchMember
            | Endpoint::DeleteMember
            | Endpoint::MakeSignInLink
            | Endpoint::CreateCanned
            | Endpoint::PutCanned
            | Endpoint::DeleteCanned
            | Endpoint::CreateTopic
            | Endpoint::DeleteTopic => self.administer(route, &names).await,
        }
    }

    // Visitors.

    async fn site(&self, site: &SiteId) -> Result<SitePage, Shut> {
        call::ask(&config::workspace(self.env)?, &Ask::Site { site: site.clone() }).await
    }

    /// What everybody may read of a site: for what is asked for with every page view.
    async fn page_of(&self, site: &SiteId) -> Result<Rc<SitePage>, Shut> {
        let kept = PAGES.with(|it| it.get(site.as_str(), now()));
        if let Some(page) = kept {
            return Ok(page);
        }
        let page = Rc::new(self.site(site).await?);
        PAGES.with(|it| it.put(site.as_str(), now(), Rc::clone(&page)));
        Ok(page)
    }

    async fn loader(&self, site: &SiteId) -> Result<Response, Shut> {
        gate::limit(self.env, Rate::Page, &gate::client(&self.request)).await?;
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
        let asked = self.url.query_pairs().find(|it| it.0 == "lang").map(|it| it.1.into_owned());
        let asked = chat::asked(asked.as_deref());
        let script = chat::loader_script(&code, &page.config, &texts, asked, proactive)?;
        let etag = format!("\"{}\"", keys::fingerprint(&script));
        let headers = Headers::new();
        headers.set("etag", &etag)?;
        let life = if preview.is_some() { "no-store" } else { "public, max-age=60" };
        headers.set("cache-control", life)?;
        headers.set("vary", "accept-language")?;
        headers.set("access-control-allow-origin", "*")?;
        if gate::header(&self.request, "if-none-match").trim_start_matches("W/") == etag {
            return Ok(ResponseBuilder::new().with_status(304).with_headers(headers).empty());
        }
        headers.set("content-type", "text/javascript; charset=utf-8")?;
        Ok(ResponseBuilder::new().with_headers(headers).fixed(script.into_bytes()))
    }

    /// What a page asks for whose chat did not come.
    async fn why(&self, site: &SiteId) -> Result<Response, Shut> {
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
    ) -> Result<Rc<LoaderPage>, Shut> {
        let wanted = self.wanted();
        let is_preview = preview.is_some();
        let name = format!("{site} {wanted:?}");
        if let Some(page) = LOADERS.with(|it| it.get(&name, now())).filter(|_| !is_preview) {
            return Ok(page);
        }
        let asked = wanted.asked.map(ToOwned::to_owned);
        let accepted = wanted.accepted_languages();
        let ask = Ask::Loader { site: site.clone(), asked, accepted, preview };
        let page: Rc<LoaderPage> = Rc::new(call::ask(&config::workspace(self.env)?, &ask).await?);
        if !is_preview {
            LOADERS.with(|it| it.put(&name, now(), Rc::clone(&page)));
        }
        Ok(page)
    }

    /// The campaign that somebody wants to look at, if they may.
    fn preview(&self, site: &SiteId) -> Result<Option<CampaignId>, Shut> {
        let Some((_, token)) = self.url.query_pairs().find(|it| it.0 == "preview") else {
            return Ok(None);
        };
        let campaign = preview::read(&token, site, &self.config.preview_key, now());
        Ok(Some(campaign.ok_or(Refusal::NotFound)?))
    }

    async fn frame(&self, site: &SiteId) -> Result<Response, Shut> {
        gate::limit(self.env, Rate::Page, &gate::client(&self.request)).await?;
        let page = self.page_of(site).await?;
        let manifest = assets::manifest(self.env).await?;
        let path = manifest.get("widget/frame.json").ok_or(Refusal::Unavailable)?;
        let built: FramePage = serde_json::from_str(&assets::text(self.env, path).await?)?;
        let lines = self.texts(&page.config, &manifest).await?;
        let filling = Filling {
            config: &page.config,
            origins: &page.origins,
            lines: &lines,
            manifest: &manifest,
        };
        let html = chat::frame_page(&built, &filling)?;
        let origins = &self.config.origins;
        let policy = pages::frame_policy(&built, &page.origins, &origins.widget, &origins.files);
        let headers = page_headers(&policy)?;
        headers.set("vary", "accept-language")?;
        // An isolated page may have frames only of those that isolate themselves.
        headers.set("cross-origin-embedder-policy", "require-corp")?;
        Ok(ResponseBuilder::new().with_headers(headers).fixed(html.into_bytes()))
    }

    /// The widget's texts in the language that this browser's chat begins in.
    async fn texts(
        &self,
        config: &PublicConfig,
        manifest: &assets::Manifest,
    ) -> Result<String, Shut> {
        let wanted = self.wanted();
        let language = chat::language(
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
        let asked = self.url.query_pairs().find(|it| it.0 == "lang");
        let accepted = gate::header(&self.request, "accept-language");
        Wanted::read(asked.as_ref().map(|it| it.1.as_ref()), &accepted)
    }

    async fn console(&self) -> Result<Response, Shut> {
        let origins = &self.config.origins;
        let html = self.page(CONSOLE_PAGE, "console").await?;
        let headers = page_headers(&pages::console_policy(&origins.desk, &origins.files))?;
        headers.set("cross-origin-opener-policy", "same-origin")?;
        headers.set("x-frame-options", "DENY")?;
        Ok(ResponseBuilder::new().with_headers(headers).fixed(html.into_bytes()))
    }

    /// A page with the addresses of the build in it.
    async fn page(&self, template: &str, part: &str) -> Result<String, Shut> {
        let manifest = assets::manifest(self.env).await?;
        let mut html = template.to_owned();
        for (name, path) in manifest.iter() {
            html = html.replace(&format!("{{{{{name}}}}}"), &pages::html_text(path));
        }
        let prefix = format!("{part}/text/");
        let texts: std::collections::BTreeMap<&str, &str> = manifest
            .iter()
            .filter_map(|(name, path)| {
                let language = name.strip_prefix(&prefix)?.strip_suffix(".txt")?;
                Some((language, path.as_str()))
            })
            .collect();
        Ok(html.replace(TEXTS_MARK, &pages::script_json(&texts)?))
    }

    async fn new_visitor(&self, site: SiteId) -> Result<Response, Shut> {
        gate::same_origin(&self.request, &self.config.origins.widget)?;
        gate::limit(self.env, Rate::Start, &gate::client(&self.request)).await?;
        self.site(&site).await?;
        let contact: ContactId = id(&format!("v{}", base32(&random::<16>())))?;
        let claims = Claims::new(site, contact.clone(), 0, now());
        let token = claims.sign(&self.config.visitor_key);
        no_store(Response::from_json(&VisitorToken { contact, token })?)
    }

    async fn visitor_socket(&self, site: SiteId) -> Result<Response, Shut> {
        self.must_be_socket()?;
        gate::same_origin(&self.request, &self.config.origins.widget)?;
        let verified = gate::socket_token(&self.request, &site, &self.config)?;
        gate::limit(self.env, Rate::Request, &gate::client(&self.request)).await?;
        let (conversation, caller) = self.visitor(&verified);
        let object = config::conversation(self.env, &conversation)?;
        let caller = conversation::Caller { conversation, who: caller };
        call::open_socket(&object, &caller).await
    }

    async fn visitor_upload(&mut self, site: SiteId) -> Result<Response, Shut> {
        gate::same_origin(&self.request, &self.config.origins.widget)?;
        let verified = gate::bearer_token(&self.request, &site, &self.config)?;
        let client = gate::client(&self.request);
        for key in [verified.claims().contact.as_str(), &client] {
            gate::limit(self.env, Rate::Upload, key).await?;
        }
        let (conversation, who) = self.visitor(&verified);
        let caller = conversation::Caller { conversation, who };
        upload::receive(&mut self.request, self.env, caller, Some(&client)).await
    }

    /// Who is available, for the site's own pages. Between edge and workspace the answer is kept for
    /// a while; neither the desk nor a conversation is asked.
    async fn availability(&self, site: &SiteId) -> Result<Response, Shut> {
        gate::limit(self.env, Rate::Request, &gate::client(&self.request)).await?;
        let known = self.kept_availability(site).await?;
        let origin = gate::header(&self.request, "origin");
        if !known.origins.iter().any(|it| hosts::embeds(it, &origin)) {
            return Err(Refusal::Forbidden.into());
        }
        let country = self.request.cf().and_then(worker::Cf::country);
        let answer = Response::from_json(&Availability {
            on: known.on,
            departments: known.departments,
            next: known.next,
            country: country.and_then(|it| it.try_into().ok()),
        })?;
        answer.headers().set("access-control-allow-origin", &origin)?;
        answer.headers().set("vary", "origin")?;
        no_store(answer)
    }

    async fn kept_availability(&self, site: &SiteId) -> Result<SiteAvailability, Shut> {
        let (cache, key) =
            (Cache::default(), format!("{}/availability/{site}", self.config.origins.widget));
        if let Some(mut kept) = cache.get(&key, false).await? {
            return Ok(kept.json().await?);
        }
        let ask = Ask::Availability { site: site.clone() };
        let known: SiteAvailability = call::ask(&config::workspace(self.env)?, &ask).await?;
        let answer = Response::from_json(&known)?;
        let life = format!("public, max-age={}", AVAILABILITY_LIFE.0 / 1_000);
        answer.headers().set("cache-control", &life)?;
        cache.put(&key, answer).await?;
        Ok(known)
    }

    /// What a page counted. It is a beacon: its body is JSON whatever its type says, and nobody
    /// waits for the answer. Asking an object makes it, so it is asked of sites that there are only,
    /// for their own pages; beyond what this isolate knows, the object that counts is asked alone.
    async fn count(&mut self, site: SiteId) -> Result<Response, Shut> {
        gate::limit(self.env, Rate::Request, &gate::client(&self.request)).await?;
        let form: CountsForm = self.body_of(COUNTS_BYTES).await?;
        let origin = gate::header(&self.request, "origin");
        let page = self.page_of(&site).await?;
        if !page.origins.iter().any(|it| hosts::embeds(it, &origin)) {
            return Err(Refusal::Forbidden.into());
        }
        let object = config::campaigns(self.env, &site)?;
        call::ask::<_, ()>(&object, &campaigns::Ask::Count { site, origin, form }).await?;
        no_store(Response::empty()?.with_status(204))
    }

    /// The conversation of a token, and who its bearer is there.
    fn visitor(&self, verified: &Verified) -> (ConversationId, conversation::CallerKind) {
        let renew = verified.renewal_is_due(now());
        let Claims { site, contact, generation, since, .. } = verified.claims().clone();
        let conversation = self.config.master.conversation(&site, &contact);
        let pass = Pass { generation, renew, since: Some(since) };
        let languages = self.accepted_languages();
        (conversation, conversation::CallerKind::Visitor { site, contact, pass, languages })
    }

    /// What the browser says it reads, best first; what it says in `hello` is worth more.
    fn accepted_languages(&self) -> Vec<Language> {
        wanted::accepted(&gate::header(&self.request, "accept-language"))
    }

    async fn file(&self, conversation: ConversationId, file: FileId) -> Result<Response, Shut> {
        gate::limit(self.env, Rate::Page, &gate::client(&self.request)).await?;
        let query: std::collections::BTreeMap<_, _> = self.url.query_pairs().into_owned().collect();
        let part = |name: &str| query.get(name).cloned().unwrap_or_default();
        let expires = parse::instant(&part("expires")).map_err(|_| Refusal::Forbidden)?;
        let (viewer, masked) = (part("viewer"), query.contains_key("masked"));
        let capability = Capability { conversation, file, viewer, masked, expires };
        if !capability.holds(&part("signature"), &self.config.file_key, now()) {
            return Err(Refusal::Forbidden.into());
        }
        self.must_still_view(&capability).await?;
        serve::answer(self.env, &self.request, &capability).await
    }

    /// The address of a file was made for somebody whose rights may have ended since.
    async fn must_still_view(&self, capability: &Capability) -> Result<(), Shut> {
        match Viewer::read(&capability.viewer) {
            Some(Viewer::Visitor) => Ok(()),
            Some(Viewer::Member(member, version)) => {
                let ask = Ask::RightsOf { member };
                let now: Option<u64> = call::ask(&config::workspace(self.env)?, &ask).await?;
                if now == Some(version) { Ok(()) } else { Err(Refusal::Forbidden.into()) }
            }
            None => Err(Refusal::Forbidden.into()),
        }
    }

    /// A visitor's browser forgets who they are: their tokens end, wherever else they are.
    async fn log_out(&self, site: SiteId) -> Result<Response, Shut> {
        gate::same_origin(&self.request, &self.config.origins.widget)?;
        let verified = gate::bearer_token(&self.request, &site, &self.config)?;
        gate::limit(self.env, Rate::Request, &gate::client(&self.request)).await?;
        let (conversation, who) = self.visitor(&verified);
        let object = config::conversation(self.env, &conversation)?;
        let caller = conversation::Caller { conversation, who };
        call::ask::<_, ()>(&object, &conversation::Ask::LogOut { caller }).await?;
        no_store(Response::empty()?.with_status(204))
    }

    // Members.

    async fn come_in(&mut self, way: WayIn) -> Result<Response, Shut> {
        self.must_be_ours()?;
        gate::limit(self.env, Rate::SignIn, &gate::client(&self.request)).await?;
        let browser = gate::browser(&self.request);
        let ask = match way {
            WayIn::Setup => {
                let Setup { token, workspace_name, name, email, password } = self.body().await?;
                // It is taken away once it was used.
                let expected = self.env.secret("SETUP_TOKEN").map(|it| it.to_string());
                let expected = expected.unwrap_or_default();
                if expected.is_empty() || !keys::same(&token, &expected) {
                    return Err(Refusal::Unauthorized.into());
                }
                Ask::Setup { workspace_name, name, email, password, browser }
            }
            WayIn::Link => {
                let UseSignInLink { token } = self.body().await?;
                Ask::UseLink { token, browser }
            }
            WayIn::Invitation => {
                let AcceptInvitation { token, password } = self.body().await?;
                Ask::Accept { token, password, browser }
            }
            WayIn::Password => {
                let SignIn { email, password } = self.body().await?;
                Ask::SignIn { email, password, browser }
            }
        };
        let signed_in: SignedIn = call::ask(&config::workspace(self.env)?, &ask).await?;
        let response = Response::from_json(&signed_in.me)?;
        let cookie = cookie::set(&signed_in.cookie, self.config.origins.desk_is_secure());
        response.headers().set("set-cookie", &cookie)?;
        no_store(response)
    }

    async fn administer(
        &mut self,
        route: &routes::Route,
        names: &[&str],
    ) -> Result<Response, Shut> {
        if route.method.changes() {
            self.must_be_ours()?;
        }
        gate::limit(self.env, Rate::Request, &gate::client(&self.request)).await?;
        let cookie = gate::cookie_of(&self.request, &self.config)?;
        let deed = self.deed(route.endpoint, names.first().copied().unwrap_or_default()).await?;
        let signs_out = route.endpoint == Endpoint::SignOut;
        let answer: Json = self.ask_by(route, cookie, deed).await?;
        if route.method.changes() {
            PAGES.with(Recent::clear);
            LOADERS.with(Recent::clear);
        }
        let response = if answer.is_null() {
            Response::empty()?.with_status(204)
        } else {
            Response::from_json(&answer)?
        };
        if signs_out {
            let cookie = cookie::clear(self.config.origins.desk_is_secure());
            response.headers().set("set-cookie", &cookie)?;
        }
        no_store(response)
    }

    /// Asks the workspace on behalf of whoever has this cookie.
    async fn ask_by<A: DeserializeOwned>(
        &self,
        route: &routes::Route,
        cookie: String,
        deed: Deed,
    ) -> Result<A, Shut> {
        let needs = match route.access {
            Access::May(action) => Some(action),
            Access::Anybody
            | Access::VisitorToken
            | Access::SetupToken
            | Access::Link
            | Access::Capability
            | Access::SignedIn => None,
        };
        let ask = Ask::By { cookie, needs, deed: Box::new(deed) };
        call::ask(&config::workspace(self.env)?, &ask).await
    }

    /// What a campaign did by day, and what it is called.
    async fn report(
        &self,
        route: &routes::Route,
        name: &str,
    ) -> Result<((CampaignId, String), Vec<DayCounts>), Shut> {
        gate::limit(self.env, Rate::Request, &gate::client(&self.request)).await?;
        let cookie = gate::cookie_of(&self.request, &self.config)?;
        let campaign: CampaignId = id(name)?;
        let deed = Deed::ReportOf { id: campaign.clone() };
        let ReportOf { name, site, since, time_zone } = self.ask_by(route, cookie, deed).await?;
        let days = match since {
            Some(since) => {
                let ask = campaigns::Ask::Report { campaign: campaign.clone(), since, time_zone };
                call::ask(&config::campaigns(self.env, &site)?, &ask).await?
            }
            None => Vec::new(),
        };
        Ok(((campaign, name.as_str().to_owned()), days))
    }

    /// Where what is deleted leaves its things, if the address says so.
    fn successor<T: std::str::FromStr>(&self) -> Result<Option<T>, Shut> {
        let to = self.url.query_pairs().find(|it| it.0 == "to");
        to.map(|it| id(&it.1)).transpose()
    }

    async fn deed(&mut self, endpoint: Endpoint, name: &str) -> Result<Deed, Shut> {
        Ok(match endpoint {
            Endpoint::SignOut => Deed::SignOut,
            Endpoint::Me => Deed::Me,
            Endpoint::ChangePassword => {
                let ChangePassword { old, new } = self.body().await?;
                Deed::ChangePassword { old, new }
            }
            Endpoint::SignIns => Deed::SignIns,
            Endpoint::Audit => Deed::Audit { before: self.before()? },
            Endpoint::RevokeSignIn => Deed::RevokeSignIn { id: name.to_owned() },
            Endpoint::Settings => Deed::Settings,
            Endpoint::PutSettings => {
                Deed::PutSettings { settings: Box::new(self.body::<WorkspaceSettings>().await?) }
            }
            Endpoint::CreateSite => {
                Deed::CreateSite { form: Box::new(self.body::<SiteForm>().await?) }
            }
            Endpoint::PutSite => {
                Deed::PutSite { id: id(name)?, form: Box::new(self.body::<SiteForm>().await?) }
            }
            Endpoint::DeleteSite => Deed::DeleteSite { id: id(name)? },
            Endpoint::Deliver => {
                Deed::Deliver { id: id(name)?, form: self.body::<DeliveryForm>().await? }
            }
            Endpoint::CreateDepartment => {
                Deed::CreateDepartment { form: self.body::<DepartmentForm>().await? }
            }
            Endpoint::PutDepartment => {
                Deed::PutDepartment { id: id(name)?, form: self.body::<DepartmentForm>().await? }
            }
            Endpoint::DeleteDepartment => {
                Deed::DeleteDepartment { id: id(name)?, to: self.successor()? }
            }
            Endpoint::Invite => Deed::Invite { invite: self.body::<Invite>().await? },
            Endpoint::PatchMember => {
                Deed::PatchMember { id: id(name)?, patch: self.body::<MemberPatch>().await? }
            }
            Endpoint::DeleteMember => Deed::DeleteMember { id: id(name)?, to: self.successor()? },
            Endpoint::MakeSignInLink => Deed::MakeSignInLink { id: id(name)? },
            Endpoint::CreateCanned => {
                Deed::CreateCanned { form: self.body::<CannedReplyForm>().await? }
            }
            Endpoint::PutCanned => {
                Deed::PutCanned { id: id(name)?, form: self.body::<CannedReplyForm>().await? }
            }
            Endpoint::DeleteCanned => Deed::DeleteCanned { id: id(name)? },
            Endpoint::CreateTopic => Deed::CreateTopic { form: self.body::<TopicForm>().await? },
            Endpoint::DeleteTopic => Deed::DeleteTopic { id: id(name)? },
            Endpoint::Campaigns => Deed::Campaigns,
            Endpoint::CreateCampaign => {
                Deed::CreateCampaign { form: Box::new(self.body::<CampaignForm>().await?) }
            }
            Endpoint::PutCampaign => {
                let plan = Box::new(self.body::<CampaignPlan>().await?);
                Deed::PutCampaign { id: id(name)?, plan }
            }
            Endpoint::SetCampaignStatus => {
                Deed::SetCampaignStatus { id: id(name)?, form: self.body::<StatusForm>().await? }
            }
            Endpoint::OrderCampaigns => {
                Deed::OrderCampaigns { form: self.body::<OrderForm>().await? }
            }
            Endpoint::PutProactive => {
                let settings = Box::new(self.body::<ProactiveSettings>().await?);
                Deed::PutProactive { site: id(name)?, settings }
            }
            Endpoint::CampaignPreview => Deed::Preview { id: id(name)? },
            Endpoint::Health
            | Endpoint::Asset
            | Endpoint::Loader
            | Endpoint::Frame
            | Endpoint::NewVisitor
            | Endpoint::VisitorSocket
            | Endpoint::VisitorUpload
            | Endpoint::VisitorLogOut
            | Endpoint::Availability
            | Endpoint::Counts
            | Endpoint::CampaignReport
            | Endpoint::CampaignTable
            | Endpoint::Console
            | Endpoint::Setup
            | Endpoint::SignIn
            | Endpoint::UseSignInLink
            | Endpoint::AcceptInvitation
            | Endpoint::DeskSocket
            | Endpoint::AgentSocket
            | Endpoint::AgentUpload
            | Endpoint::File => return Err(Refusal::NotFound.into()),
        })
    }

    /// Where a page of the audit log ends: before this row, or nowhere.
    fn before(&self) -> Result<Option<u64>, Shut> {
        let Some((_, raw)) = self.url.query_pairs().find(|it| it.0 == "before") else {
            return Ok(None);
        };
        let row: u64 = raw.parse().map_err(|_| Refusal::Malformed)?;
        if row < MOST_ROWS { Ok(Some(row)) } else { Err(Refusal::Malformed.into()) }
    }

    /// Who it is that wants a socket or to upload. Marketers have nothing to do with either.
    async fn granted(&self) -> Result<Granted, Shut> {
        let cookie = gate::cookie_of(&self.request, &self.config)?;
        let needs = Some(Action::View);
        let ask = Ask::By { cookie, needs, deed: Box::new(Deed::Grant) };
        call::ask(&config::workspace(self.env)?, &ask).await
    }

    async fn desk_socket(&self) -> Result<Response, Shut> {
        self.must_be_socket()?;
        gate::same_origin(&self.request, &self.config.origins.desk)?;
        gate::limit(self.env, Rate::Request, &gate::client(&self.request)).await?;
        let granted = self.granted().await?;
        let caller = desk::Caller { member: granted.grant.agent, rights: granted.grant.version };
        call::open_socket(&config::desk(self.env)?, &caller).await
    }

    async fn agent_socket(&self, conversation: &ConversationId) -> Result<Response, Shut> {
        self.must_be_socket()?;
        gate::same_origin(&self.request, &self.config.origins.desk)?;
        gate::limit(self.env, Rate::Request, &gate::client(&self.request)).await?;
        let caller = self.agent(conversation).await?;
        call::open_socket(&config::conversation(self.env, conversation)?, &caller).await
    }

    async fn agent_upload(&mut self, conversation: &ConversationId) -> Result<Response, Shut> {
        gate::same_origin(&self.request, &self.config.origins.desk)?;
        gate::limit(self.env, Rate::Request, &gate::client(&self.request)).await?;
        let caller = self.agent(conversation).await?;
        let conversation::CallerKind::Agent { grant } = &caller.who else {
            return Err(Refusal::Forbidden.into());
        };
        gate::limit(self.env, Rate::Upload, grant.agent.as_str()).await?;
        upload::receive(&mut self.request, self.env, caller, None).await
    }

    async fn agent(&self, conversation: &ConversationId) -> Result<conversation::Caller, Shut> {
        if conversation.workspace() != config::workspace_id() {
            return Err(Refusal::NotFound.into());
        }
        let mut grant = self.granted().await?.grant;
        let load = desk::Ask::Load { member: grant.agent.clone() };
        grant.load = call::ask(&config::desk(self.env)?, &load).await?;
        let who = conversation::CallerKind::Agent { grant };
        Ok(conversation::Caller { conversation: conversation.clone(), who })
    }

    // What a request must be.

    /// A request that changes something comes from the console itself, as JSON.
    fn must_be_ours(&self) -> Result<(), Shut> {
        gate::same_origin(&self.request, &self.config.origins.desk)?;
        let kind = gate::header(&self.request, "content-type");
        if kind.split(';').next().map(str::trim) == Some("application/json") {
            Ok(())
        } else {
            Err(Refusal::Malformed.into())
        }
    }

    fn must_be_socket(&self) -> Result<(), Shut> {
        let upgrade = gate::header(&self.request, "upgrade");
        if upgrade.eq_ignore_ascii_case("websocket") {
            Ok(())
        } else {
            Err(Refusal::Malformed.into())
        }
    }

    async fn body<T: DeserializeOwned>(&mut self) -> Result<T, Shut> {
        self.body_of(FRAME_BYTES).await
    }

    async fn body_of<T: DeserializeOwned>(&mut self, max_bytes: usize) -> Result<T, Shut> {
        let text = body::read(&mut self.request, max_bytes).await?;
        Ok(parse::form(&text, max_bytes)?)
    }
}

fn method(request: &Request) -> Option<Method> {
    match request.method() {
        worker::Method::Get | worker::Method::Head => Some(Method::Get),
        worker::Method::Post => Some(Method::Post),
        worker::Method::Put => Some(Method::Put),
        worker::Method::Patch => Some(Method::Patch),
        worker::Method::Delete => Some(Method::Delete),
        worker::Method::Options
        | worker::Method::Connect
        | worker::Method::Trace
        | worker::Method::Report => None,
    }
}

fn id<T: std::str::FromStr>(raw: &str) -> Result<T, Shut> {
    raw.parse().map_err(|_| Refusal::NotFound.into())
}

fn no_store(response: Response) -> Result<Response, Shut> {
    response.headers().set("cache-control", "no-store")?;
    Ok(response)
}

/// A table to be saved.
fn table(campaign: &CampaignId, csv: &str) -> Result<Response, Shut> {
    let headers = Headers::new();
    headers.set("content-type", "text/csv; charset=utf-8")?;
    headers.set("content-disposition", &format!("attachment; filename=\"{campaign}.csv\""))?;
    headers.set("cache-control", "no-store")?;
    Ok(ResponseBuilder::new().with_headers(headers).fixed(csv.as_bytes().to_vec()))
}

fn page_headers(policy: &str) -> Result<Headers, Shut> {
    let headers = Headers::new();
    headers.set("content-type", "text/html; charset=utf-8")?;
    headers.set("content-security-policy", policy)?;
    headers.set("cache-control", "no-cache")?;
    Ok(headers)
}

/// What a page gets that asks for the loader of no site: nothing that could break it.
fn no_loader(reason: Refusal) -> worker::Result<Response> {
    let (status, life) =
        if reason == Refusal::Rate { (429, "no-store") } else { (404, "public, max-age=60") };
    let headers = Headers::new();
    headers.set("content-type", "text/javascript; charset=utf-8")?;
    headers.set("cache-control", life)?;
    Ok(ResponseBuilder::new().with_status(status).with_headers(headers).fixed(Vec::new()))
}
