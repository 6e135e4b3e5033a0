//! Save, publish and pause.

use inbox_text::console;
use inbox_types::{CampaignId, CampaignStatus};
use leptos::prelude::*;

use super::{
    super::{
        super::{
            icon::{Icon, Shape},
            say,
            unsaved::ask_before_leaving,
            use_console,
        },
        parts::Problem,
    },
    context::use_editor,
};
use crate::model::{CampaignChange, CampaignMsg, Msg, campaigns::CampaignDraft};

/// Save and publish. Nothing that visitors meet is saved while something is wrong with it.
#[component]
pub(super) fn SaveBar(id: CampaignId) -> impl IntoView {
    let console = use_console();
    let editor = use_editor();
    let stored = {
        let id = id.clone();
        console.slice(move |it| it.campaigns.find(&id).map(|it| (it.plan.clone(), it.status)))
    };
    let status = Memo::new(move |_| stored.with(|it| it.as_ref().map(|it| it.1)));
    let changed = Memo::new(move |_| {
        let kept = stored.with(|it| it.as_ref().map(|it| CampaignDraft::of_plan(&it.0).plan()));
        Some(editor.draft.with(CampaignDraft::plan)) != kept
    });
    ask_before_leaving(changed.into(), false);
    let busy = console.slice(|it| it.campaigns.busy);
    let save = StoredValue::new(move |then: Option<CampaignStatus>| {
        let live = then.or(status.get_untracked()) == Some(CampaignStatus::Live);
        let plan = editor.troubles.with_untracked(|troubles| {
            editor.draft.with_untracked(|it| it.plan_to_save(troubles, live))
        });
        let msg = match plan {
            Some(plan) => {
                let then = then.filter(|it| Some(*it) != status.get_untracked());
                let (id, plan, status) = (id.clone(), Box::new(plan), then);
                CampaignMsg::Change(CampaignChange::Save { id, plan, status, revision: None })
            }
            None => CampaignMsg::Wrong(console::WRONG_TROUBLES),
        };
        console.send(Msg::Campaign(msg));
    });
    let press = move |then| move |_| save.with_value(|it| it(then));
    let others = move || match status.get() {
        Some(CampaignStatus::Live) => Some((console::CAMPAIGN_PAUSE, CampaignStatus::Paused)),
        Some(CampaignStatus::Draft | CampaignStatus::Paused) => {
            Some((console::CAMPAIGN_PUBLISH, CampaignStatus::Live))
        }
        Some(CampaignStatus::Archived) | None => None,
    };
    view! {
        <footer class="save-bar">
            <Problem />
            <Show when=move || !editor.troubles.with(Vec::is_empty)>
                <span class="chip warn"><Icon shape=Shape::Warn />{say(&console::EDITOR_MEND)}</span>
            </Show>
            <span class="grow"></span>
            <span role="status" class="muted">{move || changed.get().then(|| say(&console::EDITOR_UNSAVED))}</span>
            <Show when=move || status.get().is_some_and(|it| it != CampaignStatus::Archived)>
                <button type="button" class="button" disabled=move || busy.get() on:click=press(None)>
                    {say(&console::SAVE)}
                </button>
            </Show>
            {move || others().map(|(label, then)| view! {
                <button
                    type="button"
                    class="button"
                    class:primary=then == CampaignStatus::Live
                    disabled=move || busy.get()
                    on:click=press(Some(then))
                >
                    {say(&label)}
                </button>
            })}
        </footer>
    }
}
