//! What tests of an earlier release's databases compare: the tables, and what is shown.

use serde::Deserialize;
use serde_json::Value as Json;

use crate::Sql;

/// Columns of all tables and indexes, one a row.
const COLUMNS: &str = "
    SELECT t.name || '.' || c.name || ': ' || c.type || ' ' || c.\"notnull\" || c.pk || c.hidden AS line
    FROM sqlite_master t, pragma_table_xinfo(t.name) c WHERE t.type = 'table'
    UNION ALL
    SELECT t.name || ' by ' || i.name || ': ' || i.\"unique\" || i.partial || ' ' || (
        SELECT group_concat(coalesce(c.name, '?') || ' ' || c.desc)
        FROM pragma_index_xinfo(i.name) c WHERE c.key = 1)
    FROM sqlite_master t, pragma_index_list(t.name) i WHERE t.type = 'table'
    ORDER BY line";

#[derive(Deserialize)]
struct Line {
    line: String,
}

/// The columns of all tables and indexes of a database, in order. A database that an earlier release made
/// has, once it was opened, those of a new one.
///
/// # Errors
///
/// If the database refuses the query.
pub fn columns<S: Sql>(sql: &S) -> Result<Vec<String>, S::Error> {
    let lines: Vec<Line> = sql.query(COLUMNS, Vec::new())?;
    Ok(lines.into_iter().map(|it| it.line).collect())
}

/// What an earlier release showed and this one does not, each with the way to it. A field that came later
/// is no loss.
#[must_use]
pub fn lost(then: &Json, now: &Json) -> Vec<String> {
    let mut found = Vec::new();
    find_lost("", then, now, &mut found);
    found
}

fn find_lost(way: &str, then: &Json, now: &Json, found: &mut Vec<String>) {
    match (then, now) {
        (Json::Object(then), Json::Object(now)) => {
            for (name, then) in then {
                let now = now.get(name).unwrap_or(&Json::Null);
                find_lost(&format!("{way}/{name}"), then, now, found);
            }
        }
        (Json::Array(then), Json::Array(now)) if then.len() == now.len() => {
            for (at, (then, now)) in then.iter().zip(now).enumerate() {
                find_lost(&format!("{way}/{at}"), then, now, found);
            }
        }
        _ if then != now => found.push(format!("{way}: {then} is {now} now")),
        _ => (),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_gone_or_changed_is_lost_and_what_came_later_is_not() {
        let then = json!({ "a": [1, { "b": 2 }], "c": "x" });
        assert_eq!(lost(&then, &then), [""; 0]);
        assert_eq!(lost(&then, &json!({ "a": [1, { "b": 2, "d": 3 }], "c": "x" })), [""; 0]);
        let now = json!({ "a": [1, { "b": 3 }] });
        assert_eq!(lost(&then, &now), ["/a/1/b: 2 is 3 now", "/c: \"x\" is null now"]);
        assert_eq!(lost(&json!([1]), &json!([1, 2])), [": [1] is [1,2] now"]);
    }
}
