//! A browser's side of one conversation: the real client, and a shell around it.

use std::{collections::BTreeSet, sync::Arc};

use inbox_client::{
    Call, Client, Frame, Input, NewMessage, Output, SavedMessage, Say, Status, adoptable,
};
use inbox_protocol::{
    AgentBody, Entry, EntryBody, FromAgent, PING, PONG, ToAgent, ToVisitor, VisitorBody,
};
use inbox_types::{Author, ClientId, ConversationId, Millis, Timestamp};

use super::{
    env::{Address, BrowserEnd, Env, RelayEnd, Skew, Token},
    protocol_version::{CONFETTI, ProtocolVersion},
};
use crate::{
    Invariant, LineName, Observation, Planted, Violation,
    disk::{parsed, text},
    history::Numbering,
    network::{End, Packet, WireId},
};

/// What visitors and agents do differently.
pub(crate) trait Side: EntryBody + Clone {
    /// What is left of a frame once the client has its part.
    type Rest;
    const COUNT: Numbering;
    fn write(say: Say) -> String;
    fn read(text: &str) -> (Option<Frame<Self>>, Option<Self::Rest>);
}

impl Side for VisitorBody {
    type Rest = ToVisitor;
    const COUNT: Numbering = Numbering::Visitor;

    fn write(say: Say) -> String {
        text(&say.by_visitor(&["vi".parse().expect("a language"), "en".parse().expect("another")]))
    }

    fn read(text: &str) -> (Option<Frame<Self>>, Option<ToVisitor>) {
        Frame::of_visitor(parsed(text))
    }
}

impl Side for AgentBody {
    type Rest = ToAgent;
    const COUNT: Numbering = Numbering::Team;

    fn write(say: Say) -> String {
        text(&say.by_agent())
    }

    fn read(text: &str) -> (Option<Frame<Self>>, Option<ToAgent>) {
        Frame::of_agent(parsed(text))
    }
}

/// One conversation in one tab.
#[derive(Debug)]
pub(crate) struct SimulatedClient<S: Side> {
    pub(crate) address: Address,
    /// The address, as stories tell it.
    name: Arc<str>,
    pub(crate) me: Author,
    /// The number of the person in whose browser this is; all tabs of a person share their storage.
    pub(crate) person: usize,
    pub(crate) conversation: usize,
    pub(crate) id: ConversationId,
    pub(crate) number: u32,
    pub(crate) client: Client<S>,
    /// Whether it does nothing: no timers, no frames.
    pub(crate) frozen: bool,
    /// How far this browser's clock is wrong.
    skew: Skew,
    version: ProtocolVersion,
    token: Token,
    wire: Option<WireId>,
    socket: u32,
    /// When the client wants a tick, on this browser's clock.
    due: Option<Timestamp>,
    /// The lines that this tab was told to be stored.
    pub(crate) told: BTreeSet<ClientId>,
    /// The lines that storage would not take.
    unkept: BTreeSet<ClientId>,
}

impl<S: Side> SimulatedClient<S> {
    pub(crate) fn new(
        env: &mut Env,
        address: Address,
        (person, me): (usize, Author),
        (conversation, id): (usize, ConversationId),
        number: u32,
    ) -> Self {
        let seed = u32::try_from(env.random.below(1 << 32)).expect("32 bits");
        let skew = Skew::any(&mut env.random);
        let version = ProtocolVersion::any(&mut env.random);
        let token = env.token(conversation);
        Self {
            address,
            name: format!("{address:?}").into(),
            client: Client::new(me.clone(), number, seed),
            me,
            person,
            conversation,
            id,
            number,
            frozen: false,
            skew,
            version,
            token,
            wire: None,
            socket: 0,
            due: None,
            told: BTreeSet::new(),
            unkept: BTreeSet::new(),
        }
    }

    /// The page is loaded: what storage holds is taken up, and the relay is dialed.
    pub(crate) fn load(&mut self, env: &mut Env, living: &[u32]) {
        self.adopt(env, living);
        self.input(env, Input::Connect);
    }

    /// Takes up what other tabs have left, as a shell does at start and when shown.
    pub(crate) fn adopt(&mut self, env: &mut Env, living: &[u32]) {
        if env.is(Planted::ForgetUnsent) {
            return;
        }
        let kept = env.storage.get(&(self.person, self.conversation));
        let kept: Vec<SavedMessage> =
            kept.into_iter().flatten().map(|(_, it)| parsed(it)).collect();
        self.input(env, Input::Restored(adoptable(kept, self.number, living)));
    }

    /// The tab ends. What storage would not take ends with it, as its page had said.
    pub(crate) fn end(&mut self, env: &mut Env) {
        env.touch(self.conversation, self.person);
        for client_id in std::mem::take(&mut self.unkept) {
            if self.holds(&client_id) {
                env.observe(Observation::Discarded { line: self.line(&client_id) });
            }
        }
        if let Some(wire) = self.wire.take() {
            env.network.close(env.now, &mut env.random, wire, End::Browser, 1001);
        }
    }

    pub(crate) fn due(&self) -> Option<Timestamp> {
        self.due.map(|it| self.skew.when(it))
    }

    /// The computer slept: the page's clock is ahead of where it was. It never goes back.
    pub(crate) fn oversleep(&mut self, span: Millis) {
        self.skew = self.skew.ahead(span);
    }

    pub(crate) fn is_live(&self) -> bool {
        matches!(self.client.status(), Status::Live { .. })
    }

    /// Whether the relay will not have it back.
    pub(crate) fn is_gone(&self) -> bool {
        matches!(self.client.status(), Status::Gone)
    }

    pub(crate) fn line(&self, client_id: &ClientId) -> LineName {
        LineName {
            conversation: self.id.clone(),
            author: self.me.clone(),
            client_id: client_id.clone(),
        }
    }

    /// Whether its person sees this line, waiting or failed.
    pub(crate) fn holds(&self, client_id: &ClientId) -> bool {
        self.client.lines().iter().any(|it| it.client_id == *client_id)
    }

    /// Whether its person sees this line in the transcript.
    pub(crate) fn shows(&self, client_id: &ClientId) -> bool {
        self.client
            .entries()
            .iter()
            .rev()
            .filter_map(|it| it.body.message())
            .any(|it| it.author == self.me && it.client_id == *client_id)
    }

    pub(crate) fn write(&mut self, env: &mut Env, draft: NewMessage, prefix: &str) {
        let client_id = env.generate_id(prefix);
        env.tell(|| format!("{:?} writes {client_id}", self.address));
        self.observe_writing(env, &client_id, &draft);
        self.input(env, Input::Wrote { client_id, draft });
    }

    pub(crate) fn retry(&mut self, env: &mut Env, client_id: &ClientId) {
        let draft = self.client.lines().iter().find(|it| it.client_id == *client_id);
        if let Some(draft) = draft.map(|it| it.draft.clone()) {
            self.observe_writing(env, client_id, &draft);
            self.input(env, Input::Retry { client_id: client_id.clone() });
        }
    }

    pub(crate) fn discard(&mut self, env: &mut Env, client_id: &ClientId) {
        env.observe(Observation::Discarded { line: self.line(client_id) });
        self.input(env, Input::Discard { client_id: client_id.clone() });
    }

    fn observe_writing(&self, env: &mut Env, client_id: &ClientId, draft: &NewMessage) {
        env.observe(Observation::Wrote {
            line: self.line(client_id),
            tab: self.number,
            text: draft.text.as_ref().map(|it| it.as_str().to_owned()),
        });
    }

    /// Says something that is not the client's business.
    pub(crate) fn say(&self, env: &mut Env, frame: String) {
        if let Some(wire) = self.wire.filter(|_| self.is_live()) {
            env.tell(|| format!("{:?} says {frame}", self.address));
            let frame = self.version.says(frame);
            env.network.send(env.now, &mut env.random, wire, End::Relay, Packet::Text(frame));
        }
    }

    /// Something arrives on a socket; what is left of a frame is for the caller.
    pub(crate) fn receive(
        &mut self,
        env: &mut Env,
        socket: u32,
        packet: Packet,
    ) -> Option<S::Rest> {
        match packet {
            Packet::Open => self.input(env, Input::Opened { socket }),
            Packet::Close(code) => self.input(env, Input::Closed { socket, code }),
            Packet::Text(said) if said == PONG => self.input(env, Input::Alive { socket }),
            Packet::Text(said) => {
                let said = self.version.hears(said);
                if self.version == ProtocolVersion::Older && S::read(CONFETTI).0.is_none() {
                    self.input(env, Input::Alive { socket });
                }
                let (frame, rest) = S::read(&said);
                let Some(frame) = frame else {
                    self.input(env, Input::Alive { socket });
                    return rest;
                };
                if socket == self.socket && self.is_open() {
                    env.tell(|| format!("{:?} hears {}", self.address, clip(&said)));
                    self.observe(env, &frame);
                    if let Frame::Welcome { epoch, .. } = frame {
                        self.resume(env, socket, frame, epoch);
                        return rest;
                    }
                }
                self.input(env, Input::Heard { socket, frame });
                return rest;
            }
        }
        None
    }

    /// The relay's greeting: if the history was erased, whoever shows it must hear of it.
    fn resume(&mut self, env: &mut Env, socket: u32, mut frame: Frame<S>, told: u32) {
        let showed = (!self.client.entries().is_empty()).then(|| self.client.epoch());
        if env.is(Planted::EpochIgnored)
            && let Frame::Welcome { epoch, .. } = &mut frame
            && showed.is_some()
        {
            *epoch = self.client.epoch();
        }
        let signalled = self.act(env, Input::Heard { socket, frame });
        env.observe(Observation::Resumed {
            reader: Arc::clone(&self.name),
            conversation: self.id.clone(),
            epoch: told,
            showed,
            signalled,
        });
    }

    fn is_open(&self) -> bool {
        matches!(self.client.status(), Status::CatchingUp | Status::Live { .. })
    }

    fn observe(&mut self, env: &mut Env, frame: &Frame<S>) {
        match frame {
            Frame::Entries(entries) | Frame::History(entries) => {
                for entry in entries {
                    self.observe_entry(env, entry);
                }
            }
            Frame::Entry(entry) => self.observe_entry(env, entry),
            Frame::Ack { client_id, place, .. } => {
                self.told.insert(client_id.clone());
                env.observe(Observation::Acknowledged {
                    line: self.line(client_id),
                    epoch: self.client.epoch(),
                    count: S::COUNT,
                    place: *place,
                });
            }
            Frame::Welcome { .. }
            | Frame::Ready { .. }
            | Frame::Typing { .. }
            | Frame::Seen { .. }
            | Frame::SeenByMe { .. }
            | Frame::Refused { .. } => (),
        }
    }

    fn observe_entry(&mut self, env: &mut Env, entry: &Entry<S>) {
        let message = entry.body.message().map(|it| {
            let text = it.text.as_ref().map(|text| text.as_str().to_owned());
            (it.author.clone(), it.client_id.clone(), text)
        });
        if let Some((author, client_id, _)) = &message
            && *author == self.me
        {
            self.told.insert(client_id.clone());
        }
        env.observe(Observation::Read {
            reader: Arc::clone(&self.name),
            conversation: self.id.clone(),
            epoch: self.client.epoch(),
            count: S::COUNT,
            place: entry.place,
            message,
        });
    }

    pub(crate) fn input(&mut self, env: &mut Env, input: Input<S>) {
        let _has_signalled = self.act(env, input);
    }

    /// Has the client act; true if it told its person that the history was erased.
    fn act(&mut self, env: &mut Env, input: Input<S>) -> bool {
        env.touch(self.conversation, self.person);
        // A WebSocket is ordered: a client that finds a gap was told wrongly.
        let listening = matches!(input, Input::Heard { .. });
        let mut outputs = self.client.handle(self.skew.shows(env.now), input);
        if env.is(Planted::LinesReversed) {
            reverse_lines(&mut outputs);
        }
        self.due = self.client.due();
        let mut erased = false;
        for output in outputs {
            match output {
                Output::Call(call) => self.call(env, call, listening),
                Output::Say(say) => {
                    if let Some(wire) = self.wire {
                        let frame = S::write(say);
                        env.tell(|| format!("{:?} says {}", self.address, clip(&frame)));
                        let packet = Packet::Text(self.version.says(frame));
                        env.network.send(env.now, &mut env.random, wire, End::Relay, packet);
                    }
                }
                Output::Keep(kept) => self.keep(env, &kept),
                Output::Forget(client_id) => {
                    self.unkept.remove(&client_id);
                    if let Some(kept) = env.storage.get_mut(&(self.person, self.conversation)) {
                        kept.remove(&client_id);
                    }
                }
                Output::Erased => erased = true,
                // Here a file is stored before anybody writes about it.
                Output::Arrived { .. } | Output::Unfinished(_) => (),
            }
        }
        erased
    }

    fn keep(&mut self, env: &mut Env, kept: &SavedMessage) {
        if let Some(failure) = kept.failed {
            env.tell(|| format!("{:?} fails {}: {failure:?}", self.address, kept.client_id));
            env.observe(Observation::Failed { line: self.line(&kept.client_id) });
            if env.is(Planted::FailureDropped) {
                let discard = Input::Discard { client_id: kept.client_id.clone() };
                self.input(env, discard);
                return;
            }
        }
        let throws = env.random.permille(env.fault_plan.full_browser);
        let storage = env.storage.entry((self.person, self.conversation)).or_default();
        if throws || env.forgetful.contains(&self.person) {
            // What it held before of the line is still there.
            if !storage.contains_key(&kept.client_id) {
                self.unkept.insert(kept.client_id.clone());
            }
        } else {
            self.unkept.remove(&kept.client_id);
            storage.insert(kept.client_id.clone(), text(kept));
        }
    }

    fn call(&mut self, env: &mut Env, call: Call, listening: bool) {
        match call {
            Call::Dial { socket, renew } => {
                if renew {
                    self.token = env.token(self.conversation);
                }
                let browser = BrowserEnd { client: self.address, socket };
                let wire = env.network.dial(env.now, &mut env.random, browser, self.door());
                self.socket = socket;
                self.wire = Some(wire);
                if env.random.permille(env.fault_plan.dial) {
                    if env.random.permille(500) {
                        env.network.reset(env.now, &mut env.random, wire);
                    } else {
                        env.silence(wire, End::Relay);
                        env.silence(wire, End::Browser);
                    }
                }
            }
            Call::HangUp { .. } => {
                if listening {
                    env.broke(Violation {
                        invariant: Invariant::I3,
                        story: format!("{:?} was told with a gap", self.address),
                    });
                }
                if let Some(wire) = self.wire.take() {
                    env.network.close(env.now, &mut env.random, wire, End::Browser, 1000);
                }
            }
            Call::Ping => {
                if let Some(wire) = self.wire {
                    let packet = Packet::Text(PING.to_owned());
                    env.network.send(env.now, &mut env.random, wire, End::Relay, packet);
                }
            }
            Call::Reload => (),
        }
    }

    fn door(&self) -> RelayEnd {
        match self.address {
            Address::Tab(_) => {
                RelayEnd::Visitor { conversation: self.conversation, token: self.token }
            }
            Address::Chat { agent, .. } | Address::Desk(agent) => {
                RelayEnd::Agent { conversation: self.conversation, agent }
            }
        }
    }
}

impl SimulatedClient<VisitorBody> {
    /// The relay has renewed the token.
    pub(crate) fn take_token(&mut self, token: &str) {
        self.token = parsed(token);
    }
}

impl SimulatedClient<AgentBody> {
    /// Says something as an agent.
    pub(crate) fn ask(&self, env: &mut Env, frame: &FromAgent) {
        self.say(env, text(frame));
    }
}

/// A planted bug: of several lines that go out at once, the last goes first.
fn reverse_lines(outputs: &mut [Output]) {
    let at: Vec<usize> = (0..outputs.len())
        .filter(|it| matches!(outputs[*it], Output::Say(Say::Post { .. })))
        .collect();
    for (first, last) in at.iter().zip(at.iter().rev()).take(at.len() / 2) {
        outputs.swap(*first, *last);
    }
}

fn clip(text: &str) -> &str {
    text.char_indices().nth(160).map_or(text, |(at, _)| &text[..at])
}
