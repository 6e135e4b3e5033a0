//! The desk on a stage. Conversations are summaries that the scene hands in.
//!
//! Every turn is also played by a desk that has just woken; what it stores, and how it puts the
//! people and the lists, must be the same (A4). What a sleep may take (the places it holds, the
//! lists it sent) is asked or sent again.

use std::collections::BTreeMap;

use inbox_protocol::{CloseCode, FromDesk, ToDesk, VERSION, http};
use inbox_room::{
    BulkChange, ClosedPlace, ClosedQuery, ClosedScope, Conn, Desk, DeskBatch, DeskCommand,
    DeskConnection, DeskFacts, DeskInput, DeskOutput, DeskRows, DeskSnapshot, Grant, LastMessage,
    OfferReport, OfferSummary, PresenceRow, RoomReport, SessionSummary, Signer, SiteFacts,
    SocketsRow, Summary, Version,
};
use inbox_types::{
    Assignment, ContactDetails, ConversationId, DepartmentId, MemberId, OfferKind, OfferOutcome,
    Presence, Role, Seq, SessionNo, SessionState, Timestamp, WorkspaceSettings, limits,
};

use crate::stage::{START, id, member};

pub(crate) struct Key;

impl Signer for Key {
    fn sign(&self, grant: &Grant) -> String {
        serde_json::to_string(grant).unwrap()
    }
}

/// What a desk has stored, looked through from end to end.
#[derive(Default)]
pub(crate) struct Rows {
    pub(crate) summaries: BTreeMap<ConversationId, Summary>,
    erased: BTreeMap<ConversationId, u32>,
}

impl DeskRows for Rows {
    fn summary(&self, conversation: &ConversationId) -> Option<Summary> {
        self.summaries.get(conversation).filter(|it| !it.is_live()).cloned()
    }

    fn erased(&self, conversation: &ConversationId) -> Option<u32> {
        self.erased.get(conversation).copied()
    }

    fn closed(&self, query: &ClosedQuery) -> Vec<Summary> {
        query.of(self.summaries.values().cloned())
    }

    fn n_closed(&self, scope: &ClosedScope) -> u32 {
        scope.count(self.summaries.values())
    }

    fn strays(
        &self,
        departments: &[DepartmentId],
        after: Option<&ClosedPlace>,
        limit: usize,
    ) -> Vec<ClosedPlace> {
        strays(self.summaries.values(), departments, after, limit)
    }
}

/// What is over and names a department that is none of these.
fn strays<'a>(
    all: impl Iterator<Item = &'a Summary>,
    departments: &[DepartmentId],
    after: Option<&ClosedPlace>,
    limit: usize,
) -> Vec<ClosedPlace> {
    let is_stray = |it: &&Summary| {
        let department = it.session.department.as_ref();
        let gone = department.is_some_and(|it| !departments.contains(it));
        let place = it.closed_place();
        gone && !it.is_live() && !it.hidden && after.is_none_or(|it| it.cmp_newest(&place).is_lt())
    };
    let mut places: Vec<_> = all.filter(is_stray).map(Summary::closed_place).collect();
    places.sort_by(ClosedPlace::cmp_newest);
    places.truncate(limit);
    places
}

pub(crate) struct DeskStage {
    pub(crate) now: Timestamp,
    pub(crate) facts: DeskFacts,
    pub(crate) presences: BTreeMap<MemberId, PresenceRow>,
    pub(crate) rows: Rows,
    sockets: BTreeMap<ConversationId, SocketsRow>,
    pub(crate) readers: BTreeMap<Conn, DeskConnection>,
    pub(crate) alarm: Option<Timestamp>,
    pub(crate) heard: BTreeMap<Conn, Vec<ToDesk>>,
    pub(crate) closed: BTreeMap<Conn, CloseCode>,
    pub(crate) commands: Vec<(ConversationId, DeskCommand)>,
    pub(crate) desk: Desk,
}

pub(crate) fn desk_facts() -> DeskFacts {
    let people = [
        ("ana", "Ana", Role::Agent),
        ("ben", "Ben", Role::Agent),
        ("sue", "Sue", Role::Supervisor),
        ("adam", "Adam", Role::Admin),
        ("mark", "Mark", Role::Marketer),
    ];
    DeskFacts {
        settings: WorkspaceSettings::default(),
        members: people
            .into_iter()
            .map(|(key, name, role)| (id::<MemberId>(key), member(name, role)))
            .collect(),
        departments: vec![http::Department {
            id: id("sales"),
            name: "Sales".to_owned().try_into().unwrap(),
            assignment: Assignment::Offer,
            hours: inbox_types::OpeningHours::default(),
        }],
        sites: vec![SiteFacts {
            summary: http::SiteSummary {
                id: id("main-s1"),
                name: "Shop".to_owned().try_into().unwrap(),
            },
            mask_sensitive: false,
        }],
        canned: Vec::new(),
        topics: Vec::new(),
        campaigns: Vec::new(),
        views: Vec::new(),
    }
}

/// A session that began to wait a moment ago.
pub(crate) fn queued(conversation: &str, now: Timestamp) -> Summary {
    Summary {
        conversation: id(conversation),
        version: Version { epoch: 1, seq: Seq(2), seen: 0 },
        site: id("main-s1"),
        contact: id("visitor"),
        details: ContactDetails::default(),
        tags: Vec::new(),
        blocked: false,
        hidden: false,
        language: "en".parse().unwrap(),
        session: SessionSummary {
            no: SessionNo(1),
            state: SessionState::Queued,
            closed_by: None,
            opened_at: now,
            queued_at: Some(now),
            department: Some(id("sales")),
            owner: None,
            owner_presence: None,
            others: Vec::new(),
            silent: Vec::new(),
            ever_joined: Vec::new(),
            added: Vec::new(),
            wrapup: Vec::new(),
            excluded: Vec::new(),
            offer: None,
            outcomes: Vec::new(),
            customer_waiting_since: Some(now),
            queued_since: now,
            followed_up_at: now,
            page: None,
            proactive: false,
            campaign: None,
            topics: Vec::new(),
            stars: None,
            elsewhere: false,
            read_only: false,
        },
        last: Some(LastMessage {
            text: "hello".to_owned(),
            masked: None,
            by_visitor: true,
            at: now,
        }),
        recent: Vec::new(),
        n_visitor_messages: 1,
        n_before_session: 0,
        seen: BTreeMap::new(),
    }
}

/// What comes of a summary, some events later.
pub(crate) trait Later {
    fn later(self, n_events: u64) -> Self;
    fn offered(self, agent: &str, kind: OfferKind) -> Self;
    fn ended(self, agent: &str, kind: OfferKind, outcome: OfferOutcome) -> Self;
    fn active(self, owner: &str) -> Self;
    fn message(self, text: &str) -> Self;
}

impl Later for Summary {
    fn later(mut self, n_events: u64) -> Self {
        self.version.seq = Seq(self.version.seq.0 + n_events);
        self
    }

    fn offered(mut self, agent: &str, kind: OfferKind) -> Self {
        self = self.later(1);
        self.session.offer = Some(OfferSummary {
            id: id(&format!("offer-{}", self.version.seq.0)),
            agent: id(agent),
            kind,
            from: (kind != OfferKind::Assign).then(|| id("ana")),
            deadline: self.session.opened_at.after(limits::OFFLINE_AFTER),
            reason: None,
        });
        if kind == OfferKind::Assign {
            self.session.state = SessionState::Offered;
        }
        self
    }

    fn ended(mut self, agent: &str, kind: OfferKind, outcome: OfferOutcome) -> Self {
        self = self.later(1);
        let offer = self.session.offer.take().expect("an offer runs");
        self.session.outcomes.push(OfferReport {
            id: offer.id,
            seq: self.version.seq,
            agent: id(agent),
            kind,
            from: offer.from,
            outcome,
            by: None,
        });
        if self.session.state == SessionState::Offered {
            self.session.state = SessionState::Queued;
        }
        self
    }

    fn active(mut self, owner: &str) -> Self {
        self = self.later(1);
        self.session.state = SessionState::Active;
        self.session.owner = Some(id(owner));
        self.session.offer = None;
        if !self.session.ever_joined.contains(&id(owner)) {
            self.session.ever_joined.push(id(owner));
        }
        self
    }

    fn message(mut self, text: &str) -> Self {
        self = self.later(1);
        self.n_visitor_messages += 1;
        let at = self.session.opened_at;
        self.last = Some(LastMessage { text: text.to_owned(), masked: None, by_visitor: true, at });
        self
    }
}

impl DeskStage {
    /// Reads of the desk, as a request does that changes nothing.
    pub(crate) fn reads<T>(&self, read: impl FnOnce(&Desk, Timestamp, &Rows) -> T) -> T {
        read(&self.desk, self.now, &self.rows)
    }

    pub(crate) fn new() -> Self {
        Self::with(desk_facts())
    }

    pub(crate) fn with(facts: DeskFacts) -> Self {
        let snapshot = DeskSnapshot {
            facts: facts.clone(),
            presences: Vec::new(),
            summaries: Vec::new(),
            sockets: Vec::new(),
            alarm: None,
            readers: Vec::new(),
        };
        Self {
            now: Timestamp::from_millis(START),
            facts,
            presences: BTreeMap::new(),
            rows: Rows::default(),
            sockets: BTreeMap::new(),
            readers: BTreeMap::new(),
            alarm: None,
            heard: BTreeMap::new(),
            closed: BTreeMap::new(),
            commands: Vec::new(),
            desk: Desk::wake(snapshot),
        }
    }

    pub(crate) fn wait(&mut self, millis: u64) {
        self.now = Timestamp::from_millis(self.now.as_millis() + millis);
    }

    /// Lets time pass as the platform does: the alarm comes when it is due.
    pub(crate) fn pass(&mut self, millis: u64) {
        let until = self.now.as_millis() + millis;
        while let Some(alarm) = self.alarm.filter(|it| it.as_millis() <= until) {
            self.now = alarm.max(self.now);
            self.handle(DeskInput::Fired);
        }
        self.now = Timestamp::from_millis(until);
    }

    pub(crate) fn woken(&self) -> Desk {
        Desk::wake(DeskSnapshot {
            facts: self.facts.clone(),
            presences: self.presences.values().cloned().collect(),
            summaries: self.rows.summaries.values().filter(|it| it.is_live()).cloned().collect(),
            sockets: self.sockets.values().cloned().collect(),
            alarm: self.alarm,
            readers: self.readers.iter().map(|(conn, it)| (*conn, it.clone())).collect(),
        })
    }

    pub(crate) fn sleep(&mut self) {
        self.desk = self.woken();
    }

    pub(crate) fn handle(&mut self, input: DeskInput) -> Vec<DeskOutput> {
        if let DeskInput::Facts(facts) | DeskInput::FactsAgain(facts) = &input {
            // As the shell stores them.
            self.facts = (**facts).clone().after(&self.facts);
        } else {
            let before = self.woken().handle(self.now, input.clone(), &Key, &self.rows);
            let outputs = self.desk.handle(self.now, input.clone(), &Key, &self.rows);
            crate::dialled::is_known_beforehand(&self.desk, &input, &outputs);
            assert_eq!(self.stored(&outputs), self.stored(&before), "waking goes unnoticed");
            return self.finish(outputs);
        }
        let outputs = self.desk.handle(self.now, input, &Key, &self.rows);
        self.finish(outputs)
    }

    /// Stores a turn, and then sends the lists.
    fn finish(&mut self, mut outputs: Vec<DeskOutput>) -> Vec<DeskOutput> {
        self.run(&outputs);
        let lists = self.desk.lists(self.now, &self.rows);
        self.run(&lists);
        outputs.extend(lists);
        outputs
    }

    /// What a turn stores. How many conversations a bulk follow-up asks at once depends on the places
    /// that are held, which a sleep may take.
    fn stored(&self, outputs: &[DeskOutput]) -> DeskBatch {
        let batch = outputs.iter().find_map(|it| match it {
            DeskOutput::Store(batch) => Some(batch.clone()),
            _ => None,
        });
        let plain = |row: &PresenceRow| PresenceRow { bulks: Vec::new(), ..row.clone() };
        let mut batch = batch.unwrap_or_default();
        let known = self.presences.values().flat_map(|it| &it.bulks);
        let known = known.map(|it| (it.id.clone(), it.operation.clone()));
        let begun = batch.bulks.iter().filter_map(BulkChange::begun);
        let takes: Vec<String> = known
            .chain(begun)
            .filter(|(_, it)| *it == inbox_protocol::BulkOperation::Take)
            .map(|(id, _)| id)
            .collect();
        batch.bulks.retain(|it| takes.iter().all(|id| id != it.bulk()));
        batch.presences.retain(|row| {
            self.presences.get(&row.member).is_none_or(|before| plain(before) != *row)
        });
        // Whoever woke notices at once what another one notices in the order in which it came.
        batch.presences.sort_by(|one, other| one.member.cmp(&other.member));
        batch
    }

    fn run(&mut self, outputs: &[DeskOutput]) {
        let mut told = false;
        for output in outputs {
            match output {
                DeskOutput::Store(batch) => {
                    assert!(!told, "store, then tell");
                    batch.keep_presences(&mut self.presences);
                    for summary in &batch.summaries {
                        let id = summary.conversation.clone();
                        self.rows.summaries.insert(id, summary.clone());
                    }
                    for (id, epoch) in &batch.erased {
                        self.rows.summaries.remove(id);
                        self.rows.erased.insert(id.clone(), *epoch);
                    }
                    for row in &batch.sockets {
                        self.sockets.insert(row.conversation.clone(), row.clone());
                    }
                }
                DeskOutput::Remember { conn, reader } => {
                    self.readers.insert(*conn, reader.clone());
                }
                DeskOutput::Tell { conn, frame } => {
                    told = true;
                    self.heard.entry(*conn).or_default().push(frame.clone());
                }
                DeskOutput::Close { conn, code } => {
                    self.readers.remove(conn);
                    self.closed.insert(*conn, *code);
                }
                DeskOutput::Command { conversation, command } => {
                    told = true;
                    self.commands.push((conversation.clone(), command.clone()));
                }
                DeskOutput::Alarm(alarm) => self.alarm = *alarm,
            }
        }
    }

    pub(crate) fn arrives(&mut self, conn: u64, who: &str) {
        self.dials(conn, who, self.rights(who));
        self.says(conn, FromDesk::Hello { version: VERSION });
    }

    /// The version of somebody's rights; whoever is not of the team has none.
    pub(crate) fn rights(&self, who: &str) -> u64 {
        self.facts.members.get(&id::<MemberId>(who)).map_or(0, |it| it.version)
    }

    /// A console whose member the workspace let in with these rights.
    pub(crate) fn dials(&mut self, conn: u64, who: &str, rights: u64) {
        self.handle(DeskInput::Connected { conn: Conn(conn), member: id(who), rights });
    }

    /// The facts with sign-ins of somebody ended.
    pub(crate) fn signed_out(&self, who: &str) -> DeskFacts {
        let mut facts = self.facts.clone();
        let member = facts.members.get_mut(&id::<MemberId>(who)).unwrap();
        member.version += 1;
        member.signed_out = member.version;
        facts
    }

    pub(crate) fn leaves(&mut self, conn: u64) {
        self.readers.remove(&Conn(conn));
        self.handle(DeskInput::Closed { conn: Conn(conn) });
    }

    pub(crate) fn says(&mut self, conn: u64, frame: FromDesk) -> Vec<DeskOutput> {
        self.handle(DeskInput::Said { conn: Conn(conn), frame })
    }

    pub(crate) fn chooses(&mut self, conn: u64, presence: Presence) {
        self.says(conn, FromDesk::SetPresence { presence });
    }

    pub(crate) fn hears(&mut self, summary: &Summary) -> Vec<DeskOutput> {
        let report = RoomReport::Summary(Box::new(summary.clone()));
        self.reports(summary.conversation.as_str(), report)
    }

    pub(crate) fn reports(&mut self, conversation: &str, report: RoomReport) -> Vec<DeskOutput> {
        self.handle(DeskInput::Report { conversation: id(conversation), report })
    }

    pub(crate) fn heard_by(&self, conn: u64) -> Vec<ToDesk> {
        self.heard.get(&Conn(conn)).cloned().unwrap_or_default()
    }

    /// What came of bulk operations, as a console heard it.
    pub(crate) fn outcomes(&self, conn: u64) -> Vec<inbox_protocol::BulkOutcome> {
        let told = self.heard_by(conn).into_iter().filter_map(|it| match it {
            ToDesk::Bulk(view) => view.outcome,
            _ => None,
        });
        told.collect()
    }

    pub(crate) fn presence(&self, who: &str) -> &PresenceRow {
        &self.presences[&id::<MemberId>(who)]
    }

    pub(crate) fn forget_heard(&mut self) {
        self.heard.clear();
        self.commands.clear();
    }

    /// Whom the desk wants to be asked, in the order of asking.
    pub(crate) fn asked(&self) -> Vec<(String, String)> {
        let offers = self.commands.iter().filter_map(|(conversation, command)| match command {
            DeskCommand::Offer { grant, .. } => {
                Some((conversation.to_string(), grant.agent.to_string()))
            }
            _ => None,
        });
        offers.collect()
    }

    /// Notifications shown and taken back again, in order: `+allocation:main-c1`, `-…`.
    pub(crate) fn notices(&self, conn: u64) -> Vec<String> {
        let frames = self.heard_by(conn).into_iter();
        let notices = frames.filter_map(|frame| match frame {
            ToDesk::Notify(view) => Some(format!("+{}", view.id)),
            ToDesk::Retract { id } => Some(format!("-{id}")),
            _ => None,
        });
        notices.collect()
    }
}
