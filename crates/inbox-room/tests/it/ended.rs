//! Sign-ins that end while somebody dials, words that come late, and what strangers leave behind.

use inbox_protocol::{CloseCode, FromAgent, FromDesk, FromVisitor, Refusal, ToDesk, VERSION};
use inbox_room::{
    Beforehand, Conn, DeskCommand, DeskInput, DeskOutput, Grant, Input, MemberFacts, Principal,
    VisitorCredentials,
};
use inbox_types::{ContactDetails, MemberId, Place, Role, SessionNo, limits};

use crate::{
    desk_stage::{DeskStage, desk_facts},
    stage::{Stage, agent_hello, hello, id, member, post},
};

/// What ends, or does not end, the sign-in of a console.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Change {
    SignedOut,
    MadeOwner,
    Promoted,
    DepartmentLost,
    Demoted,
    Removed,
}

const CHANGES: [Change; 6] = [
    Change::SignedOut,
    Change::MadeOwner,
    Change::Promoted,
    Change::DepartmentLost,
    Change::Demoted,
    Change::Removed,
];

impl Change {
    fn of(self, member: &mut MemberFacts) {
        member.version += 1;
        match self {
            Self::SignedOut => member.signed_out = member.version,
            Self::MadeOwner => {
                member.role = Role::Owner;
                member.signed_out = member.version;
            }
            Self::Promoted => member.role = Role::TeamLead,
            Self::DepartmentLost => member.departments = vec![id("support")],
            Self::Demoted => member.role = Role::Marketer,
            Self::Removed => member.removed = true,
        }
    }

    /// How a console of before is closed; none if its sign-in holds.
    fn closes(self) -> Option<CloseCode> {
        match self {
            Self::SignedOut | Self::MadeOwner | Self::Demoted => Some(CloseCode::Unauthorized),
            Self::Removed => Some(CloseCode::Gone),
            Self::Promoted | Self::DepartmentLost => None,
        }
    }
}

/// When the console that was let in before the change comes to the desk.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Comes {
    Before,
    BeforeWithoutHello,
    /// It was on its way meanwhile.
    After,
    /// And the desk has slept since.
    AfterSleep,
}

const COMES: [Comes; 4] =
    [Comes::Before, Comes::BeforeWithoutHello, Comes::After, Comes::AfterSleep];

#[test]
fn dk34_a_console_whose_sign_in_ended_hears_nothing_whenever_it_comes() {
    for change in CHANGES {
        for comes in COMES {
            let cell = format!("{change:?} x {comes:?}");
            let mut stage = DeskStage::new();
            stage.arrives(1, "sue");
            let rights = stage.rights("ana");
            if comes == Comes::Before || comes == Comes::BeforeWithoutHello {
                stage.dials(2, "ana", rights);
            }
            if comes == Comes::Before {
                stage.says(2, FromDesk::Hello { version: VERSION });
            }
            stage.forget_heard();
            let mut facts = stage.facts.clone();
            change.of(facts.members.get_mut(&id::<MemberId>("ana")).unwrap());
            stage.handle(DeskInput::Facts(Box::new(facts)));
            if comes == Comes::AfterSleep {
                stage.sleep();
            }
            if comes == Comes::After || comes == Comes::AfterSleep {
                stage.dials(2, "ana", rights);
            }
            assert_eq!(stage.closed.get(&Conn(2)).copied(), change.closes(), "{cell}");
            if comes != Comes::Before {
                stage.says(2, FromDesk::Hello { version: VERSION });
            }
            stage.pass(limits::GRANT_LIFE.0);
            let heard = stage.heard_by(2);
            assert_eq!(heard.is_empty(), change.closes().is_some(), "{cell}: {heard:?}");
            // Whoever signs in anew is let in, if they have anything to do here.
            let is_here = change != Change::Demoted && change != Change::Removed;
            stage.arrives(3, "ana");
            let is_closed = stage.closed.contains_key(&Conn(3));
            assert_eq!(!is_closed, is_here, "{cell}: a new sign-in");
        }
    }
}

#[test]
fn dk34_whoever_is_signed_out_is_closed_before_anybody_is_told_anything() {
    let mut stage = DeskStage::new();
    for (conn, who) in [(1, "ana"), (2, "ana"), (3, "sue")] {
        stage.arrives(conn, who);
    }
    // Their grants are due, too.
    stage.wait(limits::GRANT_LIFE.0);
    let facts = stage.signed_out("ana");
    let outputs = stage.handle(DeskInput::Facts(Box::new(facts)));
    let to = |output: &DeskOutput| match output {
        DeskOutput::Tell { conn, .. } | DeskOutput::Remember { conn, .. } => Some(conn.0),
        _ => None,
    };
    let first_word = outputs.iter().position(|it| matches!(it, DeskOutput::Tell { .. }));
    for conn in [1, 2] {
        let closed = DeskOutput::Close { conn: Conn(conn), code: CloseCode::Unauthorized };
        let at = outputs.iter().position(|it| *it == closed);
        assert!(at.is_some() && at < first_word, "{conn}: {outputs:?}");
        assert!(outputs.iter().all(|it| to(it) != Some(conn)), "{conn}: {outputs:?}");
    }
    assert!(outputs.iter().any(|it| to(it) == Some(3)), "others are told");
}

#[test]
fn dk34_a_console_of_before_rights_were_noted_stays_until_somebody_signs_out() {
    let mut stage = DeskStage::new();
    stage.dials(1, "ana", 0);
    stage.says(1, FromDesk::Hello { version: VERSION });
    let facts = stage.facts.clone();
    stage.handle(DeskInput::Facts(Box::new(facts)));
    assert!(!stage.closed.contains_key(&Conn(1)));
    let facts = stage.signed_out("ana");
    stage.handle(DeskInput::Facts(Box::new(facts)));
    assert_eq!(stage.closed[&Conn(1)], CloseCode::Unauthorized);
}

#[test]
fn dk35_facts_that_come_late_give_nobody_their_old_rights_back() {
    for change in CHANGES {
        let mut stage = DeskStage::new();
        stage.arrives(1, "ana");
        let (late, rights) = (stage.facts.clone(), stage.rights("ana"));
        let mut facts = stage.facts.clone();
        change.of(facts.members.get_mut(&id::<MemberId>("ana")).unwrap());
        stage.handle(DeskInput::Facts(Box::new(facts)));
        stage.forget_heard();
        stage.handle(DeskInput::Facts(Box::new(late)));
        stage.dials(2, "ana", rights);
        assert_eq!(stage.closed.get(&Conn(2)).copied(), change.closes(), "{change:?}");
        stage.says(2, FromDesk::Hello { version: VERSION });
        for frame in stage.heard_by(1).into_iter().chain(stage.heard_by(2)) {
            let sealed = match frame {
                ToDesk::Grant { grant } => grant,
                ToDesk::Welcome(welcome) | ToDesk::Workspace(welcome) => welcome.grant,
                _ => continue,
            };
            let grant: Grant = serde_json::from_str(&sealed).unwrap();
            assert_eq!(grant.version, rights + 1, "{change:?}");
        }
    }
    let (mut facts, before) = (desk_facts(), desk_facts());
    facts.members.get_mut(&id::<MemberId>("ana")).unwrap().version = 2;
    assert_eq!(before.after(&facts), facts, "what the shell stores");
}

#[test]
fn rm49_facts_that_come_late_give_nobody_their_old_rights_back() {
    for removes in [false, true] {
        let mut stage = Stage::new();
        stage.visitor_arrives(1);
        stage.visitor_says(1, "v1", "hello");
        let (late, old) = (stage.facts.clone(), stage.grant("ben"));
        stage.sleeps = false;
        stage.desk(if removes {
            DeskCommand::MemberRemoved { agent: id("ben"), to: None }
        } else {
            DeskCommand::RightsChanged { agent: id("ben"), version: 2 }
        });
        // The conversation had asked for them before.
        stage.handle(Input::Facts(Box::new(late)));
        stage.handle(Input::Connected { conn: Conn(5), who: Principal::Agent(old.clone()) });
        stage.agent(5, agent_hello(None));
        let code = if removes { CloseCode::Gone } else { CloseCode::Unauthorized };
        assert_eq!(stage.closed_with(5), Some(code));
        assert!(stage.agent_heard(5).is_empty());
    }
}

#[test]
fn rm15_renewals_count_as_every_other_frame_does() {
    let mut stage = Stage::in_talk();
    stage.sleeps = false;
    let grant = Some(stage.grant("ana"));
    stage.wait(limits::RATE_SPAN.0);
    for _ in 0..limits::RATE_FRAMES {
        stage.handle(Input::Renewed { conn: Conn(2), grant: grant.clone() });
    }
    assert_eq!(stage.closed_with(2), None);
    stage.handle(Input::Renewed { conn: Conn(2), grant });
    assert_eq!(stage.closed_with(2), Some(CloseCode::Rate));
    assert_eq!(stage.refusals(2), [Refusal::Rate]);
}

#[test]
fn rm1_a_renewal_is_no_first_frame() {
    let mut stage = Stage::in_talk();
    stage.agent_connects(3, "ben");
    let grant = Some(stage.grant("ben"));
    stage.handle(Input::Renewed { conn: Conn(3), grant });
    assert_eq!(stage.refusals(3), [Refusal::HelloFirst]);
    assert_eq!(stage.closed_with(3), Some(CloseCode::Protocol));
}

/// Everything that a visitor's browser can say.
fn frames() -> Vec<FromVisitor> {
    let details = ContactDetails {
        name: Some("Vera".to_owned().try_into().unwrap()),
        ..ContactDetails::default()
    };
    vec![
        hello(None),
        post("v9", "hello", &[]),
        FromVisitor::Typing { on: true },
        FromVisitor::Seen { place: Place(1) },
        FromVisitor::Visits { visits: Vec::new() },
        FromVisitor::End,
        FromVisitor::Answer { more: true },
        FromVisitor::Rate { session: SessionNo(1), stars: 5, comment: None },
        FromVisitor::Profile { details },
        FromVisitor::SetLanguage { language: "vi".parse().unwrap() },
        FromVisitor::History { before: Place(1) },
        FromVisitor::Link { file: id("f1") },
    ]
}

#[test]
fn rm51_only_a_post_has_a_conversation_written_down() {
    for before in [None, Some(8), Some(9)] {
        // What was said of the contact or the language before changes nothing.
        let mut stage = Stage::new();
        stage.visitor_arrives(1);
        if let Some(at) = before {
            stage.visitor(1, frames()[at].clone());
            assert_eq!(stage.refusals(1), []);
            assert_ne!(stage.memory.events.len(), 0, "it is stored");
        }
        for frame in frames() {
            let wanted = matches!(frame, FromVisitor::Post { .. }).then_some(Beforehand::Register);
            assert_eq!(asked(&stage, 1, &frame), wanted, "{frame:?}");
        }
    }
    let mut stage = Stage::in_talk();
    let line = post("v9", "hello", &[]);
    assert_eq!(asked(&stage, 1, &line), None, "a session is open");
    stage.agent(2, FromAgent::End { ask: false, reason: None, session: None });
    assert_eq!(asked(&stage, 1, &line), Some(Beforehand::Facts), "it is over");
}

fn asked(stage: &Stage, conn: u64, frame: &FromVisitor) -> Option<Beforehand> {
    stage.woken().needs(stage.now, Conn(conn), frame, &stage.memory).workspace
}

#[test]
fn rm51_a_first_post_that_is_refused_has_no_conversation_written_down() {
    let stage = || {
        let mut stage = Stage::new();
        stage.visitor_arrives(1);
        stage.visitor_connects(2);
        stage
    };
    let max = usize::try_from(stage().facts.site.visitor_max_chars).unwrap();
    let posts = [
        ("good", post("v1", "hello", &[]), true),
        ("as long as may be", post("v1", &"x".repeat(max), &[]), true),
        ("too long", post("v1", &"x".repeat(max + 1), &[]), false),
        ("unknown file", post("v1", "look", &["f404"]), false),
        ("too many files", post("v1", "look", &["f1"; limits::FILES_PER_MESSAGE + 1]), false),
        ("empty", post("v1", "", &[]), false),
    ];
    for (what, frame, is_taken) in posts {
        let mut stage = stage();
        assert_eq!(asked(&stage, 2, &frame), None, "{what}: before hello");
        let wanted = if is_taken { Beforehand::Register } else { Beforehand::Facts };
        assert_eq!(asked(&stage, 1, &frame), Some(wanted), "{what}");
        assert!(stage.woken().is_new(), "{what}: nothing is stored by asking");
        stage.visitor(1, frame);
        assert_eq!(stage.refusals(1).is_empty(), is_taken, "{what}");
    }
}

#[test]
fn rm50_what_strangers_leave_without_a_line_is_vacant() {
    for frame in frames() {
        let mut stage = Stage::new();
        stage.visitor_arrives(1);
        stage.visitor(1, frame.clone());
        let opens = matches!(frame, FromVisitor::Post { .. });
        assert_eq!(stage.woken().is_vacant(), !opens, "{frame:?}");
        // A log-out changes nothing of that, but the token of before is worth nothing meanwhile.
        stage.handle(Input::Revoked);
        assert_eq!(stage.woken().is_vacant(), !opens, "{frame:?} and a log-out");
        let old = VisitorCredentials::default();
        assert_eq!(stage.woken().admit(old), Err(Refusal::Unauthorized));
    }
    for what in ["erased", "blocked"] {
        let mut stage = Stage::in_talk();
        stage.agent_arrives(6, "adam");
        stage.agent(6, if what == "erased" { FromAgent::Erase } else { FromAgent::Block });
        assert!(!stage.woken().is_vacant(), "{what}");
    }
}

#[test]
fn dk34_rights_of_a_removed_member_are_none() {
    let mut facts = desk_facts();
    let mut zoe = member("Zoe", Role::Agent);
    zoe.removed = true;
    zoe.signed_out = 3;
    facts.members.insert(id("zoe"), zoe);
    let mut stage = DeskStage::with(facts);
    stage.dials(1, "zoe", 2);
    assert_eq!(stage.closed[&Conn(1)], CloseCode::Gone);
}
