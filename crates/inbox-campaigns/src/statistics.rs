//! What counts mean: rates, their difference from the control group's, and how sure that is,
//! however often somebody looks.
//!
//! An interval of a fixed sample is right once: whoever looks at it each day and stops when it pleases
//! finds lifts that are not there. These intervals hold at all times together (a *confidence
//! sequence*): they are what the mixture sequential probability ratio test has not rejected, with
//! Robbins' normal mixture over the difference (Johari, Koomen, Pekelis and Walsh, "Peeking at A/B
//! tests", 2017; Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas, "Time-uniform central limit theory
//! and asymptotic confidence sequences", 2021). They rest on the normal approximation, so their
//! variance takes two successes and two failures more than there were (Agresti and Coull, 1998):
//! without that they are too narrow while a group has hardly any. `tests/statistics.rs` looks a
//! hundred times at each of hundreds of experiments whose lift is known.

/// How often an interval may not have the truth in it at some time: one in twenty.
const ALPHA: f64 = 0.05;
/// The spread of the mixture: differences of about two points of a hundred are found soonest. The
/// interval holds for any other too; it only is a little wider there.
const TAU: f64 = 0.02;
/// Successes and failures that the variance takes beside those that there were.
const MORE: f64 = 2.0;
/// What a normal variable is below in four of five cases: the chance to see a lift of the size that
/// was asked for.
const POWER: f64 = 0.841_621;
/// Groups of more visitors than this are no help to anybody.
const MOST_VISITORS: u64 = 1_000_000_000;

/// So many of so many.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Share {
    pub of: u64,
    pub n: u64,
}

/// A variant beside the control group.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Difference {
    /// The variant's rate less the control group's.
    pub estimate: f64,
    /// The lower end of the interval.
    pub low: f64,
    pub high: f64,
}

impl Share {
    /// The rate, from 0 to 1; none of nobody.
    #[must_use]
    pub fn rate(self) -> Option<f64> {
        (self.of != 0).then(|| real(self.n.min(self.of)) / real(self.of))
    }

    /// The variance of the rate, with two successes and two failures more.
    fn variance(self) -> f64 {
        let (n, of) = (real(self.n.min(self.of)), real(self.of));
        let rate = (n + MORE) / (of + 2.0 * MORE);
        rate * (1.0 - rate) / of
    }
}

impl Difference {
    /// Whether there is a difference at all: the interval leaves out 0.
    #[must_use]
    pub fn is_clear(&self) -> bool {
        0.0 < self.low || self.high < 0.0
    }
}

/// How a variant's rate differs from the control group's, with an interval that has the true
/// difference in it at all times, in nineteen of twenty experiments. None while a group is empty.
#[must_use]
pub fn difference(variant: Share, control: Share) -> Option<Difference> {
    let estimate = variant.rate()? - control.rate()?;
    let half = half_width(variant.variance() + control.variance());
    Some(Difference {
        estimate,
        low: (estimate - half).max(-1.0),
        high: (estimate + half).min(1.0),
    })
}

/// How many eligible visitors each group needs so that a lift of this size (0.01 is one point of a
/// hundred) is told from none in four of five experiments, if the control group's rate stays what it
/// is. None while the control group is empty, and for a lift that no number of visitors shows.
#[must_use]
pub fn needed(control: Share, smallest_lift: f64) -> Option<u64> {
    control.rate()?;
    if smallest_lift.is_nan() || smallest_lift <= 0.0 || 1.0 <= smallest_lift {
        return None;
    }
    let rate = (real(control.n.min(control.of)) + MORE) / (real(control.of) + 2.0 * MORE);
    let lifted = (rate + smallest_lift).min(1.0);
    let is_enough = |visitors: u64| {
        let variance = (rate * (1.0 - rate) + lifted * (1.0 - lifted)) / real(visitors);
        half_width(variance) + POWER * variance.sqrt() <= smallest_lift
    };
    let (mut few, mut enough) = (0, 1);
    while !is_enough(enough) {
        (few, enough) = (enough, enough * 2);
        if MOST_VISITORS < enough {
            return None;
        }
    }
    while 1 < enough - few {
        let middle = few.midpoint(enough);
        if is_enough(middle) { enough = middle } else { few = middle }
    }
    Some(enough)
}

/// Half of the interval around an estimate of this variance: the differences for which the mixture's
/// likelihood ratio is below 1 / [`ALPHA`].
fn half_width(variance: f64) -> f64 {
    let spread = TAU * TAU;
    let odds = (variance + spread) / spread;
    (variance * odds * (2.0 * (1.0 / ALPHA).ln() + ((variance + spread) / variance).ln())).sqrt()
}

#[expect(clippy::cast_precision_loss, reason = "counts of visitors stay below 2^53")]
fn real(n: u64) -> f64 {
    n as f64
}
