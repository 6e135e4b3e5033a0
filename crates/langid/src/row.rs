//! Rows of codes, one for each language: what a word's fullest buckets add to the sums.
//!
//! In WebAssembly sixteen weights are looked up and added in one step. The sums are the same.

use crate::model::MAX_CLASSES;

/// The weight of each code, in two's complement.
pub(crate) type Weights = [u8; 16];

/// Adds the weights of one row.
fn add_row(weights: &Weights, row: &[u8], sums: &mut [i32; MAX_CLASSES]) {
    for (sum, code) in sums.iter_mut().zip(row) {
        *sum += i32::from(weights[usize::from(code % 16)].cast_signed());
    }
}

/// Adds the weights of the rows of `length` codes that begin at `starts`.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) fn add_rows(
    weights: &Weights,
    (codes, length): (&[u8], usize),
    starts: &[u32],
    sums: &mut [i32; MAX_CLASSES],
) {
    for start in starts {
        let row = codes.get(*start as usize..).and_then(|it| it.get(..length));
        add_row(weights, row.unwrap_or(&[]), sums);
    }
}

#[cfg(target_arch = "wasm32")]
pub(crate) use wide::add_rows;

#[cfg(target_arch = "wasm32")]
mod wide {
    use core::arch::wasm32::{
        i16x8_add, i16x8_extend_high_i8x16, i16x8_extend_low_i8x16, i16x8_extract_lane,
        i16x8_splat, u8x16, u8x16_ge, u8x16_splat, u8x16_swizzle, u64x2, v128, v128_or,
    };

    use super::{MAX_CLASSES, Weights, add_row};

    /// Eight sums in each. They cannot overflow: a word has fewer rows than 256, and a weight is
    /// at most 127.
    type Wide = [[v128; 2]; MAX_CLASSES / 16];

    /// Adds the weights of the rows of `length` codes that begin at `starts`.
    #[target_feature(enable = "simd128")]
    pub(crate) fn add_rows(
        weights: &Weights,
        (codes, length): (&[u8], usize),
        starts: &[u32],
        sums: &mut [i32; MAX_CLASSES],
    ) {
        let table = sixteen(weights);
        let mut wide: Wide = [[i16x8_splat(0); 2]; MAX_CLASSES / 16];
        for start in starts {
            let Some(codes) = codes.get(*start as usize..) else { continue };
            match codes.get(..length.next_multiple_of(16)) {
                Some(row) => add_wide(table, row, length, &mut wide),
                // At the very end of the file there may be less to read.
                None => add_row(weights, codes.get(..length).unwrap_or(&[]), sums),
            }
        }
        pour(&wide, sums);
    }

    #[inline]
    #[target_feature(enable = "simd128")]
    fn add_wide(table: v128, row: &[u8], length: usize, wide: &mut Wide) {
        let (chunks, _) = row.as_chunks();
        let mut n_left = u8::try_from(length).unwrap_or(u8::MAX);
        for (codes, [low, high]) in chunks.iter().zip(wide) {
            // A code beyond the table has no weight.
            let beyond = u8x16_ge(PLACES, u8x16_splat(n_left));
            n_left = n_left.saturating_sub(16);
            let weights = u8x16_swizzle(table, v128_or(sixteen(codes), beyond));
            *low = i16x8_add(*low, i16x8_extend_low_i8x16(weights));
            *high = i16x8_add(*high, i16x8_extend_high_i8x16(weights));
        }
    }

    const PLACES: v128 = u8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);

    #[inline]
    #[target_feature(enable = "simd128")]
    fn sixteen(bytes: &[u8; 16]) -> v128 {
        let [low, high] =
            [0, 8].map(|at| bytes[at..].first_chunk().map_or(0, |it| u64::from_le_bytes(*it)));
        u64x2(low, high)
    }

    #[inline]
    #[target_feature(enable = "simd128")]
    fn pour(wide: &Wide, sums: &mut [i32; MAX_CLASSES]) {
        let (eights, _) = sums.as_chunks_mut::<8>();
        for (eight, wide) in eights.iter_mut().zip(wide.as_flattened()) {
            let lanes = [
                i16x8_extract_lane::<0>(*wide),
                i16x8_extract_lane::<1>(*wide),
                i16x8_extract_lane::<2>(*wide),
                i16x8_extract_lane::<3>(*wide),
                i16x8_extract_lane::<4>(*wide),
                i16x8_extract_lane::<5>(*wide),
                i16x8_extract_lane::<6>(*wide),
                i16x8_extract_lane::<7>(*wide),
            ];
            for (sum, lane) in eight.iter_mut().zip(lanes) {
                *sum += i32::from(lane);
            }
        }
    }
}
