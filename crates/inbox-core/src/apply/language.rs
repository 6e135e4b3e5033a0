//! Which evidence about the language counts.

use inbox_types::{Detection, Language};

use crate::{
    Actor, EventKind, LanguageEvidence, Rejection, apply::draft::Draft, language,
    permission::Action,
};

/// The browser's first language starts the conversation's.
// G1
pub(super) fn start(draft: &mut Draft<'_>) {
    let known = draft.state.language().browser.as_ref();
    let Some(first) = draft.context.browser.first().filter(|first| known != Some(first)) else {
        return;
    };
    let evidence = LanguageEvidence::Browser(first.clone());
    draft.record(EventKind::LanguageSet { evidence, by: None });
}

/// What the visitor writes changes the language if it is clear.
// G8
pub(super) fn observe(draft: &mut Draft<'_>, detection: Option<&Detection>) {
    let Some(language) = detection.and_then(|detection| {
        language::heard(draft.state.language(), &draft.context.browser, detection)
    }) else {
        return;
    };
    draft.record(EventKind::LanguageSet { evidence: LanguageEvidence::Text(language), by: None });
}

/// A visitor chooses the language of the interface and the system messages; an agent
/// chooses above all, or clears the choice.
// G3, G4
pub(super) fn set(
    draft: &mut Draft<'_>,
    by: &Actor,
    language: Option<Language>,
) -> Result<(), Rejection> {
    let known = draft.state.language();
    match by {
        Actor::Visitor => {
            let language = language.ok_or(Rejection::Forbidden)?;
            if known.visitor.as_ref() != Some(&language) {
                draft.must_not_have_written_enough()?;
                let evidence = LanguageEvidence::Visitor(language);
                draft.record(EventKind::LanguageSet { evidence, by: None });
            }
            Ok(())
        }
        Actor::Agent(agent) => {
            draft.must(agent, Action::EditContact)?;
            if known.agent != language {
                let evidence = LanguageEvidence::Agent(language);
                draft.record(EventKind::LanguageSet { evidence, by: Some(agent.card()) });
            }
            Ok(())
        }
        Actor::Bot(_) | Actor::Desk | Actor::Timer | Actor::Bridge(_) => Err(Rejection::Forbidden),
    }
}
