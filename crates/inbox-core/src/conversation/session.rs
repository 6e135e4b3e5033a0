//! One session: what is queued, owned, closed, rated and reported.

use std::collections::BTreeSet;

use inbox_types::{
    BotId, CampaignCard, CampaignId, CloseCause, LegState, MemberCard, MemberId, Name, OfferId,
    OfferKind, Seq, SessionNo, SessionState, Timestamp, TopicId, VariantKey,
};
use serde::{Deserialize, Serialize};

use crate::{Department, RatingCard};

/// The current session, in full.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Session {
    pub no: SessionNo,
    pub opened_at: Timestamp,
    /// Where it stands, with what belongs to that.
    pub phase: Phase,
    pub department: Option<Department>,
    /// The campaign it answers.
    pub campaign: Option<CampaignId>,
    /// What that was called then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign_name: Option<Name>,
    /// Which of its variants.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant: Option<VariantKey>,
    /// Every agent's part, in the order of first appearance; one leg an agent.
    pub legs: Vec<Leg>,
    /// Whom the visitor or the team keeps waiting; none before the first public message.
    pub waiting: Option<Waiting>,
    /// "Do you still have questions?"
    pub question: Question,
    /// What it was about.
    pub topics: Vec<TopicId>,
    pub rating: Rating,
    /// Who declined it since it was last queued anew.
    pub declined: BTreeSet<MemberId>,
    /// The inbox core that the customer already has has answered it while nobody owned it, since it was
    /// last queued anew.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub elsewhere: bool,
}

/// Where a session stands. The data of a state exists only in that state.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
// V1, V6
pub enum Phase {
    Bot {
        bot: BotId,
    },
    /// Waits for an agent.
    Queued,
    /// Proposed to one agent.
    Offered {
        offer: Offer,
    },
    /// An agent owns it.
    Active {
        owner: MemberId,
        /// A transfer or an invitation that waits for its answer.
        pending: Option<Offer>,
    },
    Snoozed {
        owner: MemberId,
        /// Until when; none is until the visitor writes.
        until: Option<Timestamp>,
    },
    Closed {
        cause: CloseCause,
        at: Timestamp,
        /// Who owned it last.
        last_owner: Option<MemberId>,
    },
}

/// A question to one agent.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Offer {
    pub id: OfferId,
    pub agent: MemberCard,
    pub kind: OfferKind,
    pub deadline: Timestamp,
    /// Who asks; none is the desk.
    pub from: Option<MemberCard>,
    /// The event beside which the asker's wrap-up reason lies.
    pub held_reason: Option<Seq>,
}

/// One agent's part in a session.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Leg {
    pub agent: MemberCard,
    /// What became of it.
    pub state: LegState,
    /// Openly or in silence.
    pub part: LegPart,
    /// When it came to that.
    pub since: Timestamp,
    /// Whether the agent ever took part.
    pub ever_joined: bool,
    /// The wrap-up is overdue (D-missing-topic).
    pub overdue: bool,
}

/// How an agent takes part.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LegPart {
    /// The visitor may know.
    Open,
    /// To supervise; the visitor is never told.
    Silent,
}

/// The last public message decides who waits: the other side (D-two-clocks).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Waiting {
    pub last: Side,
    /// When that side began to wait: its first message that nobody answered yet,
    /// or a later moment from which the clock runs anew.
    pub since: Timestamp,
    /// When the last public message was written.
    pub last_message_at: Timestamp,
}

/// The two sides of a conversation.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    Customer,
    /// Agents, bots and the bridge.
    Team,
}

/// "Do you still have questions?" (D-closing-question)
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Question {
    /// It can be asked.
    #[default]
    NotAsked,
    /// It waits for an answer.
    Asked {
        at: Timestamp,
        by: MemberCard,
        /// No answer ends the session.
        closing: bool,
        /// The event beside which the asker's wrap-up reason lies.
        held_reason: Option<Seq>,
    },
    /// It was answered, and is not asked again before the visitor writes.
    Answered,
}

/// The rating of a session.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Rating {
    /// The card, which nobody has filled in.
    Card {
        /// What it asks for.
        card: RatingCard,
    },
    Given {
        /// 1 to 5.
        stars: u8,
    },
}

/// A session that another one followed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct EarlierSession {
    pub no: SessionNo,
    pub opened_at: Timestamp,
    pub closed_at: Timestamp,
    pub cause: CloseCause,
    pub owner: Option<MemberId>,
    /// Its stars; none is "not rated".
    pub stars: Option<u8>,
    /// Whose wrap-up is still due.
    pub wrapups: Vec<MemberCard>,
}

impl Session {
    /// The campaign it answers, as agents see it.
    #[must_use]
    pub fn campaign_card(&self) -> Option<CampaignCard> {
        let (id, name) = self.campaign.clone().zip(self.campaign_name.clone())?;
        Some(CampaignCard { id, name })
    }

    #[must_use]
    pub fn state(&self) -> SessionState {
        match self.phase {
            Phase::Bot { .. } => SessionState::Bot,
            Phase::Queued => SessionState::Queued,
            Phase::Offered { .. } => SessionState::Offered,
            Phase::Active { .. } => SessionState::Active,
            Phase::Snoozed { .. } => SessionState::Snoozed,
            Phase::Closed { .. } => SessionState::Closed,
        }
    }

    /// Whether it is not over.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.closed().is_none()
    }

    /// Why and since when it is over, if it is.
    #[must_use]
    pub fn closed(&self) -> Option<(CloseCause, Timestamp)> {
        match &self.phase {
            Phase::Closed { cause, at, .. } => Some((*cause, *at)),
            Phase::Bot { .. }
            | Phase::Queued
            | Phase::Offered { .. }
            | Phase::Active { .. }
            | Phase::Snoozed { .. } => None,
        }
    }

    /// Who owns it now.
    #[must_use]
    pub fn owner(&self) -> Option<&MemberId> {
        match &self.phase {
            Phase::Active { owner, .. } | Phase::Snoozed { owner, .. } => Some(owner),
            Phase::Bot { .. } | Phase::Queued | Phase::Offered { .. } | Phase::Closed { .. } => {
                None
            }
        }
    }

    /// Who owns it, or owned it when it ended.
    #[must_use]
    pub fn owner_or_last(&self) -> Option<&MemberId> {
        match &self.phase {
            Phase::Closed { last_owner, .. } => last_owner.as_ref(),
            Phase::Bot { .. }
            | Phase::Queued
            | Phase::Offered { .. }
            | Phase::Active { .. }
            | Phase::Snoozed { .. } => self.owner(),
        }
    }

    /// What somebody is being asked.
    #[must_use]
    pub fn offer(&self) -> Option<&Offer> {
        match &self.phase {
            Phase::Offered { offer } => Some(offer),
            Phase::Active { pending, .. } => pending.as_ref(),
            Phase::Bot { .. } | Phase::Queued | Phase::Snoozed { .. } | Phase::Closed { .. } => {
                None
            }
        }
    }

    /// Until when it is put aside, if until a time.
    #[must_use]
    pub fn snoozed_until(&self) -> Option<Timestamp> {
        match &self.phase {
            Phase::Snoozed { until, .. } => *until,
            Phase::Bot { .. }
            | Phase::Queued
            | Phase::Offered { .. }
            | Phase::Active { .. }
            | Phase::Closed { .. } => None,
        }
    }

    #[must_use]
    pub fn leg(&self, agent: &MemberId) -> Option<&Leg> {
        self.legs.iter().find(|leg| leg.agent.id == *agent)
    }

    /// Those who take part, openly or in silence, longest first.
    pub fn joined(&self) -> impl Iterator<Item = &Leg> {
        self.legs.iter().filter(|leg| leg.state == LegState::Joined)
    }

    /// Those who take part openly, longest first.
    pub fn participants(&self) -> impl Iterator<Item = &Leg> {
        self.joined().filter(|leg| leg.part == LegPart::Open)
    }

    /// Whether an agent takes part openly.
    #[must_use]
    pub fn has_participant(&self, agent: &MemberId) -> bool {
        self.participants().any(|leg| leg.agent.id == *agent)
    }

    /// Those who read what is whispered now: who takes part, or took part until the end and is not
    /// done with it.
    pub fn whisper_readers(&self) -> impl Iterator<Item = &MemberId> {
        let ended_at = self.closed().map(|(_, at)| at);
        let here = self.legs.iter().filter(move |leg| match leg.state {
            LegState::Joined => true,
            // It is also owed by whoever left before the end.
            LegState::Wrapup => ended_at.is_some_and(|at| at <= leg.since),
            LegState::Offered
            | LegState::Left
            | LegState::Declined
            | LegState::Rona
            | LegState::Cancelled => false,
        });
        here.map(|leg| &leg.agent.id)
    }

    /// Whether somebody else would read what this agent whispers now.
    #[must_use]
    pub fn hears_whispers_of(&self, agent: &MemberId) -> bool {
        self.whisper_readers().any(|it| it != agent)
    }

    /// Since when the visitor waits for a reply; none if nobody does (D-two-clocks).
    #[must_use]
    pub fn customer_waiting_since(&self) -> Option<Timestamp> {
        self.waiting_on(Side::Customer)
    }

    /// Since when the team waits for the visitor; none if nobody does (D-two-clocks).
    #[must_use]
    pub fn agent_waiting_since(&self) -> Option<Timestamp> {
        self.waiting_on(Side::Team)
    }

    /// Whether the question waits for an answer.
    #[must_use]
    pub fn still_questions(&self) -> bool {
        match self.question {
            Question::Asked { .. } => true,
            Question::NotAsked | Question::Answered => false,
        }
    }

    /// A conference was asked for, and nobody has answered yet (D-direct-or-asked).
    #[must_use]
    pub fn conference_requested(&self) -> bool {
        self.offer().is_some_and(|offer| offer.kind == OfferKind::Conference)
    }

    /// The place in the queue: the longest wait first, and before all who came later (D-closing-question).
    #[must_use]
    // C7
    pub fn queued_since(&self) -> Timestamp {
        self.customer_waiting_since().unwrap_or(self.opened_at)
    }

    fn waiting_on(&self, side: Side) -> Option<Timestamp> {
        let waiting = self.waiting.as_ref().filter(|_| self.is_open())?;
        (waiting.last == side).then_some(waiting.since)
    }
}

impl Rating {
    /// The card that waits for the visitor.
    #[must_use]
    pub fn card(self) -> RatingCard {
        match self {
            Self::Card { card } => card,
            Self::Given { .. } => RatingCard::None,
        }
    }

    /// The stars, if given.
    #[must_use]
    pub fn stars(self) -> Option<u8> {
        match self {
            Self::Given { stars } => Some(stars),
            Self::Card { .. } => None,
        }
    }
}
