//! Summaries are copies, so they are gathered for a moment and written together.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    rc::Rc,
};

use inbox_protocol::Refusal;
use inbox_room::{DeskBatch, SocketsRow, Summary};
use inbox_types::{ConversationId, Millis};

use super::{
    Shell,
    timers::{HEARTBEAT_STEP, HEARTBEATS},
};
use crate::{
    platform::{self, now, sql::all_or_none},
    refuse::Result,
};

/// Summaries that come within this span are written together; whoever told one waits for it.
const GATHERING: Millis = Millis(150);

/// What conversations told, to be written together. Nobody who told it was answered yet, so what is
/// lost here is told again.
#[derive(Default)]
pub(super) struct Gathering {
    pub(super) summaries: RefCell<BTreeMap<ConversationId, Summary>>,
    pub(super) sockets: RefCell<BTreeMap<ConversationId, SocketsRow>>,
    /// Whether they were written; none as long as nobody tried.
    written: Cell<Option<bool>>,
}

impl Shell {
    /// The agents' sockets of each conversation. Of two rows of the same one the later counts.
    pub(super) fn agent_sockets(&self) -> worker::Result<Vec<SocketsRow>> {
        let mut rows = self.tables.sockets()?;
        let gathering = self.gathering.borrow();
        let gathered = gathering.sockets.borrow();
        rows.retain(|it| !gathered.contains_key(&it.conversation));
        rows.extend(gathered.values().filter(|it| !it.agents.is_empty()).cloned());
        Ok(rows)
    }

    /// Summaries are copies: they are gathered. All else is written at once, and they with it; and what
    /// is over, which is read from its rows.
    pub(super) fn keep(&self, batch: &DeskBatch) -> Result<()> {
        let summaries = batch.summaries.iter().map(|it| (it.conversation.clone(), it.clone()));
        self.gathering.borrow().summaries.borrow_mut().extend(summaries);
        let sockets = batch.sockets.iter().map(|it| (it.conversation.clone(), it.clone()));
        self.gathering.borrow().sockets.borrow_mut().extend(sockets);
        let waits = batch.presences.is_empty() && batch.bulks.is_empty();
        if waits && batch.erased.is_empty() && !batch.urgent {
            return Ok(());
        }
        self.write(batch)
    }

    /// Writes these rows and what was gathered, all or none.
    pub(super) fn write(&self, batch: &DeskBatch) -> Result<()> {
        let gathering = self.gathering.take();
        let rows = DeskBatch {
            presences: batch.presences.clone(),
            summaries: gathering.summaries.borrow().values().cloned().collect(),
            erased: batch.erased.clone(),
            sockets: gathering.sockets.borrow().values().cloned().collect(),
            bulks: batch.bulks.clone(),
            urgent: batch.urgent,
        };
        let written = all_or_none(&self.state, || {
            self.tables.write(&rows)?;
            if !batch.presences.is_empty() && self.timers.at(&self.store, HEARTBEATS)?.is_none() {
                self.timers.set(&self.store, HEARTBEATS, Some(now().after(HEARTBEAT_STEP)))?;
            }
            Ok(())
        });
        gathering.written.set(Some(written.is_ok()));
        if written.is_err() {
            self.timers.forget();
            // It may be ahead of what is stored.
            self.desk.replace(None);
        }
        Ok(written?)
    }

    /// Returns when everything that was told so far is written. Of those who wait, the first
    /// writes for all; the platform answers nobody before it is on disk.
    pub(super) async fn written(&self) -> Result<()> {
        let gathering = Rc::clone(&self.gathering.borrow());
        if gathering.summaries.borrow().is_empty() && gathering.sockets.borrow().is_empty() {
            return Ok(());
        }
        platform::sleep(GATHERING).await;
        match gathering.written.get() {
            None => self.write(&DeskBatch::default()),
            Some(true) => Ok(()),
            Some(false) => Err(Refusal::Unavailable.into()),
        }
    }
}
