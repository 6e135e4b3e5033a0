//! Several timers on the one alarm that an object has.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
};

use inbox_types::{Millis, Timestamp};
use serde::Deserialize;
use worker::{Result, State};

use crate::{
    platform,
    platform::sql::{Store, number, text},
};

/// When an object that dies at its alarm is woken in any case: later than the platform's own tries.
const INSURANCE: Millis = Millis::minutes(5);

/// The timers of an object: rows, a copy of them, and what the alarm is set to.
#[derive(Debug)]
pub(crate) struct Timers {
    known: RefCell<Option<BTreeMap<String, u64>>>,
    armed: Cell<Option<u64>>,
}

#[derive(Deserialize)]
struct Row {
    kind: String,
    at: u64,
}

impl Timers {
    pub(crate) fn new() -> Self {
        Self { known: RefCell::new(None), armed: Cell::new(None) }
    }

    fn load(&self, store: &Store) -> Result<()> {
        if self.known.borrow().is_none() {
            let rows: Vec<Row> = store.rows("SELECT kind, at FROM timers", Vec::new())?;
            self.known.replace(Some(rows.into_iter().map(|it| (it.kind, it.at)).collect()));
        }
        Ok(())
    }

    /// When a timer is due, if it is set.
    pub(crate) fn at(&self, store: &Store, kind: &str) -> Result<Option<Timestamp>> {
        self.load(store)?;
        let known = self.known.borrow();
        Ok(known.as_ref().and_then(|it| it.get(kind)).map(|it| Timestamp::from_millis(*it)))
    }

    /// Sets or clears a timer; a row like any other of the turn.
    pub(crate) fn set(&self, store: &Store, kind: &str, at: Option<Timestamp>) -> Result<()> {
        if self.at(store, kind)? == at {
            return Ok(());
        }
        match at {
            Some(at) => store.run(
                "INSERT OR REPLACE INTO timers (kind, at) VALUES (?, ?)",
                vec![text(kind), number(at.as_millis())],
            )?,
            None => store.run("DELETE FROM timers WHERE kind = ?", vec![text(kind)])?,
        }
        if let Some(known) = self.known.borrow_mut().as_mut() {
            match at {
                Some(at) => drop(known.insert(kind.to_owned(), at.as_millis())),
                None => drop(known.remove(kind)),
            }
        }
        Ok(())
    }

    /// Which timers are due.
    pub(crate) fn due(&self, store: &Store, now: Timestamp) -> Result<Vec<String>> {
        self.load(store)?;
        let known = self.known.borrow();
        let due = known.iter().flatten().filter(|(_, at)| **at <= now.as_millis());
        Ok(due.map(|(kind, _)| kind.clone()).collect())
    }

    /// Sets the alarm for the earliest timer. An alarm that is set too early is left: it is
    /// cheaper to wake once for nothing than to set it anew with every message.
    pub(crate) fn arm(&self, state: &State, store: &Store) -> Result<()> {
        self.load(store)?;
        let earliest = self.known.borrow().as_ref().and_then(|it| it.values().min().copied());
        let Some(earliest) = earliest else { return Ok(()) };
        if self.armed.get().is_none_or(|it| earliest < it) {
            platform::set_alarm(state, Timestamp::from_millis(earliest))?;
            self.armed.set(Some(earliest));
        }
        Ok(())
    }

    /// The alarm has come: none is set now.
    pub(crate) fn fired(&self) {
        self.armed.set(None);
    }

    /// Sets another alarm before what is due is done. The platform tries a handler that was
    /// killed six times more, and would never wake the object again.
    pub(crate) fn insure(&self, state: &State, due: &[String], now: Timestamp) -> Result<()> {
        if due.is_empty() {
            return Ok(());
        }
        let at = now.after(INSURANCE);
        platform::set_alarm(state, at)?;
        self.armed.set(Some(at.as_millis()));
        Ok(())
    }

    /// Forgets what was read: a transaction failed, or everything was erased.
    pub(crate) fn forget(&self) {
        self.known.replace(None);
        self.armed.set(None);
    }
}
