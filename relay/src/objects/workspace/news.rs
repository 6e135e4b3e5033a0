//! Tells the desk what changed, and through it whoever else must know.
//!
//! That it is still to be told is a row, written in the same breath as the change; so neither a crash
//! nor a desk that does not answer keeps a revocation from arriving.

use std::{cell::Cell, rc::Rc};

use inbox_types::Timestamp;
use worker::{Env, Result, State};

use super::WorkspaceObject;
use crate::{
    config,
    platform::{now, sql::Store, timers::Timers},
    refuse::ApiError,
    requests::{call, desk},
    workspace::news::{News, wait_after},
};

/// Whoever tells the desk: what it takes, also when the request is long over.
#[derive(Clone)]
pub(super) struct Herald {
    env: Env,
    store: Store,
    timers: Rc<Timers>,
    /// How many there were since the object woke; what comes while something is told is told again.
    n_news: Rc<Cell<u64>>,
    n_failed: Rc<Cell<u32>>,
}

impl Herald {
    pub(super) fn new(env: Env, store: Store) -> Self {
        Self {
            env,
            store,
            timers: Rc::new(Timers::new()),
            n_news: Rc::default(),
            n_failed: Rc::default(),
        }
    }

    /// It is to be told from now on. Whether it was already: nobody knows then whether the desk has
    /// heard what was told before.
    fn owe(&self, state: &State, news: News) -> Result<bool> {
        let owed = self.timers.at(&self.store, news.word())?.is_some();
        self.n_news.set(self.n_news.get() + 1);
        self.timers.set(&self.store, news.word(), Some(self.again()))?;
        self.timers.arm(state, &self.store)?;
        Ok(owed)
    }

    fn again(&self) -> Timestamp {
        now().after(wait_after(self.n_failed.get()))
    }

    async fn tell(&self, news: News, again: bool) {
        let n_news = self.n_news.get();
        let ask = match news {
            News::Facts => desk::DeskRequest::FactsChanged { again },
            News::Desk => desk::DeskRequest::DeskAloneChanged { again },
        };
        let told: std::result::Result<(), ApiError> =
            async { call::ask(&config::desk(&self.env)?, &ask).await }.await;
        let next = match told {
            Ok(()) => {
                self.n_failed.set(0);
                // What came meanwhile is told by somebody else, or once more.
                if n_news != self.n_news.get() {
                    return;
                }
                None
            }
            Err(error) => {
                worker::console_error!("desk was not told of a change: {:?}", error.reason());
                let again = self.again();
                self.n_failed.set(self.n_failed.get().saturating_add(1));
                Some(again)
            }
        };
        if let Err(error) = self.timers.set(&self.store, news.word(), next) {
            worker::console_error!("a timer of the workspace could not be set: {error}");
        }
    }
}

impl WorkspaceObject {
    /// Tells the desk that something changed. Rights may have ended, so it is told until it hears.
    pub(super) fn publish(&self, news: News) -> std::result::Result<(), ApiError> {
        let again = self.herald.owe(&self.state, news)?;
        let herald = self.herald.clone();
        self.state.wait_until(async move { herald.tell(news, again).await });
        Ok(())
    }

    /// The alarm: what the desk has not heard. A failure must not be thrown: the platform gives up
    /// after six, and then nothing would ever be told again.
    pub(super) async fn wake_up(&self) {
        let Herald { timers, store, .. } = &self.herald;
        timers.fired();
        let due = timers.due(store, now()).unwrap_or_default();
        if let Err(error) = timers.insure(&self.state, &due, now()) {
            worker::console_error!("the alarm could not be insured: {error}");
        }
        for kind in due {
            match News::of(&kind) {
                Some(news) => self.herald.tell(news, true).await,
                None => {
                    if let Err(error) = timers.set(store, &kind, None) {
                        worker::console_error!("a timer of nothing could not be cleared: {error}");
                    }
                }
            }
        }
        if let Err(error) = timers.arm(&self.state, store) {
            worker::console_error!("the alarm could not be set: {error}");
        }
    }
}
