//! The list on screen: its first page, which the desk keeps up to date, and later ones that were asked
//! for.

use std::collections::BTreeSet;

use inbox_protocol::{DeskList, DeskPage, FromDesk, ListRow};
use inbox_types::ConversationId;

use super::Desk;
use crate::model::{Effect, Model, ToastKind, toast};

/// How many rows are kept that have left the list: filters offer the tags and languages of them.
const OLD_ROWS: usize = 500;

/// Another list. What it shows is not known until the desk answers.
pub(super) fn watch(model: &mut Model) -> Vec<Effect> {
    model.bulk.clear();
    model.desk.order = None;
    forget_pages(&mut model.desk);
    // Who is not connected asks for it once they are.
    if !model.desk.link.is_live() {
        return Vec::new();
    }
    vec![Effect::SayDesk(FromDesk::Watch { query: model.desk.query(), before: None })]
}

/// The list begins with its first page again.
pub(super) fn forget_pages(desk: &mut Desk) {
    desk.older.clear();
    desk.next = None;
    desk.awaited = None;
}

pub(super) fn ask_for_more(model: &mut Model) -> Vec<Effect> {
    let Some(next) = model.desk.next.clone().filter(|_| model.desk.awaited.is_none()) else {
        return Vec::new();
    };
    if !model.reaches_desk() {
        toast::show(model, ToastKind::NotConnected);
        return Vec::new();
    }
    model.desk.awaited = Some(next.clone());
    let query = model.desk.query();
    vec![Effect::SayDesk(FromDesk::Watch { query, before: Some(next) })]
}

/// The first page, as it stands now, and what has changed in later ones.
pub(super) fn take_list(desk: &mut Desk, list: DeskList) {
    let DeskList { order, rows, counts, total, unread, at_least, next, gone } = list;
    let changed: Vec<ConversationId> = rows.iter().map(|it| it.conversation.clone()).collect();
    for row in rows {
        desk.rows.insert(row.conversation.clone(), row);
    }
    if desk.older.is_empty() {
        // The second page, if it is awaited, begins where this one ends.
        desk.next = next;
    } else {
        // What was pushed off the first page stands first on the second. What was in no page that is
        // here, and has moved, is shown at their end until all of them are.
        let pushed = desk.order.take().unwrap_or_default();
        let older = pushed.into_iter().chain(std::mem::take(&mut desk.older)).chain(changed);
        let mut known: BTreeSet<ConversationId> = order.iter().chain(&gone).cloned().collect();
        desk.older = older.filter(|id| known.insert(id.clone())).collect();
    }
    desk.order = Some(order);
    desk.counts = counts;
    desk.total = total;
    desk.unread = unread;
    desk.at_least = at_least;
    settle(desk);
}

pub(super) fn take_page(desk: &mut Desk, page: DeskPage) {
    // It may be of a list that is not on screen any more.
    if desk.awaited.take_if(|it| *it == page.before).is_none() {
        return;
    }
    desk.next = page.next;
    let first = desk.order.iter().flatten();
    let known: BTreeSet<ConversationId> = first.chain(&desk.older).cloned().collect();
    for row in page.rows {
        if !known.contains(&row.conversation) {
            desk.older.push(row.conversation.clone());
        }
        desk.rows.insert(row.conversation.clone(), row);
    }
    settle(desk);
}

/// Counts what is unseen in the list. Rows that have left it say nothing any more, and of those only
/// so many are kept: the desk tells a row again that comes back, unless it never left the list.
fn settle(desk: &mut Desk) {
    let shown: BTreeSet<ConversationId> = desk.shown().into_iter().flatten().collect();
    if shown.len() + OLD_ROWS < desk.rows.len() {
        desk.rows.retain(|id, _| shown.contains(id));
    }
    let me = desk.me().map(|it| it.id.clone());
    let is_unseen = |it: &&ListRow| {
        let owner = it.owner.as_ref().map(|it| &it.id);
        0 < it.unread && (owner.is_none() || owner == me.as_ref())
    };
    let rows = shown.iter().filter_map(|it| desk.rows.get(it));
    desk.unseen = rows.filter(is_unseen).count();
}
