//! Where masking is applied; what is masked is a rule of the core.

use inbox_core::masking;
use inbox_types::{ContactDetails, File, Text, Visit};

/// A text as a reader may see it.
pub(crate) fn text<const MAX: usize>(masked: bool, text: Text<MAX>) -> Text<MAX> {
    if masked { masking::bounded(&text) } else { text }
}

/// The beginning of a text as a reader may see it.
pub(crate) fn preview(masked: bool, text: &str) -> String {
    if masked { masking::text(text) } else { text.to_owned() }
}

/// A file as a reader may see it: what it is called is text that somebody typed.
pub(crate) fn file(masked: bool, file: File) -> File {
    File { name: text(masked, file.name), ..file }
}

/// A contact's fields as a reader may see them.
pub(crate) fn details(masked: bool, details: ContactDetails) -> ContactDetails {
    if masked { masking::details(&details) } else { details }
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
