//! A forwarder against a receiver that does as it is told.

mod failover;

use inbox_core::{Content, Event, EventKind, Speaker};
use inbox_host::{
    TimerChange,
    forward::{
        Answer, Attempt, Cursor, ForwardPolicy, ForwarderState, LOOK_AGAIN, Next, Plan,
        SWITCHED_OFF_STEP, Step, after_attempt, ping,
    },
};
use inbox_protocol::http::{DeliveryFailure, UndeliveredEvent, Webhook};
use inbox_room::{EventBody, Identity, Stored, Written};
use inbox_types::{Millis, Seq, SessionNo, Timestamp, Visibility};

pub(crate) const TAKEN: Answer = Answer::Status { status: 200, retry_after: None };
pub(crate) const REFUSED: Answer = Answer::Status { status: 400, retry_after: None };
pub(crate) const GONE: Answer = Answer::Status { status: 410, retry_after: None };

/// A conversation's storage and its forwarder, driven by hand.
pub(crate) struct Stage {
    pub(crate) identity: Identity,
    webhook: Option<Webhook>,
    pub(crate) epoch: u32,
    log: Vec<Stored>,
    pub(crate) cursor: Cursor,
    timer: Option<Timestamp>,
    undelivered: Option<UndeliveredEvent>,
    failover: Option<Millis>,
    in_flight: bool,
    to_be_erased: bool,
    pub(crate) now: Timestamp,
    /// How many events are read at once.
    page: usize,
}

impl Stage {
    /// A log of public messages (`p`), notes (`n`) and whispers (`w`).
    pub(crate) fn new(log: &str) -> Self {
        let log = log.chars().zip(1..).map(|(it, seq)| event(seq, it)).collect();
        Self {
            identity: Identity {
                conversation: "main-abc".parse().unwrap(),
                site: "main-shop".parse().unwrap(),
                contact: "v1".parse().unwrap(),
            },
            webhook: Some(webhook("https://hooks.example/a", 5)),
            epoch: 1,
            log,
            cursor: Cursor::default(),
            timer: None,
            undelivered: None,
            failover: None,
            in_flight: false,
            to_be_erased: false,
            now: Timestamp::from_millis(1_000_000),
            page: 3,
        }
    }

    fn look<T>(&self, look: impl FnOnce(&ForwarderState<'_>) -> T) -> T {
        let after: Vec<Stored> = self
            .log
            .iter()
            .filter(|it| self.cursor.seq < it.seq)
            .take(self.page)
            .cloned()
            .collect();
        look(&ForwarderState {
            identity: &self.identity,
            webhook: self.webhook.as_ref(),
            policy: ForwardPolicy::default(),
            failover: self.failover,
            epoch: self.epoch,
            cursor: self.cursor,
            timer: self.timer,
            undelivered: self.undelivered.as_ref(),
            to_be_erased: self.to_be_erased,
            following: &after,
            in_flight: self.in_flight,
            now: self.now,
        })
    }

    fn keep(&mut self, plan: Plan) -> Step {
        self.cursor = plan.cursor.unwrap_or(self.cursor);
        self.timer = plan.timer.after(self.timer);
        if let Step::Notify(event) = &plan.step {
            self.undelivered = event.as_deref().cloned();
        }
        plan.step
    }

    /// Goes on until something is sent, or there is nothing to do.
    pub(crate) fn sends(&mut self) -> Option<Attempt> {
        for _ in 0..100 {
            let plan = self.look(|it| it.plan());
            match self.keep(plan) {
                Step::Send(attempt) => return Some(*attempt),
                Step::Rest => return None,
                Step::Continue | Step::Notify(_) | Step::GiveUp | Step::SwitchOff(_) => (),
            }
        }
        panic!("it never rests");
    }

    fn answers(&mut self, attempt: &Attempt, answer: Answer) -> Step {
        let plan = self.look(|it| it.settle(attempt, answer, 0));
        self.keep(plan)
    }

    /// The places of all that is sent, of a receiver that takes everything.
    fn all(&mut self) -> Vec<u64> {
        let mut sent = Vec::new();
        while let Some(attempt) = self.sends() {
            sent.push(attempt.seq.0);
            self.answers(&attempt, TAKEN);
        }
        sent
    }

    fn fail_until_it_is_shown(&mut self) -> UndeliveredEvent {
        for _ in 0..3 {
            self.now = self.timer.unwrap_or(self.now);
            let attempt = self.sends().unwrap();
            self.answers(&attempt, REFUSED);
        }
        self.undelivered.clone().unwrap()
    }
}

fn webhook(url: &str, since: u64) -> Webhook {
    Webhook {
        url: url.to_owned().try_into().unwrap(),
        secret: "whsec_".to_owned(),
        secret_made: Timestamp::default(),
        disabled: false,
        paused: false,
        since: Timestamp::from_millis(since),
        answers: false,
        key: None,
        previous: None,
    }
}

fn event(seq: u64, what: char) -> Stored {
    let visibility = match what {
        'p' => Visibility::Public,
        'n' => Visibility::Note,
        _ => Visibility::Whisper,
    };
    let kind = EventKind::Posted {
        client_id: format!("c{seq}").parse().unwrap(),
        by: Speaker::Visitor,
        visibility,
        detection: None,
        language_source: None,
    };
    let text = Some(format!("message {seq}").try_into().unwrap());
    let content = Some(Content::Message { text, files: Vec::new() });
    Stored {
        seq: Seq(seq),
        shown: None,
        body: EventBody {
            event: Event { at: Timestamp::from_millis(seq), session: SessionNo(1), kind },
            by: None,
            audience: Vec::new(),
        },
        written: Some(Written { content, ..Written::default() }),
    }
}

#[test]
fn ho1_while_a_delivery_is_in_flight_nothing_is_sent_and_a_timer_is_put_off() {
    let mut stage = Stage::new("pp");
    stage.in_flight = true;
    for (timer, change) in [
        (None, TimerChange::Keep),
        (Some(stage.now.after(Millis(1))), TimerChange::Keep),
        (Some(stage.now), TimerChange::Set(stage.now.after(LOOK_AGAIN))),
    ] {
        stage.timer = timer;
        let plan = stage.look(|it| it.plan());
        assert_eq!((plan.step, plan.cursor, plan.timer), (Step::Rest, None, change));
    }
}

#[test]
fn ho2_what_is_public_is_sent_in_order_whatever_stands_between() {
    for (log, sent) in [
        ("", vec![]),
        ("p", vec![1]),
        ("nwnwnwnw", vec![]),
        ("npwpp", vec![2, 4, 5]),
        ("nnnnnnnp", vec![8]),
        ("ppppppp", vec![1, 2, 3, 4, 5, 6, 7]),
    ] {
        let mut stage = Stage::new(log);
        stage.timer = Some(stage.now);
        assert_eq!(stage.all(), sent, "{log}");
        assert_eq!(stage.cursor, Cursor { seq: Seq(log.len() as u64), tries: 0 }, "{log}");
        assert_eq!(stage.timer, None, "{log}");
    }
}

#[test]
fn ho2_a_delivery_has_the_same_name_at_every_retry_and_another_one_after_erasure() {
    let mut stage = Stage::new("p");
    let first = stage.sends().unwrap();
    stage.answers(&first, REFUSED);
    stage.now = stage.timer.unwrap();
    let again = stage.sends().unwrap();
    assert_eq!((&again.delivery, again.n_tries), (&first.delivery, 2));
    (stage.epoch, stage.cursor) = (2, Cursor::default());
    assert_ne!(stage.sends().unwrap().delivery.id, first.delivery.id);
}

#[test]
fn ho3_the_cursor_stays_until_the_receiver_has_the_event() {
    for answer in [
        REFUSED,
        Answer::Status { status: 302, retry_after: None },
        Answer::Status { status: 503, retry_after: Some(Millis::seconds(1)) },
        Answer::None(DeliveryFailure::TooSlow),
        Answer::None(DeliveryFailure::Unreachable),
        Answer::None(DeliveryFailure::AddressRefused),
    ] {
        let mut stage = Stage::new("np");
        let attempt = stage.sends().unwrap();
        assert_eq!(stage.cursor, Cursor { seq: Seq(1), tries: 0 });
        stage.answers(&attempt, answer);
        assert_eq!(stage.cursor, Cursor { seq: Seq(1), tries: 1 }, "{answer:?}");
    }
}

#[test]
fn ho3_what_is_edited_while_a_delivery_is_in_flight_is_sent_as_it_is_then() {
    let mut stage = Stage::new("pp");
    let attempt = stage.sends().unwrap();
    stage.log[1].written = Some(Written::default());
    stage.answers(&attempt, TAKEN);
    let second = stage.sends().unwrap();
    assert_eq!(second.seq, Seq(2));
    assert!(!second.delivery.body.contains("message 2"), "{}", second.delivery.body);
}

#[test]
fn ho4_a_retry_waits_for_its_rest_whatever_is_stored_meanwhile() {
    let mut stage = Stage::new("p");
    let attempt = stage.sends().unwrap();
    stage.answers(&attempt, REFUSED);
    let Next::Retry(at) = after_attempt(REFUSED, 1, stage.now, 0) else { panic!("it is tried") };
    assert_eq!(stage.timer, Some(at));
    stage.log.push(event(2, 'p'));
    assert_eq!(stage.sends(), None);
    stage.now = at;
    assert_eq!(stage.sends().map(|it| it.seq), Some(Seq(1)));
}

#[test]
fn ho4_after_the_last_rest_an_event_is_given_up_and_the_next_one_is_sent() {
    let mut stage = Stage::new("pp");
    let mut n_attempts = 0;
    while let Some(attempt) = stage.sends().filter(|it| it.seq == Seq(1)) {
        n_attempts += 1;
        let step = stage.answers(&attempt, REFUSED);
        assert_eq!(step == Step::GiveUp, n_attempts == 14, "{n_attempts}");
        stage.now = stage.timer.unwrap();
    }
    assert_eq!((n_attempts, stage.cursor.seq), (14, Seq(1)));
    assert_eq!(stage.all(), [2]);
    assert_eq!(stage.undelivered, None);
}

#[test]
fn ho5_an_answer_of_an_erased_log_or_of_another_webhook_changes_nothing() {
    for answer in [TAKEN, REFUSED, GONE] {
        let mut erased = Stage::new("p");
        let attempt = erased.sends().unwrap();
        erased.epoch = 2;
        let mut set_again = Stage::new("p");
        set_again.webhook = Some(webhook("https://hooks.example/a", 6));
        let mut removed = Stage::new("p");
        removed.webhook = None;
        for mut stage in [erased, set_again, removed] {
            stage.cursor = Cursor { seq: Seq(0), tries: 4 };
            assert_eq!(stage.answers(&attempt, answer), Step::Continue);
            assert_eq!((stage.cursor, stage.timer), (Cursor { seq: Seq(0), tries: 4 }, None));
        }
    }
}

#[test]
fn ho6_a_new_address_is_tried_at_once_and_from_the_first_try() {
    for answer in [REFUSED, GONE, Answer::None(DeliveryFailure::Unreachable)] {
        let mut stage = Stage::new("p");
        stage.cursor.tries = 13;
        let attempt = stage.sends().unwrap();
        stage.webhook = Some(webhook("https://hooks.example/b", 5));
        assert_eq!(stage.answers(&attempt, answer), Step::Continue);
        let next = stage.sends().unwrap();
        assert_eq!((next.url.as_str(), next.n_tries), ("https://hooks.example/b", 1));
    }
    // What the old address has taken is not sent to the new one.
    let mut stage = Stage::new("p");
    let attempt = stage.sends().unwrap();
    stage.webhook = Some(webhook("https://hooks.example/b", 5));
    stage.answers(&attempt, TAKEN);
    assert_eq!(stage.sends(), None);
}

#[test]
fn ho7_a_receiver_that_is_gone_is_switched_off_and_sent_all_of_it_once_it_is_back() {
    let mut stage = Stage::new("pp");
    let attempt = stage.sends().unwrap();
    let url = attempt.url.clone();
    assert_eq!(stage.answers(&attempt, GONE), Step::SwitchOff(url));
    stage.webhook.as_mut().unwrap().disabled = true;
    stage.timer = Some(stage.now);
    assert_eq!(stage.sends(), None);
    assert_eq!(stage.timer, Some(stage.now.after(SWITCHED_OFF_STEP)));
    let shown = stage.undelivered.clone().unwrap();
    assert_eq!((shown.seq, shown.cause), (Seq(1), DeliveryFailure::SwitchedOff));
    // A day later it looks again, and asks first whether that still holds.
    stage.now = stage.timer.unwrap();
    assert!(stage.look(|it| it.asks_first()));
    stage.webhook.as_mut().unwrap().disabled = false;
    assert_eq!(stage.all(), [1, 2]);
    assert_eq!(stage.undelivered, None);
}

#[test]
fn ho10_what_was_not_taken_is_shown_until_it_is_and_nothing_is_shown_twice() {
    let mut stage = Stage::new("p");
    let shown = stage.fail_until_it_is_shown();
    assert_eq!((shown.tries, shown.next), (3, stage.timer));
    assert_eq!(stage.look(|it| it.plan()).step, Step::Rest);
    stage.now = stage.timer.unwrap();
    assert_eq!(stage.all(), [1]);
    assert_eq!(stage.undelivered, None);
}

#[test]
fn ho10_without_a_webhook_nothing_is_shown_or_owed() {
    let mut stage = Stage::new("p");
    stage.fail_until_it_is_shown();
    stage.webhook = None;
    assert_eq!(stage.sends(), None);
    assert_eq!((&stage.undelivered, stage.timer), (&None, None));
}

#[test]
fn ho12_an_admin_decides_about_the_next_event_only_and_not_while_it_is_sent() {
    let mut stage = Stage::new("npp");
    stage.fail_until_it_is_shown();
    for (seq, in_flight) in [(1, false), (3, false), (2, true)] {
        stage.in_flight = in_flight;
        for skips in [false, true] {
            assert_eq!(stage.look(|it| it.decide(Seq(seq), skips)), None, "{seq}");
        }
    }
    stage.in_flight = false;
    let plan = stage.look(|it| it.decide(Seq(2), false)).unwrap();
    assert_eq!(plan.cursor, Some(Cursor { seq: Seq(1), tries: 0 }));
    assert_eq!(plan.timer, TimerChange::Set(stage.now));
    let plan = stage.look(|it| it.decide(Seq(2), true)).unwrap();
    stage.keep(plan);
    assert_eq!(stage.all(), [3]);
}

#[test]
fn ho70_a_paused_webhook_is_sent_nothing_and_what_waits_says_so() {
    // What was never tried, and what waits for another attempt.
    for fails_before in [false, true] {
        let mut stage = Stage::new("pp");
        if fails_before {
            let attempt = stage.sends().unwrap();
            stage.answers(&attempt, REFUSED);
            stage.now = stage.timer.unwrap();
        }
        stage.webhook.as_mut().unwrap().paused = true;
        assert_eq!(stage.sends(), None);
        let shown = stage.undelivered.clone().unwrap();
        assert_eq!((shown.seq, shown.cause), (Seq(1), DeliveryFailure::Paused));
        // An admin who tries at once does not get around it.
        let plan = stage.look(|it| it.decide(Seq(1), false)).unwrap();
        stage.keep(plan);
        assert_eq!(stage.sends(), None);
        stage.webhook.as_mut().unwrap().paused = false;
        stage.timer = Some(stage.now);
        assert_eq!(stage.all(), [1, 2]);
        assert_eq!(stage.undelivered, None);
    }
}

#[test]
fn ho71_a_test_names_its_site_and_no_conversation() {
    let test =
        ping(&"main-shop".parse().unwrap(), "abc", Timestamp::from_millis(1_767_605_482_104));
    assert_eq!((test.id.as_str(), test.kind), ("ping_abc", "ping"));
    let body: serde_json::Value = serde_json::from_str(&test.body).unwrap();
    let expected = serde_json::json!({
        "type": "ping", "timestamp": "2026-01-05T09:31:22.104Z", "data": { "site_id": "main-shop" },
    });
    assert_eq!(body, expected);
}

#[test]
fn ho72_what_is_done_with_is_sent_again_under_its_name_and_moves_nothing() {
    let mut stage = Stage::new("pnp");
    let again = |stage: &Stage, seq: usize| stage.look(|it| it.replay(&stage.log[seq - 1]));
    assert_eq!(again(&stage, 1), None, "it is still to be sent");
    let first = stage.sends().unwrap();
    stage.answers(&first, TAKEN);
    assert_eq!(again(&stage, 1).unwrap().delivery, first.delivery);
    assert_eq!(again(&stage, 2), None, "a note is nobody's outside");
    assert_eq!(again(&stage, 3), None);
    stage.in_flight = true;
    assert_eq!(again(&stage, 1), None, "one at a time");
    stage.in_flight = false;
    stage.webhook.as_mut().unwrap().paused = true;
    assert_eq!(again(&stage, 1), None);
    stage.webhook.as_mut().unwrap().paused = false;
    // What became of it is nobody's but the list's: what follows is sent as if nothing had been.
    assert_eq!(stage.all(), [3]);
}

#[test]
fn ho150_what_is_to_be_erased_is_sent_to_nobody_until_it_is_kept_after_all() {
    let mut stage = Stage::new("ppp");
    let first = stage.sends().unwrap();
    stage.answers(&first, TAKEN);
    let shown = stage.fail_until_it_is_shown();
    assert_eq!(shown.seq, Seq(2));
    stage.now = stage.timer.unwrap();
    let on_its_way = stage.sends().unwrap();
    stage.to_be_erased = true;
    // What is on its way comes back, whatever it was answered, and is no attempt of which a rest follows.
    for answer in [REFUSED, Answer::None(DeliveryFailure::TooSlow)] {
        let before = stage.cursor;
        for n_tries in [on_its_way.n_tries, 14] {
            let attempt = Attempt { n_tries, ..on_its_way.clone() };
            assert_eq!(stage.answers(&attempt, answer), Step::Continue);
        }
        assert_eq!(stage.cursor, before);
    }
    assert_eq!(stage.sends(), None);
    assert_eq!((&stage.undelivered, stage.timer), (&None, None), "nobody is owed anything");
    for skips in [false, true] {
        assert_eq!(stage.look(|it| it.decide(Seq(2), skips)), None);
    }
    assert_eq!(stage.look(|it| it.replay(&stage.log[0])), None);
    // A receiver that is gone is gone for all conversations.
    let gone = stage.look(|it| it.settle(&on_its_way, GONE, 0));
    assert_eq!(gone.step, Step::SwitchOff(on_its_way.url.clone()));
    stage.to_be_erased = false;
    stage.timer = Some(stage.now);
    assert_eq!(stage.all(), [2, 3]);
}
