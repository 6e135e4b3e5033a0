//! One conversation with everybody connected to it.

mod agent;
mod bridge;
mod connections;
mod desk_side;
mod gone;
mod hello;
mod index;
mod left_address;
mod overtaken;
mod summary;
mod turn;
mod view;
mod visible;
mod visitor;

use std::collections::BTreeMap;

use inbox_core::{Conversation, permission::Action};
use inbox_protocol::{BridgeDone, CloseCode, FromAgent, FromBridge, FromVisitor, Refusal};
use inbox_types::{
    CampaignId, ClientId, Detection, FileId, Language, Place, Seq, Timestamp, VariantKey, limits,
};

pub(crate) use self::connections::negotiate;
pub use self::index::IndexCard;
use self::{
    turn::{Turn, TurnStart},
    visible::CachedTexts,
    visitor::Beside,
};
use crate::{
    Audited, Batch, CampaignSnapshot, Checkpoint, Conn, Connection, ConversationRecord,
    DeskCommand, Facts, Frame, Grant, Identity, Log, OwnerSaid, Principal, RoomReport, SeenBy,
    SeenMark, Snapshot, Transcript, VisitorCredentials, rate::Rates,
};

/// What reaches a room.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Input {
    /// A socket was accepted. Nothing is told until it says hello, but a blocked contact's, an
    /// outdated or a superfluous one is closed.
    Connected {
        /// Its number; the shell mints it.
        conn: Conn,
        /// Whose it is.
        who: Principal,
    },
    /// A visitor's frame.
    Visitor {
        /// From which connection.
        conn: Conn,
        /// What it says.
        frame: FromVisitor,
        /// Of a post: what the detector says of the visitor's last messages, this one included.
        detection: Option<Detection>,
        /// Of a post that answers a campaign: what the campaign said. None if the site has no such campaign.
        said: Option<Box<CampaignSnapshot>>,
    },
    /// An agent's frame, but for `renew`, which the shell turns into [`Input::Renewed`].
    Agent {
        /// From which connection.
        conn: Conn,
        /// What it says.
        frame: FromAgent,
    },
    /// An agent sent a newer grant; none if its signature does not hold.
    Renewed {
        /// From which connection.
        conn: Conn,
        /// What was signed.
        grant: Option<Grant>,
    },
    /// Bytes that are no frame of this protocol, or too many.
    Garbled {
        /// From which connection.
        conn: Conn,
        /// [`Refusal::Malformed`] or [`Refusal::TooLarge`].
        reason: Refusal,
    },
    /// A socket closed or failed. Saying it twice is harmless.
    Closed {
        /// Which one.
        conn: Conn,
    },
    /// The inbox core that the company already has says something; its signature holds. It is
    /// answered by one [`Output::AnswerBridge`].
    Bridge {
        /// The caller's name for it.
        id: ClientId,
        /// What.
        said: FromBridge,
    },
    /// The inbox core names somebody by what only others know, and the shell is about to ask them. Whether
    /// it may say something at all now is answered by one [`Output::AnswerBridge`].
    BridgeAsks,
    /// The alarm of the last batch has come; too early or twice is harmless.
    Fired,
    /// The desk wants something. Saying it twice is harmless.
    Desk(DeskCommand),
    /// Settings or people changed, or the site was deleted.
    Facts(Box<Facts>),
    /// The visitor logged out: older tokens end here.
    Revoked,
}

/// What the shell must do, in this order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Output {
    /// Write these rows, all or none. If that fails, forget this room and stop; sockets that
    /// waited for an answer get [`Refusal::Unavailable`] or are closed with
    /// [`CloseCode::Restart`].
    Store(Box<Batch>),
    /// Attach this to the connection, so that [`Room::wake`] gets it back.
    Remember {
        /// Which one.
        conn: Conn,
        /// What to attach.
        reader: Connection,
    },
    /// Tell one connection. If that fails, the connection is about to report its own close.
    Tell {
        /// Which one.
        conn: Conn,
        /// What to tell it.
        frame: Frame,
    },
    /// Close one connection; the room has already forgotten it.
    Close {
        /// Which one.
        conn: Conn,
        /// Why.
        code: CloseCode,
    },
    /// Sign an address for this file and this reader, and tell it as `link`. That the reader may
    /// have the file has been checked.
    SignLink {
        /// Which connection asks.
        conn: Conn,
        /// Which file.
        file: FileId,
        /// The reader sees numbers and addresses masked, in its name too.
        masked: bool,
    },
    /// Make the visitor a newer token of this generation, and tell it as `token`.
    RenewToken {
        /// Which connection.
        conn: Conn,
        /// The generation now.
        generation: u32,
    },
    /// Answer what the bridge said: it is done, or why it is not.
    AnswerBridge(Result<BridgeDone, Refusal>),
    /// Tell the desk, at least once and in the order of versions; a newer summary replaces one
    /// that still waits. [`Room::report`] says it again after a sleep.
    Report(Box<RoomReport>),
    /// The bytes of these files are not wanted any more.
    DropFiles(Vec<FileId>),
    /// Erase everything stored, files included, and write only what is in here. It comes instead of
    /// a store. When the outputs after it are done too, the shell drops the room: the next input
    /// wakes a new one.
    Erase(Erasure),
}

/// What the workspace is asked before a visitor's frame is heard, so that it knows of a conversation
/// before its first line is acknowledged, and the conversation what holds now before a session begins.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Beforehand {
    /// To write the conversation down, and what holds.
    Register,
    /// What holds: the desk tells changes only to conversations with an open session.
    Facts,
}

/// What the shell finds out before it passes a visitor's frame on.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Needs {
    /// What the workspace is asked (RM51). Once it has answered, [`Room::needs`] is asked again: a first
    /// post that was to be refused may be taken then.
    pub workspace: Option<Beforehand>,
    /// What this campaign said, as the workspace has it.
    pub campaign: Option<AnsweredCampaign>,
}

/// The campaign that a post answers, as the page says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AnsweredCampaign {
    /// Which one.
    pub campaign: CampaignId,
    /// Which of its variants.
    pub variant: VariantKey,
    /// The language in which it was shown.
    pub language: Option<Language>,
}

/// What an erasure leaves, written in the transaction that erases.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Erasure {
    /// The one row that stays.
    pub standing: ConversationRecord,
    /// What the workspace is to write down.
    pub audited: Vec<Audited>,
}

/// One conversation with everybody connected to it.
///
/// What it holds is either folded from the log, or a stored row, or attached to a socket; the
/// rest ([`Rates`] and what is read again at need) may be forgotten at any time.
#[derive(Clone, Debug)]
pub struct Room {
    identity: Identity,
    facts: Facts,
    standing: ConversationRecord,
    conversation: Conversation,
    transcript: Transcript,
    owner: Option<OwnerSaid>,
    alarm: Option<Timestamp>,
    seen: BTreeMap<SeenBy, SeenMark>,
    readers: BTreeMap<Conn, Connection>,
    rates: Rates,
    known: Option<CachedTexts>,
    before: Option<TurnStart>,
}

impl Room {
    /// The room that a snapshot describes. What it answers is what the room that slept would
    /// have answered.
    #[must_use]
    pub fn wake(snapshot: Snapshot) -> Self {
        let Snapshot { identity, facts, standing, checkpoint, tail, owner, alarm, seen, readers } =
            snapshot;
        let (mut conversation, mut transcript) = match checkpoint {
            Some(Checkpoint { conversation, transcript }) => (conversation, transcript),
            None => (Conversation::default(), Transcript::default()),
        };
        for stored in &tail {
            conversation.fold(&stored.body.event);
            transcript.fold(stored);
        }
        Self {
            identity,
            facts,
            standing,
            conversation,
            transcript,
            owner,
            alarm,
            seen: seen.into_iter().map(|mark| (mark.by.clone(), mark)).collect(),
            readers: readers.into_iter().collect(),
            rates: Rates::default(),
            known: None,
            before: None,
        }
    }

    /// Turns one input into what the shell must do, in order. `log` is read and sees everything
    /// stored so far.
    // RM33
    pub fn handle(&mut self, now: Timestamp, input: Input, log: &dyn Log) -> Vec<Output> {
        let mut turn = Turn::new(self, now, log);
        self.end_old_grants(&mut turn, &input);
        match input {
            Input::Connected { conn, who } => self.connect(&mut turn, conn, who),
            Input::Visitor { conn, frame, detection, said } => {
                self.receive_visitor(&mut turn, conn, frame, Beside { detection, said });
            }
            Input::Agent { conn, frame } => self.receive_agent(&mut turn, conn, frame),
            Input::Renewed { conn, grant } => self.renew(&mut turn, conn, grant),
            Input::Garbled { conn, reason } => {
                self.refuse(&mut turn, conn, reason);
                self.close(&mut turn, conn, CloseCode::Protocol);
            }
            Input::Closed { conn } => {
                self.readers.remove(&conn);
                self.rates.forget(conn);
            }
            Input::Bridge { id, said } => self.receive_bridge(&mut turn, id, said),
            Input::BridgeAsks => self.let_bridge_ask(&mut turn),
            Input::Fired => self.fire(&mut turn),
            Input::Desk(command) => self.receive_desk(&mut turn, command),
            Input::Facts(facts) => self.learn(&mut turn, *facts),
            Input::Revoked => self.log_out(&mut turn),
        }
        self.leave_what_is_gone(&mut turn);
        self.finish(turn)
    }

    /// Whether nothing was ever stored.
    #[must_use]
    pub fn is_new(&self) -> bool {
        self.transcript.head == Seq(0)
    }

    /// Whether no session has ever begun: what strangers can make without anybody's hearing of it.
    #[must_use]
    pub fn is_unopened(&self) -> bool {
        self.conversation.session().is_none()
    }

    /// Whether nothing would be missed if all that is stored were gone: no session has ever begun, and
    /// nothing stands that must outlast what was said (RM50). Ended tokens need not: they would lead
    /// to a conversation in which nothing was said.
    #[must_use]
    pub fn is_vacant(&self) -> bool {
        let ConversationRecord { epoch, generation: _, blocked, erased_at } = self.standing;
        let begins = epoch == ConversationRecord::default().epoch && erased_at.is_none();
        self.is_unopened() && self.transcript.shown == Place(0) && begins && !blocked
    }

    /// What the shell must find out before it passes a visitor's frame on.
    // RM51, RM121
    #[must_use]
    pub fn needs(&self, now: Timestamp, conn: Conn, frame: &FromVisitor, log: &dyn Log) -> Needs {
        let FromVisitor::Post { context, .. } = frame else { return Needs::default() };
        // What is said before hello is refused whatever the workspace says. A session that goes on
        // begins no conversation, and does not say again what the campaign said.
        let is_greeted = self.readers.get(&conn).is_some_and(|it| it.greeted);
        if !is_greeted || self.conversation.open_session().is_some() {
            return Needs::default();
        }
        let was_refused = self.rates.has_refused(now);
        let takes = (was_refused || self.is_unopened()) && self.takes(now, conn, frame, log);
        // It would be refused by what the workspace said a moment ago.
        if was_refused && !takes {
            return Needs::default();
        }
        let begins = self.is_unopened() && takes;
        let workspace = Some(if begins { Beforehand::Register } else { Beforehand::Facts });
        let campaign = context.campaign.clone().zip(context.variant).map(|(campaign, variant)| {
            AnsweredCampaign { campaign, variant, language: context.language.clone() }
        });
        Needs { workspace, campaign }
    }

    /// Whether something would be stored of a frame, by what is known so far: it is tried out on a copy.
    fn takes(&self, now: Timestamp, conn: Conn, frame: &FromVisitor, log: &dyn Log) -> bool {
        let heard = Input::Visitor { conn, frame: frame.clone(), detection: None, said: None };
        let comes_to = self.clone().handle(now, heard, log);
        comes_to.iter().any(|it| matches!(it, Output::Store(batch) if !batch.events.is_empty()))
    }

    /// Whether a visitor with this pass may use the HTTP routes of the conversation.
    ///
    /// # Errors
    ///
    /// The refusal to answer with.
    pub fn admit(&self, pass: VisitorCredentials) -> Result<(), Refusal> {
        if self.is_blocked() {
            Err(Refusal::Blocked)
        } else if self.facts.site_deleted {
            Err(Refusal::NotFound)
        } else if pass.generation < self.standing.generation {
            Err(Refusal::Unauthorized)
        } else {
            Ok(())
        }
    }

    /// Whether a visitor with this pass may log out. Whoever is blocked may, once: a block that is taken
    /// back must not let in again a browser that somebody has left.
    ///
    /// # Errors
    ///
    /// The refusal to answer with.
    // RM110
    pub fn may_log_out(&self, pass: VisitorCredentials) -> Result<(), Refusal> {
        match self.admit(pass) {
            // Of a block it is said before anything else, so the rest is asked here.
            Err(Refusal::Blocked) if pass.generation < self.standing.generation => {
                Err(Refusal::Unauthorized)
            }
            Ok(()) | Err(Refusal::Blocked) => Ok(()),
            Err(refusal) => Err(refusal),
        }
    }

    /// Whether somebody may upload another file, who has `n_pending` that were not sent yet. For a
    /// visitor the pass is checked, for an agent the grant and the right to write here.
    ///
    /// # Errors
    ///
    /// The refusal to answer with.
    // RM34
    pub fn may_upload(
        &self,
        now: Timestamp,
        who: &Principal,
        n_pending: usize,
    ) -> Result<(), Refusal> {
        match who {
            Principal::Visitor(pass) => self.admit(*pass)?,
            Principal::Agent(grant) => {
                let agent = self.agent(now, grant).map_err(|_| Refusal::Unauthorized)?;
                if !self.may(&agent, Action::Note) {
                    return Err(Refusal::Forbidden);
                }
            }
        }
        if limits::PENDING_FILES <= n_pending { Err(Refusal::TooManyFiles) } else { Ok(()) }
    }

    /// Whether an upload that was allowed when it began is still allowed when all its bytes are there.
    /// It may have taken longer than a grant holds; what counts is whether rights changed meanwhile.
    ///
    /// # Errors
    ///
    /// The refusal to answer with.
    // RM34
    pub fn may_finish_upload(&self, who: &Principal) -> Result<(), Refusal> {
        let began = match who {
            Principal::Visitor(_) => Timestamp::default(),
            Principal::Agent(grant) => {
                Timestamp::from_millis(grant.expires.as_millis().saturating_sub(1))
            }
        };
        self.may_upload(began, who, 0)
    }

    /// Whether a member sees what lies here masked, if they may still view it.
    ///
    /// # Errors
    ///
    /// [`Refusal::Unauthorized`] if the grant does not hold, [`Refusal::NotFound`] if the conversation
    /// is not for them to view, or not any more.
    // RM56
    pub fn is_masked_for(&self, now: Timestamp, grant: &Grant) -> Result<bool, Refusal> {
        let agent = self.agent(now, grant).map_err(|_| Refusal::Unauthorized)?;
        Ok(self.agent_view(&agent).ok_or(Refusal::NotFound)?.masked)
    }

    /// When the room wants to hear [`Input::Fired`] next.
    #[must_use]
    pub fn alarm(&self) -> Option<Timestamp> {
        self.alarm
    }

    /// The row that survives erasure.
    #[must_use]
    pub fn standing(&self) -> ConversationRecord {
        self.standing
    }

    /// The state as it stands, to wake from without the log before it.
    #[must_use]
    pub fn checkpoint(&self) -> Checkpoint {
        Checkpoint { conversation: self.conversation.clone(), transcript: self.transcript.clone() }
    }

    fn is_blocked(&self) -> bool {
        self.standing.blocked || self.conversation.is_blocked()
    }
}
