//! What must hold for every order in which a relay's words can arrive.

use inbox_client::{Frame, Input};
use inbox_protocol::{Entry, VisitorBody};
use inbox_types::{Millis, Place};
use proptest::prelude::*;

use crate::tab::{Tab, ack, deleted, edited, mine, theirs, welcome};

/// What may happen to a conversation.
#[derive(Clone, Copy, Debug)]
enum Event {
    Mine,
    Theirs,
    Edited(usize),
    Deleted(usize),
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let event = prop_oneof![
        3 => Just(Event::Mine),
        3 => Just(Event::Theirs),
        1 => (0..40_usize).prop_map(Event::Edited),
        1 => (0..40_usize).prop_map(Event::Deleted),
    ];
    proptest::collection::vec(event, 1..40)
}

fn log(events: &[Event]) -> Vec<Entry<VisitorBody>> {
    let mut log = Vec::new();
    for event in events {
        let place = log.len() as u64 + 1;
        let of = |index: usize| index as u64 % place + 1;
        log.push(match *event {
            Event::Mine => mine(place, &format!("line-{place}")),
            Event::Theirs => theirs(place, &format!("line-{place}")),
            Event::Edited(index) => edited(place, of(index), &format!("edit-{place}")),
            Event::Deleted(index) => deleted(place, of(index)),
        });
    }
    log
}

proptest! {
    /// CL2, CL5: hearing everything as it happens, or in two parts, is the same as
    /// hearing it at once.
    #[test]
    fn replay_is_running(events in events(), cut in 0..40_usize) {
        let log = log(&events);
        let at_once = Tab::live(log.clone());

        let mut running = Tab::live(Vec::new());
        for entry in log.clone() {
            running.hears(Frame::Entry(entry));
        }
        prop_assert_eq!(running.client.entries(), at_once.client.entries());

        let (before, after) = log.split_at(cut.min(log.len()));
        let mut resumed = Tab::live(before.to_vec());
        resumed.reconnects(after.to_vec());
        prop_assert_eq!(resumed.client.entries(), at_once.client.entries());
    }

    /// CL2: hearing entries again, in whatever order, changes nothing.
    #[test]
    fn repeated_entries_are_harmless(events in events(), again in proptest::collection::vec(0..40_usize, 0..40)) {
        let log = log(&events);
        let mut tab = Tab::live(log.clone());
        let before = tab.client.entries().to_vec();
        for index in again {
            tab.hears(Frame::Entry(log[index % log.len()].clone()));
        }
        prop_assert_eq!(tab.client.entries(), &before[..]);
    }

    /// CL5, CL6: a transcript that was read backwards is the one that was read forwards.
    #[test]
    fn pages_are_the_whole(events in events(), page in 1..7_usize) {
        let log = log(&events);
        let whole = Tab::live(log.clone());
        let mut first = log.len().saturating_sub(page);
        let mut paged = Tab::live(log[first..].to_vec());
        while 0 < first {
            let before = first.saturating_sub(page);
            paged.does(Input::Earlier);
            paged.hears(Frame::History(log[before..first].to_vec()));
            first = before;
        }
        prop_assert_eq!(paged.client.entries(), whole.client.entries());
        prop_assert!(!paged.client.has_earlier());
    }

    /// CL10: acknowledgements and entries of lines, mixed, repeated and late, always
    /// end in the same place: everything sent, nothing waiting.
    #[test]
    fn acknowledgements_in_any_order_are_harmless(
        n in 1..8_u64,
        acks in proptest::collection::vec((0..8_u64, 0..16_usize), 0..30),
    ) {
        let mut tab = Tab::live(Vec::new());
        for line in 0..n {
            tab.writes(&format!("line-{line}"));
        }
        let mut frames: Vec<_> =
            (0..n).map(|it| Frame::Entry(mine(it + 1, &format!("line-{it}")))).collect();
        for (line, at) in acks {
            let line = line % n;
            frames.insert(at.min(frames.len()), ack(&format!("line-{line}"), line + 1));
        }
        for frame in frames {
            tab.hears(frame);
        }
        prop_assert_eq!(tab.client.lines().len(), 0);
        prop_assert_eq!(tab.client.entries().len() as u64, n);
    }

    /// CL8, CL9: whichever prefix of what was said the relay has stored when the socket
    /// breaks, the rest is said again, once and in order.
    #[test]
    fn what_was_not_stored_is_said_again(n in 1..10_u64, stored in 0..10_u64, heard in 0..10_u64) {
        let (stored, n_heard) = (stored.min(n), heard.min(stored.min(n)));
        let entry = |it: u64| mine(it + 1, &format!("line-{it}"));
        let mut tab = Tab::live(Vec::new());
        for line in 0..n {
            tab.writes(&format!("line-{line}"));
        }
        for line in 0..n_heard {
            tab.hears(Frame::Entry(entry(line)));
        }
        let said = tab.reconnects((n_heard..stored).map(entry).collect());
        let posts: Vec<_> = said.into_iter().filter(|it| it.starts_with("post")).collect();
        let expected: Vec<_> = (stored..n).map(|it| format!("post line-{it}")).collect();
        prop_assert_eq!(posts, expected);
    }

    /// CL22: however the time passes, a client that wants to be connected is never
    /// without something that is due, and never rests for more than a minute.
    #[test]
    fn a_wanted_link_never_sleeps_for_good(steps in proptest::collection::vec((0..6_u8, 0..70_000_u64), 1..60)) {
        let mut tab = Tab::new();
        tab.does(Input::Connect);
        for (what, millis) in steps {
            tab.wait(Millis(millis));
            match what {
                0 => tab.does(Input::Opened { socket: tab.socket }),
                1 => tab.hears(welcome(1)),
                2 => tab.hears(Frame::Ready { head: Place(0) }),
                3 => tab.breaks(),
                4 => tab.does(Input::Woken),
                _ => tab.does(Input::Tick),
            };
            let due = tab.client.due();
            prop_assert!(due.is_some_and(|it| it <= tab.now.after(Millis::seconds(60))));
        }
    }
}
