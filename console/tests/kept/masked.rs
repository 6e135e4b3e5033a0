//! Masked fields and lines.

use inbox_protocol::FromAgent;
use inbox_types::{ContactField, Place, Visibility};
use porchlight_console::model::{RoomMsg, ToastKind};
use serde_json::{Value, json};

use crate::{Console, Storage, conversation, message, mine};

/// What a masked reader is shown of the contact, and which fields that is less than there is.
fn masked(hidden: &Value, details: &Value) -> Value {
    let mut view = conversation(&mine(), details);
    view["masked"] = json!(true);
    view["contact"]["hidden"] = hidden.clone();
    view
}

#[test]
fn what_was_typed_into_a_field_survives_its_masking() {
    let fields = [
        (ContactField::Name, "name"),
        (ContactField::Email, "email"),
        (ContactField::Phone, "phone"),
        (ContactField::Extra, "extra"),
        (ContactField::Notes, "notes"),
    ];
    for (field, part) in fields {
        for reloads in [false, true] {
            let (plain, stars) = (json!({part: "ab12345678"}), json!({part: "******5678"}));
            let mut console = Console::with(7, Storage::new(), conversation(&mine(), &plain));
            let other =
                if field == ContactField::Name { ContactField::Phone } else { ContactField::Name };
            console.fills_in(field, "typed");
            console.view = masked(&json!([part]), &stars);
            console.hears(&json!({"type": "conversation", "conversation": console.view.clone()}));
            if reloads {
                console = console.reloads();
            } else {
                // What was read with other rights is read anew.
                console.comes_back();
            }
            let room = console.shown();
            assert_eq!(room.field(field), "******5678", "{part} shows what is seen of it");
            assert_eq!(room.locked_field(field), Some("typed"), "{part} is kept");
            assert_eq!(room.field_meanwhile(field), None);
            assert!(!room.can_save_contact());
            // Saving another field leaves it where it is.
            console.fills_in(other, "Linh");
            assert!(console.shown().can_save_contact());
            console.room(RoomMsg::SaveContact);
            let saved = console.said.iter().find_map(|it| match it {
                FromAgent::SetContact { details } => Some(field.of(details)),
                _ => None,
            });
            assert_eq!(saved, Some("******5678"), "{part} is not saved");
            assert_eq!(console.shown().locked_field(field), Some("typed"));

            let mut given_up = console.reloads_beside();
            given_up.room(RoomMsg::TakeField(field));
            assert_eq!(given_up.shown().locked_field(field), None);

            console.becomes(&mine(), &plain);
            assert_eq!(console.shown().field(field), "typed", "{part} comes back");
            assert!(console.shown().can_save_contact());
        }
    }
}

#[test]
fn asterisks_are_never_told_to_the_visitor() {
    let details = json!({"name": "s*********@shop.example", "email": "s*********@shop.example",
                         "phone": "+44 *** *** 1234", "notes": "Call ******5678 at noon"});
    let view = masked(&json!(["name", "email", "phone", "notes"]), &details);
    let posts = |it: &Console| it.said.iter().any(|it| matches!(it, FromAgent::Post { .. }));

    let mut console = Console::with(7, Storage::new(), view.clone());
    console.types("/welcome");
    console.sends();
    assert_eq!(console.composer().text, "Hello!", "a masked name is no name");
    console.sends();
    assert!(posts(&console));

    for text in ["Hi s*********@shop.example!", "Is it +44 *** *** 1234?", "On ******5678 then"] {
        for edits in [false, true] {
            let mut console = Console::with(7, Storage::new(), view.clone());
            if edits {
                console.room(RoomMsg::Edit(Place(1)));
            }
            console.types(text);
            console.sends();
            let edited = console.said.iter().any(|it| matches!(it, FromAgent::Edit { .. }));
            assert!(!posts(&console) && !edited, "{text}");
            assert_eq!(console.composer().text, text, "nothing is lost");
            assert!(console.is_told(&ToastKind::SaysMasked));
        }
    }
    let mut console = Console::with(7, Storage::new(), view.clone());
    let mut said = message(3, "my card (************1111).", "public");
    said["body"]["author"] = json!({"type": "visitor"});
    console.hears(&json!({"type": "entry", "entry": said}));
    console.types("We charge ************1111 then");
    console.sends();
    assert!(!posts(&console) && console.is_told(&ToastKind::SaysMasked));
    // Colleagues may be told, and so may stars that stand for nothing.
    for (kind, text) in [
        (Visibility::Note, "Mail s*********@shop.example"),
        (Visibility::Public, "*** Sale *** at noon"),
    ] {
        let mut console = Console::with(7, Storage::new(), view.clone());
        console.writes(kind, text);
        console.sends();
        assert!(posts(&console), "{text}");
    }
}
