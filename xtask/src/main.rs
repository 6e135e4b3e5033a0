//! The project's own commands. `cargo xtask` lists them.
//!
//! Each command is a file. Nothing of this is part of the product. The command line is read by hand: `test`
//! and `world` pass on to a suite what follows `--`, which `xflags` does not tell from what stands before it.

mod bench;
mod deploy;
mod dev;
mod dist;
mod faults;
mod http;
mod paths;
mod relay;
mod run;
mod shop;
mod test;
mod tidy;
mod tools;

use std::env;
use std::process::ExitCode;

use anyhow::{Result, bail};

const HELP: &str = "\
cargo xtask <command>

  dev [--port P] [--fresh]      build, start the relay and the demo shop, and print where to look
  test [suite…]                 everything that must hold; the last line counts
                                (`test --help` names the suites)
  bench widget|relay            measure, print a table and write JSON
  bench long [DIST]…            the same of long conversations; of further folders that `dist` has
                                filled from other sources, the chat's app stands beside
  bench langid FOLDER           the same for the language detector, beside others,
                                on messages from its training folder
  faults [--rounds N] [--only PART]
                                kill, cut and stall the relay while people talk, and count what
                                became of every line (`faults --help` names the parts)
  pictures                      make the pictures in docs/ anew; look at each
  state                         store a small workspace anew in tests/state/, as this release does, for the
                                tests of later ones
  tidy                          directions of imports, names of rules, lengths of files, complete locales
  dist [loader|widget|console|relay]…
                                build what is deployed, into dist/, and print what each file
                                weighs beside the last release's; `dist --release` notes these
  deploy                        dist, then `wrangler deploy`
  shop --widget ORIGIN --site ID [--port P]
                                serve the demo shop alone
";

fn main() -> ExitCode {
    let done = dist::link::linked().unwrap_or_else(|| {
        let arguments: Vec<String> = env::args().skip(1).collect();
        run_command(&arguments)
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run_command(arguments: &[String]) -> Result<()> {
    let Some((command, rest)) = arguments.split_first() else {
        print!("{HELP}");
        return Ok(());
    };
    match command.as_str() {
        "dev" => dev::dev(rest),
        "test" => test::test(rest),
        "bench" => bench::bench(rest),
        "faults" => faults::faults(rest),
        "pictures" => test::pictures(),
        "state" => test::state(),
        "tidy" => tidy::tidy(),
        "dist" => dist::dist(rest),
        "deploy" => deploy::deploy(rest),
        "shop" => shop::shop(rest),
        "help" | "--help" | "-h" => {
            print!("{HELP}");
            Ok(())
        }
        unknown => bail!("there is no command `{unknown}`\n\n{HELP}"),
    }
}
