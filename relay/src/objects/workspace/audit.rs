//! The audit log: what was done is written down in the transaction of the deed, and read page by
//! page. What conversations say is written down once, however often they say it.

use inbox_protocol::http::{AuditPage, AuditRow};
use inbox_room::Audited;
use inbox_types::{ConversationId, MemberCard, MemberId, Name, Timestamp, limits::AUDIT_ROWS};
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::{Cached, Caller, WorkspaceObject};
use crate::{
    platform::now,
    platform::sql::{number, text},
    refuse::Shut,
    workspace::{ask::Deed, links},
};

type Result<T> = std::result::Result<T, Shut>;

/// A row, as stored.
#[derive(Deserialize)]
struct Stored {
    no: u64,
    at: u64,
    member: String,
    deed: String,
    what: String,
}

#[derive(Deserialize)]
struct KeyRow {
    key: String,
}

impl WorkspaceObject {
    /// Does what a member wants, and writes down what of it is to be written down: both or neither.
    pub(super) fn audited(
        &self,
        caller: &Caller,
        deed: Deed,
        audit: Option<(&'static str, String)>,
    ) -> Result<Json> {
        let Some((word, what)) = audit else { return self.perform(caller, deed) };
        let done = self.transact(|| {
            let answer = self.perform(caller, deed.clone())?;
            // What is made has its name only now.
            let made = answer.get("id").and_then(Json::as_str).filter(|_| what.is_empty());
            self.audit(now(), Some(&caller.id), word, made.unwrap_or(&what))?;
            Ok(answer)
        });
        if let Err(Shut::Fault(_)) = done {
            // What is known of the book may be ahead of what was stored.
            self.published.borrow_mut().clear();
            self.book.replace(Cached::Unread);
        }
        done
    }

    /// Writes something down; inside the transaction of the deed.
    pub(super) fn audit(
        &self,
        at: Timestamp,
        by: Option<&MemberId>,
        deed: &str,
        what: &str,
    ) -> Result<()> {
        let by = by.map_or("", MemberId::as_str);
        Ok(self.store.run(
            "INSERT INTO audit (at, member, deed, what) VALUES (?, ?, ?, ?)",
            vec![number(at.as_millis()), text(by), text(deed), text(what)],
        )?)
    }

    /// Writes down what a conversation says.
    pub(super) fn audit_of_conversation(
        &self,
        conversation: &ConversationId,
        no: u64,
        audited: &Audited,
    ) -> Result<Json> {
        let deed = audited.deed.word();
        let key = format!("{conversation}/{}/{deed}/{no}", audited.at.as_millis());
        self.transact(|| {
            let known: Option<KeyRow> = self
                .store
                .first("SELECT key FROM audited WHERE key = ?", vec![text(key.clone())])?;
            if known.is_none_or(|it| it.key != key) {
                self.store.run("INSERT INTO audited (key) VALUES (?)", vec![text(key.clone())])?;
                self.audit(audited.at, audited.by.as_ref(), deed, conversation.as_str())?;
            }
            Ok(Json::Null)
        })
    }

    /// What was done, newest first, from before a row.
    pub(super) fn audit_page(&self, before: Option<u64>) -> Result<Json> {
        let rows: Vec<Stored> = self.store.rows(
            "SELECT no, at, member, deed, what FROM audit WHERE no < ? ORDER BY no DESC LIMIT ?",
            vec![number(before.unwrap_or(MOST_ROWS)), number(AUDIT_ROWS as u64)],
        )?;
        let rows = self.with_book(|book| {
            let card = |id: &str| {
                let id: MemberId = id.parse().ok()?;
                let known = book.members.get(&id).map(|it| it.name.clone());
                Some(MemberCard { name: known.or_else(|| Name::cut(id.as_str()))?, id })
            };
            let rows = rows.into_iter().map(|it| AuditRow {
                by: card(&it.member),
                behind: links::behind(&it.what).filter_map(card).collect(),
                no: it.no,
                at: Timestamp::from_millis(it.at),
                name: book.name_of(it.what.split(' ').next().unwrap_or_default()),
                deed: it.deed,
                what: it.what,
            });
            rows.collect()
        })?;
        Ok(json!(AuditPage { rows }))
    }
}

/// No row has this number: what is read from a number of JSON would not be exact.
const MOST_ROWS: u64 = 1 << 53;
