//! How the conversation stands, for the desk.

use inbox_core::{Content, EventKind, LegPart, Served, Session, Speaker};
use inbox_types::{MemberId, Place, Seq};

use super::{Room, turn::Turn, visible::CachedTexts};
use crate::{
    LastMessage, Log, Numbering, OfferSummary, RoomReport, SeenBy, SessionSummary, Stored, Summary,
    mask,
};

/// Characters of a message that the desk gets. More than it shows: of what is shorter the desk masks
/// what it shows, so that most messages are masked for those alone who see them so.
const PREVIEW_CHARS: usize = 480;

impl Room {
    /// What the desk should know as things stand: how the conversation is, or that it was erased;
    /// nothing before the first session.
    #[must_use]
    pub fn report(&self, log: &dyn Log) -> Option<RoomReport> {
        let read = |seq: Seq| log.at(Numbering::Team, Place(seq.0));
        let known = self.read_known(read);
        match self.summarize(known, read) {
            Some(summary) => Some(RoomReport::Summary(Box::new(summary))),
            None if self.standing.erased_at.is_some() => {
                Some(RoomReport::Erased { epoch: self.standing.epoch })
            }
            None => None,
        }
    }

    pub(super) fn summary(&mut self, turn: &Turn<'_>) -> Option<Summary> {
        let known = self.known(turn);
        self.summarize(known, |seq| turn.read(seq))
    }

    fn summarize(
        &self,
        known: CachedTexts,
        read: impl Fn(Seq) -> Option<Stored>,
    ) -> Option<Summary> {
        let session = self.conversation.session()?;
        let transcript = &self.transcript;
        let message = |seq: &Seq| read(*seq).and_then(|it| last_message(&it));
        let in_force = self.conversation.language().in_force();
        let (last, recent) = match (transcript.recent.split_last(), session.offer()) {
            (Some((last, _)), None) => (message(last), Vec::new()),
            (Some(_), Some(_)) => {
                let recent: Vec<LastMessage> =
                    transcript.recent.iter().filter_map(message).collect();
                (recent.last().cloned(), recent)
            }
            (None, _) => (None, Vec::new()),
        };
        let seen = self.seen.values().filter_map(|mark| match &mark.by {
            SeenBy::Agent(agent) => Some((agent.clone(), mark.up_to.n_visitor_messages)),
            SeenBy::Visitor | SeenBy::Team => None,
        });
        Some(Summary {
            conversation: self.identity.conversation.clone(),
            version: self.version(),
            site: self.identity.site.clone(),
            contact: self.identity.contact.clone(),
            details: inbox_types::ContactDetails { notes: None, ..known.details },
            tags: known.tags,
            blocked: self.conversation.is_blocked(),
            hidden: self.conversation.purge_at().is_some(),
            language: in_force.map_or(&self.facts.site.main_language, |(it, _)| it).clone(),
            session: self.session_summary(session, known.page, &read),
            last,
            recent,
            n_visitor_messages: transcript.n_visitor_messages,
            n_before_session: transcript.n_before_session,
            seen: seen.collect(),
        })
    }

    fn session_summary(
        &self,
        session: &Session,
        page: Option<inbox_types::PageUrl>,
        read: impl Fn(Seq) -> Option<Stored>,
    ) -> SessionSummary {
        let transcript = &self.transcript;
        let read_only = self.served() == Served::Elsewhere;
        let owner = session.owner_or_last().cloned();
        let joined = |part: LegPart| -> Vec<MemberId> {
            let legs = session.joined().filter(|leg| leg.part == part);
            legs.map(|leg| leg.agent.id.clone()).filter(|id| Some(id) != owner.as_ref()).collect()
        };
        let ever = session.legs.iter().filter(|leg| leg.ever_joined);
        let reason = |beside: Seq| match read(beside)?.written?.content? {
            Content::Wrapup { reason, .. } => reason,
            Content::Message { .. }
            | Content::Edit { .. }
            | Content::Delete { .. }
            | Content::Rating { .. }
            | Content::Page { .. }
            | Content::Contact { .. }
            | Content::Tags { .. } => None,
        };
        SessionSummary {
            no: session.no,
            state: session.state(),
            closed_by: session.closed().map(|(cause, _)| cause),
            opened_at: session.opened_at,
            queued_at: transcript.queued_at,
            department: session.department.as_ref().map(|it| it.id.clone()),
            others: joined(LegPart::Open),
            silent: joined(LegPart::Silent),
            ever_joined: ever.map(|leg| leg.agent.id.clone()).collect(),
            added: transcript.added.clone(),
            wrapup: self.conversation.wrapups_due().map(|(_, card)| card.id.clone()).collect(),
            excluded: session.declined.iter().cloned().collect(),
            offer: session.offer().map(|offer| OfferSummary {
                id: offer.id.clone(),
                agent: offer.agent.id.clone(),
                kind: offer.kind,
                from: offer.from.as_ref().map(|it| it.id.clone()),
                deadline: offer.deadline,
                reason: offer.held_reason.and_then(reason),
            }),
            outcomes: transcript.outcomes.clone(),
            customer_waiting_since: session.customer_waiting_since(),
            queued_since: session.queued_since(),
            followed_up_at: transcript.followed_up_at,
            page,
            proactive: session.campaign.is_some(),
            campaign: session.campaign_card(),
            topics: session.topics.clone(),
            stars: session.rating.stars(),
            elsewhere: read_only || (session.elsewhere && !self.facts.is_given_back()),
            read_only,
            owner,
            owner_presence: self.known_absence(),
        }
    }
}

fn last_message(stored: &Stored) -> Option<LastMessage> {
    let EventKind::Posted { by, .. } = &stored.body.event.kind else { return None };
    let whole = match stored.written.as_ref().and_then(|it| it.content.as_ref()) {
        Some(Content::Message { text: Some(text), .. }) => text.as_str(),
        _ => "",
    };
    let is_cut = whole.chars().nth(PREVIEW_CHARS).is_some();
    let masked = is_cut.then(|| mask::preview(true, whole, PREVIEW_CHARS));
    let text = mask::preview(false, whole, PREVIEW_CHARS);
    let by_visitor = match by {
        Speaker::Visitor => true,
        Speaker::Agent(_)
        | Speaker::Bot(_)
        | Speaker::Bridge
        | Speaker::External(_)
        | Speaker::Team => false,
    };
    Some(LastMessage { text, masked, by_visitor, at: stored.body.event.at })
}
