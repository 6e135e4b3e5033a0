//! Whether what was seen fits together: one pure function over a recorded history.
//!
//! - **I1** durable: what was acknowledged is stored, at that place.
//! - **I2** once: one name, one place.
//! - **I3** order: places have no gap, and a tab's lines stand in the order in which they were typed.
//! - **I4** converge: once all is quiet, every screen shows what is stored, and nothing is on its way.
//! - **I5** no silence: a line is stored, on its way, or visibly failed.
//! - **I6** no ghost: nothing is stored or seen that nobody typed, in this conversation.
//! - **I7** the webhook is told of each message at least once, under one name, in order.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use inbox_types::{Author, ClientId, Place};

use crate::history::{Count, History, LineName, Row, Typed};

/// The names of what must always hold.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Invariant {
    I1,
    I2,
    I3,
    I4,
    I5,
    I6,
    I7,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Violation {
    pub(crate) invariant: Invariant,
    pub(crate) story: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.invariant, self.story)
    }
}

/// Where each message stands, by the count that it is told in.
type Places = BTreeMap<(LineName, Count), Place>;

/// Everything that is wrong with a history; nothing if all holds.
pub(crate) fn check(history: &History) -> Vec<Violation> {
    let mut found = Vec::new();
    let typed: BTreeMap<&LineName, &Typed> =
        history.typed.iter().map(|it| (&it.line, it)).collect();
    let places = stored(history, &typed, &mut found);
    acknowledged(history, &places, &mut found);
    in_order(history, &places, &mut found);
    seen(history, &mut found);
    screens(history, &mut found);
    not_silent(history, &places, &mut found);
    delivered(history, &mut found);
    found
}

fn report(found: &mut Vec<Violation>, invariant: Invariant, story: String) {
    found.push(Violation { invariant, story });
}

/// I2, I3 and I6 of the store alone.
fn stored(
    history: &History,
    typed: &BTreeMap<&LineName, &Typed>,
    found: &mut Vec<Violation>,
) -> Places {
    let mut places = Places::new();
    for ((conversation, count), rows) in &history.stored {
        for (index, row) in rows.iter().enumerate() {
            if row.place.0 != index as u64 + 1 {
                let story = format!("{conversation}: place {} stands {}th", row.place.0, index + 1);
                report(found, Invariant::I3, story);
            }
            let Some((author, client_id, text)) = &row.message else { continue };
            let line = name(conversation, author, client_id);
            match typed.get(&line) {
                None => {
                    let story = format!("{} is stored, and nobody typed it", tell(&line));
                    report(found, Invariant::I6, story);
                }
                Some(it) if text.as_ref().is_some_and(|text| *text != it.text) => {
                    let story = format!("{} is stored with other words", tell(&line));
                    report(found, Invariant::I6, story);
                }
                Some(_) => (),
            }
            if let Some(first) = places.insert((line.clone(), *count), row.place) {
                let story = format!("{} stands at {} and {}", tell(&line), first.0, row.place.0);
                report(found, Invariant::I2, story);
            }
        }
    }
    places
}

fn acknowledged(history: &History, places: &Places, found: &mut Vec<Violation>) {
    let mut told: BTreeMap<(&LineName, Count), Place> = BTreeMap::new();
    for it in &history.acknowledged {
        let before = told.insert((&it.line, it.count), it.place);
        if before.is_some_and(|before| before != it.place) {
            let story = format!("{} was told two places", tell(&it.line));
            report(found, Invariant::I2, story);
        }
    }
    for ((line, count), place) in told {
        match places.get(&(line.clone(), count)) {
            Some(at) if *at == place => (),
            Some(at) => {
                let story = format!("{} was told {}, stands at {}", tell(line), place.0, at.0);
                report(found, Invariant::I1, story);
            }
            None => {
                let story = format!("{} was told {} and is lost", tell(line), place.0);
                report(found, Invariant::I1, story);
            }
        }
    }
}

fn in_order(history: &History, places: &Places, found: &mut Vec<Violation>) {
    let mut last: BTreeMap<(&str, &Author, u32, Count), (Place, &LineName)> = BTreeMap::new();
    for typed in history.typed.iter().filter(|it| !history.failed.contains(&it.line)) {
        let line = &typed.line;
        for count in [Count::Visitor, Count::Team] {
            let Some(place) = places.get(&(line.clone(), count)) else { continue };
            let tab = (line.conversation.as_str(), &line.author, typed.tab, count);
            let before = last.insert(tab, (*place, line));
            if let Some((_, earlier)) = before.filter(|it| *place < it.0) {
                let story = format!("{} stands before {}", tell(line), earlier.client_id);
                report(found, Invariant::I3, story);
            }
        }
    }
}

fn seen(history: &History, found: &mut Vec<Violation>) {
    for it in &history.seen {
        let rows = history.stored.get(&(it.conversation.clone(), it.count));
        // What was not listed at the end cannot be compared.
        let Some(rows) = rows else { continue };
        match at(rows, it.row.place) {
            Some(row) if same(row, &it.row) => (),
            Some(row) => {
                let story = format!("{} saw {:?}, stored is {row:?}", it.reader, it.row);
                report(found, Invariant::I6, story);
            }
            None => {
                let story = format!("{} saw {:?}, nothing is stored there", it.reader, it.row);
                report(found, Invariant::I6, story);
            }
        }
    }
}

fn screens(history: &History, found: &mut Vec<Violation>) {
    for screen in &history.screens {
        let Some(rows) = history.stored.get(&(screen.conversation.clone(), screen.count)) else {
            continue;
        };
        let shown = screen.rows.len().min(rows.len());
        let tail = &rows[rows.len() - shown..];
        let equal =
            screen.rows.len() == shown && tail.iter().zip(&screen.rows).all(|(a, b)| same(a, b));
        if !equal || (shown == 0 && !rows.is_empty()) {
            let last = |rows: &[Row]| rows.last().map_or(0, |it| it.place.0);
            let (top, bottom) = (last(&screen.rows), last(rows));
            let story = format!("{} shows up to {top}, stored is up to {bottom}", screen.reader);
            report(found, Invariant::I4, story);
        }
        for line in &screen.sending {
            let story = format!("{} is still on its way ({:?})", tell(line), screen.link);
            report(found, Invariant::I4, story);
        }
    }
}

fn not_silent(history: &History, places: &Places, found: &mut Vec<Violation>) {
    let held: BTreeSet<&LineName> =
        history.screens.iter().flat_map(|it| it.sending.iter().chain(&it.failed)).collect();
    let listed = |it: &LineName, count| {
        history
            .stored
            .contains_key(&(it.conversation.clone(), count))
            .then(|| places.contains_key(&(it.clone(), count)))
    };
    for typed in &history.typed {
        let line = &typed.line;
        let is_stored = [Count::Visitor, Count::Team].into_iter().filter_map(|it| listed(line, it));
        if is_stored.clone().next().is_some()
            && !is_stored.clone().any(|it| it)
            && !held.contains(line)
        {
            let story = format!("{} is neither stored, nor on its way, nor failed", tell(line));
            report(found, Invariant::I5, story);
        }
    }
}

fn delivered(history: &History, found: &mut Vec<Violation>) {
    let mut names: BTreeMap<&str, (&str, Place)> = BTreeMap::new();
    let mut last: BTreeMap<&str, Place> = BTreeMap::new();
    let mut told: BTreeSet<(&str, Place)> = BTreeSet::new();
    for it in &history.delivered {
        let what = (it.conversation.as_str(), it.seq);
        let first = *names.entry(&it.id).or_insert(what);
        if first != what {
            report(found, Invariant::I7, format!("{} is the name of two events", it.id));
        }
        if !told.insert(what) {
            continue;
        }
        let before = last.insert(&it.conversation, it.seq);
        if before.is_some_and(|before| it.seq < before) {
            let story = format!("{}: {} was delivered late", it.conversation, it.seq.0);
            report(found, Invariant::I7, story);
        }
    }
    for conversation in &history.hooked {
        let rows = history.stored.get(&(conversation.clone(), Count::Team));
        for row in rows.into_iter().flatten().filter(|it| it.message.is_some()) {
            if !told.contains(&(conversation.as_str(), row.place)) {
                let story = format!("{conversation}: {} was never delivered", row.place.0);
                report(found, Invariant::I7, story);
            }
        }
    }
}

fn name(conversation: &str, author: &Author, client_id: &ClientId) -> LineName {
    let (author, client_id) = (author.clone(), client_id.clone());
    LineName { conversation: conversation.to_owned(), author, client_id }
}

fn at(rows: &[Row], place: Place) -> Option<&Row> {
    rows.get(usize::try_from(place.0.checked_sub(1)?).ok()?)
}

/// The words may have been withdrawn since.
fn same(stored: &Row, seen: &Row) -> bool {
    let who = |it: &Row| it.message.as_ref().map(|it| (it.0.clone(), it.1.clone()));
    let text = |it: &Row| it.message.as_ref().and_then(|it| it.2.clone());
    stored.place == seen.place
        && who(stored) == who(seen)
        && (text(stored).is_none() || text(stored) == text(seen))
}

fn tell(line: &LineName) -> String {
    format!("{} by {:?} in {}", line.client_id, line.author, line.conversation)
}

#[cfg(test)]
mod tests;
