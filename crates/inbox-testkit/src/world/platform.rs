//! What a conversation's machine runs on in a world: rows in memory, sockets of the network, and the
//! faults and planted bugs.

use inbox_core::{Content, EventKind};
use inbox_host::{
    Clock, Fallible, ForwarderRows, Hooks, Peers, Rows, Sockets, Timer, Timers,
    forward::{self, Cursor, ForwardPolicy, ForwarderState, PAGE},
};
use inbox_protocol::{BridgeDone, CloseCode, Refusal, ToAgent, ToVisitor};
use inbox_room::{
    Batch, Conn, Connection, ConversationRecord, Erasure, Frame, Log, Output, RoomReport, Snapshot,
    Stored,
};
use inbox_types::{Author, ClientId, FileId, Millis, Place, Text, Timestamp, Visibility};

use super::{
    env::{Env, RelayEnd, Token},
    room_host::{CAMPAIGN, RoomHost},
    told::whispers,
};
use crate::{LineName, Observation, Planted, disk::text};

/// What becomes of an object in the middle of a turn.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Fault {
    /// The process dies.
    Crash,
    /// The process dies when the turn is over.
    LateCrash,
    /// A row could not be written.
    FullDisk,
}

/// One turn of a conversation's object.
pub(super) struct Turn<'a> {
    pub(super) env: &'a mut Env,
    pub(super) host: &'a mut RoomHost,
    /// Before which output the process dies.
    crash_at: Option<usize>,
    n_outputs: usize,
}

impl<'a> Turn<'a> {
    pub(super) fn new(env: &'a mut Env, host: &'a mut RoomHost) -> Self {
        Self { env, host, crash_at: None, n_outputs: 0 }
    }

    /// What is stored: all of it, but for a planted bug.
    fn whole(&self, batch: &Batch) -> Option<Batch> {
        self.env.is(Planted::TornBatch).then(|| {
            let mut torn = batch.clone();
            torn.events.truncate(1);
            torn
        })
    }

    fn note(&mut self, stored: &Stored) {
        let Self { env, host, .. } = self;
        note_whispers(host, stored);
        let message =
            stored.idempotency_key().map(|(author, client_id)| (author, client_id.clone()));
        env.tell(|| format!("{} stores {} {:?}", host.id, stored.seq.0, stored.body.event.kind));
        if let Some((author, client_id)) = message.clone().filter(is_of_campaign) {
            // The room itself writes it, in no tab, so nobody waits for it.
            let line = LineName { conversation: host.id.clone(), author, client_id };
            let text = Some(CAMPAIGN.to_owned());
            env.observe(Observation::Wrote { line: line.clone(), tab: u32::MAX, text });
            env.observe(Observation::Discarded { line });
        }
        let policy = ForwardPolicy::of(&host.facts.site);
        let owed = forward::delivery(&host.disk.identity, host.disk.standing.epoch, stored, policy);
        env.observe(Observation::Stored {
            owed: owed.is_some(),
            sends_note: host.facts.site.forward_notes && is_note(stored),
            conversation: host.id.clone(),
            seq: Place(stored.seq.0),
            shown: stored.shown,
            message,
        });
    }
}

impl Fallible for Turn<'_> {
    type Error = Fault;
}

impl Clock for Turn<'_> {
    fn now(&self) -> Timestamp {
        self.host.skew.shows(self.env.now)
    }

    fn chance(&mut self) -> u32 {
        self.env.random.chance()
    }
}

impl Timers for Turn<'_> {
    fn at(&self, timer: Timer) -> Result<Option<Timestamp>, Fault> {
        Ok(self.host.disk.timer(timer))
    }

    fn set(&mut self, timer: Timer, at: Option<Timestamp>) -> Result<(), Fault> {
        self.host.disk.set_timer(timer, at);
        Ok(())
    }

    fn arm(&mut self) -> Result<(), Fault> {
        self.host.arm();
        Ok(())
    }
}

impl Sockets for Turn<'_> {
    fn remember(&mut self, conn: Conn, reader: &Connection) -> Result<(), Fault> {
        if let Some(socket) = self.host.sockets.get_mut(&conn.0) {
            socket.attachment = Some(text(reader));
        }
        Ok(())
    }

    fn tell(&mut self, conn: Conn, frame: Frame) -> Result<(), Fault> {
        self.host.tell(self.env, conn.0, &frame);
        Ok(())
    }

    fn close(&mut self, conn: Conn, code: CloseCode) {
        self.env.tell(|| format!("{} closes {} {code:?}", self.host.id, conn.0));
        self.host.close(self.env, conn.0, code);
    }

    fn sign_link(&mut self, conn: Conn, file: FileId, _masked: bool) -> Result<(), Fault> {
        let url = format!("files/{file}");
        let frame = match self.host.sockets.get(&conn.0).map(|it| it.end) {
            Some(RelayEnd::Visitor { .. }) => Frame::Visitor(ToVisitor::Link { file, url }),
            Some(RelayEnd::Agent { .. }) => Frame::Agent(ToAgent::Link { file, url }),
            Some(RelayEnd::Desk { .. }) | None => return Ok(()),
        };
        self.tell(conn, frame)
    }

    fn renew_token(&mut self, conn: Conn, generation: u32) -> Result<(), Fault> {
        let token = Token { generation, ..self.env.token(self.host.index) };
        self.tell(conn, Frame::Visitor(ToVisitor::Token { token: text(&token) }))
    }
}

impl Rows for Turn<'_> {
    fn log(&self) -> &dyn Log {
        &self.host.disk
    }

    fn snapshot(&mut self) -> Result<Snapshot, Fault> {
        Ok(self.host.disk.snapshot(&self.host.facts, self.host.readers()))
    }

    fn transaction(
        &mut self,
        mut rows: impl FnMut(&mut Self) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        if self.env.random.permille(self.env.fault_plan.full_disk) {
            self.env.tell(|| format!("{} cannot write", self.host.id));
            return Err(Fault::FullDisk);
        }
        rows(self)
    }

    fn write(&mut self, batch: &Batch) -> Result<(), Fault> {
        self.host.disk.write(self.whole(batch).as_ref().unwrap_or(batch));
        Ok(())
    }

    fn clear(&mut self, erasure: &Erasure) -> Result<(), Fault> {
        let standing = erasure.standing;
        let forgets = self.env.is(Planted::EpochForgotten);
        let kept = if forgets { ConversationRecord { epoch: 1, ..standing } } else { standing };
        self.host.disk.erase(kept);
        Ok(())
    }

    fn put_report(&mut self, report: RoomReport) -> Result<(), Fault> {
        self.host.disk.put_report(report);
        Ok(())
    }

    fn first_report(&mut self) -> Result<Option<(u64, RoomReport)>, Fault> {
        Ok(self.host.disk.first_report())
    }

    fn forget_report(&mut self, no: u64, report: &RoomReport) -> Result<(), Fault> {
        self.host.disk.forget_report(no, report);
        Ok(())
    }

    fn forget_files(&mut self, files: &[FileId]) -> Result<(), Fault> {
        for file in files {
            self.host.disk.forget_file(file);
        }
        Ok(())
    }
}

impl Peers for Turn<'_> {
    fn forwards(&self) -> Result<bool, Fault> {
        Ok(true)
    }

    fn start_forwarding(&mut self) {
        self.host.forward(self.env);
    }

    fn answer_bridge(&mut self, answer: Result<BridgeDone, Refusal>) {
        self.host.bridge_answer = Some(answer);
    }

    fn send_reports_after(&mut self, wait: Millis) {
        let at = self.env.now.after(wait);
        let set = &mut self.host.reports.send_at;
        *set = Some(set.map_or(at, |it| it.min(at)));
    }
}

impl Hooks for Turn<'_> {
    fn decided(&mut self, outputs: &mut Vec<Output>) {
        let Self { env, crash_at, .. } = self;
        env.n_events += 1;
        if env.is(Planted::AcknowledgeBeforeWrite) {
            outputs.sort_by_key(|it| !is_acknowledgement(it));
        }
        let crashes = env.random.permille(env.fault_plan.crash);
        *crash_at = crashes.then(|| env.random.index(outputs.len() + 1));
    }

    fn next_output(&mut self) -> Result<(), Fault> {
        if self.crash_at == Some(self.n_outputs) {
            return Err(Fault::Crash);
        }
        self.n_outputs += 1;
        Ok(())
    }

    fn turn_is_over(&mut self) -> Result<(), Fault> {
        self.crash_at.map_or(Ok(()), |_| Err(Fault::LateCrash))
    }

    fn stored(&mut self, batch: &Batch) {
        self.env.generations[self.host.index] = self.host.disk.standing.generation;
        let torn = self.whole(batch);
        for stored in &torn.as_ref().unwrap_or(batch).events {
            self.note(stored);
        }
    }

    fn erased(&mut self, Erasure { standing, .. }: &Erasure) {
        let Self { env, host, .. } = self;
        env.tell(|| format!("{} is erased, epoch {}", host.id, standing.epoch));
        env.generations[host.index] = standing.generation;
        let conversation = host.id.clone();
        env.observe(Observation::Erased { conversation, epoch: standing.epoch });
    }
}

impl ForwarderRows for Turn<'_> {
    fn forwarder<T>(
        &self,
        in_flight: bool,
        look: impl FnOnce(&ForwarderState<'_>) -> T,
    ) -> Result<Option<T>, Fault> {
        let RoomHost { disk, webhook, facts, .. } = &*self.host;
        let page = usize::try_from(PAGE).expect("a small number");
        Ok(Some(look(&ForwarderState {
            identity: &disk.identity,
            webhook: Some(webhook),
            policy: ForwardPolicy::of(&facts.site),
            failover: facts.site.takes_over_after(),
            epoch: disk.standing.epoch,
            cursor: disk.cursor,
            timer: disk.forward_at,
            undelivered: disk.undelivered.as_ref(),
            to_be_erased: disk.is_to_be_erased(),
            following: disk.following(disk.cursor.seq, page),
            in_flight,
            now: self.now(),
        })))
    }

    fn put_cursor(&mut self, cursor: Cursor) -> Result<(), Fault> {
        self.host.disk.cursor = cursor;
        Ok(())
    }
}

fn note_whispers(host: &mut RoomHost, stored: &Stored) {
    let audience = &stored.body.audience;
    let mut note = |words: &str| {
        host.whispers.extend(whispers(words).map(|it| (it, audience.clone())));
    };
    match stored.written.as_ref().and_then(|it| it.content.as_ref()) {
        Some(Content::Message { text, .. }) => note(text.as_ref().map_or("", Text::as_str)),
        Some(Content::Edit { text, .. }) => note(text.as_str()),
        Some(
            Content::Delete { .. }
            | Content::Wrapup { .. }
            | Content::Rating { .. }
            | Content::Page { .. }
            | Content::Contact { .. }
            | Content::Tags { .. },
        ) => note(&text(&stored.written)),
        None => (),
    }
}

fn is_note(stored: &Stored) -> bool {
    matches!(stored.body.event.kind, EventKind::Posted { visibility: Visibility::Note, .. })
}

fn is_acknowledgement(output: &Output) -> bool {
    matches!(
        output,
        Output::Tell {
            frame: Frame::Visitor(ToVisitor::Ack { .. }) | Frame::Agent(ToAgent::Ack { .. }),
            ..
        }
    )
}

/// Whether it is what a campaign said.
fn is_of_campaign((author, client_id): &(Author, ClientId)) -> bool {
    *author != Author::Visitor && client_id.as_str().starts_with("campaign-")
}
