//! What the inbox core that a company already has may say to a conversation, and what comes of it. It
//! has no socket: each thing that it says is answered once.

use inbox_core::{Actor, Asking, Command, Post, Target};
use inbox_protocol::{
    BridgeAgent, BridgeDone, BridgeFields, BridgeMember, BridgeMessage, BridgeSession, BridgeTags,
    BridgeTyping, FromBridge, Refusal, ToAgent,
};
use inbox_types::{Author, ClientId, MemberCard, Seq, Visibility, limits};

use super::{
    Room,
    agent::{says, target_of},
    turn::Turn,
    visitor::pending_files,
};
use crate::{Frame, Output, mask, wire};

impl Room {
    // RM57
    pub(super) fn receive_bridge(&mut self, turn: &mut Turn<'_>, id: ClientId, said: FromBridge) {
        let answer = self.hear_bridge(turn).and_then(|()| self.bridge_says(turn, id, said));
        turn.told.push(Output::AnswerBridge(answer));
    }

    /// Nobody is asked on behalf of a bridge that speaks too fast, or that there is nothing for. What it
    /// then says counts once more.
    // RM130
    pub(super) fn let_bridge_ask(&mut self, turn: &mut Turn<'_>) {
        let answer = self.hear_bridge(turn).map(|()| BridgeDone::default());
        turn.told.push(Output::AnswerBridge(answer));
    }

    fn hear_bridge(&mut self, turn: &Turn<'_>) -> Result<(), Refusal> {
        if !self.rates.allow_bridge(turn.now) {
            Err(Refusal::Rate)
        } else if !self.is_open_to_bridge() {
            Err(Refusal::NotFound)
        } else {
            Ok(())
        }
    }

    /// Whether there is anything here for a bridge to know of: what is to be erased is hidden from it
    /// too, and before the first session there is nobody to answer.
    // RM57
    #[must_use]
    pub fn is_open_to_bridge(&self) -> bool {
        !self.is_unopened() && self.conversation.purge_at().is_none()
    }

    fn bridge_says(
        &mut self,
        turn: &mut Turn<'_>,
        id: ClientId,
        said: FromBridge,
    ) -> Result<BridgeDone, Refusal> {
        match said {
            FromBridge::Message(message) => {
                return self.bridge_posts(turn, id, Visibility::Public, message);
            }
            FromBridge::Note(message) => {
                return self.bridge_posts(turn, id, Visibility::Note, message);
            }
            FromBridge::Edit(it) => {
                let target = bridge_target(turn, it.id.as_ref(), it.seq)?;
                // RM120
                if !says(turn, target.seq, &it.text) {
                    self.bridge_asks(turn, None, Command::Edit { target, text: it.text })?;
                }
            }
            FromBridge::Delete(it) => {
                let target = bridge_target(turn, it.id.as_ref(), it.seq)?;
                self.bridge_asks(turn, None, Command::Delete { target })?;
            }
            FromBridge::Typing(typing) => self.bridge_types(turn, typing),
            FromBridge::Seen(it) => {
                let seq = it.seq.min(self.transcript.head);
                let up_to = self.up_to(turn, seq);
                self.team_saw(turn, seq, up_to);
            }
            FromBridge::Status(it) => {
                let command = match it.status {
                    BridgeSession::Closed => Command::End { ask: Asking::Never, reason: None },
                    BridgeSession::Open => Command::Reopen,
                };
                self.bridge_asks(turn, None, command)?;
            }
            FromBridge::Assignee(it) => self.bridge_assigns(turn, it.assignee)?,
            FromBridge::Tags(it) => self.bridge_tags(turn, it)?,
            FromBridge::Fields(it) => self.bridge_fills_in(turn, it)?,
        }
        Ok(BridgeDone::default())
    }

    fn bridge_asks(
        &mut self,
        turn: &mut Turn<'_>,
        by: Option<BridgeAgent>,
        command: Command,
    ) -> Result<(), Refusal> {
        let context = self.context(&[], 0);
        let by = Actor::Bridge(by.map(|it| it.name));
        self.request(turn, by, command, &context).map_err(wire::refusal)
    }

    /// Its name is the caller's own, or else the delivery's, and is stored once for ever.
    // RM58, AP4
    fn bridge_posts(
        &mut self,
        turn: &mut Turn<'_>,
        id: ClientId,
        visibility: Visibility,
        message: BridgeMessage,
    ) -> Result<BridgeDone, Refusal> {
        let client_id = message.id.unwrap_or(id);
        if let Some(placed) = turn.log.find_by_key(&Author::Bridge, &client_id) {
            return Ok(BridgeDone { seq: Some(placed.seq) });
        }
        let files = pending_files(turn, &Author::Bridge, &message.files)?;
        let post = Post {
            client_id,
            visibility,
            text: message.text,
            files,
            detection: None,
            page: None,
            campaign: None,
        };
        self.bridge_asks(turn, message.agent, Command::Post(post))?;
        let stored = turn.batch.events.iter().rev().find(|it| it.idempotency_key().is_some());
        let seq: Option<Seq> = stored.map(|it| it.seq);
        Ok(BridgeDone { seq: Some(seq.ok_or(Refusal::Unavailable)?) })
    }

    /// Whoever is named by an address only is not known here: the shell has asked the workspace who it is.
    // AP3
    fn bridge_assigns(
        &mut self,
        turn: &mut Turn<'_>,
        assignee: Option<BridgeMember>,
    ) -> Result<(), Refusal> {
        let to = match assignee {
            Some(BridgeMember { id: Some(id), email: None }) => {
                Some(self.colleague(&id).ok_or(Refusal::NotFound)?)
            }
            Some(_) => return Err(Refusal::Malformed),
            None => None,
        };
        self.bridge_asks(turn, None, Command::Assign { to })
    }

    /// Whether it may upload another file, where `n_pending` were not sent yet.
    ///
    /// # Errors
    ///
    /// The refusal to answer with.
    // AP4
    pub fn may_bridge_upload(&self, n_pending: usize) -> Result<(), Refusal> {
        if !self.is_open_to_bridge() {
            Err(Refusal::NotFound)
        } else if limits::PENDING_FILES <= n_pending {
            Err(Refusal::TooManyFiles)
        } else {
            Ok(())
        }
    }

    /// Nobody is told that somebody types where nobody can write.
    // RM59
    fn bridge_types(&self, turn: &mut Turn<'_>, BridgeTyping { agent, on, .. }: BridgeTyping) {
        if self.conversation.open_session().is_none() {
            return;
        }
        let card = MemberCard::external(agent.name);
        self.tell_visitors_who_types(turn, &card, on);
        for (conn, _) in self.greeted_agents() {
            let agent = Some(card.clone());
            turn.answer(conn, Frame::Agent(ToAgent::Typing { agent, on }));
        }
    }

    /// Where the site tells its texts masked, a tag that comes back as it was told is the one that it
    /// hides, and by what is hidden nothing is named.
    // RM60, RM112, RM123, RM140
    fn bridge_tags(&mut self, turn: &mut Turn<'_>, said: BridgeTags) -> Result<(), Refusal> {
        let BridgeTags { agent, mut add, mut remove, .. } = said;
        // Each is compared with each.
        if limits::TAGS < add.len().max(remove.len()) {
            return Err(Refusal::TooMany);
        }
        if self.facts.site.mask_sensitive {
            let meant = mask::named_tags(&self.known(turn).tags, add, &remove);
            (add, remove) = meant.map_err(|mask::Tampered| Refusal::Masked)?;
        }
        let tags = self.retagged(turn, add, &remove);
        if tags == self.known(turn).tags {
            return Ok(());
        }
        self.bridge_asks(turn, Some(agent), Command::SetTags { tags })
    }

    /// Where the site tells its texts masked, a field that comes back as it was told stays what it is.
    // RM60, RM123
    fn bridge_fills_in(&mut self, turn: &mut Turn<'_>, said: BridgeFields) -> Result<(), Refusal> {
        let known = Box::new(self.known(turn).details);
        let mut details = known.clone();
        let shown = mask::details(self.facts.site.mask_sensitive, (*known).clone());
        for (field, text) in said.fields {
            let text = text.unwrap_or_default();
            if !text.is_empty() && text == field.of(&shown) {
                continue;
            }
            if !field.holds(&text) {
                return Err(Refusal::TooLong);
            }
            field.set(&mut details, &text);
        }
        self.bridge_asks(turn, Some(said.agent), Command::SetContact { details, known })
    }
}

/// One of the bridge's own messages or notes, by the name under which it was stored or by its place.
// RM80
fn bridge_target(
    turn: &Turn<'_>,
    id: Option<&ClientId>,
    seq: Option<Seq>,
) -> Result<Target, Refusal> {
    let seq = match (id, seq) {
        (Some(id), None) => turn.log.find_by_key(&Author::Bridge, id).map(|it| it.seq),
        (None, Some(seq)) => Some(seq),
        (Some(_), Some(_)) | (None, None) => return Err(Refusal::Malformed),
    };
    let stored = seq.and_then(|it| turn.read(it));
    let target = stored.as_ref().and_then(target_of).filter(|it| it.author == Author::Bridge);
    target.ok_or(Refusal::NotFound)
}
