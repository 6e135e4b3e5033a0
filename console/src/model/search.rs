//! Searching all conversations: what is typed, what was asked, and what was found.

use inbox_protocol::{
    Refusal,
    http::{SearchHit, SearchPage},
};
use inbox_text::Phrase;
use inbox_types::{ConversationId, Millis, Place, Timestamp};

use super::{Effect, Model, Request, Route, room, toast};

/// How long nothing more is typed before it is asked.
const PAUSE: Millis = Millis(300);

/// What is searched for, and found.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Search {
    /// What stands in the field.
    pub text: String,
    /// Somebody is about to search: the operators are offered.
    pub open: bool,
    /// What was found, newest first.
    pub hits: Vec<SearchHit>,
    /// The last page, without its finds.
    pub page: SearchPage,
    /// How far the last question is.
    pub state: SearchState,
    /// When something was typed that was not asked yet.
    typed_at: Option<Timestamp>,
    /// The number of the last question; the answers of others come too late.
    question: u32,
}

/// How far a question is.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum SearchState {
    /// Nothing was asked.
    #[default]
    Idle,
    /// An answer is awaited.
    Asking,
    /// It came.
    Answered,
    /// It was refused.
    Failed(Phrase),
}

/// What happens in the search.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SearchMsg {
    /// Somebody is about to search.
    Opened,
    /// The text changed.
    Typed(String),
    /// An operator is added to the text.
    Operator(&'static str),
    /// What is typed is asked at once.
    Now,
    /// What follows the last find is wanted.
    More,
    /// An answer to a question came.
    Answered {
        /// The number of the question.
        question: u32,
        /// What was found.
        page: Result<SearchPage, Refusal>,
    },
    /// Nobody searches any more.
    Closed,
    /// A find is to be shown.
    Shown(ConversationId, Option<Place>),
}

impl Search {
    /// Whether what was found stands in place of the list.
    #[must_use]
    pub fn is_on(&self) -> bool {
        !self.text.trim().is_empty()
    }

    /// What was asked last, or nothing; none while more may be typed.
    #[must_use]
    pub fn asked(&self) -> Option<&str> {
        self.typed_at.is_none().then_some(self.text.as_str())
    }
}

pub(super) fn update(model: &mut Model, msg: SearchMsg) -> Vec<Effect> {
    let now = model.now;
    let search = &mut model.search;
    match msg {
        SearchMsg::Opened => search.open = true,
        SearchMsg::Typed(text) => typed(search, text, now),
        SearchMsg::Operator(operator) => {
            let text = search.text.trim_end();
            let space = if text.is_empty() { "" } else { " " };
            let text = format!("{text}{space}{operator}");
            typed(search, text, now);
        }
        SearchMsg::Now => return ask(model, None),
        SearchMsg::More => {
            let is_asking = search.state == SearchState::Asking;
            let next = search.page.next.filter(|_| !is_asking);
            return next.map(|it| ask(model, Some(it))).unwrap_or_default();
        }
        SearchMsg::Answered { question, page } if question == search.question => match page {
            Ok(mut page) => {
                search.hits.append(&mut page.hits);
                search.page = page;
                search.state = SearchState::Answered;
            }
            Err(reason) => search.state = SearchState::Failed(toast::refusal(reason)),
        },
        SearchMsg::Answered { .. } => (),
        SearchMsg::Closed => {
            let question = search.question + 1;
            *search = Search { question, ..Search::default() };
        }
        SearchMsg::Shown(conversation, place) => {
            let mut effects = super::go(model, Route::Conversation(conversation.clone()));
            effects.extend(room::find(model, &conversation, place));
            return effects;
        }
    }
    Vec::new()
}

fn typed(search: &mut Search, text: String, now: Timestamp) {
    search.open = true;
    search.text = text;
    search.typed_at = Some(now);
    if !search.is_on() {
        // What was asked before is not what is looked for any more.
        search.question += 1;
        search.hits.clear();
        search.state = SearchState::Idle;
        search.typed_at = None;
    }
}

/// Nothing more was typed for a while.
pub(super) fn tick(model: &mut Model) -> Vec<Effect> {
    let now = model.now;
    let is_due = model.search.typed_at.is_some_and(|it| PAUSE <= now.since(it));
    if is_due { ask(model, None) } else { Vec::new() }
}

/// Asks for the first page, or for the one after the last.
fn ask(model: &mut Model, after: Option<u64>) -> Vec<Effect> {
    let search = &mut model.search;
    search.typed_at = None;
    if !search.is_on() {
        return Vec::new();
    }
    search.question += 1;
    search.state = SearchState::Asking;
    if after.is_none() {
        search.hits.clear();
        search.page = SearchPage::default();
    }
    let (question, text) = (search.question, search.text.clone());
    vec![Effect::Ask(Request::Search { question, text, after })]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model() -> Model {
        Model::new(Timestamp::from_millis(1_000), 1)
    }

    fn hit(place: u64) -> SearchHit {
        serde_json::from_value(serde_json::json!({
            "conversation": "main-c1", "place": place, "at": 1, "snippet": [],
        }))
        .expect("a find")
    }

    fn page(places: &[u64], next: Option<u64>) -> SearchPage {
        SearchPage {
            hits: places.iter().map(|it| hit(*it)).collect(),
            next,
            ..SearchPage::default()
        }
    }

    fn asked(effects: &[Effect]) -> Option<(u32, String, Option<u64>)> {
        effects.iter().find_map(|it| {
            let Effect::Ask(Request::Search { question, text, after }) = it else { return None };
            Some((*question, text.clone(), *after))
        })
    }

    #[test]
    fn what_is_typed_is_asked_after_a_pause_or_at_once() {
        let mut model = model();
        assert!(update(&mut model, SearchMsg::Typed("ref".to_owned())).is_empty());
        assert!(tick(&mut model).is_empty(), "more may be typed");
        model.now = Timestamp::from_millis(1_300);
        assert_eq!(asked(&tick(&mut model)), Some((1, "ref".to_owned(), None)));
        assert!(tick(&mut model).is_empty(), "it is asked once");
        update(&mut model, SearchMsg::Typed("refund".to_owned()));
        assert_eq!(
            asked(&update(&mut model, SearchMsg::Now)),
            Some((2, "refund".to_owned(), None))
        );
    }

    #[test]
    fn an_answer_that_comes_late_is_not_shown() {
        let mut model = model();
        update(&mut model, SearchMsg::Typed("one".to_owned()));
        update(&mut model, SearchMsg::Now);
        update(&mut model, SearchMsg::Typed("two".to_owned()));
        update(&mut model, SearchMsg::Now);
        let answer = |question, places: &[u64]| SearchMsg::Answered {
            question,
            page: Ok(page(places, None)),
        };
        update(&mut model, answer(1, &[1, 2, 3]));
        assert_eq!(model.search.state, SearchState::Asking);
        update(&mut model, answer(2, &[9]));
        assert_eq!(model.search.hits, [hit(9)]);
        update(&mut model, SearchMsg::Now);
        update(&mut model, SearchMsg::Closed);
        update(&mut model, answer(3, &[1]));
        assert_eq!((model.search.hits.len(), model.search.is_on()), (0, false));
    }

    #[test]
    fn more_follows_what_was_found_and_is_asked_once() {
        let mut model = model();
        update(&mut model, SearchMsg::Typed("word".to_owned()));
        update(&mut model, SearchMsg::Now);
        update(&mut model, SearchMsg::Answered { question: 1, page: Ok(page(&[3, 2], Some(7))) });
        let more = update(&mut model, SearchMsg::More);
        assert_eq!(asked(&more), Some((2, "word".to_owned(), Some(7))));
        assert!(update(&mut model, SearchMsg::More).is_empty());
        update(&mut model, SearchMsg::Answered { question: 2, page: Ok(page(&[1], None)) });
        assert_eq!(model.search.hits, [hit(3), hit(2), hit(1)]);
        assert!(update(&mut model, SearchMsg::More).is_empty());
    }

    #[test]
    fn a_refusal_is_said_and_the_text_stays() {
        let mut model = model();
        update(&mut model, SearchMsg::Operator("tag:"));
        update(&mut model, SearchMsg::Operator("is:open"));
        assert_eq!(model.search.text, "tag: is:open");
        update(&mut model, SearchMsg::Now);
        let page = Err(Refusal::Unavailable);
        update(&mut model, SearchMsg::Answered { question: 1, page });
        assert!(matches!(model.search.state, SearchState::Failed(_)));
        assert!(asked(&update(&mut model, SearchMsg::Now)).is_some());
    }
}
