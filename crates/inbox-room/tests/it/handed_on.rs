//! DK13 from one end to the other: what a conversation reports of what was asked, and whom the desk tells.

use inbox_protocol::{FromAgent, FromVisitor, TransferTarget};
use inbox_room::{DeskCommand, Input, RoomReport};
use inbox_types::{MemberId, Millis, Presence, Role, TransferMode};

use crate::{
    desk_stage::DeskStage,
    stage::{Stage, facts, id},
};

/// The desk hears what the conversation has reported since it was last asked.
fn pass_on(room: &mut Stage, desk: &mut DeskStage) {
    desk.now = desk.now.max(room.now);
    for report in std::mem::take(&mut room.reports) {
        if let RoomReport::Summary(summary) = report {
            desk.hears(&summary);
        }
    }
}

/// Ana is in talk; she and sue sit at the desk.
fn begin() -> (Stage, DeskStage) {
    let mut facts = facts();
    facts.workspace.roles.agent_changes_owner = true;
    facts.workspace.offer_deadline = Millis::minutes(5);
    let mut room = Stage::with(facts);
    room.talk();
    let mut desk = DeskStage::new();
    desk.arrives(1, "ana");
    desk.arrives(3, "sue");
    (room, desk)
}

#[test]
fn dk13_who_asked_hears_that_it_was_not_accepted_however_that_came() {
    type Way = (&'static str, fn(&mut Stage), bool);
    let ways: [Way; 12] = [
        ("ben declines", |it| decides(it, false), true),
        (
            "nobody answers",
            |it| {
                it.wait(Millis::minutes(6).0);
                it.handle(Input::Fired);
            },
            true,
        ),
        (
            "ben is removed",
            |it| {
                it.facts.members.get_mut(&id::<MemberId>("ben")).unwrap().removed = true;
                it.desk(DeskCommand::MemberRemoved { agent: id("ben"), to: None });
            },
            true,
        ),
        (
            "ben may not answer any more",
            |it| {
                let mut facts = it.facts.clone();
                let ben = facts.members.get_mut(&id::<MemberId>("ben")).unwrap();
                (ben.role, ben.version) = (Role::Marketer, ben.version + 1);
                it.handle(Input::Facts(Box::new(facts)));
            },
            true,
        ),
        (
            "ben has no connection",
            |it| {
                let presence = Presence::Offline;
                it.desk(DeskCommand::Presence { agent: id("ben"), presence, since: Some(it.now) });
            },
            true,
        ),
        ("sue takes it back", |it| drop(it.agent(5, FromAgent::CancelOffer)), true),
        ("sue takes over", |it| drop(it.agent(5, FromAgent::Take)), true),
        ("ben accepts", |it| decides(it, true), false),
        ("ana takes it back", |it| drop(it.agent(2, FromAgent::CancelOffer)), false),
        (
            "ana puts it aside",
            |it| drop(it.agent(2, FromAgent::Snooze { until: None, session: None })),
            false,
        ),
        (
            "ana ends",
            |it| drop(it.agent(2, FromAgent::End { ask: false, reason: None, session: None })),
            false,
        ),
        ("the visitor ends", |it| drop(it.visitor(1, FromVisitor::End)), false),
    ];
    for (how, ends, is_told) in ways {
        for transfer in [true, false] {
            let (mut room, mut desk) = begin();
            desk.arrives(2, "ben");
            room.agent_arrives(4, "ben");
            room.agent_arrives(5, "sue");
            let mode = Some(TransferMode::Request);
            room.agent(
                2,
                if transfer {
                    FromAgent::Transfer {
                        to: TransferTarget::Agent(id("ben")),
                        mode,
                        reason: None,
                        session: None,
                    }
                } else {
                    FromAgent::Invite { agent: id("ben"), mode, session: None }
                },
            );
            assert!(room.summary().session.offer.is_some());
            pass_on(&mut room, &mut desk);
            desk.forget_heard();
            room.wait(1_000);
            ends(&mut room);
            pass_on(&mut room, &mut desk);
            let told = desk.notices(1).contains(&"+not-accepted:main-c1".to_owned());
            assert_eq!(told, is_told, "{how}, transfer: {transfer}: {:?}", desk.notices(1));
        }
    }
}

/// Ben answers what he is asked.
fn decides(room: &mut Stage, accept: bool) {
    room.desk(DeskCommand::Report);
    let offer = room.summary().session.offer.unwrap().id;
    room.agent(4, if accept { FromAgent::Accept { offer } } else { FromAgent::Decline { offer } });
}
