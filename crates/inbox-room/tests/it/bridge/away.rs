//! Where only the inbox of the company answers: what the desk does meanwhile, and when that is away.

use inbox_protocol::{FromAgent, FromVisitor, Refusal};
use inbox_room::{DeskCommand, Input};
use inbox_types::{
    Assignment, ConversationId, OfferOutcome, SessionNo, SessionState, Visibility, limits,
};

use super::message;
use crate::{
    one_agent::House,
    stage::{Stage, id},
};

/// The site says that only the inbox outside answers, and whether that is away.
fn tell(stage: &mut Stage, away: bool) {
    let mut facts = stage.facts.clone();
    facts.site.only_elsewhere = true;
    facts.inbox_away = away;
    stage.facts = facts.clone();
    stage.handle(Input::Facts(Box::new(facts)));
}

#[test]
fn rm82_where_only_the_inbox_outside_answers_the_desk_reads_until_that_is_away() {
    let mut stage = Stage::new();
    tell(&mut stage, false);
    stage.visitor_arrives(1);
    stage.visitor_says(1, "v1", "hello");
    let session = stage.summary().session;
    assert!(session.elsewhere && session.read_only);
    stage.agent_arrives(10, "ana");
    stage.agent(10, FromAgent::Take);
    assert_eq!(stage.summary().session.owner, None);
    stage.bridge("b1", &message("Hi")).unwrap();
    // A new session, once that inbox is away for too long.
    stage.visitor(1, FromVisitor::End);
    tell(&mut stage, true);
    stage.visitor_says(1, "v2", "is anybody there?");
    let session = stage.summary().session;
    assert!(!session.elsewhere && !session.read_only);
    stage.agent(10, FromAgent::Take);
    assert!(stage.summary().session.owner.is_some());
    // It is back, and what Ana has begun stays hers.
    tell(&mut stage, false);
    stage.agent(10, crate::stage::agent_post("a1", Visibility::Public, "I am here"));
    stage.visitor_says(1, "v3", "thank you");
    let session = stage.summary().session;
    assert!(!session.read_only && session.owner.is_some());
    assert!(format!("{:?}", stage.visitor_heard(1)).contains("I am here"));
}

#[test]
fn rm152_who_waits_already_is_given_to_the_desk_when_the_inbox_is_away() {
    for had_answered in [false, true] {
        let mut house = House::of(&["ana"], Assignment::Offer, 1);
        let settle = |house: &mut House| {
            while !house.mail.is_empty() {
                house.deliver(0, false);
            }
        };
        let tell = |house: &mut House, away: bool| {
            let mut facts = house.rooms[0].facts.clone();
            facts.site.only_elsewhere = true;
            facts.inbox_away = away;
            house.rooms[0].facts = facts.clone();
            house.room(0, Input::Facts(Box::new(facts)));
            settle(house);
        };
        house.mail.clear();
        tell(&mut house, false);
        if had_answered {
            let said = serde_json::from_value(message("Hi")).unwrap();
            house.room(0, Input::Bridge { id: id("b1"), said });
            settle(&mut house);
        }
        assert!(house.desk.asked().is_empty(), "{had_answered}");
        let n_events = house.rooms[0].memory.events.len();
        let stands = |house: &House| house.rooms[0].summary().session;
        tell(&mut house, true);
        assert!(n_events < house.rooms[0].memory.events.len(), "somebody is asked");
        let offer = stands(&house).offer.map(|it| it.agent);
        assert_eq!(offer, Some(id("ana")), "{had_answered}");
        // It is back before she answers.
        tell(&mut house, false);
        assert_eq!((stands(&house).offer, stands(&house).state), (None, SessionState::Queued));
        let known = &house.desk.rows.summaries[&id::<ConversationId>("main-c0")];
        assert!(known.session.elsewhere && known.session.read_only);
    }
}

#[test]
fn rm151_nobody_is_asked_for_what_they_cannot_have_any_more() {
    let mut stage = Stage::new();
    stage.visitor_arrives(1);
    stage.visitor_says(1, "v1", "hello");
    stage.agent_arrives(10, "ana");
    let grant = stage.grant("ana");
    let session = SessionNo(1);
    stage.desk(DeskCommand::Offer { session, queued_at: None, grant });
    let offer = stage.summary().session.offer.unwrap().id;
    let mut facts = stage.facts.clone();
    facts.site.only_elsewhere = true;
    stage.facts = facts.clone();
    stage.handle(Input::Facts(Box::new(facts)));
    let session = stage.summary().session;
    assert_eq!((session.state, session.offer), (SessionState::Queued, None));
    let outcomes: Vec<_> = session.outcomes.iter().map(|it| it.outcome).collect();
    assert_eq!(outcomes, [OfferOutcome::Cancelled]);
    // Whoever has said yes meanwhile is told that it is over, and nothing runs out.
    stage.agent(10, FromAgent::Accept { offer });
    assert_eq!(stage.refusals(10), [Refusal::NotFound]);
    stage.wait(limits::OFFLINE_AFTER.0);
    stage.handle(Input::Fired);
    assert_eq!(stage.summary().session.outcomes.len(), 1);
}

#[test]
fn ap51_an_address_that_is_left_while_the_inbox_is_away_is_the_contacts() {
    let mut stage = Stage::new();
    let email = |stage: &Stage| stage.summary().details.email.map(String::from);
    tell(&mut stage, false);
    stage.visitor_arrives(1);
    stage.visitor_says(1, "v1", "mine is early@shop.example");
    assert_eq!(email(&stage), None, "nobody was asked for it");
    tell(&mut stage, true);
    stage.visitor_says(1, "v2", "Is my vase ready?");
    assert_eq!(email(&stage), None);
    stage.visitor_says(1, "v3", "Please write to anna@shop.example.");
    assert_eq!(email(&stage).as_deref(), Some("anna@shop.example"));
    // What is known is not written over by what comes up in a chat.
    stage.visitor_says(1, "v4", "My friend is ben@shop.example");
    assert_eq!(email(&stage).as_deref(), Some("anna@shop.example"));
    let said = format!("{:?}", stage.visitor_heard(1));
    for text in ["Is my vase ready?", "Please write to anna@shop.example.", "My friend is"] {
        assert!(said.contains(text), "{text}");
    }
    let fresh = &mut Stage::new();
    tell(fresh, true);
    fresh.visitor_arrives(1);
    fresh.visitor_says(1, "v1", "Hello, I am anna@shop.example");
    assert_eq!(email(fresh).as_deref(), Some("anna@shop.example"), "with the first message");
}
