//! Where masking is applied; what is masked is a rule of the core.

use inbox_types::{ContactDetails, File, Text, Visit};

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

/// A contact's fields as a reader may see them.
pub(crate) fn details(masked: bool, details: ContactDetails) -> ContactDetails {
    ContactDetails {
        name: details.name.map(|it| text(masked, it)),
        email: details.email.map(|it| text(masked, it)),
        phone: details.phone.map(|it| text(masked, it)),
        extra: details.extra.map(|it| text(masked, it)),
        notes: details.notes.map(|it| text(masked, it)),
        language: details.language,
    }
}

/// A visited page as a reader may see it: addresses carry e-mail addresses.
pub(crate) fn visit(masked: bool, visit: Visit) -> Visit {
    Visit {
        url: text(masked, visit.url),
        title: visit.title.map(|it| text(masked, it)),
        referrer: visit.referrer.map(|it| text(masked, it)),
        at: visit.at,
    }
}
