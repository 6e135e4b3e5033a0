//! When a team is there: hours of the week in a zone, and days on which nobody is.

use serde::{Deserialize, Serialize};

use crate::{Day, Text};

/// Hours of one day of the week.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct OfficeHours {
    /// 1 is Monday and 7 Sunday.
    pub weekday: u8,
    /// The minute of the day from which.
    pub from: u16,
    /// The minute of the day before which; at most 1440.
    pub until: u16,
}

/// Whole days on which nobody is there.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Holiday {
    /// The first of them.
    pub from: Day,
    /// The last of them.
    pub until: Day,
}

/// When a team is there.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct OpeningHours {
    /// Whose clocks are meant, an IANA name such as `Asia/Ho_Chi_Minh`.
    pub time_zone: Text<64>,
    /// The hours; none says nothing of when the team is there.
    pub week: Vec<OfficeHours>,
    /// Days on which nobody is there all the same.
    pub holidays: Vec<Holiday>,
}

impl Default for OpeningHours {
    fn default() -> Self {
        Self { time_zone: utc(), week: Vec::new(), holidays: Vec::new() }
    }
}

/// The zone of whoever has named none.
pub(crate) fn utc() -> Text<64> {
    Text::try_from("UTC".to_owned()).expect("three characters")
}
