//! What this isolate has just read elsewhere. A thousand page views a second ask the workspace once
//! every two seconds, and not a thousand times.
//!
//! Whoever changes a site through this isolate sees it at once; through others, a moment later.

use std::{cell::RefCell, collections::BTreeMap};

use inbox_types::{Millis, Timestamp};

/// For how long it is believed.
const LIFE: Millis = Millis::seconds(2);
/// Things that are kept at most; beyond that all are read anew.
const ITEMS: usize = 500;

/// Values by their names, each for a moment.
pub(crate) struct Recent<T>(RefCell<BTreeMap<String, (Timestamp, T)>>);

impl<T: Clone> Recent<T> {
    pub(crate) const fn new() -> Self {
        Self(RefCell::new(BTreeMap::new()))
    }

    /// The value, if it was read just now. A clock that was set back makes everything old.
    pub(crate) fn get(&self, name: &str, now: Timestamp) -> Option<T> {
        let items = self.0.borrow();
        let (at, value) = items.get(name)?;
        (*at <= now && now.since(*at) < LIFE).then(|| value.clone())
    }

    pub(crate) fn put(&self, name: &str, now: Timestamp, value: T) {
        let mut items = self.0.borrow_mut();
        if ITEMS <= items.len() {
            items.clear();
        }
        items.insert(name.to_owned(), (now, value));
    }

    pub(crate) fn clear(&self) {
        self.0.borrow_mut().clear();
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
        let recent = Recent::new();
        recent.put("a", at(10_000), 1);
        assert_eq!(recent.get("a", at(11_999)), Some(1));
        assert_eq!(recent.get("a", at(12_000)), None);
        assert_eq!(recent.get("a", at(9_999)), None);
        assert_eq!(recent.get("b", at(10_000)), None);
        recent.clear();
        assert_eq!(recent.get("a", at(10_000)), None);
    }

    #[test]
    fn it_does_not_grow() {
        let recent = Recent::new();
        for n in 0..=ITEMS {
            recent.put(&n.to_string(), at(0), n);
        }
        assert_eq!(recent.0.borrow().len(), 1);
    }
}
