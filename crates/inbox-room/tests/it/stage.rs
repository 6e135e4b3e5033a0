//! One conversation on a stage: who connects, says and hears what.
//!
//! Every turn is played twice, by the running room and by one that has just woken from what is
//! stored and attached. Both must answer the same (A4), and every output that tells something
//! must come after the store (A3).

use std::collections::BTreeMap;

use inbox_protocol::{
    AgentHello, BridgeDone, CloseCode, FromAgent, FromBridge, FromVisitor, Refusal, ToAgent,
    ToVisitor, VERSION, VisitorHello,
};
use inbox_room::{
    CampaignSnapshot, Conn, Connection, DeskCommand, Facts, Frame, Grant, Identity, Input,
    MemberFacts, Needs, Output, Principal, Room, RoomReport, StoredFile, Summary,
    VisitorCredentials,
};
use inbox_types::{
    Author, CampaignCard, DepartmentId, File, FileId, MediaType, MemberCard, MemberId, MessageText,
    Place, Role, SiteSettings, StartContext, Timestamp, VariantKey, Visibility, WorkspaceSettings,
    limits,
};

use crate::memory::Memory;

pub(crate) const START: u64 = 1_000_000;

pub(crate) struct Stage {
    pub(crate) now: Timestamp,
    pub(crate) facts: Facts,
    pub(crate) memory: Memory,
    pub(crate) readers: BTreeMap<Conn, Connection>,
    pub(crate) heard: BTreeMap<Conn, Vec<Frame>>,
    pub(crate) closed: BTreeMap<Conn, CloseCode>,
    pub(crate) reports: Vec<RoomReport>,
    pub(crate) links: Vec<(Conn, FileId)>,
    pub(crate) masked_links: Vec<FileId>,
    pub(crate) renewals: Vec<Conn>,
    /// What the bridge was answered.
    pub(crate) bridged: Vec<Result<BridgeDone, Refusal>>,
    pub(crate) dropped: Vec<FileId>,
    /// The rate is counted in memory alone, so a woken room counts anew.
    pub(crate) sleeps: bool,
    room: Room,
}

pub(crate) fn id<T: std::str::FromStr<Err = inbox_types::IdError>>(raw: &str) -> T {
    raw.parse().unwrap()
}

pub(crate) fn text(raw: &str) -> MessageText {
    MessageText::try_from(raw.to_owned()).unwrap()
}

pub(crate) fn member(name: &str, role: Role) -> MemberFacts {
    MemberFacts {
        name: name.to_owned().try_into().unwrap(),
        role,
        departments: vec![id("sales")],
        version: 1,
        signed_out: 0,
        removed: false,
        successor: None,
    }
}

pub(crate) fn facts() -> Facts {
    let people = [
        ("ana", "Ana", Role::Agent),
        ("ben", "Ben", Role::Agent),
        ("cleo", "Cleo", Role::Agent),
        ("sue", "Sue", Role::Supervisor),
        ("adam", "Adam", Role::Admin),
        ("mark", "Mark", Role::Marketer),
    ];
    Facts {
        site: SiteSettings::default(),
        department: Some(id("sales")),
        site_deleted: false,
        workspace: WorkspaceSettings::default(),
        departments: [("sales", "Sales"), ("support", "Support")]
            .into_iter()
            .map(|(key, name)| (id::<DepartmentId>(key), name.to_owned().try_into().unwrap()))
            .collect(),
        successors: BTreeMap::new(),
        members: people
            .into_iter()
            .map(|(key, name, role)| (id::<MemberId>(key), member(name, role)))
            .collect(),
        topics: vec![id("shipping")],
        translated: vec!["en".parse().unwrap(), "vi".parse().unwrap()],
        inbox_away: false,
    }
}

pub(crate) fn identity() -> Identity {
    Identity { conversation: id("main-c1"), site: id("main-s1"), contact: id("visitor") }
}

impl Stage {
    pub(crate) fn new() -> Self {
        Self::with(facts())
    }

    pub(crate) fn with(facts: Facts) -> Self {
        let memory = Memory::default();
        let room = Room::wake(memory.snapshot(&identity(), &facts, &BTreeMap::new()));
        Self {
            now: Timestamp::from_millis(START),
            facts,
            memory,
            readers: BTreeMap::new(),
            heard: BTreeMap::new(),
            closed: BTreeMap::new(),
            reports: Vec::new(),
            links: Vec::new(),
            masked_links: Vec::new(),
            renewals: Vec::new(),
            bridged: Vec::new(),
            dropped: Vec::new(),
            sleeps: true,
            room,
        }
    }

    pub(crate) fn wait(&mut self, millis: u64) {
        self.now = Timestamp::from_millis(self.now.as_millis() + millis);
    }

    pub(crate) fn woken(&self) -> Room {
        Room::wake(self.memory.snapshot(&identity(), &self.facts, &self.readers))
    }

    /// What the shell finds out before it passes a frame on.
    pub(crate) fn needs(&self, conn: u64, frame: &FromVisitor) -> Needs {
        self.room.needs(self.now, Conn(conn), frame, &self.memory)
    }

    /// The room sleeps, and things change meanwhile without a word to it.
    pub(crate) fn sleeps_through(&mut self, facts: Facts) {
        self.facts = facts;
        self.room = self.woken();
    }

    pub(crate) fn handle(&mut self, input: Input) -> Vec<Output> {
        if let Input::Facts(facts) = &input {
            self.facts = (**facts).clone();
        }
        let woken = {
            let mut room = self.woken();
            self.sleeps.then(|| room.handle(self.now, input.clone(), &self.memory))
        };
        let left = match &input {
            Input::Closed { conn } => Some(*conn),
            _ => None,
        };
        let dialled = match &input {
            Input::Connected { conn, who } => Some((*conn, self.room.turns_away(self.now, who))),
            _ => None,
        };
        let outputs = self.room.handle(self.now, input, &self.memory);
        if let Some((dialled, turned_away)) = dialled {
            let closed = outputs.iter().find_map(|it| match it {
                Output::Close { conn, code } if *conn == dialled => Some(*code),
                _ => None,
            });
            assert_eq!(closed, turned_away, "whether somebody comes in is known beforehand");
        }
        if let Some(woken) = woken {
            assert_eq!(outputs, woken, "waking goes unnoticed");
        }
        if let Some(conn) = left {
            self.readers.remove(&conn);
        }
        self.run(&outputs);
        outputs
    }

    fn run(&mut self, outputs: &[Output]) {
        let mut told = false;
        for output in outputs {
            match output {
                Output::Store(batch) => {
                    assert!(!told, "store, then tell");
                    self.memory.store((**batch).clone());
                }
                Output::Erase(erasure) => {
                    assert!(!told, "erase, then tell");
                    self.memory.erase(erasure);
                }
                Output::Remember { conn, reader } => {
                    self.readers.insert(*conn, reader.clone());
                }
                Output::Tell { conn, frame } => {
                    told = true;
                    assert!(self.readers.contains_key(conn), "nobody is at {conn:?}");
                    self.heard.entry(*conn).or_default().push(frame.clone());
                }
                Output::Close { conn, code } => {
                    self.readers.remove(conn);
                    self.closed.insert(*conn, *code);
                }
                Output::SignLink { conn, file, masked } => {
                    self.links.push((*conn, file.clone()));
                    if *masked {
                        self.masked_links.push(file.clone());
                    }
                }
                Output::RenewToken { conn, .. } => self.renewals.push(*conn),
                Output::AnswerBridge(answer) => {
                    told = true;
                    self.bridged.push(*answer);
                }
                Output::Report(report) => {
                    told = true;
                    self.reports.push((**report).clone());
                }
                Output::DropFiles(files) => {
                    for file in files {
                        self.memory.files.remove(file);
                    }
                    self.dropped.extend(files.iter().cloned());
                }
            }
        }
        if outputs.iter().any(|it| matches!(it, Output::Erase(_))) {
            self.room = self.woken();
        }
    }

    // Connections.

    /// The visitor dials with a token of today.
    pub(crate) fn visitor_connects(&mut self, conn: u64) {
        let generation = self.memory.standing.generation;
        let who =
            Principal::Visitor(VisitorCredentials { generation, ..VisitorCredentials::default() });
        self.handle(Input::Connected { conn: Conn(conn), who });
    }

    pub(crate) fn visitor_arrives(&mut self, conn: u64) {
        self.visitor_connects(conn);
        self.visitor(conn, hello(None));
    }

    pub(crate) fn grant(&self, agent: &str) -> Grant {
        let agent: MemberId = id(agent);
        let member = &self.facts.members[&agent];
        Grant {
            role: member.role,
            departments: member.departments.clone(),
            version: member.version,
            load: 0,
            expires: self.now.after(limits::GRANT_LIFE),
            agent,
        }
    }

    pub(crate) fn agent_connects(&mut self, conn: u64, agent: &str) {
        let who = Principal::Agent(self.grant(agent));
        self.handle(Input::Connected { conn: Conn(conn), who });
    }

    pub(crate) fn agent_arrives(&mut self, conn: u64, agent: &str) {
        self.agent_connects(conn, agent);
        self.agent(conn, agent_hello(None));
    }

    // Speech.

    pub(crate) fn visitor(&mut self, conn: u64, frame: FromVisitor) -> Vec<Output> {
        self.handle(Input::Visitor { conn: Conn(conn), frame, detection: None, said: None })
    }

    /// The bridge says something under this name, and is answered.
    pub(crate) fn bridge(
        &mut self,
        id: &str,
        said: &serde_json::Value,
    ) -> Result<BridgeDone, Refusal> {
        let said: FromBridge = serde_json::from_value(said.clone()).unwrap();
        self.handle(Input::Bridge { id: self::id(id), said });
        self.bridged.pop().expect("an answer")
    }

    /// The shell is about to ask whom the bridge means.
    pub(crate) fn bridge_asks(&mut self) -> Result<BridgeDone, Refusal> {
        self.handle(Input::BridgeAsks);
        self.bridged.pop().expect("an answer")
    }

    pub(crate) fn may_bridge_upload(&self, n_pending: usize) -> Result<(), Refusal> {
        self.room.may_bridge_upload(n_pending)
    }

    /// The visitor writes in answer to a campaign; `said` is what the workspace knows of it.
    pub(crate) fn visitor_answers(
        &mut self,
        conn: u64,
        name: &str,
        said: Option<CampaignSnapshot>,
    ) {
        let context = StartContext {
            page: Some("https://shop.example/cups".to_owned().try_into().unwrap()),
            campaign: Some(id("post")),
            variant: Some(VariantKey::FIRST),
            language: None,
        };
        let text = Some(text("Yes please"));
        let frame = FromVisitor::Post { client_id: id(name), text, files: Vec::new(), context };
        let said = said.map(Box::new);
        self.handle(Input::Visitor { conn: Conn(conn), frame, detection: None, said });
    }

    /// The desk, which is not on this stage, has a place for whoever wants one.
    pub(crate) fn agent(&mut self, conn: u64, frame: FromAgent) -> Vec<Output> {
        let mut outputs = self.handle(Input::Agent { conn: Conn(conn), frame });
        if let Some(RoomReport::Wanted { conn, session, queued_at, agent, .. }) =
            self.reports.last()
        {
            let grant = self.grant(agent.as_str());
            let (conn, session, queued_at) = (*conn, *session, *queued_at);
            self.reports.pop();
            outputs.extend(self.desk(DeskCommand::Take { conn, session, queued_at, grant }));
        }
        outputs
    }

    pub(crate) fn desk(&mut self, command: DeskCommand) -> Vec<Output> {
        self.handle(Input::Desk(command))
    }

    pub(crate) fn visitor_says(&mut self, conn: u64, name: &str, said: &str) {
        self.visitor(conn, post(name, said, &[]));
    }

    pub(crate) fn agent_says(&mut self, conn: u64, name: &str, said: &str) {
        self.agent(conn, agent_post(name, Visibility::Public, said));
    }

    /// Ana owns a session that the visitor opened.
    pub(crate) fn in_talk() -> Self {
        let mut stage = Self::new();
        stage.talk();
        stage
    }

    pub(crate) fn talk(&mut self) {
        self.visitor_arrives(1);
        self.visitor_says(1, "v1", "hello");
        self.agent_arrives(2, "ana");
        self.agent(2, FromAgent::Take);
        self.agent_says(2, "a1", "hi, how can I help?");
    }

    pub(crate) fn uploads(&mut self, file: &str, by: Author) {
        let stored = StoredFile {
            file: File {
                id: id(file),
                name: format!("{file}.png").try_into().unwrap(),
                bytes: 10,
                media: MediaType::Png,
            },
            by,
            message: None,
        };
        self.memory.files.insert(id(file), stored);
    }

    // What was heard.

    pub(crate) fn visitor_heard(&self, conn: u64) -> Vec<ToVisitor> {
        let frames = self.heard.get(&Conn(conn)).cloned().unwrap_or_default();
        frames
            .into_iter()
            .map(|frame| match frame {
                Frame::Visitor(frame) => frame,
                Frame::Agent(frame) => panic!("a visitor was told {frame:?}"),
            })
            .collect()
    }

    pub(crate) fn agent_heard(&self, conn: u64) -> Vec<ToAgent> {
        let frames = self.heard.get(&Conn(conn)).cloned().unwrap_or_default();
        frames
            .into_iter()
            .map(|frame| match frame {
                Frame::Agent(frame) => frame,
                Frame::Visitor(frame) => panic!("an agent was told {frame:?}"),
            })
            .collect()
    }

    pub(crate) fn forget_heard(&mut self) {
        self.heard.clear();
        self.reports.clear();
    }

    pub(crate) fn refusals(&self, conn: u64) -> Vec<Refusal> {
        let frames = self.heard.get(&Conn(conn)).cloned().unwrap_or_default();
        frames
            .into_iter()
            .filter_map(|frame| match frame {
                Frame::Visitor(ToVisitor::Refused { reason, .. })
                | Frame::Agent(ToAgent::Refused { reason, .. }) => Some(reason),
                _ => None,
            })
            .collect()
    }

    pub(crate) fn summary(&self) -> Summary {
        let summaries = self.reports.iter().rev().find_map(|it| match it {
            RoomReport::Summary(summary) => Some((**summary).clone()),
            _ => None,
        });
        summaries.expect("a summary was reported")
    }

    pub(crate) fn closed_with(&self, conn: u64) -> Option<CloseCode> {
        self.closed.get(&Conn(conn)).copied()
    }
}

pub(crate) fn hello(after: Option<u64>) -> FromVisitor {
    FromVisitor::Hello(VisitorHello {
        version: VERSION,
        epoch: 1,
        after: after.map(Place),
        languages: vec!["en".parse().unwrap()],
    })
}

pub(crate) fn agent_hello(after: Option<u64>) -> FromAgent {
    FromAgent::Hello(AgentHello { version: VERSION, epoch: 1, after: after.map(Place) })
}

pub(crate) fn post(name: &str, said: &str, files: &[&str]) -> FromVisitor {
    FromVisitor::Post {
        client_id: id(name),
        text: (!said.is_empty()).then(|| text(said)),
        files: files.iter().map(|it| id(it)).collect(),
        context: StartContext::default(),
    }
}

pub(crate) fn agent_post(name: &str, visibility: Visibility, said: &str) -> FromAgent {
    FromAgent::Post { client_id: id(name), visibility, text: Some(text(said)), files: Vec::new() }
}

/// What a campaign said, in Ana's name or in the team's.
pub(crate) fn campaign_said(by: Option<&str>) -> CampaignSnapshot {
    let name = |raw: &str| raw.to_owned().try_into().unwrap();
    CampaignSnapshot {
        campaign: CampaignCard { id: id("post"), name: name("Free post") },
        variant: VariantKey::FIRST,
        by: by.map(|it| MemberCard { id: id(it), name: name("Ana") }),
        text: text("Questions about post?"),
    }
}
