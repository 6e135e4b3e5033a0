//! Drafts: of several tabs, of what is gone, and on the way out.

use inbox_protocol::Refusal;
use inbox_types::{Millis, limits};
use porchlight_console::model::{
    DeskMsg, Dialog, Leave, Model, Msg, RoomMsg, Route, SignInMsg, UploadState, start,
};
use serde_json::json;

use crate::{Console, Storage, here, id, stored_file};

#[test]
fn a_sign_in_that_ends_elsewhere_takes_no_drafts_along() {
    for by_hand in [false, true] {
        let mut console = Console::new();
        console.types("Half an answer");
        console.does(if by_hand { Msg::SignIn(SignInMsg::SignedOut) } else { Msg::StillMe(false) });
        assert_eq!(console.storage.is_empty(), by_hand);
        let again = Console::with(8, console.storage.clone(), console.view.clone());
        assert_eq!(again.composer().text.is_empty(), by_hand);
    }
}

#[test]
fn every_way_away_from_an_unsaved_form_asks_first() {
    let offer = DeskMsg::Answer { offer: "o1".parse().unwrap(), accept: true };
    let ways = [
        Msg::Routed(Route::Desk),
        Msg::Goto(id("main-c2")),
        Msg::Desk(offer),
        Msg::Opened(Dialog::Unsaved(Leave::SignOut)),
        Msg::Opened(Dialog::Unsaved(Leave::Speak("vi".to_owned()))),
        Msg::Opened(Dialog::Unsaved(Leave::Site("main-shop".parse().unwrap()))),
    ];
    for way in ways {
        let mut console = Console::new();
        let place = Route::Settings(porchlight_console::model::Section::Workspace);
        console.does(Msg::Routed(place.clone()));
        assert!(!console.model.asks_before_unload());
        console.does(Msg::Unsaved { form: 1, dialog: false, on: true });
        assert!(console.model.asks_before_unload());
        console.does(way.clone());
        assert_eq!(console.model.route, place, "{way:?} waits");
        let Some(Dialog::Unsaved(leave)) = console.model.dialog.clone() else {
            panic!("{way:?} did not ask")
        };

        // Staying changes nothing, and leaving asks no more.
        console.does(Msg::Closed);
        assert!(console.model.asks_before_unload());
        console.does(Msg::Leave(leave));
        assert_eq!(console.model.dialog, None);
        assert!(!console.model.unsaved.anywhere());
    }
}

#[test]
fn a_form_that_was_saved_asks_no_more() {
    let mut console = Console::new();
    console.does(Msg::Routed(Route::Campaigns));
    console.does(Msg::Unsaved { form: 1, dialog: false, on: true });
    console.does(Msg::Unsaved { form: 1, dialog: false, on: false });
    console.does(Msg::Routed(Route::Desk));
    assert_eq!(console.model.route, Route::Desk);
    assert_eq!(console.model.dialog, None);
}

#[test]
fn the_browser_asks_before_it_leaves_what_it_could_not_keep() {
    let mut console = Console::new();
    console.types("Half an answer");
    assert!(!console.model.asks_before_unload(), "it is kept");
    console.does(Msg::NotKept);
    assert!(console.model.asks_before_unload(), "the storage is full");

    let mut console = Console::new();
    console.types(&"a".repeat(limits::DRAFT_BYTES + 1));
    assert!(console.model.asks_before_unload(), "it is too large");

    let mut console = Console::new();
    console.uploads(UploadState::Sending(50));
    assert!(console.model.asks_before_unload(), "the file is nowhere else");
    let console = console.reloads();
    let upload = &console.composer().uploads[0];
    assert_eq!((upload.name.as_str(), &upload.state), ("plan.pdf", &UploadState::Lost));
    assert!(!console.composer().can_send(&console.shown().rules()), "not without its file unseen");
}

#[test]
fn what_is_sent_while_a_file_of_it_is_on_its_way_goes_with_it() {
    let mut console = Console::new();
    console.types("Here is the plan");
    console.uploads(UploadState::Sending(50));
    console.sends();
    assert_eq!(console.composer().text, "Here is the plan", "it waits");
    // The network went away for a moment.
    console
        .room(RoomMsg::Uploading { ticket: 1, state: UploadState::Failed(Refusal::Unavailable) });
    console.room(RoomMsg::UploadAgain(1));
    console.room(RoomMsg::Uploading { ticket: 1, state: stored_file() });
    assert!(console.composer().is_empty(), "it is sent");
    let lines = console.shown().client.lines();
    assert_eq!(lines.iter().map(|it| it.draft.files.len()).collect::<Vec<_>>(), [1]);

    // Whoever goes on writing has not sent that.
    let mut console = Console::new();
    console.types("Here is");
    console.uploads(UploadState::Sending(50));
    console.sends();
    console.types("Here is what I mean");
    console.room(RoomMsg::Uploading { ticket: 1, state: stored_file() });
    assert_eq!(console.composer().text, "Here is what I mean");
    console.sends();
    assert!(console.composer().is_empty());
}

#[test]
fn two_tabs_do_not_replace_each_others_draft_unseen() {
    // Each tab's storage event reaches the other one.
    let mut one = Console::new();
    let mut two = Console::with(8, Storage::new(), one.view.clone());
    one.types("From the first");
    two.storage.clone_from(&one.storage);
    two.does(Msg::DraftElsewhere(here(), Box::new(one.storage[&here()].clone())));
    assert_eq!(two.composer().text, "From the first");
    two.types("From the first and the second");
    assert_eq!(two.storage[&here()].text, "From the first and the second");

    // The first one writes before it hears of that.
    one.storage.clone_from(&two.storage);
    one.types("From the first only");
    assert_eq!(one.storage[&here()].text, "From the first and the second", "nothing is replaced");
    let other = one.shown().other.clone().unwrap();
    assert_eq!(other.text, "From the first and the second");
    assert!(one.model.asks_before_unload());

    one.room(RoomMsg::Choose { other: false });
    assert_eq!(one.storage[&here()].text, "From the first only");
    assert!(one.shown().other.is_none());

    // What is sent in one tab is no draft in the other.
    two.storage.clone_from(&one.storage);
    two.does(Msg::DraftElsewhere(here(), Box::new(one.storage[&here()].clone())));
    two.does(Msg::DraftElsewhere(here(), Box::default()));
    assert_eq!(two.composer().text, "");
}

#[test]
fn drafts_are_bounded_and_the_oldest_goes() {
    let mut console = Console::new();
    for n in 0..=limits::DRAFTS {
        console.now = console.now.after(Millis::seconds(1));
        let other = id(&format!("main-x{n}"));
        console.does(Msg::Goto(other.clone()));
        let text = RoomMsg::Typed { text: format!("Draft {n}"), caret: 0 };
        console.does(Msg::Room(other, text));
    }
    assert_eq!(console.storage.len(), limits::DRAFTS);
    assert!(!console.storage.contains_key(&id("main-x0")));

    let mut console = Console::new();
    let large = "b".repeat(limits::DRAFT_BYTES / 2);
    for n in 0..40 {
        console.now = console.now.after(Millis::seconds(1));
        let other = id(&format!("main-x{n}"));
        console.does(Msg::Goto(other.clone()));
        console.does(Msg::Room(other, RoomMsg::Typed { text: large.clone(), caret: 0 }));
    }
    let bytes: usize = console.storage.values().map(|it| it.text.len()).sum();
    assert!(bytes <= limits::DRAFTS_BYTES);
    assert!(console.storage.contains_key(&id("main-x39")));
}

#[test]
fn a_draft_goes_with_its_message_its_conversation_and_its_member() {
    let mut console = Console::new();
    console.types("Half an answer");
    assert!(console.model.has_draft(&here()) && !console.storage.is_empty());
    console.sends();
    assert!(console.storage.is_empty() && !console.model.has_draft(&here()));

    // Erased while somebody looks, and while nobody does.
    let mut console = Console::new();
    console.types("Half an answer");
    console.loses_the_connection();
    let erased = json!({
        "type": "welcome", "version": 1, "epoch": 2, "now": 5_000_000, "seen": 0,
        "seen_by_me": 0, "visits": [], "conversation": console.view.clone(),
    });
    let storage = console.storage.clone();
    console.now = console.now.after(Millis::minutes(2));
    console.does(Msg::Ticked);
    console.room(RoomMsg::Opened { socket: console.socket });
    console.hears(&erased);
    assert!(console.storage.is_empty() && console.composer().text.is_empty());

    let mut console = Console::new();
    console.storage = storage;
    let mut model = Model::new(console.now, 11);
    let _ = start(&mut model, Route::Desk);
    let mut late = Console::with(9, console.storage, console.view);
    assert_eq!(late.composer().text, "Half an answer");
    late.loses_the_connection();
    late.now = late.now.after(Millis::minutes(2));
    late.does(Msg::Ticked);
    late.room(RoomMsg::Opened { socket: late.socket });
    late.hears(&erased);
    assert!(late.storage.is_empty() && late.composer().text.is_empty());

    let mut console = Console::new();
    console.types("Half an answer");
    console.does(Msg::SignIn(SignInMsg::SignedOut));
    assert!(console.storage.is_empty());
    assert!(!console.model.has_any_draft());
}

#[test]
fn signing_out_with_drafts_asks_first() {
    let mut console = Console::new();
    console.types("Half an answer");
    console.does(Msg::Opened(Dialog::Unsaved(Leave::SignOut)));
    assert_eq!(console.model.dialog, Some(Dialog::Unsaved(Leave::SignOut)));
    console.does(Msg::Closed);
    assert!(!console.storage.is_empty());
}
