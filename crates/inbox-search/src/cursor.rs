//! What the end of a page is called outside: a number that only the index turns back into a row's.
//!
//! A row's number is its time, and the row at which a page ends may be one that its reader must not
//! know of. So it is encrypted, under a key that belongs to the reader and the question as well: whoever
//! asks something else with it, or asks as somebody else, asks from any place at all.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// Bits of half a row's number. Both halves are exact in a browser, and enough until 2159.
const HALF_BITS: u32 = 26;
const HALF: u64 = (1 << HALF_BITS) - 1;
/// Of a Feistel network; with four it is a pseudorandom permutation.
const ROUNDS: [u8; 4] = [0, 1, 2, 3];

/// Names places for one reader of one question.
pub(crate) struct Cursor {
    key: [u8; 32],
}

impl Cursor {
    /// By the index's own key.
    pub(crate) fn new(index_key: &str, reader: &str, question: &str) -> Self {
        // No name of a reader has this byte in it.
        Self { key: mac(index_key.as_bytes(), &[reader.as_bytes(), &[0], question.as_bytes()]) }
    }

    /// What a row's number is called outside.
    pub(crate) fn hide(&self, row: u64) -> u64 {
        let halves = ((row >> HALF_BITS) & HALF, row & HALF);
        let (left, right) = ROUNDS
            .iter()
            .fold(halves, |(left, right), round| (right, left ^ self.of_half(*round, right)));
        left << HALF_BITS | right
    }

    /// The row's number. Any number is one.
    pub(crate) fn reveal(&self, place: u64) -> u64 {
        let halves = ((place >> HALF_BITS) & HALF, place & HALF);
        let (left, right) = ROUNDS
            .iter()
            .rev()
            .fold(halves, |(left, right), round| (right ^ self.of_half(*round, left), left));
        left << HALF_BITS | right
    }

    fn of_half(&self, round: u8, half: u64) -> u64 {
        let [a, b, c, d, ..] = mac(&self.key, &[&[round], &half.to_be_bytes()]);
        u64::from(u32::from_be_bytes([a, b, c, d])) & HALF
    }
}

fn mac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("a key of any length will do");
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_leads_back_to_its_row_for_the_same_reader_and_question_alone() {
        let cursor = Cursor::new("key", "ana", "kettle");
        let others =
            [("other", "ana", "kettle"), ("key", "mia", "kettle"), ("key", "ana", "kettles")];
        let others = others.map(|(key, reader, question)| Cursor::new(key, reader, question));
        for row in [0, 1, 1_024, 1_024 * 200_000_000_000, (1 << 52) - 1] {
            let place = cursor.hide(row);
            assert!(place < 1 << 52, "exact in a browser");
            assert_eq!(cursor.reveal(place), row);
            for other in &others {
                assert_ne!(other.reveal(place), row);
            }
        }
        assert!(cursor.reveal(u64::MAX) < 1 << 52);
    }

    #[test]
    fn se13_places_are_in_another_order_than_their_rows() {
        let cursor = Cursor::new("key", "ana", "kettle");
        let places: Vec<u64> = (0..64).map(|it| cursor.hide(it * 1_024_000)).collect();
        let n_rising = places.windows(2).filter(|it| it[0] < it[1]).count();
        assert!((16..48).contains(&n_rising), "{n_rising} of 63");
    }
}
