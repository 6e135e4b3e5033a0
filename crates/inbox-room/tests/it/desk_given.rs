//! DK32 and DK33: what is given to somebody who is not there, and what is asked of somebody who is being
//! asked already.

use inbox_protocol::{BulkOperation, FromDesk, Refusal, ToDesk};
use inbox_room::{Added, DeskCommand, DeskInput, RoomReport, Summary};
use inbox_types::{AwayReason, Millis, OfferKind, OfferOutcome, Presence, Timestamp};

use crate::{
    desk_stage::{DeskStage, Later, desk_facts, queued},
    stage::{START, id},
};

fn begin() -> Timestamp {
    Timestamp::from_millis(START)
}

fn bulk_asked(stage: &DeskStage) -> Vec<String> {
    let asked = stage.commands.iter().filter(|(_, it)| matches!(it, DeskCommand::Bulk { .. }));
    asked.map(|(id, _)| id.to_string()).collect()
}

fn until(stage: &DeskStage) -> Vec<(String, Timestamp)> {
    let postponed = stage.commands.iter().filter_map(|(conversation, it)| match it {
        DeskCommand::Postpone { until, .. } => Some((conversation.to_string(), *until)),
        _ => None,
    });
    postponed.collect()
}

fn popups(stage: &DeskStage, conn: u64) -> Vec<(String, Timestamp)> {
    let offers = stage.heard_by(conn).into_iter().filter_map(|it| match it {
        ToDesk::Offer(popup) => Some((popup.conversation.to_string(), popup.deadline)),
        _ => None,
    });
    offers.collect()
}

fn asked_until(talk: Summary, kind: OfferKind, deadline: Timestamp) -> Summary {
    let talk = match kind {
        OfferKind::Assign => talk,
        OfferKind::Transfer | OfferKind::Conference => talk.active("ana"),
    };
    let mut talk = talk.offered("ben", kind);
    talk.session.offer.as_mut().unwrap().deadline = deadline;
    talk
}

#[test]
fn dk33_an_offer_that_waits_behind_others_has_its_whole_time_when_it_is_shown() {
    let kinds = [OfferKind::Assign, OfferKind::Transfer, OfferKind::Conference];
    let span = desk_facts().settings.offer_deadline;
    for (first, second, third) in
        kinds.into_iter().flat_map(|it| kinds.map(|that| (it, that, OfferKind::Transfer)))
    {
        let story = format!("{first:?}, {second:?}, {third:?}");
        let mut stage = DeskStage::new();
        stage.arrives(1, "ana");
        stage.arrives(2, "ben");
        let mut ends = Vec::new();
        for (n, kind) in [first, second, third].into_iter().enumerate() {
            let name = format!("main-c{n}");
            // Everybody is asked within a second.
            stage.wait(300);
            let asked = asked_until(queued(&name, begin()), kind, stage.now.after(span));
            stage.hears(&asked);
            let Some((_, end)) = until(&stage).into_iter().find(|it| it.0 == name) else {
                assert_eq!(n, 0, "{story}: only the first is shown at once");
                ends.push(asked.session.offer.unwrap().deadline);
                continue;
            };
            let before = *ends.last().unwrap();
            assert_eq!(end, before.after(span), "{story}: its time begins when that is over");
            assert!(popups(&stage, 2).iter().all(|it| it.0 != name), "{story}: not known yet");
            // The conversation says so, and what it says is not put off again.
            let mut later = asked.later(1);
            later.session.offer.as_mut().unwrap().deadline = end;
            stage.hears(&later);
            stage.sleep();
            stage.hears(&later.later(1));
            assert_eq!(until(&stage).len(), n, "{story}");
            ends.push(end);
        }
        let shown: Vec<Timestamp> = popups(&stage, 2).into_iter().map(|it| it.1).collect();
        assert_eq!(shown, ends, "{story}: each is told once, with its time");
    }
}

#[test]
fn dk33_of_many_offers_at_once_each_has_its_whole_time() {
    let mut facts = desk_facts();
    let span = Millis::seconds(10);
    facts.settings.offer_deadline = span;
    // What the desk asked for reaches the conversations in one order or the other, and the desk
    // sleeps before one of the offers comes, or never.
    for (backwards, sleeps_before) in (0..5).flat_map(|n| [(false, n), (true, n)]) {
        let story = format!("backwards: {backwards}, sleeps before {sleeps_before}");
        let mut stage = DeskStage::with(facts.clone());
        stage.arrives(1, "ana");
        stage.arrives(2, "ben");
        let mut talks: Vec<Summary> = Vec::new();
        for n in 0..4 {
            if n == sleeps_before {
                stage.sleep();
            }
            let talk = queued(&format!("main-c{n}"), begin());
            talks.push(asked_until(talk, OfferKind::Transfer, stage.now.after(span)));
            stage.hears(&talks[n]);
        }
        let mut delivered = 0;
        while delivered < until(&stage).len() {
            let mut asked = until(&stage).split_off(delivered);
            delivered += asked.len();
            if backwards {
                asked.reverse();
            }
            for (name, end) in asked {
                let talk = talks.iter_mut().find(|it| it.conversation.as_str() == name).unwrap();
                let offer = talk.session.offer.as_mut().unwrap();
                if offer.deadline < end {
                    offer.deadline = end;
                    *talk = talk.clone().later(1);
                    stage.hears(talk);
                }
            }
            assert!(delivered < 20, "{story}: it comes to an end");
        }
        let mut ends: Vec<Timestamp> =
            talks.iter().map(|it| it.session.offer.as_ref().unwrap().deadline).collect();
        ends.sort();
        assert_eq!(ends[0], stage.now.after(span), "{story}: the first is shown at once");
        let have_time = ends.windows(2).all(|it| it[0].after(span) <= it[1]);
        assert!(have_time, "{story}: {ends:?}");
        // A desk that has forgotten what it asked for may leave more time than is needed.
        if !(2..4).contains(&sleeps_before) {
            assert_eq!(ends[3], stage.now.after(Millis(span.0 * 4)), "{story}: and no more");
        }
        // The last word that the agent has of each is when it ends.
        for talk in &talks {
            let name = talk.conversation.as_str();
            let told = popups(&stage, 2).into_iter().rfind(|it| it.0 == name).map(|it| it.1);
            assert_eq!(told, Some(talk.session.offer.as_ref().unwrap().deadline), "{story}");
        }
    }
}

#[test]
fn dk33_who_is_asked_one_thing_is_shown_it_at_once() {
    for kind in [OfferKind::Assign, OfferKind::Transfer, OfferKind::Conference] {
        let mut stage = DeskStage::new();
        stage.arrives(1, "ana");
        stage.arrives(2, "ben");
        let end = stage.now.after(Millis::seconds(30));
        let asked = asked_until(queued("main-c1", begin()), kind, end);
        stage.hears(&asked);
        // Somebody else is asked something, and what ben was asked is over.
        stage.hears(&queued("main-c2", begin()).active("ben").offered("ana", OfferKind::Transfer));
        stage.hears(&asked.ended("ben", kind, OfferOutcome::Cancelled));
        stage.hears(&asked_until(queued("main-c3", begin()), kind, end));
        assert!(until(&stage).is_empty(), "{kind:?}");
        assert_eq!(popups(&stage, 2).len(), 2, "{kind:?}");
    }
}

/// How the receiver of a transfer is, and since when they have no connection.
const RECEIVERS: [(&str, bool); 5] =
    [("never came", true), ("left", true), ("just lost", false), ("away", false), ("there", false)];

fn with_ben(how: &str) -> DeskStage {
    let mut stage = DeskStage::new();
    stage.arrives(1, "sue");
    if how != "never came" {
        stage.arrives(2, "ben");
    }
    match how {
        "left" => {
            stage.leaves(2);
            stage.pass(Millis::minutes(2).0);
        }
        "just lost" => stage.leaves(2),
        "away" => stage.chooses(2, Presence::Away(AwayReason::Break)),
        _ => (),
    }
    stage
}

fn given_to_ben(by: &str) -> Summary {
    let mut moved = queued("main-c1", begin()).active("ana").active("ben");
    let seq = moved.version.seq;
    moved.session.added = vec![Added { agent: id("ben"), by: id(by), seq }];
    moved
}

#[test]
fn dk32_a_bulk_transfer_to_somebody_who_is_offline_is_refused_as_a_whole() {
    for (how, is_refused) in RECEIVERS {
        let mut stage = with_ben(how);
        stage.hears(&queued("main-c1", begin()).active("ana"));
        stage.forget_heard();
        let operation = BulkOperation::Transfer { agent: id("ben") };
        stage.says(
            1,
            FromDesk::Bulk { operation, conversations: vec![id("main-c1")], sessions: [].into() },
        );
        let refused = stage.heard_by(1).contains(&ToDesk::Refused { reason: Refusal::Offline });
        assert_eq!(refused, is_refused, "{how}");
        assert_eq!(bulk_asked(&stage).is_empty(), is_refused, "{how}");
    }
}

#[test]
fn dk32_what_reaches_somebody_who_is_offline_has_failed() {
    let mut stage = with_ben("there");
    stage.hears(&queued("main-c1", begin()).active("ana"));
    stage.forget_heard();
    let operation = BulkOperation::Transfer { agent: id("ben") };
    stage.says(
        1,
        FromDesk::Bulk { operation, conversations: vec![id("main-c1")], sessions: [].into() },
    );
    let DeskCommand::Bulk { ticket, .. } = stage.commands[0].1.clone() else { panic!() };
    // Between the choice and the deed.
    let facts = stage.signed_out("ben");
    stage.handle(DeskInput::Facts(Box::new(facts)));
    stage.pass(Millis::seconds(29).0);
    let mut row = stage.facts.clone();
    row.members.get_mut(&id("ben")).unwrap().removed = true;
    stage.handle(DeskInput::Facts(Box::new(row)));
    let summary = Some(Box::new(given_to_ben("sue")));
    stage.reports("main-c1", RoomReport::Bulk { ticket, refused: None, summary });
    let done = stage.outcomes(1).remove(0);
    assert_eq!((done.succeeded.len(), done.failed.len()), (0, 1));
    assert_eq!(done.failed[0].reason, Refusal::Offline);
}

#[test]
fn dk32_a_conversation_is_told_since_when_its_new_owner_is_offline() {
    for (how, is_offline) in RECEIVERS {
        let mut stage = with_ben(how);
        let left = (how != "never came").then(begin).unwrap_or_default();
        stage.hears(&queued("main-c1", begin()).active("ana"));
        stage.forget_heard();
        stage.hears(&given_to_ben("sue"));
        let told = |stage: &DeskStage| {
            let told = stage.commands.iter().find_map(|(_, it)| match it {
                DeskCommand::Presence { presence: Presence::Offline, since, .. } => Some(*since),
                _ => None,
            });
            told.flatten()
        };
        let expected = is_offline.then_some(left);
        assert_eq!(told(&stage), expected, "{how}");
        let notices = stage.notices(1);
        assert_eq!(notices.contains(&"+not-accepted:main-c1".to_owned()), is_offline, "{how}");
        if how == "just lost" {
            // They do not come back, and have not seen it.
            stage.pass(Millis::minutes(2).0);
            assert_eq!(told(&stage), Some(begin()), "{how}");
        }
    }
}
