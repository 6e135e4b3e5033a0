//! CL26 to CL28, CL30: what others type, and what was seen.

use inbox_client::{Frame, Input};
use inbox_types::{
    Place,
    limits::{TYPING_LIFE, TYPING_RENEW},
};

use crate::{
    rules::NOTHING,
    tab::{Tab, ana, deleted, mine, theirs, welcome},
};

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
