//! The end of a session, and the questions that follow it.

use super::*;

#[test]
fn ending_asks_first() {
    let mut chat = Chat::live(SessionState::Active);
    chat.does(Msg::EndPressed);
    assert!(chat.model.asks_end);
    chat.does(Msg::EndAnswered { end: false });
    assert_eq!(chat.said().len(), 0);
    chat.does(Msg::EndPressed);
    chat.does(Msg::EndAnswered { end: true });
    assert_eq!(chat.said(), [&FromVisitor::End]);
}

/// What comes between a press and the connection.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Between {
    Nothing,
    ALine,
    AnotherSession,
}

impl Chat {
    /// Connected again, and told of this session: what is said then.
    fn comes_back(&mut self, session: VisitorSession) -> Vec<FromVisitor> {
        self.does(Msg::Woken);
        self.does(Msg::Opened(2));
        self.does(Msg::Heard(2, ToVisitor::Welcome(welcome(Some(session)))));
        self.does(Msg::Heard(2, ToVisitor::Ready { head: Place(0) }));
        self.said().into_iter().cloned().collect()
    }
}

#[test]
fn what_was_answered_without_a_connection_is_of_what_stood_then() {
    let (no, yes) = (Msg::Answered { more: false }, Msg::Answered { more: true });
    for answer in [Msg::EndAnswered { end: true }, no, yes] {
        for between in [Between::Nothing, Between::ALine, Between::AnotherSession] {
            let mut chat = Chat::live(SessionState::Active);
            chat.does(Msg::Closed(1, 1006));
            chat.does(answer.clone());
            let mut now = session(SessionState::Active, None, RatingView::None);
            match between {
                Between::Nothing => (),
                Between::ALine => {
                    chat.writes("one more thing");
                }
                Between::AnotherSession => now.no = SessionNo(2),
            }
            let said = chat.comes_back(now);
            let is_said =
                |it: &FromVisitor| matches!(it, FromVisitor::End | FromVisitor::Answer { .. });
            let stands = between == Between::Nothing;
            assert_eq!(said.iter().any(is_said), stands, "{answer:?}, {between:?}: {said:?}");
            let wrote = said.iter().any(|it| matches!(it, FromVisitor::Post { .. }));
            assert_eq!(wrote, between == Between::ALine, "{answer:?}, {between:?}: {said:?}");
        }
    }
}

#[test]
fn whether_to_end_is_not_asked_of_another_session() {
    let mut chat = Chat::live(SessionState::Active);
    chat.does(Msg::EndPressed);
    let mut next = session(SessionState::Active, None, RatingView::None);
    next.no = SessionNo(2);
    chat.hears(ToVisitor::Session { session: Some(next) });
    assert!(!chat.model.asks_end);
}

#[test]
fn a_mandatory_rating_comes_before_a_new_chat() {
    let mut chat = Chat::live(SessionState::Active);
    let closed = |cause| session(SessionState::Closed, Some(cause), RatingView::Mandatory);
    chat.hears(ToVisitor::Session { session: Some(closed(CloseCause::Customer)) });
    assert_eq!(chat.model.composer(), Composer::RatingFirst);
    chat.does(Msg::RateSkipped);
    assert_eq!(chat.model.rating_card(), Some(RatingView::Mandatory));
    chat.does(Msg::Starred(4));
    chat.does(Msg::Commented("  fast  ".into()));
    chat.does(Msg::RatePressed);
    let [FromVisitor::Rate { stars: 4, comment: Some(comment), .. }] = chat.said()[..] else {
        panic!()
    };
    assert_eq!(comment.as_str(), "fast");
    assert_eq!(chat.model.composer(), Composer::Open);
}

#[test]
fn a_remark_is_counted_and_never_cut() {
    let mut chat = Chat::live(SessionState::Active);
    let closed = session(SessionState::Closed, Some(CloseCause::Agent), RatingView::Asked);
    chat.hears(ToVisitor::Session { session: Some(closed) });
    chat.does(Msg::Starred(5));
    for (n_chars, counter) in [(899, None), (900, Some(100)), (1_000, Some(0)), (1_001, Some(-1))] {
        chat.does(Msg::Commented("é".repeat(n_chars)));
        assert_eq!(chat.model.closing().left, counter, "{n_chars}");
        assert_eq!(chat.model.closing().can_rate, n_chars < 1_001, "{n_chars}");
    }
    chat.does(Msg::RatePressed);
    assert_eq!(chat.said().len(), 0);
    assert_eq!(chat.model.rating.comment.chars().count(), 1_001);
    chat.does(Msg::Commented(format!(" {} ", "é".repeat(1_000))));
    chat.does(Msg::RatePressed);
    let [FromVisitor::Rate { comment: Some(comment), .. }] = chat.said()[..] else { panic!() };
    assert_eq!(comment.n_chars(), 1_000);
}

#[test]
fn an_optional_rating_can_be_put_off() {
    let mut chat = Chat::live(SessionState::Active);
    let closed = session(SessionState::Closed, Some(CloseCause::Agent), RatingView::Asked);
    chat.hears(ToVisitor::Session { session: Some(closed) });
    assert!(chat.model.rating_card().is_some());
    chat.does(Msg::RateSkipped);
    assert_eq!((chat.model.rating_card(), chat.model.composer()), (None, Composer::Open));
}
