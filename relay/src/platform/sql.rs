//! The database of an object, in a few words: statements, rows, transactions.
//!
//! Parameters are always bound. The limits that production has and local workerd lacks are
//! held here, so that nothing works on a laptop that throws in production.

pub(crate) use inbox_host::sql::{json, number, text};
use inbox_host::{ConversationLog, Sql, sql::Value};
use serde::de::DeserializeOwned;
use wasm_bindgen::JsValue;
use worker::{Error, Result, SqlStorage, SqlStorageValue, State};

use crate::{
    limits::{self, Beyond},
    platform,
};

/// The database of an object.
#[derive(Clone, Debug)]
pub struct Store {
    sql: SqlStorage,
    storage: JsValue,
}

/// The log of a conversation.
pub(crate) type SqlLog = ConversationLog<Store>;

#[derive(serde::Deserialize)]
struct Body {
    body: String,
}

impl Store {
    pub(crate) fn new(state: &State) -> Self {
        Self { sql: state.storage().sql(), storage: raw(state) }
    }

    /// Runs one statement, or several without parameters.
    pub(crate) fn run(&self, statement: &str, parameters: Vec<Value>) -> Result<()> {
        self.cursor(statement, parameters).map(drop)
    }

    /// All rows of a query.
    pub(crate) fn rows<T: DeserializeOwned>(
        &self,
        query: &str,
        parameters: Vec<Value>,
    ) -> Result<Vec<T>> {
        self.cursor(query, parameters)?.to_array()
    }

    /// The first row of a query.
    pub(crate) fn first<T: DeserializeOwned>(
        &self,
        query: &str,
        parameters: Vec<Value>,
    ) -> Result<Option<T>> {
        self.cursor(query, parameters)?.next::<T>().next().transpose()
    }

    /// The column `body` of all rows of a query, read as JSON.
    pub(crate) fn bodies<T: DeserializeOwned>(
        &self,
        query: &str,
        parameters: Vec<Value>,
    ) -> Result<Vec<T>> {
        let rows: Vec<Body> = self.rows(query, parameters)?;
        rows.iter().map(|it| Ok(serde_json::from_str(&it.body)?)).collect()
    }

    /// The column `body` of the first row of a query, read as JSON.
    pub(crate) fn body<T: DeserializeOwned>(
        &self,
        query: &str,
        parameters: Vec<Value>,
    ) -> Result<Option<T>> {
        let row: Option<Body> = self.first(query, parameters)?;
        row.map(|it| Ok(serde_json::from_str(&it.body)?)).transpose()
    }

    /// Writes all rows or none.
    pub(crate) fn all_or_none(&self, rows: impl FnMut() -> Result<()>) -> Result<()> {
        platform::transaction(&self.storage, rows)
    }

    /// What stops a transaction whose reason is kept elsewhere.
    pub(crate) fn stop() -> Error {
        Error::RustError("stopped".to_owned())
    }

    fn cursor(&self, statement: &str, parameters: Vec<Value>) -> Result<worker::SqlCursor> {
        let bytes = parameters.iter().map(n_bytes).sum();
        limits::statement(statement, parameters.len(), bytes).map_err(beyond)?;
        limits::patterns(statement, |index| parameters.get(index).and_then(as_text))
            .map_err(beyond)?;
        self.sql.exec(statement, parameters.into_iter().map(bound).collect::<Vec<_>>())
    }
}

impl Sql for Store {
    type Error = Error;

    fn execute(&self, statement: &str, parameters: Vec<Value>) -> Result<()> {
        self.run(statement, parameters)
    }

    fn query<T: DeserializeOwned>(&self, query: &str, parameters: Vec<Value>) -> Result<Vec<T>> {
        self.rows(query, parameters)
    }

    fn transaction(&self, rows: impl FnMut() -> Result<()>) -> Result<()> {
        platform::transaction(&self.storage, rows)
    }
}

fn bound(value: Value) -> SqlStorageValue {
    match value {
        Value::Null => SqlStorageValue::Null,
        Value::Integer(it) => SqlStorageValue::Integer(it),
        Value::Text(it) => SqlStorageValue::String(it),
    }
}

/// The object's storage, for what `worker` does not bind.
fn raw(state: &State) -> JsValue {
    let storage = state.storage();
    let storage: &JsValue = storage.as_raw().as_ref();
    storage.clone()
}

/// A limit that was passed, as the platform would say it.
pub(crate) fn beyond(beyond: Beyond) -> Error {
    Error::RustError(beyond.to_string())
}

fn n_bytes(value: &Value) -> usize {
    match value {
        Value::Null | Value::Integer(_) => 8,
        Value::Text(it) => it.len(),
    }
}

fn as_text(value: &Value) -> Option<&str> {
    match value {
        Value::Text(it) => Some(it),
        Value::Null | Value::Integer(_) => None,
    }
}

/// Writes all rows or none.
pub(crate) fn all_or_none(state: &State, rows: impl FnMut() -> Result<()>) -> Result<()> {
    platform::transaction(&raw(state), rows)
}
