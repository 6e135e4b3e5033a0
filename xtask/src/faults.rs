//! Takes things away while people talk, and says what became of every line: real processes and
//! networks here, the seeded world beside it.

use std::path::Path;

use anyhow::{Result, bail};

use crate::dist;
use crate::run::{cargo, run, step};

const HELP: &str = "\
cargo xtask faults [option…]

  --only PART        kill, networks, drops, uploads, first, inbox, deploy; without it all of them
  --rounds N         how often workerd is killed (25)
  --messages N       how many messages are typed while the network drops (1500)
  --uploads N        how many files are sent (9)
  --firsts N         how many new visitors do everything at once (8)
  --answers N        how many messages an inbox of one's own and visitors say each way (100)
  --sockets N        how many chats are open when new code is deployed (150)
  --seed N           where chance begins (1)
  --seeds N          how many seeds of the world are run beside it (none)

  Figures go to dist/faults/report.json, drawings beside them.
";

/// `cargo xtask faults [option…]`
pub(crate) fn faults(arguments: &[String]) -> Result<()> {
    if arguments.iter().any(|it| it == "--help") {
        print!("{HELP}");
        return Ok(());
    }
    let (seeds, rest) = take_seeds(arguments)?;
    if let Some(seeds) = seeds {
        step(&format!("the world, {seeds} seeds"));
        let mut world = cargo();
        world.args(["test", "--profile", "world", "--package", "inbox-testkit"]);
        run(world.args(["--test", "seeds"]).env("PORCHLIGHT_SEEDS", seeds))?;
        if rest.is_empty() {
            return Ok(());
        }
    }
    if rest.iter().any(|it| it == "--only") {
        dist::dist(&["relay".to_owned()])?;
        return play(&rest);
    }
    // With the console, from the same features of what both are built from (see `dist`).
    dist::dist(&["relay".to_owned(), "console".to_owned()])?;
    play(&rest)?;
    find_planted(&dist::planted_relay()?)
}

/// Runs the parts over the relay that is built.
pub(crate) fn play(arguments: &[String]) -> Result<()> {
    dist::expect_built()?;
    // It stands for the inbox that a company has.
    run(cargo().args(["build", "--package", "bridge-receiver"]))?;
    let mut faults = cargo();
    faults.args(["run", "--quiet", "--package", "porchlight-faults", "--"]).args(arguments);
    run(&mut faults)
}

/// The tests of the tests: each bug of a relay that has bugs is found.
pub(crate) fn find_planted(build: &Path) -> Result<()> {
    let mut faults = cargo();
    faults.args(["run", "--quiet", "--package", "porchlight-faults", "--", "--only", "planted"]);
    run(faults.env("PORCHLIGHT_RELAY_BUILD", build))
}

/// The world's part of the command line, and the rest.
fn take_seeds(arguments: &[String]) -> Result<(Option<String>, Vec<String>)> {
    let Some(at) = arguments.iter().position(|it| it == "--seeds") else {
        return Ok((None, arguments.to_vec()));
    };
    let Some(seeds) = arguments.get(at + 1) else { bail!("`--seeds` needs a value") };
    let rest = [&arguments[..at], &arguments[at + 2..]].concat();
    Ok((Some(seeds.clone()), rest))
}

#[cfg(test)]
mod tests {
    use super::take_seeds;

    #[test]
    fn seeds_are_the_worlds_and_all_else_is_not() {
        let words: Vec<String> = ["--rounds", "3", "--seeds", "9"].map(str::to_owned).into();
        let (seeds, rest) = take_seeds(&words).unwrap();
        assert_eq!((seeds.as_deref(), rest.len()), (Some("9"), 2));
        assert!(take_seeds(&words[..3]).is_err());
    }
}
