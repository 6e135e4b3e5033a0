//! Offers of one agent are shown one after another, so the time of each begins when the time of those
//! before it is over at the latest. The conversation keeps the deadline; it is asked to put it off.

use inbox_types::{MemberId, OfferId, Presence, Timestamp};

use super::{Desk, turn::DeskTurn};
use crate::{DeskCommand, OfferSummary, Summary};

/// What a conversation was asked and has not said yet: until when its offer can be answered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Postponed {
    offer: OfferId,
    until: Timestamp,
}

impl Desk {
    /// A new offer comes after all that its agent is being asked. Whether it was put off.
    // DK33
    pub(super) fn postpone(
        &mut self,
        turn: &mut DeskTurn<'_>,
        new: &Summary,
        offer: &OfferSummary,
    ) -> bool {
        if self.presence_of(&offer.agent) == Presence::Offline {
            return false;
        }
        let mut offers = self.offers_of(turn.now, &offer.agent).into_iter();
        let last = offers.rfind(|(_, it)| it.conversation != new.conversation);
        let until = last.map(|(end, _)| end.after(self.facts.settings.offer_deadline));
        let Some(until) = until.filter(|it| offer.deadline < *it) else { return false };
        self.put_off(turn, new, offer, until);
        true
    }

    /// A deadline became known that others did not count with, because the desk has slept since it
    /// asked for it: those after it are put off again.
    pub(super) fn space_offers(&mut self, turn: &mut DeskTurn<'_>, agent: &MemberId) {
        if self.presence_of(agent) == Presence::Offline {
            return;
        }
        let span = self.facts.settings.offer_deadline;
        let mut free_at = Timestamp::default();
        let mut late = Vec::new();
        for (end, summary) in self.offers_of(turn.now, agent) {
            let until = end.max(free_at);
            if let Some(offer) = summary.session.offer.as_ref().filter(|_| end < until) {
                late.push((summary.clone(), offer.clone(), until));
            }
            free_at = until.after(span);
        }
        for (summary, offer, until) in late {
            self.put_off(turn, &summary, &offer, until);
        }
    }

    /// What the conversation says holds, once it is what was asked for.
    pub(super) fn note_deadline(&mut self, new: &Summary) {
        let offer = new.session.offer.as_ref();
        let id = &new.conversation;
        let is_open = self.forgettable.postponed.get(id).is_some_and(|it| {
            offer.is_some_and(|offer| offer.id == it.offer && offer.deadline < it.until)
        });
        if !is_open {
            self.forgettable.postponed.remove(id);
        }
    }

    fn put_off(
        &mut self,
        turn: &mut DeskTurn<'_>,
        summary: &Summary,
        offer: &OfferSummary,
        until: Timestamp,
    ) {
        let (conversation, offer) = (summary.conversation.clone(), offer.id.clone());
        let postponed = Postponed { offer: offer.clone(), until };
        self.forgettable.postponed.insert(conversation.clone(), postponed);
        turn.command(conversation, DeskCommand::Postpone { offer, until });
    }

    /// What an agent is being asked, by when it ends: as the conversation says, or will say when it
    /// has heard what it was asked.
    fn offers_of(&self, now: Timestamp, agent: &MemberId) -> Vec<(Timestamp, &Summary)> {
        let mut offers: Vec<(Timestamp, &Summary)> = self
            .open_summaries()
            .filter_map(|it| Some((self.end_of(it, it.session.offer.as_ref()?), it)))
            .filter(|(end, it)| {
                now < *end && it.session.offer.as_ref().is_some_and(|it| it.agent == *agent)
            })
            .collect();
        offers.sort_by_key(|(end, it)| (*end, it.conversation.clone()));
        offers
    }

    fn end_of(&self, summary: &Summary, offer: &OfferSummary) -> Timestamp {
        let postponed = self.forgettable.postponed.get(&summary.conversation);
        let until = postponed.filter(|it| it.offer == offer.id).map(|it| it.until);
        until.map_or(offer.deadline, |until| until.max(offer.deadline))
    }
}
