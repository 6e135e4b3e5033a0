//! Save, publish and pause.

use inbox_protocol::http::CampaignForm;
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
use crate::model::{
    CampaignChange, CampaignMsg, Msg,
    campaigns::{CampaignDraft, Ways},
};

/// Save and publish. Nothing that visitors meet is saved while something is wrong with it; what can be saved
/// no more becomes a campaign of its own.
#[component]
pub(super) fn SaveBar(id: CampaignId) -> impl IntoView {
    let console = use_console();
    let editor = use_editor();
    let stored = {
        let id = id.clone();
        console.slice(move |it| {
            let campaign = it.campaigns.find(&id)?;
            Some((campaign.plan.clone(), campaign.status, campaign.site.clone()))
        })
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
    let save_anew = move |_| {
        let plan = editor.troubles.with_untracked(|troubles| {
            editor.draft.with_untracked(|it| it.plan_to_save(troubles, false))
        });
        let site = stored.with_untracked(|it| it.as_ref().map(|it| it.2.clone()));
        let msg = match plan.zip(site) {
            Some((plan, site)) => {
                let form = Box::new(CampaignForm { site, plan });
                CampaignMsg::Change(CampaignChange::Create(form))
            }
            None => CampaignMsg::Wrong(console::WRONG_TROUBLES),
        };
        console.send(Msg::Campaign(msg));
    };
    let ways = Memo::new(move |_| Ways::of(status.get(), changed.get()));
    let others = move || {
        let then = ways.get().then?;
        let is_live = then == CampaignStatus::Live;
        Some((if is_live { console::CAMPAIGN_PUBLISH } else { console::CAMPAIGN_PAUSE }, then))
    };
    view! {
        <footer class="save-bar">
            <Problem />
            <Show when=move || !editor.troubles.with(Vec::is_empty)>
                <span class="chip warn"><Icon shape=Shape::Warn />{say(&console::EDITOR_MEND)}</span>
            </Show>
            <span class="grow"></span>
            <span role="status" class="muted">{move || changed.get().then(|| say(&console::EDITOR_UNSAVED))}</span>
            <Show when=move || ways.get().anew>
                <span role="status">{say(&console::EDITOR_ARCHIVED)}</span>
                <button type="button" class="button primary" disabled=move || busy.get() on:click=save_anew>
                    {say(&console::EDITOR_SAVE_ANEW)}
                </button>
            </Show>
            <Show when=move || ways.get().save>
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
