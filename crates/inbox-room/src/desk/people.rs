//! Who is how: presence is the one thing that only the desk knows.

use std::collections::BTreeSet;

use inbox_core::{
    permission::{Action, may_ever},
    routing,
};
use inbox_protocol::{CloseCode, Refusal, ToDesk};
use inbox_types::{ConversationId, MemberId, Presence, Timestamp, limits};

use super::{
    Desk, DeskOutput, PresenceRow,
    turn::{DeskTurn, GRANT_RENEWAL, States},
};
use crate::{AgentSocket, Conn, DeskCommand, DeskConnection, DeskFacts, SocketsRow, Summary, wire};

impl Desk {
    /// With which code a console of this member, let in with these rights, is closed at once; none if it
    /// may come in. The shell asks this before the socket counts.
    // RM170
    #[must_use]
    pub fn turns_away(&self, member: &MemberId, rights: u64) -> Option<CloseCode> {
        // It may have been on its way here while its sign-in ended (DK34).
        let comes_in = self.works_here(member) && !self.is_signed_out(member, rights);
        // Whoever is of the team, but not at the desk, asks anew who they are.
        let code = match self.agent(member) {
            Some(_) => CloseCode::Unauthorized,
            None => CloseCode::Gone,
        };
        (!comes_in).then_some(code)
    }

    // DK20
    pub(super) fn connect(
        &mut self,
        turn: &mut DeskTurn<'_>,
        conn: Conn,
        member: &MemberId,
        rights: u64,
    ) {
        if let Some(code) = self.turns_away(member, rights) {
            turn.told.push(DeskOutput::Close { conn, code });
            return;
        }
        let consoles = self.consoles_of(member);
        if limits::AGENT_SOCKETS <= consoles.len()
            && let Some(oldest) = consoles.first()
        {
            self.close(turn, *oldest, CloseCode::Rate);
        }
        let reader = DeskConnection {
            member: member.clone(),
            greeted: false,
            version: 0,
            granted_at: turn.now,
            watch: None,
            focus: None,
            older: false,
            rights,
        };
        self.remember(turn, conn, reader);
        self.come_back(turn, member);
    }

    /// Whether a member has anything to do at the desk: marketers read neither lists nor settings.
    // DK30
    pub(super) fn works_here(&self, member: &MemberId) -> bool {
        self.agent(member).is_some_and(|it| may_ever(it.role, &self.facts.settings, Action::View))
    }

    /// Whether the sign-in of a console that was dialled with these rights has ended.
    fn is_signed_out(&self, member: &MemberId, rights: u64) -> bool {
        self.facts.members.get(member).is_some_and(|it| rights < it.signed_out)
    }

    /// Whoever is signed out hears nothing more, not even that they are (DK34).
    fn close_signed_out(&mut self, turn: &mut DeskTurn<'_>) {
        let signed_out = |(conn, it): (&Conn, &DeskConnection)| {
            let is_here = self.agent(&it.member).is_some();
            (is_here && self.is_signed_out(&it.member, it.rights)).then_some(*conn)
        };
        let consoles: Vec<Conn> = self.readers.iter().filter_map(signed_out).collect();
        for conn in consoles {
            self.close(turn, conn, CloseCode::Unauthorized);
        }
    }

    /// A connection brings back what was chosen, RONA included.
    fn come_back(&mut self, turn: &mut DeskTurn<'_>, member: &MemberId) {
        let row = self.row_of(member).unwrap_or_else(|| PresenceRow {
            member: member.clone(),
            chosen: self.chosen_by_default(member),
            offline: true,
            lost_at: None,
            idle_since: turn.now,
            bulks: Vec::new(),
        });
        let was_offline = row.offline;
        if was_offline || row.lost_at.is_some() {
            self.set_row(turn, PresenceRow { offline: false, lost_at: None, ..row });
        }
        if was_offline {
            self.say_presence(turn, member);
        }
    }

    pub(super) fn lose(&mut self, turn: &mut DeskTurn<'_>, conn: Conn) {
        self.forget(conn);
        self.notice_lost(turn);
    }

    /// Who has no connection any more, and who has had none for too long. Called first in every
    /// turn, because a restarted desk has lost connections without being told.
    // DK6
    pub(super) fn notice_lost(&mut self, turn: &mut DeskTurn<'_>) {
        let connected: BTreeSet<&MemberId> = self.readers.values().map(|it| &it.member).collect();
        let here = self.presences.values().filter(|it| !it.offline);
        let lost: Vec<PresenceRow> =
            here.filter(|it| !connected.contains(&it.member)).cloned().collect();
        for mut row in lost {
            let before = row.clone();
            row.lost_at = row.lost_at.or(Some(turn.now));
            row.offline = Self::effective(&row, turn.now) == Presence::Offline;
            if row != before {
                self.set_row(turn, row.clone());
            }
            if row.offline {
                self.say_presence(turn, &row.member);
            }
        }
    }

    pub(super) fn choose_presence(
        &mut self,
        turn: &mut DeskTurn<'_>,
        conn: Conn,
        member: &MemberId,
        presence: Presence,
    ) {
        // Whoever only reads is asked nothing, so nobody waits to know how they are.
        let answers = self
            .agent(member)
            .is_some_and(|it| may_ever(it.role, &self.facts.settings, Action::Reply));
        if !answers {
            turn.refuse(conn, Refusal::Forbidden);
            return;
        }
        match routing::choose(presence) {
            Ok(chosen) => {
                // DK113
                let row = self.row_of(member).filter(|it| it.chosen != chosen);
                let Some(row) = row else { return };
                self.set_row(turn, PresenceRow { chosen, ..row });
                self.say_presence(turn, member);
            }
            Err(rejection) => {
                turn.tell(conn, ToDesk::Refused { reason: wire::refusal(rejection) });
            }
        }
    }

    pub(super) fn set_row(&mut self, turn: &mut DeskTurn<'_>, row: PresenceRow) {
        turn.batch.presences.retain(|it| it.member != row.member);
        turn.batch.presences.push(PresenceRow { bulks: Vec::new(), ..row.clone() });
        self.presences.insert(row.member.clone(), row);
    }

    /// Tells the conversations that depend on how somebody is.
    pub(super) fn say_presence(&self, turn: &mut DeskTurn<'_>, member: &MemberId) {
        let presence = self.presence_of(member);
        let since = self.offline_since(member);
        let depend: Vec<ConversationId> = self
            .open_summaries()
            .filter(|it| depends_on(it, member))
            .map(|it| it.conversation.clone())
            .collect();
        for conversation in depend {
            let agent = member.clone();
            turn.command(conversation, DeskCommand::Presence { agent, presence, since });
        }
    }

    /// When somebody who is offline was last connected; whoever never was, was so before everything.
    pub(super) fn offline_since(&self, member: &MemberId) -> Option<Timestamp> {
        let row = self.presences.get(member);
        (self.presence_of(member) == Presence::Offline)
            .then(|| row.and_then(|it| it.lost_at).unwrap_or_default())
    }

    /// Everybody whose presence or load changed in this turn.
    // DK19
    pub(super) fn tell_people(&self, turn: &mut DeskTurn<'_>, states: &States) {
        for (conn, member) in self.greeted() {
            if (turn.tells_workspace || turn.tells_views.contains(&conn))
                && let Some(welcome) = self.welcome(turn, conn, member)
            {
                turn.tell(conn, ToDesk::Workspace(Box::new(welcome)));
            }
        }
        if turn.tells_workspace {
            return;
        }
        for (member, (presence, load)) in states.iter() {
            let (presence, load) = (*presence, *load);
            if turn.before.states.get(member) == Some((presence, load)) {
                continue;
            }
            for (conn, _) in self.greeted() {
                let member = member.clone();
                turn.tell(conn, ToDesk::Presence { member, presence, load });
            }
        }
    }

    /// A console gets a newer grant before the old one ends.
    // DK15
    pub(super) fn renew_grants(&mut self, turn: &mut DeskTurn<'_>) {
        let due: Vec<(Conn, DeskConnection)> = self
            .readers
            .iter()
            .filter(|(_, it)| it.greeted && GRANT_RENEWAL <= turn.now.since(it.granted_at))
            .map(|(conn, it)| (*conn, it.clone()))
            .collect();
        for (conn, reader) in due {
            self.send_grant(turn, conn, reader);
        }
    }

    fn send_grant(&mut self, turn: &mut DeskTurn<'_>, conn: Conn, reader: DeskConnection) {
        let Some(grant) = self.signed_grant(turn, &reader.member) else { return };
        self.remember(turn, conn, DeskConnection { granted_at: turn.now, ..reader });
        turn.tell(conn, ToDesk::Grant { grant });
    }

    pub(super) fn signed_grant(&self, turn: &DeskTurn<'_>, member: &MemberId) -> Option<String> {
        self.grant(turn.now, member).map(|grant| turn.signer.sign(&grant))
    }

    /// Settings or people changed: revocations go where the member is, and whoever is shown something
    /// else is told.
    // DK120
    pub(super) fn learn(&mut self, turn: &mut DeskTurn<'_>, facts: DeskFacts, again: bool) {
        let facts = facts.after(&self.facts);
        let before = std::mem::replace(&mut self.facts, facts);
        turn.tells_workspace = again || self.facts.shows_otherwise(&before);
        turn.tells_views = self
            .greeted()
            .filter(|(_, member)| self.facts.views_of(member) != before.views_of(member))
            .map(|(conn, _)| conn)
            .collect();
        // Before anybody is sent a grant of today.
        self.close_signed_out(turn);
        let members: Vec<MemberId> = self.facts.members.keys().cloned().collect();
        for id in members {
            let (Some(old), Some(new)) = (before.members.get(&id), self.facts.members.get(&id))
            else {
                continue;
            };
            let (was_removed, old_version) = (old.removed, old.version);
            let (is_removed, version) = (new.removed, new.version);
            let changed = !is_removed && old_version != version;
            if is_removed && !was_removed {
                self.remove_member(turn, &id);
            } else if changed && self.works_here(&id) {
                self.say_rights(turn, &id, version);
                for conn in self.consoles_of(&id) {
                    if let Some(reader) = self.readers.get(&conn).filter(|it| it.greeted).cloned() {
                        self.send_grant(turn, conn, reader);
                    }
                }
            } else if changed {
                self.show_out(turn, &id, version);
            }
        }
        self.notice_lost(turn);
        self.have_all_look(turn);
    }

    /// Grants of an older version end wherever the member has a socket.
    // DK16
    fn say_rights(&self, turn: &mut DeskTurn<'_>, member: &MemberId, version: u64) {
        let open = self.open_summaries().filter(|it| has_part(it, member));
        let open: BTreeSet<ConversationId> = open.map(|it| it.conversation.clone()).collect();
        for conversation in self.looks_at(turn, member).union(&open).cloned() {
            let agent = member.clone();
            turn.command(conversation, DeskCommand::RightsChanged { agent, version });
        }
    }

    /// Still of the team, but with nothing to do here any more.
    fn show_out(&mut self, turn: &mut DeskTurn<'_>, member: &MemberId, version: u64) {
        self.say_rights(turn, member, version);
        for conn in self.consoles_of(member) {
            self.close(turn, conn, CloseCode::Unauthorized);
        }
        if let Some(row) = self.row_of(member).filter(|it| !it.offline) {
            let lost_at = row.lost_at.or(Some(turn.now));
            self.set_row(turn, PresenceRow { offline: true, lost_at, ..row });
            self.say_presence(turn, member);
        }
    }

    /// A conversation says which agents have a socket there. Whoever came with rights that are over
    /// by now is told to it at once: the change was said before anybody knew of the socket.
    pub(super) fn note_sockets(
        &mut self,
        turn: &mut DeskTurn<'_>,
        conversation: &ConversationId,
        up_to: Conn,
        agents: Vec<AgentSocket>,
    ) {
        for it in &agents {
            let Some(member) = self.facts.members.get(&it.agent) else { continue };
            let agent = it.agent.clone();
            if member.removed {
                let to = member.successor.clone();
                turn.command(conversation.clone(), DeskCommand::MemberRemoved { agent, to });
            } else if it.version < member.version {
                let version = member.version;
                turn.command(conversation.clone(), DeskCommand::RightsChanged { agent, version });
            }
        }
        let before = self.sockets.get(conversation).cloned().unwrap_or_default();
        let mut after = agents;
        after.extend(before.iter().filter(|it| up_to < it.conn).cloned());
        after.sort_by_key(|it| it.conn);
        after.dedup_by_key(|it| it.conn);
        if after == before {
            return;
        }
        if after.is_empty() {
            self.sockets.remove(conversation);
        } else {
            self.sockets.insert(conversation.clone(), after.clone());
        }
        turn.batch.sockets.retain(|it| it.conversation != *conversation);
        let conversation = conversation.clone();
        turn.batch.sockets.push(SocketsRow { conversation, agents: after });
    }

    fn remove_member(&mut self, turn: &mut DeskTurn<'_>, member: &MemberId) {
        let to = self.facts.members.get(member).and_then(|it| it.successor.clone());
        for conversation in self.places_of(turn, member) {
            let (agent, to) = (member.clone(), to.clone());
            turn.command(conversation, DeskCommand::MemberRemoved { agent, to });
        }
        for conn in self.consoles_of(member) {
            self.close(turn, conn, CloseCode::Gone);
        }
        if let Some(row) = self.row_of(member) {
            let lost_at = row.lost_at.or(Some(Timestamp::default()));
            self.set_row(turn, PresenceRow { offline: true, lost_at, ..row });
        }
    }

    /// Where a member is or takes part, as far as the desk knows.
    fn places_of(&self, turn: &DeskTurn<'_>, member: &MemberId) -> BTreeSet<ConversationId> {
        let part = self.summaries.values().filter(|it| has_part(it, member));
        let part = part.map(|it| it.conversation.clone());
        self.looks_at(turn, member).into_iter().chain(part).collect()
    }

    /// Where a member has a socket, or is about to. A console can name any conversation; being asked
    /// would make an object of one that there is not.
    // DK112
    fn looks_at(&self, turn: &DeskTurn<'_>, member: &MemberId) -> BTreeSet<ConversationId> {
        let consoles = self.readers.values().filter(|it| it.member == *member);
        let focused = consoles.filter_map(|it| it.focus.clone());
        let focused = focused.filter(|it| self.known(turn, it).is_some());
        let with_socket = self
            .sockets
            .iter()
            .filter(|(_, agents)| agents.iter().any(|it| it.agent == *member))
            .map(|(conversation, _)| conversation.clone());
        focused.chain(with_socket).collect()
    }
}

fn depends_on(summary: &Summary, member: &MemberId) -> bool {
    let session = &summary.session;
    session.owner.as_ref() == Some(member)
        || session.offer.as_ref().is_some_and(|it| it.agent == *member)
}

fn has_part(summary: &Summary, member: &MemberId) -> bool {
    let session = &summary.session;
    let asks = session.offer.as_ref().is_some_and(|it| it.from.as_ref() == Some(member));
    depends_on(summary, member)
        || asks
        || session.ever_joined.contains(member)
        || session.wrapup.contains(member)
}
