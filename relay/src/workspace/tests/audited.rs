//! What must stand in the audit log, and what is nobody's business.

use inbox_protocol::{audit, http::AuditPage};
use serde_json::json;

use super::{Asked, Office, Role, WorkspaceRequest, ask, call_of, calls, commands, id, named};

/// Nothing that admins, marketers or the team share changes unseen, by whomever.
#[test]
fn whatever_changes_what_is_set_up_is_written_down() {
    let book = |office: &Office| office.stored().lines().next().expect("a table").to_owned();
    for command in commands::all() {
        let office = Office::new();
        let asked = call_of(command.name, &office);
        let (_, adam) = office.member("Adam", Role::Admin);
        let (before, n_before) = (book(&office), office.log().len());
        office.done(command.name, asked);
        let office = Office { olga: adam, ..office };
        let is_written_down = n_before < office.log().len();
        assert!(is_written_down || book(&office) == before, "{}", command.name);
    }

    let office = Office::new();
    let site = calls(&office)["put_site"].name.clone();
    let (before, n_before) = (book(&office), office.log().len());
    let gone =
        |url: &str| WorkspaceRequest::DisableWebhook { site: id(&site), url: url.to_owned() };
    ask(&office.workspace, gone("https://hooks.example/b")).expect("of another address");
    assert_eq!((book(&office), office.log().len()), (before.clone(), n_before));
    for _ in 0..2 {
        ask(&office.workspace, gone("https://hooks.example/a")).expect("switched off");
    }
    assert_ne!(book(&office), before);
    let rows = office.log().split_off(n_before);
    assert_eq!(rows, [(audit::WEBHOOK_GONE.to_owned(), site)], "once");
}

#[test]
fn a_list_of_ones_own_is_nobody_elses_business() {
    let office = Office::new();
    let n_before = office.log().len();
    let form = json!({ "name": "Mine", "address": "tab=all&stars=1", "shared": false });
    let own = office.make("create_view", form.clone());
    office.done("delete_view", named(&own));
    assert_eq!(office.log().len(), n_before);
    let mut shared = form;
    shared["shared"] = json!(true);
    let shared = office.make("create_view", shared);
    let page: AuditPage =
        serde_json::from_value(office.done("audit", Asked::default())).expect("a page");
    assert_eq!(page.rows[0].name.as_deref(), Some("Mine"));
    office.done("delete_view", named(&shared));
    let rows = office.log().split_off(n_before);
    let wanted = ["create_view", "delete_view"].map(|it| (it.to_owned(), shared.clone()));
    assert_eq!(rows, wanted);
}
