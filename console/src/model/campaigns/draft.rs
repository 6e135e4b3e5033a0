//! A campaign as its editor holds it, every field as it was typed.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use inbox_campaigns::{Surroundings, check};
use inbox_text::{Phrase, console};
use inbox_types::{
    Campaign, CampaignAction, CampaignPlan, CampaignText, Frequency, Goal, GoalKind, How, Label,
    Language, Rule, Schedule, Sender, TextMatch, Variant, VariantKey, Words, limits,
};

use super::{
    Tree,
    fields::{text, whole},
    problem::{self, FieldPath, Issue},
};

/// How often, without the number of days.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FrequencyChoice {
    /// Once.
    Once,
    /// Once per visit.
    Visit,
    /// Every so many days.
    EveryDays,
    /// Until it was answered.
    UntilAnswered,
}

/// What a campaign is for, without what that is compared with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum GoalDraft {
    /// Nothing is counted.
    None,
    /// A conversation.
    Conversation,
    /// A page.
    Url,
    /// An event.
    Event,
    /// A purchase.
    Purchase,
}

/// A campaign in its editor.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CampaignDraft {
    /// What it is called.
    pub name: String,
    /// When it speaks.
    pub rule: Tree,
    /// From when and until when.
    pub schedule: Schedule,
    /// Who speaks.
    pub sender: Sender,
    /// What happens.
    pub action: CampaignAction,
    /// What is said.
    pub variants: Vec<VariantDraft>,
    /// Of a hundred, how many see nothing.
    pub control: String,
    /// How often one visitor may see the campaign.
    pub often: FrequencyChoice,
    /// After how many days a visitor may see it again, as it is typed.
    pub days: String,
    /// Also while a conversation is open.
    pub during_conversation: bool,
    /// Also while nobody is available.
    pub collects_messages: bool,
    /// What is counted as success.
    pub aim: GoalDraft,
    /// How the goal's page is compared.
    pub aim_how: How,
    /// The goal's page or event.
    pub aim_text: String,
    /// Within how many hours of the campaign's message the goal counts, as it is typed.
    pub aim_hours: String,
    /// The last letter that was ever given to a variant, as far as is known.
    last: VariantKey,
}

/// One way to say it, in its editor.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VariantDraft {
    /// Its letter.
    pub key: VariantKey,
    /// Its weight.
    pub weight: String,
    /// The words by language.
    pub texts: BTreeMap<Language, WordsDraft>,
}

/// The words in one language, in their editor.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct WordsDraft {
    /// The message.
    pub text: String,
    /// The answers, one a line.
    pub replies: String,
    /// What stands in the composer.
    pub draft: String,
}

impl CampaignDraft {
    /// The editor of a campaign.
    #[must_use]
    pub fn of(campaign: &Campaign) -> Self {
        Self::of_plan(&campaign.plan)
    }

    /// The editor of what marketers set.
    #[must_use]
    pub fn of_plan(plan: &CampaignPlan) -> Self {
        let (often, days) = match plan.frequency {
            Frequency::Once => (FrequencyChoice::Once, 7),
            Frequency::Visit => (FrequencyChoice::Visit, 7),
            Frequency::EveryDays(days) => (FrequencyChoice::EveryDays, days),
            Frequency::UntilAnswered => (FrequencyChoice::UntilAnswered, 7),
        };
        let goal = plan.goal.as_ref();
        let (aim, aim_how, aim_text) = match goal.map(|it| &it.what) {
            None => (GoalDraft::None, How::Is, String::new()),
            Some(GoalKind::Conversation) => (GoalDraft::Conversation, How::Is, String::new()),
            Some(GoalKind::Purchase) => (GoalDraft::Purchase, How::Is, String::new()),
            Some(GoalKind::Url { matches }) => {
                (GoalDraft::Url, matches.how, matches.value.as_str().to_owned())
            }
            Some(GoalKind::Event { name }) => (GoalDraft::Event, How::Is, name.as_str().to_owned()),
        };
        Self {
            name: plan.name.as_str().to_owned(),
            rule: Tree::of(&plan.rule),
            schedule: plan.schedule,
            sender: plan.sender.clone(),
            action: plan.action,
            variants: plan.variants.iter().map(VariantDraft::of).collect(),
            control: plan.control.to_string(),
            often,
            days: days.to_string(),
            during_conversation: plan.during_conversation,
            collects_messages: plan.collects_messages,
            aim,
            aim_how,
            aim_text,
            aim_hours: goal.map_or(24, |it| it.hours).to_string(),
            last: plan.variants.iter().map(|it| it.key).max().unwrap_or(VariantKey::CONTROL),
        }
    }

    /// There was once a variant of this letter: its counts are still there.
    pub fn know(&mut self, key: VariantKey) {
        self.last = self.last.max(key);
    }

    /// What is sent, or what stands in its way.
    ///
    /// # Errors
    ///
    /// What cannot even be written down; a draft may lack all else.
    pub fn plan(&self) -> Result<CampaignPlan, Vec<Issue>> {
        let mut wrong = Vec::new();
        for id in self.rule.unfinished() {
            note(&mut wrong, FieldPath::Condition(id), console::TROUBLE_UNFINISHED);
        }
        let plan = self.filled(&mut wrong);
        if wrong.is_empty() { Ok(plan) } else { Err(wrong) }
    }

    /// What is sent to be saved, if it may be. `troubles` are those of [`Self::troubles`]; all of
    /// them stand in the way of what visitors meet, and of a draft those that exceed a limit.
    #[must_use]
    pub fn plan_to_save(&self, troubles: &[Issue], is_live: bool) -> Option<CampaignPlan> {
        let is_hindered = troubles.iter().any(|it| is_live || it.hard);
        self.plan().ok().filter(|_| !is_hindered)
    }

    /// Everything that has to be mended before visitors meet it.
    #[must_use]
    pub fn troubles(&self, on: &Surroundings<'_>) -> Vec<Issue> {
        let main = on.main_language;
        let mut wrong = Vec::new();
        for id in self.rule.unfinished() {
            note(&mut wrong, FieldPath::Condition(id), console::TROUBLE_UNFINISHED);
        }
        let plan = self.filled(&mut wrong);
        for it in &self.variants {
            if it.is_silent() {
                note(&mut wrong, FieldPath::Words(it.key, main.clone()), console::TROUBLE_NO_TEXT);
            } else if it.texts.get(main).is_none_or(|it| it.text.trim().is_empty()) {
                note(
                    &mut wrong,
                    FieldPath::Words(it.key, main.clone()),
                    console::TROUBLE_MAIN_LANGUAGE,
                );
            }
        }
        let (_, complete) = self.rule.rule();
        let problems = check(&plan, on);
        for it in problems.iter().flat_map(|it| problem::troubles(it, &complete)) {
            if !wrong.iter().any(|known| known.at == it.at) {
                wrong.push(it);
            }
        }
        wrong
    }

    /// What is filled in so far; what is wrong is noted and left as it is without.
    fn filled(&self, wrong: &mut Vec<Issue>) -> CampaignPlan {
        let name = text(&self.name).unwrap_or_else(|| {
            note(wrong, FieldPath::Name, console::WRONG_NAME);
            "–".to_owned().try_into().expect("one character")
        });
        let control = whole(&self.control).filter(|it| *it <= 100_u8).unwrap_or_else(|| {
            note(wrong, FieldPath::Control, console::TROUBLE_SHARE);
            0
        });
        let variants = self.variants.iter().map(|it| it.filled(wrong)).collect();
        CampaignPlan {
            name,
            rule: self.rule.rule().0,
            schedule: self.schedule,
            sender: self.sender.clone(),
            action: self.action,
            variants,
            control,
            frequency: self.frequency(wrong),
            during_conversation: self.during_conversation,
            collects_messages: self.collects_messages,
            goal: self.goal(wrong),
        }
    }

    fn frequency(&self, wrong: &mut Vec<Issue>) -> Frequency {
        match self.often {
            FrequencyChoice::Once => Frequency::Once,
            FrequencyChoice::Visit => Frequency::Visit,
            FrequencyChoice::UntilAnswered => Frequency::UntilAnswered,
            FrequencyChoice::EveryDays => {
                let days = whole(&self.days).filter(|it| (1..=365_u16).contains(it));
                if days.is_none() {
                    note(wrong, FieldPath::Frequency, console::TROUBLE_DAYS);
                }
                days.map_or(Frequency::Visit, Frequency::EveryDays)
            }
        }
    }

    /// The goal as far as it is filled in.
    fn goal(&self, wrong: &mut Vec<Issue>) -> Option<Goal> {
        let what = match self.aim {
            GoalDraft::None => return None,
            GoalDraft::Conversation => Some(GoalKind::Conversation),
            GoalDraft::Purchase => Some(GoalKind::Purchase),
            GoalDraft::Url => text(&self.aim_text).map(|value| {
                let matches = TextMatch { how: self.aim_how, value };
                GoalKind::Url { matches }
            }),
            GoalDraft::Event => text(&self.aim_text).map(|name| GoalKind::Event { name }),
        };
        let hours = whole(&self.aim_hours).filter(|it| (1..=limits::GOAL_HOURS).contains(it));
        match (what, hours) {
            (Some(what), Some(hours)) => Some(Goal { what, hours }),
            (None, _) => {
                note(wrong, FieldPath::Goal, console::TROUBLE_UNFINISHED);
                None
            }
            (Some(_), None) => {
                note(wrong, FieldPath::Goal, console::TROUBLE_HOURS);
                None
            }
        }
    }

    /// The rule and the rest of the sentence, for what is filled in.
    #[must_use]
    pub fn spoken(&self) -> (Rule, Frequency, Option<Goal>) {
        let mut unheard = Vec::new();
        (self.rule.rule().0, self.frequency(&mut unheard), self.goal(&mut unheard))
    }

    /// One more way to say it, beginning with the words of the last one.
    pub fn add_variant(&mut self) -> Option<VariantKey> {
        if limits::VARIANTS <= self.variants.len() {
            return None;
        }
        let key = (0..26).filter_map(VariantKey::nth).find(|it| self.last < *it)?;
        self.last = key;
        let texts = self.variants.last().map(|it| it.texts.clone()).unwrap_or_default();
        self.variants.push(VariantDraft { key, weight: "1".to_owned(), texts });
        Some(key)
    }

    /// The words of a variant in a language, to be changed.
    pub fn words_mut(&mut self, key: VariantKey, language: &Language) -> Option<&mut WordsDraft> {
        let variant = self.variants.iter_mut().find(|it| it.key == key)?;
        Some(variant.texts.entry(language.clone()).or_default())
    }

    /// The words that a visitor of this language sees, and in which language they are.
    #[must_use]
    pub fn shown(
        &self,
        key: VariantKey,
        language: &Language,
        main: &Language,
    ) -> Option<(Language, WordsDraft)> {
        let texts = &self.variants.iter().find(|it| it.key == key)?.texts;
        let said = |it: &&Language| texts.get(it).is_some_and(|it| !it.text.trim().is_empty());
        let first = || texts.keys().find(said);
        let language = [language, main].into_iter().find(said).or_else(first)?;
        Some((language.clone(), texts.get(language)?.clone()))
    }
}

impl VariantDraft {
    fn of(variant: &Variant) -> Self {
        let texts =
            variant.texts.iter().map(|(language, it)| (language.clone(), WordsDraft::of(it)));
        Self { key: variant.key, weight: variant.weight.to_string(), texts: texts.collect() }
    }

    /// Whether it says nothing in any language.
    fn is_silent(&self) -> bool {
        self.texts.values().all(|it| it.text.trim().is_empty())
    }

    fn filled(&self, wrong: &mut Vec<Issue>) -> Variant {
        let weight = whole(&self.weight).filter(|it| (1..=100_u8).contains(it));
        if weight.is_none() {
            note(wrong, FieldPath::Variant(self.key), console::TROUBLE_WEIGHT);
        }
        let mut texts = BTreeMap::new();
        for (language, it) in &self.texts {
            if it == &WordsDraft::default() {
                continue;
            }
            match it.words() {
                Ok(words) => drop(texts.insert(language.clone(), words)),
                Err(said) => note(wrong, FieldPath::Words(self.key, language.clone()), said),
            }
        }
        Variant { key: self.key, weight: weight.unwrap_or(1), texts }
    }
}

impl WordsDraft {
    fn of(words: &Words) -> Self {
        let replies: Vec<&str> = words.replies.iter().map(Label::as_str).collect();
        Self {
            text: words.text.as_str().to_owned(),
            replies: replies.join("\n"),
            draft: words.draft.as_ref().map(|it| it.as_str().to_owned()).unwrap_or_default(),
        }
    }

    /// The answers that are not empty.
    #[must_use]
    pub fn answers(&self) -> Vec<&str> {
        self.replies.lines().map(str::trim).filter(|it| !it.is_empty()).collect()
    }

    fn words(&self) -> Result<Words, Phrase> {
        if self.text.trim().is_empty() {
            return Err(console::TROUBLE_NO_TEXT);
        }
        let words: CampaignText = text(&self.text).ok_or(console::TROUBLE_TEXT_LONG)?;
        let answers = self.answers();
        let replies: Option<Vec<Label>> = answers.iter().map(|it| text(it)).collect();
        let replies = replies
            .filter(|it| it.len() <= limits::QUICK_REPLIES)
            .ok_or(console::TROUBLE_REPLIES)?;
        let draft = if self.draft.trim().is_empty() {
            None
        } else {
            Some(text(&self.draft).ok_or(console::TROUBLE_TEXT_LONG)?)
        };
        Ok(Words { text: words, replies, draft })
    }
}

fn note(wrong: &mut Vec<Issue>, at: FieldPath, said: Phrase) {
    wrong.push(Issue { at, said, hard: false });
}
