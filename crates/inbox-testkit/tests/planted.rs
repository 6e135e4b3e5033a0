//! The checker sees: each planted bug is found, and called by its name.

use std::{
    io::Write as _,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use inbox_testkit::{Bug, Invariant, Planted, World};

/// A fifth of the time goes into memory.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// A bug that is not found in so many worlds would not be found.
const N_SEEDS: u64 = 300;
const N_STEPS: u64 = 200;
/// Once found in so many worlds, and by its own name in one of them, a bug need not be looked for any
/// longer.
const ENOUGH: usize = 3;

/// What became of one bug.
struct Outcome {
    n_worlds: u64,
    found: Vec<(u64, Invariant)>,
}

#[test]
fn every_planted_bug_is_found() {
    let next = AtomicUsize::new(0);
    let survivors = Mutex::new(Vec::new());
    let n_threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..n_threads {
            scope.spawn(|| {
                while let Some(bug) = Planted::ALL.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let outcome = hunt(bug);
                    tell(bug, &outcome);
                    if let Some(complaint) = complaint(bug, &outcome) {
                        survivors.lock().expect("no thread panicked").push(complaint);
                    }
                }
            });
        }
    });
    let survivors = survivors.into_inner().expect("no thread panicked");
    assert!(survivors.is_empty(), "{}", survivors.join("\n"));
}

#[test]
fn every_invariant_of_delivery_has_a_planted_bug() {
    use Invariant::{A5, A10, I1, I2, I3, I4, I5, I6, I7, I8, I9};
    for invariant in [I1, I2, I3, I4, I5, I6, I7, I8, I9, A5, A10] {
        assert!(Planted::ALL.iter().any(|it| it.breaks == invariant), "{invariant:?}");
    }
}

fn hunt(bug: &Bug) -> Outcome {
    let mut outcome = Outcome { n_worlds: 0, found: Vec::new() };
    for seed in 0..N_SEEDS {
        outcome.n_worlds += 1;
        if let Err(violation) = World::with_bug(seed, bug.planted).run(N_STEPS) {
            outcome.found.push((seed, violation.invariant));
        }
        let is_named = outcome.found.iter().any(|(_, it)| *it == bug.breaks);
        if is_named && ENOUGH <= outcome.found.len() {
            break;
        }
    }
    outcome
}

fn complaint(bug: &Bug, outcome: &Outcome) -> Option<String> {
    let Bug { planted, breaks, or, .. } = bug;
    if !outcome.found.iter().any(|(_, it)| it == breaks) {
        return Some(format!("{planted:?} survives: {breaks:?} holds in {N_SEEDS} worlds"));
    }
    let other = outcome.found.iter().find(|(_, it)| it != breaks && !or.contains(it))?;
    Some(format!("{planted:?} is found as {:?} in seed {}", other.1, other.0))
}

/// The harness keeps what a test prints; what goes to the stream itself is seen at once.
fn tell(bug: &Bug, outcome: &Outcome) {
    let name = format!("{:?}", bug.planted);
    let breaks = format!("{:?}", bug.breaks);
    let mut as_what: Vec<Invariant> = outcome.found.iter().map(|it| it.1).collect();
    as_what.sort();
    as_what.dedup();
    let (n_found, n_worlds) = (outcome.found.len(), outcome.n_worlds);
    let line = format!(
        "{breaks:<3} {name:<23} {n_found} of {n_worlds:>3} worlds, as {as_what:?}: {}",
        bug.what
    );
    let _ = writeln!(std::io::stderr(), "planted: {line}");
}
