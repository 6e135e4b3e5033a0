//! What a receiver of the webhook is told of an event: of messages only those that the visitor may see.

use inbox_core::{Content, Department, EventKind, QueueCause, Reopening, Speaker, masking};
use inbox_room::{Identity, Stored};
use inbox_types::{
    ContactDetails, File, MemberCard, Name, Seq, SiteId, Text, Timestamp, Visibility,
};
use serde::Serialize;
use serde_json::{Value as Json, json};

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

/// The delivery of an event; none if the receiver is not told of it. `masked` is the site's setting:
/// then card numbers, accounts, addresses and telephones are masked in everything that somebody wrote.
// HO2, HO8, HO91, HO151
#[must_use]
pub fn delivery(
    identity: &Identity,
    epoch: u32,
    stored: &Stored,
    masked: bool,
) -> Option<Delivery> {
    let (kind, mut data) = told(stored, masked)?;
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
    masked: bool,
    (after, limit): (Seq, u64),
) -> Missed {
    let told = |stored: &Stored| {
        let delivery = delivery(identity, epoch, stored, masked)?;
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

fn told(stored: &Stored, masked: bool) -> Option<(&'static str, Json)> {
    match &stored.body.event.kind {
        EventKind::Posted { visibility: Visibility::Public, client_id, by, detection, .. } => {
            let (text, files) = message(stored, masked);
            let language = detection
                .as_ref()
                .map(|it| json!({ "detected": it.language, "confidence": it.confidence }));
            let message = json!({
                "id": stored.seq, "client_id": client_id, "author": author(by), "text": text,
                "files": files, "lang": language,
            });
            Some(("message.created", json!({ "message": message })))
        }
        EventKind::Edited { visibility: Visibility::Public, of, .. } => {
            let text = match content(stored) {
                Some(Content::Edit { text, .. }) => Some(shown(text, masked)),
                _ => None,
            };
            Some(("message.edited", json!({ "message": { "id": of, "text": text } })))
        }
        EventKind::Deleted { visibility: Visibility::Public, of, .. } => {
            Some(("message.deleted", json!({ "message": { "id": of } })))
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
        EventKind::Posted { visibility: Visibility::Note | Visibility::Whisper, .. }
        | EventKind::Edited { visibility: Visibility::Note | Visibility::Whisper, .. }
        | EventKind::Deleted { visibility: Visibility::Note | Visibility::Whisper, .. }
        | EventKind::BotMatched { .. }
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
mod tests {
    use inbox_core::Event;
    use inbox_room::{EventBody, Written};
    use inbox_types::{MediaType, MessageText, SessionNo};

    use super::*;

    fn stored(kind: EventKind, content: Option<Content>) -> Stored {
        let at = Timestamp::from_millis(1_767_605_482_104);
        let event = Event { at, session: SessionNo(1), kind };
        Stored {
            seq: Seq(7),
            shown: None,
            body: EventBody { event, by: None, audience: Vec::new() },
            written: content
                .map(|content| Written { content: Some(content), ..Written::default() }),
        }
    }

    fn posted(visibility: Visibility) -> Stored {
        let kind = EventKind::Posted {
            client_id: "c1".parse().expect("an id"),
            by: Speaker::Visitor,
            visibility,
            detection: None,
            language_source: None,
        };
        let text = Some("Xin chào".to_owned().try_into().expect("a text"));
        stored(kind, Some(Content::Message { text, files: Vec::new() }))
    }

    fn identity() -> Identity {
        Identity {
            conversation: "main-abc".parse().expect("an id"),
            site: "main-shop".parse().expect("an id"),
            contact: "v1".parse().expect("an id"),
        }
    }

    #[test]
    fn ho2_a_message_is_told_with_its_text() {
        let delivery =
            delivery(&identity(), 1, &posted(Visibility::Public), false).expect("a delivery");
        assert_eq!(delivery.id, "evt_main-abc_1_7");
        let body: Json = serde_json::from_str(&delivery.body).expect("JSON");
        assert_eq!(body["type"], "message.created");
        assert_eq!(body["timestamp"], "2026-01-05T09:31:22.104Z");
        assert_eq!(body["data"]["message"]["text"], "Xin chào");
        assert_eq!(body["data"]["message"]["author"]["type"], "visitor");
        assert_eq!(body["data"]["seq"], 7);
    }

    /// One event of each kind that carries what somebody wrote, and each says the same.
    fn written(said: &str) -> Vec<Stored> {
        let text = || MessageText::try_from(said.to_owned()).expect("a text");
        let of = Seq(3);
        let file = File {
            id: "f1".parse().expect("an id"),
            name: said.to_owned().try_into().expect("a name"),
            bytes: 1,
            media: MediaType::Other,
        };
        let message = Content::Message { text: Some(text()), files: vec![file] };
        let written = Some(Written { content: Some(message), ..Written::default() });
        let edited = EventKind::Edited { of, n: None, visibility: Visibility::Public };
        let opened = EventKind::Opened {
            bot: None,
            department: None,
            campaign: None,
            campaign_name: None,
            variant: None,
        };
        let by = MemberCard::external("Kim".to_owned().try_into().expect("a name"));
        let details = ContactDetails {
            name: Some(said.to_owned().try_into().expect("a name")),
            extra: Some(said.to_owned().try_into().expect("a field")),
            ..ContactDetails::default()
        };
        let tags = vec![said.to_owned().try_into().expect("a tag")];
        let fields = Vec::new();
        let page = said.to_owned().try_into().expect("a page");
        let comment = said.to_owned().try_into().expect("a remark");
        vec![
            Stored { written, ..posted(Visibility::Public) },
            stored(edited, Some(Content::Edit { of, text: text() })),
            stored(opened, Some(Content::Page { page })),
            stored(EventKind::Rated { stars: 5 }, Some(Content::Rating { comment })),
            stored(EventKind::ContactSet { by: None, fields }, Some(Content::Contact { details })),
            stored(EventKind::TagsSet { by }, Some(Content::Tags { tags })),
        ]
    }

    #[test]
    fn ho8_a_masked_site_sends_masked_text() {
        for needle in ["4111 1111 1111 1111", "anna.berg@example.com", "+44 20 7946 0958"] {
            for stored in written(&format!("It is {needle} now")) {
                let body =
                    |masked| delivery(&identity(), 1, &stored, masked).expect("a delivery").body;
                assert!(body(false).contains(needle), "{}", body(false));
                assert!(!body(true).contains(needle), "{}", body(true));
                assert!(body(true).contains("It is "), "{}", body(true));
            }
        }
    }

    #[test]
    fn ho2_notes_and_whispers_are_never_told() {
        for visibility in [Visibility::Note, Visibility::Whisper] {
            assert_eq!(delivery(&identity(), 1, &posted(visibility), false), None);
        }
    }

    #[test]
    fn ho2_a_receiver_is_told_by_name_who_wrote() {
        let card = MemberCard::external("Kim".to_owned().try_into().expect("a name"));
        for (by, expected) in [
            (Speaker::Visitor, json!({ "type": "visitor" })),
            (Speaker::External(card.name.clone()), json!({ "type": "bridge", "name": "Kim" })),
            (Speaker::Bridge, json!({ "type": "bridge" })),
            (Speaker::Agent(card), json!({ "type": "agent", "id": "bridge", "name": "Kim" })),
        ] {
            assert_eq!(author(&by), expected);
        }
    }

    #[test]
    fn ho91_a_receiver_is_told_of_the_contact_its_tags_topics_and_department() {
        let by = || MemberCard::external("Kim".to_owned().try_into().expect("a name"));
        let told = |kind, content| {
            let delivery = delivery(&identity(), 1, &stored(kind, content), false)?;
            let body: Json = serde_json::from_str(&delivery.body).expect("JSON");
            Some((delivery.kind, body["data"].clone()))
        };
        let details = ContactDetails {
            email: Some("anna@example.com".to_owned().try_into().expect("an address")),
            notes: Some("is in a hurry".to_owned().try_into().expect("a remark")),
            ..ContactDetails::default()
        };
        for (by, who) in [(None, "visitor"), (Some(by()), "agent")] {
            let kind = EventKind::ContactSet { by, fields: Vec::new() };
            let content = Content::Contact { details: details.clone() };
            let (kind, data) = told(kind, Some(content)).expect("told");
            assert_eq!((kind, &data["by"]), ("visitor.upserted", &json!(who)));
            // The team's remarks stay with the team.
            assert_eq!(data["contact"], json!({ "email": "anna@example.com" }));
        }
        let tags = vec!["vip".to_owned().try_into().expect("a tag")];
        let set = told(EventKind::TagsSet { by: by() }, Some(Content::Tags { tags }));
        assert_eq!(
            set.as_ref().map(|it| (it.0, &it.1["tags"])),
            Some(("tags.changed", &json!(["vip"])))
        );
        let topics = vec!["shipping".parse().expect("an id")];
        let set = told(EventKind::TopicsSet { by: by(), topics }, None);
        let shipping = json!(["shipping"]);
        assert_eq!(
            set.as_ref().map(|it| (it.0, &it.1["topics"])),
            Some(("topics.changed", &shipping))
        );
        let sales = Department {
            id: "sales".parse().expect("an id"),
            name: "Sales".to_owned().try_into().expect("a name"),
        };
        let gone = EventKind::DepartmentGone { to: None };
        for (kind, id) in [
            (EventKind::DepartmentSet { by: by(), department: sales }, json!("sales")),
            (gone, Json::Null),
        ] {
            let (kind, data) = told(kind, None).expect("told");
            assert_eq!((kind, &data["department_id"]), ("department.changed", &id));
        }
    }

    #[test]
    fn ho31_what_was_missed_is_what_would_have_been_sent() {
        let between = Stored { seq: Seq(8), ..posted(Visibility::Note) };
        let after = Stored { seq: Seq(9), ..posted(Visibility::Public) };
        let log = [posted(Visibility::Public), between, after];
        for masked in [false, true] {
            let all = missed(&identity(), 1, &log, masked, (Seq(6), 3));
            assert_eq!((all.events.len(), all.after, all.more), (2, Seq(9), true));
            for (event, stored) in all.events.iter().zip([&log[0], &log[2]]) {
                let sent = delivery(&identity(), 1, stored, masked).expect("a delivery");
                let mut body: Json = serde_json::from_str(&sent.body).expect("JSON");
                body["id"] = json!(sent.id);
                assert_eq!(*event, body);
            }
        }
        let none = missed(&identity(), 1, &[], false, (Seq(9), 3));
        assert_eq!(none, Missed { events: Vec::new(), after: Seq(9), more: false });
    }

    #[test]
    fn dates_are_right_around_leap_days() {
        let day = |days| date(days);
        assert_eq!(day(0), (1970, 1, 1));
        assert_eq!(day(11_016), (2000, 2, 29));
        assert_eq!(day(11_017), (2000, 3, 1));
        assert_eq!(day(20_513), (2026, 3, 1));
        assert_eq!(day(20_453), (2025, 12, 31));
    }
}
