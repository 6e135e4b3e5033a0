//! The desk of a workspace with every agent connected to it: who should answer what.
//!
//! It holds nothing that cannot be derived but presence: summaries are copies of what the
//! conversations say, and a conversation is always the authority on its own session.

mod answered;
mod bulk;
mod bulk_rows;
mod closed;
mod filter;
mod gone;
mod list;
mod news;
mod notice;
mod offers;
mod people;
mod spacing;
mod summary;
mod team;
mod turn;
mod unread;
mod welcome;

use std::collections::{BTreeMap, BTreeSet};

use inbox_protocol::{CloseCode, FromDesk, Refusal, ToDesk};
use inbox_types::{ConversationId, MemberId, Presence, Timestamp, limits};
use serde::{Deserialize, Serialize};

use self::summary::is_open;
pub use self::{
    answered::FirstAnswer,
    bulk_rows::{BulkChange, BulkItem, BulkRow, BulkState},
    closed::{ClosedPlace, ClosedQuery, ClosedScope, DeskRows, Whose},
    filter::wanted,
    team::AvailableTeam,
};
use self::{
    list::SentList,
    offers::Reserved,
    spacing::Postponed,
    turn::{DeskTurn, DueLists, TurnStart},
    unread::Written,
};
use crate::{
    AgentSocket, Conn, DeskCommand, DeskConnection, DeskFacts, Grant, RoomReport, SocketsRow,
    Summary, rate::Rates,
};

/// Signs grants. It is the shell's, because the key is.
pub trait Signer {
    /// The grant as a console carries it.
    fn sign(&self, grant: &Grant) -> String;
}

/// What a desk wakes from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DeskSnapshot {
    /// Settings and people.
    pub facts: DeskFacts,
    /// The presence of each member that has one.
    pub presences: Vec<PresenceRow>,
    /// The last summary of each conversation in which somebody has something to do.
    pub summaries: Vec<Summary>,
    /// The agents' sockets of each conversation.
    pub sockets: Vec<SocketsRow>,
    /// The alarm that was last set.
    pub alarm: Option<Timestamp>,
    /// Each open socket, with what the desk attached to it: whose console it is, and what that shows.
    pub readers: Vec<(Conn, DeskConnection)>,
}

/// How a member is; one row each.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PresenceRow {
    /// Who.
    pub member: MemberId,
    /// What they chose, or what an unanswered offer made of it; it comes back with them.
    pub chosen: Presence,
    /// They have been without a connection for so long that everybody was told.
    pub offline: bool,
    /// When the last connection was lost; none while there is one.
    pub lost_at: Option<Timestamp>,
    /// When they last had something to do: who has been idle longest is asked first.
    pub idle_since: Timestamp,
    /// What they do in bulk, and what came of it. A batch has that beside these rows ([`DeskBatch::bulks`]).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bulks: Vec<BulkRow>,
}

/// What reaches a desk.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum DeskInput {
    /// A signed-in member's socket was accepted. Nothing is told until it says hello.
    Connected {
        /// Its number; the shell mints it.
        conn: Conn,
        /// Whose it is.
        member: MemberId,
        /// The version of the member's rights when the workspace let them dial.
        rights: u64,
    },
    /// A console's frame.
    Said {
        /// From which connection.
        conn: Conn,
        /// What it says.
        frame: FromDesk,
    },
    /// Bytes that are no frame of this protocol, or too many.
    Garbled {
        /// From which connection.
        conn: Conn,
        /// [`Refusal::Malformed`] or [`Refusal::TooLarge`].
        reason: Refusal,
    },
    /// A socket closed, failed, or has not answered the heartbeat for long. Twice is harmless.
    Closed {
        /// Which one.
        conn: Conn,
    },
    /// The alarm has come; too early or twice is harmless.
    Fired,
    /// A conversation tells something. Twice is harmless.
    Report {
        /// Which conversation.
        conversation: ConversationId,
        /// What.
        report: RoomReport,
    },
    /// Settings or people changed, or sign-ins ended.
    Facts(Box<DeskFacts>),
    /// The same, said once more by whoever does not know whether it was heard: consoles may not have
    /// been told.
    FactsAgain(Box<DeskFacts>),
}

/// What the shell must do, in this order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum DeskOutput {
    /// Write these rows, all or none. If that fails, forget this desk and stop.
    Store(DeskBatch),
    /// Attach this to the connection, so that [`Desk::wake`] gets it back.
    Remember {
        /// Which one.
        conn: Conn,
        /// What to attach.
        reader: DeskConnection,
    },
    /// Tell one connection. If that fails, the connection is about to report its own close.
    Tell {
        /// Which one.
        conn: Conn,
        /// What to tell it.
        frame: ToDesk,
    },
    /// Close one connection; the desk has already forgotten it.
    Close {
        /// Which one.
        conn: Conn,
        /// Why.
        code: CloseCode,
    },
    /// Say this to a conversation. If it cannot be reached, the desk notices by itself and asks
    /// again, but for `rights_changed`, `member_removed`, `presence`, `postpone` and `look`, which the
    /// shell retries.
    Command {
        /// Which conversation.
        conversation: ConversationId,
        /// What.
        command: DeskCommand,
    },
    /// When the desk wants [`DeskInput::Fired`]; replaces what was set, none clears it.
    Alarm(Option<Timestamp>),
}

/// The rows of one turn.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct DeskBatch {
    /// Presences that changed.
    pub presences: Vec<PresenceRow>,
    /// Summaries that are new.
    pub summaries: Vec<Summary>,
    /// Conversations that were erased, and their epoch: their summary is deleted.
    pub erased: Vec<(ConversationId, u32)>,
    /// Conversations where an agent's socket came or went.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sockets: Vec<SocketsRow>,
    /// What changed of bulk operations, in this order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bulks: Vec<BulkChange>,
    /// Something of what is over changes. That is read from the rows and not from memory, so they must be
    /// written before the next turn.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub urgent: bool,
}

/// The desk of one workspace.
#[derive(Debug)]
pub struct Desk {
    facts: DeskFacts,
    presences: BTreeMap<MemberId, PresenceRow>,
    /// Those in which somebody has something to do; all others are only rows.
    summaries: BTreeMap<ConversationId, Summary>,
    /// Those whose session is not over; what only they matter for need not look at all.
    open: BTreeSet<ConversationId>,
    /// Those of them in which something is to be read.
    written: Written,
    /// The agents' sockets of each conversation; what ends somebody's rights must reach them all.
    sockets: BTreeMap<ConversationId, Vec<AgentSocket>>,
    readers: BTreeMap<Conn, DeskConnection>,
    alarm: Option<Timestamp>,
    forgettable: Forgettable,
}

/// What a sleep may take: it is asked, sent or counted again.
#[derive(Debug, Default)]
struct Forgettable {
    rates: Rates,
    /// Places held for offers that were asked of conversations.
    reserved: BTreeMap<ConversationId, Reserved>,
    /// Places held for agents who are about to follow up by themselves.
    wanted: BTreeMap<ConversationId, Reserved>,
    /// Agents whom a conversation would not ask, and until when they are not proposed again.
    refused: BTreeMap<ConversationId, BTreeMap<MemberId, Timestamp>>,
    /// The list that each connection has.
    sent: BTreeMap<Conn, SentList>,
    /// Lists that are to be sent now that a turn is stored.
    lists: DueLists,
    /// When the next of what is over is told to look, and after which place.
    strays: Option<(Timestamp, ClosedPlace)>,
    /// Deadlines that conversations were asked for and have not said yet.
    postponed: BTreeMap<ConversationId, Postponed>,
    /// First answers that nobody has asked for yet.
    answers: Vec<FirstAnswer>,
    /// When waits were last looked at.
    looked_at: Option<Timestamp>,
    before: Option<TurnStart>,
}

impl Desk {
    /// The desk that a snapshot describes.
    #[must_use]
    pub fn wake(snapshot: DeskSnapshot) -> Self {
        let DeskSnapshot { facts, presences, summaries, sockets, alarm, readers } = snapshot;
        let open = summaries.iter().filter(|it| is_open(it)).map(|it| it.conversation.clone());
        Self {
            facts,
            open: open.collect(),
            written: Written::of(&summaries),
            presences: presences.into_iter().map(|it| (it.member.clone(), it)).collect(),
            summaries: summaries.into_iter().map(|it| (it.conversation.clone(), it)).collect(),
            sockets: sockets.into_iter().map(|it| (it.conversation, it.agents)).collect(),
            readers: readers.into_iter().collect(),
            alarm,
            forgettable: Forgettable::default(),
        }
    }

    /// Turns one input into what the shell must do, in order. `rows` is read and sees everything that
    /// was stored before. When it is done, [`lists`](Self::lists) says which lists to send.
    pub fn handle(
        &mut self,
        now: Timestamp,
        input: DeskInput,
        signer: &dyn Signer,
        rows: &dyn DeskRows,
    ) -> Vec<DeskOutput> {
        let has_woken = self.forgettable.before.is_none();
        let mut turn = DeskTurn::new(self, now, signer, rows);
        if has_woken {
            self.have_all_look(&mut turn);
        }
        self.have_next_strays_look(&mut turn);
        self.notice_lost(&mut turn);
        match input {
            DeskInput::Connected { conn, member, rights } => {
                self.connect(&mut turn, conn, &member, rights);
            }
            DeskInput::Said { conn, frame } => self.receive(&mut turn, conn, frame),
            DeskInput::Garbled { conn, reason } => {
                turn.tell(conn, ToDesk::Refused { reason });
                self.close(&mut turn, conn, CloseCode::Protocol);
            }
            DeskInput::Closed { conn } => self.lose(&mut turn, conn),
            DeskInput::Fired => (),
            DeskInput::Report { conversation, report } => {
                self.report(&mut turn, &conversation, report);
            }
            DeskInput::Facts(facts) => self.learn(&mut turn, *facts, false),
            DeskInput::FactsAgain(facts) => self.learn(&mut turn, *facts, true),
        }
        self.finish(turn)
    }

    /// A new grant for a member; none if there is no such member. For the edge, which makes the
    /// first one of a conversation's socket.
    #[must_use]
    pub fn grant(&self, now: Timestamp, member: &MemberId) -> Option<Grant> {
        let facts = self.facts.members.get(member).filter(|_| self.works_here(member))?;
        Some(Grant {
            agent: member.clone(),
            role: facts.role,
            departments: facts.departments.clone(),
            version: facts.version,
            load: self.load(member),
            expires: now.after(limits::GRANT_LIFE),
        })
    }

    // DK31
    fn receive(&mut self, turn: &mut DeskTurn<'_>, conn: Conn, frame: FromDesk) {
        let is_hello = matches!(frame, FromDesk::Hello { .. });
        let cost = cost(&frame);
        let Some(reader) = self.listen(turn, conn, is_hello, cost) else { return };
        match frame {
            FromDesk::Hello { version } => self.greet(turn, conn, reader, version),
            FromDesk::SetPresence { presence } => {
                self.choose_presence(turn, conn, &reader.member, presence);
            }
            FromDesk::Watch { mut query, before } => {
                // It is attached to the socket, so it must not be as long as somebody likes.
                query.states.sort();
                query.states.dedup();
                if let Some(before) = before {
                    return self.turn_page(turn, conn, reader, query, before);
                }
                self.forgettable.sent.remove(&conn);
                let watch = Some(query);
                self.remember(turn, conn, DeskConnection { watch, older: false, ..reader });
                turn.lists.asked = Some(conn);
            }
            FromDesk::Focus { conversation } => {
                self.remember(turn, conn, DeskConnection { focus: conversation, ..reader });
            }
            FromDesk::Answer { conversation, offer, accept } => {
                self.answer(turn, conn, &reader.member, conversation, offer, accept);
            }
            FromDesk::Bulk { operation, conversations, sessions } => {
                let shown = |it: ConversationId| {
                    let session = sessions.get(&it).copied();
                    (it, session)
                };
                let conversations = conversations.into_iter().map(shown).collect();
                self.start_bulk(turn, conn, &reader.member, &operation, conversations);
            }
            FromDesk::BulkAll { operation, query } => {
                self.start_bulk_of_all(turn, conn, &reader.member, &operation, &query);
            }
            FromDesk::PutAway { bulk } => self.put_away_bulk(turn, &reader.member, &bulk),
        }
    }
}

/// As how many frames one counts: for each page of a list, the first one too, rows that are over are
/// read, and how somebody is everybody is told.
// DK46, DK111, DK121
fn cost(frame: &FromDesk) -> u32 {
    match frame {
        FromDesk::Watch { .. } => limits::RATE_COST_OF_HISTORY,
        FromDesk::SetPresence { .. } => limits::RATE_COST_OF_PRESENCE,
        FromDesk::BulkAll { .. } => limits::RATE_COST_OF_ALL,
        FromDesk::Hello { .. }
        | FromDesk::Focus { .. }
        | FromDesk::Answer { .. }
        | FromDesk::Bulk { .. }
        | FromDesk::PutAway { .. } => 1,
    }
}
