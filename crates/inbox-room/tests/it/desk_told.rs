//! DK120 to DK122: what is told to everybody, and what costs more than it says.

use inbox_protocol::{CloseCode, FromDesk, SavedView, ToDesk};
use inbox_room::{Conn, DeskFacts, DeskInput};
use inbox_types::{AwayReason, Presence, Role, limits};

use crate::{
    desk_stage::{DeskStage, Later as _, desk_facts, queued},
    stage::{id, member},
};

/// What somebody changes of a workspace.
type Change = fn(&mut DeskFacts);

fn view(key: &str, by: &str, shared: bool) -> SavedView {
    SavedView {
        id: id(key),
        name: "Angry".to_owned().try_into().unwrap(),
        address: "tab=all&stars=1".to_owned().try_into().unwrap(),
        by: id(by),
        shared,
    }
}

/// Who of ana, ben and sue is told of the workspace anew.
fn told(stage: &DeskStage) -> Vec<&'static str> {
    let is_told = |conn| {
        stage.heard_by(conn).iter().any(|it| matches!(it, ToDesk::Workspace(_) | ToDesk::List(_)))
    };
    let people = [(1, "ana"), (2, "ben"), (3, "sue")];
    people.into_iter().filter(|(conn, _)| is_told(*conn)).map(|it| it.1).collect()
}

#[test]
fn dk120_what_somebody_has_for_themselves_is_told_nobody_else() {
    let mut stage = DeskStage::new();
    for (conn, who) in [(1, "ana"), (2, "ben"), (3, "sue")] {
        stage.arrives(conn, who);
    }
    stage.hears(&queued("main-c1", stage.now));
    let table: [(&str, Change, &[&str]); 8] = [
        ("a list of her own", |it| it.views.push(view("v1", "ana", false)), &["ana"]),
        ("a shared list", |it| it.views.push(view("v2", "ben", true)), &["ana", "ben", "sue"]),
        ("her own list goes", |it| it.views.retain(|it| it.shared), &["ana"]),
        (
            "a sign-in ends",
            |it| it.members.get_mut(&id::<inbox_types::MemberId>("adam")).unwrap().version += 1,
            &[],
        ),
        (
            "a name",
            |it| {
                let adam = it.members.get_mut(&id::<inbox_types::MemberId>("adam")).unwrap();
                adam.name = "Adam B".to_owned().try_into().unwrap();
            },
            &["ana", "ben", "sue"],
        ),
        (
            "somebody new",
            |it| drop(it.members.insert(id("kim"), member("Kim", Role::Agent))),
            &["ana", "ben", "sue"],
        ),
        ("a setting", |it| it.settings.capacity += 1, &["ana", "ben", "sue"]),
        // A campaign that is saved, for one, changes nothing that anybody at the desk is shown.
        ("nothing", |_| (), &[]),
    ];
    for (what, change, expected) in table {
        stage.forget_heard();
        let mut facts = stage.facts.clone();
        change(&mut facts);
        stage.handle(DeskInput::Facts(Box::new(facts)));
        assert_eq!(told(&stage), expected, "{what}");
    }
    stage.forget_heard();
    stage.handle(DeskInput::FactsAgain(Box::new(stage.facts.clone())));
    assert_eq!(told(&stage), ["ana", "ben", "sue"], "who says it again does not know who heard it");
}

#[test]
fn dk120_whose_sign_in_ends_is_told_of_it_and_everybody_works_on() {
    let mut stage = DeskStage::with(desk_facts());
    stage.arrives(1, "ana");
    stage.arrives(2, "ben");
    stage.hears(&queued("main-c1", stage.now).active("ana"));
    let facts = stage.signed_out("ana");
    stage.handle(DeskInput::Facts(Box::new(facts)));
    assert_eq!(stage.closed.get(&Conn(1)), Some(&CloseCode::Unauthorized));
    assert!(stage.commands.iter().any(|(it, _)| it.as_str() == "main-c1"), "and so does her place");
    stage.arrives(4, "ana");
    assert!(stage.heard_by(4).iter().any(|it| matches!(it, ToDesk::Welcome(_))));
}

#[test]
fn dk121_a_presence_is_told_everybody_and_counts_as_many_frames() {
    let mut stage = DeskStage::new();
    stage.arrives(1, "ana");
    stage.wait(limits::RATE_SPAN.0);
    let presences = [Presence::Away(AwayReason::default()), Presence::Available];
    let n = limits::RATE_FRAMES / limits::RATE_COST_OF_PRESENCE;
    for (_, presence) in (0..n).zip(presences.into_iter().cycle()) {
        stage.says(1, FromDesk::SetPresence { presence });
        assert!(stage.closed.is_empty());
    }
    stage.says(1, FromDesk::SetPresence { presence: presences[1] });
    assert_eq!(stage.closed.get(&Conn(1)), Some(&CloseCode::Rate));
}
