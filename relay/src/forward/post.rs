//! Posts one delivery to a webhook.

use futures_util::future::{Either, select};
use inbox_host::forward::{Answer, Attempt, Delivery, PATIENCE, retry_after};
use inbox_protocol::http::DeliveryFailure;
use inbox_signing::{ID_HEADER, SIGNATURE_HEADER, TIMESTAMP_HEADER};
use worker::{AbortController, Fetch, Headers, Method, Request, RequestInit, RequestRedirect};

use super::target::{Reach, target};
use crate::platform::{now, sleep};

/// Makes an attempt, signed with each of the secrets; what cannot be reached has not answered.
pub(crate) async fn post(reach: Reach, secrets: &[&str], attempt: &Attempt) -> Answer {
    // Checked at every attempt: a configuration may have become stricter.
    let Ok(url) = target(attempt.url.as_str(), reach) else {
        return Answer::None(DeliveryFailure::AddressRefused);
    };
    match try_post(url.as_str(), secrets, &attempt.delivery).await {
        Ok(answer) => answer,
        Err(error) => {
            worker::console_log!("a webhook could not be reached: {error}");
            Answer::None(DeliveryFailure::Unreachable)
        }
    }
}

async fn try_post(url: &str, secrets: &[&str], delivery: &Delivery) -> worker::Result<Answer> {
    let signed = inbox_signing::sign(secrets, &delivery.id, now(), &delivery.body)
        .map_err(|it| worker::Error::RustError(it.to_string()))?;
    let headers = Headers::new();
    headers.set("content-type", "application/json")?;
    headers.set("user-agent", "Porchlight")?;
    headers.set(ID_HEADER, &signed.id)?;
    headers.set(TIMESTAMP_HEADER, &signed.timestamp)?;
    headers.set(SIGNATURE_HEADER, &signed.signature)?;
    let mut init = RequestInit::new();
    init.with_method(Method::Post)
        .with_headers(headers)
        .with_body(Some(delivery.body.as_str().into()));
    // A redirect could lead where the address itself may not.
    init.with_redirect(RequestRedirect::Manual);
    let request = Request::new_with_init(url, &init)?;
    let abort = AbortController::default();
    let signal = abort.signal();
    let fetch = Fetch::Request(request);
    let answered = Box::pin(fetch.send_with_signal(&signal));
    match select(answered, Box::pin(sleep(PATIENCE))).await {
        Either::Left((response, _)) => {
            let response = response?;
            let header = response.headers().get("retry-after")?;
            let retry_after = header.and_then(|it| retry_after(&it, now()));
            Ok(Answer::Status { status: response.status_code(), retry_after })
        }
        Either::Right(_) => {
            abort.abort();
            Ok(Answer::None(DeliveryFailure::TooSlow))
        }
    }
}
