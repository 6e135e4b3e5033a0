//! HO36 and after: the desk's tables, on a database.

use std::collections::BTreeMap;

use inbox_core::permission::Reach;
use inbox_host::{DeskTables, Sql as _, Sqlite, sql::json};
use inbox_protocol::{FromDesk, ListFilter, ListQuery, ListSort, ListTab, ToDesk, VERSION};
use inbox_room::{
    ClosedPlace, ClosedQuery, ClosedScope, Conn, Desk, DeskBatch, DeskFacts, DeskInput, DeskOutput,
    DeskRows as _, DeskSnapshot, Grant, MemberFacts, RoomReport, Signer, Summary, Whose,
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
        "site": if n.is_multiple_of(2) { "main-s1" } else { "main-s2" }, "contact": "v1",
        "details": {}, "tags": kind.joined.map(|it| format!("of {it}")).iter().collect::<Vec<_>>(),
        "blocked": false, "hidden": kind.hidden,
        "language": if kind.campaign { "pt-BR" } else { "en" },
        "session": {
            "no": 1, "state": state, "closed_by": null, "opened_at": n, "queued_at": n,
            "department": kind.department, "owner": kind.owner, "others": [], "silent": [],
            "ever_joined": kind.joined.iter().collect::<Vec<_>>(), "added": [], "wrapup": [],
            "excluded": [], "offer": null, "outcomes": [], "customer_waiting_since": null,
            "queued_since": n, "followed_up_at": n, "page": null, "proactive": kind.campaign,
            "campaign": kind.campaign.then(|| card("post")),
            "topics": kind.department.iter().collect::<Vec<_>>(), "stars": kind.owner.map(|it| it.len() % 3 + 1),
        },
        // Several are of the same instant.
        "last": (!n.is_multiple_of(7)).then(|| value!({"text": "hello", "by_visitor": true, "at": n / 3})),
        "recent": [], "n_visitor_messages": 1, "n_before_session": 0, "seen": {},
    }))
    .unwrap()
}

pub(crate) fn kind(n: u64) -> Kind {
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
        // Nobody owns what they may not see.
        let mine = if reach == Reach::Nothing { Whose::All } else { Whose::Mine };
        for (whose, department, campaign) in [
            (Whose::All, None, None),
            (mine, None, None),
            (Whose::Team, None, None),
            (Whose::All, Some("sales"), None),
            (Whose::All, Some("care"), None),
            (Whose::Team, Some("care"), None),
            (Whose::All, None, Some("post")),
            (mine, Some("sales"), Some("post")),
        ] {
            scopes.push(ClosedScope {
                member: "ana".parse().unwrap(),
                departments: vec!["sales".parse().unwrap()],
                reach,
                whose,
                department: department.map(|it| it.parse().unwrap()),
                campaign: campaign.map(|it| it.parse().unwrap()),
                filter: ListFilter::default(),
            });
        }
    }
    // Each with one of the filters, too.
    let filters = filters().into_iter().cycle();
    let filtered: Vec<ClosedScope> = scopes
        .iter()
        .zip(filters)
        .map(|(scope, filter)| ClosedScope { filter, ..scope.clone() })
        .collect();
    scopes.into_iter().chain(filtered).collect()
}

fn filters() -> Vec<ListFilter> {
    let none = ListFilter::default;
    let at = |millis| Some(Timestamp::from_millis(millis));
    vec![
        ListFilter { site: "main-s2".parse().ok(), ..none() },
        ListFilter { owner: "ben".parse().ok(), ..none() },
        ListFilter { tag: "of ana".to_owned().try_into().ok(), from: at(3), ..none() },
        ListFilter { topic: "care".parse().ok(), stars: Some(1), ..none() },
        ListFilter { language: "pt".parse().ok(), before: at(9), ..none() },
        ListFilter { from: at(4), before: at(12), ..none() },
        ListFilter { waiting: true, ..none() },
    ]
}

/// Every page and every sum, compared with what they are by definition.
pub(crate) fn compare(tables: &Tables, all: &BTreeMap<String, Summary>) {
    for scope in scopes() {
        let n = all.values().filter(|it| scope.has(it)).count();
        assert_eq!(tables.n_closed(&scope), scope.count(all.values()), "{scope:?}");
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
pub(crate) struct Stage {
    pub(crate) tables: Tables,
    pub(crate) desk: Desk,
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
        views: Vec::new(),
    }
}

impl Stage {
    pub(crate) fn wake(tables: Tables, role: Role) -> Self {
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

    pub(crate) fn handle(&mut self, input: DeskInput) -> Vec<ToDesk> {
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
        self.page_of(ListFilter::default(), before)
    }

    fn page_of(&mut self, filter: ListFilter, before: Option<String>) -> (usize, Option<String>) {
        let query = ListQuery {
            tab: ListTab::All,
            states: vec![SessionState::Closed],
            department: None,
            campaign: None,
            filter,
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

/// A database of the release before, which kept no facets.
fn without_facets(all: &[Summary]) -> Sqlite {
    let old = Sqlite::in_memory();
    old.execute(
        "CREATE TABLE conversations (
            conversation TEXT PRIMARY KEY, live INTEGER NOT NULL, hidden INTEGER NOT NULL,
            site TEXT NOT NULL, department TEXT, owner TEXT, campaign TEXT, last_at INTEGER NOT NULL,
            body TEXT NOT NULL) WITHOUT ROWID",
        Vec::new(),
    )
    .unwrap();
    for it in all {
        let row = vec![inbox_host::sql::text(it.conversation.as_str()), json(it).unwrap()];
        old.execute("INSERT INTO conversations VALUES (?, 0, 0, '', NULL, NULL, NULL, 0, ?)", row)
            .unwrap();
    }
    old
}

fn facets(tables: &Tables) -> Vec<serde_json::Value> {
    tables.sql().query("SELECT facet, last_at, conversation FROM facets", Vec::new()).unwrap()
}

#[test]
fn ho36_what_the_release_before_did_not_keep_of_a_row_is_found_in_it() {
    let all: Vec<Summary> = (0..620).map(|n| summary(n, "closed", kind(n))).collect();
    let new = open();
    write(&new, &DeskBatch { summaries: all.clone(), ..DeskBatch::default() });
    let kept = facets(&DeskTables::open(without_facets(&all)).unwrap());
    assert_eq!(kept, facets(&new));
    assert!(2_000 < kept.len());
}

#[test]
fn ho36_whoever_was_stopped_goes_on_where_it_was() {
    let mut all: Vec<Summary> = (0..620).map(|n| summary(n, "closed", kind(n))).collect();
    all.sort_by(|one, other| one.conversation.cmp(&other.conversation));
    let old = without_facets(&all);
    let meta = "CREATE TABLE meta (key TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID";
    old.execute(meta, Vec::new()).unwrap();
    let walk = serde_json::json!({ "after": all[499].conversation, "is_done": false });
    let note = "INSERT INTO meta (key, body) VALUES ('facets', ?)";
    old.execute(note, vec![json(&walk).unwrap()]).unwrap();

    let mut rest = facets(&DeskTables::open(without_facets(&all)).unwrap());
    let last = all[499].conversation.as_str();
    rest.retain(|it| last < it["conversation"].as_str().unwrap());
    assert!(400 < rest.len());
    assert_eq!(facets(&DeskTables::open(old).unwrap()), rest);
}

/// The work of a page of what has a tag and a language, where as much has the tag whatever else is over.
fn work_of_filter(n_closed: u64, role: Role) -> u64 {
    let tables = open();
    tables
        .sql()
        .transaction(|| {
            for n in 0..n_closed {
                let mut it = summary(n, "closed", Kind { hidden: false, ..kind(n) });
                if n.is_multiple_of(n_closed / 150) {
                    it.tags = vec!["rare".to_owned().try_into().unwrap()];
                    it.language = "vi".parse().unwrap();
                    it.session.department = Some("sales".parse().unwrap());
                }
                tables.write(&DeskBatch { summaries: vec![it], ..DeskBatch::default() })?;
            }
            Ok(())
        })
        .unwrap();
    let mut stage = Stage::wake(tables, role);
    stage.arrives();
    let filter = ListFilter {
        tag: "rare".to_owned().try_into().ok(),
        language: "vi".parse().ok(),
        ..ListFilter::default()
    };
    let before = stage.tables.sql().n_steps();
    let (n, next) = stage.page_of(filter.clone(), None);
    assert_eq!(n, LIST_ROWS);
    assert_eq!(stage.page_of(filter, next).0, 50);
    stage.tables.sql().n_steps() - before
}

#[test]
fn ho50_a_page_with_a_filter_costs_the_same_however_much_else_is_over() {
    for role in [Role::Admin, Role::TeamLead] {
        let (few, many) = (work_of_filter(150, role), work_of_filter(3_000, role));
        assert!(many <= few + few / 2 + 2_000, "{role:?}: {few} steps of 150, {many} of 3,000");
    }
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
