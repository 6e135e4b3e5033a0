//! A conversation's database, as far as this crate needs it: statements, rows, transactions.
//!
//! The relay implements [`Sql`] over the database of a Durable Object. On the host it is `SQLite`
//! (`Sqlite`), so that every query is tested by what runs it.

use std::fmt::Display;

use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// The largest number that a row may hold: beyond it a browser's numbers are not exact, and a
/// Durable Object reads rows as such.
pub const LARGEST_NUMBER: u64 = (1 << 53) - 1;

/// Bytes of the parameters of one statement, and of a row: a Durable Object takes no more.
pub const ROW_BYTES: usize = 2 * 1_000 * 1_000;

/// A database that only one process uses.
pub trait Sql {
    /// Why a statement failed, or a row could not be read.
    type Error: Display + From<serde_json::Error>;

    /// Runs one statement, or several without parameters.
    ///
    /// # Errors
    ///
    /// If the database refuses it.
    fn execute(&self, statement: &str, parameters: Vec<Value>) -> Result<(), Self::Error>;

    /// All rows of a query; columns are fields.
    ///
    /// # Errors
    ///
    /// If the database refuses it, or a row is not a `T`.
    fn query<T: DeserializeOwned>(
        &self,
        query: &str,
        parameters: Vec<Value>,
    ) -> Result<Vec<T>, Self::Error>;

    /// Runs `rows`; if it fails, nothing that it wrote stays.
    ///
    /// # Errors
    ///
    /// What `rows` failed with, or that the database refuses the transaction.
    fn transaction(&self, rows: impl FnMut() -> Result<(), Self::Error>)
    -> Result<(), Self::Error>;
}

/// A parameter. Parameters are always bound, never written into a statement.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Value {
    /// No value.
    Null,
    /// A whole number.
    Integer(i64),
    /// A text.
    Text(String),
}

/// A number as a parameter. What somebody made up stops at the largest that can be read again.
// HO26
#[must_use]
pub fn number(n: u64) -> Value {
    Value::Integer(i64::try_from(n.min(LARGEST_NUMBER)).unwrap_or(i64::MAX))
}

/// A text as a parameter.
#[must_use]
pub fn text(text: impl Into<String>) -> Value {
    Value::Text(text.into())
}

/// A value as JSON, as a parameter.
///
/// # Errors
///
/// If it cannot be written.
pub fn json<T: Serialize>(value: &T) -> Result<Value, serde_json::Error> {
    Ok(Value::Text(serde_json::to_string(value)?))
}

/// A column `body`, which holds JSON in nearly every table.
#[derive(Deserialize)]
pub(crate) struct Body {
    pub(crate) body: String,
}

/// What the bodies of some rows hold.
pub(crate) fn bodies<S: Sql, T: DeserializeOwned>(
    sql: &S,
    query: &str,
    parameters: Vec<Value>,
) -> Result<Vec<T>, S::Error> {
    let rows: Vec<Body> = sql.query(query, parameters)?;
    rows.iter().map(|it| Ok(serde_json::from_str(&it.body)?)).collect()
}
