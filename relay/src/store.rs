//! The database of an object, in a few words: statements, rows, transactions.
//!
//! Parameters are always bound. The limits that production has and local workerd lacks are
//! held here, so that nothing works on a laptop that throws in production.

use inbox_host::{ConversationLog, Sql, sql};
use serde::de::DeserializeOwned;
use wasm_bindgen::JsValue;
use worker::{Error, Result, SqlStorage, SqlStorageValue, State};

use crate::{
    limits::{self, Beyond},
    parse::LAST_INSTANT,
    platform,
};

/// The database of an object.
#[derive(Clone, Debug)]
pub(crate) struct Store {
    sql: SqlStorage,
    storage: JsValue,
}

/// The log of a conversation.
pub(crate) type SqlLog = ConversationLog<Store>;

/// A parameter.
pub(crate) type Value = SqlStorageValue;

/// A number as a parameter. Ours stay below 2^53, and what somebody made up stops there: a larger one
/// could not be read again.
pub(crate) fn number(n: u64) -> Value {
    Value::Integer(i64::try_from(n.min(LAST_INSTANT)).unwrap_or(i64::MAX))
}

/// A text as a parameter.
pub(crate) fn text(text: impl Into<String>) -> Value {
    Value::String(text.into())
}

/// A value as JSON, as a parameter.
pub(crate) fn json<T: serde::Serialize>(value: &T) -> Result<Value> {
    Ok(Value::String(serde_json::to_string(value)?))
}

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

    fn cursor(&self, statement: &str, parameters: Vec<Value>) -> Result<worker::SqlCursor> {
        let bytes = parameters.iter().map(n_bytes).sum();
        limits::statement(statement, parameters.len(), bytes).map_err(beyond)?;
        limits::patterns(statement, |index| parameters.get(index).and_then(as_text))
            .map_err(beyond)?;
        self.sql.exec(statement, parameters)
    }
}

impl Sql for Store {
    type Error = Error;

    fn execute(&self, statement: &str, parameters: Vec<sql::Value>) -> Result<()> {
        self.run(statement, parameters.into_iter().map(bound).collect())
    }

    fn query<T: DeserializeOwned>(
        &self,
        query: &str,
        parameters: Vec<sql::Value>,
    ) -> Result<Vec<T>> {
        self.rows(query, parameters.into_iter().map(bound).collect())
    }

    fn transaction(&self, rows: impl FnMut() -> Result<()>) -> Result<()> {
        platform::transaction(&self.storage, rows)
    }
}

fn bound(value: sql::Value) -> Value {
    match value {
        sql::Value::Null => Value::Null,
        sql::Value::Integer(it) => Value::Integer(it),
        sql::Value::Text(it) => Value::String(it),
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
        Value::Null | Value::Boolean(_) | Value::Integer(_) | Value::Float(_) => 8,
        Value::String(it) => it.len(),
        Value::Blob(it) => it.len(),
    }
}

fn as_text(value: &Value) -> Option<&str> {
    match value {
        Value::String(it) => Some(it),
        Value::Null | Value::Boolean(_) | Value::Integer(_) | Value::Float(_) | Value::Blob(_) => {
            None
        }
    }
}

/// Writes all rows or none.
pub(crate) fn all_or_none(state: &State, rows: impl FnMut() -> Result<()>) -> Result<()> {
    platform::transaction(&raw(state), rows)
}
