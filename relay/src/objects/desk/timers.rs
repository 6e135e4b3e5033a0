//! What an alarm brings back.

use std::rc::Rc;

use inbox_protocol::CloseCode;
use inbox_room::DeskInput;
use inbox_types::{
    Millis, Presence,
    limits::{HEARTBEAT, HEARTBEAT_PATIENCE},
};

use super::Shell;
use crate::{
    platform::{self, now},
    refuse::{ApiError, Result},
};

/// The desk's own timer.
pub(super) const DESK: &str = "desk";
/// Half-open sockets are looked for.
pub(super) const HEARTBEATS: &str = "heartbeats";
/// Commands wait that could not be delivered.
pub(super) const COMMANDS: &str = "commands";
/// The next page of a rebuild is to be asked.
pub(super) const REBUILD: &str = "rebuild";
/// The workspace could not be told who is available.
pub(super) const TEAM: &str = "team";

/// How often half-open sockets are looked for while anybody is available.
pub(super) const HEARTBEAT_STEP: Millis = Millis::seconds(30);
/// How long a socket may be silent: two heartbeats and the patience for the second.
const SILENCE: Millis = Millis(2 * HEARTBEAT.0 + HEARTBEAT_PATIENCE.0);
/// When what could not be delivered is tried again.
pub(super) const AGAIN: Millis = Millis::seconds(3);

impl Shell {
    /// The alarm: whatever is due. A failure must not be thrown: the platform gives up after
    /// six, and then nothing would ever be due again.
    pub(super) async fn wake_up(self: &Rc<Self>) {
        self.timers.fired();
        let due = self.timers.due(&self.store, now()).unwrap_or_default();
        if let Err(error) = self.timers.insure(&self.state, &due, now()) {
            worker::console_error!("the alarm could not be insured: {error}");
        }
        for kind in due {
            let done = match kind.as_str() {
                DESK => self.fire(),
                HEARTBEATS => self.look_for_silence(),
                COMMANDS => self.deliver().await,
                REBUILD => self.rebuild_page().await,
                TEAM => self.tell_team().await,
                _ => self.timers.set(&self.store, &kind, None).map_err(ApiError::from),
            };
            if let Err(error) = done {
                worker::console_error!("fault at a timer of the desk: {kind}: {error:?}");
                if let Err(error) = self.timers.set(&self.store, &kind, Some(now().after(AGAIN))) {
                    worker::console_error!("a timer could not be set again: {error}");
                }
            }
        }
        if let Err(error) = self.timers.arm(&self.state, &self.store) {
            worker::console_error!("the alarm could not be set: {error}");
        }
    }

    fn fire(self: &Rc<Self>) -> Result<()> {
        let due = self.timers.at(&self.store, DESK)?;
        self.drive(DeskInput::Fired)?;
        // The desk says nothing of an alarm that it wants no more.
        if self.timers.at(&self.store, DESK)? == due {
            self.timers.set(&self.store, DESK, None)?;
        }
        Ok(())
    }

    /// Closes sockets that have been silent for too long: half of them is gone, and whoever sat
    /// there is not present.
    fn look_for_silence(self: &Rc<Self>) -> Result<()> {
        let now = now();
        for (conn, socket) in self.sockets.all(&self.state) {
            let first = *self.first_seen.borrow_mut().entry(conn).or_insert(now);
            let last =
                platform::last_heartbeat(&self.state, &socket).map_or(first, |it| it.max(first));
            if SILENCE < now.since(last) {
                worker::console_log!("closed a silent desk socket");
                self.sockets.close(&self.state, conn, CloseCode::Restart);
                self.lost(conn);
            }
        }
        let anybody = self
            .tables
            .bare_presences()?
            .iter()
            .any(|it| it.chosen == Presence::Available && !it.offline);
        let next = anybody.then(|| now.after(HEARTBEAT_STEP));
        Ok(self.timers.set(&self.store, HEARTBEATS, next)?)
    }
}
