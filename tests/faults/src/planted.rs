//! The tests of the tests: a relay with a bug is killed as a good one is, and the bug is found
//! and called by its name.

use std::time::Duration;

use anyhow::Result;
use futures_util::future::try_join_all;
use tokio::time::Instant;

use crate::kill;
use crate::options::{Options, Part};
use crate::outcome::Outcome;

/// A bug of `relay/src/planted.rs`, and what it breaks.
const BUGS: [(&str, &[&str]); 6] = [
    ("AcknowledgeBeforeWrite", &["I1"]),
    ("NoDedupe", &["I2"]),
    ("ResumeOffByOne", &["I3", "I4"]),
    ("LoseEntry", &["I4"]),
    ("OtherWords", &["I6"]),
    ("ForgetDelivery", &["I7"]),
];

/// Few are enough; a bug that needs more would be found by chance only.
const ROUNDS: u32 = 6;
/// A bug may keep people from ever coming to rest.
const PATIENCE: Duration = Duration::from_secs(12);
/// Relays at a time.
const AT_A_TIME: usize = 3;

/// Runs every bug; it is a violation if one survives.
pub(crate) async fn run(options: &Options) -> Result<Outcome> {
    let mut outcome = Outcome::of(Part::Planted, "planted bugs of the relay");
    let began = Instant::now();
    for bugs in BUGS.chunks(AT_A_TIME) {
        let found = try_join_all(bugs.iter().map(|it| Box::pin(find(it, options)))).await?;
        for (what, survives) in bugs.iter().zip(found) {
            outcome.count("bugs", 1);
            if let Some(story) = survives {
                outcome.complain(format!("{} survives: {story}", what.0));
            } else {
                outcome.count("found", 1);
            }
        }
    }
    outcome.seconds = began.elapsed().as_secs_f64();
    Ok(outcome)
}

/// None if the bug was found; else what was found instead.
async fn find(bug: &(&str, &[&str]), options: &Options) -> Result<Option<String>> {
    let (name, breaks) = bug;
    let variables = vec![format!("PLANTED={name}")];
    let options = Options { rounds: ROUNDS, patience: PATIENCE, variables, ..options.clone() };
    let found = kill::run(&options).await?.violations;
    let named = |it: &String| breaks.iter().any(|invariant| it.starts_with(invariant));
    let first = found.first().map_or("nothing is wrong", String::as_str);
    Ok((!found.iter().any(named)).then(|| first.to_owned()))
}
