//! From when until when the campaign is live.

use inbox_text::console;
use inbox_types::{Schedule, Timestamp};
use leptos::prelude::*;

use super::{
    super::{
        super::{say, use_console},
        Speaker,
        parts::Line,
    },
    chip::PartChip,
    context::{Part, use_editor},
};
use crate::{
    browser::intl,
    model::campaigns::{FieldPath, sentence},
};

#[component]
pub(super) fn SchedulePart() -> impl IntoView {
    let console = use_console();
    let editor = use_editor();
    let schedule = Memo::new(move |_| editor.draft.with(|it| it.schedule));
    let text = Signal::derive(move || {
        console.model.with(|it| sentence::schedule(schedule.get(), &Speaker(&it.campaigns)))
    });
    let set = move |change: fn(&mut Schedule, Option<Timestamp>)| {
        Callback::new(move |value: String| {
            let at = intl::instant(&value);
            editor.draft.update(|it| change(&mut it.schedule, at));
        })
    };
    let value = |it: Option<Timestamp>| it.map(intl::local).unwrap_or_default();
    view! {
        <PartChip part=Part::Schedule text label=say(&console::EDITOR_SCHEDULE) at=FieldPath::Schedule>
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
