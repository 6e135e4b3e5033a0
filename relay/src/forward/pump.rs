//! Sends a conversation's events to its site's webhook, one after the other.

use std::rc::Rc;

use futures_util::future::{Either, select};
use inbox_protocol::http::Webhook;
use inbox_types::Millis;
use worker::{AbortController, Fetch, Headers, Method, Request, RequestInit, RequestRedirect};

use super::{
    event::{Delivery, delivery},
    schedule::{Answer, Next, after_attempt},
    signature, target,
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

/// The webhook's cursor.
const WEBHOOK: &str = "webhook";
/// Events that are read at once.
const PAGE: u64 = 50;
/// How long a receiver may take.
const PATIENCE: Millis = Millis::seconds(15);

/// A webhook hears of what happens after it was set up, not of the past.
pub(crate) fn begin(log: &SqlLog, webhook: Option<&Webhook>) -> worker::Result<()> {
    if webhook.is_some() && log.cursor(WEBHOOK)?.is_none() {
        log.put_cursor(WEBHOOK, Cursor { seq: log.last()?, tries: 0 })?;
    }
    Ok(())
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
    loop {
        let Some((home, webhook)) = receiver(shell)? else {
            return Ok(shell.timers.set(&shell.store, FORWARD, None)?);
        };
        let mut cursor = shell.log.cursor(WEBHOOK)?.unwrap_or_default();
        // A retry that is not due yet: somebody else's message must not hurry it.
        let due = shell.timers.at(&shell.store, FORWARD)?;
        if 0 < cursor.tries && due.is_some_and(|it| now() < it) {
            return Ok(());
        }
        let events = shell.log.following(cursor.seq, PAGE)?;
        if events.is_empty() {
            return Ok(shell.timers.set(&shell.store, FORWARD, None)?);
        }
        let epoch = shell.log.standing()?.epoch;
        for stored in events {
            let next = match delivery(&home.identity, epoch, &stored) {
                Some(delivery) => attempt(shell, &webhook, &delivery, cursor.tries + 1).await?,
                None => Next::Advance,
            };
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
                    shell.log.put_cursor(WEBHOOK, tried)?;
                    return Ok(shell.timers.set(&shell.store, FORWARD, Some(at))?);
                }
                Next::SwitchOff => {
                    let url = webhook.url.as_str().to_owned();
                    let ask = Ask::DisableWebhook { site: home.identity.site.clone(), url };
                    call::ask::<_, ()>(&config::workspace(&shell.env)?, &ask).await?;
                    shell.log.put_cursor(WEBHOOK, cursor)?;
                    return Ok(shell.timers.set(&shell.store, FORWARD, None)?);
                }
            }
            shell.log.put_cursor(WEBHOOK, cursor)?;
        }
    }
}

/// Where to send, if anywhere.
fn receiver(shell: &Shell) -> Result<Option<(Rc<Home>, Webhook)>, Shut> {
    let Some(home) = shell.home()? else { return Ok(None) };
    let webhook = home.site.webhook.clone().filter(|it| !it.disabled);
    Ok(webhook.map(|webhook| (home, webhook)))
}

async fn attempt(
    shell: &Shell,
    webhook: &Webhook,
    delivery: &Delivery,
    n_tries: u32,
) -> Result<Next, Shut> {
    let reach = shell.config()?.reach;
    // Checked at every attempt: a configuration may have become stricter.
    let answer = match target::target(webhook.url.as_str(), reach) {
        Ok(url) => post(url.as_str(), webhook, delivery).await,
        Err(_) => Answer::None,
    };
    let chance = u32::from_be_bytes(random());
    Ok(after_attempt(answer, n_tries, now(), chance))
}

async fn post(url: &str, webhook: &Webhook, delivery: &Delivery) -> Answer {
    match try_post(url, webhook, delivery).await {
        Ok(answer) => answer,
        Err(error) => {
            worker::console_log!("a webhook could not be reached: {error}");
            Answer::None
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
            let retry_after = response.headers().get("retry-after")?;
            let retry_after =
                retry_after.and_then(|it| it.trim().parse().ok()).map(Millis::seconds);
            Ok(Answer::Status { status: response.status_code(), retry_after })
        }
        Either::Right(_) => {
            abort.abort();
            Ok(Answer::None)
        }
    }
}
