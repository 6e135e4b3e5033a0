//! Posts one delivery to a webhook, or a test of it.

use std::collections::BTreeMap;

use futures_util::StreamExt as _;
use inbox_host::{
    forward::{Answer, Delivery, PATIENCE, retry_after},
    within,
};
use inbox_protocol::http::{DeliveryFailure, PingAnswer, PingReport};
use inbox_signing::{ID_HEADER, SIGNATURE_HEADER, TIMESTAMP_HEADER};
use inbox_types::{Text, limits::PING_ANSWER_BYTES};
use worker::{
    AbortController, Fetch, Headers, Method, Request, RequestInit, RequestRedirect, Response,
};

use super::target::{Reach, target};
use crate::platform::{JsTimeouts, now};

/// What came back, or why nothing did.
type Answered<T> = Result<T, DeliveryFailure>;

/// Makes an attempt, signed with each of the secrets; what cannot be reached has not answered.
pub(crate) async fn post(
    reach: Reach,
    secrets: &[&str],
    url: &Text<2_048>,
    delivery: &Delivery,
) -> Answer {
    let status = |response: Response| async move {
        let header = response.headers().get("retry-after")?;
        let retry_after = header.and_then(|it| retry_after(&it, now()));
        Ok(Answer::Status { status: response.status_code(), retry_after })
    };
    let answered = match headers(secrets, delivery) {
        Ok(headers) => send(reach, url.as_str(), &headers, &delivery.body, status).await,
        Err(error) => Err(unreachable(&error)),
    };
    answered.unwrap_or_else(Answer::None)
}

/// Makes a test, and says exactly what was sent and what came back.
// HO71
pub(crate) async fn ping(
    reach: Reach,
    secrets: &[&str],
    url: Text<2_048>,
    delivery: &Delivery,
) -> worker::Result<PingReport> {
    let headers = headers(secrets, delivery)?;
    let at = now();
    let shown = |mut response: Response| async move {
        let status = response.status_code();
        Ok(PingAnswer::Status { status, body: beginning(&mut response).await })
    };
    let answered = send(reach, url.as_str(), &headers, &delivery.body, shown).await;
    let answer = answered.unwrap_or_else(|cause| PingAnswer::Failed { cause });
    Ok(PingReport { url, headers, body: delivery.body.clone(), took: now().since(at), answer })
}

/// The headers of an attempt that is made now.
fn headers(secrets: &[&str], delivery: &Delivery) -> worker::Result<BTreeMap<String, String>> {
    // Each secret also signs with the pair of keys that follows from it.
    let pairs: Vec<String> =
        secrets.iter().filter_map(|it| inbox_signing::private_key(it).ok()).collect();
    let signers: Vec<&str> =
        secrets.iter().copied().chain(pairs.iter().map(String::as_str)).collect();
    let signed = inbox_signing::sign(&signers, &delivery.id, now(), &delivery.body)
        .map_err(|it| worker::Error::RustError(it.to_string()))?;
    let headers = [
        ("content-type", "application/json".to_owned()),
        ("user-agent", "Porchlight".to_owned()),
        (ID_HEADER, signed.id),
        (TIMESTAMP_HEADER, signed.timestamp),
        (SIGNATURE_HEADER, signed.signature),
    ];
    Ok(headers.map(|(name, value)| (name.to_owned(), value)).into())
}

/// Posts, and reads the answer with `read`: all within [`PATIENCE`].
async fn send<T, F: Future<Output = worker::Result<T>>>(
    reach: Reach,
    url: &str,
    headers: &BTreeMap<String, String>,
    body: &str,
    read: impl FnOnce(Response) -> F,
) -> Answered<T> {
    // Checked at every attempt: a configuration may have become stricter.
    let url = target(url, reach).map_err(|_| DeliveryFailure::AddressRefused)?;
    let request = request(url.as_str(), headers, body).map_err(|it| unreachable(&it))?;
    let abort = AbortController::default();
    let signal = abort.signal();
    let answered = within(JsTimeouts, PATIENCE, async {
        let response = Fetch::Request(request).send_with_signal(&signal).await?;
        read(response).await
    });
    let Some(answered) = answered.await else {
        abort.abort();
        return Err(DeliveryFailure::TooSlow);
    };
    answered.map_err(|it| unreachable(&it))
}

fn request(url: &str, headers: &BTreeMap<String, String>, body: &str) -> worker::Result<Request> {
    let all = Headers::new();
    for (name, value) in headers {
        all.set(name, value)?;
    }
    let mut init = RequestInit::new();
    init.with_method(Method::Post).with_headers(all).with_body(Some(body.into()));
    // A redirect could lead where the address itself may not.
    init.with_redirect(RequestRedirect::Manual);
    Request::new_with_init(url, &init)
}

/// The beginning of an answer's body: as much as an admin is shown, whatever its length.
async fn beginning(response: &mut Response) -> String {
    let Ok(mut stream) = response.stream() else { return String::new() };
    let mut bytes = Vec::new();
    while bytes.len() < PING_ANSWER_BYTES {
        let Some(Ok(chunk)) = stream.next().await else { break };
        bytes.extend(chunk);
    }
    bytes.truncate(PING_ANSWER_BYTES);
    String::from_utf8_lossy(&bytes).into_owned()
}

fn unreachable(error: &worker::Error) -> DeliveryFailure {
    worker::console_log!("a webhook could not be reached: {error}");
    DeliveryFailure::Unreachable
}
