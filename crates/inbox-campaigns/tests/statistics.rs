//! Experiments whose lift is known, looked at again and again: the intervals of
//! [`statistics`](inbox_campaigns::statistics) hold, and those of a fixed sample do not.

use fastrand::Rng;
use inbox_campaigns::statistics::{Difference, Share, difference, needed};

/// How often an experiment is looked at.
const LOOKS: u64 = 100;
const RUNS: u64 = 400;

/// A known truth, and how many visitors there are between two looks.
#[derive(Clone, Copy)]
struct Truth {
    control: f64,
    variant: f64,
    /// Of all visitors, how many are of the control group.
    control_share: f64,
    step: u64,
}

/// In how many of the experiments something was so.
#[derive(Default)]
struct Seen {
    /// The truth was outside of the interval at some look.
    missed: u64,
    /// The same for an interval of a fixed sample.
    naive_missed: u64,
    /// It was outside of that one at the last look.
    naive_missed_at_last: u64,
    /// The interval left out 0 at the last look.
    clear: u64,
}

#[test]
fn the_interval_covers_at_its_rate_however_often_somebody_looks() {
    let seen = experiments(Truth { control: 0.05, variant: 0.07, control_share: 0.5, step: 250 });
    assert!(seen.missed * 20 <= RUNS, "{} of {RUNS} missed", seen.missed);
    // It is no use to be so wide that nothing is ever seen.
    assert!(RUNS * 9 / 10 <= seen.clear, "{} of {RUNS} saw the lift", seen.clear);
    // The same looks at an interval of a fixed sample: it keeps its word at one look only.
    assert!(RUNS / 4 <= seen.naive_missed, "{} of {RUNS} missed", seen.naive_missed);
    let rate = seen.naive_missed_at_last;
    assert!(RUNS / 50 <= rate && rate * 10 <= RUNS, "{rate} of {RUNS} missed at the last look");
}

#[test]
fn no_lift_is_hardly_ever_taken_for_one() {
    let seen = experiments(Truth { control: 0.05, variant: 0.05, control_share: 0.5, step: 250 });
    assert!(seen.missed * 20 <= RUNS, "{} of {RUNS} missed", seen.missed);
    assert!(seen.clear * 20 <= RUNS, "{} of {RUNS} saw a lift", seen.clear);
    assert!(RUNS / 4 <= seen.naive_missed, "{} of {RUNS} missed", seen.naive_missed);
}

#[test]
fn a_small_control_group_and_a_low_rate_do_not_break_it() {
    for truth in [
        Truth { control: 0.01, variant: 0.012, control_share: 0.1, step: 100 },
        Truth { control: 0.05, variant: 0.05, control_share: 0.02, step: 100 },
        Truth { control: 0.005, variant: 0.005, control_share: 0.5, step: 100 },
    ] {
        let seen = experiments(truth);
        assert!(seen.missed * 20 <= RUNS, "{} of {RUNS} missed", seen.missed);
        assert!(RUNS / 4 <= seen.naive_missed, "{} of {RUNS} missed", seen.naive_missed);
    }
}

#[test]
fn nobody_is_no_rate() {
    let nobody = Share { of: 0, n: 0 };
    let one = Share { of: 1, n: 1 };
    assert_eq!(nobody.rate(), None);
    assert_eq!(difference(one, nobody), None);
    assert_eq!(difference(nobody, one), None);
    assert_eq!(needed(nobody, 0.01), None);
}

#[test]
fn first_visitors_say_nothing() {
    let all = difference(Share { of: 5, n: 5 }, Share { of: 5, n: 0 }).expect("both have some");
    assert!(!all.is_clear(), "{all:?}");
    let none = difference(Share { of: 5, n: 0 }, Share { of: 5, n: 0 }).expect("both have some");
    assert!(none.low < -0.2 && 0.2 < none.high, "{none:?}");
}

#[test]
fn more_goals_than_visitors_are_not_more_than_all() {
    let Difference { estimate, low, high } =
        difference(Share { of: 10, n: 12 }, Share { of: 10, n: 0 }).expect("both have some");
    assert!((estimate - 1.0).abs() < f64::EPSILON && -1.0 <= low && high <= 1.0);
}

#[test]
fn the_hint_is_what_an_experiment_takes() {
    let control = Share { of: 2_000, n: 100 };
    let visitors = needed(control, 0.02).expect("so many");
    assert!((2_000..8_000).contains(&visitors), "{visitors}");
    assert!(visitors < needed(control, 0.01).expect("so many"));
    for lift in [0.0, -0.1, 1.0, f64::NAN, 1e-9] {
        assert_eq!(needed(control, lift), None, "{lift}");
    }
    // With so many visitors in each group, four of five experiments see the lift.
    let step = 2 * visitors / LOOKS;
    let seen = experiments(Truth { control: 0.05, variant: 0.07, control_share: 0.5, step });
    assert!((RUNS * 7 / 10..=RUNS * 9 / 10).contains(&seen.clear), "{} of {RUNS}", seen.clear);
}

fn experiments(truth: Truth) -> Seen {
    let mut seen = Seen::default();
    for run in 0..RUNS {
        experiment(truth, &mut Rng::with_seed(run), &mut seen);
    }
    seen
}

fn experiment(truth: Truth, chance: &mut Rng, seen: &mut Seen) {
    let lift = truth.variant - truth.control;
    let (mut control, mut variant) = (Share { of: 0, n: 0 }, Share { of: 0, n: 0 });
    let (mut missed, mut naive_missed) = (false, false);
    for look in 1..=LOOKS {
        for _ in 0..truth.step {
            let is_control = chance.f64() < truth.control_share;
            let (group, rate) = if is_control {
                (&mut control, truth.control)
            } else {
                (&mut variant, truth.variant)
            };
            group.of += 1;
            group.n += u64::from(chance.f64() < rate);
        }
        let Some(found) = difference(variant, control) else { continue };
        missed |= lift < found.low || found.high < lift;
        let naive = lift < found.estimate - fixed(variant, control)
            || found.estimate + fixed(variant, control) < lift;
        naive_missed |= naive;
        if look == LOOKS {
            seen.naive_missed_at_last += u64::from(naive);
            seen.clear += u64::from(found.is_clear());
        }
    }
    seen.missed += u64::from(missed);
    seen.naive_missed += u64::from(naive_missed);
}

/// Half of the interval of a fixed sample, as textbooks have it.
fn fixed(variant: Share, control: Share) -> f64 {
    let variance = |it: Share| {
        let rate = it.rate().unwrap_or_default();
        rate * (1.0 - rate) / f64::from(u32::try_from(it.of).unwrap_or(u32::MAX))
    };
    1.96 * (variance(variant) + variance(control)).sqrt()
}
