//! What holds for all campaigns of a site: memory, caps, zone, office hours.

use inbox_text::{Phrase, console};
use inbox_types::{ProactiveSettings, SiteId};
use leptos::{ev::SubmitEvent, prelude::*};

use super::{
    super::{
        controls::{Field, Switch},
        hours::{HoursEditor, HoursFields},
        say,
        unsaved::{Form, held_while_unsaved},
        use_console,
    },
    list::SiteSelect,
    parts::{Back, Problem},
};
use crate::{
    browser::intl,
    model::{CampaignChange, CampaignMsg, Edited, Msg, hours::HoursDraft, number},
};

#[component]
pub(super) fn Rules() -> impl IntoView {
    let console = use_console();
    let here = held_while_unsaved(
        console.slice(|it| it.campaigns.here().map(|it| (it.id.clone(), it.proactive.clone()))),
    );
    view! {
        <header class="marketing-head">
            <Back />
            <h1 class="grow">{say(&console::CAMPAIGN_RULES)}</h1>
            <SiteSelect />
        </header>
        {move || here.get().map(|(site, settings)| view! { <RulesForm site settings /> })}
    }
}

#[component]
fn RulesForm(site: SiteId, settings: ProactiveSettings) -> impl IntoView {
    let console = use_console();
    let remember = RwSignal::new(settings.remember_visitors);
    let per_visit = RwSignal::new(settings.per_visit.to_string());
    let per_visitor = RwSignal::new(settings.per_visitor.to_string());
    let hours = HoursFields::new(HoursDraft::of(&settings.opening_hours()));
    let typed = move || (remember.get(), per_visit.get(), per_visitor.get(), hours.draft());
    let unsaved = Form::new(typed);
    let was = StoredValue::new(settings);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let form = || -> Result<ProactiveSettings, Phrase> {
            let small = |it: RwSignal<String>| {
                let number = number(&it.get_untracked(), 255)?;
                u8::try_from(number).map_err(|_| console::WRONG_NUMBER)
            };
            let hours = untrack(move || hours.draft()).hours(intl::knows_zone)?;
            Ok(ProactiveSettings {
                remember_visitors: remember.get_untracked(),
                per_visit: small(per_visit)?,
                per_visitor: small(per_visitor)?,
                time_zone: hours.time_zone,
                office_hours: hours.week,
                holidays: hours.holidays,
            })
        };
        let msg = match form() {
            Ok(settings) => {
                let edited = Box::new(Edited::new(settings.clone(), was.get_value()));
                unsaved.submits_and(move || was.set_value(settings.clone()));
                CampaignMsg::Change(CampaignChange::Settings(site.clone(), edited))
            }
            Err(problem) => CampaignMsg::Wrong(problem),
        };
        console.send(Msg::Campaign(msg));
    };
    let busy = console.slice(|it| it.campaigns.busy);
    view! {
        <form class="settings-form rules-form" on:submit=submit>
            <section class="group">
                <Switch label=console::SET_REMEMBER on=remember set=Callback::new(move |on| remember.set(on)) />
                <p class="muted">{say(&console::SET_REMEMBER_HINT)}</p>
                <div class="columns">
                    <Field label=console::SET_PER_VISIT value=per_visit kind="number" />
                    <Field label=console::SET_PER_VISITOR value=per_visitor kind="number" />
                </div>
            </section>
            <section class="group">
                <h2>{say(&console::SET_OFFICE_HOURS)}</h2>
                <p class="muted">{say(&console::SET_OFFICE_HOURS_HINT)}</p>
                <HoursEditor fields=hours />
            </section>
            <Problem />
            <button type="submit" class="button primary" disabled=move || busy.get()>{say(&console::SAVE)}</button>
        </form>
    }
}
