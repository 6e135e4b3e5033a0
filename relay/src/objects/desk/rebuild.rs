//! The rebuild of a desk that lost its rows: every conversation of the register is asked how it stands.
//!
//! Each alarm asks one page, so that what else is due at the desk waits for a page and not for the whole
//! register, and so that the walk needs no more requests at once than the platform allows.

use std::rc::Rc;

use futures_util::future::join_all;
use inbox_protocol::{Refusal, http::RebuildProgress};
use inbox_room::{DeskBatch, DeskCommand, DeskInput, RoomReport};
use inbox_types::ConversationId;

use super::{Shell, timers::REBUILD};
use crate::{
    config,
    platform::now,
    refuse::Result,
    requests::{call, conversation::ConversationRequest},
    workspace::request::{Registered, WorkspaceRequest},
};

/// Conversations that are asked at the same time.
const PAGE_AT_ONCE: usize = 20;

impl Shell {
    /// Begins a rebuild, unless one is under way, and returns how far it is.
    pub(super) async fn begin_rebuild(self: &Rc<Self>) -> Result<RebuildProgress> {
        self.settle().await?;
        let n_all = self.n_registered().await?;
        self.start_rebuild(n_all)?;
        self.rebuild_progress()
    }

    /// Has the next alarm ask the first page.
    pub(super) fn start_rebuild(&self, n_all: u64) -> Result<()> {
        self.tables.begin_rebuild(n_all)?;
        self.timers.set(&self.store, REBUILD, Some(now()))?;
        Ok(self.timers.arm(&self.state, &self.store)?)
    }

    /// How far the last rebuild is.
    pub(super) fn rebuild_progress(&self) -> Result<RebuildProgress> {
        let walk = self.tables.rebuild()?;
        let progress = walk.map(|it| RebuildProgress {
            asked: it.n_asked,
            of: it.n_all,
            running: it.is_running,
        });
        Ok(progress.unwrap_or_default())
    }

    /// How many conversations the workspace's register has.
    pub(super) async fn n_registered(&self) -> Result<u64> {
        call::ask(&config::workspace(&self.env)?, &WorkspaceRequest::CountRegistered).await
    }

    /// Asks the conversations of the next page how they stand. The timer stays set until the page behind
    /// the last one.
    pub(super) async fn rebuild_page(self: &Rc<Self>) -> Result<()> {
        let Some(walk) = self.tables.rebuild()?.filter(|it| it.is_running) else {
            return Ok(self.timers.set(&self.store, REBUILD, None)?);
        };
        let question = WorkspaceRequest::Registered { after: walk.after };
        let page: Vec<Registered> = call::ask(&config::workspace(&self.env)?, &question).await?;
        let page: Vec<ConversationId> = page.into_iter().map(|it| it.id).collect();
        for some in page.chunks(PAGE_AT_ONCE) {
            let answers = join_all(some.iter().map(|it| self.reports_of(it))).await;
            for (conversation, reports) in some.iter().zip(answers) {
                self.take_reports(conversation, reports)?;
            }
        }
        self.write(&DeskBatch::default())?;
        let walk = self.tables.page_rebuilt(&page)?;
        let next = walk.filter(|it| it.is_running).map(|_| now());
        Ok(self.timers.set(&self.store, REBUILD, next)?)
    }

    async fn reports_of(&self, conversation: &ConversationId) -> Result<Vec<RoomReport>> {
        let reports = self.say(conversation, &ConversationRequest::Report).await?;
        Ok(serde_json::from_value(reports)?)
    }

    /// Takes over what a conversation says. One that cannot be reached keeps no other waiting: a letter
    /// asks it again until it has heard.
    fn take_reports(
        self: &Rc<Self>,
        conversation: &ConversationId,
        reports: Result<Vec<RoomReport>>,
    ) -> Result<()> {
        match reports {
            Ok(reports) => {
                for report in reports {
                    self.drive(DeskInput::Report { conversation: conversation.clone(), report })?;
                }
                Ok(())
            }
            Err(error) if error.reason() == Refusal::Unavailable => {
                self.command(conversation.clone(), DeskCommand::Report)
            }
            // A refusal would be the same the next time.
            Err(_) => Ok(()),
        }
    }
}
