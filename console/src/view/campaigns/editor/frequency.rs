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
use crate::model::campaigns::{Often, Spot, sentence};

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
                    value=editor.draft.with_untracked(|it| it.days.clone())
                    set=days
                    kind="number"
                />
            </Show>
            <Show when=consent><Consent /></Show>
        </PartChip>
    }
}
