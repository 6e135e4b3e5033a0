//! How often a visitor may meet the campaign.

use inbox_text::{Phrase, console};
use leptos::prelude::*;

use super::{
    super::{
        super::say,
        parts::{Choice, Line},
    },
    chip::{Consent, PartChip},
    context::{Part, use_editor},
    options::{one_of, options, value_of},
};
use crate::model::campaigns::{FieldPath, FrequencyChoice, sentence};

const OFTEN: [(FrequencyChoice, &str); 4] = [
    (FrequencyChoice::Once, "once"),
    (FrequencyChoice::Visit, "visit"),
    (FrequencyChoice::EveryDays, "days"),
    (FrequencyChoice::UntilAnswered, "answered"),
];

fn often(often: FrequencyChoice) -> Phrase {
    match often {
        FrequencyChoice::Once => console::FREQUENCY_ONCE,
        FrequencyChoice::Visit => console::FREQUENCY_VISIT,
        FrequencyChoice::EveryDays => console::OFTEN_DAYS,
        FrequencyChoice::UntilAnswered => console::FREQUENCY_UNTIL_ANSWERED,
    }
}

#[component]
pub(super) fn OftenPart() -> impl IntoView {
    let editor = use_editor();
    let chosen = Memo::new(move |_| editor.draft.with(|it| it.often));
    let text =
        Signal::derive(move || say(&sentence::frequency(editor.draft.with(|it| it.spoken().1))));
    let set = Callback::new(move |value: String| {
        if let Some(often) = one_of(&OFTEN, &value) {
            editor.draft.update(|it| it.often = often);
        }
    });
    let days = Callback::new(move |days| editor.draft.update(|it| it.days = days));
    // Without the consent setting "once" lasts for a visit, and days are not counted at all.
    let consent = move || {
        let remembers = editor.rules.with_value(|it| it.remember_visitors);
        !remembers && matches!(chosen.get(), FrequencyChoice::Once | FrequencyChoice::EveryDays)
    };
    view! {
        <PartChip part=Part::Frequency text label=say(&console::EDITOR_OFTEN) at=FieldPath::Frequency>
            <Choice
                label=say(&console::EDITOR_OFTEN)
                options=options(&OFTEN, often)
                value=value_of(&OFTEN, chosen.get_untracked())
                set
            />
            <Show when=move || chosen.get() == FrequencyChoice::EveryDays>
                <Line
                    label=say(&console::FIELD_DAYS)
                    value=editor.draft.with_untracked(|it| it.days.clone())
                    set=days
                    kind="number"
                />
            </Show>
            <Show when=consent><Consent /></Show>
        </PartChip>
    }
}
