//! Builds everything and hands it to Cloudflare.

use anyhow::Result;

use crate::dist;
use crate::run::{program, run, step};
use crate::tools;

const SECRETS: &str = "\
The deployment needs its secrets once, before anybody can sign in (docs/hosting.md says what each is for):

  wrangler secret put MASTER_KEY      openssl rand -hex 32
  wrangler secret put SETUP_TOKEN     openssl rand -hex 16

Then open the console and set the workspace up with the setup token.
";

/// `cargo xtask deploy`: further arguments are `wrangler deploy`'s, for instance `--dry-run`.
pub(crate) fn deploy(arguments: &[String]) -> Result<()> {
    dist::dist_all()?;
    step("wrangler deploy");
    run(program(tools::node_tool("wrangler")?).arg("deploy").args(arguments))?;
    if !arguments.iter().any(|it| it == "--dry-run") {
        println!("\n{SECRETS}");
    }
    Ok(())
}
