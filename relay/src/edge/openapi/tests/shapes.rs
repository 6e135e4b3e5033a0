//! Schemas, made of samples: what all samples of something have is required, what some lack is not, and what
//! is null in one of them may be null.

use inbox_protocol::{Refusal, http::ApiScope};
use inbox_types::{
    CloseCause, Comment, Email, Label, MediaType, MessageText, Name, PageUrl, Phone, SessionState,
    limits::ID_CHARS,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value as Json, json};

/// All words of an enum, of which none can be forgotten: what is not listed here does not compile.
macro_rules! words {
    ($of:ident: $($word:ident)+) => {{
        fn are_all_listed(it: $of) {
            match it { $($of::$word => {})+ }
        }
        let _: fn($of) = are_all_listed;
        vec![$($of::$word),+]
    }};
}

/// All refusals that this version knows.
pub(super) fn refusals() -> Vec<Refusal> {
    let mut all = words!(Refusal: Malformed TooLarge Version Unauthorized Forbidden NotFound
        HelloFirst Blocked Closed State Taken Empty TooLong Reserved TooManyFiles FileTooLarge
        TooMany Rate TopicRequired ReasonRequired RatingRequired NoCapacity AlreadyAsked
        NobodyReads Offline Changed SuccessorRequired Masked TooFar Unavailable Unknown);
    all.retain(|it| *it != Refusal::Unknown);
    all
}

/// All scopes of a key.
pub(super) fn scopes() -> Vec<ApiScope> {
    words!(ApiScope: Read Write Manage)
}

pub(super) fn reference(name: &str) -> Json {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// What the schema of an event or an action is called: that of `message.created` is `MessageCreated`.
pub(super) fn name_of(kind: &str) -> String {
    let capital = |it: &str| format!("{}{}", it[..1].to_uppercase(), &it[1..]);
    kind.split('.').map(capital).collect()
}

/// What fits all samples. `place` is what it is a part of, and its name there.
pub(super) fn shape(place: (&str, &str), samples: &[Json]) -> Json {
    let said: Vec<&Json> = samples.iter().filter(|it| !it.is_null()).collect();
    let schema = match said.first() {
        None => panic!("{place:?} has no sample that says what it is"),
        Some(Json::Null) => unreachable!("those were left out"),
        Some(Json::Bool(_)) => json!({ "type": "boolean" }),
        Some(Json::Number(_)) => json!({ "type": "integer", "minimum": 0 }),
        Some(Json::String(_)) => text(place),
        Some(Json::Array(_)) => {
            let arrays = said.iter().filter_map(|it| it.as_array());
            let items: Vec<Json> = arrays.flatten().cloned().collect();
            let one = place.1.trim_end_matches('s');
            json!({ "type": "array", "items": shape((place.1, one), &items) })
        }
        Some(Json::Object(_)) => object(place.1, &said),
    };
    if said.len() == samples.len() {
        return schema;
    }
    match schema.get("type") {
        Some(Json::String(kind)) if schema.get("enum").is_none() => {
            let mut schema = schema.clone();
            schema["type"] = json!([kind, "null"]);
            schema
        }
        _ => json!({ "anyOf": [schema, { "type": "null" }] }),
    }
}

fn object(name: &str, samples: &[&Json]) -> Json {
    let mut properties = Map::new();
    let mut required = Vec::new();
    let parts = samples.iter().filter_map(|it| it.as_object());
    for key in parts.flat_map(Map::keys) {
        if properties.contains_key(key) {
            continue;
        }
        let values: Vec<Json> = samples.iter().filter_map(|it| it.get(key)).cloned().collect();
        if values.len() == samples.len() {
            required.push(key.clone());
        }
        properties.insert(key.clone(), shape((name, key), &values));
    }
    required.sort();
    let mut schema = json!({ "type": "object", "properties": properties });
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    schema
}

/// The schema of a type. The first sample has everything; what a sample can be read without is not required.
pub(super) fn of_type<T: Serialize + DeserializeOwned>(name: &str, samples: &[T]) -> Json {
    let all: Vec<Json> = samples.iter().map(|it| json!(it)).collect();
    let mut schema = shape((name, name), &all);
    schema["required"] = needed::<T>(&all[0], |it| it);
    schema
}

/// The parts of a sample that cannot be left out. `whole` makes of the parts what is read.
fn needed<T: DeserializeOwned>(parts: &Json, whole: impl Fn(Json) -> Json) -> Json {
    let parts = parts.as_object().expect("an object");
    let is_needed = |key: &&String| {
        let mut rest = parts.clone();
        rest.remove(*key);
        serde_json::from_value::<T>(whole(Json::Object(rest))).is_err()
    };
    json!(parts.keys().filter(is_needed).collect::<Vec<_>>())
}

/// The schema of what is said as a `type` with its `data`, which has nothing that is not known.
pub(super) fn of_action<T: Serialize + DeserializeOwned>(samples: &[T]) -> Json {
    let all: Vec<Json> = samples.iter().map(|it| json!(it)).collect();
    let kind = all[0]["type"].clone();
    let datas: Vec<Json> = all.iter().map(|it| it["data"].clone()).collect();
    let whole = |data: Json| json!({ "type": kind, "data": data });
    let mut data = shape(("action", "data"), &datas);
    data["required"] = needed::<T>(&datas[0], whole);
    let mut more = datas[0].clone();
    more["something_else"] = json!(1);
    assert!(serde_json::from_value::<T>(whole(more)).is_err(), "{kind} takes anything");
    data["additionalProperties"] = json!(false);
    let properties = json!({ "type": { "const": kind }, "timestamp": instant(), "data": data });
    json!({ "type": "object", "properties": properties, "required": ["data", "type"] })
}

/// The schema of an event: what is sent out, and beside it the same with its name in it, as it is asked for.
pub(super) fn of_event(kind: &str, samples: &[Json]) -> Json {
    let mut schema = shape(("event", "event"), samples);
    schema["properties"]["type"] = json!({ "const": kind });
    schema
}

pub(super) fn id() -> Json {
    json!({ "type": "string", "pattern": format!("^[A-Za-z0-9_-]{{1,{ID_CHARS}}}$") })
}

fn instant() -> Json {
    json!({ "type": "string", "format": "date-time" })
}

fn at_most(chars: usize) -> Json {
    json!({ "type": "string", "maxLength": chars })
}

fn one_of<T: Serialize>(words: &[T]) -> Json {
    json!({ "type": "string", "enum": words })
}

/// What is known of a text by its name. One that is new has to be named here.
fn text((of, name): (&str, &str)) -> Json {
    match (of, name) {
        ("event", "type") => json!({}),
        ("event", "id") => json!({ "type": "string", "pattern": "^[A-Za-z0-9_-]+$" }),
        ("event", "timestamp") => instant(),
        ("author", "type") => one_of(&["visitor", "agent", "bot", "system", "bridge"]),
        ("data", "by") => one_of(&["visitor", "agent"]),
        ("data", "status") => one_of(&["closed", "open"]),
        ("fields", _) => json!({ "type": "string" }),
        ("file", "name") => at_most(255),
        ("add" | "remove" | "tags", _) => at_most(Label::MAX_CHARS),
        ("files" | "topics", _)
        | (
            _,
            "client_id" | "contact_id" | "conversation_id" | "department_id" | "id" | "site_id",
        ) => reference("Id"),
        (_, "text") => at_most(MessageText::MAX_CHARS),
        (_, "name" | "department_name") => at_most(Name::MAX_CHARS),
        (_, "email") => at_most(Email::MAX_CHARS),
        (_, "phone") => at_most(Phone::MAX_CHARS),
        (_, "comment") => at_most(Comment::MAX_CHARS),
        (_, "page") => at_most(PageUrl::MAX_CHARS),
        (_, "cause") => {
            one_of(&words!(CloseCause: Agent Customer Inactivity Solved AssetDeleted Blocked))
        }
        (_, "media") => {
            one_of(&words!(MediaType: Png Jpeg Gif Webp Avif Pdf Zip Audio Video Other))
        }
        (_, "state") => one_of(&words!(SessionState: Bot Queued Offered Active Snoozed Closed)),
        (_, "url") => json!({ "type": "string", "format": "uri" }),
        (_, "detected" | "extra" | "lang" | "language" | "next" | "variant") => {
            json!({ "type": "string" })
        }
        other => panic!("say here what {other:?} is"),
    }
}
