//! What visitors and agents do, at random.

use inbox_client::{Input, NewMessage, UnsentState};
use inbox_protocol::{AgentBody, EntryBody, FromAgent, FromDesk, FromVisitor, TransferTarget};
use inbox_types::{
    Action, Author, AwayReason, ClientId, File, FileId, MediaType, MessageText, Millis, Place,
    Presence, SessionState, TransferMode, Visibility, Visit,
};

use super::{
    World,
    client::{Side, SimulatedClient},
    console::{Chat, Console},
    env::{Address, Env},
    room_host::RoomHost,
    told::{NOTE, WHISPER},
};
use crate::{Observation, disk::text};

impl World {
    pub(super) fn visitor_acts(&mut self) {
        let index = self.env.random.index(self.tabs.len());
        let Some(tab) = &mut self.tabs[index] else { return };
        if tab.frozen {
            return;
        }
        let env = &mut self.env;
        let room = &mut self.rooms[tab.conversation];
        match env.random.below(100) {
            0..55 => {
                let draft = draft(env, room, Author::Visitor, Visibility::Public);
                tab.write(env, draft, "v");
            }
            55..62 => mend(env, tab),
            62..70 => tab.input(env, Input::Typed),
            70..78 => see(env, tab),
            78..82 => tab.input(env, Input::Earlier),
            82..84 => tab.say(env, text(&FromVisitor::End)),
            84..88 => {
                let more = env.random.permille(500);
                tab.say(env, text(&FromVisitor::Answer { more }));
            }
            88..91 => {
                let session = room.disk.events.last().map(|it| it.body.event.session);
                let frame = FromVisitor::Rate {
                    session: session.unwrap_or_default(),
                    stars: 4,
                    comment: None,
                };
                tab.say(env, text(&frame));
            }
            91..95 => {
                let visits = vec![visit(env)];
                tab.say(env, text(&FromVisitor::Visits { visits }));
            }
            _ => tab.input(env, Input::StoppedTyping),
        }
    }

    pub(super) fn agent_acts(&mut self) {
        let index = self.env.random.index(self.consoles.len());
        let console = &mut self.consoles[index];
        if console.frozen {
            return;
        }
        let env = &mut self.env;
        if console.chats.is_empty() || env.random.permille(80) {
            let conversation = env.random.index(self.rooms.len());
            open_or_close(env, console, conversation, &self.rooms[conversation]);
            return;
        }
        if env.random.permille(150) {
            use_the_desk(env, console);
            return;
        }
        let open: Vec<usize> = console.chats.keys().copied().collect();
        let conversation = *env.random.pick(&open);
        let Some(chat) = console.chats.get_mut(&conversation) else { return };
        let room = &mut self.rooms[conversation];
        match env.random.below(100) {
            0..40 => agent_writes(env, chat, room),
            40..46 => mend(env, &mut chat.client),
            46..52 => chat.client.input(env, Input::Typed),
            52..60 => see(env, &mut chat.client),
            60..64 => chat.client.input(env, Input::Earlier),
            64..72 => rewrite(env, chat),
            _ => manage(env, chat, &self.members),
        }
    }
}

fn agent_writes(env: &mut Env, chat: &mut Chat, room: &mut RoomHost) {
    let visibility = match env.random.below(10) {
        0..6 => Visibility::Public,
        6..8 => Visibility::Note,
        _ => Visibility::Whisper,
    };
    let draft = draft(env, room, chat.client.me.clone(), visibility);
    chat.client.write(env, draft, "a");
}

fn draft(env: &mut Env, room: &mut RoomHost, by: Author, visibility: Visibility) -> NewMessage {
    env.n_minted += 1;
    let name = match visibility {
        Visibility::Public => "words",
        Visibility::Note => NOTE,
        Visibility::Whisper => WHISPER,
    };
    let mut said = format!("{name}-{}", env.n_minted);
    if env.random.permille(10) {
        // Longer than any site allows here: refused.
        said.push_str(&"!".repeat(1_200));
    }
    let with_file = env.random.permille(60);
    let files = if with_file { vec![upload(env, room, by)] } else { Vec::new() };
    let text = MessageText::try_from(said).ok();
    NewMessage { text, files, visibility, ..NewMessage::default() }
}

fn upload(env: &mut Env, room: &mut RoomHost, by: Author) -> File {
    let id: FileId = String::from(env.generate_id("f")).parse().expect("a name is an id");
    let name = "photo.png".to_owned().try_into().expect("a name");
    let file = File { id, name, bytes: 4, media: MediaType::Png };
    room.disk.put_file(&file, by);
    file
}

/// Retries or discards a failed line, as people do sooner or later.
fn mend<S: Side>(env: &mut Env, client: &mut SimulatedClient<S>) {
    let failed: Vec<ClientId> = client
        .client
        .lines()
        .iter()
        .filter(|it| matches!(it.state, UnsentState::Failed(_)))
        .map(|it| it.client_id.clone())
        .collect();
    if failed.is_empty() {
        return;
    }
    let client_id = env.random.pick(&failed).clone();
    if env.random.permille(600) {
        client.retry(env, &client_id);
    } else {
        client.discard(env, &client_id);
    }
}

fn see<S: Side>(env: &mut Env, client: &mut SimulatedClient<S>) {
    if let Some(place) = client.client.entries().last().map(|it| it.place) {
        client.input(env, Input::Saw { place });
    }
}

fn visit(env: &mut Env) -> Visit {
    env.n_minted += 1;
    Visit {
        url: format!("https://shop.example/{}", env.n_minted).try_into().expect("an address"),
        title: None,
        referrer: None,
        at: env.now,
    }
}

fn open_or_close(env: &mut Env, console: &mut Console, conversation: usize, room: &RoomHost) {
    if let Some(mut chat) = console.chats.remove(&conversation) {
        chat.client.end(env);
        return;
    }
    open(env, console, conversation, room);
}

/// Opens a conversation in a console.
pub(super) fn open(env: &mut Env, console: &mut Console, conversation: usize, room: &RoomHost) {
    let address = Address::Chat { agent: console.agent, conversation };
    let me = Author::Agent(console.member.clone());
    let person = super::cast::N_VISITORS + console.agent;
    let number = 100 + u32::try_from(console.agent).expect("few agents");
    let mut client: SimulatedClient<AgentBody> =
        SimulatedClient::new(env, address, (person, me), (conversation, room.id.clone()), number);
    client.load(env, &[number]);
    console.chats.insert(conversation, Chat { client, view: None });
}

fn use_the_desk(env: &mut Env, console: &Console) {
    let offers: Vec<_> = console.desk.offers.values().cloned().collect();
    if !offers.is_empty() && env.random.permille(600) {
        let offer = env.random.pick(&offers).clone();
        let accept = env.random.permille(700);
        let frame = FromDesk::Answer { conversation: offer.conversation, offer: offer.id, accept };
        console.say(env, &frame);
        return;
    }
    let presence = match env.random.below(10) {
        0..8 => Presence::Available,
        _ => Presence::Away(AwayReason::Lunch),
    };
    console.say(env, &FromDesk::SetPresence { presence });
}

/// Edits or withdraws one of the agent's own messages.
fn rewrite(env: &mut Env, chat: &mut Chat) {
    let own: Vec<(Place, Visibility)> = chat
        .client
        .client
        .entries()
        .iter()
        .filter_map(|it| {
            let message = it.body.message()?;
            (message.author == chat.client.me).then_some((it.place, message.visibility))
        })
        .collect();
    if own.is_empty() {
        return;
    }
    let (of, visibility) = *env.random.pick(&own);
    if env.random.permille(300) {
        chat.client.ask(env, &FromAgent::Delete { of });
        return;
    }
    env.n_minted += 1;
    let name = match visibility {
        Visibility::Public => "edited",
        Visibility::Note => NOTE,
        Visibility::Whisper => WHISPER,
    };
    let said = format!("{name}-{}", env.n_minted);
    env.observe(Observation::Rewrote { conversation: chat.client.id.clone(), text: said.clone() });
    let text = MessageText::try_from(said).expect("a short text");
    chat.client.ask(env, &FromAgent::Edit { of, text });
}

/// Does something to the session, mostly what the console offers.
fn manage(env: &mut Env, chat: &mut Chat, members: &[inbox_types::MemberId]) {
    let Some(view) = &chat.view else { return };
    let session = view.session.as_ref().map(|it| it.no).unwrap_or_default();
    let offer = view.session.as_ref().and_then(|it| it.offer.as_ref()).map(|it| it.id.clone());
    let colleague = env.random.pick(members).clone();
    let mode =
        Some(if env.random.permille(500) { TransferMode::Direct } else { TransferMode::Request });
    let waits = view.session.as_ref().is_some_and(|it| it.state == SessionState::Queued);
    let what = if waits && env.random.permille(400) { 0 } else { env.random.below(100) };
    let (action, frame) = match what {
        0..30 => (Action::Take, FromAgent::Take),
        30..38 => {
            let to = TransferTarget::Agent(colleague);
            (Action::Transfer, FromAgent::Transfer { to, mode, reason: None, session: None })
        }
        38..46 => (Action::Invite, FromAgent::Invite { agent: colleague, mode, session: None }),
        46..52 => (Action::Leave, FromAgent::Leave { session: None }),
        52..58 => {
            let ask = env.random.permille(500);
            (Action::End, FromAgent::End { ask, reason: None, session: None })
        }
        58..62 => (Action::Ask, FromAgent::Ask),
        62..66 => (Action::Wrapup, FromAgent::Wrapup { session, reason: None, remark: None }),
        66..70 => {
            let until = env.random.permille(500).then(|| env.now.after(Millis::seconds(30)));
            (Action::Snooze, FromAgent::Snooze { until, session: None })
        }
        70..73 => (Action::Snooze, FromAgent::Wake),
        73..77 => (Action::Reopen, FromAgent::Reopen),
        77..80 => (Action::Supervise, FromAgent::Supervise),
        80..88 => match offer {
            Some(offer) if env.random.permille(600) => (Action::Take, FromAgent::Accept { offer }),
            Some(offer) => (Action::Take, FromAgent::Decline { offer }),
            None => return,
        },
        88..90 => (Action::Transfer, FromAgent::CancelOffer),
        90..95 => {
            let tags = vec!["vip".to_owned().try_into().expect("a label")];
            (Action::EditContact, FromAgent::SetTags { tags })
        }
        95..98 => {
            let language = "uk".parse().ok();
            (Action::EditContact, FromAgent::SetLanguage { language })
        }
        98 if env.random.permille(300) => (Action::Block, FromAgent::Block),
        98 => (Action::Block, FromAgent::Unblock),
        _ => (Action::Erase, FromAgent::Erase),
    };
    // Sometimes something that the console does not offer: the relay must refuse it.
    if view.may.contains(&action) || env.random.permille(100) {
        chat.client.ask(env, &frame);
    }
}
