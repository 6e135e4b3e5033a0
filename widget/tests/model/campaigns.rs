//! Campaigns that speak in the chat, and what answers them.

use inbox_types::{StartContext, VariantKey};
use porchlight_widget::model::Campaign;

use super::*;

fn campaign(id: &str) -> Campaign {
    Campaign {
        id: id.parse().unwrap(),
        variant: Some("b".to_owned().try_into().unwrap()),
        text: "Can we help".into(),
        language: Some("en".parse().unwrap()),
        who: Some("Lan".into()),
        replies: vec!["Yes, please".into(), "No".into()],
        at: Timestamp::from_millis(1_000_000),
    }
}

fn approach(id: &str) -> Msg {
    Msg::Page(FromPage::Campaign { campaign: campaign(id), draft: None, answer: None })
}

/// The campaign, the variant and the language that each post says it answers.
fn answers(effects: &[Effect]) -> Vec<Option<String>> {
    let posts = effects.iter().filter_map(|it| {
        if let Effect::Keep(kept) = it { Some(&kept.draft.context) } else { None }
    });
    let named = |it: &StartContext| {
        let variant = it.variant.map_or('-', VariantKey::letter);
        let language = it.language.as_ref().map_or("-", |it| it.as_str());
        it.campaign.as_ref().map(|it| format!("{it} {variant} {language}"))
    };
    posts.map(named).collect()
}

#[test]
fn a_campaign_speaks_in_place_of_the_greeting() {
    let mut chat = Chat::new();
    assert!(chat.model.greets());
    chat.does(approach("c1"));
    assert!(!chat.model.greets());
    assert_eq!(chat.shows(), "day, Can we help");
    assert_eq!(chat.model.replies(), ["Yes, please", "No"]);
    // Screen readers are told once, however often the page says it.
    let news = chat.model.news.0;
    chat.does(approach("c1"));
    assert_eq!(chat.model.news.0, news);
}

#[test]
fn pressing_an_answer_sends_it_and_says_what_it_answers() {
    let mut chat = Chat::new();
    chat.does(approach("c1"));
    let client_id = id("Yes, please".replace(',', "").as_str());
    let effects = chat.does(Msg::ReplyPressed { client_id, text: "Yes, please".into() });
    assert_eq!(answers(effects), [Some("c1 b en".to_owned())]);
    assert_eq!(chat.shows(), "day, Can we help, Yes, please waiting");
    assert!(chat.model.replies().is_empty());
}

#[test]
fn an_answer_that_was_pressed_on_the_page_is_sent_at_once() {
    let mut chat = Chat::new();
    let answer = Some((id("no"), "No".to_owned()));
    let msg = Msg::Page(FromPage::Campaign { campaign: campaign("c1"), draft: None, answer });
    assert_eq!(answers(chat.does(msg)), [Some("c1 b en".to_owned())]);
    assert_eq!(chat.shows(), "day, Can we help, No waiting");
}

#[test]
fn a_campaign_drafts_what_is_not_written_yet() {
    let mut chat = Chat::new();
    let draft = |text: &str| {
        let draft = Some(text.to_owned());
        Msg::Page(FromPage::Campaign { campaign: campaign("c1"), draft, answer: None })
    };
    chat.does(draft("I would like"));
    assert_eq!(chat.model.draft, "I would like");
    chat.does(draft("Something else"));
    assert_eq!(chat.model.draft, "I would like");
}

#[test]
fn only_what_begins_a_session_answers_a_campaign() {
    let mut chat = Chat::live(SessionState::Active);
    chat.does(approach("c1"));
    assert_eq!(answers(chat.writes("hello")), [None]);
    let mut chat = Chat::live(SessionState::Closed);
    chat.does(approach("c1"));
    assert_eq!(answers(chat.writes("hello")), [Some("c1 b en".to_owned())]);
}

#[test]
fn the_message_stands_once_when_the_conversation_has_it() {
    let mut chat = Chat::new();
    chat.does(Msg::Shown { focus: true });
    chat.does(approach("c1"));
    chat.writes("hello");
    chat.does(Msg::Opened(1));
    chat.hears(ToVisitor::Welcome(welcome(None)));
    chat.hears(ToVisitor::Ready { head: Place(0) });
    chat.hears(entry(1, 1, agent("Can we help")));
    assert!(chat.model.campaign.is_none());
    assert_eq!(chat.shows(), "day, Can we help, hello sending");
    assert!(!chat.model.greets(), "the team has spoken first");
}

#[test]
fn after_a_reload_the_conversation_tells_by_itself() {
    let mut chat = Chat::new();
    chat.does(Msg::Known);
    chat.does(approach("c1"));
    chat.does(Msg::Opened(1));
    let session = session(SessionState::Queued, None, RatingView::None);
    chat.hears(ToVisitor::Welcome(welcome(Some(session))));
    let (ToVisitor::Entry { entry: one }, ToVisitor::Entry { entry: two }) =
        (entry(1, 1, agent("Can we help")), entry(2, 1, message(Author::Visitor, "hello")))
    else {
        unreachable!()
    };
    chat.hears(ToVisitor::Entries { entries: vec![one, two] });
    assert!(chat.model.campaign.is_none());
    assert_eq!(chat.shows(), "day, Can we help, hello sent");
}
