//! What a transcript says of what happened, by the words of the catalogue.

use inbox_protocol::InternalNotice;
use inbox_text::{Phrase, console};
use inbox_types::{MemberCard, Notice, OfferKind, OfferOutcome, Text};

/// What the visitor is told too, as the team reads it, and whether it ended something.
pub(super) fn public_notice(notice: &Notice) -> Option<(Phrase, bool)> {
    let name = |agent: &MemberCard| agent.name.as_str().to_owned();
    Some(match notice {
        Notice::Joined { agent } => (console::notice_joined(&name(agent)), false),
        Notice::Left { agent } => (console::notice_left(&name(agent)), false),
        Notice::OwnerChanged { agent } => (console::notice_owner(&name(agent)), false),
        Notice::Transferred { department } => {
            (console::notice_transferred(department.as_str()), false)
        }
        Notice::StillQuestions => (console::NOTICE_STILL_QUESTIONS, false),
        Notice::MoreQuestions => (console::NOTICE_MORE_QUESTIONS, false),
        Notice::EndedByAgent => (console::ENDED_AGENT, true),
        Notice::EndedByCustomer => (console::ENDED_CUSTOMER, true),
        Notice::EndedByInactivity => (console::ENDED_INACTIVITY, true),
        Notice::Solved => (console::ENDED_SOLVED, true),
        Notice::SiteDeleted => (console::ENDED_SITE_DELETED, true),
        Notice::Reopened => (console::NOTICE_REOPENED, false),
        Notice::Rated { stars } => (console::notice_rated(&stars.to_string()), false),
        Notice::Later => return None,
    })
}

/// What only the team is told, and the remark with it.
pub(super) fn internal_notice(notice: &InternalNotice) -> Option<(Phrase, Option<String>)> {
    let name = |agent: &MemberCard| agent.name.as_str().to_owned();
    let phrase = match notice {
        InternalNotice::Opened { page, proactive, campaign, variant: _ } => {
            let page = page.as_ref().map(|it| crate::model::readable(it.as_str()));
            let phrase = match (campaign, proactive) {
                (Some(it), _) => console::notice_opened_campaign(it.name.as_str()),
                (None, true) => console::NOTICE_OPENED_PROACTIVE,
                (None, false) => console::NOTICE_OPENED,
            };
            return Some((phrase, page));
        }
        InternalNotice::WrappedUp { agent, reason, remark, handed_over } => {
            let said =
                [reason.as_ref().map(Text::as_str), remark.as_ref().map(Text::as_str)];
            let said: Vec<&str> = said.into_iter().flatten().collect();
            let said = (!said.is_empty()).then(|| said.join(" · "));
            let done = if *handed_over {
                console::notice_handed_over(&name(agent))
            } else {
                console::notice_wrapped_up(&name(agent))
            };
            return Some((done, said));
        }
        InternalNotice::Queued { department: Some(department) } => {
            console::notice_queued_in(department.as_str())
        }
        InternalNotice::Queued { department: None } => console::NOTICE_QUEUED,
        InternalNotice::Offered { agent, kind } => offered(*kind, &name(agent)),
        InternalNotice::OfferEnded { agent, kind: _, outcome } => ended(*outcome, &name(agent))?,
        InternalNotice::Joined { agent, silent: false } => console::notice_joined(&name(agent)),
        InternalNotice::Joined { agent, silent: true } => console::notice_supervises(&name(agent)),
        InternalNotice::Left { agent } => console::notice_left(&name(agent)),
        InternalNotice::OwnerChanged { agent } => console::notice_owner(&name(agent)),
        InternalNotice::Snoozed { until: _ } => console::NOTICE_SNOOZED,
        InternalNotice::Woken => console::NOTICE_WOKEN,
        InternalNotice::DetailsChanged { agent: Some(agent) } => {
            console::notice_details(&name(agent))
        }
        InternalNotice::Blocked { agent } => console::notice_blocked(&name(agent)),
        InternalNotice::Unblocked { agent } => console::notice_unblocked(&name(agent)),
        InternalNotice::SignedOut { agent: Some(agent) } => {
            console::notice_signed_out(&name(agent))
        }
        InternalNotice::SignedOut { agent: None } => console::NOTICE_LOGGED_OUT,
        InternalNotice::OwnerLost { agent, away: _ } => console::notice_owner_lost(&name(agent)),
        InternalNotice::DetailsChanged { agent: None }
        // A line of its own kind shows it.
        | InternalNotice::LanguageChanged { .. }
        | InternalNotice::Later => return None,
    };
    Some((phrase, None))
}

pub(super) fn offered(kind: OfferKind, name: &str) -> Phrase {
    match kind {
        OfferKind::Assign => console::notice_offered(name),
        OfferKind::Transfer => console::notice_transfer_asked(name),
        OfferKind::Conference => console::notice_invited(name),
    }
}

pub(super) fn ended(outcome: OfferOutcome, name: &str) -> Option<Phrase> {
    match outcome {
        // That somebody joined is said by a line of its own.
        OfferOutcome::Accepted => None,
        OfferOutcome::Declined => Some(console::notice_declined(name)),
        OfferOutcome::Rona => Some(console::notice_rona(name)),
        OfferOutcome::Cancelled => Some(console::notice_cancelled(name)),
    }
}
