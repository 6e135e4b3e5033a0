//! An agent's console: one socket to the desk, one to each open conversation.

use std::collections::BTreeMap;

use inbox_client::{Call, Connector, Status};
use inbox_protocol::{
    AgentBody, ConversationView, Counts, FromAgent, FromDesk, ListQuery, ListRow, ListSort,
    ListTab, OfferPopup, PING, PONG, ToAgent, ToDesk, VERSION,
};
use inbox_types::{ConversationId, MemberId, OfferId, Timestamp};

use super::{
    client::SimulatedClient,
    env::{Address, BrowserEnd, Env, RelayEnd},
};
use crate::{
    disk::{parsed, text},
    network::{End, Packet, WireId},
};

/// What a console shows of the desk.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct DeskModel {
    pub(crate) order: Vec<ConversationId>,
    pub(crate) rows: BTreeMap<ConversationId, ListRow>,
    pub(crate) counts: Counts,
    pub(crate) offers: BTreeMap<OfferId, OfferPopup>,
}

impl DeskModel {
    /// Without what follows the clock alone.
    pub(crate) fn without_waits(&self) -> Self {
        let mut model = self.clone();
        for row in model.rows.values_mut() {
            row.wait_level = 0;
        }
        model
    }
}

/// One open conversation of a console.
#[derive(Debug)]
pub(crate) struct Chat {
    pub(crate) client: SimulatedClient<AgentBody>,
    pub(crate) view: Option<ConversationView>,
}

/// An agent with a browser.
#[derive(Debug)]
pub(crate) struct Console {
    pub(crate) agent: usize,
    pub(crate) member: MemberId,
    pub(crate) desk: DeskModel,
    pub(crate) chats: BTreeMap<usize, Chat>,
    pub(crate) frozen: bool,
    link: Connector,
    wire: Option<WireId>,
    grant: Option<String>,
}

impl Console {
    pub(crate) fn new(env: &mut Env, agent: usize, member: MemberId) -> Self {
        let seed = u32::try_from(env.random.below(1 << 32)).expect("32 bits");
        Self {
            agent,
            member,
            desk: DeskModel::default(),
            chats: BTreeMap::new(),
            frozen: false,
            link: Connector::new(seed),
            wire: None,
            grant: None,
        }
    }

    pub(crate) fn connect(&mut self, env: &mut Env) {
        let call = self.link.connect(env.now);
        self.call(env, call);
    }

    /// The page is gone; what its chats had not sent stays in storage.
    pub(crate) fn end(&mut self, env: &mut Env) {
        if let Some(wire) = self.wire.take() {
            env.network.close(env.now, &mut env.random, wire, End::Browser, 1001);
        }
        for chat in self.chats.values_mut() {
            chat.client.end(env);
        }
    }

    pub(crate) fn due(&self) -> Option<Timestamp> {
        self.link.due()
    }

    pub(crate) fn tick(&mut self, env: &mut Env) {
        let call = self.link.tick(env.now);
        self.call(env, call);
    }

    pub(crate) fn wake(&mut self, env: &mut Env) {
        let call = self.link.woken(env.now);
        self.call(env, call);
    }

    pub(crate) fn is_live(&self) -> bool {
        matches!(self.link.status(), Status::Live { .. })
    }

    pub(crate) fn say(&self, env: &mut Env, frame: &FromDesk) {
        if let Some(wire) = self.wire.filter(|_| self.is_live()) {
            send(env, wire, text(frame));
        }
    }

    pub(crate) fn receive(&mut self, env: &mut Env, socket: u32, packet: Packet) {
        match packet {
            Packet::Open => {
                if self.link.opened(env.now, socket)
                    && let Some(wire) = self.wire
                {
                    send(env, wire, text(&FromDesk::Hello { version: VERSION }));
                }
            }
            Packet::Close(code) => {
                let (_, call) = self.link.closed(env.now, socket, code);
                self.call(env, call);
            }
            Packet::Text(frame) => {
                if self.link.heard(env.now, socket) && frame != PONG {
                    self.show(env, parsed(&frame));
                }
            }
        }
    }

    fn show(&mut self, env: &mut Env, frame: ToDesk) {
        match frame {
            ToDesk::Welcome(welcome) => {
                self.link.ready(env.now);
                self.desk = DeskModel::default();
                self.renew(env, welcome.grant);
                self.desk.offers =
                    welcome.offers.into_iter().map(|it| (it.id.clone(), it)).collect();
                let query = ListQuery {
                    tab: ListTab::All,
                    states: Vec::new(),
                    department: None,
                    campaign: None,
                    filter: inbox_protocol::ListFilter::default(),
                    sort: ListSort::Newest,
                };
                self.say(env, &FromDesk::Watch { query, before: None });
            }
            ToDesk::List(list) => {
                self.desk
                    .rows
                    .extend(list.rows.into_iter().map(|it| (it.conversation.clone(), it)));
                self.desk.order = list.order;
                self.desk.counts = list.counts;
                let order = &self.desk.order;
                self.desk.rows.retain(|id, _| order.contains(id));
            }
            ToDesk::Offer(offer) => {
                self.desk.offers.insert(offer.id.clone(), *offer);
            }
            ToDesk::OfferGone { offer } => {
                self.desk.offers.remove(&offer);
            }
            ToDesk::Grant { grant } => self.renew(env, grant),
            ToDesk::Workspace(_)
            | ToDesk::Page(_)
            | ToDesk::Notify(_)
            | ToDesk::Retract { .. }
            | ToDesk::Presence { .. }
            | ToDesk::Bulk(_)
            | ToDesk::BulkGone { .. }
            | ToDesk::Received { .. }
            | ToDesk::Refused { .. }
            | ToDesk::Unknown => (),
        }
    }

    /// A newer grant goes to every open conversation.
    fn renew(&mut self, env: &mut Env, grant: String) {
        for chat in self.chats.values() {
            chat.client.ask(env, &FromAgent::Renew { grant: grant.clone() });
        }
        self.grant = Some(grant);
    }

    fn call(&mut self, env: &mut Env, call: Option<Call>) {
        match call {
            Some(Call::Dial { socket, .. }) => {
                let browser = BrowserEnd { client: Address::Desk(self.agent), socket };
                let relay = RelayEnd::Desk { agent: self.agent };
                self.wire = Some(env.network.dial(env.now, &mut env.random, browser, relay));
            }
            Some(Call::HangUp { .. }) => {
                if let Some(wire) = self.wire.take() {
                    env.network.close(env.now, &mut env.random, wire, End::Browser, 1000);
                }
            }
            Some(Call::Ping) => {
                if let Some(wire) = self.wire {
                    send(env, wire, PING.to_owned());
                }
            }
            Some(Call::Reload) | None => (),
        }
    }
}

impl Chat {
    pub(crate) fn receive(&mut self, env: &mut Env, socket: u32, packet: Packet) {
        match self.client.receive(env, socket, packet) {
            Some(ToAgent::Welcome(welcome)) => self.view = Some(welcome.conversation),
            Some(ToAgent::Conversation { conversation }) => self.view = Some(*conversation),
            Some(
                ToAgent::Entries { .. }
                | ToAgent::Ready { .. }
                | ToAgent::Entry { .. }
                | ToAgent::Ack { .. }
                | ToAgent::Typing { .. }
                | ToAgent::Seen { .. }
                | ToAgent::SeenByMe { .. }
                | ToAgent::Visits { .. }
                | ToAgent::History { .. }
                | ToAgent::Link { .. }
                | ToAgent::Refused { .. }
                | ToAgent::Unknown,
            )
            | None => (),
        }
    }
}

fn send(env: &mut Env, wire: WireId, frame: String) {
    env.network.send(env.now, &mut env.random, wire, End::Relay, Packet::Text(frame));
}
