//! Apps that stopped in somebody's browser because of a mistake of their own: which of what a page says
//! of that is believed, counted by app and build, and shown to admins.

use std::collections::BTreeMap;

use inbox_protocol::http::{App, Stops};
use inbox_types::{
    Text, Timestamp,
    limits::{STOPS, STOPS_OF_CLIENT, STOPS_SPAN},
};
use serde::{Deserialize, Serialize};

use super::tables::{Result, Workspace};
use crate::platform::{
    now,
    sql::{number, text},
};

/// Digits of a build's hash.
const DIGITS: usize = 10;

/// The app that stopped.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Stop {
    /// Which one.
    pub app: App,
    /// Its build, if it is the one that is served; so nobody can make up builds, of which there would
    /// be no end.
    pub build: Option<Text<10>>,
}

/// What stopped, by the name of its script as the page has it: `widget.0123456789.js`. The manifest
/// knows which one is served. None if that is no name of ours.
#[must_use]
pub fn read(name: &str, manifest: &BTreeMap<String, String>) -> Option<Stop> {
    let (app, build) = name.strip_suffix(".js")?.split_once('.')?;
    let is_hash = build.len() == DIGITS && build.bytes().all(|it| it.is_ascii_hexdigit());
    let (app, script) = match app {
        "widget" => (App::Widget, "widget.js"),
        "console" => (App::Console, "console.js"),
        _ => return None,
    };
    let is_served = manifest.get(script).is_some_and(|it| it.rsplit('/').next() == Some(name));
    is_hash.then(|| Stop { app, build: Text::cut(build).filter(|_| is_served) })
}

#[derive(Deserialize)]
struct StopsRow {
    app: String,
    build: String,
    n: u64,
    last: Timestamp,
}

impl Workspace {
    /// Counts one. Whoever tells of too many is not believed.
    pub(super) fn stopped(&self, stop: Stop, client: &str) -> Result<()> {
        self.count(&["stops/", client].concat(), 1, STOPS_OF_CLIENT, STOPS_SPAN)?;
        let build = stop.build.map_or_else(String::new, String::from);
        let app = name(stop.app);
        #[cfg(target_arch = "wasm32")]
        worker::console_error!("an app stopped in a browser: {app} {build}");
        self.store.run(
            "INSERT INTO stops (app, build, n, last) VALUES (?, ?, 1, ?)
             ON CONFLICT (app, build) DO UPDATE SET n = n + 1, last = excluded.last",
            vec![text(app), text(build), number(now().as_millis())],
        )?;
        self.store.run(
            "DELETE FROM stops WHERE (app, build) NOT IN
                 (SELECT app, build FROM stops ORDER BY last DESC LIMIT ?)",
            vec![number(STOPS)],
        )?;
        Ok(())
    }

    /// Those that are known, the latest first.
    pub(super) fn stops(&self) -> Result<Vec<Stops>> {
        let rows: Vec<StopsRow> =
            self.store.rows("SELECT * FROM stops ORDER BY last DESC, app, build", Vec::new())?;
        Ok(rows
            .into_iter()
            .map(|StopsRow { app, build, n, last }| Stops {
                app: if app == name(App::Console) { App::Console } else { App::Widget },
                build: Text::cut(&build),
                n,
                last,
            })
            .collect())
    }
}

fn name(app: App) -> &'static str {
    match app {
        App::Widget => "widget",
        App::Console => "console",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_build_that_is_served_is_known_by_its_hash() {
        let manifest = BTreeMap::from(
            ["widget", "console"]
                .map(|it| (format!("{it}.js"), format!("/assets/{it}.0123456789.js"))),
        );
        let read = |name| read(name, &manifest).map(|it| (it.app, it.build.is_some()));
        assert_eq!(read("widget.0123456789.js"), Some((App::Widget, true)));
        assert_eq!(read("console.0123456789.js"), Some((App::Console, true)));
        assert_eq!(read("widget.abcdefabcd.js"), Some((App::Widget, false)));
        for strange in [
            "",
            "widget.js",
            "widget.0123456789",
            "widget.0123456789.wasm",
            "widget.01234567890.js",
            "widget.ana@mail.x.js",
            "loader.0123456789.js",
            "Widget.0123456789.js",
            "../widget.0123456789.js",
        ] {
            assert_eq!(read(strange), None, "{strange}");
        }
    }
}
