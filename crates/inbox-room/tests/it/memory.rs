//! A log in memory, as a shell keeps one on disk.

use std::collections::BTreeMap;

use inbox_core::{EventKind, Speaker};
use inbox_room::{
    Audited, Batch, Checkpoint, Conn, Connection, ConversationRecord, Erasure, Facts, Identity,
    Log, Numbering, OwnerSaid, Placed, SeenBy, SeenMark, Snapshot, Stored, StoredFile, UpTo,
};
use inbox_types::{Author, ClientId, FileId, Place, Seq, Timestamp, Visibility, Visit, limits};

/// Everything stored of one conversation.
#[derive(Clone, Debug, Default)]
pub(crate) struct Memory {
    pub(crate) events: Vec<Stored>,
    pub(crate) files: BTreeMap<FileId, StoredFile>,
    pub(crate) visits: Vec<Visit>,
    pub(crate) seen: BTreeMap<SeenBy, SeenMark>,
    pub(crate) checkpoint: Option<Checkpoint>,
    pub(crate) alarm: Option<Timestamp>,
    pub(crate) owner: Option<OwnerSaid>,
    pub(crate) standing: ConversationRecord,
    pub(crate) n_stores: usize,
    pub(crate) audited: Vec<Audited>,
}

impl Memory {
    pub(crate) fn store(&mut self, batch: Batch) {
        self.n_stores += 1;
        for stored in batch.events {
            assert_eq!(stored.seq.0, self.events.len() as u64 + 1, "the log has no gap");
            for file in stored.files() {
                let seq = stored.seq;
                self.files.get_mut(&file.id).expect("a known file").message = Some(seq);
            }
            if let Some(name) = stored.idempotency_key() {
                assert!(self.find_by_key(&name.0, name.1).is_none(), "a name is stored once");
            }
            self.events.push(stored);
        }
        for (seq, written) in batch.rewritten {
            let index = usize::try_from(seq.0).unwrap() - 1;
            self.events[index].written = Some(written);
        }
        for mark in batch.seen {
            if let Some(before) = self.seen.get(&mark.by) {
                assert!(before.seq <= mark.seq, "a mark never goes back");
            }
            self.seen.insert(mark.by.clone(), mark);
        }
        self.visits.retain(|it| batch.visits.iter().all(|told| told.at != it.at));
        self.visits.extend(batch.visits);
        let n_old = self.visits.len().saturating_sub(limits::VISITS);
        self.visits.drain(..n_old);
        self.audited.extend(batch.audited);
        self.alarm = batch.alarm;
        self.standing = batch.standing.unwrap_or(self.standing);
        self.owner = batch.owner.or(self.owner.take());
        if let Some(checkpoint) = batch.checkpoint {
            self.checkpoint = Some(*checkpoint);
        }
    }

    pub(crate) fn erase(&mut self, erasure: &Erasure) {
        let mut audited = std::mem::take(&mut self.audited);
        audited.extend(erasure.audited.iter().cloned());
        let (standing, n_stores) = (erasure.standing, self.n_stores + 1);
        *self = Self { standing, n_stores, audited, ..Self::default() };
    }

    pub(crate) fn snapshot(
        &self,
        identity: &Identity,
        facts: &Facts,
        readers: &BTreeMap<Conn, Connection>,
    ) -> Snapshot {
        let from = self.checkpoint.as_ref().map_or(Seq(0), |it| it.transcript.head());
        Snapshot {
            identity: identity.clone(),
            facts: facts.clone(),
            standing: self.standing,
            checkpoint: self.checkpoint.clone(),
            tail: self.events.iter().filter(|it| from < it.seq).cloned().collect(),
            owner: self.owner.clone(),
            alarm: self.alarm,
            seen: self.seen.values().cloned().collect(),
            readers: readers.iter().map(|(conn, it)| (*conn, it.clone())).collect(),
        }
    }

    fn of(&self, count: Numbering) -> impl DoubleEndedIterator<Item = (Place, &Stored)> {
        self.events.iter().filter_map(move |it| match count {
            Numbering::Visitor => it.shown.map(|place| (place, it)),
            Numbering::Team => Some((Place(it.seq.0), it)),
        })
    }
}

impl Log for Memory {
    fn find_by_key(&self, author: &Author, client_id: &ClientId) -> Option<Placed> {
        let named = |it: &&Stored| {
            it.idempotency_key().is_some_and(|(by, name)| by == *author && name == client_id)
        };
        self.events.iter().find(named).map(|it| Placed {
            seq: it.seq,
            shown: it.shown,
            at: it.body.event.at,
        })
    }

    fn after(&self, count: Numbering, place: Place, limit: usize) -> Vec<Stored> {
        let after = self.of(count).filter(|(it, _)| place < *it);
        after.take(limit).map(|(_, it)| it.clone()).collect()
    }

    fn before(&self, count: Numbering, place: Place, limit: usize) -> Vec<Stored> {
        let before = self.of(count).rev().filter(|(it, _)| *it < place);
        let mut page: Vec<Stored> = before.take(limit).map(|(_, it)| it.clone()).collect();
        page.reverse();
        page
    }

    fn at(&self, count: Numbering, place: Place) -> Option<Stored> {
        self.of(count).find(|(it, _)| *it == place).map(|(_, it)| it.clone())
    }

    fn edits(&self, of: Seq) -> Vec<Seq> {
        let edits = self.events.iter().filter(|it| match &it.body.event.kind {
            EventKind::Edited { of: edited, .. } => *edited == of,
            _ => false,
        });
        edits.map(|it| it.seq).collect()
    }

    fn up_to(&self, seq: Seq) -> UpTo {
        let until: Vec<&Stored> = self.events.iter().filter(|it| it.seq <= seq).collect();
        let by_visitor = until.iter().filter(|it| {
            matches!(
                &it.body.event.kind,
                EventKind::Posted { by: Speaker::Visitor, visibility: Visibility::Public, .. }
            )
        });
        UpTo {
            n_visitor_messages: by_visitor.count() as u64,
            shown: until.iter().filter_map(|it| it.shown).max().unwrap_or_default(),
        }
    }

    fn file(&self, file: &FileId) -> Option<StoredFile> {
        self.files.get(file).cloned()
    }

    fn visits(&self) -> Vec<Visit> {
        self.visits.clone()
    }
}
