//! A conversation as a file.

use inbox_protocol::FromAgent;
use inbox_text::Phrase;
use inbox_types::{Timestamp, limits};
use porchlight_console::model::{
    Dialog, DownloadAs, Effect, Gathered, Msg, RoomMsg, Route, SavedFile, Wording,
};
use serde_json::{Value, json};

use crate::{
    Desk,
    reading::{entry, talk, texts},
};

/// English, by a clock that shows seconds since the beginning.
struct English;

impl Wording for English {
    fn say(&self, phrase: &Phrase) -> String {
        texts("en").say(phrase)
    }

    fn clock(&self, at: Timestamp) -> String {
        (at.as_millis() / 1_000).to_string()
    }

    fn moment(&self, at: Timestamp) -> String {
        self.clock(at)
    }

    fn date(&self, at: Timestamp) -> String {
        self.clock(at)
    }

    fn day_number(&self, _: Timestamp) -> i64 {
        0
    }

    fn zone(&self) -> String {
        "UTC".to_owned()
    }

    fn size(&self, bytes: u64) -> String {
        format!("{bytes} B")
    }

    fn language(&self, tag: &str) -> String {
        tag.to_owned()
    }
}

fn save(desk: &Desk, form: DownloadAs, internal: bool) -> SavedFile {
    desk.model.file_of(&"main-c1".parse().unwrap(), form, internal, &English).unwrap()
}

fn by_ana(place: u64, said: &str, visibility: &str) -> Value {
    let mut entry = entry(place, said);
    entry["body"]["author"] = json!({"type": "agent", "id": "ana"});
    entry["body"]["agent"] = json!({"id": "ana", "name": "Ana"});
    entry["body"]["visibility"] = json!(visibility);
    entry
}

#[test]
fn a_file_has_what_its_reader_sees_and_by_default_nothing_of_the_team_alone() {
    let mut desk = Desk::reads(true, "Call +44 *****\n5000 Ana: You get it for nothing.");
    for entry in [
        by_ana(2, "Two days.", "public"),
        by_ana(3, "Not a good customer.", "note"),
        json!({"place": 4, "at": 5_000_000, "session": 1,
               "body": {"type": "internal", "key": "left", "agent": {"id": "ana", "name": "Ana"}}}),
        by_ana(5, "A secret that was taken back.", "public"),
        json!({"place": 6, "at": 5_000_000, "session": 1,
               "body": {"type": "edited", "of": 5, "text": "A second secret."}}),
        json!({"place": 7, "at": 5_000_000, "session": 1, "body": {"type": "deleted", "of": 5}}),
    ] {
        desk.room_hears(json!({"type": "entry", "entry": entry}));
    }
    let text = save(&desk, DownloadAs::Text, false);
    assert_eq!(text.name, "conversation-main-c1.txt");
    // Nobody writes a line that looks as if somebody else had written it.
    let words = "5000 Visitor: Call +44 *****\n    5000 Ana: You get it for nothing.\n5000 Ana: Two days.\n";
    assert!(text.text.contains(words), "{}", text.text);
    assert!(text.text.contains("Addresses and numbers are masked."), "{}", text.text);
    assert!(text.text.contains("5000 Ana: This message was deleted."), "{}", text.text);
    let mut known = talk(true);
    known["contact"]["details"] = json!({"name": "Linh", "notes": "Not a good customer."});
    desk.room_hears(json!({"type": "conversation", "conversation": known}));
    let json = save(&desk, DownloadAs::Json, false);
    assert!(json.text.contains(r#""name": "Linh""#), "{}", json.text);
    for file in [&text.text, &json.text] {
        for hidden in ["Not a good customer.", "left", "secret"] {
            assert!(!file.contains(hidden), "{hidden} in {file}");
        }
    }
    let read: Value = serde_json::from_str(&json.text).unwrap();
    assert_eq!((&read["complete"], &read["masked"]), (&json!(true), &json!(true)));
    let places: Vec<&Value> =
        read["entries"].as_array().unwrap().iter().map(|it| &it["place"]).collect();
    assert_eq!(places, [1, 2, 5]);

    let text = save(&desk, DownloadAs::Text, true).text;
    assert!(text.contains("5000 Ana (Private note): Not a good customer.\n"), "{text}");
    assert!(!text.contains("secret"), "{text}");
    assert!(save(&desk, DownloadAs::Json, true).text.contains("Not a good customer."));
}

/// A conversation of so many entries, of which the newest page is here.
fn long(n: u64) -> Desk {
    let mut desk = Desk::live();
    desk.does(Msg::Routed(Route::Conversation("main-c1".parse().unwrap())));
    desk.in_room(RoomMsg::Opened { socket: 1 });
    desk.room_hears(json!({
        "type": "welcome", "version": 1, "epoch": 1, "now": 5_000_000, "seen": 0,
        "seen_by_me": n, "visits": [], "conversation": talk(false),
    }));
    desk.room_hears(json!({"type": "entries", "entries": page_before(n + 1)}));
    desk.room_hears(json!({"type": "ready", "head": n}));
    desk
}

fn page_before(place: u64) -> Vec<Value> {
    let first = place.saturating_sub(limits::PAGE_ENTRIES as u64).max(1);
    (first..place).map(|it| entry(it, "said")).collect()
}

/// The place before which an effect asks for a page.
fn asked(effects: &[Effect]) -> Option<u64> {
    effects.iter().find_map(|it| {
        let Effect::Say { frame: FromAgent::History { before }, .. } = it else { return None };
        Some(before.0)
    })
}

#[test]
fn what_was_said_before_is_fetched_while_the_question_is_open_until_a_file_is_full() {
    let download = || Msg::Opened(Dialog::Download("main-c1".parse().unwrap()));
    let mut desk = long(120);
    let before = asked(&desk.does(download())).unwrap();
    assert_eq!(desk.model.room().unwrap().gathered(), Gathered::Some(50));
    // Whoever closes the question waits for nothing, and nothing more is asked for.
    desk.does(Msg::Closed);
    let effects = desk.room_hears(json!({"type": "history", "entries": page_before(before)}));
    assert_eq!(asked(&effects), None);
    let before = asked(&desk.does(download())).unwrap();
    let effects = desk.room_hears(json!({"type": "history", "entries": page_before(before)}));
    assert_eq!(asked(&effects), None);
    assert_eq!(desk.model.room().unwrap().gathered(), Gathered::All);

    let mut desk = long(5_000);
    let mut pages = 0;
    let mut next = asked(&desk.does(download()));
    while let Some(before) = next {
        pages += 1;
        next = asked(&desk.room_hears(json!({"type": "history", "entries": page_before(before)})));
    }
    assert_eq!(pages, limits::DOWNLOAD_ENTRIES / limits::PAGE_ENTRIES - 1);
    let pages = u32::try_from(pages).unwrap();
    assert!(pages * limits::RATE_COST_OF_HISTORY <= limits::RATE_FRAMES / 2);
    assert_eq!(desk.model.room().unwrap().gathered(), Gathered::Most);
    let text = save(&desk, DownloadAs::Text, false).text;
    assert!(text.contains("The file has the newest 1000 entries"), "{}", &text[..400]);
    let read: Value = serde_json::from_str(&save(&desk, DownloadAs::Json, false).text).unwrap();
    assert_eq!(read["complete"], json!(false));
    assert_eq!(read["entries"].as_array().unwrap().len(), limits::DOWNLOAD_ENTRIES);
    assert_eq!(read["entries"][0]["place"], json!(4_001));
}
