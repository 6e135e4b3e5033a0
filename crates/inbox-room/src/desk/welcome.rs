//! The answer to hello.

use inbox_core::permission::{Action, all_of, may_ever};
use inbox_protocol::{CloseCode, DeskWelcome, MemberView, Refusal, ToDesk};
use inbox_types::MemberId;

use super::{Desk, turn::DeskTurn};
use crate::{Conn, DeskConnection, room::negotiate};

impl Desk {
    pub(super) fn greet(
        &mut self,
        turn: &mut DeskTurn<'_>,
        conn: Conn,
        reader: DeskConnection,
        version: u16,
    ) {
        let Some(version) = negotiate(version) else {
            turn.refuse(conn, Refusal::Version);
            self.close(turn, conn, CloseCode::Version);
            return;
        };
        let member = reader.member.clone();
        let first = !self.greeted().any(|(_, it)| *it == member);
        let reader = DeskConnection { greeted: true, version, granted_at: turn.now, ..reader };
        self.remember(turn, conn, reader);
        // What begins to hold in this turn is told by the digest, unless another console of the
        // same member is there already and must hear of it.
        turn.greeted = first.then(|| member.clone());
        // Asked first, so that the digest speaks of how things are after it.
        self.assign(turn);
        match self.welcome(turn, conn, &member) {
            Some(welcome) => turn.tell(conn, ToDesk::Welcome(Box::new(welcome))),
            None => self.close(turn, conn, CloseCode::Gone),
        }
    }

    pub(super) fn welcome(
        &self,
        turn: &DeskTurn<'_>,
        conn: Conn,
        member: &MemberId,
    ) -> Option<DeskWelcome> {
        let agent = self.agent(member)?;
        let settings = &self.facts.settings;
        let states = self.states();
        let view = |id: &MemberId| {
            let facts = self.facts.members.get(id)?;
            let (presence, load) = states.get(id)?;
            Some(MemberView {
                id: id.clone(),
                name: facts.name.clone(),
                role: facts.role,
                departments: facts.departments.clone(),
                presence,
                load,
            })
        };
        let mine = |it: &&inbox_protocol::http::CannedReply| {
            let everybody = may_ever(agent.role, settings, Action::EditCanned);
            everybody || it.department.as_ref().is_none_or(|it| agent.serves(it))
        };
        Some(DeskWelcome {
            version: self.readers.get(&conn)?.version,
            now: turn.now,
            me: view(member)?,
            may: all_of(agent.role, settings),
            members: states.iter().filter_map(|(id, _)| view(id)).collect(),
            departments: self.facts.departments.clone(),
            sites: self.facts.sites.iter().map(|it| it.summary.clone()).collect(),
            canned: self.facts.canned.iter().filter(mine).cloned().collect(),
            topics: self.facts.topics.clone(),
            campaigns: self.facts.campaigns.clone(),
            settings: settings.clone(),
            grant: self.signed_grant(turn, member)?,
            offers: self.popups(member),
            notifications: self.digest(member),
            views: self.facts.views_of(member),
            bulks: self.bulk_views(turn, member),
        })
    }
}
