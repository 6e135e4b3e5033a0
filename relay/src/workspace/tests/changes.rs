//! AP48 and what is beside it: what the audit log says of what was done.

use serde_json::{Value as Json, json};

use super::{super::changes::with_changes, Asked, Office, Role, calls, named};

/// Does one thing after the other by one command, and gives back what the log has of each.
fn said(office: &Office, command: &str, name: &str, forms: &[Json]) -> Vec<String> {
    let n_before = office.log().len();
    for form in forms {
        office.done(command, Asked { form: form.clone(), ..named(name) });
    }
    office.log().split_off(n_before).into_iter().map(|it| it.1).collect()
}

fn with(form: &Json, path: &str, value: Json) -> Json {
    let mut form = form.clone();
    *form.pointer_mut(path).expect("a field") = value;
    form
}

#[test]
fn ap48_two_different_deeds_by_one_command_leave_two_different_rows() {
    let office = Office::new();
    let (ana, _) = office.member("Ana", Role::Agent);
    let sales = office.make("create_department", json!({ "name": "Sales", "assignment": "offer" }));
    let forms = [
        json!({ "role": "owner" }),
        json!({ "name": "Anna" }),
        json!({ "role": "agent", "name": "Ana" }),
        json!({ "departments": [sales] }),
    ];
    assert_eq!(
        said(&office, "patch_member", &ana, &forms),
        [
            format!("{ana} role:Agent>Owner"),
            format!("{ana} name"),
            format!("{ana} name role:Owner>Agent"),
            format!("{ana} departments"),
        ]
    );

    let settings = json!(inbox_types::WorkspaceSettings::default());
    let masked = with(&settings, "/roles/leads_see_unmasked", json!(true));
    let forms = [masked.clone(), with(&masked, "/capacity", json!(9)), settings];
    assert_eq!(
        said(&office, "put_settings", "", &forms),
        ["leads_see_unmasked:on", "capacity", "capacity leads_see_unmasked:off"]
    );

    let site = json!({
        "name": "Shop", "origins": ["https://shop.example"], "department": null,
        "settings": inbox_types::SiteSettings::default(), "webhook_url": null,
    });
    let shop = office.make("create_site", site.clone());
    let url = |url: &str| json!(url);
    let with_webhook = with(&site, "/webhook_url", url("https://hooks.example/a"));
    let forms = [
        with(&site, "/settings/mask_sensitive", json!(true)),
        with(&site, "/origins", json!(["https://other.example"])),
        site.clone(),
        with_webhook.clone(),
        with(&with_webhook, "/webhook_url", url("https://hooks.example/b")),
        with(&with_webhook, "/settings/appearance/color", json!("#112233")),
    ];
    assert_eq!(
        said(&office, "put_site", &shop, &forms),
        [
            "mask_sensitive:on",
            "origins mask_sensitive:off",
            "origins",
            "webhook:on",
            "webhook.url",
            "appearance.color webhook.url",
        ]
        .map(|it| format!("{shop} {it}"))
    );
    let forms = [true, false].map(|it| json!({ "paused": it }));
    assert_eq!(
        said(&office, "pause_webhook", &shop, &forms),
        ["webhook.paused:on", "webhook.paused:off"].map(|it| format!("{shop} {it}"))
    );
}

#[test]
fn what_a_command_is_about_stands_beside_it_in_the_audit_log() {
    let office = Office::new();
    let calls = calls(&office);
    let before = office.log().len();
    for command in ["put_site", "delete_department", "invite", "create_topic", "put_settings"] {
        office.done(command, calls[command].clone());
    }
    let rows = office.log().split_off(before);
    let about = |command: &str| {
        let row = rows.iter().find(|it| it.0 == command);
        row.expect("a row").1.clone()
    };
    assert_eq!(about("put_site"), format!("{} name", calls["put_site"].name));
    let gone = &calls["delete_department"];
    assert_eq!(about("delete_department"), format!("{} to {}", gone.name, gone.query["to"]));
    assert!(about("invite").starts_with('m') && about("invite").ends_with(" Agent"));
    assert!(about("create_topic").starts_with('t'));
    assert_eq!(about("put_settings"), "capacity");
}

#[test]
fn ap48_what_is_written_in_many_languages_and_what_an_inbox_may_do_take_few_words() {
    let row = |greeting: Json, webhook: Json| json!({ "body": { "settings": { "appearance": { "greeting": greeting } }, "webhook": webhook } });
    let many: serde_json::Map<_, _> = (0..7_000).map(|n| (format!("a{n}"), json!("x"))).collect();
    let none = row(json!({}), Json::Null);
    let all = row(Json::Object(many), json!({ "url": "u", "answers": true, "paused": false }));
    let changes = |before, after| with_changes("main", Some(before), Some(after));
    assert_eq!(changes(&none, &all), "main appearance.greeting webhook:on webhook.answers:on");
    assert_eq!(changes(&all, &none), "main appearance.greeting webhook:off");
}
