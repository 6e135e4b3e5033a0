//! What this isolate has just read elsewhere. A thousand page views a second ask the workspace once
//! every two seconds, and not a thousand times.
//!
//! Whoever changes a site through this isolate sees it at once; through others, a moment later.

use std::{cell::RefCell, collections::BTreeMap};

use inbox_protocol::Refusal;
use inbox_types::{Millis, Timestamp};

use crate::refuse::ApiError;

/// For how long it is believed after it was asked for.
const LIFE: Millis = Millis::seconds(2);
/// Things that are kept at most; beyond that all are read anew.
const ITEMS: usize = 500;

/// Values by their names, each for a moment.
pub(crate) struct TtlCache<T> {
    items: RefCell<BTreeMap<String, (Timestamp, T)>>,
    life: Millis,
}

impl<T: Clone> TtlCache<T> {
    pub(crate) const fn new() -> Self {
        Self::living(LIFE)
    }

    /// One whose values are believed for longer or shorter.
    pub(crate) const fn living(life: Millis) -> Self {
        Self { items: RefCell::new(BTreeMap::new()), life }
    }

    /// The value, if it was read just now. A clock that was set back makes everything old.
    pub(crate) fn get(&self, name: &str, now: Timestamp) -> Option<T> {
        let items = self.items.borrow();
        let (at, value) = items.get(name)?;
        (*at <= now && now.since(*at) < self.life).then(|| value.clone())
    }

    /// Keeps what was asked for at an instant. What was asked for later stays: an answer may come late.
    pub(crate) fn put(&self, name: &str, asked: Timestamp, value: T) {
        let mut items = self.items.borrow_mut();
        if items.get(name).is_some_and(|(at, _)| asked < *at) {
            return;
        }
        if ITEMS <= items.len() {
            items.clear();
        }
        items.insert(name.to_owned(), (asked, value));
    }

    /// The value, and when it was asked for: just now, and not before an instant; else it is asked for
    /// again.
    pub(crate) async fn get_or_ask<E>(
        &self,
        name: &str,
        not_before: Timestamp,
        now: fn() -> Timestamp,
        ask: impl Future<Output = Result<T, E>>,
    ) -> Result<(Timestamp, T), E> {
        let asked = now();
        let known = self.items.borrow().get(name).map(|it| it.0).filter(|it| not_before <= *it);
        if let Some(known) = known.zip(self.get(name, asked)) {
            return Ok(known);
        }
        let value = ask.await?;
        self.put(name, asked, value.clone());
        Ok((asked, value))
    }

    pub(crate) fn clear(&self) {
        self.items.borrow_mut().clear();
    }
}

impl<T: Clone> TtlCache<Option<T>> {
    /// The same of what there may not be. That there is none is an answer like another, so that whoever
    /// makes up a name asks for it once.
    ///
    /// # Errors
    ///
    /// `NotFound` if there is none, and whatever else keeps it from being read, which is asked again.
    pub(crate) async fn find_or_ask(
        &self,
        name: &str,
        not_before: Timestamp,
        now: fn() -> Timestamp,
        ask: impl Future<Output = Result<T, ApiError>>,
    ) -> Result<(Timestamp, T), ApiError> {
        let answered = async {
            match ask.await {
                Err(error) if error.reason() == Refusal::NotFound => Ok(None),
                answer => answer.map(Some),
            }
        };
        let (at, found) = self.get_or_ask(name, not_before, now, answered).await?;
        Ok((at, found.ok_or(Refusal::NotFound)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    #[test]
    fn what_was_read_is_believed_for_a_moment() {
        let recent = TtlCache::new();
        recent.put("a", at(10_000), 1);
        assert_eq!(recent.get("a", at(11_999)), Some(1));
        assert_eq!(recent.get("a", at(12_000)), None);
        assert_eq!(recent.get("a", at(9_999)), None);
        assert_eq!(recent.get("b", at(10_000)), None);
        recent.clear();
        assert_eq!(recent.get("a", at(10_000)), None);
    }

    #[test]
    fn a_late_answer_does_not_take_the_place_of_a_newer_one() {
        let recent = TtlCache::new();
        recent.put("a", at(10_001), "new");
        recent.put("a", at(10_000), "old");
        assert_eq!(recent.get("a", at(10_002)), Some("new"));
    }

    #[cfg(not(target_arch = "wasm32"))]
    #[test]
    fn however_many_come_it_is_asked_once_in_two_seconds() {
        use std::{cell::Cell, pin::pin, task::Context};

        use crate::platform;

        let (recent, n_asked) = (TtlCache::new(), Cell::new(0));
        let come = |millis: u64, not_before: u64| {
            platform::set_now(at(millis));
            let ask = async { Ok::<_, ()>(n_asked.replace(n_asked.get() + 1)) };
            let mut come = pin!(recent.get_or_ask("a", at(not_before), platform::now, ask));
            let _known = come.as_mut().poll(&mut Context::from_waker(std::task::Waker::noop()));
        };
        for millis in 10_000..20_000 {
            come(millis, 0);
        }
        assert_eq!(n_asked.get(), 5);
        // Whoever has heard of a change since is not told what was before it.
        come(20_000, 0);
        come(20_001, 20_000);
        assert_eq!(n_asked.get(), 6);
        come(20_002, 20_001);
        assert_eq!(n_asked.get(), 7);
    }

    /// A stranger who makes up names, and asks for each of them as fast as they can.
    #[cfg(not(target_arch = "wasm32"))]
    #[test]
    fn what_there_is_not_is_asked_for_once_in_two_seconds_and_what_failed_again() {
        use std::{cell::Cell, pin::pin, task::Context};

        use crate::platform;

        for (refusal, wanted) in [(Refusal::NotFound, 5), (Refusal::Unavailable, 10_000)] {
            let (recent, n_asked) = (TtlCache::<Option<u32>>::new(), Cell::new(0));
            for millis in 10_000..20_000 {
                platform::set_now(at(millis));
                let ask = async {
                    n_asked.set(n_asked.get() + 1);
                    Err(ApiError::from(refusal))
                };
                let found = recent.find_or_ask("a", at(0), platform::now, ask);
                let found = pin!(found).poll(&mut Context::from_waker(std::task::Waker::noop()));
                let is_refused = matches!(
                    found,
                    std::task::Poll::Ready(Err(error)) if error.reason() == refusal
                );
                assert!(is_refused, "{refusal:?}");
            }
            assert_eq!(n_asked.get(), wanted, "{refusal:?}");
        }
    }

    #[test]
    fn it_does_not_grow() {
        let recent = TtlCache::new();
        for n in 0..=ITEMS {
            recent.put(&n.to_string(), at(0), n);
        }
        assert_eq!(recent.items.borrow().len(), 1);
    }
}
