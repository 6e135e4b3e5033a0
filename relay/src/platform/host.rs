//! The platform on the host, where only tests run: `SQLite` in memory, a clock that tests set, and
//! randomness that is never the same twice.

use std::cell::Cell;

use inbox_types::Timestamp;

thread_local! {
    static NOW: Cell<Timestamp> = const { Cell::new(Timestamp::from_millis(1_800_000_000_000)) };
    static RANDOM: Cell<u64> = const { Cell::new(0) };
}

/// The instant that the clock shows.
pub(crate) fn now() -> Timestamp {
    NOW.get()
}

#[cfg(test)]
pub(crate) fn set_now(now: Timestamp) {
    NOW.set(now);
}

/// Bytes that were not given before.
pub(crate) fn random<const N: usize>() -> [u8; N] {
    let number = RANDOM.get() + 1;
    RANDOM.set(number);
    std::array::from_fn(|at| {
        let mixed = (number ^ (at as u64) << 32).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        mixed.to_be_bytes()[0]
    })
}

/// Whether there is such a time zone: those that tests use.
pub(crate) fn is_zone(name: &str) -> bool {
    name == "UTC" || name.contains('/')
}

/// The database.
pub mod sql {
    use std::rc::Rc;

    pub(crate) use inbox_host::sql::{json, number, text};
    use inbox_host::{Sql as _, Sqlite, SqliteError as Error, sql::Value};
    use serde::de::DeserializeOwned;

    type Result<T> = std::result::Result<T, Error>;

    /// The database of an object.
    #[derive(Clone, Debug)]
    pub struct Store(Rc<Sqlite>);

    #[derive(serde::Deserialize)]
    struct Body {
        body: String,
    }

    impl Store {
        /// An empty one.
        #[must_use]
        pub fn in_memory() -> Self {
            Self(Rc::new(Sqlite::in_memory()))
        }

        pub(crate) fn run(&self, statement: &str, parameters: Vec<Value>) -> Result<()> {
            self.0.execute(statement, parameters)
        }

        #[cfg(test)]
        pub(crate) fn columns(&self) -> Result<Vec<String>> {
            inbox_host::earlier::columns(&*self.0)
        }

        pub(crate) fn rows<T: DeserializeOwned>(
            &self,
            query: &str,
            parameters: Vec<Value>,
        ) -> Result<Vec<T>> {
            self.0.query(query, parameters)
        }

        pub(crate) fn first<T: DeserializeOwned>(
            &self,
            query: &str,
            parameters: Vec<Value>,
        ) -> Result<Option<T>> {
            Ok(self.rows(query, parameters)?.into_iter().next())
        }

        pub(crate) fn bodies<T: DeserializeOwned>(
            &self,
            query: &str,
            parameters: Vec<Value>,
        ) -> Result<Vec<T>> {
            let rows: Vec<Body> = self.rows(query, parameters)?;
            rows.iter().map(|it| Ok(serde_json::from_str(&it.body)?)).collect()
        }

        pub(crate) fn body<T: DeserializeOwned>(
            &self,
            query: &str,
            parameters: Vec<Value>,
        ) -> Result<Option<T>> {
            Ok(self.bodies(query, parameters)?.into_iter().next())
        }

        pub(crate) fn all_or_none(&self, rows: impl FnMut() -> Result<()>) -> Result<()> {
            self.0.transaction(rows)
        }

        /// What stops a transaction whose reason is kept elsewhere.
        pub(crate) fn stop() -> Error {
            serde_json::from_str::<()>("stop").map_err(Error::from).expect_err("no JSON")
        }
    }
}
