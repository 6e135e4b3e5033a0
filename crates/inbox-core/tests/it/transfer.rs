//! Handing over and adding agents.

use expect_test::expect;

use crate::check;

#[test]
fn t1_a_direct_transfer_changes_the_owner_at_once() {
    check(
        "visitor writes hello
         ana takes",
        "ana transfers ben",
        &expect![[r#"
            » ben owns it
            » ana left
            = 1 active by ben [ana left, ben joined]"#]],
    );
}

#[test]
fn t1_the_old_owner_owes_a_wrapup_if_reasons_are_required() {
    check(
        "with reason
         visitor writes hello
         ana takes",
        "ana transfers ben",
        &expect![[r#"
            » ben owns it
            » ana left, wrap-up due
            = 1 active by ben [ana wrapup, ben joined]"#]],
    );
}

#[test]
fn t1_a_reason_given_with_the_transfer_is_the_wrapup() {
    check(
        "with reason
         visitor writes hello
         ana takes",
        "ana transfers ben because billing",
        &expect![[r#"
            » ben owns it
            » ana left
              ana handed over 1: billing
            = 1 active by ben [ana left, ben joined]"#]],
    );
}

#[test]
fn t1_an_owner_cannot_be_given_what_they_own() {
    check(
        "visitor writes hello
         ana takes",
        "ana transfers ana",
        &expect!["refused: the state of the session does not allow it"],
    );
}

#[test]
fn t1_who_does_not_answer_gets_nothing() {
    check(
        "visitor writes hello
         ana takes",
        "ana transfers mia",
        &expect!["refused: not allowed"],
    );
}

#[test]
fn t2_a_request_leaves_the_owner_until_the_yes() {
    check(
        "visitor writes hello
         ana takes",
        "ana requests o1 ben
         ana writes still me",
        &expect![[r#"
              Transfer asked of ben by ana
            = 1 active by ana, Transfer asked of ben [ana joined, ben offered]
            » ana wrote: still me
            = 1 active by ana, Transfer asked of ben [ana joined, ben offered]"#]],
    );
}

#[test]
fn t2_a_yes_changes_the_owner() {
    check(
        "visitor writes hello
         ana takes
         ana requests o1 ben",
        "ben accepts o1",
        &expect![[r#"
              Transfer of ben: Accepted
            » ben owns it
            » ana left
            = 1 active by ben [ana left, ben joined]"#]],
    );
}

#[test]
fn t3_a_no_leaves_the_owner() {
    check(
        "visitor writes hello
         ana takes
         ana requests o1 ben",
        "ben declines o1",
        &expect![[r#"
              Transfer of ben: Declined
            = 1 active by ana [ana joined, ben declined]"#]],
    );
}

#[test]
fn t3_silence_leaves_the_owner_and_is_rona() {
    check(
        "visitor writes hello
         ana takes
         ana requests o1 ben
         after 30s",
        "timer fires offer",
        &expect![[r#"
              Transfer of ben: Rona
            = 1 active by ana [ana joined, ben rona]"#]],
    );
}

#[test]
fn t4_a_reason_given_when_asking_counts_from_the_yes() {
    check(
        "with reason
         visitor writes hello
         ana takes",
        "ana requests o1 ben because billing
         ben accepts o1",
        &expect![[r#"
              Transfer asked of ben by ana, reason held: billing
            = 1 active by ana, Transfer asked of ben [ana joined, ben offered]
              Transfer of ben: Accepted
            » ben owns it
            » ana left
              ana handed over 1, as said at 4
            = 1 active by ben [ana left, ben joined]"#]],
    );
}

#[test]
fn t4_a_reason_given_when_asking_is_forgotten_by_a_no() {
    check(
        "with reason
         visitor writes hello
         ana takes
         ana requests o1 ben because billing
         ben declines o1",
        "ana transfers ben",
        &expect![[r#"
            » ben owns it
            » ana left, wrap-up due
            = 1 active by ben [ana wrapup, ben joined]"#]],
    );
}

#[test]
fn t5_a_transfer_to_a_queue_is_immediate() {
    check(
        "visitor writes hello
         ana takes",
        "ana queues support",
        &expect![[r#"
            » ana left, wrap-up due
            » queued in support: Transfer
            = 1 queued [ana wrapup]"#]],
    );
}

#[test]
fn t5_everybody_leaves_for_another_queue() {
    check(
        "visitor writes hello
         ana takes
         ana adds ben
         sue supervises",
        "ana queues support because billing",
        &expect![[r#"
            » ana left
            » ben left
            » queued in support: Transfer
              ana handed over 1: billing
            = 1 queued [ana left, ben left, sue joined silent]"#]],
    );
}

#[test]
fn t6_an_invited_agent_joins_beside_the_owner() {
    check(
        "visitor writes hello
         ana takes",
        "ana adds ben
         ben writes hello",
        &expect![[r#"
            » ben joined
            = 1 active by ana [ana joined, ben joined]
            » ben wrote: hello
            = 1 active by ana [ana joined, ben joined]"#]],
    );
}

#[test]
fn t6_an_invitation_can_be_a_question() {
    check(
        "visitor writes hello
         ana takes",
        "ana invites o1 ben
         ben accepts o1",
        &expect![[r#"
              Conference asked of ben by ana
            = 1 active by ana, Conference asked of ben [ana joined, ben offered]
              Conference of ben: Accepted
            » ben joined
            = 1 active by ana [ana joined, ben joined]"#]],
    );
}

#[test]
fn t6_a_declined_invitation_changes_nothing() {
    check(
        "visitor writes hello
         ana takes
         ana invites o1 ben",
        "ben declines o1",
        &expect![[r#"
              Conference of ben: Declined
            = 1 active by ana [ana joined, ben declined]"#]],
    );
}

#[test]
fn t6_who_takes_part_is_not_invited_again() {
    check(
        "visitor writes hello
         ana takes
         ana adds ben",
        "ana adds ben",
        &expect!["refused: the state of the session does not allow it"],
    );
}

#[test]
fn t7_a_colleague_cannot_give_away_what_is_anothers() {
    check(
        "visitor writes hello
         ana takes",
        "ben transfers ben
         ben queues support
         ben adds cid",
        &expect![[r#"
            refused: not allowed
            refused: not allowed
            refused: not allowed"#]],
    );
}

#[test]
fn t7_a_supervisor_changes_anybodys_owner() {
    check(
        "visitor writes hello
         ana takes",
        "sue transfers ben",
        &expect![[r#"
            » ben owns it
            » ana left
            = 1 active by ben [ana left, ben joined]"#]],
    );
}

#[test]
fn t7_a_team_lead_does_not_transfer_the_own_session_by_default() {
    check(
        "visitor writes hello
         tom takes",
        "tom transfers ben",
        &expect!["refused: not allowed"],
    );
}

#[test]
fn t7_a_team_lead_transfers_by_setting() {
    check(
        "with team_lead_transfers
         visitor writes hello
         tom takes",
        "tom transfers ben",
        &expect![[r#"
            » ben owns it
            » tom left
            = 1 active by ben [tom left, ben joined]"#]],
    );
}

#[test]
fn t8_one_question_at_a_time() {
    check(
        "visitor writes hello
         ana takes
         ana requests o1 ben",
        "ana requests o2 cid
         ana invites o3 cid",
        &expect![[r#"
            refused: the state of the session does not allow it
            refused: the state of the session does not allow it"#]],
    );
}

#[test]
fn t9_an_agent_does_not_take_over_by_default() {
    check(
        "visitor writes hello
         ana takes",
        "ben takes",
        &expect!["refused: somebody else was faster"],
    );
}

#[test]
fn t9_an_agent_takes_over_by_setting() {
    check(
        "with agent_changes_owner
         visitor writes hello
         ana takes",
        "ben takes",
        &expect![[r#"
            » ben owns it
            » ana left
            = 1 active by ben [ana left, ben joined]"#]],
    );
}

#[test]
fn t9_taking_over_cancels_what_was_asked() {
    check(
        "visitor writes hello
         ana takes
         ana requests o1 ben",
        "sue takes",
        &expect![[r#"
              Transfer of ben: Cancelled
            » sue owns it
            » ana left
            = 1 active by sue [ana left, ben cancelled, sue joined]"#]],
    );
}

#[test]
fn t10_who_asked_takes_it_back() {
    check(
        "visitor writes hello
         ana takes
         ana requests o1 ben",
        "ana cancels
         ana cancels",
        &expect![[r#"
              Transfer of ben: Cancelled
            = 1 active by ana [ana joined, ben cancelled]
            refused: there is no such thing"#]],
    );
}

#[test]
fn t10_a_colleague_takes_nothing_back() {
    check(
        "visitor writes hello
         ana takes
         ana requests o1 ben",
        "ben cancels",
        &expect!["refused: not allowed"],
    );
}

#[test]
fn t10_what_the_desk_asks_is_not_taken_back() {
    check(
        "visitor writes hello
         desk offers o1 ana",
        "adam cancels",
        &expect!["refused: the state of the session does not allow it"],
    );
}

#[test]
fn t11_the_setting_says_whether_to_ask() {
    check(
        "visitor writes hello
         ana takes",
        "ana hands o1 ben",
        &expect![[r#"
              Transfer asked of ben by ana
            = 1 active by ana, Transfer asked of ben [ana joined, ben offered]"#]],
    );
}

#[test]
fn t11_the_setting_says_not_to_ask() {
    check(
        "with direct
         visitor writes hello
         ana takes",
        "ana hands o1 ben",
        &expect![[r#"
            » ben owns it
            » ana left
            = 1 active by ben [ana left, ben joined]"#]],
    );
}

#[test]
fn t12_a_session_has_so_many_agents_at_most() {
    check(
        "visitor writes hello
         ana takes
         ana adds a0
         ana adds a1
         ana adds a2
         ana adds a3
         ana adds a4
         ana adds a5
         ana adds a6",
        "ana adds ben",
        &expect!["refused: too many at once, the limit is 8"],
    );
}

#[test]
fn t13_a_silent_supervisor_joins_openly() {
    check(
        "visitor writes hello
         ana takes
         sue supervises",
        "sue adds sue
         sue writes hello",
        &expect![[r#"
            » sue joined
            = 1 active by ana [ana joined, sue joined]
            » sue wrote: hello
            = 1 active by ana [ana joined, sue joined]"#]],
    );
}
