//! What agents want of the desk: places in conversations, operations on many, pages of lists.

use inbox_protocol::{
    BulkOperation, CloseCode, FromAgent, FromDesk, ListQuery, ListSort, ListTab, Refusal,
};
use inbox_room::{Conn, DeskCommand, DeskInput, Input, MemberFacts, RoomReport, Summary};
use inbox_types::{
    Assignment, AwayReason, ConversationId, MemberId, Millis, Presence, Role, Timestamp, limits,
};

use crate::{
    desk_stage::{DeskStage, Later, desk_facts, queued},
    stage::{Stage, facts, id},
};

/// Ana and Ben, who have room for one each, and nobody is asked by the desk.
fn manual() -> DeskStage {
    let mut facts = desk_facts();
    facts.settings.capacity = 1;
    facts.departments[0].assignment = Assignment::Manual;
    let mut desk = DeskStage::with(facts);
    desk.arrives(1, "ana");
    desk.arrives(2, "ben");
    desk
}

/// What a conversation tells when somebody wants it as it stands.
fn wants(desk: &mut DeskStage, agent: &str, stands: &Summary) -> DeskCommand {
    desk.commands.clear();
    let wanted = RoomReport::Wanted {
        conn: Conn(9),
        session: stands.session.no,
        queued_at: stands.session.queued_at,
        version: stands.version,
        agent: id(agent),
    };
    desk.reports(stands.conversation.as_str(), wanted);
    desk.commands.last().expect("an answer").1.clone()
}

fn refused(command: &DeskCommand) -> Option<Refusal> {
    match command {
        DeskCommand::Refuse { reason, .. } => Some(*reason),
        _ => None,
    }
}

/// The same conversation, once it waits again.
fn queued_again(mut summary: Summary, at: Timestamp) -> Summary {
    summary = summary.later(2);
    summary.session.state = inbox_types::SessionState::Queued;
    summary.session.owner = None;
    summary.session.queued_at = Some(at);
    summary
}

#[test]
fn dk36_what_a_conversation_told_before_a_wish_lets_no_place_go() {
    let mut desk = manual();
    let first = queued("main-c1", desk.now);
    desk.hears(&first);
    desk.hears(&queued("main-c2", desk.now));
    // Ben had it and left again, and Ana wants it, before the desk hears of Ben.
    let with_ben = first.active("ben");
    let again = queued_again(with_ben.clone(), desk.now.after(Millis::seconds(1)));
    assert_eq!(refused(&wants(&mut desk, "ana", &again)), None);
    desk.hears(&with_ben);
    let other = queued("main-c2", desk.now);
    assert_eq!(refused(&wants(&mut desk, "ana", &other)), Some(Refusal::NoCapacity));
    desk.hears(&again);
    assert_eq!(refused(&wants(&mut desk, "ana", &other)), Some(Refusal::NoCapacity));
    // What is told after it does.
    desk.hears(&again.clone().active("ben"));
    assert_eq!(refused(&wants(&mut desk, "ana", &other)), None);
}

#[test]
fn dk36_a_wish_that_is_told_twice_keeps_nobody_else_waiting() {
    let mut desk = manual();
    let first = queued("main-c1", desk.now);
    desk.hears(&first);
    assert_eq!(refused(&wants(&mut desk, "ana", &first)), None);
    let with_ana = first.clone().active("ana");
    desk.hears(&with_ana);
    let again = queued_again(with_ana, desk.now.after(Millis::seconds(1)));
    desk.hears(&again);
    // The conversation is asked, and says no: its turn in the queue is over.
    assert!(matches!(wants(&mut desk, "ana", &first), DeskCommand::Take { .. }));
    assert_eq!(refused(&wants(&mut desk, "ben", &again)), None);
}

#[test]
fn dk36_an_older_wish_of_the_same_agent_takes_no_place_from_a_newer_one() {
    let mut desk = manual();
    let first = queued("main-c1", desk.now);
    desk.hears(&first);
    desk.hears(&queued("main-c2", desk.now));
    let with_ana = first.clone().active("ana");
    let again = queued_again(with_ana.clone(), desk.now.after(Millis::seconds(1)));
    assert_eq!(refused(&wants(&mut desk, "ana", &again)), None);
    assert!(matches!(wants(&mut desk, "ana", &first), DeskCommand::Take { .. }));
    desk.hears(&with_ana);
    desk.hears(&again);
    let other = queued("main-c2", desk.now);
    assert_eq!(refused(&wants(&mut desk, "ana", &other)), Some(Refusal::NoCapacity));
}

#[test]
fn rm53_a_place_that_comes_too_late_is_taken_from_nobody() {
    let mut facts = facts();
    facts.workspace.roles.agent_changes_owner = true;
    let mut room = Stage::with(facts);
    room.visitor_arrives(1);
    room.visitor_says(1, "v1", "hello");
    room.agent_arrives(2, "ana");
    room.agent_arrives(3, "ben");
    room.handle(Input::Agent { conn: Conn(2), frame: FromAgent::Take });
    let Some(RoomReport::Wanted { conn, session, queued_at, .. }) = room.reports.pop() else {
        panic!("the desk is asked");
    };
    room.agent(3, FromAgent::Take);
    let grant = room.grant("ana");
    room.desk(DeskCommand::Take { conn, session, queued_at, grant });
    assert_eq!(room.summary().session.owner, Some(id("ben")));
    assert_eq!(room.refusals(2), [Refusal::Taken]);
}

#[test]
fn dk45_a_member_has_so_many_bulk_operations_under_way() {
    let mut desk = manual();
    desk.arrives(3, "sue");
    let conversations: Vec<ConversationId> = vec![id("main-c1")];
    let stands = queued("main-c1", desk.now);
    desk.hears(&stands);
    let end = BulkOperation::End { reason: None };
    let bulk = FromDesk::Bulk { operation: end, conversations, sessions: [].into() };
    for _ in 0..limits::BULKS_RUNNING {
        desk.says(3, bulk.clone());
    }
    let asked = |it: &DeskStage| {
        let bulks = it.commands.iter().filter(|(_, it)| matches!(it, DeskCommand::Bulk { .. }));
        bulks.count()
    };
    assert_eq!(asked(&desk), limits::BULKS_RUNNING);
    desk.heard.clear();
    desk.says(3, bulk.clone());
    assert_eq!(asked(&desk), limits::BULKS_RUNNING);
    let frames = desk.heard_by(3);
    let no = inbox_protocol::ToDesk::Refused { reason: Refusal::Rate };
    assert!(frames.contains(&no), "{frames:?}");
    // Those of others are theirs, and what is over counts no more.
    desk.arrives(4, "adam");
    desk.says(4, bulk.clone());
    assert_eq!(asked(&desk), limits::BULKS_RUNNING + 1);
    desk.pass(Millis::minutes(1).0);
    desk.says(3, bulk);
    assert_eq!(asked(&desk), limits::BULKS_RUNNING + 2);
}

#[test]
fn dk46_lists_and_their_pages_cost_more_than_other_frames() {
    let query = ListQuery {
        tab: ListTab::All,
        states: Vec::new(),
        department: None,
        campaign: None,
        filter: inbox_protocol::ListFilter::default(),
        sort: ListSort::Newest,
    };
    let before = Some("-.0.-.main-c1".to_owned());
    let page = FromDesk::Watch { query: query.clone(), before };
    let first = FromDesk::Watch { query, before: None };
    let focus = FromDesk::Focus { conversation: None };
    let n_pages = limits::RATE_FRAMES / limits::RATE_COST_OF_HISTORY;
    for (frame, n) in [(page, n_pages), (first, n_pages), (focus, limits::RATE_FRAMES)] {
        let mut desk = manual();
        desk.wait(limits::RATE_SPAN.0);
        for _ in 0..n {
            desk.says(1, frame.clone());
            assert!(!desk.closed.contains_key(&Conn(1)));
        }
        desk.says(1, frame);
        assert_eq!(desk.closed.get(&Conn(1)), Some(&CloseCode::Rate));
    }
}

/// Being asked makes an object of a conversation, also of one that a console has made up.
#[test]
fn dk112_only_a_conversation_that_there_is_hears_of_rights() {
    let changes: [fn(&mut MemberFacts); 4] = [
        |it| it.departments = Vec::new(),
        |it| it.removed = true,
        |it| it.role = Role::Marketer,
        |it| it.signed_out = it.version,
    ];
    let asked = |name: &str, change: fn(&mut MemberFacts)| {
        let mut desk = manual();
        desk.hears(&queued("main-c1", desk.now));
        desk.says(1, FromDesk::Focus { conversation: Some(id(name)) });
        desk.commands.clear();
        let mut facts = desk.facts.clone();
        let member = facts.members.get_mut(&id::<MemberId>("ana")).unwrap();
        member.version += 1;
        change(member);
        desk.handle(DeskInput::Facts(Box::new(facts)));
        desk.commands.iter().any(|it| it.0 == id(name))
    };
    for (no, change) in changes.into_iter().enumerate() {
        assert!(!asked("main-nope", change), "change {no}");
    }
    assert!(asked("main-c1", changes[0]));
}

/// Each conversation of the member's is told of a presence.
#[test]
fn dk113_a_presence_that_is_as_it_was_is_told_nobody() {
    let mut desk = manual();
    desk.hears(&queued("main-c1", desk.now).active("ana"));
    let away = Presence::Away(AwayReason::default());
    for (presence, is_told) in
        [(away, true), (away, false), (Presence::Available, true), (Presence::Available, false)]
    {
        desk.commands.clear();
        desk.says(1, FromDesk::SetPresence { presence });
        assert_eq!(!desk.commands.is_empty(), is_told, "{presence:?}");
    }
}
