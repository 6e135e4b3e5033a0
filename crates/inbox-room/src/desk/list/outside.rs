//! The list that whoever has a key of the API is given: all conversations of the workspace, those with the
//! newest message first.

use inbox_core::Agent;
use inbox_protocol::{
    Counts, ListFilter, ListQuery, ListRow, ListSort, ListTab, Refusal,
    http::{ApiConversation, ApiConversations, ApiFilter},
};
use inbox_types::{ConversationId, MemberCard, Name, Role, Timestamp};

use super::{
    Page, Reading,
    belongs::{lists_closed, place_of},
};
use crate::{Desk, DeskRows};

impl Desk {
    /// A page of the conversations that a filter lets through, after the place that the page before it
    /// ended at.
    ///
    /// # Errors
    ///
    /// [`Refusal::Malformed`] if that is no place.
    // AP5, AP26
    pub fn page_outside(
        &self,
        now: Timestamp,
        rows: &dyn DeskRows,
        before: Option<&str>,
        filter: &ApiFilter,
    ) -> Result<ApiConversations, Refusal> {
        let after = before.map(|it| place_of(it).ok_or(Refusal::Malformed)).transpose()?;
        let query = query(filter.clone());
        let reading = Reading { now, agent: program(), query: &query };
        let closed = if lists_closed(&query) {
            self.closed_rows(&reading, rows, after.as_ref())
        } else {
            Vec::new()
        };
        let live = self.live_rows(&reading, after.as_ref(), &mut Counts::default());
        let Page { rows, next } = self.page(&reading, live, &closed);
        let conversations = rows.into_iter().map(|it| outside(it.1)).collect();
        Ok(ApiConversations { conversations, next })
    }

    /// How one conversation stands.
    ///
    /// # Errors
    ///
    /// [`Refusal::NotFound`] if it would stand in no list.
    // AP26
    pub fn conversation_outside(
        &self,
        now: Timestamp,
        rows: &dyn DeskRows,
        id: &ConversationId,
    ) -> Result<ApiConversation, Refusal> {
        let query = query(ApiFilter::default());
        let reading = Reading { now, agent: program(), query: &query };
        let summary = self.summaries.get(id).cloned().or_else(|| rows.summary(id));
        let listed = summary.filter(|it| self.is_listed(&reading, it));
        listed.map(|it| outside(self.list_row(&reading, &it))).ok_or(Refusal::NotFound)
    }
}

fn query(filter: ApiFilter) -> ListQuery {
    let ApiFilter { states, site, department, tag, since } = filter;
    ListQuery {
        tab: ListTab::All,
        states,
        department,
        campaign: None,
        filter: ListFilter { site, tag, from: since, ..ListFilter::default() },
        sort: ListSort::Newest,
    }
}

/// A key reads as an auditor does: everything, and masked where sites mask.
fn program() -> Agent {
    Agent {
        id: MemberCard::external_id(),
        name: Name::cut("API").expect("three letters"),
        role: Role::Auditor,
        departments: Vec::new(),
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
