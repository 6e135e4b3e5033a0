//! How somebody without a picture is shown: initials on a colour.

/// At most two initials of a name; scripts without spaces show their first character.
/// Capitals are the style sheet's: the letters' tables would weigh more than the widget's rules.
#[must_use]
pub fn initials(name: &str) -> String {
    let mut words = name.split_whitespace();
    let first = words.next().and_then(|it| it.chars().next());
    let last = words.next_back().and_then(|it| it.chars().next());
    let latin = |it: &char| (*it as u32) < 0x2000;
    first
        .into_iter()
        .chain(last.filter(|it| first.is_some_and(|first| latin(&first)) && latin(it)))
        .collect()
}

/// Colours of people; the widget's style sheet has as many.
pub const HUES: u32 = 6;

/// Which of the colours a person has, the same each time.
#[must_use]
pub fn hue(name: &str) -> u32 {
    name.chars().fold(7_u32, |sum, it| sum.wrapping_mul(31).wrapping_add(it as u32)) % HUES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_of_the_first_and_last_word() {
        assert_eq!(initials("Ana"), "A");
        assert_eq!(initials("Ana Maria Silva"), "AS");
        assert_eq!(initials("Олена Коваль"), "ОК");
        assert_eq!(initials("王小明"), "王");
        assert_eq!(initials("  "), "");
    }

    #[test]
    fn a_person_keeps_a_colour() {
        assert_eq!(hue("Ana"), hue("Ana"));
        assert!(["Ana", "Ben", "Олена", ""].iter().all(|it| hue(it) < HUES));
    }
}
