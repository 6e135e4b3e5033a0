//! Running a conversation's machine, as opposed to the machine itself.
//!
//! [`inbox_room::Room`] decides what is stored and who is told. What becomes of that outside is decided
//! here, as plain data and pure functions: how it is kept ([`ConversationLog`]), when the desk is told
//! ([`ReportOutbox`]), and what a webhook is sent ([`forward`]). Nothing in this crate sends, waits or
//! knows the time. The relay does what it says on Cloudflare, and the seeded world of `inbox-testkit`
//! in memory, so that what is tested is what runs. `SPEC.md` names the rules.
//!
//! Whoever runs a conversation does this, in this order: **load** what is stored, **ask** the room,
//! **store** the rows of its turn, **acknowledge** and **tell**, **report** to the desk, and **forward**
//! what the log holds.
//!
//! ```
//! use inbox_host::{
//!     ConversationLog, Outgoing, Receipt, ReportOutbox, Sql, Sqlite,
//!     forward::{Answer, Cursor, ForwarderState, PAGE, Step},
//! };
//! use inbox_room::{Input, Output, Room, Snapshot};
//! # use inbox_protocol::{FromVisitor, VERSION, VisitorHello, http::Webhook};
//! # use inbox_room::{Conn, Facts, Identity, Pass, Who};
//! # use inbox_types::{Seq, Timestamp};
//! # let identity = Identity {
//! #     conversation: "main-abc".parse().unwrap(),
//! #     site: "main-shop".parse().unwrap(),
//! #     contact: "v1".parse().unwrap(),
//! # };
//! # let facts = Facts {
//! #     site: Default::default(),
//! #     department: None,
//! #     site_deleted: false,
//! #     workspace: Default::default(),
//! #     departments: Default::default(),
//! #     successors: Default::default(),
//! #     members: Default::default(),
//! #     topics: Vec::new(),
//! #     translated: vec!["en".parse().unwrap()],
//! # };
//! # let webhook = Webhook {
//! #     url: "https://hooks.example/".to_owned().try_into().unwrap(),
//! #     secret: "whsec_".to_owned(),
//! #     disabled: false,
//! #     since: Timestamp::default(),
//! # };
//! # let hello = FromVisitor::Hello(VisitorHello {
//! #     version: VERSION,
//! #     epoch: 1,
//! #     after: None,
//! #     languages: vec!["en".parse().unwrap()],
//! # });
//! # let post = FromVisitor::Post {
//! #     client_id: "c1".parse().unwrap(),
//! #     text: Some("Is anybody there?".to_owned().try_into().unwrap()),
//! #     files: Vec::new(),
//! #     context: Default::default(),
//! # };
//! # let who = Who::Visitor(Pass { generation: 0, renew: false, since: None });
//! # let said = |frame| Input::Visitor { conn: Conn(1), frame, detection: None, said: None };
//! # let inputs = [Input::Connected { conn: Conn(1), who }, said(hello), said(post)];
//! # let now = Timestamp::from_millis(1_000_000);
//! # let chance = || 0;
//! // Load.
//! let log = ConversationLog::open(Sqlite::in_memory())?;
//! let mut outbox = ReportOutbox::default();
//! let mut room = Room::wake(Snapshot {
//!     identity: identity.clone(),
//!     facts,
//!     standing: log.standing()?,
//!     checkpoint: log.checkpoint()?,
//!     tail: log.tail(Seq(0))?,
//!     owner: log.owner()?,
//!     alarm: None,
//!     seen: log.marks()?,
//!     readers: Vec::new(),
//! });
//! let mut told = Vec::new();
//! for input in inputs {
//!     // Ask.
//!     for output in room.handle(now, input, &log) {
//!         match output {
//!             // Store: all rows or none. If that fails, the room is dropped, and nobody is told.
//!             Output::Store(batch) => log.sql().transaction(|| log.write(&batch))?,
//!             // Acknowledge and tell.
//!             Output::Tell { frame, .. } => told.push(frame),
//!             Output::Report(report) => {
//!                 outbox.owe(None, now, chance);
//!                 if let Some(report) = outbox.add(*report, now, chance).row {
//!                     log.put_report(&report)?;
//!                 }
//!             }
//!             // Sockets, files and addresses are left out here.
//!             _ => (),
//!         }
//!     }
//! }
//! assert!(format!("{told:?}").contains("Ack"));
//!
//! // Report: what cannot be made again of the log first, then how the conversation stands.
//! let mut reported = Vec::new();
//! while let Some(Outgoing { report, receipt }) = outbox.send(log.first_report()?, now) {
//!     outbox.delivered(receipt);
//!     if let Receipt::Row(no) = receipt {
//!         log.forget_report(no, &report)?;
//!     }
//!     reported.push(report);
//! }
//! assert_eq!(reported.len(), 1);
//!
//! // Forward.
//! let (mut cursor, mut timer) = (Cursor::default(), None);
//! let mut sent = Vec::new();
//! loop {
//!     let following = log.following(cursor.seq, PAGE)?;
//!     let state = ForwarderState {
//!         identity: &identity,
//!         webhook: Some(&webhook),
//!         masked: false,
//!         epoch: log.standing()?.epoch,
//!         cursor,
//!         timer,
//!         undelivered: None,
//!         following: &following,
//!         in_flight: false,
//!         now,
//!     };
//!     let mut plan = state.plan();
//!     if let Step::Send(attempt) = &plan.step {
//!         // Here the relay posts `attempt.delivery` and waits for the answer.
//!         sent.push(attempt.delivery.kind);
//!         plan = state.settle(attempt, Answer::Status { status: 200, retry_after: None }, chance());
//!     }
//!     cursor = plan.cursor.unwrap_or(cursor);
//!     timer = plan.timer.after(timer);
//!     if plan.step == Step::Rest {
//!         break;
//!     }
//! }
//! assert_eq!(sent, ["session.opened", "message.created"]);
//! # Ok::<(), inbox_host::SqliteError>(())
//! ```

pub mod forward;
mod log;
mod outbox;
pub mod sql;
#[cfg(not(target_arch = "wasm32"))]
mod sqlite;
mod timer;

pub use log::ConversationLog;
pub use outbox::{Added, Outgoing, Receipt, ReportOutbox, RoutingKey};
pub use sql::{Sql, Value};
#[cfg(not(target_arch = "wasm32"))]
pub use sqlite::{Sqlite, SqliteError};
pub use timer::TimerChange;
