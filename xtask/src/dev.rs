//! The whole product on one machine: relay, demo shop, demo workspace.

mod campaigns;
mod demo;

use std::path::PathBuf;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;
use std::{env, fs};

use anyhow::{Context, Result, bail};

use self::demo::Demo;
use crate::relay::{Origins, Relay, ensure_secrets};
use crate::run::timed;
use crate::shop::{self, Tag};
use crate::{dist, paths};

struct Options {
    port: u16,
    fresh: bool,
}

impl Options {
    fn parse(arguments: &[String]) -> Result<Self> {
        let mut options = Self { port: 8787, fresh: false };
        let mut words = arguments.iter();
        while let Some(word) = words.next() {
            match word.as_str() {
                "--fresh" => options.fresh = true,
                "--port" => {
                    let port = words.next().context("--port needs a number")?;
                    options.port = port.parse().context("--port needs a number below 65535")?;
                }
                unknown => bail!("dev knows --port P and --fresh, not `{unknown}`"),
            }
        }
        Ok(options)
    }
}

/// `cargo xtask dev`: returns after Ctrl-C, with everything stopped that it started.
pub(crate) fn dev(arguments: &[String]) -> Result<()> {
    let options = Options::parse(arguments)?;
    let Some(shop_port) = options.port.checked_add(1) else { bail!("--port is too large") };
    // Before the long build, so that an occupied port is known at once.
    let listener = shop::bind(shop_port)?;
    drop(shop::bind(options.port)?);
    if options.fresh && home().exists() {
        fs::remove_dir_all(home()).context("could not remove .porchlight")?;
    }
    dist::dist_all()?;
    ensure_secrets()?;

    let (press, pressed) = mpsc::channel();
    ctrlc::set_handler(move || {
        // Nobody listens any more when it is pressed twice.
        let _ = press.send(());
    })
    .context("could not listen for Ctrl-C")?;

    let mut relay = timed("relay: start", || Relay::start(options.port, &home().join("state")))?;
    let shop = format!("http://shop.localhost:{shop_port}");
    let demo = timed("demo workspace", || Demo::prepare(options.port, &shop, &home()))?;
    let tag = Tag { widget: Origins::at(options.port).widget, site: demo.site.clone() };
    print_addresses(&shop, &tag, &demo, &relay, options.port);
    thread::spawn(move || shop::serve(&listener, &tag));

    while pressed.recv_timeout(Duration::from_millis(500)).is_err() {
        if !relay.is_running() {
            bail!("the relay stopped; its last words are in {}", relay.log().display());
        }
    }
    eprintln!("\nstopping…");
    drop(relay);
    Ok(())
}

fn print_addresses(shop: &str, tag: &Tag, demo: &Demo, relay: &Relay, port: u16) {
    println!("\n  The shop      {shop}");
    println!("  The console   {}", Origins::at(port).desk);
    println!("\n  Sign in as (each link works once, in a window of its own):");
    for link in &demo.links {
        println!("    {:<20} {}", link.who, link.url);
    }
    println!("\n  On any page of {shop} the chat comes with this:");
    println!("    {}", tag.html());
    let log = relay.log();
    let from = env::current_dir().unwrap_or_default();
    println!("\n  The relay's log is {}", log.strip_prefix(from).unwrap_or(log).display());
    println!("  Ctrl-C stops everything. The next start goes on where this one ends.\n");
}

/// What survives a restart.
fn home() -> PathBuf {
    paths::root().join(".porchlight")
}
