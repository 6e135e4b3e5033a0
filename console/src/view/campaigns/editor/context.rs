//! What the parts of the editor share.

use inbox_text::Phrase;
use inbox_types::{Language, ProactiveSettings, VariantKey};
use leptos::prelude::*;

use super::super::super::say;
use crate::model::campaigns::{CampaignDraft, FieldPath, Issue};

/// What all parts of the editor share: the draft, what is wrong with it, and what is open.
#[derive(Clone, Copy)]
pub(super) struct EditorContext {
    /// What is being written.
    pub draft: RwSignal<CampaignDraft>,
    /// What is wrong with it.
    pub troubles: Memo<Vec<Issue>>,
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

impl EditorContext {
    /// What is wrong there.
    pub(super) fn trouble(self, at: FieldPath) -> Memo<Option<Phrase>> {
        Memo::new(move |_| {
            self.troubles.with(|it| it.iter().find(|it| it.at == at).map(|it| it.said.clone()))
        })
    }
}

/// The context that [`super::EditorPage`] provides. Panics outside of it.
pub(super) fn use_editor() -> EditorContext {
    expect_context()
}

/// A part of the sentence that can be open.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Part {
    Condition(u32),
    Action,
    Sender,
    Frequency,
    Schedule,
    Goal,
    Control,
}

impl Part {
    /// The id of its button.
    pub(super) fn mark(self) -> String {
        match self {
            Self::Condition(id) => format!("part-condition-{id}"),
            Self::Action => "part-action".to_owned(),
            Self::Sender => "part-sender".to_owned(),
            Self::Frequency => "part-often".to_owned(),
            Self::Schedule => "part-schedule".to_owned(),
            Self::Goal => "part-goal".to_owned(),
            Self::Control => "part-control".to_owned(),
        }
    }
}

/// What is wrong with the field above.
#[component]
pub(super) fn Wrong(at: FieldPath) -> impl IntoView {
    let trouble = use_editor().trouble(at);
    move || trouble.get().map(|it| view! { <p class="problem">{say(&it)}</p> })
}
