//! Bulk operations of the desk: a row of `bulks` each, and one of `bulk_items` for each conversation.

use inbox_protocol::BulkOperation;
use inbox_room::{BulkChange, BulkRow, BulkState, PresenceRow};
use inbox_types::{ConversationId, MemberId, Timestamp};
use serde::Deserialize;

use super::DeskTables;
use crate::sql::{Sql, Value, bodies, json, number, text};

#[derive(Deserialize)]
struct Head {
    bulk: String,
    member: MemberId,
    until: Option<u64>,
    body: String,
}

#[derive(Deserialize)]
struct Item {
    bulk: String,
    conversation: ConversationId,
    body: String,
}

fn moment(at: Option<Timestamp>) -> Value {
    at.map_or(Value::Null, |it| number(it.as_millis()))
}

impl<S: Sql> DeskTables<S> {
    /// Writes what changed of an operation: so many rows as things changed, whatever its size.
    // HO180
    pub(super) fn put_bulk(&self, change: &BulkChange) -> Result<(), S::Error> {
        match change {
            BulkChange::Begun { member, bulk, operation, until } => self.sql.execute(
                "INSERT OR REPLACE INTO bulks (bulk, member, until, body) VALUES (?, ?, ?, ?)",
                vec![text(bulk.as_str()), text(member.as_str()), moment(*until), json(operation)?],
            ),
            BulkChange::Until { bulk, until } => self.sql.execute(
                "UPDATE bulks SET until = ? WHERE bulk = ?",
                vec![moment(*until), text(bulk.as_str())],
            ),
            BulkChange::Item { bulk, conversation, item } => self.sql.execute(
                "INSERT OR REPLACE INTO bulk_items (bulk, conversation, n, body)
                 VALUES (?, ?, ?, ?)",
                vec![
                    text(bulk.as_str()),
                    text(conversation.as_str()),
                    number(u64::from(item.n)),
                    json(&item.state)?,
                ],
            ),
            BulkChange::Gone { bulk } => {
                for table in ["bulks", "bulk_items"] {
                    let statement = format!("DELETE FROM {table} WHERE bulk = ?");
                    self.sql.execute(&statement, vec![text(bulk.as_str())])?;
                }
                Ok(())
            }
        }
    }

    /// Each operation and whose it is, the first one first.
    pub(super) fn bulks(&self) -> Result<Vec<(MemberId, BulkRow)>, S::Error> {
        let heads: Vec<Head> = self
            .sql
            .query("SELECT bulk, member, until, body FROM bulks ORDER BY no", Vec::new())?;
        let mut bulks = Vec::with_capacity(heads.len());
        for Head { bulk, member, until, body } in heads {
            let operation: BulkOperation = serde_json::from_str(&body)?;
            let until = until.map(Timestamp::from_millis);
            bulks.push((member, BulkRow::new(bulk, operation, until)));
        }
        let items: Vec<Item> = self.sql.query(
            "SELECT bulk, conversation, body FROM bulk_items ORDER BY bulk, n",
            Vec::new(),
        )?;
        for Item { bulk, conversation, body } in items {
            let state: BulkState = serde_json::from_str(&body)?;
            if let Some((_, row)) = bulks.iter_mut().find(|(_, it)| it.id == bulk) {
                row.put(&conversation, state);
            }
        }
        Ok(bulks)
    }

    /// The release before kept operations in the rows of their members.
    // HO36
    pub(super) fn take_over_bulks(&self) -> Result<(), S::Error> {
        let rows: Vec<PresenceRow> = bodies(
            &self.sql,
            "SELECT body FROM presences WHERE instr(body, '\"bulks\":') > 0",
            Vec::new(),
        )?;
        for row in rows.into_iter().filter(|it| !it.bulks.is_empty()) {
            self.sql.transaction(|| {
                for change in row.bulks.iter().flat_map(|it| it.changes(&row.member)) {
                    self.put_bulk(&change)?;
                }
                let bare = PresenceRow { bulks: Vec::new(), ..row.clone() };
                self.sql.execute(
                    "UPDATE presences SET body = ? WHERE member = ?",
                    vec![json(&bare)?, text(row.member.as_str())],
                )
            })?;
        }
        Ok(())
    }
}
