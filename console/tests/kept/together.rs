//! Two people who change the same, and several changes of one person on their way at once: each answer
//! finds its question, and nothing is taken back unseen.

use inbox_protocol::{Refusal, http::MemberPatch};
use inbox_types::{
    CampaignId, CampaignStatus, DepartmentId, OpeningHours, ProactiveSettings, SiteId,
};
use porchlight_console::model::{
    AdminMsg, CampaignChange, CampaignDone, CampaignMsg, Change, Done, Edited, Effect, Msg,
    Request, Route, Section, SignInState, ToastKind, update,
};
use serde_json::{Value, json};

use crate::Console;

/// What happens, as often as is asked.
type Says<'a> = Box<dyn Fn() -> Msg + 'a>;

fn marketer() -> Console {
    let mut console = Console::new();
    if let SignInState::In(me) = &mut console.model.sign_in {
        me.may.extend([inbox_types::Action::EditCampaigns, inbox_types::Action::Administer]);
    }
    console
}

fn id() -> CampaignId {
    "p1".parse().unwrap()
}

fn plan(name: &str) -> Value {
    let name = name.to_owned().try_into().unwrap();
    serde_json::to_value(porchlight_console::model::campaigns::blank(name)).unwrap()
}

/// All campaigns as the relay says them, with the one in this revision.
fn known(revision: u32) -> Msg {
    let mut campaign = plan("Post");
    for (key, value) in [
        ("id", json!("p1")),
        ("site", json!("main-a")),
        ("status", json!("draft")),
        ("rank", json!(0)),
        ("revision", json!(revision)),
    ] {
        campaign[key] = value;
    }
    let site = json!({
        "id": "main-a", "name": "Shop", "origins": [], "main_language": "en", "color": "#0b5fff",
        "proactive": ProactiveSettings::default(),
    });
    let all = json!({ "sites": [site], "campaigns": [campaign], "members": [], "departments": [] });
    Msg::Campaign(CampaignMsg::Known(Ok(serde_json::from_value(all).unwrap())))
}

fn save(status: Option<CampaignStatus>) -> CampaignChange {
    let plan = serde_json::from_value(plan("Mine")).unwrap();
    CampaignChange::Save { id: id(), plan, status, revision: None }
}

/// What the relay is asked to change by this.
fn asked(console: &mut Console, msg: Msg) -> Vec<Request> {
    let now = console.now;
    let asked = |it| match it {
        Effect::Ask(request @ (Request::Campaign(_) | Request::Change(_))) => Some(request),
        _ => None,
    };
    update(&mut console.model, now, msg).into_iter().filter_map(asked).collect()
}

/// The revision from which a save is sent to have been made.
fn saves_from(console: &mut Console) -> Option<u32> {
    let msg = Msg::Campaign(CampaignMsg::Change(save(None)));
    match asked(console, msg).as_slice() {
        [Request::Campaign(CampaignChange::Save { revision, .. })] => *revision,
        other => panic!("{other:?}"),
    }
}

fn saved(revision: u32) -> Msg {
    let done = CampaignDone::Saved { id: id(), revision, refused: None };
    Msg::Campaign(CampaignMsg::Done(Ok(done)))
}

fn refused() -> Msg {
    Msg::Campaign(CampaignMsg::Done(Err(Refusal::Changed)))
}

#[test]
fn a_campaign_is_saved_as_made_from_what_was_there_when_somebody_began_to_type() {
    let mut console = marketer();
    console.does(known(3));
    console.does(Msg::Routed(Route::Campaign(id())));
    console.does(Msg::Unsaved { form: 1, dialog: false, on: true });
    // A colleague saves it meanwhile.
    console.does(known(4));
    // A question of the console came late, and the page is as if it were come to again.
    console.does(Msg::PartCame);
    assert_eq!(console.model.campaigns.drawn, 0, "what is typed stays");
    assert_eq!(saves_from(&mut console), Some(3));
    console.does(refused());
    assert!(console.model.campaigns.problem.is_some() && console.model.unsaved.on_page());
    // Whoever was told and saves again means it.
    assert_eq!(saves_from(&mut console), None);
    console.does(saved(5));
    console.does(known(5));
    assert_eq!(saves_from(&mut console), Some(5), "and that is over then");
    assert_eq!(console.model.campaigns.drawn, 0, "one's own does not draw it anew");
}

#[test]
fn what_a_colleague_saved_is_shown_where_nothing_was_typed() {
    let mut console = marketer();
    console.does(known(3));
    console.does(Msg::Routed(Route::Campaign(id())));
    console.does(known(3));
    assert_eq!(console.model.campaigns.drawn, 0);
    console.does(known(4));
    assert_eq!(console.model.campaigns.drawn, 1);
    assert_eq!(saves_from(&mut console), Some(4));
}

#[test]
fn a_campaign_that_is_saved_but_does_not_begin_is_saved_from_there_on() {
    let mut console = marketer();
    console.does(known(3));
    console.does(Msg::Routed(Route::Campaign(id())));
    console.does(Msg::Unsaved { form: 1, dialog: false, on: true });
    console.does(Msg::Campaign(CampaignMsg::Change(save(Some(CampaignStatus::Live)))));
    let done = CampaignDone::Saved { id: id(), revision: 4, refused: Some(Refusal::TooMany) };
    console.does(Msg::Campaign(CampaignMsg::Done(Ok(done))));
    assert!(console.model.campaigns.problem.is_some());
    assert_eq!(saves_from(&mut console), Some(4));
}

#[test]
fn whoever_was_told_that_hours_were_changed_replaces_them_by_saving_again() {
    let edited = || Box::new(Edited::new(OpeningHours::default(), OpeningHours::default()));
    let site: SiteId = "main-a".parse().unwrap();
    let settings = || {
        let default = ProactiveSettings::default;
        CampaignChange::Settings(site.clone(), Box::new(Edited::new(default(), default())))
    };
    let insists = |requests: Vec<Request>| match requests.as_slice() {
        [Request::Change(Change::SiteHours(_, it) | Change::DepartmentHours(_, it))] => it.insists,
        [Request::Campaign(CampaignChange::Settings(_, it))] => it.insists,
        other => panic!("{other:?}"),
    };
    let admin = |it| Msg::Admin(AdminMsg::Change(it));
    let no = || Msg::Admin(AdminMsg::Done(Err(Refusal::Changed)));
    let department: DepartmentId = "sales".parse().unwrap();
    let table: [(Route, Says<'_>, Says<'_>); 3] = [
        (
            Route::Settings(Section::SiteHours(site.clone())),
            Box::new(|| admin(Change::SiteHours(site.clone(), edited()))),
            Box::new(no),
        ),
        (
            Route::Settings(Section::DepartmentHours(department.clone())),
            Box::new(|| admin(Change::DepartmentHours(department.clone(), edited()))),
            Box::new(no),
        ),
        (
            Route::CampaignSettings,
            Box::new(|| Msg::Campaign(CampaignMsg::Change(settings()))),
            Box::new(refused),
        ),
    ];
    for (page, press, refuse) in table {
        let mut console = marketer();
        console.does(Msg::Routed(page.clone()));
        assert!(!insists(asked(&mut console, press())), "{page:?}");
        console.does(refuse());
        assert!(insists(asked(&mut console, press())), "{page:?}: they were told");
        console.does(refuse());
        console.does(Msg::Routed(Route::Settings(Section::Account)));
        console.does(Msg::Routed(page.clone()));
        assert!(!insists(asked(&mut console, press())), "{page:?}: another time they were not");
    }
}

#[test]
fn departments_that_are_ticked_at_once_are_all_changed_one_after_the_other() {
    let step = |department: &str, on: bool| {
        let department = vec![department.parse().unwrap()];
        let (joins, leaves) = if on { (department, vec![]) } else { (vec![], department) };
        Change::PatchMember(
            "sue".parse().unwrap(),
            MemberPatch { joins, leaves, ..MemberPatch::default() },
        )
    };
    let steps = [
        step("sales", true),
        step("support", true),
        step("sales", false),
        // Set, taken back and set again is set.
        step("sales", true),
    ];
    let mut console = marketer();
    console.does(Msg::Routed(Route::Settings(Section::Members)));
    let mut sent = Vec::new();
    for it in steps.clone() {
        sent.extend(asked(&mut console, Msg::Admin(AdminMsg::Change(it))));
    }
    // Pressed twice is meant once.
    sent.extend(asked(&mut console, Msg::Admin(AdminMsg::Change(steps[3].clone()))));
    for _ in &steps {
        sent.extend(asked(&mut console, Msg::Admin(AdminMsg::Done(Ok(Done::Stored)))));
    }
    assert_eq!(sent, steps.map(Request::Change));
}

#[test]
fn an_answer_about_a_line_says_nothing_about_a_form_that_waits_behind_it() {
    let mut console = marketer();
    console.does(Msg::Routed(Route::Settings(Section::Members)));
    let before = console.model.answers();
    console.does(Msg::Admin(AdminMsg::Change(Change::SignInLink("sue".parse().unwrap()))));
    let invite = serde_json::from_value(json!({
        "name": "Eve", "email": "eve@pots.example", "role": "agent", "departments": [],
    }));
    console.does(Msg::Admin(AdminMsg::Change(Change::Invite(invite.unwrap()))));
    console.does(Msg::Admin(AdminMsg::Done(Ok(Done::Stored))));
    assert_eq!(console.model.answers(), before, "the invitation is not stored yet");
    console.does(Msg::Admin(AdminMsg::Done(Ok(Done::Stored))));
    assert_ne!(console.model.answers(), before);
}

#[test]
fn changes_of_campaigns_are_asked_for_one_after_the_other_and_each_gets_its_own_answer() {
    let status = |it| CampaignChange::Status(id(), it);
    let order = |ids: [&str; 2]| {
        let ids = ids.map(|it| it.parse().unwrap()).to_vec();
        CampaignChange::Order(inbox_protocol::http::OrderForm {
            site: "main-a".parse().unwrap(),
            ids,
        })
    };
    let mut console = marketer();
    console.does(Msg::Routed(Route::Campaigns));
    let change = |it| Msg::Campaign(CampaignMsg::Change(it));
    let done = |it| Msg::Campaign(CampaignMsg::Done(it));
    let first = asked(&mut console, change(order(["p1", "p2"])));
    assert_eq!(first, [Request::Campaign(order(["p1", "p2"]))]);
    assert!(!console.model.campaigns.busy, "an order is shown at once");
    for it in [order(["p2", "p1"]), status(CampaignStatus::Paused), order(["p1", "p2"])] {
        assert_eq!(asked(&mut console, change(it)), []);
    }
    assert!(console.model.campaigns.busy);
    // The last order says all that the one before said.
    let next = asked(&mut console, done(Ok(CampaignDone::Ordered)));
    assert_eq!(next, [Request::Campaign(status(CampaignStatus::Paused))]);
    // That the pause is refused is said as such, and not of the order.
    console.does(Msg::Routed(Route::Settings(Section::Account)));
    let next = asked(&mut console, done(Err(Refusal::Forbidden)));
    assert_eq!(next, [Request::Campaign(order(["p1", "p2"]))]);
    assert!(console.is_told(&ToastKind::Refused(Refusal::Forbidden)));
    assert_eq!(asked(&mut console, done(Ok(CampaignDone::Ordered))), []);
    assert!(!console.model.campaigns.busy);
}

/// Whatever a colleague makes of a campaign while somebody writes in its editor.
#[test]
fn what_is_typed_into_a_campaign_has_a_way_on_whatever_a_colleague_makes_of_it() {
    use CampaignStatus::{Archived, Draft, Live, Paused};
    use porchlight_console::model::campaigns::Ways;

    for status in [Draft, Live, Paused, Archived] {
        let ways = Ways::of(Some(status), true);
        assert!(ways.save != ways.anew, "{status:?}");
        // What is archived and saved needs nothing.
        assert!(!Ways::of(Some(status), false).anew, "{status:?}");
    }
}

#[test]
fn what_becomes_a_new_campaign_is_saved_and_its_editor_is_shown() {
    use inbox_protocol::http::CampaignForm;
    use porchlight_console::model::campaigns::blank;

    let mut console = marketer();
    let old = Route::Campaign("main-k1".parse().unwrap());
    console.does(Msg::Routed(old.clone()));
    console.does(Msg::Unsaved { form: 1, dialog: false, on: true });
    let plan = blank("Glazes".to_owned().try_into().unwrap());
    let form = Box::new(CampaignForm { site: "main-s1".parse().unwrap(), plan });
    let create = CampaignMsg::Change(CampaignChange::Create(form));
    console.does(Msg::Campaign(create.clone()));
    console.does(Msg::Campaign(CampaignMsg::Done(Err(Refusal::TooMany))));
    assert_eq!(console.model.route, old);
    assert!(console.model.asks_before_unload(), "nothing is given up");
    console.does(Msg::Campaign(create));
    let new = "main-k2".parse().unwrap();
    console.does(Msg::Campaign(CampaignMsg::Done(Ok(CampaignDone::Created(new)))));
    assert_eq!(console.model.dialog, None, "nobody is asked about what is saved");
    assert_eq!(console.model.route, Route::Campaign("main-k2".parse().unwrap()));
    assert!(!console.model.asks_before_unload());
}
