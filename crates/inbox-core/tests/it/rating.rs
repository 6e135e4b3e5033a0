//! The rating of a session.

use expect_test::expect;

use crate::check;

#[test]
fn r1_the_rating_follows_the_close() {
    check(
        "with rating
         visitor writes hello
         ana takes",
        "ana ends
         visitor rates 1 5 thanks",
        &expect![[r#"
            » closed(Agent) by ana, rating Optional
            = 1 closed(Agent) [ana left]
            » rated 5: thanks
            = 1 closed(Agent) [ana left]"#]],
    );
}

#[test]
fn r1_the_visitors_own_end_is_rated_too() {
    check(
        "with rating
         visitor writes hello
         ana takes",
        "visitor ends",
        &expect![[r#"
            » closed(Customer) by nobody, rating Optional
            = 1 closed(Customer) [ana wrapup]"#]],
    );
}

#[test]
fn r1_a_deleted_site_asks_nobody() {
    check(
        "with rating
         visitor writes hello
         ana takes",
        "desk deletes_site",
        &expect![[r#"
            » closed(AssetDeleted) by nobody, rating None
            = 1 closed(AssetDeleted) [ana wrapup]"#]],
    );
}

#[test]
fn r1_an_open_session_is_not_rated() {
    check(
        "with rating
         visitor writes hello
         ana takes",
        "visitor rates 1 5",
        &expect!["refused: the state of the session does not allow it"],
    );
}

#[test]
fn r2_a_rating_has_one_to_five_stars() {
    check(
        "with rating
         visitor writes hello
         ana takes
         ana ends",
        "visitor rates 1 0
         visitor rates 1 6
         visitor rates 2 5",
        &expect![[r#"
            refused: not a possible value
            refused: not a possible value
            refused: there is no such thing"#]],
    );
}

#[test]
fn r2_a_session_is_rated_once() {
    check(
        "with rating
         visitor writes hello
         ana takes
         ana ends
         visitor rates 1 5",
        "visitor rates 1 4",
        &expect!["refused: the state of the session does not allow it"],
    );
}

#[test]
fn r2_only_the_visitor_rates() {
    check(
        "with rating
         visitor writes hello
         ana takes
         ana ends",
        "ana rates 1 5",
        &expect!["refused: not allowed"],
    );
}

#[test]
fn r3_a_mandatory_rating_blocks_a_new_session() {
    check(
        "with mandatory_rating
         visitor writes hello
         ana takes
         visitor ends",
        "visitor writes hello again
         visitor rates 1 3
         visitor writes hello again",
        &expect![[r#"
            refused: a rating is required
            » rated 3
            = 1 closed(Customer) [ana wrapup]
              opened for sales
            » visitor wrote: hello again
            = 2 queued"#]],
    );
}

#[test]
fn r3_a_mandatory_rating_does_not_block_the_same_session() {
    check(
        "with mandatory_rating
         visitor writes hello
         ana takes
         ana ends",
        "visitor writes one more thing",
        &expect![[r#"
            » reopened to the queue
            » visitor wrote: one more thing
            = 1 queued [ana left]"#]],
    );
}

#[test]
fn r4_reopening_discards_the_card() {
    check(
        "with mandatory_rating
         visitor writes hello
         ana takes
         ana ends
         visitor writes one more thing",
        "visitor rates 1 5",
        &expect!["refused: the state of the session does not allow it"],
    );
}

#[test]
fn r4_a_given_rating_stays_and_is_not_asked_for_again() {
    check(
        "with rating
         visitor writes hello
         ana takes
         ana ends
         visitor rates 1 5
         visitor writes one more thing
         ana takes",
        "ana ends",
        &expect![[r#"
            » closed(Agent) by ana, rating None
            = 1 closed(Agent) [ana left]"#]],
    );
}

#[test]
fn r5_an_optional_rating_blocks_nothing() {
    check(
        "with rating
         visitor writes hello
         ana takes
         visitor ends",
        "visitor writes hello again
         visitor rates 1 5",
        &expect![[r#"
              opened for sales
            » visitor wrote: hello again
            = 2 queued
            refused: there is no such thing"#]],
    );
}
