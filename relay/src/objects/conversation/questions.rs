//! What the edge, the desk and the workspace ask.

use std::rc::Rc;

use inbox_host::Timer;
use inbox_protocol::{Refusal, http::DeliveryAction};
use inbox_room::{DeskCommand, Input, Principal};
use inbox_types::{Author, File, limits::PENDING_FILE_LIFE};
use serde_json::{Value as Json, json};

use super::{Shell, delivery, index};
use crate::{
    platform::now,
    refuse::Result,
    requests::conversation::{Caller, CallerKind, ConversationRequest},
};

impl Shell {
    pub(super) async fn answer(self: &Rc<Self>, ask: ConversationRequest) -> Result<Json> {
        match ask {
            ConversationRequest::Command { command } => {
                if command == DeskCommand::Look
                    && let Some(identity) = self.identity()?
                {
                    self.learn(identity).await?;
                }
                self.drive(Input::Desk(command))?;
                Ok(Json::Null)
            }
            ConversationRequest::FactsChanged => {
                self.relearn().await?;
                Ok(Json::Null)
            }
            ConversationRequest::Deliver { seq, action } => {
                self.relearn().await?;
                match action {
                    DeliveryAction::Retry => delivery::decide(self, seq, false)?,
                    DeliveryAction::Skip => delivery::decide(self, seq, true)?,
                    DeliveryAction::Replay => delivery::replay(self, seq),
                }
                Ok(Json::Null)
            }
            ConversationRequest::Bridge { by, id, said } => {
                Ok(json!(self.bridge_says(&by, id, said).await?))
            }
            ConversationRequest::BeginBridgeUpload { by, id, file } => {
                Ok(json!(self.bridge_begins_upload(&by, &id, &file).await?))
            }
            ConversationRequest::FinishBridgeUpload { by, signed_with, id, file, media } => {
                self.may_bridge_finish(&by, signed_with.as_ref()).await?;
                Ok(json!(self.bridge_finishes_upload(&id, &file, media)?))
            }
            ConversationRequest::Missed { by, after } => {
                Ok(json!(self.missed_by_bridge(&by, after).await?))
            }
            ConversationRequest::IsOpenToBridge { by } => {
                self.open_to_bridge(&by).await?;
                Ok(Json::Null)
            }
            // One that is registered may never have stored anything.
            ConversationRequest::Report if self.home()?.is_none() => Ok(json!([])),
            ConversationRequest::Report => {
                index::owe(self)?;
                Ok(json!(self.with_room(|it| {
                    it.report(&self.log).into_iter().chain([it.sockets()]).collect::<Vec<_>>()
                })?))
            }
            ConversationRequest::LogOut { caller } => {
                let CallerKind::Visitor { pass, .. } = caller.who else {
                    return Err(Refusal::Forbidden.into());
                };
                self.settle(&caller).await?;
                self.with_room(|it| it.may_log_out(pass))??;
                self.drive(Input::Revoked)?;
                Ok(Json::Null)
            }
            ConversationRequest::BeginUpload { caller, file } => {
                self.begin_upload(&caller, &file).await?;
                Ok(Json::Null)
            }
            ConversationRequest::IsMaskedFor { caller } => {
                self.settle(&caller).await?;
                let CallerKind::Agent { grant } = caller.who else {
                    return Err(Refusal::Forbidden.into());
                };
                Ok(json!(self.with_room(|it| it.is_masked_for(now(), &grant))??))
            }
            ConversationRequest::FinishUpload { caller, file, media } => {
                self.settle(&caller).await?;
                self.with_room(|it| it.may_finish_upload(&caller.who()))??;
                self.log.finish_file(&file, media)?.ok_or(Refusal::NotFound)?;
                Ok(Json::Null)
            }
            ConversationRequest::AbandonUpload { file } => {
                self.log.forget_files(&[file])?;
                self.set_timer(Timer::Sweep, Some(now()))?;
                self.arm()?;
                Ok(Json::Null)
            }
        }
    }

    async fn begin_upload(self: &Rc<Self>, caller: &Caller, file: &File) -> Result<()> {
        self.settle(caller).await?;
        let who = caller.who();
        let by = match &who {
            Principal::Visitor(_) => Author::Visitor,
            Principal::Agent(grant) => Author::Agent(grant.agent.clone()),
        };
        let n_pending = self.log.n_pending_files(&by)?;
        self.with_room(|it| it.may_upload(now(), &who, n_pending))??;
        self.announce(file, &by)
    }

    /// Bytes are about to come, and are swept if their message does not.
    pub(super) fn announce(&self, file: &File, by: &Author) -> Result<()> {
        self.log.begin_file(file, by, now())?;
        if self.timer(Timer::Sweep)?.is_none() {
            self.set_timer(Timer::Sweep, Some(now().after(PENDING_FILE_LIFE)))?;
        }
        Ok(self.arm()?)
    }
}
