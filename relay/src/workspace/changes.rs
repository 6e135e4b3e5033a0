//! What a command changed, as the audit log says it beside what it changed.
//!
//! - **AP48** Where one command does different things, the log says which: the names of the fields that
//!   are otherwise than before, of a switch whether it is on, and of a role both. No text of anybody's
//!   stands there.

use inbox_types::Role;
use serde_json::{Map, Value as Json};

use super::{
    command::Call,
    tables::{Result, Workspace},
};
use crate::platform::sql::text;

/// Fields that follow from others, or that say when something was.
const SILENT: [&str; 9] = [
    "version",
    "signed_out",
    "since",
    "secret",
    "secret_made",
    "previous",
    "disabled",
    "makers",
    "left",
];

impl Workspace {
    /// The row that a command is about, as it is stored, if it may change different things of it.
    pub(super) fn row_about(&self, command: &str, call: &Call<'_>) -> Result<Option<Json>> {
        let name = &call.asked.name;
        let key = match command {
            "put_settings" => "workspace".to_owned(),
            "patch_member" => format!("member/{name}"),
            "put_site" | "pause_webhook" | "put_proactive" => format!("site/{name}"),
            "put_department" => format!("department/{name}"),
            _ => return Ok(None),
        };
        Ok(self.store.body("SELECT body FROM book WHERE key = ?", vec![text(key)])?)
    }
}

/// What the log says of a command, with what it changed behind what it is about.
// AP48
pub(super) fn with_changes(what: &str, before: Option<&Json>, after: Option<&Json>) -> String {
    let mut words = Vec::new();
    if let (Some(before), Some(after)) = (before.and_then(fields), after.and_then(fields)) {
        compare("", before, after, &mut words);
    }
    let (about, rest) = what.split_once(' ').unwrap_or((what, ""));
    let words = std::iter::once(about).chain(words.iter().map(String::as_str)).chain([rest]);
    words.filter(|it| !it.is_empty()).collect::<Vec<_>>().join(" ")
}

/// The fields of a row, whose body may begin with its id.
fn fields(row: &Json) -> Option<&Map<String, Json>> {
    let body = row.get("body")?;
    body.as_array().and_then(|it| it.last()).unwrap_or(body).as_object()
}

fn compare(
    path: &str,
    before: &Map<String, Json>,
    after: &Map<String, Json>,
    words: &mut Vec<String>,
) {
    let names = before.keys().chain(after.keys().filter(|it| !before.contains_key(*it)));
    for name in names.filter(|it| !SILENT.contains(&it.as_str())) {
        let (was, is) =
            (before.get(name).unwrap_or(&Json::Null), after.get(name).unwrap_or(&Json::Null));
        if was == is {
            continue;
        }
        // What all rules of a site or a team stand under says nothing.
        let path = match (path, name.as_str()) {
            ("", "settings" | "roles") => String::new(),
            ("", name) => name.to_owned(),
            (path, name) => format!("{path}.{name}"),
        };
        match (was, is) {
            // Its names are of whoever wrote it, and as many as they like.
            (Json::Object(_), Json::Object(_)) if name == "greeting" => words.push(path),
            (Json::Object(was), Json::Object(is)) => compare(&path, was, is, words),
            (Json::Null, Json::Object(is)) => {
                words.push(format!("{path}:on"));
                let on = is
                    .iter()
                    .filter(|it| *it.1 == Json::Bool(true) && !SILENT.contains(&it.0.as_str()));
                words.extend(on.map(|(name, _)| switched(&format!("{path}.{name}"), true)));
            }
            (Json::Object(_), Json::Null) => words.push(format!("{path}:off")),
            (_, Json::Bool(is)) => words.push(switched(&path, *is)),
            // A switch that is off may not be stored.
            (Json::Bool(true), Json::Null) => words.push(switched(&path, false)),
            (was, is) => match (role(name, was), role(name, is)) {
                (Some(was), Some(is)) => words.push(format!("{path}:{was:?}>{is:?}")),
                _ => words.push(path),
            },
        }
    }
}

fn switched(path: &str, is_on: bool) -> String {
    format!("{path}:{}", if is_on { "on" } else { "off" })
}

fn role(name: &str, value: &Json) -> Option<Role> {
    Some(value).filter(|_| name == "role").and_then(|it| serde_json::from_value(it.clone()).ok())
}
