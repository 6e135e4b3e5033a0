//! What the desk has stored, in memory; in some worlds in a real database too, and whatever is read there
//! must be what the memory reads.

use std::{collections::BTreeMap, fmt::Debug};

use inbox_host::{DeskTables, Sql as _, Sqlite, SqliteError};
use inbox_room::{
    ClosedPlace, ClosedQuery, ClosedScope, DeskBatch, DeskRows, PresenceRow, SocketsRow, Summary,
};
use inbox_types::{ConversationId, DepartmentId, MemberId};

use crate::disk::{parsed, text};

/// The rows of the desk.
#[derive(Debug, Default)]
pub(crate) struct DeskStore {
    presences: BTreeMap<MemberId, String>,
    summaries: BTreeMap<ConversationId, String>,
    erased: BTreeMap<ConversationId, u32>,
    agents: BTreeMap<ConversationId, String>,
    /// A planted bug: a page leaves out its last row.
    skips_rows: bool,
    twin: Option<DeskTables<Sqlite>>,
}

impl DeskStore {
    pub(crate) fn new(skips_rows: bool) -> Self {
        Self { skips_rows, ..Self::default() }
    }

    /// From now on everything is done and read in a real database too.
    pub(crate) fn with_twin(self) -> Self {
        let twin = DeskTables::open(Sqlite::in_memory()).expect("an empty database");
        Self { twin: Some(twin), ..self }
    }

    pub(crate) fn clear(&mut self) {
        let had_twin = self.twin.is_some();
        *self = Self::new(self.skips_rows);
        if had_twin {
            *self = std::mem::take(self).with_twin();
        }
    }

    pub(crate) fn write(&mut self, batch: &DeskBatch) {
        if let Some(twin) = &self.twin {
            let written = twin.sql().transaction(|| twin.write(batch));
            written.expect("the database takes what the memory takes");
        }
        if !(batch.presences.is_empty() && batch.bulks.is_empty()) {
            let mut rows: BTreeMap<MemberId, PresenceRow> =
                self.presences.iter().map(|(id, row)| (id.clone(), parsed(row))).collect();
            batch.keep_presences(&mut rows);
            self.presences = rows.into_iter().map(|(id, row)| (id, text(&row))).collect();
        }
        for summary in &batch.summaries {
            self.summaries.insert(summary.conversation.clone(), text(summary));
        }
        for (conversation, epoch) in &batch.erased {
            self.summaries.remove(conversation);
            self.erased.insert(conversation.clone(), *epoch);
        }
        for row in &batch.sockets {
            if row.agents.is_empty() {
                self.agents.remove(&row.conversation);
            } else {
                self.agents.insert(row.conversation.clone(), text(row));
            }
        }
    }

    /// The summary of a conversation, whether or not it is over.
    pub(crate) fn summary_of(&self, conversation: &ConversationId) -> Option<Summary> {
        self.summaries.get(conversation).map(|it| parsed(it))
    }

    pub(crate) fn live(&self) -> Vec<Summary> {
        let live: Vec<Summary> = self.all().filter(Summary::is_live).collect();
        self.compare(&live, DeskTables::live);
        live
    }

    pub(crate) fn presences(&self) -> Vec<PresenceRow> {
        let presences: Vec<PresenceRow> = self.presences.values().map(|it| parsed(it)).collect();
        self.compare(&presences, DeskTables::presences);
        presences
    }

    pub(crate) fn sockets(&self) -> Vec<SocketsRow> {
        let sockets: Vec<SocketsRow> = self.agents.values().map(|it| parsed(it)).collect();
        self.compare(&sockets, DeskTables::sockets);
        sockets
    }

    fn all(&self) -> impl Iterator<Item = Summary> {
        self.summaries.values().map(|it| parsed(it))
    }

    fn compare<T: PartialEq + Debug>(
        &self,
        memory: &T,
        read: impl FnOnce(&DeskTables<Sqlite>) -> Result<T, SqliteError>,
    ) {
        let Some(twin) = &self.twin else { return };
        let rows = read(twin).expect("the database can read");
        assert_eq!(&rows, memory, "left is the database, right the memory");
        let failure = twin.take_failure();
        assert!(failure.is_none(), "{failure:?}");
    }
}

impl DeskRows for DeskStore {
    fn summary(&self, conversation: &ConversationId) -> Option<Summary> {
        let summary = self.summary_of(conversation).filter(|it| !it.is_live());
        self.compare(&summary, |twin| Ok(twin.summary(conversation)));
        summary
    }

    fn erased(&self, conversation: &ConversationId) -> Option<u32> {
        let epoch = self.erased.get(conversation).copied();
        self.compare(&epoch, |twin| Ok(twin.erased(conversation)));
        epoch
    }

    fn closed(&self, query: &ClosedQuery) -> Vec<Summary> {
        let mut page = query.of(self.all());
        self.compare(&page, |twin| Ok(twin.closed(query)));
        if self.skips_rows {
            page.pop();
        }
        page
    }

    fn n_closed(&self, scope: &ClosedScope) -> u32 {
        let all: Vec<Summary> = self.all().collect();
        let n = scope.count(all.iter());
        self.compare(&n, |twin| Ok(twin.n_closed(scope)));
        n
    }

    fn strays(
        &self,
        departments: &[DepartmentId],
        after: Option<&ClosedPlace>,
        limit: usize,
    ) -> Vec<ClosedPlace> {
        let is_stray = |it: &Summary| {
            let department = it.session.department.as_ref();
            let is_gone = department.is_some_and(|it| !departments.contains(it));
            let place = it.closed_place();
            let comes = after.is_none_or(|it| it.cmp_newest(&place).is_lt());
            is_gone && comes && !it.is_live() && !it.hidden
        };
        let mut places: Vec<ClosedPlace> =
            self.all().filter(is_stray).map(|it| it.closed_place()).collect();
        places.sort_by(ClosedPlace::cmp_newest);
        places.truncate(limit);
        self.compare(&places, |twin| Ok(twin.strays(departments, after, limit)));
        places
    }
}
