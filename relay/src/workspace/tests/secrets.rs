//! What a site's own inbox answers with: who may have it, and for how long it is taken.

use inbox_protocol::http::{EndedSecrets, Site};
use inbox_types::{Timestamp, limits::SECRET_OVERLAP};

use super::*;
use crate::{signed::secret_mark::SecretMark, workspace::request::SiteNow};

/// A public key that a site may take answers by.
fn key() -> String {
    inbox_signing::public_key(&inbox_signing::secret(&[7; 32])).expect("a key")
}

fn form(url: Option<&str>, key: Option<&str>) -> Json {
    json!({
        "name": "Shop", "origins": ["https://shop.example"], "webhook_url": url,
        "webhook_answers": true, "settings": { "inbox_key": key, "only_elsewhere": true },
    })
}

fn site_now(office: &Office, site: &str) -> SiteNow {
    let answer = ask(&office.workspace, WorkspaceRequest::Facts { site: id(site) });
    serde_json::from_value(answer.expect("facts").answer).expect("what holds")
}

/// What answers are taken by now.
fn taken(office: &Office, site: &str, now: Timestamp) -> Vec<String> {
    site_now(office, site).taken(now).into_iter().map(str::to_owned).collect()
}

/// A sign-in of an admin, Bea, by a link that another one, Adam, made; and Adam's id.
fn by_link(office: &Office) -> (String, String) {
    let (adam, _) = office.member("Adam", Role::Admin);
    let adams = cookie(office.sign_in("Adam", PASSWORD).expect("signed in"));
    let (bea, _) = office.member("Bea", Role::Admin);
    let link = office.command(&adams, "make_sign_in_link", named(&bea)).expect("a link").answer;
    (cookie(office.use_link(&token(&link)).expect("signed in")), adam)
}

const A: Option<&str> = Some("https://hooks.example/a");
const B: Option<&str> = Some("https://hooks.example/b");

#[test]
fn ap43_what_was_set_in_a_sign_in_by_a_link_is_taken_as_long_as_such_a_sign_in_goes_on() {
    let key = key();
    let now = platform::now();
    // What is set; what a site had before; and how many of the things that are taken are the maker's.
    let ways: [(&str, &str, Json, Json, usize); 5] = [
        ("a new site", "create_site", Json::Null, form(A, Some(&key)), 2),
        ("a first address", "put_site", form(None, None), form(A, None), 1),
        ("another address", "put_site", form(A, None), form(B, None), 1),
        ("a new secret", "rotate_secret", form(A, None), Json::Null, 1),
        ("a key", "put_site", form(A, None), form(A, Some(&key)), 1),
    ];
    for (what, command, before, form, n_linked) in ways {
        for deed in ["removed", "demoted"] {
            let office = Office::new();
            let (as_bea, adam) = by_link(&office);
            let set = |by: &str, site: &str, form: Json| {
                let named = named(site);
                let command = if site.is_empty() { "create_site" } else { command };
                office.command(by, command, Asked { form, ..named }).expect(what).answer
            };
            let (site, at_first) = if before.is_null() {
                (set(&as_bea, "", form.clone())["id"].as_str().expect("an id").to_owned(), vec![])
            } else {
                let site = office.make("create_site", before.clone());
                let at_first = taken(&office, &site, now);
                set(&as_bea, &site, form.clone());
                (site, at_first)
            };
            let then = taken(&office, &site, now);
            let (_, about) = office.log().into_iter().rfind(|it| it.0 == command).expect("a row");
            // What else it changed may stand between the two.
            let (about, behind) = about.split_once(" by-link-of ").expect("somebody is behind it");
            assert_eq!((about.split(' ').next(), behind), (Some(&*site), &*adam), "{what}");
            if deed == "removed" {
                office.done("delete_member", named(&adam));
            } else {
                let form = json!({ "role": "agent" });
                office.done("patch_member", Asked { form, ..named(&adam) });
            }
            let left = taken(&office, &site, now);
            assert_eq!(left.len(), then.len() - n_linked, "{what}, {deed}: {left:?}");
            assert!(left.iter().all(|it| at_first.contains(it)), "{what}: what was there before");
            // What is sent is signed as before, and where nobody could answer, the desk does.
            let holds = site_now(&office, &site);
            let webhook = holds.webhook.expect("a webhook");
            assert!(!webhook.secrets(now).is_empty() && webhook.stopped().is_none(), "{what}");
            assert_eq!(holds.facts.site.only_elsewhere, what == "a key", "{what}");
            // The settings say so, and an admin who is signed in otherwise goes on.
            assert_ne!(shown(&office, &site), EndedSecrets::default(), "{what}");
            goes_on(&office, &site, now);
        }
    }
}

fn shown(office: &Office, site: &str) -> EndedSecrets {
    let settings = office.done("settings", Asked::default());
    let sites: Vec<Site> = serde_json::from_value(settings["sites"].clone()).expect("sites");
    let site = sites.into_iter().find(|it| it.id == id(site)).expect("the site");
    site.webhook.expect("a webhook").ended
}

/// Olga, who is signed in by her password, sets everything anew.
fn goes_on(office: &Office, site: &str, now: Timestamp) {
    let put = |form: Json| office.done("put_site", Asked { form, ..named(site) });
    put(form(None, None));
    put(form(A, Some(&key())));
    assert_eq!(taken(office, site, now).len(), 2);
    assert_eq!(shown(office, site), EndedSecrets::default());
}

#[test]
fn ap43_what_is_set_by_a_password_outlasts_who_set_it() {
    let office = Office::new();
    let now = platform::now();
    let (adam, _) = office.member("Adam", Role::Admin);
    let adams = cookie(office.sign_in("Adam", PASSWORD).expect("signed in"));
    let made = Asked { form: form(A, Some(&key())), ..Asked::default() };
    let made = office.command(&adams, "create_site", made).expect("made").answer;
    let site = made["id"].as_str().expect("an id");
    office.done("delete_member", named(&adam));
    assert_eq!(taken(&office, site, now).len(), 2);
}

#[test]
fn ap40_what_signed_an_upload_is_asked_again_when_all_of_it_is_there() {
    let start = platform::now();
    let office = Office::new();
    let site = office.make("create_site", form(A, Some(&key())));
    let all = |now| taken(&office, &site, now);
    let marks: Vec<SecretMark> = all(start)
        .iter()
        .map(|secret| {
            let all = all(start);
            let all: Vec<&str> = all.iter().map(String::as_str).collect();
            SecretMark::of(&all, |it| it == secret).expect("it is taken")
        })
        .collect();
    let held = |now| {
        let all = all(now);
        let all: Vec<&str> = all.iter().map(String::as_str).collect();
        marks.iter().map(|it| it.is_one_of(&all)).collect::<Vec<_>>()
    };
    assert_eq!(held(start), [true, true]);
    office.done("rotate_secret", named(&site));
    assert_eq!(held(start), [true, true], "both hold for a while");
    assert_eq!(held(start.after(SECRET_OVERLAP)), [false, true], "its time is over");
    office.done("end_secret", named(&site));
    assert_eq!(held(start), [false, true], "it was ended");
    office.done("put_site", Asked { form: form(A, None), ..named(&site) });
    assert_eq!(held(start), [false, false], "the key was taken away");
    let silent = json!({
        "name": "Shop", "origins": ["https://shop.example"], "webhook_url": A.expect("one"),
        "webhook_answers": false,
    });
    office.done("put_site", Asked { form: silent, ..named(&site) });
    assert!(all(start).is_empty(), "it may not answer");
}
