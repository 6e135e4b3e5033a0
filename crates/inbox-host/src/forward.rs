//! Sending a conversation's events on to its site's webhook.
//!
//! A forwarder is a cursor into the log, so there is no second table that could disagree with it.
//! [`ForwarderState::plan`] says what to do next, and [`ForwarderState::settle`] what follows from a
//! receiver's answer. Whoever runs them stores the cursor, sets the timer and takes the step, and asks
//! again until the step is [`Step::Rest`].

mod cursor;
mod event;
mod links;
mod plan;
mod policy;
mod record;
mod run;
mod schedule;
mod undelivered;

pub use cursor::{Beginning, Cursor, beginning, cursor_name};
pub use event::{Delivery, Missed, delivery, missed, ping};
pub use links::{link_files, with_links};
pub use plan::{Attempt, ForwarderState, Plan, Step};
pub use policy::ForwardPolicy;
pub use record::{Made, Tried};
pub use run::{ForwarderRows, asks_first, keep, next_step, settle};
pub use schedule::{Answer, Next, after_attempt, retry_after};
pub use undelivered::{Failed, notice};

use inbox_types::Millis;

/// How many events after the cursor are read at once.
pub const PAGE: u64 = 20;
/// How long a receiver may take to answer.
pub const PATIENCE: Millis = Millis::seconds(15);
/// When stored events are looked for that nobody has sent, because the process was lost.
pub const LOOK_AGAIN: Millis = Millis::seconds(30);
/// How often a conversation whose webhook is switched off asks whether it still is. Whoever sets the
/// address again tells it at once; this is for a message that was lost.
pub const SWITCHED_OFF_STEP: Millis = Millis::days(1);
