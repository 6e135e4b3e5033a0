//! What must hold once everything has come to rest.

use std::collections::BTreeMap;

use inbox_client::UnsentState;
use inbox_protocol::{Entry, ListRow};
use inbox_types::{Author, ClientId, Millis, Place, SessionNo, Timestamp, Visibility};

use super::{
    World,
    client::{Side, SimulatedClient},
    console::Console,
    desk_host::DeskHost,
    people,
    room_host::RoomHost,
};
use crate::{Invariant, Numbering, Violation, disk::text};

impl World {
    /// I4: everybody shows what is stored, nothing is under way, and whoever comes
    /// now sees what those see who were there all the time.
    pub(super) fn check_quiet(&mut self) -> Result<(), Violation> {
        self.check_nobody_stranded()?;
        for client in self.tabs.iter().flatten() {
            check_seat(client, &self.rooms[client.conversation])?;
        }
        for console in &self.consoles {
            if !console.is_live() {
                return not_converged(format!("{} has no desk", console.member));
            }
            check_list(console)?;
            // What a wrong clock has made of waits stands until something happens.
            for row in console.desk.rows.values().filter(|_| !self.has_jumped) {
                check_wait(self.env.now, row)?;
            }
            for chat in console.chats.values() {
                check_seat(&chat.client, &self.rooms[chat.client.conversation])?;
            }
        }
        for room in &self.rooms {
            check_room(room, &self.desk)?;
            self.env.history.check_delivered(&room.id)?;
            if !room.inbox.is_done() {
                return untold(format!("{} has not taken what its inbox answers", room.id));
            }
        }
        self.check_late_joiners()
    }

    /// A11: snapshot plus events equals a fresh snapshot.
    fn check_late_joiners(&mut self) -> Result<(), Violation> {
        // Whoever was sent away for good shows what was there then, and comes back as new.
        let here = |it: &&SimulatedClient<_>| !it.is_gone();
        let tabs: Vec<_> =
            self.tabs.iter().map(|it| it.as_ref().filter(here).map(rendered)).collect();
        let chats: Vec<BTreeMap<usize, Rendered>> = self
            .consoles
            .iter()
            .map(|it| it.chats.iter().map(|(at, chat)| (*at, rendered(&chat.client))).collect())
            .collect();
        let views: Vec<BTreeMap<usize, _>> = self
            .consoles
            .iter()
            .map(|it| it.chats.iter().map(|(at, chat)| (*at, chat.view.clone())).collect())
            .collect();
        let gone: Vec<Vec<usize>> = self
            .consoles
            .iter()
            .map(|it| it.chats.iter().filter(|it| it.1.client.is_gone()).map(|it| *it.0).collect())
            .collect();
        let desks: Vec<_> = self.consoles.iter().map(|it| it.desk.without_waits()).collect();
        let n_stored = self.report().n_stored;

        for tab in 0..self.tabs.len() {
            self.reload(tab);
        }
        for agent in 0..self.consoles.len() {
            self.consoles[agent].end(&mut self.env);
            let member = self.consoles[agent].member.clone();
            self.consoles[agent] = Console::new(&mut self.env, agent, member);
            self.consoles[agent].connect(&mut self.env);
            for conversation in 0..self.rooms.len() {
                let console = &mut self.consoles[agent];
                people::open(&mut self.env, console, conversation, &self.rooms[conversation]);
            }
        }
        self.pass(Millis::seconds(3))?;
        if self.report().n_stored != n_stored {
            // A timer has fired meanwhile: what was shown before is not what is shown now.
            return Ok(());
        }

        for (tab, before) in tabs.iter().enumerate() {
            if let (Some(client), Some(before)) = (&self.tabs[tab], before) {
                compare(&format!("tab {tab}"), before, &rendered(client))?;
            }
        }
        for (agent, console) in self.consoles.iter().enumerate() {
            for (conversation, chat) in &console.chats {
                if gone[agent].contains(conversation) {
                    continue;
                }
                let name = format!("{} in {}", console.member, chat.client.id);
                compare(&name, &chats[agent][conversation], &rendered(&chat.client))?;
                if views[agent][conversation] != chat.view {
                    let before = text(&views[agent][conversation]);
                    let story = format!("{name} saw {before} and now {}", text(&chat.view));
                    return not_converged(story);
                }
            }
            let desk = console.desk.without_waits();
            if desk != desks[agent] {
                let story =
                    format!("{}'s desk showed {:?} and now {desk:?}", console.member, desks[agent]);
                return not_converged(story);
            }
        }
        Ok(())
    }
}

/// A transcript as a person reads it: place, and what a message says.
type Rendered = BTreeMap<Place, Option<(Author, ClientId, String)>>;

fn rendered<S: Side>(client: &SimulatedClient<S>) -> Rendered {
    client.client.entries().iter().map(|it| (it.place, render(it))).collect()
}

fn render<S: Side>(entry: &Entry<S>) -> Option<(Author, ClientId, String)> {
    let message = entry.body.message()?;
    // Everything that a person sees of it; the detection is the team's.
    Some((message.author.clone(), message.client_id.clone(), text(message)))
}

fn compare(who: &str, before: &Rendered, after: &Rendered) -> Result<(), Violation> {
    for (place, message) in after {
        match before.get(place) {
            Some(then) if then != message => {
                let story =
                    format!("{who} showed {then:?} at {}, a late joiner {message:?}", place.0);
                return not_converged(story);
            }
            Some(_) => (),
            // Only who was there before the first page knows more.
            None if before.is_empty() => (),
            None if before.keys().next().is_some_and(|first| place < first) => (),
            None => return not_converged(format!("{who} had nothing at {}", place.0)),
        }
    }
    Ok(())
}

fn check_seat<S: Side>(client: &SimulatedClient<S>, room: &RoomHost) -> Result<(), Violation> {
    let who = format!("{:?}", client.address);
    if client.is_gone() {
        return Ok(());
    }
    if !client.is_live() {
        return not_converged(format!("{who} is {:?}", client.client.status()));
    }
    let stuck = client.client.lines().iter().find(|it| match it.state {
        UnsentState::Sending | UnsentState::Sent { .. } => true,
        UnsentState::Failed(_) => false,
    });
    if let Some(line) = stuck {
        return not_converged(format!("{who} still has {} as {:?}", line.client_id, line.state));
    }
    let head = match S::COUNT {
        Numbering::Visitor => room.disk.shown.len(),
        Numbering::Team => room.disk.events.len(),
    };
    let last = client.client.entries().last().map_or(0, |it| it.place.0);
    if last != head as u64 {
        return not_converged(format!("{who} has {last} of {head} in {}", room.id));
    }
    let public = room.messages().into_iter().filter(|it| it.2 == Visibility::Public);
    let shown = client.client.entries().iter().filter_map(|it| it.body.message());
    let shown: Vec<_> = shown
        .filter(|it| it.visibility == Visibility::Public)
        .map(|it| (it.author.clone(), it.client_id.clone()))
        .collect();
    let public: Vec<_> = public.map(|it| (it.0, it.1)).collect();
    if !public.ends_with(&shown) {
        return not_converged(format!("{who} shows {shown:?}, stored is {public:?}"));
    }
    Ok(())
}

/// What is counted is listed: the sums and the pages of what is over agree. A small world fits on one
/// page.
fn check_list(console: &Console) -> Result<(), Violation> {
    let (n_counted, n_listed) = (console.desk.counts.all as usize, console.desk.order.len());
    if n_counted == n_listed && n_listed == console.desk.rows.len() {
        return Ok(());
    }
    let story = format!("{} is told of {n_counted} and shown {:?}", console.member, console.desk);
    not_converged(story)
}

/// The style of a row follows the clock, not an event.
fn check_wait(now: Timestamp, row: &ListRow) -> Result<(), Violation> {
    let Some(since) = row.customer_waiting_since else { return Ok(()) };
    let level = |at: Timestamp| match at.since(since).0 / 60_000 {
        0..30 => 0,
        30..60 => 1,
        60..120 => 2,
        _ => 3,
    };
    let before = Timestamp::from_millis(now.as_millis() - 1_000);
    if [level(before), level(now)].contains(&row.wait_level) {
        Ok(())
    } else {
        not_converged(format!("{} waits since {since:?}: {row:?}", row.conversation))
    }
}

fn check_room(room: &RoomHost, desk: &DeskHost) -> Result<(), Violation> {
    let known = desk.summary(&room.id);
    let events = room.disk.events.len() as u64;
    let has_session = room.disk.events.iter().any(|it| SessionNo(0) < it.body.event.session);
    match known {
        Some(summary) if summary.version.seq.0 != events => untold(format!(
            "the desk knows {} of {events} events of {}",
            summary.version.seq.0, room.id
        )),
        // Before its first session a conversation is nobody's business.
        None if has_session => untold(format!("the desk does not know {}", room.id)),
        Some(_) | None => Ok(()),
    }
}

/// I7: the desk was not told, or not of everything.
fn untold(story: String) -> Result<(), Violation> {
    Err(Violation { invariant: Invariant::I7, story })
}

fn not_converged(story: String) -> Result<(), Violation> {
    Err(Violation { invariant: Invariant::I4, story })
}
