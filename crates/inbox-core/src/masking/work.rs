//! Counts the characters that are looked at while something is sought around a place, in tests
//! alone: a text that is ten times as long may take ten times the work and no more.

#[cfg(test)]
thread_local! {
    static LOOKED_AT: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

#[cfg(test)]
pub(super) fn counted<T>(all: impl Iterator<Item = T>) -> impl Iterator<Item = T> {
    all.inspect(|_| LOOKED_AT.set(LOOKED_AT.get() + 1))
}

#[cfg(not(test))]
pub(super) fn counted<I: Iterator>(all: I) -> I {
    all
}

/// What was looked at since it was asked last.
#[cfg(test)]
pub(super) fn taken() -> usize {
    LOOKED_AT.replace(0)
}
