//! What holds for all campaigns of a site: memory, caps, zone, office hours.

use inbox_text::{Phrase, console};
use inbox_types::{OfficeHours, ProactiveSettings, SiteId};
use leptos::{ev::SubmitEvent, prelude::*};

use super::{
    super::{
        Value,
        controls::{Field, Switch},
        icon::{Icon, Shape},
        say,
        unsaved::{Form, held_while_unsaved},
        use_console, write,
    },
    list::SiteSelect,
    parts::{Back, Choice, Line, Problem},
};
use crate::{
    browser::intl,
    model::{
        CampaignChange, CampaignMsg, Msg,
        campaigns::{clock, minutes},
        number,
    },
};

/// The page.
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

/// One line of office hours, as it is typed.
#[derive(Clone, PartialEq)]
struct Open {
    number: u32,
    day: u8,
    from: String,
    until: String,
}

#[component]
fn RulesForm(site: SiteId, settings: ProactiveSettings) -> impl IntoView {
    let console = use_console();
    let remember = RwSignal::new(settings.remember_visitors);
    let per_visit = RwSignal::new(settings.per_visit.to_string());
    let per_visitor = RwSignal::new(settings.per_visitor.to_string());
    let zone = RwSignal::new(settings.time_zone.as_str().to_owned());
    let open = |(number, it): (u32, &OfficeHours)| Open {
        number,
        day: it.weekday,
        from: clock(it.from),
        until: clock(it.until),
    };
    let hours: Vec<Open> = (0..).zip(&settings.office_hours).map(open).collect();
    let hours = RwSignal::new(hours);
    let typed =
        move || (remember.get(), per_visit.get(), per_visitor.get(), zone.get(), hours.get());
    let unsaved = Form::new(typed);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let form = || -> Result<ProactiveSettings, Phrase> {
            let small = |it: RwSignal<String>| {
                let number = number(&it.get_untracked(), 255)?;
                u8::try_from(number).map_err(|_| console::WRONG_NUMBER)
            };
            let named = zone.get_untracked();
            if !intl::knows_zone(named.trim()) {
                return Err(console::WRONG_TIME_ZONE);
            }
            Ok(ProactiveSettings {
                remember_visitors: remember.get_untracked(),
                per_visit: small(per_visit)?,
                per_visitor: small(per_visitor)?,
                time_zone: named.try_into().map_err(|_| console::WRONG_TIME_ZONE)?,
                office_hours: hours
                    .with_untracked(|it| it.iter().map(read).collect::<Result<_, _>>())?,
            })
        };
        unsaved.submits();
        let msg = match form() {
            Ok(settings) => {
                CampaignMsg::Change(CampaignChange::Settings(site.clone(), Box::new(settings)))
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
                <Field label=console::SET_TIME_ZONE value=zone />
                <p class="muted">{say(&console::SET_OFFICE_HOURS_HINT)}</p>
                <Hours hours />
            </section>
            <Problem />
            <button type="submit" class="button primary" disabled=move || busy.get()>{say(&console::SAVE)}</button>
        </form>
    }
}

fn read(open: &Open) -> Result<OfficeHours, Phrase> {
    let from = minutes(&open.from).ok_or(console::WRONG_OFFICE_HOURS)?;
    // A field of time has no 24:00: midnight is the day's end.
    let until = minutes(&open.until).map(|it| if it == 0 { 1_440 } else { it });
    let until = until.filter(|it| from < *it).ok_or(console::WRONG_OFFICE_HOURS)?;
    Ok(OfficeHours { weekday: open.day, from, until })
}

#[component]
fn Hours(hours: RwSignal<Vec<Open>>) -> impl IntoView {
    let change = move |number: u32, change: Box<dyn FnOnce(&mut Open)>| {
        hours.update(|it| {
            if let Some(open) = it.iter_mut().find(|it| it.number == number) {
                change(open);
            }
        });
    };
    let numbers =
        Memo::new(move |_| hours.with(|it| it.iter().map(|it| it.number).collect::<Vec<_>>()));
    let line = move |number: u32| {
        let open = hours.with_untracked(|it| it.iter().find(|it| it.number == number).cloned());
        open.map(|open| {
            let days = (1..=7_u8).map(|it| (it.to_string(), write(Value::Weekday(it)))).collect();
            let day = Callback::new(move |day: String| {
                let day = day.parse().unwrap_or(1);
                change(number, Box::new(move |it| it.day = day));
            });
            let from = Callback::new(move |from| change(number, Box::new(move |it| it.from = from)));
            let until = Callback::new(move |until| change(number, Box::new(move |it| it.until = until)));
            let until_shown = if open.until == "24:00" { "00:00".to_owned() } else { open.until };
            view! {
                <li class="office-line">
                    <Choice label=say(&console::OFFICE_DAY) options=days value=open.day.to_string() set=day />
                    <Line label=say(&console::FIELD_FROM) value=open.from set=from kind="time" />
                    <Line label=say(&console::FIELD_UNTIL) value=until_shown set=until kind="time" />
                    <button
                        type="button"
                        class="button quiet icon-only"
                        aria-label=say(&console::OFFICE_REMOVE)
                        title=say(&console::OFFICE_REMOVE)
                        on:click=move |_| hours.update(|it| it.retain(|it| it.number != number))
                    >
                        <Icon shape=Shape::Trash />
                    </button>
                </li>
            }
        })
    };
    let add = move |_| {
        hours.update(|it| {
            let number = it.iter().map(|it| it.number + 1).max().unwrap_or_default();
            // Most teams have the same hours on the next day.
            let next = it.last().map_or(
                Open { number, day: 1, from: "09:00".to_owned(), until: "17:00".to_owned() },
                |last| Open { number, day: last.day % 7 + 1, ..last.clone() },
            );
            it.push(next);
        });
    };
    view! {
        <ul class="office-hours"><For each=move || numbers.get() key=|it| *it children=line /></ul>
        <div>
            <button type="button" class="button" on:click=add>
                <Icon shape=Shape::Plus />{say(&console::OFFICE_ADD)}
            </button>
        </div>
    }
}
