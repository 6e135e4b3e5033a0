//! How a time is named to a reader.

use inbox_types::Timestamp;

use crate::zone::{Wall, Zone, minute_of};

/// How the day of an instant is named.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum When {
    /// It is today, or was.
    Today,
    /// It is tomorrow.
    Tomorrow,
    /// By its weekday, within the next six days.
    Weekday,
    /// By its date.
    Date,
}

/// How the day of an instant is named to somebody with these clocks.
#[must_use]
// AV5
pub fn when(reader: &(impl Zone + ?Sized), now: Timestamp, at: Timestamp) -> When {
    let day = |it| Wall::at(reader, minute_of(it)).day();
    match day(at) - day(now) {
        ..=0 => When::Today,
        1 => When::Tomorrow,
        2..=6 => When::Weekday,
        7.. => When::Date,
    }
}
