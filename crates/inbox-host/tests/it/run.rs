//! HO27 and after: the run loop, on a database.

use inbox_host::{ConversationRunner, LocalConversation, Timer};
use inbox_protocol::{FromVisitor, ToVisitor, VERSION, VisitorHello, http::Webhook};
use inbox_room::{
    Conn, Facts, Frame, Identity, Input, Log as _, Numbering, Principal, VisitorCredentials,
};
use inbox_types::{Place, Timestamp};

const NOW: Timestamp = Timestamp::from_millis(1_000_000);

pub(crate) struct Stage {
    pub(crate) object: LocalConversation,
    pub(crate) runner: ConversationRunner,
}

impl Stage {
    pub(crate) fn new() -> Self {
        let identity = Identity {
            conversation: "main-abc".parse().unwrap(),
            site: "main-shop".parse().unwrap(),
            contact: "v1".parse().unwrap(),
        };
        let facts = Facts {
            site: inbox_types::SiteSettings::default(),
            department: None,
            site_deleted: false,
            workspace: inbox_types::WorkspaceSettings::default(),
            departments: std::collections::BTreeMap::default(),
            successors: std::collections::BTreeMap::default(),
            members: std::collections::BTreeMap::default(),
            topics: Vec::new(),
            translated: vec!["en".parse().unwrap()],
            inbox_away: false,
        };
        let webhook = Webhook {
            url: "https://hooks.example/".to_owned().try_into().unwrap(),
            secret: "whsec_".to_owned(),
            secret_made: Timestamp::default(),
            paused: false,
            disabled: false,
            since: Timestamp::default(),
            answers: false,
            key: None,
            previous: None,
        };
        let object = LocalConversation::new(identity, facts, Some(webhook), NOW).unwrap();
        Self { object, runner: ConversationRunner::default() }
    }

    fn drives(&mut self, input: Input) -> bool {
        self.runner.drive(&mut self.object, input).is_ok()
    }

    pub(crate) fn arrives(&mut self) {
        let who =
            Principal::Visitor(VisitorCredentials { generation: 0, renew: false, since: None });
        assert!(self.drives(Input::Connected { conn: Conn(1), who }));
        let hello = VisitorHello {
            version: VERSION,
            epoch: 1,
            after: None,
            languages: vec!["en".parse().unwrap()],
        };
        assert!(self.drives(said(FromVisitor::Hello(hello))));
    }

    fn stored(&self) -> usize {
        self.object.log.after(Numbering::Team, Place(0), 100).len()
    }

    fn acknowledged(&self) -> usize {
        let is_ack = |it: &&(Conn, Frame)| matches!(it.1, Frame::Visitor(ToVisitor::Ack { .. }));
        self.object.told.iter().filter(is_ack).count()
    }
}

pub(crate) fn said(frame: FromVisitor) -> Input {
    Input::Visitor { conn: Conn(1), frame, detection: None, said: None }
}

fn post(name: &str) -> FromVisitor {
    FromVisitor::Post {
        client_id: name.parse().unwrap(),
        text: Some("hello".to_owned().try_into().unwrap()),
        files: Vec::new(),
        context: inbox_types::StartContext::default(),
    }
}

#[test]
fn ho27_a_turn_that_is_killed_tells_nobody_what_is_not_stored() {
    let mut n_outputs = 0;
    loop {
        let mut stage = Stage::new();
        stage.arrives();
        stage.object.n_outputs_left = n_outputs;
        if stage.drives(said(post("c1"))) {
            break;
        }
        let (stored, told) = (stage.stored(), stage.acknowledged());
        assert!(told == 0 || 0 < stored, "killed before output {n_outputs}");
        assert_eq!(stored == 0, n_outputs == 0, "the rows come first, and together");
        // Whoever writes it again finds it stored once, whatever became of the room.
        stage.object.n_outputs_left = usize::MAX;
        assert!(stage.drives(said(post("c1"))));
        assert_eq!(stage.acknowledged(), told + 1);
        assert_eq!(stage.object.log.visitor_texts(9).unwrap(), ["hello"]);
        n_outputs += 1;
    }
    assert!(3 < n_outputs, "each output is one place to be killed at");
}

#[test]
fn ho28_what_brings_back_the_report_and_the_delivery_is_stored_with_the_turn() {
    let mut stage = Stage::new();
    stage.arrives();
    stage.object.timers.clear();
    // The process dies as soon as the rows are written.
    stage.object.n_outputs_left = 1;
    assert!(!stage.drives(said(post("c1"))));
    assert!(stage.object.timers.contains_key(&Timer::Report));
    assert!(stage.object.timers.contains_key(&Timer::Forward));
    assert!(stage.object.timers.contains_key(&Timer::Index));

    // A row that is refused leaves neither rows nor timers.
    let mut stage = Stage::new();
    stage.arrives();
    stage.object.timers.clear();
    let sql = "DROP TABLE contents; CREATE TABLE contents (other TEXT)";
    inbox_host::Sql::execute(stage.object.log.sql(), sql, Vec::new()).unwrap();
    assert!(!stage.drives(said(post("c1"))));
    assert!(stage.object.timers.is_empty(), "{:?}", stage.object.timers);
}

#[test]
fn ho29_a_timer_that_comes_too_early_is_set_to_when_it_is_due() {
    let mut stage = Stage::new();
    stage.arrives();
    assert!(stage.drives(said(post("c1"))));
    let due = stage.object.timers.get(&Timer::Room).copied();
    stage.object.timers.insert(Timer::Room, NOW);
    let n_stored = stage.stored();
    stage.runner.room_due(&mut stage.object).unwrap();
    assert_eq!(stage.stored(), n_stored);
    assert_eq!(stage.object.timers.get(&Timer::Room).copied(), due);
}

#[test]
fn ho30_one_frame_wakes_the_room_once() {
    let mut stage = Stage::new();
    stage.arrives();
    for name in ["c1", "c2"] {
        stage.runner.sleep();
        stage.object.n_woken = 0;
        let frame = post(name);
        let needs = |room: &inbox_room::Room, log: &dyn inbox_room::Log| {
            room.needs(NOW, Conn(1), &frame, log)
        };
        let needs = stage.runner.look(&mut stage.object, needs).unwrap();
        assert_eq!(needs.workspace.is_some(), name == "c1", "only the first begins a session");
        assert!(stage.drives(said(frame.clone())));
        assert_eq!(stage.object.n_woken, 1);
    }
}
