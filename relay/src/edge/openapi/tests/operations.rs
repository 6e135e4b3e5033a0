//! Operations, made of the table of routes: what each takes beside its path, and what it answers.

use std::collections::BTreeMap;

use inbox_protocol::http::ApiScope;
use serde_json::{Map, Value as Json, json};

use super::{
    samples::actions_of,
    shapes::{self, reference},
};
use crate::{
    edge::{
        listing::PARAMETERS,
        routes::{Access, Endpoint, Route},
    },
    refuse::status,
    workspace::command::Method,
};

/// What is known of an operation beside its route.
struct About {
    id: &'static str,
    summary: &'static str,
    scopes: &'static [ApiScope],
    /// Parameters, and whether they must be there.
    query: &'static [(&'static str, bool)],
    body: Body,
    answer: &'static str,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Body {
    None,
    Action,
    File,
}

/// A route's method, and its operation.
pub(super) fn operation(route: &Route) -> (&'static str, Json) {
    let about = about(route.endpoint);
    let method = match route.method {
        Method::Get => "get",
        Method::Post => "post",
        Method::Put | Method::Patch | Method::Delete => unreachable!("no program asks so"),
    };
    let mut operation = json!({
        "operationId": about.id,
        "summary": about.summary,
        "parameters": parameters(route, &about),
        "responses": responses(&about),
        "security": [security_of(route.access, about.scopes)],
    });
    match about.body {
        Body::None => {}
        Body::Action => {
            let schema = json!({ "schema": reference("Action") });
            let content = json!({ "application/json": schema });
            operation["requestBody"] = json!({ "required": true, "content": content });
            if route.access == Access::ApiKey {
                operation["description"] = json!(by_scope());
            }
        }
        Body::File => {
            let content = json!({ "application/octet-stream": {} });
            operation["requestBody"] = json!({ "required": true, "content": content });
        }
    }
    (method, operation)
}

impl About {
    const fn new(
        id: &'static str,
        summary: &'static str,
        scopes: &'static [ApiScope],
        query: &'static [(&'static str, bool)],
        body: Body,
        answer: &'static str,
    ) -> Self {
        Self { id, summary, scopes, query, body, answer }
    }
}

/// What a list is asked for by: nothing of it has to be there.
const LISTING: [(&str, bool); PARAMETERS.len()] = {
    let mut all = [("", false); PARAMETERS.len()];
    let mut at = 0;
    while at < all.len() {
        all[at].0 = PARAMETERS[at];
        at += 1;
    }
    all
};

fn about(endpoint: Endpoint) -> About {
    use ApiScope::{Manage, Read, Write};
    let about = About::new;
    match endpoint {
        Endpoint::ApiList => about(
            "listConversations",
            "Lists the conversations of all sites, those with the newest message first.",
            &[Read],
            &LISTING,
            Body::None,
            "Conversations",
        ),
        Endpoint::ApiConversation => about(
            "getConversation",
            "Says how a conversation stands.",
            &[Read],
            &[],
            Body::None,
            "Conversation",
        ),
        Endpoint::ApiMessages => about(
            "listEvents",
            "Lists what happened in a conversation after an event.",
            &[Read],
            &[("after", false)],
            Body::None,
            "Events",
        ),
        Endpoint::ApiUpload => about(
            "uploadFile",
            "Uploads a file, to be sent with a message.",
            &[Write],
            &[("name", true)],
            Body::File,
            "Uploaded",
        ),
        Endpoint::ApiSaid => about(
            "act",
            "Writes into a conversation, or changes how it stands.",
            &[Write, Manage],
            &[],
            Body::Action,
            "Done",
        ),
        Endpoint::BridgeSaid => about(
            "bridgeAct",
            "A site's own inbox writes into a conversation, or changes how it stands.",
            &[],
            &[],
            Body::Action,
            "Done",
        ),
        Endpoint::BridgeMissed => about(
            "bridgeListEvents",
            "Lists what a site's webhook was to be sent of a conversation after an event.",
            &[],
            &[("after", false)],
            Body::None,
            "Events",
        ),
        Endpoint::BridgeUpload => about(
            "bridgeUploadFile",
            "A site's own inbox uploads a file, to be sent with a message.",
            &[],
            &[("name", true), ("sha256", true)],
            Body::File,
            "Uploaded",
        ),
        Endpoint::Health
        | Endpoint::Asset
        | Endpoint::Loader
        | Endpoint::Frame
        | Endpoint::NewVisitor
        | Endpoint::VisitorSocket
        | Endpoint::VisitorUpload
        | Endpoint::VisitorLogOut
        | Endpoint::Availability
        | Endpoint::Counts
        | Endpoint::Stop
        | Endpoint::Console
        | Endpoint::Setup
        | Endpoint::RebuildDesk
        | Endpoint::DeskRebuild
        | Endpoint::SignIn
        | Endpoint::UseSignInLink
        | Endpoint::AcceptInvitation
        | Endpoint::CampaignReport
        | Endpoint::CampaignTable
        | Endpoint::DeskSocket
        | Endpoint::AgentSocket
        | Endpoint::AgentUpload
        | Endpoint::Search
        | Endpoint::OpenApi
        | Endpoint::File
        | Endpoint::Command(_) => panic!("no program asks {endpoint:?} by a key or a signature"),
    }
}

/// Which actions a key must be good for what for.
fn by_scope() -> String {
    let of = |scope: ApiScope| {
        let word = json!(scope);
        let actions = actions_of(scope);
        (!actions.is_empty()).then(|| format!("{word} {}", actions.join(", ")))
    };
    shapes::scopes().into_iter().filter_map(of).collect::<Vec<_>>().join("; ").replace('"', "`")
}

fn security_of(access: Access, scopes: &[ApiScope]) -> Json {
    match access {
        Access::ApiKey => json!({ "key": scopes }),
        Access::SignedMessage => json!({ "signature": [] }),
        Access::Anybody
        | Access::VisitorToken
        | Access::SetupToken
        | Access::Link
        | Access::Capability
        | Access::SignedIn
        | Access::May(_) => panic!("{access:?} is of no program"),
    }
}

pub(super) fn security() -> Json {
    json!({
        "key": {
            "type": "http",
            "scheme": "bearer",
            "description": "A key that an admin has made, and that is good for one of the scopes.",
        },
        "signature": {
            "type": "apiKey",
            "in": "header",
            "name": inbox_signing::SIGNATURE_HEADER,
            "description": "Standard Webhooks 1.0.0, by the secret of the site's webhook. Of a request \
                without a body, and of a file, what is signed is the path with its query.",
        },
    })
}

fn parameters(route: &Route, about: &About) -> Json {
    let names = route.path.split('/').filter_map(|it| it.strip_prefix('{')?.strip_suffix('}'));
    let of_path = names.map(
        |name| json!({ "name": name, "in": "path", "required": true, "schema": reference("Id") }),
    );
    let of_query = about.query.iter().map(|(name, required)| {
        let schema = match *name {
            "after" | "since" => json!({ "type": "integer", "minimum": 0 }),
            "site_id" | "department_id" => reference("Id"),
            "sha256" => json!({ "type": "string", "pattern": "^[0-9a-f]{64}$" }),
            _ => json!({ "type": "string" }),
        };
        json!({ "name": name, "in": "query", "required": required, "schema": schema })
    });
    let header = |name: &str, required: bool, pattern: &str| {
        let schema = json!({ "type": "string", "pattern": pattern });
        json!({ "name": name, "in": "header", "required": required, "schema": schema })
    };
    let of_headers = match (route.access, about.body) {
        (Access::SignedMessage, _) => vec![
            header(inbox_signing::ID_HEADER, true, "^[A-Za-z0-9_-]{1,64}$"),
            header(inbox_signing::TIMESTAMP_HEADER, true, "^[0-9]+$"),
        ],
        (_, Body::None) => Vec::new(),
        (_, Body::Action | Body::File) => {
            vec![header("Idempotency-Key", false, "^[A-Za-z0-9_-]{1,40}$")]
        }
    };
    json!(of_path.chain(of_query).chain(of_headers).collect::<Vec<_>>())
}

fn responses(about: &About) -> Json {
    let refused = of_status().into_keys().filter(|status| {
        let is_of_bodies = matches!(status, 409 | 413);
        about.body != Body::None || !is_of_bodies
    });
    let mut all: Map<String, Json> = refused
        .map(|status| {
            let place = format!("#/components/responses/Refused{status}");
            (status.to_string(), json!({ "$ref": place }))
        })
        .collect();
    let content = json!({ "application/json": { "schema": reference(about.answer) } });
    all.insert("200".to_owned(), json!({ "description": "Done.", "content": content }));
    json!(all)
}

/// The refusals of each status, as the relay answers them.
fn of_status() -> BTreeMap<u16, Vec<Json>> {
    let mut all = BTreeMap::<u16, Vec<Json>>::new();
    for reason in shapes::refusals() {
        all.entry(status(reason)).or_default().push(json!(reason));
    }
    // Programs speak no version of the apps' protocol.
    all.remove(&426);
    all
}

/// The answers that say why something was not done.
pub(super) fn refused() -> Json {
    let answer = |(status, reasons): (u16, Vec<Json>)| {
        let description = match status {
            400 => "It will never be taken.",
            401 => "There is no such key, or no more; or the signature is not good.",
            403 => "The key is not good for this, or somebody who is named may not.",
            404 => "There is no such thing, or it is being erased.",
            409 => "It does not fit how things stand.",
            413 => "Longer than may be.",
            429 => "Too fast.",
            503 => "Nobody knows whether it was done: ask again, under the same name.",
            other => panic!("say here what {other} means"),
        };
        let reason = json!({ "type": "string", "enum": reasons });
        let schema = json!({
            "type": "object", "properties": { "reason": reason }, "required": ["reason"],
        });
        let content = json!({ "application/json": { "schema": schema } });
        let mut answer = json!({ "description": description, "content": content });
        if status == 429 {
            let schema = json!({ "type": "integer" });
            answer["headers"] = json!({ "Retry-After": { "schema": schema } });
        }
        (format!("Refused{status}"), answer)
    };
    json!(of_status().into_iter().map(answer).collect::<Map<_, _>>())
}
