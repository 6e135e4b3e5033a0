//! What is wrong with campaigns.
#![allow(clippy::unwrap_used, reason = "a test may fail where it stands")]
#![allow(clippy::needless_pass_by_value, reason = "what is tested is written where it is used")]

use inbox_campaigns::regex::Reason;
use inbox_campaigns::{Fault, Problem, Surroundings, check, needs_memory};
use inbox_types::{CampaignPlan, Language, ProactiveSettings, Rule, Timestamp, VariantKey, limits};
use serde_json::{Value, json};

const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

fn plan(changes: Value) -> CampaignPlan {
    let mut plan = json!({
        "name": "Help",
        "rule": { "rule": "all", "of": [] },
        "variants": [{ "key": "a", "weight": 1, "texts": { "en": { "text": "Can we help?" } } }],
    });
    if let (Value::Object(plan), Value::Object(changes)) = (&mut plan, changes) {
        plan.extend(changes);
    }
    serde_json::from_value(plan).unwrap()
}

fn settings() -> ProactiveSettings {
    let office = |weekday| json!({ "weekday": weekday, "from": 540, "until": 1_020 });
    let hours: Vec<Value> = (1..=5).map(office).collect();
    serde_json::from_value(json!({ "office_hours": hours })).unwrap()
}

fn problems(changes: Value) -> Vec<Problem> {
    let english: Language = "en".parse().unwrap();
    let settings = settings();
    let on = Surroundings { settings: &settings, main_language: &english, now: NOW };
    check(&plan(changes), &on)
}

#[track_caller]
fn finds(changes: Value, expected: &[Problem]) {
    assert_eq!(problems(changes), expected);
}

/// Of a rule alone.
#[track_caller]
fn rule(rule: Value, expected: &[Problem]) {
    finds(json!({ "rule": rule }), expected);
}

fn all(of: Value) -> Value {
    json!({ "rule": "all", "of": of })
}

fn any(of: Value) -> Value {
    json!({ "rule": "any", "of": of })
}

/// A condition, from what makes it.
fn is(condition: &str, rest: Value) -> Value {
    let mut it = json!({ "rule": "is", "condition": condition });
    if let (Value::Object(it), Value::Object(rest)) = (&mut it, rest) {
        it.extend(rest);
    }
    it
}

fn not(mut condition: Value) -> Value {
    condition["not"] = json!(true);
    condition
}

fn url(how: &str, value: &str) -> Value {
    is("url", json!({ "matches": { "how": how, "value": value } }))
}

fn pages(count: Value) -> Value {
    is("pages_viewed", json!({ "count": count }))
}

#[test]
fn ck1_a_campaign_for_everybody_is_fine() {
    finds(json!({}), &[]);
}

#[test]
fn ck1_a_campaign_with_everything_is_fine() {
    let texts = json!({
        "en": { "text": "Hello", "replies": ["Yes", "No"], "draft": "I would like" },
        "vi": { "text": "Xin chào" },
    });
    finds(
        json!({
            "rule": all(json!([
                url("begins", "/pricing"),
                any(json!([is("exit_intent", json!({})), is("idle", json!({ "seconds": 30 }))])),
                not(is("chatted", json!({ "days": 7 }))),
                is("office_hours", json!({})),
                is("hours", json!({ "from": 600, "until": 660 })),
                is("click", json!({ "selector": "a[href^='/buy']:not(.old), #more > b" })),
            ])),
            "schedule": { "until": NOW.as_millis() + 1 },
            "variants": [
                { "key": "a", "weight": 1, "texts": texts },
                { "key": "b", "weight": 0, "texts": texts },
            ],
            "control": 10,
            "frequency": { "how": "every_days", "days": 3 },
            "goal": { "what": { "goal": "purchase" }, "hours": 24 },
        }),
        &[],
    );
}

#[test]
fn ck2_there_is_something_to_say() {
    finds(json!({ "variants": [] }), &[Problem::NoVariant]);
    let language = "en".parse().unwrap();
    finds(
        json!({ "variants": [{ "key": "a", "weight": 1, "texts": { "vi": { "text": "Chào" } } }] }),
        &[Problem::MainLanguageMissing { variant: VariantKey::FIRST, language }],
    );
}

#[test]
fn ck2_variants_are_told_apart_and_seen() {
    let variant = |key: &str, weight: u8| json!({ "key": key, "weight": weight, "texts": { "en": { "text": "Hello" } } });
    finds(
        json!({ "variants": [variant("a", 1), variant("a", 1)] }),
        &[Problem::VariantTwice { variant: VariantKey::FIRST }],
    );
    finds(
        json!({ "variants": [variant("0", 1)] }),
        &[Problem::VariantTwice { variant: VariantKey::CONTROL }],
    );
    finds(json!({ "variants": [variant("a", 0), variant("b", 0)] }), &[Problem::NoWeight]);
    let five: Vec<Value> = ["a", "b", "c", "d", "e"].map(|it| variant(it, 1)).into();
    finds(json!({ "variants": five }), &[Problem::TooManyVariants { most: limits::VARIANTS }]);
}

#[test]
fn ck2_answers_fit_and_differ() {
    let words = |replies: &[&str]| {
        let texts = json!({ "en": { "text": "Hello", "replies": replies } });
        json!({ "variants": [{ "key": "a", "weight": 1, "texts": texts }] })
    };
    let (variant, language) = (VariantKey::FIRST, || "en".parse().unwrap());
    let most = limits::QUICK_REPLIES;
    finds(
        words(&["1", "2", "3", "4", "5"]),
        &[Problem::TooManyReplies { variant, language: language(), most }],
    );
    finds(words(&["Yes", "Yes"]), &[Problem::ReplyTwice { variant, language: language() }]);
}

#[test]
fn ck3_numbers_are_possible() {
    finds(json!({ "control": 99 }), &[]);
    finds(json!({ "control": 100 }), &[Problem::ControlTooLarge { percent: 100 }]);
    finds(json!({ "frequency": { "how": "every_days", "days": 0 } }), &[Problem::FrequencyZero]);
    let goal =
        |hours: u16| json!({ "goal": { "what": { "goal": "conversation" }, "hours": hours } });
    finds(goal(limits::GOAL_HOURS), &[]);
    finds(goal(0), &[Problem::GoalHours { most: limits::GOAL_HOURS }]);
    finds(goal(limits::GOAL_HOURS + 1), &[Problem::GoalHours { most: limits::GOAL_HOURS }]);
}

#[test]
fn ck3_a_schedule_is_ahead() {
    let schedule = |from: i64, until: i64| {
        let at = |it: i64| NOW.as_millis().checked_add_signed(it);
        json!({ "schedule": { "from": at(from), "until": at(until) } })
    };
    finds(schedule(-1, 1), &[]);
    finds(schedule(-2, 0), &[Problem::ScheduleOver { until: NOW }]);
    finds(schedule(5, 5), &[Problem::ScheduleUpsideDown]);
    finds(schedule(5, 4), &[Problem::ScheduleUpsideDown]);
}

#[test]
fn ck4_a_rule_has_limits() {
    let three = all(json!([any(json!([all(json!([is("exit_intent", json!({}))]))]))]));
    rule(three.clone(), &[]);
    rule(any(json!([three])), &[Problem::TooDeep { most: limits::RULE_DEPTH }]);
    let many = |n: usize| all(json!(vec![is("exit_intent", json!({})); n]));
    rule(many(limits::RULE_CONDITIONS), &[]);
    rule(
        many(limits::RULE_CONDITIONS + 1),
        &[Problem::TooManyConditions { most: limits::RULE_CONDITIONS }],
    );
}

#[test]
fn ck10_regular_expressions_are_little_work_together() {
    let regex = |n: usize| url("regex", &format!("(a|b){{{n}}}"));
    // A choice of two letters takes four steps.
    let n_fit = limits::RULE_REGEX_STEPS / 4;
    let half = n_fit / 2;
    rule(all(json!([regex(half), any(json!([regex(n_fit - half)]))])), &[]);
    let most = limits::RULE_REGEX_STEPS;
    let problem = Problem::TooMuchRegex { most };
    rule(all(json!([regex(half), regex(n_fit - half + 1)])), std::slice::from_ref(&problem));
    assert!(problem.is_over_limit());
    let step = json!({ "how": "regex", "value": format!("(a|b){{{half}}}") });
    rule(
        all(json!([is("funnel", json!({ "steps": [step, step, step] }))])),
        std::slice::from_ref(&problem),
    );
    let goal = json!({ "hours": 1, "what": { "goal": "url", "matches": step } });
    finds(json!({ "rule": all(json!([regex(half), regex(half)])), "goal": goal }), &[problem]);
    // What a browser runs in one go is no work.
    let plain = all(json!(vec![url("regex", &"[ab]".repeat(100)); 10]));
    rule(plain, &[]);
}

#[test]
fn ck4_groups_have_something_in_them() {
    rule(all(json!([])), &[]);
    rule(any(json!([])), &[Problem::EmptyGroup { group: 0 }]);
    let nested = all(json!([
        is("exit_intent", json!({})),
        any(json!([is("idle", json!({ "seconds": 3 })), all(json!([]))])),
        any(json!([])),
    ]));
    rule(nested, &[Problem::EmptyGroup { group: 2 }, Problem::EmptyGroup { group: 3 }]);
}

#[track_caller]
fn fault(condition: Value, expected: Fault) {
    let rule = all(json!([is("exit_intent", json!({})), condition]));
    finds(json!({ "rule": rule }), &[Problem::Condition { condition: 1, fault: expected }]);
}

#[test]
fn ck5_a_regular_expression_is_one() {
    fault(url("regex", "a("), Fault::Regex { reason: Reason::GroupUnclosed, at: 1 });
    fault(url("regex", "(?=a)"), Fault::Regex { reason: Reason::LookAround, at: 0 });
    fault(url("regex", "(a{100}){5}"), Fault::RegexTooLarge { most: limits::REGEX_STEPS });
    fault(
        is("query", json!({ "name": "q", "matches": { "how": "regex", "value": "[" } })),
        Fault::Regex { reason: Reason::ClassUnclosed, at: 0 },
    );
    let step = json!({ "how": "regex", "value": "*" });
    fault(
        is("funnel", json!({ "steps": [{ "how": "is", "value": "/" }, step] })),
        Fault::Regex { reason: Reason::NothingRepeated, at: 0 },
    );
    let matches = json!({ "text": { "how": "regex", "value": "(a)\\1" } });
    fault(
        is("attribute", json!({ "name": "a", "matches": matches })),
        Fault::Regex { reason: Reason::Reference, at: 3 },
    );
    finds(
        json!({ "goal": {
            "what": { "goal": "url", "matches": { "how": "regex", "value": ")" } },
            "hours": 1,
        } }),
        &[Problem::Goal { fault: Fault::Regex { reason: Reason::GroupUnopened, at: 0 } }],
    );
}

#[test]
fn ck5_what_is_chosen_from_is_chosen() {
    for (condition, values) in
        [("language", "any"), ("country", "any"), ("weekday", "any"), ("funnel", "steps")]
    {
        fault(is(condition, json!({ values: [] })), Fault::NoValues);
    }
    let many = vec!["VN"; limits::CONDITION_VALUES + 1];
    let most = limits::CONDITION_VALUES;
    fault(is("country", json!({ "any": many })), Fault::TooManyValues { most });
    let steps = vec![json!({ "how": "is", "value": "/" }); limits::FUNNEL_STEPS + 1];
    let most = limits::FUNNEL_STEPS;
    fault(is("funnel", json!({ "steps": steps })), Fault::TooManyValues { most });
}

#[test]
fn ck5_numbers_can_be_reached() {
    fault(pages(json!({})), Fault::NoBounds);
    fault(pages(json!({ "least": 3, "most": 2 })), Fault::BoundsUpsideDown);
    fault(pages(json!({ "most": 0 })), Fault::NeverSoFew { least: 1 });
    fault(is("visits", json!({ "count": { "most": 0 } })), Fault::NeverSoFew { least: 1 });
    fault(
        pages(json!({ "least": 51 })),
        Fault::OutOfRange { least: 1, most: u32::try_from(limits::VISITS).unwrap() },
    );
    fault(is("scroll", json!({ "percent": 101 })), Fault::OutOfRange { least: 0, most: 100 });
    fault(is("share", json!({ "percent": 0 })), Fault::OutOfRange { least: 1, most: 100 });
    fault(is("chatted", json!({ "days": 0 })), Fault::OutOfRange { least: 1, most: 365 });
    fault(is("weekday", json!({ "any": [8] })), Fault::OutOfRange { least: 1, most: 7 });
    fault(
        is("hours", json!({ "from": 1440, "until": 60 })),
        Fault::OutOfRange { least: 0, most: 1_439 },
    );
    fault(is("hours", json!({ "from": 60, "until": 60 })), Fault::NoHours);
    let number = json!({ "number": { "least": 2, "most": 1 } });
    fault(is("attribute", json!({ "name": "age", "matches": number })), Fault::BoundsUpsideDown);
}

#[test]
fn ck5_a_selector_is_finished() {
    let click = |selector: &str| is("click", json!({ "selector": selector }));
    for fine in ["#a", "a:hover > b", "[data-x=\"1, 2\"]", "a, b", ".a\\.b", "*", ":is(a, b)"] {
        rule(all(json!([click(fine)])), &[]);
    }
    for broken in ["#", "a >", "[a", "a]", ":not(a", "a,", ", a", "[a='b]", "a, , b", "a{}", "a\\"]
    {
        fault(click(broken), Fault::Selector);
    }
}

#[track_caller]
fn contradicts(one: Value, two: Value) {
    let expected = [Problem::Contradiction { first: 0, second: 1 }];
    rule(all(json!([one, two])), &expected);
    // Whichever stands first.
    rule(all(json!([two, one])), &expected);
    // And if it is only one way of several, the campaign can speak in the others.
    let way = all(json!([one, two]));
    rule(any(json!([way, url("contains", "elsewhere")])), &[]);
}

#[track_caller]
fn agrees(one: Value, two: Value) {
    rule(all(json!([one, two])), &[]);
    rule(all(json!([two, one])), &[]);
}

#[test]
fn ck6_a_condition_and_its_opposite() {
    let exit = || is("exit_intent", json!({}));
    contradicts(exit(), not(exit()));
    agrees(exit(), exit());
    let event = |name: &str| is("event", json!({ "name": name, "count": { "least": 1 } }));
    contradicts(event("a"), not(event("a")));
    agrees(event("a"), not(event("b")));
}

#[test]
fn ck6_addresses() {
    contradicts(url("is", "/a"), url("is", "/b"));
    contradicts(url("is", "/a"), url("begins", "/b"));
    contradicts(url("begins", "/a/"), url("begins", "/b/"));
    contradicts(url("is", "/a/b"), not(url("begins", "/a")));
    contradicts(url("is", "/a/sale"), not(url("contains", "sale")));
    contradicts(url("begins", "/a/sale"), not(url("contains", "/sale")));
    contradicts(url("is", "/a"), not(url("is", "/A/")));
    agrees(url("is", "/a"), url("is", "/a/"));
    agrees(url("is", "/a"), url("is", "/a?b=c"));
    agrees(url("is", "/a"), url("contains", "b"));
    agrees(url("is", "/a"), url("begins", "/a?b"));
    agrees(url("is", "/a"), url("is", "shop.example/a"));
    agrees(url("begins", "/a"), not(url("begins", "/ab")));
    agrees(url("contains", "shop.example"), not(url("contains", "/shop.example")));
    rule(any(json!([url("is", "/a"), url("is", "/b")])), &[]);
}

#[test]
fn ck6_texts() {
    let title =
        |how: &str, value: &str| is("title", json!({ "matches": { "how": how, "value": value } }));
    contradicts(title("is", "Cart"), title("is", "Checkout"));
    contradicts(title("is", "Cart"), title("contains", "checkout"));
    contradicts(title("is", "Cart"), title("regex", "^[xyz]"));
    contradicts(title("is", "Cart"), not(title("wildcard", "c*t")));
    contradicts(title("contains", "a cart"), not(title("contains", "CART")));
    agrees(title("is", "Cart"), title("begins", "c"));
    agrees(title("contains", "a"), not(title("contains", "ab")));
    let plan = |matches: Value| is("attribute", json!({ "name": "plan", "matches": matches }));
    let text = |value: &str| plan(json!({ "text": { "how": "is", "value": value } }));
    contradicts(text("pro"), text("free"));
    contradicts(text("pro"), not(plan(json!("known"))));
    contradicts(plan(json!({ "number": { "least": 1 } })), not(plan(json!("known"))));
    agrees(text("pro"), plan(json!("known")));
    let query = |matches: Value| is("query", json!({ "name": "q", "matches": matches }));
    contradicts(query(json!({ "how": "is", "value": "1" })), not(query(Value::Null)));
    // An address can say a name twice.
    agrees(
        query(json!({ "how": "is", "value": "1" })),
        query(json!({ "how": "is", "value": "2" })),
    );
}

#[test]
fn ck6_numbers() {
    contradicts(pages(json!({ "least": 3 })), pages(json!({ "most": 2 })));
    contradicts(pages(json!({ "least": 3, "most": 4 })), not(pages(json!({ "least": 2 }))));
    agrees(pages(json!({ "least": 3 })), pages(json!({ "most": 3 })));
    agrees(pages(json!({ "least": 2 })), not(pages(json!({ "least": 3 }))));
    let seconds = |kind: &str, n: u32| is(kind, json!({ "seconds": n }));
    contradicts(seconds("page_time", 30), not(seconds("page_time", 20)));
    agrees(seconds("page_time", 30), not(seconds("page_time", 40)));
    agrees(seconds("page_time", 30), not(seconds("idle", 20)));
    let visits = |count: Value| is("visits", json!({ "count": count }));
    contradicts(visits(json!({ "most": 1 })), is("returning", json!({})));
    contradicts(is("chatted", json!({ "days": 7 })), not(is("chatted", json!({ "days": 30 }))));
    agrees(not(is("chatted", json!({ "days": 7 }))), is("chatted", json!({ "days": 30 })));
}

#[test]
fn ck6_devices() {
    let device = |it: &str| is("device", json!({ "is": it }));
    contradicts(device("phone"), device("desktop"));
    contradicts(device("phone"), is("exit_intent", json!({})));
    agrees(device("tablet"), is("exit_intent", json!({})));
    rule(
        all(json!([not(device("phone")), not(device("tablet")), not(device("desktop"))])),
        &[Problem::Contradiction { first: 0, second: 2 }],
    );
}

#[test]
fn ck6_languages_and_countries() {
    let language = |any: Value| is("language", json!({ "any": any }));
    contradicts(language(json!(["vi"])), language(json!(["en", "uk"])));
    contradicts(language(json!(["pt-BR"])), not(language(json!(["pt"]))));
    agrees(language(json!(["pt"])), language(json!(["pt-BR"])));
    agrees(language(json!(["pt"])), not(language(json!(["pt-BR"]))));
    let country = |any: Value| is("country", json!({ "any": any }));
    contradicts(country(json!(["VN"])), country(json!(["UA"])));
    contradicts(country(json!(["VN", "UA"])), not(country(json!(["UA", "VN"]))));
    agrees(country(json!(["VN", "UA"])), not(country(json!(["UA"]))));
}

#[test]
fn ck6_times() {
    let weekday = |any: Value| is("weekday", json!({ "any": any }));
    let hours = |from: u16, until: u16| is("hours", json!({ "from": from, "until": until }));
    let office = || is("office_hours", json!({}));
    contradicts(weekday(json!([1])), weekday(json!([2])));
    contradicts(weekday(json!([6, 7])), office());
    contradicts(hours(0, 540), office());
    contradicts(hours(600, 660), hours(660, 720));
    agrees(hours(0, 541), office());
    agrees(weekday(json!([5])), office());
    agrees(weekday(json!([6])), not(office()));
    rule(
        all(json!([weekday(json!([1])), hours(540, 600), not(hours(500, 700))])),
        &[Problem::Contradiction { first: 0, second: 2 }],
    );
}

#[test]
fn ck6_every_way_must_be_impossible() {
    let (a, b) = (|| url("is", "/a"), || url("is", "/b"));
    rule(
        all(json!([a(), any(json!([b(), not(a())]))])),
        &[
            Problem::Contradiction { first: 0, second: 1 },
            Problem::Contradiction { first: 0, second: 2 },
        ],
    );
    rule(all(json!([a(), any(json!([b(), is("exit_intent", json!({}))]))])), &[]);
}

#[test]
fn ck6_a_rule_with_too_many_ways_is_not_looked_through() {
    let pair = || any(json!([url("is", "/a"), url("is", "/b")]));
    rule(all(json!(vec![pair(); 10])), &[]);
    // Within the limits a rule has fewer ways than are looked at.
    let three = || any(json!([url("is", "/a"), url("is", "/b"), url("is", "/c")]));
    assert_ne!(problems(json!({ "rule": all(json!([three(), url("is", "/d")])) })), []);
}

#[test]
fn ck7_nobody_and_no_messages_is_silence() {
    let nobody = || all(json!([not(is("available", json!({})))]));
    rule(nobody(), &[Problem::NobodyAvailable { condition: 0 }]);
    finds(json!({ "rule": nobody(), "collects_messages": true }), &[]);
    rule(all(json!([not(is("available", json!({ "department": "dep_1" })))])), &[]);
}

#[test]
fn ck8_what_is_over_a_limit_is_not_even_a_draft() {
    assert!(Problem::TooDeep { most: 3 }.is_over_limit());
    let fault = Fault::TooManyValues { most: 60 };
    assert!(Problem::Condition { condition: 0, fault }.is_over_limit());
    assert!(!Problem::NoVariant.is_over_limit());
    assert!(!Problem::Condition { condition: 0, fault: Fault::NoValues }.is_over_limit());
}

#[test]
fn ck9_what_outlives_a_visit_needs_memory() {
    let needs = |it: Value| match serde_json::from_value(it).unwrap() {
        Rule::Is { condition, .. } => needs_memory(&condition),
        Rule::All { .. } | Rule::Any { .. } => unreachable!(),
    };
    assert!(needs(is("returning", json!({}))));
    assert!(needs(is("visits", json!({ "count": { "least": 3 } }))));
    assert!(needs(is("chatted", json!({ "days": 7 }))));
    assert!(!needs(pages(json!({ "least": 3 }))));
    assert!(!needs(is("share", json!({ "percent": 50 }))));
}
