//! HO36 and after: the desk's tables, on a database.

use std::collections::BTreeMap;

use inbox_core::permission::Reach;
use inbox_host::{DeskTables, Sql as _, Sqlite, sql::json};
use inbox_protocol::{FromDesk, ListQuery, ListSort, ListTab, ToDesk, VERSION};
use inbox_room::{
    ClosedPlace, ClosedQuery, ClosedScope, Conn, Desk, DeskBatch, DeskFacts, DeskInput, DeskOutput,
    DeskRows as _, DeskSnapshot, Grant, MemberFacts, RoomReport, Signer, Summary,
};
use inbox_types::{MemberId, Role, SessionState, Timestamp, limits::LIST_ROWS};
use serde_json::json as value;

type Tables = DeskTables<Sqlite>;

fn open() -> Tables {
    DeskTables::open(Sqlite::in_memory()).unwrap()
}

fn write(tables: &Tables, batch: &DeskBatch) {
    tables.sql().transaction(|| tables.write(batch)).unwrap();
}

/// What differs between summaries.
#[derive(Clone, Copy)]
pub(crate) struct Kind {
    pub(crate) department: Option<&'static str>,
    pub(crate) owner: Option<&'static str>,
    pub(crate) joined: Option<&'static str>,
    pub(crate) campaign: bool,
    pub(crate) hidden: bool,
}

pub(crate) fn summary(n: u64, state: &str, kind: Kind) -> Summary {
    let card = |id: &str| value!({"id": id, "name": "Post"});
    serde_json::from_value(value!({
        "conversation": format!("main-c{n}"), "version": {"epoch": 1, "seq": 2, "seen": 0},
        "site": "main-s1", "contact": "v1",
        "details": {}, "tags": [], "blocked": false, "hidden": kind.hidden, "language": "en",
        "session": {
            "no": 1, "state": state, "closed_by": null, "opened_at": n, "queued_at": n,
            "department": kind.department, "owner": kind.owner, "others": [], "silent": [],
            "ever_joined": kind.joined.iter().collect::<Vec<_>>(), "added": [], "wrapup": [],
            "excluded": [], "offer": null, "outcomes": [], "customer_waiting_since": null,
            "queued_since": n, "followed_up_at": n, "page": null, "proactive": kind.campaign,
            "campaign": kind.campaign.then(|| card("post")),
        },
        // Several are of the same instant.
        "last": (!n.is_multiple_of(7)).then(|| value!({"text": "hello", "by_visitor": true, "at": n / 3})),
        "recent": [], "n_visitor_messages": 1, "n_before_session": 0, "seen": {},
    }))
    .unwrap()
}

fn kind(n: u64) -> Kind {
    let n = usize::try_from(n).unwrap();
    Kind {
        department: [None, Some("sales"), Some("care"), Some("gone")][n % 4],
        owner: [None, Some("ana"), Some("ben")][n % 3],
        joined: [None, Some("ana")][n / 5 % 2],
        campaign: n.is_multiple_of(5),
        hidden: n.is_multiple_of(11),
    }
}

fn scopes() -> Vec<ClosedScope> {
    let reaches = [
        Reach::Everything,
        Reach::Departments,
        Reach::UnownedOfDepartments,
        Reach::Involved,
        Reach::Nothing,
    ];
    let mut scopes = Vec::new();
    for reach in reaches {
        for (mine, department, campaign) in [
            (false, None, None),
            (true, None, None),
            (false, Some("sales"), None),
            (false, Some("care"), None),
            (false, None, Some("post")),
            (true, Some("sales"), Some("post")),
        ] {
            scopes.push(ClosedScope {
                member: "ana".parse().unwrap(),
                departments: vec!["sales".parse().unwrap()],
                reach,
                // Nobody owns what they may not see.
                mine: mine && reach != Reach::Nothing,
                department: department.map(|it| it.parse().unwrap()),
                campaign: campaign.map(|it| it.parse().unwrap()),
            });
        }
    }
    scopes
}

/// Every page and every sum, compared with what they are by definition.
fn compare(tables: &Tables, all: &BTreeMap<String, Summary>) {
    for scope in scopes() {
        let n = all.values().filter(|it| scope.has(it)).count();
        assert_eq!(tables.n_closed(&scope) as usize, n, "{scope:?}");
        for oldest_first in [false, true] {
            let mut query =
                ClosedQuery { scope: scope.clone(), oldest_first, after: None, limit: 4 };
            let mut n_shown = 0;
            loop {
                let page = tables.closed(&query);
                assert_eq!(page, query.of(all.values().cloned()), "{query:?}");
                n_shown += page.len();
                let Some(last) = page.last() else { break };
                query.after = Some(last.closed_place());
            }
            assert_eq!(n_shown, n, "each row stands on one page: {query:?}");
        }
    }
    assert!(tables.take_failure().is_none());
}

#[test]
fn ho37_what_stands_beside_the_rows_is_kept_whatever_becomes_of_them() {
    let tables = open();
    let mut all: BTreeMap<String, Summary> = BTreeMap::new();
    // Rows come, change their department, owner and time, are reopened, closed again and erased.
    for step in 0..240_u64 {
        let n = step * 7 % 60;
        let state = if step % 4 == 3 { "active" } else { "closed" };
        let id = format!("main-c{n}");
        if step % 13 == 12 {
            let batch =
                DeskBatch { erased: vec![(id.parse().unwrap(), 2)], ..DeskBatch::default() };
            write(&tables, &batch);
            all.remove(&id);
            assert_eq!(tables.erased(&id.parse().unwrap()), Some(2));
            continue;
        }
        let mut it = summary(n, state, kind(n + step / 60));
        if step % 5 == 4 {
            it.session.wrapup = vec!["ben".parse().unwrap()];
        }
        write(&tables, &DeskBatch { summaries: vec![it.clone()], ..DeskBatch::default() });
        all.insert(id, it);
        if step % 40 == 39 {
            compare(&tables, &all);
        }
    }
    compare(&tables, &all);
    let live: Vec<Summary> = all.values().filter(|it| it.is_live()).cloned().collect();
    assert_eq!(tables.live().unwrap(), live);
    for it in all.values() {
        let over = (!it.is_live()).then(|| it.clone());
        assert_eq!(tables.summary(&it.conversation), over);
    }
    let known = ["sales".parse().unwrap(), "care".parse().unwrap()];
    let mut after: Option<ClosedPlace> = None;
    let mut strays = Vec::new();
    loop {
        let page = tables.strays(&known, after.as_ref(), 2);
        let Some(last) = page.last().cloned() else { break };
        strays.extend(page);
        after = Some(last);
    }
    let is_stray = |it: &&Summary| {
        let gone = it.session.department.as_ref().is_some_and(|it| it.as_str() == "gone");
        gone && !it.is_live() && !it.hidden
    };
    assert_eq!(strays.len(), all.values().filter(is_stray).count());
}

#[test]
fn ho36_the_table_of_the_release_before_is_taken_over() {
    let sql = Sqlite::in_memory();
    sql.execute(
        "CREATE TABLE summaries (conversation TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
         CREATE TABLE erased (conversation TEXT PRIMARY KEY, epoch INTEGER NOT NULL) WITHOUT ROWID;
         INSERT INTO erased VALUES ('main-e', 3);",
        Vec::new(),
    )
    .unwrap();
    let mut all = BTreeMap::new();
    for n in 0..1_203_u64 {
        let state = if n.is_multiple_of(9) { "queued" } else { "closed" };
        let it = summary(n, state, kind(n));
        let row = vec![inbox_host::sql::text(it.conversation.as_str()), json(&it).unwrap()];
        sql.execute("INSERT INTO summaries (conversation, body) VALUES (?, ?)", row).unwrap();
        all.insert(it.conversation.to_string(), it);
    }
    let tables = DeskTables::open(sql).unwrap();
    compare(&tables, &all);
    assert_eq!(tables.live().unwrap().len(), all.values().filter(|it| it.is_live()).count());
    assert_eq!(tables.erased(&"main-e".parse().unwrap()), Some(3));
}

struct Key;

impl Signer for Key {
    fn sign(&self, _: &Grant) -> String {
        String::new()
    }
}

/// A desk on its tables.
struct Stage {
    tables: Tables,
    desk: Desk,
}

fn facts(role: Role) -> DeskFacts {
    let ana = MemberFacts {
        name: "Ana".to_owned().try_into().unwrap(),
        role,
        departments: vec!["sales".parse().unwrap()],
        version: 1,
        signed_out: 0,
        removed: false,
        successor: None,
    };
    let department = |id: &str| value!({"id": id, "name": id, "assignment": "offer"});
    let departments = [department("sales"), department("care"), department("gone")];
    DeskFacts {
        settings: inbox_types::WorkspaceSettings::default(),
        members: [("ana".parse::<MemberId>().unwrap(), ana)].into(),
        departments: serde_json::from_value(departments.into_iter().collect()).unwrap(),
        sites: Vec::new(),
        canned: Vec::new(),
        topics: Vec::new(),
        campaigns: Vec::new(),
    }
}

impl Stage {
    fn wake(tables: Tables, role: Role) -> Self {
        let desk = Desk::wake(DeskSnapshot {
            facts: facts(role),
            presences: tables.presences().unwrap(),
            summaries: tables.live().unwrap(),
            sockets: tables.sockets().unwrap(),
            alarm: None,
            readers: Vec::new(),
        });
        Self { tables, desk }
    }

    fn handle(&mut self, input: DeskInput) -> Vec<ToDesk> {
        let now = Timestamp::from_millis(1);
        let mut outputs = self.desk.handle(now, input, &Key, &self.tables);
        for output in &outputs {
            if let DeskOutput::Store(batch) = output {
                write(&self.tables, batch);
            }
        }
        outputs.extend(self.desk.lists(now, &self.tables));
        let frames = outputs.into_iter().filter_map(|it| {
            let DeskOutput::Tell { frame, .. } = it else { return None };
            Some(frame)
        });
        frames.collect()
    }

    fn says(&mut self, frame: FromDesk) -> Vec<ToDesk> {
        self.handle(DeskInput::Said { conn: Conn(1), frame })
    }

    fn arrives(&mut self) {
        let member = "ana".parse().unwrap();
        self.handle(DeskInput::Connected { conn: Conn(1), member, rights: 1 });
        self.says(FromDesk::Hello { version: VERSION });
    }

    /// A list's first page, or a later one: how many rows, and where the next begins.
    fn page(&mut self, before: Option<String>) -> (usize, Option<String>) {
        let query = ListQuery {
            tab: ListTab::All,
            states: vec![SessionState::Closed],
            department: None,
            campaign: None,
            sort: ListSort::Newest,
        };
        let frames = self.says(FromDesk::Watch { query, before });
        let pages = frames.into_iter().filter_map(|it| {
            if let ToDesk::List(list) = it {
                return Some((list.order.len(), list.next));
            }
            let ToDesk::Page(page) = it else { return None };
            Some((page.rows.len(), page.next))
        });
        pages.last().expect("an answer")
    }
}

/// The work of each thing that a desk reads, in the database's own steps.
fn work(n_closed: u64, role: Role) -> Vec<(&'static str, u64)> {
    let tables = open();
    tables
        .sql()
        .transaction(|| {
            for n in 0..n_closed {
                let kind = Kind { hidden: false, ..kind(n) };
                let summaries = vec![summary(n, "closed", kind)];
                tables.write(&DeskBatch { summaries, ..DeskBatch::default() })?;
            }
            for n in 0..20 {
                let summaries = vec![summary(n_closed + n, "active", kind(1))];
                tables.write(&DeskBatch { summaries, ..DeskBatch::default() })?;
            }
            Ok(())
        })
        .unwrap();
    let mut work = Vec::new();
    let mut done = tables.sql().n_steps();
    let mut took = |what, stage: &Stage| {
        let now = stage.tables.sql().n_steps();
        work.push((what, now - std::mem::replace(&mut done, now)));
    };
    let mut stage = Stage::wake(tables, role);
    took("start-up", &stage);
    stage.arrives();
    took("first console", &stage);
    let (n, next) = stage.page(None);
    assert_eq!(n, LIST_ROWS);
    took("first list", &stage);
    let mut next = next.expect("there is more");
    for _ in 0..2 {
        next = stage.page(Some(next)).1.unwrap_or_default();
        took("later page", &stage);
        if next.is_empty() {
            break;
        }
    }
    let mut message = summary(n_closed, "active", kind(1));
    message.version.seq = inbox_types::Seq(9);
    let report = RoomReport::Summary(Box::new(message));
    let conversation = format!("main-c{n_closed}").parse().unwrap();
    stage.handle(DeskInput::Report { conversation, report });
    took("message in what is open", &stage);
    work
}

fn constant(n_few: u64, n_many: u64) {
    for role in [Role::Admin, Role::TeamLead] {
        let (few, many) = (work(n_few, role), work(n_many, role));
        for ((what, few), (_, many)) in few.iter().zip(&many) {
            let story = format!("{role:?}, {what}: {few} steps of {n_few}, {many} of {n_many}");
            // The depth of an index, and departments that a small table does not have.
            assert!(*many <= few + few / 2 + 2_000, "{story}");
        }
    }
}

#[test]
fn ho33_reading_costs_the_same_however_much_is_over() {
    constant(300, 3_000);
}

#[test]
fn ho33_pages_lead_to_the_first_conversation_ever() {
    let tables = open();
    for n in 0..1_050 {
        let summaries = vec![summary(n, "closed", Kind { hidden: false, ..kind(n) })];
        write(&tables, &DeskBatch { summaries, ..DeskBatch::default() });
    }
    let mut stage = Stage::wake(tables, Role::Admin);
    stage.arrives();
    let (mut n_shown, mut next) = stage.page(None);
    while let Some(before) = next {
        let (n, after) = stage.page(Some(before));
        n_shown += n;
        next = after;
    }
    assert_eq!(n_shown, 1_050);
}
