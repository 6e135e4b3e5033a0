//! The questions to the relay over HTTP, each with its route and what its answer becomes.

use std::{future::Future, pin::Pin};

use gloo_net::http::Request as Http;
use inbox_protocol::{
    Refusal, SavedView,
    http::{
        Administration, AuditPage, CampaignReport, Campaigns, CannedReply, DeliveryRow, Department,
        DepartmentForm, Me, Member, NewApiKey, NewSecret, OneTimeLink, PlanForm, PreviewToken,
        SearchForm, Site, SiteForm, StatusForm, Topic,
    },
};
use inbox_types::{
    Campaign, CampaignId, CampaignStatus, DepartmentId, OpeningHours, ProactiveSettings, SiteId,
};

use super::http::{get, send, tell};
use crate::browser::intl;
use crate::model::{
    AdminMsg, AuditMsg, CampaignChange, CampaignDone, CampaignMsg, Change, Done, Edited, Msg,
    Request, SearchMsg, SignInMsg, campaigns::preview_address,
};
use crate::part::{NotFetched, Part, fetched, part};

/// Asks, and says what came of it.
pub(crate) async fn ask(request: Request) -> Msg {
    match request {
        Request::Me => Msg::SignIn(SignInMsg::Known(get::<Box<Me>>("/v1/me").await)),
        Request::StillMe => {
            let answer = get::<Me>("/v1/me").await;
            // A relay that cannot be reached says nothing about the sign-in.
            Msg::StillMe(!matches!(answer, Err(Refusal::Unauthorized)))
        }
        Request::SignIn(body) => enter("/v1/sign-in", &body).await,
        Request::UseLink(body) => enter("/v1/sign-in-links/use", &body).await,
        Request::Accept(body) => enter("/v1/invitations/accept", &body).await,
        Request::SignOut => {
            let _ = tell(Http::post("/v1/sign-out"), &serde_json::json!({})).await;
            Msg::SignIn(SignInMsg::SignedOut)
        }
        Request::Settings => {
            let settings = by(|it: &OfSettings| (it.settings)()).await;
            Msg::Admin(AdminMsg::Known(settings))
        }
        Request::Change(change) => {
            let done = by(|it: &OfSettings| (it.change)(change)).await;
            Msg::Admin(AdminMsg::Done(done))
        }
        Request::Deliveries(site) => {
            let rows = by(|it: &OfSettings| (it.deliveries)(site.clone())).await;
            Msg::Admin(AdminMsg::Deliveries(site, rows))
        }
        Request::Audit(before) => {
            let page = by(|it: &OfSettings| (it.audit)(before)).await;
            Msg::Audit(AuditMsg::Known(before, page))
        }
        Request::Search { question, text, after } => {
            let form = SearchForm { text, after, minutes_east: intl::minutes_east() };
            let page = send(Http::post("/v1/search"), &form).await;
            Msg::Search(SearchMsg::Answered { question, page })
        }
        Request::Campaigns => {
            let campaigns = by(|it: &OfMarketing| (it.campaigns)()).await;
            Msg::Campaign(CampaignMsg::Known(campaigns))
        }
        Request::CampaignReport(id) => {
            let report = by(|it: &OfMarketing| (it.report)(id.clone())).await;
            Msg::Campaign(CampaignMsg::Reported(id, report))
        }
        Request::Campaign(change) => {
            let done = by(|it: &OfMarketing| (it.change)(change)).await;
            Msg::Campaign(CampaignMsg::Done(done))
        }
    }
}

/// An answer that is awaited.
type Awaited<Answer> = Pin<Box<dyn Future<Output = Result<Answer, Refusal>>>>;

/// What only the settings ask. The forms of their answers are most of it.
struct OfSettings {
    settings: fn() -> Awaited<Box<Administration>>,
    change: fn(Change) -> Awaited<Done>,
    deliveries: fn(SiteId) -> Awaited<Vec<DeliveryRow>>,
    audit: fn(Option<u64>) -> Awaited<AuditPage>,
}

part!(OfSettings, settings, settings_requests, {
    OfSettings {
        settings: || Box::pin(stored()),
        change: |change| Box::pin(carry_out(change)),
        deliveries: |site| {
            Box::pin(async move { get(&format!("/v1/sites/{site}/deliveries")).await })
        },
        audit: |before| {
            let path = before
                .map_or_else(|| "/v1/audit".to_owned(), |it| format!("/v1/audit?before={it}"));
            Box::pin(async move { get(&path).await })
        },
    }
});

/// What only the marketers' pages ask.
struct OfMarketing {
    campaigns: fn() -> Awaited<Box<Campaigns>>,
    report: fn(CampaignId) -> Awaited<CampaignReport>,
    change: fn(CampaignChange) -> Awaited<CampaignDone>,
}

part!(OfMarketing, marketing, marketing_requests, {
    OfMarketing {
        campaigns: || Box::pin(async { get("/v1/campaigns").await }),
        report: |id| Box::pin(async move { get(&format!("/v1/campaigns/{id}/report")).await }),
        change: |change| Box::pin(arrange(change)),
    }
});

/// Asks by a function of a part. Whoever cannot have the part could not have the answer either.
async fn by<P: Part, Answer>(
    ask: impl FnOnce(&'static P) -> Awaited<Answer>,
) -> Result<Answer, Refusal> {
    match fetched().await {
        Ok(part) => ask(part).await,
        Err(NotFetched) => Err(Refusal::Unavailable),
    }
}

async fn enter(path: &str, body: &impl serde::Serialize) -> Msg {
    Msg::SignIn(SignInMsg::Answered(send::<Box<Me>>(Http::post(path), body).await))
}

async fn carry_out(change: Change) -> Result<Done, Refusal> {
    match change {
        Change::CreateSite(form) => {
            let site: Site = send(Http::post("/v1/sites"), &form).await?;
            let secret = site.webhook.and_then(|it| it.secret);
            Ok(Done::Site(site.id, secret))
        }
        Change::SaveSite(id, form) => save_site(id, &form).await,
        Change::DeleteSite(id) => {
            delete(format!("/v1/sites/{id}")).await?;
            Ok(Done::Deleted)
        }
        Change::Deliver(site, form) => {
            tell(Http::post(&format!("/v1/sites/{site}/deliveries")), &form).await?;
            Ok(Done::Stored)
        }
        Change::RotateSecret(site) => {
            let request = Http::post(&format!("/v1/sites/{site}/secret"));
            let made: NewSecret = send(request, &serde_json::json!({})).await?;
            Ok(Done::Secret(made.secret))
        }
        Change::EndSecret(site) => delete(format!("/v1/sites/{site}/previous-secret")).await,
        Change::PauseWebhook(site, form) => {
            tell(Http::put(&format!("/v1/sites/{site}/pause")), &form).await?;
            Ok(Done::Stored)
        }
        Change::PingWebhook(site) => {
            let request = Http::post(&format!("/v1/sites/{site}/ping"));
            Ok(Done::Pinged(send(request, &serde_json::json!({})).await?))
        }
        Change::CreateDepartment(form) => {
            let _: Department = send(Http::post("/v1/departments"), &form).await?;
            Ok(Done::Stored)
        }
        Change::SaveDepartment(id, form) => {
            let _: Department = send(Http::put(&format!("/v1/departments/{id}")), &form).await?;
            Ok(Done::Stored)
        }
        Change::SiteHours(id, hours) => set_site_hours(id, *hours).await,
        Change::DepartmentHours(id, hours) => set_department_hours(id, *hours).await,
        Change::DeleteDepartment(id, to) => {
            delete(leaving(format!("/v1/departments/{id}"), to)).await
        }
        Change::Invite(invite) => {
            let link: OneTimeLink = send(Http::post("/v1/invitations"), &invite).await?;
            Ok(Done::Link(link))
        }
        Change::PatchMember(id, patch) => {
            let _: Member = send(Http::patch(&format!("/v1/members/{id}")), &patch).await?;
            Ok(Done::Stored)
        }
        Change::RemoveMember(id, to) => delete(leaving(format!("/v1/members/{id}"), to)).await,
        Change::SignInLink(id) => {
            let request = Http::post(&format!("/v1/members/{id}/sign-in-link"));
            Ok(Done::Link(send(request, &serde_json::json!({})).await?))
        }
        Change::CreateCanned(form) => {
            let _: CannedReply = send(Http::post("/v1/canned-replies"), &form).await?;
            Ok(Done::Stored)
        }
        Change::SaveCanned(id, form) => {
            let _: CannedReply =
                send(Http::put(&format!("/v1/canned-replies/{id}")), &form).await?;
            Ok(Done::Stored)
        }
        Change::DeleteCanned(id) => delete(format!("/v1/canned-replies/{id}")).await,
        Change::CreateTopic(form) => {
            let _: Topic = send(Http::post("/v1/topics"), &form).await?;
            Ok(Done::Stored)
        }
        Change::DeleteTopic(id) => delete(format!("/v1/topics/{id}")).await,
        Change::CreateApiKey(form) => {
            let made: NewApiKey = send(Http::post("/v1/api-keys"), &form).await?;
            Ok(Done::ApiKey(made.secret))
        }
        Change::DeleteApiKey(id) => delete(format!("/v1/api-keys/{id}")).await,
        Change::TakeApiKey(id) => {
            tell(Http::post(&format!("/v1/api-keys/{id}/take")), &serde_json::json!({})).await?;
            Ok(Done::Stored)
        }
        Change::CreateView(form) => {
            let _: SavedView = send(Http::post("/v1/views"), &form).await?;
            Ok(Done::Stored)
        }
        Change::DeleteView(id) => delete(format!("/v1/views/{id}")).await,
        Change::Workspace(settings) => {
            let settings = settings.onto(&stored().await?.settings);
            tell(Http::put("/v1/settings"), &settings).await?;
            Ok(Done::Stored)
        }
        Change::Password(body) => {
            tell(Http::post("/v1/password"), &body).await?;
            Ok(Done::Stored)
        }
    }
}

/// Stores of a site what was changed in its form.
async fn save_site(id: SiteId, form: &Edited<SiteForm>) -> Result<Done, Refusal> {
    let now = stored().await?;
    let site = now.sites.into_iter().find(|it| it.id == id).ok_or(Refusal::NotFound)?;
    let form = form.onto(&site_form(site));
    let site: Site = send(Http::put(&format!("/v1/sites/{id}")), &form).await?;
    let secret = site.webhook.and_then(|it| it.secret);
    Ok(secret.map_or(Done::Stored, Done::Secret))
}

/// Stores a site's hours, and nothing else of its settings for campaigns.
async fn set_site_hours(id: SiteId, hours: Edited<OpeningHours>) -> Result<Done, Refusal> {
    let now = stored().await?;
    let site = now.sites.into_iter().find(|it| it.id == id).ok_or(Refusal::NotFound)?;
    let hours = hours.unless_changed(&site.settings.proactive.opening_hours())?;
    let settings = ProactiveSettings {
        time_zone: hours.time_zone,
        office_hours: hours.week,
        holidays: hours.holidays,
        ..site.settings.proactive
    };
    tell(Http::put(&format!("/v1/sites/{id}/proactive")), &settings).await?;
    Ok(Done::Stored)
}

/// Stores a department's hours, and nothing else of it.
async fn set_department_hours(
    id: DepartmentId,
    hours: Edited<OpeningHours>,
) -> Result<Done, Refusal> {
    let now = stored().await?;
    let known = now.departments.into_iter().find(|it| it.id == id);
    let Department { name, assignment, hours: stored, .. } = known.ok_or(Refusal::NotFound)?;
    let hours = Some(hours.unless_changed(&stored)?);
    let form = DepartmentForm { name, assignment, hours };
    let _: Department = send(Http::put(&format!("/v1/departments/{id}")), &form).await?;
    Ok(Done::Stored)
}

/// What is stored now; a form changes nothing of it but what was changed in the form.
async fn stored() -> Result<Box<Administration>, Refusal> {
    get("/v1/settings").await
}

fn site_form(site: Site) -> SiteForm {
    let Site { name, origins, department, settings, webhook, .. } = site;
    let webhook_answers = webhook.as_ref().is_some_and(|it| it.answers);
    let webhook_url = webhook.map(|it| it.url);
    SiteForm { name, origins, department, settings, webhook_url, webhook_answers }
}

async fn arrange(change: CampaignChange) -> Result<CampaignDone, Refusal> {
    match change {
        CampaignChange::Create(form) => {
            let campaign: Campaign = send(Http::post("/v1/campaigns"), &form).await?;
            Ok(CampaignDone::Created(campaign.id))
        }
        CampaignChange::Save { id, plan, status, revision } => {
            let form = PlanForm { revision, plan: *plan };
            let saved: Campaign = send(Http::put(&format!("/v1/campaigns/{id}")), &form).await?;
            let refused = match status {
                Some(status) => set_status(&id, status).await.err(),
                None => None,
            };
            Ok(CampaignDone::Saved { id, revision: saved.revision, refused })
        }
        CampaignChange::Status(id, status) => {
            set_status(&id, status).await?;
            Ok(CampaignDone::Stored)
        }
        CampaignChange::Order(form) => {
            tell(Http::post("/v1/campaigns/order"), &form).await?;
            Ok(CampaignDone::Ordered)
        }
        CampaignChange::Settings(site, settings) => {
            let now: Campaigns = get("/v1/campaigns").await?;
            let known = now.sites.into_iter().find(|it| it.id == site).ok_or(Refusal::NotFound)?;
            let settings = settings.unless_changed(&known.proactive)?;
            tell(Http::put(&format!("/v1/sites/{site}/proactive")), &settings).await?;
            Ok(CampaignDone::Stored)
        }
        CampaignChange::Preview(id, page) => {
            let preview: PreviewToken = get(&format!("/v1/campaigns/{id}/preview")).await?;
            Ok(CampaignDone::Preview(preview_address(&page, &preview.token)))
        }
    }
}

async fn set_status(id: &CampaignId, status: CampaignStatus) -> Result<(), Refusal> {
    tell(Http::post(&format!("/v1/campaigns/{id}/status")), &StatusForm { status }).await
}

/// The address of what is deleted, with where its things go.
fn leaving<T: std::fmt::Display>(path: String, to: Option<T>) -> String {
    match to {
        Some(to) => format!("{path}?to={to}"),
        None => path,
    }
}

async fn delete(path: String) -> Result<Done, Refusal> {
    tell(Http::delete(&path), &serde_json::json!({})).await?;
    Ok(Done::Stored)
}
