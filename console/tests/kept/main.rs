//! What an agent types or presses is kept like a visitor's line, whatever happens meanwhile:
//! every thing that can be typed or pressed, with everything that can happen to it.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "a test may fail where it stands")]
#![allow(clippy::wildcard_enum_match_arm, reason = "a test looks for a few frames among many")]

mod answers;
mod connection;
mod console;
mod drafts;
mod late;
mod masked;
mod over;
mod presses;
mod together;

use inbox_protocol::{FromAgent, ToAgent, ToDesk};
use inbox_types::{ContactField, Place, Timestamp, Visibility};
use porchlight_console::model::{DeskMsg, Effect, Frozen, Msg, RoomMsg, update};
use serde_json::{Value, json};

use console::{Console, Storage, conversation, ended, here, id, message, mine, stored_file, taken};

/// A thing that is typed, and whether it is there.
pub(crate) type Typed = (&'static str, fn(&mut Console), fn(&Console) -> bool);

const TYPED: [Typed; 9] = [
    (
        "a reply",
        |it| it.writes(Visibility::Public, "Half an answer"),
        |it| {
            it.composer().text == "Half an answer" && it.composer().visibility == Visibility::Public
        },
    ),
    (
        "a note",
        |it| it.writes(Visibility::Note, "Half a note"),
        |it| it.composer().text == "Half a note" && it.composer().visibility == Visibility::Note,
    ),
    (
        "a whisper",
        |it| it.writes(Visibility::Whisper, "Half a whisper"),
        |it| {
            it.composer().text == "Half a whisper"
                && it.composer().visibility == Visibility::Whisper
        },
    ),
    (
        "a better text for a sent message",
        |it| {
            it.room(RoomMsg::Edit(Place(1)));
            it.types("Two days.");
        },
        |it| it.composer().text == "Two days." && it.composer().editing == Some(Place(1)),
    ),
    (
        "a file",
        |it| it.uploads(stored_file()),
        |it| matches!(it.composer().uploads[..], [ref one] if one.state == stored_file()),
    ),
    (
        "a contact's name",
        |it| it.fills_in(ContactField::Name, "Linh"),
        |it| it.shown().field(ContactField::Name) == "Linh",
    ),
    (
        "notes on a contact",
        |it| it.fills_in(ContactField::Notes, "Likes blue."),
        |it| it.shown().field(ContactField::Notes) == "Likes blue.",
    ),
    (
        "half a tag",
        |it| it.room(RoomMsg::TypedTag("deliv".to_owned())),
        |it| it.shown().tag == "deliv",
    ),
    (
        "a draft behind an edit",
        |it| {
            it.types("Half an answer");
            it.room(RoomMsg::Edit(Place(1)));
        },
        |it| {
            let mut other = Console::with(9, it.storage.clone(), it.view.clone());
            let editing = other.composer().editing == Some(Place(1));
            other.room(RoomMsg::Dismiss);
            editing && other.composer().text == "Half an answer"
        },
    ),
];

/// Something that happens while something is typed.
type Happening = (&'static str, fn(Console) -> Console);

const HAPPENINGS: [Happening; 10] = [
    ("the page is loaded again", Console::reloads),
    ("another conversation is opened and this one again", |mut it| {
        it.does(Msg::Goto(id("main-c2")));
        it.does(Msg::Goto(here()));
        it
    }),
    ("so many are opened that this one is closed", |mut it| {
        for n in 2..12 {
            it.does(Msg::Goto(id(&format!("main-c{n}"))));
        }
        it.does(Msg::Goto(here()));
        it.connects();
        it
    }),
    ("a colleague changes the contact", |mut it| {
        it.becomes(&mine(), &json!({"name": "Anh", "notes": "Hates blue.", "phone": "1"}));
        it
    }),
    ("the connection is lost and comes back", |mut it| {
        it.loses_the_connection();
        it.comes_back();
        it
    }),
    ("a supervisor takes over", |mut it| {
        it.becomes(&taken(), &json!({}));
        it
    }),
    ("the visitor ends", |mut it| {
        it.becomes(&ended(), &json!({}));
        it
    }),
    ("it may not be viewed for a while", |mut it| {
        it.is_sent_away();
        it.does(Msg::Goto(id("main-c2")));
        it.does(Msg::Goto(here()));
        it.connects();
        it
    }),
    ("it may not be viewed for a while, and the page is loaded again", |mut it| {
        it.is_sent_away();
        it.reloads()
    }),
    ("another message is edited and the edit cancelled", |mut it| {
        it.room(RoomMsg::Edit(Place(2)));
        it.room(RoomMsg::Dismiss);
        it
    }),
];

#[test]
fn whatever_is_typed_is_still_there_whatever_happens() {
    for (thing, types, is_there) in TYPED {
        for (happening, happen) in HAPPENINGS {
            let mut console = Console::new();
            types(&mut console);
            assert!(is_there(&console), "{thing} is not even there at first");
            // An edit that is left for another one waits behind it.
            if happening.starts_with("another message") && console.composer().editing.is_some() {
                continue;
            }
            let console = happen(console);
            assert!(is_there(&console), "{thing} is gone after {happening}");
            let posts = console.said.iter().any(|it| matches!(it, FromAgent::Post { .. }));
            assert!(!posts, "{thing} was sent because {happening}");
        }
    }
}

#[test]
fn whoever_may_view_it_again_has_it_again() {
    let row = json!({
        "conversation": "main-c1", "site": "main-s1", "session": 1, "state": "active",
        "closed_by": null, "name": "Linh", "email": null, "phone": null, "language": "en",
        "preview": "", "preview_by_visitor": true, "last_message_at": null, "unread": 0,
        "customer_waiting_since": null, "wait_level": 0, "owner": null, "others": [],
        "department": null, "proactive": false, "tags": [], "conference_requested": false,
        "wrapup_due": false,
    });
    let list = json!({"type": "list", "order": ["main-c1"], "rows": [row], "total": 1,
        "counts": {"mine": 1, "unassigned": 0, "all": 1}});
    let offer = json!({
        "type": "offer", "id": "o9", "conversation": "main-c1", "kind": "transfer", "name": "Linh",
        "department": null, "from": null, "messages": [], "proactive": false, "page": null,
        "received_at": 5_000_000, "deadline": 5_030_000,
    });
    let notice = json!({"type": "notify", "id": "added:main-c1", "kind": "added",
        "conversation": "main-c1", "name": "Linh", "preview": "", "life": 5000});
    for said in [Some(list), Some(offer), Some(notice), None] {
        let mut console = Console::new();
        console.is_sent_away();
        let before = console.socket;
        console.becomes_due();
        assert_eq!(console.socket, before, "nobody knocks at a closed door");
        if let Some(frame) = said.clone() {
            console.desk_says(frame);
        } else {
            console.does(Msg::Goto(id("main-c2")));
            console.does(Msg::Goto(here()));
        }
        assert_ne!(console.socket, before, "{said:?}");
        console.connects();
        assert!(console.model.frozen().is_none(), "{said:?}");
    }
}

#[test]
fn a_field_that_was_saved_without_a_connection_replaces_nobodys_words_unseen() {
    for (theirs, is_said) in [("Likes red.", true), ("Refund promised until Friday.", false)] {
        let before = json!({"notes": "Likes red."});
        let mut console = Console::with(7, Storage::new(), conversation(&mine(), &before));
        console.loses_the_connection();
        console.fills_in(ContactField::Notes, "Likes blue.");
        console.room(RoomMsg::SaveContact);
        console.view = conversation(&mine(), &json!({"notes": theirs}));
        console.comes_back();
        let said = console.said.iter().any(|it| matches!(it, FromAgent::SetContact { .. }));
        assert_eq!(said, is_said, "{theirs}");
        assert_eq!(console.shown().field(ContactField::Notes), "Likes blue.", "{theirs}");
    }
}

#[test]
fn an_edit_that_is_left_for_another_one_waits() {
    let mut console = Console::new();
    console.types("Half an answer");
    console.room(RoomMsg::Edit(Place(1)));
    console.types("Two days.");
    console.room(RoomMsg::Edit(Place(2)));
    assert_eq!(console.composer().text, "Old friend.");
    console.room(RoomMsg::Edit(Place(1)));
    assert_eq!(console.composer().text, "Two days.");
    console.room(RoomMsg::Dismiss);
    assert_eq!(console.composer().text, "Half an answer");
    assert_eq!(console.composer().visibility, Visibility::Public);
}

#[test]
fn a_frozen_message_is_not_sent_as_something_else_and_says_why() {
    let owned = Frozen::Owned { by: "Sue".to_owned() };
    let customer = Frozen::Ended(inbox_types::CloseCause::Customer);
    for (standing, why) in [(ended(), customer), (taken(), owned)] {
        for kind in [Visibility::Public, Visibility::Whisper] {
            let mut console = Console::new();
            // Also with nothing written yet: the next key must not go elsewhere.
            console.writes(kind, "");
            console.becomes(&standing, &json!({}));
            assert_eq!(console.model.frozen(), Some(why.clone()));
            console.types("Half an answer");
            console.sends();
            assert_eq!(console.composer().text, "Half an answer");
            assert_eq!(console.composer().visibility, kind);
            let posts =
                |it: &Console| it.said.iter().any(|it| matches!(it, FromAgent::Post { .. }));
            assert!(!posts(&console));

            // The ways on: back to what it was, or a note by a press.
            let mut again = console;
            again.becomes(&mine(), &json!({}));
            assert_eq!(again.model.frozen(), None);
            again.becomes(&standing, &json!({}));
            again.room(RoomMsg::Kind(Visibility::Note));
            assert_eq!(again.model.frozen(), None);
            again.sends();
            let post = again.said.iter().find(|it| matches!(it, FromAgent::Post { .. }));
            let Some(FromAgent::Post { visibility, .. }) = post else { panic!("a note") };
            assert_eq!(*visibility, Visibility::Note);
        }
    }
}

/// I still take part, and whom I write to has gone.
#[test]
fn what_nobody_would_read_is_not_sent_and_says_who_has_gone() {
    let without = |gone: &[&str]| {
        let mut standing = mine();
        let may = standing["may"].as_array_mut().unwrap();
        may.retain(|it| !gone.contains(&it.as_str().unwrap()));
        standing
    };
    for (kind, gone, signed_out, why) in [
        (Visibility::Whisper, &["whisper"][..], false, Frozen::Unheard),
        (Visibility::Public, &["reply"][..], true, Frozen::SignedOut),
    ] {
        for text in ["", "Half an answer"] {
            let mut console = Console::new();
            console.writes(kind, text);
            let mut view = conversation(&without(gone), &json!({}));
            view["signed_out"] = json!(signed_out);
            console.hears(&json!({"type": "conversation", "conversation": view}));
            assert_eq!(console.model.frozen(), Some(why.clone()), "{text:?}");
            console.sends();
            assert!(!console.said.iter().any(|it| matches!(it, FromAgent::Post { .. })));
            assert_eq!(
                (console.composer().text.as_str(), console.composer().visibility),
                (text, kind)
            );
            // The way on that both have.
            console.room(RoomMsg::Kind(Visibility::Note));
            assert_eq!(console.model.frozen(), None, "{why:?}");
            // It is as before once somebody is there again.
            console.room(RoomMsg::Kind(kind));
            console.becomes(&mine(), &json!({}));
            assert_eq!(console.model.frozen(), None, "{why:?}");
        }
    }
    // Whoever opens the conversation only then is told in the same place.
    let mut view = conversation(&without(&["reply"]), &json!({}));
    view["signed_out"] = json!(true);
    let console = Console::with(7, Storage::new(), view);
    assert_eq!(console.model.frozen(), Some(Frozen::SignedOut));
}

#[test]
fn a_note_does_not_become_a_reply_unless_somebody_presses_for_an_answer() {
    let mut console = Console::with(7, Storage::new(), conversation(&taken(), &json!({})));
    assert_eq!(console.composer().visibility, Visibility::Note);
    console.becomes(
        &json!({"state": "active", "owner": "sue", "closed_by": null,
                            "may": ["view", "reply", "note"]}),
        &json!({}),
    );
    assert_eq!(console.composer().visibility, Visibility::Note, "nobody pressed");

    let mut console = Console::with(7, Storage::new(), conversation(&taken(), &json!({})));
    console.presses(FromAgent::Take);
    console.becomes(&mine(), &json!({}));
    assert_eq!(console.composer().visibility, Visibility::Public);
}

#[test]
fn what_is_chosen_after_following_up_is_what_is_written() {
    for before in others() {
        for text in ["", "Half a text"] {
            let mut console = Console::with(7, Storage::new(), conversation(&before, &json!({})));
            console.presses(FromAgent::Take);
            console.writes(Visibility::Note, text);
            console.becomes(&mine(), &json!({}));
            assert_eq!(console.composer().visibility, Visibility::Note, "{before}, {text:?}");
            assert_eq!(console.model.frozen(), None, "{before}, {text:?}");
            console.types("Paid in March");
            console.sends();
            let mut sent = console.said.iter().filter_map(|it| match it {
                FromAgent::Post { visibility, .. } => Some(*visibility),
                _ => None,
            });
            assert_eq!(sent.next(), Some(Visibility::Note), "{before}, {text:?}");
            // It holds for this once: who follows up again writes an answer.
            console.becomes(&before, &json!({}));
            console.presses(FromAgent::Take);
            console.becomes(&mine(), &json!({}));
            assert_eq!(console.composer().visibility, Visibility::Public, "{before}, {text:?}");
        }
    }
}

/// Before a conversation became this agent's.
pub(crate) fn others() -> [Value; 3] {
    let queued =
        json!({"state": "queued", "owner": null, "closed_by": null, "may": ["view", "note"]});
    let beside = json!({"state": "active", "owner": "sue", "closed_by": null,
                        "may": ["view", "reply", "note", "whisper", "edit_own"]});
    [taken(), queued, beside]
}

#[test]
fn whoever_becomes_the_owner_writes_no_note_unasked() {
    let posted = |it: &Console| {
        it.said.iter().find_map(|it| match it {
            FromAgent::Post { visibility, .. } => Some(*visibility),
            _ => None,
        })
    };
    for before in others() {
        for pressed in [false, true] {
            let becomes_mine = |text: &str, edits: bool| {
                let mut console =
                    Console::with(7, Storage::new(), conversation(&before, &json!({})));
                console.writes(Visibility::Note, text);
                if edits {
                    console.room(RoomMsg::Edit(Place(2)));
                }
                if pressed {
                    console.presses(FromAgent::Take);
                }
                console.becomes(&mine(), &json!({}));
                console
            };
            let mut console = becomes_mine("", false);
            console.types("An answer");
            console.sends();
            assert_eq!(posted(&console), Some(Visibility::Public));

            for edits in [false, true] {
                for reloads in [false, true] {
                    let mut console = becomes_mine("Half a text", edits);
                    if reloads {
                        console = console.reloads();
                    }
                    if edits {
                        assert_eq!(console.model.frozen(), None, "the edit is not meant");
                        console.room(RoomMsg::Dismiss);
                    }
                    assert_eq!(console.model.frozen(), Some(Frozen::Yours));
                    console.sends();
                    assert_eq!(posted(&console), None, "not before its writer said what it is");
                    for kind in [Visibility::Public, Visibility::Note] {
                        let mut console = console.reloads_beside();
                        console.room(RoomMsg::Kind(kind));
                        assert_eq!(console.model.frozen(), None);
                        console.sends();
                        assert_eq!(posted(&console), Some(kind));
                    }
                }
            }
        }
    }
    // Owned by another one again, a note is a note.
    let mut console = Console::with(7, Storage::new(), conversation(&taken(), &json!({})));
    console.writes(Visibility::Note, "Half a text");
    console.becomes(&mine(), &json!({}));
    console.becomes(&taken(), &json!({}));
    assert_eq!(console.model.frozen(), None);
}

#[test]
fn an_edit_that_is_forbidden_meanwhile_says_so() {
    let mut console = Console::new();
    console.room(RoomMsg::Edit(Place(1)));
    console.types("Two days.");
    let mut standing = mine();
    standing["may"].as_array_mut().unwrap().retain(|it| it != "edit_own");
    console.becomes(&standing, &json!({}));
    assert_eq!(console.model.frozen(), Some(Frozen::Uneditable));
    console.sends();
    assert_eq!(console.composer().text, "Two days.");
}

#[test]
fn what_a_colleague_wrote_meanwhile_is_shown_beside_what_is_typed() {
    let mut console = Console::new();
    console.fills_in(ContactField::Name, "Linh");
    console.becomes(&mine(), &json!({"name": "Anh", "phone": "123"}));
    let room = console.shown();
    assert_eq!(room.field_meanwhile(ContactField::Name).as_deref(), Some("Anh"));
    assert_eq!(room.field(ContactField::Phone), "123", "what is not typed into follows");
    console.room(RoomMsg::TakeField(ContactField::Name));
    assert_eq!(console.shown().field(ContactField::Name), "Anh");
}

#[test]
fn a_slip_in_a_shortcut_does_not_reach_the_visitor() {
    let mut console = Console::new();
    console.types("/delivry");
    console.sends();
    assert_eq!(console.composer().text, "/delivry");
    console.types("/deliv");
    console.sends();
    assert_eq!(console.composer().text, "Two days.");
    // Whoever means it says so.
    console.types("/delivry");
    console.room(RoomMsg::Dismiss);
    console.sends();
    assert_eq!(console.composer().text, "");
    assert!(console.said.iter().any(|it| matches!(it, FromAgent::Post { .. })));
}

#[test]
fn accepting_and_stepping_lead_to_the_composer() {
    let now = Timestamp::from_millis(1_000_000);
    let mut console = Console::new();
    let other = id("main-c2");
    console.does(Msg::Desk(DeskMsg::Answer { offer: "o1".parse().unwrap(), accept: true }));
    console.does(Msg::Room(other.clone(), RoomMsg::Opened { socket: 1 }));
    let mut view = conversation(&mine(), &json!({}));
    view["id"] = json!("main-c2");
    let welcome: ToAgent = serde_json::from_value(json!({
        "type": "welcome", "version": 1, "epoch": 1, "now": 5_000_000, "seen": 0,
        "seen_by_me": 0, "visits": [], "conversation": view,
    }))
    .unwrap();
    let frame = Some(Box::new(welcome));
    let msg = Msg::Room(other, RoomMsg::Heard { socket: 1, frame });
    assert!(update(&mut console.model, now, msg).contains(&Effect::FocusComposer));

    let order = json!({"type": "list", "order": ["main-c2", "main-c1"], "rows": [], "total": 2,
                       "counts": {"mine": 2, "unassigned": 0, "all": 2}});
    let list: ToDesk = serde_json::from_value(order).unwrap();
    console.does(Msg::Desk(DeskMsg::Heard { socket: 1, frame: Some(Box::new(list)) }));
    let effects = update(&mut console.model, now, Msg::Step { down: true });
    assert!(effects.contains(&Effect::FocusComposer));
}
