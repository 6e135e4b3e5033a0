//! What the relay says, and what it changes here.

use inbox_protocol::{Entry, EntryBody, Refusal};
use inbox_types::{ClientId, Place, Timestamp};

use super::{Client, Output};
use crate::{Failure, Frame, Say, Status};

impl<Body: EntryBody> Client<Body> {
    pub(super) fn receive(&mut self, now: Timestamp, frame: Frame<Body>, out: &mut Vec<Output>) {
        match frame {
            Frame::Welcome { epoch, seen, seen_by_me } => {
                self.welcome(epoch, seen, seen_by_me, out);
            }
            Frame::Entries(entries) => {
                for entry in entries {
                    self.take_in(now, entry, out);
                }
            }
            Frame::Ready { head } => self.ready(now, head, out),
            Frame::Entry(entry) => self.take_in(now, entry, out),
            Frame::Ack { client_id, place, at } => {
                self.acknowledge(now, &client_id, place, at, out);
            }
            Frame::History(page) => {
                self.history_asked = false;
                self.transcript.prepend(page);
                self.revision += 1;
            }
            Frame::Typing { who, on } => self.typing.heard(now, who, on),
            Frame::Seen { place } => self.seen = self.seen.max(place),
            Frame::SeenByMe { place } => {
                self.seen_by_me = self.seen_by_me.max(place);
                self.seen_said = self.seen_said.max(place);
            }
            Frame::Refused { client_id, reason } => self.refuse(now, &client_id, reason, out),
        }
    }

    // CL7
    pub(super) fn welcome(
        &mut self,
        epoch: u32,
        seen: Place,
        seen_by_me: Place,
        out: &mut Vec<Output>,
    ) {
        if epoch != self.epoch {
            if !self.entries().is_empty() {
                out.push(Output::Erased);
            }
            self.transcript.clear();
            self.revision += 1;
            self.epoch = epoch;
            self.seen = Place::default();
            self.seen_by_me = Place::default();
        }
        self.seen = self.seen.max(seen);
        self.seen_by_me = self.seen_by_me.max(seen_by_me);
        self.seen_said = seen_by_me;
        self.first_page = self.entries().is_empty();
    }

    // CL4
    pub(super) fn ready(&mut self, now: Timestamp, head: Place, out: &mut Vec<Output>) {
        if self.transcript.last().unwrap_or_default() == head {
            self.link.ready(now);
            self.first_page = false;
            self.say_seen(out);
        } else {
            // What is here is not what the relay has, so none of it can be trusted.
            if !self.entries().is_empty() {
                // Nothing failed: too much was missing (RM55). The newest page is a dial away.
                self.link.forgive();
            }
            self.transcript.clear();
            self.revision += 1;
            let call = self.link.redial(now);
            self.call(call, out);
        }
    }

    // CL3
    pub(super) fn take_in(&mut self, now: Timestamp, entry: Entry<Body>, out: &mut Vec<Output>) {
        if matches!(self.link.status(), Status::Resting { .. }) {
            // The rest of a frame that turned out to have a gap.
            return;
        }
        let place = entry.place;
        // Before the relay is done, an empty transcript begins wherever its page does.
        let begins = self.entries().is_empty() && !self.link.is_live();
        let news = if begins {
            self.transcript.begin(entry);
            Ok(true)
        } else {
            self.transcript.append(entry)
        };
        match news {
            Ok(true) => {
                self.revision += 1;
                self.greet_new(now, place, out);
            }
            Ok(false) => (),
            Err(_gap) => {
                let call = self.link.redial(now);
                self.call(call, out);
            }
        }
    }

    /// A new entry may be a line of this tab that has come back, or news.
    pub(super) fn greet_new(&mut self, now: Timestamp, place: Place, out: &mut Vec<Output>) {
        let Some(message) = self.transcript.at(place).and_then(|it| it.body.message()) else {
            return;
        };
        self.typing.wrote(&message.author);
        if message.author == self.me {
            let client_id = message.client_id.clone();
            self.fail_overtaken(&client_id, out);
            if let Some(line) = self.queue.remove(&client_id) {
                out.push(Output::Forget(line.client_id));
                self.answered(now);
            }
        } else if !self.first_page && self.seen_by_me < place {
            out.push(Output::Arrived { place });
        }
    }

    // CL10
    pub(super) fn acknowledge(
        &mut self,
        now: Timestamp,
        client_id: &ClientId,
        place: Place,
        at: Timestamp,
        out: &mut Vec<Output>,
    ) {
        if self.queue.get(client_id).is_none() {
            return;
        }
        self.revision += 1;
        self.fail_overtaken(client_id, out);
        if self.transcript.last().is_some_and(|last| place <= last) {
            self.queue.remove(client_id);
        } else {
            self.queue.sent(client_id, place, at);
        }
        out.push(Output::Forget(client_id.clone()));
        self.answered(now);
    }

    // CL11
    pub(super) fn refuse(
        &mut self,
        now: Timestamp,
        client_id: &ClientId,
        reason: Refusal,
        out: &mut Vec<Output>,
    ) {
        self.fail(client_id, Failure::Refused(reason), out);
        self.answered(now);
    }

    pub(super) fn answered(&mut self, now: Timestamp) {
        self.owed_since = self.queue.owed().then_some(now);
    }

    // CL27
    pub(super) fn say_seen(&mut self, out: &mut Vec<Output>) {
        // Beyond the last entry nothing can have been seen.
        let place = self.seen_by_me.min(self.transcript.last().unwrap_or_default());
        if self.link.is_live() && self.seen_said < place {
            self.seen_said = place;
            out.push(Output::Say(Say::Seen { place }));
        }
    }
}
