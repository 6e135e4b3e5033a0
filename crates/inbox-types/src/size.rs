//! Sizes of files as people read them, the same on both sides of a conversation.

/// How large a file is: a number, and the unit that the browser has a word for. A kilobyte is 1,000
/// bytes and a megabyte 1,000,000, as most people's computers say; nothing is smaller than one
/// kilobyte.
#[must_use]
pub fn size(bytes: u64) -> (f64, &'static str) {
    let kilobytes = bytes.saturating_add(500) / 1_000;
    if kilobytes < 1_000 {
        return (float(kilobytes.max(1)), "kilobyte");
    }
    (float(bytes.saturating_add(50_000) / 100_000) / 10.0, "megabyte")
}

#[expect(clippy::cast_precision_loss, reason = "files are far smaller")]
fn float(number: u64) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use super::size;
    use crate::limits::FILE_BYTES;

    #[test]
    fn a_size_is_read_in_the_units_of_most_computers() {
        for (bytes, shown) in [
            (1, "1 kilobyte"),
            (193, "1 kilobyte"),
            (1_499, "1 kilobyte"),
            (1_500, "2 kilobyte"),
            (12_345, "12 kilobyte"),
            (999_499, "999 kilobyte"),
            (999_500, "1 megabyte"),
            (1_048_576, "1 megabyte"),
            (1_950_000, "2 megabyte"),
            (24_949_999, "24.9 megabyte"),
            (FILE_BYTES, "25 megabyte"),
            (25 * 1_024 * 1_024, "26.2 megabyte"),
        ] {
            let (number, unit) = size(bytes);
            assert_eq!(format!("{number} {unit}"), shown, "{bytes}");
        }
    }
}
