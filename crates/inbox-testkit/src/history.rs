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
//! - **A10** nobody is told anything before hello.
//! - **A5** no note and no whisper reaches whom it is not for.

use std::collections::{BTreeMap, BTreeSet};

use inbox_types::{Author, ClientId, ConversationId, Place};

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

/// A line of somebody, in one conversation.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct LineName {
    /// Where.
    pub conversation: ConversationId,
    /// Who.
    pub author: Author,
    /// Its name.
    pub client_id: ClientId,
}

/// In whose count a place is meant.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Count {
    /// What visitors see.
    Visitor,
    /// Everything.
    Team,
}

/// Something that happened.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Observation {
    /// Somebody wrote a line in a tab, or wants a failed one to be sent after all.
    Wrote {
        /// Which line.
        line: LineName,
        /// In which tab.
        tab: u32,
        /// What; none for files only.
        text: Option<String>,
    },
    /// Somebody asked for a message to say something else.
    Rewrote {
        /// Where.
        conversation: ConversationId,
        /// What it is to say.
        text: String,
    },
    /// A line failed in sight of its author; from now on its order is free.
    Failed {
        /// Which line.
        line: LineName,
    },
    /// The author gave a failed line up.
    Discarded {
        /// Which line.
        line: LineName,
    },
    /// Something was written to the log.
    Stored {
        /// Where.
        conversation: ConversationId,
        /// Its place in the team's count.
        seq: Place,
        /// Its place in the visitor's count.
        shown: Option<Place>,
        /// If it is a message: whose.
        message: Option<(Author, ClientId)>,
    },
    /// The log was erased.
    Erased {
        /// Where.
        conversation: ConversationId,
        /// The epoch that begins.
        epoch: u32,
    },
    /// A browser heard an acknowledgement.
    Acknowledged {
        /// Of which line.
        line: LineName,
        /// In which epoch.
        epoch: u32,
        /// In whose count.
        count: Count,
        /// The place.
        place: Place,
    },
    /// A browser heard an entry.
    Read {
        /// Who reads, for the story.
        reader: String,
        /// Where.
        conversation: ConversationId,
        /// In which epoch.
        epoch: u32,
        /// In whose count.
        count: Count,
        /// The place.
        place: Place,
        /// If it shows a message: whose, and the text.
        message: Option<(Author, ClientId, Option<String>)>,
    },
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
    /// It failed once: an old copy may still be under way, so that its order is free.
    free: bool,
    texts: BTreeSet<String>,
    acknowledged: BTreeMap<(u32, Count), Place>,
}

/// Whose message, and its name.
type Name = (Author, ClientId);

#[derive(Clone, Debug, Default)]
struct Epoch {
    /// Of every event: its place in the visitor's count, and the message.
    events: Vec<(Option<Place>, Option<Name>)>,
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
    unsettled: BTreeSet<LineName>,
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
                self.unsettled.remove(&line);
                Ok(())
            }
            Observation::Stored { conversation, seq, shown, message } => {
                self.stored(&conversation, seq, shown, message)
            }
            Observation::Erased { conversation, epoch } => {
                let log = self.logs.entry(conversation).or_default();
                log.epoch = epoch;
                log.epochs.entry(epoch).or_default();
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

    /// I5: asks where every line is whose author has not yet seen it stored.
    ///
    /// # Errors
    ///
    /// If one is nowhere.
    pub fn check_no_silence(
        &mut self,
        mut whereabouts: impl FnMut(&LineName, &Self) -> Whereabouts,
    ) -> Result<(), Violation> {
        let mut settled = Vec::new();
        for line in &self.unsettled {
            match whereabouts(line, self) {
                Whereabouts::Held => (),
                Whereabouts::Settled => settled.push(line.clone()),
                Whereabouts::Nowhere => {
                    return broken(
                        Invariant::I5,
                        format!("{} is neither sending, nor sent, nor failed", tell(line)),
                    );
                }
            }
        }
        for line in settled {
            self.unsettled.remove(&line);
        }
        Ok(())
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
        count: Count,
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

    fn wrote(&mut self, line: LineName, tab: u32, text: Option<String>) {
        self.n_written += 1;
        let order = self.n_written;
        let written = self.lines.entry(line.clone()).or_default();
        written.tab = tab;
        written.order = order;
        written.texts.extend(text);
        self.unsettled.insert(line);
    }

    fn stored(
        &mut self,
        conversation: &ConversationId,
        seq: Place,
        shown: Option<Place>,
        message: Option<(Author, ClientId)>,
    ) -> Result<(), Violation> {
        let log = self.logs.entry(conversation.clone()).or_default();
        let epoch = log.epochs.entry(log.epoch).or_default();
        let next = Place(epoch.events.len() as u64 + 1);
        if seq != next {
            let story = format!("{conversation}: event {} is stored as {}", next.0, seq.0);
            return broken(Invariant::I3, story);
        }
        if let Some(shown) = shown {
            let next = Place(epoch.shown.len() as u64 + 1);
            if shown != next {
                let story =
                    format!("{conversation}: visitor's place {} is stored as {}", next.0, shown.0);
                return broken(Invariant::I3, story);
            }
            epoch.shown.push(epoch.events.len());
        }
        epoch.events.push((shown, message.clone()));
        let Some((author, client_id)) = message else { return Ok(()) };
        if let Some(first) = epoch.names.insert((author.clone(), client_id.clone()), seq) {
            let story =
                format!("{conversation}: {client_id} is stored at {} and at {}", first.0, seq.0);
            return broken(Invariant::I2, story);
        }
        let line = LineName { conversation: conversation.clone(), author, client_id };
        let Some(written) = self.lines.get(&line) else {
            return broken(
                Invariant::I6,
                format!("{} is stored, and nobody wrote it", tell(&line)),
            );
        };
        if written.free {
            return Ok(());
        }
        let tab = (line.author.clone(), written.tab);
        match epoch.last_order.get(&tab) {
            Some((order, later)) if written.order < *order => {
                let story = format!("{} is stored after {later}, written before it", tell(&line));
                broken(Invariant::I3, story)
            }
            Some(_) | None => {
                epoch.last_order.insert(tab, (written.order, line.client_id));
                Ok(())
            }
        }
    }

    fn acknowledged(
        &mut self,
        line: &LineName,
        epoch: u32,
        count: Count,
        place: Place,
    ) -> Result<(), Violation> {
        let name = (line.author.clone(), line.client_id.clone());
        let stored =
            self.logs.get(&line.conversation).and_then(|log| log.epochs.get(&epoch)).and_then(
                |epoch| {
                    let seq = *epoch.names.get(&name)?;
                    match count {
                        Count::Team => Some(seq),
                        Count::Visitor => epoch.events.get(usize::try_from(seq.0).ok()? - 1)?.0,
                    }
                },
            );
        if stored != Some(place) {
            let story = format!("{} is told to be at {}, is at {stored:?}", tell(line), place.0);
            return broken(Invariant::I1, story);
        }
        let Some(written) = self.lines.get_mut(line) else {
            return broken(Invariant::I6, format!("{} was never written", tell(line)));
        };
        match written.acknowledged.insert((epoch, count), place) {
            Some(before) if before != place => broken(
                Invariant::I2,
                format!("{} is told to be at {} and at {}", tell(line), before.0, place.0),
            ),
            Some(_) | None => Ok(()),
        }
    }

    fn read(
        &self,
        reader: &str,
        conversation: &ConversationId,
        epoch: u32,
        (count, place): (Count, Place),
        message: Option<(Author, ClientId, Option<String>)>,
    ) -> Result<(), Violation> {
        let story = |what: &str| format!("{reader} reads {conversation} at {}: {what}", place.0);
        let log = self.logs.get(conversation);
        let events = log.and_then(|log| log.epochs.get(&epoch));
        let stored = events.and_then(|events| {
            let index = usize::try_from(place.0.checked_sub(1)?).ok()?;
            match count {
                Count::Team => events.events.get(index),
                Count::Visitor => events.events.get(*events.shown.get(index)?),
            }
        });
        let Some((_, stored)) = stored else {
            return broken(Invariant::I6, story("nothing is stored there"));
        };
        // Without a message there is a notice, an edit, or a line that is not for this reader.
        let Some((author, client_id, text)) = message else { return Ok(()) };
        if stored.as_ref() != Some(&(author.clone(), client_id.clone())) {
            return broken(Invariant::I6, story(&format!("{client_id}, stored is {stored:?}")));
        }
        let line = LineName { conversation: conversation.clone(), author, client_id };
        let known = |text: &String| {
            self.lines.get(&line).is_some_and(|it| it.texts.contains(text))
                || log.is_some_and(|log| log.rewrites.contains(text))
        };
        match text {
            Some(text) if !known(&text) => {
                broken(Invariant::I6, story(&format!("{text:?}, which nobody wrote")))
            }
            Some(_) | None => Ok(()),
        }
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
