//! The settings: what is on screen, and what a form must hold before it is sent.

mod page;
mod refused;
mod site_draft;

use std::collections::{BTreeMap, VecDeque};

use inbox_protocol::{
    Refusal, ViewForm,
    http::{
        Administration, ApiKeyForm, CannedReplyForm, ChangePassword, DeliveryForm, DeliveryRow,
        Department, DepartmentForm, Invite, Member, MemberPatch, OneTimeLink, PauseForm,
        PingReport, SiteForm, TopicForm,
    },
};
use inbox_text::Phrase;
use inbox_types::{
    ApiKeyId, CannedReplyId, DepartmentId, MemberId, Name, OpeningHours, SiteId, TopicId, ViewId,
    WorkspaceSettings,
};

pub(super) use self::page::{forget_told, left, look_again};
pub use self::site_draft::{SiteDraft, number, wait_levels};
use super::{
    Dialog, Edited, Effect, Inbox, Missing, Model, Request, Route, Section, SignInState, ToastKind,
    inbox, toast, words,
};

/// What the settings show.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Admin {
    /// Everything, once the relay has said it.
    pub data: Option<Box<Administration>>,
    /// An answer is awaited.
    pub busy: bool,
    /// The change whose answer is awaited.
    asked: Option<Asked>,
    /// What was asked for meanwhile: each change gets its own answer.
    waiting: VecDeque<Asked>,
    /// Secrets of sites whose page was left before they came. The relay does not tell them again.
    pub(super) untold: BTreeMap<SiteId, String>,
    /// What was saved last on this page a colleague has changed meanwhile, and whoever saves was told so:
    /// the next time it replaces that.
    insists: bool,
    /// How many of the page's own forms were stored, and how many refused. A line of a list is none.
    pub(super) answers: (u32, u32),
    /// Where the last change was asked for: what is wrong is said there.
    pub at: Option<Spot>,
    /// What is wrong with the last attempt.
    pub problem: Option<Phrase>,
    /// What the relay could not tell this page.
    pub(super) missing: Missing,
    /// A link to hand over, and whose it is; it is shown once.
    pub link: Option<(Option<Name>, OneTimeLink)>,
    /// A key of the API that was made just now. The relay does not tell it again.
    pub api_key: Option<String>,
    /// One that was made for a page that had been left by then. It waits for the page.
    pub(super) untold_key: Option<String>,
    /// What a site's page shows of its own inbox.
    pub inbox: Inbox,
}

/// A change, and where somebody asked for it.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Asked {
    change: Change,
    /// The question over the page.
    dialog: Option<Dialog>,
    page: Route,
}

/// Something that the relay changes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Change {
    /// A new site.
    CreateSite(Box<SiteForm>),
    /// A site.
    SaveSite(SiteId, Box<Edited<SiteForm>>),
    /// A site is served no more.
    DeleteSite(SiteId),
    /// What becomes of an event that a site's webhook has not delivered.
    Deliver(SiteId, DeliveryForm),
    /// A new secret of a site's webhook.
    RotateSecret(SiteId),
    /// The secret before it holds no longer.
    EndSecret(SiteId),
    /// Nothing is sent to a site's webhook, or again.
    PauseWebhook(SiteId, PauseForm),
    /// A test is sent to a site's webhook.
    PingWebhook(SiteId),
    /// A new department.
    CreateDepartment(DepartmentForm),
    /// A department.
    SaveDepartment(DepartmentId, DepartmentForm),
    /// When the team of a site is there.
    SiteHours(SiteId, Box<Edited<OpeningHours>>),
    /// When a department is there.
    DepartmentHours(DepartmentId, Box<Edited<OpeningHours>>),
    /// A department is no more; its things go to another, unless it is the last.
    DeleteDepartment(DepartmentId, Option<DepartmentId>),
    /// Somebody is invited.
    Invite(Invite),
    /// A member's name, role or departments.
    PatchMember(MemberId, MemberPatch),
    /// Somebody is of the team no more; another owns their conversations, if one is named.
    RemoveMember(MemberId, Option<MemberId>),
    /// A link that signs a member in.
    SignInLink(MemberId),
    /// A new canned reply.
    CreateCanned(CannedReplyForm),
    /// A canned reply.
    SaveCanned(CannedReplyId, CannedReplyForm),
    /// A canned reply is no more.
    DeleteCanned(CannedReplyId),
    /// A new topic.
    CreateTopic(TopicForm),
    /// A topic is no more.
    DeleteTopic(TopicId),
    /// A new key of the API.
    CreateApiKey(ApiKeyForm),
    /// A key of the API is worth nothing any more.
    DeleteApiKey(ApiKeyId),
    /// I answer from now on for a key whose owner is no admin any more.
    TakeApiKey(ApiKeyId),
    /// A new saved list.
    CreateView(ViewForm),
    /// A saved list is no more.
    DeleteView(ViewId),
    /// How the team works.
    Workspace(Box<Edited<WorkspaceSettings>>),
    /// One's own password.
    Password(ChangePassword),
}

impl Change {
    /// The same, with what is deleted leaving its things to another. Nobody is an empty id.
    #[must_use]
    pub fn leaving_to(mut self, heir: &str) -> Self {
        if let Self::DeleteDepartment(_, to) = &mut self {
            *to = heir.parse().ok();
        }
        if let Self::RemoveMember(_, to) = &mut self {
            *to = heir.parse().ok();
        }
        self
    }
}

/// Where the things of what is deleted can go.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Heirs {
    /// Ids and names.
    pub choices: Vec<(String, String)>,
    /// One of them must be chosen.
    pub required: bool,
}

/// The line of a list where something is changed at once.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Spot {
    /// A member's.
    Member(MemberId),
    /// A department's.
    Department(DepartmentId),
    /// A canned reply's.
    Canned(CannedReplyId),
    /// What a site's page shows of its own inbox.
    Inbox,
}

impl Change {
    /// The site whose own inbox it is about.
    fn site(&self) -> Option<&SiteId> {
        match self {
            Self::SaveSite(id, _)
            | Self::Deliver(id, _)
            | Self::RotateSecret(id)
            | Self::EndSecret(id)
            | Self::PauseWebhook(id, _)
            | Self::PingWebhook(id) => Some(id),
            Self::CreateSite(_)
            | Self::DeleteSite(_)
            | Self::CreateDepartment(_)
            | Self::SaveDepartment(..)
            | Self::SiteHours(..)
            | Self::DepartmentHours(..)
            | Self::DeleteDepartment(..)
            | Self::Invite(_)
            | Self::PatchMember(..)
            | Self::RemoveMember(..)
            | Self::SignInLink(_)
            | Self::CreateCanned(_)
            | Self::SaveCanned(..)
            | Self::DeleteCanned(_)
            | Self::CreateTopic(_)
            | Self::DeleteTopic(_)
            | Self::CreateApiKey(_)
            | Self::DeleteApiKey(_)
            | Self::TakeApiKey(_)
            | Self::CreateView(_)
            | Self::DeleteView(_)
            | Self::Workspace(_)
            | Self::Password(_) => None,
        }
    }

    /// The line where it is asked for; none is the page's own form.
    fn spot(&self) -> Option<Spot> {
        match self {
            Self::PatchMember(id, _) | Self::SignInLink(id) => Some(Spot::Member(id.clone())),
            Self::SaveDepartment(id, _) => Some(Spot::Department(id.clone())),
            Self::SaveCanned(id, _) => Some(Spot::Canned(id.clone())),
            Self::Deliver(..)
            | Self::RotateSecret(_)
            | Self::EndSecret(_)
            | Self::PauseWebhook(..)
            | Self::PingWebhook(_) => Some(Spot::Inbox),
            // What is deleted is asked about in a dialog, which says what is wrong itself.
            Self::RemoveMember(..)
            | Self::DeleteDepartment(..)
            | Self::DeleteCanned(_)
            | Self::CreateSite(_)
            | Self::SaveSite(..)
            | Self::DeleteSite(_)
            | Self::SiteHours(..)
            | Self::DepartmentHours(..)
            | Self::CreateDepartment(_)
            | Self::Invite(_)
            | Self::CreateCanned(_)
            | Self::CreateTopic(_)
            | Self::DeleteTopic(_)
            | Self::CreateApiKey(_)
            | Self::DeleteApiKey(_)
            | Self::TakeApiKey(_)
            | Self::CreateView(_)
            | Self::DeleteView(_)
            | Self::Workspace(_)
            | Self::Password(_) => None,
        }
    }
}

/// What comes back from a change.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Done {
    /// It is done.
    Stored,
    /// A site is gone.
    Deleted,
    /// There is a new site, and perhaps a secret that is told once.
    Site(SiteId, Option<String>),
    /// It is done, and there is a secret that is told once.
    Secret(String),
    /// There is a key of the API that is told once.
    ApiKey(String),
    /// A test was sent.
    Pinged(Box<PingReport>),
    /// There is a link to hand over.
    Link(OneTimeLink),
}

/// What happens in the settings.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum AdminMsg {
    /// Everything, as it stands now.
    Known(Result<Box<Administration>, Refusal>),
    /// Somebody wants something changed.
    Change(Change),
    /// A form is not complete.
    Wrong(Phrase),
    /// The answer to a change.
    Done(Result<Done, Refusal>),
    /// The link was handed over.
    LinkTaken,
    /// Somebody wants to see what was delivered since.
    LookAtDeliveries(SiteId),
    /// The last deliveries of a site.
    Deliveries(SiteId, Result<Vec<DeliveryRow>, Refusal>),
}

impl Admin {
    /// Whether a key of the API works only as long as this member may administer.
    #[must_use]
    pub fn has_keys_of(&self, member: &MemberId) -> bool {
        let keys = self.data.iter().flat_map(|it| &it.api_keys);
        keys.into_iter().any(|it| it.owner == *member && !it.stopped)
    }

    /// Who comes in by the link that a change makes.
    fn comes_in_by(&self, change: &Change) -> Option<Name> {
        if let Change::Invite(invite) = change {
            return Some(invite.name.clone());
        }
        let Change::SignInLink(id) = change else { return None };
        let members = &self.data.as_ref()?.members;
        members.iter().find(|it| it.id == *id).map(|it| it.name.clone())
    }

    /// Where the things can go of what a change deletes.
    #[must_use]
    pub fn heirs(&self, change: &Change) -> Heirs {
        let Some(data) = &self.data else { return Heirs::default() };
        if let Change::DeleteDepartment(gone, _) = change {
            let others = data.departments.iter().filter(|it| it.id != *gone);
            let name = |it: &Department| (it.id.to_string(), it.name.as_str().to_owned());
            let choices: Vec<_> = others.map(name).collect();
            return Heirs { required: !choices.is_empty(), choices };
        }
        if let Change::RemoveMember(gone, _) = change {
            // Whoever was only invited has no conversations to leave.
            let is_here = data.members.iter().any(|it| it.id == *gone);
            let answers = |it: &&Member| it.id != *gone && words::answers(it.role);
            let others = data.members.iter().filter(|_| is_here).filter(answers);
            let name = |it: &Member| (it.id.to_string(), it.name.as_str().to_owned());
            return Heirs { required: false, choices: others.map(name).collect() };
        }
        Heirs::default()
    }
}

pub(super) fn update(model: &mut Model, msg: AdminMsg) -> Vec<Effect> {
    match msg {
        AdminMsg::Known(Ok(data)) => {
            let admin = &mut model.admin;
            admin.data = Some(data);
            admin.missing.told(&mut admin.problem, &Request::Settings);
            Vec::new()
        }
        AdminMsg::Known(Err(reason)) => {
            let admin = &mut model.admin;
            admin.missing.failed(&mut admin.problem, Request::Settings, toast::refusal(reason));
            Vec::new()
        }
        AdminMsg::Change(mut change) => {
            if model.admin.insists
                && let Change::SiteHours(_, hours) | Change::DepartmentHours(_, hours) = &mut change
            {
                hours.insists = true;
            }
            let asked = Asked { change, dialog: model.dialog.clone(), page: model.route.clone() };
            if model.admin.asked.is_none() {
                return ask(model, asked);
            }
            // Pressed twice is meant once; set, taken back and set again is not.
            let spot = asked.change.spot();
            let before = model.admin.asked.iter().chain(&model.admin.waiting);
            let mut before = before.filter(|it| it.change.spot() == spot);
            if before.next_back() != Some(&asked) {
                model.admin.waiting.push_back(asked);
            }
            Vec::new()
        }
        AdminMsg::Wrong(problem) => {
            model.admin.at = None;
            model.admin.problem = Some(problem);
            Vec::new()
        }
        AdminMsg::Done(answer) => {
            model.admin.busy = false;
            let asked = model.admin.asked.take();
            let mut effects = match answer {
                Ok(done) => finish(model, done, asked),
                Err(reason) => refuse(model, reason, asked.as_ref()),
            };
            if let Some(next) = model.admin.waiting.pop_front() {
                effects.extend(ask(model, next));
            }
            effects
        }
        AdminMsg::LinkTaken => {
            model.admin.link = None;
            Vec::new()
        }
        AdminMsg::LookAtDeliveries(site) => vec![Effect::Ask(Request::Deliveries(site))],
        AdminMsg::Deliveries(site, rows) => {
            inbox::known(model, &site, rows);
            Vec::new()
        }
    }
}

fn ask(model: &mut Model, asked: Asked) -> Vec<Effect> {
    let change = asked.change.clone();
    model.admin.busy = true;
    model.admin.at = change.spot();
    model.admin.problem = None;
    model.admin.missing = Missing::default();
    model.admin.asked = Some(asked);
    vec![Effect::Ask(Request::Change(change))]
}

/// What is refused is said where it was asked for. Once that page was left nothing is wrong with the
/// form on screen, and what waits behind it takes the place of what is said there.
fn refuse(model: &mut Model, reason: Refusal, asked: Option<&Asked>) -> Vec<Effect> {
    if is_of_form(model, asked) {
        model.admin.answers.1 += 1;
        model.admin.insists = reason == Refusal::Changed;
    }
    if !model.admin.waiting.is_empty() || asked.is_some_and(|it| it.page != model.route) {
        toast::show(model, ToastKind::Refused(reason));
    } else {
        let change = asked.map(|it| &it.change);
        model.admin.problem = Some(refused::refusal_of(&model.admin, change, reason));
    }
    Vec::new()
}

/// Whether an answer is about the form on screen: neither about a line of a list, nor about what was asked
/// for in a question over the page, or on a page that was left.
fn is_of_form(model: &Model, asked: Option<&Asked>) -> bool {
    asked.is_none_or(|it| {
        it.change.spot().is_none() && it.dialog.is_none() && it.page == model.route
    })
}

fn finish(model: &mut Model, done: Done, asked: Option<Asked>) -> Vec<Effect> {
    if is_of_form(model, asked.as_ref()) {
        model.admin.answers.0 += 1;
        model.admin.insists = false;
    }
    let is_left = asked.as_ref().is_some_and(|it| it.page != model.route);
    let (change, dialog) = asked.map(|it| (it.change, it.dialog)).unzip();
    // Nobody is thrown out of a question that was opened meanwhile.
    if model.dialog == dialog.flatten() {
        model.dialog = None;
    }
    let mut effects = Vec::new();
    match done {
        Done::Stored => {
            // What a link allows, it allows once.
            let sets_password = matches!(change, Some(Change::Password(_)));
            if let (true, SignInState::In(me)) = (sets_password, &mut model.sign_in) {
                me.sets_password_until = None;
            }
            toast::show(model, ToastKind::Saved);
        }
        Done::Deleted | Done::Site(..) if is_left => {
            // Nobody is taken from where they have gone meanwhile.
            toast::show(model, ToastKind::Saved);
            if let Done::Site(id, Some(secret)) = done {
                model.admin.untold.insert(id, secret);
            }
        }
        // The form that was left behind is of what is stored now, or of nothing any more.
        Done::Deleted => {
            model.unsaved.clear();
            effects.extend(super::go(model, Route::Settings(Section::Sites)));
        }
        Done::Site(id, secret) => {
            model.unsaved.clear();
            toast::show(model, ToastKind::Saved);
            effects.extend(super::go(model, Route::Settings(Section::Site(id))));
            model.admin.inbox.secret = secret;
        }
        Done::Secret(secret) => {
            toast::show(model, ToastKind::Saved);
            inbox::told(model, change.as_ref().and_then(Change::site), secret);
        }
        Done::Pinged(report) => {
            let site = change.as_ref().and_then(Change::site);
            if site == model.admin.inbox.site.as_ref() {
                model.admin.inbox.ping = Some(report);
            }
        }
        Done::ApiKey(secret) => {
            toast::show(model, ToastKind::Saved);
            let place =
                if is_left { &mut model.admin.untold_key } else { &mut model.admin.api_key };
            *place = Some(secret);
        }
        Done::Link(link) => {
            let whose = change.as_ref().and_then(|it| model.admin.comes_in_by(it));
            model.admin.link = Some((whose, link));
        }
    }
    if model.sign_in.administers() {
        effects.push(Effect::Ask(Request::Settings));
        effects.extend(inbox::arrive(model));
    }
    effects
}
