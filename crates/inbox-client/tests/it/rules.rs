//! One small scene per rule.

use inbox_client::{Failure, Frame, Input, Output, SavedMessage, Status, adoptable};
use inbox_protocol::{Refusal, VisitorBody};
use inbox_types::{
    Millis, Place, Timestamp,
    limits::{HEARTBEAT, HEARTBEAT_PATIENCE, RATE_SPAN, TYPING_LIFE, TYPING_RENEW, UNSENT_LINES},
};

use crate::tab::{
    Tab, ack, ana, deleted, draft, draft_with, edited, file, id, mine, refused, show_line, theirs,
    welcome,
};

const NOTHING: [&str; 0] = [];

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
fn cl20_each_failed_dial_doubles_the_rest() {
    let mut tab = Tab::new();
    tab.does(Input::Connect);
    let mut longest = 500;
    for _ in 0..10 {
        tab.breaks();
        let Status::Resting { until } = tab.client.status() else { panic!("it rests") };
        let rest = until.since(tab.now).0;
        assert!(longest / 2 <= rest && rest <= longest, "{rest} of {longest}");
        longest = (longest * 2).min(60_000);
        tab.tick_when_due();
    }
    assert_eq!(longest, 60_000);
}

#[test]
fn cl20_only_a_steady_connection_starts_over() {
    let rest_after = |life: Millis| {
        let mut tab = Tab::new();
        tab.does(Input::Connect);
        for _ in 0..4 {
            tab.breaks();
            tab.tick_when_due();
        }
        tab.answers_hello(1, Vec::new());
        tab.wait(life);
        tab.breaks();
        let Status::Resting { until } = tab.client.status() else { panic!("it rests") };
        until.since(tab.now)
    };
    assert!(rest_after(Millis::seconds(5)) <= Millis(500));
    assert!(Millis::seconds(4) <= rest_after(Millis::seconds(4)));
}

#[test]
fn cl20_browsers_do_not_dial_in_step() {
    let rest = |seed| {
        let mut client = inbox_client::Client::<inbox_protocol::VisitorBody>::new(
            inbox_types::Author::Visitor,
            1,
            seed,
        );
        let now = Timestamp::from_millis(0);
        client.handle(now, Input::Connect);
        client.handle(now, Input::Closed { socket: 1, code: 1006 });
        client.due().unwrap()
    };
    let rests: std::collections::BTreeSet<_> = (0..100).map(|it| rest(it * 2)).collect();
    assert!(50 < rests.len(), "{} different rests of 100", rests.len());
}

#[test]
fn cl21_an_earlier_socket_is_ignored() {
    let mut tab = Tab::live(vec![theirs(1, "x")]);
    tab.reconnects(Vec::new());
    let before = tab.client.clone();
    assert_eq!(tab.does(Input::Closed { socket: 1, code: 4410 }), NOTHING);
    let frame = Frame::Entry(theirs(2, "y"));
    assert_eq!(tab.does(Input::Heard { socket: 1, frame }), NOTHING);
    assert_eq!(tab.does(Input::Opened { socket: 1 }), NOTHING);
    assert_eq!(tab.client, before);
}

#[test]
fn cl22_silence_is_asked_about_and_then_given_up() {
    let mut tab = Tab::live(Vec::new());
    let began = tab.now;
    assert_eq!(tab.tick_when_due(), ["ping"]);
    assert_eq!(tab.now, began.after(HEARTBEAT));
    assert_eq!(tab.does(Input::Alive { socket: 1 }), NOTHING);
    assert_eq!(tab.tick_when_due(), ["ping"]);
    assert_eq!(tab.tick_when_due(), ["hang up 1"]);
    assert_eq!(tab.now, began.after(HEARTBEAT).after(HEARTBEAT).after(HEARTBEAT_PATIENCE));
}

#[test]
fn cl22_a_dial_a_hello_and_a_message_are_questions_too() {
    let mut tab = Tab::new();
    tab.does(Input::Connect);
    tab.wait(HEARTBEAT_PATIENCE);
    assert_eq!(tab.does(Input::Tick), ["hang up 1"]);
    tab.tick_when_due();
    tab.does(Input::Opened { socket: 2 });
    tab.wait(HEARTBEAT_PATIENCE);
    assert_eq!(tab.does(Input::Tick), ["hang up 2"]);
    tab.tick_when_due();
    tab.answers_hello(1, Vec::new());
    tab.writes("a");
    tab.wait(HEARTBEAT_PATIENCE);
    assert_eq!(tab.does(Input::Tick), ["hang up 3"]);
}

#[test]
fn cl23_a_page_that_wakes_dials_or_asks_at_once() {
    let mut tab = Tab::live(Vec::new());
    assert_eq!(tab.does(Input::Woken), ["ping"]);
    assert_eq!(tab.does(Input::Woken), NOTHING);
    tab.wait(Millis::hours(1));
    assert_eq!(tab.does(Input::Woken), ["hang up 1"]);
    assert_eq!(tab.does(Input::Woken), ["dial 2"]);
    assert_eq!(tab.does(Input::Woken), NOTHING);
}

#[test]
fn cl24_the_close_code_decides() {
    let after = |code| {
        let mut tab = Tab::live(Vec::new());
        let mut said = tab.does(Input::Closed { socket: 1, code });
        if tab.client.due().is_some() {
            said.extend(tab.tick_when_due());
        }
        said
    };
    assert_eq!(after(1006), ["dial 2"]);
    assert_eq!(after(4400), ["dial 2"]);
    assert_eq!(after(4401), ["dial 2 renewed"]);
    assert_eq!(after(4410), NOTHING);
    assert_eq!(after(4426), ["reload"]);
    assert_eq!(after(4503), ["dial 2"]);

    let mut tab = Tab::live(Vec::new());
    tab.does(Input::Closed { socket: 1, code: 4429 });
    assert!(tab.now.after(Millis::seconds(15)) <= tab.client.due().unwrap());
}

#[test]
fn cl40_whoever_was_sent_away_is_dialed_for_when_it_is_wanted_anew() {
    let mut tab = Tab::live(Vec::new());
    tab.does(Input::Closed { socket: 1, code: 4410 });
    assert_eq!(tab.does(Input::Connect), NOTHING);
    assert_eq!(tab.does(Input::Woken), NOTHING);
    assert_eq!(tab.does(Input::Again), ["dial 2"]);
    assert_eq!(tab.does(Input::Again), NOTHING);
    tab.does(Input::Opened { socket: 2 });
    tab.does(Input::Closed { socket: 2, code: 4410 });
    assert_eq!(tab.client.due(), None);
    assert_eq!(tab.does(Input::Again), ["dial 3"]);
}

#[test]
fn cl24_a_renewed_token_is_asked_for_until_it_works() {
    let mut tab = Tab::live(Vec::new());
    tab.does(Input::Closed { socket: 1, code: 4401 });
    assert_eq!(tab.tick_when_due(), ["dial 2 renewed"]);
    tab.does(Input::Closed { socket: 2, code: 0 });
    assert_eq!(tab.tick_when_due(), ["dial 3 renewed"]);
    tab.answers_hello(1, Vec::new());
    tab.breaks();
    assert_eq!(tab.tick_when_due(), ["dial 4"]);
}

#[test]
fn cl25_a_clock_that_was_set_back_does_not_delay_the_dial() {
    let mut tab = Tab::live(Vec::new());
    tab.breaks();
    tab.now = Timestamp::from_millis(0);
    assert_eq!(tab.does(Input::Tick), ["dial 2"]);
}

#[test]
fn cl26_anothers_typing_ends_in_three_ways() {
    let typing = || Frame::Typing { who: Some(ana()), on: true };
    let mut tab = Tab::live(Vec::new());
    tab.hears(typing());
    tab.hears(typing());
    assert_eq!(tab.client.typing().len(), 1);
    tab.hears(Frame::Typing { who: Some(ana()), on: false });
    assert_eq!(tab.client.typing().len(), 0);

    tab.hears(typing());
    tab.hears(Frame::Entry(theirs(1, "x")));
    assert_eq!(tab.client.typing().len(), 0);

    tab.hears(typing());
    assert_eq!(tab.client.due(), Some(tab.now.after(TYPING_LIFE)));
    tab.tick_when_due();
    assert_eq!(tab.client.typing().len(), 0);
}

#[test]
fn cl26_anothers_typing_ends_with_their_part_and_with_the_session() {
    let typing = || Frame::Typing { who: Some(ana()), on: true };
    let ana_and_ben = || Input::Present(vec![ana().id, "ben".parse().unwrap()]);
    let mut tab = Tab::live(Vec::new());
    tab.does(ana_and_ben());
    tab.hears(typing());
    tab.hears(Frame::Typing { who: None, on: true });
    assert_eq!(tab.client.typing().len(), 2);
    // She leaves; whoever has no part, such as the visitor for an agent, is not concerned.
    tab.does(Input::Present(vec!["ben".parse().unwrap()]));
    assert!(tab.client.typing().iter().all(|it| it.who.is_none()));
    assert_eq!(tab.client.typing().len(), 1);
    // A word that was under way when she left.
    tab.hears(typing());
    assert_eq!(tab.client.typing().len(), 1);

    tab.does(ana_and_ben());
    tab.hears(typing());
    assert_eq!(tab.client.typing().len(), 2);
    // The session is over.
    tab.does(Input::Present(Vec::new()));
    assert_eq!(tab.client.typing().len(), 1);
}

#[test]
fn cl26_ones_own_typing_is_said_now_and_then() {
    let mut tab = Tab::live(Vec::new());
    assert_eq!(tab.does(Input::Typed), ["typing true"]);
    assert_eq!(tab.does(Input::Typed), NOTHING);
    tab.wait(TYPING_RENEW);
    assert_eq!(tab.does(Input::Typed), ["typing true"]);
    assert_eq!(tab.does(Input::StoppedTyping), ["typing false"]);
    assert_eq!(tab.does(Input::StoppedTyping), NOTHING);
    tab.does(Input::Typed);
    assert_eq!(tab.writes("a"), ["keep a", "typing false", "post a"]);
}

#[test]
fn cl27_seen_is_said_once_and_not_beyond_the_last_entry() {
    let mut tab = Tab::live(vec![theirs(1, "x"), theirs(2, "y")]);
    assert_eq!(tab.does(Input::Saw { place: Place(1) }), ["seen 1"]);
    assert_eq!(tab.does(Input::Saw { place: Place(1) }), NOTHING);
    assert_eq!(tab.does(Input::Saw { place: Place(9) }), ["seen 2"]);
    tab.breaks();
    tab.tick_when_due();
    // The relay has not learned it.
    assert_eq!(tab.answers_hello(1, Vec::new()), ["hello 1 after 2", "seen 2"]);
}

#[test]
fn cl28_unread_are_messages_of_others_that_were_not_seen() {
    let mut tab = Tab::live(vec![theirs(1, "x"), mine(2, "y")]);
    assert_eq!(tab.client.n_unread(), 1);
    tab.does(Input::Saw { place: Place(2) });
    assert_eq!(tab.client.n_unread(), 0);
    assert_eq!(tab.hears(Frame::Entry(theirs(3, "z"))), ["arrived 3"]);
    assert_eq!(tab.hears(Frame::Entry(mine(4, "elsewhere"))), NOTHING);
    assert_eq!(tab.client.n_unread(), 1);
    tab.hears(Frame::Entry(deleted(5, 3)));
    assert_eq!(tab.client.n_unread(), 0);
    assert_eq!(tab.reconnects(vec![theirs(6, "missed")])[2], "arrived 6");
}

#[test]
fn cl28_what_was_read_in_another_tab_is_read() {
    let mut tab = Tab::live(vec![theirs(1, "x"), theirs(2, "y"), theirs(3, "z")]);
    assert_eq!(tab.client.n_unread(), 3);
    assert_eq!(tab.hears(Frame::SeenByMe { place: Place(2) }), NOTHING);
    assert_eq!(tab.client.n_unread(), 1);
    tab.hears(Frame::SeenByMe { place: Place(1) });
    assert_eq!(tab.client.n_unread(), 1);
    // The relay knows it, and need not be told again.
    assert_eq!(tab.does(Input::Saw { place: Place(2) }), NOTHING);
    // It may come before the line itself.
    tab.hears(Frame::SeenByMe { place: Place(4) });
    assert_eq!(tab.hears(Frame::Entry(theirs(4, "w"))), NOTHING);
    assert_eq!(tab.client.n_unread(), 0);
}

#[test]
fn cl30_what_was_read_with_other_rights_is_forgotten_and_asked_for_anew() {
    let mut tab = Tab::live(vec![theirs(1, "plain"), mine(2, "thanks")]);
    tab.writes("a");
    assert_eq!(tab.does(Input::Afresh), ["hang up 1"]);
    assert!(tab.client.entries().is_empty());
    assert_eq!(tab.hears(Frame::Entry(theirs(3, "old"))), NOTHING);
    assert_eq!(tab.tick_when_due(), ["dial 2"]);
    assert_eq!(tab.does(Input::Opened { socket: 2 }), ["hello 1 after 0"]);
    tab.hears(welcome(1));
    tab.hears(Frame::Entries(vec![theirs(1, "hidden"), mine(2, "thanks")]));
    assert_eq!(tab.hears(Frame::Ready { head: Place(2) }), ["post a"]);
    assert_eq!(tab.reads()[..2], ["1 hidden", "2 thanks"]);
    // Without a connection there is nothing to hang up, and nothing to read either.
    tab.breaks();
    assert_eq!(tab.does(Input::Afresh), NOTHING);
    assert!(tab.client.entries().is_empty());
}

fn kept_by(tab: u32, name: &str, since: u64) -> SavedMessage {
    let since = Timestamp::from_millis(since + 1_000_000);
    SavedMessage { client_id: id(name), tab, since, draft: draft(name), failed: None }
}

fn kept(outputs: &[Output]) -> Vec<SavedMessage> {
    let kept = outputs.iter().filter_map(|it| match it {
        Output::Keep(kept) => Some(kept.clone()),
        Output::Call(_)
        | Output::Say(_)
        | Output::Forget(_)
        | Output::Arrived { .. }
        | Output::Erased
        | Output::Unfinished(_) => None,
    });
    kept.collect()
}

fn stored(upload: &str, name: &str) -> Input<VisitorBody> {
    Input::Stored { upload: upload.parse().unwrap(), file: file(name) }
}

#[test]
fn cl37_a_line_is_said_once_its_files_are_stored_and_later_lines_wait_for_it() {
    let mut tab = Tab::live(Vec::new());
    let draft = draft_with("a", &["up-1", "f2", "up-3"], &["up-1", "up-3"]);
    assert_eq!(tab.does(Input::Wrote { client_id: id("a"), draft }), ["keep a"]);
    assert_eq!(tab.writes("b"), ["keep b"]);
    assert_eq!(tab.does(stored("up-3", "f3")), ["keep a"]);
    assert_eq!(tab.does(stored("up-9", "f9")), NOTHING);
    // Nothing is due at once, or the page would turn round and round while it uploads.
    assert!(tab.now.after(Millis::seconds(1)) < tab.client.due().unwrap());
    let said = tab.does(stored("up-1", "f1"));
    assert_eq!(said, ["keep a", "post a with f1 with f2 with f3", "post b"]);
}

#[test]
fn cl37_a_file_that_will_not_be_stored_fails_its_line_and_no_other() {
    let mut tab = Tab::live(Vec::new());
    let draft = draft_with("a", &["up-1"], &["up-1"]);
    tab.does(Input::Wrote { client_id: id("a"), draft });
    tab.writes("b");
    let failure = Failure::Refused(Refusal::FileTooLarge);
    let failed = Input::NotStored { upload: "up-1".parse().unwrap(), failure };
    assert_eq!(tab.does(failed), ["keep a", "post b"]);
    assert_eq!(tab.reads()[0], "a failed: Refused(FileTooLarge)");
    // Tried again, it waits for its file as before, and goes out with it.
    assert_eq!(tab.does(Input::Retry { client_id: id("a") }), ["keep a"]);
    assert_eq!(tab.does(stored("up-1", "f1")), ["keep a", "post a with f1"]);
}

#[test]
fn cl37_a_line_that_waits_for_a_file_can_be_given_up() {
    let mut tab = Tab::live(Vec::new());
    let draft = draft_with("a", &["up-1"], &["up-1"]);
    tab.does(Input::Wrote { client_id: id("a"), draft });
    tab.writes("b");
    assert_eq!(tab.does(Input::Discard { client_id: id("a") }), ["forget a", "post b"]);
    assert_eq!(tab.does(stored("up-1", "f1")), NOTHING);
}

#[test]
fn cl38_a_kept_line_that_waits_for_a_file_is_handed_back_to_be_written_again() {
    let mut tab = Tab::live(Vec::new());
    let waits =
        SavedMessage { draft: draft_with("a", &["f1", "up-2"], &["up-2"]), ..kept_by(1, "a", 5) };
    let said = tab.does(Input::Restored(vec![waits, kept_by(1, "b", 6)]));
    assert_eq!(said, ["unfinished a", "forget a", "post b"]);
}

#[test]
fn cl39_a_line_whose_files_the_relay_lost_waits_for_them_again_and_goes_last() {
    let mut tab = Tab::live(Vec::new());
    tab.does(Input::Wrote { client_id: id("a"), draft: draft_with("a", &["f1"], &[]) });
    tab.writes("b");
    let files = vec![file("up-1")];
    assert_eq!(tab.does(Input::FilesLost { client_id: id("a"), files }), ["keep a"]);
    assert_eq!(tab.does(stored("up-1", "f2")), ["keep a", "post a with f2"]);
    // That the later line is stored first says nothing about this one.
    tab.hears(Frame::Entry(mine(1, "b")));
    assert_eq!(tab.reads(), ["1 b", "a sending"]);
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
