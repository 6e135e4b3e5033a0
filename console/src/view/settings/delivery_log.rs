//! The last deliveries to a site's own inbox: when, what, what came of it, how long it took.

use inbox_protocol::http::{DeliveryAction, DeliveryForm, DeliveryOutcome, DeliveryRow};
use inbox_text::console;
use inbox_types::{SiteId, limits::DELIVERY_ROWS};
use leptos::prelude::*;

use super::{
    super::{say, use_console, words::Value, write},
    ChangeButton,
    deliveries::{cause, isolated},
};
use crate::model::{AdminMsg, Change, Msg, Route, tail};

/// The rows, newest first.
#[component]
pub(super) fn DeliveryLog(
    /// Whose inbox.
    site: SiteId,
    /// Whether anything is sent to it now.
    sends: bool,
) -> impl IntoView {
    let console = use_console();
    let rows = console.slice(|it| it.admin.inbox.deliveries.clone());
    let asked = site.clone();
    let look = move |_| console.send(Msg::Admin(AdminMsg::LookAtDeliveries(asked.clone())));
    let list = move || match rows.get() {
        None => view! { <p class="muted" aria-busy="true">{say(&console::LOADING)}</p> }.into_any(),
        Some(rows) if rows.is_empty() => {
            view! { <p class="muted">{say(&console::WEBHOOK_LOG_NONE)}</p> }.into_any()
        }
        Some(rows) => {
            let site = site.clone();
            let line = move |row| view! { <Row site=site.clone() row sends /> };
            view! { <ul class="items">{rows.into_iter().map(line).collect_view()}</ul> }.into_any()
        }
    };
    let kept = write(Value::Number(DELIVERY_ROWS));
    view! {
        <section class="group" aria-labelledby="delivery-log-head">
            <h3 id="delivery-log-head">{say(&console::WEBHOOK_LOG)}</h3>
            <div class="inbox-line">
                <p class="muted grow">{say(&console::webhook_log_hint(&kept))}</p>
                <button type="button" class="button" on:click=look>
                    {say(&console::WEBHOOK_LOG_LOOK)}
                </button>
            </div>
            {list}
        </section>
    }
}

#[component]
fn Row(site: SiteId, row: DeliveryRow, sends: bool) -> impl IntoView {
    let DeliveryRow { at, conversation, seq, event, tries, took, outcome } = row;
    let what = console::webhook_log_row(
        &write(Value::Moment(at)),
        &isolated(&event),
        &write(Value::Number(took.0)),
        &write(Value::Number(tries.into())),
    );
    let (class, word, why) = match &outcome {
        DeliveryOutcome::Taken { status } => {
            ("chip good", console::webhook_taken(&status.to_string()), None)
        }
        DeliveryOutcome::Failed { cause: failure, next } => {
            let next = next.map(|at| console::undelivered_next(&write(Value::Moment(at))));
            ("chip warn", cause(*failure), next)
        }
        DeliveryOutcome::GivenUp { cause: failure } => {
            ("chip bad", console::WEBHOOK_GIVEN_UP, Some(cause(*failure)))
        }
        DeliveryOutcome::LeftOut => ("chip bad", console::WEBHOOK_LEFT_OUT, None),
    };
    let is_over = matches!(outcome, DeliveryOutcome::GivenUp { .. } | DeliveryOutcome::LeftOut);
    let again = (sends && is_over).then(|| {
        let action = DeliveryAction::Replay;
        let form = DeliveryForm { conversation: conversation.clone(), seq, action };
        view! { <ChangeButton label=console::WEBHOOK_AGAIN change=Change::Deliver(site, form) /> }
    });
    let called = say(&console::visitor_tail(&tail(conversation.as_str())));
    let href = Route::Conversation(conversation).fragment();
    view! {
        <li class="item">
            <div class="grow lines">
                <span><span class=class>{say(&word)}</span></span>
                {why.map(|it| view! { <span>{say(&it)}</span> })}
                <span class="muted">{say(&what)} " · " <a href=href>{called}</a></span>
            </div>
            {again}
        </li>
    }
}
