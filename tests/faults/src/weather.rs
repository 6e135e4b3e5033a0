//! Bad networks: each kind over conversations of its own, all of them at once over one relay.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use futures_util::future::try_join_all;
use tokio::time::{Instant, sleep};

use crate::options::{Options, Part};
use crate::outcome::Outcome;
use crate::place::Place;
use crate::proxy::{Proxy, Weather};
use crate::race::race;
use crate::record::Record;
use crate::relay::Relay;
use crate::stage::{Talk, begin};

/// A kind of bad weather, how long it lasts, and how often it comes.
#[derive(Clone, Copy, Debug)]
struct Spell {
    name: &'static str,
    weather: Weather,
    length: Duration,
    times: u32,
}

const fn spell(name: &'static str, weather: Weather, millis: u64, times: u32) -> Spell {
    Spell { name, weather, length: Duration::from_millis(millis), times }
}

/// The client gives a silent socket up after ten seconds, so that these are the real patience
/// of a browser and not a shortened one.
const SPELLS: [Spell; 8] = [
    spell("connections reset", Weather::Down, 20, 12),
    spell("half-open", Weather::HalfOpen, 14_000, 1),
    spell("answers lost", Weather::AnswersLost, 12_000, 1),
    spell("words lost", Weather::WordsLost, 12_000, 1),
    spell("byte by byte", Weather::ByteByByte, 6_000, 1),
    spell("stalled for 5 s", Weather::Stalled, 5_000, 2),
    spell("stalled for 30 s", Weather::Stalled, 30_000, 1),
    spell("cut inside a frame", Weather::CutInFrame, 150, 15),
];

const TALKS_PER_SPELL: usize = 2;
/// How often each person types a line.
const STEP: Duration = Duration::from_millis(300);
/// Between two spells of the same kind.
const FAIR: Duration = Duration::from_millis(1_200);

/// Every kind of weather, and two sockets of one visitor racing.
pub(crate) async fn run(options: &Options) -> Result<Outcome> {
    let mut outcome = Outcome::of(Part::Networks, "bad networks");
    let began = Instant::now();
    let relay = Relay::start(&options.variables).await?;
    let record = Arc::new(Record::new());
    let place = Place::set_up(&relay, None).await?;
    let mut talks = begin(&place, SPELLS.len() * TALKS_PER_SPELL + 1, &record).await?;
    record.history().hooked.clear();
    let mut racing = talks.split_off(SPELLS.len() * TALKS_PER_SPELL);
    racing[0].open(place.address, 2, &record);
    let under = SPELLS.iter().zip(talks.chunks_mut(TALKS_PER_SPELL));
    let weather = try_join_all(
        under.map(|(spell, talks)| live_through(spell, talks, &place, &record, options)),
    );
    let (ways, raced) = tokio::join!(weather, race(&racing[0], &place, &record));
    raced?;
    // The ways stay until all was read.
    let ways = ways?;
    eprintln!("  networks: the last weather has passed");
    for talk in talks.iter_mut().chain(&mut racing) {
        if !talk.rest(options.patience).await {
            outcome.complain(format!("{} did not come to rest", talk.id));
        }
        talk.read(place.address, &record).await?;
    }
    let n_cut: u64 = ways.iter().map(Proxy::n_cut).sum();
    outcome.count("connections broken", usize::try_from(n_cut)?);
    outcome.count("kinds", SPELLS.len() + 1);
    outcome.judge(&record.history());
    outcome.seconds = began.elapsed().as_secs_f64();
    Ok(outcome)
}

async fn live_through(
    spell: &Spell,
    talks: &mut [Talk],
    place: &Place,
    record: &Arc<Record>,
    options: &Options,
) -> Result<Proxy> {
    let proxy = Proxy::before(place.address).await?;
    for talk in &mut *talks {
        talk.open(proxy.address, 2, record);
    }
    tokio::select! {
        () = chatter(talks) => (),
        () = turn(spell, &proxy) => (),
    }
    // Whoever was cut off is still on this way, and comes back over it.
    eprintln!("  networks: {} is over, {} connections broken", spell.name, proxy.n_cut());
    for talk in talks {
        talk.rest(options.patience).await;
    }
    Ok(proxy)
}

async fn turn(spell: &Spell, proxy: &Proxy) {
    for _ in 0..spell.times {
        sleep(FAIR).await;
        proxy.spell(spell.weather, spell.length).await;
    }
    sleep(FAIR).await;
}

async fn chatter(talks: &mut [Talk]) {
    loop {
        talks.iter_mut().for_each(Talk::all_type);
        sleep(STEP).await;
    }
}
