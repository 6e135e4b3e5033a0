//! What is known of the deliveries of a site, and what waits for them.

use inbox_host::forward::Tried;
use inbox_room::ConversationRecord;

use super::*;

#[test]
fn the_last_deliveries_of_a_site_are_kept_and_no_more() {
    let office = Office::new();
    let form = json!({
        "name": "Shop", "origins": ["https://shop.example"], "settings": SiteSettings::default(),
    });
    let [shop, other] = [(); 2].map(|()| office.make("create_site", form.clone()));
    let row = |seq| DeliveryRow {
        at: NOW,
        conversation: id("main-c"),
        seq: Seq(seq),
        event: "message.created".to_owned(),
        tries: 1,
        took: Millis(12),
        outcome: DeliveryOutcome::LeftOut,
    };
    let tell = |site: &str, seqs: std::ops::Range<u64>| {
        let rows = seqs.map(|it| Tried { epoch: 1, row: row(it) }).collect();
        ask(&office.workspace, WorkspaceRequest::Delivered { site: id(site), rows })
            .expect("noted");
    };
    tell(&other, 7..8);
    tell(&shop, 0..DELIVERY_ROWS);
    tell(&shop, DELIVERY_ROWS..DELIVERY_ROWS + 5);
    let rows = |site: &str| -> Vec<DeliveryRow> {
        serde_json::from_value(office.done("deliveries", named(site))).expect("rows")
    };
    let seqs: Vec<u64> = rows(&shop).iter().map(|it| it.seq.0).collect();
    assert_eq!(seqs, (5..DELIVERY_ROWS + 5).rev().collect::<Vec<_>>());
    assert_eq!(rows(&other), [row(7)]);
    // What is kept can be sent once more, what is forgotten cannot.
    let replay = |site: &str, seq: u64| {
        let form = json!({ "conversation": "main-c", "seq": seq, "action": "replay" });
        office.command(&office.olga, "deliver", Asked { form, ..named(site) })
    };
    let answer = replay(&shop, 5).expect("it is sent again");
    let effect =
        Effect::Deliver { conversation: id("main-c"), seq: Seq(5), action: DeliveryAction::Replay };
    assert_eq!(answer.effect, Some(effect));
    assert_eq!(reason(replay(&shop, 4)), Refusal::NotFound);
    assert_eq!(reason(replay(&other, 5)), Refusal::NotFound, "another site's");
    // Of a conversation that is erased nothing stays.
    let standing = ConversationRecord { epoch: 2, ..ConversationRecord::default() };
    let erased = WorkspaceRequest::Erased { conversation: id("main-c"), standing };
    ask(&office.workspace, erased).expect("noted");
    assert_eq!(rows(&shop), []);
    // Nor does what was on its way, and what is said there anew is shown.
    tell(&shop, 3..5);
    assert_eq!(rows(&shop), []);
    let mixed = [1, 2].map(|epoch| Tried { epoch, row: row(u64::from(epoch)) });
    let mixed = WorkspaceRequest::Delivered { site: id(&shop), rows: mixed.into() };
    ask(&office.workspace, mixed).expect("noted");
    assert_eq!(rows(&shop), [row(2)]);
}

#[test]
fn what_waits_is_woken_when_sending_goes_on() {
    let office = Office::new();
    let calls = calls(&office);
    let site = calls["pause_webhook"].name.clone();
    let pause = |paused: bool| {
        let form = json!({ "paused": paused });
        office.command(&office.olga, "pause_webhook", Asked { form, ..named(&site) })
    };
    assert_eq!(pause(true).expect("paused").effect, None);
    assert_eq!(pause(false).expect("resumed").effect, Some(Effect::WakeUndelivered(id(&site))));
}

/// A site's inbox takes something of a conversation now.
fn taken(site: &str) -> WorkspaceRequest {
    let row = DeliveryRow {
        at: platform::now(),
        conversation: id("main-d"),
        seq: Seq(1),
        event: "message.created".to_owned(),
        tries: 1,
        took: Millis(5),
        outcome: DeliveryOutcome::Taken { status: 204 },
    };
    WorkspaceRequest::Delivered { site: id(site), rows: vec![Tried { epoch: 1, row }] }
}

#[test]
fn an_inbox_that_takes_nothing_for_too_long_is_away_until_it_takes_something() {
    let office = Office::new();
    let with = |answers: bool, failover: u64| {
        let settings = json!({ "only_elsewhere": true, "failover": failover });
        json!({
            "name": "Shop", "origins": ["https://shop.example"], "settings": settings,
            "webhook_url": "https://hooks.example/a", "webhook_answers": answers,
        })
    };
    let shop = office.make("create_site", with(true, 60_000));
    let put = |form: Json| office.done("put_site", Asked { form, ..named(&shop) });
    let state = || {
        let ask = ask(&office.workspace, WorkspaceRequest::Facts { site: id(&shop) });
        let now = ask.expect("facts").answer;
        let away = now["facts"]["inbox_away"].as_bool().unwrap_or_default();
        (now["facts"]["site"]["only_elsewhere"].as_bool(), away)
    };
    let start = platform::now();
    let event = UndeliveredEvent {
        conversation: id("main-c"),
        seq: Seq(7),
        event: "message.created".to_owned(),
        since: start,
        tries: 3,
        cause: DeliveryFailure::TooSlow,
        next: None,
    };
    let note = |event: Option<UndeliveredEvent>| {
        let conversation = id("main-c");
        let site = id(&shop);
        let ask_ = WorkspaceRequest::Undelivered { site, conversation, epoch: 1, event };
        ask(&office.workspace, ask_).expect("noted");
    };
    assert_eq!(state(), (Some(true), false));
    note(Some(event.clone()));
    assert_eq!(state(), (Some(true), false), "not for long yet");
    platform::set_now(start.after(Millis(60_000)));
    assert_eq!(state(), (Some(true), true));
    // Without a span it is never away, and who may not answer is not the only one who does.
    put(with(true, 0));
    assert_eq!(state(), (Some(true), false));
    put(with(false, 60_000));
    assert_eq!(state(), (Some(false), false));
    put(with(true, 60_000));
    assert_eq!(state(), (Some(true), true));
    // It takes something of another conversation.
    let delivered = taken(&shop);
    ask(&office.workspace, delivered).expect("noted");
    assert_eq!(state(), (Some(true), false));
    // It goes on refusing that one event, and takes nothing any more some time later.
    let began = platform::now().after(Millis(1));
    let other = UndeliveredEvent { conversation: id("main-e"), since: began, ..event };
    let ask_ = |event: Option<UndeliveredEvent>| WorkspaceRequest::Undelivered {
        site: id(&shop),
        conversation: id("main-e"),
        epoch: 1,
        event,
    };
    ask(&office.workspace, ask_(Some(other))).expect("noted");
    assert_eq!(state(), (Some(true), false), "not for long yet");
    platform::set_now(began.after(Millis(60_000)));
    assert_eq!(state(), (Some(true), true), "although another event has waited since before");
    ask(&office.workspace, ask_(None)).expect("noted");
    assert_eq!(state(), (Some(true), false));
    note(None);
    assert_eq!(state(), (Some(true), false));
    platform::set_now(start);
}

/// A conversation from which nothing waits hears by nothing else that the desk takes over, and one that
/// was given to the desk not that the inbox is back.
#[test]
fn ap42_that_an_inbox_is_away_and_that_it_is_back_is_told_once_each() {
    let office = Office::new();
    let settings = json!({ "only_elsewhere": true, "failover": 60_000 });
    let shop = office.make(
        "create_site",
        json!({
            "name": "Shop", "origins": ["https://shop.example"], "settings": settings,
            "webhook_url": "https://hooks.example/a", "webhook_answers": true,
        }),
    );
    let start = platform::now();
    let event = |no: u64| UndeliveredEvent {
        conversation: id(&format!("main-c{no}")),
        seq: Seq(7),
        event: "message.created".to_owned(),
        since: start.after(Millis(no)),
        tries: 3,
        cause: DeliveryFailure::TooSlow,
        next: None,
    };
    let says = |what: WorkspaceRequest| ask(&office.workspace, what).expect("noted").news;
    let waits = |no: u64, event: Option<UndeliveredEvent>| {
        let conversation = id(&format!("main-c{no}"));
        says(WorkspaceRequest::Undelivered { site: id(&shop), conversation, epoch: 1, event })
    };
    let looks = || says(WorkspaceRequest::Facts { site: id(&shop) });
    let takes = || says(taken(&shop));
    assert_eq!(looks(), None);
    assert_eq!([waits(0, Some(event(0))), waits(1, Some(event(1)))], [None, None], "not for long");
    platform::set_now(start.after(Millis(60_001)));
    // Whoever waits looks at its time, and everybody else is told.
    assert_eq!([looks(), looks()], [Some(News::Facts), None], "it is away");
    assert_eq!(waits(0, Some(event(0))), None, "it still is");
    assert_eq!(waits(0, None), None, "the other one still waits");
    assert_eq!([waits(1, None), looks()], [Some(News::Facts), None], "it is back");
    // It is away once more, and back with what it takes of anybody's.
    platform::set_now(start.after(Millis(120_000)));
    assert_eq!([waits(1, Some(event(1))), looks()], [Some(News::Facts), None]);
    assert_eq!([takes(), takes(), waits(1, None)], [Some(News::Facts), None, None]);
    platform::set_now(start);
}

#[test]
fn what_is_left_out_is_shown_no_longer() {
    let office = Office::new();
    let form = json!({
        "name": "Shop", "origins": ["https://shop.example"], "settings": SiteSettings::default(),
    });
    let shop = office.make("create_site", form);
    let conversation = "main-c".to_owned();
    let event = UndeliveredEvent {
        conversation: id("main-c"),
        seq: Seq(7),
        event: "message.created".to_owned(),
        since: NOW,
        tries: 3,
        cause: DeliveryFailure::TooSlow,
        next: None,
    };
    let note = |epoch, event| {
        let (site, conversation) = (id(&shop), id(&conversation));
        let waits = WorkspaceRequest::Undelivered { site, conversation, epoch, event };
        ask(&office.workspace, waits).expect("noted");
    };
    note(1, Some(event.clone()));
    let decide = |seq: u64, action: &str| {
        let form = json!({ "conversation": "main-c", "seq": seq, "action": action });
        office.command(&office.olga, "deliver", Asked { form, ..named(&shop) })
    };
    let n_shown = || {
        let shown = office.done("settings", Asked::default());
        let sites = shown["sites"].as_array().expect("sites");
        let site = sites.iter().find(|it| it["id"] == shop.as_str()).expect("the shop");
        site["undelivered"]["count"].as_u64().unwrap_or_default()
    };
    // Another event of the conversation is not this one.
    for (seq, action) in [(7, "retry"), (6, "skip")] {
        decide(seq, action).expect("passed on");
        assert_eq!(n_shown(), 1, "{action} of {seq}");
    }
    decide(7, "skip").expect("passed on");
    assert_eq!(n_shown(), 0);
    assert_eq!(reason(decide(7, "skip")), Refusal::NotFound);
    // HO131: what is of an erased log is noted no more, and takes nothing of the new one away.
    note(1, Some(event.clone()));
    let standing = ConversationRecord { epoch: 2, ..ConversationRecord::default() };
    let erased = WorkspaceRequest::Erased { conversation: id("main-c"), standing };
    ask(&office.workspace, erased).expect("noted");
    assert_eq!(n_shown(), 0);
    note(1, Some(event.clone()));
    assert_eq!(n_shown(), 0, "it was on its way");
    note(2, Some(event));
    note(1, None);
    assert_eq!(n_shown(), 1);
    note(2, None);
    assert_eq!(n_shown(), 0);
}
