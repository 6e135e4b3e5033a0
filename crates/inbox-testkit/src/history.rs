//! What was written, stored, acknowledged and read, and whether it fits together.
//!
//! A pure checker over recorded histories: whoever runs a test, in one thread or
//! against a relay with browsers, records what happened in the order in which it
//! happened, and is told at once when an invariant broke.
//!
//! - **I1** durable: what is acknowledged is stored, at that place.
//! - **I2** once: one name, one place, for ever.
//! - **I3** order: places have no gap, and the lines of one tab stand in the order
//!   in which they were written.
//! - **I4** converge: after quiet, every reader shows what is stored.
//! - **I5** no silence: a line is sending, sent, or visibly failed.
//! - **I6** no ghost: nothing is read that nobody wrote, in this conversation.
//! - **I7** side effects: what is told to webhooks and to the desk is told at least
//!   once, under one name, in order.
//! - **I8** signalled loss: whoever resumes after an erasure is told of it.
//! - **I9** nobody stranded: no conversation, open or ended, belongs to a queue that is gone.
//! - **A10** nobody is told anything before hello.
//! - **A5** no note and no whisper reaches whom it is not for.

mod check;
mod observation;
mod side_effects;

use std::collections::{BTreeMap, BTreeSet};

use inbox_types::{Author, ClientId, ConversationId, Place};

pub use self::observation::{LineName, Numbering, Observation};
use self::side_effects::SideEffects;

/// The names of what must always hold.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Invariant {
    /// Durable.
    I1,
    /// Once.
    I2,
    /// Order.
    I3,
    /// Converge.
    I4,
    /// No silence.
    I5,
    /// No ghost.
    I6,
    /// Side effects.
    I7,
    /// Signalled loss.
    I8,
    /// Nobody stranded.
    I9,
    /// Privacy.
    A5,
    /// Nothing before hello.
    A10,
}

/// An invariant broke.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Violation {
    /// Which one.
    pub invariant: Invariant,
    /// How.
    pub story: String,
}

impl std::fmt::Display for Violation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}: {}", self.invariant, self.story)
    }
}

/// Where a line is that nobody has seen stored.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Whereabouts {
    /// Its author sees it as sending, sent, or failed; or storage keeps it for a tab to come.
    Held,
    /// Its author sees it in the transcript, or was told that it is stored.
    Settled,
    /// Its author sees nothing.
    Nowhere,
}

#[derive(Clone, Debug, Default)]
struct Written {
    tab: u32,
    /// Its number among the lines of its tab.
    order: u64,
    /// It failed once, or was given up: an old copy may still be under way, so that its order is free.
    free: bool,
    texts: BTreeSet<String>,
    acknowledged: BTreeMap<(u32, Numbering), Place>,
}

/// Whose message, and its name.
type Name = (Author, ClientId);
/// An event, as it was stored.
#[derive(Clone, Debug)]
struct Entered {
    /// Its place in the visitor's count.
    shown: Option<Place>,
    /// The message, if it is one.
    message: Option<Name>,
    /// Whether a webhook's receiver is to be told.
    owed: bool,
    /// Whether it is a note, and the site lets its receiver have the team's notes.
    sends_note: bool,
}

#[derive(Clone, Debug, Default)]
struct Epoch {
    /// Every event.
    events: Vec<Entered>,
    /// Of every place in the visitor's count: the event.
    shown: Vec<usize>,
    names: BTreeMap<Name, Place>,
    /// The last line of each tab that was stored.
    last_order: BTreeMap<(Author, u32), (u64, ClientId)>,
}

#[derive(Clone, Debug)]
struct Log {
    epoch: u32,
    epochs: BTreeMap<u32, Epoch>,
    rewrites: BTreeSet<String>,
}

impl Default for Log {
    fn default() -> Self {
        Self {
            epoch: 1,
            epochs: BTreeMap::from([(1, Epoch::default())]),
            rewrites: BTreeSet::new(),
        }
    }
}

/// Everything that was observed, and what follows from it.
#[derive(Clone, Debug, Default)]
pub struct History {
    logs: BTreeMap<ConversationId, Log>,
    lines: BTreeMap<LineName, Written>,
    unsettled: BTreeMap<(ConversationId, Author), BTreeSet<ClientId>>,
    side_effects: SideEffects,
    n_written: u64,
}

impl History {
    /// Records an observation.
    ///
    /// # Errors
    ///
    /// The invariant that it breaks.
    pub fn observe(&mut self, observation: Observation) -> Result<(), Violation> {
        match observation {
            Observation::Wrote { line, tab, text } => {
                self.wrote(line, tab, text);
                Ok(())
            }
            Observation::Rewrote { conversation, text } => {
                self.logs.entry(conversation).or_default().rewrites.insert(text);
                Ok(())
            }
            Observation::Failed { line } => {
                if let Some(written) = self.lines.get_mut(&line) {
                    written.free = true;
                }
                Ok(())
            }
            Observation::Discarded { line } => {
                self.settle(&line);
                if let Some(written) = self.lines.get_mut(&line) {
                    written.free = true;
                }
                Ok(())
            }
            Observation::Stored { conversation, seq, shown, message, owed, sends_note } => {
                self.stored(&conversation, seq, Entered { shown, message, owed, sends_note })
            }
            Observation::Erased { conversation, epoch } => {
                let log = self.logs.entry(conversation).or_default();
                log.epoch = epoch;
                log.epochs.entry(epoch).or_default();
                Ok(())
            }
            Observation::Greeted { conversation, epoch } => {
                let now = self.logs.get(&conversation).map_or(1, |log| log.epoch);
                if epoch == now {
                    return Ok(());
                }
                let story = format!("{conversation} is in epoch {now} and greets with {epoch}");
                broken(Invariant::I8, story)
            }
            Observation::Resumed { reader, conversation, epoch, showed, signalled } => {
                if signalled || showed.is_none_or(|it| it == epoch) {
                    return Ok(());
                }
                let story = format!(
                    "{reader} goes on in epoch {epoch} of {conversation} and says nothing of {showed:?}"
                );
                broken(Invariant::I8, story)
            }
            Observation::Delivered { conversation, epoch, seq, id } => {
                let log = self.logs.get(&conversation);
                let events = log.and_then(|log| log.epochs.get(&epoch));
                let shown = events.map(|it| it.events.as_slice()).unwrap_or_default();
                self.side_effects.delivered(&conversation, epoch, seq, &id, shown)
            }
            Observation::Summarized { conversation, version } => {
                self.side_effects.summarized(conversation, version)
            }
            Observation::DeskLost => {
                self.side_effects.desk_lost();
                Ok(())
            }
            Observation::Acknowledged { line, epoch, count, place } => {
                self.acknowledged(&line, epoch, count, place)
            }
            Observation::Read { reader, conversation, epoch, count, place, message } => {
                self.read(&reader, &conversation, epoch, (count, place), message)
            }
        }
    }

    /// How many lines were ever written.
    #[must_use]
    pub fn n_lines(&self) -> usize {
        self.lines.len()
    }

    /// How many events are stored in the conversation's epoch.
    #[must_use]
    pub fn n_stored(&self, conversation: &ConversationId) -> usize {
        self.logs.get(conversation).map_or(0, |log| log.epochs[&log.epoch].events.len())
    }

    /// Whether the line is, or ever was, in the log.
    #[must_use]
    pub fn is_stored(&self, line: &LineName) -> bool {
        let name = (line.author.clone(), line.client_id.clone());
        self.logs
            .get(&line.conversation)
            .is_some_and(|log| log.epochs.values().any(|epoch| epoch.names.contains_key(&name)))
    }

    /// The tab in which a line was written.
    #[must_use]
    pub fn tab_of(&self, line: &LineName) -> Option<u32> {
        self.lines.get(line).map(|it| it.tab)
    }

    /// I5: asks where every line of an author is who has not yet seen it stored.
    ///
    /// # Errors
    ///
    /// If one is nowhere.
    pub fn check_no_silence(
        &mut self,
        conversation: &ConversationId,
        author: &Author,
        mut whereabouts: impl FnMut(&LineName, &Self) -> Whereabouts,
    ) -> Result<(), Violation> {
        let key = (conversation.clone(), author.clone());
        let Some(waiting) = self.unsettled.get(&key) else { return Ok(()) };
        let mut settled = Vec::new();
        for client_id in waiting {
            let line = LineName {
                conversation: conversation.clone(),
                author: author.clone(),
                client_id: client_id.clone(),
            };
            match whereabouts(&line, self) {
                Whereabouts::Held => (),
                Whereabouts::Settled => settled.push(line),
                Whereabouts::Nowhere => {
                    return broken(
                        Invariant::I5,
                        format!("{} is neither sending, nor sent, nor failed", tell(&line)),
                    );
                }
            }
        }
        for line in settled {
            self.settle(&line);
        }
        Ok(())
    }

    /// I7, after quiet: whether the receiver has everything that it is to have.
    ///
    /// # Errors
    ///
    /// If something of the running epoch was not delivered.
    pub fn check_delivered(&self, conversation: &ConversationId) -> Result<(), Violation> {
        let Some(log) = self.logs.get(conversation) else { return Ok(()) };
        self.side_effects.check_delivered(conversation, log.epoch, &log.epochs[&log.epoch].events)
    }

    fn settle(&mut self, line: &LineName) {
        let key = (line.conversation.clone(), line.author.clone());
        if let Some(waiting) = self.unsettled.get_mut(&key) {
            waiting.remove(&line.client_id);
        }
    }

    /// Compares a whole log, as somebody lists it who was not observed while it was
    /// written, with what was acknowledged: for tests that see no storage.
    ///
    /// # Errors
    ///
    /// The invariant that it breaks.
    pub fn check_listing(
        &self,
        conversation: &ConversationId,
        count: Numbering,
        epoch: u32,
        listing: &[(Place, Author, ClientId)],
    ) -> Result<(), Violation> {
        let mut names = BTreeMap::new();
        let mut last = Place(0);
        for (place, author, client_id) in listing {
            if *place <= last {
                return broken(Invariant::I3, format!("place {} after {}", place.0, last.0));
            }
            last = *place;
            if let Some(first) = names.insert((author.clone(), client_id.clone()), *place) {
                let story = format!("{client_id} stands at {} and at {}", first.0, place.0);
                return broken(Invariant::I2, story);
            }
        }
        for (line, written) in self.lines.iter().filter(|it| it.0.conversation == *conversation) {
            let name = (line.author.clone(), line.client_id.clone());
            match (written.acknowledged.get(&(epoch, count)), names.get(&name)) {
                (Some(told), Some(place)) if told != place => {
                    let story = format!("{} was told {}, is at {}", tell(line), told.0, place.0);
                    return broken(Invariant::I1, story);
                }
                (Some(told), None) => {
                    let story = format!("{} was told {} and is not stored", tell(line), told.0);
                    return broken(Invariant::I1, story);
                }
                (Some(_) | None, Some(_)) | (None, None) => (),
            }
        }
        Ok(())
    }
}

/// A violation, as an error.
///
/// # Errors
///
/// Always.
pub(crate) fn broken<T>(invariant: Invariant, story: impl Into<String>) -> Result<T, Violation> {
    Err(Violation { invariant, story: story.into() })
}

fn tell(line: &LineName) -> String {
    format!("{} by {:?} in {}", line.client_id, line.author, line.conversation)
}
