//! The share of visitors who are shown nothing, and the switches below the sentence.

use inbox_text::console;
use leptos::prelude::*;

use super::{
    super::{
        super::{controls::Switch, say},
        parts::Line,
    },
    chip::PartChip,
    context::{Part, use_editor},
};
use crate::model::campaigns::FieldPath;

#[component]
pub(super) fn ControlPart() -> impl IntoView {
    let editor = use_editor();
    let control = Memo::new(move |_| editor.draft.with(|it| it.control.clone()));
    let text = Signal::derive(move || {
        control.with(|it| match it.trim() {
            "" | "0" => say(&console::CONTROL_NONE),
            share => say(&console::control_share(share)),
        })
    });
    let set = Callback::new(move |control| editor.draft.update(|it| it.control = control));
    view! {
        <PartChip part=Part::Control text label=say(&console::EDITOR_CONTROL) at=FieldPath::Control>
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

/// Whether it also speaks during a conversation, and while nobody is available.
#[component]
pub(super) fn Switches() -> impl IntoView {
    let editor = use_editor();
    let during = Memo::new(move |_| editor.draft.with(|it| it.during_conversation));
    let collects = Memo::new(move |_| editor.draft.with(|it| it.collects_messages));
    let set_during = Callback::new(move |on| editor.draft.update(|it| it.during_conversation = on));
    let set_collects = Callback::new(move |on| editor.draft.update(|it| it.collects_messages = on));
    view! {
        <div class="switches">
            <Switch label=console::EDITOR_COLLECTS on=collects set=set_collects />
            <Switch label=console::EDITOR_DURING on=during set=set_during />
        </div>
    }
}
