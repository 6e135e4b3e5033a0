//! Short messages at the edge of the screen: three at most, and how many more there are.

use inbox_text::console;
use leptos::prelude::*;

use super::{
    icon::{Icon, Shape},
    say, use_console,
};
use crate::model::{Msg, RoomMsg, Route, Toast, ToastKind};

/// How many are shown at once; a burst helps nobody.
const SHOWN: usize = 3;

#[component]
pub(super) fn Toasts() -> impl IntoView {
    let console = use_console();
    let toasts = console.slice(|it| {
        let first = it.toasts.len().saturating_sub(SHOWN);
        it.toasts[first..].to_vec()
    });
    let n_toasts = console.slice(|it| it.toasts.len());
    let more = Memo::new(move |_| n_toasts.get().saturating_sub(SHOWN));
    view! {
        <section class="toasts" role="status" aria-label=say(&console::NOTIFICATIONS)>
            <For each=move || toasts.get() key=|it| format!("{it:?}") let:toast>
                <ToastLine toast />
            </For>
            <Show when=move || SHOWN <= n_toasts.get()>
                <p class="toast toast-more">
                    <span class="grow">
                        {move || (0 < more.get()).then(|| say(&console::toasts_more(&more.get().to_string())))}
                    </span>
                    <button type="button" class="link-button" on:click=move |_| console.send(Msg::DismissedAll)>
                        {say(&console::DISMISS_ALL)}
                    </button>
                </p>
            </Show>
        </section>
    }
}

#[component]
fn ToastLine(toast: Toast) -> impl IntoView {
    let console = use_console();
    let title = say(&toast.kind.title(&say(&console::VISITOR)));
    let preview = toast.kind.preview().to_owned();
    let words = view! { <strong>{title}</strong> {(!preview.is_empty()).then_some(preview)} };
    let dismiss = console.on(toast.id.clone(), Msg::Dismissed);
    let body = match (toast.conversation, &toast.kind) {
        (Some(id), ToastKind::EditRefused { of, .. }) => {
            let of = *of;
            let edit = move |_| {
                dismiss.run(());
                console.send(Msg::Goto(id.clone()));
                console.send(Msg::Room(id.clone(), RoomMsg::Edit(of)));
            };
            view! {
                <p class="toast-body">
                    {words} " "
                    <button type="button" class="link-button" on:click=edit>{say(&console::EDIT_AGAIN)}</button>
                </p>
            }
            .into_any()
        }
        (Some(id), _) => {
            let href = Route::Conversation(id).fragment();
            view! { <a class="toast-body" href=href on:click=move |_| dismiss.run(())>{words}</a> }
                .into_any()
        }
        (None, _) => view! { <p class="toast-body">{words}</p> }.into_any(),
    };
    view! {
        <div class="toast" class:bad=toast.kind.is_bad() class:sticky=toast.until.is_none()>
            {body}
            <button
                type="button"
                class="button quiet icon-only small"
                aria-label=say(&console::DISMISS)
                on:click=move |_| dismiss.run(())
            >
                <Icon shape=Shape::Close />
            </button>
        </div>
    }
}
