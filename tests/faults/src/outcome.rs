//! What a run found: figures, violations, and what is needed to draw it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::time::Duration;

use serde::Serialize;
use tokio::time::{Instant, sleep};

use crate::check::{Violation, check};
use crate::history::{Count, History};
use crate::options::Part;
use crate::record::Record;

/// The result of one part of the run.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Outcome {
    pub(crate) name: String,
    pub(crate) part: Option<Part>,
    pub(crate) figures: BTreeMap<&'static str, f64>,
    pub(crate) violations: Vec<String>,
    pub(crate) seconds: f64,
    /// Milliseconds at which a message was acknowledged.
    #[serde(skip)]
    pub(crate) delivered_at: Vec<u64>,
    /// Milliseconds at which something was taken away, and until when.
    #[serde(skip)]
    pub(crate) faults_at: Vec<(u64, u64)>,
}

impl Outcome {
    pub(crate) fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    /// The result of a part that can be run alone.
    pub(crate) fn of(part: Part, name: impl Into<String>) -> Self {
        Self { part: Some(part), ..Self::new(name) }
    }

    /// Adds to a figure.
    pub(crate) fn count(&mut self, what: &'static str, n: usize) {
        let n = u32::try_from(n).unwrap_or(u32::MAX);
        *self.figures.entry(what).or_default() += f64::from(n);
    }

    /// Notes something that must not be.
    pub(crate) fn complain(&mut self, what: impl Into<String>) {
        self.violations.push(what.into());
    }

    /// Takes a whole history in: judged and counted.
    pub(crate) fn judge(&mut self, history: &History) {
        let violations = check(history);
        for (what, name) in [("lost", "I1"), ("duplicated", "I2"), ("out of order", "I3")] {
            let of_kind = |it: &&Violation| format!("{:?}", it.invariant) == name;
            self.count(what, violations.iter().filter(of_kind).count());
        }
        self.violations.extend(violations.iter().map(ToString::to_string));
        self.count("typed", history.typed.len());
        let unique: BTreeSet<_> = history.acknowledged.iter().map(|it| &it.line).collect();
        self.count("acknowledged", unique.len());
        let stored = history.stored.iter().filter(|((_, count), _)| *count == Count::Team);
        let messages = stored.flat_map(|(_, rows)| rows).filter(|it| it.message.is_some());
        self.count("stored", messages.count());
        self.count("failed and sent again", history.failed.len());
        self.count("deliveries of the webhook", history.delivered.len());
    }

    /// Adds what is drawn of a record, `offset` milliseconds after the run began.
    pub(crate) fn draw(&mut self, history: &History, offset: u64, faults: &[(u64, u64)]) {
        self.delivered_at.extend(history.acknowledged.iter().map(|it| it.at + offset));
        self.faults_at.extend(faults.iter().map(|(from, to)| (from + offset, to + offset)));
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, figures, violations, seconds, .. } = self;
        writeln!(f, "\n{name} ({seconds:.0} s)")?;
        for (what, figure) in figures {
            writeln!(f, "  {what:<40} {figure:>10}")?;
        }
        for violation in violations.iter().take(20) {
            writeln!(f, "  BROKEN {violation}")?;
        }
        write!(f, "  {} violations", violations.len())
    }
}

/// Waits until the webhook was told of everything, or until patience ends: then the check says
/// what is missing.
pub(crate) async fn all_delivered(record: &Record, patience: Duration) {
    let deadline = Instant::now() + patience;
    while Instant::now() < deadline {
        let is_missing = |it: &Violation| it.invariant == crate::check::Invariant::I7;
        if !check(&record.history()).iter().any(is_missing) {
            return;
        }
        sleep(Duration::from_millis(500)).await;
    }
}
