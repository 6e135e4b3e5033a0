//! Keys of the API: who has one, and what of them is stored and told.

use inbox_protocol::http::{Administration, ApiKey, ApiScope};
use inbox_types::limits::{API_KEY_USE, API_KEYS};

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

fn listed(office: &Office) -> Vec<ApiKey> {
    let settings = office.done("settings", Asked::default());
    serde_json::from_value::<Administration>(settings).expect("the settings").api_keys
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
