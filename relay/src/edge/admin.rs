//! What signed-in members do with the workspace.

use inbox_protocol::{
    Refusal,
    http::{
        CampaignForm, CannedReplyForm, ChangePassword, DayCounts, DeliveryForm, DepartmentForm,
        Invite, MemberPatch, OrderForm, SiteForm, StatusForm, TopicForm,
    },
};
use inbox_types::{CampaignId, CampaignPlan, ProactiveSettings, WorkspaceSettings};
use serde::de::DeserializeOwned;
use serde_json::Value as Json;
use worker::Response;

use super::{
    cookie,
    incoming::{Incoming, id, no_store},
    routes::{self, Access, Endpoint},
    visitor_pages,
};
use crate::{
    config,
    refuse::Shut,
    requests::{call, campaigns},
    workspace::ask::{Ask, Deed, ReportOf},
};

/// No row of a table has this number: what is read from a number of JSON would not be exact.
const MOST_ROWS: u64 = 1 << 53;

impl Incoming<'_> {
    pub(super) async fn administer(
        &mut self,
        route: &routes::Route,
        names: &[&str],
    ) -> Result<Response, Shut> {
        let cookie = self.cookie()?;
        let deed = self.deed(route.endpoint, names.first().copied().unwrap_or_default()).await?;
        let signs_out = route.endpoint == Endpoint::SignOut;
        let answer: Json = self.ask_by(route, cookie, deed).await?;
        if route.method.changes() {
            visitor_pages::forget();
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
    pub(super) async fn report(
        &self,
        route: &routes::Route,
        name: &str,
    ) -> Result<((CampaignId, String), Vec<DayCounts>), Shut> {
        let cookie = self.cookie()?;
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
        self.parameter("to").map(|it| id(&it)).transpose()
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
            | Endpoint::Stop
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
        let Some(raw) = self.parameter("before") else { return Ok(None) };
        let row: u64 = raw.parse().map_err(|_| Refusal::Malformed)?;
        if row < MOST_ROWS { Ok(Some(row)) } else { Err(Refusal::Malformed.into()) }
    }
}
