//! What is known of a transcript: without a gap from its first to its last place,
//! with edits and deletions applied.

use inbox_protocol::{Entry, EntryBody};
use inbox_types::{MessageText, Place, Timestamp};

/// The known part of a transcript.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Transcript<Body> {
    entries: Vec<Entry<Body>>,
    /// The relay said that nothing stands before the first entry.
    complete: bool,
}

/// Why an entry cannot be taken in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Gap;

/// What became of a message.
enum Change {
    Edited(Option<MessageText>),
    Deleted,
}

impl<Body: EntryBody> Transcript<Body> {
    pub(crate) fn new() -> Self {
        Self { entries: Vec::new(), complete: false }
    }

    pub(crate) fn entries(&self) -> &[Entry<Body>] {
        &self.entries
    }

    pub(crate) fn first(&self) -> Option<Place> {
        self.entries.first().map(|it| it.place)
    }

    pub(crate) fn last(&self) -> Option<Place> {
        self.entries.last().map(|it| it.place)
    }

    pub(crate) fn has_earlier(&self) -> bool {
        !self.complete && self.first().is_some_and(|it| Place(1) < it)
    }

    /// The entry at a place.
    pub(crate) fn at(&self, place: Place) -> Option<&Entry<Body>> {
        self.index(place).and_then(|it| self.entries.get(it))
    }

    /// Takes in the first entry, wherever it stands: a page need not begin at 1.
    pub(crate) fn begin(&mut self, entry: Entry<Body>) {
        debug_assert!(self.entries.is_empty(), "a transcript begins once");
        self.entries.push(entry);
    }

    /// Takes in what follows. What is known already is skipped: false.
    // CL2
    pub(crate) fn append(&mut self, entry: Entry<Body>) -> Result<bool, Gap> {
        let next = self.last().unwrap_or_default().next();
        if entry.place < next {
            return Ok(false);
        }
        if next < entry.place {
            return Err(Gap);
        }
        if let Some((of, change)) = change(&entry.body) {
            let at = entry.at;
            self.change(of, at, change);
        }
        self.entries.push(entry);
        Ok(true)
    }

    /// Takes in the page before the first entry; another page is ignored.
    pub(crate) fn prepend(&mut self, page: Vec<Entry<Body>>) {
        let Some(first) = self.first() else { return };
        let Some(last) = page.last() else {
            self.complete = true;
            return;
        };
        let gapless = page.windows(2).all(|pair| pair[0].place.next() == pair[1].place);
        if last.place.next() != first || !gapless {
            return;
        }
        let n_new = page.len();
        self.entries.splice(0..0, page);
        // A message may have been changed by a line that was here before it.
        for index in 0..self.entries.len() {
            let entry = &self.entries[index];
            let at = entry.at;
            match change(&entry.body) {
                Some((of, what)) if self.index(of).is_some_and(|it| it < n_new) => {
                    self.change(of, at, what);
                }
                Some(_) | None => (),
            }
        }
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::new();
    }

    fn index(&self, place: Place) -> Option<usize> {
        let first = self.first()?;
        let index = usize::try_from(place.0.checked_sub(first.0)?).ok()?;
        (index < self.entries.len()).then_some(index)
    }

    // CL5
    fn change(&mut self, of: Place, at: Timestamp, change: Change) {
        let Some(index) = self.index(of) else { return };
        let Some(message) = self.entries[index].body.message_mut() else { return };
        match change {
            // A withdrawn message stays withdrawn, whatever was said of it before.
            Change::Edited(_) if message.deleted_at.is_some() => (),
            Change::Edited(text) => {
                message.text = text;
                message.edited_at = Some(at);
            }
            Change::Deleted => {
                message.text = None;
                message.files.clear();
                message.deleted_at = Some(at);
            }
        }
    }
}

fn change<Body: EntryBody>(body: &Body) -> Option<(Place, Change)> {
    if let Some((of, text)) = body.edit() {
        return Some((of, Change::Edited(text.cloned())));
    }
    body.deletion().map(|of| (of, Change::Deleted))
}
