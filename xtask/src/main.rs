//! The project's own commands. `cargo xtask` lists them.
//!
//! Each command is a file. Nothing of this is part of the product.

mod deploy;
mod dist;
mod http;
mod paths;
mod run;
mod shop;
mod tools;

use std::env;
use std::process::ExitCode;

use anyhow::{Result, bail};

const HELP: &str = "\
cargo xtask <command>

  dist [loader|widget|console|relay]…
                                build what is deployed, into dist/
  deploy                        dist, then `wrangler deploy`
  shop --widget ORIGIN --site ID [--port P]
                                serve the demo shop alone
";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match run_command(&arguments) {
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
