//! Who is let in, and for how long.

use inbox_core::{
    Actor, Agent, Command, masking,
    permission::{Action, SessionFacts, may},
};
use inbox_protocol::{CloseCode, Refusal, VERSION};
use inbox_types::{Language, MemberId, Name, Timestamp, limits};

use super::{Input, Room, turn::Turn};
use crate::{
    AgentView, Conn, Connection, Facts, Grant, Output, Principal, View, facts::keep_newer,
};

/// Why a grant does not hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum GrantError {
    /// Too old, or of rights that have changed: get a new one.
    Outdated,
    /// Of somebody who is not of the team any more.
    Removed,
}

impl GrantError {
    fn code(self) -> CloseCode {
        match self {
            Self::Outdated => CloseCode::Unauthorized,
            Self::Removed => CloseCode::Gone,
        }
    }
}

/// The version to speak with a browser of `version`; none if it is not served.
// RM4
pub(crate) fn negotiate(version: u16) -> Option<u16> {
    let oldest = VERSION.saturating_sub(1).max(1);
    (oldest <= version).then_some(version.min(VERSION))
}

impl Room {
    /// With which code a socket of this person is closed at once; none if they may come in. The shell asks
    /// this before a socket counts among those of a side.
    // RM20, RM27, RM170
    #[must_use]
    pub fn turns_away(&self, now: Timestamp, who: &Principal) -> Option<CloseCode> {
        match who {
            Principal::Visitor(pass) => match self.admit(*pass) {
                Ok(()) => None,
                Err(Refusal::Unauthorized) => Some(CloseCode::Unauthorized),
                Err(_) => Some(CloseCode::Gone),
            },
            Principal::Agent(grant) => match self.agent(now, grant) {
                // A socket that may not view must not even take another one's place.
                Ok(agent) if !self.may_enter(&agent) => Some(CloseCode::Gone),
                Ok(_) => None,
                Err(error) => Some(error.code()),
            },
        }
    }

    pub(super) fn connect(&mut self, turn: &mut Turn<'_>, conn: Conn, who: Principal) {
        if let Some(code) = self.turns_away(turn.now, &who) {
            turn.told.push(Output::Close { conn, code });
            return;
        }
        self.make_room(turn, &who);
        let reader = Connection::of(who);
        self.readers.insert(conn, reader.clone());
        turn.told.push(Output::Remember { conn, reader });
    }

    /// The oldest socket goes: it is the likeliest to be a half-open remainder.
    // RM16
    fn make_room(&mut self, turn: &mut Turn<'_>, who: &Principal) {
        let (limit, is_visitor) = match who {
            Principal::Visitor(_) => (limits::VISITOR_SOCKETS, true),
            Principal::Agent(_) => (limits::AGENT_SOCKETS, false),
        };
        let same: Vec<Conn> = self
            .readers
            .iter()
            .filter(|(_, reader)| matches!(reader.who, Principal::Visitor(_)) == is_visitor)
            .map(|(conn, _)| *conn)
            .collect();
        if limit <= same.len()
            && let Some(oldest) = same.first()
        {
            self.close(turn, *oldest, CloseCode::Rate);
        }
    }

    /// The connection that a frame came over, if the frame may be heard. Whoever speaks too fast, or before hello, is
    /// refused and closed.
    // RM1, RM15
    pub(super) fn listen(
        &mut self,
        turn: &mut Turn<'_>,
        conn: Conn,
        is_hello: bool,
        cost: u32,
    ) -> Option<Connection> {
        let reader = self.readers.get(&conn)?.clone();
        let in_time = match reader.who {
            Principal::Visitor(_) => self.rates.allow_visitor(turn.now, conn, cost),
            Principal::Agent(_) => self.rates.allow(turn.now, conn, cost),
        };
        if !in_time {
            self.refuse(turn, conn, Refusal::Rate);
            self.close(turn, conn, CloseCode::Rate);
            return None;
        }
        // Hello is answered with all that was missed, so it is said once.
        if reader.greeted == is_hello {
            let reason = if is_hello { Refusal::State } else { Refusal::HelloFirst };
            self.refuse(turn, conn, reason);
            self.close(turn, conn, CloseCode::Protocol);
            return None;
        }
        Some(reader)
    }

    /// The agent of a grant that holds now. The rights are the grant's, the name is today's.
    pub(super) fn agent(&self, now: Timestamp, grant: &Grant) -> Result<Agent, GrantError> {
        let member = self.facts.members.get(&grant.agent);
        if member.is_some_and(|it| it.removed) {
            return Err(GrantError::Removed);
        }
        if grant.expires <= now || member.is_some_and(|it| grant.version < it.version) {
            return Err(GrantError::Outdated);
        }
        Ok(self.agent_of(grant))
    }

    fn agent_of(&self, grant: &Grant) -> Agent {
        Agent {
            id: grant.agent.clone(),
            name: self.name_of(&grant.agent),
            role: grant.role,
            departments: grant.departments.clone(),
        }
    }

    /// A colleague as the workspace knows them.
    pub(super) fn colleague(&self, id: &MemberId) -> Option<Agent> {
        self.facts.members.get(id).filter(|it| !it.removed).map(|it| it.agent(id))
    }

    fn name_of(&self, id: &MemberId) -> Name {
        let known = self.facts.members.get(id).map(|it| it.name.clone());
        known.unwrap_or_else(|| {
            Name::cut(id.as_str()).expect("an id is neither empty nor longer than a name")
        })
    }

    pub(super) fn may(&self, agent: &Agent, action: Action) -> bool {
        may(agent, &SessionFacts::of(&self.conversation), &self.facts.workspace, action)
    }

    /// Whether an agent may have a socket here: whoever may view, and whoever can keep what is to
    /// be erased by unblocking, who is shown nothing of it.
    fn may_enter(&self, agent: &Agent) -> bool {
        self.agent_view(agent).is_some() || self.may_keep(agent)
    }

    /// Whether it is hidden from this agent, but can be kept by them.
    // RM42
    pub(super) fn may_keep(&self, agent: &Agent) -> bool {
        self.conversation.purge_at().is_some() && self.may(agent, Action::Block)
    }

    /// Whether a reader is one who can keep what is to be erased.
    pub(super) fn keeps(&self, reader: &Connection) -> bool {
        match &reader.who {
            Principal::Agent(grant) => self.may_keep(&self.agent_of(grant)),
            Principal::Visitor(_) => false,
        }
    }

    /// Through whose eyes each greeted connection reads, if it may.
    pub(super) fn views(&self) -> Vec<(Conn, View)> {
        let session = SessionFacts::of(&self.conversation);
        let greeted = self.readers.iter().filter(|(_, reader)| reader.greeted);
        greeted
            .filter_map(|(conn, reader)| match &reader.who {
                Principal::Visitor(_) => Some((*conn, View::Visitor)),
                Principal::Agent(grant) => {
                    let view = self.view_of(&self.agent_of(grant), &session);
                    view.map(|view| (*conn, View::Agent(view)))
                }
            })
            .collect()
    }

    /// How an agent sees the conversation, if they may view it.
    pub(super) fn agent_view(&self, agent: &Agent) -> Option<AgentView> {
        self.view_of(agent, &SessionFacts::of(&self.conversation))
    }

    fn view_of(&self, agent: &Agent, session: &SessionFacts) -> Option<AgentView> {
        let Facts { site, workspace, .. } = &self.facts;
        may(agent, session, workspace, Action::View).then(|| AgentView {
            agent: agent.id.clone(),
            whispers: may(agent, session, workspace, Action::Supervise),
            masked: masking::applies(agent, session, site, workspace),
        })
    }

    pub(super) fn visitors(&self) -> Vec<Conn> {
        let visitors =
            self.readers.iter().filter(|(_, it)| matches!(it.who, Principal::Visitor(_)));
        visitors.map(|(conn, _)| *conn).collect()
    }

    pub(super) fn greeted_visitors(&self) -> Vec<(Conn, Vec<Language>)> {
        let greeted = self.readers.iter().filter(|(_, reader)| reader.greeted);
        greeted
            .filter_map(|(conn, reader)| match &reader.who {
                Principal::Visitor(_) => Some((*conn, reader.languages.clone())),
                Principal::Agent(_) => None,
            })
            .collect()
    }

    pub(super) fn greeted_agents(&self) -> Vec<(Conn, Agent)> {
        let greeted = self.readers.iter().filter(|(_, reader)| reader.greeted);
        greeted
            .filter_map(|(conn, reader)| match &reader.who {
                Principal::Agent(grant) => Some((*conn, self.agent_of(grant))),
                Principal::Visitor(_) => None,
            })
            .collect()
    }

    pub(super) fn agents_of(&self, agent: &MemberId) -> Vec<Conn> {
        self.readers
            .iter()
            .filter(|(_, reader)| match &reader.who {
                Principal::Agent(grant) => grant.agent == *agent,
                Principal::Visitor(_) => false,
            })
            .map(|(conn, _)| *conn)
            .collect()
    }

    pub(super) fn renew(&mut self, turn: &mut Turn<'_>, conn: Conn, grant: Option<Grant>) {
        let Some(reader) = self.listen(turn, conn, false, 1) else { return };
        let same_agent = match (&reader.who, &grant) {
            (Principal::Agent(old), Some(new)) => old.agent == new.agent,
            (Principal::Agent(_) | Principal::Visitor(_), _) => false,
        };
        let Some(grant) = grant.filter(|_| same_agent) else {
            self.refuse(turn, conn, Refusal::Unauthorized);
            self.close(turn, conn, CloseCode::Unauthorized);
            return;
        };
        if let Err(error) = self.agent(turn.now, &grant) {
            self.refuse(turn, conn, Refusal::Unauthorized);
            self.close(turn, conn, error.code());
            return;
        }
        let reader = Connection { who: Principal::Agent(grant), ..reader };
        self.readers.insert(conn, reader.clone());
        turn.told.push(Output::Remember { conn, reader });
    }

    /// The agent who speaks, whose grant is checked on every frame.
    // RM18
    pub(super) fn speaker(
        &mut self,
        turn: &mut Turn<'_>,
        conn: Conn,
        who: &Principal,
    ) -> Option<Agent> {
        let checked = match who {
            Principal::Agent(grant) => self.agent(turn.now, grant),
            Principal::Visitor(_) => Err(GrantError::Outdated),
        };
        match checked {
            Ok(agent) => Some(agent),
            Err(error) => {
                self.refuse(turn, conn, Refusal::Unauthorized);
                self.close(turn, conn, error.code());
                None
            }
        }
    }

    /// The visitor's page ends their tokens. Where nobody has said anything there is nobody to tell.
    pub(super) fn log_out(&mut self, turn: &mut Turn<'_>) {
        if !self.is_unopened() {
            let context = self.context(&[], 0);
            let _erased = self.request(turn, Actor::Visitor, Command::SignOut, &context);
        }
        self.revoke(turn);
    }

    /// Tokens made so far are worth nothing from now on.
    // RM29, RM47
    pub(super) fn revoke(&mut self, turn: &mut Turn<'_>) {
        self.next_generation();
        turn.batch.standing = Some(self.standing);
        for conn in self.visitors() {
            self.close(turn, conn, CloseCode::Unauthorized);
        }
    }

    pub(super) fn next_generation(&mut self) {
        self.standing.generation = self.standing.generation.saturating_add(1);
    }

    /// Settings and people changed: grants end, names change, sites go.
    pub(super) fn learn(&mut self, turn: &mut Turn<'_>, mut facts: Facts) {
        keep_newer(&self.facts.members, &mut facts.members);
        self.facts = facts;
        let ids: Vec<MemberId> = self.facts.members.keys().cloned().collect();
        for id in ids {
            let Some(member) = self.facts.members.get(&id) else { continue };
            let (version, removed, name) = (member.version, member.removed, member.name.clone());
            if removed {
                self.show_out(turn, &id);
                continue;
            }
            self.end_grants(turn, &id, version);
            // The transcript's names are compared, because a room that has just woken knows no
            // other facts than these.
            if self.is_called_otherwise(&id, &name) {
                let context = self.context(&[], 0);
                let agent = inbox_types::MemberCard { id, name };
                let renamed = Command::MemberRenamed { agent };
                let _no_part = self.request(turn, Actor::Desk, renamed, &context);
            }
        }
        if self.facts.site_deleted {
            let context = self.context(&[], 0);
            let _over = self.request(turn, Actor::Desk, Command::SiteDeleted, &context);
            for conn in self.visitors() {
                self.close(turn, conn, CloseCode::Gone);
            }
        }
        // Who answers what nobody owns may be another from now on. How that was before is not known to a
        // room that has just woken.
        // RM152
        let is_open = self.conversation.open_session().is_some();
        turn.tells_desk = is_open && self.conversation.owner().is_none();
        self.tell_conversation(turn);
    }

    /// Whoever only listens sends no frame on which the grant could be checked, so it is checked
    /// before anything is told. Whoever brings a new one, or is refused in person, may still speak.
    pub(super) fn end_old_grants(&mut self, turn: &mut Turn<'_>, input: &Input) {
        let speaks = match input {
            Input::Agent { conn, .. } | Input::Renewed { conn, .. } | Input::Closed { conn } => {
                Some(*conn)
            }
            Input::Connected { .. }
            | Input::Visitor { .. }
            | Input::Garbled { .. }
            | Input::Bridge { .. }
            | Input::BridgeAsks
            | Input::Fired
            | Input::Desk(_)
            | Input::Facts(_)
            | Input::Revoked => None,
        };
        let old: Vec<Conn> = self
            .readers
            .iter()
            .filter(|(conn, reader)| match &reader.who {
                Principal::Agent(grant) => grant.expires <= turn.now && Some(**conn) != speaks,
                Principal::Visitor(_) => false,
            })
            .map(|(conn, _)| *conn)
            .collect();
        for conn in old {
            self.close(turn, conn, CloseCode::Unauthorized);
        }
    }

    fn is_called_otherwise(&self, id: &MemberId, name: &Name) -> bool {
        let legs = self.conversation.session().map(|it| it.legs.as_slice()).unwrap_or_default();
        legs.iter().any(|leg| leg.agent.id == *id && leg.agent.name != *name)
    }

    /// Grants of an older version end; the console dials again with a newer one.
    // RM19
    pub(super) fn end_grants(&mut self, turn: &mut Turn<'_>, agent: &MemberId, version: u64) {
        let outdated: Vec<Conn> = self
            .readers
            .iter()
            .filter(|(_, reader)| match &reader.who {
                Principal::Agent(grant) => grant.agent == *agent && grant.version < version,
                Principal::Visitor(_) => false,
            })
            .map(|(conn, _)| *conn)
            .collect();
        for conn in outdated {
            self.close(turn, conn, CloseCode::Unauthorized);
        }
    }

    pub(super) fn remove_member(&mut self, turn: &mut Turn<'_>, agent: &MemberId) {
        self.show_out(turn, agent);
        self.leave_member(turn, agent);
    }

    fn show_out(&mut self, turn: &mut Turn<'_>, agent: &MemberId) {
        for conn in self.agents_of(agent) {
            self.close(turn, conn, CloseCode::Gone);
        }
    }
}

/// What the room knows of a member before the workspace's own word comes.
pub(super) fn note_version(facts: &mut Facts, agent: &MemberId, version: u64) {
    if let Some(member) = facts.members.get_mut(agent) {
        member.version = member.version.max(version);
    }
}

/// The same for a removal.
pub(super) fn note_removal(facts: &mut Facts, agent: &MemberId, to: Option<MemberId>) {
    if let Some(member) = facts.members.get_mut(agent) {
        member.removed = true;
        member.successor = to.or(member.successor.take());
    }
}
