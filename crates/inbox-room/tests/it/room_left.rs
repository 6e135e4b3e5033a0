//! RM32, RM46 and RM47: what is handed over, what is given to somebody who is not there, and writing to
//! somebody who has gone.

use inbox_protocol::{
    AgentBody, BulkOperation, FromAgent, InternalNotice, Refusal, ToAgent, TransferTarget,
};
use inbox_room::{DeskCommand, Input};
use inbox_types::{
    AwayReason, DisconnectedOwner, MemberId, Place, Presence, Role, SessionState, Timestamp,
    TransferMode,
};

use crate::stage::{Stage, facts, id};

fn agent_bodies(frames: &[ToAgent]) -> Vec<AgentBody> {
    let entries = frames.iter().filter_map(|frame| match frame {
        ToAgent::Entry { entry } => Some(entry.body.clone()),
        _ => None,
    });
    entries.collect()
}

/// How a session comes to ben.
fn comes_to_ben(stage: &mut Stage, how: &str) {
    let to_ben = TransferTarget::Agent(id("ben"));
    let direct = Some(TransferMode::Direct);
    match how {
        "given" => {
            stage.agent(
                2,
                FromAgent::Transfer { to: to_ben, mode: direct, reason: None, session: None },
            );
        }
        "given with others" => {
            let operation = BulkOperation::Transfer { agent: id("ben") };
            let grant = stage.grant("sue");
            stage.desk(DeskCommand::Bulk {
                grant,
                ticket: "t".to_owned(),
                operation,
                session: None,
            });
        }
        "left to" => {
            stage.agent(2, FromAgent::Invite { agent: id("ben"), mode: direct, session: None });
            stage.agent(2, FromAgent::Leave { session: None });
        }
        "named" | "named, by a member who may not answer any more" => {
            let mut facts = stage.facts.clone();
            let ana = facts.members.get_mut(&id::<MemberId>("ana")).unwrap();
            (ana.successor, ana.version) = (Some(id("ben")), ana.version + 1);
            match how {
                "named" => ana.removed = true,
                _ => ana.role = Role::Auditor,
            }
            stage.handle(Input::Facts(Box::new(facts)));
        }
        "inherited" | "inherited, when the owner was lost" => {
            stage.agent(2, FromAgent::Invite { agent: id("ben"), mode: direct, session: None });
            stage.wait(1_000);
            let agent: MemberId = id("ana");
            stage.desk(if how == "inherited" {
                DeskCommand::MemberRemoved { agent, to: None }
            } else {
                let since = Some(Timestamp::default());
                DeskCommand::Presence { agent, presence: Presence::Offline, since }
            });
        }
        "inherited, when it woke" => {
            stage.agent(2, FromAgent::Invite { agent: id("ben"), mode: direct, session: None });
            stage.agent(2, FromAgent::Snooze { until: None, session: None });
            let presence = Presence::Away(AwayReason::Lunch);
            stage.desk(DeskCommand::Presence { agent: id("ana"), presence, since: None });
            stage.wait(1_000);
            stage.visitor_says(1, "v9", "are you there?");
        }
        "taken" => {
            stage.agent_arrives(3, "ben");
            stage.agent(3, FromAgent::Take);
        }
        "accepted" => {
            stage.agent_arrives(3, "ben");
            let mode = Some(TransferMode::Request);
            stage.agent(2, FromAgent::Transfer { to: to_ben, mode, reason: None, session: None });
            let offer = stage.summary().session.offer.unwrap().id;
            stage.agent(3, FromAgent::Accept { offer });
        }
        other => panic!("{other}"),
    }
    assert_eq!(stage.summary().session.owner, Some(id("ben")), "{how}");
}

#[test]
fn rm46_what_was_given_to_somebody_who_was_not_there_waits_again() {
    use DisconnectedOwner::{Keep, Requeue};
    let by_others = [
        "given",
        "given with others",
        "left to",
        "named",
        "named, by a member who may not answer any more",
        "inherited",
        "inherited, when the owner was lost",
        "inherited, when it woke",
    ];
    for how in by_others.into_iter().chain(["taken", "accepted"]) {
        for gone in ["before", "after", "before, and looked"] {
            for setting in [Keep, Requeue] {
                if how == "inherited, when the owner was lost" && setting == Keep {
                    continue;
                }
                let mut facts = facts();
                facts.workspace.disconnected_owner = setting;
                facts.workspace.roles.agent_changes_owner = true;
                let mut stage = Stage::with(facts);
                stage.talk();
                let before = stage.now;
                stage.wait(1_000);
                comes_to_ben(&mut stage, how);
                stage.wait(1_000);
                if gone.ends_with("looked") {
                    stage.agent_arrives(4, "ben");
                    let place = Place(stage.memory.events.len() as u64);
                    stage.agent(4, FromAgent::Seen { place });
                }
                let since = Some(if gone == "after" { stage.now } else { before });
                let agent = id("ben");
                stage.desk(DeskCommand::Presence { agent, presence: Presence::Offline, since });
                let session = stage.summary().session;
                let n_told = session.added.iter().filter(|it| it.agent == id("ben")).count();
                let expected = match how {
                    "taken" | "accepted" => 0,
                    // Of being put in beside the owner, and of becoming the owner.
                    how if how == "left to" || how.starts_with("inherited") => 2,
                    _ => 1,
                };
                assert_eq!(n_told, expected, "{how}");
                let is_missed = by_others.contains(&how) && gone == "before";
                let goes_on = is_missed || setting == Requeue;
                let state = stage.summary().session.state;
                let expected = if goes_on { SessionState::Queued } else { SessionState::Active };
                assert_eq!(state, expected, "{how}, gone {gone}, {setting:?}");
            }
        }
    }
}

#[test]
fn rm47_the_team_is_told_that_nobody_reads_any_more() {
    for deed in ["log out", "revoke"] {
        let mut stage = Stage::in_talk();
        stage.agent_arrives(3, "sue");
        stage.forget_heard();
        match deed {
            "log out" => stage.handle(Input::Revoked),
            _ => stage.agent(3, FromAgent::Revoke),
        };
        let told = agent_bodies(&stage.agent_heard(2));
        let by = (deed == "revoke").then(|| id::<MemberId>("sue"));
        let line = told.iter().any(|it| match it {
            AgentBody::Internal(InternalNotice::SignedOut { agent }) => {
                agent.as_ref().map(|it| it.id.clone()) == by
            }
            _ => false,
        });
        assert!(line, "{deed}: {told:?}");
        let view = |stage: &Stage| {
            let views = stage.agent_heard(2).into_iter().filter_map(|it| match it {
                ToAgent::Conversation { conversation } => Some(conversation),
                _ => None,
            });
            views.last().unwrap()
        };
        assert!(view(&stage).signed_out, "{deed}");
        stage.agent_says(2, "a9", "Are you there?");
        assert_eq!(stage.refusals(2), [Refusal::NobodyReads], "{deed}");
        // Whoever writes is there.
        stage.visitor_arrives(9);
        stage.visitor_says(9, "v9", "I am back");
        assert!(!view(&stage).signed_out, "{deed}");
    }
    // Where nobody has said anything there is nothing to say it in.
    let mut stage = Stage::new();
    stage.handle(Input::Revoked);
    assert!(stage.memory.events.is_empty());
}

#[test]
fn rm32_what_was_handed_over_was_not_wrapped_up() {
    for (how, expected) in [("direct", true), ("asked", true), ("queue", true), ("ended", false)] {
        let mut stage = Stage::in_talk();
        stage.agent_arrives(3, "ben");
        let reason = Some("knows lids".to_owned().try_into().unwrap());
        let to_ben = TransferTarget::Agent(id("ben"));
        match how {
            "ended" => drop(stage.agent(2, FromAgent::End { ask: false, reason, session: None })),
            "queue" => {
                let to = TransferTarget::Department(id("support"));
                stage.agent(2, FromAgent::Transfer { to, mode: None, reason, session: None });
            }
            "direct" => {
                let mode = Some(TransferMode::Direct);
                stage.agent(2, FromAgent::Transfer { to: to_ben, mode, reason, session: None });
            }
            _ => {
                let mode = Some(TransferMode::Request);
                stage.agent(2, FromAgent::Transfer { to: to_ben, mode, reason, session: None });
                let offer = stage.summary().session.offer.unwrap().id;
                stage.agent(3, FromAgent::Accept { offer });
            }
        }
        let told = agent_bodies(&stage.agent_heard(2));
        let said = told.iter().find_map(|it| match it {
            AgentBody::Internal(InternalNotice::WrappedUp { handed_over, .. }) => {
                Some(*handed_over)
            }
            _ => None,
        });
        assert_eq!(said, Some(expected), "{how}: {told:?}");
    }
}
