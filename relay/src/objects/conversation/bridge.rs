//! What the inbox core that the company already has says here, and asks again for.

use std::rc::Rc;

use inbox_host::{
    HeardBefore, Timer,
    forward::{ForwardPolicy, Missed, link_files, missed},
};
use inbox_protocol::{
    BridgeDeletion, BridgeDone, BridgeEdit, BridgeMember, FromBridge, Refusal, http::ApiScope,
};
use inbox_room::{Input, Log, Numbering, Room, Stored};
use inbox_types::{
    Author, ClientId, File, FileId, MediaType, MemberId, Place, Seq, limits::BRIDGE_EVENTS,
};

use super::{
    Shell, SiteContext,
    delivery::{file_link, file_link_for_key},
};
use crate::{
    config,
    platform::now,
    refuse::{ApiError, Result},
    requests::{call, conversation::Program},
    signed::secret_mark::SecretMark,
    workspace::{key_names, request::WorkspaceRequest},
};

impl Shell {
    /// Does what the bridge says, once. Nothing waits between looking whether it was done and noting
    /// that it is; nobody is asked whom it means where it was done, or where it may not speak.
    // RM130
    pub(super) async fn bridge_says(
        self: &Rc<Self>,
        by: &Program,
        id: ClientId,
        said: FromBridge,
    ) -> Result<BridgeDone> {
        self.known_to_bridge(by).await?;
        if let Some(done) = self.heard_before(&id, &said)? {
            return Ok(done);
        }
        let said = self.with_member(said).await?;
        self.must_be_its_own(by, &said)?;
        // It may have been said again while somebody was asked.
        if let Some(done) = self.heard_before(&id, &said)? {
            return Ok(done);
        }
        let done = self.bridge_answers(Input::Bridge { id: id.clone(), said })?;
        self.log.put_bridged(&id, &done, now())?;
        Ok(done)
    }

    /// What was answered to what a program says once more. What it said before an erasure concerns nothing
    /// that is still here.
    // HO203
    fn heard_before(&self, id: &ClientId, said: &FromBridge) -> Result<Option<BridgeDone>> {
        match self.log.heard_before(id, said, now())? {
            HeardBefore::No => Ok(None),
            HeardBefore::Yes(done) => Ok(Some(done)),
            HeardBefore::ButErased => Err(Refusal::NotFound.into()),
        }
    }

    /// What a key names by its place has to be said with it; its names are its own anyway. The company's
    /// own inbox changes what any program said.
    // AP33
    fn must_be_its_own(&self, by: &Program, said: &FromBridge) -> Result<()> {
        let (FromBridge::Edit(BridgeEdit { seq: Some(seq), .. })
        | FromBridge::Delete(BridgeDeletion { seq: Some(seq), .. })) = said
        else {
            return Ok(());
        };
        let Program::Key(key) = by else { return Ok(()) };
        let stored = self.log.at(Numbering::Team, Place(seq.0));
        let stored_under = stored.as_ref().and_then(Stored::idempotency_key);
        let is_own = stored_under.is_some_and(|(_, id)| key_names::is_of(key, id));
        is_own.then_some(()).ok_or_else(|| Refusal::NotFound.into())
    }

    fn bridge_answers(self: &Rc<Self>, input: Input) -> Result<BridgeDone> {
        self.drive(input)?;
        let answer = self.bridge_answer.take();
        Ok(answer.ok_or_else(|| ApiError::broken("a bridge that was not answered"))??)
    }

    /// A member who is named by their address is named by their id: the room knows no addresses.
    async fn with_member(self: &Rc<Self>, mut said: FromBridge) -> Result<FromBridge> {
        if let FromBridge::Assignee(it) = &mut said
            && let Some(BridgeMember { id: None, email: Some(email) }) = &it.assignee
        {
            self.bridge_answers(Input::BridgeAsks)?;
            let ask = WorkspaceRequest::MemberOf { email: email.clone() };
            let id: Option<MemberId> = call::ask(&config::workspace(&self.env)?, &ask).await?;
            let id = Some(id.ok_or(Refusal::NotFound)?);
            it.assignee = Some(BridgeMember { id, email: None });
        }
        Ok(said)
    }

    /// The bridge is about to upload. What it has uploaded under this name before is the answer, and
    /// nothing is uploaded then.
    pub(super) async fn bridge_begins_upload(
        self: &Rc<Self>,
        by: &Program,
        id: &ClientId,
        file: &File,
    ) -> Result<Option<File>> {
        self.known_to_bridge(by).await?;
        let first = self.log.bridge_upload(id)?;
        if first.is_none() {
            let n_pending = self.log.n_pending_files(&Author::Bridge)?;
            self.with_room(|it| it.may_bridge_upload(n_pending))??;
            self.announce(file, &Author::Bridge)?;
        }
        Ok(first)
    }

    /// Refuses an upload all of which is there if whoever uploads may write no longer.
    // AP31, AP40
    pub(super) async fn may_bridge_finish(
        self: &Rc<Self>,
        by: &Program,
        signed_with: Option<&SecretMark>,
    ) -> Result<()> {
        if let Program::Key(key) = by {
            let ask = WorkspaceRequest::KeyMay { key: key.clone(), scope: ApiScope::Write };
            call::ask::<_, ()>(&config::workspace(&self.env)?, &ask).await?;
        }
        let home = self.known_to_bridge(by).await?;
        let taken = home.site.taken(now());
        match by {
            Program::Inbox(_) if !signed_with.is_some_and(|it| it.is_one_of(&taken)) => {
                Err(Refusal::Unauthorized.into())
            }
            Program::Inbox(_) | Program::Key(_) => Ok(()),
        }
    }

    /// All bytes of an upload are stored. The answer is the file that the name of this upload stands for,
    /// which is another one if that was under way as well and came first.
    // HO140
    pub(super) fn bridge_finishes_upload(
        self: &Rc<Self>,
        id: &ClientId,
        file: &FileId,
        media: MediaType,
    ) -> Result<File> {
        self.with_room(|it| it.may_bridge_upload(0))??;
        let kept = self.log.finish_bridge_upload(id, file, media, now())?;
        let kept = kept.ok_or(Refusal::NotFound)?;
        if kept.id != *file {
            self.set_timer(Timer::Sweep, Some(now()))?;
            self.arm()?;
        }
        Ok(kept)
    }

    /// What the bridge would have been sent of what follows an event.
    pub(super) async fn missed_by_bridge(
        self: &Rc<Self>,
        by: &Program,
        after: Seq,
    ) -> Result<Missed> {
        let home = self.open_to_bridge(by).await?;
        // What was said while the site had no webhook is told to no inbox (HO9, HO202), and nothing where
        // there is none any more; a key of the API reads all.
        let after = match by {
            Program::Inbox(_) => {
                let webhook = home.site.webhook.as_ref().filter(|it| it.answers);
                after.max(self.log.owed_after(webhook.ok_or(Refusal::Unauthorized)?)?)
            }
            Program::Key(_) => after,
        };
        let following = self.log.following(after, BRIDGE_EVENTS)?;
        let epoch = self.log.standing()?.epoch;
        let policy = ForwardPolicy::of(&home.site.facts.site);
        let mut missed = missed(&home.identity, epoch, &following, policy, (after, BRIDGE_EVENTS));
        self.link_missed(&home, by, &mut missed)?;
        Ok(missed)
    }

    /// Puts an address beside each file of what was missed: one for the inbox, or one for the key.
    fn link_missed(&self, home: &SiteContext, by: &Program, missed: &mut Missed) -> Result<()> {
        let config = self.config()?;
        for event in &mut missed.events {
            match (by, &home.site.webhook) {
                (Program::Key(key), _) => {
                    link_files(event, |it| file_link_for_key(config, home, key, it));
                }
                (Program::Inbox(_), Some(webhook)) => {
                    link_files(event, |it| file_link(config, home, &webhook.url, it));
                }
                (Program::Inbox(_), None) => {}
            }
        }
        Ok(())
    }

    /// This conversation, if the program has to do with it and there is something in it to read.
    // RM57
    pub(super) async fn open_to_bridge(self: &Rc<Self>, by: &Program) -> Result<Rc<SiteContext>> {
        let home = self.known_to_bridge(by).await?;
        if self.with_room(Room::is_open_to_bridge)? {
            Ok(home)
        } else {
            Err(Refusal::NotFound.into())
        }
    }

    /// This conversation, if the program has to do with it. Being asked makes an object; where there is
    /// nothing to be had, nothing stays of that.
    async fn known_to_bridge(self: &Rc<Self>, by: &Program) -> Result<Rc<SiteContext>> {
        let Some(home) = self.home()? else {
            self.give_up()?;
            return Err(Refusal::NotFound.into());
        };
        if !by.is_of(&home.identity.site) {
            return Err(Refusal::NotFound.into());
        }
        self.learn_what_is_recent(home.identity.clone()).await?;
        Ok(self.home()?.ok_or(Refusal::NotFound)?)
    }
}
