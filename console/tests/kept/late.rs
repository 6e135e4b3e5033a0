//! Answers that come once their page was left.

use inbox_protocol::Refusal;
use inbox_text::Phrase;
use inbox_types::{Action, CampaignStatus, SiteId};
use porchlight_console::model::{
    AdminMsg, CampaignChange, CampaignDone, CampaignMsg, Change, Dialog, Done, Edited, Msg, Route,
    Section, SignInState, ToastKind, update,
};
use serde_json::json;

use crate::{Console, here};

/// A console of somebody who sets up the workspace.
fn admins() -> Console {
    let mut console = Console::new();
    if let SignInState::In(me) = &mut console.model.sign_in {
        me.may.push(Action::Administer);
    }
    console
}

fn site(id: &str) -> SiteId {
    format!("main-{id}").parse().unwrap()
}

fn page(id: &str) -> Route {
    Route::Settings(Section::Site(site(id)))
}

fn create_site() -> Change {
    let form = json!({
        "name": "Shop", "origins": [], "department": null,
        "settings": inbox_types::SiteSettings::default(), "webhook_url": null,
    });
    Change::CreateSite(serde_json::from_value(form).unwrap())
}

fn create_campaign() -> CampaignChange {
    let plan =
        porchlight_console::model::campaigns::blank("Free post".to_owned().try_into().unwrap());
    let form = json!({ "site": "main-a", "plan": plan });
    CampaignChange::Create(serde_json::from_value(form).unwrap())
}

/// What leads on to another page, from where it is asked.
fn leading_on() -> Vec<(Route, Msg, Msg, Route)> {
    let (asks, answers) =
        (|it| Msg::Admin(AdminMsg::Change(it)), |it| Msg::Admin(AdminMsg::Done(Ok(it))));
    vec![
        (
            Route::Settings(Section::NewSite),
            asks(create_site()),
            answers(Done::Site(site("a"), Some("whsec_a".to_owned()))),
            page("a"),
        ),
        (
            page("a"),
            asks(Change::DeleteSite(site("a"))),
            answers(Done::Deleted),
            Route::Settings(Section::Sites),
        ),
        (
            Route::Campaigns,
            Msg::Campaign(CampaignMsg::Change(create_campaign())),
            Msg::Campaign(CampaignMsg::Done(Ok(CampaignDone::Created("p1".parse().unwrap())))),
            Route::Campaign("p1".parse().unwrap()),
        ),
    ]
}

#[test]
fn an_answer_takes_nobody_from_where_they_have_gone_meanwhile() {
    for (from, asked, answer, to) in leading_on() {
        let mut console = Console::new();
        console.does(Msg::Routed(from.clone()));
        console.does(asked.clone());
        console.does(answer.clone());
        assert_eq!(console.model.route, to, "whoever waits is led on");

        for place in [Route::Conversation(here()), Route::Settings(Section::Account)] {
            let mut console = Console::new();
            console.does(Msg::Routed(from.clone()));
            console.does(asked.clone());
            console.does(Msg::Routed(place.clone()));
            console.does(Msg::Unsaved { form: 9, dialog: false, on: true });
            console.does(answer.clone());
            assert_eq!(console.model.route, place, "{asked:?}");
            assert!(console.model.unsaved.on_page(), "{asked:?}: another form is not saved by it");
        }
    }
}

#[test]
fn a_secret_and_a_test_are_shown_at_their_own_site_alone() {
    let secret = || Msg::Admin(AdminMsg::Done(Ok(Done::Secret("whsec_a".to_owned()))));
    let mut console = admins();
    console.does(Msg::Routed(page("a")));
    console.does(Msg::Admin(AdminMsg::Change(Change::RotateSecret(site("a")))));
    console.does(Msg::Routed(page("b")));
    console.does(secret());
    assert_eq!(console.model.admin.inbox.secret, None, "it is not b's");
    // The relay does not tell it again, so it waits for whoever made it.
    console.does(Msg::Routed(page("a")));
    assert_eq!(console.model.admin.inbox.secret.as_deref(), Some("whsec_a"));
    console.does(Msg::Routed(page("b")));
    console.does(Msg::Routed(page("a")));
    assert_eq!(console.model.admin.inbox.secret, None, "once");

    console.does(Msg::Admin(AdminMsg::Change(Change::PingWebhook(site("a")))));
    console.does(Msg::Routed(page("b")));
    let report = serde_json::from_value(json!({
        "url": "https://a.example/hook", "headers": {}, "body": "{}", "took": 5,
        "answer": { "type": "status", "status": 200, "body": "" },
    }));
    console.does(Msg::Admin(AdminMsg::Done(Ok(Done::Pinged(report.unwrap())))));
    assert_eq!(console.model.admin.inbox.ping, None, "b was not tested");
}

#[test]
fn a_key_of_the_api_waits_for_its_page_and_is_shown_once() {
    let keys = || Msg::Routed(Route::Settings(Section::ApiKeys));
    let elsewhere = || Msg::Routed(Route::Settings(Section::Topics));
    let form = json!({ "name": "Reports", "scopes": ["read"] });
    let create = || Change::CreateApiKey(serde_json::from_value(form.clone()).unwrap());
    let made = || Msg::Admin(AdminMsg::Done(Ok(Done::ApiKey("plk_a".to_owned()))));
    let shown = |console: &Console| console.model.admin.api_key.clone();
    for left in [false, true] {
        let mut console = admins();
        console.does(keys());
        console.does(Msg::Admin(AdminMsg::Change(create())));
        if left {
            console.does(elsewhere());
        }
        console.does(made());
        assert_eq!(shown(&console).is_none(), left);
        if left {
            console.does(keys());
        }
        assert_eq!(shown(&console).as_deref(), Some("plk_a"));
        console.connects_desk(1);
        assert_eq!(shown(&console).as_deref(), Some("plk_a"), "nobody has left the page");
        console.does(elsewhere());
        assert_eq!(shown(&console), None);
        console.does(keys());
        assert_eq!(shown(&console), None, "once");
    }
}

#[test]
fn a_refusal_is_said_where_it_was_asked_or_by_itself() {
    let refused = || Msg::Admin(AdminMsg::Done(Err(Refusal::TooMany)));
    let change = || Msg::Admin(AdminMsg::Change(Change::DeleteSite(site("a"))));
    let mut console = Console::new();
    console.does(Msg::Routed(page("a")));
    console.does(change());
    console.does(refused());
    assert!(console.model.admin.problem.is_some());
    console.does(change());
    console.does(Msg::Routed(Route::Settings(Section::Account)));
    console.does(refused());
    assert_eq!(console.model.admin.problem, None, "nothing is wrong with this form");
    assert!(console.is_told(&ToastKind::Refused(Refusal::TooMany)));
}

/// A page with a form, its press and its refusal, and where it is said what is wrong.
type RefusedForm = (Route, [Msg; 2], fn(&Console) -> Option<Phrase>);

fn refused_forms() -> Vec<RefusedForm> {
    let changed = Refusal::Changed;
    let hours = || {
        let hours = inbox_types::OpeningHours::default;
        Box::new(Edited::new(hours(), hours()))
    };
    let rules = || {
        let rules = inbox_types::ProactiveSettings::default;
        Box::new(Edited::new(rules(), rules()))
    };
    let administers = |it: &Console| it.model.admin.problem.clone();
    let markets = |it: &Console| it.model.campaigns.problem.clone();
    vec![
        (
            Route::Settings(Section::SiteHours(site("a"))),
            [
                Msg::Admin(AdminMsg::Change(Change::SiteHours(site("a"), hours()))),
                Msg::Admin(AdminMsg::Done(Err(changed))),
            ],
            administers,
        ),
        (
            Route::CampaignSettings,
            [
                Msg::Campaign(CampaignMsg::Change(CampaignChange::Settings(site("a"), rules()))),
                Msg::Campaign(CampaignMsg::Done(Err(changed))),
            ],
            markets,
        ),
    ]
}

/// Something that happens to a page while somebody reads what is wrong there.
type Meanwhile = (&'static str, fn(&mut Console));

fn meanwhile() -> Vec<Meanwhile> {
    vec![
        ("the desk is connected again", |it| it.connects_desk(1)),
        ("a part of the console comes late", |it| it.does(Msg::PartCame)),
        ("the page cannot be told anew", |it| {
            it.does(Msg::Admin(AdminMsg::Known(Err(Refusal::Unavailable))));
            it.does(Msg::Campaign(CampaignMsg::Known(Err(Refusal::Unavailable))));
        }),
        ("the page is told anew", |it| {
            it.does(no_campaigns());
        }),
    ]
}

fn no_campaigns() -> Msg {
    let none = json!({ "sites": [], "campaigns": [], "members": [], "departments": [] });
    Msg::Campaign(CampaignMsg::Known(Ok(serde_json::from_value(none).unwrap())))
}

#[test]
fn why_a_form_was_refused_stays_until_whoever_reads_it_acts() {
    for (page, [press, refusal], problem) in refused_forms() {
        for (story, happens) in meanwhile() {
            let mut console = admins();
            console.does(Msg::Routed(page.clone()));
            console.does(press.clone());
            console.does(refusal.clone());
            let said = problem(&console);
            assert!(said.is_some(), "{page:?}");
            happens(&mut console);
            assert_eq!(problem(&console), said, "{page:?}: {story}");
            // They were told that somebody changed it, and mean it the second time.
            let before = console.model.clone();
            let request = asked(&mut console, press.clone());
            assert!(request.contains("insists: true"), "{page:?}: {story}: {request}");
            assert_eq!(problem(&console), None, "{page:?}: {story}: they act");
            console.model = before;
            console.does(Msg::Routed(Route::Settings(Section::Account)));
            console.does(Msg::Routed(page.clone()));
            assert_eq!(problem(&console), None, "{page:?}: {story}: another time nothing is wrong");
        }
    }
}

/// What the relay is asked for by this, as it is written down.
fn asked(console: &mut Console, msg: Msg) -> String {
    let now = console.now;
    format!("{:?}", update(&mut console.model, now, msg))
}

#[test]
fn what_a_page_could_not_be_told_is_over_once_it_is_told() {
    let unavailable = || Msg::Campaign(CampaignMsg::Known(Err(Refusal::Unavailable)));
    let mut console = admins();
    console.does(Msg::Routed(Route::Campaigns));
    console.does(unavailable());
    assert!(console.model.campaigns.problem.is_some());
    console.does(no_campaigns());
    assert_eq!(console.model.campaigns.problem, None);
    console.does(unavailable());
    console.connects_desk(1);
    assert_eq!(console.model.campaigns.problem, None, "it is asked for again");
    // A form is refused for the same reason: that is no matter of the page.
    console.does(unavailable());
    let archive = CampaignChange::Status("p1".parse().unwrap(), CampaignStatus::Archived);
    console.does(Msg::Campaign(CampaignMsg::Change(archive)));
    console.does(Msg::Campaign(CampaignMsg::Done(Err(Refusal::Unavailable))));
    console.does(no_campaigns());
    assert!(console.model.campaigns.problem.is_some());
}

#[test]
fn an_answer_closes_no_question_about_another_campaign() {
    let status = |id: &str, status| CampaignChange::Status(id.parse().unwrap(), status);
    let archive =
        |id: &str| Dialog::Archive { name: "Free post".to_owned(), campaign: id.parse().unwrap() };
    let done = || Msg::Campaign(CampaignMsg::Done(Ok(CampaignDone::Stored)));
    let mut console = Console::new();
    console.does(Msg::Routed(Route::Campaigns));
    let paused = status("p1", CampaignStatus::Paused);
    console.does(Msg::Campaign(CampaignMsg::Change(paused)));
    console.does(Msg::Opened(archive("p2")));
    let archived = status("p2", CampaignStatus::Archived);
    console.does(Msg::Campaign(CampaignMsg::Change(archived)));
    console.does(done());
    assert_eq!(console.model.dialog, Some(archive("p2")), "that was another answer");
    console.does(done());
    assert_eq!(console.model.dialog, None);
}

#[test]
fn one_change_after_the_other_is_asked_for_and_each_gets_its_own_answer() {
    let links = ["sue", "tom"].map(|it| Change::SignInLink(it.parse().unwrap()));
    let mut console = Console::new();
    console.does(Msg::Routed(Route::Settings(Section::Members)));
    for change in links.clone() {
        console.does(Msg::Admin(AdminMsg::Change(change)));
    }
    let at = |console: &Console| console.model.admin.at.clone();
    let of = |it: &str| Some(porchlight_console::model::Spot::Member(it.parse().unwrap()));
    assert_eq!(at(&console), of("sue"), "what is refused now is said at her line");
    console.does(Msg::Admin(AdminMsg::Change(links[0].clone())));
    console.does(Msg::Admin(AdminMsg::Done(Err(Refusal::TooMany))));
    assert!(
        console.is_told(&ToastKind::Refused(Refusal::TooMany)),
        "his answer takes its place there"
    );
    assert!(console.model.admin.busy);
    assert_eq!(at(&console), of("tom"));
    console.does(Msg::Admin(AdminMsg::Done(Err(Refusal::TooMany))));
    assert!(!console.model.admin.busy);
}

#[test]
fn nothing_that_was_asked_for_somebody_comes_to_whoever_is_there_after_them() {
    let late = |msg| move |person| Msg::Answer(person, Box::new(msg));
    let link = serde_json::from_value(json!({ "url": "https://desk.example/#/x", "expires": 5 }));
    let answers: Vec<Box<dyn Fn(u32) -> Msg>> = vec![
        {
            let link = Done::Link(link.unwrap());
            Box::new(move |it| late(Msg::Admin(AdminMsg::Done(Ok(link.clone()))))(it))
        },
        Box::new(|it| late(Msg::Admin(AdminMsg::Known(Err(Refusal::Forbidden))))(it)),
        Box::new(|it| late(Msg::Campaign(CampaignMsg::Done(Ok(CampaignDone::Stored))))(it)),
        // That the one before is signed in no longer signs nobody else out.
        Box::new(|it| late(Msg::StillMe(false))(it)),
    ];
    for answer in answers {
        let mut console = Console::new();
        let before = console.model.person;
        console.does(Msg::SignIn(porchlight_console::model::SignInMsg::SignedOut));
        assert_ne!(console.model.person, before);
        let me = json!({
            "workspace": "main", "workspace_name": "Pottery", "may": ["administer"],
            "member": {"id": "ben", "name": "Ben", "email": null, "role": "admin", "departments": []},
        });
        let me = Msg::SignIn(porchlight_console::model::SignInMsg::Known(Ok(
            serde_json::from_value(me).unwrap(),
        )));
        console.does(Msg::Answer(console.model.person, Box::new(me)));
        assert!(matches!(console.model.sign_in, SignInState::In(_)), "his own answer comes");
        let known = console.model.admin.clone();
        console.does(answer(before));
        assert_eq!(console.model.admin, known);
        assert!(matches!(console.model.sign_in, SignInState::In(_)));
        assert!(!console.is_told(&ToastKind::Saved));
    }
}

#[test]
fn whoever_signs_out_leaves_nothing_even_if_the_sign_in_had_ended_before() {
    let mut console = Console::new();
    let person = console.model.person;
    console.does(Msg::StillMe(false));
    let out = Box::new(Msg::SignIn(porchlight_console::model::SignInMsg::SignedOut));
    let now = console.now;
    let effects =
        porchlight_console::model::update(&mut console.model, now, Msg::Answer(person, out));
    assert_eq!(effects, [porchlight_console::model::Effect::ForgetAll]);
}

#[test]
fn what_a_page_could_not_be_told_is_asked_for_again_when_the_network_is_back() {
    for (page, answer, again) in [
        (
            Route::Settings(Section::Members),
            Msg::Admin(AdminMsg::Known(Err(Refusal::Unavailable))),
            porchlight_console::model::Request::Settings,
        ),
        (
            Route::Campaigns,
            Msg::Campaign(CampaignMsg::Known(Err(Refusal::Unavailable))),
            porchlight_console::model::Request::Campaigns,
        ),
    ] {
        let mut console = admins();
        if let SignInState::In(me) = &mut console.model.sign_in {
            me.may.push(Action::EditCampaigns);
        }
        console.does(Msg::Routed(page));
        console.does(Msg::Online(false));
        console.does(answer);
        let (admin, campaigns) = (&console.model.admin, &console.model.campaigns);
        assert!(admin.problem.is_some() || campaigns.problem.is_some(), "it is said");
        let now = console.now;
        let effects = porchlight_console::model::update(&mut console.model, now, Msg::Online(true));
        assert!(effects.contains(&porchlight_console::model::Effect::Ask(again)), "{effects:?}");
        let (admin, campaigns) = (&console.model.admin, &console.model.campaigns);
        assert!(admin.problem.is_none() && campaigns.problem.is_none(), "it is on its way");
    }
}

#[test]
fn a_link_is_shown_with_the_name_of_whoever_comes_in_by_it() {
    let known = |members: serde_json::Value| {
        let all = json!({
            "workspace_name": "Pottery", "settings": inbox_types::WorkspaceSettings::default(),
            "sites": [], "departments": [], "members": members, "invitations": [], "canned": [],
            "topics": [], "stops": [],
        });
        Msg::Admin(AdminMsg::Known(Ok(serde_json::from_value(all).unwrap())))
    };
    let sue =
        json!({"id": "sue", "name": "Sue", "email": null, "role": "agent", "departments": []});
    let invite = json!({
        "name": "Eve", "email": "eve@pots.example", "role": "agent", "departments": [],
    });
    let changes = [
        (Change::SignInLink("sue".parse().unwrap()), "Sue"),
        (Change::Invite(serde_json::from_value(invite).unwrap()), "Eve"),
    ];
    let mut console = admins();
    console.does(Msg::Routed(Route::Settings(Section::Members)));
    console.does(known(json!([sue])));
    // Both are pressed, and the answers come one after the other.
    for (change, _) in &changes {
        console.does(Msg::Admin(AdminMsg::Change(change.clone())));
    }
    for (_, name) in changes {
        let link = json!({ "url": "https://desk.example/#/x", "expires": 5 });
        let link = serde_json::from_value(link).unwrap();
        console.does(Msg::Admin(AdminMsg::Done(Ok(Done::Link(link)))));
        let (whose, _) = console.model.admin.link.clone().unwrap();
        assert_eq!(whose.unwrap().as_str(), name);
    }
}
