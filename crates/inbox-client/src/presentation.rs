//! How what somebody wrote is shown, the same for visitors and agents.

mod delivery;
pub mod links;

pub use delivery::{Delivery, is_grouped, say_once};

use inbox_types::turns_text;

/// What a file is called, with the invisible characters that turn a text around made visible, so that
/// `gpj.exe` cannot pose as `exe.jpg`: strangers choose the names of what they send.
#[must_use]
// CL43
pub fn visible_name(name: &str) -> String {
    let hidden = |it: char| turns_text(it) || it < ' ';
    name.chars().map(|it| if hidden(it) { '\u{fffd}' } else { it }).collect()
}

/// Lines that a long text shows before somebody asks for all of it; the style sheets have the
/// same number.
pub const FOLDED_LINES: usize = 15;

/// Whether a text is so long that it is folded (CL32), in a bubble whose lines hold `line`
/// letters. It is longer by some lines than what is left of it, so that there is something to
/// unfold.
#[must_use]
// CL32
pub fn is_long(text: &str, line: usize) -> bool {
    let mut n_lines = 1;
    let mut n_letters = 0;
    for letter in text.chars() {
        if letter == '\n' || line <= n_letters {
            n_lines += 1;
            n_letters = 0;
        }
        // Marks stand above letters; those from Hangul on, as of Chinese, are twice as wide.
        n_letters += match letter {
            '\n' | '\u{300}'..='\u{36f}' => 0,
            '\u{1100}'.. => 2,
            _ => 1,
        };
    }
    FOLDED_LINES + 5 < n_lines
}
