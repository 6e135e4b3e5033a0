//! What must hold for every scene.
//!
//! That waking goes unnoticed (A4) and that storing comes before telling (A3) is checked by the
//! stage itself in every turn of every test.

use std::collections::BTreeMap;

use inbox_protocol::{AgentBody, Entry, EntryBody, Message, ToAgent, ToVisitor, VisitorBody};
use inbox_types::{Place, Timestamp};

use crate::privacy::played;

/// What a browser keeps of a transcript: entries in order, messages as they are now.
fn kept<Body: EntryBody + Clone>(
    entries: impl IntoIterator<Item = Entry<Body>>,
) -> BTreeMap<Place, Entry<Body>> {
    let mut kept: BTreeMap<Place, Entry<Body>> = BTreeMap::new();
    for entry in entries {
        let at = entry.at;
        let edit = entry.body.edit().map(|(of, text)| (of, text.cloned()));
        if let Some((of, text)) = edit {
            change(&mut kept, of, at, |message, at| {
                if message.deleted_at.is_none() {
                    message.text = text;
                }
                message.edited_at = Some(at);
            });
        }
        if let Some(of) = entry.body.deletion() {
            change(&mut kept, of, at, |message, at| {
                message.text = None;
                message.files.clear();
                message.deleted_at = Some(at);
            });
        }
        kept.insert(entry.place, entry);
    }
    kept
}

fn change<Body: EntryBody>(
    kept: &mut BTreeMap<Place, Entry<Body>>,
    of: Place,
    at: Timestamp,
    change: impl FnOnce(&mut Message, Timestamp),
) {
    if let Some(message) = kept.get_mut(&of).and_then(|it| it.body.message_mut()) {
        change(message, at);
    }
}

fn messages<Body: EntryBody>(kept: &BTreeMap<Place, Entry<Body>>) -> Vec<(Place, Message)> {
    let messages = kept.iter().filter_map(|(place, it)| Some((*place, it.body.message()?.clone())));
    messages.collect()
}

fn visitor_entries(heard: Vec<ToVisitor>) -> Vec<Entry<VisitorBody>> {
    heard
        .into_iter()
        .flat_map(|it| match it {
            ToVisitor::Entries { entries } => entries,
            ToVisitor::Entry { entry } => vec![entry],
            _ => Vec::new(),
        })
        .collect()
}

fn agent_entries(heard: Vec<ToAgent>) -> Vec<Entry<AgentBody>> {
    heard
        .into_iter()
        .flat_map(|it| match it {
            ToAgent::Entries { entries } => entries,
            ToAgent::Entry { entry } => vec![entry],
            _ => Vec::new(),
        })
        .collect()
}

/// A11: whoever was there from the beginning has what whoever comes late is given.
#[test]
fn rm35_a_late_joiner_has_what_those_have_who_were_there() {
    for seed in 0..60 {
        // Few enough steps for one page, so that the late joiner has everything.
        let mut stage = played(25, seed);
        let Some((&first, _)) = stage.readers.iter().find(|(_, it)| it.greeted && it.version == 1)
        else {
            continue;
        };
        stage.visitor_arrives(9_001);
        stage.agent_arrives(9_002, "sue");
        let late = kept(visitor_entries(stage.visitor_heard(9_001)));
        if stage.heard.contains_key(&inbox_room::Conn(1)) && first.0 == 1 {
            let early = kept(visitor_entries(stage.visitor_heard(1)));
            let shared: Vec<_> = messages(&late);
            let from = late.keys().next().copied().unwrap_or_default();
            let early: Vec<_> =
                messages(&early).into_iter().filter(|(place, _)| from <= *place).collect();
            assert_eq!(early, shared, "seed {seed}");
        }
        let late = kept(agent_entries(stage.agent_heard(9_002)));
        let from = late.keys().next().copied().unwrap_or_default();
        if stage.readers.contains_key(&inbox_room::Conn(4)) {
            let early = kept(agent_entries(stage.agent_heard(4)));
            let early: Vec<_> =
                messages(&early).into_iter().filter(|(place, _)| from <= *place).collect();
            assert_eq!(early, messages(&late), "seed {seed}");
        }
    }
}

/// RM8: places in both counts have no gap, and times never go back.
#[test]
fn rm8_no_count_ever_has_a_gap() {
    for seed in 0..60 {
        let stage = played(80, seed);
        let mut shown = 0;
        let mut at = Timestamp::default();
        for (n, stored) in stage.memory.events.iter().enumerate() {
            assert_eq!(stored.seq.0, n as u64 + 1);
            if let Some(place) = stored.shown {
                shown += 1;
                assert_eq!(place.0, shown, "seed {seed}");
            }
            assert!(at <= stored.body.event.at);
            at = stored.body.event.at;
        }
        for (conn, reader) in &stage.readers {
            if matches!(reader.who, inbox_room::Principal::Visitor(_)) {
                let places: Vec<u64> = visitor_entries(stage.visitor_heard(conn.0))
                    .iter()
                    .map(|it| it.place.0)
                    .collect();
                assert!(places.windows(2).all(|it| it[0] + 1 == it[1]), "{places:?}");
            }
        }
    }
}
