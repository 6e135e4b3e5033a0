//! The rules of `SPEC.md`, played as small scenes.
#![allow(clippy::unwrap_used, reason = "a test may fail where it stands")]
#![allow(clippy::wildcard_enum_match_arm, reason = "a test looks for one thing among many")]
#![allow(clippy::needless_raw_string_hashes, reason = "this is how expect-test writes them")]

mod block;
mod clock;
mod contact;
mod elsewhere;
mod end;
mod language;
mod laws;
mod leg;
mod leg_lost;
mod limit;
mod masking;
mod masking_account;
mod notification;
mod ordering;
mod permission;
mod question;
mod rating;
mod routing;
mod scene;
mod script;
mod session;
mod session_over;
mod show;
mod stored;
mod text;
mod transfer;
mod writings;

use expect_test::Expect;

use scene::Scene;

/// Plays `given`, which the rules must allow, then shows what `when` causes and where the
/// session stands then. The one place that calls `apply`, so a new signature touches no rule.
#[track_caller]
fn check(given: &str, when: &str, then: &Expect) {
    let mut scene = Scene::default();
    for line in script::lines(given) {
        if let Err(refused) = scene.play(line) {
            panic!("the rules do not allow what was given: {line}: {refused}");
        }
    }
    then.assert_eq(
        &script::lines(when).map(|line| scene.show(line)).collect::<Vec<_>>().join("\n"),
    );
}
