//! One turn of a desk: what is stored, what is told, what is asked of conversations.

use std::collections::{BTreeMap, BTreeSet};

use inbox_core::{
    Agent,
    notification::Listener,
    ordering::{Row, next_level_at},
    routing,
};
use inbox_protocol::{CloseCode, ListQuery, Refusal, ToDesk};
use inbox_types::{ConversationId, MemberId, Millis, Presence, SiteId, Timestamp, limits};

use super::{Desk, DeskBatch, DeskOutput, Forgettable, PresenceRow, Signer, closed::DeskRows};
use crate::{Conn, DeskCommand, DeskConnection, Summary};

/// How long before its end a grant is replaced.
pub(super) const GRANT_RENEWAL: Millis = Millis::minutes(2);
/// The least time between two looks at what time alone changes.
pub(super) const PATIENCE: Millis = Millis::seconds(1);

/// What one input has come to so far.
pub(super) struct DeskTurn<'a> {
    pub(super) now: Timestamp,
    pub(super) signer: &'a dyn Signer,
    pub(super) batch: DeskBatch,
    pub(super) told: Vec<DeskOutput>,
    pub(super) commands: Vec<DeskOutput>,
    /// What was stored before this turn.
    pub(super) rows: &'a dyn DeskRows,
    /// Lists that are to be sent when this turn is stored.
    pub(super) lists: DueLists,
    /// This member's first console was greeted with a digest.
    pub(super) greeted: Option<MemberId>,
    /// Facts changed: everybody is told anew.
    pub(super) tells_workspace: bool,
    /// Their own lists changed: these consoles are told anew.
    pub(super) tells_views: Vec<Conn>,
    pub(super) before: TurnStart,
}

/// Which lists are to be sent once a turn is stored.
#[derive(Debug, Default)]
pub(super) struct DueLists {
    /// Any of them may have changed.
    pub(super) all: bool,
    /// What is over may have changed.
    pub(super) closed: bool,
    /// These conversations did; how they stood before, if they were known.
    pub(super) changed: BTreeMap<ConversationId, Option<Summary>>,
    /// This connection gets its list whether or not it changed.
    pub(super) asked: Option<Conn>,
    /// A later page that a connection asked for.
    pub(super) page: Option<DuePage>,
}

/// A page after the first one.
#[derive(Debug)]
pub(super) struct DuePage {
    pub(super) conn: Conn,
    pub(super) query: ListQuery,
    /// The place as the console has it.
    pub(super) before: String,
    pub(super) after: Row,
    /// Whether nothing but the first page of what is watched was asked for so far.
    pub(super) is_second: bool,
}

/// How things stood before a turn, which is how they stood after the one before it.
#[derive(Debug)]
pub(super) struct TurnStart {
    pub(super) states: States,
    /// The allocation notices that hold.
    pub(super) allocated: BTreeSet<(MemberId, ConversationId)>,
}

/// How everybody is, and how many sessions they have; by member.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct States(Vec<(MemberId, (Presence, u32))>);

impl States {
    pub(super) fn get(&self, member: &MemberId) -> Option<(Presence, u32)> {
        let found = self.0.binary_search_by(|(it, _)| it.cmp(member));
        found.ok().map(|at| self.0[at].1)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &(MemberId, (Presence, u32))> {
        self.0.iter()
    }
}

impl<'a> DeskTurn<'a> {
    pub(super) fn new(
        desk: &mut Desk,
        now: Timestamp,
        signer: &'a dyn Signer,
        rows: &'a dyn DeskRows,
    ) -> Self {
        let before = desk.forgettable.before.take();
        let before = before
            .unwrap_or_else(|| TurnStart { states: desk.states(), allocated: desk.allocations() });
        Self {
            now,
            signer,
            batch: DeskBatch::default(),
            told: Vec::new(),
            commands: Vec::new(),
            rows,
            lists: DueLists::default(),
            greeted: None,
            tells_workspace: false,
            tells_views: Vec::new(),
            before,
        }
    }

    pub(super) fn tell(&mut self, conn: Conn, frame: ToDesk) {
        self.told.push(DeskOutput::Tell { conn, frame });
    }

    pub(super) fn refuse(&mut self, conn: Conn, reason: Refusal) {
        self.tell(conn, ToDesk::Refused { reason });
    }

    pub(super) fn command(&mut self, conversation: ConversationId, command: DeskCommand) {
        self.commands.push(DeskOutput::Command { conversation, command });
    }
}

impl Desk {
    /// The connection that a frame came over, if the frame may be heard; else it is refused.
    // DK1
    pub(super) fn listen(
        &mut self,
        turn: &mut DeskTurn<'_>,
        conn: Conn,
        is_hello: bool,
        cost: u32,
    ) -> Option<DeskConnection> {
        let reader = self.readers.get(&conn)?.clone();
        if !self.forgettable.rates.allow(turn.now, conn, cost) {
            turn.tell(conn, ToDesk::Refused { reason: Refusal::Rate });
            self.close(turn, conn, CloseCode::Rate);
            return None;
        }
        if reader.greeted == is_hello {
            let reason = if is_hello { Refusal::State } else { Refusal::HelloFirst };
            turn.tell(conn, ToDesk::Refused { reason });
            self.close(turn, conn, CloseCode::Protocol);
            return None;
        }
        Some(reader)
    }

    pub(super) fn remember(&mut self, turn: &mut DeskTurn<'_>, conn: Conn, reader: DeskConnection) {
        self.readers.insert(conn, reader.clone());
        turn.told.push(DeskOutput::Remember { conn, reader });
    }

    pub(super) fn forget(&mut self, conn: Conn) {
        self.readers.remove(&conn);
        self.forgettable.rates.forget(conn);
        self.forgettable.sent.remove(&conn);
    }

    pub(super) fn close(&mut self, turn: &mut DeskTurn<'_>, conn: Conn, code: CloseCode) {
        if self.readers.contains_key(&conn) {
            self.forget(conn);
            turn.told.push(DeskOutput::Close { conn, code });
        }
    }

    /// Puts the turn into the order of the contract: store, then tell. What time has changed, and
    /// what the input made possible, is looked at after every input.
    pub(super) fn finish(&mut self, mut turn: DeskTurn<'_>) -> Vec<DeskOutput> {
        self.end_reservations(turn.now);
        self.end_bulks(&mut turn);
        self.assign(&mut turn);
        let states = self.states();
        self.tell_people(&mut turn, &states);
        let allocated = self.allocations();
        self.tell_allocations(&mut turn, &allocated);
        self.tell_waits(&mut turn);
        self.renew_grants(&mut turn);
        turn.lists.all |= turn.tells_workspace;
        turn.lists.closed |= turn.tells_workspace;

        let mut outputs = Vec::with_capacity(turn.told.len() + turn.commands.len() + 2);
        let DeskBatch { presences, summaries, erased, sockets, bulks, urgent: _ } = &turn.batch;
        let is_empty = presences.is_empty() && summaries.is_empty() && bulks.is_empty();
        if !(is_empty && erased.is_empty() && sockets.is_empty()) {
            outputs.push(DeskOutput::Store(turn.batch));
        }
        outputs.append(&mut turn.told);
        outputs.append(&mut turn.commands);
        let alarm = self.next_alarm(turn.now);
        if alarm != self.alarm {
            self.alarm = alarm;
            outputs.push(DeskOutput::Alarm(alarm));
        }
        self.forgettable.lists = turn.lists;
        self.forgettable.before = Some(TurnStart { states, allocated });
        outputs
    }

    /// When time alone changes something next.
    fn next_alarm(&self, now: Timestamp) -> Option<Timestamp> {
        let losses = self.presences.values().filter(|row| !row.offline).filter_map(|row| {
            // Offline is who has been away for longer than the span.
            row.lost_at.map(|at| at.after(limits::OFFLINE_AFTER).after(Millis(1)))
        });
        let Forgettable { reserved, wanted, .. } = &self.forgettable;
        let reservations = reserved.values().chain(wanted.values()).map(|it| it.until);
        let refused = self.forgettable.refused.values().flat_map(BTreeMap::values).copied();
        let strays = self.forgettable.strays.iter().map(|it| it.0);
        let grants = self.readers.values().filter(|it| it.greeted);
        let grants = grants.map(|it| it.granted_at.after(GRANT_RENEWAL));
        let anybody = self.readers.values().any(|it| it.greeted);
        let waits = self.open.iter().filter(|_| anybody).filter_map(|id| {
            next_level_at(self.summaries.get(id)?.session.customer_waiting_since, now)
        });
        let first = losses
            .chain(reservations)
            .chain(refused)
            .chain(self.patience_ends())
            .chain(strays)
            .chain(grants)
            .chain(waits)
            .min()?;
        Some(first.max(now.after(PATIENCE)))
    }

    pub(super) fn agent(&self, id: &MemberId) -> Option<Agent> {
        self.facts.members.get(id).filter(|it| !it.removed).map(|it| it.agent(id))
    }

    pub(super) fn presence_of(&self, member: &MemberId) -> Presence {
        match self.presences.get(member) {
            Some(row) if !row.offline => row.chosen,
            Some(_) | None => Presence::Offline,
        }
    }

    pub(super) fn row_of(&self, member: &MemberId) -> Option<PresenceRow> {
        self.presences.get(member).cloned()
    }

    /// How everybody is, and how many sessions they have.
    pub(super) fn states(&self) -> States {
        let mut loads: BTreeMap<&MemberId, u32> = BTreeMap::new();
        for owner in self.open_summaries().filter_map(|it| it.session.owner.as_ref()) {
            *loads.entry(owner).or_default() += 1;
        }
        let members = self.facts.members.iter().filter(|(_, it)| !it.removed);
        let states = members.map(|(id, _)| {
            let load = loads.get(id).copied().unwrap_or_default();
            (id.clone(), (self.presence_of(id), load))
        });
        States(states.collect())
    }

    /// A member's open sessions.
    pub(super) fn load(&self, member: &MemberId) -> u32 {
        let owned = self.open_summaries().filter(|it| it.session.owner.as_ref() == Some(member));
        u32::try_from(owned.count()).unwrap_or(u32::MAX)
    }

    pub(super) fn open_summaries(&self) -> impl Iterator<Item = &Summary> {
        self.open.iter().filter_map(|id| self.summaries.get(id))
    }

    /// How a conversation stands, whether or not it is held in memory.
    // DK37
    pub(super) fn known(&self, turn: &DeskTurn<'_>, id: &ConversationId) -> Option<Summary> {
        self.summaries.get(id).cloned().or_else(|| turn.rows.summary(id))
    }

    pub(super) fn consoles_of(&self, member: &MemberId) -> Vec<Conn> {
        let mine = self.readers.iter().filter(|(_, it)| it.member == *member);
        mine.map(|(conn, _)| *conn).collect()
    }

    pub(super) fn greeted(&self) -> impl Iterator<Item = (Conn, &MemberId)> {
        let greeted = self.readers.iter().filter(|(_, it)| it.greeted);
        greeted.map(|(conn, it)| (*conn, &it.member))
    }

    pub(super) fn tell_member(&self, turn: &mut DeskTurn<'_>, member: &MemberId, frame: &ToDesk) {
        for (conn, _) in self.greeted().filter(|(_, it)| *it == member) {
            turn.tell(conn, frame.clone());
        }
    }

    /// Everybody who might be told of something in a conversation.
    pub(super) fn listeners(&self, conversation: &ConversationId) -> Vec<Listener> {
        let connected: BTreeSet<&MemberId> = self.greeted().map(|(_, it)| it).collect();
        connected
            .into_iter()
            .filter_map(|id| {
                let focused = self
                    .readers
                    .values()
                    .any(|it| it.member == *id && it.focus.as_ref() == Some(conversation));
                Some(Listener { agent: self.agent(id)?, presence: self.presence_of(id), focused })
            })
            .collect()
    }

    pub(super) fn masks(&self, site: &SiteId) -> bool {
        // A site that the desk does not know (any more) is masked.
        let known = self.facts.sites.iter().find(|it| it.summary.id == *site);
        known.is_none_or(|it| it.mask_sensitive)
    }

    pub(super) fn chosen_by_default(&self, member: &MemberId) -> Presence {
        use inbox_types::Role;
        let role = self.facts.members.get(member).map(|it| it.role);
        match role {
            Some(Role::TeamLead | Role::Agent | Role::SalesManager | Role::Salesperson) => {
                Presence::Available
            }
            Some(Role::Owner | Role::Admin | Role::Supervisor | Role::Marketer | Role::Auditor)
            | None => Presence::Away(inbox_types::AwayReason::default()),
        }
    }

    pub(super) fn effective(row: &PresenceRow, now: Timestamp) -> Presence {
        routing::presence(row.chosen, row.lost_at, now)
    }
}
