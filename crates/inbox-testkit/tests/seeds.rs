//! Many seeds, one world each.
//!
//! `cargo xtask test world` runs 2,000, on all cores. `-- --seeds n` runs n, `--from k`
//! begins with another than 0, `--steps n` lets more happen in each; `--seed k` runs one
//! and tells its story. (They become `PORCHLIGHT_SEEDS` and so on.)
#![allow(clippy::unwrap_used, reason = "a test may fail where it stands")]

use std::{
    io::Write as _,
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use inbox_testkit::{Report, World};

/// A fifth of the time goes into memory.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

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
    let from = number("PORCHLIGHT_FROM").unwrap_or_default();
    let n_seeds = number("PORCHLIGHT_SEEDS").unwrap_or(N_SEEDS);
    let run = Run {
        next: AtomicU64::new(from),
        until: from + n_seeds,
        began: Instant::now(),
        sum: Mutex::default(),
    };
    let n_threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..n_threads).map(|_| scope.spawn(|| run.work())).collect();
        for worker in workers {
            if let Err(panic) = worker.join() {
                std::panic::resume_unwind(panic);
            }
        }
    });
    let sum = run.tell_progress();
    assert_eq!(sum.n_seeds, n_seeds);
    assert!(n_seeds <= sum.report.n_lines, "people write in every world");
    assert!(n_seeds <= sum.report.n_answered, "their inbox answers them");
}

/// What happened in all worlds.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    n_seeds: u64,
    report: Report,
}

/// Worlds, one after the other on each core.
struct Run {
    next: AtomicU64,
    until: u64,
    began: Instant,
    sum: Mutex<Sum>,
}

impl Run {
    fn work(&self) {
        loop {
            let seed = self.next.fetch_add(1, Ordering::Relaxed);
            if self.until <= seed {
                return;
            }
            match World::new(seed).run(n_steps()) {
                Ok(report) => self.add(report),
                Err(violation) => {
                    self.next.store(self.until, Ordering::Relaxed);
                    panic!("seed {seed} broke {violation}\n{}", how_to_run(seed));
                }
            }
        }
    }

    fn add(&self, report: Report) {
        let n_seeds = {
            let mut sum = self.sum.lock().unwrap();
            sum.n_seeds += 1;
            sum.report.n_steps += report.n_steps;
            sum.report.n_events += report.n_events;
            sum.report.n_lines += report.n_lines;
            sum.report.n_stored += report.n_stored;
            sum.report.n_delivered += report.n_delivered;
            sum.report.n_answered += report.n_answered;
            sum.n_seeds
        };
        if n_seeds.is_multiple_of(1_000) {
            self.tell_progress();
        }
    }

    /// The harness keeps what a test prints; what goes to the stream itself is seen at once.
    fn tell_progress(&self) -> Sum {
        let sum = *self.sum.lock().unwrap();
        let Sum { n_seeds, report } = sum;
        let Report { n_steps, n_lines, n_stored, n_delivered, n_answered, .. } = report;
        let _ = writeln!(
            std::io::stderr(),
            "world: {n_seeds} seeds in {:.0} s: {n_steps} steps, {n_lines} lines written, \
             {n_stored} events stored, {n_delivered} deliveries, {n_answered} answers over the bridge",
            self.began.elapsed().as_secs_f64()
        );
        sum
    }
}

fn tell_the_story_of(seed: u64) {
    let mut world = World::traced(seed, None);
    let outcome = world.run(n_steps());
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
    format!("run it again: cargo xtask test world -- --seed {seed} --steps {}", n_steps())
}

fn n_steps() -> u64 {
    number("PORCHLIGHT_STEPS").unwrap_or(N_STEPS)
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}
