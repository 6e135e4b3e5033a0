//! Keys of the API: who has one, and what of them is stored and told.

use inbox_protocol::http::{Administration, ApiKey, ApiScope, AuditPage};
use inbox_types::limits::{API_KEY_USE, API_KEYS, GONE_API_KEYS};

use super::*;
use crate::workspace::api_keys::KeyHolder;

/// A key that Olga makes: its id, and its secret.
fn made(office: &Office, scopes: &Json) -> (String, String) {
    let form = json!({ "name": "Reports", "scopes": scopes });
    let made = office.done("create_api_key", Asked { form, ..Asked::default() });
    let part = |name: &str| made[name].as_str().expect("a text").to_owned();
    (part("id"), part("secret"))
}

fn holder(office: &Office, secret: &str) -> Result<KeyHolder> {
    let answer = ask(&office.workspace, WorkspaceRequest::KeyHolder { secret: secret.to_owned() })?;
    Ok(serde_json::from_value(answer.answer).expect("a holder"))
}

/// Whether a key is still good for something.
fn may(office: &Office, key: &str, scope: ApiScope) -> Result<Json> {
    let key = key.parse().expect("an id");
    ask(&office.workspace, WorkspaceRequest::KeyMay { key, scope }).map(|it| it.answer)
}

fn audit(office: &Office) -> AuditPage {
    serde_json::from_value(office.done("audit", Asked::default())).expect("a page")
}

fn listed(office: &Office) -> Vec<ApiKey> {
    let settings = office.done("settings", Asked::default());
    serde_json::from_value::<Administration>(settings).expect("the settings").api_keys
}

/// A key that its maker may not answer for any more.
struct Stopped {
    key: String,
    secret: String,
    maker: String,
}

impl Stopped {
    fn of(office: &Office) -> Self {
        let (maker, _) = office.member("Kai", Role::Admin);
        let cookie = cookie(office.sign_in("Kai", PASSWORD).expect("signed in"));
        let form = json!({ "name": "Kiosk", "scopes": ["read", "write"] });
        let made = office.command(&cookie, "create_api_key", Asked { form, ..Asked::default() });
        let made = made.expect("made").answer;
        let part = |name: &str| made[name].as_str().expect("a text").to_owned();
        let stopped = Self { key: part("id"), secret: part("secret"), maker };
        stopped.becomes(office, "agent");
        stopped
    }

    fn becomes(&self, office: &Office, role: &str) {
        let form = json!({ "role": role });
        office.done("patch_member", Asked { form, ..named(&self.maker) });
    }
}

/// The id of such a key.
pub(super) fn stopped(office: &Office) -> String {
    Stopped::of(office).key
}

#[test]
fn ap20_a_key_works_as_long_as_its_maker_may_administer() {
    let office = Office::new();
    let it = Stopped::of(&office);
    assert_eq!(reason(holder(&office, &it.secret)), Refusal::Unauthorized);
    assert!(listed(&office)[0].stopped);
    assert_eq!(listed(&office)[0].used, None, "it was not used");
    for (role, works) in [("admin", true), ("supervisor", false), ("admin", true)] {
        it.becomes(&office, role);
        assert_eq!(holder(&office, &it.secret).is_ok(), works, "{role}");
        assert_eq!(listed(&office)[0].stopped, !works, "{role}");
    }
    office.done("delete_member", named(&it.maker));
    assert_eq!(reason(holder(&office, &it.secret)), Refusal::Unauthorized);
    // Nor does it work for whoever is invited again.
    assert!(listed(&office)[0].stopped);
}

#[test]
fn ap21_a_key_that_stopped_is_taken_over_and_one_that_works_is_not() {
    let office = Office::new();
    let it = Stopped::of(&office);
    let take = |key: &str| office.command(&office.olga, "take_api_key", named(key));
    take(&it.key).expect("taken");
    let holds = holder(&office, &it.secret).expect("a holder");
    assert_eq!(holds.scopes, [ApiScope::Read, ApiScope::Write], "as before");
    let key = &listed(&office)[0];
    assert_eq!((key.by.as_str(), key.stopped), (it.maker.as_str(), false));
    assert_ne!(key.owner, key.by);
    assert_eq!(reason(take(&it.key)), Refusal::State);
    assert_eq!(reason(take("knothing")), Refusal::NotFound);
    // It is Olga's now, whatever becomes of who made it.
    it.becomes(&office, "admin");
    office.done("delete_member", named(&it.maker));
    assert!(holder(&office, &it.secret).is_ok());
}

#[test]
fn ap22_the_address_of_a_file_ends_with_the_key() {
    let office = Office::new();
    let (reads, _) = made(&office, &json!(["read"]));
    let (writes, _) = made(&office, &json!(["write", "manage"]));
    let stopped = stopped(&office);
    let opens = |key: &str| may(&office, key, ApiScope::Read);
    assert_eq!(opens(&reads).expect("it reads"), Json::Null);
    for key in [&writes, &stopped, "knothing"] {
        assert_eq!(reason(opens(key)), Refusal::Forbidden, "{key}");
    }
    office.done("delete_api_key", named(&reads));
    assert_eq!(reason(opens(&reads)), Refusal::Forbidden);
}

#[test]
fn ap23_the_audit_log_says_what_a_key_was_called() {
    let office = Office::new();
    let it = Stopped::of(&office);
    office.done("take_api_key", named(&it.key));
    office.done("delete_api_key", named(&it.key));
    let audit = audit(&office);
    let of = |deed: &str| {
        let row = audit.rows.iter().find(|it| it.deed == deed).expect("a row");
        (row.what.as_str(), row.name.as_deref())
    };
    for deed in ["create_api_key", "take_api_key", "delete_api_key"] {
        assert_eq!(of(deed), (it.key.as_str(), Some("Kiosk")), "{deed}");
    }
    assert_eq!(of("patch_member").1, Some("Kai"));
    // Of the last ones, so many.
    for _ in 0..GONE_API_KEYS {
        office.done("delete_api_key", named(&made(&office, &json!(["read"])).0));
    }
    let named: Vec<Json> =
        office.store.rows("SELECT id FROM gone_api_keys", Vec::new()).expect("rows");
    assert_eq!(named.len(), GONE_API_KEYS);
    assert!(!named.contains(&json!({ "id": it.key })));
}

#[test]
fn ap30_a_key_ends_with_the_sign_in_by_link_that_made_it_or_took_it_over() {
    let office = Office::new();
    let (adam, _) = office.member("Adam", Role::Admin);
    let adams = cookie(office.sign_in("Adam", PASSWORD).expect("signed in"));
    let (bea, _) = office.member("Bea", Role::Admin);
    let it = Stopped::of(&office);
    let link = office.command(&adams, "make_sign_in_link", named(&bea)).expect("a link").answer;
    let as_bea = cookie(office.use_link(&token(&link)).expect("signed in"));
    office.command(&as_bea, "take_api_key", named(&it.key)).expect("taken");
    let form = json!({ "name": "Kettle", "scopes": ["read"] });
    let made = office.command(&as_bea, "create_api_key", Asked { form, ..Asked::default() });
    let made = made.expect("made").answer;
    let secrets = [made["secret"].as_str().expect("a text"), &it.secret];
    for secret in secrets {
        assert!(holder(&office, secret).is_ok());
    }
    let rows = audit(&office).rows;
    for (deed, name) in [("take_api_key", "Kiosk"), ("create_api_key", "Kettle")] {
        let row = rows.iter().find(|it| it.deed == deed).expect("a row");
        let behind: Vec<&str> = row.behind.iter().map(|it| it.id.as_str()).collect();
        assert_eq!((behind, row.name.as_deref()), (vec![adam.as_str()], Some(name)), "{deed}");
    }
    office.done("delete_member", named(&adam));
    for secret in secrets {
        assert_eq!(reason(holder(&office, secret)), Refusal::Unauthorized);
    }
    assert!(listed(&office).iter().all(|it| it.stopped));
    // Whoever is signed in by nobody's link answers for it for good.
    office.done("take_api_key", named(&it.key));
    assert!(holder(&office, &it.secret).is_ok());
}

#[test]
fn ap31_whether_a_key_still_writes_is_asked_for_once_more() {
    let office = Office::new();
    let (reads, _) = made(&office, &json!(["read", "manage"]));
    let (writes, _) = made(&office, &json!(["write"]));
    assert!(may(&office, &writes, ApiScope::Write).is_ok());
    assert_eq!(reason(may(&office, &reads, ApiScope::Write)), Refusal::Forbidden);
    office.done("delete_api_key", named(&writes));
    assert_eq!(reason(may(&office, &writes, ApiScope::Write)), Refusal::Forbidden);
}

#[test]
fn ap32_a_key_without_an_owner_is_its_makers() {
    let office = Office::new();
    let it = Stopped::of(&office);
    let body = json!({
        "id": it.key, "name": "Kiosk", "scopes": ["read"], "made": 1, "by": it.maker,
    });
    let query = "UPDATE api_keys SET body = ?";
    let stored = vec![crate::platform::sql::json(&body).expect("a text")];
    office.store.run(query, stored).expect("stored");
    for (role, works) in [("admin", true), ("agent", false)] {
        it.becomes(&office, role);
        let key = &listed(&office)[0];
        assert_eq!((key.owner.as_str(), key.stopped), (it.maker.as_str(), !works), "{role}");
        assert_eq!(holder(&office, &it.secret).is_ok(), works, "{role}");
    }
}

#[test]
fn a_key_is_told_once_and_is_stored_as_its_digest() {
    let office = Office::new();
    let (id, secret) = made(&office, &json!(["write", "read", "read"]));
    assert!(secret.starts_with("plk_") && 50 < secret.len(), "{secret}");
    let holds = holder(&office, &secret).expect("a holder");
    assert_eq!(
        (holds.id.as_str(), &holds.scopes),
        (id.as_str(), &vec![ApiScope::Read, ApiScope::Write])
    );
    assert_eq!(holds.must(ApiScope::Write), Ok(()));
    assert_eq!(holds.must(ApiScope::Manage), Err(Refusal::Forbidden));
    assert!(!office.stored().contains(&secret) && office.stored().contains(&id));
    for command in ["settings", "audit"] {
        assert!(!office.done(command, Asked::default()).to_string().contains(&secret), "{command}");
    }
    let log = office.log();
    assert!(log.contains(&("create_api_key".to_owned(), id)), "{log:?}");
}

#[test]
fn whoever_has_no_key_or_one_that_was_revoked_is_nobody() {
    let office = Office::new();
    let (id, secret) = made(&office, &json!(["read"]));
    let (_, other) = made(&office, &json!(["read"]));
    let cut = &secret[..secret.len() - 1];
    for wrong in ["", "plk_", cut, &format!("{secret}a"), &secret.to_uppercase(), &id] {
        assert_eq!(reason(holder(&office, wrong)), Refusal::Unauthorized, "{wrong}");
    }
    office.done("delete_api_key", named(&id));
    assert_eq!(reason(holder(&office, &secret)), Refusal::Unauthorized);
    assert!(holder(&office, &other).is_ok());
    let again = office.command(&office.olga, "delete_api_key", named(&id));
    assert_eq!(reason(again), Refusal::NotFound);
    assert_eq!(listed(&office).len(), 1);
}

#[test]
fn when_a_key_was_last_used_is_known_to_the_minute() {
    let office = Office::new();
    let (_, secret) = made(&office, &json!(["read"]));
    let used = || listed(&office)[0].used;
    assert_eq!(used(), None);
    let began = platform::now();
    for (later, expected) in [(0, 0), (API_KEY_USE.0 - 1, 0), (API_KEY_USE.0, API_KEY_USE.0)] {
        platform::set_now(began.after(Millis(later)));
        holder(&office, &secret).expect("a holder");
        assert_eq!(used(), Some(began.after(Millis(expected))), "{later}");
    }
    platform::set_now(began);
}

#[test]
fn a_key_is_good_for_something_and_there_are_not_too_many() {
    let office = Office::new();
    let make = |scopes: Json| {
        let form = json!({ "name": "Reports", "scopes": scopes });
        office.command(&office.olga, "create_api_key", Asked { form, ..Asked::default() })
    };
    for scopes in [json!([]), json!(["everything"]), Json::Null] {
        assert_eq!(reason(make(scopes.clone())), Refusal::Malformed, "{scopes}");
    }
    for _ in 0..API_KEYS {
        make(json!(["read"])).expect("made");
    }
    assert_eq!(reason(make(json!(["read"]))), Refusal::TooMany);
    office.done("delete_api_key", named(listed(&office)[0].id.as_str()));
    make(json!(["read"])).expect("there is room again");
}
