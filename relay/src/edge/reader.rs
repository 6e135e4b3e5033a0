//! Whoever reads what is said of a team: their language and their clocks, as the platform knows both.

use inbox_hours::{When, when};
use inbox_types::{Millis, Timestamp};

use super::hours::Format;
use crate::platform::{self, Zone};

pub(super) struct Reader<'a> {
    /// The language.
    language: &'a str,
    zone: Zone,
    zone_name: String,
    /// Their clocks are not known, so that it is said whose are meant.
    names_zone: bool,
    now: Timestamp,
}

impl<'a> Reader<'a> {
    /// A reader with the clocks of a zone, or of the team's if the browser has told none that there is.
    pub(super) fn new(
        language: &'a str,
        own: Option<String>,
        teams: &str,
        now: Timestamp,
    ) -> Option<Self> {
        let own = own.and_then(|it| Some((Zone::named(&it).ok()?, it)));
        let names_zone = own.is_none();
        let (zone, zone_name) = match own {
            Some(own) => own,
            None => (Zone::named(teams).ok()?, teams.to_owned()),
        };
        Some(Self { language, zone, zone_name, names_zone, now })
    }

    fn write(&self, at: Timestamp, parts: &[(&str, &str)]) -> String {
        let zone = [("timeZone", self.zone_name.as_str())];
        // The zone is one that there is, and the language one of ours.
        platform::write_time(self.language, &[parts, &zone].concat(), at).unwrap_or_default()
    }
}

impl Format for Reader<'_> {
    fn time(&self, at: Timestamp) -> String {
        const PARTS: [(&str, &str); 3] =
            [("hour", "numeric"), ("minute", "2-digit"), ("timeZoneName", "short")];
        self.write(at, if self.names_zone { &PARTS } else { &PARTS[..2] })
    }

    fn day(&self, at: Timestamp, named: When) -> String {
        const PARTS: [(&str, &str); 3] =
            [("weekday", "long"), ("day", "numeric"), ("month", "long")];
        self.write(at, if named == When::Weekday { &PARTS[..1] } else { &PARTS })
    }

    fn minutes(&self, wait: Millis) -> String {
        // Every platform of ours knows minutes.
        platform::write_minutes(self.language, wait.0 / 60_000).unwrap_or_default()
    }

    fn when(&self, at: Timestamp) -> When {
        when(&self.zone, self.now, at)
    }
}
