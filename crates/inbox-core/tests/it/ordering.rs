//! The order of the list.

use inbox_core::ordering::{Direction, Row, Sort, compare, next_level_at, wait_level};
use inbox_types::{Millis, Timestamp};
use proptest::prelude::*;

use crate::script;

const NOW: Timestamp = Timestamp::from_millis(100_000_000);

#[test]
fn o1_who_waited_half_an_hour_comes_first_the_longest_wait_before_the_others() {
    let rows = [("fresh", 0, 0, 1), ("half", 30, 0, 40), ("hour", 60, 0, 60), ("unread", 29, 9, 2)];
    assert_eq!(grouped(&rows, Direction::NewestFirst), "hour half unread fresh");
}

#[test]
fn o2_then_what_is_unread_the_newest_before_the_others() {
    let rows = [("old", 0, 1, 20), ("new", 0, 5, 10), ("read", 0, 0, 1)];
    assert_eq!(grouped(&rows, Direction::OldestFirst), "new old read");
}

#[test]
fn o3_then_the_rest_in_the_direction_of_the_toggle() {
    let rows = [("old", 0, 0, 20), ("new", 0, 0, 10)];
    assert_eq!(grouped(&rows, Direction::NewestFirst), "new old");
    assert_eq!(grouped(&rows, Direction::OldestFirst), "old new");
}

#[test]
fn o4_an_explicit_sort_drops_the_groups() {
    let rows = [("waits", 90, 0, 90), ("unread", 0, 3, 20), ("new", 0, 0, 10)];
    assert_eq!(sorted(&rows, Sort::ByTime(Direction::NewestFirst)), "new unread waits");
    assert_eq!(sorted(&rows, Sort::ByTime(Direction::OldestFirst)), "waits unread new");
}

#[test]
fn o5_levels_begin_at_their_boundary() {
    let level = |wait: Millis| wait_level(Some(NOW), NOW.after(wait));
    assert_eq!(level(Millis(Millis::minutes(30).0 - 1)), 0);
    assert_eq!(level(Millis::minutes(30)), 1);
    assert_eq!(level(Millis(Millis::hours(1).0 - 1)), 1);
    assert_eq!(level(Millis::hours(1)), 2);
    assert_eq!(level(Millis(Millis::hours(2).0 - 1)), 2);
    assert_eq!(level(Millis::hours(2)), 3);
    assert_eq!(wait_level(None, NOW), 0);
}

#[test]
fn o6_the_next_level_comes_by_the_clock() {
    let next = |wait: Millis| {
        let now = NOW.after(wait);
        next_level_at(Some(NOW), now).map(|at| at.since(NOW))
    };
    assert_eq!(next(Millis(0)), Some(Millis::minutes(30)));
    assert_eq!(next(Millis::minutes(30)), Some(Millis::hours(1)));
    assert_eq!(next(Millis::minutes(61)), Some(Millis::hours(2)));
    assert_eq!(next(Millis::hours(2)), None);
    assert_eq!(next_level_at(None, NOW), None);
}

#[test]
fn o7_ties_are_broken_by_the_id() {
    let rows = [("b", 45, 0, 45), ("a", 45, 0, 45), ("d", 0, 0, 10), ("c", 0, 0, 10)];
    assert_eq!(grouped(&rows, Direction::NewestFirst), "a b c d");
    assert_eq!(grouped(&rows, Direction::OldestFirst), "a b d c");
}

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let row =
        ("[a-c]", proptest::option::of(0_u64..150), 0_u32..2, proptest::option::of(0_u64..150));
    proptest::collection::vec(
        row.prop_map(|(id, wait, unread, last)| Row {
            conversation: script::id(&id),
            customer_waiting_since: wait.map(ago),
            unread,
            last_message_at: last.map(ago),
        }),
        3,
    )
}

proptest! {
    /// A comparator that contradicts itself makes `sort` panic, or the list jump.
    #[test]
    fn o8_the_comparator_is_a_total_order(rows in rows(), by_time: bool, oldest: bool) {
        let direction = if oldest { Direction::OldestFirst } else { Direction::NewestFirst };
        let sort = if by_time { Sort::ByTime(direction) } else { Sort::Grouped(direction) };
        let order = |one: usize, other: usize| compare(&rows[one], &rows[other], sort, NOW);
        prop_assert_eq!(order(0, 1), order(1, 0).reverse());
        if order(0, 1).is_le() && order(1, 2).is_le() {
            prop_assert!(order(0, 2).is_le());
        }
    }
}

fn ago(minutes: u64) -> Timestamp {
    Timestamp::from_millis(NOW.as_millis() - Millis::minutes(minutes).0)
}

fn grouped(rows: &[(&str, u64, u32, u64)], direction: Direction) -> String {
    sorted(rows, Sort::Grouped(direction))
}

/// Name, minutes waited (0 is not at all), unread, minutes since the last message.
fn sorted(rows: &[(&str, u64, u32, u64)], sort: Sort) -> String {
    let mut rows: Vec<Row> = rows
        .iter()
        .map(|(id, wait, unread, last)| Row {
            conversation: script::id(id),
            customer_waiting_since: (0 < *wait).then(|| ago(*wait)),
            unread: *unread,
            last_message_at: Some(ago(*last)),
        })
        .collect();
    rows.sort_by(|one, other| compare(one, other, sort, NOW));
    rows.iter().map(|row| row.conversation.as_str()).collect::<Vec<_>>().join(" ")
}
