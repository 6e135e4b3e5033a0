//! Digits of every script, as the number that they mean.

/// The zeros of all decimal digits of Unicode (general category Nd); nine more follow each.
const ZEROS: [u32; 74] = [
    0x0030, 0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6,
    0x0D66, 0x0DE6, 0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80,
    0x1A90, 0x1B50, 0x1BB0, 0x1C40, 0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0,
    0xFF10, 0x104A0, 0x10D30, 0x10D40, 0x11066, 0x110F0, 0x11136, 0x111D0, 0x112F0, 0x11450,
    0x114D0, 0x11650, 0x116C0, 0x116D0, 0x116DA, 0x11730, 0x118E0, 0x11950, 0x11BF0, 0x11C50,
    0x11D50, 0x11DA0, 0x11F50, 0x16A60, 0x16AC0, 0x16B50, 0x16D70, 0x1CCF0, 0x1D7CE, 0x1D7D8,
    0x1D7E2, 0x1D7EC, 0x1D7F6, 0x1E140, 0x1E2F0, 0x1E4F0, 0x1E950, 0x1FBF0,
];

/// Raised, lowered, circled, bracketed and Roman digits, those of Ethiopia and Suzhou: the first, the
/// last, and what the first means.
const ORNAMENTS: [(u32, u32, u32); 24] = [
    (0x00B2, 0x00B3, 2),
    (0x00B9, 0x00B9, 1),
    (0x1369, 0x1371, 1),
    (0x2070, 0x2070, 0),
    (0x2074, 0x2079, 4),
    (0x2080, 0x2089, 0),
    (0x2160, 0x2168, 1),
    (0x2170, 0x2178, 1),
    (0x2460, 0x2468, 1),
    (0x2474, 0x247C, 1),
    (0x2488, 0x2490, 1),
    (0x24EA, 0x24EA, 0),
    (0x24F5, 0x24FD, 1),
    (0x24FF, 0x24FF, 0),
    (0x2776, 0x277E, 1),
    (0x2780, 0x2788, 1),
    (0x278A, 0x2792, 1),
    (0x3021, 0x3029, 1),
    (0x3220, 0x3228, 1),
    (0x3280, 0x3288, 1),
    (0x1F100, 0x1F100, 0),
    (0x1F101, 0x1F10A, 0),
    (0x1F10B, 0x1F10B, 0),
    (0x1F10C, 0x1F10C, 0),
];

/// Chinese numerals, by which telephones are told too, in the order of what they mean: those of every
/// day, and those of contracts.
const CHINESE: [[char; 10]; 3] = [
    ['〇', '一', '二', '三', '四', '五', '六', '七', '八', '九'],
    ['零', '壹', '贰', '叁', '肆', '伍', '陆', '柒', '捌', '玖'],
    ['零', '壹', '貳', '參', '肆', '伍', '陸', '柒', '捌', '玖'],
];

/// What a digit means; none if it is none.
pub(super) fn value(it: char) -> Option<u32> {
    if it.is_ascii() {
        return it.to_digit(10);
    }
    let code = u32::from(it);
    let at = ZEROS.partition_point(|zero| *zero <= code).checked_sub(1)?;
    let decimal = code - ZEROS[at];
    if decimal < 10 {
        return Some(decimal);
    }
    let ornament = ORNAMENTS.iter().find(|(first, last, _)| (*first..=*last).contains(&code));
    ornament.map(|(first, _, value)| value + code - first).or_else(|| {
        let meant = CHINESE.iter().find_map(|all| all.iter().position(|numeral| *numeral == it))?;
        u32::try_from(meant).ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn m4_each_zero_begins_ten_digits() {
        assert!(ZEROS.windows(2).all(|pair| pair[0] + 10 <= pair[1]), "sorted, and none overlaps");
        for zero in ZEROS {
            for n in 0..10 {
                let digit = char::from_u32(zero + n).unwrap();
                assert_eq!(value(digit), Some(n), "{digit}");
            }
        }
        for (raw, meant) in [
            ('۷', 7),
            ('৯', 9),
            ('𝟘', 0),
            ('𝟿', 9),
            ('²', 2),
            ('⑦', 7),
            ('₀', 0),
            ('Ⅷ', 8),
            ('〇', 0),
            ('陸', 6),
        ] {
            assert_eq!(value(raw), Some(meant), "{raw}");
        }
        assert!("aÀ½Ⅻ十٪".chars().all(|it| value(it).is_none()));
    }
}
