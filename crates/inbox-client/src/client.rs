//! One conversation in one tab of a browser.

mod lines;
mod receive;

use inbox_protocol::{Entry, EntryBody};
use inbox_types::{Author, ClientId, File, FileId, MemberId, Millis, Place, Timestamp};

use crate::{
    Call, Connector, Failure, Frame, NewMessage, SavedMessage, Say, Status, Typist, UnsentMessage,
    queue::Queue, transcript::Transcript, typing::Typing,
};

/// How long the relay may take to answer a message although it says other things.
// CL19
const ANSWER_PATIENCE: Millis = Millis::seconds(20);

/// What happened to the tab.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Input<Body> {
    /// What storage holds and this tab may answer for; see [`adoptable`](crate::adoptable).
    Restored(Vec<SavedMessage>),
    /// The chat is wanted: connect and stay connected.
    Connect,
    /// It is wanted anew by somebody who may be let in by now, though the relay sent them away.
    Again,
    /// The chat is not wanted any more, or the page is being put aside.
    Disconnect,
    /// The page is online, visible or shown again.
    Woken,
    /// [`Client::due`] has come.
    Tick,
    /// The socket that was dialed is open.
    Opened {
        /// Its number.
        socket: u32,
    },
    /// The relay said something about the transcript.
    Heard {
        /// The socket's number.
        socket: u32,
        /// What it said.
        frame: Frame<Body>,
    },
    /// The relay answered a ping, or said something that is not about the transcript.
    Alive {
        /// The socket's number.
        socket: u32,
    },
    /// The socket closed, or could not be opened.
    Closed {
        /// Its number.
        socket: u32,
        /// The close code.
        code: u16,
    },
    /// The person wrote a line.
    Wrote {
        /// Its name, minted by the shell.
        client_id: ClientId,
        /// What was written.
        draft: NewMessage,
    },
    /// A file that a line waits for is stored.
    Stored {
        /// Its name in this page.
        upload: FileId,
        /// What it is at the relay.
        file: File,
    },
    /// A file that a line waits for will not be stored: the line is failed.
    NotStored {
        /// Its name in this page.
        upload: FileId,
        /// Why.
        failure: Failure,
    },
    /// The relay does not have this line's files (any more), and the page still does: the line
    /// waits for them again.
    FilesLost {
        /// Which line.
        client_id: ClientId,
        /// Its files, all under the names that this page has given them.
        files: Vec<File>,
    },
    /// Another tab of this browser was quicker to say who it is, so that nothing that was said
    /// here before is known there.
    Joined,
    /// The person wants a failed line to be sent after all.
    Retry {
        /// Which one.
        client_id: ClientId,
    },
    /// The person gives up a line that has failed, or that waits for an upload.
    Discard {
        /// Which one.
        client_id: ClientId,
    },
    /// The person pressed a key in the composer.
    Typed,
    /// The composer is empty or was left.
    StoppedTyping,
    /// Who of the team takes part from now on.
    Present(Vec<MemberId>),
    /// Everything up to here was on screen.
    Saw {
        /// The last place seen.
        place: Place,
    },
    /// The person wants to read what stands before the first entry.
    Earlier,
    /// The entries that are here are not what this reader may see from now on, less or more: they
    /// are forgotten and asked for anew.
    Afresh,
}

/// What the shell must do, in this order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Output {
    /// Something about sockets.
    Call(Call),
    /// Say this on the socket that was opened last.
    Say(Say),
    /// Store the line under its name, replacing what is there.
    Keep(SavedMessage),
    /// Remove the line of this name from storage.
    Forget(ClientId),
    /// Somebody else wrote something that this reader has not seen.
    Arrived {
        /// Where it stands.
        place: Place,
    },
    /// The history was erased: what was shown is gone, what is unsent is not.
    Erased,
    /// A kept line that waits for files which went with the page that had them: it cannot be sent
    /// as it is, and is the person's to write again.
    Unfinished(NewMessage),
}

/// One conversation in one tab.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Client<Body> {
    me: Author,
    tab: u32,
    link: Connector,
    transcript: Transcript<Body>,
    queue: Queue,
    typing: Typing,
    epoch: u32,
    seen: Place,
    seen_by_me: Place,
    /// What the relay was told on this socket, or told us, of `seen_by_me`.
    seen_said: Place,
    /// The first page is not news.
    first_page: bool,
    history_asked: bool,
    /// Since when the relay owes an answer to a message.
    owed_since: Option<Timestamp>,
    revision: u32,
}

impl<Body: EntryBody> Client<Body> {
    /// A client that knows nothing yet. `tab` is this tab's number, the same after
    /// a reload; `seed` is any number.
    #[must_use]
    pub fn new(me: Author, tab: u32, seed: u32) -> Self {
        Self {
            me,
            tab,
            link: Connector::new(seed),
            transcript: Transcript::new(),
            queue: Queue::default(),
            typing: Typing::default(),
            epoch: 0,
            seen: Place::default(),
            seen_by_me: Place::default(),
            seen_said: Place::default(),
            first_page: true,
            history_asked: false,
            owed_since: None,
            revision: 0,
        }
    }

    /// What was stored, oldest first, without a gap. Edits and deletions are applied
    /// to their messages; as lines of their own they show nothing.
    #[must_use]
    pub fn entries(&self) -> &[Entry<Body>] {
        self.transcript.entries()
    }

    /// What was written here and is not among the entries, oldest first; shown below them.
    #[must_use]
    pub fn lines(&self) -> &[UnsentMessage] {
        self.queue.lines()
    }

    /// Changes whenever entries or lines do, so that a view can tell without comparing.
    #[must_use]
    pub fn revision(&self) -> u32 {
        self.revision
    }

    /// Whether something stands before the first entry.
    #[must_use]
    pub fn has_earlier(&self) -> bool {
        self.transcript.has_earlier()
    }

    /// Whether the composer must wait until lines have gone out.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.queue.is_full()
    }

    /// Where the connection stands.
    #[must_use]
    pub fn status(&self) -> Status {
        self.link.status()
    }

    /// The epoch of the conversation; 0 before the first welcome.
    #[must_use]
    pub fn epoch(&self) -> u32 {
        self.epoch
    }

    /// What the other side has seen.
    #[must_use]
    pub fn seen(&self) -> Place {
        self.seen
    }

    /// What this person has seen, here or in another browser.
    #[must_use]
    pub fn seen_by_me(&self) -> Place {
        self.seen_by_me
    }

    /// How many messages of others this person has not seen.
    #[must_use]
    // CL28
    pub fn n_unread(&self) -> usize {
        let unread = |it: &&Entry<Body>| {
            self.seen_by_me < it.place
                && it.body.message().is_some_and(|message| {
                    message.author != self.me && message.deleted_at.is_none()
                })
        };
        self.entries().iter().filter(unread).count()
    }

    /// Who else is typing.
    #[must_use]
    pub fn typing(&self) -> &[Typist] {
        self.typing.others()
    }

    /// When [`Input::Tick`] is due.
    #[must_use]
    pub fn due(&self) -> Option<Timestamp> {
        [
            self.link.due(),
            self.queue.due(self.link.is_live()),
            self.typing.due(),
            self.owed_since.map(|it| it.after(ANSWER_PATIENCE)),
        ]
        .into_iter()
        .flatten()
        .min()
    }

    /// Takes one input in and says what follows.
    ///
    /// `now` must not go back while the page lives: `performance.timeOrigin +
    /// performance.now()`, not `Date.now()`.
    // CL1, CL30
    pub fn handle(&mut self, now: Timestamp, input: Input<Body>) -> Vec<Output> {
        let mut outputs = Vec::new();
        let out = &mut outputs;
        match input {
            Input::Restored(kept) => self.restore(kept, out),
            Input::Connect => {
                let call = self.link.connect(now);
                self.call(call, out);
            }
            Input::Again => {
                let call = self.link.again(now);
                self.call(call, out);
            }
            Input::Disconnect => {
                let call = self.link.disconnect();
                self.call(call, out);
            }
            Input::Woken => {
                let call = self.link.woken(now);
                self.call(call, out);
            }
            Input::Tick => self.tick(now, out),
            Input::Opened { socket } => {
                if self.link.opened(now, socket) {
                    let after = self.transcript.last();
                    out.push(Output::Say(Say::Hello { epoch: self.epoch, after }));
                }
            }
            Input::Heard { socket, frame } => {
                if self.link.heard(now, socket) {
                    self.receive(now, frame, out);
                }
            }
            Input::Alive { socket } => {
                let _stale_is_no_matter = self.link.heard(now, socket);
            }
            Input::Closed { socket, code } => {
                let (current, call) = self.link.closed(now, socket, code);
                if current {
                    self.lost();
                }
                self.call(call, out);
            }
            Input::Wrote { client_id, draft } => self.wrote(now, client_id, draft, out),
            Input::Stored { upload, file } => self.stored(&upload, file, out),
            Input::NotStored { upload, failure } => {
                if let Some(client_id) =
                    self.queue.uploading(&upload).map(|it| it.client_id.clone())
                {
                    self.fail(&client_id, failure, out);
                }
            }
            Input::FilesLost { client_id, files } => self.files_lost(now, &client_id, files, out),
            Input::Joined => self.join(now, out),
            Input::Retry { client_id } => self.retry(now, &client_id, out),
            Input::Discard { client_id } => self.discard(&client_id, out),
            Input::Typed => {
                if self.link.is_live() && self.typing.pressed(now) {
                    out.push(Output::Say(Say::Typing { on: true }));
                }
            }
            Input::StoppedTyping => self.stop_typing(now, out),
            Input::Present(team) => self.typing.present(team),
            Input::Saw { place } => {
                self.seen_by_me = self.seen_by_me.max(place);
                self.say_seen(out);
            }
            Input::Earlier => self.ask_for_earlier(now, out),
            Input::Afresh => {
                self.transcript.clear();
                self.revision += 1;
                let call = self.link.redial(now);
                self.call(call, out);
            }
        }
        self.give_up_the_hopeless(now, out);
        self.say_lines(now, out);
        outputs
    }

    fn call(&mut self, call: Option<Call>, out: &mut Vec<Output>) {
        let Some(call) = call else { return };
        if let Call::HangUp { .. } = call {
            self.lost();
        }
        out.push(Output::Call(call));
    }

    /// What was only true of the socket that is gone.
    // CL14
    fn lost(&mut self) {
        self.queue.unsay();
        self.owed_since = None;
        self.history_asked = false;
        self.typing.forget_others();
    }

    fn tick(&mut self, now: Timestamp, out: &mut Vec<Output>) {
        self.typing.tick(now);
        let unanswered = self.owed_since.is_some_and(|it| it.after(ANSWER_PATIENCE) <= now);
        let call = if unanswered { self.link.redial(now) } else { self.link.tick(now) };
        self.call(call, out);
    }

    fn stop_typing(&mut self, now: Timestamp, out: &mut Vec<Output>) {
        if self.typing.stopped(now) && self.link.is_live() {
            out.push(Output::Say(Say::Typing { on: false }));
        }
    }

    // CL6
    fn ask_for_earlier(&mut self, now: Timestamp, out: &mut Vec<Output>) {
        if !self.link.is_live() || !self.has_earlier() || self.history_asked {
            return;
        }
        if let Some(before) = self.transcript.first() {
            self.history_asked = true;
            self.link.asked(now);
            out.push(Output::Say(Say::History { before }));
        }
    }
}
