//! The weights, read in place.
//!
//! The file holds one section for each [`Group`]. A section says which languages it tells
//! apart and how sums of weights become probabilities; then, bucket by bucket, which
//! languages have a weight there. All numbers are little-endian.
//!
//! | part | bytes |
//! |---|---|
//! | file: magic `LGID`, version, number of sections | 4, 1, 1 |
//! | section: languages, bits of the bucket number, 0, 0 | 1, 1, 1, 1 |
//! | section: number of entries | 4 |
//! | section: a [`Model::KNOTS`]-tuple of scales, `f32` | 32 |
//! | section: per language its code, padded with zeros, and bias, `i16` | 8, 2 |
//! | section: per 32 buckets the number of entries before them | 4 |
//! | section: per bucket its number of entries | 1 |
//! | section: the entries | 1 |
//!
//! An entry is `gap << 3 | weight`: how many languages to skip, and the weight as -4..-1 and 1..4
//! in ascending order. [`Model::SKIP`] skips 31 languages and has no weight.

use crate::feature::Group;

/// The most languages that a section can tell apart.
pub const MAX_CLASSES: usize = 64;

/// The weights of one group.
#[derive(Clone, Copy, Debug)]
pub struct Model<'a> {
    n_classes: usize,
    bits: u32,
    scales: &'a [u8],
    classes: &'a [u8],
    offsets: &'a [u8],
    counts: &'a [u8],
    entries: &'a [u8],
}

impl<'a> Model<'a> {
    /// The first bytes of the file, its version the last of them.
    pub const MAGIC: [u8; 5] = *b"LGID\x01";
    /// How many buckets share an offset.
    pub const BLOCK: usize = 32;
    /// The entry that only skips.
    pub const SKIP: u8 = 0xFF;
    /// Numbers of letters 1, 2, 4, … 128 with a scale each; between them it is interpolated.
    pub const KNOTS: usize = 8;
    /// The largest weight.
    pub const MAX_WEIGHT: i32 = 4;
    /// The bytes of a language's code and bias.
    pub const CLASS_BYTES: usize = 10;

    /// The section of `group`, or nothing if `file` is not one of ours.
    #[must_use]
    pub fn of(file: &'a [u8], group: Group) -> Option<Self> {
        let mut rest = file.strip_prefix(&Self::MAGIC)?;
        let n_sections = usize::from(*take(&mut rest, 1)?.first()?);
        if n_sections <= group.index() {
            return None;
        }
        for _ in 0..group.index() {
            Self::read(&mut rest)?;
        }
        Self::read(&mut rest)
    }

    fn read(rest: &mut &'a [u8]) -> Option<Self> {
        let header = take(rest, 4)?;
        let n_classes = usize::from(header[0]);
        let bits = u32::from(header[1]);
        if MAX_CLASSES < n_classes || !(5..=20).contains(&bits) {
            return None;
        }
        let n_entries = u32_at(take(rest, 4)?, 0) as usize;
        Some(Self {
            n_classes,
            bits,
            scales: take(rest, 4 * Self::KNOTS)?,
            classes: take(rest, Self::CLASS_BYTES * n_classes)?,
            offsets: take(rest, (4 << bits) / Self::BLOCK)?,
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

    /// The code of a language by its place in this section.
    #[must_use]
    pub fn code(&self, class: usize) -> &'a str {
        let record = self.record(class);
        let code = record.get(..8).unwrap_or(&[]);
        let end = code.iter().position(|byte| *byte == 0).unwrap_or(code.len());
        core::str::from_utf8(&code[..end]).unwrap_or("")
    }

    /// What a language has before any evidence.
    #[must_use]
    pub fn bias(&self, class: usize) -> i32 {
        match self.record(class) {
            [.., low, high] => i32::from(i16::from_le_bytes([*low, *high])),
            _ => 0,
        }
    }

    /// Adds the weights of one bucket to the sums of the languages.
    pub fn add(&self, bucket: usize, sums: &mut [i32; MAX_CLASSES]) {
        let Some(count) = self.counts.get(bucket) else { return };
        if *count == 0 {
            return;
        }
        let block = bucket / Self::BLOCK;
        let before = sum(&self.counts[block * Self::BLOCK..bucket]);
        let start = (u32_at(self.offsets, block) as usize).saturating_add(before);
        let entries =
            self.entries.get(start..start.saturating_add(usize::from(*count))).unwrap_or(&[]);
        let mut class = 0;
        for entry in entries {
            if *entry == Self::SKIP {
                class += 31;
                continue;
            }
            class += usize::from(entry >> 3);
            let code = i32::from(entry & 7);
            sums[class % MAX_CLASSES] += if code < 4 { code - 4 } else { code - 3 };
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

/// The sum of bytes, eight at a time: this is the inner loop of the detector.
fn sum(bytes: &[u8]) -> usize {
    const EVEN: u64 = 0x00FF_00FF_00FF_00FF;
    let (words, rest) = bytes.as_chunks::<8>();
    let mut pairs = 0_u64;
    for word in words {
        let word = u64::from_le_bytes(*word);
        pairs += (word & EVEN) + ((word >> 8) & EVEN);
    }
    let mut total = usize::from((pairs.wrapping_mul(0x0001_0001_0001_0001) >> 48) as u16);
    for byte in rest {
        total += usize::from(*byte);
    }
    total
}

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

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec::Vec;

    #[test]
    fn bytes_are_summed() {
        for n_bytes in 0..32_u8 {
            let bytes: Vec<u8> = (0..n_bytes).map(|byte| 255 - byte).collect();
            assert_eq!(sum(&bytes), bytes.iter().map(|byte| usize::from(*byte)).sum::<usize>());
        }
    }

    #[test]
    fn what_is_not_ours_is_refused() {
        assert!(Model::of(b"", Group::Latin).is_none());
        assert!(Model::of(b"LGID\x02\x05", Group::Latin).is_none());
        assert!(Model::of(b"LGID\x01\x00", Group::Latin).is_none());
        assert!(Model::of(b"LGID\x01\x05\xff\xff", Group::Han).is_none());
    }

    #[test]
    fn the_scale_is_interpolated_between_its_knots() {
        let file = include_bytes!("../weights/langid.bin");
        let model = Model::of(file, Group::Latin).unwrap();
        let (four, six, eight) = (model.scale(4), model.scale(6), model.scale(8));
        assert!((six - f32::midpoint(four, eight)).abs() < 1e-6);
        assert_eq!(model.scale(0).to_bits(), model.scale(1).to_bits());
        assert_eq!(model.scale(128).to_bits(), model.scale(100_000).to_bits());
    }
}
