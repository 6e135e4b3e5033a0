//! What the room reads of the log. A read that fails is noted, and the room gets what stands for
//! nothing: whoever runs it drops what it decided.

use inbox_core::Content;
use inbox_room::{Log, Numbering, Placed, Stored, StoredFile, UpTo, Written};
use inbox_types::{Author, ClientId, FileId, Place, Seq, Timestamp, Visit, limits::TEXTS_AMONG};
use serde::Deserialize;

use super::{ConversationLog, author};
use crate::sql::{Sql, bodies, number, text};

/// An event with what was written beside it; the condition follows.
pub(super) const EVENT: &str = "SELECT e.seq, e.n, e.body, c.body AS written FROM events e LEFT JOIN contents c ON c.seq = e.seq";

#[derive(Deserialize)]
pub(super) struct EventRow {
    seq: u64,
    n: Option<u64>,
    body: String,
    written: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct HeadRow {
    shown_to: u64,
    visitor_to: u64,
}

#[derive(Deserialize)]
struct PlacedRow {
    seq: u64,
    n: Option<u64>,
    at: u64,
}

#[derive(Deserialize)]
struct SeqRow {
    seq: u64,
}

#[derive(Deserialize)]
struct FileRow {
    body: String,
    by: String,
    message: Option<u64>,
}

impl HeadRow {
    pub(super) fn up_to(self) -> UpTo {
        UpTo { shown: Place(self.shown_to), n_visitor_messages: self.visitor_to }
    }
}

impl EventRow {
    pub(super) fn stored(self) -> Result<Stored, serde_json::Error> {
        let written = self.written.as_deref().map(serde_json::from_str).transpose()?;
        Ok(Stored {
            seq: Seq(self.seq),
            shown: self.n.map(Place),
            body: serde_json::from_str(&self.body)?,
            written,
        })
    }
}

impl FileRow {
    fn stored(&self) -> Result<StoredFile, serde_json::Error> {
        Ok(StoredFile {
            file: serde_json::from_str(&self.body)?,
            by: serde_json::from_str(&self.by)?,
            message: self.message.map(Seq),
        })
    }
}

impl<S: Sql> ConversationLog<S> {
    /// What the visitor wrote last, newest first. Where the team wrote much since, older texts are not
    /// looked for.
    ///
    /// # Errors
    ///
    /// If it cannot be read.
    // HO25, HO153
    pub fn visitor_texts(&self, limit: u64) -> Result<Vec<String>, S::Error> {
        let rows: Vec<Written> = bodies(
            &self.sql,
            "SELECT c.body FROM events e JOIN contents c ON c.seq = e.seq
             WHERE e.author = 'visitor' AND (SELECT MAX(seq) FROM events) - ? < e.seq
             ORDER BY e.seq DESC LIMIT ?",
            vec![number(TEXTS_AMONG), number(limit)],
        )?;
        let texts = rows.into_iter().filter_map(|it| {
            let Content::Message { text, .. } = it.content? else { return None };
            text.map(String::from)
        });
        Ok(texts.collect())
    }

    // HO23
    fn noted<T>(&self, read: Result<T, S::Error>) -> Option<T> {
        match read {
            Ok(value) => Some(value),
            Err(error) => {
                self.failure.replace(Some(error));
                None
            }
        }
    }
}

// HO18, HO19
impl<S: Sql> Log for ConversationLog<S> {
    fn find_by_key(&self, by: &Author, client_id: &ClientId) -> Option<Placed> {
        let row = self.first::<PlacedRow>(
            "SELECT seq, n, at FROM events WHERE author = ? AND client_id = ?",
            vec![text(author(by)), text(client_id.as_str())],
        );
        self.noted(row)?.map(|it| Placed {
            seq: Seq(it.seq),
            shown: it.n.map(Place),
            at: Timestamp::from_millis(it.at),
        })
    }

    fn after(&self, count: Numbering, place: Place, limit: usize) -> Vec<Stored> {
        let column = column(count);
        let query = format!("{EVENT} WHERE {column} > ? ORDER BY {column} LIMIT ?");
        self.noted(self.events(&query, vec![number(place.0), number(limit as u64)]))
            .unwrap_or_default()
    }

    fn before(&self, count: Numbering, place: Place, limit: usize) -> Vec<Stored> {
        let column = column(count);
        let query = format!("{EVENT} WHERE {column} < ? ORDER BY {column} DESC LIMIT ?");
        let events = self.events(&query, vec![number(place.0), number(limit as u64)]);
        let mut events = self.noted(events).unwrap_or_default();
        events.reverse();
        events
    }

    fn at(&self, count: Numbering, place: Place) -> Option<Stored> {
        let query = format!("{EVENT} WHERE {} = ?", column(count));
        self.noted(self.events(&query, vec![number(place.0)]))?.pop()
    }

    fn edits(&self, of: Seq) -> Vec<Seq> {
        let rows = self.sql.query::<SeqRow>(
            "SELECT seq FROM events WHERE of = ? AND kind = 'edited' ORDER BY seq",
            vec![number(of.0)],
        );
        self.noted(rows).unwrap_or_default().into_iter().map(|it| Seq(it.seq)).collect()
    }

    fn up_to(&self, seq: Seq) -> UpTo {
        let row = self.first::<HeadRow>(
            "SELECT shown_to, visitor_to FROM events WHERE seq <= ? ORDER BY seq DESC LIMIT 1",
            vec![number(seq.0)],
        );
        self.noted(row).flatten().map_or_else(UpTo::default, HeadRow::up_to)
    }

    fn file(&self, file: &FileId) -> Option<StoredFile> {
        let row = self.first::<FileRow>(
            "SELECT body, by, message FROM files WHERE id = ? AND complete = 1",
            vec![text(file.as_str())],
        );
        let row = self.noted(row)??;
        self.noted(row.stored().map_err(S::Error::from))
    }

    fn visits(&self) -> Vec<Visit> {
        self.noted(bodies(&self.sql, "SELECT body FROM visits ORDER BY no", Vec::new()))
            .unwrap_or_default()
    }
}

/// The column of a place in a count.
fn column(count: Numbering) -> &'static str {
    match count {
        Numbering::Visitor => "e.n",
        Numbering::Team => "e.seq",
    }
}
