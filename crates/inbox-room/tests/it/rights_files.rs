//! RM34, RM56: rights to files, and rights that end while one is under way.

use inbox_protocol::{FromAgent, FromVisitor, Refusal, ToAgent};
use inbox_room::{DeskCommand, Input, Principal, VisitorCredentials};
use inbox_types::Role;

use crate::{
    rights::{change, member_of},
    stage::{Stage, id},
};

/// The address of a file opens just as the conversation itself would, whatever happens to either.
#[test]
fn rm56_a_file_opens_for_whom_its_conversation_opens_and_as_masked() {
    type Happens = fn(&mut Stage);
    let happenings: [(&str, Happens); 7] = [
        ("nothing", |_| ()),
        ("another department", |stage| {
            stage.agent_arrives(3, "adam");
            stage.agent(3, FromAgent::SetDepartment { department: id("support") });
        }),
        ("a block that will erase it", |stage| {
            let grant = stage.grant("adam");
            let operation = inbox_protocol::BulkOperation::Block { unsubscribe: true, purge: true };
            stage.desk(DeskCommand::Bulk {
                grant,
                ticket: "t".to_owned(),
                operation,
                session: None,
            });
        }),
        ("masking", |stage| change(stage, |it| it.site.mask_sensitive = true)),
        ("own conversations alone", |stage| {
            change(stage, |it| it.workspace.roles.agent_view = inbox_types::AgentView::Own);
        }),
        ("the end", |stage| {
            stage.visitor(1, FromVisitor::End);
        }),
        ("an erasure", |stage| {
            stage.agent_arrives(3, "adam");
            stage.agent(3, FromAgent::Erase);
        }),
    ];
    let mut answers = std::collections::BTreeSet::new();
    for (what, happens) in happenings {
        let mut stage = Stage::in_talk();
        happens(&mut stage);
        stage.wait(1_000);
        for (no, name) in ["ana", "ben", "cleo", "sue", "adam", "mark"].into_iter().enumerate() {
            let conn = 40 + no as u64;
            let opens = stage.woken().is_masked_for(stage.now, &stage.grant(name));
            stage.agent_arrives(conn, name);
            let told = stage.agent_heard(conn).into_iter().find_map(|it| match it {
                ToAgent::Welcome(welcome) => Some(welcome.conversation),
                _ => None,
            });
            let views = told.filter(|it| it.may.contains(&inbox_types::Action::View));
            assert_eq!(opens.ok(), views.map(|it| it.masked), "{name} after {what}");
            answers.insert(opens);
        }
    }
    assert_eq!(answers, [Ok(false), Ok(true), Err(Refusal::NotFound)].into(), "each is tried");
}

/// Whatever ends the right to write while the bytes are under way, they are not taken.
#[test]
fn rm34_rights_that_end_while_an_upload_is_under_way_end_it() {
    type Happens = fn(&mut Stage);
    let (nobody, visitors, agents) = ((true, true), (false, true), (true, false));
    let happenings: [(&str, Happens, (bool, bool)); 10] = [
        ("nothing", |_| (), nobody),
        ("an hour", |stage| stage.wait(3_600_000), nobody),
        ("removed", |stage| change(stage, |it| member_of(it).removed = true), agents),
        ("demoted", |stage| change(stage, |it| member_of(it).role = Role::Marketer), agents),
        ("a new password", |stage| change(stage, |it| member_of(it).signed_out = 2), agents),
        (
            "another department",
            |stage| change(stage, |it| member_of(it).departments = vec![id("support")]),
            agents,
        ),
        ("the site deleted", |stage| change(stage, |it| it.site_deleted = true), visitors),
        ("logged out", |stage| drop(stage.handle(Input::Revoked)), visitors),
        (
            "signed out by an agent",
            |stage| {
                stage.agent_arrives(3, "adam");
                stage.agent(3, FromAgent::Revoke);
            },
            visitors,
        ),
        (
            "erased",
            |stage| {
                stage.agent_arrives(3, "adam");
                stage.agent(3, FromAgent::Erase);
            },
            visitors,
        ),
    ];
    for (what, happens, (visitor_finishes, agent_finishes)) in happenings {
        let mut stage = Stage::in_talk();
        let visitor =
            Principal::Visitor(VisitorCredentials { generation: 0, renew: false, since: None });
        let agent = Principal::Agent(stage.grant("ben"));
        let room = stage.woken();
        assert_eq!(room.may_upload(stage.now, &visitor, 0), Ok(()));
        assert_eq!(room.may_upload(stage.now, &agent, 0), Ok(()));
        happens(&mut stage);
        let room = stage.woken();
        assert_eq!(room.may_finish_upload(&visitor).is_ok(), visitor_finishes, "visitor: {what}");
        assert_eq!(room.may_finish_upload(&agent).is_ok(), agent_finishes, "agent: {what}");
    }
}
