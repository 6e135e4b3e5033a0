//! Values that stand for themselves, by their names, in a table `meta` of texts.
//!
//! A database bears rows of so many bytes and no more, and what a workspace has set up may be larger:
//! such a value lies in several rows. The first stands under the value's name, the others under that
//! name with a number behind a `/`. No name may be another name with a `/` and more behind it: such a
//! key is a piece of that other value.

use serde::{Serialize, de::DeserializeOwned};

use crate::sql::{Body, ROW_BYTES, Sql, Value, text};

/// Bytes of a value in one row.
const PIECE_BYTES: usize = ROW_BYTES / 2;

/// The value of this name; none if there is none.
// HO25, HO200
pub(crate) fn get<S: Sql, T: DeserializeOwned>(sql: &S, name: &str) -> Result<Option<T>, S::Error> {
    let pieces: Vec<Body> = sql.query(
        "SELECT body FROM meta WHERE key >= ? AND key < ? AND (key = ? OR key > ?) ORDER BY key",
        vec![text(name), end(name), text(name), text(format!("{name}/"))],
    )?;
    if pieces.is_empty() {
        return Ok(None);
    }
    let whole: String = pieces.into_iter().map(|it| it.body).collect();
    Ok(serde_json::from_str(&whole)?)
}

/// Sets it. Whoever sets something large does so inside a transaction: it is several rows.
// HO200
pub(crate) fn put<S: Sql, T: Serialize>(sql: &S, name: &str, value: &T) -> Result<(), S::Error> {
    let whole = serde_json::to_string(value)?;
    let (first, mut rest) = split(&whole);
    put_row(sql, name.to_owned(), first)?;
    sql.execute(
        "DELETE FROM meta WHERE key > ? AND key < ?",
        vec![text(format!("{name}/")), end(name)],
    )?;
    let mut no = 1;
    while !rest.is_empty() {
        let (piece, others) = split(rest);
        put_row(sql, format!("{name}/{no:06}"), piece)?;
        (no, rest) = (no + 1, others);
    }
    Ok(())
}

/// Removes it.
pub(crate) fn remove<S: Sql>(sql: &S, name: &str) -> Result<(), S::Error> {
    sql.execute(
        "DELETE FROM meta WHERE key >= ? AND key < ? AND (key = ? OR key > ?)",
        vec![text(name), end(name), text(name), text(format!("{name}/"))],
    )
}

/// What stands behind all rows of this name.
fn end(name: &str) -> Value {
    // The sign after `/`.
    text(format!("{name}0"))
}

fn put_row<S: Sql>(sql: &S, key: String, piece: &str) -> Result<(), S::Error> {
    sql.execute(
        "INSERT OR REPLACE INTO meta (key, body) VALUES (?, ?)",
        vec![text(key), text(piece)],
    )
}

/// As much as one row takes, and the rest. No letter is cut.
fn split(whole: &str) -> (&str, &str) {
    let most = PIECE_BYTES.min(whole.len());
    let at = (0..=most).rev().find(|at| whole.is_char_boundary(*at));
    whole.split_at(at.unwrap_or_default())
}
