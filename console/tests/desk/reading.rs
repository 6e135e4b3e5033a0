//! What stands in a conversation on the desk: languages, masks, days, and what was sent and seen.

use inbox_types::{MediaType, Timestamp};
use porchlight_console::model::{Composer, Effect, LineKind, LineView, NotTaken, Picked, Side};
use serde_json::{Value, json};

use crate::{Desk, PAGE};

/// The relay's word on a conversation, as a reader of `masked` text gets it.
pub(crate) fn talk(masked: bool) -> Value {
    json!({
        "id": "main-c1", "site": "main-s1", "language": "en", "language_source": "browser",
        "contact": {"id": "x", "details": {}, "tags": [], "blocked": false},
        "session": null, "earlier": [], "may": ["view", "reply"], "masked": masked,
        "rules": {},
    })
}

pub(crate) fn entry(place: u64, said: &str) -> Value {
    json!({
        "place": place, "at": 5_000_000, "session": 1,
        "body": {
            "type": "message", "client_id": format!("v{place}"), "author": {"type": "visitor"},
            "agent": null, "visibility": "public", "text": said, "files": [],
        },
    })
}

/// The console's texts, with the plural forms of the numbers that are tried.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) fn texts(tag: &str) -> inbox_text::Catalogue {
    let form = match tag {
        "uk" => |number: u64| if number == 1 { "one" } else { "many" }.to_owned(),
        "ar" => |number: u64| if number < 11 { "few" } else { "many" }.to_owned(),
        _ => |_: u64| "other".to_owned(),
    };
    inbox_text::Catalogue::parse(inbox_text::asset("console", tag).unwrap(), Box::new(form))
}

// The texts are compiled in for the host only.
#[cfg(not(target_arch = "wasm32"))]
#[test]
fn an_agent_sees_from_how_many_words_a_language_comes() {
    let mut desk = Desk::reads(false, "hello");
    let mut why = |language: &str, source: &str, detection: Value| {
        let mut talk = talk(false);
        talk["language"] = json!(language);
        talk["language_source"] = json!(source);
        desk.room_hears(json!({"type": "conversation", "conversation": talk}));
        let place = desk.model.room().unwrap().client.entries().len() as u64 + 1;
        let mut said = entry(place, "words");
        said["body"]["detection"] = detection;
        desk.room_hears(json!({"type": "entries", "entries": [said]}));
        desk.model.room().unwrap().language_source().unwrap()
    };
    let found = |language, words| json!({"language": language, "confidence": 99, "words": words});
    let browser = why("vi", "browser", found("uk", 2));
    let uncounted = why("pt-BR", "text", json!({"language": "pt", "confidence": 99}));
    let few = why("zh-Hant", "text", found("zh", 3));
    // Another language's words, a text that is not clear, and one without language say nothing.
    why("zh-Hant", "text", found("de", 90));
    why("zh-Hant", "text", json!({"language": "zh", "confidence": 60, "words": 70}));
    let many = why("zh-Hant", "text", found("zh-Hant", 14));
    let agent = why("de", "agent", found("de", 20));
    for (tag, expected) in [
        (
            "en",
            [
                "from the browser",
                "found in the messages",
                "from 3 words",
                "from 14 words",
                "chosen by an agent",
            ],
        ),
        (
            "vi",
            [
                "theo trình duyệt",
                "nhận ra từ tin nhắn",
                "từ 3 từ đã viết",
                "từ 14 từ đã viết",
                "do nhân viên chọn",
            ],
        ),
        (
            "uk",
            ["з браузера", "визначено з повідомлень", "з 3 слів", "з 14 слів", "обрав оператор"],
        ),
        ("ar", ["من المتصفح", "عُرفت من الرسائل", "من 3 كلمات", "من 14 كلمة", "اختارها موظف"]),
        ("zh-Hant", ["來自瀏覽器", "由訊息偵測", "依據 3 個詞", "依據 14 個詞", "由客服人員選擇"]),
        ("zh-Hans", ["来自浏览器", "由消息识别", "依据 3 个词", "依据 14 个词", "由客服人员选择"]),
    ] {
        let texts = texts(tag);
        let said = [&browser, &uncounted, &few, &many, &agent].map(|phrase| texts.say(phrase));
        assert_eq!(said.each_ref().map(String::as_str), expected, "{tag}");
    }
}

#[test]
fn a_changed_masking_setting_takes_what_was_read_from_the_screen_at_once() {
    for masked in [true, false] {
        let mut desk = Desk::reads(!masked, "my card is 4111 1111 1111 1111");
        assert_eq!(
            desk.room_hears(json!({"type": "conversation", "conversation": talk(!masked)})),
            []
        );
        let effects =
            desk.room_hears(json!({"type": "conversation", "conversation": talk(masked)}));
        let conversation = "main-c1".parse().unwrap();
        assert_eq!(effects, [Effect::HangUp { conversation, socket: 1 }]);
        assert!(desk.model.room().unwrap().client.entries().is_empty());
        assert!(desk.model.lines(&|_| 0).is_empty());
    }
}

/// A visitor, or a company's own inbox, names a file so that it reads as another kind.
#[test]
fn no_name_of_a_file_is_turned_around() {
    let turned = "invoice\u{202e}fdp.exe";
    let file = |id: &str, media: MediaType| json!({ "id": id, "name": turned, "bytes": 10, "media": media });
    let mut desk = Desk::reads(false, "look");
    let mut with_files = entry(2, "here");
    with_files["body"]["files"] = json!([file("f1", MediaType::Pdf), file("f2", MediaType::Png)]);
    desk.room_hears(json!({ "type": "entry", "entry": with_files }));
    let lines = desk.model.lines(&|_| 0);
    let bubbles = lines.into_iter().filter_map(|it| {
        let LineKind::Bubble(bubble) = it.kind else { return None };
        Some(bubble.files)
    });
    let names: Vec<String> = bubbles.flatten().map(|it| it.name).collect();
    assert_eq!(names, ["invoice\u{fffd}fdp.exe"; 2]);

    let picked = Picked { ticket: 1, name: turned.to_owned(), bytes: 10 };
    let too_large = Picked { ticket: 2, bytes: u64::MAX, ..picked.clone() };
    let mut composer = Composer::default();
    let (_, wrong) = composer.pick(vec![picked, too_large]);
    let shown = "invoice\u{fffd}fdp.exe".to_owned();
    assert_eq!(composer.uploads[0].name, shown);
    assert_eq!(wrong, Some(NotTaken::TooLarge(shown)));
}

#[test]
fn an_address_with_a_masked_part_is_no_link() {
    let said = "see https://shop.example/?me=u*****@example.com or mailto:u*****@example.com";
    assert_eq!(Desk::reads(true, said).links().len(), 0);
    // Whoever sees everything may follow an address with stars; a mailbox has none.
    assert_eq!(Desk::reads(false, said).links().len(), 1);
    let room = Desk::reads(true, PAGE);
    assert_eq!(room.links(), [PAGE]);
}

#[test]
fn offers_and_notices_on_screen_follow_a_changed_setting() {
    let mut desk = Desk::live();
    desk.is_offered();
    desk.is_notified(None);
    desk.hears(json!({
        "type": "workspace", "version": 1, "now": 5_000_000, "may": ["view", "reply"],
        "me": {"id": "ana", "name": "Ana", "role": "agent", "departments": [],
               "presence": "available", "load": 0},
        "members": [], "departments": [], "sites": [], "canned": [], "topics": [],
        "settings": {}, "grant": "g",
        "offers": [{
            "id": "o1", "conversation": "main-c1", "kind": "assign", "name": "L***",
            "department": null, "from": null, "messages": [], "proactive": false, "page": null,
            "received_at": 5_000_000, "deadline": 5_030_000,
        }],
        "notifications": [{
            "id": "n1", "kind": "allocation", "conversation": "main-c1", "name": "L***",
            "preview": "H****", "life": null,
        }],
    }));
    assert_eq!(desk.model.desk.offers[0].name.as_ref().unwrap().as_str(), "L***");
    let told = format!("{:?}", desk.model.toasts);
    assert!(told.contains("H****") && !told.contains("Linh"), "{told}");
}

/// Each line on screen in a word; of a bubble of mine, how far it is.
fn shown(desk: &Desk) -> Vec<String> {
    let day_of = |at: Timestamp| i64::try_from(at.as_millis() / 86_400_000).unwrap();
    let word = |it: &LineView| match &it.kind {
        LineKind::Bubble(it) if it.side == Side::Me => format!("{:?}", it.delivery),
        LineKind::Bubble(_) => "theirs".to_owned(),
        LineKind::Day(_) => "day".to_owned(),
        LineKind::Session { .. } => "session".to_owned(),
        LineKind::Notice { .. } | LineKind::Language { .. } => "notice".to_owned(),
    };
    desk.model.lines(&day_of).iter().map(word).collect()
}

/// What the visitor's side does too: see CL42.
#[test]
fn sent_and_seen_are_said_once_and_a_new_day_is_named() {
    let mut desk = Desk::reads(false, "hello");
    let mine = |place: u64, at: u64| {
        let mut mine = entry(place, "we look into it");
        mine["at"] = json!(at);
        mine["body"]["author"] = json!({"type": "agent", "id": "ana"});
        mine
    };
    let entries =
        json!([mine(2, 5_001_000), mine(3, 5_002_000), mine(4, 90_000_000), mine(5, 90_001_000),]);
    desk.room_hears(json!({"type": "entries", "entries": entries}));
    assert_eq!(shown(&desk), ["session", "theirs", "Quiet", "Quiet", "day", "Quiet", "Sent"]);
    let keys = |desk: &Desk| -> Vec<String> {
        desk.model.lines(&|_| 0).into_iter().map(|it| it.key).collect()
    };
    let before = keys(&desk);
    desk.room_hears(json!({"type": "seen", "place": 3}));
    assert_eq!(shown(&desk), ["session", "theirs", "Quiet", "Seen", "day", "Quiet", "Sent"]);
    // The same lines, by the same keys.
    assert_eq!(keys(&desk), before);

    // What is said of the first session after the second one began names it again, by another key.
    for (place, session) in [(6, 2), (7, 1), (8, 2)] {
        let mut said = mine(place, 90_002_000);
        said["session"] = json!(session);
        desk.room_hears(json!({"type": "entry", "entry": said}));
    }
    let all = keys(&desk);
    let different: std::collections::BTreeSet<&String> = all.iter().collect();
    assert_eq!(different.len(), all.len(), "{all:?}");
}
