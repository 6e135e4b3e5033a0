//! Campaigns as the console lists, orders and opens them.

use inbox_types::limits;

use super::*;

const NOW: Timestamp = Timestamp::from_millis(1_000);

fn site(id: &str) -> CampaignSite {
    CampaignSite {
        id: id.parse().expect("an id"),
        name: "Shop".to_owned().try_into().expect("a name"),
        origins: vec!["https://shop.example".to_owned().try_into().expect("an origin")],
        main_language: "en".parse().expect("a tag"),
        color: "#0b5fff".to_owned().try_into().expect("a colour"),
        proactive: ProactiveSettings::default(),
    }
}

fn campaign(id: &str, rank: u32, status: CampaignStatus) -> Campaign {
    Campaign {
        id: id.parse().expect("an id"),
        site: "main-shop".parse().expect("an id"),
        status,
        rank,
        live_since: (status == CampaignStatus::Live).then_some(NOW),
        revision: 0,
        plan: blank(id.to_owned().try_into().expect("a name")),
    }
}

fn model() -> Model {
    let mut model = Model::new(NOW, 0);
    model.route = Route::Campaigns;
    let data = http::Campaigns {
        sites: vec![site("main-shop"), site("main-blog")],
        campaigns: vec![
            campaign("main-c", 2, CampaignStatus::Draft),
            campaign("main-a", 0, CampaignStatus::Live),
            campaign("main-b", 1, CampaignStatus::Paused),
            campaign("main-old", 3, CampaignStatus::Archived),
        ],
        members: Vec::new(),
        departments: Vec::new(),
    };
    say(&mut model, CampaignMsg::Known(Ok(Box::new(data))));
    model
}

fn say(model: &mut Model, msg: CampaignMsg) -> Vec<Effect> {
    update(model, msg)
}

fn id(id: &str) -> CampaignId {
    id.parse().expect("an id")
}

fn listed(model: &Model) -> Vec<String> {
    model.campaigns.listed().iter().map(ToString::to_string).collect()
}

#[test]
fn the_list_has_one_site_in_order_and_archived_ones_apart() {
    let mut model = model();
    assert_eq!(listed(&model), ["main-a", "main-b", "main-c"]);
    say(&mut model, CampaignMsg::Archived(true));
    assert_eq!(listed(&model), ["main-old"]);
    say(&mut model, CampaignMsg::Site("main-blog".parse().expect("an id")));
    assert_eq!(listed(&model), [] as [&str; 0]);
}

#[test]
fn only_what_was_ever_live_is_asked_for_its_numbers() {
    let mut model = model();
    let asked = say(&mut model, CampaignMsg::Site("main-shop".parse().expect("an id")));
    assert_eq!(asked, [Effect::Ask(Request::CampaignReport(id("main-a")))]);
}

#[test]
fn keys_and_drops_change_the_order_at_once_and_say_so() {
    let mut model = model();
    let asked = say(&mut model, CampaignMsg::Move { id: id("main-b"), up: true });
    assert_eq!(listed(&model), ["main-b", "main-a", "main-c"]);
    let ids = vec![id("main-b"), id("main-a"), id("main-c")];
    let site = "main-shop".parse().expect("an id");
    let order = CampaignChange::Order(OrderForm { site, ids });
    assert_eq!(asked, [Effect::Ask(Request::Campaign(order))]);
    say(&mut model, CampaignMsg::Drop { id: id("main-b"), on: id("main-c") });
    assert_eq!(listed(&model), ["main-a", "main-c", "main-b"]);
    assert_eq!(say(&mut model, CampaignMsg::Move { id: id("main-a"), up: true }), []);
    assert_eq!(say(&mut model, CampaignMsg::Move { id: id("main-b"), up: false }), []);
}

#[test]
fn a_refused_order_is_taken_back() {
    let mut model = model();
    let asked = say(&mut model, CampaignMsg::Done(Err(Refusal::Forbidden)));
    assert_eq!(asked, [Effect::Ask(Request::Campaigns)]);
    assert_eq!(model.campaigns.problem, Some(console::REFUSED_FORBIDDEN));
}

#[test]
fn the_clock_says_whether_a_live_campaign_speaks() {
    let at = Timestamp::from_millis;
    let standing = |from: Option<u64>, until: Option<u64>| {
        let schedule = Schedule { from: from.map(at), until: until.map(at) };
        Standing::of(CampaignStatus::Live, schedule, NOW)
    };
    assert_eq!(standing(None, None), Standing::Live);
    assert_eq!(standing(Some(2_000), None), Standing::Scheduled);
    assert_eq!(standing(Some(500), Some(1_000)), Standing::Over);
    let draft = Standing::of(CampaignStatus::Draft, Schedule::default(), NOW);
    assert_eq!(draft, Standing::Draft);
}

#[test]
fn what_cannot_speak_yet_is_opened_in_its_editor() {
    let mut model = model();
    let ready = model.may_speak(&id("main-c"));
    let asked = say(&mut model, CampaignMsg::Publish { id: id("main-c"), ready });
    assert!(asked.contains(&Effect::Go(Route::Campaign(id("main-c")))), "{asked:?}");
    assert_eq!(model.campaigns.problem, Some(console::WRONG_TROUBLES));
}

#[test]
fn a_preview_keeps_what_the_address_already_has() {
    let to = |page| preview_address(page, "T");
    assert_eq!(to("https://shop.example/"), "https://shop.example/?porchlight_preview=T");
    assert_eq!(to("https://a.example/b?c=1#d"), "https://a.example/b?c=1&porchlight_preview=T#d");
}

#[test]
fn a_new_campaign_is_within_all_limits() {
    let plan = blank("New".to_owned().try_into().expect("a name"));
    assert!(plan.variants.len() <= limits::VARIANTS);
    assert_eq!(plan.control, 0);
}
