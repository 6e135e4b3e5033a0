//! Rows of codes, two in a byte: what the fullest buckets of a text add to the sums.
//!
//! In WebAssembly sixteen weights are looked up and added in one step. The sums are the same.

/// The weight of each code, in two's complement.
pub(crate) type Codes = [u8; 16];

/// So many rows fit into sums of 16 bits, because a weight is at most 127.
pub(crate) const MAX_ROWS: usize = 256;

/// Adds the weights of one row.
fn add_row(codes: &Codes, row: &[u8], sums: &mut [i32]) {
    let weight = |code: u8| i32::from(codes[usize::from(code % 16)].cast_signed());
    let (pairs, last) = sums.as_chunks_mut();
    for ([even, odd], byte) in pairs.iter_mut().zip(row) {
        *even += weight(byte % 16);
        *odd += weight(byte / 16);
    }
    if let ([last], Some(byte)) = (last, row.get(pairs.len())) {
        *last += weight(byte % 16);
    }
}

/// Adds the weights of up to [`MAX_ROWS`] rows, which begin at `starts`.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) fn add_rows(codes: &Codes, rows: &[u8], starts: &[u32], sums: &mut [i32]) {
    for start in starts {
        add_row(codes, rows.get(*start as usize..).unwrap_or(&[]), sums);
    }
}

#[cfg(target_arch = "wasm32")]
pub(crate) use wide::add_rows;

#[cfg(target_arch = "wasm32")]
mod wide {
    use core::arch::wasm32::{
        i16x8_add, i16x8_extend_high_i8x16, i16x8_extend_low_i8x16, i16x8_extract_lane,
        i16x8_splat, u8x16_shr, u8x16_splat, u8x16_swizzle, u64x2, v128, v128_and,
    };

    use super::{Codes, MAX_ROWS, add_row};

    /// The sums of sixteen languages: those at even places and those at odd ones.
    type Sixteen = [v128; 2];

    const HALVES: u64 = 0x0F0F_0F0F_0F0F_0F0F;

    /// Adds the weights of up to [`MAX_ROWS`] rows, which begin at `starts`. A row is read to the
    /// eighth or the last byte that one can have: what is not its own goes to sums that nobody
    /// asks for.
    #[target_feature(enable = "simd128")]
    pub(crate) fn add_rows(codes: &Codes, rows: &[u8], starts: &[u32], sums: &mut [i32]) {
        let starts = starts.get(..MAX_ROWS).unwrap_or(starts);
        if sums.len() <= 16 {
            add_narrow(codes, rows, starts, sums);
        } else {
            add_broad(codes, rows, starts, sums);
        }
    }

    #[target_feature(enable = "simd128")]
    fn add_narrow(codes: &Codes, rows: &[u8], starts: &[u32], sums: &mut [i32]) {
        let table = sixteen(codes);
        let mut first = [i16x8_splat(0); 2];
        for start in starts {
            let row = rows.get(*start as usize..).unwrap_or(&[]);
            match row.first_chunk() {
                Some(row) => add_eight(table, row, &mut first),
                // At the very end there may be less to read.
                None => add_row(codes, row, sums),
            }
        }
        pour(first, sums);
    }

    #[target_feature(enable = "simd128")]
    fn add_broad(codes: &Codes, rows: &[u8], starts: &[u32], sums: &mut [i32]) {
        let table = sixteen(codes);
        let (mut first, mut second, mut third) =
            ([i16x8_splat(0); 2], [i16x8_splat(0); 2], [i16x8_splat(0); 2]);
        for start in starts {
            let row = rows.get(*start as usize..).unwrap_or(&[]);
            match row.first_chunk::<24>() {
                Some(row) => {
                    let [head, ..] = row.as_chunks().0 else { continue };
                    let Some(tail) = row.last_chunk() else { continue };
                    add_eight(table, head, &mut first);
                    add_sixteen(table, tail, &mut second, &mut third);
                }
                None => add_row(codes, row, sums),
            }
        }
        for (sums, wide) in sums.chunks_mut(16).zip([first, second, third]) {
            pour(wide, sums);
        }
    }

    #[inline]
    #[target_feature(enable = "simd128")]
    fn add_eight(table: v128, row: &[u8; 8], [even, odd]: &mut Sixteen) {
        let row = u64::from_le_bytes(*row);
        let weights = u8x16_swizzle(table, u64x2(row & HALVES, (row >> 4) & HALVES));
        *even = i16x8_add(*even, i16x8_extend_low_i8x16(weights));
        *odd = i16x8_add(*odd, i16x8_extend_high_i8x16(weights));
    }

    #[inline]
    #[target_feature(enable = "simd128")]
    fn add_sixteen(table: v128, row: &[u8; 16], low: &mut Sixteen, high: &mut Sixteen) {
        let row = sixteen(row);
        let even = u8x16_swizzle(table, v128_and(row, u8x16_splat(15)));
        let odd = u8x16_swizzle(table, u8x16_shr(row, 4));
        for (at, weights) in [even, odd].into_iter().enumerate() {
            low[at] = i16x8_add(low[at], i16x8_extend_low_i8x16(weights));
            high[at] = i16x8_add(high[at], i16x8_extend_high_i8x16(weights));
        }
    }

    #[inline]
    #[target_feature(enable = "simd128")]
    fn sixteen(bytes: &[u8; 16]) -> v128 {
        let [low, high] =
            [0, 8].map(|at| bytes[at..].first_chunk().map_or(0, |it| u64::from_le_bytes(*it)));
        u64x2(low, high)
    }

    #[inline]
    #[target_feature(enable = "simd128")]
    fn pour(wide: Sixteen, sums: &mut [i32]) {
        let [even, odd] = [eight(wide[0]), eight(wide[1])];
        for ((pair, even), odd) in sums.chunks_mut(2).zip(even).zip(odd) {
            for (sum, more) in pair.iter_mut().zip([even, odd]) {
                *sum += i32::from(more);
            }
        }
    }

    #[inline]
    #[target_feature(enable = "simd128")]
    fn eight(wide: v128) -> [i16; 8] {
        [
            i16x8_extract_lane::<0>(wide),
            i16x8_extract_lane::<1>(wide),
            i16x8_extract_lane::<2>(wide),
            i16x8_extract_lane::<3>(wide),
            i16x8_extract_lane::<4>(wide),
            i16x8_extract_lane::<5>(wide),
            i16x8_extract_lane::<6>(wide),
            i16x8_extract_lane::<7>(wide),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_has_two_languages_in_a_byte() {
        let mut codes = [0; 16];
        codes[1] = 5;
        codes[2] = (-7_i8).cast_unsigned();
        let mut sums = [100, 0, 0];
        add_rows(&codes, &[0xFF, 0x21, 0x01, 0x12], &[1, 1, 3], &mut sums);
        assert_eq!(sums, [100 + 5 + 5 - 7, -7 - 7 + 5, 5 + 5]);
    }
}
