//! One small scene per rule.

use inbox_client::{Frame, Input, SavedMessage, adoptable};
use inbox_types::{
    Millis, Place,
    limits::{RATE_SPAN, UNSENT_LINES},
};

use crate::files::{kept, kept_by};
use crate::tab::{Tab, ack, deleted, draft, edited, id, mine, refused, show_line, theirs, welcome};

pub(crate) const NOTHING: [&str; 0] = [];

#[test]
fn cl1_hello_comes_first_and_says_what_is_here() {
    let mut tab = Tab::new();
    assert_eq!(tab.writes("a"), ["keep a", "dial 1"]);
    assert_eq!(tab.does(Input::Opened { socket: 1 }), ["hello 0 after 0"]);
    assert_eq!(tab.hears(welcome(4)), NOTHING);
    assert_eq!(tab.hears(Frame::Entries(vec![theirs(1, "x"), theirs(2, "y")])), NOTHING);
    assert_eq!(tab.hears(Frame::Ready { head: Place(2) }), ["post a"]);

    tab.breaks();
    tab.tick_when_due();
    assert_eq!(tab.does(Input::Opened { socket: 2 }), ["hello 4 after 2"]);
}

#[test]
fn cl2_an_entry_that_is_here_changes_nothing() {
    let mut tab = Tab::live(vec![theirs(1, "x"), theirs(2, "y")]);
    let before = tab.client.clone();
    assert_eq!(tab.hears(Frame::Entry(theirs(2, "other"))), NOTHING);
    assert_eq!(tab.client, before);
    tab.hears(Frame::Entry(theirs(3, "z")));
    assert_eq!(tab.reads(), ["1 x", "2 y", "3 z"]);
}

#[test]
fn cl2_a_page_begins_where_it_begins() {
    let mut tab = Tab::live(vec![theirs(41, "x"), theirs(42, "y")]);
    assert!(tab.client.has_earlier());
    tab.hears(Frame::Entry(theirs(43, "z")));
    assert_eq!(tab.reads(), ["41 x", "42 y", "43 z"]);
}

#[test]
fn cl3_a_gap_makes_the_client_dial_from_what_it_has() {
    let mut tab = Tab::live(vec![theirs(1, "x")]);
    assert_eq!(tab.hears(Frame::Entry(theirs(3, "z"))), ["hang up 1"]);
    assert_eq!(tab.hears(Frame::Entry(theirs(2, "y"))), NOTHING);
    assert_eq!(tab.tick_when_due(), ["dial 2"]);
    assert_eq!(tab.does(Input::Opened { socket: 2 }), ["hello 1 after 1"]);
    assert_eq!(tab.reads(), ["1 x"]);
}

#[test]
fn cl3_nothing_may_come_before_the_first_place() {
    let mut tab = Tab::live(Vec::new());
    assert_eq!(tab.hears(Frame::Entry(theirs(2, "y"))), ["hang up 1"]);
}

#[test]
fn cl3_the_rest_of_a_torn_frame_is_not_taken_in() {
    let mut tab = Tab::live(vec![theirs(1, "x")]);
    tab.hears(Frame::Entries(vec![theirs(3, "z"), theirs(2, "y")]));
    assert_eq!(tab.reads(), ["1 x"]);
}

#[test]
fn cl4_a_head_that_does_not_fit_drops_everything() {
    let mut tab = Tab::live(vec![theirs(1, "x"), theirs(2, "y")]);
    tab.breaks();
    tab.tick_when_due();
    tab.does(Input::Opened { socket: 2 });
    tab.hears(welcome(1));
    assert_eq!(tab.hears(Frame::Ready { head: Place(1) }), ["hang up 2"]);
    assert_eq!(tab.reads(), NOTHING);
    tab.tick_when_due();
    assert_eq!(tab.does(Input::Opened { socket: 3 }), ["hello 1 after 0"]);
}

#[test]
fn cl5_edits_and_deletions_change_their_message() {
    let mut tab = Tab::live(vec![theirs(1, "x"), theirs(2, "y")]);
    tab.hears(Frame::Entry(edited(3, 1, "better")));
    tab.hears(Frame::Entry(edited(3, 1, "better")));
    tab.hears(Frame::Entry(deleted(4, 2)));
    assert_eq!(tab.reads(), ["1 better", "2 withdrawn", "3 -", "4 -"]);
    tab.hears(Frame::Entry(edited(5, 2, "back again")));
    assert_eq!(tab.reads(), ["1 better", "2 withdrawn", "3 -", "4 -", "5 -"]);
}

#[test]
fn cl5_a_message_from_history_is_changed_too() {
    let mut tab = Tab::live(vec![edited(3, 1, "better"), deleted(4, 2), edited(5, 1, "best")]);
    tab.does(Input::Earlier);
    tab.hears(Frame::History(vec![theirs(1, "x"), theirs(2, "y")]));
    assert_eq!(tab.reads(), ["1 best", "2 withdrawn", "3 -", "4 -", "5 -"]);
}

#[test]
fn cl6_history_is_asked_for_once_and_must_fit() {
    let mut tab = Tab::live(vec![theirs(5, "five")]);
    assert_eq!(tab.does(Input::Earlier), ["history before 5"]);
    assert_eq!(tab.does(Input::Earlier), NOTHING);
    tab.hears(Frame::History(vec![theirs(2, "two"), theirs(3, "three")]));
    assert_eq!(tab.reads(), ["5 five"]);
    assert_eq!(tab.does(Input::Earlier), ["history before 5"]);
    tab.hears(Frame::History(vec![theirs(1, "x"), theirs(4, "four")]));
    assert_eq!(tab.reads(), ["5 five"]);
    tab.does(Input::Earlier);
    tab.hears(Frame::History(vec![theirs(3, "three"), theirs(4, "four")]));
    assert_eq!(tab.reads(), ["3 three", "4 four", "5 five"]);
    assert!(tab.client.has_earlier());
}

#[test]
fn cl6_an_empty_page_says_that_nothing_is_before() {
    let mut tab = Tab::live(vec![theirs(5, "five")]);
    tab.does(Input::Earlier);
    tab.hears(Frame::History(Vec::new()));
    assert!(!tab.client.has_earlier());
    assert_eq!(tab.does(Input::Earlier), NOTHING);
}

#[test]
fn cl6_a_page_that_was_lost_with_its_socket_can_be_asked_for_again() {
    let mut tab = Tab::live(vec![theirs(5, "five")]);
    tab.does(Input::Earlier);
    tab.reconnects(Vec::new());
    assert_eq!(tab.does(Input::Earlier), ["history before 5"]);
}

#[test]
fn cl7_a_new_epoch_drops_history_and_keeps_what_is_unsent() {
    let mut tab = Tab::live(vec![theirs(1, "x"), theirs(2, "y")]);
    tab.breaks();
    tab.writes("a");
    tab.tick_when_due();
    tab.does(Input::Opened { socket: 2 });
    assert_eq!(tab.hears(welcome(2)), ["erased"]);
    assert_eq!(tab.reads(), ["a sending"]);
    assert_eq!(tab.hears(Frame::Ready { head: Place(0) }), ["post a"]);
    assert_eq!(tab.client.epoch(), 2);
}

#[test]
fn cl7_a_first_welcome_erases_nothing() {
    let mut tab = Tab::new();
    tab.does(Input::Connect);
    tab.does(Input::Opened { socket: 1 });
    assert_eq!(tab.hears(welcome(3)), NOTHING);
}

#[test]
fn cl8_a_line_is_kept_before_it_is_said_and_until_it_is_stored() {
    let mut tab = Tab::live(Vec::new());
    assert_eq!(tab.writes("a"), ["keep a", "post a"]);
    assert_eq!(tab.reconnects(Vec::new()).last().unwrap(), "post a");
    assert_eq!(tab.hears(Frame::Entry(mine(1, "a"))), ["forget a"]);
    assert_eq!(tab.reads(), ["1 a"]);
}

#[test]
fn cl8_a_failed_line_is_kept_until_it_is_discarded() {
    let mut tab = Tab::live(Vec::new());
    tab.writes("a");
    assert_eq!(tab.does(Input::Discard { client_id: id("a") }), NOTHING);
    assert_eq!(tab.hears(refused("a")), ["keep a"]);
    assert_eq!(tab.does(Input::Discard { client_id: id("a") }), ["forget a"]);
    assert_eq!(tab.reads(), NOTHING);
}

#[test]
fn cl9_what_has_no_place_is_said_again_oldest_first() {
    let mut tab = Tab::live(Vec::new());
    assert_eq!(tab.writes("a"), ["keep a", "post a"]);
    assert_eq!(tab.writes("b"), ["keep b", "post b"]);
    tab.breaks();
    assert_eq!(tab.writes("c"), ["keep c"]);
    assert_eq!(tab.tick_when_due(), ["dial 2"]);
    let said = tab.answers_hello(1, vec![mine(1, "a")]);
    assert_eq!(said, ["hello 1 after 0", "forget a", "post b", "post c"]);
    assert_eq!(tab.does(Input::Tick), NOTHING);
}

#[test]
fn cl10_acknowledgement_and_entry_may_come_in_any_order() {
    let mut tab = Tab::live(Vec::new());
    tab.writes("a");
    assert_eq!(tab.hears(ack("a", 1)), ["forget a"]);
    assert_eq!(tab.reads(), ["a sent at 1"]);
    assert_eq!(tab.hears(Frame::Entry(mine(1, "a"))), ["forget a"]);
    assert_eq!(tab.hears(ack("a", 1)), NOTHING);
    assert_eq!(tab.reads(), ["1 a"]);

    tab.writes("b");
    assert_eq!(tab.hears(Frame::Entry(mine(2, "b"))), ["forget b"]);
    assert_eq!(tab.hears(ack("b", 2)), NOTHING);
    assert_eq!(tab.reads(), ["1 a", "2 b"]);
}

#[test]
fn cl10_a_repeat_that_stands_before_the_first_page_is_done() {
    let mut tab = Tab::live(vec![theirs(41, "x")]);
    tab.writes("a");
    assert_eq!(tab.hears(ack("a", 3)), ["forget a"]);
    assert_eq!(tab.reads(), ["41 x"]);
}

#[test]
fn cl10_a_namesake_by_somebody_else_is_another_line() {
    let mut tab = Tab::live(Vec::new());
    tab.writes("a");
    tab.hears(Frame::Entry(theirs(1, "a")));
    assert_eq!(tab.reads(), ["1 a", "a sending"]);
}

#[test]
fn cl10_a_failed_line_that_was_stored_after_all_is_sent() {
    let mut tab = Tab::live(Vec::new());
    tab.writes("a");
    tab.hears(refused("a"));
    assert_eq!(tab.hears(Frame::Entry(mine(1, "a"))), ["forget a"]);
    assert_eq!(tab.reads(), ["1 a"]);
}

#[test]
fn cl11_a_refused_line_fails_and_retrying_appends_it() {
    let mut tab = Tab::live(Vec::new());
    tab.writes("a");
    assert_eq!(tab.hears(refused("a")), ["keep a"]);
    assert_eq!(tab.writes("b"), ["keep b", "post b"]);
    assert_eq!(tab.reads(), ["a failed: Refused(Rate)", "b sending"]);
    assert!(!tab.reconnects(Vec::new()).contains(&"post a".to_owned()));
    assert_eq!(tab.does(Input::Retry { client_id: id("a") }), ["keep a", "post a"]);
    assert_eq!(tab.reads(), ["b sending", "a sending"]);
    assert_eq!(tab.does(Input::Retry { client_id: id("a") }), NOTHING);
}

#[test]
fn cl12_a_line_that_waited_for_a_day_is_failed() {
    let mut tab = Tab::new();
    tab.writes("a");
    tab.breaks();
    tab.wait(Millis(Millis::hours(24).0 - 1));
    tab.does(Input::Tick);
    assert_eq!(tab.reads(), ["a sending"]);
    tab.wait(Millis(1));
    assert!(tab.does(Input::Tick).contains(&"keep a".to_owned()));
    assert_eq!(tab.reads(), ["a failed: TooOld"]);
    tab.does(Input::Retry { client_id: id("a") });
    assert_eq!(tab.reads(), ["a sending"]);
}

#[test]
fn cl13_a_line_that_breaks_every_socket_is_failed() {
    let mut tab = Tab::live(Vec::new());
    tab.writes("a");
    for _ in 0..7 {
        assert_eq!(tab.reconnects(Vec::new()).last().unwrap(), "post a");
    }
    assert_eq!(tab.breaks(), ["keep a"]);
    assert_eq!(tab.reads(), ["a failed: Unanswered"]);
}

#[test]
fn cl14_every_waiting_line_fails_when_the_relay_says_never_again() {
    let mut tab = Tab::live(Vec::new());
    tab.writes("a");
    assert_eq!(tab.does(Input::Closed { socket: 1, code: 4410 }), ["keep a"]);
    assert_eq!(tab.writes("b"), ["keep b", "keep b"]);
    assert_eq!(tab.reads(), ["a failed: Gone", "b failed: Gone"]);
    assert_eq!(tab.client.due(), None);
    assert_eq!(tab.does(Input::Connect), NOTHING);
    assert_eq!(tab.does(Input::Woken), NOTHING);
}

#[test]
fn cl15_a_reload_says_the_kept_lines_again_in_their_order() {
    let mut storage = Vec::new();
    let mut tab = Tab::live(Vec::new());
    for name in ["a", "b", "c"] {
        let input = Input::Wrote { client_id: id(name), draft: draft(name) };
        storage.extend(kept(&tab.client.handle(tab.now, input)));
    }
    let refusal = Input::Heard { socket: 1, frame: refused("b") };
    storage.retain(|it: &SavedMessage| it.client_id != id("b"));
    storage.extend(kept(&tab.client.handle(tab.now, refusal)));
    storage.reverse();

    let mut reloaded = Tab::new();
    assert_eq!(reloaded.does(Input::Restored(storage)), NOTHING);
    reloaded.does(Input::Connect);
    assert_eq!(reloaded.answers_hello(1, Vec::new()), ["hello 0 after 0", "post a", "post c"]);
    assert_eq!(reloaded.reads(), ["a sending", "b failed: Refused(Rate)", "c sending"]);
    reloaded.writes("d");
    assert_eq!(reloaded.reads()[3], "d sending");
}

#[test]
fn cl15_a_kept_line_that_is_stored_is_forgotten() {
    let mut tab = Tab::live(vec![mine(1, "a")]);
    assert_eq!(tab.does(Input::Restored(vec![kept_by(1, "a", 5)])), ["forget a"]);
    assert_eq!(tab.reads(), ["1 a"]);
}

#[test]
fn cl16_only_the_lines_of_tabs_that_are_gone_are_adopted() {
    let storage = vec![kept_by(1, "mine", 1), kept_by(2, "living", 2), kept_by(3, "gone", 3)];
    let adopted = adoptable(storage, 1, &[1, 2]);
    let names: Vec<_> = adopted.iter().map(|it| it.client_id.as_str()).collect();
    assert_eq!(names, ["mine", "gone"]);

    let mut tab = Tab::live(Vec::new());
    tab.writes("own");
    assert_eq!(tab.does(Input::Restored(adopted)), ["keep gone", "post mine", "post gone"]);
    assert_eq!(tab.does(Input::Restored(vec![kept_by(1, "gone", 3)])), NOTHING);
}

#[test]
fn cl16_a_line_that_two_tabs_say_is_ended_in_both_by_its_entry() {
    let mut frozen = Tab::live(Vec::new());
    frozen.writes("a");
    let mut other = Tab::numbered(2);
    other.does(Input::Restored(vec![kept_by(1, "a", 5)]));
    for tab in [&mut frozen, &mut other] {
        tab.does(Input::Connect);
        tab.does(Input::Opened { socket: tab.socket });
        tab.hears(welcome(1));
        tab.hears(Frame::Entries(vec![mine(1, "a")]));
        assert_eq!(tab.reads(), ["1 a"]);
    }
}

#[test]
fn cl17_a_long_queue_goes_out_at_the_relays_pace() {
    let mut tab = Tab::new();
    for n in 0..120 {
        tab.writes(&format!("line-{n}"));
    }
    let n_posts = |said: &[String]| said.iter().filter(|it| it.starts_with("post")).count();
    assert_eq!(n_posts(&tab.answers_hello(1, Vec::new())), 50);
    assert_eq!(n_posts(&tab.does(Input::Tick)), 0);
    for (acknowledged, expected) in [(0..50, 50), (50..100, 20), (100..120, 0)] {
        for n in acknowledged {
            tab.hears(Frame::Entry(mine(n + 1, &format!("line-{n}"))));
        }
        assert!(expected == 0 || tab.client.due().unwrap() <= tab.now.after(RATE_SPAN));
        tab.wait(RATE_SPAN);
        assert_eq!(n_posts(&tab.does(Input::Tick)), expected);
    }
    assert_eq!(tab.client.lines().len(), 0);
}

#[test]
fn cl18_a_full_queue_fails_the_next_line() {
    let mut tab = Tab::new();
    for n in 0..UNSENT_LINES {
        assert!(!tab.client.is_full());
        tab.writes(&format!("line-{n}"));
    }
    assert!(tab.client.is_full());
    tab.writes("one-more");
    assert_eq!(show_line(tab.client.lines().last().unwrap()), "one-more failed: Refused(TooMany)");
}

#[test]
fn cl19_a_message_without_an_answer_makes_the_client_dial_again() {
    let mut tab = Tab::live(Vec::new());
    tab.writes("a");
    for _ in 0..3 {
        tab.wait(Millis::seconds(6));
        assert_eq!(tab.hears(Frame::Seen { place: Place(0) }), NOTHING);
    }
    tab.wait(Millis::seconds(2));
    assert_eq!(tab.does(Input::Tick), ["hang up 1"]);
    assert_eq!(tab.tick_when_due(), ["dial 2"]);
}

#[test]
fn cl29_a_line_whose_refusal_was_lost_is_not_said_after_a_later_one() {
    let mut tab = Tab::live(Vec::new());
    for name in ["a", "b", "c"] {
        tab.writes(name);
    }
    // The relay refused a and stored b; both answers were lost.
    let said = tab.reconnects(vec![mine(1, "b")]);
    assert_eq!(said[2..], ["keep a", "forget b", "post c"]);
    assert_eq!(tab.reads(), ["1 b", "a failed: Unanswered", "c sending"]);
}

#[test]
fn cl29_the_lines_of_another_tab_are_in_no_order_with_ours() {
    let mut tab = Tab::new();
    tab.does(Input::Restored(vec![kept_by(3, "gone", 1)]));
    tab.writes("a");
    assert_eq!(tab.answers_hello(1, vec![mine(1, "a")])[1..], ["forget a", "post gone"]);
}

#[test]
fn cl33_a_tab_that_joins_says_everything_again_in_its_order() {
    let mut tab = Tab::live(vec![mine(1, "a"), theirs(2, "hello")]);
    tab.writes("b");
    tab.hears(ack("b", 3));
    tab.writes("c");
    assert_eq!(tab.does(Input::Joined), ["keep a", "keep b", "keep c", "hang up 1"]);
    assert_eq!(tab.reads(), ["a sending", "b sending", "c sending"]);
    tab.tick_when_due();
    assert_eq!(tab.answers_hello(1, Vec::new()), ["hello 0 after 0", "post a", "post b", "post c"]);
}
