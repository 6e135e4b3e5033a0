//! How a conversation stands, as each side sees it. Lines of the transcript are not here.

use inbox_core::{
    Agent, Content, EarlierSession, LegPart, RatingCard, Session, language,
    permission::{Action, possible},
};
use inbox_protocol::{
    ContactView, ConversationView, LegView, OfferView, RatingView, SessionDetail, VisitorSession,
};
use inbox_types::{
    CloseCause, ContactDetails, Label, Language, LanguageSource, MemberCard, Seq, SessionNo,
    SessionState, Timestamp, TopicId, Visit,
};

use super::{
    Room,
    turn::Turn,
    visible::{CachedTexts, Team, VisibleState},
};
use crate::{AgentView, Conn, Log, SeenBy, SeenMark, Stored, UpTo, Version, mask};

impl Room {
    pub(super) fn visible(&self) -> VisibleState {
        // The clocks of who waits for whom move with every message; only the visitor's is shown.
        let session = self.conversation.session().cloned();
        let waiting_since = session.as_ref().and_then(Session::customer_waiting_since);
        let in_force = self.conversation.language().in_force();
        VisibleState {
            session: self.visitor_session(),
            team: Team {
                session: session.map(|it| Session { waiting: None, ..it }),
                waiting_since,
                language: in_force.map(|(it, source)| (it.clone(), source)),
                blocked: self.is_blocked(),
                purge_at: self.conversation.purge_at(),
                signed_out: self.conversation.is_signed_out(),
                earlier: self.conversation.earlier().to_vec(),
                texts: self.texts(),
            },
            version: self.version(),
        }
    }

    // RM24
    pub(super) fn version(&self) -> Version {
        Version {
            epoch: self.standing.epoch,
            seq: self.transcript.head,
            seen: self.seen.values().map(|mark| mark.seq.0).sum(),
        }
    }

    fn texts(&self) -> [Option<Seq>; 4] {
        let it = &self.transcript;
        [it.contact, it.tags, it.opened, it.rated]
    }

    /// The contact's tags once some are taken off and others put on, each once.
    pub(super) fn retagged(
        &mut self,
        turn: &Turn<'_>,
        add: Vec<Label>,
        remove: &[Label],
    ) -> Vec<Label> {
        let mut tags = self.known(turn).tags;
        tags.retain(|it| !remove.contains(it));
        for tag in add {
            if !tags.contains(&tag) {
                tags.push(tag);
            }
        }
        tags
    }

    /// The texts as they stand, from memory if they have not changed since.
    pub(super) fn known(&mut self, turn: &Turn<'_>) -> CachedTexts {
        let at = self.texts();
        match &self.known {
            Some(known) if known.at == at => known.clone(),
            _ => {
                let known = self.read_known(|seq| turn.read(seq));
                self.known = Some(known.clone());
                known
            }
        }
    }

    pub(super) fn read_known(&self, read: impl Fn(Seq) -> Option<Stored>) -> CachedTexts {
        let at = self.texts();
        let [contact, tags, opened, rated] =
            at.map(|seq| seq.and_then(&read).and_then(|it| it.written).and_then(|it| it.content));
        CachedTexts {
            at,
            details: match contact {
                Some(Content::Contact { details }) => details,
                _ => ContactDetails::default(),
            },
            tags: match tags {
                Some(Content::Tags { tags }) => tags,
                _ => Vec::new(),
            },
            page: match opened {
                Some(Content::Page { page }) => Some(page),
                _ => None,
            },
            comment: match rated {
                Some(Content::Rating { comment }) => Some(comment),
                _ => None,
            },
        }
    }

    pub(super) fn mark(&self, by: &SeenBy) -> SeenMark {
        self.seen.get(by).cloned().unwrap_or_else(|| SeenMark {
            by: by.clone(),
            seq: Seq(0),
            up_to: UpTo::default(),
        })
    }

    /// The language of system messages for a visitor's browser. Before anybody has said
    /// anything, it is the browser's own.
    pub(super) fn language_for(&self, browser: &[Language]) -> Language {
        let state = self.conversation.language();
        let site = &self.facts.site;
        if state.in_force().is_none()
            && !site.force_main_language
            && let Some(first) = browser.iter().find(|it| self.is_translated(it))
        {
            return first.clone();
        }
        language::of_system_messages(state, site, |it| self.is_translated(it))
    }

    /// The language of system messages in every tab that was greeted.
    pub(super) fn languages(&self) -> Vec<(Conn, Language)> {
        let greeted = self.greeted_visitors().into_iter();
        greeted.map(|(conn, browser)| (conn, self.language_for(&browser))).collect()
    }

    /// Whether the catalogue speaks a language, whatever its region.
    fn is_translated(&self, language: &Language) -> bool {
        let translated = self.facts.translated.iter();
        translated.map(primary).any(|it| it.eq_ignore_ascii_case(primary(language)))
    }

    pub(super) fn visitor_session(&self) -> Option<VisitorSession> {
        let session = self.conversation.session()?;
        Some(VisitorSession {
            no: session.no,
            state: match session.state() {
                SessionState::Queued | SessionState::Offered => SessionState::Queued,
                // That it was put aside is the team's business.
                SessionState::Active | SessionState::Snoozed => SessionState::Active,
                SessionState::Bot => SessionState::Bot,
                SessionState::Closed => SessionState::Closed,
            },
            closed_by: session.closed().map(|(cause, _)| shown_cause(cause)),
            agents: open_agents(session),
            still_questions: session.still_questions(),
            rating: rating_view(session),
        })
    }

    /// The conversation for one agent, already masked; none if they may not view it.
    pub(super) fn conversation_view(
        &mut self,
        turn: &Turn<'_>,
        agent: &Agent,
    ) -> Option<ConversationView> {
        let view = self.agent_view(agent)?;
        let known = self.known(turn);
        let context = self.context(&[], 0);
        let lost = &context.lost_topics;
        let in_force = self.conversation.language().in_force();
        let may = possible(agent, &self.conversation, &context);
        Some(ConversationView {
            id: self.identity.conversation.clone(),
            site: self.identity.site.clone(),
            contact: ContactView {
                id: self.identity.contact.clone(),
                details: mask::details(view.masked, known.details.clone()),
                tags: mask::tags(view.masked, known.tags.clone()),
                blocked: self.is_blocked(),
                hidden: if view.masked { mask::hidden(&known.details) } else { Vec::new() },
            },
            language: in_force.map_or(&self.facts.site.main_language, |(it, _)| it).clone(),
            language_source: in_force.map_or(LanguageSource::Browser, |(_, source)| source),
            session: self.conversation.session().map(|it| session_detail(&view, it, &known, lost)),
            earlier: self.conversation.earlier().iter().map(earlier).collect(),
            may: may.into_iter().collect(),
            rules: (&self.facts.site_rules()).into(),
            masked: view.masked,
            wrapups_due: self
                .conversation
                .wrapups_due()
                .filter(|(_, card)| card.id == agent.id)
                .map(|(no, _)| no)
                .collect(),
            purge_at: self.conversation.purge_at(),
            signed_out: self.conversation.is_signed_out(),
        })
    }
}

impl Room {
    /// All that is shown of what is to be erased, to whoever can keep it.
    pub(super) fn keepers_view(&self, agent: &Agent) -> ConversationView {
        let actions = [Action::Block, Action::Erase];
        ConversationView {
            id: self.identity.conversation.clone(),
            site: self.identity.site.clone(),
            contact: ContactView {
                id: self.identity.contact.clone(),
                details: ContactDetails::default(),
                tags: Vec::new(),
                blocked: self.is_blocked(),
                hidden: Vec::new(),
            },
            language: self.facts.site.main_language.clone(),
            language_source: LanguageSource::Browser,
            session: None,
            earlier: Vec::new(),
            may: actions.into_iter().filter(|it| self.may(agent, *it)).collect(),
            rules: (&self.facts.site_rules()).into(),
            masked: true,
            wrapups_due: Vec::new(),
            purge_at: self.conversation.purge_at(),
            signed_out: false,
        }
    }
}

/// A language without its region and script.
fn primary(language: &Language) -> &str {
    language.as_str().split('-').next().unwrap_or_default()
}

/// The visited pages for an agent.
pub(super) fn visits_for(log: &dyn Log, view: &AgentView) -> Vec<Visit> {
    log.visits().into_iter().map(|it| mask::visit(view.masked, it)).collect()
}

/// Why a session is over, as the visitor is told: nothing says that they were blocked.
// RM17
fn shown_cause(cause: CloseCause) -> CloseCause {
    match cause {
        CloseCause::Blocked => CloseCause::Agent,
        CloseCause::Agent
        | CloseCause::Customer
        | CloseCause::Inactivity
        | CloseCause::Solved
        | CloseCause::AssetDeleted => cause,
    }
}

/// Who takes part openly, the owner first.
fn open_agents(session: &Session) -> Vec<MemberCard> {
    let mut agents: Vec<MemberCard> = session.participants().map(|leg| leg.agent.clone()).collect();
    // Stable, so the others stay in the order of joining.
    agents.sort_by_key(|card| session.owner() != Some(&card.id));
    agents
}

fn rating_view(session: &Session) -> RatingView {
    if session.rating.stars().is_some() {
        return RatingView::Given;
    }
    match session.rating.card() {
        RatingCard::None => RatingView::None,
        RatingCard::Optional => RatingView::Asked,
        RatingCard::Mandatory => RatingView::Mandatory,
    }
}

fn earlier(session: &EarlierSession) -> (SessionNo, Timestamp, Timestamp, CloseCause) {
    (session.no, session.opened_at, session.closed_at, session.cause)
}

fn session_detail(
    view: &AgentView,
    session: &Session,
    known: &CachedTexts,
    lost: &[TopicId],
) -> SessionDetail {
    let closed = session.closed();
    SessionDetail {
        no: session.no,
        state: session.state(),
        closed_by: closed.map(|(cause, _)| cause),
        opened_at: session.opened_at,
        closed_at: closed.map(|(_, at)| at),
        department: session.department.as_ref().map(|it| it.id.clone()),
        owner: session.owner_or_last().cloned(),
        legs: session
            .legs
            .iter()
            .map(|leg| LegView {
                agent: leg.agent.clone(),
                state: leg.state,
                silent: leg.part == LegPart::Silent,
                overdue: leg.overdue,
            })
            .collect(),
        offer: session.offer().map(|offer| OfferView {
            id: offer.id.clone(),
            agent: offer.agent.clone(),
            kind: offer.kind,
            deadline: offer.deadline,
        }),
        customer_waiting_since: session.customer_waiting_since(),
        snoozed_until: session.snoozed_until(),
        still_questions: session.still_questions(),
        page: known.page.clone().map(|it| mask::text(view.masked, it)),
        proactive: session.campaign.is_some(),
        campaign: session.campaign_card(),
        variant: session.variant,
        topics: session.topics.iter().filter(|it| !lost.contains(it)).cloned().collect(),
        stars: session.rating.stars(),
        rating_comment: known.comment.clone().map(|it| mask::text(view.masked, it)),
    }
}
