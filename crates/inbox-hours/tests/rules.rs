//! Each rule of `SPEC.md`, and all of them beside a search that looks at every minute.

#![allow(clippy::unwrap_used, reason = "a test may fail where it stands")]

use inbox_hours::{OpenState, Wall, When, Zone, open_state, when};
use inbox_types::{Day, Holiday, Millis, OfficeHours, OpeningHours, Timestamp, limits};
use proptest::prelude::*;

/// A zone: how far it is ahead of UTC, and from which minutes on otherwise.
#[derive(Clone, Debug)]
struct Made {
    ahead: i64,
    changes: Vec<(i64, i64)>,
}

impl Zone for Made {
    fn wall(&self, minute: i64) -> i64 {
        let change = self.changes.iter().rev().find(|it| it.0 <= minute);
        minute + change.map_or(self.ahead, |it| it.1)
    }
}

const UTC: Made = Made { ahead: 0, changes: Vec::new() };

/// An instant of UTC, such as `2026-11-30 14:05`.
fn utc(text: &str) -> Timestamp {
    let (day, time) = text.split_once(' ').expect("a day and a time");
    let (hours, minutes) = time.split_once(':').expect("hours and minutes");
    let minute = hours.parse::<u16>().unwrap() * 60 + minutes.parse::<u16>().unwrap();
    let minutes = Wall::of(day.parse().expect("a day"), minute).minutes();
    Timestamp::from_millis(u64::try_from(minutes).unwrap() * 60_000)
}

fn minute(at: Timestamp) -> i64 {
    i64::try_from(at.as_millis() / 60_000).unwrap()
}

/// Kyiv in 2026: the clocks go forward at 01:00 UTC on 29 March and back on 25 October.
fn kyiv() -> Made {
    let changes =
        vec![(minute(utc("2026-03-29 01:00")), 180), (minute(utc("2026-10-25 01:00")), 120)];
    Made { ahead: 120, changes }
}

fn hours(week: &[(u8, &str, &str)]) -> OpeningHours {
    let time = |text: &str| {
        let (hours, minutes) = text.split_once(':').expect("hours and minutes");
        hours.parse::<u16>().unwrap() * 60 + minutes.parse::<u16>().unwrap()
    };
    let week = week
        .iter()
        .map(|(weekday, from, until)| OfficeHours {
            weekday: *weekday,
            from: time(from),
            until: time(until),
        })
        .collect();
    OpeningHours { week, ..OpeningHours::default() }
}

fn weekdays() -> OpeningHours {
    hours(&[1, 2, 3, 4, 5].map(|day| (day, "09:00", "17:00")))
}

fn holiday(from: &str, until: &str) -> Holiday {
    Holiday { from: from.parse().unwrap(), until: until.parse().unwrap() }
}

fn open(until: &str) -> OpenState {
    OpenState::Open { until: Some(utc(until)) }
}

fn closed(until: &str) -> OpenState {
    OpenState::Closed { until: Some(utc(until)) }
}

#[test]
fn av1_whoever_has_set_no_hours_promises_none() {
    let holidays = vec![holiday("2026-11-30", "2026-12-01")];
    for hours in [
        OpeningHours::default(),
        OpeningHours { holidays, ..OpeningHours::default() },
        hours(&[(1, "09:00", "09:00")]),
        hours(&[(0, "09:00", "17:00")]),
    ] {
        assert_eq!(open_state(&hours, &UTC, utc("2026-11-30 10:00")), OpenState::Unset);
    }
}

#[test]
fn av2_the_team_is_there_in_the_hours_of_its_own_clocks() {
    let state = |zone: &Made, now| open_state(&weekdays(), zone, utc(now));
    // The last of November 2026 is a Monday.
    assert_eq!(state(&UTC, "2026-11-30 08:59"), closed("2026-11-30 09:00"));
    assert_eq!(state(&UTC, "2026-11-30 09:00"), open("2026-11-30 17:00"));
    assert_eq!(state(&UTC, "2026-11-30 16:59"), open("2026-11-30 17:00"));
    assert_eq!(state(&UTC, "2026-11-30 17:00"), closed("2026-12-01 09:00"));
    assert_eq!(state(&UTC, "2026-12-04 17:00"), closed("2026-12-07 09:00"));
    // Nine in Kyiv is seven of UTC, and in Ho Chi Minh City two.
    assert_eq!(state(&kyiv(), "2026-11-30 06:59"), closed("2026-11-30 07:00"));
    let saigon = Made { ahead: 420, changes: Vec::new() };
    assert_eq!(state(&saigon, "2026-11-30 02:00"), open("2026-11-30 10:00"));
    // Half past four on Sunday afternoon is Monday already at the other end of the world.
    let auckland = Made { ahead: 780, changes: Vec::new() };
    assert_eq!(state(&auckland, "2026-11-29 20:00"), open("2026-11-30 04:00"));
}

#[test]
fn av2_hours_that_touch_are_one_span() {
    let night = hours(&[(7, "22:00", "24:00"), (1, "00:00", "06:00"), (1, "06:00", "07:00")]);
    let state = |now| open_state(&night, &UTC, utc(now));
    assert_eq!(state("2026-11-29 23:00"), open("2026-11-30 07:00"));
    assert_eq!(state("2026-11-30 06:00"), open("2026-11-30 07:00"));
    let always = hours(&[1, 2, 3, 4, 5, 6, 7].map(|day| (day, "00:00", "24:00")));
    let now = utc("2026-11-30 06:00");
    assert_eq!(open_state(&always, &UTC, now), OpenState::Open { until: None });
}

#[test]
fn av2_nobody_is_there_on_a_holiday_of_the_teams_own_days() {
    let holidays = vec![holiday("2026-12-24", "2026-12-28"), holiday("2026-12-31", "2026-12-31")];
    let hours = OpeningHours { holidays, ..weekdays() };
    let state = |zone: &Made, now| open_state(&hours, zone, utc(now));
    assert_eq!(state(&UTC, "2026-12-23 17:00"), closed("2026-12-29 09:00"));
    assert_eq!(state(&UTC, "2026-12-25 10:00"), closed("2026-12-29 09:00"));
    assert_eq!(state(&UTC, "2026-12-31 10:00"), closed("2027-01-01 09:00"));
    let saigon = Made { ahead: 420, changes: Vec::new() };
    assert_eq!(state(&saigon, "2026-12-23 09:59"), open("2026-12-23 10:00"));
    assert_eq!(state(&saigon, "2026-12-28 18:00"), closed("2026-12-29 02:00"));
}

#[test]
fn av3_hours_keep_to_the_clocks_when_these_are_changed() {
    let state = |hours: &OpeningHours, now| open_state(hours, &kyiv(), utc(now));
    // From Friday to Monday the clocks have gone forward, and back.
    assert_eq!(state(&weekdays(), "2026-03-27 15:00"), closed("2026-03-30 06:00"));
    assert_eq!(state(&weekdays(), "2026-10-23 14:00"), closed("2026-10-26 07:00"));
    // Half past three on 29 March is shown by no clock: it is past three at once.
    let early = hours(&[(7, "03:30", "10:00")]);
    assert_eq!(state(&early, "2026-03-29 00:59"), closed("2026-03-29 01:00"));
    assert_eq!(state(&early, "2026-03-29 01:00"), open("2026-03-29 07:00"));
    let skipped = hours(&[(7, "02:00", "03:20")]);
    assert_eq!(state(&skipped, "2026-03-29 00:10"), open("2026-03-29 01:00"));
    let in_the_gap = hours(&[(7, "03:10", "03:50"), (7, "12:00", "13:00")]);
    assert_eq!(state(&in_the_gap, "2026-03-29 00:00"), closed("2026-03-29 09:00"));
    // Half past three on 25 October is shown twice.
    let late = hours(&[(7, "03:30", "05:00")]);
    assert_eq!(state(&late, "2026-10-25 00:00"), closed("2026-10-25 00:30"));
    assert_eq!(state(&late, "2026-10-25 00:30"), open("2026-10-25 01:00"));
    assert_eq!(state(&late, "2026-10-25 01:00"), closed("2026-10-25 01:30"));
    assert_eq!(state(&late, "2026-10-25 01:30"), open("2026-10-25 03:00"));
}

#[test]
fn av3_a_day_that_a_zone_leaves_out_is_no_day_there() {
    // Samoa had no 30 December 2011, a Friday.
    let apia = Made { ahead: -600, changes: vec![(minute(utc("2011-12-30 10:00")), 840)] };
    let fridays = hours(&[(5, "09:00", "17:00")]);
    let state = open_state(&fridays, &apia, utc("2011-12-29 12:00"));
    assert_eq!(state, closed("2012-01-05 19:00"));
}

#[test]
fn av4_nobody_is_told_when_somebody_comes_back_who_is_away_for_long() {
    let first: Day = "2026-12-01".parse().unwrap();
    let last = |days| Day::from_number(first.number() + days - 1).unwrap();
    let away = |days| {
        let holidays = vec![Holiday { from: first, until: last(days) }];
        let hours = OpeningHours { holidays, ..weekdays() };
        open_state(&hours, &UTC, utc("2026-12-01 09:00"))
    };
    assert_eq!(away(60), OpenState::Closed { until: None });
    assert_eq!(away(58), closed("2027-01-28 09:00"));
    assert_eq!(away(59), closed("2027-01-29 09:00"));
}

#[test]
fn av5_a_day_is_named_by_the_readers_own_clocks() {
    let now = utc("2026-11-30 16:30");
    let named = |zone: &Made, at| when(zone, now, utc(at));
    assert_eq!(named(&UTC, "2026-11-30 23:59"), When::Today);
    assert_eq!(named(&UTC, "2026-12-01 00:00"), When::Tomorrow);
    assert_eq!(named(&UTC, "2026-12-02 00:00"), When::Weekday);
    assert_eq!(named(&UTC, "2026-12-06 23:59"), When::Weekday);
    assert_eq!(named(&UTC, "2026-12-07 00:00"), When::Date);
    // Where it is Monday, half past eleven at night, and where it is Tuesday already.
    let saigon = Made { ahead: 420, changes: Vec::new() };
    assert_eq!(named(&saigon, "2026-11-30 17:00"), When::Tomorrow);
    let tokyo = Made { ahead: 540, changes: Vec::new() };
    assert_eq!(named(&tokyo, "2026-11-30 17:00"), When::Today);
}

/// Monday, 5 January 2026, in UTC.
const SOMEWHEN: i64 = 29_459_520;

fn zones() -> impl Strategy<Value = Made> {
    let change = (2_880..40_000_i64, prop::sample::select(vec![-120, -60, -30, 30, 60, 120]));
    (-720..=840_i64, prop::collection::vec(change, 0..4)).prop_map(|(ahead, steps)| {
        let (mut at, mut now) = (SOMEWHEN - 20_000, ahead);
        let changes = steps
            .into_iter()
            .map(|(after, by)| {
                (at, now) = (at + after, now + by);
                (at, now)
            })
            .collect();
        Made { ahead, changes }
    })
}

fn openings() -> impl Strategy<Value = OpeningHours> {
    let span = (1..=7_u8, 0..1_440_u16, 1..=1_440_u16).prop_map(|(weekday, from, length)| {
        OfficeHours { weekday, from, until: (from + length).min(1_440) }
    });
    let holiday = (0..70_i64, 0..20_i64).prop_map(|(from, more)| {
        let day = |it: i64| Day::from_number(SOMEWHEN / 1_440 + it).unwrap();
        Holiday { from: day(from), until: day(from + more) }
    });
    (prop::collection::vec(span, 1..8), prop::collection::vec(holiday, 0..4))
        .prop_map(|(week, holidays)| OpeningHours { week, holidays, ..OpeningHours::default() })
}

/// Whether somebody is there at a minute, by the words of the rule.
fn is_there(hours: &OpeningHours, zone: &Made, minute: i64) -> bool {
    let wall = zone.wall(minute);
    let (day, of_day) = (wall.div_euclid(1_440), wall.rem_euclid(1_440));
    let weekday = (day + 3).rem_euclid(7) + 1;
    let is_hour = hours.week.iter().any(|it| {
        i64::from(it.weekday) == weekday
            && (i64::from(it.from)..i64::from(it.until)).contains(&of_day)
    });
    let is_off =
        hours.holidays.iter().any(|it| it.from.number() <= day && day <= it.until.number());
    is_hour && !is_off
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]
    #[test]
    fn av2_av3_av4_every_minute_says_the_same(
        hours in openings(),
        zone in zones(),
        later in 0..40_000_i64,
    ) {
        let now = SOMEWHEN + later;
        let at = |minute: i64| Timestamp::from_millis(u64::try_from(minute).unwrap() * 60_000);
        let is_open = is_there(&hours, &zone, now);
        let horizon = limits::HOURS_HORIZON_DAYS * 1_440;
        let until = (now + 1..=now + horizon)
            .find(|it| is_there(&hours, &zone, *it) != is_open)
            .map(at);
        let expected =
            if is_open { OpenState::Open { until } } else { OpenState::Closed { until } };
        prop_assert_eq!(open_state(&hours, &zone, at(now)), expected);
        // Within the minute nothing changes.
        let within = Timestamp::from_millis(at(now).as_millis() + 59_999);
        prop_assert_eq!(open_state(&hours, &zone, within), expected);
    }
}

#[test]
fn what_a_host_writes_of_its_clocks_is_read() {
    let read = |text: &str| Wall::read(text).map(Wall::minutes);
    assert_eq!(read("1970-01-01 00:00"), Some(0));
    assert_eq!(read("2026-01-05 00:00"), Some(SOMEWHEN));
    assert_eq!(read("2026-01-05T23:59:59"), Some(SOMEWHEN + 1_439));
    for wrong in [
        "",
        "2026-01-05",
        "2026-01-05 24:00",
        "2026-01-05 9:00",
        "5.1.2026, 09:00",
        "2026-01-0é 09:00",
    ] {
        assert_eq!(read(wrong), None, "{wrong}");
    }
}

#[test]
fn av6_three_of_four_waited_no_longer_than_what_is_said() {
    let usual = |minutes: &[u64]| {
        let waits: Vec<Millis> = minutes.iter().map(|it| Millis::minutes(*it)).collect();
        inbox_hours::usual_wait(&waits).map(|it| it.0 / 60_000)
    };
    for (waits, said) in [
        (&[][..], None),
        // Four are no rule.
        (&[1, 1, 1, 1], None),
        (&[1, 1, 1, 1, 1], Some(5)),
        (&[0, 0, 0, 0, 600], Some(5)),
        (&[1, 6, 1, 6, 6, 2, 1, 1], Some(10)),
        (&[9, 10, 11, 12, 90], Some(15)),
        (&[30, 30, 30, 30, 30], Some(30)),
        // It helps nobody to hear that.
        (&[1, 1, 31, 31, 31], None),
    ] {
        assert_eq!(usual(waits), said, "{waits:?}");
    }
}
