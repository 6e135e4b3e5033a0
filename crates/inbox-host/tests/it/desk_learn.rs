//! HO34 and after: what the workspace says, the walk that a deleted site leaves, and the mail.

use std::collections::BTreeSet;

use inbox_host::{DeskTables, Mail, PRESENCE_SETTLES, Sql as _, Sqlite};
use inbox_room::{DeskBatch, DeskFacts};
use inbox_types::{AwayReason, ConversationId, MemberId, Millis, Presence, Timestamp};
use serde_json::json as value;

use crate::desk::{Kind, summary};

type Tables = DeskTables<Sqlite>;

fn facts(sites: &[&str]) -> DeskFacts {
    let sites: Vec<_> = sites
        .iter()
        .map(|id| value!({"summary": {"id": id, "name": id}, "mask_sensitive": false}))
        .collect();
    serde_json::from_value(value!({
        "settings": {}, "members": {}, "departments": [], "sites": sites, "canned": [],
        "topics": [],
    }))
    .unwrap()
}

/// Sixty conversations on three sites, most of them over.
fn tables() -> Tables {
    let tables = DeskTables::open(Sqlite::in_memory()).unwrap();
    let kind = Kind { department: None, owner: None, joined: None, campaign: false, hidden: false };
    let summaries = (0..60).map(|n| {
        let mut it = summary(n, if n % 10 == 0 { "active" } else { "closed" }, kind);
        it.site = format!("main-s{}", n % 3).parse().unwrap();
        it
    });
    let batch = DeskBatch { summaries: summaries.collect(), ..DeskBatch::default() };
    tables.sql().transaction(|| tables.write(&batch)).unwrap();
    tables.learn(facts(&["main-s0", "main-s1", "main-s2"])).unwrap();
    tables
}

/// Whom the walk tells, until it is at its end.
fn told(tables: &Tables) -> BTreeSet<u64> {
    while tables.walk_deleted_sites(&"ask", 7).unwrap() {}
    assert!(!tables.walks().unwrap());
    heard(tables)
}

fn heard(tables: &Tables) -> BTreeSet<u64> {
    let mut told = BTreeSet::new();
    loop {
        let letters = tables.letters(Mail::Commands, 0, 5).unwrap();
        if letters.is_empty() {
            return told;
        }
        for it in letters {
            tables.heard(Mail::Commands, it.no).unwrap();
            told.insert(it.conversation.as_str().trim_start_matches("main-c").parse().unwrap());
        }
    }
}

fn of_sites(sites: &[u64]) -> BTreeSet<u64> {
    (0..60).filter(|n| sites.contains(&(n % 3))).collect()
}

#[test]
fn ho34_conversations_of_a_deleted_site_are_told_whoever_brings_the_facts() {
    let without = facts(&["main-s0", "main-s2"]);
    // In turn: what is learnt; a number of pages that are walked in between.
    let same = facts(&["main-s0", "main-s1", "main-s2"]);
    let ways: [&[(&DeskFacts, usize)]; 5] = [
        &[(&without, 0)],
        // Another change brings the facts first, or the one who was to tell fails and comes again.
        &[(&without, 0), (&without, 0)],
        &[(&without, 3), (&without, 2), (&without, 0)],
        &[(&same, 0), (&without, 0), (&without, 40)],
        &[(&same, 1), (&without, 1)],
    ];
    for (n, way) in ways.into_iter().enumerate() {
        let tables = tables();
        for (facts, n_pages) in way {
            assert_eq!(tables.learn((*facts).clone()).unwrap(), **facts);
            assert_eq!(tables.facts().unwrap().as_ref(), Some(*facts));
            for _ in 0..*n_pages {
                tables.walk_deleted_sites(&"ask", 7).unwrap();
            }
        }
        assert_eq!(told(&tables), of_sites(&[1]), "way {n}");
    }
    // A site that is deleted meanwhile begins it anew.
    let tables = tables();
    tables.learn(without).unwrap();
    for _ in 0..5 {
        tables.walk_deleted_sites(&"ask", 7).unwrap();
    }
    assert!(heard(&tables).is_subset(&of_sites(&[1])));
    tables.learn(facts(&["main-s2"])).unwrap();
    assert_eq!(told(&tables), of_sites(&[0, 1]));
}

#[test]
fn ho34_nobody_is_told_of_sites_that_come_or_change() {
    let tables = tables();
    assert!(!tables.walks().unwrap());
    let mut renamed = facts(&["main-s2", "main-s1", "main-s0", "main-s9"]);
    renamed.sites[0].summary.name = "Shop".to_owned().try_into().unwrap();
    tables.learn(renamed).unwrap();
    assert!(!tables.walks().unwrap());
    assert_eq!(told(&tables), BTreeSet::new());
}

#[test]
fn ho35_each_conversation_hears_in_its_order_and_revocations_apart() {
    let tables = DeskTables::open(Sqlite::in_memory()).unwrap();
    let ids = ["main-a", "main-b"].map(|it| it.parse().unwrap());
    for n in 0..6_u64 {
        let mail = if n == 5 { Mail::Revocations } else { Mail::Commands };
        tables.post(mail, &ids[usize::from(n.is_multiple_of(2))], &n).unwrap();
    }
    let next = |mail| -> Vec<(String, String)> {
        let letters = tables.letters(mail, 0, 20).unwrap();
        letters.into_iter().map(|it| (it.conversation.to_string(), it.body)).collect()
    };
    let of = |id: &str, n: u64| (id.to_owned(), n.to_string());
    assert_eq!(next(Mail::Revocations), [of("main-a", 5)]);
    assert_eq!(next(Mail::Commands), [of("main-b", 0), of("main-a", 1)]);
    // One that does not hear keeps no other waiting, and is told the same again.
    let first = tables.letters(Mail::Commands, 0, 1).unwrap();
    tables.heard(Mail::Commands, first[0].no).unwrap();
    assert_eq!(next(Mail::Commands), [of("main-a", 1), of("main-b", 2)]);
}

#[test]
fn ho35_conversations_that_cannot_hear_keep_no_other_waiting() {
    let tables = DeskTables::open(Sqlite::in_memory()).unwrap();
    for n in 0..50_u64 {
        let id = format!("main-c{n}").parse().unwrap();
        tables.post(Mail::Revocations, &id, &n).unwrap();
        tables.post(Mail::Revocations, &id, &(100 + n)).unwrap();
    }
    // The first twenty never hear. A round goes on after the last letter of each page.
    let round = || -> Vec<u64> {
        let (mut after, mut told) = (0, Vec::new());
        loop {
            let letters = tables.letters(Mail::Revocations, after, 20).unwrap();
            let Some(last) = letters.last() else { return told };
            after = last.no;
            for letter in letters {
                let n: u64 = letter.body.parse().unwrap();
                if 20 <= n % 100 {
                    tables.heard(Mail::Revocations, letter.no).unwrap();
                    told.push(n);
                }
            }
        }
    };
    let first = round();
    assert!((20..50).all(|n| first.contains(&n)), "{first:?}");
    let second = round();
    let all: BTreeSet<u64> = first.iter().chain(&second).copied().collect();
    assert_eq!(all, (20..50).chain(120..150).collect());
    assert_eq!(round(), Vec::<u64>::new());
    // Those who have not heard are told the same again.
    let left = tables.letters(Mail::Revocations, 0, 100).unwrap();
    let left: Vec<u64> = left.iter().map(|it| it.body.parse().unwrap()).collect();
    assert_eq!(left, (0..20).collect::<Vec<_>>());
}

#[test]
fn ho132_a_burst_of_presences_is_one_letter_for_each_conversation() {
    let tables = DeskTables::open(Sqlite::in_memory()).unwrap();
    let ana: MemberId = "ana".parse().unwrap();
    let ids: Vec<ConversationId> = (0..3).map(|n| format!("main-c{n}").parse().unwrap()).collect();
    let mut now = Timestamp::from_millis(1_000);
    let (mut due, mut said) = (None, Vec::new());
    let mut deliver = |due: &mut Option<Timestamp>, now: Timestamp| {
        if due.is_none_or(|due| now < due) {
            return said.clone();
        }
        *due = None;
        for letter in tables.letters(Mail::Presences, 0, 20).unwrap() {
            tables.heard(Mail::Presences, letter.no).unwrap();
            said.push((letter.conversation, letter.body));
        }
        said.clone()
    };
    for n in 0..20 {
        let away = Presence::Away(AwayReason::Break);
        let presence = if n % 2 == 0 { away } else { Presence::Available };
        for id in &ids {
            tables.post_presence(id, &ana, presence, &n).unwrap();
            due = Some(Mail::Presences.due(now, due));
        }
        assert_eq!(deliver(&mut due, now), []);
        now = now.after(Millis(90));
    }
    now = now.after(PRESENCE_SETTLES);
    let last: Vec<_> = ids.iter().map(|id| (id.clone(), "19".to_owned())).collect();
    assert_eq!(deliver(&mut due, now), last);
    assert_eq!(tables.letters(Mail::Presences, 0, 20).unwrap(), []);
    // Whatever else is to be said waits for none of it.
    due = Some(Mail::Presences.due(now, None));
    assert_eq!(Mail::Commands.due(now, due), now);
    assert_eq!(Mail::Presences.due(now, Some(now)), now);
}

#[test]
fn ho132_nobodys_last_presence_is_lost_and_nobody_was_never_offline() {
    let tables = DeskTables::open(Sqlite::in_memory()).unwrap();
    let [ana, ben]: [MemberId; 2] = ["ana", "ben"].map(|it| it.parse().unwrap());
    let id: ConversationId = "main-c".parse().unwrap();
    let post = |who: &MemberId, presence, n: u64| {
        tables.post_presence(&id, who, presence, &n).unwrap();
    };
    let next = || tables.letters(Mail::Presences, 0, 20).unwrap().pop();
    let hears = || -> Vec<String> {
        std::iter::from_fn(|| {
            let letter = next()?;
            tables.heard(Mail::Presences, letter.no).unwrap();
            Some(letter.body)
        })
        .collect()
    };
    // While a letter is on its way, its member changes their mind.
    post(&ana, Presence::Rona, 1);
    let on_its_way = next().unwrap();
    post(&ana, Presence::Available, 2);
    tables.heard(Mail::Presences, on_its_way.no).unwrap();
    assert_eq!(hears(), ["2"]);
    // Each member by themselves, and what ends sessions in its order.
    post(&ana, Presence::Available, 3);
    post(&ben, Presence::Available, 4);
    post(&ana, Presence::Offline, 5);
    post(&ana, Presence::Available, 6);
    assert_eq!(hears(), ["4", "5", "6"]);
}

#[test]
fn ho152_what_waits_for_a_conversation_waits_once_however_often_it_is_said() {
    let id = |n: u64| -> ConversationId { format!("main-c{n}").parse().unwrap() };
    for mail in [Mail::Commands, Mail::Revocations] {
        let tables = DeskTables::open(Sqlite::in_memory()).unwrap();
        let waiting = || -> Vec<(String, String)> {
            let (mut after, mut found) = (0, Vec::new());
            while let Some(letter) = tables.letters(mail, after, 1).unwrap().pop() {
                after = letter.no;
                found.push((letter.conversation.to_string(), letter.body));
            }
            found
        };
        for _ in 0..100 {
            for n in 0..3 {
                tables.post(mail, &id(n), &"look").unwrap();
            }
        }
        let look = |n: u64| (id(n).to_string(), "\"look\"".to_owned());
        assert_eq!(waiting(), [look(0), look(1), look(2)], "{mail:?}");
        // What is on its way is heard, and what happened meanwhile is to be heard of as well.
        let on_its_way = tables.letters(mail, 0, 20).unwrap();
        tables.post(mail, &id(2), &"look").unwrap();
        for letter in on_its_way {
            tables.heard(mail, letter.no).unwrap();
        }
        assert_eq!(waiting(), [look(2)], "{mail:?}");
        // It is said after all that was said since it was said first.
        tables.post(mail, &id(2), &"report").unwrap();
        tables.post(mail, &id(2), &"look").unwrap();
        let first = tables.letters(mail, 0, 20).unwrap().pop().unwrap();
        assert_eq!(first.body, "\"report\"");
        tables.heard(mail, first.no).unwrap();
        assert_eq!(waiting(), [look(2)], "{mail:?}");
    }
}

#[test]
fn ho152_what_an_earlier_release_kept_several_times_is_kept_once_when_it_is_said_again() {
    let tables = DeskTables::open(Sqlite::in_memory()).unwrap();
    let row = r#"INSERT INTO commands (conversation, body) VALUES ('main-c1', '"look"')"#;
    for _ in 0..5 {
        tables.sql().execute(row, Vec::new()).unwrap();
    }
    let id: ConversationId = "main-c1".parse().unwrap();
    tables.post(Mail::Commands, &id, &"look").unwrap();
    let letter = tables.letters(Mail::Commands, 0, 20).unwrap().pop().unwrap();
    tables.heard(Mail::Commands, letter.no).unwrap();
    assert_eq!(tables.letters(Mail::Commands, 0, 20).unwrap(), []);
}
