//! Files are lines too: whatever happens to an upload, nothing is lost in silence, and nothing is sent
//! without what its writer attached.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod chance;

use std::collections::{BTreeMap, BTreeSet};

use inbox_client::{NewMessage, SavedMessage, UnsentState, presentation::Delivery};
use inbox_protocol::{FromVisitor, Refusal, ToVisitor, VisitorWelcome};
use inbox_text::widget;
use inbox_types::{
    ClientId, File, MediaType, Millis, Place, Timestamp,
    limits::{self, FILE_BYTES, PENDING_FILE_LIFE},
};
use porchlight_widget::model::{
    Broken, Config, Effect, Model, Msg, Picked, RowBody, Upload, rows, update, why_not_sent,
};

/// A chat in a browser that keeps what it is told to keep, and a relay that takes what is posted.
struct Chat {
    model: Model,
    now: Timestamp,
    socket: u32,
    /// What was said to be uploaded and is not over.
    running: BTreeSet<u32>,
    posts: Vec<(ClientId, Vec<String>)>,
    kept: BTreeMap<ClientId, SavedMessage>,
    draft: String,
    files: NewMessage,
    saved_at: Timestamp,
}

impl Chat {
    fn new() -> Self {
        Self {
            model: model(),
            now: Timestamp::from_millis(1_000_000),
            socket: 0,
            running: BTreeSet::new(),
            posts: Vec::new(),
            kept: BTreeMap::new(),
            draft: String::new(),
            files: NewMessage::default(),
            saved_at: Timestamp::from_millis(0),
        }
    }

    fn live() -> Self {
        let mut chat = Self::new();
        chat.does(Msg::Known);
        chat.connects();
        chat
    }

    fn does(&mut self, msg: Msg) {
        self.now = self.now.after(Millis(10));
        for effect in update(&mut self.model, self.now, msg) {
            match effect {
                Effect::Upload(id) => assert!(self.running.insert(id), "{id} is uploaded twice"),
                Effect::CancelUpload(id) => {
                    self.running.remove(&id);
                }
                Effect::Say(FromVisitor::Post { client_id, files, .. }) => {
                    let files = files.iter().map(|it| it.as_str().to_owned()).collect();
                    self.posts.push((client_id, files));
                }
                Effect::Call(inbox_client::Call::Dial { socket, .. }) => self.socket = socket,
                Effect::Keep(kept) => {
                    self.kept.insert(kept.client_id.clone(), kept);
                }
                Effect::Forget(client_id) => {
                    self.kept.remove(&client_id);
                }
                Effect::SaveDraft(draft) => self.draft = draft,
                Effect::SaveFiles(files) => (self.files, self.saved_at) = (files, self.now),
                Effect::Call(_)
                | Effect::Say(_)
                | Effect::SaveToken(_)
                | Effect::Tell(_)
                | Effect::OpenLink(_)
                | Effect::SpeakLanguage(_)
                | Effect::NoticeLanguage(_)
                | Effect::FocusComposer
                | Effect::ScrollToEnd => (),
            }
        }
    }

    fn connects(&mut self) {
        self.does(Msg::Opened(self.socket));
        let welcome = VisitorWelcome {
            version: 1,
            epoch: 1,
            contact: "v1".parse().unwrap(),
            now: self.now,
            language: "en".parse().unwrap(),
            seen: Place(0),
            seen_by_me: Place(0),
            session: None,
        };
        self.does(Msg::Heard(self.socket, ToVisitor::Welcome(welcome)));
        self.does(Msg::Heard(self.socket, ToVisitor::Ready { head: Place(0) }));
    }

    fn disconnects(&mut self) {
        self.does(Msg::Online(false));
        self.does(Msg::Closed(self.socket, 1006));
    }

    fn reconnects(&mut self) {
        self.does(Msg::Online(true));
        self.connects();
    }

    /// The page is loaded again; what was on its way is broken off.
    fn reloads(&mut self) {
        (self.model, self.running) = (model(), BTreeSet::new());
        let kept = self.kept.values().cloned().collect();
        let files = SavedMessage {
            client_id: id("files"),
            tab: 0,
            since: self.saved_at,
            draft: self.files.clone(),
            failed: None,
        };
        self.does(Msg::Restored { kept, draft: self.draft.clone(), files: Some(files) });
        self.does(Msg::Known);
        self.connects();
    }

    fn picks(&mut self, ids: impl IntoIterator<Item = u32>) {
        let files = ids.into_iter().map(|it| picked(it, 10)).collect();
        self.does(Msg::Picked { files, limit: "25 MB".into() });
    }

    fn is_stored(&mut self, id: u32) {
        self.running.remove(&id);
        self.does(Msg::Uploaded { id, result: Ok(stored(id)) });
    }

    fn breaks(&mut self, id: u32, broken: Broken) {
        self.running.remove(&id);
        self.does(Msg::Uploaded { id, result: Err(broken) });
    }

    fn writes(&mut self, text: &str) {
        self.does(Msg::Drafted(text.into()));
        self.does(Msg::SendPressed { client_id: id(text) });
    }

    fn is_told(&mut self, client_id: &str, reason: Refusal) {
        let client_id = Some(id(client_id));
        self.does(Msg::Heard(self.socket, ToVisitor::Refused { client_id, reason }));
    }

    fn acknowledges(&mut self, client_id: &ClientId, place: u64) {
        let (client_id, at) = (client_id.clone(), self.now);
        let ack = ToVisitor::Ack { client_id, place: Place(place), at };
        self.does(Msg::Heard(self.socket, ack));
    }

    /// The names in the tray, and how far each is.
    fn tray(&self) -> Vec<String> {
        let shown = |it: &Upload| match it {
            Upload::Running { .. } => "runs",
            Upload::Waiting { .. } => "waits",
            Upload::Done(_) => "done",
            Upload::Failed { retry: true } => "failed",
            Upload::Failed { retry: false } => "refused",
        };
        let tray = self.model.attachments.tray();
        tray.iter().map(|it| format!("{} {}", it.picked.name, shown(&it.state))).collect()
    }

    /// How far the last line is.
    fn delivery(&self) -> Delivery {
        let all = rows(&self.model, &|_| 0);
        let Some(RowBody::Bubble(bubble)) = all.into_iter().last().map(|it| it.body) else {
            panic!("no line is shown")
        };
        bubble.delivery
    }
}

fn model() -> Model {
    let config = Config {
        site: "main-shop".parse().unwrap(),
        title: "Fern & Clay".into(),
        greetings: Vec::new(),
        main_language: "en".parse().unwrap(),
        team: Vec::new(),
        max_chars: 1_000,
        hint: String::new(),
        hint_until: None,
    };
    Model::new(config, Vec::new(), 1, 1)
}

fn id(text: &str) -> ClientId {
    text.replace(' ', "_").parse().unwrap()
}

fn name(id: u32) -> String {
    format!("{id}.png")
}

fn picked(id: u32, bytes: u64) -> Picked {
    Picked { id, name: name(id), bytes, preview: None, folder: false }
}

fn stored(id: u32) -> File {
    File {
        id: format!("f{id}").parse().unwrap(),
        name: name(id).try_into().unwrap(),
        bytes: 10,
        media: MediaType::Png,
    }
}

#[test]
fn every_refused_file_is_named_with_its_reason_until_something_is_done_about_it() {
    let mut chat = Chat::live();
    let mut picks = |it| chat.does(Msg::Picked { files: vec![it], limit: "25 MB".into() });
    picks(picked(1, 0));
    picks(picked(2, FILE_BYTES + 1));
    picks(picked(1, 0));
    picks(picked(3, 10));
    let reasons = [widget::file_empty("1.png"), widget::file_too_large("25 MB", "2.png")];
    assert_eq!(chat.model.alerts, reasons);
    for id in 4..40 {
        chat.does(Msg::Picked { files: vec![picked(id, 0)], limit: "25 MB".into() });
    }
    assert_eq!(chat.model.alerts.len(), limits::ALERTS);
    assert_eq!(chat.model.alerts.last(), Some(&widget::file_empty("39.png")));
    chat.does(Msg::FileRemoved { id: 3 });
    assert_eq!(chat.model.alerts, []);
}

#[test]
fn what_cannot_be_sent_is_refused_with_its_reason_and_nothing_to_press() {
    let mut chat = Chat::live();
    let folder = Picked { folder: true, ..picked(1, 4_096) };
    let files =
        vec![folder, picked(2, 0), picked(3, FILE_BYTES + 1), picked(4, FILE_BYTES), picked(5, 1)];
    chat.does(Msg::Picked { files, limit: "25 MB".into() });
    let reasons = [
        widget::file_folder("1.png"),
        widget::file_empty("2.png"),
        widget::file_too_large("25 MB", "3.png"),
    ];
    assert_eq!(chat.model.alerts, reasons);
    assert_eq!(chat.tray(), ["4.png runs", "5.png runs"]);

    for (broken, alert) in [
        (Broken::Unreadable, Some(widget::file_unreadable("5.png"))),
        (Broken::Refused(Refusal::Forbidden), Some(widget::file_broken("5.png"))),
        (Broken::Lost, None),
    ] {
        let mut chat = Chat::live();
        chat.picks([5]);
        chat.breaks(5, broken);
        assert_eq!(chat.model.alerts, alert.into_iter().collect::<Vec<_>>(), "{broken:?}");
        assert!(!chat.tray().contains(&"5.png failed".to_owned()), "{broken:?}: {:?}", chat.tray());
    }
}

#[test]
fn six_files_are_taken_and_each_other_is_refused_by_its_name() {
    let mut chat = Chat::live();
    chat.picks(1..=4);
    chat.picks(5..=8);
    assert_eq!(chat.running, (1..=6).collect());
    assert_eq!(chat.model.alerts, [widget::files_too_many(6, "7.png, 8.png")]);
    // A whole folder's files are named as far as anybody reads.
    chat.picks(9..=60);
    let named: Vec<String> = (9..=20).map(|it| format!("{it}.png")).collect();
    let named = [named.join(", "), ", …".to_owned()].concat();
    assert_eq!(chat.model.alerts.last(), Some(&widget::files_too_many(6, &named)));
    // What was sent makes room, though it is still on its way.
    chat.writes("six");
    chat.picks([61]);
    assert!(chat.running.contains(&61));
}

#[test]
fn a_line_that_is_sent_while_its_files_are_under_way_goes_out_with_them() {
    let mut chat = Chat::live();
    chat.picks([1, 2]);
    chat.is_stored(2);
    chat.writes("both");
    chat.writes("after");
    assert_eq!((chat.model.draft.as_str(), chat.tray().len(), chat.posts.len()), ("", 0, 0));
    chat.does(Msg::Uploading { id: 1, percent: 40 });
    let all = rows(&chat.model, &|_| 0);
    let deliveries: Vec<_> = all
        .iter()
        .filter_map(|it| if let RowBody::Bubble(it) = &it.body { Some(&it.delivery) } else { None })
        .collect();
    let uploading = Delivery::Uploading { client_id: id("both"), percent: Some(70) };
    assert_eq!(deliveries, [&uploading, &Delivery::Sending]);
    chat.is_stored(1);
    let both = (id("both"), vec!["f1".to_owned(), "f2".to_owned()]);
    assert_eq!(chat.posts, [both, (id("after"), Vec::new())]);
    chat.acknowledges(&id("both"), 1);
    assert_eq!(chat.kept.keys().collect::<Vec<_>>(), [&id("after")]);
}

#[test]
fn a_line_that_is_still_uploading_can_be_given_up() {
    let mut chat = Chat::live();
    chat.picks([1]);
    chat.writes("oops");
    chat.does(Msg::Discarded(id("oops")));
    assert_eq!((chat.running.len(), chat.kept.len()), (0, 0));
    assert_eq!(chat.model.client.lines(), []);
}

#[test]
fn what_broke_without_a_network_is_tried_again_by_itself() {
    let mut chat = Chat::live();
    chat.picks([1, 2]);
    chat.disconnects();
    chat.breaks(1, Broken::Lost);
    chat.breaks(2, Broken::Lost);
    assert_eq!(chat.tray(), ["1.png waits", "2.png waits"]);
    chat.writes("from the train");
    assert_eq!(
        chat.delivery(),
        Delivery::Uploading { client_id: id("from the train"), percent: None }
    );
    chat.reconnects();
    assert_eq!(chat.running, [1, 2].into());
    chat.is_stored(1);
    assert_eq!(chat.posts, []);
    chat.is_stored(2);
    assert_eq!(chat.posts[0].1, ["f1", "f2"]);
}

#[test]
fn an_upload_that_breaks_is_tried_again_ever_more_rarely_and_not_for_ever() {
    let mut chat = Chat::live();
    chat.picks([1]);
    let mut rests = Vec::new();
    for _ in 0..7 {
        chat.breaks(1, Broken::Lost);
        let state = chat.model.attachments.tray().first().map(|it| it.state.clone());
        if let Some(Upload::Waiting { again }) = state {
            assert!(chat.model.due().unwrap() <= again);
            rests.push(again.since(chat.now).0);
            // All else reaches the relay.
            chat.does(Msg::Ponged(chat.socket));
            chat.now = again;
            chat.does(Msg::Tick);
        }
    }
    assert_eq!(chat.tray(), ["1.png failed"]);
    assert_eq!(rests, [1_000, 2_000, 4_000, 8_000, 16_000, 32_000]);
    // Nothing goes out without it, and that is said.
    chat.writes("here it is");
    assert_eq!(chat.model.alerts, [widget::file_broken("1.png")]);
    assert_eq!((chat.posts.len(), chat.model.draft.as_str()), (0, "here it is"));
    // Nor is it forgotten when the relay is there again.
    chat.disconnects();
    chat.reconnects();
    assert_eq!(chat.running, [1].into());
}

#[test]
fn a_relay_that_has_no_room_for_more_files_is_asked_again() {
    let mut chat = Chat::live();
    chat.picks([1]);
    chat.breaks(1, Broken::Refused(Refusal::TooManyFiles));
    assert_eq!(chat.tray(), ["1.png waits"]);
}

#[test]
fn a_reload_keeps_what_is_stored_and_names_what_is_not() {
    let mut chat = Chat::live();
    chat.picks([1, 2, 3]);
    chat.is_stored(1);
    chat.is_stored(3);
    chat.does(Msg::Drafted("two of three".into()));
    chat.reloads();
    assert_eq!(chat.tray(), ["1.png done", "3.png done"]);
    assert_eq!(chat.model.alerts, [widget::file_gone("2.png")]);
    assert_eq!(chat.model.draft, "two of three");
    chat.reloads();
    assert_eq!((chat.tray().len(), chat.model.alerts.len()), (2, 0));
    // The relay keeps what was not sent for a day.
    chat.now = chat.now.after(PENDING_FILE_LIFE).after(Millis(1));
    chat.reloads();
    assert_eq!(chat.model.alerts, [widget::file_gone("1.png"), widget::file_gone("3.png")]);
}

#[test]
fn a_line_whose_files_a_reload_took_stands_in_the_composer_again() {
    let mut chat = Chat::live();
    chat.picks([1, 2]);
    chat.is_stored(1);
    chat.writes("both");
    chat.does(Msg::Drafted("next".into()));
    chat.reloads();
    assert_eq!(chat.model.client.lines(), []);
    assert_eq!((chat.model.draft.as_str(), chat.draft.as_str()), ("next\nboth", "next\nboth"));
    assert_eq!(chat.tray(), ["1.png done"]);
    assert_eq!(chat.model.alerts, [widget::file_gone("2.png")]);
    assert_eq!((chat.posts.len(), chat.kept.len()), (0, 0));
}

#[test]
fn files_that_the_relay_does_not_have_are_uploaded_again_if_the_page_has_them() {
    let mut chat = Chat::live();
    chat.picks([1, 2]);
    chat.is_stored(1);
    chat.is_stored(2);
    chat.writes("hello");
    assert_eq!(chat.posts.len(), 1);
    // They were uploaded by a visitor that this browser turned out not to be.
    chat.is_told("hello", Refusal::NotFound);
    assert_eq!(chat.running, [1, 2].into());
    chat.is_stored(1);
    chat.is_stored(2);
    assert_eq!(chat.posts.len(), 2);
    // Once; a relay that loses them each time is not asked for ever.
    chat.is_told("hello", Refusal::NotFound);
    assert!(
        matches!(chat.delivery(), Delivery::Failed { why, .. } if why_not_sent(why) == widget::FAILED_FILE)
    );

    // Those of a page before this one are gone, and that is said.
    let mut chat = Chat::live();
    chat.picks([1]);
    chat.is_stored(1);
    chat.reloads();
    chat.writes("hello");
    chat.is_told("hello", Refusal::NotFound);
    assert!(
        matches!(chat.delivery(), Delivery::Failed { why, .. } if why_not_sent(why) == widget::FAILED_FILE)
    );
}

#[test]
fn an_answer_to_a_campaign_does_not_take_the_files_along() {
    let mut chat = Chat::live();
    chat.picks([1]);
    chat.is_stored(1);
    chat.does(Msg::ReplyPressed { client_id: id("yes"), text: "Yes".into() });
    assert_eq!(chat.posts, [(id("yes"), Vec::new())]);
    assert_eq!(chat.tray(), ["1.png done"]);
}
