//! The list and its pages, as a desk tells them.

use std::collections::VecDeque;

use inbox_protocol::FromDesk;
use porchlight_console::model::{DeskMsg, Effect, Msg};
use serde_json::{Value, json};

use crate::Desk;

pub(crate) fn row(id: &str) -> Value {
    json!({
        "conversation": id, "site": "main-s1", "session": 1, "state": "closed", "closed_by": "agent",
        "name": null, "email": null, "phone": null, "language": "en", "preview": "",
        "preview_by_visitor": false, "last_message_at": null, "unread": 0,
        "customer_waiting_since": null, "wait_level": 0, "department": null, "owner": null,
        "others": [], "proactive": false, "tags": [], "conference_requested": false,
        "wrapup_due": false,
    })
}

fn list(order: &[&str], gone: &[&str]) -> Value {
    json!({
        "type": "list", "order": order, "rows": order.iter().map(|it| row(it)).collect::<Vec<_>>(),
        "counts": {"mine": 0, "unassigned": 0, "all": 9}, "total": 9, "next": "first", "gone": gone,
    })
}

fn page(before: &str, ids: &[&str], next: Option<&str>) -> Value {
    let rows: Vec<_> = ids.iter().map(|it| row(it)).collect();
    json!({"type": "page", "before": before, "rows": rows, "next": next})
}

fn listed(desk: &Desk) -> String {
    let shown = desk.model.desk.shown().unwrap_or_default();
    shown.iter().map(|it| it.as_str().trim_start_matches("main-")).collect::<Vec<_>>().join(" ")
}

#[test]
fn the_list_leads_back_page_by_page_to_the_first_conversation() {
    let mut desk = Desk::live();
    desk.hears(list(&["main-f", "main-e"], &[]));
    let more = |desk: &mut Desk| {
        let effects = desk.does(Msg::Desk(DeskMsg::More));
        let asked = effects.into_iter().find_map(|it| {
            let Effect::SayDesk(FromDesk::Watch { before, .. }) = it else { return None };
            before
        });
        asked.unwrap_or_default()
    };
    assert_eq!(more(&mut desk), "first");
    assert_eq!(more(&mut desk), "", "one page at a time");
    desk.hears(page("other", &["main-x"], None));
    assert_eq!(listed(&desk), "f e", "of another list");
    desk.hears(page("first", &["main-e", "main-d", "main-c"], Some("second")));
    assert_eq!(listed(&desk), "f e d c", "each stands once");

    // What is new pushes what was last off the first page, and nothing is lost between the two.
    desk.hears(list(&["main-g", "main-f"], &[]));
    assert_eq!(listed(&desk), "g f e d c");
    // What comes back to the first page leaves its old place; what is gone is gone.
    desk.hears(list(&["main-d", "main-g"], &["main-e"]));
    assert_eq!(listed(&desk), "d g f c");
    assert_eq!(more(&mut desk), "second", "the next page is that of the last one");
    desk.hears(page("second", &["main-b", "main-a"], None));
    assert_eq!(listed(&desk), "d g f c b a");
    assert_eq!(more(&mut desk), "", "there is no more");
    // What has moved there from elsewhere is not lost.
    let mut moved = list(&["main-d", "main-g", "main-z"], &[]);
    moved["order"] = json!(["main-d", "main-g"]);
    desk.hears(moved);
    assert_eq!(listed(&desk), "d g f c b a z");

    // Another list, and a new connection, begin with the first page.
    desk.does(Msg::Desk(DeskMsg::Tab(inbox_protocol::ListTab::All)));
    assert_eq!(listed(&desk), "");
    desk.hears(list(&["main-f"], &[]));
    assert_eq!(listed(&desk), "f");
}

/// A desk whose first page has three rows, and the way between it and a console. Places are times.
struct Relay {
    /// All rows, the newest first: when something last happened, and in which conversation.
    rows: Vec<(u64, String)>,
    first: Vec<String>,
    has_older: bool,
    now: u64,
    to_console: VecDeque<Value>,
    to_desk: VecDeque<String>,
}

const PAGE: usize = 3;

impl Relay {
    fn new() -> Self {
        let mut relay = Self {
            rows: Vec::new(),
            first: Vec::new(),
            has_older: false,
            now: 0,
            to_console: VecDeque::new(),
            to_desk: VecDeque::new(),
        };
        for n in 0..8 {
            relay.bump(&format!("main-c{n}"));
        }
        relay
    }

    fn ids(&self) -> Vec<&str> {
        self.rows.iter().map(|it| it.1.as_str()).collect()
    }

    /// Something happens in a conversation, which may be new.
    fn bump(&mut self, id: &str) {
        self.now += 1;
        self.rows.retain(|it| it.1 != id);
        self.rows.insert(0, (self.now, id.to_owned()));
        self.tell(id, false);
    }

    fn remove(&mut self, at: usize) {
        if at < self.rows.len() {
            let (_, id) = self.rows.remove(at);
            self.tell(&id, true);
        }
    }

    /// The place after a row, if there are rows after it.
    fn next(&self, shown: usize) -> Option<String> {
        (shown < self.rows.len()).then(|| self.rows[shown - 1].0.to_string())
    }

    fn tell(&mut self, changed: &str, gone: bool) {
        let first: Vec<String> = self.rows.iter().take(PAGE).map(|it| it.1.clone()).collect();
        let beyond = !first.iter().any(|it| it == changed) && self.has_older;
        let mut rows: Vec<&str> = first.iter().map(String::as_str).collect();
        rows.extend((beyond && !gone).then_some(changed));
        let mut frame = list(&rows, &[]);
        frame["order"] = json!(first);
        frame["next"] = json!(self.next(first.len()));
        frame["gone"] = json!((beyond && gone).then_some(changed).iter().collect::<Vec<_>>());
        self.first = first;
        self.to_console.push_back(frame);
    }

    fn receive(&mut self) {
        let Some(before) = self.to_desk.pop_front() else { return };
        let after: u64 = before.parse().unwrap();
        let after = |it: &&(u64, String)| after <= it.0;
        let n_before = self.rows.iter().filter(after).count();
        let has_older = std::mem::replace(&mut self.has_older, true);
        let n_before = if has_older { n_before } else { self.first.len() };
        let rows: Vec<&str> = self.ids().into_iter().skip(n_before).take(PAGE).collect();
        let next = self.next(n_before + rows.len()).filter(|_| !rows.is_empty());
        self.to_console.push_back(page(&before, &rows, next.as_deref()));
    }
}

/// Everything that is said arrives.
fn settle(desk: &mut Desk, relay: &mut Relay) {
    while !relay.to_desk.is_empty() || !relay.to_console.is_empty() {
        relay.receive();
        while let Some(frame) = relay.to_console.pop_front() {
            desk.hears(frame);
        }
    }
}

fn asks_for_more(desk: &mut Desk, relay: &mut Relay) -> bool {
    let effects = desk.does(Msg::Desk(DeskMsg::More));
    let before = effects.into_iter().find_map(|it| {
        let Effect::SayDesk(FromDesk::Watch { before, .. }) = it else { return None };
        before
    });
    relay.to_desk.extend(before.clone());
    before.is_some()
}

#[test]
fn whatever_happens_while_pages_are_asked_for_each_row_stands_once_and_none_is_missing() {
    for seed in 0..400_u64 {
        let mut chance = seed;
        let mut random = |n: u64| {
            chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (chance >> 33) % n
        };
        let (mut desk, mut relay) = (Desk::live(), Relay::new());
        settle(&mut desk, &mut relay);
        let mut story = Vec::new();
        for n in 0..24 {
            let what = random(7);
            let which = random(10);
            story.push((what, which));
            match what {
                0 => relay.bump(&format!("main-n{n}")),
                1 => relay.bump(&format!("main-c{}", which % 8)),
                2 => relay.remove(usize::try_from(which).unwrap()),
                3 => drop(asks_for_more(&mut desk, &mut relay)),
                4 => relay.receive(),
                _ => {
                    if let Some(frame) = relay.to_console.pop_front() {
                        desk.hears(frame);
                    }
                }
            }
        }
        settle(&mut desk, &mut relay);
        let shown = |desk: &Desk| desk.model.desk.shown().unwrap_or_default();
        let n_shown = shown(&desk).len();
        let wanted: Vec<String> =
            relay.ids().iter().take(n_shown).map(ToString::to_string).collect();
        let is: Vec<String> = shown(&desk).iter().map(ToString::to_string).collect();
        assert_eq!(is, wanted, "{seed}: {story:?}");
        while asks_for_more(&mut desk, &mut relay) {
            settle(&mut desk, &mut relay);
        }
        let is: Vec<String> = shown(&desk).iter().map(ToString::to_string).collect();
        assert_eq!(is, relay.ids(), "{seed}: {story:?}");
    }
}

/// A list of rows, each with how much is unseen and whose it is.
fn news(rows: &[(&str, u32, Option<&str>)]) -> Value {
    let order: Vec<&str> = rows.iter().map(|it| it.0).collect();
    let mut frame = list(&order, &[]);
    for (at, (_, unread, owner)) in rows.iter().enumerate() {
        frame["rows"][at]["unread"] = json!(unread);
        frame["rows"][at]["owner"] = owner.map_or(Value::Null, |it| json!({"id": it, "name": it}));
    }
    frame
}

#[test]
fn the_number_in_the_title_is_of_what_the_list_shows_where_the_desk_does_not_count() {
    let mut desk = Desk::live();
    let all = [
        ("main-c1", 2, Some("ana")),
        ("main-c2", 1, None),
        ("main-c3", 4, Some("ben")),
        ("main-c4", 0, Some("ana")),
    ];
    desk.hears(news(&all));
    assert_eq!(desk.model.desk.n_news(), 2, "mine and anybody's");
    desk.is_offered();
    assert_eq!(desk.model.desk.n_news(), 3);
    desk.hears(json!({"type": "offer_gone", "offer": "o1"}));
    // It went to somebody whose conversations I do not see, or was erased.
    desk.hears(news(&all[..1]));
    assert_eq!(desk.model.desk.n_news(), 1);
    // Until another list is there, the number is that of the one before.
    desk.does(Msg::Desk(DeskMsg::Tab(inbox_protocol::ListTab::All)));
    assert_eq!(desk.model.desk.n_news(), 1);
    desk.hears(news(&[("main-c5", 0, None)]));
    assert_eq!(desk.model.desk.n_news(), 0, "what the list before had is not of this one");
    // A later page is of the list too.
    desk.does(Msg::Desk(DeskMsg::More));
    let mut later = page("first", &["main-c6"], None);
    later["rows"][0]["unread"] = json!(3);
    desk.hears(later);
    assert_eq!(desk.model.desk.n_news(), 1);
}

#[test]
fn dk171_the_number_in_the_title_is_that_of_the_desk_whichever_list_is_shown() {
    let mut desk = Desk::live();
    let mut all = news(&[("main-c1", 2, Some("ana")), ("main-c3", 4, Some("ben"))]);
    all["unread"] = json!(5);
    desk.hears(all);
    assert_eq!(desk.model.desk.n_news(), 5);
    desk.is_offered();
    assert_eq!(desk.model.desk.n_news(), 6);
    desk.hears(json!({"type": "offer_gone", "offer": "o1"}));
    // Another list, in which none of it stands.
    desk.does(Msg::Desk(DeskMsg::Tab(inbox_protocol::ListTab::Team)));
    let mut none = news(&[("main-c3", 0, Some("ben"))]);
    none["unread"] = json!(4);
    desk.hears(none);
    assert_eq!(desk.model.desk.n_news(), 4);
}

#[test]
fn what_has_left_the_list_is_not_kept_for_ever() {
    let mut desk = Desk::live();
    for n in 0..100 {
        let ids: Vec<String> = (0..20).map(|it| format!("main-c{}", n * 20 + it)).collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        desk.hears(list(&ids, &[]));
        assert!(ids.iter().all(|it| desk.model.row(&it.parse().unwrap()).is_some()), "{n}");
    }
    assert!(desk.model.desk.rows.len() <= 600, "{}", desk.model.desk.rows.len());
}
