//! Histories that hold, and histories that are broken in one way each.

use inbox_client::Status;
use inbox_types::{Author, Place};

use super::{Invariant, check};
use crate::history::{Acknowledged, Count, Delivered, History, LineName, Row, Screen, Seen, Typed};

const HERE: &str = "main-here";

fn line(client_id: &str) -> LineName {
    LineName {
        conversation: HERE.to_owned(),
        author: Author::Visitor,
        client_id: client_id.parse().expect("an id"),
    }
}

fn row(place: u64, client_id: &str) -> Row {
    let LineName { author, client_id, .. } = line(client_id);
    let text = format!("words of {client_id}");
    Row { place: Place(place), message: Some((author, client_id, Some(text))) }
}

fn notice(place: u64) -> Row {
    Row { place: Place(place), message: None }
}

fn acknowledged(client_id: &str, place: u64) -> Acknowledged {
    Acknowledged { line: line(client_id), count: Count::Visitor, place: Place(place), at: 0 }
}

fn seen(row: Row) -> Seen {
    let reader = "the visitor".to_owned();
    Seen { reader, conversation: HERE.to_owned(), count: Count::Visitor, row }
}

fn screen(rows: Vec<Row>) -> Screen {
    Screen {
        reader: "the visitor".to_owned(),
        conversation: HERE.to_owned(),
        count: Count::Visitor,
        rows,
        sending: Vec::new(),
        failed: Vec::new(),
        link: Status::Idle,
    }
}

fn delivered(id: &str, seq: u64) -> Delivered {
    Delivered { id: id.to_owned(), conversation: HERE.to_owned(), seq: Place(seq) }
}

/// Two lines and a notice between them, typed, told, seen, shown and delivered.
fn whole() -> History {
    let rows = vec![row(1, "a"), notice(2), row(3, "b")];
    let typed =
        ["a", "b"].map(|it| Typed { line: line(it), tab: 1, text: format!("words of {it}") });
    let mut history = History {
        typed: typed.into(),
        acknowledged: vec![acknowledged("a", 1), acknowledged("b", 3), acknowledged("b", 3)],
        seen: rows.iter().cloned().map(seen).collect(),
        screens: vec![screen(rows.clone()), screen(rows[1..].to_vec())],
        delivered: vec![delivered("e1", 1), delivered("e1", 1), delivered("e3", 3)],
        ..History::default()
    };
    history.stored.insert((HERE.to_owned(), Count::Visitor), rows.clone());
    history.stored.insert((HERE.to_owned(), Count::Team), rows);
    history.hooked.insert(HERE.to_owned());
    history
}

fn rows(history: &mut History) -> &mut Vec<Row> {
    history.stored.get_mut(&(HERE.to_owned(), Count::Visitor)).expect("a listing")
}

/// After this was done to it, the history breaks this invariant.
#[track_caller]
fn breaks(invariant: Invariant, harm: impl FnOnce(&mut History)) {
    let mut history = whole();
    harm(&mut history);
    let found = check(&history);
    assert!(found.iter().any(|it| it.invariant == invariant), "{invariant:?} in {found:?}");
}

#[test]
fn a_whole_history_holds() {
    assert_eq!(check(&whole()), []);
}

#[test]
fn i1_an_acknowledged_line_that_is_not_stored() {
    breaks(Invariant::I1, |it| {
        rows(it).pop();
    });
}

#[test]
fn i1_an_acknowledged_line_at_another_place() {
    breaks(Invariant::I1, |it| it.acknowledged[0].place = Place(2));
}

#[test]
fn i2_one_name_at_two_places() {
    breaks(Invariant::I2, |it| rows(it).push(row(4, "a")));
}

#[test]
fn i2_two_acknowledgements_with_two_places() {
    breaks(Invariant::I2, |it| it.acknowledged.push(acknowledged("b", 4)));
}

#[test]
fn i3_a_gap() {
    breaks(Invariant::I3, |it| {
        rows(it).remove(1);
    });
}

#[test]
fn i3_lines_of_one_tab_out_of_order() {
    breaks(Invariant::I3, |it| it.typed.reverse());
}

#[test]
fn i3_lines_of_two_tabs_may_stand_in_any_order() {
    let mut history = whole();
    history.typed.reverse();
    history.typed[0].tab = 2;
    assert_eq!(check(&history), []);
}

#[test]
fn i3_a_line_that_failed_may_come_later() {
    let mut history = whole();
    history.typed.reverse();
    history.failed.insert(line("a"));
    assert_eq!(check(&history), []);
}

#[test]
fn i4_a_screen_without_the_last_row() {
    breaks(Invariant::I4, |it| {
        it.screens[0].rows.pop();
    });
}

#[test]
fn i4_an_empty_screen() {
    breaks(Invariant::I4, |it| it.screens[0].rows.clear());
}

#[test]
fn i4_a_line_that_is_on_its_way_for_ever() {
    breaks(Invariant::I4, |it| it.screens[0].sending.push(line("a")));
}

#[test]
fn i5_a_line_that_is_nowhere() {
    let lost = || Typed { line: line("c"), tab: 1, text: "words of c".to_owned() };
    breaks(Invariant::I5, |it| it.typed.push(lost()));
    let mut history = whole();
    history.typed.push(lost());
    history.screens[0].failed.push(line("c"));
    assert_eq!(check(&history), []);
}

#[test]
fn i6_a_line_that_nobody_typed() {
    breaks(Invariant::I6, |it| rows(it).push(row(4, "ghost")));
}

#[test]
fn i6_other_words() {
    breaks(Invariant::I6, |it| it.typed[0].text = "something else".to_owned());
}

#[test]
fn i6_a_row_that_was_seen_and_is_not_stored() {
    breaks(Invariant::I6, |it| it.seen.push(seen(row(4, "b"))));
}

#[test]
fn i6_a_row_that_was_seen_at_anothers_place() {
    breaks(Invariant::I6, |it| it.seen.push(seen(row(1, "b"))));
}

#[test]
fn i7_a_message_that_the_webhook_never_heard_of() {
    breaks(Invariant::I7, |it| {
        it.delivered.pop();
    });
}

#[test]
fn i7_deliveries_out_of_order() {
    breaks(Invariant::I7, |it| it.delivered.reverse());
}

#[test]
fn i7_one_name_for_two_events() {
    breaks(Invariant::I7, |it| it.delivered[2].id = "e1".to_owned());
}
