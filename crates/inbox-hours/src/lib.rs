//! When a team is there, and how that is said. Pure: what the clocks of a zone show is asked of the host
//! ([`Zone`]), so that no table of zones is compiled in.
//!
//! `SPEC.md` names the rules.
//!
//! ```
//! use inbox_hours::{OpenState, Zone, open_state};
//! use inbox_types::{OfficeHours, OpeningHours, Timestamp};
//!
//! /// Two hours ahead of UTC, all the year.
//! struct Ahead;
//! impl Zone for Ahead {
//!     fn wall(&self, minute: i64) -> i64 {
//!         minute + 120
//!     }
//! }
//!
//! let monday = OfficeHours { weekday: 1, from: 9 * 60, until: 17 * 60 };
//! let hours = OpeningHours { week: vec![monday], ..OpeningHours::default() };
//! // Monday, 30 November 2026, 06:00 UTC.
//! let now = Timestamp::from_millis(1_796_018_400_000);
//! let nine = Timestamp::from_millis(1_796_018_400_000 + 3_600_000);
//! assert_eq!(open_state(&hours, &Ahead, now), OpenState::Closed { until: Some(nine) });
//! ```

mod open;
mod replies;
mod week;
mod when;
mod zone;

pub use self::{
    open::{OpenState, open_state},
    replies::usual_wait,
    week::{DAY, WEEK, Week},
    when::{When, when},
    zone::{Wall, Zone},
};
