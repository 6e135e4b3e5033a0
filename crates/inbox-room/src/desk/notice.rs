//! Notifications: told once, and retracted on every device.

use std::collections::BTreeSet;

use inbox_core::{
    notification::{Kind, Life, Occasion, audience},
    ordering::wait_level,
    routing::tells_everybody,
};
use inbox_protocol::{NotificationKind, NotificationView, ToDesk};
use inbox_types::{ConversationId, MemberId, Timestamp, limits};

use super::{
    Desk,
    list::cut,
    summary::{situation_of, unread},
    turn::{DeskTurn, PATIENCE},
};
use crate::{Summary, mask};

impl Desk {
    /// Tells everybody whom an occasion concerns, each as they may see it.
    pub(super) fn notify(&self, turn: &mut DeskTurn<'_>, summary: &Summary, occasion: &Occasion) {
        let listeners = self.listeners(&summary.conversation);
        let settings = &self.facts.settings;
        for member in audience(occasion, &situation_of(summary), &listeners, settings) {
            if let Some(view) = self.notification(&member, summary, occasion.kind()) {
                self.tell_member(turn, &member, &ToDesk::Notify(view));
            }
        }
    }

    /// The allocation notices that hold: whose, about what. Not while somebody is being asked.
    // DK7
    pub(super) fn allocations(&self) -> BTreeSet<(MemberId, ConversationId)> {
        let waiting: Vec<_> = self.waiting().collect();
        if waiting.is_empty() {
            return BTreeSet::new();
        }
        let candidates = self.candidates();
        let capacity = self.facts.settings.capacity;
        let mut held = BTreeSet::new();
        for waits in waiting.iter().filter(|it| tells_everybody(it, &candidates, capacity)) {
            let Some(summary) = self.summaries.get(&waits.conversation) else { continue };
            let situation = situation_of(summary);
            if !Kind::Allocation.still_holds(&situation) {
                continue;
            }
            let listeners = self.listeners(&waits.conversation);
            let told =
                audience(&Occasion::Allocation, &situation, &listeners, &self.facts.settings);
            held.extend(told.into_iter().map(|it| (it, waits.conversation.clone())));
        }
        held
    }

    /// What began or ceased to hold in this turn.
    pub(super) fn tell_allocations(
        &self,
        turn: &mut DeskTurn<'_>,
        held: &BTreeSet<(MemberId, ConversationId)>,
    ) {
        let before = std::mem::take(&mut turn.before.allocated);
        for (member, conversation) in before.difference(held) {
            let id = Kind::Allocation.name(conversation);
            self.tell_member(turn, member, &ToDesk::Retract { id });
        }
        for (member, conversation) in held.difference(&before) {
            let Some(summary) = self.summaries.get(conversation) else { continue };
            // Whoever has just said hello got the digest.
            if turn.greeted.as_ref() == Some(member) {
                continue;
            }
            if let Some(view) = self.notification(member, summary, Kind::Allocation) {
                self.tell_member(turn, member, &ToDesk::Notify(view));
            }
        }
    }

    /// Waits that reached a level since they were last looked at. Time does that, not an event.
    // DK14
    pub(super) fn tell_waits(&mut self, turn: &mut DeskTurn<'_>) {
        let looked_at = self.forgettable.looked_at.replace(turn.now);
        // After a sleep the alarm has woken the desk for just this. It may have been set later than
        // the first level was due, never by more than patience.
        let woken = self
            .alarm
            .filter(|it| *it <= turn.now)
            .map(|it| it.as_millis().saturating_sub(PATIENCE.0));
        let Some(since) = looked_at.or(woken.map(Timestamp::from_millis)) else { return };
        let risen: Vec<(Summary, u8)> = self
            .open_summaries()
            .filter_map(|summary| {
                let waiting = summary.session.customer_waiting_since;
                let (before, now) = (wait_level(waiting, since), wait_level(waiting, turn.now));
                (before < now).then(|| (summary.clone(), now))
            })
            .collect();
        for (summary, level) in risen {
            turn.lists.all = true;
            self.notify(turn, &summary, &Occasion::WaitLevel { level });
        }
    }

    /// One digest instead of a burst: what still holds for a member who has just come.
    // DK9
    pub(super) fn digest(&self, member: &MemberId) -> Vec<NotificationView> {
        let waiting = self.allocations().into_iter().filter(|(it, _)| it == member);
        let waiting = waiting.filter_map(|(_, id)| {
            self.notification(member, self.summaries.get(&id)?, Kind::Allocation)
        });
        let unread = self
            .open_summaries()
            .filter(|it| it.session.ever_joined.contains(member) && 0 < unread(it, member));
        let unread = unread.filter_map(|it| self.notification(member, it, Kind::Message));
        waiting.chain(unread).take(limits::LIST_ROWS).collect()
    }

    fn notification(
        &self,
        member: &MemberId,
        summary: &Summary,
        kind: Kind,
    ) -> Option<NotificationView> {
        let masked = self.is_masked(member, summary)?;
        let about_message = match kind {
            Kind::Allocation | Kind::Message | Kind::Added | Kind::Waiting => true,
            Kind::Offer
            | Kind::BulkDone
            | Kind::Received
            | Kind::NotAccepted
            | Kind::Mention
            | Kind::Ended
            | Kind::Answered
            | Kind::AssetDeleted => false,
        };
        let last = summary.last.as_ref().filter(|_| about_message);
        Some(NotificationView {
            id: kind.name(&summary.conversation),
            kind: on_the_wire(kind)?,
            conversation: summary.conversation.clone(),
            name: mask::details(masked, summary.details.clone()).name,
            preview: last.map(|it| cut(masked, it)).unwrap_or_default(),
            life: match kind.life(&self.facts.settings) {
                Life::Sticky | Life::Blocking => None,
                Life::Transient(life) => Some(life),
            },
            counts: std::collections::BTreeMap::new(),
        })
    }
}

/// The wire's name; none for what has frames of its own, or none yet.
fn on_the_wire(kind: Kind) -> Option<NotificationKind> {
    match kind {
        Kind::Allocation => Some(NotificationKind::Allocation),
        Kind::Message => Some(NotificationKind::Message),
        Kind::Added => Some(NotificationKind::Added),
        Kind::NotAccepted => Some(NotificationKind::NotAccepted),
        Kind::Ended => Some(NotificationKind::Ended),
        Kind::Waiting => Some(NotificationKind::Waiting),
        Kind::AssetDeleted => Some(NotificationKind::AssetDeleted),
        Kind::Offer | Kind::BulkDone | Kind::Received | Kind::Mention | Kind::Answered => None,
    }
}
