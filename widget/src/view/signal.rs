//! What the view reads and watches. Fifty lines, where a general library for fine-grained
//! reactivity weighed 15 KB in this widget: here whatever watches is asked again after every
//! change, and compares.

use std::cell::{Cell, RefCell};

thread_local! {
    static WATCHERS: RefCell<Vec<Box<dyn FnMut()>>> = const { RefCell::new(Vec::new()) };
    static RUNNING: Cell<bool> = const { Cell::new(false) };
    static CHANGED: Cell<bool> = const { Cell::new(false) };
}

/// A value that lives as long as the page.
#[derive(Debug)]
pub struct Signal<T: 'static>(&'static RefCell<T>);

impl<T> Clone for Signal<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Signal<T> {}

impl<T> Signal<T> {
    /// A signal that holds `value` first.
    #[must_use]
    pub fn new(value: T) -> Self {
        Self(Box::leak(Box::new(RefCell::new(value))))
    }

    /// Reads it.
    pub fn with<R>(self, read: impl FnOnce(&T) -> R) -> R {
        read(&self.0.borrow())
    }

    /// Replaces it.
    pub fn set(self, value: T) {
        self.0.replace(value);
        changed();
    }

    /// Changes it. Whoever watches is asked once the caller says [`changed`].
    pub fn update<R>(self, change: impl FnOnce(&mut T) -> R) -> R {
        change(&mut self.0.borrow_mut())
    }
}

impl<T: Clone> Signal<T> {
    /// A copy of it.
    #[must_use]
    pub fn get(self) -> T {
        self.0.borrow().clone()
    }
}

/// Runs now, and again after every change, for as long as the page lives.
pub(super) fn watch(mut run: impl FnMut() + 'static) {
    run();
    WATCHERS.with_borrow_mut(|it| it.push(Box::new(run)));
}

/// Something has changed: everybody who watches is asked. A change that a watcher makes is seen in
/// another round, not in the middle of this one.
pub fn changed() {
    CHANGED.set(true);
    if RUNNING.replace(true) {
        return;
    }
    while CHANGED.replace(false) {
        // Taken out while they run: what runs may begin to watch.
        let mut watchers = WATCHERS.take();
        for run in &mut watchers {
            run();
        }
        WATCHERS.with_borrow_mut(|it| it.splice(0..0, watchers).for_each(drop));
    }
    RUNNING.set(false);
}
