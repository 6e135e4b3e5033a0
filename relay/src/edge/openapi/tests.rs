//! The document is made here, and has to be the one that is served.

mod operations;
mod samples;
mod shapes;

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json, json};

use self::{operations::operation, samples::Samples, shapes::reference};
use super::*;
use crate::edge::routes::{self, Access, Route};

/// The routes of programs.
fn of_programs() -> Vec<Route> {
    let is_one = |it: &Route| matches!(it.access, Access::ApiKey | Access::SignedMessage);
    routes::all().filter(is_one).collect()
}

fn document() -> Json {
    let samples = Samples::new();
    let mut paths = Map::new();
    for route in of_programs() {
        let (method, operation) = operation(&route);
        let path = paths.entry(route.path).or_insert_with(|| json!({}));
        path[method] = operation;
    }
    let events = samples.events.iter().map(|it| {
        let (kind, name) = (it.kind, shapes::name_of(it.kind));
        let body = json!({ "required": true, "content": {
            "application/json": { "schema": reference(&name) } } });
        let hook = json!({ "post": {
            "operationId": format!("on{name}"),
            "summary": "A site's webhook is told, signed as Standard Webhooks 1.0.0 say.",
            "requestBody": body,
            "responses": { "2XX": { "description": "Taken; anything else is tried again." } },
        } });
        (kind.to_owned(), hook)
    });
    let webhooks: Map<String, Json> = events.collect();
    json!({
        "openapi": "3.1.1",
        "info": {
            "title": "Porchlight",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "Conversations of websites: for programs that have a key, and for a company's own inbox.",
        },
        "servers": [{ "url": "/" }],
        "paths": paths,
        "webhooks": webhooks,
        "components": {
            "schemas": samples.schemas(),
            "responses": operations::refused(),
            "securitySchemes": operations::security(),
        },
    })
}

/// The document as it stands in its file: one line for each of its parts.
fn written(document: &Json) -> String {
    let line = |(name, part): (&String, &Json)| format!("\"{name}\": {part}");
    let block = |part: &Json| {
        let parts = part.as_object().expect("an object");
        format!("{{\n{}\n}}", parts.iter().map(line).collect::<Vec<_>>().join(",\n"))
    };
    let of = |(name, part): (&String, &Json)| match name.as_str() {
        "paths" | "webhooks" => format!("\"{name}\": {}", block(part)),
        "components" => {
            let parts = part.as_object().expect("an object");
            let parts = parts.iter().map(|(name, part)| format!("\"{name}\": {}", block(part)));
            format!("\"{name}\": {{\n{}\n}}", parts.collect::<Vec<_>>().join(",\n"))
        }
        _ => line((name, part)),
    };
    let parts = document.as_object().expect("an object").iter().map(of);
    format!("{{\n{}\n}}\n", parts.collect::<Vec<_>>().join(",\n"))
}

#[test]
fn ap24_the_document_is_made_of_the_routes_and_of_the_types() {
    let expected = written(&document());
    if expected != DOCUMENT {
        let place = std::env::temp_dir().join("porchlight-openapi.json");
        std::fs::write(&place, expected).expect("a file");
        panic!("relay/src/edge/openapi.json has to be {}", place.display());
    }
    assert!(DOCUMENT.len() < 40_000, "{} bytes are served", DOCUMENT.len());
}

/// All that refers to something, wherever it stands.
fn references(it: &Json, found: &mut BTreeSet<String>) {
    if let Some(place) = it.get("$ref").and_then(Json::as_str) {
        found.insert(place.to_owned());
    }
    match it {
        Json::Object(parts) => parts.values().for_each(|it| references(it, found)),
        Json::Array(parts) => parts.iter().for_each(|it| references(it, found)),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {}
    }
}

#[test]
fn ap24_what_the_document_refers_to_is_in_it_and_nothing_else() {
    let document: Json = serde_json::from_str(DOCUMENT).expect("JSON");
    let mut found = BTreeSet::new();
    references(&document, &mut found);
    let parts = ["schemas", "responses"].into_iter().flat_map(|kind| {
        let parts = document["components"][kind].as_object().expect("an object");
        parts.keys().map(move |it| format!("#/components/{kind}/{it}"))
    });
    assert_eq!(found, parts.collect());
    let operations = document["paths"].as_object().expect("an object").values();
    let n_operations: usize = operations.map(|it| it.as_object().expect("an object").len()).sum();
    assert_eq!(n_operations, of_programs().len());
}
