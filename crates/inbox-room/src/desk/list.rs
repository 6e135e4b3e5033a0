//! The lists on screen: order and rows are made here, masked for each reader.

use std::collections::BTreeMap;

use inbox_core::{
    Agent,
    ordering::{Direction, Row, Sort, compare, wait_level},
    permission::{Action, may, may_ever},
};
use inbox_protocol::{Counts, DeskList, ListQuery, ListRow, ListSort, ListTab, ToDesk};
use inbox_types::{
    ConversationId, MemberCard, MemberId, OfferKind, SessionState, Timestamp, limits,
};

use super::{
    Desk,
    summary::{facts_of, is_open, unread},
    turn::DeskTurn,
};
use crate::{Conn, LastMessage, Summary, mask};

/// Characters of a message in a list, a pop-up or a notification.
const PREVIEW_CHARS: usize = 140;

/// The list that a connection has.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct SentList {
    order: Vec<ConversationId>,
    rows: BTreeMap<ConversationId, ListRow>,
    counts: Counts,
    total: u32,
}

/// The beginning of a message. It is masked before it is cut: half a card number would not be
/// known for one.
pub(super) fn cut(masked: bool, message: &LastMessage) -> String {
    match message.masked.as_ref().filter(|_| masked) {
        Some(shown) => mask::preview(false, shown, PREVIEW_CHARS),
        None => mask::preview(masked, &message.text, PREVIEW_CHARS),
    }
}

impl Desk {
    pub(super) fn may_view(&self, member: &MemberId, summary: &Summary) -> bool {
        self.agent(member).is_some_and(|agent| {
            may(&agent, &facts_of(summary), &self.facts.settings, Action::View)
        })
    }

    /// Whether a member sees a conversation's texts masked; none if they may not see it at all.
    pub(super) fn is_masked(&self, member: &MemberId, summary: &Summary) -> Option<bool> {
        let agent = self.agent(member)?;
        let facts = facts_of(summary);
        let settings = &self.facts.settings;
        let may_view = may(&agent, &facts, settings, Action::View);
        may_view.then(|| self.masks_for(&agent, summary))
    }

    fn masks_for(&self, agent: &Agent, summary: &Summary) -> bool {
        self.masks(&summary.site)
            && !may_ever(agent.role, &self.facts.settings, Action::SeeUnmasked)
    }

    pub(super) fn card(&self, id: &MemberId) -> Option<MemberCard> {
        self.facts.members.get(id).map(|it| it.card(id))
    }

    /// Sends each watched list that is not what its reader has.
    // DK11
    pub(super) fn tell_lists(&mut self, turn: &mut DeskTurn<'_>) {
        let watching: Vec<(Conn, MemberId, ListQuery)> = self
            .readers
            .iter()
            .filter(|(conn, it)| {
                it.greeted
                    && (turn.lists_changed
                        || turn.tells_workspace
                        || turn.asked_for_list == Some(**conn))
            })
            .filter_map(|(conn, it)| Some((*conn, it.member.clone(), it.watch.clone()?)))
            .collect();
        for (conn, member, query) in watching {
            let list = self.list(turn.now, &member, &query);
            let sent = self.forgettable.sent.get(&conn);
            if sent == Some(&list) {
                continue;
            }
            let known =
                |it: &ListRow| sent.is_some_and(|sent| sent.rows.get(&it.conversation) == Some(it));
            let frame = DeskList {
                order: list.order.clone(),
                rows: list
                    .order
                    .iter()
                    .filter_map(|id| list.rows.get(id))
                    .filter(|it| !known(it))
                    .cloned()
                    .collect(),
                counts: list.counts,
                total: list.total,
            };
            self.forgettable.sent.insert(conn, list);
            turn.tell(conn, ToDesk::List(frame));
        }
    }

    fn list(&self, now: Timestamp, member: &MemberId, query: &ListQuery) -> SentList {
        let Some(agent) = self.agent(member) else { return SentList::default() };
        let settings = &self.facts.settings;
        let mut counts = Counts::default();
        let mut found: Vec<(Row, &Summary)> = Vec::new();
        let candidates = self.summaries.values().filter(|it| matches(it, query, member));
        for summary in candidates {
            if !may(&agent, &facts_of(summary), settings, Action::View) {
                continue;
            }
            let is_mine = is_mine(summary, member);
            let is_unassigned = summary.session.owner.is_none() && is_open(summary);
            counts.all += 1;
            counts.mine += u32::from(is_mine);
            counts.unassigned += u32::from(is_unassigned);
            let is_listed = match query.tab {
                ListTab::Mine => is_mine,
                ListTab::Unassigned => is_unassigned,
                ListTab::All => true,
            };
            if is_listed {
                found.push((row_of(summary, member), summary));
            }
        }
        let sort = match query.sort {
            ListSort::Grouped => Sort::Grouped(Direction::NewestFirst),
            ListSort::Newest => Sort::ByTime(Direction::NewestFirst),
            ListSort::Oldest => Sort::ByTime(Direction::OldestFirst),
        };
        found.sort_by(|(one, _), (other, _)| compare(one, other, sort, now));
        let total = u32::try_from(found.len()).unwrap_or(u32::MAX);
        found.truncate(limits::LIST_ROWS);
        SentList {
            order: found.iter().map(|(row, _)| row.conversation.clone()).collect(),
            rows: found
                .iter()
                .map(|(row, summary)| {
                    let masked = self.masks_for(&agent, summary);
                    (row.conversation.clone(), self.list_row(now, member, summary, masked))
                })
                .collect(),
            counts,
            total,
        }
    }

    fn list_row(
        &self,
        now: Timestamp,
        member: &MemberId,
        summary: &Summary,
        masked: bool,
    ) -> ListRow {
        let session = &summary.session;
        let details = mask::details(masked, summary.details.clone());
        let last = summary.last.as_ref();
        ListRow {
            conversation: summary.conversation.clone(),
            site: summary.site.clone(),
            session: session.no,
            state: session.state,
            closed_by: session.closed_by,
            name: details.name,
            email: details.email,
            phone: details.phone,
            language: summary.language.clone(),
            preview: last.map(|it| cut(masked, it)).unwrap_or_default(),
            preview_by_visitor: last.is_some_and(|it| it.by_visitor),
            last_message_at: last.map(|it| it.at),
            unread: unread(summary, member),
            customer_waiting_since: session.customer_waiting_since,
            wait_level: wait_level(session.customer_waiting_since, now),
            department: session.department.clone(),
            owner: session.owner.as_ref().and_then(|id| self.card(id)),
            others: session.others.iter().filter_map(|id| self.card(id)).collect(),
            proactive: session.proactive,
            campaign: session.campaign.clone(),
            tags: mask::tags(masked, summary.tags.clone()),
            conference_requested: session
                .offer
                .as_ref()
                .is_some_and(|it| it.kind == OfferKind::Conference),
            wrapup_due: session.wrapup.contains(member),
        }
    }
}

// DK22, DK24
fn matches(summary: &Summary, query: &ListQuery, member: &MemberId) -> bool {
    // What its reader still has to say how it went is work to do, like what is open.
    let lists_work = query.states.contains(&SessionState::Active);
    let in_state = query.states.is_empty()
        || query.states.contains(&summary.session.state)
        || lists_work && summary.session.wrapup.contains(member);
    let in_department =
        query.department.is_none() || query.department == summary.session.department;
    let of_campaign = query.campaign.is_none()
        || query.campaign.as_ref() == summary.session.campaign.as_ref().map(|it| &it.id);
    in_state && in_department && of_campaign
}

fn is_mine(summary: &Summary, member: &MemberId) -> bool {
    let session = &summary.session;
    session.owner.as_ref() == Some(member)
        || [&session.others, &session.silent, &session.wrapup]
            .iter()
            .any(|them| them.contains(member))
}

fn row_of(summary: &Summary, member: &MemberId) -> Row {
    Row {
        conversation: summary.conversation.clone(),
        customer_waiting_since: summary.session.customer_waiting_since,
        unread: unread(summary, member),
        last_message_at: summary.last.as_ref().map(|it| it.at),
    }
}
