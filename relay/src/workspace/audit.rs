//! The audit log: what was done is written down in the transaction of the deed, and read page by
//! page. What conversations say is written down once, however often they say it.

use inbox_protocol::{
    Refusal,
    http::{AuditPage, AuditRow},
};
use inbox_room::Audited;
use inbox_types::{
    Action, ConversationId, MemberCard, MemberId, Name, Timestamp,
    limits::{AUDIT_KEPT, AUDIT_ROWS},
};
use serde::Deserialize;

use super::{
    command::{Call, Command, Done, Method, Run},
    makers,
    tables::{Result, Workspace},
};
use crate::platform::sql::{number, text};

/// No row has this number: what is read from a number of JSON would not be exact.
const MOST_ROWS: u64 = 1 << 53;

/// Rows that make room at a time.
const SWEPT: u64 = 10;

/// What can be done with the audit log.
pub(super) const COMMANDS: &[Command] = &[Command {
    name: "audit",
    method: Method::Get,
    path: "/v1/audit",
    needs: Some(Action::Audit),
    audited: false,
    tells: None,
    run: Run::Now(|workspace, call| Ok(Done::with(&workspace.audit_page(before(call)?)?))),
}];

/// Where a page ends: before this row, or nowhere. `Malformed` if it is no row's number.
fn before(call: &Call<'_>) -> Result<Option<u64>, Refusal> {
    let Some(raw) = call.asked.query.get("before") else { return Ok(None) };
    let row: u64 = raw.parse().map_err(|_| Refusal::Malformed)?;
    if row < MOST_ROWS { Ok(Some(row)) } else { Err(Refusal::Malformed) }
}

/// A row, as stored.
#[derive(Deserialize)]
struct Stored {
    no: u64,
    at: u64,
    member: String,
    deed: String,
    what: String,
}

/// How many rows a member has, and all together.
#[derive(Deserialize)]
struct CountRow {
    member: String,
    n: u64,
    total: u64,
}

#[derive(Deserialize)]
struct KeyRow {
    key: String,
}

impl Workspace {
    /// Writes something down; inside the transaction of the deed.
    pub(super) fn audit(
        &self,
        at: Timestamp,
        by: Option<&MemberId>,
        deed: &str,
        what: &str,
    ) -> Result<()> {
        let by = by.map_or("", MemberId::as_str);
        self.store.run(
            "INSERT INTO audit (at, member, deed, what) VALUES (?, ?, ?, ?)",
            vec![number(at.as_millis()), text(by), text(deed), text(what)],
        )?;
        self.store.run(
            "INSERT INTO audit_counts (member, n) VALUES (?, 1) ON CONFLICT (member) DO UPDATE SET n = n + 1",
            vec![text(by)],
        )?;
        self.make_room(by)
    }

    /// If there are too many rows, the oldest of whoever has the most make room, some at a time, so that
    /// who does much pushes out their own and nobody's who has fewer. Of several who have equally many it
    /// is whoever writes now.
    fn make_room(&self, by: &str) -> Result<()> {
        let fullest: Option<CountRow> = self.store.first(
            "SELECT member, n, (SELECT SUM(n) FROM audit_counts) AS total FROM audit_counts
                ORDER BY n DESC, member = ? DESC LIMIT 1",
            vec![text(by)],
        )?;
        let Some(fullest) = fullest.filter(|it| AUDIT_KEPT < it.total) else { return Ok(()) };
        let n = (fullest.total - AUDIT_KEPT).min(SWEPT).min(fullest.n);
        self.store.run(
            "UPDATE audit_counts SET n = n - ? WHERE member = ?",
            vec![number(n), text(fullest.member.clone())],
        )?;
        self.forget_oldest_rows(&fullest.member, n)
    }

    /// What a conversation said of them is not known any more either: it says it again for some minutes
    /// at most.
    fn forget_oldest_rows(&self, member: &str, n: u64) -> Result<()> {
        let gone: Vec<Stored> = self.store.rows(
            "DELETE FROM audit WHERE no IN
                (SELECT no FROM audit WHERE member = ? ORDER BY no LIMIT ?) RETURNING *",
            vec![text(member), number(n)],
        )?;
        for row in gone {
            let said = format!("{}/{}/{}/", row.what, row.at, row.deed);
            let after = format!("{}/{}/{}0", row.what, row.at, row.deed);
            self.store.run(
                "DELETE FROM audited WHERE key > ? AND key < ?",
                vec![text(said), text(after)],
            )?;
        }
        Ok(())
    }

    /// Writes down what a conversation says.
    pub(super) fn audit_of_conversation(
        &self,
        conversation: &ConversationId,
        no: u64,
        audited: &Audited,
    ) -> Result<()> {
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
            Ok(())
        })
    }

    /// What was done, newest first, from before a row.
    fn audit_page(&self, before: Option<u64>) -> Result<AuditPage> {
        let rows: Vec<Stored> = self.store.rows(
            "SELECT no, at, member, deed, what FROM audit WHERE no < ? ORDER BY no DESC LIMIT ?",
            vec![number(before.unwrap_or(MOST_ROWS)), number(AUDIT_ROWS as u64)],
        )?;
        let key_names: Vec<Option<String>> =
            rows.iter().map(|it| self.key_name(&it.deed, &it.what)).collect::<Result<_>>()?;
        let rows = self.with_state(|book| {
            let card = |id: &str| {
                let id: MemberId = id.parse().ok()?;
                let known = book.members.get(&id).map(|it| it.name.clone());
                Some(MemberCard { name: known.or_else(|| Name::cut(id.as_str()))?, id })
            };
            let rows = rows.into_iter().zip(key_names).map(|(it, key_name)| AuditRow {
                by: card(&it.member),
                behind: makers::behind(&it.what).filter_map(card).collect(),
                no: it.no,
                at: Timestamp::from_millis(it.at),
                name: key_name
                    .or_else(|| book.name_of(it.what.split(' ').next().unwrap_or_default())),
                deed: it.deed,
                what: it.what,
            });
            rows.collect()
        })?;
        Ok(AuditPage { rows })
    }
}
