//! What is published of a site.
#![allow(clippy::unwrap_used, reason = "a test may fail where it stands")]
#![allow(clippy::needless_pass_by_value, reason = "what is tested is written where it is used")]

use std::collections::BTreeMap;

use inbox_campaigns::{Publication, compile};
use inbox_types::{Campaign, ProactiveSettings, Timestamp};
use serde_json::{Value, json};

const NOW: u64 = 1_700_000_000_000;

fn campaign(id: &str, changes: Value) -> Campaign {
    let mut campaign = json!({
        "id": id, "site": "site_1", "status": "live", "rank": 0, "name": "Help",
        "rule": { "rule": "is", "condition": "exit_intent" },
        "variants": [{ "key": "a", "weight": 1, "texts": { "en": { "text": "Hello" } } }],
        "collects_messages": true,
    });
    if let (Value::Object(campaign), Value::Object(changes)) = (&mut campaign, changes) {
        campaign.extend(changes);
    }
    serde_json::from_value(campaign).unwrap()
}

fn published_in(language: &str, campaigns: &[Campaign], settings: Value) -> Option<Value> {
    let settings: ProactiveSettings = serde_json::from_value(settings).unwrap();
    let members = BTreeMap::from([(
        "mem_1".to_owned().try_into().unwrap(),
        "Lan".to_owned().try_into().unwrap(),
    )]);
    compile(&Publication {
        campaigns,
        settings: &settings,
        language: &language.parse().unwrap(),
        main_language: &"uk".parse().unwrap(),
        members: &members,
        now: Timestamp::from_millis(NOW),
    })
}

fn published(campaigns: &[Campaign]) -> Option<Value> {
    published_in("en", campaigns, json!({})).map(|it| it[1].clone())
}

/// Of one campaign that differs so.
fn one(changes: Value) -> Value {
    published(&[campaign("c", changes)]).unwrap()[0].clone()
}

const VARIANTS: fn() -> Value = || json!([["a", 1, "Hello"]]);

#[test]
fn cp5_only_live_campaigns_are_published_in_the_order_of_their_ranks() {
    assert_eq!(published(&[]), None);
    for status in ["draft", "paused", "archived"] {
        assert_eq!(published(&[campaign("c", json!({ "status": status }))]), None);
    }
    let all = [campaign("c1", json!({ "rank": 2 })), campaign("c2", json!({ "rank": 1 }))];
    let exit = json!(["exit", 1]);
    assert_eq!(published(&all), Some(json!([["c2", exit, VARIANTS()], ["c1", exit, VARIANTS()]])));
}

#[test]
fn cp5_a_campaign_that_has_run_out_is_not_published() {
    let until = |it: u64| campaign("c", json!({ "schedule": { "until": it } }));
    assert_eq!(published(&[until(NOW)]), None);
    assert!(published(&[until(NOW + 1)]).is_some());
}

#[test]
fn cp5_a_broken_campaign_keeps_no_other_from_speaking() {
    let matches = json!({ "how": "regex", "value": "(" });
    let rule = json!({ "rule": "is", "condition": "url", "matches": matches });
    let all = [campaign("c1", json!({ "rule": rule })), campaign("c2", json!({}))];
    assert_eq!(published(&all), Some(json!([["c2", ["exit", 1], VARIANTS()]])));
}

#[test]
fn cp5_what_holds_for_all_campaigns_stands_before_them() {
    let all = [campaign("c", json!({}))];
    let site = |settings: Value| published_in("en", &all, settings).unwrap()[0].clone();
    assert_eq!(site(json!({})), json!([2, 6, "UTC"]));
    let settings = json!({
        "remember_visitors": true, "per_visit": 1, "per_visitor": 3, "time_zone": "Europe/Kyiv",
    });
    assert_eq!(site(settings), json!([1, 3, "Europe/Kyiv", 1]));
}

#[test]
fn cp6_a_campaign_that_collects_no_messages_waits_for_somebody() {
    let some = json!({ "collects_messages": false });
    assert_eq!(one(some), json!(["c", [["exit", 1], ["on", ""]], VARIANTS()]));
    let available = json!({ "rule": "is", "condition": "available" });
    let some = json!({ "collects_messages": false, "rule": available });
    assert_eq!(one(some)[1], json!(["on", ""]));
    let rule = json!({ "rule": "all", "of": [] });
    assert_eq!(one(json!({ "rule": rule }))[1], json!([]));
}

#[test]
fn cp6_a_schedule_is_a_condition() {
    let schedule = |it: Value| one(json!({ "schedule": it }))[1].clone();
    let (now, exit) = (NOW / 1_000, json!(["exit", 1]));
    assert_eq!(schedule(json!({ "from": NOW })), json!([exit, ["now", now]]));
    assert_eq!(schedule(json!({ "until": NOW + 60_000 })), json!([exit, ["now", null, now + 59]]));
    assert_eq!(
        schedule(json!({ "from": NOW, "until": NOW + 60_000 })),
        json!([exit, ["now", now, now + 59]])
    );
}

#[test]
fn cp7_words_are_in_the_visitors_language_or_in_the_next_best() {
    let text = |it: &str| json!({ "text": it });
    let texts = json!({ "en": text("Hello"), "pt": text("Olá"), "uk": text("Привіт") });
    let variants = json!([{ "key": "a", "weight": 1, "texts": texts }]);
    let all = [campaign("c", json!({ "variants": variants }))];
    let said =
        |language: &str| published_in(language, &all, json!({})).unwrap()[1][0][2][0][2].clone();
    assert_eq!(said("en"), "Hello");
    assert_eq!(said("pt-BR"), "Olá");
    assert_eq!(said("vi"), "Привіт");
    let texts = json!({ "en": text("Hello") });
    let variants = json!([{ "key": "a", "weight": 1, "texts": texts }]);
    let all = [campaign("c", json!({ "variants": variants }))];
    let said = published_in("vi", &all, json!({})).unwrap();
    assert_eq!(said[1][0][2][0][2], "Hello");
}

#[test]
fn cp7_a_variant_travels_with_answers_and_draft() {
    let words = json!({ "text": "Hello", "replies": ["Yes", "No"], "draft": "I" });
    let variants = json!([
        { "key": "a", "weight": 2, "texts": { "en": words } },
        { "key": "b", "weight": 1, "texts": { "en": { "text": "Hi", "draft": "We" } } },
    ]);
    let expected = json!([["a", 2, "Hello", ["Yes", "No"], "I"], ["b", 1, "Hi", 0, "We"]]);
    assert_eq!(one(json!({ "variants": variants }))[2], expected);
}

#[test]
fn cp8_the_rest_of_a_campaign_stands_at_its_place() {
    let frequency = |it: Value| one(json!({ "frequency": it }))[3].clone();
    assert_eq!(frequency(json!({ "how": "visit" })), json!(null));
    assert_eq!(frequency(json!({ "how": "once" })), json!(-1));
    assert_eq!(frequency(json!({ "how": "until_answered" })), json!(-2));
    assert_eq!(frequency(json!({ "how": "every_days", "days": 7 })), json!(7));
    assert_eq!(one(json!({ "control": 10 }))[4], json!(10));
    assert_eq!(one(json!({ "action": "open" }))[5], json!(1));
    assert_eq!(one(json!({ "during_conversation": true }))[5], json!(2));
    assert_eq!(one(json!({ "sender": { "who": "next_available" } }))[5], json!(4));
    assert_eq!(one(json!({ "sender": { "who": "member", "member": "mem_1" } }))[6], "Lan");
    assert_eq!(one(json!({ "sender": { "who": "member", "member": "gone" } }))[6], json!(null));
    let goal = |what: Value| one(json!({ "goal": { "what": what, "hours": 24 } }))[7].clone();
    let matches = json!({ "how": "begins", "value": "/thanks" });
    assert_eq!(
        goal(json!({ "goal": "url", "matches": matches })),
        json!([24, "url", 1, "^/thanks"])
    );
    assert_eq!(goal(json!({ "goal": "event", "name": "paid" })), json!([24, "event", "paid"]));
    assert_eq!(goal(json!({ "goal": "conversation" })), json!([24, "chat"]));
    assert_eq!(goal(json!({ "goal": "purchase" })), json!([24, "buy"]));
    let all = json!({ "goal": { "what": { "goal": "purchase" }, "hours": 1 } });
    assert_eq!(one(all), json!(["c", ["exit", 1], VARIANTS(), 0, 0, 0, 0, [1, "buy"]]));
}
