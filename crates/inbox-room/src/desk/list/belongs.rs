//! Which list a conversation belongs to, and which place it has there.

use inbox_core::ordering::{Direction, Row, Sort};
use inbox_protocol::{ListQuery, ListSort, ListTab};
use inbox_types::{MemberId, SessionState, Timestamp};

use super::Reading;
use crate::{
    Summary,
    desk::{
        filter::lets_through,
        summary::{is_open, unread},
    },
};

// DK22, DK24, DK60
pub(super) fn matches(summary: &Summary, query: &ListQuery, member: &MemberId) -> bool {
    // What its reader still has to say how it went is work to do, like what is open.
    let lists_work = query.states.contains(&SessionState::Active);
    let in_state = query.states.is_empty()
        || query.states.contains(&summary.session.state)
        || lists_work && summary.session.wrapup.contains(member);
    let in_department =
        query.department.is_none() || query.department == summary.session.department;
    let of_campaign = query.campaign.is_none()
        || query.campaign.as_ref() == summary.session.campaign.as_ref().map(|it| &it.id);
    in_state && in_department && of_campaign && lets_through(&query.filter, summary, member)
}

pub(super) fn is_mine(summary: &Summary, member: &MemberId) -> bool {
    let session = &summary.session;
    session.owner.as_ref() == Some(member)
        || [&session.others, &session.silent, &session.wrapup]
            .iter()
            .any(|them| them.contains(member))
}

/// Somebody owns it, and the reader has no part in it.
// DK64
pub(super) fn is_of_team(summary: &Summary, member: &MemberId) -> bool {
    summary.session.owner.is_some() && !is_mine(summary, member)
}

pub(super) fn is_of_tab(reading: &Reading<'_>, summary: &Summary) -> bool {
    match reading.query.tab {
        ListTab::Mine => is_mine(summary, &reading.agent.id),
        ListTab::Team => is_of_team(summary, &reading.agent.id),
        ListTab::Unassigned => is_unassigned(summary),
        ListTab::All => true,
    }
}

pub(super) fn is_unassigned(summary: &Summary) -> bool {
    summary.session.owner.is_none() && is_open(summary)
}

/// Whether what is over can stand in a list.
pub(super) fn lists_closed(query: &ListQuery) -> bool {
    let is_of_work = query.filter.unread || query.filter.waiting;
    !is_of_work && (query.states.is_empty() || query.states.contains(&SessionState::Closed))
}

pub(super) fn sort_of(query: &ListQuery) -> Sort {
    match query.sort {
        ListSort::Grouped => Sort::Grouped(Direction::NewestFirst),
        ListSort::Waiting => Sort::Waiting,
        ListSort::Newest => Sort::ByTime(Direction::NewestFirst),
        ListSort::Oldest => Sort::ByTime(Direction::OldestFirst),
    }
}

/// What is over waits for nobody: it has its place by its last message alone.
// DK37
pub(super) fn row_of(summary: &Summary, member: &MemberId) -> Row {
    Row {
        conversation: summary.conversation.clone(),
        customer_waiting_since: summary
            .session
            .customer_waiting_since
            .filter(|_| summary.is_live()),
        unread: if summary.is_live() { unread(summary, member) } else { 0 },
        last_message_at: summary.last.as_ref().map(|it| it.at),
    }
}

/// A place in a list as a console carries it: what the order depends on, so that it holds also when
/// the row itself has moved or is gone.
// DK39
pub(super) fn place_text(row: &Row) -> String {
    let millis = |at: Option<Timestamp>| at.map_or("-".to_owned(), |it| it.as_millis().to_string());
    let unread = u8::from(0 < row.unread);
    let (waiting, last) = (millis(row.customer_waiting_since), millis(row.last_message_at));
    format!("{waiting}.{unread}.{last}.{}", row.conversation)
}

/// None if it is no place.
// DK39
pub(super) fn place_of(text: &str) -> Option<Row> {
    let mut parts = text.splitn(4, '.');
    let mut part = || parts.next();
    let millis = |text: &str| match text {
        "-" => Some(None),
        _ => text.parse().ok().map(|it| Some(Timestamp::from_millis(it))),
    };
    Some(Row {
        customer_waiting_since: millis(part()?)?,
        unread: part()?.parse().ok()?,
        last_message_at: millis(part()?)?,
        conversation: part()?.parse().ok()?,
    })
}
