//! New code while everybody is connected: all sockets break at once, and come back by themselves,
//! spread over time, while people go on talking and the desk still answers.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use futures_util::future::join_all;
use tokio::time::{Instant, sleep};

use crate::options::{Options, Part};
use crate::outcome::Outcome;
use crate::place::Place;
use crate::raw::watch_all;
use crate::record::Record;
use crate::relay::Relay;
use crate::stage::{Talk, begin, first_words};
use crate::tab::{Tab, TabName};

const TALKS: usize = 6;
/// How often each person types a line.
const STEP: Duration = Duration::from_millis(300);
/// How long browsers may take to come back.
const RETURN: Duration = Duration::from_mins(2);

/// Deploys under so many open chats.
pub(crate) async fn run(options: &Options) -> Result<Outcome> {
    let mut outcome = Outcome::of(Part::Deploy, "new code under load");
    let began = Instant::now();
    let mut relay = Relay::start(&options.variables).await?;
    let record = Arc::new(Record::new());
    let place = Place::set_up(&relay, None).await?;
    let mut talks = begin(&place, TALKS, &record).await?;
    record.history().hooked.clear();
    for talk in &mut talks {
        talk.open(place.address, 1, &record);
    }
    let mut idle = open_many(options.sockets, &place, &record).await?;
    eprintln!("  deploy: {} chats are open", idle.len());

    let before = record.history().opened_at.len();
    let from = record.elapsed();
    let (deployed, slowest) = tokio::select! {
        () = chatter(&mut talks) => unreachable!("people talk for ever"),
        both = async {
            let deployed = relay.deploy().await;
            (deployed, watch_the_desk(&mut idle, &place).await)
        } => both,
    };
    deployed?;
    relay.answers_again().await?;
    let came_back = idle.iter().filter(|it| it.standing().live).count();
    outcome.count("chats open", idle.len());
    outcome.count("chats that came back", came_back);
    if came_back < idle.len() {
        outcome.complain(format!("{} chats did not come back", idle.len() - came_back));
    }
    returns(&mut outcome, &record.history().opened_at[before..], from);
    outcome.figures.insert("slowest answer of the desk meanwhile, ms", slowest.as_secs_f64() * 1e3);
    drop(idle);
    for talk in &mut talks {
        if !talk.rest(options.patience).await {
            outcome.complain(format!("{} did not come to rest", talk.id));
        }
        talk.read(place.address, &record).await?;
    }
    outcome.judge(&record.history());
    outcome.seconds = began.elapsed().as_secs_f64();
    Ok(outcome)
}

/// Opens so many chats of visitors who said something once and now only look.
async fn open_many(n: usize, place: &Place, record: &Arc<Record>) -> Result<Vec<Tab>> {
    let mut tabs = Vec::new();
    while tabs.len() < n {
        let mut some = Vec::new();
        for tab in (1..).take(25.min(n - tabs.len())) {
            let seed = tab + u32::try_from(tabs.len())?;
            // Whoever has said nothing is nobody's concern: the desk does not know of them.
            let (_, side, _) = first_words(place, &format!("I am number {seed}.")).await?;
            let name = TabName { conversation: format!("idle-{seed}"), tab: seed };
            some.push(Tab::open(side, place.address, name, record));
        }
        join_all(some.iter_mut().map(|it| it.until(RETURN, |it| it.live))).await;
        tabs.extend(some);
    }
    Ok(tabs)
}

/// Asks the desk again and again until everybody is back; returns its slowest answer.
async fn watch_the_desk(idle: &mut [Tab], place: &Place) -> Duration {
    let deadline = Instant::now() + RETURN;
    let mut slowest = Duration::ZERO;
    while idle.iter().any(|it| !it.standing().live) && Instant::now() < deadline {
        let asked = Instant::now();
        // Nobody is at home at first; whoever is not answered later has waited, too.
        let _ = ask_the_desk(place).await;
        slowest = slowest.max(asked.elapsed());
        sleep(Duration::from_millis(100)).await;
    }
    slowest
}

/// Comes to the desk and reads its list.
async fn ask_the_desk(place: &Place) -> Result<()> {
    watch_all(place).await?.hears_type("list").await.map(drop)
}

/// How the returns are spread over time.
fn returns(outcome: &mut Outcome, opened_at: &[u64], from: u64) {
    let mut after: Vec<u64> = opened_at.iter().map(|it| it.saturating_sub(from)).collect();
    after.sort_unstable();
    let at = |part: usize| after.get((after.len() * part / 100).min(after.len().max(1) - 1));
    for (what, part) in [("half are back after, ms", 50), ("all are back after, ms", 100)] {
        outcome.count(what, at(part).copied().unwrap_or_default().try_into().unwrap_or(usize::MAX));
    }
    let most = after.iter().map(|it| after.iter().filter(|at| **at / 1_000 == *it / 1_000).count());
    outcome.count("most returns in one second", most.max().unwrap_or_default());
}

async fn chatter(talks: &mut [Talk]) {
    loop {
        talks.iter_mut().for_each(Talk::all_type);
        sleep(STEP).await;
    }
}
