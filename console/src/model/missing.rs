//! What the relay could not tell a page. It is said where a form says what is wrong, but never instead of
//! that, and it is over once the page asks again or is told after all.

use inbox_text::Phrase;

use super::Request;

/// What was asked for in vain last, and what is said of it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Missing(Option<(Request, Phrase)>);

impl Missing {
    /// The relay did not answer `request`. `problem` is what the page says to be wrong.
    pub(super) fn failed(&mut self, problem: &mut Option<Phrase>, request: Request, why: Phrase) {
        let says_this = self.0.as_ref().is_some_and(|it| problem.as_ref() == Some(&it.1));
        if problem.is_none() || says_this {
            *problem = Some(why.clone());
            self.0 = Some((request, why));
        }
    }

    /// The relay answered `request`: what was said of it in `problem` is over.
    pub(super) fn told(&mut self, problem: &mut Option<Phrase>, request: &Request) {
        if self.0.as_ref().is_some_and(|it| it.0 == *request) {
            self.asked_again(problem);
        }
    }

    /// Whatever was missing is on its way.
    pub(super) fn asked_again(&mut self, problem: &mut Option<Phrase>) {
        if let Some((_, why)) = self.0.take() {
            problem.take_if(|it| *it == why);
        }
    }
}
