//! Rights that end: a member's, a visitor's, and what is told to whoever has none.
//!
//! Conversation and desk are both on the stage here, and hear each other.

use inbox_protocol::{CloseCode, FromAgent, FromDesk, Refusal, ToAgent, ToDesk, VERSION};
use inbox_room::{Conn, DeskCommand, DeskInput, Input, Principal, RoomReport};
use inbox_types::{MemberId, Place, Presence, Role, Visibility, limits};

use crate::{
    desk_stage::{DeskStage, desk_facts},
    stage::{Stage, agent_hello, agent_post, facts, id, member, text},
};

/// The workspace: one conversation and the desk, and whoever works there.
struct Office {
    room: Stage,
    desk: DeskStage,
}

/// The agents' socket of the scene, and the visitor's.
const SOCKET: u64 = 20;
const VISITOR: u64 = 1;

impl Office {
    fn new() -> Self {
        let (room_facts, mut desk_facts) = (facts(), desk_facts());
        desk_facts.members = room_facts.members.clone();
        Self { room: Stage::with(room_facts), desk: DeskStage::with(desk_facts) }
    }

    /// What the conversation has to say reaches the desk, and what the desk wants of it reaches
    /// the conversation, until nobody has anything to say.
    fn settle(&mut self) {
        loop {
            let reports: Vec<_> = self.room.reports.drain(..).collect();
            for report in &reports {
                self.desk.reports("main-c1", report.clone());
            }
            let commands: Vec<_> = self.desk.commands.drain(..).collect();
            let done = reports.is_empty() && commands.is_empty();
            for (conversation, command) in commands {
                // An offer would take the session out of the state that the scene wants.
                if conversation == id("main-c1") && !matches!(command, DeskCommand::Offer { .. }) {
                    self.room.desk(command);
                }
            }
            if done {
                return;
            }
        }
    }

    /// The workspace says something else of a member from now on. Only the desk is told: an ended
    /// conversation asks nobody.
    fn change(&mut self, who: &str, change: Change) {
        let mut facts = self.desk.facts.clone();
        let member = facts.members.get_mut(&id::<MemberId>(who)).unwrap();
        member.version += 1;
        match change {
            Change::Removed => member.removed = true,
            Change::Demoted => member.role = Role::Marketer,
            Change::Raised => member.role = Role::Supervisor,
            Change::DepartmentLost => member.departments = vec![id("support")],
            Change::Password => member.signed_out = member.version,
        }
        self.desk.handle(DeskInput::Facts(Box::new(facts)));
        self.settle();
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Change {
    Removed,
    Demoted,
    Password,
    Raised,
    DepartmentLost,
}

const CHANGES: [Change; 5] =
    [Change::Removed, Change::Demoted, Change::Password, Change::Raised, Change::DepartmentLost];

/// How the session stands when it happens.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    Open,
    Ended,
    Snoozed,
    Queued,
    /// Nobody has a socket but the member, and the visitor is gone.
    Erased,
}

const STATES: [State; 5] =
    [State::Open, State::Ended, State::Snoozed, State::Queued, State::Erased];

/// What the member's consoles are at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum At {
    /// The desk's socket, with the conversation on screen.
    Focus,
    /// The desk's socket, with nothing on screen.
    Desk,
    /// The conversation's socket alone.
    NoDesk,
    /// A socket that has not said hello yet.
    Silent,
}

const PLACES: [At; 4] = [At::Focus, At::Desk, At::NoDesk, At::Silent];

/// Ben looks at a conversation of Ana's.
fn scene(state: State, at: At) -> Office {
    let mut office = Office::new();
    if at == At::Focus || at == At::Desk {
        office.desk.arrives(5, "ben");
    }
    if at == At::Focus {
        office.desk.says(5, FromDesk::Focus { conversation: Some(id("main-c1")) });
    }
    let room = &mut office.room;
    room.visitor_arrives(VISITOR);
    room.visitor_says(VISITOR, "v1", "hello");
    if state != State::Queued {
        room.agent_arrives(2, "ana");
        room.agent(2, FromAgent::Take);
        match state {
            State::Ended => {
                room.agent(2, FromAgent::End { ask: false, reason: None, session: None });
            }
            State::Snoozed => {
                room.agent(2, FromAgent::Snooze { until: None, session: None });
            }
            State::Erased => {
                room.agent_arrives(3, "adam");
                room.agent(3, FromAgent::Erase);
                room.visitor_arrives(VISITOR + 8);
            }
            State::Open | State::Queued => (),
        }
    }
    if at == At::Silent {
        room.agent_connects(SOCKET, "ben");
    } else {
        room.agent_arrives(SOCKET, "ben");
    }
    office.settle();
    office
}

#[test]
fn rm44_a_change_of_rights_reaches_every_socket_of_the_member() {
    for change in CHANGES {
        for state in STATES {
            for at in PLACES {
                let cell = format!("{change:?} x {state:?} x {at:?}");
                let mut office = scene(state, at);
                let old = office.room.grant("ben");
                assert_eq!(office.room.closed_with(SOCKET), None, "{cell}: open before");
                office.room.heard.clear();

                office.change("ben", change);

                let code = match change {
                    Change::Removed => CloseCode::Gone,
                    Change::Demoted
                    | Change::Password
                    | Change::Raised
                    | Change::DepartmentLost => CloseCode::Unauthorized,
                };
                assert_eq!(office.room.closed_with(SOCKET), Some(code), "{cell}");
                // Nothing is told, and nothing is heard any more.
                let n_events = office.room.memory.events.len();
                office.room.agent(SOCKET, agent_hello(None));
                office.room.agent(SOCKET, agent_post("late", Visibility::Note, "still here"));
                assert_eq!(office.room.memory.events.len(), n_events, "{cell}: a late note");
                office.room.visitor_says(VISITOR, "after", "a secret");
                assert!(office.room.agent_heard(SOCKET).is_empty(), "{cell}: told afterwards");
                // The grant of before opens nothing: no socket and no upload. Whoever dials makes
                // the conversation ask what holds now.
                office.asks_the_workspace();
                let who = Principal::Agent(old.clone());
                office.room.handle(Input::Connected { conn: Conn(SOCKET + 1), who: who.clone() });
                assert!(office.room.closed_with(SOCKET + 1).is_some(), "{cell}: dialled again");
                let upload = office.room.woken().may_upload(office.room.now, &who, 0);
                assert_eq!(upload, Err(Refusal::Unauthorized), "{cell}: upload");
            }
        }
    }
}

#[test]
fn rm44_a_socket_that_comes_while_rights_change_is_reached_too() {
    let mut office = scene(State::Ended, At::NoDesk);
    // The grant was made before, the socket is open after; the desk has not heard of it yet.
    let who = Principal::Agent(office.room.grant("ben"));
    office.room.handle(Input::Connected { conn: Conn(30), who });
    office.room.agent(30, agent_hello(None));
    let on_its_way: Vec<_> = office.room.reports.drain(..).collect();
    office.change("ben", Change::Removed);
    for report in on_its_way {
        office.room.reports.push(report);
    }
    office.settle();
    assert_eq!(office.room.closed_with(30), Some(CloseCode::Gone));
}

#[test]
fn rm44_only_conversations_where_the_member_is_are_woken() {
    let mut office = scene(State::Ended, At::NoDesk);
    office.room.handle(Input::Closed { conn: Conn(SOCKET) });
    office.settle();
    let facts = {
        let mut facts = office.desk.facts.clone();
        facts.members.get_mut(&id::<MemberId>("ben")).unwrap().version += 1;
        facts
    };
    office.desk.handle(DeskInput::Facts(Box::new(facts)));
    assert!(office.desk.commands.is_empty(), "{:?}", office.desk.commands);
}

#[test]
fn rm44_what_a_late_report_says_of_closed_sockets_is_forgotten_with_the_next() {
    let mut office = scene(State::Ended, At::NoDesk);
    office.room.agent_connects(40, "cleo");
    let late: Vec<_> = office.room.reports.drain(..).collect();
    office.room.handle(Input::Closed { conn: Conn(40) });
    office.settle();
    for report in late {
        office.desk.reports("main-c1", report);
    }
    office.room.agent_connects(41, "sue");
    office.settle();
    office.desk.commands.clear();
    office.change_silently("cleo");
    assert!(office.desk.commands.is_empty(), "{:?}", office.desk.commands);
}

#[test]
fn rm44_a_desk_that_is_rebuilt_is_told_of_the_sockets_too() {
    let mut office = scene(State::Ended, At::NoDesk);
    office.room.reports.clear();
    office.room.desk(DeskCommand::Report);
    let told = office.room.reports.iter().find_map(|it| match it {
        RoomReport::Sockets { agents, .. } => Some(agents.clone()),
        RoomReport::Summary(_)
        | RoomReport::Wanted { .. }
        | RoomReport::OfferRefused { .. }
        | RoomReport::Bulk { .. }
        | RoomReport::Erased { .. } => None,
    });
    let agents = told.expect("the sockets").into_iter().map(|it| it.conn);
    assert!(agents.collect::<Vec<_>>().contains(&Conn(SOCKET)));
}

impl Office {
    fn asks_the_workspace(&mut self) {
        let members = self.desk.facts.members.clone();
        let facts = inbox_room::Facts { members, ..self.room.facts.clone() };
        self.room.handle(Input::Facts(Box::new(facts)));
    }

    fn change_silently(&mut self, who: &str) {
        let mut facts = self.desk.facts.clone();
        facts.members.get_mut(&id::<MemberId>(who)).unwrap().version += 1;
        self.desk.handle(DeskInput::Facts(Box::new(facts)));
    }
}

// The desk.

#[test]
fn dk30_a_marketer_has_no_socket_to_the_desk() {
    let mut stage = DeskStage::new();
    stage.dials(1, "mark", 1);
    stage.says(1, FromDesk::Hello { version: VERSION });
    assert!(stage.heard_by(1).is_empty(), "{:?}", stage.heard_by(1));
    assert_eq!(stage.closed[&Conn(1)], CloseCode::Unauthorized);
}

#[test]
fn dk30_whoever_becomes_a_marketer_is_told_nothing_more() {
    let mut office = Office::new();
    office.desk.arrives(1, "ana");
    office.desk.arrives(2, "sue");
    office.desk.forget_heard();
    office.change("ana", Change::Demoted);
    assert_eq!(office.desk.closed.get(&Conn(1)), Some(&CloseCode::Unauthorized));
    assert!(office.desk.heard_by(1).is_empty(), "{:?}", office.desk.heard_by(1));
    let told = office.desk.heard_by(2);
    let offline = told.iter().any(|it| match it {
        ToDesk::Workspace(welcome) => {
            welcome.members.iter().any(|it| it.id == id("ana") && it.presence == Presence::Offline)
        }
        _ => false,
    });
    assert!(offline, "{told:?}");
}

#[test]
fn dk31_whoever_only_reads_has_no_presence_to_set() {
    let mut facts = desk_facts();
    facts.members.insert(id("ivy"), member("Ivy", Role::Auditor));
    let mut stage = DeskStage::with(facts);
    stage.arrives(1, "ivy");
    stage.arrives(2, "ana");
    stage.forget_heard();
    stage.chooses(1, Presence::Available);
    assert_eq!(stage.heard_by(1), [ToDesk::Refused { reason: Refusal::Forbidden }]);
    assert!(stage.heard_by(2).is_empty(), "{:?}", stage.heard_by(2));
}

// Sockets.

#[test]
fn rm16_a_socket_that_may_not_view_changes_nothing_for_others() {
    let mut facts = facts();
    let mut other = member("Otto", Role::Agent);
    other.departments = vec![id("support")];
    facts.members.insert(id("otto"), other);
    let mut stage = Stage::with(facts);
    stage.talk();
    stage.forget_heard();
    for n in 0..limits::AGENT_SOCKETS as u64 + 10 {
        let outputs = {
            let who = Principal::Agent(stage.grant(if n % 2 == 0 { "otto" } else { "mark" }));
            stage.handle(Input::Connected { conn: Conn(100 + n), who })
        };
        assert_eq!(stage.closed_with(100 + n), Some(CloseCode::Gone), "closed at the dial");
        assert_eq!(outputs.len(), 1, "{outputs:?}");
    }
    assert_eq!(stage.closed_with(2), None, "the owner's socket");
    assert!(stage.heard.is_empty());
}

// What is written down.

#[test]
fn rm43_what_must_be_looked_up_later_is_written_with_the_deed() {
    let word = |it: &inbox_room::Audited| format!("{:?} {}", it.by, it.deed.word());
    let by = |who: &str, deed: &str| format!("{:?} {deed}", Some(id::<MemberId>(who)));
    let mut stage = Stage::in_talk();
    stage.agent_arrives(3, "sue");
    stage.agent_arrives(4, "adam");
    for frame in [FromAgent::Block, FromAgent::Unblock, FromAgent::Revoke] {
        let outputs = stage.agent(3, frame);
        let n_batches = outputs.iter().filter(|it| match it {
            inbox_room::Output::Store(batch) => batch.audited.len() == 1,
            _ => false,
        });
        assert_eq!(n_batches.count(), 1, "in the deed's own batch");
    }
    let grant = stage.grant("adam");
    let operation = inbox_protocol::BulkOperation::Block { unsubscribe: true, purge: true };
    stage.desk(DeskCommand::Bulk { grant, ticket: "t".to_owned(), operation, session: None });
    stage.wait(limits::VISITOR_TOKEN_LIFE.0 + 1);
    stage.handle(Input::Fired);
    stage.agent_arrives(5, "adam");
    stage.agent(5, FromAgent::Unblock);
    stage.visitor_connects(6);
    stage.agent(5, FromAgent::Erase);
    let written: Vec<String> = stage.memory.audited.iter().map(word).collect();
    assert_eq!(
        written,
        [
            by("sue", "block"),
            by("sue", "unblock"),
            by("sue", "revoke_visitor"),
            by("adam", "block_and_purge"),
            "None purge".to_owned(),
            by("adam", "unblock"),
            by("adam", "erase"),
        ]
    );
}

// A visitor's tokens.

// What a masked reader sends back.

#[test]
fn rm41_a_masked_reader_edits_only_what_they_see_whole() {
    let mut facts = facts();
    facts.site.mask_sensitive = true;
    let mut stage = Stage::with(facts);
    stage.talk();
    for (name, said, edited) in [
        ("p1", "My own number is 4111 1111 1111 1111", false),
        ("p2", "Write to ana@pots.example", false),
        ("p3", "The kiln is at 1240 degrees", true),
    ] {
        stage.agent_says(2, name, said);
        let place = Place(stage.memory.events.len() as u64);
        stage.forget_heard();
        stage.agent(2, FromAgent::Edit { of: place, text: text("***** and more") });
        let refused = stage.refusals(2);
        let expected: &[Refusal] = if edited { &[] } else { &[Refusal::Masked] };
        assert_eq!(refused, expected, "{said}");
        let asterisks = format!("{:?}", stage.visitor_heard(1)).contains("*****");
        assert_eq!(asterisks, edited, "{said}");
    }
    // Whoever sees it all may say it anew.
    stage.agent_arrives(3, "adam");
    stage.agent(3, FromAgent::Supervise);
    stage.agent(3, agent_post("p4", Visibility::Note, "Card 4111 1111 1111 1111"));
    let place = Place(stage.memory.events.len() as u64);
    stage.agent(3, FromAgent::Edit { of: place, text: text("Card is known") });
    assert!(stage.refusals(3).is_empty());
}

// Whoever only reads.

#[test]
fn rm12_whoever_only_reads_does_not_type() {
    let mut facts = facts();
    facts.members.insert(id("ivy"), member("Ivy", Role::Auditor));
    let mut stage = Stage::with(facts);
    stage.talk();
    stage.agent_arrives(3, "ivy");
    stage.forget_heard();
    stage.agent(3, FromAgent::Typing { on: true });
    assert!(stage.agent_heard(2).is_empty(), "{:?}", stage.agent_heard(2));
    assert!(stage.visitor_heard(1).is_empty());
}

// What is to be erased.

#[test]
fn rm42_whoever_may_block_keeps_what_is_to_be_erased_without_reading_it() {
    let mut stage = Stage::in_talk();
    stage.agent_says(2, "n1", "a secret of the visitor");
    let grant = stage.grant("adam");
    stage.desk(DeskCommand::Bulk {
        grant,
        ticket: "t".to_owned(),
        operation: inbox_protocol::BulkOperation::Block { unsubscribe: true, purge: true },
        session: None,
    });
    stage.forget_heard();
    stage.agent_connects(30, "ben");
    assert_eq!(stage.closed_with(30), Some(CloseCode::Gone), "nobody else");
    stage.agent_arrives(31, "sue");
    assert_eq!(stage.closed_with(31), None);
    let heard = stage.agent_heard(31);
    assert!(!format!("{heard:?}").contains("secret"), "{heard:?}");
    let Some(ToAgent::Welcome(welcome)) = heard.first() else { panic!("{heard:?}") };
    assert!(welcome.conversation.contact.blocked);
    assert!(welcome.conversation.session.is_none());
    assert!(welcome.conversation.purge_at.is_some());
    assert!(welcome.conversation.may.contains(&inbox_types::Action::Block));
    assert!(!welcome.conversation.may.contains(&inbox_types::Action::View));
    // Asking for the rest is in vain.
    stage.forget_heard();
    stage.agent(31, FromAgent::History { before: Place(99) });
    stage.agent(31, agent_post("n2", Visibility::Note, "hm"));
    assert!(!format!("{:?}", stage.agent_heard(31)).contains("secret"));
    stage.agent(31, FromAgent::Unblock);
    assert_eq!(stage.closed_with(31), Some(CloseCode::Restart), "it is dialled again");
    stage.agent_arrives(32, "sue");
    assert!(format!("{:?}", stage.agent_heard(32)).contains("a secret of the visitor"));
    stage.wait(limits::VISITOR_TOKEN_LIFE.0 * 3);
    stage.handle(Input::Fired);
    assert!(!stage.memory.events.is_empty(), "it is kept");
}

// The addresses of files.

/// Ben, whose rights are of a newer version with whatever is changed of him.
pub(crate) fn member_of(facts: &mut inbox_room::Facts) -> &mut inbox_room::MemberFacts {
    let ben = facts.members.get_mut(&id("ben")).expect("of the team");
    ben.version += 1;
    ben
}

pub(crate) fn change(stage: &mut Stage, how: impl FnOnce(&mut inbox_room::Facts)) {
    let mut facts = stage.facts.clone();
    how(&mut facts);
    stage.handle(Input::Facts(Box::new(facts)));
}
