//! HO22, HO36: what an earlier release stored (`tests/state/`, made by `cargo xtask state`) is opened by
//! this one, which shows what was shown of it and has no table otherwise than in a new database.

use std::collections::BTreeMap;

use inbox_host::{
    ConversationLog, ConversationRunner, DeskTables, LocalConversation, Sql as _, Sqlite,
    earlier::{columns, lost},
};
use inbox_protocol::{AgentHello, FromAgent, ToAgent, VERSION};
use inbox_room::{
    Conn, DeskRows as _, Facts, Frame, Grant, Identity, Input, MemberFacts, Principal, Summary,
};
use inbox_types::{MemberId, Role, SiteSettings, Timestamp, WorkspaceSettings};
use serde_json::{Value as Json, json as value};

const SHOWN: &str = include_str!("../../../../tests/state/shown.json");
const CONVERSATIONS: [&str; 2] = [
    include_str!("../../../../tests/state/conversation-1.sql"),
    include_str!("../../../../tests/state/conversation-2.sql"),
];
const DESK: &str = include_str!("../../../../tests/state/desk.sql");

fn shown() -> Json {
    serde_json::from_str(SHOWN).unwrap()
}

fn database(dump: &str) -> Sqlite {
    let sql = Sqlite::in_memory();
    sql.execute(dump, Vec::new()).unwrap();
    sql
}

/// What a conversation is told of its workspace: the owner, and what sessions can be about.
fn facts(owner: &MemberId) -> Facts {
    let topics = shown()["settings"]["topics"].as_array().unwrap().clone();
    let topics = topics.iter().map(|it| it["id"].as_str().unwrap().parse().unwrap()).collect();
    let olga = MemberFacts {
        name: "Olga".to_owned().try_into().unwrap(),
        role: Role::Owner,
        departments: Vec::new(),
        version: 1,
        signed_out: 0,
        removed: false,
        successor: None,
    };
    Facts {
        site: SiteSettings::default(),
        department: None,
        site_deleted: false,
        workspace: WorkspaceSettings::default(),
        departments: BTreeMap::new(),
        successors: BTreeMap::new(),
        members: [(owner.clone(), olga)].into(),
        topics,
        translated: vec!["en".parse().unwrap()],
        inbox_away: false,
    }
}

/// A conversation as it was stored, opened at the time when it was.
fn opened(dump: &str) -> LocalConversation {
    let log = ConversationLog::open(database(dump)).unwrap();
    let identity: Identity = log.meta("identity").unwrap().expect("an identity");
    let owner = shown()["owner"].as_str().unwrap().parse().unwrap();
    let now = Timestamp::from_millis(shown()["at"].as_u64().unwrap());
    let mut object = LocalConversation::new(identity, facts(&owner), None, now).unwrap();
    object.log = log;
    object
}

/// The entries that its owner, who comes now, is told.
fn entries(object: &mut LocalConversation) -> Json {
    let mut runner = ConversationRunner::default();
    let grant = Grant {
        agent: object.facts.members.keys().next().expect("the owner").clone(),
        role: Role::Owner,
        departments: Vec::new(),
        version: 1,
        load: 0,
        expires: Timestamp::from_millis(object.now.as_millis() + 60_000),
    };
    let conn = Conn(u64::from(u32::MAX));
    runner.drive(object, Input::Connected { conn, who: Principal::Agent(grant) }).unwrap();
    let hello = AgentHello { version: VERSION, epoch: 0, after: None };
    runner.drive(object, Input::Agent { conn, frame: FromAgent::Hello(hello) }).unwrap();
    let told = object.told.iter().find_map(|(_, frame)| match frame {
        Frame::Agent(ToAgent::Entries { entries }) => Some(value!(entries)),
        Frame::Agent(_) | Frame::Visitor(_) => None,
    });
    told.expect("entries")
}

#[test]
fn ho22_conversations_that_a_release_stored_are_shown_as_it_showed_them() {
    let new = ConversationLog::open(Sqlite::in_memory()).unwrap();
    let shown = shown();
    for (dump, then) in CONVERSATIONS.iter().zip(shown["conversations"].as_array().unwrap()) {
        let mut object = opened(dump);
        assert_eq!(columns(object.log.sql()).unwrap(), columns(new.sql()).unwrap());
        assert_eq!(object.identity.conversation.as_str(), then["id"]);
        let n_shown = then["entries"].as_array().unwrap().len();
        assert!(1 < n_shown);
        // Behind it stands what follows from this test's own facts, which know no department.
        let mut now = entries(&mut object);
        now.as_array_mut().unwrap().truncate(n_shown);
        assert_eq!(lost(&then["entries"], &now), [""; 0]);
    }
}

#[test]
fn ho36_a_list_that_a_release_stored_has_the_rows_that_it_showed() {
    let tables = DeskTables::open(database(DESK)).unwrap();
    let new = DeskTables::open(Sqlite::in_memory()).unwrap();
    // The object's own table of timers lies beside them.
    let mut shape = columns(tables.sql()).unwrap();
    shape.retain(|it| !it.starts_with("timers"));
    assert_eq!(shape, columns(new.sql()).unwrap());
    let live = tables.live().unwrap();
    let rows = shown()["rows"].as_array().unwrap().clone();
    assert_eq!(rows.len(), 2);
    for row in rows {
        let id = row["conversation"].as_str().unwrap();
        let kept = live.iter().find(|it| it.conversation.as_str() == id).cloned();
        let summary: Summary = kept.or_else(|| tables.summary(&id.parse().unwrap())).expect(id);
        assert_eq!(value!(summary.session.state), row["state"]);
        assert_eq!(value!(summary.tags), row["tags"]);
        assert_eq!(summary.last.expect("a message").text, row["preview"]);
    }
    assert!(tables.facts().unwrap().is_some());
}
