//! Where masking is applied; what is masked is a rule of the core.

use inbox_core::masking;
use inbox_types::{ContactDetails, ContactField, File, Label, Text, Visit};

/// A text as a reader may see it.
pub(crate) fn text<const MAX: usize>(masked: bool, text: Text<MAX>) -> Text<MAX> {
    if masked { masking::bounded(&text) } else { text }
}

/// The beginning of a text as a reader may see it.
pub(crate) fn preview(masked: bool, text: &str, n_chars: usize) -> String {
    if masked { masking::beginning(text, n_chars) } else { text.chars().take(n_chars).collect() }
}

/// Tags as a reader may see them: agents write telephones on them too.
pub(crate) fn tags(masked: bool, tags: Vec<Label>) -> Vec<Label> {
    tags.into_iter().map(|it| text(masked, it)).collect()
}

/// A file as a reader may see it: what it is called is text that somebody typed.
pub(crate) fn file(masked: bool, file: File) -> File {
    File { name: text(masked, file.name), ..file }
}

/// A contact's fields as a reader may see them.
pub(crate) fn details(masked: bool, details: ContactDetails) -> ContactDetails {
    if masked { masking::details(&details) } else { details }
}

/// The fields of a contact of which a masked reader sees less than is there.
pub(crate) fn hidden(known: &ContactDetails) -> Vec<ContactField> {
    ContactField::differing(known, &masking::details(known))
}

/// What a masked reader typed is not what the contact is, or not theirs to say: [`Refusal::Masked`].
///
/// [`Refusal::Masked`]: inbox_protocol::Refusal::Masked
// RM171
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Tampered;

/// What a masked reader makes of a contact. What they see in full they may change; of the rest they
/// send back what they were shown, which stands for what it hides.
// RM28
pub(crate) fn edited(
    known: &ContactDetails,
    said: ContactDetails,
) -> Result<ContactDetails, Tampered> {
    let shown = masking::details(known);
    Ok(ContactDetails {
        name: merged(known.name.as_ref(), shown.name.as_ref(), said.name)?,
        email: merged(known.email.as_ref(), shown.email.as_ref(), said.email)?,
        phone: merged(known.phone.as_ref(), shown.phone.as_ref(), said.phone)?,
        extra: merged(known.extra.as_ref(), shown.extra.as_ref(), said.extra)?,
        notes: merged(known.notes.as_ref(), shown.notes.as_ref(), said.notes)?,
        language: said.language,
    })
}

fn merged<T: Clone + PartialEq>(
    known: Option<&T>,
    shown: Option<&T>,
    said: Option<T>,
) -> Result<Option<T>, Tampered> {
    if said.as_ref() == shown {
        Ok(known.cloned())
    } else if known == shown {
        Ok(said)
    } else {
        Err(Tampered)
    }
}

/// The tags that a masked reader means: those of what they were shown are what it hides. A tag of
/// their own in which something would be hidden is refused: whether it falls together with one that
/// they see masked would tell them what that hides.
// RM140
pub(crate) fn edited_tags(known: &[Label], said: Vec<Label>) -> Result<Vec<Label>, Tampered> {
    let mut left: Vec<&Label> = known.iter().collect();
    let meant = said.into_iter().map(|it| {
        match left.iter().position(|known| masking::bounded(known) == it) {
            Some(at) => Ok(left.remove(at).clone()),
            None => plain(it),
        }
    });
    meant.collect()
}

/// The tags that a masked reader puts on and takes off by their names: those of what they were shown are
/// what it hides, and by what is hidden nothing is named, nor put on.
// RM140
pub(crate) fn named_tags(
    known: &[Label],
    add: Vec<Label>,
    remove: &[Label],
) -> Result<(Vec<Label>, Vec<Label>), Tampered> {
    let shown: Vec<Label> = known.iter().map(masking::bounded).collect();
    let add =
        add.into_iter().filter(|it| !shown.contains(it)).map(plain).collect::<Result<_, _>>()?;
    let of_shown = known.iter().zip(&shown).filter(|(_, shown)| remove.contains(shown));
    Ok((add, of_shown.map(|(known, _)| known.clone()).collect()))
}

/// A tag in which nothing is hidden.
fn plain(tag: Label) -> Result<Label, Tampered> {
    if masking::bounded(&tag) == tag { Ok(tag) } else { Err(Tampered) }
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
