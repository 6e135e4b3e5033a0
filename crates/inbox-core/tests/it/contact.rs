//! The contact: fields, tags, topics, queue.

use expect_test::expect;

use inbox_core::Rejection;

use crate::{check, scene::Scene, script};

#[test]
fn k1_an_agent_replaces_the_fields() {
    check(
        "visitor writes hello
         ana takes",
        "ana names name=Kim phone=0912345678 notes=vip
         ana names name=Kim phone=0912345678 notes=vip",
        &expect![[r#"
              contact by ana, typed [Name, Phone, Notes]: Kim - 0912345678 vip
            = 1 active by ana [ana joined]
            = 1 active by ana [ana joined]"#]],
    );
}

#[test]
fn k2_a_page_adds_what_it_knows() {
    check(
        "visitor writes hello
         ana takes",
        "visitor names name=Kim email=kim@shop.example notes=hack",
        &expect![[r#"
              contact by nobody, typed []: Kim kim@shop.example - -
            = 1 active by ana [ana joined]"#]],
    );
}

#[test]
fn k2_a_page_does_not_overwrite_what_an_agent_typed() {
    check(
        "visitor writes hello
         ana takes
         ana names name=Kim",
        "visitor names name=Kimberly phone=0912345678",
        &expect![[r#"
              contact by nobody, typed []: Kim - 0912345678 -
            = 1 active by ana [ana joined]"#]],
    );
}

#[test]
fn k2_a_page_does_not_bring_back_what_an_agent_cleared() {
    check(
        "visitor writes hello
         ana takes
         ana names name=Kim
         ana names phone=1",
        "visitor names name=Kim",
        &expect!["= 1 active by ana [ana joined]"],
    );
}

#[test]
fn k3_tags_are_distinct() {
    check(
        "visitor writes hello
         ana takes",
        "ana tags vip,new,vip",
        &expect![[r#"
              tags: vip,new
            = 1 active by ana [ana joined]"#]],
    );
}

#[test]
fn k3_a_contact_has_so_many_tags_at_most() {
    check(
        "visitor writes hello
         ana takes",
        "ana tags t0,t1,t2,t3,t4,t5,t6,t7,t8,t9,t10,t11,t12,t13,t14,t15,t16,t17,t18,t19,t20,t21,t22,t23,t24,t25,t26,t27,t28,t29,t30",
        &expect!["refused: too many at once, the limit is 30"],
    );
}

#[test]
fn k4_topics_are_distinct_and_so_many_at_most() {
    check(
        "visitor writes hello
         ana takes",
        "ana topics a,b,a
         ana topics t0,t1,t2,t3,t4,t5,t6,t7,t8,t9,t10",
        &expect![[r#"
              2 topics
            = 1 active by ana [ana joined]
            refused: too many at once, the limit is 10"#]],
    );
}

#[test]
fn k5_a_session_moves_to_another_queue_with_its_owner() {
    check(
        "visitor writes hello
         ana takes",
        "ana moves support",
        &expect![[r#"
              moved to support
            = 1 active by ana [ana joined]"#]],
    );
}

#[test]
fn k5_an_agent_of_the_old_queue_is_asked_no_longer() {
    check(
        "visitor writes hello
         desk offers o1 ana",
        "ben moves support",
        &expect![[r#"
              Assign of ana: Cancelled
              moved to support
            = 1 queued [ana cancelled]"#]],
    );
}

/// Every state of a session that a visitor is in, or can come back to, and what it is called.
const STATES: [(&str, &str); 8] = [
    ("with a bot", "with bot"),
    ("waiting", ""),
    ("offered", "desk offers o1 ana"),
    ("owned", "ana takes"),
    ("owned, and another is asked", "ana takes\nana requests o1 ben"),
    ("snoozed", "ana takes\nana snoozes"),
    ("ended by an agent", "ana takes\nana ends"),
    ("ended by the visitor", "ana takes\nvisitor ends"),
];

fn in_state(life: &str) -> Scene {
    let mut scene = Scene::default();
    let (before, after) = if life.starts_with("with") { (life, "") } else { ("", life) };
    for line in script::lines(before).chain(["visitor writes hello"]).chain(script::lines(after)) {
        scene.play(line).unwrap();
    }
    scene
}

#[test]
fn k7_no_session_of_any_state_is_left_in_a_queue_that_is_gone() {
    for (state, life) in STATES {
        for (to, expected) in [("drops sales support", Some("support")), ("drops sales", None)] {
            let mut scene = in_state(life);
            let before = scene.conversation.session().unwrap().clone();
            scene.play(&format!("desk {to}")).unwrap();
            let session = scene.conversation.session().unwrap();
            let department = session.department.as_ref().map(|it| it.id.as_str());
            assert_eq!(department, expected, "{state}");
            assert_eq!(session.owner(), before.owner(), "{state}: its owner stays");
            assert_eq!(session.is_open(), before.is_open(), "{state}");
            // Once is enough, and another queue is not this one.
            assert_eq!(scene.play(&format!("desk {to}")), Err(Rejection::State), "{state}");
        }
    }
}

#[test]
fn k7_who_comes_back_waits_in_the_queue_that_there_is() {
    for (state, life) in STATES {
        let mut scene = in_state(life);
        scene.play("desk drops sales support").unwrap();
        scene.context.department = Some(script::department("support"));
        scene.play("visitor writes again").unwrap();
        let session = scene.conversation.open_session().unwrap();
        assert_eq!(session.department, Some(script::department("support")), "{state}");
    }
}

#[test]
fn k7_whom_the_desk_asks_is_asked_no_longer_and_a_colleague_still_is() {
    check(
        "visitor writes hello
         desk offers o1 ana",
        "desk drops sales support
         cid drops support",
        &expect![[r#"
              Assign of ana: Cancelled
              now of support
            = 1 queued [ana cancelled]
            refused: not allowed"#]],
    );
    check(
        "visitor writes hello
         ana takes
         ana requests o1 ben",
        "desk drops sales support
         ben accepts o1",
        &expect![[r#"
              now of support
            = 1 active by ana, Transfer asked of ben [ana joined, ben offered]
              Transfer of ben: Accepted
            » ben owns it
            » ana left
            = 1 active by ben [ana left, ben joined]"#]],
    );
}

#[test]
fn k8_nobody_moves_a_colleagues_session_without_the_right_to_change_owners() {
    check(
        "visitor writes hello
         ana takes",
        "ben moves support
         sam moves support
         ivy moves support
         tom moves support
         ana moves sales
         sue moves support",
        &expect![[r#"
            refused: not allowed
            refused: not allowed
            refused: not allowed
              moved to support
            = 1 active by ana [ana joined]
              moved to sales
            = 1 active by ana [ana joined]
              moved to support
            = 1 active by ana [ana joined]"#]],
    );
}

#[test]
fn k8_what_is_put_aside_is_its_owners_too() {
    check(
        "visitor writes hello
         ana takes
         ana snoozes",
        "ben moves support
         ana moves support",
        &expect![[r#"
            refused: not allowed
              moved to support
            = 1 snoozed by ana [ana joined]"#]],
    );
}

#[test]
fn k6_only_who_answers_changes_a_contact() {
    check(
        "visitor writes hello
         ana takes",
        "mia tags vip
         ivy tags vip
         cid tags vip
         visitor tags vip",
        &expect![[r#"
            refused: not allowed
            refused: not allowed
            refused: not allowed
            refused: not allowed"#]],
    );
}

#[test]
fn k9_the_bridge_changes_contacts_and_notes_in_somebodys_name() {
    for what in ["notes call back", "tags vip", "names name=Kim"] {
        let mut scene = Scene::default();
        assert!(scene.play(&format!("kim {what}")).is_err(), "{what}: there is no session yet");
        scene.play("visitor writes hello").unwrap();
        let nameless = scene.play(&format!("bridge {what}")).unwrap_err();
        assert_eq!(nameless, Rejection::Malformed, "{what}");
        let changes = scene.play(&format!("kim {what}")).unwrap();
        let stored = serde_json::to_string(&changes.last().unwrap().event).unwrap();
        assert!(stored.contains("Kim"), "{stored}");
        assert!(!changes.last().unwrap().event.visitor_sees(), "{what}");
    }
}

#[test]
fn k9_what_somebody_at_the_bridge_typed_the_visitors_page_leaves() {
    let mut scene = Scene::default();
    for line in ["visitor writes hello", "kim names name=Kim", "visitor names name=Eve"] {
        scene.play(line).unwrap();
    }
    let set = scene.log.iter().rev().find_map(|it| {
        it.content.as_ref().filter(|it| matches!(it, inbox_core::Content::Contact { .. }))
    });
    assert!(format!("{set:?}").contains("Kim"), "{set:?}");
}
