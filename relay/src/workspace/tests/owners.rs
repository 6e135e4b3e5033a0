//! A workspace keeps an owner who can come in, whatever becomes of the others.

use inbox_protocol::Refusal;
use serde_json::{Value as Json, json};

use super::{Asked, Office, PASSWORD, Role, cookie, named, reason, token};

fn role(id: &str, role: Role) -> Asked {
    Asked { form: json!({ "role": role }), ..named(id) }
}

/// A member whom the holder of a cookie invited, and who has set a password.
fn invited_by(office: &Office, by: &str, who: &str, role: Role) -> String {
    let form = json!({
        "name": who, "email": format!("{who}@pots.example"), "role": role, "departments": [],
    });
    let link = office.command(by, "invite", Asked { form, ..Asked::default() });
    cookie(office.accept(&token(&link.expect("a link").answer)).expect("a member"));
    id_of(office, by, who)
}

fn id_of(office: &Office, by: &str, who: &str) -> String {
    let settings = office.command(by, "settings", Asked::default()).expect("settings").answer;
    let all = settings["members"].as_array().expect("a list").clone();
    let found = all.iter().find(|it| it["name"] == who).expect("a member");
    found["id"].as_str().expect("an id").to_owned()
}

/// Whether anybody comes in as an owner, by what everybody knows.
fn an_owner_comes_in(office: &Office, who: &[&str]) -> bool {
    who.iter().any(|it| {
        let Ok(answer) = office.sign_in(it, PASSWORD) else { return false };
        let me = office.command(&cookie(answer), "me", Asked::default()).expect("a member").answer;
        me["member"]["role"] == "owner"
    })
}

#[test]
fn the_last_owner_who_can_come_in_stays() {
    type Goes = fn(&Office, &str, &str) -> super::Result<super::Answer>;
    let ways: [(&str, Goes); 3] = [
        ("removed", |office, by, id| office.command(by, "delete_member", named(id))),
        ("demoted", |office, by, id| office.command(by, "patch_member", role(id, Role::Admin))),
        ("demoted to agent", |office, by, id| {
            office.command(by, "patch_member", role(id, Role::Agent))
        }),
    ];
    // By whose invitation Ana has her password: as an owner she keeps it only if an owner made that.
    for (inviter, keeps) in [("Olga", true), ("Adam", false)] {
        for (way, goes) in ways {
            let office = Office::new();
            let (_, adam) = office.member("Adam", Role::Admin);
            let by = if inviter == "Adam" { adam } else { office.olga.clone() };
            let ana = invited_by(&office, &by, "Ana", Role::Agent);
            let olga = id_of(&office, &office.olga, "Olga");
            office.done("patch_member", role(&ana, Role::Owner));
            let (stored, log) = (office.stored(), office.log());
            let gone = goes(&office, &office.olga, &olga);
            assert_eq!(gone.is_ok(), keeps, "{way}, invited by {inviter}: {gone:?}");
            assert!(an_owner_comes_in(&office, &["olga", "Ana"]), "{way}, invited by {inviter}");
            if keeps {
                continue;
            }
            assert_eq!(reason(gone), Refusal::State);
            assert_eq!(office.log().len(), log.len() + 1, "only that she signed in again");
            assert_eq!(office.stored().lines().next(), stored.lines().next(), "{way}");

            // She sets one by a link of Olga's, and then Olga may go.
            let link = office.done("make_sign_in_link", named(&ana));
            let by_link = cookie(office.use_link(&token(&link)).expect("signed in"));
            let form = json!({ "old": Json::Null, "new": "battery staple" });
            let set =
                office.command(&by_link, "change_password", Asked { form, ..Asked::default() });
            assert!(set.is_ok(), "{set:?}");
            let gone = goes(&office, &office.olga, &olga);
            assert!(gone.is_ok(), "{way}: {gone:?}");
            assert!(office.sign_in("Ana", "battery staple").is_ok(), "{way}");
        }
    }
}

/// Ana's password holds as long as Adam is an owner too, so that his going would end it.
#[test]
fn whoever_goes_takes_no_other_owner_with_them() {
    let office = Office::new();
    let (adam_id, adam) = office.member("Adam", Role::Admin);
    let ana = invited_by(&office, &adam, "Ana", Role::Agent);
    office.done("patch_member", role(&adam_id, Role::Owner));
    office.done("patch_member", role(&ana, Role::Owner));
    let olga = id_of(&office, &office.olga, "Olga");
    let adam = cookie(office.sign_in("Adam", PASSWORD).expect("an owner"));
    assert!(office.command(&adam, "delete_member", named(&olga)).is_ok(), "two are left");
    for asked in [named(&adam_id), role(&adam_id, Role::Admin)] {
        let command = if asked.form.is_null() { "delete_member" } else { "patch_member" };
        assert_eq!(reason(office.command(&adam, command, asked)), Refusal::State, "{command}");
        assert!(an_owner_comes_in(&office, &["Adam"]) && an_owner_comes_in(&office, &["Ana"]));
    }
}
