//! What a conversation tells the index.

use std::collections::BTreeMap;

use inbox_host::{ConversationRunner, LocalConversation};
use inbox_protocol::{AgentHello, FromAgent, FromVisitor, VERSION, VisitorHello};
use inbox_room::{Conn, Facts, Grant, Identity, Input, Principal, VisitorCredentials};
use inbox_search::{Feed, feed as feed_of};
use inbox_types::{
    ContactDetails, Place, Role, Seq, SiteSettings, StartContext, Timestamp, Visibility,
    WorkspaceSettings, limits::SEARCH_NAMED,
};

use crate::stage::{MARCH, Stage, card, feed, id, member, owner, visitor};

/// A conversation with its database, and who is connected to it.
struct Chat {
    object: LocalConversation,
    runner: ConversationRunner,
    n: u32,
}

impl Chat {
    fn new() -> Self {
        let identity =
            Identity { conversation: id("main-c1"), site: id("main-shop"), contact: id("v1") };
        let facts = Facts {
            site: SiteSettings::default(),
            department: None,
            site_deleted: false,
            workspace: WorkspaceSettings::default(),
            departments: BTreeMap::new(),
            successors: BTreeMap::new(),
            members: BTreeMap::new(),
            topics: Vec::new(),
            translated: vec![id("en")],
            inbox_away: false,
        };
        let object =
            LocalConversation::new(identity, facts, None, Timestamp::from_millis(MARCH)).unwrap();
        let mut chat = Self { object, runner: ConversationRunner::default(), n: 0 };
        let pass = VisitorCredentials { generation: 0, renew: false, since: None };
        chat.drive(Input::Connected { conn: Conn(1), who: Principal::Visitor(pass) });
        chat.visitor(FromVisitor::Hello(VisitorHello {
            version: VERSION,
            epoch: 1,
            after: None,
            languages: vec![id("en")],
        }));
        chat.arrives(2, "olga");
        chat
    }

    fn arrives(&mut self, conn: u64, agent: &str) {
        let grant = Grant {
            agent: id(agent),
            role: Role::Owner,
            departments: Vec::new(),
            version: 1,
            load: 0,
            expires: Timestamp::from_millis(MARCH * 2),
        };
        let conn = Conn(conn);
        self.drive(Input::Connected { conn, who: Principal::Agent(grant) });
        let hello = AgentHello { version: VERSION, epoch: 1, after: None };
        self.drive(Input::Agent { conn, frame: FromAgent::Hello(hello) });
    }

    fn drive(&mut self, input: Input) {
        self.object.now = self.object.now.after(inbox_types::Millis::seconds(1));
        self.runner.drive(&mut self.object, input).unwrap();
    }

    fn visitor(&mut self, frame: FromVisitor) {
        self.drive(Input::Visitor { conn: Conn(1), frame, detection: None, said: None });
    }

    fn agent(&mut self, frame: FromAgent) {
        self.drive(Input::Agent { conn: Conn(2), frame });
    }

    fn says(&mut self, text: &str) {
        self.n += 1;
        let client_id = id(&format!("c{}", self.n));
        let context = StartContext::default();
        self.visitor(FromVisitor::Post {
            client_id,
            text: Some(id(text)),
            files: Vec::new(),
            context,
        });
    }

    fn writes(&mut self, visibility: Visibility, text: &str) -> Place {
        self.n += 1;
        let client_id = id(&format!("c{}", self.n));
        self.object.told.clear();
        self.agent(FromAgent::Post {
            client_id,
            visibility,
            text: Some(id(text)),
            files: Vec::new(),
        });
        let told = self.object.told.iter().rev().find_map(|(_, frame)| {
            let inbox_room::Frame::Agent(inbox_protocol::ToAgent::Ack { place, .. }) = frame else {
                return None;
            };
            Some(*place)
        });
        told.unwrap()
    }

    fn feed(&mut self, after: Seq) -> Option<Feed> {
        let look = |room: &inbox_room::Room, log: &dyn inbox_room::Log| {
            feed_of(&id("main-c1"), room, log, after)
        };
        self.runner.look(&mut self.object, look).unwrap()
    }

    /// Tells the index everything after a place.
    fn tell(&mut self, stage: &Stage, mut after: Seq) -> Seq {
        while let Some(feed) = self.feed(after) {
            // At least once.
            stage.take(&feed);
            stage.take(&feed);
            after = feed.up_to;
        }
        after
    }
}

#[test]
fn se9_messages_and_notes_are_found_and_whispers_are_not() {
    let (mut chat, stage) = (Chat::new(), Stage::new());
    assert_eq!(chat.feed(Seq(0)), None, "nobody began a session");
    chat.says("a question of the visitor");
    chat.agent(FromAgent::Take);
    chat.writes(Visibility::Public, "an answer of the team");
    chat.writes(Visibility::Note, "a remark between us");
    chat.arrives(3, "sue");
    chat.drive(Input::Agent { conn: Conn(3), frame: FromAgent::Supervise });
    chat.writes(Visibility::Whisper, "a whisper to a colleague");
    chat.tell(&stage, Seq(0));
    for (raw, n) in [("question", 1), ("answer", 1), ("remark", 1), ("whisper", 0)] {
        assert_eq!(stage.finds(&owner(), raw).len(), n, "{raw}");
    }
    assert!(stage.page(&owner(), "remark", None).hits[0].note);
}

#[test]
fn se10_se11_what_is_found_is_what_the_conversation_says_now() {
    let (mut chat, stage) = (Chat::new(), Stage::new());
    chat.says("hello there");
    chat.agent(FromAgent::Take);
    let edited = chat.writes(Visibility::Public, "the price is seventy");
    let gone = chat.writes(Visibility::Note, "a mistake");
    let after = chat.tell(&stage, Seq(0));
    assert_eq!(stage.finds(&owner(), "seventy").len(), 1);
    chat.agent(FromAgent::Edit { of: edited, text: id("the price is eighty") });
    chat.agent(FromAgent::Delete { of: gone });
    let details = ContactDetails { name: Some(id("Anna Berg")), ..ContactDetails::default() };
    chat.agent(FromAgent::SetContact { details });
    chat.agent(FromAgent::SetTags { tags: vec![id("vip")] });
    let late = chat.feed(Seq(0)).unwrap();
    let after = chat.tell(&stage, after);
    for (raw, n) in [
        ("seventy", 0),
        ("eighty", 1),
        ("mistake", 0),
        ("from:anna", 1),
        ("tag:vip", 1),
        ("\"anna berg\"", 1),
    ] {
        assert_eq!(stage.finds(&owner(), raw).len(), n, "{raw}");
    }
    assert!(!stage.holds("seventy") && !stage.holds("mistake"));
    // Everything again, and something late.
    let hits = stage.finds(&owner(), "the");
    chat.tell(&stage, Seq(0));
    stage.take(&late);
    assert_eq!(stage.finds(&owner(), "the"), hits);
    chat.agent(FromAgent::SetTags { tags: Vec::new() });
    chat.tell(&stage, after);
    stage.take(&late);
    assert!(stage.finds(&owner(), "tag:vip").is_empty());
}

#[test]
fn se10_a_long_log_is_told_in_pages() {
    let (mut chat, stage) = (Chat::new(), Stage::new());
    chat.says("the first of many");
    chat.agent(FromAgent::Take);
    for no in 0..70 {
        chat.object.now = chat.object.now.after(inbox_types::Millis::minutes(1));
        chat.writes(Visibility::Public, &format!("line number{no}"));
    }
    assert!(chat.feed(Seq(0)).unwrap().lines.len() <= inbox_types::limits::SEARCH_FEED);
    chat.tell(&stage, Seq(0));
    for no in [0, 30, 69] {
        assert_eq!(stage.finds(&owner(), &format!("\"number{no}\"")).len(), 1, "{no}");
    }
}

#[test]
fn se11_a_visitor_is_found_by_what_they_are_called_now() {
    let stage = Stage::new();
    let named = |name: &str| {
        let details = ContactDetails { name: Some(id(name)), ..ContactDetails::default() };
        inbox_room::IndexCard { details, ..card() }
    };
    let lines = vec![visitor(1, "hello"), member(2, "ben", "hello")];
    stage.take(&feed("main-c1", named("Anna"), lines));
    assert_eq!(stage.finds(&owner(), "from:anna"), ["main-c1/1"]);
    stage.take(&feed("main-c1", named("Bianca"), vec![visitor(3, "it is me")]));
    assert!(stage.finds(&owner(), "from:anna").is_empty());
    assert_eq!(stage.finds(&owner(), "from:bianca hello"), ["main-c1/1"]);
    assert_eq!(stage.finds(&owner(), "from:ben"), ["main-c1/2"]);
}

#[test]
fn se12_nothing_of_an_erased_conversation_is_left_or_comes_back() {
    let stage = Stage::new();
    let details = ContactDetails {
        name: Some(id("Zebedee Quartz")),
        notes: Some(id("xylophone")),
        ..ContactDetails::default()
    };
    let known = inbox_room::IndexCard { details, tags: vec![id("walrus")], ..card() };
    let told = feed("main-c1", known.clone(), vec![visitor(1, "my password is sesamum")]);
    stage.take(&told);
    stage.take(&feed("main-c2", card(), vec![visitor(1, "another one")]));
    let words = ["zebedee", "quartz", "xylophone", "walrus", "sesamum", "Zebedee"];
    assert!(words.iter().all(|it| stage.holds(it)));
    stage.index.erase(&id("main-c1"), 2).unwrap();
    for word in words {
        assert!(!stage.holds(word), "{word}");
        assert!(stage.finds(&owner(), word).is_empty(), "{word}");
    }
    // On its way while the conversation was erased, known to the index or not.
    stage.take(&told);
    stage.index.erase(&id("main-c3"), 2).unwrap();
    stage.take(&Feed { conversation: id("main-c3"), ..told.clone() });
    assert!(stage.finds(&owner(), "sesamum").is_empty() && !stage.holds("sesamum"));
    // Erased again, by a message that came late.
    let again = Feed { epoch: 2, ..feed("main-c1", known, vec![visitor(1, "back again")]) };
    stage.take(&again);
    stage.index.erase(&id("main-c1"), 2).unwrap();
    assert_eq!(stage.finds(&owner(), "back"), ["main-c1/1"]);
    // An erasure of which the index was not told.
    stage.take(&Feed { epoch: 3, ..feed("main-c1", card(), vec![visitor(1, "third time")]) });
    assert!(stage.finds(&owner(), "back").is_empty());
    assert_eq!(stage.finds(&owner(), "another"), ["main-c2/1"]);
}

/// A browser says as often as it likes what its visitor is called, and all of a workspace has one index.
#[test]
fn se31_a_new_name_is_written_to_the_newest_lines_alone() {
    let stage = Stage::new();
    let n = SEARCH_NAMED as u64 + 50;
    let lines = (2..2 + n).map(|seq| visitor(seq, &format!("line {seq}"))).collect();
    stage.take(&feed("main-c1", card(), lines));
    let mut named = card();
    named.details.name = Some(id("Anna"));
    stage.index.sql().n_rows.set(0);
    stage.take(&Feed { up_to: Seq(2 + n), ..feed("main-c1", named, Vec::new()) });
    let n_read = stage.index.sql().n_rows.get();
    assert!(n_read <= SEARCH_NAMED + 20, "{n_read} rows were read");
    let found = |raw: &str| !stage.finds(&owner(), raw).is_empty();
    assert!(found(&format!("from:anna \"line {}\"", 1 + n)), "the newest");
    assert!(!found("from:anna \"line 2\""), "the oldest");
    assert!(found("\"line 2\"") && found("anna"));
}
