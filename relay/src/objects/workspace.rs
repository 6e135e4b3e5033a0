//! The object of a workspace: who is signed in, what is set up, which conversations there are.

mod audit;
mod made;
mod news;
mod stops;
mod undelivered;
mod ways_in;

use std::{cell::RefCell, collections::BTreeMap};

use inbox_protocol::{
    Refusal,
    http::{Administration, Me, OneTimeLink, PreviewToken, SignInView},
};
use inbox_room::{AvailableTeam, Grant, Standing};
use inbox_types::{
    CampaignId, ContactId, ConversationId, Language, MemberId, Millis, Role, SiteId, Timestamp,
    VariantKey,
    limits::{GRANT_LIFE, INVITATION_LIFE, LINK_PASSWORD_LIFE, SIGN_IN_LIFE, SIGN_IN_LINK_LIFE},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use worker::{DurableObject, Env, Request, Response, Result, State, durable_object};

use crate::{
    chat_language,
    config::{self, Config, workspace_id},
    forward::signature,
    platform::sql::{Store, all_or_none, json as json_value, number, text},
    platform::{is_zone, now, random},
    refuse::Shut,
    requests::call,
    signed::keys::{self, base32},
    signed::preview,
    workspace::{
        ask::{
            Ask, Browser, Deed, Granted, LoaderPage, Registered, ReportOf, SignedIn, SiteNow,
            SitePage,
        },
        book::{Book, Change, MemberRow, Row},
        counting::Count,
        links::{self, Makers},
        password::Stored,
        view,
    },
};
use made::UsedLink;
use news::{Herald, news_of};
use ways_in::Founding;

/// How often a sign-in's last use is written down.
const USE_STEP: Millis = Millis::minutes(5);
/// Characters that are kept of what a browser calls itself.
const USER_AGENT_CHARS: usize = 200;
/// Conversations in one page of the register.
const REGISTER_PAGE: u64 = 200;
/// How long it is kept what loaders evaluate: a schedule may end meanwhile.
const PUBLISHED_FOR: Millis = Millis::minutes(1);

const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS book (key TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS passwords (member TEXT PRIMARY KEY, password TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS sign_ins (
        id TEXT PRIMARY KEY, member TEXT NOT NULL, secret TEXT NOT NULL, since INTEGER NOT NULL,
        last_used INTEGER NOT NULL, user_agent TEXT NOT NULL) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS sign_ins_of ON sign_ins (member);
    CREATE TABLE IF NOT EXISTS link_sign_ins (
        id TEXT PRIMARY KEY, member TEXT NOT NULL, until INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS links (
        secret TEXT PRIMARY KEY, member TEXT NOT NULL, purpose TEXT NOT NULL,
        expires INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS places (
        member TEXT NOT NULL, place TEXT NOT NULL, at INTEGER NOT NULL,
        PRIMARY KEY (member, place)) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS link_makers (secret TEXT PRIMARY KEY, maker TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS made_sign_ins (
        id TEXT PRIMARY KEY, member TEXT NOT NULL, maker TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS made_passwords (
        member TEXT PRIMARY KEY, maker TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS timers (kind TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS audited (key TEXT PRIMARY KEY) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS conversations (
        id TEXT PRIMARY KEY, site TEXT NOT NULL, contact TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS erased (conversation TEXT PRIMARY KEY, standing TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS audit (
        no INTEGER PRIMARY KEY, at INTEGER NOT NULL, member TEXT NOT NULL, deed TEXT NOT NULL, what TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS counts (
        key TEXT PRIMARY KEY, since INTEGER NOT NULL, n INTEGER NOT NULL) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS counts_since ON counts (since);
    CREATE TABLE IF NOT EXISTS undelivered (
        conversation TEXT PRIMARY KEY, site TEXT NOT NULL, since INTEGER NOT NULL, body TEXT NOT NULL) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS undelivered_of ON undelivered (site, since, conversation);
    CREATE TABLE IF NOT EXISTS stops (
        app TEXT NOT NULL, build TEXT NOT NULL, n INTEGER NOT NULL, last INTEGER NOT NULL,
        PRIMARY KEY (app, build)) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
";

/// Hosts one workspace.
#[durable_object]
pub struct WorkspaceObject {
    state: State,
    env: Env,
    store: Store,
    config: Result<Config>,
    /// A cache of the table `book`.
    book: RefCell<Cached>,
    /// What was made of the book for loaders, by site and language.
    published: RefCell<BTreeMap<(SiteId, Language), Published>>,
    /// Who is available, as the desk said last; none if it was not read yet.
    team: RefCell<Option<AvailableTeam>>,
    herald: Herald,
}

/// What loaders evaluate.
#[derive(Clone)]
struct Published {
    at: Timestamp,
    campaigns: Option<Json>,
}

impl DurableObject for WorkspaceObject {
    fn new(state: State, env: Env) -> Self {
        let store = Store::new(&state);
        let config = store.run(SCHEMA, Vec::new()).and_then(|()| Config::read(&env));
        let herald = Herald::new(env.clone(), store.clone());
        Self {
            state,
            env,
            store,
            config,
            herald,
            book: RefCell::new(Cached::Unread),
            published: RefCell::default(),
            team: RefCell::default(),
        }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let text = request.text().await?;
        let result = match serde_json::from_str::<Ask>(&text) {
            Ok(ask) => self.answer(ask).await,
            Err(error) => Err(error.into()),
        };
        call::answer(result, "workspace")
    }

    async fn alarm(&self) -> Result<Response> {
        self.wake_up().await;
        Response::empty()
    }
}

/// What is known of the book.
enum Cached {
    /// It was not read yet, or a transaction failed since.
    Unread,
    /// There is no workspace yet.
    Absent,
    /// As it is stored.
    Read(Box<Book>),
}

impl Cached {
    fn book(&mut self) -> Option<&mut Book> {
        match self {
            Self::Read(book) => Some(book),
            Self::Unread | Self::Absent => None,
        }
    }
}

/// A sign-in, as stored.
#[derive(Deserialize)]
struct SignInRow {
    id: String,
    member: String,
    secret: String,
    since: u64,
    last_used: u64,
    user_agent: String,
}

#[derive(Deserialize)]
struct LinkRow {
    member: String,
    expires: u64,
}

#[derive(Deserialize)]
struct UntilRow {
    until: u64,
}

/// What a one-time link is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Invitation,
    SignIn,
}

impl Purpose {
    fn word(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::SignIn => "sign-in",
        }
    }

    fn life(self) -> Millis {
        match self {
            Self::Invitation => INVITATION_LIFE,
            Self::SignIn => SIGN_IN_LINK_LIFE,
        }
    }
}

/// Who asks, once the cookie was believed.
struct Caller {
    id: MemberId,
    row: MemberRow,
    sign_in: String,
}

impl WorkspaceObject {
    fn config(&self) -> std::result::Result<&Config, Shut> {
        self.config.as_ref().map_err(|it| Shut::Fault(worker::Error::RustError(it.to_string())))
    }

    async fn answer(&self, ask: Ask) -> std::result::Result<Json, Shut> {
        match ask {
            Ask::Setup { workspace_name, name, email, password, browser } => {
                let founding = Founding { workspace_name, name, email };
                self.set_up(founding, &password, &browser).await
            }
            Ask::SignIn { email, password, browser } => {
                self.by_password(&email, &password, &browser).await
            }
            Ask::UseLink { token, browser } => self.by_link(&token, &browser),
            Ask::Accept { token, password, browser } => {
                self.accept(&token, &password, &browser).await
            }
            Ask::By { cookie, needs, deed } => {
                let caller = self.caller(&cookie)?;
                if let Some(action) = needs {
                    self.with_book(|it| it.may(&caller.row, action))?
                        .then_some(())
                        .ok_or(Refusal::Forbidden)?;
                }
                self.by(&caller, *deed).await
            }
            Ask::Site { site } => {
                let origin = self.config()?.origins.widget.clone();
                let page = self.look(|it| {
                    it.site(&site).map(|row| SitePage {
                        config: it.public(&site, row, &origin),
                        origins: row.origins.iter().map(|it| it.as_str().to_owned()).collect(),
                    })
                });
                Ok(json!(page?.flatten().ok_or(Refusal::NotFound)?))
            }
            Ask::Loader { site, asked, accepted, preview } => {
                self.loader(&site, asked.as_deref(), &accepted, preview)
            }
            Ask::Availability { site } => self.availability(&site),
            Ask::TeamIs { team } => self.put_team(team),
            Ask::Said { site, campaign, variant, shown_in, accepted } => {
                self.said(&site, &campaign, variant, shown_in.as_ref(), &accepted)
            }
            Ask::Countable { site } => Ok(json!(self.with_book(|it| it.countable(&site))?)),
            Ask::Facts { site } => Ok(json!(self.site_now(&site)?)),
            Ask::DeskFacts => Ok(json!(self.with_book(Book::desk_facts)?)),
            Ask::Register { conversation, site, contact } => {
                self.register(conversation, &site, contact)
            }
            Ask::Erased { conversation, standing } => {
                self.forget_undelivered(&conversation)?;
                self.store.run(
                    "INSERT OR REPLACE INTO erased (conversation, standing) VALUES (?, ?)",
                    vec![text(conversation), json_value(&standing)?],
                )?;
                Ok(Json::Null)
            }
            Ask::Audit { conversation, no, audited } => {
                self.audit_of_conversation(&conversation, no, &audited)
            }
            Ask::RightsOf { member } => {
                Ok(json!(self.with_book(|it| it.member(&member).map(|row| grant(&member, row)))?))
            }
            Ask::Standing { conversation } => Ok(json!(self.standing(conversation)?)),
            Ask::Registered { after } => Ok(json!(self.registered(after)?)),
            Ask::DisableWebhook { site, url } => self.disable_webhook(&site, &url),
            Ask::Undelivered { site, conversation, event } => {
                self.put_undelivered(&site, &conversation, event.as_ref())
            }
            Ask::Stopped { stop, client } => self.stopped(stop, &client),
            Ask::Count { key, amount, limit, span } => {
                self.count(&key, amount, limit, span)?;
                Ok(Json::Null)
            }
            Ask::Uncount { key, amount } => {
                self.uncount(&key, amount)?;
                Ok(Json::Null)
            }
        }
    }

    /// What a conversation of a site needs to know.
    fn site_now(&self, site: &SiteId) -> std::result::Result<SiteNow, Shut> {
        let now = self.with_book(|it| {
            let webhook = it.site(site).and_then(|it| it.webhook.clone());
            it.facts(site).map(|facts| SiteNow { facts, webhook })
        })?;
        Ok(now.ok_or(Refusal::NotFound)?)
    }

    fn register(
        &self,
        conversation: ConversationId,
        site: &SiteId,
        contact: ContactId,
    ) -> std::result::Result<Json, Shut> {
        // A socket may have stayed open since before its site was deleted.
        self.with_book(|it| it.site(site).map(|_| ()).ok_or(Refusal::NotFound))??;
        self.store.run(
            "INSERT OR IGNORE INTO conversations (id, site, contact, at) VALUES (?, ?, ?, ?)",
            vec![text(conversation), text(site.clone()), text(contact), number(now().as_millis())],
        )?;
        Ok(json!(self.site_now(site)?))
    }

    /// What the loader of a site is made of, and one campaign if it is to be looked at.
    fn loader(
        &self,
        site: &SiteId,
        asked: Option<&str>,
        accepted: &[Language],
        preview: Option<CampaignId>,
    ) -> std::result::Result<Json, Shut> {
        let origin = self.config()?.origins.widget.clone();
        let config = self.look(|it| it.site(site).map(|row| it.public(site, row, &origin)))?;
        let config = config.flatten().ok_or(Refusal::NotFound)?;
        let (main, forced) = (&config.main_language, config.force_main_language);
        let language = chat_language::language(asked, accepted, main, forced);
        let language: Language = language.parse().expect("a language of the build");
        let campaigns = match preview {
            Some(campaign) => {
                self.with_book(|it| it.previewed(site, &campaign, &language, now()))?
            }
            None => self.published(site, &language)?,
        };
        Ok(json!(LoaderPage { config, campaigns }))
    }

    /// What loaders evaluate, made once in a while and after every change of the book.
    fn published(
        &self,
        site: &SiteId,
        language: &Language,
    ) -> std::result::Result<Option<Json>, Shut> {
        let (key, now) = ((site.clone(), language.clone()), now());
        let known = self.published.borrow().get(&key).cloned();
        if let Some(known) = known.filter(|it| now.since(it.at) < PUBLISHED_FOR) {
            return Ok(known.campaigns);
        }
        let campaigns = self.with_book(|it| it.published(site, language, now))?;
        let made = Published { at: now, campaigns: campaigns.clone() };
        self.published.borrow_mut().insert(key, made);
        Ok(campaigns)
    }

    /// What a campaign said to whoever reads these languages, the one that it was shown in first.
    fn said(
        &self,
        site: &SiteId,
        campaign: &CampaignId,
        variant: VariantKey,
        shown_in: Option<&Language>,
        accepted: &[Language],
    ) -> std::result::Result<Json, Shut> {
        let team = self.team()?;
        let said = self.with_book(|it| {
            let settings = &it.site(site)?.settings;
            let (main, forced) = (&settings.main_language, settings.force_main_language);
            let asked = shown_in.map(Language::as_str);
            let language = chat_language::language(asked, accepted, main, forced).parse().ok()?;
            it.said(site, campaign, variant, &language, &team)
        });
        Ok(json!(said?))
    }

    fn availability(&self, site: &SiteId) -> std::result::Result<Json, Shut> {
        let team = self.team()?;
        let known = self.look(|it| it.availability(site, &team))?;
        Ok(json!(known.flatten().ok_or(Refusal::NotFound)?))
    }

    fn put_team(&self, team: AvailableTeam) -> std::result::Result<Json, Shut> {
        self.store.run(
            "INSERT OR REPLACE INTO meta (key, body) VALUES ('team', ?)",
            vec![json_value(&team)?],
        )?;
        self.team.replace(Some(team));
        Ok(Json::Null)
    }

    fn team(&self) -> Result<AvailableTeam> {
        if self.team.borrow().is_none() {
            let stored = self.store.body("SELECT body FROM meta WHERE key = 'team'", Vec::new())?;
            self.team.replace(Some(stored.unwrap_or_default()));
        }
        Ok(self.team.borrow().clone().unwrap_or_default())
    }

    fn standing(&self, conversation: ConversationId) -> Result<Option<Standing>> {
        self.store.body(
            "SELECT standing AS body FROM erased WHERE conversation = ?",
            vec![text(conversation)],
        )
    }

    fn registered(&self, after: Option<ConversationId>) -> Result<Vec<Registered>> {
        let after = after.map(String::from).unwrap_or_default();
        self.store.rows(
            "SELECT id, site FROM conversations WHERE id > ? ORDER BY id LIMIT ?",
            vec![text(after), number(REGISTER_PAGE)],
        )
    }

    /// What a signed-in member wants. The role was checked against the route.
    async fn by(&self, caller: &Caller, deed: Deed) -> std::result::Result<Json, Shut> {
        let (audit, news) = (audit_of(&deed), news_of(&deed));
        let answer = if let Deed::ChangePassword { old, new } = deed {
            // It hashes, so it cannot be one transaction from its beginning to its end.
            self.change_password(caller, old.as_deref(), &new).await?
        } else {
            self.audited(caller, deed, audit)?
        };
        if let Some(news) = news {
            self.publish(news)?;
        }
        Ok(answer)
    }

    fn perform(&self, caller: &Caller, deed: Deed) -> std::result::Result<Json, Shut> {
        let (by, config) = (&caller.row, self.config()?);
        match deed {
            Deed::Me => {
                let sets_password_until = self.sets_password_until(caller)?;
                Ok(json!(Me { sets_password_until, ..self.me(&caller.id)? }))
            }
            Deed::Grant => Ok(json!(granted(caller))),
            Deed::SignOut => self.end_sign_in(caller, &caller.sign_in),
            Deed::RevokeSignIn { id } => self.end_sign_in(caller, &id),
            Deed::SignIns => self.sign_ins(caller),
            Deed::Audit { before } => self.audit_page(before),
            Deed::ChangePassword { .. } => Err(Refusal::State.into()),
            Deed::Settings => Ok(json!(self.administration(&config.origins.widget)?)),
            Deed::PutSettings { settings } => self.changed(|it| it.put_settings(*settings)),
            Deed::CreateSite { form } => self.put_site(&site_id(), *form),
            Deed::PutSite { id, form } => {
                self.with_book(|it| it.site(&id).map(|_| ()).ok_or(Refusal::NotFound))??;
                self.put_site(&id, *form)
            }
            Deed::DeleteSite { id } => self.changed(|it| it.delete_site(&id)),
            Deed::Deliver { id, form } => self.deliver(&id, &form),
            Deed::CreateDepartment { form } => {
                self.made(|it| it.put_department(short_id("d"), form))
            }
            Deed::PutDepartment { id, form } => {
                self.with_book(|it| it.departments.contains_key(&id))?
                    .then_some(())
                    .ok_or(Refusal::NotFound)?;
                self.made(|it| it.put_department(id, form))
            }
            Deed::DeleteDepartment { id, to } => {
                self.changed(|it| it.delete_department(&id, to.as_ref()))
            }
            Deed::Invite { invite } => {
                let (id, role) = (member_id(), invite.role);
                let changes = self.change(|it| it.invite(by, id.clone(), invite))?;
                let (link, token) = self.new_link(Purpose::Invitation)?;
                let makers = self.makers_by(caller)?;
                // The role stands last: consoles read it there.
                let whom = format!("{} {role:?}", links::written_down(id.as_str(), &makers));
                self.commit(&changes, |it| {
                    it.put_link(&makers, &id, &token, Purpose::Invitation, &link)?;
                    it.audit(now(), Some(&caller.id), "invite", &whom)
                })?;
                Ok(json!(link))
            }
            Deed::PatchMember { id, patch } => {
                self.patch_member(by, &id, patch)?;
                let member =
                    self.with_book(|it| it.members.get(&id).map(|row| view::member(&id, row)))?;
                Ok(json!(member))
            }
            Deed::DeleteMember { id, to } => {
                let mut changes = self.change(|it| it.delete_member(by, &id, to.as_ref()))?;
                let outlived = self.outlived(&mut changes)?;
                self.commit(&changes, |it| {
                    it.forget_member(&id)?;
                    it.end(&outlived)
                })?;
                Ok(Json::Null)
            }
            Deed::MakeSignInLink { id } => {
                self.with_book(|it| it.may_link(by, &id))??;
                let (link, token) = self.new_link(Purpose::SignIn)?;
                let makers = self.makers_by(caller)?;
                self.put_link(&makers, &id, &token, Purpose::SignIn, &link)?;
                let whom = links::written_down(id.as_str(), &makers);
                self.audit(now(), Some(&caller.id), "make_sign_in_link", &whom)?;
                Ok(json!(link))
            }
            Deed::CreateCanned { form } => self.made(|it| it.put_canned(by, short_id("c"), form)),
            Deed::PutCanned { id, form } => {
                self.with_book(|it| it.canned.contains_key(&id))?
                    .then_some(())
                    .ok_or(Refusal::NotFound)?;
                self.made(|it| it.put_canned(by, id, form))
            }
            Deed::DeleteCanned { id } => self.changed(|it| it.delete_canned(by, &id)),
            Deed::CreateTopic { form } => self.made(|it| it.create_topic(short_id("t"), form)),
            Deed::DeleteTopic { id } => self.changed(|it| it.delete_topic(&id)),
            Deed::Campaigns => Ok(json!(self.with_book(Book::campaigns_page)?)),
            Deed::CreateCampaign { form } => {
                self.made(|it| it.create_campaign(short_id("p"), *form, now()))
            }
            Deed::PutCampaign { id, plan } => self.made(|it| it.put_campaign(&id, *plan, now())),
            Deed::SetCampaignStatus { id, form } => {
                self.changed(|it| it.set_status(&id, form.status, now()))
            }
            Deed::OrderCampaigns { form } => self.changed(|it| it.order_campaigns(&form)),
            Deed::PutProactive { site, settings } => {
                self.changed(|it| it.put_proactive(&site, *settings, is_zone))
            }
            Deed::ReportOf { id } => self.report_of(&id),
            Deed::Preview { id } => {
                let site = self.with_book(|it| it.campaign(&id).map(|it| it.site.clone()))??;
                let token = preview::sign(&site, &id, &config.preview_key, now());
                Ok(json!(PreviewToken { token }))
            }
        }
    }

    fn report_of(&self, id: &CampaignId) -> std::result::Result<Json, Shut> {
        let of = self.with_book(|it| {
            let campaign = it.campaign(id)?;
            let row = it.site(&campaign.site).ok_or(Refusal::NotFound)?;
            Ok::<_, Refusal>(ReportOf {
                name: campaign.plan.name.clone(),
                site: campaign.site.clone(),
                since: campaign.live_since,
                time_zone: row.settings.proactive.time_zone.as_str().to_owned(),
            })
        })??;
        Ok(json!(of))
    }

    /// Changes a member. Another role ends what was made for the one before: sign-in links, and for
    /// whoever becomes an owner every sign-in, because an admin may have come in by a link. What came
    /// of links ends where it would outlive the right of whoever made them.
    fn patch_member(
        &self,
        by: &MemberRow,
        id: &MemberId,
        patch: inbox_protocol::http::MemberPatch,
    ) -> std::result::Result<(), Shut> {
        let role = |it: &Book| it.members.get(id).map(|it| it.role);
        let before = self.with_book(role)?;
        let mut changes = self.change(|it| it.patch_member(by, id, patch))?;
        let after = self.with_book(role)?;
        let becomes_owner = before != after && after == Some(Role::Owner);
        let outlived = self.outlived(&mut changes)?;
        self.commit(&changes, |it| {
            if before != after {
                it.forget_sign_in_links(id)?;
            }
            if becomes_owner {
                it.forget_sign_ins(id)?;
            }
            it.end(&outlived)
        })
    }

    fn put_site(
        &self,
        id: &SiteId,
        form: inbox_protocol::http::SiteForm,
    ) -> std::result::Result<Json, Shut> {
        let config = self.config()?;
        let new_webhook = || (signature::secret(&random()), now());
        let webhook = |it: &Book| it.site(id).and_then(|it| it.webhook.clone());
        let before = self.with_book(webhook)?;
        self.changed(|it| it.put_site(id.clone(), form, config.reach, is_zone, new_webhook))?;
        if self.with_book(webhook)? != before {
            self.wake_undelivered(id);
        }
        let site = self
            .with_book(|it| it.site(id).map(|row| view::site(id, row, &config.origins.widget)))?;
        Ok(json!(site))
    }

    /// Everything that admins set up, and how it goes.
    fn administration(&self, widget_origin: &str) -> std::result::Result<Administration, Shut> {
        let links = self.invitation_links()?;
        let mut all = self.with_book(|it| it.administration(widget_origin, &links))?;
        for site in &mut all.sites {
            site.undelivered = self.undelivered(&site.id)?;
        }
        let with_password = self.members_with_password()?;
        for member in &mut all.members {
            member.has_no_password = !with_password.contains(member.id.as_str());
        }
        all.stops = self.stops()?;
        Ok(all)
    }

    fn me(&self, id: &MemberId) -> std::result::Result<Me, Shut> {
        let me = self.with_book(|it| it.member(id).map(|row| it.me(workspace_id(), id, row)))?;
        Ok(me.ok_or(Refusal::Unauthorized)?)
    }

    // The book.

    /// Looks into the book, if there is a workspace. That it cannot be read is a fault.
    fn look<T>(&self, look: impl FnOnce(&Book) -> T) -> std::result::Result<Option<T>, Shut> {
        self.load()?;
        Ok(self.book.borrow_mut().book().map(|it| look(it)))
    }

    /// Looks into the book on behalf of somebody, who must then be somebody of it.
    fn with_book<T>(&self, look: impl FnOnce(&Book) -> T) -> std::result::Result<T, Shut> {
        Ok(self.look(look)?.ok_or(Refusal::Unauthorized)?)
    }

    /// Changes the book; the changes are still to be stored.
    fn change(
        &self,
        change: impl FnOnce(&mut Book) -> std::result::Result<Vec<Change>, Refusal>,
    ) -> std::result::Result<Vec<Change>, Shut> {
        self.load()?;
        let mut cache = self.book.borrow_mut();
        let book = cache.book().ok_or(Refusal::Unauthorized)?;
        Ok(change(book)?)
    }

    fn changed(
        &self,
        change: impl FnOnce(&mut Book) -> std::result::Result<Vec<Change>, Refusal>,
    ) -> std::result::Result<Json, Shut> {
        let changes = self.change(change)?;
        self.commit(&changes, |_| Ok(()))?;
        Ok(Json::Null)
    }

    fn made<T: Serialize>(
        &self,
        form: impl FnOnce(&mut Book) -> std::result::Result<(T, Vec<Change>), Refusal>,
    ) -> std::result::Result<Json, Shut> {
        let mut made = None;
        let changes = self.change(|it| {
            let (thing, changes) = form(it)?;
            made = Some(thing);
            Ok(changes)
        })?;
        self.commit(&changes, |_| Ok(()))?;
        Ok(json!(made))
    }

    fn load(&self) -> std::result::Result<(), Shut> {
        if matches!(*self.book.borrow(), Cached::Unread) {
            let rows: Vec<Row> = self.store.bodies("SELECT body FROM book", Vec::new())?;
            let is_empty = rows.is_empty();
            let book = match Book::from_rows(rows) {
                Some(book) => Cached::Read(Box::new(book)),
                None if is_empty => Cached::Absent,
                None => return Err(Shut::broken("rows of a workspace, and no workspace")),
            };
            self.book.replace(book);
        }
        Ok(())
    }

    /// Stores changes of the book and what belongs to them. If that fails, the book is read again.
    fn commit<T>(
        &self,
        changes: &[Change],
        more: impl Fn(&Self) -> std::result::Result<T, Shut>,
    ) -> std::result::Result<T, Shut> {
        self.published.borrow_mut().clear();
        let stored = self.transact(|| {
            for change in changes {
                match change {
                    Change::Put(row) => self.store.run(
                        "INSERT OR REPLACE INTO book (key, body) VALUES (?, ?)",
                        vec![text(row.key()), json_value(row)?],
                    )?,
                    Change::Remove(key) => {
                        self.store
                            .run("DELETE FROM book WHERE key = ?", vec![text(key.clone())])?;
                    }
                }
            }
            more(self)
        });
        if stored.is_err() {
            self.book.replace(Cached::Unread);
        }
        stored
    }

    /// Stores all that `rows` writes, or nothing of it if it refuses or fails.
    fn transact<T>(
        &self,
        rows: impl Fn() -> std::result::Result<T, Shut>,
    ) -> std::result::Result<T, Shut> {
        let mut outcome = None;
        let stored = all_or_none(&self.state, || {
            let failed = match outcome.insert(rows()) {
                Ok(_) => return Ok(()),
                Err(shut) => format!("{:?}", shut.reason()),
            };
            Err(worker::Error::RustError(failed))
        });
        match (stored, outcome) {
            (Ok(()), Some(outcome)) | (Err(_), Some(outcome @ Err(_))) => outcome,
            (Err(error), Some(Ok(_)) | None) => Err(error.into()),
            (Ok(()), None) => Err(Shut::broken("a transaction that did not run")),
        }
    }

    // People.

    fn caller(&self, cookie: &str) -> std::result::Result<Caller, Shut> {
        let (id, secret) = cookie.split_once('.').ok_or(Refusal::Unauthorized)?;
        let row = self.sign_in_row(id)?.ok_or(Refusal::Unauthorized)?;
        let now = now();
        let fresh = now.since(Timestamp::from_millis(row.last_used)) <= SIGN_IN_LIFE;
        if !fresh || !keys::same(&keys::fingerprint(secret), &row.secret) {
            return Err(Refusal::Unauthorized.into());
        }
        if USE_STEP < now.since(Timestamp::from_millis(row.last_used)) {
            self.store.run(
                "UPDATE sign_ins SET last_used = ? WHERE id = ?",
                vec![number(now.as_millis()), text(id)],
            )?;
        }
        let id: MemberId = row.member.parse().map_err(|_| Shut::broken("a sign-in of nobody"))?;
        let member = self.with_book(|it| it.member(&id).cloned())?.ok_or(Refusal::Unauthorized)?;
        self.must_still_be_signed_in(&row.id)?;
        Ok(Caller { id, row: member, sign_in: row.id })
    }

    fn sign_in_row(&self, id: &str) -> Result<Option<SignInRow>> {
        self.store.first("SELECT * FROM sign_ins WHERE id = ?", vec![text(id)])
    }

    fn sign_in(
        &self,
        member: &MemberId,
        browser: &Browser,
        way: &str,
    ) -> std::result::Result<Json, Shut> {
        let (_, signed_in) = self.begin_sign_in(member, browser, way)?;
        Ok(json!(signed_in))
    }

    /// A forgotten password is replaced by whoever has just come in by a link.
    fn sign_in_by_link(
        &self,
        UsedLink { member, makers }: &UsedLink,
        browser: &Browser,
    ) -> std::result::Result<Json, Shut> {
        let (id, mut signed_in) = self.begin_sign_in(member, browser, "link")?;
        let until = now().after(LINK_PASSWORD_LIFE);
        self.store
            .run("DELETE FROM link_sign_ins WHERE until < ?", vec![number(now().as_millis())])?;
        self.put_made_sign_in(&id, member, makers)?;
        self.store.run(
            "INSERT INTO link_sign_ins (id, member, until) VALUES (?, ?, ?)",
            vec![text(id), text(member.clone()), number(until.as_millis())],
        )?;
        signed_in.me.sets_password_until = Some(until);
        Ok(json!(signed_in))
    }

    /// Until when this sign-in may set a password without the old one; none if it may not.
    fn sets_password_until(&self, caller: &Caller) -> Result<Option<Timestamp>> {
        let row: Option<UntilRow> = self.store.first(
            "SELECT until FROM link_sign_ins WHERE id = ? AND member = ?",
            vec![text(caller.sign_in.clone()), text(caller.id.clone())],
        )?;
        let until = row.map(|it| Timestamp::from_millis(it.until));
        Ok(until.filter(|it| now() <= *it))
    }

    fn begin_sign_in(
        &self,
        member: &MemberId,
        browser: &Browser,
        way: &str,
    ) -> std::result::Result<(String, SignedIn), Shut> {
        let (id, secret) = (base32(&random::<10>()), base32(&random::<20>()));
        let user_agent: String = browser.user_agent.chars().take(USER_AGENT_CHARS).collect();
        let at = now();
        let now = number(at.as_millis());
        self.store.run(
            "INSERT INTO sign_ins (id, member, secret, since, last_used, user_agent) VALUES (?, ?, ?, ?, ?, ?)",
            vec![text(id.clone()), text(member.clone()), text(keys::fingerprint(&secret)), now.clone(), now, text(user_agent)],
        )?;
        self.put_place(member, browser)?;
        self.audit(at, Some(member), "sign_in", way)?;
        let cookie = format!("{id}.{secret}");
        Ok((id, SignedIn { cookie, me: self.me(member)? }))
    }

    fn sign_ins(&self, caller: &Caller) -> std::result::Result<Json, Shut> {
        let rows: Vec<SignInRow> = self.store.rows(
            "SELECT * FROM sign_ins WHERE member = ? ORDER BY last_used DESC",
            vec![text(caller.id.clone())],
        )?;
        let views = rows.into_iter().map(|it| SignInView {
            current: it.id == caller.sign_in,
            id: it.id,
            since: Timestamp::from_millis(it.since),
            last_used: Timestamp::from_millis(it.last_used),
            user_agent: it.user_agent,
        });
        Ok(json!(views.collect::<Vec<_>>()))
    }

    /// Ends one sign-in and with it every open socket of the member: those of other sign-ins
    /// dial again, and theirs still hold.
    fn end_sign_in(&self, caller: &Caller, id: &str) -> std::result::Result<Json, Shut> {
        let row = self.sign_in_row(id)?.filter(|it| it.member == caller.id.as_str());
        row.ok_or(Refusal::NotFound)?;
        self.end_sockets(&caller.id, |it| {
            it.store.run("DELETE FROM sign_ins WHERE id = ?", vec![text(id)])?;
            Ok(())
        })
    }

    /// Signs a member out, so that open grants and consoles end.
    fn end_sockets(
        &self,
        id: &MemberId,
        more: impl Fn(&Self) -> std::result::Result<(), Shut>,
    ) -> std::result::Result<Json, Shut> {
        let changes = self.change(|it| Ok(it.sign_out(id)))?;
        self.commit(&changes, more)?;
        Ok(Json::Null)
    }

    fn put_password(&self, member: &MemberId, password: &Stored) -> std::result::Result<(), Shut> {
        self.store.run(
            "INSERT OR REPLACE INTO passwords (member, password) VALUES (?, ?)",
            vec![text(member.clone()), text(password.as_str())],
        )?;
        Ok(())
    }

    fn forget_member(&self, member: &MemberId) -> std::result::Result<(), Shut> {
        for table in [
            "passwords",
            "made_passwords",
            "sign_ins",
            "made_sign_ins",
            "link_sign_ins",
            "links",
            "places",
        ] {
            let statement = format!("DELETE FROM {table} WHERE member = ?");
            self.store.run(&statement, vec![text(member.clone())])?;
        }
        Ok(())
    }

    // One-time links.

    fn new_link(&self, purpose: Purpose) -> std::result::Result<(OneTimeLink, String), Shut> {
        let token = base32(&random::<20>());
        let url = format!("{}/#/{}/{token}", self.config()?.origins.desk, purpose.word());
        Ok((OneTimeLink { url, expires: now().after(purpose.life()) }, token))
    }

    fn put_link(
        &self,
        makers: &Makers,
        member: &MemberId,
        token: &str,
        purpose: Purpose,
        link: &OneTimeLink,
    ) -> std::result::Result<(), Shut> {
        self.store.run("DELETE FROM links WHERE expires < ?", vec![number(now().as_millis())])?;
        self.forget_makers_of_old_links()?;
        self.store.run(
            "INSERT INTO link_makers (secret, maker) VALUES (?, ?)",
            vec![text(keys::fingerprint(token)), json_value(makers)?],
        )?;
        self.store.run(
            "INSERT INTO links (secret, member, purpose, expires) VALUES (?, ?, ?, ?)",
            vec![
                text(keys::fingerprint(token)),
                text(member.clone()),
                text(purpose.word()),
                number(link.expires.as_millis()),
            ],
        )?;
        Ok(())
    }

    fn invitation_links(&self) -> std::result::Result<BTreeMap<MemberId, Timestamp>, Shut> {
        let rows: Vec<LinkRow> = self.store.rows(
            "SELECT member, expires FROM links WHERE purpose = ?",
            vec![text(Purpose::Invitation.word())],
        )?;
        let links = rows
            .into_iter()
            .filter_map(|it| Some((it.member.parse().ok()?, Timestamp::from_millis(it.expires))));
        Ok(links.collect())
    }

    // Rates.

    /// Counts so much more of something in a span; what is refused counts too.
    fn count(
        &self,
        key: &str,
        amount: u64,
        limit: u64,
        span: Millis,
    ) -> std::result::Result<(), Shut> {
        let now = now();
        let before: Option<Count> =
            self.store.first("SELECT since, n FROM counts WHERE key = ?", vec![text(key)])?;
        let count = Count::with(before, amount, span, now);
        self.store.run(
            "INSERT OR REPLACE INTO counts (key, since, n) VALUES (?, ?, ?)",
            vec![text(key), number(count.since), number(count.n)],
        )?;
        // Counts of spans long past are of no use to anybody.
        let day = Millis::days(1);
        self.store.run(
            "DELETE FROM counts WHERE since < ?",
            vec![number(now.as_millis().saturating_sub(day.0))],
        )?;
        Ok(count.within(limit)?)
    }

    /// Takes back what was counted and did not come.
    fn uncount(&self, key: &str, amount: u64) -> std::result::Result<(), Shut> {
        let counted: Option<Count> =
            self.store.first("SELECT since, n FROM counts WHERE key = ?", vec![text(key)])?;
        let Some(count) = counted.map(|it| it.without(amount)) else { return Ok(()) };
        let n = vec![number(count.n), text(key)];
        Ok(self.store.run("UPDATE counts SET n = ? WHERE key = ?", n)?)
    }
}

/// What the workspace lets an agent do on a conversation's socket.
fn granted(caller: &Caller) -> Granted {
    Granted { grant: grant(&caller.id, &caller.row), sign_in: caller.sign_in.clone() }
}

fn grant(member: &MemberId, row: &MemberRow) -> Grant {
    Grant {
        agent: member.clone(),
        role: row.role,
        departments: row.departments.clone(),
        version: row.version,
        load: 0,
        expires: now().after(GRANT_LIFE),
    }
}

/// What is written down of a deed; nothing of those that change nothing. No user's text is in it.
fn audit_of(deed: &Deed) -> Option<(&'static str, String)> {
    let none = String::new;
    Some(match deed {
        Deed::Me
        | Deed::Grant
        | Deed::SignIns
        | Deed::Audit { .. }
        | Deed::Settings
        | Deed::Campaigns
        | Deed::ReportOf { .. }
        // They write down by themselves whom, and by whose link whoever asks is signed in.
        | Deed::Invite { .. }
        | Deed::MakeSignInLink { .. } => return None,
        Deed::SignOut => ("sign_out", none()),
        Deed::RevokeSignIn { .. } => ("revoke_sign_in", none()),
        Deed::ChangePassword { .. } => ("change_password", none()),
        Deed::PutSettings { .. } => ("put_settings", none()),
        Deed::CreateSite { .. } => ("create_site", none()),
        Deed::PutSite { id, .. } => ("put_site", id.to_string()),
        Deed::DeleteSite { id } => ("delete_site", id.to_string()),
        Deed::Deliver { id, form } => ("deliver", format!("{id} {} {:?}", form.seq.0, form.action)),
        Deed::CreateDepartment { .. } => ("create_department", none()),
        Deed::PutDepartment { id, .. } => ("put_department", id.to_string()),
        Deed::DeleteDepartment { id, to } => ("delete_department", left_to(id, to.as_ref())),
        Deed::PatchMember { id, .. } => ("patch_member", id.to_string()),
        Deed::DeleteMember { id, to } => ("delete_member", left_to(id, to.as_ref())),
        Deed::CreateCanned { .. } => ("create_canned", none()),
        Deed::PutCanned { id, .. } => ("put_canned", id.to_string()),
        Deed::DeleteCanned { id } => ("delete_canned", id.to_string()),
        Deed::CreateTopic { .. } => ("create_topic", none()),
        Deed::DeleteTopic { id } => ("delete_topic", id.to_string()),
        Deed::CreateCampaign { .. } => ("create_campaign", none()),
        Deed::PutCampaign { id, .. } => ("put_campaign", id.to_string()),
        Deed::SetCampaignStatus { id, form } => {
            ("set_campaign_status", format!("{id} {:?}", form.status))
        }
        Deed::OrderCampaigns { form } => ("order_campaigns", form.site.to_string()),
        Deed::PutProactive { site, .. } => ("put_proactive", site.to_string()),
        Deed::Preview { id } => ("preview_campaign", id.to_string()),
    })
}

/// What was deleted, and to what its things went.
fn left_to<T: std::fmt::Display>(gone: &T, to: Option<&T>) -> String {
    to.map_or_else(|| gone.to_string(), |to| format!("{gone} to {to}"))
}

fn member_id() -> MemberId {
    short_id("m")
}

fn site_id() -> SiteId {
    let random = base32(&random::<8>());
    format!("{}-{random}", config::WORKSPACE).parse().expect("base32 after a workspace is an id")
}

fn short_id<T: std::str::FromStr>(prefix: &str) -> T {
    let id = format!("{prefix}{}", base32(&random::<8>()));
    let Ok(id) = id.parse() else { unreachable!("base32 is an id") };
    id
}
