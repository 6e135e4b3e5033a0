//! Real clients, a real relay, and what can go wrong between them.
//!
//! `cargo xtask faults` runs this. Each part starts relays of its own, lets people talk through
//! the client that widget and console have, breaks something, waits until all is quiet, and has
//! the whole history judged by [`check::check`].

mod chart;
mod check;
mod deploy;
mod drops;
mod first;
mod history;
mod hook;
mod http;
mod inbox;
mod kill;
mod options;
mod outcome;
mod place;
mod planted;
mod proxy;
mod race;
mod raw;
mod record;
mod relay;
mod side;
mod socket;
mod stage;
mod tab;
mod uploads;
mod weather;

use std::fs;

use anyhow::{Context, Result};
use futures_util::future::try_join_all;

use crate::options::{Options, Part};
use crate::outcome::Outcome;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let options = Options::read(std::env::args().skip(1))?;
    let outcomes = Box::pin(run(&options)).await?;
    for outcome in &outcomes {
        println!("{outcome}");
    }
    let folder = relay::root().join("dist/faults");
    fs::create_dir_all(&folder).context("could not create dist/faults")?;
    let report = serde_json::to_string_pretty(&outcomes)?;
    fs::write(folder.join("report.json"), report).context("could not write the report")?;
    for (part, file) in [(Part::Kill, "kill.svg"), (Part::Drops, "drops.svg")] {
        if let Some(outcome) = outcomes.iter().find(|it| it.part == Some(part)) {
            fs::write(folder.join(file), chart::draw(outcome))?;
        }
    }
    if outcomes.iter().any(|it| !it.violations.is_empty()) {
        std::process::exit(1);
    }
    Ok(())
}

/// The killed relay has the machine for itself; all that mostly wait do so together.
async fn run(options: &Options) -> Result<Vec<Outcome>> {
    let mut outcomes = part(options, Part::Kill).await?;
    let waiting =
        [Part::Networks, Part::Drops, Part::Uploads, Part::First, Part::Inbox, Part::Deploy];
    let together = waiting.map(|it| Box::pin(part(options, it)));
    outcomes.extend(try_join_all(together).await?.into_iter().flatten());
    outcomes.extend(part(options, Part::Planted).await?);
    Ok(outcomes)
}

/// One part, if it is wanted.
async fn part(options: &Options, part: Part) -> Result<Vec<Outcome>> {
    if !options.wants(part) {
        return Ok(Vec::new());
    }
    let outcome = match part {
        Part::Kill => Box::pin(kill::run(options)).await,
        Part::Networks => Box::pin(weather::run(options)).await,
        Part::Drops => Box::pin(drops::run(options)).await,
        Part::Uploads => Box::pin(uploads::run(options)).await,
        Part::First => Box::pin(first::run(options)).await,
        Part::Inbox => Box::pin(inbox::run(options)).await,
        Part::Deploy => Box::pin(deploy::run(options)).await,
        Part::Planted => Box::pin(planted::run(options)).await,
    };
    Ok(vec![outcome?])
}
