//! Running a conversation's machine, as opposed to the machine itself.
//!
//! [`inbox_room::Room`] decides what is stored and who is told. What becomes of that outside (which
//! event a webhook is sent and when it is tried again) is decided here, as plain data and pure
//! functions: nothing in this crate sends, waits or knows the time. The relay does what it says on
//! Cloudflare, the seeded world of `inbox-testkit` does it in memory, so that what is tested is what
//! runs. `SPEC.md` names the rules.
//!
//! Whoever runs a conversation does this, in this order: **load** what is stored, **ask** the room,
//! **store** the rows of its turn, **acknowledge** and **tell**, and then **forward** what the log
//! holds:
//!
//! ```
//! use inbox_host::forward::{Answer, Cursor, ForwarderState, Step};
//! # use inbox_protocol::http::Webhook;
//! # use inbox_room::{Identity, Stored};
//! # use inbox_types::Timestamp;
//! # let identity = Identity {
//! #     conversation: "main-abc".parse().unwrap(),
//! #     site: "main-shop".parse().unwrap(),
//! #     contact: "v1".parse().unwrap(),
//! # };
//! # let webhook = Webhook {
//! #     url: "https://hooks.example/".to_owned().try_into().unwrap(),
//! #     secret: "whsec_".to_owned(),
//! #     disabled: false,
//! #     since: Timestamp::default(),
//! # };
//! # let closed = r#"{"seq": 1, "body": {"event": {"at": 1, "session": 1, "kind": {"type": "woken"}}}}"#;
//! # let rated = r#"{"seq": 2, "body": {"event": {"at": 2, "session": 1, "kind": {"type": "rated", "stars": 5}}}}"#;
//! # let log: Vec<Stored> = [closed, rated].map(|it| serde_json::from_str(it).unwrap()).into();
//! let (mut cursor, mut timer) = (Cursor::default(), None);
//! let mut sent = Vec::new();
//! loop {
//!     let now = Timestamp::from_millis(3);
//!     let state = ForwarderState {
//!         identity: &identity,
//!         webhook: Some(&webhook),
//!         masked: false,
//!         epoch: 1,
//!         cursor,
//!         timer,
//!         undelivered: None,
//!         following: &log[usize::try_from(cursor.seq.0).unwrap()..],
//!         in_flight: false,
//!         now,
//!     };
//!     let mut plan = state.plan();
//!     if let Step::Send(attempt) = &plan.step {
//!         // Here the relay posts `attempt.delivery` and waits for the answer.
//!         sent.push(attempt.delivery.kind);
//!         plan = state.settle(attempt, Answer::Status { status: 200, retry_after: None }, 0);
//!     }
//!     cursor = plan.cursor.unwrap_or(cursor);
//!     timer = plan.timer.after(timer);
//!     if plan.step == Step::Rest {
//!         break;
//!     }
//! }
//! assert_eq!(sent, ["rating.submitted"]);
//! ```

pub mod forward;
mod outbox;
mod timer;

pub use outbox::{Added, Outgoing, Receipt, ReportOutbox, RoutingKey};
pub use timer::TimerChange;
