//! A campaign as a sentence: each part of it is pressed to be changed where it stands.

use inbox_campaigns::Surroundings;
use inbox_text::{Phrase, console};
use inbox_types::{
    Campaign, CampaignAction, CampaignId, CampaignStatus, How, Language, ProactiveSettings,
    Schedule, Sender, Timestamp, VariantKey,
};
use leptos::{ev::KeyboardEvent, html::Div, prelude::*};

use super::{
    super::{
        controls::Switch,
        icon::{Icon, Shape},
        say,
        unsaved::ask_before_leaving,
        use_console,
    },
    Speaker,
    conditions::Group,
    list::standing_of,
    parts::{Back, Choice, Line, Problem},
    preview::Preview,
    texts::Texts,
};
use crate::{
    model::{
        CampaignChange, CampaignMsg, Msg, Route,
        campaigns::{Aim, CampaignDraft, Often, Spot, Trouble, report, sentence},
    },
    shell::{dom, intl},
};

/// What the parts of the editor share.
#[derive(Clone, Copy)]
pub(super) struct Desk {
    /// What is being written.
    pub draft: RwSignal<CampaignDraft>,
    /// What is wrong with it.
    pub troubles: Memo<Vec<Trouble>>,
    /// Which part of the sentence is open.
    pub open: RwSignal<Option<Part>>,
    /// The variant that is being written and shown.
    pub variant: RwSignal<VariantKey>,
    /// The language that is being written and shown.
    pub language: RwSignal<Language>,
    /// The site's main language.
    pub main: StoredValue<Language>,
    /// What holds for all of the site's campaigns.
    pub rules: StoredValue<ProactiveSettings>,
}

impl Desk {
    /// What is wrong there.
    pub(super) fn trouble(self, at: Spot) -> Memo<Option<Phrase>> {
        Memo::new(move |_| {
            self.troubles.with(|it| it.iter().find(|it| it.at == at).map(|it| it.said.clone()))
        })
    }
}

/// What the editor is made of.
pub(super) fn use_desk() -> Desk {
    expect_context()
}

/// A part of the sentence that can be open.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Part {
    Condition(u32),
    Action,
    Sender,
    Often,
    Schedule,
    Goal,
    Control,
}

impl Part {
    fn mark(self) -> String {
        match self {
            Self::Condition(id) => format!("part-condition-{id}"),
            Self::Action => "part-action".to_owned(),
            Self::Sender => "part-sender".to_owned(),
            Self::Often => "part-often".to_owned(),
            Self::Schedule => "part-schedule".to_owned(),
            Self::Goal => "part-goal".to_owned(),
            Self::Control => "part-control".to_owned(),
        }
    }
}

/// The page of one campaign.
#[component]
pub(super) fn EditorPage(id: CampaignId) -> impl IntoView {
    let console = use_console();
    let known = {
        let id = id.clone();
        // What was saved comes back and must not take the form away from under the fingers.
        console.slice(move |it| {
            it.campaigns.find(&id).is_some_and(|campaign| it.campaigns.site_of(campaign).is_some())
        })
    };
    move || {
        let found = known.get().then(|| {
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
    let desk = Desk {
        draft,
        troubles,
        open: RwSignal::new(None),
        variant: RwSignal::new(first),
        language: RwSignal::new(site.main_language.clone()),
        main: StoredValue::new(site.main_language),
        rules: StoredValue::new(site.proactive),
    };
    provide_context(desk);
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
    let desk = use_desk();
    let value = desk.draft.with_untracked(|it| it.name.clone());
    let set = Callback::new(move |name| desk.draft.update(|it| it.name = name));
    view! {
        <h1 class="unseen">{move || desk.draft.with(|it| it.name.clone())}</h1>
        <div class="editor-name">
            <Line label=say(&console::EDITOR_NAME) value set />
            <Wrong at=Spot::Name />
        </div>
    }
}

/// What is wrong with the field above.
#[component]
pub(super) fn Wrong(at: Spot) -> impl IntoView {
    let trouble = use_desk().trouble(at);
    move || trouble.get().map(|it| view! { <p class="problem">{say(&it)}</p> })
}

/// The sentence.
#[component]
fn Sentence() -> impl IntoView {
    let desk = use_desk();
    let root = desk.draft.with_untracked(|it| it.rule.root.id);
    view! {
        <section class="group sentence-group" aria-label=say(&console::CONDITION_CHANGE)>
            <div class="sentence">
                <span class="sentence-lead">{say(&console::EDITOR_WHEN)}</span>
                <Group id=root />
            </div>
            <Wrong at=Spot::Rule />
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

/// A pressable part of the sentence with its form.
#[component]
pub(super) fn PartChip(
    /// Which part.
    part: Part,
    /// What it says now.
    #[prop(into)]
    text: Signal<String>,
    /// What its form is called.
    #[prop(into)]
    label: String,
    /// Where something can be wrong with it.
    at: Spot,
    /// It is not filled in.
    #[prop(into, default = Signal::stored(false))]
    unfinished: Signal<bool>,
    /// It knows more with the site's consent setting.
    #[prop(default = false)]
    consent: bool,
    /// The form.
    children: ChildrenFn,
) -> impl IntoView {
    let desk = use_desk();
    let open = Memo::new(move |_| desk.open.get() == Some(part));
    let trouble = desk.trouble(at.clone());
    let form = NodeRef::<Div>::new();
    let mark = part.mark();
    let (button, body) = (mark.clone(), format!("{mark}-form"));
    let close = {
        let mark = mark.clone();
        move || {
            desk.open.set(None);
            dom::focus_id(&mark);
        }
    };
    let toggle = move |_| desk.open.update(|it| *it = (*it != Some(part)).then_some(part));
    Effect::new(move |_| {
        if let (true, Some(form)) = (open.get(), form.get()) {
            dom::after_paint(move || dom::focus_first(&form, "input, select, textarea"));
        }
    });
    let keys = {
        let close = close.clone();
        move |event: KeyboardEvent| {
            let done = event.key() == "Escape"
                || (event.key() == "Enter" && dom::is_line(event.target().as_ref()));
            if done && open.get_untracked() && !dom::is_composing(&event) {
                event.prevent_default();
                event.stop_propagation();
                close();
            }
        }
    };
    let controls = body.clone();
    view! {
        <span class="part" data-open=move || open.get().to_string()>
            <button
                type="button"
                id=button
                class="part-chip"
                class:unfinished=move || unfinished.get()
                class:wrong=move || trouble.with(Option::is_some)
                aria-expanded=move || open.get().to_string()
                aria-controls=move || open.get().then(|| controls.clone())
                on:click=toggle
            >
                {consent.then(|| view! { <Icon shape=Shape::Lock /> })}
                <bdi>{move || text.get()}</bdi>
                {consent.then(|| view! { <span class="unseen">" "{say(&console::CONDITION_CONSENT)}</span> })}
            </button>
        </span>
        {
            let (at, children, close) = (at, children.clone(), close.clone());
            let (label, body) = (StoredValue::new(label), StoredValue::new(body));
            move || {
                let close = close.clone();
                let keys = keys.clone();
                open.get().then(|| view! {
                    <div class="part-form" node_ref=form id=body.get_value() role="group" aria-label=label.get_value() on:keydown=keys>
                        <div class="part-head">
                            <strong class="grow">{label.get_value()}</strong>
                            <button
                                type="button"
                                class="button quiet icon-only small"
                                aria-label=say(&console::CLOSE)
                                on:click=move |_| close()
                            >
                                <Icon shape=Shape::Close />
                            </button>
                        </div>
                        {children()}
                        <Wrong at=at.clone() />
                    </div>
                })
            }
        }
    }
}

fn value_of<T: PartialEq + Copy>(all: &[(T, &'static str)], one: T) -> &'static str {
    all.iter().find(|it| it.0 == one).map_or("", |it| it.1)
}

fn one_of<T: Copy>(all: &[(T, &'static str)], value: &str) -> Option<T> {
    all.iter().find(|it| it.1 == value).map(|it| it.0)
}

fn options<T: Copy>(
    all: &[(T, &'static str)],
    name: impl Fn(T) -> Phrase,
) -> Vec<(String, String)> {
    all.iter().map(|(it, value)| ((*value).to_owned(), say(&name(*it)))).collect()
}

const ACTIONS: [(CampaignAction, &str); 2] =
    [(CampaignAction::Bubble, "bubble"), (CampaignAction::Open, "open")];

#[component]
fn ActionPart() -> impl IntoView {
    let desk = use_desk();
    let action = Memo::new(move |_| desk.draft.with(|it| it.action));
    let text = Signal::derive(move || say(&sentence::action(action.get())));
    let set = Callback::new(move |value: String| {
        if let Some(action) = one_of(&ACTIONS, &value) {
            desk.draft.update(|it| it.action = action);
        }
    });
    view! {
        <PartChip part=Part::Action text label=say(&console::EDITOR_ACTION) at=Spot::Variants>
            <Choice
                label=say(&console::EDITOR_ACTION)
                options=options(&ACTIONS, sentence::action)
                value=value_of(&ACTIONS, action.get_untracked())
                set
            />
        </PartChip>
    }
}

#[component]
fn SenderPart() -> impl IntoView {
    let console = use_console();
    let desk = use_desk();
    let sender = Memo::new(move |_| desk.draft.with(|it| it.sender.clone()));
    let text = Signal::derive(move || {
        let sender = sender.get();
        console.model.with(|it| sentence::sender(&sender, &Speaker(&it.campaigns)))
    });
    let set = Callback::new(move |value: String| {
        let sender = match value.as_str() {
            "team" => Some(Sender::Team),
            "next" => Some(Sender::NextAvailable),
            id => id.parse().ok().map(Sender::Member),
        };
        if let Some(sender) = sender {
            desk.draft.update(|it| it.sender = sender);
        }
    });
    let choices = move || {
        let members = console.model.with_untracked(|it| {
            let members = it.campaigns.data.as_ref().map(|it| it.members.clone());
            members.unwrap_or_default()
        });
        let named = members.into_iter().map(|it| (it.id.to_string(), it.name.as_str().to_owned()));
        [("team", console::SENDER_TEAM), ("next", console::SENDER_NEXT)]
            .map(|(value, name)| (value.to_owned(), say(&name)))
            .into_iter()
            .chain(named)
            .collect::<Vec<_>>()
    };
    let value = move || match sender.get_untracked() {
        Sender::Team => "team".to_owned(),
        Sender::NextAvailable => "next".to_owned(),
        Sender::Member(id) => id.to_string(),
    };
    view! {
        <PartChip part=Part::Sender text label=say(&console::EDITOR_SENDER) at=Spot::Variants>
            <Choice label=say(&console::EDITOR_SENDER) options=choices() value=value() set />
        </PartChip>
    }
}

const OFTEN: [(Often, &str); 4] = [
    (Often::Once, "once"),
    (Often::Visit, "visit"),
    (Often::EveryDays, "days"),
    (Often::UntilAnswered, "answered"),
];

fn often(often: Often) -> Phrase {
    match often {
        Often::Once => console::FREQUENCY_ONCE,
        Often::Visit => console::FREQUENCY_VISIT,
        Often::EveryDays => console::OFTEN_DAYS,
        Often::UntilAnswered => console::FREQUENCY_UNTIL_ANSWERED,
    }
}

#[component]
fn OftenPart() -> impl IntoView {
    let desk = use_desk();
    let chosen = Memo::new(move |_| desk.draft.with(|it| it.often));
    let text =
        Signal::derive(move || say(&sentence::frequency(desk.draft.with(|it| it.spoken().1))));
    let set = Callback::new(move |value: String| {
        if let Some(often) = one_of(&OFTEN, &value) {
            desk.draft.update(|it| it.often = often);
        }
    });
    let days = Callback::new(move |days| desk.draft.update(|it| it.days = days));
    // Without the consent setting "once" lasts for a visit, and days are not counted at all.
    let consent = move || {
        let remembers = desk.rules.with_value(|it| it.remember_visitors);
        !remembers && matches!(chosen.get(), Often::Once | Often::EveryDays)
    };
    view! {
        <PartChip part=Part::Often text label=say(&console::EDITOR_OFTEN) at=Spot::Frequency>
            <Choice
                label=say(&console::EDITOR_OFTEN)
                options=options(&OFTEN, often)
                value=value_of(&OFTEN, chosen.get_untracked())
                set
            />
            <Show when=move || chosen.get() == Often::EveryDays>
                <Line
                    label=say(&console::FIELD_DAYS)
                    value=desk.draft.with_untracked(|it| it.days.clone())
                    set=days
                    kind="number"
                />
            </Show>
            <Show when=consent><Consent /></Show>
        </PartChip>
    }
}

/// The mark of what needs the site's consent setting.
#[component]
pub(super) fn Consent() -> impl IntoView {
    view! {
        <p class="consent">
            <Icon shape=Shape::Lock />
            <span>
                {say(&console::CONDITION_CONSENT)}
                " "
                <a href=Route::CampaignSettings.fragment()>{say(&console::CAMPAIGN_RULES)}</a>
            </span>
        </p>
    }
}

#[component]
fn SchedulePart() -> impl IntoView {
    let console = use_console();
    let desk = use_desk();
    let schedule = Memo::new(move |_| desk.draft.with(|it| it.schedule));
    let text = Signal::derive(move || {
        console.model.with(|it| sentence::schedule(schedule.get(), &Speaker(&it.campaigns)))
    });
    let set = move |change: fn(&mut Schedule, Option<Timestamp>)| {
        Callback::new(move |value: String| {
            let at = intl::instant(&value);
            desk.draft.update(|it| change(&mut it.schedule, at));
        })
    };
    let value = |it: Option<Timestamp>| it.map(intl::local).unwrap_or_default();
    view! {
        <PartChip part=Part::Schedule text label=say(&console::EDITOR_SCHEDULE) at=Spot::Schedule>
            <div class="columns">
                <Line
                    label=say(&console::FIELD_FROM)
                    value=value(schedule.get_untracked().from)
                    set=set(|it, at| it.from = at)
                    kind="datetime-local"
                />
                <Line
                    label=say(&console::FIELD_UNTIL)
                    value=value(schedule.get_untracked().until)
                    set=set(|it, at| it.until = at)
                    kind="datetime-local"
                />
            </div>
            <p class="muted">{say(&console::EDITOR_SCHEDULE_HINT)}</p>
        </PartChip>
    }
}

const AIMS: [(Aim, &str); 5] = [
    (Aim::None, "none"),
    (Aim::Conversation, "conversation"),
    (Aim::Url, "url"),
    (Aim::Event, "event"),
    (Aim::Purchase, "purchase"),
];

fn aim(aim: Aim) -> Phrase {
    match aim {
        Aim::None => console::GOAL_NONE,
        Aim::Conversation => console::GOAL_CONVERSATION,
        Aim::Url => console::AIM_URL,
        Aim::Event => console::AIM_EVENT,
        Aim::Purchase => console::GOAL_PURCHASE,
    }
}

#[component]
fn GoalPart() -> impl IntoView {
    let console = use_console();
    let desk = use_desk();
    let chosen = Memo::new(move |_| desk.draft.with(|it| it.aim));
    let goal = Memo::new(move |_| desk.draft.with(|it| it.spoken().2));
    let text = Signal::derive(move || match (goal.get(), chosen.get()) {
        (None, it) if it != Aim::None => format!("{} …", say(&aim(it))),
        (goal, _) => {
            console.model.with(|it| sentence::goal(goal.as_ref(), &Speaker(&it.campaigns)))
        }
    });
    let unfinished = Signal::derive(move || chosen.get() != Aim::None && goal.get().is_none());
    let set = Callback::new(move |value: String| {
        if let Some(aim) = one_of(&AIMS, &value) {
            desk.draft.update(|it| it.aim = aim);
        }
    });
    view! {
        <PartChip part=Part::Goal text label=say(&console::EDITOR_GOAL) at=Spot::Goal unfinished>
            <Choice
                label=say(&console::EDITOR_GOAL)
                options=options(&AIMS, aim)
                value=value_of(&AIMS, chosen.get_untracked())
                set
            />
            {move || view! { <GoalFields aim=chosen.get() /> }}
        </PartChip>
    }
}

#[component]
fn GoalFields(aim: Aim) -> impl IntoView {
    let desk = use_desk();
    let (how, text, hours) =
        desk.draft.with_untracked(|it| (it.aim_how, it.aim_text.clone(), it.aim_hours.clone()));
    let set_how = Callback::new(move |how| desk.draft.update(|it| it.aim_how = how));
    let set_text = Callback::new(move |text| desk.draft.update(|it| it.aim_text = text));
    let set_hours = Callback::new(move |hours| desk.draft.update(|it| it.aim_hours = hours));
    let what = match aim {
        Aim::None => return ().into_any(),
        Aim::Conversation | Aim::Purchase => None,
        Aim::Url => Some(console::FIELD_ADDRESS),
        Aim::Event => Some(console::FIELD_KNOWN_AS),
    };
    view! {
        <div class="columns">
            {(aim == Aim::Url).then(|| view! { <HowChoice how set=set_how /> })}
            {what.map(|label| view! { <Line label=say(&label) value=text set=set_text /> })}
            <Line label=say(&console::EDITOR_HOURS) value=hours set=set_hours kind="number" />
        </div>
    }
    .into_any()
}

const HOWS: [(How, &str); 5] = [
    (How::Is, "is"),
    (How::Contains, "contains"),
    (How::Begins, "begins"),
    (How::Wildcard, "wildcard"),
    (How::Regex, "regex"),
];

/// How a text is compared.
#[component]
pub(super) fn HowChoice(how: How, set: Callback<How>) -> impl IntoView {
    let name = |how: How| match how {
        How::Is => console::COMPARE_IS,
        How::Contains => console::COMPARE_CONTAINS,
        How::Begins => console::COMPARE_BEGINS,
        How::Wildcard => console::COMPARE_WILDCARD,
        How::Regex => console::COMPARE_REGEX,
    };
    let chosen = Callback::new(move |value: String| {
        if let Some(how) = one_of(&HOWS, &value) {
            set.run(how);
        }
    });
    view! {
        <Choice
            label=say(&console::FIELD_COMPARE)
            options=options(&HOWS, name)
            value=value_of(&HOWS, how)
            set=chosen
        />
    }
}

#[component]
fn ControlPart() -> impl IntoView {
    let desk = use_desk();
    let control = Memo::new(move |_| desk.draft.with(|it| it.control.clone()));
    let text = Signal::derive(move || {
        control.with(|it| match it.trim() {
            "" | "0" => say(&console::CONTROL_NONE),
            share => say(&console::control_share(share)),
        })
    });
    let set = Callback::new(move |control| desk.draft.update(|it| it.control = control));
    view! {
        <PartChip part=Part::Control text label=say(&console::EDITOR_CONTROL) at=Spot::Control>
            <Line
                label=say(&console::FIELD_PERCENT)
                value=control.get_untracked()
                set
                kind="number"
            />
            <p class="muted">{say(&console::EDITOR_CONTROL_HINT)}</p>
        </PartChip>
    }
}

/// What may also be.
#[component]
fn Switches() -> impl IntoView {
    let desk = use_desk();
    let during = Memo::new(move |_| desk.draft.with(|it| it.during_conversation));
    let collects = Memo::new(move |_| desk.draft.with(|it| it.collects_messages));
    let set_during = Callback::new(move |on| desk.draft.update(|it| it.during_conversation = on));
    let set_collects = Callback::new(move |on| desk.draft.update(|it| it.collects_messages = on));
    view! {
        <div class="switches">
            <Switch label=console::EDITOR_COLLECTS on=collects set=set_collects />
            <Switch label=console::EDITOR_DURING on=during set=set_during />
        </div>
    }
}

/// Save and publish. Nothing that visitors meet is saved while something is wrong with it.
#[component]
fn SaveBar(id: CampaignId) -> impl IntoView {
    let console = use_console();
    let desk = use_desk();
    let stored = {
        let id = id.clone();
        console.slice(move |it| it.campaigns.find(&id).map(|it| (it.plan.clone(), it.status)))
    };
    let status = Memo::new(move |_| stored.with(|it| it.as_ref().map(|it| it.1)));
    let changed = Memo::new(move |_| {
        let kept = stored.with(|it| it.as_ref().map(|it| CampaignDraft::of_plan(&it.0).plan()));
        Some(desk.draft.with(CampaignDraft::plan)) != kept
    });
    ask_before_leaving(changed.into(), false);
    let busy = console.slice(|it| it.campaigns.busy);
    let save = StoredValue::new(move |then: Option<CampaignStatus>| {
        let live = then.or(status.get_untracked()) == Some(CampaignStatus::Live);
        let hindered = desk.troubles.with_untracked(|it| it.iter().any(|it| live || it.hard));
        let msg = match desk.draft.with_untracked(CampaignDraft::plan) {
            Ok(plan) if !hindered => {
                let then = then.filter(|it| Some(*it) != status.get_untracked());
                CampaignMsg::Change(CampaignChange::Save(id.clone(), Box::new(plan), then))
            }
            Ok(_) | Err(_) => CampaignMsg::Wrong(console::WRONG_TROUBLES),
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
            <Show when=move || !desk.troubles.with(Vec::is_empty)>
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
