//! The answer to hello, and pages of the transcript.

use inbox_core::Agent;
use inbox_protocol::{
    AgentBody, AgentHello, AgentWelcome, CloseCode, Entry, Refusal, ToAgent, ToVisitor,
    VisitorBody, VisitorHello, VisitorWelcome,
};
use inbox_types::{Place, Seq, limits};

use super::{
    Room,
    connections::negotiate,
    turn::{Turn, resolved},
    view::visits_for,
};
use crate::{
    AgentView, Conn, Connection, Frame, Log, Numbering, Output, Principal, SeenBy, Stored,
    project::{agent_entry, visitor_entry},
};

impl Room {
    // RM5, RM35
    pub(super) fn greet_visitor(
        &mut self,
        turn: &mut Turn<'_>,
        conn: Conn,
        reader: Connection,
        hello: VisitorHello,
    ) {
        let Some(version) = negotiate(hello.version) else {
            self.refuse(turn, conn, Refusal::Version);
            self.close(turn, conn, CloseCode::Version);
            return;
        };
        let mut languages = hello.languages;
        languages.truncate(limits::LANGUAGES);
        let renews = match &reader.who {
            Principal::Visitor(pass) => pass.renew,
            Principal::Agent(_) => false,
        };
        let reader = Connection { greeted: true, version, languages, ..reader };
        let after = hello
            .after
            .filter(|it| hello.epoch == self.standing.epoch && *it <= self.transcript.shown);
        let welcome = VisitorWelcome {
            version,
            epoch: self.standing.epoch,
            contact: self.identity.contact.clone(),
            now: turn.now,
            language: self.language_for(&reader.languages),
            seen: self.mark(&SeenBy::Team).up_to.shown,
            seen_by_me: self.mark(&SeenBy::Visitor).up_to.shown,
            session: self.visitor_session(),
        };
        self.readers.insert(conn, reader.clone());
        turn.told.push(Output::Remember { conn, reader });
        let tell = |frame| Output::Tell { conn, frame: Frame::Visitor(frame) };
        turn.told.push(tell(ToVisitor::Welcome(welcome)));
        let head = self.transcript.shown;
        for page in pages(turn.log, Numbering::Visitor, after, head) {
            let entries = visitor_page(turn.log, page);
            turn.told.push(tell(ToVisitor::Entries { entries }));
        }
        turn.told.push(tell(ToVisitor::Ready { head }));
        if renews {
            let generation = self.standing.generation;
            turn.told.push(Output::RenewToken { conn, generation });
        }
    }

    pub(super) fn greet_agent(
        &mut self,
        turn: &mut Turn<'_>,
        conn: Conn,
        reader: Connection,
        agent: &Agent,
        hello: &AgentHello,
    ) {
        let Some(version) = negotiate(hello.version) else {
            self.refuse(turn, conn, Refusal::Version);
            self.close(turn, conn, CloseCode::Version);
            return;
        };
        if self.may_keep(agent) {
            self.greet_keeper(turn, conn, Connection { greeted: true, version, ..reader }, agent);
            return;
        }
        let (Some(view), Some(conversation)) =
            (self.agent_view(agent), self.conversation_view(turn, agent))
        else {
            self.refuse(turn, conn, Refusal::NotFound);
            self.close(turn, conn, CloseCode::Gone);
            return;
        };
        let head = Place(self.transcript.head.0);
        let after = hello.after.filter(|it| hello.epoch == self.standing.epoch && *it <= head);
        let welcome = AgentWelcome {
            version,
            epoch: self.standing.epoch,
            now: turn.now,
            seen: Place(self.mark(&SeenBy::Visitor).seq.0),
            seen_by_me: Place(self.mark(&SeenBy::Agent(agent.id.clone())).seq.0),
            visits: visits_for(turn.log, &view),
            conversation,
        };
        let reader = Connection { greeted: true, version, ..reader };
        self.readers.insert(conn, reader.clone());
        turn.told.push(Output::Remember { conn, reader });
        let tell = |frame| Output::Tell { conn, frame: Frame::Agent(frame) };
        turn.told.push(tell(ToAgent::Welcome(Box::new(welcome))));
        for page in pages(turn.log, Numbering::Team, after, head) {
            let entries = agent_page(turn.log, &view, page);
            turn.told.push(tell(ToAgent::Entries { entries }));
        }
        turn.told.push(tell(ToAgent::Ready { head }));
    }
}

impl Room {
    /// Whoever can keep what is to be erased is told that it is here, and nothing of it.
    fn greet_keeper(&mut self, turn: &mut Turn<'_>, conn: Conn, reader: Connection, agent: &Agent) {
        let welcome = AgentWelcome {
            version: reader.version,
            epoch: self.standing.epoch,
            now: turn.now,
            seen: Place(0),
            seen_by_me: Place(0),
            visits: Vec::new(),
            conversation: self.keepers_view(agent),
        };
        self.readers.insert(conn, reader.clone());
        turn.told.push(Output::Remember { conn, reader });
        turn.answer(conn, Frame::Agent(ToAgent::Welcome(Box::new(welcome))));
        turn.answer(conn, Frame::Agent(ToAgent::Ready { head: Place(0) }));
    }
}

pub(super) fn visitor_history(turn: &mut Turn<'_>, conn: Conn, before: Place) {
    let page = turn.log.before(Numbering::Visitor, before, limits::PAGE_ENTRIES);
    let entries = visitor_page(turn.log, page);
    turn.answer(conn, Frame::Visitor(ToVisitor::History { entries }));
}

pub(super) fn agent_history(turn: &mut Turn<'_>, conn: Conn, view: &AgentView, before: Place) {
    let page = turn.log.before(Numbering::Team, before, limits::PAGE_ENTRIES);
    let entries = agent_page(turn.log, view, page);
    turn.answer(conn, Frame::Agent(ToAgent::History { entries }));
}

fn visitor_page(log: &dyn Log, page: Vec<Stored>) -> Vec<Entry<VisitorBody>> {
    page.into_iter().filter_map(|it| visitor_entry(&resolved(it, |seq| read(log, seq)))).collect()
}

fn agent_page(log: &dyn Log, view: &AgentView, page: Vec<Stored>) -> Vec<Entry<AgentBody>> {
    page.into_iter().map(|it| agent_entry(view, &resolved(it, |seq| read(log, seq)))).collect()
}

fn read(log: &dyn Log, seq: Seq) -> Option<Stored> {
    log.at(Numbering::Team, Place(seq.0))
}

/// Everything after a place, or else the newest page. To whom too much is missing nothing is told but
/// where the transcript ends: what they have does not reach there, so they ask for the newest page.
// RM3, RM55
fn pages(log: &dyn Log, count: Numbering, after: Option<Place>, head: Place) -> Vec<Vec<Stored>> {
    let mut pages = Vec::new();
    if after.is_some_and(|it| limits::CATCH_UP_ENTRIES < head.0.saturating_sub(it.0)) {
        return pages;
    }
    let Some(mut after) = after else {
        pages.push(log.before(count, head.next(), limits::PAGE_ENTRIES));
        pages.retain(|page| !page.is_empty());
        return pages;
    };
    while after < head {
        let page = log.after(count, after, limits::PAGE_ENTRIES);
        let Some(last) = page.last() else { break };
        let place = match count {
            Numbering::Visitor => last.shown.unwrap_or(head),
            Numbering::Team => Place(last.seq.0),
        };
        after = place;
        pages.push(page);
    }
    pages
}
