//! `SQLite` on the host: what tests run the log's queries with.

use std::cell::Cell;

use rusqlite::{Connection, StatementStatus, params_from_iter, types::ValueRef};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value as Json};

use crate::{Sql, Value, sql::ROW_BYTES};

/// A database in memory. It refuses rows that production refuses.
#[derive(Debug)]
pub struct Sqlite {
    connection: Connection,
    n_steps: Cell<u64>,
}

/// Why a statement failed, or a row could not be read.
#[derive(Debug, thiserror::Error)]
pub enum SqliteError {
    /// The database refused it.
    #[error("{0}")]
    Refused(#[from] rusqlite::Error),
    /// A row is not what it should be.
    #[error("{0}")]
    Unreadable(#[from] serde_json::Error),
    /// It has more bytes than a Durable Object takes.
    #[error("a row has {0} bytes")]
    TooLarge(usize),
    /// A test ended the process here.
    #[error("the process was killed")]
    Killed,
}

impl Sqlite {
    /// An empty database.
    #[must_use]
    pub fn in_memory() -> Self {
        let connection = Connection::open_in_memory().expect("memory for a database");
        Self { connection, n_steps: Cell::new(0) }
    }

    /// How many instructions queries have taken so far: what a test compares to see that a query does
    /// not look at more rows when there are more.
    #[must_use]
    pub fn n_steps(&self) -> u64 {
        self.n_steps.get()
    }

    fn rows(&self, query: &str, parameters: Vec<Value>) -> Result<Vec<Json>, rusqlite::Error> {
        let mut statement = self.connection.prepare_cached(query)?;
        let names: Vec<String> = statement.column_names().map(str::to_owned).collect();
        let mut rows = statement.query(params_from_iter(parameters.into_iter().map(bound)))?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let mut fields = Map::new();
            for (index, name) in names.iter().enumerate() {
                fields.insert(name.clone(), field(row.get_ref(index)?));
            }
            found.push(Json::Object(fields));
        }
        drop(rows);
        let steps = u64::try_from(statement.reset_status(StatementStatus::VmStep));
        self.n_steps.set(self.n_steps.get() + steps.unwrap_or_default());
        Ok(found)
    }
}

impl Sql for Sqlite {
    type Error = SqliteError;

    fn execute(&self, statement: &str, parameters: Vec<Value>) -> Result<(), SqliteError> {
        must_fit(&parameters)?;
        if parameters.is_empty() {
            self.connection.execute_batch(statement)?;
        } else {
            let mut statement = self.connection.prepare_cached(statement)?;
            statement.execute(params_from_iter(parameters.into_iter().map(bound)))?;
        }
        Ok(())
    }

    fn query<T: DeserializeOwned>(
        &self,
        query: &str,
        parameters: Vec<Value>,
    ) -> Result<Vec<T>, SqliteError> {
        must_fit(&parameters)?;
        let rows = self.rows(query, parameters)?;
        rows.into_iter().map(|it| Ok(serde_json::from_value(it)?)).collect()
    }

    fn transaction(
        &self,
        mut rows: impl FnMut() -> Result<(), SqliteError>,
    ) -> Result<(), SqliteError> {
        self.connection.execute_batch("SAVEPOINT turn")?;
        let written = rows();
        let end = if written.is_ok() { "RELEASE turn" } else { "ROLLBACK TO turn; RELEASE turn" };
        self.connection.execute_batch(end)?;
        written
    }
}

fn must_fit(parameters: &[Value]) -> Result<(), SqliteError> {
    let n_bytes = parameters.iter().map(|it| match it {
        Value::Null | Value::Integer(_) => 8,
        Value::Text(it) => it.len(),
    });
    let n_bytes = n_bytes.sum();
    if ROW_BYTES < n_bytes { Err(SqliteError::TooLarge(n_bytes)) } else { Ok(()) }
}

fn bound(value: Value) -> rusqlite::types::Value {
    match value {
        Value::Null => rusqlite::types::Value::Null,
        Value::Integer(it) => it.into(),
        Value::Text(it) => it.into(),
    }
}

/// A column of a row. The log has neither fractions nor bytes.
fn field(value: ValueRef<'_>) -> Json {
    match value {
        ValueRef::Null | ValueRef::Real(_) | ValueRef::Blob(_) => Json::Null,
        ValueRef::Integer(it) => it.into(),
        ValueRef::Text(it) => String::from_utf8_lossy(it).into(),
    }
}
