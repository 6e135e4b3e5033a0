//! The inbox that a site's events are sent on to: whether anything is sent, its secrets, a test of it.

use inbox_protocol::http::{PauseForm, PingAnswer, PingReport, Site, SiteWebhook};
use inbox_text::{Phrase, console};
use inbox_types::{SiteId, Timestamp};
use leptos::prelude::*;

use super::{
    super::{say, use_console, words::Value, write},
    ChangeButton, CopyLine, Problem,
    deliveries::cause,
    delivery_log::DeliveryLog,
};
use crate::model::{Change, Spot};

/// Everything of it that is not in the site's form.
#[component]
pub(super) fn Inbox(
    /// Whose.
    site: Site,
) -> impl IntoView {
    let Site { id, webhook, .. } = site;
    webhook.map(|webhook| {
        let (log, sends) = (id.clone(), !webhook.disabled && !webhook.paused);
        view! {
            <section class="group" aria-labelledby="inbox-head">
                <h3 id="inbox-head">{say(&console::WEBHOOK_LINK)}</h3>
                <Sending id=id.clone() webhook=webhook.clone() />
                <Secrets id webhook />
                <Problem at=Spot::Inbox />
                <Test />
            </section>
            <DeliveryLog site=log sends />
        }
    })
}

#[component]
fn Sending(id: SiteId, webhook: SiteWebhook) -> impl IntoView {
    let (class, state) = if webhook.disabled {
        ("chip bad", console::WEBHOOK_DISABLED)
    } else if webhook.paused {
        ("chip warn", console::WEBHOOK_PAUSED)
    } else {
        ("chip good", console::WEBHOOK_ON)
    };
    let (label, paused) = if webhook.paused {
        (console::WEBHOOK_RESUME, false)
    } else {
        (console::WEBHOOK_PAUSE, true)
    };
    let pause = Change::PauseWebhook(id.clone(), PauseForm { paused });
    let hint = webhook.paused.then(|| {
        view! { <p class="muted">{say(&console::WEBHOOK_PAUSE_HINT)}</p> }
    });
    view! {
        <div class="inbox-line">
            <span class=class>{say(&state)}</span>
            <ChangeButton label change=pause />
            <ChangeButton label=console::WEBHOOK_TEST change=Change::PingWebhook(id) />
        </div>
        {hint}
    }
}

#[component]
fn Secrets(id: SiteId, webhook: SiteWebhook) -> impl IntoView {
    let fresh = use_console().slice(|it| it.admin.inbox.secret.clone());
    let made = match webhook.secret_made {
        at if at == Timestamp::default() => console::WEBHOOK_SECRET_KEPT,
        at => console::webhook_secret_made(&write(Value::Moment(at))),
    };
    let shown = move || match fresh.get() {
        Some(secret) => view! {
            <p role="status">{say(&console::WEBHOOK_SECRET_ONCE)}</p>
            <CopyLine text=secret label=console::WEBHOOK_SECRET />
        }
        .into_any(),
        None => view! { <p class="muted">{say(&made)}</p> }.into_any(),
    };
    let ended = [
        (webhook.ended.secret, console::WEBHOOK_SECRET_ENDED),
        (webhook.ended.key, console::WEBHOOK_KEY_ENDED),
    ];
    let ended = ended.into_iter().filter(|it| it.0);
    let ended = ended.map(|it| view! { <p class="problem">{say(&it.1)}</p> }).collect_view();
    let public = webhook.public_keys.clone().into_iter();
    let public =
        public.map(|text| view! { <CopyLine text label=console::WEBHOOK_PUBLIC /> }).collect_view();
    let button = match webhook.previous_until {
        Some(until) => view! {
            <p class="muted">{say(&console::webhook_two(&write(Value::Moment(until))))}</p>
            <ChangeButton label=console::WEBHOOK_END change=Change::EndSecret(id) />
        }
        .into_any(),
        None => view! {
            <ChangeButton label=console::WEBHOOK_ROTATE change=Change::RotateSecret(id) />
        }
        .into_any(),
    };
    view! {
        <h4>{say(&console::WEBHOOK_SECRET)}</h4>
        {ended}
        {shown}
        <div>{button}</div>
        <h4>{say(&console::WEBHOOK_PUBLIC)}</h4>
        <p class="muted">{say(&console::WEBHOOK_PUBLIC_HINT)}</p>
        {public}
    }
}

/// What came of the last test: the request and the answer as they were.
#[component]
fn Test() -> impl IntoView {
    let ping = use_console().slice(|it| it.admin.inbox.ping.clone());
    view! {
        <div role="status">
            {move || ping.get().map(|it| view! { <Report report=*it /> })}
        </div>
    }
}

#[component]
fn Report(report: PingReport) -> impl IntoView {
    let PingReport { url, headers, body, took, answer } = report;
    let headers: Vec<String> =
        headers.into_iter().map(|(name, value)| format!("{name}: {value}")).collect();
    let sent = format!("POST {}\n{}\n\n{body}", url.as_str(), headers.join("\n"));
    let (class, line, back) = match answer {
        PingAnswer::Status { status, body } => {
            let class = if (200..300).contains(&status) { "chip good" } else { "chip bad" };
            (class, status.to_string(), body)
        }
        PingAnswer::Failed { cause: failure } => ("chip bad", say(&cause(failure)), String::new()),
    };
    let back =
        (!back.is_empty()).then(|| view! { <Exact text=back label=console::WEBHOOK_TEST_BACK /> });
    view! {
        <h4>{say(&console::WEBHOOK_TEST_SENT)}</h4>
        <Exact text=sent label=console::WEBHOOK_TEST_SENT />
        <h4>{say(&console::WEBHOOK_TEST_BACK)}</h4>
        <p class="inbox-line">
            <span class=class>{line}</span>
            <span class="muted">
                {say(&console::webhook_test_took(&write(Value::Number(took.0))))}
            </span>
        </p>
        {back}
    }
}

/// What went over the wire, letter for letter.
#[component]
fn Exact(text: String, label: Phrase) -> impl IntoView {
    view! { <pre class="exact" dir="ltr" tabindex="0" role="region" aria-label=say(&label)>{text}</pre> }
}
