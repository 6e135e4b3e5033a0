//! How objects and the edge talk: one typed question, one typed answer, as JSON.

use inbox_protocol::http::Refused;
use serde::{Serialize, de::DeserializeOwned};
use worker::{Headers, Method, Request, RequestInit, Response, Stub};

use crate::refuse::{ApiError, Result};

/// The address of an object's only door for questions.
const ASK: &str = "https://object/ask";
/// What a caller who wants a socket is, as JSON; the edge writes it, and nobody else can.
const CALLER: &str = "x-porchlight-caller";

/// Asks an object something.
pub(crate) async fn ask<Q: Serialize, A: DeserializeOwned>(
    object: &Stub,
    question: &Q,
) -> Result<A> {
    let mut init = RequestInit::new();
    init.with_method(Method::Post).with_body(Some(serde_json::to_string(question)?.into()));
    let request = Request::new_with_init(ASK, &init)?;
    let mut response = object.fetch_with_request(request).await?;
    let text = response.text().await?;
    if response.status_code() == 200 {
        return Ok(serde_json::from_str(&text)?);
    }
    let refused: Refused = serde_json::from_str(&text)?;
    Err(ApiError::Refused(refused.reason))
}

/// The answer of an object to a question.
pub(crate) fn answer<A: Serialize>(result: Result<A>, place: &str) -> worker::Result<Response> {
    match result {
        Ok(value) => Response::from_json(&value),
        Err(error) => error.answer(place),
    }
}

/// Asks an object for a socket on behalf of a caller. Nothing of the browser's own request
/// reaches the object.
pub(crate) async fn open_socket<C: Serialize>(object: &Stub, caller: &C) -> Result<Response> {
    let headers = Headers::new();
    headers.set("upgrade", "websocket")?;
    headers.set(CALLER, &ascii_json(caller)?)?;
    let mut init = RequestInit::new();
    init.with_method(Method::Get).with_headers(headers);
    let request = Request::new_with_init("https://object/socket", &init)?;
    let mut response = object.fetch_with_request(request).await?;
    if response.status_code() == 101 {
        return Ok(response);
    }
    let refused: Refused = serde_json::from_str(&response.text().await?)?;
    Err(ApiError::Refused(refused.reason))
}

/// Who wants the socket; none if the request is no such one.
pub(crate) fn caller<C: DeserializeOwned>(request: &Request) -> Result<Option<C>> {
    match request.headers().get(CALLER)? {
        Some(json) => Ok(Some(serde_json::from_str(&json)?)),
        None => Ok(None),
    }
}

/// JSON that fits a header: only ASCII.
fn ascii_json<T: Serialize>(value: &T) -> Result<String> {
    use std::fmt::Write as _;
    let json = serde_json::to_string(value)?;
    let mut ascii = String::with_capacity(json.len());
    for it in json.chars() {
        if it.is_ascii() {
            ascii.push(it);
        } else {
            for unit in it.encode_utf16(&mut [0; 2]) {
                // Writing to a string cannot fail.
                let _ = write!(ascii, "\\u{unit:04x}");
            }
        }
    }
    Ok(ascii)
}
