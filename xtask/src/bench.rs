//! Measures, prints a table beside what must be reached, and writes JSON.

mod langid;
mod worker;

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::run::{program, run, step};
use crate::{dist, paths, tools};

/// One line of the table.
struct Row {
    what: &'static str,
    /// Where the figure lies in the JSON.
    figure: &'static str,
    /// What it stands beside.
    beside: &'static [(&'static str, &'static str)],
    unit: &'static str,
    goal: Goal,
}

/// What must be reached.
enum Goal {
    /// For the reader's interest.
    None,
    AtMost(f64),
    /// This many times the first figure beside it.
    AtMostTimes(f64),
    AtLeastTimes(f64),
}

const WIDGET: [Row; 19] = [
    row(
        "requests until the launcher shows",
        "/weight/launcher/requests",
        &[],
        "",
        Goal::AtMost(1.0),
    ),
    row(
        "bytes until the launcher shows",
        "/weight/launcher/bytes",
        &[],
        "B",
        Goal::AtMost(4_000.0),
    ),
    row("requests until a message is sent", "/weight/sending/requests", &[], "", Goal::None),
    row(
        "bytes until a message is sent",
        "/weight/sending/bytes",
        &[],
        "B",
        Goal::AtMost(120_000.0),
    ),
    row(
        "launcher shows after",
        "/times/porchlight/launcher_ms",
        &[("floor", "/times/floor/launcher_ms")],
        "ms",
        Goal::AtMostTimes(1.1),
    ),
    row(
        "blocking time",
        "/times/porchlight/blocking_ms",
        &[("without", "/times/none/blocking_ms"), ("floor", "/times/floor/blocking_ms")],
        "ms",
        Goal::None,
    ),
    row(
        "longest task",
        "/times/porchlight/longest_task_ms",
        &[("without", "/times/none/longest_task_ms"), ("floor", "/times/floor/longest_task_ms")],
        "ms",
        Goal::None,
    ),
    row(
        "layout shift",
        "/times/porchlight/layout_shift",
        &[("without", "/times/none/layout_shift"), ("floor", "/times/floor/layout_shift")],
        "",
        Goal::AtMostTimes(1.0),
    ),
    row(
        "click to type",
        "/times/porchlight/click_to_type_ms",
        &[("floor", "/times/floor/click_to_type_ms")],
        "ms",
        Goal::AtMost(300.0),
    ),
    row(
        "click to type after a hover of 300 ms",
        "/times/porchlight/hover_click_to_type_ms",
        &[("floor", "/times/floor/hover_click_to_type_ms")],
        "ms",
        Goal::AtMost(60.0),
    ),
    row(
        "requests with 50 campaigns",
        "/weight/campaigns/requests",
        &[("none", "/weight/launcher/requests")],
        "",
        Goal::AtMost(1.0),
    ),
    row("bytes with 3 campaigns", "/weight/few/bytes", &[], "B", Goal::AtMost(6_000.0)),
    row(
        "bytes with 50 campaigns",
        "/weight/campaigns/bytes",
        &[("none", "/weight/launcher/bytes")],
        "B",
        Goal::None,
    ),
    row(
        "blocking time while loading, with 50 campaigns",
        "/times/campaigns/blocking_ms",
        &[("none", "/times/porchlight/blocking_ms")],
        "ms",
        Goal::None,
    ),
    row(
        "blocking time with 50 campaigns",
        "/campaigns/blocking_ms",
        &[("none", "/campaigns/chat_blocking_ms")],
        "ms",
        Goal::AtMost(5.0),
    ),
    row(
        "script time that 50 campaigns add",
        "/campaigns/script_ms",
        &[("the chat", "/campaigns/chat_script_ms")],
        "ms",
        Goal::AtMost(5.0),
    ),
    row(
        "script time of the loader with 3 campaigns",
        "/campaigns/few_script_ms",
        &[("the chat", "/campaigns/chat_script_ms"), ("floor", "/campaigns/floor_script_ms")],
        "ms",
        Goal::AtMost(60.0),
    ),
    row("rounds", "/rounds", &[], "", Goal::None),
    row("CPU slowed down", "/slow/cpu", &[], "×", Goal::None),
];

const RELAY: [Row; 8] = [
    row(
        "messages per second",
        "/porchlight/messages_per_second",
        &[("JavaScript object", "/javascript_object/messages_per_second")],
        "",
        Goal::AtLeastTimes(0.8),
    ),
    row(
        "visitor to agent, p50",
        "/porchlight/p50_ms",
        &[("JavaScript object", "/javascript_object/p50_ms")],
        "ms",
        Goal::None,
    ),
    row(
        "visitor to agent, p99",
        "/porchlight/p99_ms",
        &[("JavaScript object", "/javascript_object/p99_ms")],
        "ms",
        Goal::AtMostTimes(1.5),
    ),
    row("conversations at once", "/conversations", &[], "", Goal::None),
    row("beacons of counts per second", "/counts/beacons_per_second", &[], "", Goal::None),
    row("a beacon is answered within, p99", "/counts/p99_ms", &[], "ms", Goal::None),
    row("worker size (gzip)", "/worker/gzip_bytes", &[], "B", Goal::None),
    row("start-up", "/worker/start_ms", &[], "ms", Goal::None),
];

const LONG: [Row; 18] = [
    row("lines of the long conversation", "/lengths/long", &[], "", Goal::None),
    row(
        "main thread's work to open the chat",
        "/chat/long/work_ms",
        &[("one page", "/chat/short/work_ms")],
        "ms",
        Goal::AtMost(300.0),
    ),
    row(
        "main thread's work to open it at the desk",
        "/desk/long/work_ms",
        &[("one page", "/desk/short/work_ms")],
        "ms",
        Goal::AtMost(300.0),
    ),
    row(
        "lines in the chat's document",
        "/chat/long/lines",
        &[("one page", "/chat/short/lines")],
        "",
        Goal::AtMostTimes(1.0),
    ),
    row(
        "lines in the desk's document",
        "/desk/long/lines",
        &[("one page", "/desk/short/lines")],
        "",
        Goal::AtMostTimes(1.0),
    ),
    row(
        "earlier pages asked for",
        "/chat/long/history",
        &[("desk", "/desk/long/history")],
        "",
        Goal::AtMost(0.0),
    ),
    row("rounds", "/rounds", &[], "", Goal::None),
    row("rows in the chat at work", "/rows", &[], "", Goal::None),
    row("CPU slowed down", "/slow", &[], "×", Goal::None),
    row(
        "WebAssembly's memory",
        "/at_work/few/this/memory_bytes",
        &[
            ("beside", "/at_work/few/beside_1/memory_bytes"),
            ("and", "/at_work/few/beside_2/memory_bytes"),
        ],
        "B",
        Goal::AtMost(2_097_152.0),
    ),
    row(
        "the same, in the long conversation",
        "/at_work/many/this/memory_bytes",
        &[
            ("beside", "/at_work/many/beside_1/memory_bytes"),
            ("and", "/at_work/many/beside_2/memory_bytes"),
        ],
        "B",
        Goal::AtMost(2_097_152.0),
    ),
    row(
        "script, style and layout of a key",
        "/at_work/few/this/key/own_ms",
        &[
            ("beside", "/at_work/few/beside_1/key/own_ms"),
            ("and", "/at_work/few/beside_2/key/own_ms"),
        ],
        "ms",
        Goal::AtMost(4.0),
    ),
    row(
        "the same, in the long conversation",
        "/at_work/many/this/key/own_ms",
        &[
            ("beside", "/at_work/many/beside_1/key/own_ms"),
            ("and", "/at_work/many/beside_2/key/own_ms"),
        ],
        "ms",
        Goal::AtMost(4.0),
    ),
    row(
        "all that the main thread does for a key",
        "/at_work/many/this/key/all_ms",
        &[
            ("beside", "/at_work/many/beside_1/key/all_ms"),
            ("and", "/at_work/many/beside_2/key/all_ms"),
        ],
        "ms",
        Goal::None,
    ),
    row(
        "script, style and layout of a message that comes",
        "/at_work/few/this/message/own_ms",
        &[
            ("beside", "/at_work/few/beside_1/message/own_ms"),
            ("and", "/at_work/few/beside_2/message/own_ms"),
        ],
        "ms",
        Goal::AtMost(8.0),
    ),
    row(
        "the same, in the long conversation",
        "/at_work/many/this/message/own_ms",
        &[
            ("beside", "/at_work/many/beside_1/message/own_ms"),
            ("and", "/at_work/many/beside_2/message/own_ms"),
        ],
        "ms",
        Goal::AtMost(8.0),
    ),
    row(
        "all that the main thread does for a message that comes",
        "/at_work/many/this/message/all_ms",
        &[
            ("beside", "/at_work/many/beside_1/message/all_ms"),
            ("and", "/at_work/many/beside_2/message/all_ms"),
        ],
        "ms",
        Goal::None,
    ),
    row(
        "main thread's work to go back to all rows, not slowed",
        "/at_work/many/this/back_ms",
        &[("beside", "/at_work/many/beside_1/back_ms"), ("and", "/at_work/many/beside_2/back_ms")],
        "ms",
        Goal::None,
    ),
];

const fn row(
    what: &'static str,
    figure: &'static str,
    beside: &'static [(&'static str, &'static str)],
    unit: &'static str,
    goal: Goal,
) -> Row {
    Row { what, figure, beside, unit, goal }
}

/// `cargo xtask bench widget|relay|long [DIST…]|langid FOLDER`: beside `long` stands the chat's app out of
/// `dist` folders that were built from other sources.
pub(crate) fn bench(arguments: &[String]) -> Result<()> {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let (name, rows, beside) = match words[..] {
        ["widget"] => ("widget", WIDGET.as_slice(), &[][..]),
        ["relay"] => ("relay", RELAY.as_slice(), &[][..]),
        ["long", ref beside @ ..] => ("long", LONG.as_slice(), beside),
        ["langid", folder] => return langid::bench(folder),
        _ => bail!(
            "say what to measure: `widget`, `relay`, `long`, or `langid` with its folder of text"
        ),
    };
    dist::dist_all()?;
    let file = measure(name, beside)?;
    let text = fs::read_to_string(&file).context("the measurement left no figures")?;
    let mut figures: Value = serde_json::from_str(&text)?;
    if name == "relay" {
        worker::add_to(&mut figures)?;
        fs::write(&file, format!("{figures:#}\n")).context("could not write the figures")?;
    }
    println!();
    for row in rows {
        println!("{}", line(row, &figures));
    }
    println!("\n{}", file.display());
    Ok(())
}

fn measure(name: &str, beside: &[&str]) -> Result<PathBuf> {
    let folder = paths::root().join("dist/bench");
    fs::create_dir_all(&folder).context("could not create dist/bench")?;
    let file = folder.join(format!("{name}.json"));
    step(&format!("bench {name} (some minutes)"));
    let mut node = program(tools::node_tool("node")?);
    node.arg(format!("tests/bench/{name}.ts")).arg(&file);
    for folder in beside {
        let folder = fs::canonicalize(folder).with_context(|| format!("there is no {folder}"))?;
        node.arg(folder);
    }
    if name != "relay" {
        node.env("CHROMIUM", tools::chromium()?.browser);
    }
    run(&mut node)?;
    Ok(file)
}

fn line(row: &Row, figures: &Value) -> String {
    let value = |path: &str| figures.pointer(path).and_then(Value::as_f64);
    let Some(figure) = value(row.figure) else { return format!("{:<40} –", row.what) };
    let beside: Vec<(&str, f64)> =
        row.beside.iter().filter_map(|(name, path)| Some((*name, value(path)?))).collect();
    let reference = beside.first().map(|it| it.1);
    let others: Vec<String> =
        beside.iter().map(|(name, figure)| format!("{name} {}", number(*figure))).collect();
    let verdict = verdict(&row.goal, figure, reference);
    let shown = format!("{} {}", number(figure), row.unit);
    format!("{:<40} {shown:>12}   {:<32} {verdict}", row.what, others.join(", "))
}

fn verdict(goal: &Goal, figure: f64, reference: Option<f64>) -> String {
    let say = |reached: bool, wanted: String| {
        format!("{} ({wanted})", if reached { "reached" } else { "NOT REACHED" })
    };
    match (goal, reference) {
        (Goal::AtMost(limit), _) => say(figure <= *limit, format!("at most {}", number(*limit))),
        (Goal::AtMostTimes(times), Some(other)) => {
            say(figure <= times * other, format!("at most {times} ×"))
        }
        (Goal::AtLeastTimes(times), Some(other)) => {
            say(figure >= times * other, format!("at least {times} ×"))
        }
        (Goal::None | Goal::AtMostTimes(_) | Goal::AtLeastTimes(_), _) => String::new(),
    }
}

fn number(value: f64) -> String {
    if value.fract() == 0.0 || value >= 100.0 {
        format!("{value:.0}")
    } else {
        format!("{value:.2}")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_missed_goal_is_said_aloud() {
        let figures =
            json!({ "porchlight": { "p99_ms": 40.0 }, "javascript_object": { "p99_ms": 20 } });
        let shown = line(&RELAY[2], &figures);
        assert!(shown.contains("NOT REACHED") && shown.contains("JavaScript object 20"), "{shown}");
    }

    #[test]
    fn a_reached_goal_names_its_limit() {
        let shown = line(&WIDGET[1], &json!({ "weight": { "launcher": { "bytes": 3_500 } } }));
        assert!(shown.contains("reached (at most 4000)"), "{shown}");
    }
}
