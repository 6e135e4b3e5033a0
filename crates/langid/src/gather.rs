//! From words to sums: the parts of many words are collected, then all are looked up, and then
//! their weights are added.
//!
//! So the waits for memory overlap, each loop is short, and rows are added together.

use crate::feature::{for_each_feature, n_features};
use crate::model::{MAX_CLASSES, Model};
use crate::row::{Codes, MAX_ROWS, add_rows};
use crate::token::Word;

/// Words of one model that are not in the sums yet.
pub(crate) struct Gathered<'m, 'w> {
    model: Option<&'m Model<'w>>,
    buckets: [u32; MAX_ROWS],
    n_buckets: usize,
}

impl<'m, 'w> Gathered<'m, 'w> {
    pub(crate) const fn new() -> Self {
        Self { model: None, buckets: [0; MAX_ROWS], n_buckets: 0 }
    }

    /// Collects the parts of a word.
    pub(crate) fn collect(
        &mut self,
        word: &Word<'_>,
        model: &'m Model<'w>,
        sums: &mut [i32; MAX_CLASSES],
    ) {
        let is_same = self.model.is_some_and(|known| core::ptr::eq(known, model));
        if !is_same || MAX_ROWS < self.n_buckets + n_features(word) {
            self.add(sums);
            self.model = Some(model);
        }
        let mut n_buckets = self.n_buckets;
        for_each_feature(word, model.bits(), |bucket| {
            self.buckets[n_buckets % MAX_ROWS] = bucket;
            n_buckets += 1;
        });
        self.n_buckets = n_buckets;
    }

    /// Adds the weights of all parts to the sums.
    pub(crate) fn add(&mut self, sums: &mut [i32; MAX_CLASSES]) {
        let buckets = self.buckets.get(..self.n_buckets).unwrap_or(&self.buckets);
        if let Some(model) = self.model {
            add(model, buckets, model.own_mut(sums));
        }
        self.n_buckets = 0;
    }
}

// A call is cheap, and twice the code is not.
#[inline(never)]
fn add(model: &Model<'_>, buckets: &[u32], sums: &mut [i32]) {
    // Where rows begin.
    let mut rows = [0; MAX_ROWS];
    let mut n_rows = 0;
    // Where entries begin, and in the lowest four bits their number.
    let mut entries = [0; MAX_ROWS];
    let mut n_entries = 0;
    let row_bytes = u32::try_from(model.row_bytes()).unwrap_or(0);
    for bucket in buckets {
        let place = model.place(*bucket as usize);
        let is_row = place.size == u32::from(Model::ROW);
        // Both are written and one is kept: which one cannot be foreseen.
        rows[n_rows % MAX_ROWS] = place.row.wrapping_mul(row_bytes);
        entries[n_entries % MAX_ROWS] = (place.entry << 4) | place.size;
        n_rows += usize::from(is_row);
        n_entries += usize::from(!is_row && place.size != 0);
    }
    add_rows(&model.codes, model.rows, rows.get(..n_rows).unwrap_or(&rows), sums);
    for entry in entries.iter().take(n_entries) {
        let (start, size) = (*entry as usize >> 4, *entry as usize % 16);
        let entries = model.entries.get(start..).and_then(|it| it.get(..size));
        add_entries(&model.codes, entries.unwrap_or(&[]), sums);
    }
}

#[inline]
fn add_entries(codes: &Codes, entries: &[u8], sums: &mut [i32]) {
    let mut class = 0;
    for entry in entries {
        class += usize::from(entry >> 3);
        if *entry == Model::SKIP {
            continue;
        }
        if let Some(sum) = sums.get_mut(class) {
            *sum += i32::from(codes[usize::from(entry % 8)].cast_signed());
        }
        class += 1;
    }
}
