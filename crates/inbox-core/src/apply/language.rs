//! Which evidence about the language counts (section 7 of the model).

use inbox_types::{Detection, Language};

use crate::{Agent, EventKind, LanguageEvidence, Rejection, apply::draft::Draft, language};

/// The browser's first language starts the conversation's.
pub(super) fn start(draft: &mut Draft<'_>) {
    let known = draft.state.language().browser.as_ref();
    let Some(first) = draft.context.browser.first().filter(|first| known != Some(first)) else {
        return;
    };
    let evidence = LanguageEvidence::Browser(first.clone());
    draft.record(EventKind::LanguageSet { evidence, by: None });
}

/// What the visitor writes changes the language if it is clear.
pub(super) fn observe(draft: &mut Draft<'_>, detection: Option<&Detection>) {
    let Some(language) = detection.and_then(|detection| {
        language::heard(draft.state.language(), &draft.context.browser, detection)
    }) else {
        return;
    };
    draft.record(EventKind::LanguageSet { evidence: LanguageEvidence::Text(language), by: None });
}

/// A visitor chooses the language of the interface and the system messages.
pub(super) fn by_visitor(
    draft: &mut Draft<'_>,
    language: Option<Language>,
) -> Result<(), Rejection> {
    let language = language.ok_or(Rejection::Forbidden)?;
    if draft.state.language().visitor.as_ref() != Some(&language) {
        let evidence = LanguageEvidence::Visitor(language);
        draft.record(EventKind::LanguageSet { evidence, by: None });
    }
    Ok(())
}

/// An agent chooses, or clears the choice.
pub(super) fn by_agent(draft: &mut Draft<'_>, agent: &Agent, language: Option<Language>) {
    if draft.state.language().agent != language {
        let evidence = LanguageEvidence::Agent(language);
        draft.record(EventKind::LanguageSet { evidence, by: Some(agent.card()) });
    }
}
