//! What the inbox core that the company already has says here, and asks again for.

use std::rc::Rc;

use inbox_host::forward::{Missed, link_files, missed};
use inbox_protocol::{BridgeDone, BridgeMember, FromBridge, Refusal};
use inbox_room::{Input, Room};
use inbox_types::{
    Author, ClientId, File, FileId, MediaType, MemberId, Seq, SiteId, limits::BRIDGE_EVENTS,
};

use super::{Shell, SiteContext, delivery::file_link};
use crate::{
    config,
    platform::now,
    refuse::{ApiError, Result},
    requests::call,
    workspace::request::WorkspaceRequest,
};

impl Shell {
    /// Does what the bridge says, once. Nothing waits between looking whether it was done and noting
    /// that it is.
    pub(super) async fn bridge_says(
        self: &Rc<Self>,
        site: Option<&SiteId>,
        id: ClientId,
        said: FromBridge,
    ) -> Result<BridgeDone> {
        self.known_to_bridge(site).await?;
        let said = self.with_member(said).await?;
        if let Some(done) = self.log.bridged(&id)? {
            return Ok(done);
        }
        self.drive(Input::Bridge { id: id.clone(), said })?;
        let answer = self.bridge_answer.take();
        let done = answer.ok_or_else(|| ApiError::broken("a bridge that was not answered"))??;
        self.log.put_bridged(&id, &done, now())?;
        Ok(done)
    }

    /// A member who is named by their address is named by their id: the room knows no addresses.
    async fn with_member(&self, mut said: FromBridge) -> Result<FromBridge> {
        if let FromBridge::Assignee(it) = &mut said
            && let Some(BridgeMember { id: None, email: Some(email) }) = &it.assignee
        {
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
        site: Option<&SiteId>,
        id: &ClientId,
        file: &File,
    ) -> Result<Option<File>> {
        self.known_to_bridge(site).await?;
        let first = self.log.bridge_upload(id)?;
        if first.is_none() {
            let n_pending = self.log.n_pending_files(&Author::Bridge)?;
            self.with_room(|it| it.may_bridge_upload(n_pending))??;
            self.announce(file, &Author::Bridge)?;
        }
        Ok(first)
    }

    pub(super) async fn bridge_finishes_upload(
        self: &Rc<Self>,
        site: Option<&SiteId>,
        id: &ClientId,
        file: &FileId,
        media: MediaType,
    ) -> Result<()> {
        self.known_to_bridge(site).await?;
        self.with_room(|it| it.may_bridge_upload(0))??;
        let file = self.log.finish_file(file, media)?.ok_or(Refusal::NotFound)?;
        Ok(self.log.put_bridge_upload(id, &file, now())?)
    }

    /// What the bridge would have been sent of what follows an event.
    pub(super) async fn missed_by_bridge(
        self: &Rc<Self>,
        site: Option<&SiteId>,
        after: Seq,
    ) -> Result<Missed> {
        let home = self.known_to_bridge(site).await?;
        if !self.with_room(Room::is_open_to_bridge)? {
            return Err(Refusal::NotFound.into());
        }
        // What was said while the site had no webhook is told to no inbox (HO9); a key of the API reads all.
        let webhook = home.site.webhook.as_ref().filter(|_| site.is_some());
        let since = webhook.map(|it| it.since).unwrap_or_default();
        let after = after.max(self.log.last_before(since)?);
        let following = self.log.following(after, BRIDGE_EVENTS)?;
        let epoch = self.log.standing()?.epoch;
        let masked = home.site.facts.site.mask_sensitive;
        let mut missed = missed(&home.identity, epoch, &following, masked, (after, BRIDGE_EVENTS));
        let config = self.config()?;
        if let Some(webhook) = webhook {
            for event in &mut missed.events {
                link_files(event, |it| file_link(config, &home, &webhook.url, it));
            }
        }
        Ok(missed)
    }

    /// This conversation, if it is one of the site, or of any if none is named. Being asked makes an object; where there is nothing
    /// to be had, nothing stays of that.
    async fn known_to_bridge(self: &Rc<Self>, site: Option<&SiteId>) -> Result<Rc<SiteContext>> {
        let Some(home) = self.home()? else {
            self.give_up()?;
            return Err(Refusal::NotFound.into());
        };
        if site.is_some_and(|it| home.identity.site != *it) {
            return Err(Refusal::NotFound.into());
        }
        self.learn_what_is_recent(home.identity.clone()).await?;
        Ok(self.home()?.ok_or(Refusal::NotFound)?)
    }
}
