//! Who may see what: the whole privacy policy.
//!
//! Every line of a transcript that leaves the server comes out of [`frame_for`] or of the two
//! functions that it is made of. There is no wildcard arm: a new event does not compile until
//! somebody has decided who sees it.

use inbox_core::{Content, EventKind, LanguageEvidence, QueueCause, Speaker};
use inbox_protocol::{AgentBody, Entry, InternalNotice, Message, ToAgent, ToVisitor, VisitorBody};
use inbox_types::{
    CampaignCard, CloseCause, LanguageSource, MemberCard, MemberId, MessageText, Notice,
    OfferOutcome, Place, Visibility,
};

use crate::{Stored, mask};

/// A frame for either side.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Frame {
    /// To a visitor's tab.
    Visitor(ToVisitor),
    /// To an agent's console.
    Agent(ToAgent),
}

/// Through whose eyes a transcript is read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum View {
    /// The visitor's.
    Visitor,
    /// An agent's who may view the conversation; nobody else has a view.
    Agent(AgentView),
}

/// What decides what an agent sees of a conversation that they may view.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AgentView {
    /// Who.
    pub agent: MemberId,
    /// Reads every whisper: supervisors and admins. Others read those of the times when they
    /// took part (D-note-and-whisper).
    pub whispers: bool,
    /// Sees card numbers, accounts, addresses and telephones masked.
    pub masked: bool,
}

/// What `view` is shown of a stored event; nothing if a visitor may not know that it exists.
#[must_use]
pub fn frame_for(view: &View, stored: &Stored) -> Option<Frame> {
    match view {
        View::Visitor => {
            visitor_entry(stored).map(|entry| Frame::Visitor(ToVisitor::Entry { entry }))
        }
        View::Agent(agent) => {
            Some(Frame::Agent(ToAgent::Entry { entry: agent_entry(agent, stored) }))
        }
    }
}

/// The line that the visitor is shown, if it has a place in the visitor's count.
pub(crate) fn visitor_entry(stored: &Stored) -> Option<Entry<VisitorBody>> {
    let event = &stored.body.event;
    Some(Entry {
        place: stored.shown?,
        at: event.at,
        session: event.session,
        body: visitor_body(stored),
    })
}

/// The line that an agent is shown. It always has its place, even if it shows nothing.
pub(crate) fn agent_entry(view: &AgentView, stored: &Stored) -> Entry<AgentBody> {
    let event = &stored.body.event;
    Entry {
        place: Place(stored.seq.0),
        at: event.at,
        session: event.session,
        body: agent_body(view, stored),
    }
}

/// What stands at a place of the visitor's count. What is not for visitors shows nothing even
/// here, should it ever have got a place.
#[expect(clippy::match_same_arms, reason = "the arms stand where a reader looks for them")]
fn visitor_body(stored: &Stored) -> VisitorBody {
    match &stored.body.event.kind {
        EventKind::Posted { client_id, by, visibility: Visibility::Public, .. } => {
            let (text, files) = message_content(stored);
            let written = stored.written.as_ref();
            VisitorBody::Message(Message {
                client_id: client_id.clone(),
                author: by.author(),
                agent: card_of(by),
                visibility: Visibility::Public,
                text,
                files,
                edited_at: written.and_then(|it| it.edited_at),
                deleted_at: written.and_then(|it| it.deleted_at),
                detection: None,
                language_source: None,
            })
        }
        EventKind::Edited { n: Some(of), visibility: Visibility::Public, .. } => {
            VisitorBody::Edited { of: *of, text: edited_text(stored) }
        }
        EventKind::Deleted { n: Some(of), visibility: Visibility::Public, .. } => {
            VisitorBody::Deleted { of: *of }
        }
        EventKind::Posted { visibility: Visibility::Note | Visibility::Whisper, .. }
        | EventKind::Edited { .. }
        | EventKind::Deleted { .. } => VisitorBody::Later,
        EventKind::Queued { cause: QueueCause::Transfer, department: Some(department) } => {
            VisitorBody::Notice(Notice::Transferred { department: department.name.clone() })
        }
        EventKind::Taken { agent, shown: true }
        | EventKind::Joined { agent, silent: false, shown: true } => {
            VisitorBody::Notice(Notice::Joined { agent: agent.clone() })
        }
        EventKind::OwnerChanged { agent, shown: true } => {
            VisitorBody::Notice(Notice::OwnerChanged { agent: agent.clone() })
        }
        EventKind::Left { agent, shown: true, .. } => {
            VisitorBody::Notice(Notice::Left { agent: agent.clone() })
        }
        EventKind::Asked { .. } => VisitorBody::Notice(Notice::StillQuestions),
        EventKind::Answered { more: true } => VisitorBody::Notice(Notice::MoreQuestions),
        EventKind::Closed { cause, .. } => {
            end_notice(*cause).map_or(VisitorBody::Later, VisitorBody::Notice)
        }
        EventKind::Reopened { .. } => VisitorBody::Notice(Notice::Reopened),
        EventKind::Rated { stars } => VisitorBody::Notice(Notice::Rated { stars: *stars }),
        EventKind::Opened { .. }
        | EventKind::BotMatched { .. }
        | EventKind::Queued { .. }
        | EventKind::Offered { .. }
        | EventKind::OfferPostponed { .. }
        | EventKind::OfferEnded { .. }
        | EventKind::Taken { .. }
        | EventKind::Joined { .. }
        | EventKind::OwnerChanged { .. }
        | EventKind::Left { .. }
        | EventKind::OwnerLost { .. }
        | EventKind::WrappedUp { .. }
        | EventKind::Snoozed { .. }
        | EventKind::Woken
        | EventKind::Answered { more: false }
        | EventKind::LanguageSet { .. }
        | EventKind::ContactSet { .. }
        | EventKind::TagsSet { .. }
        | EventKind::TopicsSet { .. }
        | EventKind::DepartmentSet { .. }
        | EventKind::DepartmentGone { .. }
        | EventKind::Blocked { .. }
        | EventKind::Unblocked { .. }
        | EventKind::SignedOut { .. }
        | EventKind::Erased { .. }
        | EventKind::MemberRenamed { .. }
        | EventKind::Later => VisitorBody::Later,
    }
}

#[expect(clippy::too_many_lines, reason = "one arm an event, so that each is seen to be decided")]
fn agent_body(view: &AgentView, stored: &Stored) -> AgentBody {
    let internal = AgentBody::Internal;
    match &stored.body.event.kind {
        EventKind::Posted { visibility, .. }
        | EventKind::Edited { visibility, .. }
        | EventKind::Deleted { visibility, .. }
            if !may_read(view, *visibility, stored) =>
        {
            AgentBody::Later
        }
        EventKind::Posted { client_id, by, visibility, detection, language_source } => {
            let (text, files) = message_content(stored);
            let written = stored.written.as_ref();
            AgentBody::Message(Message {
                client_id: client_id.clone(),
                author: by.author(),
                agent: card_of(by),
                visibility: *visibility,
                text: text.map(|it| mask::text(view.masked, it)),
                files: files.into_iter().map(|it| mask::file(view.masked, it)).collect(),
                edited_at: written.and_then(|it| it.edited_at),
                deleted_at: written.and_then(|it| it.deleted_at),
                detection: detection.clone(),
                language_source: *language_source,
            })
        }
        EventKind::Edited { of, .. } => AgentBody::Edited {
            of: Place(of.0),
            text: edited_text(stored).map(|it| mask::text(view.masked, it)),
        },
        EventKind::Deleted { of, .. } => AgentBody::Deleted { of: Place(of.0) },
        EventKind::Opened { campaign, campaign_name, variant, .. } => {
            internal(InternalNotice::Opened {
                page: match content(stored) {
                    Some(Content::Page { page }) => Some(mask::text(view.masked, page.clone())),
                    _ => None,
                },
                proactive: campaign.is_some(),
                campaign: campaign
                    .clone()
                    .zip(campaign_name.clone())
                    .map(|(id, name)| CampaignCard { id, name }),
                variant: *variant,
            })
        }
        EventKind::Queued { cause: QueueCause::Transfer, department: Some(department) } => {
            AgentBody::Notice(Notice::Transferred { department: department.name.clone() })
        }
        EventKind::Queued { department, .. } => internal(InternalNotice::Queued {
            department: department.as_ref().map(|it| it.name.clone()),
        }),
        EventKind::Offered { agent, offer_kind, .. } => {
            internal(InternalNotice::Offered { agent: agent.clone(), kind: *offer_kind })
        }
        EventKind::OfferEnded {
            agent,
            offer_kind,
            outcome:
                outcome @ (OfferOutcome::Declined | OfferOutcome::Rona | OfferOutcome::Cancelled),
            ..
        } => internal(InternalNotice::OfferEnded {
            agent: agent.clone(),
            kind: *offer_kind,
            outcome: *outcome,
        }),
        EventKind::Taken { agent, shown } => joined(agent, *shown, false),
        EventKind::Joined { agent, silent, shown } => joined(agent, *shown, *silent),
        EventKind::OwnerChanged { agent, shown: true } => {
            AgentBody::Notice(Notice::OwnerChanged { agent: agent.clone() })
        }
        EventKind::OwnerChanged { agent, shown: false } => {
            internal(InternalNotice::OwnerChanged { agent: agent.clone() })
        }
        EventKind::Left { agent, shown: true, .. } => {
            AgentBody::Notice(Notice::Left { agent: agent.clone() })
        }
        EventKind::Left { agent, shown: false, .. } => {
            internal(InternalNotice::Left { agent: agent.clone() })
        }
        EventKind::OwnerLost { agent } => {
            internal(InternalNotice::OwnerLost { agent: agent.clone(), away: None })
        }
        EventKind::WrappedUp { agent, handed_over, .. } => {
            let (reason, remark) = match content(stored) {
                Some(Content::Wrapup { reason, remark }) => (reason.clone(), remark.clone()),
                _ => (None, None),
            };
            internal(InternalNotice::WrappedUp {
                agent: agent.clone(),
                reason: reason.map(|it| mask::text(view.masked, it)),
                remark: remark.map(|it| mask::text(view.masked, it)),
                handed_over: *handed_over,
            })
        }
        EventKind::Snoozed { until, .. } => internal(InternalNotice::Snoozed { until: *until }),
        EventKind::Woken => internal(InternalNotice::Woken),
        EventKind::Asked { .. } => AgentBody::Notice(Notice::StillQuestions),
        EventKind::Answered { more: true } => AgentBody::Notice(Notice::MoreQuestions),
        EventKind::Closed { cause, .. } => {
            end_notice(*cause).map_or(AgentBody::Later, AgentBody::Notice)
        }
        EventKind::Reopened { .. } => AgentBody::Notice(Notice::Reopened),
        EventKind::Rated { stars } => AgentBody::Notice(Notice::Rated { stars: *stars }),
        EventKind::LanguageSet { evidence, by } => language_notice(evidence, by.as_ref()),
        EventKind::ContactSet { by, .. } => {
            internal(InternalNotice::DetailsChanged { agent: by.clone() })
        }
        EventKind::TagsSet { by }
        | EventKind::TopicsSet { by, .. }
        | EventKind::DepartmentSet { by, .. } => {
            internal(InternalNotice::DetailsChanged { agent: Some(by.clone()) })
        }
        EventKind::DepartmentGone { .. } => {
            internal(InternalNotice::DetailsChanged { agent: None })
        }
        EventKind::Blocked { by, .. } => internal(InternalNotice::Blocked { agent: by.clone() }),
        EventKind::SignedOut { by } => internal(InternalNotice::SignedOut { agent: by.clone() }),
        EventKind::Unblocked { by } => internal(InternalNotice::Unblocked { agent: by.clone() }),
        EventKind::OfferEnded { outcome: OfferOutcome::Accepted, .. }
        | EventKind::BotMatched { .. }
        | EventKind::Answered { more: false }
        | EventKind::Erased { .. }
        | EventKind::MemberRenamed { .. }
        | EventKind::OfferPostponed { .. }
        | EventKind::Later => AgentBody::Later,
    }
}

/// Whether an agent is shown what stands at an event's place, should it be a message.
pub(crate) fn agent_entry_is_readable(view: &AgentView, stored: &Stored) -> bool {
    let (EventKind::Posted { visibility, .. }
    | EventKind::Edited { visibility, .. }
    | EventKind::Deleted { visibility, .. }) = &stored.body.event.kind
    else {
        return true;
    };
    may_read(view, *visibility, stored)
}

/// Notes are for everybody who may view, whispers for those who took part when they were
/// written, for supervisors and admins (D-note-and-whisper).
// RM9
fn may_read(view: &AgentView, visibility: Visibility, stored: &Stored) -> bool {
    match visibility {
        Visibility::Public | Visibility::Note => true,
        Visibility::Whisper => view.whispers || stored.body.audience.contains(&view.agent),
    }
}

fn joined(agent: &MemberCard, shown: bool, silent: bool) -> AgentBody {
    let agent = agent.clone();
    if shown && !silent {
        AgentBody::Notice(Notice::Joined { agent })
    } else {
        AgentBody::Internal(InternalNotice::Joined { agent, silent })
    }
}

/// How an end is told. That somebody was blocked is not told to the visitor, and the team sees
/// it from the event before.
fn end_notice(cause: CloseCause) -> Option<Notice> {
    match cause {
        CloseCause::Agent => Some(Notice::EndedByAgent),
        CloseCause::Customer => Some(Notice::EndedByCustomer),
        CloseCause::Inactivity => Some(Notice::EndedByInactivity),
        CloseCause::Solved => Some(Notice::Solved),
        CloseCause::AssetDeleted => Some(Notice::SiteDeleted),
        CloseCause::Blocked => None,
    }
}

fn language_notice(evidence: &LanguageEvidence, by: Option<&MemberCard>) -> AgentBody {
    let (language, source) = match evidence {
        LanguageEvidence::Browser(language) | LanguageEvidence::Visitor(language) => {
            (language, LanguageSource::Browser)
        }
        LanguageEvidence::Text(language) => (language, LanguageSource::Text),
        LanguageEvidence::Agent(Some(language)) => (language, LanguageSource::Agent),
        LanguageEvidence::Agent(None) => {
            return AgentBody::Internal(InternalNotice::DetailsChanged { agent: by.cloned() });
        }
    };
    AgentBody::Internal(InternalNotice::LanguageChanged { language: language.clone(), source })
}

fn card_of(speaker: &Speaker) -> Option<MemberCard> {
    match speaker {
        Speaker::Agent(card) => Some(card.clone()),
        Speaker::External(name) => Some(MemberCard::external(name.clone())),
        Speaker::Visitor | Speaker::Bot(_) | Speaker::Bridge | Speaker::Team => None,
    }
}

fn content(stored: &Stored) -> Option<&Content> {
    stored.written.as_ref().and_then(|it| it.content.as_ref())
}

// RM48
fn message_content(stored: &Stored) -> (Option<MessageText>, Vec<inbox_types::File>) {
    match content(stored) {
        Some(Content::Message { text, files }) => (text.clone(), files.clone()),
        _ => (None, Vec::new()),
    }
}

fn edited_text(stored: &Stored) -> Option<MessageText> {
    match content(stored) {
        Some(Content::Edit { text, .. }) => Some(text.clone()),
        _ => None,
    }
}
