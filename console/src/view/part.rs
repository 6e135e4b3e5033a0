//! What is shown of a part of the console: itself, that it is on its way, or that it did not come.
//! What the functions of each part do stands in `parts.rs`.

use inbox_text::{Phrase, console};
use inbox_types::ConversationId;
use leptos::{prelude::*, task::spawn_local};

use super::{controls::Modal, say, use_console};
use crate::{
    browser::dom,
    model::{Dialog, Msg},
    part::{Part, fetched, here},
};

/// All of the desk but the list.
pub(super) struct DeskPart {
    pub(super) conversation: fn(ConversationId) -> AnyView,
    pub(super) details: fn(ConversationId) -> AnyView,
    pub(super) dialog: fn(Dialog) -> AnyView,
    pub(super) filters: fn(RwSignal<bool>) -> AnyView,
    pub(super) hits: fn() -> AnyView,
    pub(super) bulk_actions: fn() -> AnyView,
    pub(super) bulk_results: fn() -> AnyView,
}

/// The settings.
pub(super) struct SettingsPart(pub(super) fn() -> AnyView);

/// The marketers' pages.
pub(super) struct MarketingPart(pub(super) fn() -> AnyView);

/// Fetches what may be needed later, one after the other. What does not come now is fetched when it
/// is needed.
pub(crate) async fn fetch_ahead(markets: bool) {
    let _ = fetched::<DeskPart>().await;
    let _ = fetched::<SettingsPart>().await;
    if markets {
        let _ = fetched::<MarketingPart>().await;
    }
}

/// Where a part is shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Spot {
    /// It is a page.
    Page,
    /// It is a piece of one.
    Piece,
    /// It is a question over the page.
    Question,
}

/// Whether the part is there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Stand {
    Fetching,
    Here,
    Missing,
}

/// Shows something of a part, and until it is there what stands in its way. When the network is back,
/// it is tried again without a press.
pub(super) fn shown<P: Part>(
    spot: Spot,
    show: impl Fn(&'static P) -> AnyView + Send + Sync + 'static,
) -> AnyView {
    if let Some(part) = here() {
        return show(part);
    }
    let console = use_console();
    let stand = RwSignal::new(Stand::Fetching);
    let fetch = Callback::new(move |again: bool| {
        spawn_local(async move {
            let came = fetched::<P>().await.is_ok();
            if came && again {
                console.send(Msg::PartCame);
            }
            // Nobody may be looking any more.
            let _ = stand.try_set(if came { Stand::Here } else { Stand::Missing });
        });
    });
    fetch.run(false);
    let retry = Callback::new(move |()| {
        stand.set(Stand::Fetching);
        fetch.run(true);
    });
    let online = console.slice(|it| it.online);
    Effect::new(move |was_online: Option<bool>| {
        let is_online = online.get();
        if was_online == Some(false) && is_online && stand.get_untracked() == Stand::Missing {
            retry.run(());
        }
        is_online
    });
    (move || match (stand.get(), here()) {
        (Stand::Here, Some(part)) => show(part),
        (Stand::Missing, _) => framed(spot, move || view! { <Missing spot retry /> }.into_any()),
        (Stand::Fetching | Stand::Here, _) => {
            framed(spot, move || view! { <Waiting spot /> }.into_any())
        }
    })
    .into_any()
}

fn framed(spot: Spot, inside: impl FnOnce() -> AnyView + Send + 'static) -> AnyView {
    match spot {
        Spot::Page => view! { <main class="part">{inside()}</main> }.into_any(),
        Spot::Piece => view! { <div class="part">{inside()}</div> }.into_any(),
        Spot::Question => view! {
            <Modal title=say(&console::LOADING)><div class="part">{inside()}</div></Modal>
        }
        .into_any(),
    }
}

/// A page has a heading of its own, and a piece of one has not.
fn heading(spot: Spot, phrase: &Phrase) -> AnyView {
    match spot {
        Spot::Page => view! { <h1>{say(phrase)}</h1> }.into_any(),
        Spot::Piece | Spot::Question => view! { <strong>{say(phrase)}</strong> }.into_any(),
    }
}

#[component]
fn Waiting(spot: Spot) -> impl IntoView {
    view! {
        <div class="blank" role="status">
            <progress aria-label=say(&console::LOADING)></progress>
            {heading(spot, &console::LOADING)}
        </div>
    }
}

/// Somebody may be offline, or the relay may have a newer console and this one's parts no more.
#[component]
fn Missing(spot: Spot, retry: Callback<()>) -> impl IntoView {
    view! {
        <div class="blank" role="alert">
            {heading(spot, &console::PART_MISSING)}
            <span>{say(&console::PART_MISSING_WHY)}</span>
            <div class="part-ways">
                <button type="button" class="button primary" on:click=move |_| retry.run(())>
                    {say(&console::RETRY)}
                </button>
                <button type="button" class="button" on:click=move |_| dom::reload()>
                    {say(&console::CRASH_RELOAD)}
                </button>
            </div>
        </div>
    }
}
