//! The workspace as the edge asks it, with a database in memory.

mod again;
mod api_keys;
mod audited;
mod changes;
mod deliveries;
mod kept_audit;
mod owners;
mod secrets;
mod sign_ins;
mod stored;

use std::{
    collections::{BTreeMap, BTreeSet},
    pin::pin,
    task::{Context, Poll, Waker},
};

use inbox_core::permission::may_ever;
use inbox_protocol::{
    Refusal, audit,
    http::{
        AuditPage, DeliveryAction, DeliveryFailure, DeliveryOutcome, DeliveryRow, UndeliveredEvent,
    },
};
use inbox_types::{
    Millis, ProactiveSettings, Role, Seq, SiteSettings, WorkspaceSettings,
    limits::{DELIVERY_ROWS, INVITATION_LIFE, SIGN_IN_LINK_LIFE},
};
use serde_json::{Value as Json, json};

use super::{
    accounts::Hasher,
    answer::Answer,
    command::{self, Effect},
    commands,
    fixture::{NOW, email, id, name, plan},
    hashing::Applicant,
    news::News,
    password::Stored,
    request::{Asked, Browser, SignedIn, WorkspaceRequest},
    tables::{Result, Workspace},
};
use crate::{
    config::Config,
    forward::target::Reach,
    hosts::Origins,
    platform::{self, sql::Store},
    refuse::ApiError,
    signed::keys::Master,
};

/// Keeps passwords as they are.
struct Plain;

impl Hasher for Plain {
    async fn make(&self, _: Applicant, password: &str) -> Result<Stored> {
        Ok(Stored::read(password.to_owned()))
    }

    async fn is(&self, _: Applicant, password: &str, stored: Option<&Stored>) -> Result<bool> {
        Ok(stored.is_some_and(|it| it.as_str() == password))
    }
}

/// A workspace, its database, and the cookie of its owner, Olga.
struct Office {
    store: Store,
    workspace: Workspace,
    olga: String,
}

const PASSWORD: &str = "correct horse";

fn browser() -> Browser {
    Browser { user_agent: "a browser".to_owned(), from: "192.0.2.1".to_owned() }
}

fn config() -> Config {
    let origins = Origins::new("https://w.example", "https://desk.example", "https://f.example");
    let master = Master::parse("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");
    Config::new(origins.expect("origins"), master.expect("a secret"), Reach::Public)
}

/// Nothing in a workspace waits but for hashes, and these do not.
fn ask(workspace: &Workspace, ask: WorkspaceRequest) -> Result<Answer> {
    let answer = pin!(workspace.answer(ask, &Plain));
    match answer.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(answer) => answer,
        Poll::Pending => unreachable!("nobody hashes"),
    }
}

fn set_up(workspace: &Workspace) -> Result<Answer> {
    let (workspace_name, olga, email) = (name("Pots"), name("Olga"), email("olga"));
    let password = PASSWORD.to_owned();
    ask(
        workspace,
        WorkspaceRequest::Setup { workspace_name, name: olga, email, password, browser: browser() },
    )
}

fn cookie(answer: Answer) -> String {
    let signed_in: SignedIn = serde_json::from_value(answer.answer).expect("a sign-in");
    signed_in.cookie
}

fn reason<T: std::fmt::Debug>(answer: Result<T>) -> Refusal {
    answer.expect_err("a refusal").reason()
}

impl Office {
    fn new() -> Self {
        let store = Store::in_memory();
        let workspace = Workspace::new(store.clone(), Ok(config()));
        let olga = cookie(set_up(&workspace).expect("a workspace"));
        Self { store, workspace, olga }
    }

    fn command(&self, cookie: &str, command: &str, asked: Asked) -> Result<Answer> {
        let (cookie, command) = (cookie.to_owned(), command.to_owned());
        ask(&self.workspace, WorkspaceRequest::By { cookie, command, asked: Box::new(asked) })
    }

    /// Does something as Olga.
    fn done(&self, command: &str, asked: Asked) -> Json {
        let done = self.command(&self.olga, command, asked);
        done.unwrap_or_else(|it| panic!("{command}: {it:?}")).answer
    }

    /// The id of something that Olga makes.
    fn make(&self, command: &str, form: Json) -> String {
        let made = self.done(command, Asked { form, ..Asked::default() });
        made["id"].as_str().expect("an id").to_owned()
    }

    /// The token of the link that somebody is invited with, and their id.
    fn invite(&self, who: &str, role: Role) -> (String, String) {
        let form = json!({
            "name": who, "email": format!("{who}@pots.example"), "role": role, "departments": [],
        });
        let link = self.done("invite", Asked { form, ..Asked::default() });
        let settings = self.done("settings", Asked::default());
        let invitations = settings["invitations"].as_array().expect("a list").iter();
        let invited = invitations.rev().find(|it| it["name"] == who).expect("they are invited");
        (token(&link), invited["id"].as_str().expect("an id").to_owned())
    }

    /// The id of a member, and their cookie.
    fn member(&self, who: &str, role: Role) -> (String, String) {
        let (token, id) = self.invite(who, role);
        (id, cookie(self.accept(&token).expect("a member")))
    }

    fn accept(&self, token: &str) -> Result<Answer> {
        let (token, password) = (token.to_owned(), PASSWORD.to_owned());
        ask(&self.workspace, WorkspaceRequest::Accept { token, password, browser: browser() })
    }

    fn use_link(&self, token: &str) -> Result<Answer> {
        ask(
            &self.workspace,
            WorkspaceRequest::UseLink { token: token.to_owned(), browser: browser() },
        )
    }

    fn sign_in(&self, who: &str, password: &str) -> Result<Answer> {
        let (email, password) = (email(who), password.to_owned());
        ask(&self.workspace, WorkspaceRequest::SignIn { email, password, browser: browser() })
    }

    /// What the audit log has, oldest first: what was done, and what stands beside it.
    fn log(&self) -> Vec<(String, String)> {
        let page: AuditPage =
            serde_json::from_value(self.done("audit", Asked::default())).expect("a page");
        page.rows.into_iter().rev().map(|it| (it.deed, it.what)).collect()
    }

    /// All that is stored, but for the log and what was counted.
    fn stored(&self) -> String {
        let tables = "book passwords links link_makers undelivered deliveries sign_ins api_keys gone_api_keys";
        let rows = tables.split(' ').map(|it| {
            let rows: Vec<Json> =
                self.store.rows(&format!("SELECT * FROM {it}"), Vec::new()).expect("rows");
            format!("{it}: {rows:?}\n")
        });
        rows.collect()
    }
}

fn token(link: &Json) -> String {
    link["url"].as_str().expect("an address").rsplit('/').next().expect("its end").to_owned()
}

fn named(name: &str) -> Asked {
    Asked { name: name.to_owned(), ..Asked::default() }
}

/// The form with another text under this key.
fn renamed(form: &Json, key: &str) -> Json {
    let mut form = form.clone();
    form[key] = json!("Another");
    form
}

/// A call of each command that an owner may make, in a workspace in which there is something of
/// everything. There is one for each, or the test of all commands fails.
fn calls(office: &Office) -> BTreeMap<&'static str, Asked> {
    let with = |name: &str, form: Json| Asked { form, ..named(name) };
    let going_to = |name: &str, to: &str| Asked {
        query: [("to".to_owned(), to.to_owned())].into(),
        ..named(name)
    };
    let department = json!({ "name": "Sales", "assignment": "offer" });
    let site = json!({
        "name": "Shop", "origins": ["https://shop.example"], "department": null,
        "settings": SiteSettings::default(), "webhook_url": "https://hooks.example/a",
    });
    let canned = json!({ "shortcut": "hi", "text": "Hello", "department": null });
    let [sales, support] = [(); 2].map(|()| office.make("create_department", department.clone()));
    let shop = office.make("create_site", site.clone());
    let kiosk = office.make("create_site", site.clone());
    office.done("rotate_secret", named(&kiosk));
    let reply = office.make("create_canned", canned.clone());
    let topic = office.make("create_topic", json!({ "name": "Glazes" }));
    let key = json!({ "name": "Reports", "scopes": ["read"] });
    let made_key = office.make("create_api_key", key.clone());
    let stopped_key = self::api_keys::stopped(office);
    let view = json!({ "name": "Angry", "address": "tab=all&stars=1", "shared": true });
    let saved = office.make("create_view", view.clone());
    let campaign = json!({ "site": shop, "plan": plan() });
    let [first, second] = [(); 2].map(|()| office.make("create_campaign", campaign.clone()));
    let (ana, _) = office.member("Ana", Role::Agent);
    let (ben, _) = office.member("Ben", Role::Agent);
    cookie(office.sign_in("olga", PASSWORD).expect("another sign-in"));
    let sign_ins = office.done("sign_ins", Asked::default());
    let other = sign_ins.as_array().expect("a list").iter().find(|it| it["current"] == false);
    let other = other.expect("another sign-in")["id"].as_str().expect("an id").to_owned();
    let event = UndeliveredEvent {
        conversation: id("main-c"),
        seq: Seq(7),
        event: "message.created".to_owned(),
        since: NOW,
        tries: 3,
        cause: DeliveryFailure::TooSlow,
        next: None,
    };
    let undelivered = WorkspaceRequest::Undelivered {
        site: id(&shop),
        conversation: id("main-c"),
        epoch: 1,
        event: Some(event),
    };
    ask(&office.workspace, undelivered).expect("noted");
    [
        ("me", Asked::default()),
        ("sign_out", Asked::default()),
        ("sign_ins", Asked::default()),
        ("revoke_sign_in", named(&other)),
        ("change_password", with("", json!({ "old": PASSWORD, "new": "battery staple" }))),
        ("audit", Asked::default()),
        ("settings", Asked::default()),
        ("put_settings", with("", json!(WorkspaceSettings { capacity: 3, ..Default::default() }))),
        ("create_site", with("", site.clone())),
        ("put_site", with(&shop, renamed(&site, "name"))),
        ("delete_site", named(&shop)),
        ("rotate_secret", named(&shop)),
        ("end_secret", named(&kiosk)),
        ("pause_webhook", with(&shop, json!({ "paused": true }))),
        ("ping_webhook", named(&shop)),
        ("deliveries", named(&shop)),
        (
            "put_proactive",
            with(&shop, json!(ProactiveSettings { per_visit: 9, ..Default::default() })),
        ),
        (
            "deliver",
            with(&shop, json!({ "conversation": "main-c", "seq": 7, "action": "skip" })),
        ),
        ("create_department", with("", department.clone())),
        ("put_department", with(&sales, renamed(&department, "name"))),
        ("delete_department", going_to(&sales, &support)),
        (
            "invite",
            with("", json!({ "name": "Eve", "email": "eve@pots.example", "role": "agent", "departments": [] })),
        ),
        ("patch_member", with(&ana, json!({ "role": "supervisor" }))),
        ("delete_member", going_to(&ana, &ben)),
        ("make_sign_in_link", named(&ana)),
        ("create_canned", with("", canned.clone())),
        ("put_canned", with(&reply, renamed(&canned, "text"))),
        ("delete_canned", named(&reply)),
        ("create_topic", with("", json!({ "name": "Post" }))),
        ("delete_topic", named(&topic)),
        ("create_api_key", with("", key.clone())),
        ("take_api_key", named(&stopped_key)),
        ("delete_api_key", named(&made_key)),
        ("create_view", with("", view)),
        ("delete_view", named(&saved)),
        ("campaigns", Asked::default()),
        ("create_campaign", with("", campaign)),
        ("order_campaigns", with("", json!({ "site": shop, "ids": [second, first] }))),
        ("put_campaign", with(&first, renamed(&json!(plan()), "name"))),
        ("set_campaign_status", with(&first, json!({ "status": "live" }))),
        ("preview_campaign", named(&first)),
    ]
    .into()
}

fn call_of(command: &str, office: &Office) -> Asked {
    let call = calls(office).remove(command);
    call.unwrap_or_else(|| panic!("`calls` has none of {command}"))
}

#[test]
fn what_a_command_says_is_written_down_is_written_down_once() {
    for command in commands::all() {
        let office = Office::new();
        let asked = call_of(command.name, &office);
        // Whoever signs out reads no log any more.
        let (_, adam) = office.member("Adam", Role::Admin);
        let before = office.log().len();
        let answer = office.command(&office.olga, command.name, asked);
        assert!(answer.is_ok(), "{}: {answer:?}", command.name);
        assert_eq!(answer.expect("an answer").news, command.tells, "{}", command.name);
        let office = Office { olga: adam, ..office };
        let rows = office.log().split_off(before);
        let words: Vec<&str> = rows.iter().map(|it| it.0.as_str()).collect();
        let expected = command.audited.then_some(command.name);
        assert_eq!(words, Vec::from_iter(expected), "{}", command.name);
    }
}

#[test]
fn a_change_and_its_row_of_the_audit_log_are_stored_together_or_not_at_all() {
    for command in commands::all().filter(|it| it.audited) {
        let office = Office::new();
        let asked = call_of(command.name, &office);
        let before = office.stored();
        let refuse =
            "CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'full'); END";
        office.store.run(refuse, Vec::new()).expect("a trigger");
        let answer = office.command(&office.olga, command.name, asked.clone());
        assert!(matches!(answer, Err(ApiError::Fault(_))), "{}: {answer:?}", command.name);
        assert_eq!(office.stored(), before, "{}", command.name);
        // What is known in memory is not ahead of what is stored either: it can be done again.
        office.store.run("DROP TRIGGER full", Vec::new()).expect("no trigger");
        let again = office.command(&office.olga, command.name, asked);
        assert!(again.is_ok(), "{}: {again:?}", command.name);
    }
}

#[test]
fn the_audit_log_has_the_words_that_the_wire_knows() {
    let words: BTreeSet<&str> = commands::all().filter(|it| it.audited).map(|it| it.name).collect();
    assert_eq!(words, BTreeSet::from(audit::COMMANDS));
    let names: BTreeSet<&str> = commands::all().map(|it| it.name).collect();
    assert_eq!(names.len(), commands::all().count(), "no name stands for two commands");
}

#[test]
fn what_a_role_may_do_that_sets_nothing_up_wakes_no_conversation() {
    let settings = WorkspaceSettings::default();
    let of_everyday = |it: &&command::Command| {
        it.needs.is_none_or(|needs| may_ever(Role::TeamLead, &settings, needs))
    };
    let commands: Vec<_> = commands::all().filter(of_everyday).collect();
    assert!(commands.iter().any(|it| it.name == "create_view"));
    assert!(commands.iter().any(|it| it.name == "put_canned"));
    assert!(commands.iter().any(|it| it.name == "sign_out"));
    for command in commands {
        assert_ne!(command.tells, Some(News::Facts), "{}", command.name);
    }
}

#[test]
fn a_role_that_may_not_is_refused_and_nothing_is_written() {
    let office = Office::new();
    let calls = calls(&office);
    for role in [Role::Agent, Role::Marketer, Role::Auditor, Role::Supervisor] {
        let (_, cookie) = office.member(&format!("{role:?}"), role);
        for command in commands::all().filter(|it| it.audited) {
            let Some(needs) = command.needs else { continue };
            if may_ever(role, &WorkspaceSettings::default(), needs) {
                continue;
            }
            let before = (office.stored(), office.log());
            let answer = office.command(&cookie, command.name, calls[command.name].clone());
            assert_eq!(reason(answer), Refusal::Forbidden, "{role:?} {}", command.name);
            assert_eq!((office.stored(), office.log()), before, "{role:?} {}", command.name);
        }
    }
}

#[test]
fn a_workspace_is_set_up_once_and_not_over_one_that_cannot_be_read() {
    let office = Office::new();
    assert_eq!(reason(set_up(&office.workspace)), Refusal::NotFound);
    let before = office.stored();
    for broken in [
        "UPDATE book SET body = '{' WHERE key = 'workspace'",
        "DELETE FROM book WHERE key = 'workspace'",
    ] {
        let office = Office::new();
        office.store.run(broken, Vec::new()).expect("a row");
        let stored = office.stored();
        let again = Workspace::new(office.store.clone(), Ok(config()));
        assert!(matches!(set_up(&again), Err(ApiError::Fault(_))), "{broken}");
        assert_eq!(office.stored(), stored, "{broken}");
    }
    assert_eq!(office.stored(), before);
}

#[test]
fn a_link_is_good_once_for_its_purpose_and_its_time() {
    let office = Office::new();
    let (invitation, _) = office.invite("Ana", Role::Agent);
    let (ben, _) = office.member("Ben", Role::Agent);
    let link = || token(&office.done("make_sign_in_link", named(&ben)));
    let sign_in = link();
    assert_eq!(reason(office.use_link(&invitation)), Refusal::Unauthorized, "another purpose");
    assert_eq!(reason(office.accept(&sign_in)), Refusal::Unauthorized, "another purpose");
    assert_eq!(reason(office.use_link("")), Refusal::Unauthorized);
    assert!(office.use_link(&sign_in).is_ok() && office.accept(&invitation).is_ok());
    assert_eq!(reason(office.use_link(&sign_in)), Refusal::Unauthorized, "twice");
    assert_eq!(reason(office.accept(&invitation)), Refusal::Unauthorized, "twice");
    let now = platform::now();
    let (late, (late_invitation, _)) = (link(), office.invite("Eve", Role::Agent));
    platform::set_now(now.after(SIGN_IN_LINK_LIFE).after(Millis(1)));
    assert_eq!(reason(office.use_link(&late)), Refusal::Unauthorized, "too late");
    platform::set_now(now.after(INVITATION_LIFE).after(Millis(1)));
    assert_eq!(reason(office.accept(&late_invitation)), Refusal::Unauthorized, "too late");
    platform::set_now(now);
}

#[test]
fn a_fault_while_a_link_is_used_leaves_it_good() {
    let office = Office::new();
    let (invitation, _) = office.invite("Ana", Role::Agent);
    let (ben, _) = office.member("Ben", Role::Agent);
    let sign_in = token(&office.done("make_sign_in_link", named(&ben)));
    let before = office.stored();
    let refuse =
        "CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'full'); END";
    office.store.run(refuse, Vec::new()).expect("a trigger");
    assert!(matches!(office.use_link(&sign_in), Err(ApiError::Fault(_))));
    assert!(matches!(office.accept(&invitation), Err(ApiError::Fault(_))));
    assert_eq!(office.stored(), before);
    office.store.run("DROP TRIGGER full", Vec::new()).expect("no trigger");
    assert!(office.use_link(&sign_in).is_ok() && office.accept(&invitation).is_ok());
}

#[test]
fn a_secret_is_told_once_and_in_no_other_answer() {
    let office = Office::new();
    let form = json!({
        "name": "Shop", "origins": ["https://shop.example"], "department": null,
        "settings": SiteSettings::default(), "webhook_url": "https://hooks.example/a",
    });
    let with = |name: &str, form: Json| Asked { form, ..named(name) };
    let made = office.done("create_site", with("", form.clone()));
    let shop = made["id"].as_str().expect("an id");
    let first = made["webhook"]["secret"].as_str().expect("a secret").to_owned();
    assert!(first.starts_with("whsec_"));
    let second = office.done("rotate_secret", named(shop))["secret"].clone();
    let second = second.as_str().expect("a secret").to_owned();
    assert_ne!(first, second);
    let answers = [
        office.done("put_site", with(shop, form)),
        office.done("settings", Asked::default()),
        office.done("ping_webhook", named(shop)),
        office.done("audit", Asked::default()),
        office.done("deliveries", named(shop)),
    ];
    for answer in answers {
        let answer = answer.to_string();
        assert!(!answer.contains(&first) && !answer.contains(&second), "{answer}");
    }
}
