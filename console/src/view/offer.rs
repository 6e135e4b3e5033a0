//! The pop-up of an offer. It takes no focus: who types a sentence must not accept by Enter.

use inbox_protocol::OfferPopup;
use inbox_text::{Phrase, console};
use inbox_types::{OfferKind, Timestamp};
use leptos::prelude::*;

use super::{
    Value,
    icon::{Icon, Shape},
    say, use_console, write,
};
use crate::model::{DeskMsg, Msg, elapsed, initials, proactive, readable, tail};

/// What this agent is being asked: one thing at a time, and how much more there is.
#[component]
pub(super) fn Offers() -> impl IntoView {
    let console = use_console();
    let first = console.slice(|it| it.desk.offers.first().cloned());
    let more = console.slice(|it| it.desk.offers.len().saturating_sub(1));
    view! {
        <div class="offers" role="alert">
            {move || first.get().map(|offer| view! { <Offer offer /> })}
            <Show when=move || 0 < more.get()>
                <p class="offers-more">{move || say(&console::toasts_more(&more.get().to_string()))}</p>
            </Show>
        </div>
    }
}

#[component]
fn Offer(offer: OfferPopup) -> impl IntoView {
    let console = use_console();
    let answer = |accept: bool| {
        console.on(offer.id.clone(), move |offer| Msg::Desk(DeskMsg::Answer { offer, accept }))
    };
    let (accept, decline) = (answer(true), answer(false));
    let name = match &offer.name {
        Some(name) => name.as_str().to_owned(),
        None => say(&console::visitor_tail(&tail(offer.conversation.as_str()))),
    };
    let messages = offer.messages.iter().map(|(by_visitor, text)| {
        let side = if *by_visitor { "visitor" } else { "team" };
        view! { <li data-side=side dir="auto">{text.clone()}</li> }
    });
    let label = say(&kind(offer.kind));
    view! {
        <section class="offer" role="dialog" aria-label=label.clone()>
            <header class="offer-head">
                <span class="avatar" aria-hidden="true">{initials(&name)}</span>
                <div class="grow">
                    <p class="offer-kind">{label.clone()}</p>
                    <h2>{name}</h2>
                </div>
                <Countdown offer=offer.clone() />
            </header>
            <dl class="facts">
                {offer.department.as_ref().map(|it| fact(&console::DEPARTMENT, it.as_str().to_owned()))}
                {offer.from.as_ref().map(|it| fact(&console::OFFER_FROM, it.name.as_str().to_owned()))}
                {offer.reason.as_ref().map(|it| fact(&console::REASON, it.as_str().to_owned()))}
                <div>
                    <dt>{say(&console::OFFER_RECEIVED)}</dt>
                    <dd>{write(Value::Moment(offer.received_at))} " · " <Elapsed since=offer.received_at /></dd>
                </div>
                {offer.page.as_ref().map(|it| fact(&console::OFFER_PAGE, readable(it.as_str())))}
            </dl>
            {offer.proactive.then(|| view! {
                <p><span class="chip accent"><Icon shape=Shape::Bolt />{say(&proactive(offer.campaign.as_ref().map(|it| it.name.as_str())))}</span></p>
            })}
            // Whoever has no mouse scrolls it by keys.
            <ul class="offer-messages" tabindex="0" aria-label=say(&console::TRANSCRIPT)>{messages.collect_view()}</ul>
            <footer class="offer-foot">
                <button type="button" class="button primary grow" on:click=move |_| accept.run(()) aria-keyshortcuts="Alt+A">
                    {say(&console::ACCEPT)} <kbd aria-hidden="true">"Alt A"</kbd>
                </button>
                <button type="button" class="button grow" on:click=move |_| decline.run(()) aria-keyshortcuts="Alt+D">
                    {say(&console::DECLINE)} <kbd aria-hidden="true">"Alt D"</kbd>
                </button>
            </footer>
        </section>
    }
}

fn kind(kind: OfferKind) -> Phrase {
    match kind {
        OfferKind::Assign => console::OFFER_ASSIGN,
        OfferKind::Transfer => console::OFFER_TRANSFER,
        OfferKind::Conference => console::OFFER_CONFERENCE,
    }
}

fn fact(label: &Phrase, value: String) -> impl IntoView + use<> {
    view! { <div><dt>{say(label)}</dt><dd>{value}</dd></div> }
}

/// How long ago something was, as it runs.
#[component]
pub(super) fn Elapsed(
    /// When it was, by the relay's clock.
    since: Timestamp,
) -> impl IntoView {
    let console = use_console();
    let time = console.slice(move |it| elapsed(it.desk.relay_time(it.now).since(since)));
    view! { <span class="elapsed" role="timer">{time}</span> }
}

/// A ring that empties, with the seconds in it.
#[component]
fn Countdown(offer: OfferPopup) -> impl IntoView {
    let console = use_console();
    let deadline = offer.deadline;
    let whole = console.model.with_untracked(|it| {
        it.desk.welcome.as_ref().map_or(30_000, |it| it.settings.offer_deadline.0).max(1)
    });
    let left =
        console.slice(move |it| deadline.since(it.desk.relay_time(it.now)).0.div_ceil(1_000));
    // The ring's length is 100, so that a share is an offset.
    let gone = move || (100 - (left.get() * 1_000).min(whole) * 100 / whole).to_string();
    view! {
        <div class="countdown" role="timer" aria-label=move || say(&console::seconds_left(left.get()))>
            <svg viewBox="0 0 36 36" aria-hidden="true">
                <circle class="ring" cx="18" cy="18" r="15.9155"></circle>
                <circle class="left" cx="18" cy="18" r="15.9155" pathLength="100" stroke-dasharray="100" stroke-dashoffset=gone></circle>
            </svg>
            <span aria-hidden="true">{move || left.get()}</span>
        </div>
    }
}
