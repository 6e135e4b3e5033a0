//! The life of a session: it opens, is taken, put aside, reopened.

use expect_test::expect;
use inbox_core::{EarlierSession, Rejection};
use inbox_types::{CloseCause, SessionNo, limits};

use crate::{check, scene::Scene, script};

#[test]
fn s1_a_first_message_opens_a_session() {
    check(
        "",
        "visitor writes hello",
        &expect![[r#"
          opened for sales
        » visitor wrote: hello
        = 1 queued"#]],
    );
}

#[test]
fn s1_a_bot_that_serves_the_inbox_gets_it_first() {
    check(
        "with bot",
        "visitor writes hello",
        &expect![[r#"
          opened with robo for sales
        » visitor wrote: hello
        = 1 bot"#]],
    );
}

#[test]
fn s2_a_session_remembers_campaign_page_and_queue() {
    check(
        "",
        "visitor answers_campaign c1",
        &expect![[r#"
              opened for sales by c1 Text("Free post") a on https://shop.example/shoes
            » team wrote: Questions about post?
            » visitor wrote: hi
            = 1 queued"#]],
    );
}

#[test]
fn s19_a_session_begins_with_what_the_campaign_said() {
    check(
        "",
        "visitor answers_campaign c1 ana",
        &expect![[r#"
          opened for sales by c1 Text("Free post") a on https://shop.example/shoes
        » ana wrote: Questions about post?
        » visitor wrote: hi
        = 1 queued"#]],
    );
    check(
        "with bot",
        "visitor answers_campaign c1",
        &expect![[r#"
          opened with robo for sales by c1 Text("Free post") a on https://shop.example/shoes
        » team wrote: Questions about post?
        » visitor wrote: hi
        = 1 bot"#]],
    );
}

#[test]
fn s19_a_session_that_goes_on_does_not_say_it_again() {
    check(
        "visitor writes hello",
        "visitor answers_campaign c1 ana",
        &expect![[r#"
        » visitor wrote: hi
        = 1 queued"#]],
    );
    check(
        "visitor writes hello
         ana takes
         ana ends",
        "visitor answers_campaign c1 ana",
        &expect![[r#"
            » reopened to the queue
            » visitor wrote: hi
            = 1 queued [ana left]"#]],
    );
    check(
        "visitor writes hello
         visitor ends",
        "visitor answers_campaign c1 ana",
        &expect![[r#"
              opened for sales by c1 Text("Free post") a on https://shop.example/shoes
            » ana wrote: Questions about post?
            » visitor wrote: hi
            = 2 queued"#]],
    );
}

#[test]
fn s3_a_match_changes_nothing() {
    check(
        "with bot
         visitor writes hello",
        "robo matches
         robo writes here you are",
        &expect![[r#"
              robo matched
            = 1 bot
            » robo wrote: here you are
            = 1 bot"#]],
    );
}

#[test]
fn s4_a_visitor_asks_for_a_person() {
    check(
        "with bot
         visitor writes hello",
        "visitor hands_off",
        &expect![[r#"
              queued: AskedForPerson
            = 1 queued"#]],
    );
}

#[test]
fn s4_a_bot_hands_over() {
    check(
        "with bot
         visitor writes hello",
        "robo hands_off
         robo writes too late",
        &expect![[r#"
              queued: HandOff
            = 1 queued
            refused: the state of the session does not allow it"#]],
    );
}

#[test]
fn s5_an_agent_follows_up_a_queued_session() {
    check(
        "visitor writes hello",
        "ana takes",
        &expect![[r#"
        » ana took it
        = 1 active by ana [ana joined]"#]],
    );
}

#[test]
fn s5_an_agent_follows_up_a_session_of_a_bot() {
    check(
        "with bot
         with load 5
         visitor writes hello",
        "ana takes",
        &expect![[r#"
            » ana took it
            = 1 active by ana [ana joined]"#]],
    );
}

#[test]
fn s5_an_agent_without_room_cannot_follow_up() {
    check(
        "with load 5
         visitor writes hello",
        "ana takes",
        &expect!["refused: no capacity left"],
    );
}

#[test]
fn s5_a_lead_may_exceed_the_capacity() {
    check(
        "with load 5
         visitor writes hello",
        "tom takes",
        &expect![[r#"
            » tom took it
            = 1 active by tom [tom joined]"#]],
    );
}

#[test]
fn s5_an_owner_need_not_take_again() {
    check(
        "visitor writes hello
         ana takes",
        "ana takes",
        &expect!["refused: the state of the session does not allow it"],
    );
}

#[test]
fn s12_what_the_table_does_not_list_is_refused() {
    check(
        "",
        "ana takes
         ana ends
         visitor ends
         ana snoozes
         visitor answers yes
         ana notes nothing here yet",
        &expect![[r#"
            refused: the state of the session does not allow it
            refused: the state of the session does not allow it
            refused: the state of the session does not allow it
            refused: the state of the session does not allow it
            refused: the state of the session does not allow it
            refused: the state of the session does not allow it"#]],
    );
}

#[test]
fn s12_a_queued_session_is_neither_snoozed_nor_transferred() {
    check(
        "visitor writes hello",
        "ana snoozes
         adam transfers ben
         adam queues support
         adam adds ben
         ana wakes
         ana asks",
        &expect![[r#"
            refused: the state of the session does not allow it
            refused: the state of the session does not allow it
            refused: the state of the session does not allow it
            refused: the state of the session does not allow it
            refused: the state of the session does not allow it
            refused: the state of the session does not allow it"#]],
    );
}

#[test]
fn s12_a_closed_session_is_not_owned_by_anybody() {
    check(
        "visitor writes hello
         ana takes
         ana ends",
        "ana takes
         ana ends
         ana leaves
         ana snoozes
         ana transfers ben
         ana supervises
         desk offers o1 ben
         visitor ends",
        &expect![[r#"
            refused: the session is over
            refused: the session is over
            refused: the session is over
            refused: the session is over
            refused: the session is over
            refused: not allowed
            refused: the session is over
            refused: the session is over"#]],
    );
}

#[test]
fn s12_a_snoozed_session_is_woken_first() {
    check(
        "visitor writes hello
         ana takes
         ana snoozes",
        "ben takes
         ana transfers ben
         ana queues support
         ana asks
         desk offers o1 ben",
        &expect![[r#"
            refused: the state of the session does not allow it
            refused: the state of the session does not allow it
            refused: the state of the session does not allow it
            refused: the state of the session does not allow it
            refused: the state of the session does not allow it"#]],
    );
}

#[test]
fn s13_a_deleted_site_accepts_nothing() {
    check("with no_site", "visitor writes hello", &expect!["refused: the session is over"]);
}

#[test]
fn s13_a_closed_session_of_a_deleted_site_accepts_nothing() {
    check(
        "visitor writes hello
         ana takes
         desk deletes_site
         with no_site",
        "visitor writes hello
         visitor names name=Kim
         ana writes hello",
        &expect![[r#"
            refused: the session is over
            refused: the session is over
            refused: the session is over"#]],
    );
}

#[test]
fn s14_an_earlier_session_becomes_one_row() {
    let mut scene = Scene::default();
    for line in ["with rating", "visitor writes hello", "ana takes", "visitor ends"] {
        scene.play(line).unwrap();
    }
    let closed_at = scene.now;
    for line in ["visitor rates 1 4", "after 1h", "visitor writes hello again", "ben takes"] {
        scene.play(line).unwrap();
    }
    let earlier = EarlierSession {
        no: SessionNo(1),
        opened_at: closed_at,
        closed_at,
        cause: CloseCause::Customer,
        owner: Some(script::id("ana")),
        stars: Some(4),
        wrapups: vec![script::agent("ana").card()],
    };
    assert_eq!(scene.conversation.earlier(), [earlier]);
    assert_eq!(scene.conversation.session_no(), SessionNo(2));
}

/// Plays a line that the rules must allow.
fn goes(scene: &mut Scene, line: &str) {
    if let Err(refused) = scene.play(line) {
        panic!("{line}: {refused}");
    }
}

#[test]
fn s20_old_sessions_are_forgotten_but_for_wrap_ups_that_are_due() {
    let mut scene = Scene::default();
    goes(&mut scene, "visitor writes hello");
    goes(&mut scene, "ana takes");
    goes(&mut scene, "ana writes hi");
    goes(&mut scene, "visitor ends now");
    let due = scene.conversation.wrapups_due().count();
    assert_eq!(due, 1, "the visitor ended it");
    let mut size = 0;
    for n in 2..300 {
        goes(&mut scene, "after 10m");
        goes(&mut scene, "visitor writes again");
        goes(&mut scene, "visitor ends now");
        if n == limits::EARLIER_SESSIONS + 10 {
            size = serde_json::to_string(&scene.conversation).unwrap().len();
        }
    }
    let stored = serde_json::to_string(&scene.conversation).unwrap();
    assert!(stored.len() < size + 500, "{} bytes, {size} at first", stored.len());
    let earlier = scene.conversation.earlier();
    assert_eq!(earlier.len(), limits::EARLIER_SESSIONS);
    assert_eq!(earlier[0].no, SessionNo(1), "its wrap-up is due");
    assert_eq!(earlier.last().map(|it| it.no), Some(SessionNo(298)));
    goes(&mut scene, "ana wraps_up 1");
    assert_eq!(scene.conversation.wrapups_due().count(), 0);
}

/// In whatever of these kinds it comes, and mixed.
#[test]
fn x17_a_visitor_writes_so_much_a_day() {
    let ways: [&[&str]; 4] = [
        &["visitor writes hello"],
        &["visitor names name=Kim", "visitor names name=Lee"],
        &["visitor speaks vi", "visitor speaks uk"],
        &[
            "visitor writes hello",
            "visitor names name=Kim",
            "visitor speaks vi",
            "visitor names name=Lee",
            "visitor speaks uk",
        ],
    ];
    for lines in ways {
        let mut scene = Scene::default();
        goes(&mut scene, "visitor writes hello");
        let all = lines.iter().cycle().take(limits::VISITOR_MESSAGES as usize * 2);
        let taken = all.take_while(|line| scene.play(line).is_ok()).count();
        assert_eq!(taken, limits::VISITOR_MESSAGES as usize - 1, "{lines:?}");
        let refused = Err(Rejection::TooMany { max: limits::VISITOR_MESSAGES as usize });
        assert_eq!(scene.play("visitor writes one more"), refused);
        assert_eq!(scene.play("visitor names name=Max"), refused);
        assert_eq!(scene.play("visitor speaks ar"), refused);
        goes(&mut scene, "ana takes");
        goes(&mut scene, "ana writes whoever answers is not limited");
        goes(&mut scene, "after 23h");
        assert_eq!(scene.play("visitor writes one more"), refused);
        goes(&mut scene, "after 1h");
        goes(&mut scene, "visitor writes one more");
    }
}

#[test]
fn x18_a_visitor_begins_so_many_sessions_an_hour() {
    let mut scene = Scene::default();
    for _ in 0..limits::VISITOR_SESSIONS {
        goes(&mut scene, "visitor writes hello");
        goes(&mut scene, "visitor ends now");
    }
    let refused = Err(Rejection::TooMany { max: limits::VISITOR_SESSIONS });
    assert_eq!(scene.play("visitor writes hello"), refused);
    goes(&mut scene, "after 1h");
    goes(&mut scene, "visitor writes hello");
}
