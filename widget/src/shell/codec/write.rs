//! What is written: frames to the relay, and lines for the storage.

use inbox_client::{Failure, SavedMessage};
use inbox_protocol::FromVisitor;
use inbox_types::{StartContext, Visit};
use js_sys::{Array, JSON, Object, Reflect};
use wasm_bindgen::JsValue;

use super::REFUSALS;

/// A script's value that is being written.
pub(in crate::shell) struct Writer(Object);

impl Writer {
    pub(in crate::shell) fn new() -> Self {
        Self(Object::new())
    }

    pub(in crate::shell) fn tagged(name: &str) -> Self {
        Self::new().text("type", name)
    }

    fn set(self, name: &str, value: &JsValue) -> Self {
        // A plain object takes every field.
        let _ = Reflect::set(&self.0, &JsValue::from_str(name), value);
        self
    }

    pub(in crate::shell) fn text(self, name: &str, value: &str) -> Self {
        self.set(name, &JsValue::from_str(value))
    }

    pub(in crate::shell) fn maybe(self, name: &str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.text(name, value),
            None => self,
        }
    }

    pub(in crate::shell) fn flag(self, name: &str, value: bool) -> Self {
        self.set(name, &JsValue::from_bool(value))
    }

    #[expect(clippy::cast_precision_loss, reason = "below 2^53")]
    pub(in crate::shell) fn number(self, name: &str, value: u64) -> Self {
        self.set(name, &JsValue::from_f64(value as f64))
    }

    fn list(self, name: &str, values: impl Iterator<Item = JsValue>) -> Self {
        let list = Array::new();
        values.for_each(|it| {
            list.push(&it);
        });
        self.set(name, &list)
    }

    #[expect(clippy::needless_pass_by_value, reason = "what is put inside is used up")]
    pub(in crate::shell) fn inner(self, name: &str, value: Self) -> Self {
        self.set(name, &value.0)
    }

    pub(in crate::shell) fn value(self) -> Object {
        self.0
    }

    /// The JSON text.
    pub(in crate::shell) fn json(self) -> String {
        JSON::stringify(&self.0).map(Into::into).unwrap_or_default()
    }
}

/// What is said to the relay.
#[must_use]
pub fn json(frame: &FromVisitor) -> String {
    let frame = match frame {
        FromVisitor::Hello(hello) => {
            let said = Writer::tagged("hello")
                .number("version", hello.version.into())
                .number("epoch", hello.epoch.into())
                .list("languages", hello.languages.iter().map(|it| JsValue::from_str(it.as_str())));
            match hello.after {
                Some(place) => said.number("after", place.0),
                None => said,
            }
        }
        FromVisitor::Post { client_id, text, files, context } => {
            let said = Writer::tagged("post")
                .text("client_id", client_id.as_str())
                .maybe("text", text.as_ref().map(inbox_types::Text::as_str))
                .inner("context", write_context(context));
            if files.is_empty() {
                said
            } else {
                said.list("files", files.iter().map(|it| JsValue::from_str(it.as_str())))
            }
        }
        FromVisitor::Typing { on } => Writer::tagged("typing").flag("on", *on),
        FromVisitor::Seen { place } => Writer::tagged("seen").number("place", place.0),
        FromVisitor::Visits { visits } => Writer::tagged("visits")
            .list("visits", visits.iter().map(|it| write_visit(it).0.into())),
        FromVisitor::End => Writer::tagged("end"),
        FromVisitor::Answer { more } => Writer::tagged("answer").flag("more", *more),
        FromVisitor::Rate { session, stars, comment } => Writer::tagged("rate")
            .number("session", session.0.into())
            .number("stars", (*stars).into())
            .maybe("comment", comment.as_ref().map(inbox_types::Text::as_str)),
        FromVisitor::Profile { details } => {
            let details = Writer::new()
                .maybe("name", details.name.as_ref().map(inbox_types::Text::as_str))
                .maybe("email", details.email.as_ref().map(inbox_types::Text::as_str))
                .maybe("phone", details.phone.as_ref().map(inbox_types::Text::as_str));
            Writer::tagged("profile").inner("details", details)
        }
        FromVisitor::SetLanguage { language } => {
            Writer::tagged("set_language").text("language", language.as_str())
        }
        FromVisitor::History { before } => Writer::tagged("history").number("before", before.0),
        FromVisitor::Link { file } => Writer::tagged("link").text("file", file.as_str()),
    };
    frame.json()
}

pub(super) fn write_context(context: &StartContext) -> Writer {
    Writer::new()
        .maybe("page", context.page.as_ref().map(inbox_types::Text::as_str))
        .maybe("campaign", context.campaign.as_ref().map(inbox_types::CampaignId::as_str))
        .maybe("variant", context.variant.map(String::from).as_deref())
        .maybe("language", context.language.as_ref().map(inbox_types::Language::as_str))
}

pub(super) fn write_visit(visit: &Visit) -> Writer {
    Writer::new()
        .text("url", visit.url.as_str())
        .maybe("title", visit.title.as_ref().map(inbox_types::Text::as_str))
        .maybe("referrer", visit.referrer.as_ref().map(inbox_types::Text::as_str))
        .number("at", visit.at.as_millis())
}

/// An unsent line, for this browser's storage only.
#[must_use]
pub fn write_kept(kept: &SavedMessage) -> String {
    let SavedMessage { client_id, tab, since, draft, failed } = kept;
    let files = draft.files.iter().map(|it| {
        Writer::new()
            .text("id", it.id.as_str())
            .text("name", it.name.as_str())
            .number("bytes", it.bytes)
            .text("media", if it.media.is_image() { "png" } else { "other" })
            .0
            .into()
    });
    Writer::new()
        .text("client_id", client_id.as_str())
        .number("tab", (*tab).into())
        .number("since", since.as_millis())
        .maybe("text", draft.text.as_ref().map(inbox_types::Text::as_str))
        .list("files", files)
        .list("uploads", draft.uploads.iter().map(|it| JsValue::from_str(it.as_str())))
        .inner("context", write_context(&draft.context))
        .maybe("failed", failed.map(failure_name))
        .json()
}

pub(super) fn failure_name(failure: Failure) -> &'static str {
    match failure {
        Failure::TooOld => "too_old",
        Failure::Unanswered => "unanswered",
        Failure::Gone => "gone",
        Failure::Refused(reason) => {
            REFUSALS.iter().find(|it| it.1 == reason).map_or("unknown", |it| it.0)
        }
    }
}
