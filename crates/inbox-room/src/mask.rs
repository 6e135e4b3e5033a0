//! Where masking is applied; what is masked is a rule of the core.

use inbox_types::{File, Text};

/// A text as a reader may see it.
pub(crate) fn text<const MAX: usize>(masked: bool, text: Text<MAX>) -> Text<MAX> {
    if !masked {
        return text;
    }
    let hidden: String =
        text.as_str().chars().map(|it| if it.is_numeric() { '•' } else { it }).collect();
    Text::cut(&hidden).unwrap_or(text)
}

/// A file as a reader may see it: what it is called is text that somebody typed.
pub(crate) fn file(masked: bool, file: File) -> File {
    File { name: text(masked, file.name), ..file }
}
