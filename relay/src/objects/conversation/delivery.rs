//! Does what `inbox_host::forward` plans: has a conversation's events posted to its site's webhook, one
//! after the other.

use std::rc::Rc;

use inbox_host::{
    Timer,
    forward::{
        self, Answer, Attempt, Cursor, ForwardPolicy, ForwarderState, Made, PAGE, PATIENCE, Step,
        Tried, cursor_name, with_links,
    },
};
use inbox_protocol::http::{
    DeliveryFailure, DeliveryOutcome, DeliveryRow, UndeliveredEvent, Webhook,
};
use inbox_room::Identity;
use inbox_types::{ApiKeyId, FileId, Millis, Seq, Text, Timestamp, limits::DELIVERY_ROWS_WAIT};

use super::{Hand, Shell, SiteContext};
use crate::{
    config::{self, Config},
    forward::post::post,
    planted::{self, Planted},
    platform::{now, sleep, sql::SqlLog},
    refuse::Result,
    requests::call,
    signed::file_address::{Capability, Viewer},
    workspace::request::WorkspaceRequest,
};

/// Under which name the log notes what an admin is shown of this conversation's webhook.
const UNDELIVERED: &str = "undelivered";
/// How often somebody looks whether nothing is under way any more, who sends an event once more.
const REPLAY_LOOK: Millis = Millis::seconds(1);

/// Gives a webhook its beginning in the log, once.
pub(super) fn begin(log: &SqlLog, webhook: Option<&Webhook>) -> worker::Result<()> {
    webhook.map_or(Ok(()), |it| log.begin_webhook(it))
}

/// Starts the forwarder, if none is at work.
pub(super) fn start(shell: &Rc<Shell>) {
    if shell.forwarding.get() {
        return;
    }
    let shell = Rc::clone(shell);
    let state = Rc::clone(&shell);
    state.state.wait_until(async move {
        if let Err(error) = run(&shell).await {
            worker::console_error!("fault in a forwarder: {error:?}");
        }
    });
}

/// Sends what follows the cursor, until there is no more or something has to wait.
pub(super) async fn run(shell: &Rc<Shell>) -> Result<()> {
    if shell.forwarding.get() {
        return forward::next_step(&mut Hand::of(shell), true).map(drop);
    }
    shell.forwarding.set(true);
    let result = forward(shell).await;
    shell.forwarding.set(false);
    result?;
    Ok(shell.arm()?)
}

async fn forward(shell: &Rc<Shell>) -> Result<()> {
    let mut hand = Hand::of(shell);
    if forward::asks_first(&hand)? {
        shell.relearn().await?;
    }
    loop {
        let mut step = forward::next_step(&mut hand, false)?;
        if let Step::Send(attempt) = &step {
            let (at, answer) = (now(), answer_to(shell, attempt).await?);
            let attempt = attempt.clone();
            step = forward::settle(&mut hand, &attempt, answer)?;
            let next = shell.timer(Timer::Forward)?;
            note(shell, at, &attempt, answer, |it| it.row(&step, next))?;
        }
        match step {
            Step::Rest => return Ok(()),
            Step::Continue | Step::Send(_) => (),
            Step::GiveUp => worker::console_error!("a delivery was given up"),
            Step::Notify(event) => notify(shell, event.map(|it| *it)).await?,
            Step::SwitchOff(url) => switch_off(shell, url).await?,
        }
    }
}

/// Looks at what is stored of a conversation's forwarder, as it is now; none if this is no
/// conversation.
pub(super) fn look<T>(
    shell: &Shell,
    in_flight: bool,
    look: impl FnOnce(&ForwarderState<'_>) -> T,
) -> Result<Option<T>> {
    let Some(home) = shell.home()? else { return Ok(None) };
    let (cursor, following) = match &home.site.webhook {
        Some(webhook) => {
            let cursor = shell.log.cursor(&cursor_name(webhook))?.unwrap_or_default();
            (cursor, shell.log.following(cursor.seq, PAGE)?)
        }
        None => (Cursor::default(), Vec::new()),
    };
    let undelivered: Option<UndeliveredEvent> = shell.log.meta(UNDELIVERED)?;
    Ok(Some(look(&ForwarderState {
        identity: &home.identity,
        webhook: home.site.webhook.as_ref(),
        policy: ForwardPolicy::of(&home.site.facts.site),
        failover: home.site.facts.site.takes_over_after(),
        epoch: shell.log.standing()?.epoch,
        cursor,
        timer: shell.timer(Timer::Forward)?,
        undelivered: undelivered.as_ref(),
        to_be_erased: shell.log.is_to_be_erased()?,
        following: &following,
        in_flight,
        now: now(),
    })))
}

/// Moves the cursor of the site's webhook.
pub(super) fn put_cursor(shell: &Shell, cursor: Cursor) -> Result<()> {
    let home = shell.home()?;
    match home.as_ref().and_then(|it| it.site.webhook.as_ref()) {
        Some(webhook) => Ok(shell.log.put_cursor(&cursor_name(webhook), cursor)?),
        None => Ok(()),
    }
}

/// Has the workspace show to admins that an event was not taken, or that all is well again.
async fn notify(shell: &Shell, event: Option<UndeliveredEvent>) -> Result<()> {
    let Some(home) = shell.home()? else { return Ok(()) };
    let epoch = shell.log.standing()?.epoch;
    let ask = WorkspaceRequest::Undelivered {
        epoch,
        site: home.identity.site.clone(),
        conversation: home.identity.conversation.clone(),
        event: event.clone(),
    };
    call::ask::<_, ()>(&config::workspace(&shell.env)?, &ask).await?;
    // What was erased meanwhile is of nothing any more.
    if shell.log.standing()?.epoch != epoch {
        return Ok(());
    }
    match event {
        Some(event) => shell.log.put_meta(UNDELIVERED, &event)?,
        None => shell.log.forget_meta(UNDELIVERED)?,
    }
    Ok(())
}

/// Has the workspace switch an address off, and learns what holds then.
async fn switch_off(shell: &Rc<Shell>, url: Text<2_048>) -> Result<()> {
    let Some(home) = shell.home()? else { return Ok(()) };
    let ask =
        WorkspaceRequest::DisableWebhook { site: home.identity.site.clone(), url: url.into() };
    call::ask::<_, ()>(&config::workspace(&shell.env)?, &ask).await?;
    shell.relearn().await
}

/// Notes an attempt for the workspace's list of them. It is told of several at once, and best effort: what
/// is owed to the receiver stands in the cursor, and what waits is shown by [`notify`].
// HO73
fn note(
    shell: &Rc<Shell>,
    at: Timestamp,
    attempt: &Attempt,
    answer: Answer,
    row: impl FnOnce(&Made<'_>) -> Tried,
) -> Result<()> {
    let Some(identity) = shell.identity()? else { return Ok(()) };
    let conversation = &identity.conversation;
    keep_row(shell, row(&Made { conversation, attempt, answer, at, took: now().since(at) }));
    Ok(())
}

fn keep_row(shell: &Rc<Shell>, row: Tried) {
    let mut tried = shell.tried.borrow_mut();
    tried.push(row);
    // Whoever put the first row tells of all that come meanwhile.
    if tried.len() == 1 {
        let telling = Rc::clone(shell);
        shell.state.wait_until(async move {
            sleep(DELIVERY_ROWS_WAIT).await;
            if let Err(error) = tell_rows(&telling).await {
                worker::console_error!("deliveries were not noted: {:?}", error.reason());
            }
        });
    }
}

async fn tell_rows(shell: &Rc<Shell>) -> Result<()> {
    let rows = shell.tried.take();
    let Some(home) = shell.home()? else { return Ok(()) };
    let ask = WorkspaceRequest::Delivered { site: home.identity.site.clone(), rows };
    call::ask::<_, ()>(&config::workspace(&shell.env)?, &ask).await
}

/// Sends an event once more by itself. What came of it is in the list.
// HO72
pub(super) fn replay(shell: &Rc<Shell>, seq: Seq) {
    let again = Rc::clone(shell);
    shell.state.wait_until(async move {
        if let Err(error) = send_again(&again, seq).await {
            worker::console_error!("an event was not sent again: {:?}", error.reason());
        }
    });
}

#[expect(
    clippy::redundant_closure_for_method_calls,
    reason = "a method of a type with a lifetime is not general enough"
)]
async fn send_again(shell: &Rc<Shell>, seq: Seq) -> Result<()> {
    // Whatever is under way is answered first, or given up.
    let mut left = PATIENCE.0 / REPLAY_LOOK.0 + 1;
    while shell.forwarding.get() && 0 < left {
        sleep(REPLAY_LOOK).await;
        left -= 1;
    }
    let before = Seq(seq.0.saturating_sub(1));
    let stored = shell.log.following(before, 1)?.into_iter().find(|it| it.seq == seq);
    let Some(stored) = stored else { return Ok(()) };
    let attempt = look(shell, shell.forwarding.get(), |it| it.replay(&stored))?.flatten();
    let Some(attempt) = attempt else { return Ok(()) };
    shell.forwarding.set(true);
    let (at, answer) = (now(), answer_to(shell, &attempt).await);
    shell.forwarding.set(false);
    note(shell, at, &attempt, answer?, |it| it.row_of_replay())?;
    // What came meanwhile has waited.
    start(shell);
    Ok(())
}

/// Tries at once what waits, or never sends it, if it is still the next event.
pub(super) fn decide(shell: &Rc<Shell>, seq: Seq, skips: bool) -> Result<()> {
    let plan = look(shell, shell.forwarding.get(), |it| it.decide(seq, skips))?;
    let Some(plan) = plan.flatten() else { return Ok(()) };
    forward::keep(&mut Hand::of(shell), plan)?;
    if skips {
        note_left_out(shell, seq)?;
    }
    start(shell);
    Ok(shell.arm()?)
}

fn note_left_out(shell: &Rc<Shell>, seq: Seq) -> Result<()> {
    let Some(identity) = shell.identity()? else { return Ok(()) };
    let known: Option<UndeliveredEvent> = shell.log.meta(UNDELIVERED)?;
    let Some(known) = known.filter(|it| it.seq == seq) else { return Ok(()) };
    let row = DeliveryRow {
        at: now(),
        conversation: identity.conversation,
        seq,
        event: known.event,
        tries: known.tries,
        took: Millis(0),
        outcome: DeliveryOutcome::LeftOut,
    };
    keep_row(shell, Tried { epoch: shell.log.standing()?.epoch, row });
    Ok(())
}

/// The address of a file for the inbox at `address`.
// HO90
pub(super) fn file_link(
    config: &Config,
    home: &SiteContext,
    address: &Text<2_048>,
    file: &FileId,
) -> String {
    let Identity { conversation, site, .. } = home.identity.clone();
    let viewer = Viewer::inbox(&site, address.as_str(), &config.file_key).to_string();
    let masked = home.site.facts.site.mask_sensitive;
    Capability::new(conversation, file.clone(), viewer, masked, now())
        .for_inbox(now())
        .url(&config.origins.files, &config.file_key)
}

/// The address of a file for whoever has a key of the API, who asks anew once it is too old.
// AP22
pub(super) fn file_link_for_key(
    config: &Config,
    home: &SiteContext,
    key: &ApiKeyId,
    file: &FileId,
) -> String {
    let Identity { conversation, site, .. } = home.identity.clone();
    let viewer = Viewer::Key(site, key.clone()).to_string();
    let masked = home.site.facts.site.mask_sensitive;
    Capability::new(conversation, file.clone(), viewer, masked, now())
        .url(&config.origins.files, &config.file_key)
}

/// Makes an attempt. A webhook that is gone has not answered.
async fn answer_to(shell: &Shell, attempt: &Attempt) -> Result<Answer> {
    let home = shell.home()?;
    let Some((home, webhook)) = home.as_ref().and_then(|it| Some((it, it.site.webhook.as_ref()?)))
    else {
        return Ok(Answer::None(DeliveryFailure::Unreachable));
    };
    let config = shell.config()?;
    let link = |file: &FileId| file_link(config, home, &attempt.url, file);
    let delivery = with_links(attempt.delivery.clone(), link);
    let answer = post(config.reach, &webhook.secrets(now()), &attempt.url, &delivery).await;
    if planted::has(Planted::ForgetDelivery) {
        return Ok(Answer::Status { status: 200, retry_after: None });
    }
    Ok(answer)
}
