//! The fields of one condition.

use inbox_text::{Phrase, console};
use inbox_types::{Device, How, limits};
use leptos::prelude::*;

use super::super::{
    super::{
        super::{
            icon::{Icon, Shape},
            say, use_console,
        },
        choices::{Countries, Languages, Weekdays},
        parts::{Choice, Line},
    },
    context::use_editor,
    options::HowChoice,
};
use crate::model::campaigns::{Compared, Fields, Kind, Step, What, sentence};

/// Reads and fills one condition's form.
#[derive(Clone, Copy)]
pub(super) struct Filling {
    id: u32,
}

impl Filling {
    fn read<T>(self, read: impl Fn(&Fields) -> T) -> Option<T> {
        let editor = use_editor();
        editor.draft.with(|it| match it.rule.find(self.id).map(|it| &it.what) {
            Some(What::Is { fields, .. }) => Some(read(fields)),
            Some(What::Group { .. }) | None => None,
        })
    }

    fn text(self, read: fn(&Fields) -> &String) -> String {
        untrack(|| self.read(|it| read(it).clone())).unwrap_or_default()
    }

    fn set<T: 'static>(self, change: fn(&mut Fields, T)) -> Callback<T> {
        let editor = use_editor();
        Callback::new(move |value| {
            editor.draft.update(|it| it.rule.fill(self.id, |it| change(it, value)));
        })
    }
}

type Any = std::collections::BTreeSet<String>;

static QUERY: [(Compared, &str, Phrase); 2] = [
    (Compared::Known, "known", console::COMPARE_KNOWN),
    (Compared::Text, "text", console::COMPARE_TEXT),
];

static ATTRIBUTE: [(Compared, &str, Phrase); 3] = [
    (Compared::Known, "known", console::COMPARE_KNOWN),
    (Compared::Text, "text", console::COMPARE_TEXT),
    (Compared::Number, "number", console::COMPARE_NUMBER),
];

const DEVICES: [(Device, &str); 3] =
    [(Device::Phone, "phone"), (Device::Tablet, "tablet"), (Device::Desktop, "desktop")];

/// What the kind needs to be filled in.
#[component]
pub(super) fn Form(id: u32, kind: Kind) -> impl IntoView {
    let filling = Filling { id };
    match kind {
        Kind::Url | Kind::Referrer => {
            view! { <Match filling label=console::FIELD_ADDRESS /> }.into_any()
        }
        Kind::Title => view! { <Match filling label=console::FIELD_TEXT /> }.into_any(),
        Kind::Query => view! { <Query filling /> }.into_any(),
        Kind::Funnel => view! { <Funnel filling /> }.into_any(),
        Kind::PagesViewed | Kind::Visits | Kind::CartValue | Kind::CartItems => {
            view! { <Range filling /> }.into_any()
        }
        Kind::PageTime | Kind::SiteTime | Kind::Idle => {
            view! { <Number filling label=console::FIELD_SECONDS /> }.into_any()
        }
        Kind::Chatted => view! { <Number filling label=console::FIELD_DAYS /> }.into_any(),
        Kind::Scroll | Kind::Share => {
            view! { <Number filling label=console::FIELD_PERCENT /> }.into_any()
        }
        Kind::ExitIntent => view! { <p class="muted">{say(&console::EXIT_HINT)}</p> }.into_any(),
        Kind::Returning | Kind::OfficeHours => ().into_any(),
        Kind::Click => {
            let set = filling.set(|it, text| it.text = text);
            view! {
                <Line label=say(&console::FIELD_SELECTOR) value=filling.text(|it| &it.text) set />
            }
            .into_any()
        }
        Kind::Event => view! {
            <Name filling label=console::FIELD_KNOWN_AS />
            <Range filling />
        }
        .into_any(),
        Kind::Language => {
            view! { <Languages chosen=chosen(filling) set=set_any(filling) /> }.into_any()
        }
        Kind::Country => {
            view! { <Countries chosen=chosen(filling) set=set_any(filling) /> }.into_any()
        }
        Kind::Weekday => {
            view! { <Weekdays chosen=chosen(filling) set=set_any(filling) /> }.into_any()
        }
        Kind::Device => view! { <DeviceChoice filling /> }.into_any(),
        Kind::Attribute => view! { <Attribute filling /> }.into_any(),
        Kind::Available => view! { <DepartmentChoice filling /> }.into_any(),
        Kind::Hours => view! { <Hours filling /> }.into_any(),
    }
}

pub(super) fn chosen(filling: Filling) -> Memo<Any> {
    Memo::new(move |_| filling.read(|it| it.any.clone()).unwrap_or_default())
}

pub(super) fn set_any(filling: Filling) -> Callback<Any> {
    filling.set(|it, any| it.any = any)
}

/// How a text is compared, and with what.
#[component]
pub(super) fn Match(filling: Filling, label: Phrase) -> impl IntoView {
    let how = untrack(|| filling.read(|it| it.how)).unwrap_or(How::Is);
    view! {
        <div class="columns">
            <HowChoice how set=filling.set(|it, how| it.how = how) />
            <Line label=say(&label) value=filling.text(|it| &it.text) set=filling.set(|it, text| it.text = text) />
        </div>
    }
}

#[component]
pub(super) fn Name(filling: Filling, label: Phrase) -> impl IntoView {
    let set = filling.set(|it, name| it.name = name);
    view! { <Line label=say(&label) value=filling.text(|it| &it.name) set /> }
}

#[component]
pub(super) fn Number(filling: Filling, label: Phrase) -> impl IntoView {
    let set = filling.set(|it, number| it.number = number);
    view! { <Line label=say(&label) value=filling.text(|it| &it.number) set kind="number" /> }
}

#[component]
pub(super) fn Range(filling: Filling) -> impl IntoView {
    let least = filling.set(|it, least| it.least = least);
    let most = filling.set(|it, most| it.most = most);
    view! {
        <div class="columns">
            <Line label=say(&console::FIELD_LEAST) value=filling.text(|it| &it.least) set=least kind="number" />
            <Line label=say(&console::FIELD_MOST) value=filling.text(|it| &it.most) set=most kind="number" />
        </div>
    }
}

/// How a parameter or an attribute is compared.
#[component]
pub(super) fn ComparedChoice(
    filling: Filling,
    all: &'static [(Compared, &'static str, Phrase)],
) -> impl IntoView {
    let now = untrack(|| filling.read(|it| it.compared)).unwrap_or_default();
    let value = all.iter().find(|it| it.0 == now).map_or("", |it| it.1);
    let options = all.iter().map(|(_, value, name)| ((*value).to_owned(), say(name))).collect();
    let set = filling.set(|it, compared| it.compared = compared);
    let chosen = Callback::new(move |value: String| {
        if let Some(found) = all.iter().find(|it| it.1 == value) {
            set.run(found.0);
        }
    });
    view! { <Choice label=say(&console::FIELD_COMPARE) options value set=chosen /> }
}

#[component]
pub(super) fn Query(filling: Filling) -> impl IntoView {
    view! {
        <div class="columns">
            <Name filling label=console::FIELD_PARAMETER />
            <ComparedChoice filling all=&QUERY />
        </div>
        <Value filling />
    }
}

#[component]
pub(super) fn Attribute(filling: Filling) -> impl IntoView {
    view! {
        <div class="columns">
            <Name filling label=console::FIELD_KNOWN_AS />
            <ComparedChoice filling all=&ATTRIBUTE />
        </div>
        <Value filling />
    }
}

/// What it is compared with, as it is compared.
#[component]
pub(super) fn Value(filling: Filling) -> impl IntoView {
    let compared = Memo::new(move |_| filling.read(|it| it.compared).unwrap_or_default());
    move || match compared.get() {
        Compared::Known => ().into_any(),
        Compared::Text => view! { <Match filling label=console::FIELD_TEXT /> }.into_any(),
        Compared::Number => view! { <Range filling /> }.into_any(),
    }
}

/// The pages of a funnel, in order.
#[component]
pub(super) fn Funnel(filling: Filling) -> impl IntoView {
    let n = Memo::new(move |_| filling.read(|it| it.steps.len()).unwrap_or_default());
    let add = filling.set(|it, ()| it.steps.push(Step { how: How::Is, text: String::new() }));
    let remove = filling.set(|it, ()| drop(it.steps.pop()));
    let full = move || limits::FUNNEL_STEPS <= n.get();
    view! {
        <For each=move || 0..n.get() key=|index| *index let:index>
            <StepLine filling index />
        </For>
        <div class="row-end">
            <button type="button" class="button small" disabled=full on:click=move |_| add.run(())>
                <Icon shape=Shape::Plus />{say(&console::FUNNEL_ADD)}
            </button>
            <Show when=move || 2 < n.get()>
                <button type="button" class="button small" on:click=move |_| remove.run(())>
                    {move || say(&console::remove_named(&say(&console::funnel_page(&n.get().to_string()))))}
                </button>
            </Show>
        </div>
    }
}

#[component]
pub(super) fn StepLine(filling: Filling, index: usize) -> impl IntoView {
    let editor = use_editor();
    let step = untrack(|| filling.read(|it| it.steps.get(index).cloned())).flatten();
    let step = step.unwrap_or(Step { how: How::Is, text: String::new() });
    let fill = move |change: Box<dyn FnOnce(&mut Step)>| {
        editor.draft.update(|it| {
            it.rule.fill(filling.id, |it| {
                if let Some(step) = it.steps.get_mut(index) {
                    change(step);
                }
            });
        });
    };
    let set_how = Callback::new(move |how| fill(Box::new(move |it: &mut Step| it.how = how)));
    let set_text = Callback::new(move |text| fill(Box::new(move |it: &mut Step| it.text = text)));
    let label = say(&console::funnel_page(&(index + 1).to_string()));
    view! {
        <div class="columns">
            <HowChoice how=step.how set=set_how />
            <Line label value=step.text set=set_text />
        </div>
    }
}

#[component]
pub(super) fn DeviceChoice(filling: Filling) -> impl IntoView {
    let now = untrack(|| filling.read(|it| it.device)).unwrap_or(Device::Phone);
    let value = DEVICES.iter().find(|it| it.0 == now).map_or("", |it| it.1);
    let options =
        DEVICES.map(|(it, value)| (value.to_owned(), say(&sentence::device(it)))).to_vec();
    let set = filling.set(|it, device| it.device = device);
    let chosen = Callback::new(move |value: String| {
        if let Some(found) = DEVICES.iter().find(|it| it.1 == value) {
            set.run(found.0);
        }
    });
    view! { <Choice label=say(&console::CONDITION_DEVICE) options value set=chosen /> }
}

#[component]
pub(super) fn DepartmentChoice(filling: Filling) -> impl IntoView {
    let console = use_console();
    let departments = console.model.with_untracked(|it| {
        it.campaigns.data.as_ref().map(|it| it.departments.clone()).unwrap_or_default()
    });
    let named = departments.into_iter().map(|it| (it.id.to_string(), it.name.as_str().to_owned()));
    let options =
        [(String::new(), say(&console::DEPARTMENT_ANY))].into_iter().chain(named).collect();
    let set = filling.set(|it, department| it.department = department);
    view! {
        <Choice label=say(&console::DEPARTMENT) options value=filling.text(|it| &it.department) set />
    }
}

#[component]
pub(super) fn Hours(filling: Filling) -> impl IntoView {
    let from = filling.set(|it, from| it.from = from);
    let until = filling.set(|it, until| it.until = until);
    view! {
        <div class="columns">
            <Line label=say(&console::FIELD_FROM) value=filling.text(|it| &it.from) set=from kind="time" />
            <Line label=say(&console::FIELD_UNTIL) value=filling.text(|it| &it.until) set=until kind="time" />
        </div>
    }
}
