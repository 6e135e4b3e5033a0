//! The body of a request, read up to a limit and never past it, whether or not its length was
//! announced.

use futures_util::StreamExt as _;
use inbox_protocol::Refusal;
use worker::Request;

use crate::{parse::Body, platform::header, refuse::Result};

/// The text of a body.
pub(crate) async fn read(request: &mut Request, max_bytes: usize) -> Result<String> {
    let mut body = Body::new(&header(request, "content-length"), max_bytes)?;
    // A request without a body has no stream.
    let Ok(mut pieces) = request.stream() else { return Ok(body.text()?) };
    while let Some(piece) = pieces.next().await {
        // The browser went away, or did not keep to its own framing.
        body.take(&piece.map_err(|_| Refusal::Malformed)?)?;
    }
    Ok(body.text()?)
}
