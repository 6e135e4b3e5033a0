//! What the machine of a conversation runs on: the traits of `inbox_host` on Cloudflare.

use std::rc::Rc;

use inbox_host::{
    Clock, Fallible, ForwarderRows, Hooks, Peers, Rows, Timer,
    forward::{Cursor, ForwarderState},
};
use inbox_protocol::{BridgeDone, CloseCode, Refusal, ToAgent, ToVisitor};
use inbox_room::{
    Batch, Conn, Connection, Erasure, Frame, Identity, Log, Principal, RoomReport, Snapshot,
    VisitorCredentials,
};
use inbox_types::{FileId, Millis, Seq, Timestamp};
use worker::Error;

use super::{Hand, Shell, delivery};
use crate::{
    planted::{self, Planted},
    platform::{self, now, sql::all_or_none},
    refuse::{ApiError, Result},
    signed::{
        file_address::{Capability, Viewer},
        visitor_token::Claims,
    },
};

impl Fallible for Hand {
    type Error = ApiError;
}

impl Clock for Hand {
    fn now(&self) -> Timestamp {
        now()
    }

    fn chance(&mut self) -> u32 {
        u32::from_le_bytes(platform::random())
    }
}

impl inbox_host::Timers for Hand {
    fn at(&self, timer: Timer) -> Result<Option<Timestamp>> {
        Ok(self.0.timer(timer)?)
    }

    fn set(&mut self, timer: Timer, at: Option<Timestamp>) -> Result<()> {
        Ok(self.0.set_timer(timer, at)?)
    }

    fn arm(&mut self) -> Result<()> {
        Ok(self.0.arm()?)
    }
}

impl inbox_host::Sockets for Hand {
    fn remember(&mut self, conn: Conn, reader: &Connection) -> Result<()> {
        Ok(self.0.sockets.remember(&self.0.state, conn, reader)?)
    }

    fn tell(&mut self, conn: Conn, frame: Frame) -> Result<()> {
        match &frame {
            Frame::Agent(ToAgent::Entry { .. }) if planted::has(Planted::LoseEntry) => Ok(()),
            Frame::Visitor(frame) => Ok(self.0.sockets.tell(&self.0.state, conn, frame)?),
            Frame::Agent(frame) => Ok(self.0.sockets.tell(&self.0.state, conn, frame)?),
        }
    }

    fn close(&mut self, conn: Conn, code: CloseCode) {
        worker::console_log!("closed a conversation socket: {code:?}");
        self.0.sockets.close(&self.0.state, conn, code);
    }

    fn sign_link(&mut self, conn: Conn, file: FileId, masked: bool) -> Result<()> {
        self.0.sign_link(conn, file, masked)
    }

    fn renew_token(&mut self, conn: Conn, generation: u32) -> Result<()> {
        self.0.renew_token(conn, generation)
    }
}

impl Rows for Hand {
    fn log(&self) -> &dyn Log {
        &self.0.log
    }

    fn take_failure(&mut self) -> Option<ApiError> {
        let error = self.0.log.take_failure()?;
        worker::console_error!("the log could not be read: {error}");
        Some(Refusal::Unavailable.into())
    }

    fn snapshot(&mut self) -> Result<Snapshot> {
        let shell = &self.0;
        let home = shell.home()?.ok_or(Refusal::NotFound)?;
        let checkpoint = shell.log.checkpoint()?;
        let after = checkpoint.as_ref().map_or(Seq(0), |it| it.transcript.head());
        Ok(Snapshot {
            identity: home.identity.clone(),
            facts: home.site.facts.clone(),
            standing: shell.log.standing()?,
            checkpoint,
            tail: shell.log.tail(after)?,
            owner: shell.log.owner()?,
            alarm: shell.timer(Timer::Room)?,
            seen: shell.log.marks()?,
            readers: shell.sockets.readers(&shell.state),
        })
    }

    fn transaction(&mut self, mut rows: impl FnMut(&mut Self) -> Result<()>) -> Result<()> {
        let shell = Rc::clone(&self.0);
        let mut failure = None;
        let written = all_or_none(&shell.state, || {
            rows(self).map_err(|error| {
                failure = Some(error);
                Error::RustError("a row was refused".to_owned())
            })
        });
        written.map_err(|error| {
            shell.forget_reads();
            failure.unwrap_or_else(|| error.into())
        })
    }

    fn write(&mut self, batch: &Batch) -> Result<()> {
        let shell = &self.0;
        if planted::has(Planted::AcknowledgeBeforeWrite) {
            shell.keep_late(batch.clone());
            return Ok(());
        }
        shell.log.write(planted::garbled(batch).as_ref().unwrap_or(batch))?;
        if planted::has(Planted::NoDedupe) {
            shell.store.run("UPDATE events SET client_id = NULL", Vec::new())?;
        }
        Ok(())
    }

    /// Deletes the rows only: `erased` deletes the database and the files afterwards, which cannot be undone.
    fn clear(&mut self, erasure: &Erasure) -> Result<()> {
        let shell = &self.0;
        shell.forget_reads();
        shell.log.clear()?;
        shell.log.put_meta("standing", &erasure.standing)?;
        Ok(shell.log.audit(&erasure.audited)?)
    }

    fn put_report(&mut self, report: RoomReport) -> Result<()> {
        Ok(self.0.log.put_report(&report)?)
    }

    fn first_report(&mut self) -> Result<Option<(u64, RoomReport)>> {
        Ok(self.0.log.first_report()?)
    }

    fn forget_report(&mut self, no: u64, report: &RoomReport) -> Result<()> {
        Ok(self.0.log.forget_report(no, report)?)
    }

    fn forget_files(&mut self, files: &[FileId]) -> Result<()> {
        Ok(self.0.log.forget_files(files)?)
    }
}

impl Peers for Hand {
    fn forwards(&self) -> Result<bool> {
        Ok(self.0.home()?.is_some_and(|it| it.site.webhook.is_some()))
    }

    fn start_forwarding(&mut self) {
        delivery::start(&self.0);
    }

    fn answer_bridge(&mut self, answer: Result<BridgeDone, Refusal>) {
        self.0.bridge_answer.set(Some(answer));
    }

    fn send_reports_after(&mut self, wait: Millis) {
        self.0.tell_desk_after(wait);
    }
}

impl Hooks for Hand {
    fn stored(&mut self, batch: &Batch) {
        self.0.note_texts(batch);
    }

    fn erased(&mut self, _: &Erasure) {
        let shell = Rc::clone(&self.0);
        self.0.state.wait_until(async move {
            if let Err(error) = shell.purge().await {
                worker::console_error!("erased bytes are still there: {:?}", error.reason());
            }
        });
    }
}

impl ForwarderRows for Hand {
    fn forwarder<T>(
        &self,
        in_flight: bool,
        look: impl FnOnce(&ForwarderState<'_>) -> T,
    ) -> Result<Option<T>> {
        delivery::look(&self.0, in_flight, look)
    }

    fn put_cursor(&mut self, cursor: Cursor) -> Result<()> {
        delivery::put_cursor(&self.0, cursor)
    }
}

impl Shell {
    /// A planted bug: the rows come some time after the words.
    fn keep_late(self: &Rc<Self>, batch: Batch) {
        let shell = Rc::clone(self);
        self.state.wait_until(async move {
            platform::sleep(Millis(150)).await;
            let written = all_or_none(&shell.state, || shell.log.write(&batch));
            if let Err(error) = written {
                worker::console_error!("a planted bug could not write: {error}");
            }
        });
    }

    pub(super) fn sign_link(&self, conn: Conn, file: FileId, masked: bool) -> Result<()> {
        let Some(home) = self.home()? else { return Ok(()) };
        let Some(reader) = self.sockets.reader(&self.state, conn) else { return Ok(()) };
        let config = self.config()?;
        let url = |viewer: &str| {
            let id = home.identity.conversation.clone();
            Capability::new(id, file.clone(), viewer.to_owned(), masked, now())
                .url(&config.origins.files, &config.file_key)
        };
        match &reader.who {
            Principal::Visitor(_) => {
                let url = url(&Viewer::Visitor.to_string());
                self.sockets.tell(&self.state, conn, &ToVisitor::Link { file, url })?;
            }
            Principal::Agent(grant) => {
                let viewer = Viewer::Member(grant.agent.clone(), grant.version);
                let url = url(&viewer.to_string());
                self.sockets.tell(&self.state, conn, &ToAgent::Link { file, url })?;
            }
        }
        Ok(())
    }

    pub(super) fn renew_token(&self, conn: Conn, generation: u32) -> Result<()> {
        let Some(home) = self.home()? else { return Ok(()) };
        let Identity { site, contact, .. } = home.identity.clone();
        let since = match self.sockets.reader(&self.state, conn).map(|it| it.who) {
            Some(Principal::Visitor(VisitorCredentials { since: Some(since), .. })) => since,
            Some(Principal::Visitor(_) | Principal::Agent(_)) | None => now(),
        };
        let claims = Claims::next(site, contact, generation, since, now());
        let token = claims.sign(&self.config()?.visitor_key);
        Ok(self.sockets.tell(&self.state, conn, &ToVisitor::Token { token })?)
    }
}
