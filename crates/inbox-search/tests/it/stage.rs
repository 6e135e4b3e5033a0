//! An index with conversations in it, and people who search.

use std::cell::Cell;

use inbox_core::{Agent, permission::SessionFacts};
use inbox_host::{Sql, Sqlite, SqliteError, Value};
use inbox_protocol::http::{Department, SearchPage, SiteSummary, SnippetPart, Topic};
use inbox_room::{DeskFacts, IndexCard, SiteFacts};
use inbox_search::{Feed, Line, Query, Said, SearchIndex, Searcher, Writer};
use inbox_types::{
    Assignment, ContactDetails, MemberCard, Role, Seq, SessionState, Timestamp, WorkspaceSettings,
};
use serde::de::DeserializeOwned;

pub(crate) fn id<T: std::str::FromStr<Err: std::fmt::Debug>>(raw: &str) -> T {
    raw.parse().unwrap()
}

/// 2026-03-01, in milliseconds.
pub(crate) const MARCH: u64 = 1_772_323_200_000;

/// A database that counts the rows it gives out.
pub(crate) struct Counting {
    sql: Sqlite,
    pub(crate) n_rows: Cell<usize>,
}

impl Sql for Counting {
    type Error = SqliteError;

    fn execute(&self, statement: &str, parameters: Vec<Value>) -> Result<(), SqliteError> {
        self.sql.execute(statement, parameters)
    }

    fn query<T: DeserializeOwned>(
        &self,
        query: &str,
        of: Vec<Value>,
    ) -> Result<Vec<T>, SqliteError> {
        let rows = self.sql.query(query, of)?;
        self.n_rows.set(self.n_rows.get() + rows.len());
        Ok(rows)
    }

    fn transaction(
        &self,
        rows: impl FnMut() -> Result<(), SqliteError>,
    ) -> Result<(), SqliteError> {
        self.sql.transaction(rows)
    }
}

pub(crate) struct Stage {
    pub(crate) index: SearchIndex<Counting>,
    pub(crate) facts: DeskFacts,
}

impl Stage {
    /// A shop that masks, and one that does not; two departments and a topic.
    pub(crate) fn new() -> Self {
        let site = |name: &str, masks: bool| SiteFacts {
            summary: SiteSummary {
                id: id(&format!("main-{}", name.to_lowercase())),
                name: id(name),
            },
            mask_sensitive: masks,
        };
        let department = |name: &str| Department {
            id: id(&name.to_lowercase()),
            name: id(name),
            assignment: Assignment::default(),
            hours: inbox_types::OpeningHours::default(),
        };
        let sql = Counting { sql: Sqlite::in_memory(), n_rows: Cell::new(0) };
        Self {
            index: SearchIndex::open(sql).unwrap(),
            facts: DeskFacts {
                settings: WorkspaceSettings::default(),
                members: std::collections::BTreeMap::default(),
                departments: vec![department("Sales"), department("Support")],
                sites: vec![site("Shop", false), site("Clinic", true)],
                canned: Vec::new(),
                topics: vec![Topic { id: id("t1"), name: id("Opening hours") }],
                campaigns: Vec::new(),
                views: Vec::new(),
            },
        }
    }

    pub(crate) fn take(&self, feed: &Feed) {
        self.index.take(feed).unwrap();
    }

    pub(crate) fn page(&self, agent: &Agent, raw: &str, after: Option<u64>) -> SearchPage {
        let searcher = Searcher { agent: agent.clone(), facts: &self.facts };
        self.index.search(&searcher, &Query::parse(raw, 0), after).unwrap()
    }

    /// What somebody finds, as conversation and place.
    pub(crate) fn finds(&self, agent: &Agent, raw: &str) -> Vec<String> {
        let hits = self.page(agent, raw, None).hits.into_iter();
        hits.map(|it| match it.place {
            Some(place) => format!("{}/{}", it.conversation, place.0),
            None => it.conversation.to_string(),
        })
        .collect()
    }

    /// All bytes of all tables.
    pub(crate) fn holds(&self, needle: &str) -> bool {
        const TABLES: [&str; 6] = [
            "SELECT CAST(block AS TEXT) AS body FROM words_data",
            "SELECT CAST(term AS TEXT) AS body FROM words_idx",
            "SELECT c0 || ' ' || c1 || ' ' || c2 || ' ' || c3 AS body FROM words_content",
            "SELECT body FROM lines",
            "SELECT body FROM conversations",
            "SELECT id AS body FROM conversations",
        ];
        #[derive(serde::Deserialize)]
        struct Row {
            body: Option<String>,
        }
        TABLES.iter().any(|table| {
            let rows: Vec<Row> = self.index.sql().query(table, Vec::new()).unwrap();
            rows.iter().any(|it| it.body.as_ref().is_some_and(|it| it.contains(needle)))
        })
    }
}

pub(crate) fn agent(name: &str, role: Role, departments: &[&str]) -> Agent {
    Agent {
        id: id(name),
        name: id(name),
        role,
        departments: departments.iter().map(|it| id(it)).collect(),
    }
}

pub(crate) fn owner() -> Agent {
    agent("olga", Role::Owner, &[])
}

/// A conversation at the shop, in sales, of nobody.
pub(crate) fn card() -> IndexCard {
    IndexCard {
        site: id("main-shop"),
        contact: id("v1"),
        details: ContactDetails::default(),
        tags: Vec::new(),
        topics: Vec::new(),
        facts: SessionFacts { department: Some(id("sales")), ..SessionFacts::default() },
        state: Some(SessionState::Queued),
        department: Some(id("Sales")),
        owner: None,
    }
}

pub(crate) fn feed(conversation: &str, card: IndexCard, lines: Vec<Line>) -> Feed {
    Feed {
        conversation: id(conversation),
        epoch: 1,
        up_to: lines.last().map_or(Seq(1), |it| it.seq),
        at: Timestamp::from_millis(MARCH),
        card,
        lines,
    }
}

pub(crate) fn line(seq: u64, by: Writer, text: &str) -> Line {
    let said = Said { by, note: false, text: Some(id(text)), files: Vec::new() };
    Line { seq: Seq(seq), at: Timestamp::from_millis(MARCH + seq * 1_000), said: Some(said) }
}

pub(crate) fn visitor(seq: u64, text: &str) -> Line {
    line(seq, Writer::Visitor, text)
}

pub(crate) fn member(seq: u64, name: &str, text: &str) -> Line {
    line(seq, Writer::Member(MemberCard { id: id(name), name: id(name) }), text)
}

pub(crate) fn marked(snippet: &[SnippetPart]) -> String {
    let part = |it: &SnippetPart| {
        if it.found { format!("[{}]", it.text) } else { it.text.clone() }
    };
    snippet.iter().map(part).collect()
}
