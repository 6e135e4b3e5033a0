//! Does what `inbox_host::forward` plans: has a conversation's events posted to its site's webhook, one
//! after the other, and keeps where it is.

use std::rc::Rc;

use inbox_host::forward::{
    Answer, Attempt, Beginning, Cursor, ForwarderState, PAGE, Plan, Step, beginning, cursor_name,
};
use inbox_protocol::http::{UndeliveredEvent, Webhook};
use inbox_room::Stored;
use inbox_types::{Seq, Text};

use super::{FORWARD, Home, Shell};
use crate::{
    config,
    forward::post::post,
    planted::{self, Planted},
    platform::{now, random, sql::SqlLog},
    refuse::Shut,
    requests::call,
    workspace::ask::Ask,
};

/// Under which name the log notes what an admin is shown of this conversation's webhook.
const UNDELIVERED: &str = "undelivered";

/// Gives a webhook its beginning in the log, once.
pub(crate) fn begin(log: &SqlLog, webhook: Option<&Webhook>) -> worker::Result<()> {
    let Some(webhook) = webhook else { return Ok(()) };
    let name = cursor_name(webhook);
    if log.cursor(&name)?.is_some() {
        return Ok(());
    }
    let seq = match beginning(webhook) {
        Beginning::After(at) => log.last_before(at)?,
        Beginning::AtTheEnd => log.last()?,
    };
    log.put_cursor(&name, Cursor { seq, tries: 0 })?;
    log.forget_cursors_but(&name)
}

/// Starts the forwarder, if none is at work.
pub(crate) fn start(shell: &Rc<Shell>) {
    if shell.forwarding.get() {
        return;
    }
    let shell = Rc::clone(shell);
    let state = Rc::clone(&shell);
    state.state.wait_until(async move {
        if let Err(shut) = run(&shell).await {
            worker::console_error!("fault in a forwarder: {shut:?}");
        }
    });
}

/// Sends what follows the cursor, until there is no more or something has to wait.
pub(crate) async fn run(shell: &Rc<Shell>) -> Result<(), Shut> {
    if shell.forwarding.get() {
        let Some(kept) = Kept::read(shell)? else { return Ok(()) };
        return kept.keep(shell, &kept.state(true).plan());
    }
    shell.forwarding.set(true);
    let result = forward(shell).await;
    shell.forwarding.set(false);
    result?;
    Ok(shell.timers.arm(&shell.state, &shell.store)?)
}

async fn forward(shell: &Rc<Shell>) -> Result<(), Shut> {
    if Kept::read(shell)?.is_some_and(|it| it.state(false).asks_first()) {
        shell.relearn().await?;
    }
    loop {
        let Some(kept) = Kept::read(shell)? else {
            return Ok(shell.timers.set(&shell.store, FORWARD, None)?);
        };
        let plan = kept.state(false).plan();
        kept.keep(shell, &plan)?;
        let mut step = plan.step;
        if let Step::Send(attempt) = &step {
            step = settle(shell, &kept, attempt).await?;
        }
        match step {
            Step::Rest => return Ok(()),
            Step::Continue | Step::Send(_) => (),
            Step::GiveUp => worker::console_error!("a delivery was given up"),
            Step::Notify(event) => notify(shell, &kept.home, event.map(|it| *it)).await?,
            Step::SwitchOff(url) => switch_off(shell, &kept.home, url).await?,
        }
    }
}

/// Posts a delivery, and keeps what follows from the answer.
async fn settle(shell: &Shell, kept: &Kept, attempt: &Attempt) -> Result<Step, Shut> {
    let Some(webhook) = &kept.home.site.webhook else { return Ok(Step::Continue) };
    let mut answer = post(shell.config()?.reach, &webhook.secret, attempt).await;
    if planted::has(Planted::ForgetDelivery) {
        answer = Answer::Status { status: 200, retry_after: None };
    }
    // Much may have happened meanwhile.
    let Some(kept) = Kept::read(shell)? else { return Ok(Step::Continue) };
    let plan = kept.state(false).settle(attempt, answer, u32::from_be_bytes(random()));
    kept.keep(shell, &plan)?;
    Ok(plan.step)
}

/// What is stored of a conversation's forwarder, as it is now.
struct Kept {
    home: Rc<Home>,
    /// The name of the webhook's cursor.
    name: Option<String>,
    cursor: Cursor,
    epoch: u32,
    timer: Option<inbox_types::Timestamp>,
    undelivered: Option<UndeliveredEvent>,
    following: Vec<Stored>,
}

impl Kept {
    /// None if this is no conversation.
    fn read(shell: &Shell) -> Result<Option<Self>, Shut> {
        let Some(home) = shell.home()? else { return Ok(None) };
        let name = home.site.webhook.as_ref().map(cursor_name);
        let (cursor, following) = match &name {
            Some(name) => {
                let cursor = shell.log.cursor(name)?.unwrap_or_default();
                (cursor, shell.log.following(cursor.seq, PAGE)?)
            }
            None => (Cursor::default(), Vec::new()),
        };
        Ok(Some(Self {
            home,
            name,
            cursor,
            epoch: shell.log.standing()?.epoch,
            timer: shell.timers.at(&shell.store, FORWARD)?,
            undelivered: shell.log.meta(UNDELIVERED)?,
            following,
        }))
    }

    fn state(&self, in_flight: bool) -> ForwarderState<'_> {
        ForwarderState {
            identity: &self.home.identity,
            webhook: self.home.site.webhook.as_ref(),
            masked: self.home.site.facts.site.mask_sensitive,
            epoch: self.epoch,
            cursor: self.cursor,
            timer: self.timer,
            undelivered: self.undelivered.as_ref(),
            following: &self.following,
            in_flight,
            now: now(),
        }
    }

    /// Keeps where the forwarder is now, and when it goes on.
    fn keep(&self, shell: &Shell, plan: &Plan) -> Result<(), Shut> {
        if let Some((name, cursor)) = self.name.as_ref().zip(plan.cursor) {
            shell.log.put_cursor(name, cursor)?;
        }
        Ok(shell.timers.set(&shell.store, FORWARD, plan.timer.after(self.timer))?)
    }
}

/// Has the workspace show to admins that an event was not taken, or that all is well again.
async fn notify(shell: &Shell, home: &Home, event: Option<UndeliveredEvent>) -> Result<(), Shut> {
    let ask = Ask::Undelivered {
        site: home.identity.site.clone(),
        conversation: home.identity.conversation.clone(),
        event: event.clone(),
    };
    call::ask::<_, ()>(&config::workspace(&shell.env)?, &ask).await?;
    match event {
        Some(event) => shell.log.put_meta(UNDELIVERED, &event)?,
        None => shell.log.forget_meta(UNDELIVERED)?,
    }
    Ok(())
}

/// Has the workspace switch an address off, and learns what holds then.
async fn switch_off(shell: &Rc<Shell>, home: &Home, url: Text<2_048>) -> Result<(), Shut> {
    let ask = Ask::DisableWebhook { site: home.identity.site.clone(), url: url.into() };
    call::ask::<_, ()>(&config::workspace(&shell.env)?, &ask).await?;
    shell.relearn().await
}

/// Tries at once what waits, or never sends it, if it is still the next event.
pub(crate) fn decide(shell: &Rc<Shell>, seq: Seq, skips: bool) -> Result<(), Shut> {
    let Some(kept) = Kept::read(shell)? else { return Ok(()) };
    let Some(plan) = kept.state(shell.forwarding.get()).decide(seq, skips) else { return Ok(()) };
    kept.keep(shell, &plan)?;
    start(shell);
    Ok(shell.timers.arm(&shell.state, &shell.store)?)
}
