//! Running a conversation's machine, as opposed to the machine itself.
//!
//! [`inbox_room::Room`] decides what is stored and who is told. [`ConversationRunner`] does what it
//! says, in this order: **load** what is stored, **ask** the room, **store** the rows of its turn,
//! **acknowledge** and **tell**, **report** to the desk, **forward** what the log holds to a webhook; and
//! it **wakes** the room again and **erases** the log. What it runs on are small traits ([`Rows`],
//! [`Sockets`], [`Timers`], [`Clock`], [`Peers`]), which the relay implements on Cloudflare and the seeded
//! world of `inbox-testkit` in memory, so that what is tested is what runs. `SPEC.md` names the rules.
//!
//! [`ConversationLog`] is the log over SQL, [`ReportOutbox`] says when the desk is told, [`forward`] what
//! a webhook is sent and when it is tried again.
//!
//! ```
//! use inbox_host::{
//!     ConversationRunner, LocalConversation, Outgoing,
//!     forward::{self, Answer, Step},
//! };
//! use inbox_room::Input;
//! # use inbox_protocol::{FromVisitor, VERSION, VisitorHello, http::Webhook};
//! # use inbox_room::{Conn, Facts, Identity, VisitorCredentials, Principal};
//! # use inbox_types::Timestamp;
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
//! #     inbox_away: false,
//! # };
//! # let webhook = Webhook {
//! #     url: "https://hooks.example/".to_owned().try_into().unwrap(),
//! #     secret: "whsec_".to_owned(),
//! #     secret_made: Timestamp::default(),
//! #     disabled: false,
//! #     paused: false,
//! #     since: Timestamp::default(),
//! #     answers: false,
//! #     key: None,
//! #     previous: None,
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
//! # let who = Principal::Visitor(VisitorCredentials { generation: 0, renew: false, since: None });
//! # let said = |frame| Input::Visitor { conn: Conn(1), frame, detection: None, said: None };
//! # let inputs = [Input::Connected { conn: Conn(1), who }, said(hello), said(post)];
//! # let now = Timestamp::from_millis(1_000_000);
//! // The relay's object on Cloudflare, or here one with its database in memory.
//! let mut object = LocalConversation::new(identity, facts, Some(webhook), now)?;
//! let mut runner = ConversationRunner::default();
//!
//! // Somebody connects, says hello and writes. Each input wakes the room if it sleeps, stores what the
//! // room decides and then tells it.
//! for input in inputs {
//!     runner.drive(&mut object, input)?;
//! }
//! assert!(format!("{:?}", object.told).contains("Ack"));
//!
//! // Report: whoever sends says what came of it.
//! let mut reported = Vec::new();
//! while let Some(Outgoing { report, receipt }) = runner.next_report(&mut object)? {
//!     // Here the relay asks the desk, and waits for the answer.
//!     runner.reported(&mut object, &report, receipt)?;
//!     reported.push(report);
//! }
//! assert_eq!(reported.len(), 1);
//!
//! // Forward.
//! let mut sent = Vec::new();
//! loop {
//!     match forward::next_step(&mut object, false)? {
//!         Step::Rest => break,
//!         Step::Send(attempt) => {
//!             // Here the relay posts `attempt.delivery`, and waits for the answer.
//!             sent.push(attempt.delivery.kind);
//!             let answer = Answer::Status { status: 200, retry_after: None };
//!             forward::settle(&mut object, &attempt, answer)?;
//!         }
//!         _ => (),
//!     }
//! }
//! assert_eq!(sent, ["session.opened", "message.created"]);
//! # Ok::<(), inbox_host::SqliteError>(())
//! ```

mod desk;
#[cfg(not(target_arch = "wasm32"))]
pub mod earlier;
pub mod forward;
#[cfg(not(target_arch = "wasm32"))]
mod local;
mod log;
mod meta;
mod outbox;
mod platform;
mod run;
mod sleep;
pub mod sql;
#[cfg(not(target_arch = "wasm32"))]
mod sqlite;
mod timer;

pub use desk::{DeskTables, Letter, Mail, PRESENCE_SETTLES, Rebuild};
pub use forward::ForwarderRows;
#[cfg(not(target_arch = "wasm32"))]
pub use local::LocalConversation;
pub use log::{ConversationLog, GoneName, HeardBefore};
pub use outbox::{Added, Outgoing, Receipt, ReportOutbox, RoutingKey};
pub use platform::{Clock, Fallible, Hooks, Peers, Rows, Sockets, Timer, Timers};
pub use run::{ConversationRunner, Platform};
pub use sleep::{Sleep, Timeouts, within};
pub use sql::{Sql, Value};
#[cfg(not(target_arch = "wasm32"))]
pub use sqlite::{Sqlite, SqliteError};
pub use timer::TimerChange;
