//! What an alarm brings back, and what is left to do after an erasure.

use std::rc::Rc;

use inbox_host::Timer;
use inbox_room::Room;
use inbox_types::{
    ConversationId, Millis, Timestamp,
    limits::{PENDING_FILE_LIFE, VACANT_LIFE},
};

use worker::Bucket;

use super::{Hand, Shell, delivery, index};
use crate::{
    attachments::upload::key,
    config,
    platform::{self, now, sql::all_or_none},
    refuse::{ApiError, Result},
    requests::call,
    workspace::request::WorkspaceRequest,
};

/// Files that are read at once whose bytes are to be deleted.
const SWEPT_AT_ONCE: u64 = 100;
/// When a timer is due again whose work failed.
const TIMER_AGAIN: Millis = Millis::seconds(5);

impl Shell {
    /// Deletes the database that something was erased from. Nothing else happens meanwhile.
    pub(super) async fn purge(self: &Rc<Self>) -> Result<()> {
        let shell = Rc::clone(self);
        let purged =
            self.state.block_concurrency_while(async move { Ok(shell.purge_alone().await) });
        purged.await?
    }

    /// A crash after the deletion leaves nothing at all. So the workspace knows the epoch before,
    /// the desk has heard, and the files are gone.
    async fn purge_alone(self: &Rc<Self>) -> Result<()> {
        let Some(home) = self.home()? else { return Ok(()) };
        if self.timer(Timer::Purge)?.is_none() {
            return Ok(());
        }
        let standing = self.log.standing()?;
        let conversation = home.identity.conversation.clone();
        let ask = WorkspaceRequest::Erased { conversation, standing };
        call::ask::<_, ()>(&config::workspace(&self.env)?, &ask).await?;
        index::forget(self).await?;
        self.try_tell_desk().await?;
        self.tell_audit().await?;
        self.sweep().await?;
        // Whoever came back before this could be done has written over some of it.
        if self.with_room(Room::is_new)? {
            let gone = self.log.gone()?;
            platform::delete_all(&self.state)?;
            self.forget_reads();
            self.runner.borrow_mut().forget_report();
            self.log.create()?;
            all_or_none(&self.state, || {
                self.log.put_meta("standing", &standing)?;
                self.log.put_gone(&gone)?;
                self.log.put_meta("identity", &home.identity)?;
                self.log.put_meta("site", &home.site)
            })?;
        }
        Ok(self.set_timer(Timer::Purge, None)?)
    }

    /// Has the workspace write down what must be known when this conversation is gone.
    async fn tell_audit(self: &Rc<Self>) -> Result<()> {
        let Some(home) = self.home()? else { return Ok(()) };
        let workspace = config::workspace(&self.env)?;
        for (no, audited) in self.log.audited()? {
            let conversation = home.identity.conversation.clone();
            call::ask::<_, ()>(&workspace, &WorkspaceRequest::Audit { conversation, no, audited })
                .await?;
            self.log.forget_audited(no)?;
        }
        Ok(self.set_timer(Timer::Audit, None)?)
    }

    /// The alarm: whatever is due. A failure must not be thrown: the platform gives up after
    /// six, and then nothing would ever be due again.
    pub(super) async fn wake_up(self: &Rc<Self>) {
        if self.is_given_up.get() {
            return;
        }
        self.timers.fired();
        let due = self.timers.due(&self.store, now()).unwrap_or_default();
        if let Err(error) = self.timers.insure(&self.state, &due, now()) {
            worker::console_error!("the alarm could not be insured: {error}");
        }
        for kind in due {
            let done = match Timer::named(&kind) {
                Some(timer) => self.due(timer).await,
                None => self.timers.set(&self.store, &kind, None).map_err(ApiError::from),
            };
            if let Err(error) = done {
                worker::console_error!("fault at a timer of a conversation: {kind}: {error:?}");
                let again = Some(now().after(TIMER_AGAIN));
                if let Err(error) = self.timers.set(&self.store, &kind, again) {
                    worker::console_error!("a timer could not be set again: {error}");
                }
            }
            if self.is_given_up.get() {
                return;
            }
        }
        if let Err(error) = self.arm() {
            worker::console_error!("the alarm could not be set: {error}");
        }
    }

    async fn due(self: &Rc<Self>, timer: Timer) -> Result<()> {
        match timer {
            Timer::Room => self.runner.borrow_mut().room_due(&mut Hand::of(self)),
            Timer::Report => self.report_due().await,
            Timer::Forward => delivery::run(self).await,
            Timer::Sweep => self.sweep().await,
            Timer::Purge => self.purge().await,
            Timer::Vacant => self.leave_if_vacant(),
            Timer::Audit => self.tell_audit().await,
            Timer::Index => index::run(self).await,
        }
    }

    /// Gives the object up if nobody ever said a line in it, nothing waits to be sent, and nobody is
    /// there. What strangers can make is not kept for good, a log-out included (RM50).
    fn leave_if_vacant(self: &Rc<Self>) -> Result<()> {
        if !self.with_room(Room::is_vacant)? {
            return Ok(self.set_timer(Timer::Vacant, None)?);
        }
        if !self.log.has_files()? && self.sockets.all(&self.state).is_empty() {
            return Ok(self.give_up()?);
        }
        Ok(self.set_timer(Timer::Vacant, Some(now().after(VACANT_LIFE)))?)
    }

    pub(super) fn give_up(&self) -> worker::Result<()> {
        platform::delete_all(&self.state)?;
        worker::console_log!("gave up a conversation in which nothing was said");
        self.is_given_up.set(true);
        self.forget_reads();
        self.runner.take();
        self.home.replace(None);
        Ok(())
    }

    /// Deletes from the bucket what is not wanted any more, and what was never sent.
    // HO154
    async fn sweep(self: &Rc<Self>) -> Result<()> {
        let Some(home) = self.home()? else { return Ok(()) };
        let conversation = &home.identity.conversation;
        let day_ago = now().as_millis().saturating_sub(PENDING_FILE_LIFE.0);
        self.log.forget_pending_files(Timestamp::from_millis(day_ago))?;
        let bucket = self.env.bucket("ATTACHMENTS")?;
        loop {
            let unwanted = self.log.unwanted_files(SWEPT_AT_ONCE)?;
            for file in &unwanted {
                bucket.delete(key(conversation, file)).await?;
                self.log.forget_unwanted(file)?;
            }
            if unwanted.is_empty() {
                break;
            }
        }
        if self.log.may_have_strays()? {
            self.sweep_strays(&bucket, conversation).await?;
            self.log.has_no_strays()?;
        }
        let next =
            self.log.oldest_pending_file()?.map(|it| it.after(PENDING_FILE_LIFE).after(Millis(1)));
        Ok(self.set_timer(Timer::Sweep, next)?)
    }

    /// Looks through all that the bucket has of the conversation, and deletes what has no row.
    // HO154
    async fn sweep_strays(&self, bucket: &Bucket, conversation: &ConversationId) -> Result<()> {
        let prefix = format!("{conversation}/");
        let mut cursor: Option<String> = None;
        loop {
            let list = bucket.list().prefix(prefix.clone());
            let list = match cursor.take() {
                Some(cursor) => list.cursor(cursor),
                None => list,
            };
            let page = list.execute().await?;
            // Looked up after the listing: a row always comes before its bytes.
            for object in page.objects() {
                let key = object.key();
                let known =
                    key.strip_prefix(&prefix).map(|it| self.log.has_file(it)).transpose()?;
                if known != Some(true) {
                    bucket.delete(key).await?;
                }
            }
            cursor = page.cursor().filter(|_| page.truncated());
            if cursor.is_none() {
                return Ok(());
            }
        }
    }
}
