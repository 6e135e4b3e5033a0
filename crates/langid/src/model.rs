//! The weights, read in place.
//!
//! The file holds one section for each [`Group`]. A section says which languages it tells
//! apart and how sums of weights become probabilities; then, bucket by bucket, which
//! languages have a weight there. All numbers are little-endian.
//!
//! | part | bytes |
//! |---|---|
//! | file: magic `LGID`, version | 4, 1 |
//! | file: [`Model::origin`], padded with zeros; number of sections | 64, 1 |
//! | section: languages, bits of the bucket number, 0, 0 | 1, 1, 1, 1 |
//! | section: number of entries | 4 |
//! | section: a [`Model::KNOTS`]-tuple of scales, `f32` | 32 |
//! | section: the [`Model::LEVELS`] sizes that a weight can have, ascending, at most 127 | 4 |
//! | section: per language its code, padded with zeros, and bias, `i16` | 8, 2 |
//! | section: per [`Model::SHELF`] blocks of [`Model::BLOCK`] buckets the number of entries before them | 4 |
//! | section: per block the number of entries before it on its shelf | 2 |
//! | section: per bucket its number of entries | 1 |
//! | section: the entries | 1 |
//!
//! A weight is one of eight in ascending order, four sizes with either sign. An entry is
//! `gap << 3 | weight`: how many languages to skip, and the weight; [`Model::SKIP`] skips 31
//! languages and has no weight. A bucket with as many entries as there are languages has the
//! weights of all of them without gaps, and [`Model::ZERO`] for none: most time is spent on
//! these, and nothing has to be waited for.

use crate::feature::{Group, MAX_FEATURES};
use crate::row::{Weights, add_rows};

/// The most languages that a section can tell apart.
pub const MAX_CLASSES: usize = 64;

/// Where the entries of a word's buckets begin.
pub(crate) struct Found {
    /// Of those with a weight for each language.
    full: [u32; MAX_FEATURES],
    /// Of the others, and how many entries they have.
    others: [(u32, u8); MAX_FEATURES],
}

impl Found {
    pub(crate) const fn new() -> Self {
        Self { full: [0; MAX_FEATURES], others: [(0, 0); MAX_FEATURES] }
    }
}

/// The weights of one group.
#[derive(Clone, Copy, Debug)]
pub struct Model<'a> {
    n_classes: usize,
    bits: u32,
    scales: &'a [u8],
    weights: Weights,
    classes: &'a [u8],
    shelves: &'a [u8],
    offsets: &'a [u8],
    counts: &'a [u8],
    entries: &'a [u8],
}

impl<'a> Model<'a> {
    /// The first bytes of the file, its version the last of them.
    pub const MAGIC: [u8; 5] = *b"LGID\x02";
    /// The bytes of [`Model::origin`].
    pub const ORIGIN_BYTES: usize = 64;
    /// How many buckets share an offset.
    pub const BLOCK: usize = 32;
    /// How many blocks share the first part of their offset.
    pub const SHELF: usize = 32;
    /// The code of no weight in a bucket that has one for each language.
    pub const ZERO: u8 = 8;
    /// The entry that only skips.
    pub const SKIP: u8 = 0xFF;
    /// Numbers of letters 1, 2, 4, … 128 with a scale each; between them it is interpolated.
    pub const KNOTS: usize = 8;
    /// How many sizes a weight can have.
    pub const LEVELS: usize = 4;
    /// The bytes of a language's code and bias.
    pub const CLASS_BYTES: usize = 10;

    /// The section of each group in the order of [`Group::ALL`], or nothing for what `file` does
    /// not have.
    #[must_use]
    pub fn all(file: &'a [u8]) -> [Option<Self>; Group::ALL.len()] {
        let mut models = [None; Group::ALL.len()];
        let Some((n_sections, mut rest)) = Self::body(file) else { return models };
        for slot in models.iter_mut().take(n_sections) {
            *slot = Self::read(&mut rest);
            if slot.is_none() {
                break;
            }
        }
        models
    }

    /// Who made the file: the trainer, its version, and what it was told.
    #[must_use]
    pub fn origin(file: &'a [u8]) -> Option<&'a str> {
        Self::body(file)?;
        let origin = file.get(Self::MAGIC.len()..Self::MAGIC.len() + Self::ORIGIN_BYTES)?;
        core::str::from_utf8(origin).ok().map(|origin| origin.trim_end_matches('\0'))
    }

    /// The number of sections, and the sections.
    fn body(file: &'a [u8]) -> Option<(usize, &'a [u8])> {
        let mut rest = file.strip_prefix(&Self::MAGIC)?;
        take(&mut rest, Self::ORIGIN_BYTES)?;
        let n_sections = usize::from(*take(&mut rest, 1)?.first()?);
        Some((n_sections, rest))
    }

    fn read(rest: &mut &'a [u8]) -> Option<Self> {
        let header = take(rest, 4)?;
        let n_classes = usize::from(header[0]);
        let bits = u32::from(header[1]);
        if MAX_CLASSES < n_classes || !(10..=20).contains(&bits) {
            return None;
        }
        let n_entries = u32_at(take(rest, 4)?, 0) as usize;
        Some(Self {
            n_classes,
            bits,
            scales: take(rest, 4 * Self::KNOTS)?,
            weights: weights(take(rest, Self::LEVELS)?)?,
            classes: take(rest, Self::CLASS_BYTES * n_classes)?,
            shelves: take(rest, (4 << bits) / (Self::BLOCK * Self::SHELF))?,
            offsets: take(rest, (2 << bits) / Self::BLOCK)?,
            counts: take(rest, 1 << bits)?,
            entries: take(rest, n_entries)?,
        })
    }

    /// How many languages this section tells apart.
    #[must_use]
    pub fn n_classes(&self) -> usize {
        self.n_classes
    }

    /// The number of buckets is `1 << bits`.
    #[must_use]
    pub fn bits(&self) -> u32 {
        self.bits
    }

    /// The code of a language by its place in this section, padded with zeros.
    #[must_use]
    pub fn code(&self, class: usize) -> [u8; 8] {
        self.record(class).first_chunk().copied().unwrap_or_default()
    }

    /// What a language has before any evidence.
    #[must_use]
    pub fn bias(&self, class: usize) -> i32 {
        match self.record(class) {
            [.., low, high] => i32::from(i16::from_le_bytes([*low, *high])),
            _ => 0,
        }
    }

    /// Adds the weights of a word's buckets to the sums of the languages. All are looked up before
    /// any is added, and those with a weight for each language are added together: what waits for
    /// memory and what cannot be foreseen stays short.
    pub(crate) fn add(&self, found: &mut Found, buckets: &[usize], sums: &mut [i32; MAX_CLASSES]) {
        let (mut n_full, mut n_others) = (0, 0);
        let Found { full, others } = found;
        for bucket in buckets {
            let (start, count) = self.place(*bucket);
            let is_full = usize::from(count) == self.n_classes;
            let (Some(full), Some(other)) = (full.get_mut(n_full), others.get_mut(n_others)) else {
                break;
            };
            (*full, *other) = (start, (start, count));
            n_full += usize::from(is_full);
            n_others += usize::from(!is_full && count != 0);
        }
        let full = full.get(..n_full).unwrap_or(&[]);
        add_rows(&self.weights, (self.entries, self.n_classes), full, sums);
        for (start, count) in others.iter().take(n_others) {
            let entries = self.entries.get(*start as usize..);
            let entries = entries.and_then(|it| it.get(..usize::from(*count)));
            self.add_some(entries.unwrap_or(&[]), sums);
        }
    }

    /// Where the entries of a bucket begin, and how many there are.
    #[inline]
    fn place(&self, bucket: usize) -> (u32, u8) {
        let (blocks, _) = self.counts.as_chunks();
        let (block, place) = (bucket / Self::BLOCK, bucket % Self::BLOCK);
        let Some(counts) = blocks.get(block) else { return (0, 0) };
        let before =
            u32_at(self.shelves, block / Self::SHELF).saturating_add(u16_at(self.offsets, block));
        (before.saturating_add(sum_before(counts, place)), counts[place])
    }

    #[inline]
    fn add_some(&self, entries: &[u8], sums: &mut [i32; MAX_CLASSES]) {
        let mut class = 0;
        for entry in entries {
            class += usize::from(entry >> 3);
            if *entry == Self::SKIP {
                continue;
            }
            sums[class % MAX_CLASSES] +=
                i32::from(self.weights[usize::from(entry % 8)].cast_signed());
            class += 1;
        }
    }

    /// How much one unit of weight says in a text of `n_letters` letters.
    #[must_use]
    pub fn scale(&self, n_letters: usize) -> f32 {
        let last = Self::KNOTS - 1;
        let n_letters = n_letters.clamp(1, 1 << last);
        let knot = n_letters.ilog2() as usize;
        let (low, high) = (self.knot(knot), self.knot((knot + 1).min(last)));
        let width = 1_usize << knot;
        #[expect(clippy::cast_precision_loss, reason = "at most 128")]
        let part = (n_letters - width) as f32 / width as f32;
        low + (high - low) * part
    }

    fn knot(&self, knot: usize) -> f32 {
        f32::from_bits(u32_at(self.scales, knot))
    }

    fn record(&self, class: usize) -> &'a [u8] {
        let start = class * Self::CLASS_BYTES;
        self.classes.get(start..start + Self::CLASS_BYTES).unwrap_or(&[])
    }
}

/// The weight of each code, from the sizes in ascending order.
fn weights(sizes: &[u8]) -> Option<Weights> {
    let mut weights = [0; 16];
    for (index, size) in sizes.iter().enumerate().take(Model::LEVELS) {
        let size = i8::try_from(*size).ok()?;
        weights[Model::LEVELS - 1 - index] = (-size).cast_unsigned();
        weights[Model::LEVELS + index] = size.cast_unsigned();
    }
    Some(weights)
}

/// The sum of the bytes before `place`, eight at a time and without a branch: this is the inner
/// loop of the detector.
fn sum_before(bytes: &[u8; Model::BLOCK], place: usize) -> u32 {
    const EVEN: u64 = 0x00FF_00FF_00FF_00FF;
    let (words, _) = bytes.as_chunks::<8>();
    let mut pairs = 0_u64;
    for (word, mask) in words.iter().zip(&BEFORE[place % Model::BLOCK]) {
        let word = u64::from_le_bytes(*word) & mask;
        pairs += (word & EVEN) + ((word >> 8) & EVEN);
    }
    u32::from((pairs.wrapping_mul(0x0001_0001_0001_0001) >> 48) as u16)
}

/// For each place in a block, all bits of the bytes before it.
const BEFORE: [[u64; Model::BLOCK / 8]; Model::BLOCK] = {
    let mut masks = [[0; Model::BLOCK / 8]; Model::BLOCK];
    let mut place = 0;
    while place < Model::BLOCK {
        let mut byte = 0;
        while byte < place {
            masks[place][byte / 8] |= 0xFF << (8 * (byte % 8));
            byte += 1;
        }
        place += 1;
    }
    masks
};

fn take<'a>(rest: &mut &'a [u8], n_bytes: usize) -> Option<&'a [u8]> {
    let (head, tail) = rest.split_at_checked(n_bytes)?;
    *rest = tail;
    Some(head)
}

fn u32_at(bytes: &[u8], index: usize) -> u32 {
    match bytes.get(4 * index..4 * index + 4) {
        Some([a, b, c, d]) => u32::from_le_bytes([*a, *b, *c, *d]),
        _ => 0,
    }
}

fn u16_at(bytes: &[u8], index: usize) -> u32 {
    match bytes.get(2 * index..2 * index + 2) {
        Some([a, b]) => u32::from(u16::from_le_bytes([*a, *b])),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bytes_before_a_place_are_summed() {
        let bytes: [u8; Model::BLOCK] = std::array::from_fn(|at| 255 - u8::try_from(at).unwrap());
        for place in 0..Model::BLOCK {
            let expected = bytes[..place].iter().map(|byte| u32::from(*byte)).sum::<u32>();
            assert_eq!(sum_before(&bytes, place), expected, "{place}");
        }
    }

    #[test]
    fn what_is_not_ours_is_refused() {
        let of = |start: &[u8], end: &[u8]| {
            let mut file = start.to_vec();
            file.resize(start.len() + Model::ORIGIN_BYTES, 0);
            file.extend(end);
            (Model::origin(&file).is_some(), Model::all(&file).map(|model| model.is_some()))
        };
        assert_eq!(of(b"", b""), (false, [false; 5]));
        assert_eq!(of(b"LGID\x01", b"\x05"), (false, [false; 5]));
        assert_eq!(of(b"LGID\x02", b""), (false, [false; 5]));
        assert_eq!(of(b"LGID\x02", b"\x00"), (true, [false; 5]));
        assert_eq!(of(b"LGID\x02", b"\x05\xff\xff"), (true, [false; 5]));
    }

    #[test]
    fn the_scale_is_interpolated_between_its_knots() {
        let file = include_bytes!("../weights/langid.bin");
        let [model, ..] = Model::all(file).map(Option::unwrap);
        let (four, six, eight) = (model.scale(4), model.scale(6), model.scale(8));
        assert!((six - f32::midpoint(four, eight)).abs() < 1e-6);
        assert_eq!(model.scale(0).to_bits(), model.scale(1).to_bits());
        assert_eq!(model.scale(128).to_bits(), model.scale(100_000).to_bits());
    }
}
