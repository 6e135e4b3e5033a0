//! `kill -9` of real workerd in mid-send: at random, and right after chosen moments.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use fastrand::Rng;
use futures_util::future::{join_all, try_join_all};
use tokio::time::{Instant, sleep, timeout};

use crate::history::History;
use crate::hook;
use crate::options::{Options, Part};
use crate::outcome::{Outcome, all_delivered};
use crate::place::Place;
use crate::race::race;
use crate::record::{Moment, Record};
use crate::relay::Relay;
use crate::stage::{Talk, begin};

/// Rounds on one state; then a new relay, so that reading all of it at the end stays cheap.
const ROUNDS_PER_ACT: u32 = 50;
/// While one waits for its last deliveries, another is being killed.
const ACTS_AT_A_TIME: usize = 2;
const TALKS: usize = 6;
/// How often each person thinks about typing a line.
const STEP: Duration = Duration::from_millis(50);
/// One in so many times they do.
const TYPE_ONE_IN: u64 = 7;
/// How long a chosen moment may take to come.
const PATIENCE: Duration = Duration::from_millis(1_500);

/// Runs so many rounds, some relays at a time, and says after each act where it stands.
pub(crate) async fn run(options: &Options) -> Result<Outcome> {
    let rounds = options.rounds;
    let mut outcome = Outcome::of(Part::Kill, "kill -9 of workerd");
    let began = Instant::now();
    let mut done = 0;
    while done < rounds {
        let mut acts = Vec::new();
        for _ in 0..ACTS_AT_A_TIME {
            let n = ROUNDS_PER_ACT.min(rounds - done);
            if 0 < n {
                acts.push(Box::pin(act(n, options.seed.wrapping_add(done.into()), options, began)));
                done += n;
            }
        }
        for (history, offset, faults) in try_join_all(acts).await? {
            outcome.judge(&history);
            outcome.draw(&history, offset, &faults);
        }
        let typed = outcome.figures["typed"];
        let n_bad = outcome.violations.len();
        eprintln!("  kill: {done} of {rounds} rounds, {typed} messages, {n_bad} violations");
    }
    outcome.figures.insert("rounds", rounds.into());
    outcome.seconds = began.elapsed().as_secs_f64();
    Ok(outcome)
}

/// What an act leaves: its history, when it began, and when the relay was away.
type Left = (History, u64, Vec<(u64, u64)>);

async fn act(rounds: u32, seed: u64, options: &Options, began: Instant) -> Result<Left> {
    let mut random = Rng::with_seed(seed);
    let relay = Relay::start(&options.variables).await?;
    let offset = u64::try_from(began.elapsed().as_millis())?;
    let record = Arc::new(Record::new());
    let webhook = hook::listen(&record).await?;
    let place = Place::set_up(&relay, Some(&webhook)).await?;
    let mut talks = begin(&place, TALKS, &record).await?;
    for (index, talk) in talks.iter_mut().enumerate() {
        talk.open(place.address, 1 + u32::from(index % 2 == 0), &record);
    }
    race(&talks[0], &place, &record).await?;
    let mut faults = Vec::new();
    for _ in 0..rounds {
        let point = random.u64(..6);
        let delay = Duration::from_millis(50 + random.u64(..650));
        let after = Duration::from_millis(random.u64(..4));
        tokio::select! {
            () = flood(&mut talks, &mut random) => (),
            () = reached(point, delay, after, &record) => (),
        }
        let from = record.elapsed();
        relay.kill()?;
        tokio::select! {
            () = flood(&mut talks, &mut random) => (),
            back = relay.answers_again() => back?,
        }
        faults.push((from, record.elapsed()));
        for talk in &mut talks {
            look(talk, &mut random);
        }
    }
    // Whoever does not come to rest is seen by the check: something is still on its way.
    join_all(talks.iter_mut().map(|it| it.rest(options.patience))).await;
    for talk in &mut talks {
        talk.read(place.address, &record).await?;
    }
    all_delivered(&record, options.patience).await;
    let history = std::mem::take(&mut *record.history());
    Ok((history, offset, faults))
}

/// Everybody looks at their tab now that the relay is back; some load it again.
fn look(talk: &mut Talk, random: &mut Rng) {
    for tab in talk.tabs() {
        if random.u64(..12) == 0 {
            tab.reloads();
        } else {
            tab.wakes();
        }
    }
}

/// Everybody types, for ever.
async fn flood(talks: &mut [Talk], random: &mut Rng) {
    loop {
        for talk in &mut *talks {
            for tab in &mut talk.visitor_tabs {
                if !tab.is_behind() && random.u64(..TYPE_ONE_IN) == 0 {
                    tab.types(&talk.visitor);
                }
            }
            for tab in &mut talk.agent_tabs {
                if !tab.is_behind() && random.u64(..TYPE_ONE_IN) == 0 {
                    tab.types(&talk.agent);
                }
            }
        }
        sleep(STEP).await;
    }
}

/// Waits for the point at which the relay is taken away.
async fn reached(point: u64, delay: Duration, after: Duration, record: &Record) {
    let moment = match point {
        0 => Some(Moment::Opened),
        1 => Some(Moment::Said),
        2 => Some(Moment::Acknowledged),
        3 => Some(Moment::Told),
        _ => None,
    };
    if moment != Some(Moment::Opened) {
        sleep(delay).await;
    }
    if let Some(moment) = moment {
        // If it does not come, this is a random point like the others.
        let _ = timeout(PATIENCE, record.next(moment)).await;
        sleep(after).await;
    }
}
