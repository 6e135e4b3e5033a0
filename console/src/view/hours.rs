//! Fields for when a team is there: whose clocks, hours of the week, holidays.

use inbox_text::{Phrase, console};
use leptos::prelude::*;

use super::{
    Value,
    controls::{Choice, Field, Line},
    icon::{Icon, Shape},
    say, write,
};
use crate::model::hours::{HolidayLine, HoursDraft, OpenLine};

#[derive(Clone, Copy)]
pub(super) struct HoursFields {
    zone: RwSignal<String>,
    open: RwSignal<Vec<OpenLine>>,
    holidays: RwSignal<Vec<HolidayLine>>,
}

impl HoursFields {
    /// Fields that hold this.
    pub(super) fn new(draft: HoursDraft) -> Self {
        let HoursDraft { zone, open, holidays } = draft;
        Self {
            zone: RwSignal::new(zone),
            open: RwSignal::new(open),
            holidays: RwSignal::new(holidays),
        }
    }

    pub(super) fn draft(self) -> HoursDraft {
        HoursDraft { zone: self.zone.get(), open: self.open.get(), holidays: self.holidays.get() }
    }

    fn add_open(self) {
        let mut draft = untrack(move || self.draft());
        draft.add_open();
        self.open.set(draft.open);
    }

    fn add_holiday(self) {
        let mut draft = untrack(move || self.draft());
        draft.add_holiday();
        self.holidays.set(draft.holidays);
    }
}

#[component]
pub(super) fn HoursEditor(
    /// What is typed.
    fields: HoursFields,
) -> impl IntoView {
    view! {
        <Field label=console::HOURS_ZONE value=fields.zone />
        <h3>{say(&console::HOURS_WEEK)}</h3>
        <ul class="office-hours">
            <Lines lines=fields.open key=|it| it.number line=move |it| view! { <Open line=it fields /> }.into_any() />
        </ul>
        <Add label=console::OFFICE_ADD add=Callback::new(move |()| fields.add_open()) />
        <h3>{say(&console::HOLIDAYS)}</h3>
        <ul class="office-hours">
            <Lines
                lines=fields.holidays
                key=|it| it.number
                line=move |it| view! { <DaysOff line=it fields /> }.into_any()
            />
        </ul>
        <Add label=console::HOLIDAY_ADD add=Callback::new(move |()| fields.add_holiday()) />
    }
}

/// Lines that stay while one types in them.
#[component]
fn Lines<T: Clone + Send + Sync + 'static>(
    /// What they hold.
    lines: RwSignal<Vec<T>>,
    /// Which line it is.
    key: fn(&T) -> u32,
    /// What is shown of it, with what it holds at first.
    line: impl Fn(T) -> AnyView + Clone + Send + Sync + 'static,
) -> impl IntoView {
    let numbers = Memo::new(move |_| lines.with(|it| it.iter().map(key).collect::<Vec<_>>()));
    let shown = move |number: u32| {
        lines.with_untracked(|it| it.iter().find(|it| key(it) == number).cloned()).map(&line)
    };
    view! { <For each=move || numbers.get() key=|it| *it children=shown /> }
}

#[component]
fn Open(line: OpenLine, fields: HoursFields) -> impl IntoView {
    let number = line.number;
    let change = move |change: Box<dyn FnOnce(&mut OpenLine)>| {
        fields.open.update(|it| {
            if let Some(open) = it.iter_mut().find(|it| it.number == number) {
                change(open);
            }
        });
    };
    let days = (1..=7_u8).map(|it| (it.to_string(), write(Value::Weekday(it)))).collect();
    let day = Callback::new(move |day: String| {
        let day = day.parse().unwrap_or(1);
        change(Box::new(move |it| it.day = day));
    });
    let from = Callback::new(move |from| change(Box::new(move |it| it.from = from)));
    let until = Callback::new(move |until| change(Box::new(move |it| it.until = until)));
    view! {
        <li class="office-line">
            <Choice label=say(&console::OFFICE_DAY) options=days value=line.day.to_string() set=day />
            <Line label=say(&console::FIELD_FROM) value=line.from set=from kind="time" />
            <Line label=say(&console::FIELD_UNTIL) value=line.until set=until kind="time" />
            <Remove
                label=console::OFFICE_REMOVE
                remove=Callback::new(move |()| fields.open.update(|it| it.retain(|it| it.number != number)))
            />
        </li>
    }
}

#[component]
fn DaysOff(line: HolidayLine, fields: HoursFields) -> impl IntoView {
    let number = line.number;
    let change = move |change: Box<dyn FnOnce(&mut HolidayLine)>| {
        fields.holidays.update(|it| {
            if let Some(holiday) = it.iter_mut().find(|it| it.number == number) {
                change(holiday);
            }
        });
    };
    let from = Callback::new(move |from| change(Box::new(move |it| it.from = from)));
    let until = Callback::new(move |until| change(Box::new(move |it| it.until = until)));
    view! {
        <li class="office-line days-off">
            <Line label=say(&console::HOLIDAY_FIRST) value=line.from set=from kind="date" />
            <Line label=say(&console::HOLIDAY_LAST) value=line.until set=until kind="date" />
            <Remove
                label=console::HOLIDAY_REMOVE
                remove=Callback::new(move |()| fields.holidays.update(|it| it.retain(|it| it.number != number)))
            />
        </li>
    }
}

#[component]
fn Add(label: Phrase, add: Callback<()>) -> impl IntoView {
    view! {
        <div>
            <button type="button" class="button" on:click=move |_| add.run(())>
                <Icon shape=Shape::Plus />{say(&label)}
            </button>
        </div>
    }
}

#[component]
fn Remove(label: Phrase, remove: Callback<()>) -> impl IntoView {
    view! {
        <button
            type="button"
            class="button quiet icon-only"
            aria-label=say(&label)
            title=say(&label)
            on:click=move |_| remove.run(())
        >
            <Icon shape=Shape::Trash />
        </button>
    }
}
