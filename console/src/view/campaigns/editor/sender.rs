//! What the campaign does, and in whose name it speaks.

use inbox_text::console;
use inbox_types::{CampaignAction, Sender};
use leptos::prelude::*;

use super::{
    super::{
        super::{say, use_console},
        Speaker,
        parts::Choice,
    },
    chip::PartChip,
    context::{Part, use_editor},
    options::{one_of, options, value_of},
};
use crate::model::campaigns::{FieldPath, sentence};

const ACTIONS: [(CampaignAction, &str); 2] =
    [(CampaignAction::Bubble, "bubble"), (CampaignAction::Open, "open")];

#[component]
pub(super) fn ActionPart() -> impl IntoView {
    let editor = use_editor();
    let action = Memo::new(move |_| editor.draft.with(|it| it.action));
    let text = Signal::derive(move || say(&sentence::action(action.get())));
    let set = Callback::new(move |value: String| {
        if let Some(action) = one_of(&ACTIONS, &value) {
            editor.draft.update(|it| it.action = action);
        }
    });
    view! {
        <PartChip part=Part::Action text label=say(&console::EDITOR_ACTION) at=FieldPath::Variants>
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
pub(super) fn SenderPart() -> impl IntoView {
    let console = use_console();
    let editor = use_editor();
    let sender = Memo::new(move |_| editor.draft.with(|it| it.sender.clone()));
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
            editor.draft.update(|it| it.sender = sender);
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
        <PartChip part=Part::Sender text label=say(&console::EDITOR_SENDER) at=FieldPath::Variants>
            <Choice label=say(&console::EDITOR_SENDER) options=choices() value=value() set />
        </PartChip>
    }
}
