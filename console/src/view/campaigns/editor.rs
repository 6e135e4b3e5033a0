//! A campaign as a sentence: each part of it is pressed to be changed where it stands.

mod chip;
mod conditions;
mod context;
mod control;
mod frequency;
mod goal;
mod options;
mod preview;
mod save_bar;
mod schedule;
mod sender;
mod texts;

use inbox_campaigns::Surroundings;
use inbox_text::console;
use inbox_types::{Campaign, CampaignId, VariantKey};
use leptos::prelude::*;

use self::{
    conditions::Group,
    context::{EditorContext, Wrong, use_editor},
    control::{ControlPart, Switches},
    frequency::OftenPart,
    goal::GoalPart,
    preview::Preview,
    save_bar::SaveBar,
    schedule::SchedulePart,
    sender::{ActionPart, SenderPart},
    texts::Texts,
};
use super::{
    super::{
        icon::{Icon, Shape},
        say, use_console,
    },
    list::standing_of,
    parts::{Back, Line},
};
use crate::model::{
    Route,
    campaigns::{CampaignDraft, FieldPath, report},
};

/// The page of one campaign.
#[component]
pub(super) fn EditorPage(id: CampaignId) -> impl IntoView {
    let console = use_console();
    let known = {
        let id = id.clone();
        // What was saved comes back and must not take the form away from under the fingers; what a colleague
        // saved does where nothing was typed.
        console.slice(move |it| {
            let here = &it.campaigns;
            let found = here.find(&id).is_some_and(|campaign| here.site_of(campaign).is_some());
            (found, here.drawn)
        })
    };
    move || {
        let found = known.get().0.then(|| {
            console.model.with_untracked(|it| {
                let campaign = it.campaigns.find(&id)?;
                Some((campaign.clone(), it.campaigns.site_of(campaign)?.clone()))
            })
        });
        match found.flatten() {
            Some((campaign, site)) => view! { <Editor campaign site /> }.into_any(),
            None => view! {
                <Back />
                <p class="muted">{say(&console::REFUSED_NOT_FOUND)}</p>
            }
            .into_any(),
        }
    }
}

#[component]
fn Editor(campaign: Campaign, site: inbox_protocol::http::CampaignSite) -> impl IntoView {
    let console = use_console();
    let draft = RwSignal::new(CampaignDraft::of(&campaign));
    let (rules, main) = (site.proactive.clone(), site.main_language.clone());
    // The clock is read when something changes: an end that passes meanwhile is no haste.
    let troubles = Memo::new(move |_| {
        let now = console.model.with_untracked(|it| it.desk.relay_time(it.now));
        let on = Surroundings { settings: &rules, main_language: &main, now };
        draft.with(|it| it.troubles(&on))
    });
    let first = campaign.plan.variants.first().map_or(VariantKey::FIRST, |it| it.key);
    let context = EditorContext {
        draft,
        troubles,
        open: RwSignal::new(None),
        variant: RwSignal::new(first),
        language: RwSignal::new(site.main_language.clone()),
        main: StoredValue::new(site.main_language),
        rules: StoredValue::new(site.proactive),
    };
    provide_context(context);
    let id = campaign.id.clone();
    // Letters of variants that are gone are known from what they counted.
    let counted = {
        let id = id.clone();
        console.slice(move |it| {
            let report = it.campaigns.reports.get(&id);
            report.and_then(|it| report::sums(it).keys().max().copied())
        })
    };
    Effect::new(move |_| {
        if let Some(key) = counted.get() {
            draft.update(|it| it.know(key));
        }
    });
    let origins = site.origins.iter().map(|it| it.as_str().to_owned()).collect::<Vec<_>>();
    let color = site.color.as_str().to_owned();
    view! {
        <header class="marketing-head">
            <Back />
            <Standing id=id.clone() />
            <span class="grow"></span>
            <a class="button small" href=Route::CampaignReport(id.clone()).fragment()>
                <Icon shape=Shape::Chart />{say(&console::CAMPAIGN_REPORT)}
            </a>
        </header>
        <div class="editor">
            <div class="editor-parts">
                <NameLine />
                <Sentence />
                <Texts />
            </div>
            <Preview id=id.clone() color origins />
        </div>
        <SaveBar id />
    }
}

#[component]
fn Standing(id: CampaignId) -> impl IntoView {
    let standing = standing_of(id);
    move || standing.get().map(|it| view! { <span class=it.class()>{say(&it.phrase())}</span> })
}

#[component]
fn NameLine() -> impl IntoView {
    let editor = use_editor();
    let value = editor.draft.with_untracked(|it| it.name.clone());
    let set = Callback::new(move |name| editor.draft.update(|it| it.name = name));
    view! {
        <h1 class="unseen">{move || editor.draft.with(|it| it.name.clone())}</h1>
        <div class="editor-name">
            <Line label=say(&console::EDITOR_NAME) value set />
            <Wrong at=FieldPath::Name />
        </div>
    }
}

#[component]
fn Sentence() -> impl IntoView {
    let editor = use_editor();
    let root = editor.draft.with_untracked(|it| it.rule.root.id);
    view! {
        <section class="group sentence-group" aria-label=say(&console::CONDITION_CHANGE)>
            <div class="sentence">
                <span class="sentence-lead">{say(&console::EDITOR_WHEN)}</span>
                <Group id=root />
            </div>
            <Wrong at=FieldPath::Rule />
            <div class="sentence">
                <span class="sentence-lead">{say(&console::EDITOR_THEN)}</span>
                <ActionPart />
                <SenderPart />
                <OftenPart />
                <SchedulePart />
            </div>
            <div class="sentence">
                <GoalPart />
                <ControlPart />
            </div>
            <Switches />
        </section>
    }
}
