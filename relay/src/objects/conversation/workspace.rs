//! What a conversation asks of its workspace, and what it takes over.

use std::rc::Rc;

use inbox_host::Timer;
use inbox_protocol::Refusal;
use inbox_room::{Beforehand, Identity, Input, Standing};
use inbox_types::{ConversationId, limits::VACANT_LIFE};

use super::{Home, Shell, delivery};
use crate::{
    config,
    platform::now,
    refuse::Shut,
    requests::{
        call,
        conversation::{Caller, CallerKind},
    },
    workspace::ask::{Ask as WorkspaceAsk, SiteNow},
};

impl Shell {
    /// Knows which conversation this is and what its workspace says now. Being asked makes an object;
    /// where there is nothing to be had, nothing stays of that.
    pub(super) async fn settle(self: &Rc<Self>, caller: &Caller) -> Result<(), Shut> {
        let settled = self.find_out(caller).await;
        if matches!(settled, Err(Shut::Refused(Refusal::NotFound))) && self.home()?.is_none() {
            self.give_up()?;
        }
        settled
    }

    async fn find_out(self: &Rc<Self>, caller: &Caller) -> Result<(), Shut> {
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
        self.learn(identity).await
    }

    pub(super) async fn learn(self: &Rc<Self>, identity: Identity) -> Result<(), Shut> {
        let ask = WorkspaceAsk::Facts { site: identity.site.clone() };
        let site: SiteNow = call::ask(&config::workspace(&self.env)?, &ask).await?;
        self.take_over(identity, site)
    }

    /// Takes over what the workspace says.
    fn take_over(self: &Rc<Self>, identity: Identity, site: SiteNow) -> Result<(), Shut> {
        let known = self.home()?;
        if known.as_ref().is_some_and(|it| it.site == site) {
            return Ok(());
        }
        self.log.put_meta("identity", &identity)?;
        self.log.put_meta("site", &site)?;
        delivery::begin(&self.log, site.webhook.as_ref())?;
        if known.is_none() && self.timer(Timer::Vacant)?.is_none() {
            self.set_timer(Timer::Vacant, Some(now().after(VACANT_LIFE)))?;
        }
        let webhook_changed = known.as_ref().is_some_and(|it| it.site.webhook != site.webhook);
        self.home.replace(Some(Rc::new(Home { identity, site: site.clone() })));
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
    pub(super) async fn relearn(self: &Rc<Self>) -> Result<(), Shut> {
        match self.identity()? {
            Some(identity) => self.learn(identity).await,
            None => Ok(()),
        }
    }

    pub(super) async fn ask_before(self: &Rc<Self>, beforehand: Beforehand) -> Result<(), Shut> {
        let Some(home) = self.home()? else { return Ok(()) };
        let Identity { conversation, site, contact } = home.identity.clone();
        let ask = match beforehand {
            Beforehand::Register => WorkspaceAsk::Register { conversation, site, contact },
            Beforehand::Facts => WorkspaceAsk::Facts { site },
        };
        let env = self.env.clone();
        // Frames that come meanwhile wait, so that their order stays.
        let site = self.state.block_concurrency_while(async move {
            Ok(call::ask::<_, SiteNow>(&config::workspace(&env)?, &ask).await)
        });
        let site = site.await??;
        self.take_over(home.identity.clone(), site)
    }

    /// Begins with the epoch that the workspace knows of, if what was stored here is gone.
    async fn restore(&self, conversation: &ConversationId) -> Result<(), Shut> {
        let ask = WorkspaceAsk::Standing { conversation: conversation.clone() };
        let known: Option<Standing> = call::ask(&config::workspace(&self.env)?, &ask).await?;
        match known {
            Some(standing) => Ok(self.log.put_meta("standing", &standing)?),
            None => Ok(()),
        }
    }
}
