//! What a conversation asks of its workspace, and what it takes over.

use std::rc::Rc;

use inbox_host::Timer;
use inbox_protocol::Refusal;
use inbox_room::{Beforehand, ConversationRecord, Identity, Input};
use inbox_types::{ConversationId, Timestamp, limits::VACANT_LIFE};

use super::{Shell, SiteContext, delivery};
use crate::{
    config,
    platform::{now, sql::all_or_none},
    refuse::{ApiError, Result},
    requests::{
        call,
        conversation::{Caller, CallerKind},
        sites,
    },
    workspace::request::{SiteNow, WorkspaceRequest},
};

/// Under which name the log notes when the workspace was asked for what it has of the site.
const SITE_ASKED: &str = "site_asked";

impl Shell {
    /// Knows which conversation this is and what its workspace says now. Being asked makes an object;
    /// where there is nothing to be had, nothing stays of that.
    pub(super) async fn settle(self: &Rc<Self>, caller: &Caller) -> Result<()> {
        let settled = self.find_out(caller).await;
        if matches!(settled, Err(ApiError::Refused(Refusal::NotFound))) && self.home()?.is_none() {
            self.give_up()?;
        }
        settled
    }

    async fn find_out(self: &Rc<Self>, caller: &Caller) -> Result<()> {
        let identity = match (&caller.who, self.identity()?) {
            (_, Some(identity)) => identity,
            (CallerKind::Visitor { site, contact, .. }, None) => {
                self.restore(&caller.conversation).await?;
                Identity {
                    conversation: caller.conversation.clone(),
                    site: site.clone(),
                    contact: contact.clone(),
                }
            }
            (CallerKind::Agent { .. }, None) => return Err(Refusal::NotFound.into()),
        };
        match caller.who {
            CallerKind::Visitor { .. } => self.learn_what_is_recent(identity).await,
            CallerKind::Agent { .. } => self.learn(identity).await,
        }
    }

    pub(super) async fn learn(self: &Rc<Self>, identity: Identity) -> Result<()> {
        let (asked, site) = sites::ask(&self.env, &identity.site).await?;
        self.take_over(identity, asked, site)
    }

    /// Learns what others in this isolate have learned within the last two seconds. Whatever has to
    /// hold at once reaches a conversation by itself, and nothing older takes its place.
    pub(super) async fn learn_what_is_recent(self: &Rc<Self>, identity: Identity) -> Result<()> {
        let (asked, site) = sites::recent(&self.env, &identity.site, self.site_asked()?).await?;
        self.take_over(identity, asked, site)
    }

    /// When the workspace was asked for what this conversation knows of its site.
    fn site_asked(&self) -> Result<Timestamp> {
        Ok(self.log.meta(SITE_ASKED)?.unwrap_or_default())
    }

    /// Takes over what the workspace says to whoever asked at an instant.
    fn take_over(
        self: &Rc<Self>,
        identity: Identity,
        asked: Timestamp,
        site: SiteNow,
    ) -> Result<()> {
        let known = self.home()?;
        // Whoever asked before a change may be answered after it.
        let is_late = asked < self.site_asked()?;
        if is_late || known.as_ref().is_some_and(|it| it.site == site) {
            return Ok(());
        }
        all_or_none(&self.state, || {
            self.log.put_meta("identity", &identity)?;
            self.log.put_meta("site", &site)?;
            self.log.put_meta(SITE_ASKED, &asked)
        })?;
        delivery::begin(&self.log, site.webhook.as_ref())?;
        if known.is_none() && self.timer(Timer::Vacant)?.is_none() {
            self.set_timer(Timer::Vacant, Some(now().after(VACANT_LIFE)))?;
        }
        let webhook_changed = known.as_ref().is_some_and(|it| it.site.webhook != site.webhook);
        self.home.replace(Some(Rc::new(SiteContext { identity, site: site.clone() })));
        if webhook_changed {
            // What was stored meanwhile is sent without waiting for the next event.
            self.set_timer(Timer::Forward, Some(now()))?;
            self.arm()?;
            delivery::start(self);
        }
        if known.is_some() {
            self.drive(Input::Facts(Box::new(site.facts)))?;
        }
        Ok(())
    }

    /// Asks the workspace again what holds for this conversation, if it is one.
    pub(super) async fn relearn(self: &Rc<Self>) -> Result<()> {
        match self.identity()? {
            Some(identity) => self.learn(identity).await,
            None => Ok(()),
        }
    }

    pub(super) async fn ask_before(self: &Rc<Self>, beforehand: Beforehand) -> Result<()> {
        let Some(home) = self.home()? else { return Ok(()) };
        let Identity { conversation, site, contact } = home.identity.clone();
        let ask = match beforehand {
            Beforehand::Register => WorkspaceRequest::Register { conversation, site, contact },
            Beforehand::Facts => WorkspaceRequest::Facts { site },
        };
        let (env, asked) = (self.env.clone(), now());
        // Frames that come meanwhile wait, so that their order stays.
        let site = self.state.block_concurrency_while(async move {
            Ok(call::ask::<_, SiteNow>(&config::workspace(&env)?, &ask).await)
        });
        let site = site.await??;
        sites::keep(&home.identity.site, asked, &site);
        self.take_over(home.identity.clone(), asked, site)
    }

    /// Begins with the epoch that the workspace knows of, if what was stored here is gone.
    async fn restore(&self, conversation: &ConversationId) -> Result<()> {
        let ask = WorkspaceRequest::Standing { conversation: conversation.clone() };
        let known: Option<ConversationRecord> =
            call::ask(&config::workspace(&self.env)?, &ask).await?;
        match known {
            Some(standing) => Ok(self.log.put_meta("standing", &standing)?),
            None => Ok(()),
        }
    }
}
