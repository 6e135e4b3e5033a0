//! How many sign-ins a member has, and what ends with one.

use inbox_protocol::Refusal;
use inbox_room::DeskFacts;
use inbox_types::{
    MemberId, Millis,
    limits::{SIGN_IN_LIFE, SIGN_INS},
};
use serde::Deserialize;
use serde_json::json;

use super::{
    Asked, Office, PASSWORD, Role, WorkspaceRequest, ask, cookie, id, named, reason, token,
};
use crate::{platform, refuse::ApiError, workspace::news::News};

#[derive(Deserialize)]
struct Rows {
    n: u64,
}

fn n_rows(office: &Office, table: &str) -> u64 {
    let query = format!("SELECT COUNT(*) AS n FROM {table}");
    let rows: Option<Rows> = office.store.first(&query, Vec::new()).expect("a count");
    rows.expect("a row").n
}

/// The versions of a member's rights: now, and when whoever was signed in before was signed out last.
fn rights(office: &Office, member: &MemberId) -> (u64, u64) {
    let facts = ask(&office.workspace, WorkspaceRequest::DeskFacts).expect("facts").answer;
    let facts: DeskFacts = serde_json::from_value(facts).expect("facts of the desk");
    let row = &facts.members[member];
    (row.version, row.signed_out)
}

#[test]
fn one_sign_in_too_many_ends_the_one_used_longest_ago_and_its_sockets() {
    let office = Office::new();
    let begin = platform::now();
    let (ana, first) = office.member("Ana", Role::Agent);
    let ana: MemberId = id(&ana);
    let by_link =
        || office.use_link(&token(&office.done("make_sign_in_link", named(ana.as_str()))));
    let mut last = first.clone();
    for n in 1..SIGN_INS {
        platform::set_now(begin.after(Millis::minutes(n)));
        let answer = office.sign_in("Ana", PASSWORD).expect("signed in");
        assert_eq!(answer.news, None, "nothing has ended");
        last = cookie(answer);
    }
    assert_eq!(rights(&office, &ana), (1, 0));
    // The first is used once more, so that the second is the oldest.
    platform::set_now(begin.after(Millis::minutes(SIGN_INS)));
    assert!(office.command(&first, "me", Asked::default()).is_ok());
    for (n, ways_in) in [(1, false), (2, true)] {
        let answer = if ways_in { by_link() } else { office.sign_in("Ana", PASSWORD) };
        let answer = answer.expect("signed in");
        assert_eq!(answer.news, Some(News::Desk), "consoles of what ended are to end");
        assert_eq!(rights(&office, &ana), (1 + n, 1 + n));
        assert!(office.command(&cookie(answer), "me", Asked::default()).is_ok());
    }
    assert!(office.command(&first, "me", Asked::default()).is_ok());
    assert!(office.command(&last, "me", Asked::default()).is_ok());
    let sign_ins = office.command(&first, "sign_ins", Asked::default()).expect("a list").answer;
    assert_eq!(sign_ins.as_array().map(Vec::len), usize::try_from(SIGN_INS).ok());
    platform::set_now(begin);
}

#[test]
fn many_sign_ins_in_one_moment_do_not_end_the_newest() {
    let office = Office::new();
    for _ in 0..SIGN_INS {
        let made = cookie(office.sign_in("olga", PASSWORD).expect("signed in"));
        assert!(office.command(&made, "me", Asked::default()).is_ok());
    }
    assert_eq!(n_rows(&office, "sign_ins"), SIGN_INS);
}

#[test]
fn what_has_ended_by_itself_is_not_kept() {
    let office = Office::new();
    let begin = platform::now();
    let (ana, _) = office.member("Ana", Role::Agent);
    for _ in 0..3 {
        let link = office.done("make_sign_in_link", named(&ana));
        office.use_link(&token(&link)).expect("signed in");
    }
    let tables = ["sign_ins", "made_sign_ins", "link_sign_ins"];
    let before = tables.map(|it| n_rows(&office, it));
    platform::set_now(begin.after(SIGN_IN_LIFE).after(Millis(1)));
    let again = office.sign_in("Ana", PASSWORD).expect("signed in");
    assert_eq!(again.news, Some(News::Desk));
    // Hers are gone: three by link, and the one by which she came.
    let after = tables.map(|it| n_rows(&office, it));
    assert_eq!(after, [before[0] - 4 + 1, before[1] - 4, before[2] - 3]);
    platform::set_now(begin);
}

#[test]
fn a_fault_while_one_ends_ends_nothing_neither_stored_nor_in_memory() {
    let office = Office::new();
    let me = office.done("me", Asked::default());
    let olga_id: MemberId = id(me["member"]["id"].as_str().expect("an id"));
    for _ in 1..SIGN_INS {
        office.sign_in("olga", PASSWORD).expect("signed in");
    }
    let (before, rights_before) = (office.stored(), rights(&office, &olga_id));
    let refuse =
        "CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'full'); END";
    office.store.run(refuse, Vec::new()).expect("a trigger");
    assert!(matches!(office.sign_in("olga", PASSWORD), Err(ApiError::Fault(_))));
    assert_eq!(office.stored(), before);
    assert_eq!(rights(&office, &olga_id), rights_before);
    office.store.run("DROP TRIGGER full", Vec::new()).expect("no trigger");
    assert!(office.command(&office.olga, "me", Asked::default()).is_ok());
}

#[test]
fn a_changed_password_ends_every_other_sign_in_and_the_old_password() {
    let office = Office::new();
    let other = cookie(office.sign_in("olga", PASSWORD).expect("signed in"));
    let form = json!({ "old": PASSWORD, "new": "battery staple" });
    let changed =
        office.command(&office.olga, "change_password", Asked { form, ..Asked::default() });
    assert_eq!(changed.expect("changed").news, Some(News::Desk));
    assert_eq!(reason(office.command(&other, "me", Asked::default())), Refusal::Unauthorized);
    assert!(office.command(&office.olga, "me", Asked::default()).is_ok());
    assert_eq!(reason(office.sign_in("olga", PASSWORD)), Refusal::Unauthorized);
    assert!(office.sign_in("olga", "battery staple").is_ok());
}

#[test]
fn by_which_link_somebody_came_is_forgotten_with_the_sign_in_that_they_end() {
    let office = Office::new();
    let (ana, _) = office.member("Ana", Role::Agent);
    let by_link = || office.use_link(&token(&office.done("make_sign_in_link", named(&ana))));
    let of_links = || ["made_sign_ins", "link_sign_ins"].map(|it| n_rows(&office, it));
    let before = of_links();
    let [own, other, _third] = [(); 3].map(|()| cookie(by_link().expect("signed in")));
    assert_eq!(of_links(), before.map(|it| it + 3));
    let other = other.split('.').next().expect("an id");
    office.command(&own, "revoke_sign_in", named(other)).expect("ended");
    assert_eq!(of_links(), before.map(|it| it + 2));
    let form = json!({ "old": PASSWORD, "new": "battery staple" });
    office.command(&own, "change_password", Asked { form, ..Asked::default() }).expect("changed");
    // She is still signed in by a link, but has had her chance.
    let members = format!("made_sign_ins WHERE member = '{ana}'");
    assert_eq!(n_rows(&office, &members), 1);
    assert_eq!(n_rows(&office, &format!("link_sign_ins WHERE member = '{ana}'")), 0);
}
