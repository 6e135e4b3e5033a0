//! What a webhook's receiver has not taken: why, since when, and what an admin can do.

use inbox_protocol::http::{
    DeliveryAction, DeliveryFailure, DeliveryForm, Undelivered, UndeliveredEvent,
};
use inbox_text::{Phrase, console};
use inbox_types::SiteId;
use leptos::prelude::*;

use super::super::{say, use_console, words::Value, write};
use crate::model::{AdminMsg, Change, Msg};

/// The events that wait, the longest first.
#[component]
pub(super) fn Deliveries(
    /// Whose webhook.
    site: SiteId,
    /// What its receiver has not taken.
    undelivered: Undelivered,
) -> impl IntoView {
    let line = move |event| view! { <Event site=site.clone() event /> };
    view! {
        <section class="group">
            <h3>{say(&console::UNDELIVERED)}</h3>
            <p class="muted">{say(&console::undelivered_hint(undelivered.count))}</p>
            <ul class="items">
                {undelivered.longest.into_iter().map(line).collect_view()}
            </ul>
        </section>
    }
}

#[component]
fn Event(site: SiteId, event: UndeliveredEvent) -> impl IntoView {
    let console = use_console();
    let busy = console.slice(|it| it.admin.busy);
    let tried = console::undelivered_event(
        &isolated(&event.event),
        &write(Value::Moment(event.since)),
        &write(Value::Number(event.tries.into())),
    );
    let next = event.next.map(|at| say(&console::undelivered_next(&write(Value::Moment(at)))));
    let button = |action: DeliveryAction, label: Phrase| {
        let form =
            DeliveryForm { conversation: event.conversation.clone(), seq: event.seq, action };
        let change = Change::Deliver(site.clone(), form);
        let press = move |_| console.send(Msg::Admin(AdminMsg::Change(change.clone())));
        view! {
            <button type="button" class="button" disabled=move || busy.get() on:click=press>
                {say(&label)}
            </button>
        }
    };
    // A webhook that is off or paused is not waited for by a single event.
    let is_off = matches!(event.cause, DeliveryFailure::SwitchedOff | DeliveryFailure::Paused);
    let buttons = (!is_off).then(|| {
        view! {
            {button(DeliveryAction::Retry, console::UNDELIVERED_RETRY)}
            {button(DeliveryAction::Skip, console::UNDELIVERED_SKIP)}
        }
    });
    view! {
        <li class="item">
            <div class="grow lines">
                <strong>{say(&cause(event.cause))}</strong>
                <span class="muted">{say(&tried)}</span>
                <span class="muted">{next}</span>
            </div>
            {buttons}
        </li>
    }
}

/// Why something was not taken.
pub(super) fn cause(cause: DeliveryFailure) -> Phrase {
    match cause {
        DeliveryFailure::Status { status } => console::undelivered_status(&status.to_string()),
        DeliveryFailure::Unreachable => console::UNDELIVERED_UNREACHABLE,
        DeliveryFailure::TooSlow => console::UNDELIVERED_SLOW,
        DeliveryFailure::AddressRefused => console::UNDELIVERED_ADDRESS,
        DeliveryFailure::SwitchedOff => console::UNDELIVERED_OFF,
        DeliveryFailure::Paused => console::UNDELIVERED_PAUSED,
    }
}

/// A word that stays Latin, isolated: it would turn a sentence that runs the other way around.
pub(super) fn isolated(word: &str) -> String {
    format!("\u{2068}{word}\u{2069}")
}
