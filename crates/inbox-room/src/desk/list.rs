//! The lists on screen: order and rows are made here, masked for each reader.
//!
//! What somebody has to do with is in memory; what is over is read page by page. A list is made of both
//! once a turn is stored.

mod belongs;
mod outside;

use std::collections::{BTreeMap, BTreeSet};

use inbox_core::{
    Agent,
    ordering::{Group, Row, compare, group, wait_level},
    permission::{Action, Reach, SessionOutline, may, may_ever, possible_in_bulk, reach},
};
use inbox_protocol::{
    Counts, DeskList, DeskPage, ListQuery, ListRow, ListSort, ListTab, Refusal, ToDesk,
};
use inbox_types::{ConversationId, MemberCard, MemberId, OfferKind, Timestamp, limits};

use self::belongs::{
    is_mine, is_of_tab, is_of_team, is_unassigned, lists_closed, matches, place_of, place_text,
    row_of, sort_of,
};
use super::{
    Desk, DeskOutput,
    closed::{ClosedPlace, ClosedQuery, ClosedScope, DeskRows, Whose},
    summary::{facts_of, is_open, unread},
    turn::{DeskTurn, DuePage},
};
use crate::{Conn, DeskConnection, LastMessage, Summary, mask};

/// Characters of a message in a list, a pop-up or a notification.
const PREVIEW_CHARS: usize = 140;

/// The list that a connection has.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct SentList {
    order: Vec<ConversationId>,
    rows: BTreeMap<ConversationId, ListRow>,
    counts: Counts,
    total: u32,
    unread: u32,
    at_least: Vec<ListTab>,
    next: Option<String>,
    /// Its first page of what is over, until some of that changes.
    closed: Option<ClosedPart>,
}

/// What a list has of what is over.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
struct ClosedPart {
    rows: Vec<(Row, ListRow)>,
    counts: Counts,
    /// The tabs of which not all was counted.
    at_least: Vec<ListTab>,
}

/// Rows of a list in their order, those that come first.
struct Page {
    rows: Vec<(Row, ListRow)>,
    next: Option<String>,
}

/// Who reads a list, and which.
struct Reading<'a> {
    now: Timestamp,
    agent: Agent,
    query: &'a ListQuery,
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

    /// A page after the first one is asked for. It is read once the turn is stored.
    // DK39
    pub(super) fn turn_page(
        &mut self,
        turn: &mut DeskTurn<'_>,
        conn: Conn,
        reader: DeskConnection,
        query: ListQuery,
        before: String,
    ) {
        let Some(after) = place_of(&before) else { return turn.refuse(conn, Refusal::Malformed) };
        let is_second = reader.watch.as_ref() == Some(&query) && !reader.older;
        if is_second {
            self.remember(turn, conn, DeskConnection { older: true, ..reader });
        }
        turn.lists.page = Some(DuePage { conn, query, before, after, is_second });
    }

    /// Sends each watched list that is not what its reader has, and the page that was asked for. To be
    /// called after each turn, once it is stored: what is over is read as it is stored then.
    // DK11, DK38
    pub fn lists(&mut self, now: Timestamp, rows: &dyn DeskRows) -> Vec<DeskOutput> {
        let due = std::mem::take(&mut self.forgettable.lists);
        if due.closed {
            self.forgettable.sent.values_mut().for_each(|it| it.closed = None);
        }
        let watching: Vec<(Conn, DeskConnection)> = self
            .readers
            .iter()
            .filter(|(conn, it)| it.greeted && (due.all || due.asked == Some(**conn)))
            .map(|(conn, it)| (*conn, it.clone()))
            .collect();
        let mut told = Vec::new();
        for (conn, reader) in watching {
            if let Some(frame) = self.changed_list(now, rows, conn, &reader, &due.changed) {
                told.push(DeskOutput::Tell { conn, frame: ToDesk::List(frame) });
            }
        }
        if let Some(due) = due.page {
            let conn = due.conn;
            let frame = self.later_page(now, rows, due);
            told.extend(frame.map(|it| DeskOutput::Tell { conn, frame: ToDesk::Page(it) }));
        }
        told
    }

    /// None if the connection has the list as it is.
    // DK38, DK41
    fn changed_list(
        &mut self,
        now: Timestamp,
        rows: &dyn DeskRows,
        conn: Conn,
        reader: &DeskConnection,
        changed: &BTreeMap<ConversationId, Option<Summary>>,
    ) -> Option<DeskList> {
        let query = reader.watch.as_ref()?;
        let reading = Reading { now, agent: self.agent(&reader.member)?, query };
        let mut sent = self.forgettable.sent.remove(&conn);
        let closed = sent.as_mut().and_then(|it| it.closed.take());
        let list = self.list(&reading, rows, closed);
        let known = |it: &&ListRow| {
            sent.as_ref().is_some_and(|sent| sent.rows.get(&it.conversation) == Some(*it))
        };
        let in_order = list.order.iter().filter_map(|id| list.rows.get(id));
        let mut fresh: Vec<ListRow> = in_order.filter(|it| !known(it)).cloned().collect();
        let mut gone = Vec::new();
        // Of the pages after the first one nobody here knows which rows they have.
        let is_beyond = |id: &ConversationId| reader.older && !list.rows.contains_key(id);
        for (id, before) in changed.iter().filter(|(id, _)| is_beyond(id)) {
            let summary = self.summaries.get(id).cloned().or_else(|| rows.summary(id));
            if let Some(summary) = summary.filter(|it| self.is_listed(&reading, it)) {
                fresh.push(self.list_row(&reading, &summary));
            } else if before.as_ref().is_some_and(|it| self.is_listed(&reading, it)) {
                // Nobody learns of what was never in their list.
                gone.push(id.clone());
            }
        }
        let is_same = sent.is_some_and(|it| {
            let closed = list.closed.clone();
            SentList { closed, ..it } == list
        });
        let frame = DeskList {
            order: list.order.clone(),
            rows: fresh,
            counts: list.counts,
            total: list.total,
            unread: Some(list.unread),
            at_least: list.at_least.clone(),
            next: list.next.clone(),
            gone,
        };
        self.forgettable.sent.insert(conn, list);
        let is_news = !is_same || !frame.rows.is_empty() || !frame.gone.is_empty();
        is_news.then_some(frame)
    }

    fn list(
        &self,
        reading: &Reading<'_>,
        rows: &dyn DeskRows,
        closed: Option<ClosedPart>,
    ) -> SentList {
        let query = reading.query;
        let closed = lists_closed(query).then(|| {
            closed.unwrap_or_else(|| ClosedPart {
                rows: self.closed_rows(reading, rows, None),
                ..self.closed_counts(reading, rows)
            })
        });
        let at_least = closed.as_ref().map(|it| it.at_least.clone()).unwrap_or_default();
        let mut counts = closed.as_ref().map(|it| it.counts).unwrap_or_default();
        let live = self.live_rows(reading, None, &mut counts);
        let Page { rows, next } =
            self.page(reading, live, closed.as_ref().map_or(&[], |it| it.rows.as_slice()));
        SentList {
            order: rows.iter().map(|(row, _)| row.conversation.clone()).collect(),
            rows: rows.into_iter().map(|(row, it)| (row.conversation, it)).collect(),
            counts,
            total: match query.tab {
                ListTab::Mine => counts.mine,
                ListTab::Team => counts.team,
                ListTab::Unassigned => counts.unassigned,
                ListTab::All => counts.all,
            },
            unread: self.n_unread(&reading.agent),
            at_least,
            next,
            closed,
        }
    }

    // DK39
    fn later_page(&self, now: Timestamp, rows: &dyn DeskRows, due: DuePage) -> Option<DeskPage> {
        let DuePage { conn, query, before, after, is_second } = due;
        let reader = self.readers.get(&conn)?;
        let reading = Reading { now, agent: self.agent(&reader.member)?, query: &query };
        // Since it was asked for, rows may have left the first page and then the list, of which a
        // console with one page is not told.
        let sent = self.forgettable.sent.get(&conn).filter(|_| is_second);
        let after = sent.and_then(|it| place_of(it.next.as_deref()?)).unwrap_or(after);
        let closed = if lists_closed(&query) {
            self.closed_rows(&reading, rows, Some(&after))
        } else {
            Vec::new()
        };
        let live = self.live_rows(&reading, Some(&after), &mut Counts::default());
        let Page { rows, next } = self.page(&reading, live, &closed);
        Some(DeskPage { before, rows: rows.into_iter().map(|it| it.1).collect(), next })
    }

    /// What stands in a list, as many as are asked for at most.
    // DK67
    pub(super) fn all_in(
        &self,
        turn: &DeskTurn<'_>,
        member: &MemberId,
        query: &ListQuery,
        most: usize,
    ) -> BTreeSet<ConversationId> {
        let Some(agent) = self.agent(member) else { return BTreeSet::new() };
        let reading = Reading { now: turn.now, agent, query };
        let live = self.live_rows(&reading, None, &mut Counts::default());
        let mut found: BTreeSet<ConversationId> =
            live.into_iter().take(most).map(|(row, _)| row.conversation).collect();
        let mut after: Option<Row> = None;
        while lists_closed(query) && found.len() < most {
            let page = self.closed_rows(&reading, turn.rows, after.as_ref());
            let left = most - found.len();
            found.extend(page.iter().take(left).map(|(row, _)| row.conversation.clone()));
            match page.into_iter().nth(limits::LIST_ROWS - 1) {
                Some((last, _)) => after = Some(last),
                None => break,
            }
        }
        found
    }

    /// What is in memory and stands in the list, in order; all of it is counted.
    fn live_rows(
        &self,
        reading: &Reading<'_>,
        after: Option<&Row>,
        counts: &mut Counts,
    ) -> Vec<(Row, &Summary)> {
        let (now, sort) = (reading.now, sort_of(reading.query));
        let mut found: Vec<(Row, &Summary)> = Vec::new();
        for summary in self.summaries.values().filter(|it| self.is_counted(reading, it)) {
            counts.all += 1;
            counts.mine += u32::from(is_mine(summary, &reading.agent.id));
            counts.team += u32::from(is_of_team(summary, &reading.agent.id));
            counts.unassigned += u32::from(is_unassigned(summary));
            if !is_of_tab(reading, summary) {
                continue;
            }
            let row = row_of(summary, &reading.agent.id);
            if after.is_none_or(|after| compare(after, &row, sort, now).is_lt()) {
                found.push((row, summary));
            }
        }
        found.sort_by(|(one, _), (other, _)| compare(one, other, sort, now));
        found
    }

    /// What is over and comes after a row: a page, and one row more if there is more.
    // DK37
    fn closed_rows(
        &self,
        reading: &Reading<'_>,
        rows: &dyn DeskRows,
        after: Option<&Row>,
    ) -> Vec<(Row, ListRow)> {
        let query = reading.query;
        let whose = match query.tab {
            ListTab::Mine => Whose::Mine,
            ListTab::Team => Whose::Team,
            ListTab::Unassigned => return Vec::new(),
            ListTab::All => Whose::All,
        };
        // What is over waits for nobody, and is read: it stands behind all that is not so.
        let is_behind = |it: &&Row| match query.sort {
            ListSort::Grouped => group(it, reading.now) == Group::Rest,
            ListSort::Waiting => it.customer_waiting_since.is_none(),
            ListSort::Newest | ListSort::Oldest => true,
        };
        let after = after.filter(is_behind);
        let after = after.map(|it| ClosedPlace {
            last_at: it.last_message_at.unwrap_or_default(),
            conversation: it.conversation.clone(),
        });
        let query = ClosedQuery {
            scope: self.closed_scope(reading, whose),
            oldest_first: query.sort == ListSort::Oldest,
            after,
            limit: limits::LIST_ROWS + 1,
        };
        let page = rows.closed(&query);
        page.iter().map(|it| (row_of(it, &reading.agent.id), self.list_row(reading, it))).collect()
    }

    // DK37, DK60
    fn closed_counts(&self, reading: &Reading<'_>, rows: &dyn DeskRows) -> ClosedPart {
        let mut part = ClosedPart::default();
        let tabs = [
            (ListTab::Mine, Whose::Mine, &mut part.counts.mine),
            (ListTab::Team, Whose::Team, &mut part.counts.team),
            (ListTab::All, Whose::All, &mut part.counts.all),
        ];
        let most = u32::try_from(limits::LIST_COUNTED).unwrap_or(u32::MAX);
        for (tab, whose, count) in tabs {
            let scope = self.closed_scope(reading, whose);
            *count = rows.n_closed(&scope);
            if !scope.is_summed() && most < *count {
                *count = most;
                part.at_least.push(tab);
            }
        }
        part
    }

    fn closed_scope(&self, reading: &Reading<'_>, whose: Whose) -> ClosedScope {
        let Agent { id, departments, .. } = &reading.agent;
        let reach = reach(&reading.agent, &self.facts.settings);
        ClosedScope {
            member: id.clone(),
            departments: departments.clone(),
            reach: if self.is_blind(reading) { Reach::Nothing } else { reach },
            whose,
            department: reading.query.department.clone(),
            campaign: reading.query.campaign.clone(),
            filter: reading.query.filter.clone(),
        }
    }

    /// A tag that is masked finds nothing for whoever sees it masked: what is found would say that it
    /// is there.
    // DK63
    fn is_blind(&self, reading: &Reading<'_>) -> bool {
        let Some(tag) = reading.query.filter.tag.clone() else { return false };
        let sees = may_ever(reading.agent.role, &self.facts.settings, Action::SeeUnmasked);
        !sees && mask::tags(true, vec![tag.clone()]) != [tag]
    }

    /// The first rows of both, in order.
    fn page(
        &self,
        reading: &Reading<'_>,
        live: Vec<(Row, &Summary)>,
        closed: &[(Row, ListRow)],
    ) -> Page {
        let (now, sort) = (reading.now, sort_of(reading.query));
        let n_found = live.len() + closed.len();
        let mut rows = Vec::with_capacity(n_found.min(limits::LIST_ROWS));
        let (mut live, mut closed) = (live.into_iter().peekable(), closed.iter().peekable());
        while rows.len() < limits::LIST_ROWS {
            let takes_live = match (live.peek(), closed.peek()) {
                (Some((one, _)), Some((other, _))) => compare(one, other, sort, now).is_lt(),
                (Some(_), None) => true,
                (None, Some(_)) => false,
                (None, None) => break,
            };
            if takes_live {
                rows.extend(live.next().map(|(row, it)| (row, self.list_row(reading, it))));
            } else {
                rows.extend(closed.next().cloned());
            }
        }
        let last = rows.last().filter(|_| rows.len() < n_found);
        let next = last.map(|(row, _)| place_text(row));
        Page { rows, next }
    }

    /// Whether a conversation counts among what a list's tabs have.
    fn is_counted(&self, reading: &Reading<'_>, summary: &Summary) -> bool {
        let Reading { agent, query, .. } = reading;
        matches(summary, query, &agent.id)
            && !self.is_blind(reading)
            && may(agent, &facts_of(summary), &self.facts.settings, Action::View)
    }

    fn is_listed(&self, reading: &Reading<'_>, summary: &Summary) -> bool {
        is_of_tab(reading, summary) && self.is_counted(reading, summary)
    }

    fn list_row(&self, reading: &Reading<'_>, summary: &Summary) -> ListRow {
        let (now, member) = (reading.now, &reading.agent.id);
        let masked = self.masks_for(&reading.agent, summary);
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
            elsewhere: session.elsewhere,
            tags: mask::tags(masked, summary.tags.clone()),
            conference_requested: session
                .offer
                .as_ref()
                .is_some_and(|it| it.kind == OfferKind::Conference),
            wrapup_due: session.wrapup.contains(member),
            may: self.possible(&reading.agent, summary),
        }
    }

    // DK42
    fn possible(&self, agent: &Agent, summary: &Summary) -> Vec<Action> {
        let session = &summary.session;
        let owner = session.owner.as_ref().filter(|_| is_open(summary));
        let standing = SessionOutline {
            state: session.state,
            owner,
            takes_part: owner == Some(&agent.id) || session.others.contains(&agent.id),
            closed_by: session.closed_by,
            is_blocked: summary.blocked,
            is_served: self.facts.sites.iter().any(|it| it.summary.id == summary.site),
            is_read_only: session.read_only,
        };
        possible_in_bulk(agent, &facts_of(summary), &self.facts.settings, standing)
    }
}
