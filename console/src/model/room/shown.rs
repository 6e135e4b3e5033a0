//! What is shown of a conversation, and what may be done in it.

use inbox_protocol::{AgentBody, AgentRules};
use inbox_text::Phrase;
use inbox_types::{
    Action, Author, ContactField, FileId, Label, Language, LanguageSource, MemberId, OfferKind,
    SessionNo, TopicId, Visibility,
};

use super::{
    super::{Composer, words},
    Room,
};

impl Room {
    /// Whether numbers and addresses are masked for this reader.
    #[must_use]
    pub fn is_masked(&self) -> bool {
        self.view.as_ref().is_some_and(|it| it.masked)
    }

    /// Whether an address may be pressed. With a part of it masked it would lead somewhere else.
    #[must_use]
    pub fn may_follow(&self, address: &str) -> bool {
        !(self.is_masked() && address.contains('*'))
    }

    /// Whether this reader may do something here now.
    #[must_use]
    pub fn may(&self, action: Action) -> bool {
        self.view.as_ref().is_some_and(|it| it.may.contains(&action))
    }

    /// What the site asks of its agents.
    #[must_use]
    pub fn rules(&self) -> AgentRules {
        self.view.as_ref().map(|it| it.rules.clone()).unwrap_or_default()
    }

    /// What to call the contact; empty if nobody knows.
    #[must_use]
    pub fn name(&self) -> &str {
        let details = self.view.as_ref().map(|it| &it.contact.details);
        details.and_then(|it| it.name.as_ref()).map_or("", |it| it.as_str())
    }

    /// What may be written here now.
    #[must_use]
    pub fn kinds(&self) -> Vec<Visibility> {
        self.view.as_ref().map(|it| Composer::kinds(&it.may)).unwrap_or_default()
    }

    /// Whether what the composer holds cannot be sent as what it is. It never becomes something
    /// else by itself: an answer to a visitor is no note to colleagues.
    #[must_use]
    pub fn is_frozen(&self) -> bool {
        let allowed = match self.composer.editing {
            Some(_) => self.may(Action::EditOwn),
            None => self.kinds().contains(&self.composer.visibility),
        };
        self.view.is_some() && (!allowed || self.asks_kind())
    }

    /// Whether the writer has to say first what the message is.
    #[must_use]
    pub fn asks_kind(&self) -> bool {
        self.asks_kind && self.composer.editing.is_none() && !self.composer.is_empty()
    }

    /// Whether what is said now reaches the relay, as far as is known.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        use inbox_client::Status;
        matches!(self.client.status(), Status::CatchingUp | Status::Live { .. })
    }

    /// The contact's tags, with what is on its way.
    #[must_use]
    pub fn tags(&self) -> Vec<Label> {
        let tags = self.view.as_ref().map(|it| it.contact.tags.as_slice()).unwrap_or_default();
        self.deeds.tags(tags)
    }

    /// The session's topics, with what is on its way.
    #[must_use]
    pub fn topics(&self) -> Vec<TopicId> {
        let session = self.view.as_ref().and_then(|it| it.session.as_ref());
        let topics = session.map(|it| it.topics.as_slice()).unwrap_or_default();
        self.deeds.topics(topics, session.map(|it| it.no))
    }

    /// The session as it stands, if there has been one.
    #[must_use]
    pub fn session_no(&self) -> Option<SessionNo> {
        self.view.as_ref().and_then(|it| it.session.as_ref()).map(|it| it.no)
    }

    /// Whom a colleague or I have asked, and for what: one question at a time.
    #[must_use]
    pub fn asked(&self) -> Option<(&MemberId, OfferKind)> {
        let session = self.view.as_ref()?.session.as_ref()?;
        let offer = session.offer.as_ref().filter(|it| it.kind != OfferKind::Assign)?;
        Some((&offer.agent.id, offer.kind))
    }

    /// The language that an agent chose, with what is on its way.
    #[must_use]
    pub fn chosen_language(&self) -> Option<Language> {
        self.deeds.language().unwrap_or_else(|| {
            let view = self.view.as_ref()?;
            (view.language_source == LanguageSource::Agent).then(|| view.language.clone())
        })
    }

    /// Why the conversation is in its language.
    #[must_use]
    pub fn language_source(&self) -> Option<Phrase> {
        let view = self.view.as_ref()?;
        // A detection says no region, and Chinese may leave its script open.
        let primary = |it: &Language| it.as_str().split('-').next().map(str::to_ascii_lowercase);
        let words = self.client.entries().iter().rev().find_map(|entry| {
            let AgentBody::Message(message) = &entry.body else { return None };
            let found = message.detection.as_ref().filter(|it| it.is_clear())?;
            let same = primary(found.language.as_ref()?) == primary(&view.language);
            found.words.filter(|_| same)
        });
        Some(words::language_source(view.language_source, words))
    }

    /// What stands in a field of the contact, without what is typed.
    pub(super) fn stored_field(&self, field: ContactField) -> String {
        let details = self.view.as_ref().map(|it| it.contact.details.clone());
        field.of(&self.deeds.details(&details.unwrap_or_default())).to_owned()
    }

    /// What a field of the contact shows.
    #[must_use]
    pub fn field(&self, field: ContactField) -> String {
        let typed = self.contact.get(&field).filter(|_| !self.is_hidden(field));
        typed.map_or_else(|| self.stored_field(field), |it| it.text.clone())
    }

    /// What was typed into a field before it was masked. It cannot be saved now, and waits.
    #[must_use]
    pub fn locked_field(&self, field: ContactField) -> Option<&str> {
        self.contact.get(&field).filter(|_| self.is_hidden(field)).map(|it| it.text.as_str())
    }

    /// Whether something is typed into the contact's fields that can be saved.
    #[must_use]
    pub fn can_save_contact(&self) -> bool {
        self.contact.keys().any(|it| !self.is_hidden(*it))
    }

    /// Whether this reader sees less of a field than is there, and cannot change it.
    #[must_use]
    pub fn is_hidden(&self, field: ContactField) -> bool {
        self.view.as_ref().is_some_and(|it| it.contact.hidden.contains(&field))
    }

    /// Whether the composer would tell the visitor asterisks that stand for a part of what is known
    /// about them: this reader sees no more, and has taken them for the thing itself.
    #[must_use]
    pub fn says_masked(&self) -> bool {
        if self.composer.visibility != Visibility::Public {
            return false;
        }
        let Some(view) = &self.view else { return false };
        let shown = ContactField::ALL.into_iter().filter(|it| self.is_hidden(*it));
        let shown: Vec<&str> = shown.map(|it| it.of(&view.contact.details)).collect();
        let masked = |it: &&str| it.contains("**") && it.chars().any(|sign| sign != '*');
        // What the visitor wrote is masked as well.
        let entries = self.client.entries().iter().filter(|_| view.masked);
        let said = entries.filter_map(|it| inbox_protocol::EntryBody::message(&it.body));
        let said = said.filter(|it| it.author == Author::Visitor);
        let said = said.filter_map(|it| it.text.as_ref()).map(inbox_types::Text::as_str);
        let words = shown.iter().copied().chain(said).flat_map(str::split_whitespace);
        // A full stop or a bracket beside it is not of it.
        let words = words.map(|it| it.trim_matches(|it: char| it != '*' && !it.is_alphanumeric()));
        words.filter(|it| masked(it)).any(|it| self.composer.text.contains(it))
            || shown.iter().filter(|it| masked(it)).any(|it| self.composer.text.contains(it))
    }

    /// What somebody else wrote into a field since I began to type there.
    #[must_use]
    pub fn field_meanwhile(&self, field: ContactField) -> Option<String> {
        let stored = self.stored_field(field);
        let typed = self.contact.get(&field).filter(|_| !self.is_hidden(field));
        typed.filter(|it| it.base != stored).map(|_| stored)
    }

    /// The address of a file, while it works.
    #[must_use]
    pub fn link(&self, file: &FileId) -> Option<&str> {
        self.links.get(file).map(|(url, _)| url.as_str())
    }
}
