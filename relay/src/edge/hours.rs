//! What a visitor is told of when the team answers, in words (D-who-words-it).
//!
//! - **AP50** Where only the company's own inbox answers, nothing is said of who is at the desk. Once that
//!   inbox is away and nobody is at the desk either, visitors are told that nobody can answer now, that
//!   their message is kept, and to leave an address.

use inbox_hours::{OpenState, When};
use inbox_protocol::TeamHint;
use inbox_text::{Catalogue, Phrase, hours};
use inbox_types::{Millis, Timestamp};

use crate::workspace::request::AnsweredBy;

/// For how long it is said that nobody is free: somebody may be, a moment later.
const NOBODY_LIFE: Millis = Millis::minutes(2);
/// For how long it is said within what time the team answers.
const WAIT_LIFE: Millis = Millis::minutes(10);

/// How a reader's language writes what depends on it.
pub trait Format {
    /// The time of a day, by the reader's clocks.
    fn time(&self, at: Timestamp) -> String;
    /// A day, by its weekday or its date.
    fn day(&self, at: Timestamp, named: When) -> String;
    /// So many minutes.
    fn minutes(&self, wait: Millis) -> String;
    /// How the reader calls the day of an instant.
    fn when(&self, at: Timestamp) -> When;
}

/// What is known of a team now.
#[derive(Clone, Copy, Debug)]
pub struct TeamNow {
    /// Whether its hours say that it is there.
    pub state: OpenState,
    /// Whether somebody of it is.
    pub is_staffed: bool,
    /// Within what time it answers as a rule, if that is known.
    pub usual_wait: Option<Millis>,
    /// Who answers the visitors.
    pub answered_by: AnsweredBy,
    /// When that was so.
    pub at: Timestamp,
}

impl TeamNow {
    fn is_closed(&self) -> bool {
        matches!(self.state, OpenState::Closed { .. })
    }

    /// Whether those who are at the desk answer now.
    // AP50
    #[must_use]
    pub fn may_answer(&self) -> bool {
        !self.is_closed() && self.answered_by != AnsweredBy::Inbox
    }

    /// Whether there may be something to say of it.
    // AV1, AP50
    #[must_use]
    pub fn may_be_told_of(&self) -> bool {
        self.state != OpenState::Unset || self.answered_by == AnsweredBy::DeskInstead
    }
}

/// What is said of a team; nothing where its hours say nothing (D-hours-and-faces).
// AV1, AV6, AP50
#[must_use]
pub fn team_hint(texts: &Catalogue, team: &TeamNow, format: &impl Format) -> Option<TeamHint> {
    let is_there = team.is_staffed && team.may_answer();
    if team.answered_by == AnsweredBy::DeskInstead && !is_there {
        return Some(message_is_kept(texts, team, format));
    }
    let (phrase, until) = match team.state {
        OpenState::Unset => return None,
        OpenState::Open { .. } if team.answered_by == AnsweredBy::Inbox => return None,
        OpenState::Open { until } => {
            let (phrase, life) = if team.is_staffed {
                (hours::usual_wait(&format.minutes(team.usual_wait?)), WAIT_LIFE)
            } else {
                (hours::NOBODY, NOBODY_LIFE)
            };
            let over = team.at.after(life);
            (phrase, Some(until.map_or(over, |it| it.min(over))))
        }
        OpenState::Closed { until } => (until.map_or(hours::CLOSED, |at| back(at, format)), until),
    };
    Some(TeamHint { text: texts.say(&phrase), until })
}

/// Nobody answers now, neither at the inbox nor at the desk. It is said long enough to write a message by.
// AP50
fn message_is_kept(texts: &Catalogue, team: &TeamNow, format: &impl Format) -> TeamHint {
    let opens = match team.state {
        OpenState::Closed { until } => until,
        OpenState::Open { .. } | OpenState::Unset => None,
    };
    let phrase = opens.map_or(hours::KEPT, |at| hours::kept_back(&texts.say(&back(at, format))));
    let over = team.at.after(WAIT_LIFE);
    TeamHint { text: texts.say(&phrase), until: Some(opens.map_or(over, |it| it.min(over))) }
}

// AV4, AV5
fn back(at: Timestamp, format: &impl Format) -> Phrase {
    let time = format.time(at);
    match format.when(at) {
        When::Today => hours::back_today(&time),
        When::Tomorrow => hours::back_tomorrow(&time),
        named @ (When::Weekday | When::Date) => hours::back_on(&format.day(at, named), &time),
    }
}

// The texts themselves are on the host only.
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::edge::chat::catalogue;

    struct Clocks(When);

    impl Format for Clocks {
        fn time(&self, _: Timestamp) -> String {
            "9:00".to_owned()
        }

        fn day(&self, _: Timestamp, _: When) -> String {
            "Monday".to_owned()
        }

        fn minutes(&self, wait: Millis) -> String {
            format!("{} minutes", wait.0 / 60_000)
        }

        fn when(&self, _: Timestamp) -> When {
            self.0
        }
    }

    const NOW: Timestamp = Timestamp::from_millis(1_796_018_400_000);
    const LATER: Timestamp = NOW.after(Millis::hours(1));

    fn hint(state: OpenState, is_staffed: bool, when: When) -> Option<TeamHint> {
        let lines = inbox_text::asset("console", "en").expect("there are English texts");
        let team =
            TeamNow { state, is_staffed, usual_wait: None, answered_by: AnsweredBy::Desk, at: NOW };
        team_hint(&catalogue(lines), &team, &Clocks(when))
    }

    #[test]
    fn av1_without_hours_nothing_is_said() {
        for is_staffed in [true, false] {
            assert_eq!(hint(OpenState::Unset, is_staffed, When::Today), None);
        }
    }

    #[test]
    fn whoever_comes_when_nobody_is_there_is_told_when_somebody_is() {
        let said = |when| {
            let state = OpenState::Closed { until: Some(LATER) };
            // Whoever stays late is no promise.
            let hint = hint(state, true, when).expect("something is said");
            assert_eq!(hint.until, Some(LATER));
            hint.text
        };
        assert_eq!(said(When::Today), "We are back today at 9:00");
        assert_eq!(said(When::Tomorrow), "We are back tomorrow at 9:00");
        assert_eq!(said(When::Weekday), "We are back on Monday at 9:00");
        assert_eq!(said(When::Date), "We are back on Monday at 9:00");
        let long = hint(OpenState::Closed { until: None }, false, When::Today).expect("that much");
        assert_eq!((long.text.as_str(), long.until), ("We are away at the moment", None));
    }

    #[test]
    fn av6_how_long_one_waits_is_said_within_hours_while_somebody_is_there() {
        let lines = inbox_text::asset("console", "en").expect("there are English texts");
        let said = |state, is_staffed| {
            let usual_wait = Some(Millis::minutes(10));
            let answered_by = AnsweredBy::Desk;
            let team = TeamNow { state, is_staffed, usual_wait, answered_by, at: NOW };
            team_hint(&catalogue(lines), &team, &Clocks(When::Today))
        };
        let open = |until| OpenState::Open { until };
        let hint = said(open(Some(LATER)), true).expect("it is known");
        assert_eq!(hint.text, "We usually reply in 10 minutes");
        assert_eq!(hint.until, Some(NOW.after(WAIT_LIFE)));
        let soon = NOW.after(Millis::minutes(1));
        assert_eq!(said(open(Some(soon)), true).and_then(|it| it.until), Some(soon));
        assert_eq!(said(OpenState::Unset, true), None);
        let nobody = said(open(None), false).expect("nobody is free");
        assert!(nobody.text.starts_with("Nobody is free"), "{nobody:?}");
        let closed = said(OpenState::Closed { until: Some(LATER) }, true).expect("they are away");
        assert!(closed.text.starts_with("We are back"), "{closed:?}");
    }

    #[test]
    fn ap50_what_is_said_where_only_the_own_inbox_answers_is_true() {
        let lines = inbox_text::asset("console", "en").expect("there are English texts");
        let said = |state, is_staffed, answered_by| {
            let usual_wait = Some(Millis::minutes(10));
            let team = TeamNow { state, is_staffed, usual_wait, answered_by, at: NOW };
            let hint = team_hint(&catalogue(lines), &team, &Clocks(When::Today));
            assert!(hint.is_none() || team.may_be_told_of(), "it is asked for");
            hint
        };
        let open = OpenState::Open { until: Some(LATER) };
        let closed = OpenState::Closed { until: Some(LATER) };
        for is_staffed in [true, false] {
            // Who is at the desk answers nobody there.
            assert_eq!(said(open, is_staffed, AnsweredBy::Inbox), None);
            assert_eq!(said(OpenState::Unset, is_staffed, AnsweredBy::Inbox), None);
            let back = said(closed, is_staffed, AnsweredBy::Inbox).expect("when they are back");
            assert_eq!(back.text, "We are back today at 9:00");
            let kept = said(closed, is_staffed, AnsweredBy::DeskInstead).expect("that it is kept");
            assert!(kept.text.starts_with("We are back today at 9:00. Leave your"), "{kept:?}");
            assert_eq!(kept.until, Some(NOW.after(WAIT_LIFE)));
        }
        let soon = OpenState::Closed { until: Some(NOW.after(Millis::minutes(1))) };
        let kept = said(soon, false, AnsweredBy::DeskInstead).expect("that it is kept");
        assert_eq!(kept.until, Some(NOW.after(Millis::minutes(1))));
        for state in [open, OpenState::Unset, OpenState::Closed { until: None }] {
            let kept = said(state, false, AnsweredBy::DeskInstead).expect("that it is kept");
            assert!(kept.text.starts_with("Nobody can answer right now. Leave"), "{kept:?}");
        }
        // Somebody of the desk is there instead.
        let wait = said(open, true, AnsweredBy::DeskInstead).expect("it is known");
        assert_eq!(wait.text, "We usually reply in 10 minutes");
        assert_eq!(said(OpenState::Unset, true, AnsweredBy::DeskInstead), None);
    }

    #[test]
    fn within_hours_it_is_said_for_a_moment_that_nobody_is_free() {
        let open = |until| OpenState::Open { until };
        assert_eq!(hint(open(Some(LATER)), true, When::Today), None);
        let nobody = hint(open(Some(LATER)), false, When::Today).expect("that is said");
        assert!(nobody.text.starts_with("Nobody is free"), "{nobody:?}");
        assert_eq!(nobody.until, Some(NOW.after(NOBODY_LIFE)));
        let soon = NOW.after(Millis::minutes(1));
        assert_eq!(hint(open(Some(soon)), false, When::Today).and_then(|it| it.until), Some(soon));
        assert_eq!(hint(open(None), false, When::Today).and_then(|it| it.until), nobody.until);
    }
}
