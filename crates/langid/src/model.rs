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
//! | section: languages, at most [`MAX_ROW`]; bits of the bucket number, 0, 0 | 1, 1, 1, 1 |
//! | section: number of rows, number of entries | 4, 4 |
//! | section: a [`Model::KNOTS`]-tuple of scales, `f32` | 32 |
//! | section: the [`Model::LEVELS`] sizes that a weight can have, ascending, at most 127 | 4 |
//! | section: per language its code, padded with zeros | 8 |
//! | section: per shelf, which is [`Model::SHELF`] blocks of [`Model::BLOCK`] buckets, the number of entries and of rows before it | 4, 4 |
//! | section: per block the number of entries before it on its shelf | 2 |
//! | section: per block the number of rows before it on its shelf | 1 |
//! | section: per bucket its number of entries, or [`Model::ROW`] | 1/2 |
//! | section: the rows | (languages + 1) / 2 |
//! | section: the entries | 1 |
//!
//! A weight is one of eight in ascending order, four sizes with either sign. A row has the code of
//! a weight for each language, two in a byte, the lower half first; [`Model::ZERO`] is no weight.
//! An entry is `gap << 3 | weight`: how many languages to skip, and the weight; [`Model::SKIP`]
//! skips 31 languages and has no weight.

use crate::Language;
use crate::feature::Group;
use crate::row::Codes;

/// The most languages that all sections together can have.
pub const MAX_CLASSES: usize = 64;

/// The most languages that a section can tell apart.
pub const MAX_ROW: usize = 48;

/// The weights of one group.
#[derive(Clone, Copy, Debug)]
pub struct Model<'a> {
    first: usize,
    n_classes: usize,
    languages: [Language; MAX_ROW],
    bits: u32,
    scales: [f32; Model::KNOTS],
    pub(crate) codes: Codes,
    shelves: &'a [[u8; 8]],
    entries_before: &'a [[u8; 2]],
    rows_before: &'a [u8],
    sizes: &'a [[u8; Model::BLOCK / 2]],
    pub(crate) rows: &'a [u8],
    pub(crate) entries: &'a [u8],
}

/// Where the weights of a bucket stand.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    /// How many rows are before its own.
    pub(crate) row: u32,
    /// How many entries are before its own.
    pub(crate) entry: u32,
    /// The number of its entries, or [`Model::ROW`].
    pub(crate) size: u32,
}

/// The section of each group in the order of [`Group::ALL`], or nothing for what a file does not have.
pub(crate) type Models<'a> = [Option<Model<'a>>; Group::ALL.len()];

impl<'a> Model<'a> {
    /// The first bytes of the file, its version the last of them.
    pub const MAGIC: [u8; 5] = *b"LGID\x03";
    /// The bytes of [`Model::origin`].
    pub const ORIGIN_BYTES: usize = 64;
    /// How many buckets share an offset.
    pub const BLOCK: usize = 16;
    /// How many blocks share the first part of their offset.
    pub const SHELF: usize = 16;
    /// Stands for the number of entries in a bucket that has a row instead.
    pub const ROW: u8 = 15;
    /// The code of no weight in a row.
    pub const ZERO: u8 = 8;
    /// The entry that only skips.
    pub const SKIP: u8 = 0xFF;
    /// Numbers of letters 1, 2, 4, … 128 with a scale each; between them it is interpolated.
    pub const KNOTS: usize = 8;
    /// How many sizes a weight can have.
    pub const LEVELS: usize = 4;

    /// The section of each group, as far as `file` can be read.
    pub(crate) const fn all(file: &'a [u8]) -> Models<'a> {
        let mut models = [None; Group::ALL.len()];
        let Some((n_sections, mut rest)) = body(file) else { return models };
        let (mut index, mut n_classes) = (0, 0);
        while index < n_sections && index < models.len() {
            let Some(model) = Self::read(&mut rest, n_classes) else { break };
            n_classes += model.n_classes;
            models[index] = Some(model);
            index += 1;
        }
        models
    }

    /// Who made the file: the trainer, its version, and what it was told.
    #[must_use]
    pub fn origin(file: &'a [u8]) -> Option<&'a str> {
        body(file)?;
        let origin = file.get(Self::MAGIC.len()..Self::MAGIC.len() + Self::ORIGIN_BYTES)?;
        core::str::from_utf8(origin).ok().map(|origin| origin.trim_end_matches('\0'))
    }

    /// A section whose languages come after `first` others.
    const fn read(rest: &mut &'a [u8], first: usize) -> Option<Self> {
        let Some([n_classes, bits, 0, 0]) = array(rest) else { return None };
        let Some([n_rows, n_entries]) = arrays(rest, 2) else { return None };
        let (n_classes, bits) = (*n_classes as usize, *bits as u32);
        if MAX_ROW < n_classes || MAX_CLASSES < first + n_classes || bits < 10 || 20 < bits {
            return None;
        }
        let n_row_bytes =
            (u32::from_le_bytes(*n_rows) as usize).saturating_mul(n_classes.div_ceil(2));
        let n_entries = u32::from_le_bytes(*n_entries) as usize;
        let n_blocks = (1 << bits) / Self::BLOCK;
        let Some(scales) = arrays(rest, Self::KNOTS) else { return None };
        let Some(sizes) = array(rest) else { return None };
        let Some(codes) = codes(*sizes) else { return None };
        let Some(classes) = arrays(rest, n_classes) else { return None };
        let Some(shelves) = arrays(rest, n_blocks / Self::SHELF) else { return None };
        let Some(entries_before) = arrays(rest, n_blocks) else { return None };
        let Some(rows_before) = take(rest, n_blocks) else { return None };
        let Some(sizes) = arrays(rest, n_blocks) else { return None };
        let Some(rows) = take(rest, n_row_bytes) else { return None };
        let Some(entries) = take(rest, n_entries) else { return None };
        Some(Self {
            first,
            n_classes,
            languages: languages(classes),
            bits,
            scales: floats(scales),
            codes,
            shelves,
            entries_before,
            rows_before,
            sizes,
            rows,
            entries,
        })
    }

    /// The languages that this section tells apart.
    pub(crate) fn languages(&self) -> &[Language] {
        self.languages.get(..self.n_classes).unwrap_or(&[])
    }

    /// What is of these languages, of what is of all.
    pub(crate) fn own<'s, T>(&self, of_all: &'s [T; MAX_CLASSES]) -> &'s [T] {
        of_all.get(self.first..self.first + self.n_classes).unwrap_or(&[])
    }

    /// The same, to be changed.
    pub(crate) fn own_mut<'s, T>(&self, of_all: &'s mut [T; MAX_CLASSES]) -> &'s mut [T] {
        of_all.get_mut(self.first..self.first + self.n_classes).unwrap_or(&mut [])
    }

    /// The number of buckets is `1 << bits`.
    pub(crate) fn bits(&self) -> u32 {
        self.bits
    }

    /// The bytes of a row.
    pub(crate) fn row_bytes(&self) -> usize {
        self.n_classes.div_ceil(2)
    }

    /// Where the weights of a bucket stand: the inner loop of the detector, so it has no branch
    /// that cannot be foreseen, and counts half bytes, sixteen at a time.
    #[inline]
    pub(crate) fn place(&self, bucket: usize) -> Place {
        const LOWEST: u64 = 0x1111_1111_1111_1111;
        const EVEN: u64 = 0x0F0F_0F0F_0F0F_0F0F;
        const ONES: u64 = 0x0101_0101_0101_0101;
        let block = bucket / Self::BLOCK;
        let (Some(base), Some(entries), Some(rows), Some(sizes)) = (
            self.shelves.get(block / Self::SHELF),
            self.entries_before.get(block),
            self.rows_before.get(block),
            self.sizes.get(block),
        ) else {
            return Place { row: 0, entry: 0, size: 0 };
        };
        let (base, sizes) = (u64::from_le_bytes(*base), u64::from_le_bytes(*sizes));
        let shift = 4 * (bucket % Self::BLOCK);
        let before = sizes & ((1 << shift) - 1);
        // One in the lowest bit of each half byte that is `ROW`, then how many there are.
        let pairs = before & (before >> 1);
        let n_rows = (pairs & (pairs >> 2) & LOWEST).wrapping_mul(LOWEST) >> 60;
        // At most fifteen times fifteen.
        let sum = ((before & EVEN) + ((before >> 4) & EVEN)).wrapping_mul(ONES) >> 56;
        let n_entries = sum - u64::from(Self::ROW) * n_rows;
        Place {
            row: low_half(base >> 32).wrapping_add(u32::from(*rows)).wrapping_add(low_half(n_rows)),
            entry: low_half(base)
                .wrapping_add(u32::from(u16::from_le_bytes(*entries)))
                .wrapping_add(low_half(n_entries)),
            size: low_half(sizes >> shift) & 15,
        }
    }

    /// How much one unit of weight says in a text of `n_letters` letters.
    #[must_use]
    pub fn scale(&self, n_letters: usize) -> f32 {
        let last = Self::KNOTS - 1;
        let n_letters = n_letters.clamp(1, 1 << last);
        let knot = n_letters.ilog2() as usize;
        let (low, high) = (self.scales[knot], self.scales[(knot + 1).min(last)]);
        let width = 1_usize << knot;
        #[expect(clippy::cast_precision_loss, reason = "at most 128")]
        let part = (n_letters - width) as f32 / width as f32;
        low + (high - low) * part
    }
}

#[expect(clippy::cast_possible_truncation, reason = "what is asked for is in the lower half")]
const fn low_half(number: u64) -> u32 {
    number as u32
}

/// The number of sections, and the sections.
const fn body(file: &[u8]) -> Option<(usize, &[u8])> {
    let mut rest = file;
    let Some(magic) = array::<5>(&mut rest) else { return None };
    let Some(_) = take(&mut rest, Model::ORIGIN_BYTES) else { return None };
    let Some([n_sections]) = array(&mut rest) else { return None };
    // Arrays cannot be compared at compile time.
    match (*magic, Model::MAGIC) {
        ([m0, m1, m2, m3, m4], [n0, n1, n2, n3, n4])
            if m0 == n0 && m1 == n1 && m2 == n2 && m3 == n3 && m4 == n4 =>
        {
            Some((*n_sections as usize, rest))
        }
        _ => None,
    }
}

/// The weight of each code, from the sizes in ascending order.
const fn codes(sizes: [u8; Model::LEVELS]) -> Option<Codes> {
    let mut codes = [0; 16];
    let mut index = 0;
    while index < Model::LEVELS {
        let size = sizes[index].cast_signed();
        if size < 0 {
            return None;
        }
        codes[Model::LEVELS - 1 - index] = (-size).cast_unsigned();
        codes[Model::LEVELS + index] = size.cast_unsigned();
        index += 1;
    }
    Some(codes)
}

const fn languages(classes: &[[u8; 8]]) -> [Language; MAX_ROW] {
    let mut languages = [Language::UND; MAX_ROW];
    let mut class = 0;
    while class < classes.len() {
        if let Some(language) = Language::from_padded(classes[class]) {
            languages[class] = language;
        }
        class += 1;
    }
    languages
}

const fn floats(bytes: &[[u8; 4]]) -> [f32; Model::KNOTS] {
    let mut floats = [0.0; Model::KNOTS];
    let mut index = 0;
    while index < bytes.len() {
        floats[index] = f32::from_bits(u32::from_le_bytes(bytes[index]));
        index += 1;
    }
    floats
}

const fn take<'a>(rest: &mut &'a [u8], n_bytes: usize) -> Option<&'a [u8]> {
    match rest.split_at_checked(n_bytes) {
        Some((head, tail)) => {
            *rest = tail;
            Some(head)
        }
        None => None,
    }
}

const fn array<'a, const N: usize>(rest: &mut &'a [u8]) -> Option<&'a [u8; N]> {
    match rest.split_first_chunk() {
        Some((head, tail)) => {
            *rest = tail;
            Some(head)
        }
        None => None,
    }
}

const fn arrays<'a, const N: usize>(rest: &mut &'a [u8], length: usize) -> Option<&'a [[u8; N]]> {
    match take(rest, N * length) {
        Some(bytes) => Some(bytes.as_chunks().0),
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &[u8] = include_bytes!("../weights/langid.bin");

    #[test]
    fn what_stands_before_a_bucket_is_what_those_before_it_have() {
        for model in Model::all(FILE).map(Option::unwrap) {
            let (mut n_rows, mut n_entries) = (0, 0);
            for bucket in 0..1 << model.bits() {
                let place = model.place(bucket);
                assert_eq!((place.row, place.entry), (n_rows, n_entries), "{bucket}");
                if place.size == u32::from(Model::ROW) {
                    n_rows += 1;
                } else {
                    n_entries += place.size;
                }
            }
            assert_eq!(n_rows as usize * model.row_bytes(), model.rows.len());
            assert_eq!(n_entries as usize, model.entries.len());
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
        assert_eq!(of(b"LGID\x02", b"\x05"), (false, [false; 5]));
        assert_eq!(of(b"LGID\x03", b""), (false, [false; 5]));
        assert_eq!(of(b"LGID\x03", b"\x00"), (true, [false; 5]));
        assert_eq!(of(b"LGID\x03", b"\x05\xff\xff"), (true, [false; 5]));
    }

    #[test]
    fn the_scale_is_interpolated_between_its_knots() {
        let [model, ..] = Model::all(FILE).map(Option::unwrap);
        let (four, six, eight) = (model.scale(4), model.scale(6), model.scale(8));
        assert!((six - f32::midpoint(four, eight)).abs() < 1e-6);
        assert_eq!(model.scale(0).to_bits(), model.scale(1).to_bits());
        assert_eq!(model.scale(128).to_bits(), model.scale(100_000).to_bits());
    }
}
