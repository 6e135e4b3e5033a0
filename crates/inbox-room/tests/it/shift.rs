//! A shift as it may come: several conversations, their desk, agents who press and go away, letters
//! that come late or are lost, and time that passes. Whatever happened, nobody is left waiting who
//! could be answered once everything has come to rest.

use std::collections::BTreeMap;

use inbox_protocol::http::Department;
use inbox_protocol::{BulkOperation, FromAgent, FromDesk, FromVisitor, TransferTarget};
use inbox_room::{Conn, DeskCommand, DeskInput, Facts, Input, MemberFacts, PresenceRow};
use inbox_types::{
    Assignment, AwayReason, DepartmentId, MemberId, Millis, Presence, Role, SessionState,
    Timestamp, TransferMode,
};
use proptest::prelude::*;

use crate::{
    one_agent::{CAPACITY, House, Letter, conn, name},
    stage::{id, post},
};

const PEOPLE: [&str; 3] = ["ana", "ben", "sue"];
const VISITOR: u64 = 1;
const N_ROOMS: usize = 3;

/// What can happen, in which conversation, to whom, and a number that says more.
type Act = (u8, usize, usize, usize);

struct Shift {
    house: House,
    /// What the workspace says today; conversations hear of it when they ask.
    facts: Facts,
    /// Whose console is at the desk.
    here: [bool; PEOPLE.len()],
    n_said: usize,
}

impl Shift {
    fn new() -> Self {
        let mut house = House::of(&PEOPLE, Assignment::Offer, N_ROOMS);
        // A conversation that wakes knows what the workspace says; here some have not asked yet.
        house.rooms.iter_mut().for_each(|it| it.sleeps = false);
        let facts = house.rooms[0].facts.clone();
        let mut shift = Self { house, facts, here: [true; PEOPLE.len()], n_said: 1 };
        shift.tells_desk_of_departments(&["sales", "support"]);
        shift.settle();
        shift
    }

    fn tells_desk_of_departments(&mut self, departments: &[&str]) {
        let mut facts = self.house.desk.facts.clone();
        let department = |it: &&str| Department {
            id: id(it),
            name: (*it).to_owned().try_into().unwrap(),
            assignment: Assignment::Offer,
            hours: inbox_types::OpeningHours::default(),
        };
        facts.departments = departments.iter().map(department).collect();
        facts.members.clone_from(&self.facts.members);
        self.house.desk(DeskInput::Facts(Box::new(facts)));
    }

    /// The department in which all of them are goes, to another one.
    fn dissolves(&mut self) {
        self.facts.departments.remove(&id::<DepartmentId>("sales"));
        self.facts.successors.insert(id("sales"), id("support"));
        self.facts.department = Some(id("support"));
        for member in self.facts.members.values_mut() {
            member.departments = vec![id("support")];
            member.version += 1;
        }
        self.tells_desk_of_departments(&["support"]);
    }

    fn now(&self) -> Timestamp {
        self.house.desk.now
    }

    fn member(&mut self, who: &str) -> &mut MemberFacts {
        self.facts.members.get_mut(&id::<MemberId>(who)).unwrap()
    }

    /// The workspace says something else of somebody. The desk hears it at once.
    fn tells_of_member(&mut self, who: &str, change: impl FnOnce(&mut MemberFacts)) {
        let member = self.member(who);
        change(member);
        member.version += 1;
        let mut facts = self.house.desk.facts.clone();
        facts.members.clone_from(&self.facts.members);
        self.house.desk(DeskInput::Facts(Box::new(facts)));
    }

    fn deliver(&mut self, at: usize, is_doubled: bool) {
        // A conversation that is told to look asks the workspace first.
        let at = at % self.house.mail.len().max(1);
        if let Some(Letter::ToRoom(room, DeskCommand::Look)) = self.house.mail.get(at) {
            let (room, facts) = (*room, Box::new(self.facts.clone()));
            self.house.room(room, Input::Facts(facts));
        }
        self.house.deliver(at, is_doubled);
    }

    fn settle(&mut self) {
        for _ in 0..2_000 {
            if self.house.mail.is_empty() {
                return;
            }
            self.deliver(0, false);
        }
        panic!("letters without end");
    }

    /// Time passes, and whatever is due comes as the platform brings it.
    fn pass(&mut self, millis: u64) {
        let until = self.now().after(Millis(millis));
        for _ in 0..1_000 {
            let alarms = self.house.rooms.iter().map(|it| it.memory.alarm);
            let next = alarms.chain([self.house.desk.alarm]).flatten().min();
            let Some(next) = next.filter(|it| *it <= until) else { break };
            self.set_now(next.max(self.now()));
            if self.house.desk.alarm.is_some_and(|it| it <= next) {
                self.house.desk(DeskInput::Fired);
            }
            for room in 0..self.house.rooms.len() {
                if self.house.rooms[room].memory.alarm.is_some_and(|it| it <= next) {
                    self.house.room(room, Input::Fired);
                }
            }
        }
        self.set_now(until);
    }

    fn set_now(&mut self, now: Timestamp) {
        self.house.desk.now = now;
        for room in &mut self.house.rooms {
            room.now = now;
        }
    }

    fn comes_or_goes(&mut self, who: usize) {
        let conn = conn(who);
        if self.here[who] {
            self.house.desk.readers.remove(&Conn(conn));
            self.house.desk(DeskInput::Closed { conn: Conn(conn) });
        } else {
            let rights = self.house.desk.rights(PEOPLE[who]);
            let member = id(PEOPLE[who]);
            self.house.desk(DeskInput::Connected { conn: Conn(conn), member, rights });
            let frame = FromDesk::Hello { version: inbox_protocol::VERSION };
            self.house.desk(DeskInput::Said { conn: Conn(conn), frame });
        }
        self.here[who] = self.house.desk.readers.contains_key(&Conn(conn));
    }

    fn says(&mut self, who: usize, frame: FromDesk) {
        if self.house.desk.readers.contains_key(&Conn(conn(who))) {
            self.house.desk(DeskInput::Said { conn: Conn(conn(who)), frame });
        }
    }

    fn answers(&mut self, room: usize, who: usize, accept: bool) {
        let Some(offer) = self.house.rooms[room].summary().session.offer else { return };
        let conversation = id(&name(room));
        self.says(who, FromDesk::Answer { conversation, offer: offer.id, accept });
    }

    fn act(&mut self, (what, room, who, at): Act) {
        self.set_now(self.now().after(Millis(1)));
        let before = self.house.desk.presences.clone();
        let other = PEOPLE[(who + 1 + at % (PEOPLE.len() - 1)) % PEOPLE.len()];
        let mode = Some(if at % 4 < 2 { TransferMode::Direct } else { TransferMode::Request });
        match what {
            0..4 => {
                self.n_said += 1;
                let frame = post(&format!("v{}", self.n_said), "hello", &[]);
                self.visitor(room, frame);
            }
            4 => self.visitor(room, FromVisitor::End),
            5 | 6 => self.house.presses(room, who, FromAgent::Take),
            7 | 8 => self.answers(room, who, at % 3 != 0),
            9 => self.house.presses(room, who, FromAgent::Leave { session: None }),
            10 => self.house.presses(
                room,
                who,
                FromAgent::End { ask: false, reason: None, session: None },
            ),
            11 => {
                let until = (at % 2 == 0).then(|| self.now().after(Millis::seconds(40)));
                self.house.presses(room, who, FromAgent::Snooze { until, session: None });
            }
            12 => self.house.presses(room, who, FromAgent::Wake),
            13 => self.house.presses(room, who, FromAgent::Reopen),
            14 | 15 => {
                let to = TransferTarget::Agent(id(other));
                self.house.presses(
                    room,
                    who,
                    FromAgent::Transfer { to, mode, reason: None, session: None },
                );
            }
            16 => self.house.presses(
                room,
                who,
                FromAgent::Invite { agent: id(other), mode, session: None },
            ),
            17 | 18 => {
                let away = Presence::Away(AwayReason::Lunch);
                let presence = if at % 3 == 0 { away } else { Presence::Available };
                self.says(who, FromDesk::SetPresence { presence });
            }
            19 | 20 => self.comes_or_goes(who),
            21 => self.pass(at as u64 * 100),
            22 => {
                let conversations = (0..self.house.rooms.len()).map(|it| id(&name(it))).collect();
                let operation = match at % 3 {
                    0 => BulkOperation::Take,
                    1 => BulkOperation::End { reason: None },
                    _ => BulkOperation::Transfer { agent: id(other) },
                };
                self.says(who, FromDesk::Bulk { operation, conversations, sessions: [].into() });
            }
            // Somebody leaves the team, or may only read from now on. Sue stays.
            23 if who < 2 && at % 4 == 0 => {
                let to = (at % 8 == 0).then(|| id(other));
                self.tells_of_member(PEOPLE[who], |it| (it.removed, it.successor) = (true, to));
                self.here[who] = false;
            }
            23 if who < 2 && at % 4 == 1 => {
                self.tells_of_member(PEOPLE[who], |it| it.role = Role::Auditor);
            }
            23 if at % 4 == 2 => self.dissolves(),
            // An offer that does not reach its conversation: the desk asks again by itself.
            24 => {
                let is_offer =
                    |it: &Letter| matches!(it, Letter::ToRoom(_, DeskCommand::Offer { .. }));
                if let Some(at) = self.house.mail.iter().position(is_offer) {
                    self.house.mail.remove(at);
                }
            }
            other => self.deliver(at, other == 25),
        }
        self.check_rona(&before);
    }

    /// Only who was there and available did not answer.
    fn check_rona(&self, before: &BTreeMap<MemberId, PresenceRow>) {
        for (member, row) in &self.house.desk.presences {
            let Some(before) = before.get(member).filter(|it| it.chosen != row.chosen) else {
                continue;
            };
            let was_there = before.chosen == Presence::Available && before.lost_at.is_none();
            assert!(row.chosen != Presence::Rona || was_there, "{before:?}, then {row:?}");
        }
    }

    fn visitor(&mut self, room: usize, frame: FromVisitor) {
        let conn = Conn(VISITOR);
        self.house.room(room, Input::Visitor { conn, frame, detection: None, said: None });
    }

    /// Everybody who is there answers what they are asked, until nothing happens any more.
    fn comes_to_rest(&mut self) {
        for _ in 0..40 {
            self.settle();
            self.pass(7_000);
            self.settle();
            for room in 0..self.house.rooms.len() {
                for (who, person) in PEOPLE.iter().enumerate() {
                    let offer = self.house.rooms[room].summary().session.offer;
                    if self.here[who] && offer.is_some_and(|it| it.agent == id(person)) {
                        self.answers(room, who, true);
                    }
                }
            }
        }
        self.settle();
    }

    /// Who is there, and could be asked for one more.
    fn could_answer(&self, who: usize) -> bool {
        let member = &self.facts.members[&id::<MemberId>(PEOPLE[who])];
        let row = self.house.desk.presence(PEOPLE[who]);
        let is_there = self.here[who] && !row.offline && row.chosen == Presence::Available;
        let answers = !member.removed && member.role != Role::Auditor;
        is_there && answers && self.house.n_owned(PEOPLE[who]) < CAPACITY as usize
    }

    fn check(&self) {
        for (no, room) in self.house.rooms.iter().enumerate() {
            let stands = room.summary();
            let session = &stands.session;
            let known = &self.house.desk.rows.summaries[&id(&name(no))];
            assert_eq!(known.version, stands.version, "the desk knows how {no} stands");
            if let Some(owner) = session.owner.as_ref().filter(|_| !stands.is_over()) {
                let member = &self.facts.members[owner];
                let answers = !member.removed && member.role != Role::Auditor;
                assert!(answers, "{no} is with {owner}, who cannot answer: {session:?}");
                // What was given to somebody who had gone before is not left with them.
                let row = &self.house.desk.presences[owner];
                let given = session.added.iter().rfind(|it| it.agent == *owner);
                let given = given.map(|it| {
                    let event =
                        room.memory.events.iter().find(|event| event.seq == it.seq).unwrap();
                    event.body.event.at
                });
                if let (SessionState::Active, true, Some(given)) =
                    (session.state, row.offline, given)
                {
                    assert!(
                        given < row.lost_at.unwrap_or_default(),
                        "{no} is with {owner}, who had gone: {session:?}"
                    );
                }
            }
            let department = session.department.as_ref().unwrap();
            assert!(self.facts.departments.contains_key(department), "{no} is in {department}");
            if session.state == SessionState::Queued {
                for (who, person) in PEOPLE.iter().enumerate() {
                    let declined = session.excluded.contains(&id(person));
                    assert!(
                        declined || !self.could_answer(who),
                        "{no} waits although {person} could answer: {session:?}"
                    );
                }
            }
            if let Some(offer) = &session.offer {
                assert!(self.now() < offer.deadline, "{no} asks for ever: {session:?}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]
    #[test]
    fn dk3_whatever_a_shift_brings_nobody_waits_who_could_be_answered(
        acts in proptest::collection::vec((0_u8..40, 0..3_usize, 0..PEOPLE.len(), 0_usize..1_000), 1..100),
    ) {
        let mut shift = Shift::new();
        for act in acts {
            shift.act(act);
        }
        shift.comes_to_rest();
        shift.check();
    }
}
