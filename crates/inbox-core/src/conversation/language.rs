//! Which language a conversation is in, and because of what.

use inbox_types::{Language, LanguageSource};
use serde::{Deserialize, Serialize};

use crate::LanguageEvidence;

/// What everybody has said about the language; the strongest voice counts.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct LanguageState {
    pub(crate) browser: Option<Language>,
    pub(crate) visitor: Option<Language>,
    pub(crate) text: Option<Language>,
    pub(crate) agent: Option<Language>,
}

impl LanguageState {
    /// The language in force, and its source; none if nobody has said anything.
    #[must_use]
    pub fn in_force(&self) -> Option<(&Language, LanguageSource)> {
        let agent = self.agent.as_ref().map(|it| (it, LanguageSource::Agent));
        // The visitor's own choice is what the browser would say if it were asked now.
        let visitor = self.visitor.as_ref().map(|it| (it, LanguageSource::Browser));
        let text = self.text.as_ref().map(|it| (it, LanguageSource::Text));
        let browser = self.browser.as_ref().map(|it| (it, LanguageSource::Browser));
        agent.or(visitor).or(text).or(browser)
    }

    pub(crate) fn fold(&mut self, evidence: &LanguageEvidence) {
        match evidence {
            LanguageEvidence::Browser(language) => self.browser = Some(language.clone()),
            LanguageEvidence::Visitor(language) => self.visitor = Some(language.clone()),
            LanguageEvidence::Text(language) => self.text = Some(language.clone()),
            LanguageEvidence::Agent(language) => self.agent.clone_from(language),
        }
    }
}
