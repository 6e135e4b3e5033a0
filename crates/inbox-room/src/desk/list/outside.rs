//! The list that whoever has a key of the API is given: all conversations of the workspace, those with the
//! newest message first.

use inbox_core::Agent;
use inbox_protocol::{
    Counts, ListFilter, ListQuery, ListRow, ListSort, ListTab, Refusal,
    http::{ApiConversation, ApiConversations},
};
use inbox_types::{MemberCard, Name, Role, Timestamp};

use super::{Page, Reading, place_of};
use crate::{Desk, DeskRows};

impl Desk {
    /// A page of all conversations, after the place that the page before it ended at. A key reads as an
    /// auditor does: everything, and masked where sites mask.
    ///
    /// # Errors
    ///
    /// [`Refusal::Malformed`] if that is no place.
    // AP5
    pub fn page_outside(
        &self,
        now: Timestamp,
        rows: &dyn DeskRows,
        before: Option<&str>,
    ) -> Result<ApiConversations, Refusal> {
        let after = before.map(|it| place_of(it).ok_or(Refusal::Malformed)).transpose()?;
        let query = ListQuery {
            tab: ListTab::All,
            states: Vec::new(),
            department: None,
            campaign: None,
            filter: ListFilter::default(),
            sort: ListSort::Newest,
        };
        let agent = Agent {
            id: MemberCard::external_id(),
            name: Name::cut("API").expect("three letters"),
            role: Role::Auditor,
            departments: Vec::new(),
        };
        let reading = Reading { now, agent, query: &query };
        let closed = self.closed_rows(&reading, rows, after.as_ref());
        let live = self.live_rows(&reading, after.as_ref(), &mut Counts::default());
        let Page { rows, next } = self.page(&reading, live, &closed);
        let conversations = rows.into_iter().map(|it| outside(it.1)).collect();
        Ok(ApiConversations { conversations, next })
    }
}

fn outside(row: ListRow) -> ApiConversation {
    ApiConversation {
        conversation_id: row.conversation,
        site_id: row.site,
        session: row.session,
        state: row.state,
        name: row.name,
        lang: row.language,
        department_id: row.department,
        assignee: row.owner,
        tags: row.tags,
        last_message_at: row.last_message_at,
        waiting_since: row.customer_waiting_since,
    }
}
