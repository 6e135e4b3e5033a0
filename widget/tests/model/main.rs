//! What the chat does, told from outside: messages in, effects and what is shown out.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod campaigns;
mod ending;

use inbox_client::{Call, presentation::Delivery};
use inbox_protocol::{
    CloseCode, Entry, FromVisitor, Message, RatingView, Refusal, ToVisitor, VisitorBody,
    VisitorSession, VisitorWelcome,
};
use inbox_text::{Catalogue, asset};
use inbox_types::{
    Author, ClientId, CloseCause, MemberCard, Notice, Place, SessionNo, SessionState, Timestamp,
    Visibility,
};
use porchlight_widget::model::{
    Banner, Composer, Config, Effect, FromPage, Model, Msg, RowBody, ToPage, rows, update,
};

/// A chat, its clock and what it has asked for.
struct Chat {
    model: Model,
    now: u64,
    last: Vec<Effect>,
}

impl Chat {
    fn new() -> Self {
        let config = Config {
            site: "main-shop".parse().unwrap(),
            title: "Fern & Clay".into(),
            greetings: Vec::new(),
            main_language: "en".parse().unwrap(),
            team: vec![card("ana"), card("ben"), card("eva"), card("kim")],
            max_chars: 1_000,
            hint: String::new(),
            hint_until: None,
        };
        let model = Model::new(config, Vec::new(), 1, 1);
        Self { model, now: 1_000_000, last: Vec::new() }
    }

    /// A chat that is shown and connected, with a session in this state.
    fn live(state: SessionState) -> Self {
        let mut chat = Self::new();
        chat.does(Msg::Shown { focus: true });
        chat.does(Msg::Known);
        chat.does(Msg::Opened(1));
        let session = session(state, None, RatingView::None);
        chat.hears(ToVisitor::Welcome(welcome(Some(session))));
        chat.hears(ToVisitor::Ready { head: Place(0) });
        chat
    }

    fn does(&mut self, msg: Msg) -> &[Effect] {
        self.now += 10;
        self.last = update(&mut self.model, Timestamp::from_millis(self.now), msg);
        &self.last
    }

    fn hears(&mut self, frame: ToVisitor) -> &[Effect] {
        self.does(Msg::Heard(1, frame))
    }

    fn writes(&mut self, text: &str) -> &[Effect] {
        self.does(Msg::Drafted(text.into()));
        let client_id = id(text);
        self.does(Msg::SendPressed { client_id })
    }

    /// What is said to the relay.
    fn said(&self) -> Vec<&FromVisitor> {
        let said = |it: &'_ Effect| matches!(it, Effect::Say(_));
        self.last
            .iter()
            .filter(|it| said(it))
            .filter_map(|it| if let Effect::Say(frame) = it { Some(frame) } else { None })
            .collect()
    }

    /// The rows, one word each.
    fn shows(&self) -> String {
        let english = Catalogue::parse(
            asset("widget", "en").unwrap(),
            Box::new(|n| if n == 1 { "one" } else { "other" }.into()),
        );
        let day_of = |at: Timestamp| i64::try_from(at.as_millis() / 86_400_000).unwrap();
        let shown: Vec<String> = rows(&self.model, &day_of)
            .into_iter()
            .map(|row| match row.body {
                RowBody::Day(_) => "day".into(),
                RowBody::NewChat => "new chat".into(),
                RowBody::Notice(phrase) => format!("({})", english.say(&phrase)),
                RowBody::Bubble(it) => {
                    let how_far = match it.delivery {
                        Delivery::Quiet => "",
                        Delivery::Sending => " sending",
                        Delivery::Waiting => " waiting",
                        Delivery::Sent => " sent",
                        Delivery::Seen => " seen",
                        Delivery::Uploading { .. } => " uploading",
                        Delivery::Failed { .. } => " failed",
                    };
                    format!("{}{how_far}", it.text.unwrap_or_default())
                }
            })
            .collect();
        shown.join(", ")
    }
}

fn id(text: &str) -> ClientId {
    text.replace(' ', "_").chars().take(60).collect::<String>().parse().unwrap()
}

fn card(name: &str) -> MemberCard {
    MemberCard { id: name.parse().unwrap(), name: name.to_owned().try_into().unwrap() }
}

fn session(
    state: SessionState,
    closed_by: Option<CloseCause>,
    rating: RatingView,
) -> VisitorSession {
    VisitorSession {
        no: SessionNo(1),
        state,
        closed_by,
        agents: vec![card("ana")],
        still_questions: false,
        rating,
    }
}

fn welcome(session: Option<VisitorSession>) -> VisitorWelcome {
    VisitorWelcome {
        version: 1,
        epoch: 1,
        contact: "v1".parse().unwrap(),
        now: Timestamp::from_millis(1),
        language: "en".parse().unwrap(),
        seen: Place(0),
        seen_by_me: Place(0),
        session,
    }
}

fn entry(place: u64, session: u32, body: VisitorBody) -> ToVisitor {
    let at = Timestamp::from_millis(1_000_000 + place);
    ToVisitor::Entry { entry: Entry { place: Place(place), at, session: SessionNo(session), body } }
}

fn message(author: Author, text: &str) -> VisitorBody {
    let agent = matches!(author, Author::Agent(_)).then(|| card("ana"));
    VisitorBody::Message(Message {
        client_id: id(text),
        author,
        agent,
        visibility: Visibility::Public,
        text: Some(text.to_owned().try_into().unwrap()),
        files: Vec::new(),
        edited_at: None,
        deleted_at: None,
        detection: None,
        language_source: None,
    })
}

fn agent(text: &str) -> VisitorBody {
    message(Author::Agent("ana".parse().unwrap()), text)
}

#[test]
fn a_line_is_sending_then_sent_then_seen() {
    let mut chat = Chat::live(SessionState::Active);
    chat.writes("hello");
    assert!(matches!(
        chat.said()[..],
        [FromVisitor::Typing { on: false }, FromVisitor::Post { .. }]
    ));
    assert_eq!(chat.shows(), "day, hello sending");
    chat.hears(entry(1, 1, message(Author::Visitor, "hello")));
    assert_eq!(chat.shows(), "day, hello sent");
    chat.hears(ToVisitor::Seen { place: Place(1) });
    assert_eq!(chat.shows(), "day, hello seen");
}

#[test]
fn the_page_is_told_of_a_sent_message_once_however_often_it_is_acknowledged() {
    let mut chat = Chat::live(SessionState::Active);
    chat.writes("hello");
    let sent = Effect::Tell(ToPage::Event("message:sent"));
    let ack = || {
        let at = Timestamp::from_millis(1_000_001);
        ToVisitor::Ack { client_id: id("hello"), place: Place(1), at }
    };
    assert!(chat.hears(ack()).contains(&sent));
    assert!(!chat.hears(ack()).contains(&sent));
    assert!(!chat.hears(entry(1, 1, message(Author::Visitor, "hello"))).contains(&sent));
    chat.writes("again");
    assert!(chat.hears(entry(2, 1, message(Author::Visitor, "again"))).contains(&sent));
}

#[test]
fn a_line_that_was_sent_before_the_app_was_there_is_sent_once() {
    let mut chat = Chat::new();
    chat.model.draft = "half a wo".into();
    let lines = vec![(id("one"), "one".to_owned()), (id("two"), "two".to_owned())];
    chat.does(Msg::SentBefore(lines.clone()));
    chat.does(Msg::SentBefore(lines));
    assert_eq!(chat.shows(), "day, one waiting, two waiting");
    assert_eq!(chat.model.draft, "half a wo");
}

#[test]
fn what_was_withdrawn_is_not_kept_for_screen_readers() {
    let mut chat = Chat::live(SessionState::Active);
    chat.hears(entry(1, 1, agent("one")));
    assert!(chat.model.news.1.is_some());
    chat.hears(entry(2, 1, VisitorBody::Deleted { of: Place(1) }));
    assert_eq!(chat.model.news.1, None);
}

#[test]
fn a_line_without_a_connection_waits_and_the_banner_counts_it() {
    let mut chat = Chat::live(SessionState::Active);
    chat.does(Msg::Closed(1, 1006));
    chat.writes("hello");
    assert_eq!(chat.shows(), "day, hello waiting");
    assert_eq!((chat.model.banner(), chat.model.n_unsent()), (Banner::Reconnecting, 1));
    chat.does(Msg::Online(false));
    assert_eq!(chat.model.banner(), Banner::Offline);
}

#[test]
fn a_refused_line_fails_and_can_be_tried_again_or_given_up() {
    let mut chat = Chat::live(SessionState::Active);
    chat.writes("hello");
    chat.hears(ToVisitor::Refused { client_id: Some(id("hello")), reason: Refusal::Rate });
    assert_eq!(chat.shows(), "day, hello failed");
    chat.does(Msg::Retried(id("hello")));
    assert_eq!(chat.shows(), "day, hello sending");
    chat.hears(ToVisitor::Refused { client_id: Some(id("hello")), reason: Refusal::Rate });
    chat.does(Msg::Discarded(id("hello")));
    assert_eq!(chat.shows(), "");
}

#[test]
fn the_first_message_needs_no_connection_before_it() {
    let mut chat = Chat::new();
    chat.does(Msg::Shown { focus: true });
    assert_eq!(chat.model.banner(), Banner::None);
    let effects = chat.writes("hello");
    assert!(effects.iter().any(|it| matches!(it, Effect::Call(Call::Dial { .. }))), "{effects:?}");
}

#[test]
fn a_thousand_characters_are_a_message_and_one_more_is_not() {
    let mut chat = Chat::live(SessionState::Active);
    chat.does(Msg::Drafted("😀".repeat(1_000)));
    assert_eq!((chat.model.counter(), chat.model.can_send()), (Some(0), true));
    chat.does(Msg::Drafted("😀".repeat(1_001)));
    assert_eq!((chat.model.counter(), chat.model.can_send()), (Some(-1), false));
    chat.does(Msg::SendPressed { client_id: id("x") });
    assert_eq!(chat.said().len(), 0);
}

#[test]
fn the_counter_shows_near_the_limit_only() {
    let mut chat = Chat::new();
    chat.does(Msg::Drafted("a".repeat(899)));
    assert_eq!(chat.model.counter(), None);
    chat.does(Msg::Drafted("a".repeat(900)));
    assert_eq!(chat.model.counter(), Some(100));
}

#[test]
fn what_arrives_while_the_panel_is_away_is_unread_until_it_is_shown() {
    let mut chat = Chat::live(SessionState::Active);
    chat.does(Msg::Hidden);
    let effects = chat.hears(entry(1, 1, agent("hi")));
    assert!(effects.contains(&Effect::Tell(ToPage::Unread(1))), "{effects:?}");
    let effects = chat.does(Msg::Shown { focus: false });
    assert!(effects.contains(&Effect::Tell(ToPage::Unread(0))), "{effects:?}");
    assert!(effects.contains(&Effect::Say(FromVisitor::Seen { place: Place(1) })), "{effects:?}");
}

#[test]
fn what_was_read_in_another_tab_or_withdrawn_is_not_counted_here() {
    let mut chat = Chat::live(SessionState::Active);
    chat.does(Msg::Hidden);
    chat.hears(entry(1, 1, agent("one")));
    chat.hears(entry(2, 1, agent("two")));
    chat.hears(entry(3, 1, agent("three")));
    let effects = chat.hears(entry(4, 1, VisitorBody::Deleted { of: Place(2) }));
    assert!(effects.contains(&Effect::Tell(ToPage::Unread(2))), "{effects:?}");
    let effects = chat.hears(ToVisitor::SeenByMe { place: Place(1) });
    assert!(effects.contains(&Effect::Tell(ToPage::Unread(1))), "{effects:?}");
    let effects = chat.hears(ToVisitor::SeenByMe { place: Place(4) });
    assert!(effects.contains(&Effect::Tell(ToPage::Unread(0))), "{effects:?}");
}

#[test]
fn an_agents_typing_ends_with_their_part_and_with_the_session() {
    let typing = || ToVisitor::Typing { agent: card("ana"), on: true };
    let mut chat = Chat::live(SessionState::Active);
    chat.hears(typing());
    assert_eq!(chat.model.client.typing().len(), 1);
    let open = session(SessionState::Active, None, RatingView::None);
    let left = VisitorSession { agents: vec![card("ben")], ..open.clone() };
    chat.hears(ToVisitor::Session { session: Some(left) });
    assert!(chat.model.client.typing().is_empty());
    chat.hears(ToVisitor::Session { session: Some(open) });
    chat.hears(typing());
    assert_eq!(chat.model.client.typing().len(), 1);
    let over = session(SessionState::Closed, Some(CloseCause::Customer), RatingView::None);
    chat.hears(ToVisitor::Session { session: Some(over) });
    assert!(chat.model.client.typing().is_empty());
    chat.hears(typing());
    assert!(chat.model.client.typing().is_empty());
}

#[test]
fn x15_what_cannot_be_seen_is_not_sent() {
    for text in ["\u{200b}", "\u{3164}", "\u{2800} \u{ad}\n", "\u{e0041}\u{fe0f}"] {
        let mut chat = Chat::live(SessionState::Active);
        chat.does(Msg::Drafted(text.into()));
        assert!(!chat.model.can_send(), "{text:?}");
        assert!(chat.said().is_empty(), "nobody types: {text:?}");
        assert!(chat.does(Msg::SendPressed { client_id: id("a") }).is_empty(), "{text:?}");
    }
}

#[test]
fn what_is_above_the_screen_is_not_seen() {
    let mut chat = Chat::live(SessionState::Active);
    chat.does(Msg::AtEnd(false));
    chat.hears(entry(1, 1, agent("hi")));
    assert_eq!(chat.said().len(), 0);
    chat.does(Msg::AtEnd(true));
    assert_eq!(chat.said(), [&FromVisitor::Seen { place: Place(1) }]);
}

#[test]
fn a_second_session_stands_below_the_first() {
    let mut chat = Chat::live(SessionState::Active);
    chat.hears(entry(1, 1, message(Author::Visitor, "one")));
    chat.hears(entry(2, 1, VisitorBody::Notice(Notice::EndedByCustomer)));
    chat.hears(entry(3, 2, message(Author::Visitor, "two")));
    assert_eq!(chat.shows(), "day, one, (You ended the chat.), new chat, two sent");
}

#[test]
fn messages_of_one_quarter_of_an_hour_ask_once_which_day_it_is() {
    let mut chat = Chat::live(SessionState::Active);
    for no in 1..=50 {
        chat.hears(entry(no, 1, agent(&format!("line {no}"))));
    }
    let asked = std::cell::Cell::new(0);
    let day_of = |at: Timestamp| {
        asked.set(asked.get() + 1);
        i64::try_from(at.as_millis() / 86_400_000).unwrap()
    };
    assert_eq!(rows(&chat.model, &day_of).len(), 51);
    assert_eq!(asked.get(), 1);
    // A day that begins in the next quarter is seen.
    let day_of = |at: Timestamp| i64::from(1_000_000 < at.as_millis());
    let mut chat = Chat::live(SessionState::Active);
    for (place, at) in [(1, 899_999), (2, 1_800_000)] {
        let ToVisitor::Entry { mut entry } = entry(place, 1, agent(&format!("line {place}")))
        else {
            unreachable!("it is an entry")
        };
        entry.at = Timestamp::from_millis(at);
        chat.hears(ToVisitor::Entry { entry });
    }
    let days = rows(&chat.model, &day_of);
    assert_eq!(days.iter().filter(|it| matches!(it.body, RowBody::Day(_))).count(), 2);
}

#[test]
fn a_withdrawn_message_and_an_edit_are_no_rows_of_their_own() {
    let mut chat = Chat::live(SessionState::Active);
    chat.hears(entry(1, 1, agent("one")));
    let text = Some("two".to_owned().try_into().unwrap());
    chat.hears(entry(2, 1, VisitorBody::Edited { of: Place(1), text }));
    assert_eq!(chat.shows(), "day, two");
    chat.hears(entry(3, 1, VisitorBody::Deleted { of: Place(1) }));
    assert_eq!(chat.shows(), "day, ");
}

#[test]
fn what_is_pressed_without_a_connection_is_said_once_there_is_one() {
    let mut chat = Chat::new();
    chat.does(Msg::Known);
    chat.does(Msg::LanguageChosen("vi".parse().unwrap()));
    chat.does(Msg::LanguageChosen("uk".parse().unwrap()));
    chat.does(Msg::Page(FromPage::Visits(Vec::new())));
    assert_eq!(chat.said().len(), 0);
    chat.does(Msg::Opened(1));
    chat.hears(ToVisitor::Welcome(welcome(None)));
    chat.hears(ToVisitor::Ready { head: Place(0) });
    assert_eq!(chat.said(), [&FromVisitor::SetLanguage { language: "uk".parse().unwrap() }]);
}

#[test]
fn the_head_shows_three_of_the_team_and_then_who_answers() {
    assert_eq!(Chat::new().model.people().len(), 3);
    assert_eq!(Chat::live(SessionState::Active).model.people(), [card("ana")]);
}

#[test]
fn an_address_is_asked_for_once_and_opened_when_it_comes() {
    let mut chat = Chat::live(SessionState::Active);
    let file: inbox_types::FileId = "f1".parse().unwrap();
    chat.does(Msg::FileWanted { file: file.clone(), open: false });
    assert_eq!(chat.said(), [&FromVisitor::Link { file: file.clone() }]);
    chat.does(Msg::FileWanted { file: file.clone(), open: true });
    assert_eq!(chat.said().len(), 0);
    let effects = chat.hears(ToVisitor::Link { file, url: "https://f/1".into() });
    assert!(effects.contains(&Effect::OpenLink("https://f/1".into())), "{effects:?}");
}

#[test]
fn a_chat_that_is_gone_takes_nothing_more() {
    let mut chat = Chat::live(SessionState::Active);
    chat.does(Msg::Closed(1, CloseCode::Gone.code()));
    assert_eq!((chat.model.banner(), chat.model.composer()), (Banner::Gone, Composer::Shut));
    // Whoever opens the chat again may be let in by now.
    for msg in [Msg::Awake(true), Msg::Online(true), Msg::Hidden] {
        let effects = chat.does(msg);
        assert!(
            !effects.iter().any(|it| matches!(it, Effect::Call(Call::Dial { .. }))),
            "{effects:?}"
        );
    }
    let effects = chat.does(Msg::Shown { focus: false });
    assert!(effects.iter().any(|it| matches!(it, Effect::Call(Call::Dial { .. }))), "{effects:?}");
}

#[test]
fn what_is_said_of_the_team_is_said_as_long_as_it_is_true() {
    let mut chat = Chat::new();
    let until = Timestamp::from_millis(chat.now + 60_000);
    chat.model.config.hint = "We are back today at 9:00".into();
    chat.model.config.hint_until = Some(until);
    chat.does(Msg::Shown { focus: false });
    assert_eq!(chat.model.head().hint, "We are back today at 9:00");
    assert_eq!(chat.model.due(), Some(until));
    chat.now += 60_000;
    chat.does(Msg::Tick);
    assert_eq!(chat.model.head().hint, "");
    assert_ne!(chat.model.due(), Some(until));
}

#[test]
fn what_is_said_of_the_team_is_left_unsaid_in_another_language() {
    let mut chat = Chat::new();
    chat.model.config.hint = "We are back today at 9:00".into();
    chat.does(Msg::LanguageChosen("vi".parse().unwrap()));
    assert_eq!(chat.model.head().hint, "");
}
