//! What the console does, told as an agent sees it.
#![allow(clippy::unwrap_used, reason = "a test may fail where it stands")]

// The texts are compiled in for the host only.
#[cfg(not(target_arch = "wasm32"))]
#[path = "desk/download.rs"]
mod download;
#[path = "desk/lost.rs"]
mod lost;
#[path = "desk/pages.rs"]
mod pages;
#[path = "desk/reading.rs"]
mod reading;
#[path = "desk/views.rs"]
mod views;

use inbox_protocol::{FromDesk, ToAgent, ToDesk, http::Me};
use inbox_types::{Presence, Timestamp};
use porchlight_console::model::{
    AdminMsg, Change, DeskMsg, Dialog, Effect, LineKind, Model, Msg, Permission, Request, RoomMsg,
    Route, SignInMsg, SignInState, Sound, start, update,
};
use serde_json::{Value, json};

use reading::{entry, talk};

const NOW: Timestamp = Timestamp::from_millis(1_000_000);

/// A console whose agent is signed in and whose desk has answered.
pub(crate) struct Desk {
    model: Model,
    now: Timestamp,
}

impl Desk {
    fn open(may: &Value) -> Self {
        let mut model = Model::new(NOW, 7);
        assert_eq!(start(&mut model, Route::Desk), [Effect::Ask(Request::Me)]);
        let mut desk = Self { model, now: NOW };
        desk.signs_in(may);
        desk
    }

    fn signs_in(&mut self, may: &Value) {
        let me: Me = serde_json::from_value(json!({
            "workspace": "main", "workspace_name": "Pottery", "may": may,
            "member": {"id": "ana", "name": "Ana", "email": null, "role": "agent", "departments": []},
        }))
        .unwrap();
        self.does(Msg::SignIn(SignInMsg::Known(Ok(Box::new(me)))));
    }

    fn live() -> Self {
        let mut desk = Self::open(&json!(["view", "reply"]));
        desk.does(Msg::Desk(DeskMsg::Opened { socket: 1 }));
        desk.hears(json!({
            "type": "welcome", "version": 1, "now": 5_000_000, "may": ["view", "reply"],
            "me": {"id": "ana", "name": "Ana", "role": "agent", "departments": [],
                   "presence": "available", "load": 0},
            "members": [], "departments": [], "sites": [], "canned": [], "topics": [],
            "settings": {}, "grant": "g", "offers": [], "notifications": [],
        }));
        desk
    }

    fn does(&mut self, msg: Msg) -> Vec<Effect> {
        update(&mut self.model, self.now, msg)
    }

    fn hears(&mut self, frame: Value) -> Vec<Effect> {
        let frame: ToDesk = serde_json::from_value(frame).unwrap();
        self.does(Msg::Desk(DeskMsg::Heard { socket: 1, frame: Some(Box::new(frame)) }))
    }

    fn is_offered(&mut self) -> Vec<Effect> {
        self.hears(json!({
            "type": "offer", "id": "o1", "conversation": "main-c1", "kind": "assign",
            "name": "Linh", "department": null, "from": null, "messages": [], "proactive": false,
            "page": null, "received_at": 5_000_000, "deadline": 5_030_000,
        }))
    }

    fn is_notified(&mut self, life: Option<u64>) -> Vec<Effect> {
        self.hears(json!({
            "type": "notify", "id": "n1", "kind": "allocation", "conversation": "main-c1",
            "name": "Linh", "preview": "Hello", "life": life,
        }))
    }

    fn waits(&mut self, millis: u64) {
        self.now = Timestamp::from_millis(self.now.as_millis() + millis);
        self.does(Msg::Ticked);
    }
}

#[test]
fn who_is_signed_in_is_connected_at_once() {
    let desk = Desk::open(&json!(["view"]));
    assert!(matches!(desk.model.sign_in, SignInState::In(_)));
    assert!(matches!(desk.model.desk.link.status(), inbox_client::Status::Dialing { .. }));
}

#[test]
fn a_marketer_opens_no_socket() {
    let desk = Desk::open(&json!(["edit_campaigns"]));
    assert_eq!(desk.model.desk.link.status(), inbox_client::Status::Idle);
}

#[test]
fn an_offer_rings_and_goes_when_the_desk_says_so() {
    let mut desk = Desk::live();
    assert_eq!(desk.is_offered(), [Effect::Play(Sound::Offer)]);
    assert_eq!(desk.model.desk.offers.len(), 1);

    desk.hears(json!({"type": "offer_gone", "offer": "o1"}));
    assert!(desk.model.desk.offers.is_empty());
}

#[test]
fn accepting_answers_the_desk_and_opens_the_conversation() {
    let mut desk = Desk::live();
    desk.is_offered();
    let offer = "o1".parse().unwrap();
    let effects = desk.does(Msg::Desk(DeskMsg::Answer { offer, accept: true }));
    let answered = FromDesk::Answer {
        conversation: "main-c1".parse().unwrap(),
        offer: "o1".parse().unwrap(),
        accept: true,
    };
    assert!(effects.contains(&Effect::SayDesk(answered)));
    assert!(
        effects.contains(&Effect::Dial { conversation: "main-c1".parse().unwrap(), socket: 1 })
    );
    assert_eq!(desk.model.route, Route::Conversation("main-c1".parse().unwrap()));
}

fn offer(id: &str, conversation: &str, deadline: u64) -> Value {
    json!({
        "type": "offer", "id": id, "conversation": conversation, "kind": "transfer",
        "name": "Linh", "department": null, "from": null, "messages": [], "proactive": false,
        "page": null, "received_at": 5_000_000, "deadline": deadline, "reason": "knows lids",
    })
}

#[test]
fn of_several_offers_the_one_that_ends_first_is_shown() {
    let mut desk = Desk::live();
    for (id, deadline) in [("o2", 5_020_000), ("o1", 5_010_000), ("o3", 5_030_000)] {
        desk.hears(offer(id, "main-c1", deadline));
    }
    let shown = |desk: &Desk| desk.model.desk.offers[0].id.as_str().to_owned();
    assert_eq!(shown(&desk), "o1");
    desk.hears(json!({"type": "offer_gone", "offer": "o1"}));
    assert_eq!(shown(&desk), "o2");
    assert_eq!(desk.model.desk.offers[0].reason.as_ref().unwrap().as_str(), "knows lids");
}

/// A sound says that something is shown: each offer has one, when it is.
#[test]
fn an_offer_is_heard_when_it_is_shown() {
    let mut desk = Desk::live();
    let sounds =
        |effects: &[Effect]| effects.iter().filter(|it| **it == Effect::Play(Sound::Offer)).count();
    assert_eq!(sounds(&desk.hears(offer("o1", "main-c1", 5_010_000))), 1);
    desk.hears(offer("o2", "main-c2", 5_020_000));
    // Its time is moved behind another one's: it is the same offer.
    assert_eq!(sounds(&desk.hears(offer("o2", "main-c2", 5_040_000))), 0);
    let deadlines: Vec<u64> =
        desk.model.desk.offers.iter().map(|it| it.deadline.as_millis()).collect();
    assert_eq!(deadlines, [5_010_000, 5_040_000]);
    assert_eq!(sounds(&desk.hears(json!({"type": "offer_gone", "offer": "o1"}))), 1);
    assert_eq!(sounds(&desk.hears(json!({"type": "offer_gone", "offer": "o2"}))), 0);
}

#[test]
fn who_is_offline_can_be_given_nothing() {
    let mut desk = Desk::live();
    let member = |id: &str, presence: Value| {
        json!({"id": id, "name": format!("Name of {id}"), "role": "agent", "departments": [],
               "presence": presence, "load": 0})
    };
    let others = ["available", "rona", "offline"].map(|it| member(it, json!(it)));
    let mut members = others.to_vec();
    members.push(member("away", json!({"away": "break"})));
    desk.hears(json!({
        "type": "workspace", "version": 1, "now": 5_000_000, "may": ["view", "reply"],
        "me": member("ana", json!("available")),
        "members": members, "departments": [], "sites": [], "canned": [], "topics": [],
        "settings": {}, "grant": "g", "offers": [], "notifications": [],
    }));
    let offline =
        |desk: &Desk, id: &str| desk.model.desk.who_is_offline(Some(&id.parse().unwrap()));
    for (id, is_offline) in
        [("available", false), ("away", false), ("rona", false), ("offline", true)]
    {
        let expected = is_offline.then(|| format!("Name of {id}"));
        assert_eq!(offline(&desk, id), expected, "{id}");
    }
    assert_eq!(desk.model.desk.who_is_offline(None), None);
    // Between the choice and the press.
    desk.hears(
        json!({"type": "presence", "member": "available", "presence": "offline", "load": 0}),
    );
    assert!(offline(&desk, "available").is_some());
}

#[test]
fn who_accepts_while_a_question_is_open_stays_with_the_question() {
    let mut desk = Desk::live();
    let here: inbox_types::ConversationId = "main-c7".parse().unwrap();
    desk.does(Msg::Goto(here.clone()));
    desk.does(Msg::Opened(Dialog::End(here.clone())));
    desk.is_offered();
    desk.does(Msg::Desk(DeskMsg::Answer { offer: "o1".parse().unwrap(), accept: true }));
    assert_eq!(desk.model.route, Route::Conversation(here.clone()));
    assert_eq!(desk.model.dialog, Some(Dialog::End(here)));
}

fn waiting(n: u32) -> Value {
    json!({
        "id": format!("allocation:main-c{n}"), "kind": "allocation", "name": "Linh",
        "conversation": format!("main-c{n}"), "preview": "Hello", "life": null,
    })
}

impl Desk {
    /// The connection is lost and found again; these notices still hold.
    fn comes_back(&mut self, notifications: &[Value]) {
        self.comes_back_to(&json!([]), notifications);
    }

    /// The same, and the desk still makes these offers.
    fn comes_back_to(&mut self, offers: &Value, notifications: &[Value]) -> Vec<Effect> {
        self.hears(json!({
            "type": "welcome", "version": 1, "now": 5_000_000, "may": ["view", "reply"],
            "me": {"id": "ana", "name": "Ana", "role": "agent", "departments": [],
                   "presence": "available", "load": 0},
            "members": [], "departments": [], "sites": [], "canned": [], "topics": [],
            "settings": {}, "grant": "g", "offers": offers, "notifications": notifications,
        }))
    }

    fn staying(&self) -> Vec<&str> {
        let staying = self.model.toasts.iter().filter(|it| it.until.is_none());
        staying.map(|it| it.id.as_str()).collect()
    }
}

/// An offer as the desk makes it.
fn still_offered(id: &str) -> Value {
    json!({
        "id": id, "conversation": "main-c1", "kind": "assign", "name": "Linh",
        "department": null, "from": null, "messages": [], "proactive": false, "page": null,
        "received_at": 5_000_000, "deadline": 5_030_000,
    })
}

#[test]
fn after_a_lost_connection_only_an_offer_that_was_not_heard_rings() {
    let mut desk = Desk::live();
    assert_eq!(desk.is_offered(), [Effect::Play(Sound::Offer)]);
    let rings = Effect::Play(Sound::Offer);

    assert!(!desk.comes_back_to(&json!([still_offered("o1")]), &[]).contains(&rings));
    assert_eq!(desk.model.desk.offers.len(), 1);
    assert!(
        desk.comes_back_to(&json!([still_offered("o1"), still_offered("o2")]), &[])
            .contains(&rings)
    );
}

#[test]
fn what_waits_for_everybody_survives_a_lost_connection_and_nothing_else_does() {
    let mut desk = Desk::live();
    desk.comes_back(&[waiting(1), waiting(2), waiting(3)]);
    assert_eq!(desk.staying().len(), 3);
    desk.waits(3_600_000);
    desk.comes_back(&[waiting(1), waiting(3)]);
    assert_eq!(desk.staying(), ["allocation:main-c1", "allocation:main-c3"]);
    desk.comes_back(&[]);
    assert!(desk.staying().is_empty());
}

#[test]
fn what_was_put_away_does_not_come_back_with_the_connection() {
    let mut desk = Desk::live();
    desk.comes_back(&[waiting(1), waiting(2), waiting(3)]);
    desk.does(Msg::Dismissed("allocation:main-c2".to_owned()));
    desk.comes_back(&[waiting(1), waiting(2), waiting(3)]);
    assert_eq!(desk.staying(), ["allocation:main-c1", "allocation:main-c3"]);
    let effects = desk.does(Msg::DismissedAll);
    assert_eq!(effects.len(), 2);
    desk.comes_back(&[waiting(1), waiting(2), waiting(3), waiting(4)]);
    assert_eq!(desk.staying(), ["allocation:main-c4"]);
    // It was taken up, and waits again: that is news.
    desk.hears(json!({"type": "retract", "id": "allocation:main-c2"}));
    desk.comes_back(&[waiting(2)]);
    assert_eq!(desk.staying(), ["allocation:main-c2"]);
}

#[test]
fn what_is_deleted_asks_where_its_things_go_if_there_is_somewhere() {
    let mut desk = Desk::open(&json!(["administer"]));
    let member = |id: &str, role: &str| json!({"id": id, "name": id, "email": null, "role": role, "departments": []});
    let mut heirs = |departments: &[&str], change: &Change| {
        let departments: Vec<Value> = departments
            .iter()
            .map(|it| json!({"id": it, "name": it, "assignment": "offer"}))
            .collect();
        let data = serde_json::from_value(json!({
            "workspace_name": "Pottery", "settings": {}, "sites": [], "departments": departments,
            "members": [member("ana", "agent"), member("ben", "agent"), member("mark", "marketer")],
            "invitations": [], "canned": [], "topics": [],
        }))
        .unwrap();
        desk.does(Msg::Admin(AdminMsg::Known(Ok(Box::new(data)))));
        let heirs = desk.model.admin.heirs(change);
        let ids: Vec<String> = heirs.choices.into_iter().map(|(id, _)| id).collect();
        (ids.join(" "), heirs.required)
    };
    let department = Change::DeleteDepartment("sales".parse().unwrap(), None);
    assert_eq!(heirs(&["help", "sales", "spare"], &department), ("help spare".to_owned(), true));
    assert_eq!(heirs(&["sales"], &department), (String::new(), false));
    let somebody = |id: &str| Change::RemoveMember(id.parse().unwrap(), None);
    assert_eq!(heirs(&[], &somebody("ana")), ("ben".to_owned(), false));
    // Whoever was only invited has nothing to leave.
    assert_eq!(heirs(&[], &somebody("zoe")), (String::new(), false));
    assert_eq!(heirs(&[], &Change::DeleteTopic("t1".parse().unwrap())), (String::new(), false));

    let to = |heir: &str| department.clone().leaving_to(heir);
    assert_eq!(to(""), department);
    let named = Change::DeleteDepartment("sales".parse().unwrap(), Some("help".parse().unwrap()));
    assert_eq!(to("help"), named);
}

#[test]
fn rona_is_left_by_hand_only() {
    let mut desk = Desk::live();
    desk.hears(json!({"type": "presence", "member": "ana", "presence": "rona", "load": 0}));
    assert_eq!(desk.model.desk.presence(), Presence::Rona);
    desk.waits(600_000);
    assert_eq!(desk.model.desk.presence(), Presence::Rona);

    let effects = desk.does(Msg::Desk(DeskMsg::SetPresence(Presence::Available)));
    let chosen = FromDesk::SetPresence { presence: Presence::Available };
    assert_eq!(effects, [Effect::SayDesk(chosen), Effect::PingDesk]);
}

#[test]
fn an_allocation_stays_until_it_is_retracted() {
    let mut desk = Desk::live();
    desk.is_notified(None);
    desk.waits(3_600_000);
    assert_eq!(desk.model.toasts.len(), 1);

    let effects = desk.hears(json!({"type": "retract", "id": "n1"}));
    assert!(desk.model.toasts.is_empty());
    assert_eq!(effects, [Effect::Unalert("n1".to_owned())]);
}

#[test]
fn a_transient_notification_goes_by_itself() {
    let mut desk = Desk::live();
    desk.is_notified(Some(6_000));
    desk.waits(5_999);
    assert_eq!(desk.model.toasts.len(), 1);
    desk.waits(1);
    assert!(desk.model.toasts.is_empty());
}

#[test]
fn the_desktop_is_notified_only_of_what_nobody_sees() {
    let mut desk = Desk::live();
    desk.does(Msg::Permission(Permission::Granted));
    let alerts = |effects: Vec<Effect>| {
        effects.into_iter().any(|it| matches!(it, Effect::Alert(alert) if alert.sticky))
    };
    assert!(!alerts(desk.is_notified(None)));
    desk.does(Msg::Focused(false));
    assert!(alerts(desk.is_notified(None)));
}

#[test]
fn another_tab_is_watched_and_the_order_is_the_desks() {
    let mut desk = Desk::live();
    let tab = inbox_protocol::ListTab::All;
    let effects = desk.does(Msg::Desk(DeskMsg::Tab(tab)));
    assert!(
        matches!(&effects[0], Effect::SayDesk(FromDesk::Watch { query, before: None }) if query.tab == tab)
    );
    assert_eq!(desk.model.desk.order, None);

    desk.hears(json!({
        "type": "list", "order": ["main-c2", "main-c1"], "rows": [], "total": 2,
        "counts": {"mine": 0, "unassigned": 1, "all": 2},
    }));
    let order: Vec<&str> = desk
        .model
        .desk
        .order
        .as_ref()
        .unwrap()
        .iter()
        .map(inbox_types::ConversationId::as_str)
        .collect();
    assert_eq!(order, ["main-c2", "main-c1"]);
}

#[test]
fn signing_out_forgets_everything() {
    let mut desk = Desk::live();
    desk.is_offered();
    let effects = desk.does(Msg::SignIn(SignInMsg::SignedOut));
    assert!(effects.contains(&Effect::HangUpDesk { socket: 1 }));
    assert!(effects.contains(&Effect::ForgetAll));
    assert!(desk.model.desk.welcome.is_none() && desk.model.desk.offers.is_empty());
}

pub(crate) const PAGE: &str = "https://shop.example/?me=ursula@example.com";

impl Desk {
    /// A conversation is open, and everything of it was read.
    fn reads(masked: bool, said: &str) -> Self {
        let mut desk = Self::live();
        desk.does(Msg::Routed(Route::Conversation("main-c1".parse().unwrap())));
        desk.in_room(RoomMsg::Opened { socket: 1 });
        desk.room_hears(json!({
            "type": "welcome", "version": 1, "epoch": 1, "now": 5_000_000, "seen": 0,
            "seen_by_me": 0, "visits": [], "conversation": talk(masked),
        }));
        desk.room_hears(json!({"type": "entries", "entries": [entry(1, said)]}));
        desk.room_hears(json!({"type": "ready", "head": 1}));
        assert_eq!(desk.model.room().unwrap().client.entries().len(), 1);
        desk
    }

    fn in_room(&mut self, msg: RoomMsg) -> Vec<Effect> {
        self.does(Msg::Room("main-c1".parse().unwrap(), msg))
    }

    fn room_hears(&mut self, frame: Value) -> Vec<Effect> {
        let frame: ToAgent = serde_json::from_value(frame).unwrap();
        self.in_room(RoomMsg::Heard { socket: 1, frame: Some(Box::new(frame)) })
    }

    /// Every link on screen.
    fn links(&self) -> Vec<String> {
        let mut links = Vec::new();
        for line in self.model.lines(&|_| 0) {
            if let LineKind::Bubble(bubble) = line.kind {
                links.extend(bubble.text.into_iter().filter_map(|it| it.href));
            }
        }
        links
    }
}
