//! The order of the list: one comparator (D-order-of-the-list).

use std::cmp::{Ordering, Reverse};

use inbox_types::{ConversationId, Millis, OMNICHAT_WAITS, Timestamp};

/// The waits from which a row looks different. Each begins at its boundary.
pub const WAIT_LEVELS: [Millis; 3] = OMNICHAT_WAITS;

/// What of a row its place depends on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// Which conversation; it breaks ties.
    pub conversation: ConversationId,
    /// Since when the visitor waits for a reply.
    pub customer_waiting_since: Option<Timestamp>,
    /// Messages that the reader has not seen.
    pub unread: u32,
    /// When the last public message was written.
    pub last_message_at: Option<Timestamp>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Sort {
    /// Long waiters, then unread, then the rest in this direction.
    Grouped(Direction),
    /// Who waits for a reply, the longest first, and then the rest, newest first.
    Waiting,
    /// By the last message and nothing else: an explicit choice drops the groups.
    ByTime(Direction),
}

/// Which end of time comes first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub enum Direction {
    #[default]
    NewestFirst,
    OldestFirst,
}

/// Which of two rows comes first.
#[must_use]
// O1, O2, O3, O4, O7, O8
pub fn compare(one: &Row, other: &Row, sort: Sort, now: Timestamp) -> Ordering {
    match sort {
        Sort::ByTime(direction) => by_time(one, other, direction),
        // DK61
        Sort::Waiting => {
            let wait =
                |row: &Row| (row.customer_waiting_since.is_none(), row.customer_waiting_since);
            let waits = wait(one).cmp(&wait(other));
            waits.then_with(|| by_time(one, other, Direction::NewestFirst))
        }
        Sort::Grouped(direction) => {
            let group = group(one, now);
            group.cmp(&self::group(other, now)).then_with(|| match group {
                Group::LongWait => {
                    let waits = one.customer_waiting_since.cmp(&other.customer_waiting_since);
                    waits.then_with(|| one.conversation.cmp(&other.conversation))
                }
                Group::Unread => by_time(one, other, Direction::NewestFirst),
                Group::Rest => by_time(one, other, direction),
            })
        }
    }
}

/// How a row looks: 0 below half an hour, 1, 2 and 3 from each of [`WAIT_LEVELS`].
#[must_use]
// O5
pub fn wait_level(customer_waiting_since: Option<Timestamp>, now: Timestamp) -> u8 {
    let wait = customer_waiting_since.map_or(Millis(0), |since| now.since(since));
    WAIT_LEVELS.iter().map(|from| u8::from(*from <= wait)).sum()
}

/// When the level of a row changes next by itself. Nothing else is needed to keep a list
/// in order while nobody does anything.
#[must_use]
// O6
pub fn next_level_at(
    customer_waiting_since: Option<Timestamp>,
    now: Timestamp,
) -> Option<Timestamp> {
    let since = customer_waiting_since?;
    WAIT_LEVELS.iter().map(|from| since.after(*from)).find(|at| now < *at)
}

/// The groups of the default order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Group {
    /// Who has waited for long.
    LongWait,
    /// What the reader has not seen.
    Unread,
    /// Everything else.
    Rest,
}

/// Which group a row belongs to.
#[must_use]
pub fn group(row: &Row, now: Timestamp) -> Group {
    if 0 < wait_level(row.customer_waiting_since, now) {
        Group::LongWait
    } else if 0 < row.unread {
        Group::Unread
    } else {
        Group::Rest
    }
}

/// A row without a message is the oldest of all. One direction is the other one backwards, so that one
/// index serves both.
fn by_time(one: &Row, other: &Row, direction: Direction) -> Ordering {
    let newest = Reverse(one.last_message_at)
        .cmp(&Reverse(other.last_message_at))
        .then_with(|| one.conversation.cmp(&other.conversation));
    match direction {
        Direction::NewestFirst => newest,
        Direction::OldestFirst => newest.reverse(),
    }
}
