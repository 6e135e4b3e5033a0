//! A page whose part of the console did not come at once.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "a test may fail where it stands")]

use inbox_protocol::{Refusal, http::Me};
use inbox_types::Timestamp;
use porchlight_console::model::{
    AdminMsg, Effect, Model, Msg, Request, Route, Section, SignInMsg, start, update,
};
use serde_json::json;

const NOW: Timestamp = Timestamp::from_millis(1_000_000);

#[test]
fn what_a_page_asked_is_asked_again_when_its_part_came_after_all() {
    let mut model = Model::new(NOW, 7);
    let _ = start(&mut model, Route::Settings(Section::Sites));
    let me: Me = serde_json::from_value(json!({
        "workspace": "main", "workspace_name": "Pottery", "may": ["administer"],
        "member": {"id": "ada", "name": "Ada", "email": null, "role": "admin", "departments": []},
    }))
    .unwrap();
    let _ = update(&mut model, NOW, Msg::SignIn(SignInMsg::Known(Ok(Box::new(me)))));
    let refused = AdminMsg::Known(Err(Refusal::Unavailable));
    let _ = update(&mut model, NOW, Msg::Admin(refused));
    assert!(model.admin.problem.is_some());

    let effects = update(&mut model, NOW, Msg::PartCame);
    assert!(effects.contains(&Effect::Ask(Request::Settings)), "{effects:?}");
    assert_eq!(model.admin.problem, None);
}
