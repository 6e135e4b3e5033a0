//! How much of what is typed fits. Nothing that somebody typed is ever cut: what is too long says so,
//! and is not sent before it fits.

/// How many more characters fit; below zero, how many are too many. White space around a text does
/// not count, because it is not sent.
#[must_use]
pub fn n_left(text: &str, most: usize) -> i64 {
    let n_chars = text.trim().chars().count();
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    count(most).saturating_sub(count(n_chars))
}

/// Whether all of it fits.
#[must_use]
pub fn fits(text: &str, most: usize) -> bool {
    0 <= n_left(text, most)
}

/// What is left, once that is little enough to be said.
#[must_use]
pub fn little_left(text: &str, most: usize) -> Option<i64> {
    let left = n_left(text, most);
    let little = i64::try_from(most / 4).unwrap_or(i64::MAX).min(200);
    (left <= little).then_some(left)
}

#[cfg(test)]
mod tests {
    use inbox_types::{Comment, Label};

    use super::*;

    #[test]
    fn what_fits_is_what_the_relay_takes() {
        for most in [Label::MAX_CHARS, Comment::MAX_CHARS] {
            for n in [0, 1, most - 1, most, most + 1, 2 * most] {
                for letter in ["a", "ế", "好", "😀"] {
                    let text = format!("  {} ", letter.repeat(n));
                    assert_eq!(fits(&text, most), n <= most, "{n} of {letter}");
                    let is_taken = if most == Label::MAX_CHARS {
                        Label::written(&text).is_some()
                    } else {
                        Comment::written(&text).is_some()
                    };
                    assert_eq!(is_taken, 0 < n && n <= most, "{n} of {letter}");
                }
            }
        }
    }

    #[test]
    fn what_is_left_is_said_once_it_is_little() {
        assert_eq!(little_left("short", 60), None);
        assert_eq!(little_left(&"a".repeat(45), 60), Some(15));
        assert_eq!(little_left(&"a".repeat(61), 60), Some(-1));
        assert_eq!(little_left(&"a".repeat(799), 1_000), None);
    }
}
