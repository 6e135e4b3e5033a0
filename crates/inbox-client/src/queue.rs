//! What was written here and is not known to be stored.

use inbox_protocol::Refusal;
use inbox_types::{
    ClientId, File, FileId, MessageText, Millis, Place, StartContext, Timestamp, Visibility,
    limits::{PENDING_FILE_LIFE, RATE_FRAMES, RATE_SPAN, UNSENT_LINES},
};
use serde::{Deserialize, Serialize};

/// A line that waited longer is not sent without asking: its files are gone by
/// then, and so is the moment that it was written for.
const LIFE: Millis = PENDING_FILE_LIFE;
/// Sockets that may break under a line before it is failed. A relay that cannot
/// store it breaks the socket each time, and would be dialed for ever.
const TRIES: u8 = 8;
/// How many lines go out in one [`RATE_SPAN`]. Two spans may touch, so that it is
/// less than half of what the relay takes.
// CL17
const LINES_PER_SPAN: u32 = RATE_FRAMES / 2 - 10;

/// What somebody wrote.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct NewMessage {
    /// The text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<MessageText>,
    /// Its files, in the order in which they were attached.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<File>,
    /// Of `files`, those that are still being uploaded, under names that this page has given
    /// them. The line is not said before there is none left.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub uploads: Vec<FileId>,
    /// Agents only: who may read it.
    pub visibility: Visibility,
    /// Visitors only: where it was written.
    pub context: StartContext,
}

/// A line that was written here and has not yet come back as an entry.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UnsentMessage {
    /// Its name, minted where it was typed.
    pub client_id: ClientId,
    /// What was written.
    pub draft: NewMessage,
    /// When it was written or last retried; no two lines of a tab have the same.
    pub since: Timestamp,
    /// What became of it.
    pub state: UnsentState,
    n_tries: u8,
    /// Whether it was said on the current socket.
    said: bool,
    /// The tab that wrote it: its lines are said in their order, always.
    by_tab: u32,
}

/// What became of a line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum UnsentState {
    /// On its way, or waiting for a connection.
    Sending,
    /// Stored.
    Sent {
        /// Where.
        place: Place,
        /// When.
        at: Timestamp,
    },
    /// Not sent, and not tried again unless somebody says so.
    Failed(Failure),
}

/// Why a line was not sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Failure {
    /// The relay refused it.
    Refused(Refusal),
    /// It waited for too long.
    TooOld,
    /// The relay never answered.
    Unanswered,
    /// The relay will not have this browser back.
    Gone,
}

/// A line as storage keeps it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
// CL38
pub struct SavedMessage {
    /// Its name; the key in storage.
    pub client_id: ClientId,
    /// The tab that answers for it.
    pub tab: u32,
    /// When it was written or last retried.
    pub since: Timestamp,
    /// What was written.
    pub draft: NewMessage,
    /// Why it was not sent, if it has failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed: Option<Failure>,
}

/// Of what storage holds, the lines that `tab` may answer for: its own, and those
/// of tabs that are not among the `living`.
#[must_use]
// CL16
pub fn adoptable(kept: Vec<SavedMessage>, tab: u32, living: &[u32]) -> Vec<SavedMessage> {
    kept.into_iter().filter(|it| it.tab == tab || !living.contains(&it.tab)).collect()
}

/// The lines, in the order in which they were written.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Queue {
    lines: Vec<UnsentMessage>,
    last_since: Timestamp,
    span_began: Timestamp,
    n_in_span: u32,
}

impl Queue {
    pub(crate) fn lines(&self) -> &[UnsentMessage] {
        &self.lines
    }

    // CL18
    pub(crate) fn is_full(&self) -> bool {
        UNSENT_LINES <= self.lines.len()
    }

    pub(crate) fn get(&self, client_id: &ClientId) -> Option<&UnsentMessage> {
        self.lines.iter().find(|it| it.client_id == *client_id)
    }

    pub(crate) fn get_mut(&mut self, client_id: &ClientId) -> Option<&mut UnsentMessage> {
        self.lines.iter_mut().find(|it| it.client_id == *client_id)
    }

    /// When a line will be too old, or the next one may be said.
    pub(crate) fn due(&self, live: bool) -> Option<Timestamp> {
        let sending = self.lines.iter().filter(|it| it.state == UnsentState::Sending);
        let old = sending.map(|it| it.since.after(LIFE)).min();
        let waits = live && self.next().is_some();
        let pace = waits.then(|| self.span_began.after(RATE_SPAN));
        match (old, pace) {
            (Some(old), Some(pace)) => Some(old.min(pace)),
            (old, pace) => old.or(pace),
        }
    }

    pub(crate) fn push(
        &mut self,
        now: Timestamp,
        by_tab: u32,
        client_id: ClientId,
        draft: NewMessage,
    ) -> &UnsentMessage {
        let since = self.next_since(now);
        let state = if self.is_full() {
            UnsentState::Failed(Failure::Refused(Refusal::TooMany))
        } else {
            UnsentState::Sending
        };
        self.lines.push(UnsentMessage {
            client_id,
            draft,
            since,
            state,
            n_tries: 0,
            said: false,
            by_tab,
        });
        &self.lines[self.lines.len() - 1]
    }

    pub(crate) fn restore(&mut self, kept: SavedMessage) {
        self.last_since = self.last_since.max(kept.since);
        let state = kept.failed.map_or(UnsentState::Sending, UnsentState::Failed);
        let SavedMessage { client_id, tab: by_tab, since, draft, .. } = kept;
        self.lines.push(UnsentMessage {
            client_id,
            draft,
            since,
            state,
            n_tries: 0,
            said: false,
            by_tab,
        });
    }

    /// Puts a line that is not stored at the end of the queue, to be said as if for the first time.
    pub(crate) fn again(
        &mut self,
        now: Timestamp,
        by_tab: u32,
        client_id: &ClientId,
    ) -> Option<&UnsentMessage> {
        let index = self.lines.iter().position(|it| it.client_id == *client_id)?;
        match self.lines[index].state {
            UnsentState::Sent { .. } => return None,
            UnsentState::Sending | UnsentState::Failed(_) => (),
        }
        let mut line = self.lines.remove(index);
        line.since = self.next_since(now);
        line.state = UnsentState::Sending;
        line.n_tries = 0;
        line.said = false;
        line.by_tab = by_tab;
        self.lines.push(line);
        self.lines.last()
    }

    /// The line that has this upload.
    pub(crate) fn uploading(&mut self, upload: &FileId) -> Option<&mut UnsentMessage> {
        self.lines.iter_mut().find(|it| it.draft.uploads.contains(upload))
    }

    /// The relay knows nothing of what was stored for somebody else: every line is said again, and
    /// before them what had come back as entries already.
    pub(crate) fn begin_anew(&mut self, stored: Vec<SavedMessage>) {
        let mut waiting = std::mem::take(&mut self.lines);
        for it in stored {
            self.restore(it);
        }
        self.lines.append(&mut waiting);
        for line in &mut self.lines {
            line.said = false;
            match line.state {
                UnsentState::Sent { .. } => line.state = UnsentState::Sending,
                UnsentState::Sending | UnsentState::Failed(_) => (),
            }
        }
    }

    pub(crate) fn remove(&mut self, client_id: &ClientId) -> Option<UnsentMessage> {
        let index = self.lines.iter().position(|it| it.client_id == *client_id)?;
        Some(self.lines.remove(index))
    }

    pub(crate) fn sent(&mut self, client_id: &ClientId, place: Place, at: Timestamp) {
        if let Some(line) = self.lines.iter_mut().find(|it| it.client_id == *client_id) {
            line.state = UnsentState::Sent { place, at };
        }
    }

    pub(crate) fn fail(
        &mut self,
        client_id: &ClientId,
        failure: Failure,
    ) -> Option<&UnsentMessage> {
        let line = self.lines.iter_mut().find(|it| it.client_id == *client_id)?;
        match line.state {
            UnsentState::Sending => (),
            UnsentState::Sent { .. } | UnsentState::Failed(_) => return None,
        }
        line.state = UnsentState::Failed(failure);
        Some(line)
    }

    /// The lines that have waited for too long, or under which too many sockets broke.
    // CL12, CL13
    pub(crate) fn hopeless(&self, now: Timestamp) -> Vec<(ClientId, Failure)> {
        let failure = |it: &UnsentMessage| match it.state {
            UnsentState::Sending if it.since.after(LIFE) <= now => Some(Failure::TooOld),
            UnsentState::Sending if TRIES <= it.n_tries && !it.said => Some(Failure::Unanswered),
            UnsentState::Sending | UnsentState::Sent { .. } | UnsentState::Failed(_) => None,
        };
        self.lines.iter().filter_map(|it| Some((it.client_id.clone(), failure(it)?))).collect()
    }

    /// The waiting lines that the same tab wrote before this one. If this one is stored,
    /// they were refused and the refusal was lost: a socket is ordered.
    pub(crate) fn overtaken(&self, client_id: &ClientId) -> Vec<ClientId> {
        let Some(index) = self.lines.iter().position(|it| it.client_id == *client_id) else {
            return Vec::new();
        };
        let by_tab = self.lines[index].by_tab;
        self.lines
            .iter()
            .take(index)
            .filter(|it| it.by_tab == by_tab && it.state == UnsentState::Sending)
            .map(|it| it.client_id.clone())
            .collect()
    }

    /// Whether the relay owes an answer.
    pub(crate) fn owed(&self) -> bool {
        self.lines.iter().any(|it| it.said && it.state == UnsentState::Sending)
    }

    /// The socket is gone, and with it what was said on it.
    pub(crate) fn unsay(&mut self) {
        for line in &mut self.lines {
            line.said = false;
        }
    }

    /// The next line to say, if one waits and the relay's patience allows it.
    pub(crate) fn say(&mut self, now: Timestamp) -> Option<(ClientId, NewMessage)> {
        if RATE_SPAN <= now.since(self.span_began) || now < self.span_began {
            self.span_began = now;
            self.n_in_span = 0;
        }
        if LINES_PER_SPAN <= self.n_in_span {
            return None;
        }
        let next = self.next()?;
        let line = &mut self.lines[next];
        line.said = true;
        line.n_tries = line.n_tries.saturating_add(1);
        self.n_in_span += 1;
        Some((line.client_id.clone(), line.draft.clone()))
    }

    /// The oldest line that was not said, if its files are stored. A line is not overtaken by a
    /// later one while it waits for an upload.
    // CL37
    fn next(&self) -> Option<usize> {
        let waits = |it: &UnsentMessage| it.state == UnsentState::Sending && !it.said;
        let index = self.lines.iter().position(waits)?;
        self.lines[index].draft.uploads.is_empty().then_some(index)
    }

    /// Strictly later than every line before, so that storage can keep the order.
    fn next_since(&mut self, now: Timestamp) -> Timestamp {
        self.last_since = now.max(self.last_since.after(Millis(1)));
        self.last_since
    }
}
