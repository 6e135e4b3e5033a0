//! The parts of the panel in a real browser, each in its states, as they come to somebody who hears
//! them: one line for each thing with a role, its name and its state.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod changes;
mod heard;

use std::{cell::Cell, sync::Arc};

use inbox_protocol::{
    Entry, Message, RatingView, Refusal, ToVisitor, VisitorBody, VisitorSession, VisitorWelcome,
};
use inbox_text::{Catalogue, asset};
use inbox_types::{
    Author, ClientId, CloseCause, File, MediaType, MemberCard, Notice, Place, SessionNo,
    SessionState, Timestamp, Visibility,
};
use leptos::prelude::{Set, Write};
use porchlight_widget::{
    model::{Config, Model, Msg, Picked, update},
    view::{Format, Panel, Press, Ui, panel},
};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{Document, Element, HtmlElement};

use heard::receive;

wasm_bindgen_test_configure!(run_in_browser);

/// A panel on an empty page, and what drives it.
struct Chat {
    ui: Ui,
    panel: Panel,
    now: Cell<u64>,
}

thread_local! {
    static PRESSES: Cell<usize> = const { Cell::new(0) };
}

fn document() -> Document {
    web_sys::window().unwrap().document().unwrap()
}

fn texts(language: &str) -> Catalogue {
    let form = |n| if n == 1 { "one" } else { "other" }.to_owned();
    Catalogue::parse(asset("widget", language).unwrap(), Box::new(form))
}

impl Chat {
    fn new(language: &str) -> Self {
        let _ = any_spawner::Executor::init_wasm_bindgen();
        let config = Config {
            site: "main-shop".parse().unwrap(),
            title: "Fern & Clay".into(),
            greetings: Vec::new(),
            main_language: "en".parse().unwrap(),
            team: vec![card("Ana Silva"), card("Ben")],
            max_chars: 1_000,
            hint: String::new(),
            hint_until: None,
        };
        let format = Format {
            time: |_, _| "9:41".into(),
            day: |_, _| "Today".into(),
            day_number: |_| 1,
            size: |_, bytes| format!("{bytes} B"),
            normal: str::to_owned,
            fit: |_| (),
        };
        // One chat at a time: it takes over what stands in the page.
        if let Ok(Some(last)) = document().query_selector("main.panel") {
            last.remove();
        }
        let press = |_: Press| PRESSES.set(PRESSES.get() + 1);
        let languages = || vec![("en".into(), "English".into()), ("ar".into(), "العربية".into())];
        let model = Model::new(config, Vec::new(), 1, 1);
        let ui = Ui::new(model, texts(language), press, languages, format);
        let panel = panel(ui);
        document().body().unwrap().append_child(&panel.root).unwrap();
        Self { ui, panel, now: Cell::new(1_000_000) }
    }

    /// A chat that is shown and connected, with a session in this state.
    fn live(language: &str, session: VisitorSession) -> Self {
        let chat = Self::new(language);
        chat.does(Msg::Shown { focus: true });
        chat.does(Msg::Known);
        chat.does(Msg::Opened(1));
        chat.hears(ToVisitor::Welcome(VisitorWelcome {
            version: 1,
            epoch: 1,
            contact: "v1".parse().unwrap(),
            now: Timestamp::from_millis(1),
            language: "en".parse().unwrap(),
            seen: Place(0),
            seen_by_me: Place(0),
            session: Some(session),
        }));
        chat.hears(ToVisitor::Ready { head: Place(0) });
        chat
    }

    fn does(&self, msg: Msg) {
        self.now.set(self.now.get() + 10);
        update(&mut self.ui.model.write(), Timestamp::from_millis(self.now.get()), msg);
        self.ui.follow();
    }

    fn hears(&self, frame: ToVisitor) {
        self.does(Msg::Heard(1, frame));
    }

    fn find(&self, selector: &str) -> HtmlElement {
        self.panel.root.query_selector(selector).unwrap().unwrap().unchecked_into()
    }

    /// What of that element is heard, once everything has followed.
    async fn heard(&self, selector: &str) -> String {
        tick().await;
        let mut heard = String::new();
        receive(&self.find(selector), 0, &mut heard);
        heard
    }
}

/// Until all that follows what has changed has run.
async fn tick() {
    leptos::task::tick().await;
}

fn card(name: &str) -> MemberCard {
    let id = name.split(' ').next().unwrap().to_lowercase();
    MemberCard { id: id.parse().unwrap(), name: name.to_owned().try_into().unwrap() }
}

fn session(state: SessionState) -> VisitorSession {
    VisitorSession {
        no: SessionNo(1),
        state,
        closed_by: None,
        agents: vec![card("Ana Silva")],
        still_questions: false,
        rating: RatingView::None,
    }
}

fn closed(by: CloseCause, rating: RatingView) -> VisitorSession {
    VisitorSession { closed_by: Some(by), rating, ..session(SessionState::Closed) }
}

fn id(text: &str) -> ClientId {
    text.replace(' ', "_").parse().unwrap()
}

fn entry(place: u64, body: VisitorBody) -> ToVisitor {
    let at = Timestamp::from_millis(1_000_000 + place);
    ToVisitor::Entry { entry: Entry { place: Place(place), at, session: SessionNo(1), body } }
}

fn message(author: Author, name: &str, text: &str, files: Vec<File>) -> VisitorBody {
    VisitorBody::Message(Message {
        client_id: id(name),
        agent: matches!(author, Author::Agent(_)).then(|| card("Ana Silva")),
        author,
        visibility: Visibility::Public,
        text: Some(text.to_owned().try_into().unwrap()),
        files,
        edited_at: None,
        deleted_at: None,
        detection: None,
        language_source: None,
    })
}

fn agent(name: &str, text: &str) -> VisitorBody {
    message(Author::Agent("ana".parse().unwrap()), name, text, Vec::new())
}

fn picked(id: u32, name: &str) -> Picked {
    Picked { id, name: name.into(), bytes: 1_000, preview: None, folder: false }
}

#[wasm_bindgen_test]
async fn the_head_names_who_answers() {
    let chat = Chat::new("en");
    assert_eq!(
        chat.heard("header").await,
        "banner\n  heading “Fern & Clay”\n  button “Options” aria-expanded=false\n  \
         button “Close the chat”\n"
    );
    let chat = Chat::live("en", session(SessionState::Active));
    chat.find("[aria-controls=menu]").click();
    assert_eq!(
        chat.heard("header").await,
        "banner\n  heading “Fern & Clay”\n  paragraph “Ana Silva”\n  \
         button “Options” aria-expanded=true\n  button “Close the chat”\n  text “Language”\n  \
         combobox\n    option “English”\n    option “العربية”\n  button “End chat”\n"
    );
}

/// What stands there before the app does is drawn as the app draws it.
#[wasm_bindgen_test]
async fn every_picture_of_the_page_is_one_of_the_apps() {
    let chat = Chat::live("en", session(SessionState::Active));
    tick().await;
    let drawn = chat.panel.root.query_selector_all("svg path").unwrap();
    let drawn: Vec<String> = (0..drawn.length())
        .filter_map(|it| drawn.get(it)?.unchecked_into::<Element>().get_attribute("d"))
        .collect();
    let page = include_str!("../../frame.html").split("<path d=\"").skip(1);
    let page: Vec<&str> = page.filter_map(|it| it.split('"').next()).collect();
    assert_eq!(page.len(), 4);
    for picture in page {
        assert!(drawn.iter().any(|it| it == picture), "{picture}: {drawn:?}");
    }
}

#[wasm_bindgen_test]
async fn the_transcript_says_who_wrote_what_and_what_became_of_it() {
    let chat = Chat::live("en", session(SessionState::Active));
    let file = |name: &str, media| File {
        id: "f1".parse().unwrap(),
        name: name.to_owned().try_into().unwrap(),
        bytes: 5,
        media,
    };
    chat.hears(entry(1, VisitorBody::Notice(Notice::Joined { agent: card("Ana Silva") })));
    chat.hears(entry(2, agent("a", "See https://shop.example/ now")));
    chat.hears(entry(
        3,
        message(Author::Visitor, "b", "Thank you", vec![file("list.pdf", MediaType::Pdf)]),
    ));
    chat.does(Msg::Drafted("Refused".into()));
    chat.does(Msg::SendPressed { client_id: id("c") });
    chat.hears(ToVisitor::Refused { client_id: Some(id("c")), reason: Refusal::TooLong });
    chat.hears(ToVisitor::Typing { agent: card("Ana Silva"), on: true });
    assert_eq!(chat.heard(".scroller").await, TRANSCRIPT);
    // The same in Arabic, where what people wrote stays as they wrote it.
    chat.ui.texts.set(Arc::new(texts("ar")));
    chat.ui.notices.set(Arc::new(texts("ar")));
    assert_eq!(chat.heard(".scroller").await, TRANSCRIPT_IN_ARABIC);
}

const TRANSCRIPT: &str = r"log “Messages”
  paragraph “Today”
  paragraph “Ana Silva joined the chat.”
  article “Ana Silva, 9:41”
    paragraph “Ana Silva”
    text “See”
    link “https://shop.example/”
    text “now”
    paragraph “9:41”
  article “You, 9:41”
    button “Open list.pdf”
    text “Thank you”
    paragraph “Sent”
  article “You, 9:41”
    text “Refused”
    alert
      text “Not sent: the message is too long.”
      button “Try again”
      button “Discard”
  paragraph “Ana Silva is typing…”
";
const TRANSCRIPT_IN_ARABIC: &str = r"log “الرسائل”
  paragraph “Today”
  paragraph “انضمّ ⟨Ana Silva⟩ إلى المحادثة.”
  article “Ana Silva, 9:41”
    paragraph “Ana Silva”
    text “See”
    link “https://shop.example/”
    text “now”
    paragraph “9:41”
  article “أنت, 9:41”
    button “فتح ⟨list.pdf⟩”
    text “Thank you”
    paragraph “أُرسلت”
  article “أنت, 9:41”
    text “Refused”
    alert
      text “لم تُرسل: الرسالة طويلة جدًا.”
      button “حاول من جديد”
      button “تجاهل”
  paragraph “⟨Ana Silva⟩ يكتب…”
";

#[wasm_bindgen_test]
async fn a_row_that_has_not_changed_keeps_its_element() {
    let chat = Chat::live("en", session(SessionState::Active));
    for (place, name) in (1..).zip(["one", "two", "three"]) {
        chat.does(Msg::Drafted(name.into()));
        chat.does(Msg::SendPressed { client_id: id(name) });
        chat.hears(ToVisitor::Refused { client_id: Some(id(name)), reason: Refusal::Rate });
        let _: u64 = place;
    }
    tick().await;
    let rows = || {
        let rows = chat.panel.root.query_selector_all(".list > *").unwrap();
        (0..rows.length()).filter_map(|it| rows.get(it)).collect::<Vec<_>>()
    };
    let before = rows();
    assert_eq!(before.len(), 4);
    chat.does(Msg::Discarded(id("two")));
    tick().await;
    assert_eq!(rows(), [before[0].clone(), before[1].clone(), before[3].clone()]);
    // History comes above, and only what changes is another element.
    chat.does(Msg::Retried(id("three")));
    tick().await;
    let after = rows();
    assert_eq!(after[..2], before[..2]);
    assert_ne!(after[2], before[3]);
    assert_eq!(after.len(), 3);
}

#[wasm_bindgen_test]
async fn a_long_text_shows_its_first_lines_until_all_is_wanted() {
    let chat = Chat::live("en", session(SessionState::Active));
    chat.hears(entry(1, agent("a", &"line\n".repeat(60))));
    tick().await;
    let button = chat.find(".more");
    assert_eq!(button.get_attribute("aria-expanded").as_deref(), Some("false"));
    button.click();
    tick().await;
    assert_eq!(button.get_attribute("aria-expanded").as_deref(), Some("true"));
    assert_eq!(button.text_content().as_deref(), Some("Show less"));
    assert_eq!(chat.find(".list .bubble").class_name(), "bubble");
}

#[wasm_bindgen_test]
async fn the_composer_says_what_can_be_written() {
    let chat = Chat::new("en");
    assert_eq!(chat.heard(".composer").await, COMPOSER);
    chat.does(Msg::Drafted("x".repeat(1_001)));
    let over = chat.heard(".composer").await;
    assert!(over.contains("status “1 character too many”"), "{over}");
    chat.does(Msg::Picked {
        files: vec![
            Picked { bytes: 0, ..picked(1, "a.txt") },
            Picked { folder: true, ..picked(2, "b") },
        ],
        limit: "25 MB".into(),
    });
    let refused = chat.heard(".composer").await;
    assert!(refused.contains("alert “"), "{refused}");
    assert!(
        refused.contains("“a.txt” is empty") && refused.contains("“b” is a folder"),
        "{refused}"
    );

    let chat = Chat::live("en", closed(CloseCause::Customer, RatingView::Mandatory));
    let rated_first = chat.heard(".composer").await;
    assert!(rated_first.contains("textbox “Your message” disabled"), "{rated_first}");
}

const COMPOSER: &str = r"form
  button “Attach files”
  textbox “Your message”
  button “Send” disabled
  text “Enter sends, Shift and Enter starts a new line.”
";

#[wasm_bindgen_test]
async fn the_tray_says_how_far_each_file_is_and_progress_leaves_its_buttons_alone() {
    let chat = Chat::live("en", session(SessionState::Active));
    let files = vec![picked(1, "mug.png"), picked(2, "list.pdf")];
    chat.does(Msg::Picked { files, limit: "25 MB".into() });
    chat.does(Msg::Uploading { id: 1, percent: 40 });
    tick().await;
    let cancel = chat.find(".attachments li button");
    chat.does(Msg::Uploading { id: 1, percent: 60 });
    assert_eq!(chat.heard(".attachments").await, TRAY);
    assert!(cancel.is_connected());
    chat.does(Msg::FileRemoved { id: 1 });
    assert_eq!(chat.heard(".attachments").await.matches("listitem").count(), 1);
}

const TRAY: &str = r"list “Attached files”
  listitem
    text
      text “mug.png”
      text “1000 B”
      progressbar “Upload of mug.png” value=60
    button “Cancel the upload of mug.png”
  listitem
    text
      text “list.pdf”
      text “1000 B”
      progressbar “Upload of list.pdf” value=0
    button “Cancel the upload of list.pdf”
";

#[wasm_bindgen_test]
async fn the_questions_at_the_end_come_with_their_answers() {
    let asked = VisitorSession { still_questions: true, ..session(SessionState::Active) };
    let chat = Chat::live("en", asked);
    assert_eq!(
        chat.heard(".rows > .card").await,
        "group “Do you still have questions?”\n  button “Yes”\n  button “No”\n"
    );
    let chat = Chat::live("ar", closed(CloseCause::Agent, RatingView::Asked));
    chat.does(Msg::Starred(4));
    assert_eq!(chat.heard(".rating").await, RATING_IN_ARABIC);
    let checked = chat.panel.root.query_selector_all(".rating input:checked").unwrap();
    assert_eq!(checked.length(), 1);
    // A remark is not cut while somebody pastes it.
    assert_eq!(chat.find(".rating textarea").get_attribute("maxlength"), None);
    chat.does(Msg::Commented("x".repeat(1_001)));
    let over = chat.heard(".rating").await;
    assert!(over.contains("status “حرف واحد زائد”"), "{over}");
    assert!(over.contains("button “إرسال التقييم” disabled"), "{over}");
}

const RATING_IN_ARABIC: &str = r"form
  group
    text “كيف كانت هذه المحادثة؟”
    radio “نجمة واحدة”
    radio “2 نجمة”
    radio “3 نجمة”
    radio “4 نجمة”
    radio “5 نجمة”
  textbox “هل تودّ إضافة شيء؟ (اختياري)”
  button “ليس الآن”
  button “إرسال التقييم”
";

#[wasm_bindgen_test]
async fn ending_a_chat_is_asked_for_in_a_dialog() {
    let chat = Chat::live("en", session(SessionState::Active));
    assert_eq!(chat.heard("dialog").await, "");
    chat.does(Msg::EndPressed);
    assert_eq!(chat.heard("dialog").await, DIALOG);
    chat.does(Msg::EndAnswered { end: false });
    assert_eq!(chat.heard("dialog").await, "");
}

const DIALOG: &str = r"dialog “End this chat?”
  heading “End this chat?”
  paragraph “The messages stay here, and you can start a new chat at any time.”
  button “Keep chatting”
  button “End chat”
";

#[wasm_bindgen_test]
async fn whoever_comes_when_nobody_is_there_is_told_when_somebody_is() {
    let chat = Chat::new("en");
    chat.ui.model.write().config.hint = "We are back today at 9:00".into();
    chat.does(Msg::Shown { focus: false });
    assert!(chat.heard("header").await.contains("paragraph “We are back today at 9:00”"));
    let first = chat.find(".rows .theirs bdi").text_content().unwrap();
    assert_eq!(first, "Hello! How can we help you?\nWe are back today at 9:00");
    chat.does(Msg::LanguageChosen("ar".parse().unwrap()));
    assert!(!chat.heard("header").await.contains("9:00"));
    assert!(!chat.find(".rows .theirs bdi").text_content().unwrap().contains('\n'));
}
