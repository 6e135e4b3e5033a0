//! Blocking and erasing.

use expect_test::expect;

use crate::check;

#[test]
fn b1_a_block_closes_the_session_and_hides_itself() {
    check(
        "visitor writes hello
         ana takes",
        "sue blocks",
        &expect![[r#"
              closed(Blocked) by sue, rating None
              blocked, unsubscribed: false
            = 1 closed(Blocked) [ana left]"#]],
    );
}

#[test]
fn b1_an_offer_is_withdrawn_first() {
    check(
        "visitor writes hello
         desk offers o1 ana",
        "sue blocks",
        &expect![[r#"
              Assign of ana: Cancelled
              closed(Blocked) by sue, rating None
              blocked, unsubscribed: false
            = 1 closed(Blocked) [ana cancelled]"#]],
    );
}

#[test]
fn b2_a_blocked_contact_is_not_heard() {
    check(
        "visitor writes hello
         ana takes
         sue blocks",
        "visitor writes hello
         visitor names name=Kim
         sue blocks
         visitor rates 1 5",
        &expect![[r#"
            refused: the contact is blocked
            refused: the contact is blocked
            refused: the contact is blocked
            refused: the state of the session does not allow it"#]],
    );
}

#[test]
fn b3_who_is_unblocked_is_heard_again() {
    check(
        "visitor writes hello
         ana takes
         sue blocks",
        "sue unblocks
         visitor writes hello
         sue unblocks",
        &expect![[r#"
              unblocked
            = 1 closed(Blocked) [ana left]
            » reopened to the queue
            » visitor wrote: hello
            = 1 queued [ana left]
            refused: the state of the session does not allow it"#]],
    );
}

#[test]
fn b4_an_agent_does_not_block_by_default() {
    check(
        "visitor writes hello
         ana takes",
        "ana blocks
         tom blocks",
        &expect![[r#"
            refused: not allowed
            refused: not allowed"#]],
    );
}

#[test]
fn b4_an_agent_blocks_by_setting() {
    check(
        "with agent_blocks
         visitor writes hello
         ana takes",
        "ana blocks",
        &expect![[r#"
              closed(Blocked) by ana, rating None
              blocked, unsubscribed: false
            = 1 closed(Blocked) [ana left]"#]],
    );
}

#[test]
fn b5_a_bulk_blacklist_unsubscribes_and_erases_after_a_grace() {
    check(
        "visitor writes hello
         ana takes
         adam blacklists
         after 29d",
        "timer fires purge
         after 1d
         timer fires purge
         visitor writes hello",
        &expect![[r#"
            refused: not due
            = 1 closed(Blocked) [ana left]
              erased by nobody
            = 1 closed(Blocked) [ana left]
            refused: there is no such thing"#]],
    );
}

#[test]
fn b5_unblocking_within_the_grace_keeps_the_conversation() {
    check(
        "visitor writes hello
         ana takes
         adam blacklists
         adam unblocks
         after 30d",
        "timer fires purge",
        &expect!["refused: not due"],
    );
}

#[test]
fn b5_a_grace_of_zero_erases_at_once() {
    check(
        "with grace 0s
         visitor writes hello
         ana takes",
        "adam blacklists",
        &expect![[r#"
              closed(Blocked) by adam, rating None
              blocked, unsubscribed: true, to be erased
              erased by adam
            = 1 closed(Blocked) [ana left]"#]],
    );
}

#[test]
fn b5_a_grace_is_thirty_days_at_most() {
    check(
        "with grace 90d
         visitor writes hello
         ana takes
         adam blacklists
         after 30d",
        "timer fires purge",
        &expect![[r#"
              erased by nobody
            = 1 closed(Blocked) [ana left]"#]],
    );
}

#[test]
fn b6_only_who_may_erase_purges() {
    check(
        "visitor writes hello
         ana takes",
        "sue blacklists
         adam blacklists",
        &expect![[r#"
            refused: not allowed
              closed(Blocked) by adam, rating None
              blocked, unsubscribed: true, to be erased
            = 1 closed(Blocked) [ana left]"#]],
    );
}

#[test]
fn b7_erasing_ends_everything() {
    check(
        "visitor writes hello
         ana takes
         ana requests o1 ben",
        "ana erases
         sue erases
         adam erases
         ana writes hello
         visitor writes hello",
        &expect![[r#"
            refused: not allowed
            refused: not allowed
              Transfer of ben: Cancelled
              erased by adam
            = 1 active by ana [ana joined, ben cancelled]
            refused: there is no such thing
            refused: there is no such thing"#]],
    );
}

#[test]
fn b8_nobody_reads_what_is_to_be_erased() {
    check(
        "visitor writes hello
         ana takes
         adam blacklists",
        "ana notes hello
         ana reopens",
        &expect![[r#"
            refused: not allowed
            refused: not allowed"#]],
    );
}
