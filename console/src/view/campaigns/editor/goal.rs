//! What counts as the campaign's success.

use inbox_text::{Phrase, console};
use leptos::prelude::*;

use super::{
    super::{
        super::{say, use_console},
        Speaker,
        parts::{Choice, Line},
    },
    chip::PartChip,
    context::{Part, use_editor},
    options::{HowChoice, one_of, options, value_of},
};
use crate::model::campaigns::{FieldPath, GoalDraft, sentence};

const AIMS: [(GoalDraft, &str); 5] = [
    (GoalDraft::None, "none"),
    (GoalDraft::Conversation, "conversation"),
    (GoalDraft::Url, "url"),
    (GoalDraft::Event, "event"),
    (GoalDraft::Purchase, "purchase"),
];

fn aim(aim: GoalDraft) -> Phrase {
    match aim {
        GoalDraft::None => console::GOAL_NONE,
        GoalDraft::Conversation => console::GOAL_CONVERSATION,
        GoalDraft::Url => console::AIM_URL,
        GoalDraft::Event => console::AIM_EVENT,
        GoalDraft::Purchase => console::GOAL_PURCHASE,
    }
}

#[component]
pub(super) fn GoalPart() -> impl IntoView {
    let console = use_console();
    let editor = use_editor();
    let chosen = Memo::new(move |_| editor.draft.with(|it| it.aim));
    let goal = Memo::new(move |_| editor.draft.with(|it| it.spoken().2));
    let text = Signal::derive(move || match (goal.get(), chosen.get()) {
        (None, it) if it != GoalDraft::None => format!("{} …", say(&aim(it))),
        (goal, _) => {
            console.model.with(|it| sentence::goal(goal.as_ref(), &Speaker(&it.campaigns)))
        }
    });
    let unfinished =
        Signal::derive(move || chosen.get() != GoalDraft::None && goal.get().is_none());
    let set = Callback::new(move |value: String| {
        if let Some(aim) = one_of(&AIMS, &value) {
            editor.draft.update(|it| it.aim = aim);
        }
    });
    view! {
        <PartChip part=Part::Goal text label=say(&console::EDITOR_GOAL) at=FieldPath::Goal unfinished>
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
fn GoalFields(aim: GoalDraft) -> impl IntoView {
    let editor = use_editor();
    let (how, text, hours) =
        editor.draft.with_untracked(|it| (it.aim_how, it.aim_text.clone(), it.aim_hours.clone()));
    let set_how = Callback::new(move |how| editor.draft.update(|it| it.aim_how = how));
    let set_text = Callback::new(move |text| editor.draft.update(|it| it.aim_text = text));
    let set_hours = Callback::new(move |hours| editor.draft.update(|it| it.aim_hours = hours));
    let what = match aim {
        GoalDraft::None => return ().into_any(),
        GoalDraft::Conversation | GoalDraft::Purchase => None,
        GoalDraft::Url => Some(console::FIELD_ADDRESS),
        GoalDraft::Event => Some(console::FIELD_KNOWN_AS),
    };
    view! {
        <div class="columns">
            {(aim == GoalDraft::Url).then(|| view! { <HowChoice how set=set_how /> })}
            {what.map(|label| view! { <Line label=say(&label) value=text set=set_text /> })}
            <Line label=say(&console::EDITOR_HOURS) value=hours set=set_hours kind="number" />
        </div>
    }
    .into_any()
}
