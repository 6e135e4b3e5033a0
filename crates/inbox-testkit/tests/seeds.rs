//! Many seeds, one world each.
//!
//! `cargo test -p inbox-testkit --profile world` runs 2,000; `PORCHLIGHT_SEEDS=n`
//! runs n, and `PORCHLIGHT_SEED=k` runs one and tells its story.
#![allow(clippy::unwrap_used, reason = "a test may fail where it stands")]

use std::{
    io::Write as _,
    sync::atomic::{AtomicU64, Ordering},
    time::Instant,
};

use inbox_testkit::World;

/// Seeds of a run, unless somebody says otherwise.
const N_SEEDS: u64 = 2_000;
/// Things that happen in each.
const N_STEPS: u64 = 200;

#[test]
fn every_seed_keeps_every_promise() {
    if let Some(seed) = number("PORCHLIGHT_SEED") {
        tell_the_story_of(seed);
        return;
    }
    let n_seeds = number("PORCHLIGHT_SEEDS").unwrap_or(N_SEEDS);
    let began = Instant::now();
    let next = AtomicU64::new(0);
    let n_lines = AtomicU64::new(0);
    let n_threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        let work = || {
            loop {
                let seed = next.fetch_add(1, Ordering::Relaxed);
                if n_seeds <= seed {
                    return;
                }
                match World::new(seed).run(N_STEPS) {
                    Ok(report) => {
                        n_lines.fetch_add(report.n_lines, Ordering::Relaxed);
                    }
                    Err(violation) => {
                        next.store(n_seeds, Ordering::Relaxed);
                        panic!("seed {seed} broke {violation}\n{}", how_to_run(seed));
                    }
                }
                if seed.is_multiple_of((n_seeds / 10).max(1)) {
                    progress(seed, n_seeds, began);
                }
            }
        };
        let workers: Vec<_> = (0..n_threads).map(|_| scope.spawn(work)).collect();
        for worker in workers {
            if let Err(panic) = worker.join() {
                std::panic::resume_unwind(panic);
            }
        }
    });
    progress(n_seeds, n_seeds, began);
    assert!(n_seeds <= n_lines.load(Ordering::Relaxed), "people write in every world");
}

fn tell_the_story_of(seed: u64) {
    let mut world = World::traced(seed, None);
    let outcome = world.run(N_STEPS);
    let mut out = std::io::stderr();
    for line in world.trace() {
        writeln!(out, "{line}").unwrap();
    }
    match outcome {
        Ok(report) => writeln!(out, "seed {seed} keeps every promise: {report:?}").unwrap(),
        Err(violation) => panic!("seed {seed} broke {violation}\n{}", how_to_run(seed)),
    }
}

fn how_to_run(seed: u64) -> String {
    format!(
        "run it again: PORCHLIGHT_SEED={seed} cargo test -p inbox-testkit --profile world \
         --test seeds"
    )
}

/// The harness keeps what a test prints; what goes to the stream itself is seen at once.
fn progress(done: u64, of: u64, began: Instant) {
    let seconds = began.elapsed().as_secs_f64();
    let _ = writeln!(std::io::stderr(), "world: {done} of {of} seeds in {seconds:.0} s");
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}
