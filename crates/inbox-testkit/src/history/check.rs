//! I1, I2, I3 and I6: what was stored, told and read is what was written, where it belongs.

use inbox_types::{Author, ClientId, ConversationId, Place};

use super::{Entered, History, Invariant, LineName, Numbering, Violation, broken, tell};

impl History {
    pub(super) fn wrote(&mut self, line: LineName, tab: u32, text: Option<String>) {
        self.n_written += 1;
        let order = self.n_written;
        let written = self.lines.entry(line.clone()).or_default();
        written.tab = tab;
        written.order = order;
        written.texts.extend(text);
        let key = (line.conversation, line.author);
        self.unsettled.entry(key).or_default().insert(line.client_id);
    }

    pub(super) fn stored(
        &mut self,
        conversation: &ConversationId,
        seq: Place,
        entered: Entered,
    ) -> Result<(), Violation> {
        let Entered { shown, message, owed, sends_note } = entered.clone();
        let log = self.logs.entry(conversation.clone()).or_default();
        let epoch = log.epochs.entry(log.epoch).or_default();
        let next = Place(epoch.events.len() as u64 + 1);
        if seq != next {
            let story = format!("{conversation}: event {} is stored as {}", next.0, seq.0);
            return broken(Invariant::I3, story);
        }
        if owed && shown.is_none() && message.is_some() && !sends_note {
            let story = format!("{conversation}: a receiver is told what is at {}", seq.0);
            return broken(Invariant::A5, story);
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
        epoch.events.push(entered);
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

    pub(super) fn acknowledged(
        &mut self,
        line: &LineName,
        epoch: u32,
        count: Numbering,
        place: Place,
    ) -> Result<(), Violation> {
        let name = (line.author.clone(), line.client_id.clone());
        let stored = self
            .logs
            .get(&line.conversation)
            .and_then(|log| log.epochs.get(&epoch))
            .and_then(|epoch| {
                let seq = *epoch.names.get(&name)?;
                match count {
                    Numbering::Team => Some(seq),
                    Numbering::Visitor => epoch.events.get(usize::try_from(seq.0).ok()? - 1)?.shown,
                }
            });
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

    pub(super) fn read(
        &self,
        reader: &str,
        conversation: &ConversationId,
        epoch: u32,
        (count, place): (Numbering, Place),
        message: Option<(Author, ClientId, Option<String>)>,
    ) -> Result<(), Violation> {
        let story = |what: &str| format!("{reader} reads {conversation} at {}: {what}", place.0);
        let log = self.logs.get(conversation);
        let events = log.and_then(|log| log.epochs.get(&epoch));
        let stored = events.and_then(|events| {
            let index = usize::try_from(place.0.checked_sub(1)?).ok()?;
            match count {
                Numbering::Team => events.events.get(index),
                Numbering::Visitor => events.events.get(*events.shown.get(index)?),
            }
        });
        let Some(Entered { message: stored, .. }) = stored else {
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
