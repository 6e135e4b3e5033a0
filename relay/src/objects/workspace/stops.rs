//! How often apps stopped in browsers: counted by app and build, shown to admins.

use inbox_protocol::http::{App, Stops};
use inbox_types::{
    Text, Timestamp,
    limits::{STOPS, STOPS_OF_CLIENT, STOPS_SPAN},
};
use serde::Deserialize;
use serde_json::Value as Json;
use worker::Result;

use super::WorkspaceObject;
use crate::{
    platform::{
        now,
        sql::{number, text},
    },
    refuse::Shut,
    workspace::stops::Stop,
};

#[derive(Deserialize)]
struct StopsRow {
    app: String,
    build: String,
    n: u64,
    last: Timestamp,
}

impl WorkspaceObject {
    /// Counts one. Whoever tells of too many is not believed.
    pub(super) fn stopped(&self, stop: Stop, client: &str) -> std::result::Result<Json, Shut> {
        self.count(&["stops/", client].concat(), 1, STOPS_OF_CLIENT, STOPS_SPAN)?;
        let build = stop.build.map_or_else(String::new, String::from);
        let app = name(stop.app);
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
        Ok(Json::Null)
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
