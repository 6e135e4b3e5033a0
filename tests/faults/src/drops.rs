//! The network is gone for two seconds out of every ten, again and again, and people go on
//! talking: how much arrives?

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use tokio::time::{Instant, sleep};

use crate::history::{Count, History};
use crate::options::{Options, Part};
use crate::outcome::Outcome;
use crate::place::Place;
use crate::proxy::{Proxy, Weather};
use crate::record::Record;
use crate::relay::Relay;
use crate::stage::{Talk, begin};

const TALKS: usize = 16;
/// How often each person types a line.
const STEP: Duration = Duration::from_millis(500);
/// Of each period the network is there first, then away.
const FAIR: Duration = Duration::from_secs(8);
const AWAY: Duration = Duration::from_secs(2);

/// Runs until so many messages were typed.
pub(crate) async fn run(options: &Options) -> Result<Outcome> {
    let mut outcome = Outcome::of(Part::Drops, "2 s drops every 10 s");
    let began = Instant::now();
    let relay = Relay::start(&options.variables).await?;
    let record = Arc::new(Record::new());
    let place = Place::set_up(&relay, None).await?;
    let mut talks = begin(&place, TALKS, &record).await?;
    record.history().hooked.clear();
    let proxy = Proxy::before(place.address).await?;
    for talk in &mut talks {
        talk.open(proxy.address, 1, &record);
    }
    let mut faults = Vec::new();
    tokio::select! {
        () = talk_until(options.messages, &mut talks, &record) => (),
        () = drop_again_and_again(&proxy, &record, &mut faults) => (),
    }
    proxy.turn(Weather::Fair);
    for talk in &mut talks {
        if !talk.rest(options.patience).await {
            outcome.complain(format!("{} did not come to rest", talk.id));
        }
        talk.read(place.address, &record).await?;
    }
    let history = record.history();
    outcome.count("connections broken", usize::try_from(proxy.n_cut())?);
    outcome.count("drops", faults.len());
    outcome.count("messages shown to the other side", shown(&history));
    outcome.judge(&history);
    outcome.draw(&history, 0, &faults);
    let share = outcome.figures["messages shown to the other side"] / outcome.figures["typed"];
    outcome.figures.insert("delivered share of what was typed", share);
    if share < 1.0 {
        outcome.complain(format!("of what was typed only {share} was delivered"));
    }
    outcome.seconds = began.elapsed().as_secs_f64();
    Ok(outcome)
}

async fn talk_until(messages: usize, talks: &mut [Talk], record: &Record) {
    while record.history().typed.len() < messages {
        talks.iter_mut().for_each(Talk::all_type);
        sleep(STEP).await;
    }
}

async fn drop_again_and_again(proxy: &Proxy, record: &Record, faults: &mut Vec<(u64, u64)>) {
    loop {
        sleep(FAIR).await;
        let from = record.elapsed();
        proxy.spell(Weather::Down, AWAY).await;
        faults.push((from, record.elapsed()));
    }
}

/// How many messages have reached a browser of the other side.
fn shown(history: &History) -> usize {
    let of_others = history.seen.iter().filter_map(|it| {
        let (author, client_id, _) = it.row.message.as_ref()?;
        let by_visitor = *author == inbox_types::Author::Visitor;
        let to_visitor = it.count == Count::Visitor;
        (by_visitor != to_visitor).then_some((&it.conversation, author, client_id))
    });
    of_others.collect::<std::collections::BTreeSet<_>>().len()
}
