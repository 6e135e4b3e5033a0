//! Sockets between browsers and relay, in memory.
//!
//! A WebSocket is ordered, so that frames of one socket are never reordered and
//! never lost in the middle; but two sockets overtake each other, the end of what
//! was sent may be lost when a socket breaks, and a half-open socket loses
//! everything without telling anybody.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use inbox_types::{Millis, Timestamp};

use crate::random::Random;

/// One socket's number, never used twice.
pub(crate) type WireId = u64;

#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Packet {
    /// The dial arrives, or its answer.
    Open,
    /// One frame.
    Text(String),
    /// The end.
    Close(u16),
}

/// Which end of a socket.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum End {
    /// The browser's.
    Browser,
    /// The relay's.
    Relay,
}

/// Something arrives.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Delivery<Browser, Relay> {
    pub(crate) wire: WireId,
    pub(crate) at: End,
    pub(crate) browser: Browser,
    pub(crate) relay: Relay,
    pub(crate) packet: Packet,
}

#[derive(Clone, Debug, Default)]
struct Pipe {
    packets: VecDeque<(Timestamp, Packet)>,
    /// The last arrival: nothing overtakes it.
    last: Timestamp,
    /// Whatever is put in is lost.
    cut: bool,
}

impl Pipe {
    fn put(&mut self, at: Timestamp, packet: Packet) {
        if self.cut {
            return;
        }
        self.last = self.last.max(at);
        self.packets.push_back((self.last, packet));
    }

    /// Loses the end of what is under way.
    fn tear(&mut self, random: &mut Random) {
        let kept = random.index(self.packets.len() + 1);
        self.packets.truncate(kept);
    }
}

#[derive(Clone, Debug)]
struct Wire<Browser, Relay> {
    browser: Browser,
    relay: Relay,
    up: Pipe,
    down: Pipe,
    /// The relay has said goodbye; the browser may not have heard it yet.
    closed: bool,
}

impl<Browser, Relay> Wire<Browser, Relay> {
    fn pipe(&mut self, to: End) -> &mut Pipe {
        match to {
            End::Relay => &mut self.up,
            End::Browser => &mut self.down,
        }
    }

    /// When the next packet arrives at each end.
    fn heads(&self) -> [(End, Option<Timestamp>); 2] {
        let head = |pipe: &Pipe| pipe.packets.front().map(|it| it.0);
        [(End::Browser, head(&self.down)), (End::Relay, head(&self.up))]
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Network<Browser, Relay> {
    wires: BTreeMap<WireId, Wire<Browser, Relay>>,
    /// The next packet of each direction of each socket, in the order of arrival.
    heads: BTreeSet<(Timestamp, WireId, End)>,
    last_id: WireId,
    /// The longest that a packet is under way.
    pub(crate) latency: Millis,
}

impl<Browser: Copy + PartialEq, Relay: Copy + PartialEq> Network<Browser, Relay> {
    #[must_use]
    pub(crate) fn new(latency: Millis) -> Self {
        Self { wires: BTreeMap::new(), heads: BTreeSet::new(), last_id: 0, latency }
    }

    pub(crate) fn dial(
        &mut self,
        now: Timestamp,
        random: &mut Random,
        browser: Browser,
        relay: Relay,
    ) -> WireId {
        self.last_id += 1;
        let (up, down) = (Pipe::default(), Pipe::default());
        let wire = Wire { browser, relay, up, down, closed: false };
        self.wires.insert(self.last_id, wire);
        self.send(now, random, self.last_id, End::Relay, Packet::Open);
        self.last_id
    }

    /// One end says something to the other.
    pub(crate) fn send(
        &mut self,
        now: Timestamp,
        random: &mut Random,
        wire: WireId,
        to: End,
        packet: Packet,
    ) {
        let at = now.after(Millis(1 + random.below(self.latency.0)));
        self.change(wire, |wire| wire.pipe(to).put(at, packet));
    }

    /// One end says goodbye, and the other hears everything first. A browser hears nothing more; the
    /// relay does, until the browser has heard it.
    pub(crate) fn close(
        &mut self,
        now: Timestamp,
        random: &mut Random,
        wire: WireId,
        by: End,
        code: u16,
    ) {
        let to = match by {
            End::Browser => End::Relay,
            End::Relay => End::Browser,
        };
        self.send(now, random, wire, to, Packet::Close(code));
        self.change(wire, |wire| {
            match by {
                End::Browser => {
                    wire.down.cut = true;
                    wire.down.packets.clear();
                }
                End::Relay => wire.closed = true,
            }
            wire.pipe(to).cut = true;
        });
    }

    /// The socket breaks: both ends hear of it, and the end of what was under way is lost.
    pub(crate) fn reset(&mut self, now: Timestamp, random: &mut Random, wire: WireId) {
        for to in [End::Browser, End::Relay] {
            self.change(wire, |wire| wire.pipe(to).tear(random));
            self.send(now, random, wire, to, Packet::Close(1006));
            self.change(wire, |wire| wire.pipe(to).cut = true);
        }
    }

    /// One direction stands still until then; nothing is lost.
    pub(crate) fn stall(&mut self, wire: WireId, to: End, until: Timestamp) {
        self.change(wire, |wire| {
            let pipe = wire.pipe(to);
            for (at, _) in &mut pipe.packets {
                *at = (*at).max(until);
            }
            pipe.last = pipe.last.max(until);
        });
    }

    /// One direction goes silent, and nobody is told.
    pub(crate) fn silence(&mut self, random: &mut Random, wire: WireId, to: End) {
        self.change(wire, |wire| {
            let pipe = wire.pipe(to);
            pipe.tear(random);
            pipe.cut = true;
        });
    }

    /// The relay's end of a silent socket gives up by itself.
    pub(crate) fn give_up(&mut self, now: Timestamp, wire: WireId) {
        self.change(wire, |wire| {
            wire.up.cut = false;
            wire.up.put(now, Packet::Close(1006));
            wire.up.cut = true;
        });
    }

    /// The sockets that have gone silent in some direction.
    #[must_use]
    pub(crate) fn silent(&self) -> Vec<WireId> {
        self.wires.iter().filter(|(_, it)| it.up.cut || it.down.cut).map(|(id, _)| *id).collect()
    }

    /// Whether the relay has closed it.
    #[must_use]
    pub(crate) fn is_closed(&self, wire: WireId) -> bool {
        self.wires.get(&wire).is_some_and(|it| it.closed)
    }

    /// The sockets that exist.
    #[must_use]
    pub(crate) fn wires(&self) -> Vec<WireId> {
        self.wires.keys().copied().collect()
    }

    /// The sockets of one browser's end that `wanted` picks.
    #[must_use]
    pub(crate) fn wires_of(&self, wanted: impl Fn(Browser, Relay) -> bool) -> Vec<WireId> {
        self.wires
            .iter()
            .filter(|(_, wire)| wanted(wire.browser, wire.relay))
            .map(|(id, _)| *id)
            .collect()
    }

    /// When the next packet arrives that its receiver is awake for.
    #[must_use]
    pub(crate) fn next_at(&self, awake: impl Fn(Browser) -> bool) -> Option<Timestamp> {
        self.next(awake).map(|(at, _, _)| at)
    }

    /// Takes a packet out that has arrived.
    pub(crate) fn arrive(
        &mut self,
        now: Timestamp,
        awake: impl Fn(Browser) -> bool,
    ) -> Option<Delivery<Browser, Relay>> {
        let (_, id, at) = self.next(awake).filter(|it| it.0 <= now)?;
        let mut taken = None;
        self.change(id, |wire| {
            taken = wire.pipe(at).packets.pop_front().map(|(_, packet)| packet);
            if let Some(Packet::Close(code)) = taken {
                wire.pipe(at).cut = true;
                if at == End::Browser && wire.closed {
                    wire.up.put(now, Packet::Close(code));
                    wire.up.cut = true;
                }
            }
        });
        let packet = taken?;
        let wire = self.wires.get(&id)?;
        let (browser, relay) = (wire.browser, wire.relay);
        let is_over = matches!(packet, Packet::Close(_))
            && wire.up.packets.is_empty()
            && wire.down.packets.is_empty();
        if is_over {
            self.wires.remove(&id);
        }
        Some(Delivery { wire: id, at, browser, relay, packet })
    }

    /// The next packet whose receiver is awake; those of sleepers wait.
    fn next(&self, awake: impl Fn(Browser) -> bool) -> Option<(Timestamp, WireId, End)> {
        let heard = |(_, id, at): &&(Timestamp, WireId, End)| match at {
            End::Relay => true,
            End::Browser => self.wires.get(id).is_some_and(|it| awake(it.browser)),
        };
        self.heads.iter().find(heard).copied()
    }

    /// Changes a socket, and keeps the order of arrivals.
    fn change(&mut self, id: WireId, how: impl FnOnce(&mut Wire<Browser, Relay>)) {
        let Some(wire) = self.wires.get_mut(&id) else { return };
        let before = wire.heads();
        how(wire);
        let after = wire.heads();
        for ((end, before), (_, after)) in before.into_iter().zip(after) {
            if before == after {
                continue;
            }
            if let Some(at) = before {
                self.heads.remove(&(at, id, end));
            }
            if let Some(at) = after {
                self.heads.insert((at, id, end));
            }
        }
    }
}
