//! Where a connection stands, and when to dial, ask or rest. It knows nothing of
//! frames, so the console's socket to the desk is one of these too.

use inbox_protocol::CloseCode;
use inbox_types::{
    Millis, Timestamp,
    limits::{HEARTBEAT, HEARTBEAT_PATIENCE},
};

/// The first rest after a socket broke.
const FIRST_REST: Millis = Millis(500);
/// No rest is longer.
const LONGEST_REST: Millis = Millis::seconds(60);
/// A connection that lived shorter counts as a failed dial: a relay that takes
/// everybody in and throws them out at once must not be dialed twice a second.
const STEADY: Millis = Millis::seconds(5);
/// How many dials count as failed once the relay said "too many": half a minute.
const FAILED_BY_RATE: u32 = 6;

/// Where the connection stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Status {
    /// Nobody asked for a connection.
    Idle,
    /// The shell is opening a socket.
    Dialing {
        /// Since when.
        since: Timestamp,
    },
    /// The socket is open; the relay is sending what was missed.
    CatchingUp,
    /// Everything is here.
    Live {
        /// Since when.
        since: Timestamp,
    },
    /// The socket broke.
    Resting {
        /// When to dial again.
        until: Timestamp,
    },
    /// The relay said not to come back.
    Gone,
    /// The relay no longer speaks this version: the page must be loaded again.
    Outdated,
}

/// What the shell must do about sockets.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Call {
    /// Open a socket, and report about it under this number.
    Dial {
        /// Its number.
        socket: u32,
        /// Get a new token or grant first; the relay refused the last one. If
        /// none is to be had, report the socket closed with code 0.
        renew: bool,
    },
    /// Close this socket and forget it; what it still says is ignored.
    HangUp {
        /// Its number.
        socket: u32,
    },
    /// Send [`PING`](inbox_protocol::PING).
    Ping,
    /// Load the page again; this build is too old.
    Reload,
}

/// One connection that is dialed again whenever it breaks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Connector {
    status: Status,
    /// The last socket that was dialed. Whatever an earlier one reports is stale.
    socket: u32,
    n_failed: u32,
    renew: bool,
    heard_at: Timestamp,
    /// Since when an answer is awaited.
    asked_at: Option<Timestamp>,
    chance: u32,
}

impl Connector {
    /// A link that nobody has asked for yet. `seed` spreads the rests of many
    /// browsers that lost the same relay.
    #[must_use]
    pub fn new(seed: u32) -> Self {
        Self {
            status: Status::Idle,
            socket: 0,
            n_failed: 0,
            renew: false,
            heard_at: Timestamp::default(),
            asked_at: None,
            // A generator that begins with zero would stay there.
            chance: seed | 1,
        }
    }

    /// Where it stands.
    #[must_use]
    pub fn status(&self) -> Status {
        self.status
    }

    /// Whether everything that was stored has been heard.
    #[must_use]
    pub fn is_live(&self) -> bool {
        matches!(self.status, Status::Live { .. })
    }

    /// When [`Connector::tick`] is due.
    #[must_use]
    pub fn due(&self) -> Option<Timestamp> {
        match self.status {
            Status::Dialing { since } => Some(since.after(HEARTBEAT_PATIENCE)),
            Status::CatchingUp | Status::Live { .. } => Some(match self.asked_at {
                Some(at) => at.after(HEARTBEAT_PATIENCE),
                None => self.heard_at.after(HEARTBEAT),
            }),
            Status::Resting { until } => Some(until),
            Status::Idle | Status::Gone | Status::Outdated => None,
        }
    }

    /// Somebody wants to be connected.
    pub fn connect(&mut self, now: Timestamp) -> Option<Call> {
        match self.status {
            Status::Idle => Some(self.dial(now)),
            Status::Dialing { .. }
            | Status::CatchingUp
            | Status::Live { .. }
            | Status::Resting { .. }
            | Status::Gone
            | Status::Outdated => None,
        }
    }

    /// Somebody wants to be connected who may be let in by now, though the relay sent them away.
    // CL40
    pub fn again(&mut self, now: Timestamp) -> Option<Call> {
        if self.status == Status::Gone {
            self.status = Status::Idle;
        }
        self.connect(now)
    }

    /// Nobody wants to be connected any more.
    pub fn disconnect(&mut self) -> Option<Call> {
        let hang_up = self.hang_up();
        match self.status {
            Status::Gone | Status::Outdated => (),
            Status::Idle
            | Status::Dialing { .. }
            | Status::CatchingUp
            | Status::Live { .. }
            | Status::Resting { .. } => self.status = Status::Idle,
        }
        hang_up
    }

    /// A socket is open. True if it is the one that was dialed: now say hello.
    #[must_use]
    pub fn opened(&mut self, now: Timestamp, socket: u32) -> bool {
        let current = socket == self.socket && matches!(self.status, Status::Dialing { .. });
        if current {
            self.status = Status::CatchingUp;
            self.heard_at = now;
            self.asked_at = Some(now);
        }
        current
    }

    /// A socket said something. False if it is stale: then nothing was said.
    #[must_use]
    // CL21
    pub fn heard(&mut self, now: Timestamp, socket: u32) -> bool {
        let current = socket == self.socket && self.is_open();
        if current {
            self.heard_at = now;
            self.asked_at = None;
        }
        current
    }

    /// The answer to hello is complete.
    pub fn ready(&mut self, now: Timestamp) {
        if self.status == Status::CatchingUp {
            self.status = Status::Live { since: now };
            self.renew = false;
        }
    }

    /// Something was said that the relay answers; silence now means that the
    /// socket is dead.
    pub fn asked(&mut self, now: Timestamp) {
        self.asked_at = self.asked_at.or(Some(now));
    }

    /// A socket closed. True if it was the current one.
    // CL24
    pub fn closed(&mut self, now: Timestamp, socket: u32, code: u16) -> (bool, Option<Call>) {
        let dialing = matches!(self.status, Status::Dialing { .. });
        if socket != self.socket || !(dialing || self.is_open()) {
            return (false, None);
        }
        let call = match CloseCode::of(code) {
            Some(CloseCode::Gone) => {
                self.status = Status::Gone;
                None
            }
            Some(CloseCode::Version) => {
                self.status = Status::Outdated;
                Some(Call::Reload)
            }
            Some(CloseCode::Unauthorized) => {
                self.renew = true;
                self.rest(now);
                None
            }
            Some(CloseCode::Rate) => {
                self.n_failed = self.n_failed.max(FAILED_BY_RATE);
                self.status = Status::Dialing { since: now };
                self.rest(now);
                None
            }
            Some(CloseCode::Protocol | CloseCode::Restart) | None => {
                self.rest(now);
                None
            }
        };
        (true, call)
    }

    /// Forgets the dials that failed, so that the next rest is a short one.
    pub(crate) fn forgive(&mut self) {
        self.n_failed = 0;
    }

    /// The current socket cannot be trusted: hangs up and rests before the next dial.
    pub fn redial(&mut self, now: Timestamp) -> Option<Call> {
        let hang_up = self.hang_up();
        if hang_up.is_some() {
            self.rest(now);
        }
        hang_up
    }

    /// Time has passed.
    // CL22, CL25
    pub fn tick(&mut self, now: Timestamp) -> Option<Call> {
        match self.status {
            // A clock that was set back must not make anybody wait for days.
            Status::Resting { until } if until <= now || LONGEST_REST < until.since(now) => {
                Some(self.dial(now))
            }
            Status::Dialing { since } if since.after(HEARTBEAT_PATIENCE) <= now => self.redial(now),
            Status::CatchingUp | Status::Live { .. } => match self.asked_at {
                Some(at) if at.after(HEARTBEAT_PATIENCE) <= now => self.redial(now),
                None if self.heard_at.after(HEARTBEAT) <= now => Some(self.ping(now)),
                Some(_) | None => None,
            },
            Status::Idle
            | Status::Dialing { .. }
            | Status::Resting { .. }
            | Status::Gone
            | Status::Outdated => None,
        }
    }

    /// The browser is online, visible or shown again: whoever rests dials now, and
    /// an open socket is asked whether it is still there.
    // CL23
    pub fn woken(&mut self, now: Timestamp) -> Option<Call> {
        match self.status {
            Status::Resting { .. } => Some(self.dial(now)),
            Status::CatchingUp | Status::Live { .. } => match self.asked_at {
                // What was asked before a freeze is not asked again: the next tick decides.
                Some(_) => self.tick(now),
                None => Some(self.ping(now)),
            },
            Status::Idle | Status::Dialing { .. } | Status::Gone | Status::Outdated => None,
        }
    }

    fn is_open(&self) -> bool {
        matches!(self.status, Status::CatchingUp | Status::Live { .. })
    }

    fn ping(&mut self, now: Timestamp) -> Call {
        self.asked_at = Some(now);
        Call::Ping
    }

    fn dial(&mut self, now: Timestamp) -> Call {
        self.socket += 1;
        self.status = Status::Dialing { since: now };
        self.asked_at = None;
        Call::Dial { socket: self.socket, renew: self.renew }
    }

    fn hang_up(&self) -> Option<Call> {
        let dialing = matches!(self.status, Status::Dialing { .. });
        (dialing || self.is_open()).then_some(Call::HangUp { socket: self.socket })
    }

    /// Each failed dial doubles the rest; a connection that had worked starts over.
    // CL20
    fn rest(&mut self, now: Timestamp) {
        let steady = match self.status {
            Status::Live { since } => STEADY <= now.since(since),
            Status::Idle
            | Status::Dialing { .. }
            | Status::CatchingUp
            | Status::Resting { .. }
            | Status::Gone
            | Status::Outdated => false,
        };
        let longest = FIRST_REST.0.saturating_mul(2_u64.saturating_pow(self.n_failed));
        let longest = longest.min(LONGEST_REST.0);
        self.n_failed = if steady { 0 } else { self.n_failed.saturating_add(1) };
        let longest = if steady { FIRST_REST.0 } else { longest };
        let rest = longest / 2 + u64::from(self.roll()) % (longest / 2 + 1);
        self.asked_at = None;
        self.status = Status::Resting { until: now.after(Millis(rest)) };
    }

    /// Marsaglia's xorshift: enough to keep browsers from dialing in step.
    fn roll(&mut self) -> u32 {
        self.chance ^= self.chance << 13;
        self.chance ^= self.chance >> 17;
        self.chance ^= self.chance << 5;
        self.chance
    }
}
