//! Sends a conversation's events to its site's webhook, one after the other.

use std::rc::Rc;

use futures_util::future::{Either, select};
use inbox_protocol::http::{DeliveryFailure, UndeliveredEvent, Webhook};
use inbox_room::Stored;
use inbox_types::{Millis, Seq};
use worker::{AbortController, Fetch, Headers, Method, Request, RequestInit, RequestRedirect};

use super::{
    event::{Delivery, delivery},
    schedule::{Answer, Next, after_attempt, retry_after},
    signature, target,
    waiting::{self, Beginning, Failed, cursor_name},
};
use crate::{
    config,
    log::{Cursor, SqlLog},
    objects::{
        call,
        conversation::{FORWARD, FORWARD_AGAIN, Home, Shell},
    },
    planted::{self, Planted},
    platform::{now, random, sleep},
    refuse::Shut,
    workspace::ask::Ask,
};

/// Under which name the log notes what an admin is shown of this conversation's webhook.
const UNDELIVERED: &str = "undelivered";
/// Events that are read at once.
const PAGE: u64 = 50;
/// How long a receiver may take.
const PATIENCE: Millis = Millis::seconds(15);
/// How often a conversation whose webhook is switched off asks whether it still is. Whoever sets
/// the address again tells it at once; this is for a message that was lost.
const SWITCHED_OFF_STEP: Millis = Millis::days(1);

/// Gives a webhook its beginning in the log, once.
pub(crate) fn begin(log: &SqlLog, webhook: Option<&Webhook>) -> worker::Result<()> {
    let Some(webhook) = webhook else { return Ok(()) };
    let name = cursor_name(webhook);
    if log.cursor(&name)?.is_some() {
        return Ok(());
    }
    let seq = match waiting::beginning(webhook) {
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
    if shell.forwarding.replace(true) {
        // A timer that stayed due would wake the object again at once, until the receiver answers.
        if shell.timers.at(&shell.store, FORWARD)?.is_some_and(|it| it <= now()) {
            shell.timers.set(&shell.store, FORWARD, Some(now().after(FORWARD_AGAIN)))?;
        }
        return Ok(());
    }
    let result = forward(shell).await;
    shell.forwarding.set(false);
    result?;
    Ok(shell.timers.arm(&shell.state, &shell.store)?)
}

async fn forward(shell: &Rc<Shell>) -> Result<(), Shut> {
    // Whoever waited may have missed that the address was changed, removed or set again.
    if is_due(shell)? && shell.log.meta::<UndeliveredEvent>(UNDELIVERED)?.is_some() {
        shell.relearn().await?;
    }
    loop {
        let Some((home, webhook)) = receiver(shell)? else {
            show(shell, None).await?;
            return Ok(shell.timers.set(&shell.store, FORWARD, None)?);
        };
        let name = cursor_name(&webhook);
        let mut cursor = shell.log.cursor(&name)?.unwrap_or_default();
        // A retry that is not due yet: somebody else's message must not hurry it.
        if 0 < cursor.tries && !webhook.disabled && !is_due(shell)? {
            return Ok(());
        }
        let events = shell.log.following(cursor.seq, PAGE)?;
        if events.is_empty() {
            show(shell, None).await?;
            return Ok(shell.timers.set(&shell.store, FORWARD, None)?);
        }
        let epoch = shell.log.standing()?.epoch;
        for stored in events {
            let Some(delivery) = prepare(&home, epoch, &stored) else {
                cursor = Cursor { seq: stored.seq.0, tries: 0 };
                shell.log.put_cursor(&name, cursor)?;
                continue;
            };
            if webhook.disabled {
                let again = now().after(SWITCHED_OFF_STEP);
                let waits = failed(&home, &stored, &delivery, cursor.tries);
                if is_due(shell)? {
                    shell.timers.set(&shell.store, FORWARD, Some(again))?;
                }
                return show(shell, Some(waits)).await;
            }
            let (answer, next) = attempt(shell, &webhook, &delivery, cursor.tries + 1).await?;
            if shell.log.standing()?.epoch != epoch {
                // Erased meanwhile: the cursor is of another log now, and begins there.
                break;
            }
            match next {
                Next::Advance => cursor = Cursor { seq: stored.seq.0, tries: 0 },
                Next::Skip => {
                    worker::console_error!(
                        "a delivery was given up after {} attempts",
                        cursor.tries + 1
                    );
                    cursor = Cursor { seq: stored.seq.0, tries: 0 };
                }
                Next::Retry(_) if planted::has(Planted::ForgetDelivery) => {
                    cursor = Cursor { seq: stored.seq.0, tries: 0 };
                }
                Next::Retry(at) => {
                    let tried = Cursor { seq: cursor.seq, tries: cursor.tries + 1 };
                    shell.log.put_cursor(&name, tried)?;
                    shell.timers.set(&shell.store, FORWARD, Some(at))?;
                    let failed = Failed {
                        cause: answer.failure(),
                        next: Some(at),
                        ..failed(&home, &stored, &delivery, tried.tries)
                    };
                    return show(shell, Some(failed)).await;
                }
                Next::SwitchOff => {
                    let url = webhook.url.as_str().to_owned();
                    let ask = Ask::DisableWebhook { site: home.identity.site.clone(), url };
                    call::ask::<_, ()>(&config::workspace(&shell.env)?, &ask).await?;
                    shell.log.put_cursor(&name, cursor)?;
                    shell.relearn().await?;
                    break;
                }
            }
            shell.log.put_cursor(&name, cursor)?;
        }
    }
}

/// What is sent of an event; none if the receiver is not told of it.
fn prepare(home: &Home, epoch: u32, stored: &Stored) -> Option<Delivery> {
    delivery(&home.identity, epoch, stored, home.site.facts.site.mask_sensitive)
}

fn failed<'event>(
    home: &'event Home,
    stored: &Stored,
    delivery: &'event Delivery,
    tries: u32,
) -> Failed<'event> {
    Failed {
        conversation: &home.identity.conversation,
        seq: stored.seq,
        event: delivery.kind,
        tries,
        cause: DeliveryFailure::SwitchedOff,
        next: None,
    }
}

/// Whether the timer says that it is time.
fn is_due(shell: &Shell) -> worker::Result<bool> {
    Ok(shell.timers.at(&shell.store, FORWARD)?.is_none_or(|it| it <= now()))
}

/// Has the workspace show to admins that an event was not taken, or that all is well again.
async fn show(shell: &Shell, failed: Option<Failed<'_>>) -> Result<(), Shut> {
    let before: Option<UndeliveredEvent> = shell.log.meta(UNDELIVERED)?;
    let event = failed.and_then(|it| waiting::shown(it, before.as_ref(), now()));
    if event == before || (failed.is_some() && event.is_none()) {
        return Ok(());
    }
    let Some(home) = shell.home()? else { return Ok(()) };
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

/// Tries at once what waits, or never sends it, if it is still the next event.
pub(crate) fn decide(shell: &Rc<Shell>, seq: Seq, skips: bool) -> Result<(), Shut> {
    let Some((home, webhook)) = receiver(shell)? else { return Ok(()) };
    let name = cursor_name(&webhook);
    let cursor = shell.log.cursor(&name)?.unwrap_or_default();
    let epoch = shell.log.standing()?.epoch;
    let waits = shell.log.following(cursor.seq, PAGE)?;
    let next = waits.iter().find(|it| prepare(&home, epoch, it).is_some());
    if next.is_none_or(|it| it.seq != seq) || shell.forwarding.get() {
        return Ok(());
    }
    let done = if skips { seq.0 } else { cursor.seq };
    shell.log.put_cursor(&name, Cursor { seq: done, tries: 0 })?;
    shell.timers.set(&shell.store, FORWARD, Some(now()))?;
    start(shell);
    Ok(shell.timers.arm(&shell.state, &shell.store)?)
}

/// Where to send, if anywhere.
fn receiver(shell: &Shell) -> Result<Option<(Rc<Home>, Webhook)>, Shut> {
    let Some(home) = shell.home()? else { return Ok(None) };
    let webhook = home.site.webhook.clone();
    Ok(webhook.map(|webhook| (home, webhook)))
}

async fn attempt(
    shell: &Shell,
    webhook: &Webhook,
    delivery: &Delivery,
    n_tries: u32,
) -> Result<(Answer, Next), Shut> {
    let reach = shell.config()?.reach;
    // Checked at every attempt: a configuration may have become stricter.
    let answer = match target::target(webhook.url.as_str(), reach) {
        Ok(url) => post(url.as_str(), webhook, delivery).await,
        Err(_) => Answer::None(DeliveryFailure::AddressRefused),
    };
    let chance = u32::from_be_bytes(random());
    Ok((answer, after_attempt(answer, n_tries, now(), chance)))
}

async fn post(url: &str, webhook: &Webhook, delivery: &Delivery) -> Answer {
    match try_post(url, webhook, delivery).await {
        Ok(answer) => answer,
        Err(error) => {
            worker::console_log!("a webhook could not be reached: {error}");
            Answer::None(DeliveryFailure::Unreachable)
        }
    }
}

async fn try_post(url: &str, webhook: &Webhook, delivery: &Delivery) -> worker::Result<Answer> {
    let signed = signature::sign(&webhook.secret, &delivery.id, now(), &delivery.body)
        .map_err(|it| worker::Error::RustError(it.to_string()))?;
    let headers = Headers::new();
    headers.set("content-type", "application/json")?;
    headers.set("user-agent", "Porchlight")?;
    headers.set("webhook-id", &signed.id)?;
    headers.set("webhook-timestamp", &signed.timestamp)?;
    headers.set("webhook-signature", &signed.signature)?;
    let mut init = RequestInit::new();
    init.with_method(Method::Post)
        .with_headers(headers)
        .with_body(Some(delivery.body.as_str().into()));
    // A redirect could lead where the address itself may not.
    init.with_redirect(RequestRedirect::Manual);
    let request = Request::new_with_init(url, &init)?;
    let abort = AbortController::default();
    let signal = abort.signal();
    let fetch = Fetch::Request(request);
    let answered = Box::pin(fetch.send_with_signal(&signal));
    match select(answered, Box::pin(sleep(PATIENCE))).await {
        Either::Left((response, _)) => {
            let response = response?;
            let header = response.headers().get("retry-after")?;
            let retry_after = header.and_then(|it| retry_after(&it, now()));
            Ok(Answer::Status { status: response.status_code(), retry_after })
        }
        Either::Right(_) => {
            abort.abort();
            Ok(Answer::None(DeliveryFailure::TooSlow))
        }
    }
}
