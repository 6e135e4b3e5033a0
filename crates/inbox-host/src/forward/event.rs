//! What a receiver of the webhook is told of an event: of messages only those that the visitor may see,
//! and notes where the site says so.

use inbox_core::{Content, Department, EventKind, QueueCause, Reopening, Speaker, masking};
use inbox_room::{Identity, Stored};
use inbox_types::{ContactDetails, File, MemberCard, Name, Seq, SiteId, Text, Timestamp};
use serde::Serialize;
use serde_json::{Value as Json, json};

use super::ForwardPolicy;

/// The body of a delivery, without its time.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Delivery {
    /// The name that stays the same at every retry.
    pub id: String,
    /// What kind of event it is, such as `message.created`.
    pub kind: &'static str,
    /// The body.
    pub body: String,
}

/// The delivery of an event; none if the receiver is not told of it.
// HO2, HO8, HO91, HO151, HO190
#[must_use]
pub fn delivery(
    identity: &Identity,
    epoch: u32,
    stored: &Stored,
    policy: ForwardPolicy,
) -> Option<Delivery> {
    let (kind, mut data) = told(stored, policy)?;
    let event = &stored.body.event;
    data["seq"] = json!(stored.seq);
    data["conversation_id"] = json!(identity.conversation);
    data["site_id"] = json!(identity.site);
    data["contact_id"] = json!(identity.contact);
    data["session"] = json!(event.session);
    let body = json!({ "type": kind, "timestamp": iso8601(event.at), "data": data });
    // An id holds no dot: it is signed between dots.
    let id = format!("evt_{}_{epoch}_{}", identity.conversation, stored.seq.0);
    Some(Delivery { id, kind, body: body.to_string() })
}

/// A test of a site's webhook. `random` sets it apart from every other one.
// HO71
#[must_use]
pub fn ping(site: &SiteId, random: &str, now: Timestamp) -> Delivery {
    let kind = "ping";
    let data = json!({ "site_id": site });
    let body = json!({ "type": kind, "timestamp": iso8601(now), "data": data });
    Delivery { id: format!("ping_{random}"), kind, body: body.to_string() }
}

/// What a receiver is given that asks for what follows an event: the same deliveries, under the same
/// names, that it would have been sent.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Missed {
    /// The deliveries, oldest first: the body of each, and its name as `id`.
    pub events: Vec<Json>,
    /// The last event that was looked at: ask for what follows it.
    pub after: Seq,
    /// Whether something may follow it.
    pub more: bool,
}

/// What of `following` a receiver is told. `limit` is how many events were asked for at most, and `after`
/// where they begin.
// HO31
#[must_use]
pub fn missed(
    identity: &Identity,
    epoch: u32,
    following: &[Stored],
    policy: ForwardPolicy,
    (after, limit): (Seq, u64),
) -> Missed {
    let told = |stored: &Stored| {
        let delivery = delivery(identity, epoch, stored, policy)?;
        let mut event: Json = serde_json::from_str(&delivery.body).ok()?;
        event["id"] = json!(delivery.id);
        Some(event)
    };
    Missed {
        events: following.iter().filter_map(told).collect(),
        after: following.last().map_or(after, |it| it.seq),
        more: following.len() as u64 == limit,
    }
}

fn told(stored: &Stored, policy: ForwardPolicy) -> Option<(&'static str, Json)> {
    let masked = policy.masked;
    match &stored.body.event.kind {
        EventKind::Posted { visibility, client_id, by, detection, .. } => {
            let kind = policy.kind_of(*visibility, ["message.created", "note.created"])?;
            let (text, files) = message(stored, masked);
            let language = detection
                .as_ref()
                .map(|it| json!({ "detected": it.language, "confidence": it.confidence }));
            let message = json!({
                "id": stored.seq, "client_id": client_id, "author": author(by), "text": text,
                "files": files, "lang": language,
            });
            Some((kind, json!({ "message": message })))
        }
        EventKind::Edited { visibility, of, .. } => {
            let kind = policy.kind_of(*visibility, ["message.edited", "note.edited"])?;
            let text = match content(stored) {
                Some(Content::Edit { text, .. }) => Some(shown(text, masked)),
                _ => None,
            };
            Some((kind, json!({ "message": { "id": of, "text": text } })))
        }
        EventKind::Deleted { visibility, of, .. } => {
            let kind = policy.kind_of(*visibility, ["message.deleted", "note.deleted"])?;
            Some((kind, json!({ "message": { "id": of } })))
        }
        EventKind::Opened { department, campaign, variant, .. } => {
            let page = match content(stored) {
                Some(Content::Page { page }) => Some(shown(page, masked)),
                _ => None,
            };
            let department = department.as_ref().map(|it| &it.id);
            let mut opened = json!({ "page": page, "department_id": department });
            if let Some(campaign) = campaign {
                opened["campaign"] = json!({ "id": campaign, "variant": variant });
            }
            Some(("session.opened", opened))
        }
        EventKind::Reopened { to } => Some(("session.opened", reopened(to))),
        EventKind::Closed { cause, .. } => Some(("session.closed", json!({ "cause": cause }))),
        EventKind::Taken { agent, .. } | EventKind::OwnerChanged { agent, .. } => {
            Some(("assignee.changed", json!({ "assignee": member(agent) })))
        }
        EventKind::Queued { cause, department } => unowned(*cause, department.as_ref()),
        EventKind::Rated { stars } => {
            let comment = match content(stored) {
                Some(Content::Rating { comment }) => Some(shown(comment, masked)),
                _ => None,
            };
            Some(("rating.submitted", json!({ "stars": stars, "comment": comment })))
        }
        EventKind::ContactSet { by, .. } => {
            let by = if by.is_some() { "agent" } else { "visitor" };
            let contact = match content(stored) {
                Some(Content::Contact { details }) => Some(contact(details, masked)),
                _ => None,
            };
            Some(("visitor.upserted", json!({ "by": by, "contact": contact })))
        }
        EventKind::TagsSet { .. } => {
            let tags = match content(stored) {
                Some(Content::Tags { tags }) => tags.iter().map(|it| shown(it, masked)).collect(),
                _ => Vec::new(),
            };
            Some(("tags.changed", json!({ "tags": tags })))
        }
        EventKind::TopicsSet { topics, .. } => {
            Some(("topics.changed", json!({ "topics": topics })))
        }
        EventKind::DepartmentSet { department, .. } => Some(moved(Some(department))),
        EventKind::DepartmentGone { to } => Some(moved(to.as_ref())),
        EventKind::BotMatched { .. }
        | EventKind::Offered { .. }
        | EventKind::OfferPostponed { .. }
        | EventKind::OfferEnded { .. }
        | EventKind::Joined { .. }
        | EventKind::Left { .. }
        | EventKind::OwnerLost { .. }
        | EventKind::WrappedUp { .. }
        | EventKind::Snoozed { .. }
        | EventKind::Woken
        | EventKind::Asked { .. }
        | EventKind::Answered { .. }
        | EventKind::LanguageSet { .. }
        | EventKind::Blocked { .. }
        | EventKind::Unblocked { .. }
        | EventKind::SignedOut { .. }
        | EventKind::Erased { .. }
        | EventKind::MemberRenamed { .. }
        | EventKind::Later => None,
    }
}

/// Who wrote, with the name that was shown.
// HO2
fn author(by: &Speaker) -> Json {
    let mut author = json!(by.author());
    let name: Option<&Name> = match by {
        Speaker::Agent(card) => Some(&card.name),
        Speaker::External(name) => Some(name),
        Speaker::Visitor | Speaker::Bot(_) | Speaker::Bridge | Speaker::Team => None,
    };
    if let Some(name) = name {
        author["name"] = json!(name);
    }
    author
}

fn member(agent: &MemberCard) -> Json {
    json!({ "id": agent.id, "name": agent.name })
}

/// Nobody owns the session any more: it waits, in another department if one is named. Nobody owned what a
/// bot had.
// HO151
fn unowned(cause: QueueCause, moved_to: Option<&Department>) -> Option<(&'static str, Json)> {
    match cause {
        QueueCause::Transfer
        | QueueCause::OwnerLeft
        | QueueCause::OwnerLost
        | QueueCause::Woken
        | QueueCause::MoreQuestions => (),
        QueueCause::HandOff | QueueCause::AskedForPerson => return None,
    }
    let mut data = json!({ "assignee": null });
    if let Some(department) = moved_to {
        data["department_id"] = json!(department.id);
        data["department_name"] = json!(department.name);
    }
    Some(("assignee.changed", data))
}

/// A session goes on, with whom it says.
// HO151
fn reopened(to: &Reopening) -> Json {
    let assignee = match to {
        Reopening::Agent(agent) => member(agent),
        Reopening::Queue | Reopening::Bot(_) => Json::Null,
    };
    json!({ "reopened": true, "assignee": assignee })
}

/// The queue that a session belongs to from now on; none is everybody's.
// HO91
fn moved(to: Option<&Department>) -> (&'static str, Json) {
    let id = to.map(|it| &it.id);
    let name = to.map(|it| &it.name);
    ("department.changed", json!({ "department_id": id, "department_name": name }))
}

/// A contact's fields without the team's remarks, which are nobody's outside.
// HO91
fn contact(details: &ContactDetails, masked: bool) -> ContactDetails {
    let shown = if masked { masking::details(details) } else { details.clone() };
    ContactDetails { notes: None, ..shown }
}

fn content(stored: &Stored) -> Option<&Content> {
    stored.written.as_ref()?.content.as_ref()
}

fn message(stored: &Stored, masked: bool) -> (Option<String>, Vec<File>) {
    match content(stored) {
        Some(Content::Message { text, files }) => {
            let file = |it: &File| File {
                name: if masked { masking::bounded(&it.name) } else { it.name.clone() },
                ..it.clone()
            };
            (text.as_ref().map(|it| shown(it, masked)), files.iter().map(file).collect())
        }
        _ => (None, Vec::new()),
    }
}

fn shown<const MAX: usize>(text: &Text<MAX>, masked: bool) -> String {
    if masked { masking::text(text.as_str()) } else { text.as_str().to_owned() }
}

/// An instant as ISO 8601 in UTC, with milliseconds.
fn iso8601(at: Timestamp) -> String {
    let (seconds, millis) = (at.as_millis() / 1_000, at.as_millis() % 1_000);
    let (days, second) = (seconds / 86_400, seconds % 86_400);
    let (year, month, day) = date(days);
    let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millis:03}Z")
}

/// Year, month and day of a day since 1970-01-01, counted in years that begin in March, so
/// that the leap day is a year's last.
fn date(days: u64) -> (u64, u64, u64) {
    let shifted = days + 719_468;
    let (era, of_era) = (shifted / 146_097, shifted % 146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let march_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    (era * 400 + year + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests;
