//! What the workspace says, and how conversations come to know of it.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeSet,
    rc::Rc,
};

use inbox_host::Mail;
use inbox_room::{DeskBatch, DeskFacts, DeskInput};
use inbox_types::{ConversationId, Millis, Timestamp};

use super::{Shell, timers::COMMANDS};
use crate::{
    config,
    platform::now,
    refuse::Result,
    requests::{call, conversation},
    workspace::request::WorkspaceRequest,
};

/// Who was told of the last change of settings or people. A conversation that was beginning then
/// knew of the facts before the desk knew of it, and is told when it reports for the first time.
#[derive(Default)]
pub(super) struct Change {
    at: Cell<Timestamp>,
    told: RefCell<BTreeSet<ConversationId>>,
}

/// How long after a change a conversation may report for the first time and not know of it:
/// reports come within seconds.
const CHANGE_SETTLES: Millis = Millis::minutes(1);

impl Shell {
    /// Knows what the workspace says, before the desk wakes for the first time.
    pub(super) async fn settle(self: &Rc<Self>) -> Result<()> {
        // One that is awake woke with them.
        if self.desk.borrow().is_some() || self.tables.facts()?.is_some() {
            return Ok(());
        }
        let (facts, n_all) = (self.ask_facts().await?, self.n_registered().await?);
        // A desk without facts is new, or was lost. All is written together: nothing here waits.
        self.start_rebuild(n_all)?;
        self.tables.learn(facts)?;
        Ok(())
    }

    async fn ask_facts(&self) -> Result<DeskFacts> {
        call::ask(&config::workspace(&self.env)?, &WorkspaceRequest::DeskFacts).await
    }

    /// Takes over what the workspace says now. It is stored once the desk has acted on it: one that
    /// slept wakes with what was stored before, and sees whose rights have ended since. What fails
    /// between the two is said again by the workspace, and acted on again.
    // DK16
    pub(super) async fn learn_alone(self: &Rc<Self>, again: bool) -> Result<()> {
        self.settle().await?;
        let facts = self.ask_facts().await?;
        let said = Box::new(facts.clone());
        self.drive(if again { DeskInput::FactsAgain(said) } else { DeskInput::Facts(said) })?;
        // One that is ahead of what is stored would see nothing new when it is said again.
        self.tables.learn(facts).inspect_err(|_| drop(self.desk.take()))?;
        if self.tables.walks()? {
            self.timers.set(&self.store, COMMANDS, Some(now()))?;
            self.timers.arm(&self.state, &self.store)?;
        }
        Ok(())
    }

    /// Takes over what the workspace says now, and has those conversations do the same in which
    /// somebody has something to do, and those that an agent looks at. They ask the workspace by
    /// themselves, so that they are told also where the desk could not take it over.
    pub(super) async fn learn(self: &Rc<Self>, again: bool) -> Result<()> {
        let learned = self.learn_alone(again).await;
        self.tell_conversations()?;
        learned
    }

    fn tell_conversations(self: &Rc<Self>) -> Result<()> {
        self.change.at.set(now());
        self.change.told.borrow_mut().clear();
        self.write(&DeskBatch::default())?;
        let watched = self.agent_sockets()?.into_iter().map(|it| it.conversation);
        let told: BTreeSet<ConversationId> =
            self.tables.live_ids()?.into_iter().chain(watched).collect();
        for conversation in told {
            self.post(
                Mail::Commands,
                &conversation,
                &conversation::ConversationRequest::FactsChanged,
            )?;
            self.change.told.borrow_mut().insert(conversation);
        }
        Ok(self.timers.arm(&self.state, &self.store)?)
    }

    /// Has a conversation that was not told of the last change ask for it.
    pub(super) fn tell_latecomer(self: &Rc<Self>, conversation: &ConversationId) -> Result<()> {
        if CHANGE_SETTLES < now().since(self.change.at.get())
            || !self.change.told.borrow_mut().insert(conversation.clone())
        {
            return Ok(());
        }
        self.post(Mail::Commands, conversation, &conversation::ConversationRequest::FactsChanged)?;
        Ok(self.timers.arm(&self.state, &self.store)?)
    }
}
