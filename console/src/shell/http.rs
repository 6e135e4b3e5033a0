//! Requests to the desk's own origin. Answers become values or refusals here.

use gloo_net::http::{Request, RequestBuilder, Response};
use inbox_protocol::{Refusal, http::Refused};
use serde::{Serialize, de::DeserializeOwned};

/// Asks for a value.
pub(crate) async fn get<Answer: DeserializeOwned>(path: &str) -> Result<Answer, Refusal> {
    let response = Request::get(path).send().await.map_err(|_| Refusal::Unavailable)?;
    answer(response).await
}

/// Sends a value and reads the answer.
pub(crate) async fn send<Answer: DeserializeOwned>(
    request: RequestBuilder,
    body: &impl Serialize,
) -> Result<Answer, Refusal> {
    answer(dispatch(request, body).await?).await
}

/// Sends a value and only learns whether it was accepted.
pub(crate) async fn tell(request: RequestBuilder, body: &impl Serialize) -> Result<(), Refusal> {
    let response = dispatch(request, body).await?;
    if response.ok() { Ok(()) } else { Err(refusal(response).await) }
}

async fn dispatch(request: RequestBuilder, body: &impl Serialize) -> Result<Response, Refusal> {
    let request = request.json(body).map_err(|_| Refusal::Malformed)?;
    request.send().await.map_err(|_| Refusal::Unavailable)
}

async fn answer<Answer: DeserializeOwned>(response: Response) -> Result<Answer, Refusal> {
    if !response.ok() {
        return Err(refusal(response).await);
    }
    response.json().await.map_err(|_| Refusal::Unavailable)
}

async fn refusal(response: Response) -> Refusal {
    let status = response.status();
    match response.json::<Refused>().await {
        Ok(refused) => refused.reason,
        Err(_) if status == 401 => Refusal::Unauthorized,
        Err(_) => Refusal::Unavailable,
    }
}
