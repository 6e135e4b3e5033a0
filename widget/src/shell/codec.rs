//! JSON by the browser's own hand, and the frames taken from it field by field.
//!
//! The types' derived readers are as large as the rest of this widget's rules: a quarter of its code,
//! since a tagged enum is first read into a general value, and each type reads that anew. What is
//! said here of a frame is compared with the derived form in this crate's browser tests.

mod write;

use inbox_client::{Failure, NewMessage, SavedMessage};
use inbox_protocol::{
    Entry, Message, RatingView, Refusal, ToVisitor, VisitorBody, VisitorSession, VisitorWelcome,
};
use inbox_types::{
    Author, CloseCause, ContactDetails, File, MediaType, MemberCard, Notice, Place, SessionNo,
    SessionState, StartContext, Timestamp, Visibility, Visit,
};
use js_sys::{Array, JSON, Object, Reflect};
use wasm_bindgen::JsValue;

use crate::model::{Campaign, Config};

pub(super) use self::write::Writer;
pub use self::write::{json, write_kept};

/// A script's value that is being read.
pub struct Value(JsValue);

impl Value {
    /// The value that a JSON text stands for.
    #[must_use]
    pub fn parse(json: &str) -> Option<Self> {
        JSON::parse(json).ok().map(Self)
    }

    pub(super) fn of(value: JsValue) -> Self {
        Self(value)
    }

    pub(super) fn get(&self, name: &str) -> Self {
        Self(Reflect::get(&self.0, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED))
    }

    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.get(name).0.as_string()
    }

    pub(super) fn flag(&self, name: &str) -> bool {
        self.get(name).0.is_truthy()
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "below 2^53")]
    fn number(&self, name: &str) -> Option<u64> {
        self.get(name).0.as_f64().filter(|it| 0.0 <= *it).map(|it| it as u64)
    }

    fn small(&self, name: &str) -> Option<u32> {
        u32::try_from(self.number(name)?).ok()
    }

    fn place(&self, name: &str) -> Option<Place> {
        self.number(name).map(Place)
    }

    fn at(&self, name: &str) -> Option<Timestamp> {
        self.number(name).map(Timestamp::from_millis)
    }

    fn is_some(&self) -> bool {
        !self.0.is_null() && !self.0.is_undefined()
    }

    /// A field that is checked by its own type.
    pub(super) fn checked<T: TryFrom<String>>(&self, name: &str) -> Option<T> {
        T::try_from(self.text(name)?).ok()
    }

    fn list(&self, name: &str) -> Vec<Self> {
        let list = self.get(name);
        if Array::is_array(&list.0) {
            Array::from(&list.0).iter().map(Self).collect()
        } else {
            Vec::new()
        }
    }
}

/// What a campaign says; none if it is none.
pub(super) fn campaign(value: &Value, at: Timestamp) -> Option<Campaign> {
    Some(Campaign {
        id: value.checked("id")?,
        variant: value.checked("variant"),
        text: value.text("text")?,
        language: value.checked("language"),
        who: value.text("who"),
        replies: value.list("replies").iter().filter_map(|it| it.0.as_string()).collect(),
        at,
    })
}

/// What the relay said; none if it is no frame at all.
#[must_use]
pub fn frame(value: &Value) -> Option<ToVisitor> {
    Some(match value.text("type")?.as_str() {
        "welcome" => ToVisitor::Welcome(VisitorWelcome {
            version: u16::try_from(value.number("version")?).ok()?,
            epoch: value.small("epoch")?,
            contact: value.checked("contact")?,
            now: value.at("now")?,
            language: value.checked("language")?,
            seen: value.place("seen")?,
            seen_by_me: value.place("seen_by_me").unwrap_or_default(),
            session: session(&value.get("session")),
        }),
        "entries" => ToVisitor::Entries { entries: entries(value)? },
        "ready" => ToVisitor::Ready { head: value.place("head")? },
        "entry" => ToVisitor::Entry { entry: entry(&value.get("entry"))? },
        "ack" => ToVisitor::Ack {
            client_id: value.checked("client_id")?,
            place: value.place("place")?,
            at: value.at("at")?,
        },
        "session" => ToVisitor::Session { session: session(&value.get("session")) },
        "typing" => ToVisitor::Typing { agent: card(&value.get("agent"))?, on: value.flag("on") },
        "seen" => ToVisitor::Seen { place: value.place("place")? },
        "seen_by_me" => ToVisitor::SeenByMe { place: value.place("place")? },
        "history" => ToVisitor::History { entries: entries(value)? },
        "link" => ToVisitor::Link { file: value.checked("file")?, url: value.text("url")? },
        "language" => ToVisitor::Language { language: value.checked("language")? },
        "token" => ToVisitor::Token { token: value.text("token")? },
        "refused" => ToVisitor::Refused {
            client_id: value.checked("client_id"),
            reason: refusal(&value.text("reason")?),
        },
        _ => ToVisitor::Unknown,
    })
}

/// All entries or none: a page with a hole is no page.
fn entries(value: &Value) -> Option<Vec<Entry<VisitorBody>>> {
    value.list("entries").iter().map(entry).collect()
}

fn entry(value: &Value) -> Option<Entry<VisitorBody>> {
    Some(Entry {
        place: value.place("place")?,
        at: value.at("at")?,
        session: SessionNo(value.small("session")?),
        body: body(&value.get("body"))?,
    })
}

fn body(value: &Value) -> Option<VisitorBody> {
    Some(match value.text("type")?.as_str() {
        "message" => VisitorBody::Message(message(value)?),
        "edited" => VisitorBody::Edited { of: value.place("of")?, text: value.checked("text") },
        "deleted" => VisitorBody::Deleted { of: value.place("of")? },
        "notice" => VisitorBody::Notice(notice(value)),
        _ => VisitorBody::Later,
    })
}

fn message(value: &Value) -> Option<Message> {
    Some(Message {
        client_id: value.checked("client_id")?,
        author: author(&value.get("author"))?,
        agent: card(&value.get("agent")),
        visibility: Visibility::Public,
        text: value.checked("text"),
        files: value.list("files").iter().filter_map(file).collect(),
        edited_at: value.at("edited_at"),
        deleted_at: value.at("deleted_at"),
        // Of these only the team is told.
        detection: None,
        language_source: None,
    })
}

fn author(value: &Value) -> Option<Author> {
    Some(match value.text("type")?.as_str() {
        "visitor" => Author::Visitor,
        "agent" => Author::Agent(value.checked("id")?),
        "bot" => Author::Bot(value.checked("id")?),
        "system" => Author::System,
        _ => Author::Bridge,
    })
}

fn notice(value: &Value) -> Notice {
    let agent = || card(&value.get("agent"));
    let found = match value.text("key").unwrap_or_default().as_str() {
        "joined" => agent().map(|agent| Notice::Joined { agent }),
        "left" => agent().map(|agent| Notice::Left { agent }),
        "owner_changed" => agent().map(|agent| Notice::OwnerChanged { agent }),
        "transferred" => {
            value.checked("department").map(|department| Notice::Transferred { department })
        }
        "still_questions" => Some(Notice::StillQuestions),
        "more_questions" => Some(Notice::MoreQuestions),
        "ended_by_agent" => Some(Notice::EndedByAgent),
        "ended_by_customer" => Some(Notice::EndedByCustomer),
        "ended_by_inactivity" => Some(Notice::EndedByInactivity),
        "solved" => Some(Notice::Solved),
        "site_deleted" => Some(Notice::SiteDeleted),
        "reopened" => Some(Notice::Reopened),
        "rated" => value
            .number("stars")
            .and_then(|it| u8::try_from(it).ok())
            .map(|stars| Notice::Rated { stars }),
        _ => None,
    };
    found.unwrap_or(Notice::Later)
}

fn card(value: &Value) -> Option<MemberCard> {
    if !value.is_some() {
        return None;
    }
    Some(MemberCard { id: value.checked("id")?, name: value.checked("name")? })
}

pub(super) fn file(value: &Value) -> Option<File> {
    Some(File {
        id: value.checked("id")?,
        name: value.checked("name")?,
        bytes: value.number("bytes")?,
        media: match value.text("media")?.as_str() {
            "png" => MediaType::Png,
            "jpeg" => MediaType::Jpeg,
            "gif" => MediaType::Gif,
            "webp" => MediaType::Webp,
            "avif" => MediaType::Avif,
            "pdf" => MediaType::Pdf,
            "zip" => MediaType::Zip,
            "audio" => MediaType::Audio,
            "video" => MediaType::Video,
            _ => MediaType::Other,
        },
    })
}

fn session(value: &Value) -> Option<VisitorSession> {
    Some(VisitorSession {
        no: SessionNo(value.small("no")?),
        state: match value.text("state")?.as_str() {
            "bot" => SessionState::Bot,
            "queued" => SessionState::Queued,
            "offered" => SessionState::Offered,
            "snoozed" => SessionState::Snoozed,
            "closed" => SessionState::Closed,
            _ => SessionState::Active,
        },
        closed_by: value.text("closed_by").as_deref().and_then(close_cause),
        agents: value.list("agents").iter().filter_map(card).collect(),
        still_questions: value.flag("still_questions"),
        rating: match value.text("rating")?.as_str() {
            "none" => RatingView::None,
            "asked" => RatingView::Asked,
            "mandatory" => RatingView::Mandatory,
            "given" => RatingView::Given,
            _ => RatingView::Later,
        },
    })
}

fn close_cause(name: &str) -> Option<CloseCause> {
    Some(match name {
        "agent" => CloseCause::Agent,
        "customer" => CloseCause::Customer,
        "inactivity" => CloseCause::Inactivity,
        "solved" => CloseCause::Solved,
        "asset_deleted" => CloseCause::AssetDeleted,
        "blocked" => CloseCause::Blocked,
        _ => return None,
    })
}

/// The refusals that a visitor is told something about, by their names.
const REFUSALS: [(&str, Refusal); 9] = [
    ("too_long", Refusal::TooLong),
    ("rate", Refusal::Rate),
    ("too_many", Refusal::TooMany),
    ("rating_required", Refusal::RatingRequired),
    ("not_found", Refusal::NotFound),
    ("too_many_files", Refusal::TooManyFiles),
    ("file_too_large", Refusal::FileTooLarge),
    ("blocked", Refusal::Blocked),
    ("unknown", Refusal::Unknown),
];

/// Why something was refused, as far as it matters here.
pub(super) fn refusal(name: &str) -> Refusal {
    REFUSALS.iter().find(|it| it.0 == name).map_or(Refusal::Unknown, |it| it.1)
}

/// What the chat uses of the site's public configuration.
#[must_use]
pub fn config(value: &Value) -> Option<Config> {
    let look = value.get("appearance");
    let greetings = look.get("greeting");
    let hint = value.get("hint");
    let languages = Object::keys(&Object::from(greetings.0.clone()));
    let greeting = |it: JsValue| {
        let language = it.as_string()?;
        let text = greetings.text(&language)?;
        Some((language, text))
    };
    Some(Config {
        site: value.checked("site")?,
        title: value.text("title")?,
        greetings: languages.iter().filter_map(greeting).collect(),
        main_language: value.checked("main_language")?,
        team: value.list("team").iter().filter_map(card).collect(),
        max_chars: value.small("max_chars")?,
        hint: hint.text("text").unwrap_or_default(),
        hint_until: hint.at("until"),
    })
}

/// The visits that the page reports; what is no visit is left out.
pub(super) fn visits(value: &Value) -> Vec<Visit> {
    let visit = |it: &Value| {
        Some(Visit {
            url: it.checked("url")?,
            title: it.checked("title"),
            referrer: it.checked("referrer"),
            at: it.at("at")?,
        })
    };
    value.list("visits").iter().filter_map(visit).collect()
}

/// What the page knows of the visitor.
pub(super) fn details(value: &Value) -> ContactDetails {
    ContactDetails {
        name: value.checked("name"),
        email: value.checked("email"),
        phone: value.checked("phone"),
        ..ContactDetails::default()
    }
}

/// An unsent line of this browser's storage.
#[must_use]
pub fn kept(value: &Value) -> Option<SavedMessage> {
    let context = value.get("context");
    Some(SavedMessage {
        client_id: value.checked("client_id")?,
        tab: value.small("tab")?,
        since: value.at("since")?,
        draft: NewMessage {
            text: value.checked("text"),
            files: value.list("files").iter().filter_map(file).collect(),
            uploads: value
                .list("uploads")
                .iter()
                .filter_map(|it| it.0.as_string()?.parse().ok())
                .collect(),
            visibility: Visibility::Public,
            context: StartContext {
                page: context.checked("page"),
                campaign: context.checked("campaign"),
                variant: context.checked("variant"),
                language: context.checked("language"),
            },
        },
        failed: value.text("failed").map(|it| failure(&it)),
    })
}

fn failure(name: &str) -> Failure {
    match name {
        "too_old" => Failure::TooOld,
        "unanswered" => Failure::Unanswered,
        "gone" => Failure::Gone,
        refused => Failure::Refused(refusal(refused)),
    }
}
