//! Several conversations and their desk, with letters between them that come late and in any order,
//! reports twice: what none of them could get wrong alone.

use inbox_protocol::{BulkOperation, FromAgent, FromDesk};
use inbox_room::{Conn, DeskCommand, DeskInput, DeskOutput, Input, Output, RoomReport};
use inbox_types::{Assignment, SessionState};
use proptest::prelude::*;

use crate::{
    desk_stage::{DeskStage, desk_facts},
    stage::{Stage, id},
};

const N_ROOMS: usize = 5;
pub(crate) const CAPACITY: u32 = 2;
const AGENTS: [&str; 2] = ["ana", "ben"];

pub(crate) enum Letter {
    ToDesk(usize, RoomReport),
    ToRoom(usize, DeskCommand),
}

/// Conversations, their desk, and what is on its way between them.
pub(crate) struct House {
    pub(crate) rooms: Vec<Stage>,
    pub(crate) desk: DeskStage,
    pub(crate) mail: Vec<Letter>,
}

pub(crate) fn name(room: usize) -> String {
    format!("main-c{room}")
}

/// Each agent has the same numbers everywhere.
pub(crate) fn conn(who: usize) -> u64 {
    10 + who as u64
}

impl House {
    fn new(assignment: Assignment) -> Self {
        Self::of(&AGENTS, assignment, N_ROOMS)
    }

    /// All agents look at every conversation, since when they had none.
    pub(crate) fn of(agents: &[&str], assignment: Assignment, n_rooms: usize) -> Self {
        let mut facts = desk_facts();
        facts.settings.capacity = CAPACITY;
        facts.departments[0].assignment = assignment;
        let mut room_facts = crate::stage::facts();
        room_facts.workspace = facts.settings.clone();
        let rooms = (0..n_rooms).map(|_| Stage::with(room_facts.clone())).collect();
        let mut house = Self { rooms, desk: DeskStage::with(facts), mail: Vec::new() };
        for (who, agent) in agents.iter().enumerate() {
            house.desk.arrives(conn(who), agent);
        }
        for room in 0..n_rooms {
            house.rooms[room].visitor_arrives(1);
            for (who, agent) in agents.iter().enumerate() {
                house.rooms[room].agent_arrives(conn(who), agent);
            }
            house.rooms[room].visitor_says(1, "v1", "hello");
            let stands = RoomReport::Summary(Box::new(house.rooms[room].summary()));
            house.mail.push(Letter::ToDesk(room, of(room, stands)));
        }
        house
    }

    pub(crate) fn room(&mut self, room: usize, input: Input) {
        for output in self.rooms[room].handle(input) {
            if let Output::Report(report) = output {
                self.mail.push(Letter::ToDesk(room, of(room, *report)));
            }
        }
    }

    pub(crate) fn presses(&mut self, room: usize, who: usize, frame: FromAgent) {
        self.room(room, Input::Agent { conn: Conn(conn(who)), frame });
    }

    pub(crate) fn desk(&mut self, input: DeskInput) {
        for output in self.desk.handle(input) {
            if let DeskOutput::Command { conversation, command } = output {
                let room = conversation.as_str().trim_start_matches("main-c").parse().unwrap();
                self.mail.push(Letter::ToRoom(room, command));
            }
        }
    }

    pub(crate) fn deliver(&mut self, at: usize, is_doubled: bool) {
        if self.mail.is_empty() {
            return;
        }
        let letter = self.mail.swap_remove(at % self.mail.len());
        match letter {
            Letter::ToDesk(room, report) => {
                if is_doubled {
                    self.mail.push(Letter::ToDesk(room, report.clone()));
                }
                self.desk(DeskInput::Report { conversation: id(&name(room)), report });
            }
            // The desk says again only what no place depends on.
            Letter::ToRoom(room, command) => self.room(room, Input::Desk(command)),
        }
    }

    fn answer(&mut self, room: usize, who: usize) {
        let Some(offer) = self.rooms[room].summary().session.offer else { return };
        self.presses(room, who, FromAgent::Accept { offer: offer.id });
    }

    pub(crate) fn n_owned(&self, agent: &str) -> usize {
        let session = |it: &Stage| it.summary().session;
        let owned = self.rooms.iter().map(session).filter(|it| it.state != SessionState::Closed);
        owned.filter(|it| it.owner == Some(id(agent))).count()
    }

    fn act(&mut self, (what, room, who, at): (u8, usize, usize, usize)) {
        for room in &mut self.rooms {
            room.wait(1);
        }
        self.desk.wait(1);
        match what {
            0..8 => self.presses(room, who, FromAgent::Take),
            8..11 => self.answer(room, who),
            11 => self.presses(room, who, FromAgent::Leave { session: None }),
            12 => {
                let conversations = (0..N_ROOMS).map(|it| id(&name(it))).collect();
                let frame = FromDesk::Bulk {
                    operation: BulkOperation::Take,
                    conversations,
                    sessions: [].into(),
                };
                self.desk(DeskInput::Said { conn: Conn(conn(who)), frame });
            }
            other => self.deliver(at, other == 13),
        }
    }
}

/// What a conversation says, under its own name: on the stage they all have the same.
fn of(room: usize, mut report: RoomReport) -> RoomReport {
    match &mut report {
        RoomReport::Summary(summary) | RoomReport::Bulk { summary: Some(summary), .. } => {
            summary.conversation = id(&name(room));
        }
        _ => (),
    }
    report
}

#[test]
fn rm53_whoever_presses_everywhere_at_once_gets_what_they_have_room_for() {
    let mut house = House::new(Assignment::Manual);
    while !house.mail.is_empty() {
        house.deliver(0, false);
    }
    for room in 0..N_ROOMS {
        house.presses(room, 0, FromAgent::Take);
    }
    while !house.mail.is_empty() {
        assert!(house.n_owned("ana") <= CAPACITY as usize);
        house.deliver(0, false);
    }
    assert_eq!(house.n_owned("ana"), CAPACITY as usize);
    let refused = house.rooms.iter().flat_map(|it| it.refusals(conn(0)));
    let refused: Vec<_> = refused.collect();
    assert_eq!(refused, [inbox_protocol::Refusal::NoCapacity; N_ROOMS - CAPACITY as usize]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]
    #[test]
    fn dk36_nobody_comes_to_own_more_than_they_have_room_for(
        asks in any::<bool>(),
        acts in proptest::collection::vec((0_u8..32, 0..N_ROOMS, 0..2_usize, 0_usize..1_000), 1..120),
    ) {
        let mut house = House::new(if asks { Assignment::Offer } else { Assignment::Manual });
        for act in acts {
            house.act(act);
            for agent in AGENTS {
                prop_assert!(house.n_owned(agent) <= CAPACITY as usize, "{}", agent);
            }
        }
    }
}
