//! What conversations are told, and how what they must hear reaches them.

use std::rc::Rc;

use inbox_host::{Letter, Mail};
use inbox_protocol::Refusal;
use inbox_room::DeskCommand;
use inbox_types::ConversationId;
use serde_json::Value as Json;

use super::{Shell, timers::COMMANDS};
use crate::{
    config,
    platform::now,
    refuse::Result,
    requests::{call, conversation},
};

/// Conversations that are told something at the same time.
const AT_ONCE: u64 = 20;
/// Conversations that are looked at together when a site was deleted.
const WALK: u64 = 500;

impl Shell {
    /// Says something to a conversation: those of which the desk will not think again are kept
    /// until they were heard, and what ends somebody's rights waits for nothing else.
    pub(super) fn command(
        self: &Rc<Self>,
        conversation: ConversationId,
        command: DeskCommand,
    ) -> Result<()> {
        let waits_in = match &command {
            DeskCommand::Presence { agent, presence, .. } => {
                let (agent, presence) = (agent.clone(), *presence);
                let ask = conversation::ConversationRequest::Command { command };
                self.tables.post_presence(&conversation, &agent, presence, &ask)?;
                return self.announce(Mail::Presences);
            }
            DeskCommand::RightsChanged { .. } | DeskCommand::MemberRemoved { .. } => {
                Some(Mail::Revocations)
            }
            DeskCommand::Postpone { .. } | DeskCommand::Look | DeskCommand::Report => {
                Some(Mail::Commands)
            }
            DeskCommand::Offer { .. }
            | DeskCommand::Take { .. }
            | DeskCommand::Refuse { .. }
            | DeskCommand::Answer { .. }
            | DeskCommand::Bulk { .. } => None,
        };
        let ask = conversation::ConversationRequest::Command { command };
        if let Some(mail) = waits_in {
            self.post(mail, &conversation, &ask)?;
            if mail == Mail::Revocations && !self.revoking.replace(true) {
                let shell = Rc::clone(self);
                // The alarm may be busy with something long; it says again what fails here.
                self.state.wait_until(async move {
                    shell.revoking.set(false);
                    if let Err(error) = shell.deliver_all(Mail::Revocations).await {
                        worker::console_error!("rights were not ended: {:?}", error.reason());
                    }
                });
            }
            return Ok(());
        }
        let shell = Rc::clone(self);
        self.state.wait_until(async move {
            if let Err(error) = shell.say(&conversation, &ask).await {
                worker::console_log!("a conversation did not hear a command: {:?}", error.reason());
            }
        });
        Ok(())
    }

    pub(super) async fn say(
        &self,
        conversation: &ConversationId,
        ask: &conversation::ConversationRequest,
    ) -> Result<Json> {
        call::ask(&config::conversation(&self.env, conversation)?, ask).await
    }

    /// Keeps something to be said until it was heard.
    pub(super) fn post(
        &self,
        mail: Mail,
        conversation: &ConversationId,
        ask: &conversation::ConversationRequest,
    ) -> Result<()> {
        self.tables.post(mail, conversation, ask)?;
        self.announce(mail)
    }

    /// Has the letters of a queue delivered in time.
    fn announce(&self, mail: Mail) -> Result<()> {
        let set = self.timers.at(&self.store, COMMANDS)?;
        let due = mail.due(now(), set);
        if set != Some(due) {
            self.timers.set(&self.store, COMMANDS, Some(due))?;
        }
        Ok(())
    }

    /// Says what was kept: what ends rights before all else, also before what is on its way.
    pub(super) async fn deliver(self: &Rc<Self>) -> Result<()> {
        loop {
            self.deliver_all(Mail::Revocations).await?;
            // Neither waits for what the other cannot say.
            let commands = self.deliver_some(Mail::Commands).await;
            let presences = self.deliver_some(Mail::Presences).await;
            let has_heard = [commands?, presences?].contains(&true);
            if !has_heard
                && !self
                    .tables
                    .walk_deleted_sites(&conversation::ConversationRequest::FactsChanged, WALK)?
            {
                return Ok(self.timers.set(&self.store, COMMANDS, None)?);
            }
        }
    }

    async fn deliver_all(self: &Rc<Self>, mail: Mail) -> Result<()> {
        while self.deliver_some(mail).await? {}
        Ok(())
    }

    /// Says the first of what was kept for each conversation, to several at once; false if there was
    /// nothing. One that does not hear keeps no other waiting: its fault is the answer only when no
    /// other has heard anything either.
    // HO35
    async fn deliver_some(self: &Rc<Self>, mail: Mail) -> Result<bool> {
        let (mut after, mut has_heard, mut fault) = (0, false, None);
        loop {
            let letters = self.tables.letters(mail, after, AT_ONCE)?;
            let Some(last) = letters.last() else { break };
            after = last.no;
            let said = letters.into_iter().map(|it| self.deliver_one(mail, it));
            for one in futures_util::future::join_all(said).await {
                match one {
                    Ok(()) => has_heard = true,
                    Err(error) => fault = Some(error),
                }
            }
        }
        match fault {
            Some(error) if !has_heard => Err(error),
            Some(_) | None => Ok(has_heard),
        }
    }

    async fn deliver_one(&self, mail: Mail, letter: Letter) -> Result<()> {
        let ask = serde_json::from_str(&letter.body)?;
        match self.say(&letter.conversation, &ask).await {
            Err(error) if error.reason() == Refusal::Unavailable => return Err(error),
            // Heard, and perhaps refused: saying it again would change nothing.
            Ok(_) | Err(_) => {}
        }
        Ok(self.tables.heard(mail, letter.no)?)
    }
}
