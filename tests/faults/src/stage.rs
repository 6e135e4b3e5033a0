//! Conversations with people in them, and what is read when they have gone quiet.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, ensure};
use futures_util::future::join_all;
use inbox_types::{ClientId, ConversationId};
use serde_json::json;

use crate::history::{Count, LineName, Row};
use crate::place::{Place, Ticket};
use crate::raw::{Raw, conversations, listing};
use crate::record::Record;
use crate::side::{AgentSide, Side, VisitorSide, Way};
use crate::tab::{Tab, TabName};

/// How long a line may take from the store to a tab that is connected.
const TOLD: Duration = Duration::from_secs(5);

/// One conversation: a visitor with some tabs, and an agent.
#[derive(Debug)]
pub(crate) struct Talk {
    pub(crate) id: ConversationId,
    pub(crate) ticket: Ticket,
    pub(crate) visitor: VisitorSide,
    pub(crate) agent: AgentSide,
    pub(crate) visitor_tabs: Vec<Tab>,
    pub(crate) agent_tabs: Vec<Tab>,
}

/// A new visitor says something over the relay itself, and hears at which place it stands.
pub(crate) async fn first_words(place: &Place, text: &str) -> Result<(Ticket, VisitorSide, u64)> {
    let ticket = place.visitor().await?;
    let side = VisitorSide::new(place.clone(), ticket.clone());
    let mut socket = Raw::dial(place.address, side.request()?).await?;
    socket.greets(&side).await?;
    socket.say(json!({ "type": "post", "client_id": "first", "text": text }).to_string()).await?;
    let told = socket.hears_type("ack").await?;
    Ok((ticket, side, told["place"].as_u64().unwrap_or_default()))
}

/// Begins `n` conversations over the relay itself: each with a first message, and taken by the
/// agent. Nobody has a tab yet.
pub(crate) async fn begin(place: &Place, n: usize, record: &Record) -> Result<Vec<Talk>> {
    let mut previews = Vec::new();
    let mut visitors = Vec::new();
    for index in 0..n {
        let text = format!("Good morning from number {index}.");
        visitors.push(first_words(place, &text).await?);
        previews.push(text);
    }
    let ids = conversations(place, &previews).await?;
    let mut talks = Vec::new();
    for ((id, text), (ticket, visitor, told)) in ids.into_iter().zip(previews).zip(visitors) {
        let id: ConversationId = id.parse()?;
        let agent = AgentSide::new(place.clone(), id.clone());
        take(place, &agent).await?;
        let (visitor_tabs, agent_tabs) = (Vec::new(), Vec::new());
        let talk = Talk { id, ticket, visitor, agent, visitor_tabs, agent_tabs };
        // The first line was written by hand, and counts like all others.
        record.typed(talk.line("first"), 0, text);
        record.told(talk.line("first"), Count::Visitor, told);
        record.history().hooked.insert(talk.id.to_string());
        talks.push(talk);
    }
    Ok(talks)
}

async fn take(place: &Place, agent: &AgentSide) -> Result<()> {
    let mut socket = Raw::dial(place.address, agent.request()?).await?;
    socket.greets(agent).await?;
    socket.say(json!({ "type": "take" }).to_string()).await?;
    let state =
        socket.hears_type("conversation").await?["conversation"]["session"]["state"].clone();
    ensure!(state == "active", "a conversation that was taken is {state}");
    Ok(())
}

impl Talk {
    /// Opens the tabs of both, over `way`.
    pub(crate) fn open(&mut self, way: Way, n_visitor_tabs: u32, record: &Arc<Record>) {
        let name = |tab| TabName { conversation: self.id.to_string(), tab };
        for tab in 1..=n_visitor_tabs {
            self.visitor_tabs.push(Tab::open(self.visitor.clone(), way, name(tab), record));
        }
        self.agent_tabs.push(Tab::open(self.agent.clone(), way, name(101), record));
    }

    /// The visitor's line of this name.
    pub(crate) fn line(&self, client_id: &str) -> LineName {
        let client_id: ClientId = client_id.parse().expect("an id");
        LineName { conversation: self.id.to_string(), author: self.visitor.author(), client_id }
    }

    pub(crate) fn tabs(&mut self) -> impl Iterator<Item = &mut Tab> {
        self.visitor_tabs.iter_mut().chain(&mut self.agent_tabs)
    }

    /// Both sides type one line in each tab where not too much waits.
    pub(crate) fn all_type(&mut self) {
        for tab in self.visitor_tabs.iter_mut().filter(|it| !it.is_behind()) {
            tab.types(&self.visitor);
        }
        for tab in self.agent_tabs.iter_mut().filter(|it| !it.is_behind()) {
            tab.types(&self.agent);
        }
    }

    /// Waits until nothing is on its way; whoever sees a failed line tries again. False if
    /// something is, after all patience.
    pub(crate) async fn rest(&mut self, patience: Duration) -> bool {
        let calm = join_all(self.tabs().map(|it| rest(it, patience))).await;
        calm.into_iter().all(|it| it)
    }

    /// Records what everybody sees, closes their tabs, and records what the store holds.
    pub(crate) async fn read(&mut self, way: Way, record: &Record) -> Result<()> {
        self.receive_the_last(way).await?;
        for tab in self.visitor_tabs.drain(..).chain(self.agent_tabs.drain(..)) {
            let screen = tab.screen().await;
            record.history().screens.extend(screen);
        }
        let id = self.id.to_string();
        let shown = listing(&self.visitor, way).await?;
        let all = listing(&self.agent, way).await?;
        let mut history = record.history();
        history.stored.insert((id.clone(), Count::Visitor), shown);
        history.stored.insert((id, Count::Team), all);
        Ok(())
    }

    /// Waits until every tab shows the last line of the store: what one side sent last is still being
    /// told to the other when both have come to rest. The check says which tab did not hear it.
    async fn receive_the_last(&mut self, way: Way) -> Result<()> {
        let last = |rows: &[Row]| rows.last().map(|it| it.place);
        let shown = last(&listing(&self.visitor, way).await?);
        let all = last(&listing(&self.agent, way).await?);
        let visitor_tabs = self.visitor_tabs.iter_mut().map(|it| (it, shown));
        let tabs = visitor_tabs.chain(self.agent_tabs.iter_mut().map(|it| (it, all)));
        join_all(tabs.map(|(tab, last)| tab.until(TOLD, move |it| last <= it.last))).await;
        Ok(())
    }
}

/// Waits until nothing is on its way in one tab.
pub(crate) async fn rest(tab: &mut Tab, patience: Duration) -> bool {
    for _ in 0..3 {
        tab.wakes();
        // Where it stands says nothing of what it has not been able to do yet.
        let _screen = tab.screen().await;
        if !tab.until(patience, |it| it.live && it.n_sending == 0).await {
            return false;
        }
        if tab.standing().n_failed == 0 {
            return true;
        }
        tab.retries_failed();
    }
    tab.until(patience, |it| it.live && it.n_sending == 0).await
}
