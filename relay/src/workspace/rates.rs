//! How much of something there was in a span: guesses, requests, bytes.

use inbox_protocol::Refusal;
use inbox_types::{Email, Millis, Timestamp};
use serde::Deserialize;

use super::tables::{Result, Workspace};
use crate::platform::{
    now,
    sql::{number, text},
};

/// What was counted since a span began.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
pub(super) struct Count {
    /// When it began, in milliseconds.
    pub(super) since: u64,
    /// How much there was.
    pub(super) n: u64,
}

impl Count {
    /// The count with so much more; a span that is over begins anew.
    #[must_use]
    pub(super) fn with(before: Option<Self>, amount: u64, span: Millis, now: Timestamp) -> Self {
        let running = before.filter(|it| now.since(Timestamp::from_millis(it.since)) < span);
        let Self { since, n } = running.unwrap_or(Self { since: now.as_millis(), n: 0 });
        Self { since, n: n.saturating_add(amount) }
    }

    /// The count without so much of it, because it did not come.
    #[must_use]
    pub(super) fn without(self, amount: u64) -> Self {
        Self { n: self.n.saturating_sub(amount), ..self }
    }

    /// Whether it is within a limit.
    ///
    /// # Errors
    ///
    /// If it is not.
    pub(super) fn within(self, limit: u64) -> Result<(), Refusal> {
        if limit < self.n { Err(Refusal::Rate) } else { Ok(()) }
    }
}

/// Where a guess of a password is counted. Whoever guesses wrongly from elsewhere slows only themselves:
/// the count of all does not concern places that the member has signed in from before.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Guesses {
    /// By account and caller.
    pub(super) of_caller: String,
    /// By account; none where the member is known.
    pub(super) of_all: Option<String>,
}

impl Guesses {
    /// Of an account, by a caller.
    #[must_use]
    pub(super) fn of(email: &Email, from: &str, is_known: bool) -> Self {
        let email = email.as_str().to_lowercase();
        // An address that somebody guesses for may be any text: it comes last, behind what it cannot
        // choose, so that no two counts share a name.
        let of_caller = format!("sign-in-from/{from}/{email}");
        Self { of_caller, of_all: (!is_known).then(|| format!("sign-in/{email}")) }
    }
}

impl Workspace {
    /// Counts so much more of something in a span; what is refused counts too.
    pub(super) fn count(&self, key: &str, amount: u64, limit: u64, span: Millis) -> Result<()> {
        let now = now();
        let before: Option<Count> =
            self.store.first("SELECT since, n FROM counts WHERE key = ?", vec![text(key)])?;
        let count = Count::with(before, amount, span, now);
        self.store.run(
            "INSERT OR REPLACE INTO counts (key, since, n) VALUES (?, ?, ?)",
            vec![text(key), number(count.since), number(count.n)],
        )?;
        // Counts of spans long past are of no use to anybody.
        let day = Millis::days(1);
        self.store.run(
            "DELETE FROM counts WHERE since < ?",
            vec![number(now.as_millis().saturating_sub(day.0))],
        )?;
        Ok(count.within(limit)?)
    }

    /// Takes back what was counted and did not come.
    pub(super) fn uncount(&self, key: &str, amount: u64) -> Result<()> {
        let counted: Option<Count> =
            self.store.first("SELECT since, n FROM counts WHERE key = ?", vec![text(key)])?;
        let Some(count) = counted.map(|it| it.without(amount)) else { return Ok(()) };
        let n = vec![number(count.n), text(key)];
        Ok(self.store.run("UPDATE counts SET n = ? WHERE key = ?", n)?)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use inbox_types::limits::{
        FILE_BYTES, GUESS_SPAN, GUESS_SPAN_OF_ALL, GUESSES, GUESSES_OF_ALL, PENDING_FILE_LIFE,
        UPLOAD_BYTES_OF_CLIENT,
    };

    use super::*;

    fn at(millis: u64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    #[derive(Default)]
    struct Counts(BTreeMap<String, Count>);

    impl Counts {
        fn add(
            &mut self,
            key: &str,
            amount: u64,
            limit: u64,
            span: Millis,
            now: Timestamp,
        ) -> bool {
            let count = Count::with(self.0.get(key).copied(), amount, span, now);
            self.0.insert(key.to_owned(), count);
            count.within(limit).is_ok()
        }

        fn guess(&mut self, from: &str, is_known: bool, now: Timestamp) -> bool {
            let email = "Olga@shop.example".to_owned().try_into().expect("an address");
            let Guesses { of_caller, of_all } = Guesses::of(&email, from, is_known);
            self.add(&of_caller, 1, GUESSES, GUESS_SPAN, now)
                && of_all.is_none_or(|it| self.add(&it, 1, GUESSES_OF_ALL, GUESS_SPAN_OF_ALL, now))
        }
    }

    #[test]
    fn a_count_begins_anew_after_its_span() {
        let mut counts = Counts::default();
        let mut add = |millis| counts.add("k", 1, 2, Millis::seconds(1), at(millis));
        assert_eq!(
            [0, 1, 999, 1_000, 1_001, 1_002].map(&mut add),
            [true, true, false, true, true, false]
        );
        let most = Count::with(Some(Count { since: 0, n: u64::MAX }), u64::MAX, Millis(1), at(0));
        assert_eq!(most.within(u64::MAX - 1), Err(Refusal::Rate));
    }

    #[test]
    fn one_caller_guesses_ten_times_a_minute() {
        let mut counts = Counts::default();
        let taken = (0..1_000).filter(|it| counts.guess("192.0.2.1", false, at(*it))).count();
        assert_eq!(taken as u64, GUESSES);
    }

    #[test]
    fn a_crowd_guesses_a_hundred_times_an_hour_and_keeps_out_nobody_who_is_known() {
        let mut counts = Counts::default();
        let taken =
            (0..10_000).filter(|it| counts.guess(&format!("192.0.2.{it}"), false, at(*it))).count();
        assert_eq!(taken as u64, GUESSES_OF_ALL);
        assert!(!counts.guess("198.51.100.1", false, at(20_000)));
        assert!(counts.guess("198.51.100.1", true, at(20_001)));
    }

    /// Whatever a stranger gives as an address counts for nobody else, from nowhere else.
    #[test]
    fn no_account_and_no_caller_share_a_count() {
        let emails = [
            "vic@shop.example",
            "vic@shop.example/203.0.113.9",
            "203.0.113.9/vic@shop.example",
            "from/203.0.113.9/vic@shop.example",
            "/",
            "-from/203.0.113.9/vic@shop.example",
        ];
        let callers = ["203.0.113.9", "203.0.113.90", "2001:db8::/64"];
        let mut names = BTreeMap::new();
        for email in emails {
            let account: Email = email.to_owned().try_into().expect("an address");
            for from in callers {
                let Guesses { of_caller, of_all } = Guesses::of(&account, from, false);
                let before = names.insert(of_caller.clone(), (email, Some(from)));
                assert_eq!(before, None, "{of_caller}");
                let of_all = of_all.expect("not known");
                let before = names.insert(of_all.clone(), (email, None));
                assert!(before.is_none_or(|it| it == (email, None)), "{of_all}");
            }
        }
    }

    #[test]
    fn what_is_announced_and_does_not_come_uses_up_nothing() {
        let mut counts = Counts::default();
        let mut upload = |announced, comes: u64| {
            let (key, limit) = ("upload/192.0.2.1", UPLOAD_BYTES_OF_CLIENT);
            let within = counts.add(key, announced, limit, PENDING_FILE_LIFE, at(0));
            let lacks = if within { announced - comes } else { announced };
            let count = counts.0[key].without(lacks);
            counts.0.insert(key.to_owned(), count);
            within
        };
        for comes in [0, 1, FILE_BYTES / 2] {
            let within =
                (0..UPLOAD_BYTES_OF_CLIENT / FILE_BYTES).all(|_| upload(FILE_BYTES, comes));
            assert!(within, "{comes} bytes of each");
        }
        while upload(FILE_BYTES, FILE_BYTES) {}
        // What is too much leaves room for what is not.
        assert!(upload(1, 1));
        let none = Count { since: 0, n: 1 }.without(u64::MAX);
        assert_eq!(none.n, 0);
    }

    #[test]
    fn visitors_of_one_caller_upload_so_many_bytes_in_the_life_of_a_waiting_file() {
        let mut counts = Counts::default();
        let hour = Millis::hours(1).0;
        let taken: u64 = (0..24_000)
            .map(|n| at(n * hour / 1_000))
            .filter(|now| {
                let limit = UPLOAD_BYTES_OF_CLIENT;
                counts.add("upload/192.0.2.1", FILE_BYTES, limit, PENDING_FILE_LIFE, *now)
            })
            .map(|_| FILE_BYTES)
            .sum();
        assert!(taken <= UPLOAD_BYTES_OF_CLIENT, "{taken} bytes");
        assert!(UPLOAD_BYTES_OF_CLIENT / 2 < taken, "{taken} bytes");
    }
}
