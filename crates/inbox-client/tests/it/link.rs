//! CL20 to CL25, CL40: dialing, waiting, and being sent away.

use inbox_client::{Frame, Input, Status};
use inbox_types::{
    Millis, Timestamp,
    limits::{HEARTBEAT, HEARTBEAT_PATIENCE},
};

use crate::{
    rules::NOTHING,
    tab::{Tab, theirs},
};

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
