//! Looking for something, for somebody.

use inbox_core::{
    Agent,
    permission::{Action, may},
};
use inbox_host::{
    Sql,
    sql::{number, text},
};
use inbox_protocol::http::{SearchHit, SearchPage};
use inbox_room::DeskFacts;
use inbox_types::{
    Place, SessionState,
    limits::{SEARCH_LOOKS, SEARCH_ROWS},
};
use serde::Deserialize;

use crate::{
    Query, SearchIndex, Writer,
    cursor::Cursor,
    index::{CARD, FILE, Head, first_of, instant},
    query::{StateTerm, Term},
    snippet::snippet,
    text::{Body, author, called},
};

/// Rows that are read at once.
const BATCH: usize = 100;

/// The words are asked first: they alone know which rows there are.
const FOUND: &str = "
    SELECT words.rowid AS no, lines.seq, lines.body, conversations.id, conversations.body AS head
    FROM words CROSS JOIN lines ON lines.no = words.rowid
    CROSS JOIN conversations ON conversations.no = lines.conversation
    WHERE words MATCH ? AND words.rowid < ? AND words.rowid >= ?
    ORDER BY words.rowid DESC LIMIT ?
";

/// Whoever looks, and what the workspace says.
#[derive(Clone, Debug)]
pub struct Searcher<'workspace> {
    /// Who, with the rights of now.
    pub agent: Agent,
    /// Settings, sites, departments and topics.
    pub facts: &'workspace DeskFacts,
}

#[derive(Deserialize)]
struct FoundRow {
    no: u64,
    seq: u64,
    body: String,
    id: String,
    head: Option<String>,
}

impl<S: Sql> SearchIndex<S> {
    /// A page of what is found, newest first. `after` is [`SearchPage::next`] of the page before, for the
    /// same reader and query; any other number is a place too.
    ///
    /// # Errors
    ///
    /// If a row cannot be read.
    // SE13, SE14
    pub fn search(
        &self,
        searcher: &Searcher<'_>,
        query: &Query,
        after: Option<u64>,
    ) -> Result<SearchPage, S::Error> {
        let mut page = SearchPage {
            empty: query.is_empty(),
            cut: query.cut,
            ignored: query.ignored.clone(),
            ..SearchPage::default()
        };
        if page.empty {
            return Ok(page);
        }
        let expression = expression(query);
        let since = query.since.map_or(0, first_of);
        let until = query.until.map_or(u64::MAX, first_of);
        // All that is asked, in a text that differs where that does.
        let cursor = Cursor::new(&self.key, searcher.agent.id.as_str(), &format!("{query:?}"));
        let mut before = after.map_or(u64::MAX, |it| cursor.reveal(it)).min(until);
        let mut n_looks = 0;
        while n_looks < SEARCH_LOOKS {
            let parameters =
                vec![text(&expression), number(before), number(since), number(BATCH as u64)];
            let rows: Vec<FoundRow> = self.sql.query(FOUND, parameters)?;
            let is_last = rows.len() < BATCH;
            for row in rows {
                n_looks += 1;
                let Some(hit) = searcher.hit(&row, query)? else {
                    before = row.no;
                    continue;
                };
                if page.hits.len() == SEARCH_ROWS {
                    page.next = Some(cursor.hide(before));
                    return Ok(page);
                }
                before = row.no;
                page.hits.push(hit);
            }
            if is_last {
                return Ok(page);
            }
        }
        page.next = Some(cursor.hide(before));
        Ok(page)
    }
}

/// What the words are asked. Tags stand in the cards alone: beside words they are looked up in the
/// conversation.
fn expression(query: &Query) -> String {
    let of = |column: &'static str, terms: &[Term]| {
        let terms = terms.iter().map(move |it| format!("{column} : {}", it.expression()));
        terms.collect::<Vec<_>>()
    };
    let mut parts = of("said", &query.said);
    parts.extend(of("author", &query.from));
    if query.has_file {
        parts.push(format!("marks : \"{FILE}\""));
    }
    if parts.is_empty() {
        parts = of("tags", &query.tags);
        parts.push(format!("marks : \"{CARD}\""));
    }
    parts.join(" AND ")
}

impl Searcher<'_> {
    /// What its reader is shown of a row; none if it is not for them, or not what they look for.
    // SE13, SE15
    fn hit(&self, row: &FoundRow, query: &Query) -> Result<Option<SearchHit>, serde_json::Error> {
        let Some(head) = &row.head else { return Ok(None) };
        let head: Head = serde_json::from_str(head)?;
        let Ok(conversation) = row.id.parse() else { return Ok(None) };
        if !self.may(&head, Action::View) || !self.is_asked_for(&head, query) {
            return Ok(None);
        }
        let body: Body = serde_json::from_str(&row.body)?;
        let masked = self.is_masked(&head);
        let text = body.text(masked);
        let by = match &body {
            Body::Line(said) => Some(&said.by),
            Body::Card(_) => None,
        };
        if masked {
            let by = by.map(|it| author(it, &head.details, true)).unwrap_or_default();
            let stands = |terms: &[Term], text: &str| terms.iter().all(|it| it.is_in(text));
            if !stands(&query.said, &text) || !stands(&query.from, &by) {
                return Ok(None);
            }
        }
        let contact = called(&head.details, masked);
        Ok(Some(SearchHit {
            conversation,
            place: (row.seq != 0).then_some(Place(row.seq)),
            at: instant(row.no),
            contact: contact.split(" · ").next().filter(|it| !it.is_empty()).map(str::to_owned),
            by: match by {
                Some(Writer::Member(card)) => Some(card.clone()),
                Some(Writer::Visitor | Writer::Team) | None => None,
            },
            by_visitor: by == Some(&Writer::Visitor),
            note: matches!(&body, Body::Line(said) if said.note),
            state: head.state,
            owner: head.owner,
            snippet: snippet(&text, &query.said),
        }))
    }

    fn may(&self, head: &Head, action: Action) -> bool {
        may(&self.agent, &head.facts, &self.facts.settings, action)
    }

    /// A site that the workspace does not know (any more) is masked.
    fn is_masked(&self, head: &Head) -> bool {
        let site = self.facts.sites.iter().find(|it| it.summary.id == head.site);
        site.is_none_or(|it| it.mask_sensitive) && !self.may(head, Action::SeeUnmasked)
    }

    /// What the words cannot know: how the conversation stands.
    fn is_asked_for(&self, head: &Head, query: &Query) -> bool {
        let masked = self.is_masked(head);
        let has = |tag: &Term| {
            let mut tags = head.tags.iter();
            tags.any(|it| {
                let hidden = masked.then(|| inbox_core::masking::text(it.as_str()));
                tag.is_in(hidden.as_deref().unwrap_or(it.as_str()))
            })
        };
        query.tags.iter().all(has)
            && query.places.iter().all(|it| self.is_of(head, it))
            && query.states.iter().all(|it| self.stands(head, *it))
    }

    /// By what departments, sites and topics are called today.
    fn is_of(&self, head: &Head, place: &Term) -> bool {
        let is = |id: &str, name: &str| place.is_in(id) || place.is_in(name);
        let department = head.facts.department.as_ref().is_some_and(|id| {
            let known = self.facts.departments.iter().find(|it| it.id == *id);
            is(id.as_str(), known.map_or("", |it| it.name.as_str()))
        });
        let site = self.facts.sites.iter().find(|it| it.summary.id == head.site);
        let site = is(head.site.as_str(), site.map_or("", |it| it.summary.name.as_str()));
        let mut topics = head.topics.iter();
        let topic = topics.any(|id| {
            let known = self.facts.topics.iter().find(|it| it.id == *id);
            is(id.as_str(), known.map_or("", |it| it.name.as_str()))
        });
        department || site || topic
    }

    fn stands(&self, head: &Head, state: StateTerm) -> bool {
        let is_closed = head.state == Some(SessionState::Closed);
        let me = &self.agent.id;
        match state {
            StateTerm::Open => !is_closed,
            StateTerm::Closed => is_closed,
            StateTerm::Mine => {
                head.facts.owner.as_ref() == Some(me) || head.facts.participants.contains(me)
            }
            StateTerm::Unassigned => !is_closed && head.facts.owner.is_none(),
        }
    }
}
