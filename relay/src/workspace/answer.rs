//! What the workspace answers, whatever it is asked.

use inbox_protocol::Refusal;
use inbox_types::{Action, SiteId};
use serde::Serialize;
use serde_json::{Value as Json, json};

use super::{
    accounts::{Hasher, grant, granted},
    command::{Call, Effect, Run},
    commands,
    news::News,
    request::{Asked, WorkspaceRequest},
    sign_in::{Founding, NewSignIn},
    state::WorkspaceState,
    tables::{Result, Workspace},
};

/// An answer, and what is to be done once it is stored.
#[derive(Clone, PartialEq, Debug)]
pub struct Answer {
    /// What whoever asked is told.
    pub answer: Json,
    /// What the desk is told.
    pub news: Option<News>,
    /// What others are asked.
    pub effect: Option<Effect>,
}

impl Answer {
    fn with<T: Serialize>(answer: &T) -> Self {
        Self { answer: json!(answer), news: None, effect: None }
    }

    fn of(NewSignIn { signed_in, news, .. }: &NewSignIn) -> Self {
        Self { news: *news, ..Self::with(signed_in) }
    }
}

impl Workspace {
    /// Answers a question.
    ///
    /// # Errors
    ///
    /// A refusal that whoever asked is told, or a fault.
    pub async fn answer(&self, ask: WorkspaceRequest, hasher: &impl Hasher) -> Result<Answer> {
        match ask {
            WorkspaceRequest::Setup { workspace_name, name, email, password, browser } => {
                let founding = Founding { workspace_name, name, email };
                Ok(Answer::with(&self.set_up(founding, &password, &browser, hasher).await?))
            }
            WorkspaceRequest::SignIn { email, password, browser } => {
                Ok(Answer::of(&self.by_password(&email, &password, &browser, hasher).await?))
            }
            WorkspaceRequest::UseLink { token, browser } => {
                Ok(Answer::of(&self.by_link(&token, &browser)?))
            }
            WorkspaceRequest::Accept { token, password, browser } => {
                let signed_in = self.accept(&token, &password, &browser, hasher).await?;
                Ok(Answer { news: Some(News::Facts), ..Answer::with(&signed_in) })
            }
            WorkspaceRequest::By { cookie, command, asked } => {
                self.command(&cookie, &command, &asked, hasher).await
            }
            WorkspaceRequest::Granted { cookie } => {
                let caller = self.caller(&cookie)?;
                // Marketers have nothing to do with sockets and uploads.
                self.must_allow(&caller, Some(Action::View))?;
                Ok(Answer::with(&granted(&caller)))
            }
            WorkspaceRequest::ReportOf { cookie, campaign } => {
                let caller = self.caller(&cookie)?;
                self.must_allow(&caller, Some(Action::EditCampaigns))?;
                Ok(Answer::with(&self.report_of(&campaign)?))
            }
            WorkspaceRequest::Site { site } => Ok(Answer::with(&self.site_page(&site)?)),
            WorkspaceRequest::Loader { site, asked, accepted, preview } => {
                Ok(Answer::with(&self.loader(&site, asked.as_deref(), &accepted, preview)?))
            }
            WorkspaceRequest::Availability { site } => Ok(Answer::with(&self.availability(&site)?)),
            WorkspaceRequest::TeamIs { team, answers } => {
                Ok(Answer::with(&self.put_team(team, answers)?))
            }
            WorkspaceRequest::Said { site, campaign, variant, shown_in, accepted } => {
                Ok(Answer::with(&self.said(
                    &site,
                    &campaign,
                    variant,
                    shown_in.as_ref(),
                    &accepted,
                )?))
            }
            WorkspaceRequest::Countable { site } => {
                Ok(Answer::with(&self.with_state(|it| it.countable(&site))?))
            }
            WorkspaceRequest::Facts { site } => self.facts_of(&site),
            WorkspaceRequest::DeskFacts => {
                Ok(Answer::with(&self.with_state(WorkspaceState::desk_facts)?))
            }
            WorkspaceRequest::Register { conversation, site, contact } => {
                Ok(Answer::with(&self.register(conversation, &site, contact)?))
            }
            WorkspaceRequest::Erased { conversation, standing } => {
                Ok(Answer::with(&self.note_erased(conversation, &standing)?))
            }
            WorkspaceRequest::Audit { conversation, no, audited } => {
                Ok(Answer::with(&self.audit_of_conversation(&conversation, no, &audited)?))
            }
            WorkspaceRequest::RightsOf { member } => Ok(Answer::with(
                &self.with_state(|it| it.member(&member).map(|row| grant(&member, row)))?,
            )),
            WorkspaceRequest::KeyHolder { secret } => Ok(Answer::with(&self.key_holder(&secret)?)),
            WorkspaceRequest::KeyMay { key, scope } => {
                Ok(Answer::with(&self.key_may(&key, scope)?))
            }
            WorkspaceRequest::MemberOf { email } => Ok(Answer::with(
                &self.with_state(|it| it.by_email(&email).map(|(id, _)| id.clone()))?,
            )),
            WorkspaceRequest::Standing { conversation } => {
                Ok(Answer::with(&self.standing(conversation)?))
            }
            WorkspaceRequest::CountRegistered => Ok(Answer::with(&self.n_registered()?)),
            WorkspaceRequest::Registered { after } => Ok(Answer::with(&self.registered(after)?)),
            WorkspaceRequest::DisableWebhook { site, url } => {
                let news = self.disable_webhook(&site, &url)?.then_some(News::Facts);
                Ok(Answer { news, ..Answer::with(&()) })
            }
            WorkspaceRequest::Undelivered { site, conversation, epoch, event } => {
                self.put_undelivered(&site, &conversation, epoch, event.as_ref())?;
                self.noted_of_inbox(&site)
            }
            WorkspaceRequest::Delivered { site, rows } => {
                self.put_deliveries(&site, &rows)?;
                self.noted_of_inbox(&site)
            }
            WorkspaceRequest::Stopped { stop, client } => {
                Ok(Answer::with(&self.stopped(stop, &client)?))
            }
            WorkspaceRequest::Count { key, amount, limit, span } => {
                Ok(Answer::with(&self.count(&key, amount, limit, span)?))
            }
            WorkspaceRequest::Uncount { key, amount } => {
                Ok(Answer::with(&self.uncount(&key, amount)?))
            }
        }
    }

    fn facts_of(&self, site: &SiteId) -> Result<Answer> {
        let now = self.site_now(site)?;
        Ok(Answer { news: self.notice_inbox(site)?, ..Answer::with(&now) })
    }

    /// What a site's inbox took, or did not, was noted.
    fn noted_of_inbox(&self, site: &SiteId) -> Result<Answer> {
        Ok(Answer { news: self.notice_inbox(site)?, ..Answer::with(&()) })
    }

    /// Does what a member asks for, if they may.
    async fn command(
        &self,
        cookie: &str,
        name: &str,
        asked: &Asked,
        hasher: &impl Hasher,
    ) -> Result<Answer> {
        let command = commands::named(name).ok_or(Refusal::NotFound)?;
        let caller = self.caller(cookie)?;
        self.must_allow(&caller, command.needs)?;
        let call = Call { by: &caller, asked };
        match command.run {
            Run::Now(run) => {
                let done = self.carry_out(command, run, &call)?;
                let news = command.tells.filter(|_| !done.is_as_before);
                Ok(Answer { answer: done.answer, news, effect: done.effect })
            }
            Run::ChangePassword => {
                self.change_password(&call, hasher).await?;
                Ok(Answer { news: command.tells, ..Answer::with(&()) })
            }
        }
    }
}
