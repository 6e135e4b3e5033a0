//! What the Worker weighs, and how long it takes to start.

use anyhow::{Context, Result};
use serde_json::Value;

use crate::run::{output, program};
use crate::{paths, tools};

/// Adds the Worker's size and start to the figures of the relay.
pub(super) fn add_to(figures: &mut Value) -> Result<()> {
    let mut node = program(tools::node_tool("node")?);
    node.arg("xtask/src/bench/worker.mjs").arg(paths::root().join("relay/build"));
    let measured: Value = serde_json::from_str(&output(&mut node)?)?;
    let figures = figures.as_object_mut().context("the measurement is no object")?;
    figures.insert("worker".to_owned(), measured);
    Ok(())
}
