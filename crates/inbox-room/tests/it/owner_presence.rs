//! What a conversation was told of its owner holds for as long as they are so, and no longer: it goes
//! through other hands meanwhile, and hears of its owner alone.

use inbox_protocol::{FromAgent, FromDesk, FromVisitor, TransferTarget, VERSION};
use inbox_room::{Conn, DeskInput, Facts, Input, RoomReport};
use inbox_types::{
    Assignment, AwayReason, Millis, OfferKind, OfferOutcome, Presence, SessionState, TransferMode,
    limits,
};

use crate::{
    desk_stage::{DeskStage, Later, queued},
    one_agent::{House, conn},
    stage::{id, post},
};

const PEOPLE: [&str; 3] = ["ana", "ben", "sue"];
const ANA: usize = 0;
const BEN: usize = 1;
const SUE: usize = 2;
/// The conversation.
const HERE: usize = 0;
const AWAY: Presence = Presence::Away(AwayReason::Lunch);

struct Case {
    house: House,
    n_said: usize,
}

impl Case {
    fn new() -> Self {
        let mut case = Self { house: House::of(&PEOPLE, Assignment::Manual, 1), n_said: 1 };
        let mut facts: Facts = case.house.rooms[HERE].facts.clone();
        facts.site.ask_still_questions = true;
        case.house.room(HERE, Input::Facts(Box::new(facts)));
        case.settle();
        case.presses(ANA, FromAgent::Take);
        assert_eq!(case.owner(), Some("ana".to_owned()));
        case
    }

    fn settle(&mut self) {
        while !self.house.mail.is_empty() {
            self.house.deliver(0, false);
        }
    }

    fn wait(&mut self, millis: Millis) {
        self.house.desk.now = self.house.desk.now.after(millis);
        for room in &mut self.house.rooms {
            room.now = room.now.after(millis);
        }
    }

    fn presses(&mut self, who: usize, frame: FromAgent) {
        self.wait(Millis(1));
        let pressed = format!("{} pressed {frame:?}", PEOPLE[who]);
        self.house.presses(HERE, who, frame);
        self.settle();
        assert_eq!(self.house.rooms[HERE].refusals(conn(who)), [], "{pressed}");
    }

    fn visitor(&mut self, frame: FromVisitor) {
        self.wait(Millis(1));
        let visitor = Input::Visitor { conn: Conn(1), frame, detection: None, said: None };
        self.house.room(HERE, visitor);
        self.settle();
    }

    fn visitor_says(&mut self) {
        self.n_said += 1;
        self.visitor(post(&format!("v{}", self.n_said), "hello", &[]));
    }

    fn desk(&mut self, input: DeskInput) {
        self.wait(Millis(1));
        self.house.desk(input);
        self.settle();
    }

    fn chooses(&mut self, presence: Presence) {
        let conn = Conn(conn(ANA));
        self.desk(DeskInput::Said { conn, frame: FromDesk::SetPresence { presence } });
    }

    fn state(&self) -> SessionState {
        self.house.rooms[HERE].summary().session.state
    }

    fn owner(&self) -> Option<String> {
        let stands = self.house.rooms[HERE].summary();
        let session = stands.session;
        let is_open = session.state != SessionState::Closed;
        session.owner.filter(|_| is_open).map(|it| it.to_string())
    }

    fn owner_at(&self) -> Option<usize> {
        let owner = self.owner()?;
        PEOPLE.iter().position(|it| *it == owner)
    }

    fn gives(&mut self, who: usize, to: usize, mode: TransferMode) {
        let to = TransferTarget::Agent(id(PEOPLE[to]));
        self.presses(
            who,
            FromAgent::Transfer { to, mode: Some(mode), reason: None, session: None },
        );
    }

    fn goes(&mut self, absence: Presence) {
        match absence {
            Presence::Offline => {
                let conn = Conn(conn(ANA));
                self.house.desk.readers.remove(&conn);
                self.desk(DeskInput::Closed { conn });
                self.wait(limits::OFFLINE_AFTER);
                self.desk(DeskInput::Fired);
            }
            Presence::Rona => {
                let asked = queued("main-c9", self.house.desk.now);
                let asked = asked.offered("ana", OfferKind::Assign);
                let missed = asked.clone().ended("ana", OfferKind::Assign, OfferOutcome::Rona);
                for summary in [asked, missed] {
                    let conversation = summary.conversation.clone();
                    let report = RoomReport::Summary(Box::new(summary));
                    self.desk(DeskInput::Report { conversation, report });
                }
            }
            Presence::Away(_) | Presence::Available => self.chooses(absence),
        }
        assert_eq!(self.presence(), absence);
    }

    fn comes_back(&mut self, absence: Presence) {
        if absence == Presence::Offline {
            let (conn, member) = (Conn(conn(ANA)), id("ana"));
            let rights = self.house.desk.rights("ana");
            self.desk(DeskInput::Connected { conn, member, rights });
            self.desk(DeskInput::Said { conn, frame: FromDesk::Hello { version: VERSION } });
        } else {
            self.chooses(Presence::Available);
        }
        assert_eq!(self.presence(), Presence::Available);
    }

    fn presence(&self) -> Presence {
        let row = self.house.desk.presence("ana");
        if row.offline { Presence::Offline } else { row.chosen }
    }

    fn ends(&mut self, who: usize) {
        self.presses(who, FromAgent::End { ask: false, reason: None, session: None });
    }

    fn loses(&mut self, way: &str) {
        match way {
            "closed" => self.ends(ANA),
            "transferred" => self.gives(ANA, BEN, TransferMode::Direct),
            "taken over" => self.presses(SUE, FromAgent::Take),
            "requeued" => self.presses(ANA, FromAgent::Leave { session: None }),
            other => panic!("{other}"),
        }
        assert_ne!(self.owner(), Some("ana".to_owned()));
    }

    /// Ana has it once more, whoever has it now.
    fn gets_back(&mut self, way: &str) {
        match (way, self.owner_at()) {
            ("take", Some(other)) => self.presses(other, FromAgent::Leave { session: None }),
            ("reopen", Some(other)) => self.ends(other),
            ("take", None) if self.state() == SessionState::Closed => self.visitor_says(),
            ("reopen", None) if self.state() == SessionState::Queued => {
                self.presses(BEN, FromAgent::Take);
                self.ends(BEN);
            }
            ("transfer" | "accept", None) => {
                let is_over = self.state() == SessionState::Closed;
                self.presses(BEN, if is_over { FromAgent::Reopen } else { FromAgent::Take });
            }
            (_, _) => (),
        }
        match way {
            "take" => self.presses(ANA, FromAgent::Take),
            "reopen" => self.presses(ANA, FromAgent::Reopen),
            "transfer" => {
                let other = self.owner_at().unwrap();
                self.gives(other, ANA, TransferMode::Direct);
            }
            "accept" => {
                let other = self.owner_at().unwrap();
                self.gives(other, ANA, TransferMode::Request);
                let offer = self.house.rooms[HERE].summary().session.offer.unwrap().id;
                self.presses(ANA, FromAgent::Accept { offer });
            }
            other => panic!("{other}"),
        }
        assert_eq!(self.owner(), Some("ana".to_owned()));
    }

    /// What asks whether the owner is there.
    fn is_asked(&mut self, by: &str) {
        if by == "snooze" {
            self.presses(ANA, FromAgent::Snooze { until: None, session: None });
            self.visitor_says();
        } else {
            self.visitor_says();
            self.presses(ANA, FromAgent::Ask);
            self.visitor(FromVisitor::Answer { more: true });
        }
    }
}

#[test]
fn dk160_an_absence_that_is_over_takes_no_session_from_anybody() {
    for absence in [AWAY, Presence::Rona, Presence::Offline] {
        for lost in ["closed", "transferred", "taken over", "requeued"] {
            for back in ["take", "reopen", "transfer", "accept"] {
                for by in ["snooze", "question"] {
                    let mut case = Case::new();
                    case.goes(absence);
                    case.loses(lost);
                    case.comes_back(absence);
                    case.gets_back(back);
                    case.is_asked(by);
                    let is = (case.state(), case.owner());
                    let what = format!("{absence:?}, {lost}, {back}, {by}");
                    assert_eq!(is, (SessionState::Active, Some("ana".to_owned())), "{what}");
                }
            }
        }
    }
}

#[test]
fn dk160_an_absence_that_goes_on_is_known_after_other_hands_too() {
    for (back, is_heard) in [("reopen", true), ("reopen", false), ("transfer", true)] {
        let mut case = Case::new();
        case.goes(AWAY);
        case.loses("closed");
        if is_heard {
            case.gets_back(back);
        } else {
            // A newer summary replaced the one that said that it was over.
            case.house.presses(HERE, ANA, FromAgent::Reopen);
            case.house.mail.clear();
        }
        case.is_asked("snooze");
        assert_eq!(case.state(), SessionState::Queued, "{back}, {is_heard}");
    }
}

#[test]
fn dk160_a_conversation_that_knows_is_told_nothing_again() {
    let mut case = Case::new();
    case.goes(AWAY);
    let n_told = case.house.desk.commands.len();
    case.visitor_says();
    case.visitor_says();
    assert_eq!(case.house.desk.commands.len(), n_told);
}

#[test]
fn dk161_whoever_leaves_is_asked_again_only_if_nobody_else_is_there() {
    for is_alone in [false, true] {
        let mut stage = DeskStage::new();
        stage.arrives(1, "ana");
        let mine = queued("main-c1", stage.now).active("ana");
        stage.hears(&mine);
        if !is_alone {
            stage.arrives(2, "ben");
            // Ben has more to do, so that Ana would be the next.
            for other in ["main-c2", "main-c3"] {
                stage.hears(&queued(other, stage.now).active("ben"));
            }
        }
        stage.forget_heard();
        stage.wait(1_000);
        let mut left = mine.later(2);
        left.session.state = SessionState::Queued;
        left.session.owner = None;
        left.session.queued_at = Some(stage.now);
        stage.hears(&left);
        let asked = |stage: &DeskStage| {
            stage.asked().into_iter().map(|(_, agent)| agent).collect::<Vec<_>>()
        };
        let at_once: &[&str] = if is_alone { &[] } else { &["ben"] };
        assert_eq!(asked(&stage), at_once, "{is_alone}");
        if is_alone {
            // Nobody is stranded by it.
            stage.pass(31_000);
            assert_eq!(asked(&stage), ["ana"]);
        }
    }
}

#[test]
fn dk161_whose_session_ended_is_asked_at_once_for_the_next_one() {
    let mut stage = DeskStage::new();
    stage.arrives(1, "ana");
    let mine = queued("main-c1", stage.now).active("ana");
    stage.hears(&mine);
    stage.forget_heard();
    stage.wait(1_000);
    // The desk hears of the end and of the beginning in one.
    let no = mine.session.no.next();
    let mut next = mine.later(2);
    next.session.no = no;
    next.session.state = SessionState::Queued;
    next.session.owner = None;
    next.session.queued_at = Some(stage.now);
    stage.hears(&next);
    let asked: Vec<String> = stage.asked().into_iter().map(|(_, it)| it).collect();
    assert_eq!(asked, ["ana"]);
}
