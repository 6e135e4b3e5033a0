//! The bytes of a file, as what they are and nothing that a browser would run.

use inbox_protocol::Refusal;
use worker::{Env, Headers, Range, Request, Response, ResponseBuilder};

use super::{
    disposition::{FILE_POLICY, masked_disposition, shown_disposition},
    upload::key,
};
use crate::{
    parse::{self, Ranged},
    refuse::Result,
    signed::file_address::Capability,
};

/// Answers whoever has a good address.
pub(crate) async fn answer(
    env: &Env,
    request: &Request,
    capability: &Capability,
) -> Result<Response> {
    let bucket = env.bucket("ATTACHMENTS")?;
    let key = key(&capability.conversation, &capability.file);
    // The platform's bindings abort on a number that they cannot hold, and refuse one that lies
    // behind the end: the size is known before a part is asked for.
    let asked = match request.headers().get("range")? {
        Some(header) => {
            let size = bucket.head(key.clone()).await?.ok_or(Refusal::NotFound)?.size();
            match parse::range(&header, size) {
                Ranged::Whole => None,
                Ranged::Part(first, last) => Some((first, last)),
                Ranged::Beyond => return beyond(size),
            }
        }
        None => None,
    };
    let get = bucket.get(key);
    let get = match asked {
        Some((offset, last)) => {
            get.range(Range::OffsetWithLength { offset, length: last - offset + 1 })
        }
        None => get,
    };
    let object = get.execute().await?.ok_or(Refusal::NotFound)?;
    let size = object.size();
    let metadata = object.http_metadata();
    let headers = Headers::new();
    headers.set(
        "content-type",
        metadata.content_type.as_deref().unwrap_or("application/octet-stream"),
    )?;
    let disposition = metadata.content_disposition.as_deref().unwrap_or("attachment");
    let shown = if capability.masked { masked_disposition } else { shown_disposition };
    headers.set("content-disposition", &shown(disposition))?;
    headers.set("content-security-policy", FILE_POLICY)?;
    headers.set("x-content-type-options", "nosniff")?;
    headers.set("referrer-policy", "no-referrer")?;
    headers.set("cache-control", "private, max-age=300")?;
    headers.set("accept-ranges", "bytes")?;
    let builder = if let Some((first, last)) = asked {
        headers.set("content-range", &format!("bytes {first}-{last}/{size}"))?;
        headers.set("content-length", &(last - first + 1).to_string())?;
        ResponseBuilder::new().with_status(206)
    } else {
        headers.set("content-length", &size.to_string())?;
        ResponseBuilder::new()
    };
    let body = object.body().ok_or(Refusal::NotFound)?.response_body()?;
    Ok(builder.with_headers(headers).body(body))
}

/// The answer to whoever asks for bytes behind the end.
fn beyond(size: u64) -> Result<Response> {
    let headers = Headers::new();
    headers.set("content-range", &format!("bytes */{size}"))?;
    headers.set("cache-control", "no-store")?;
    Ok(ResponseBuilder::new().with_status(416).with_headers(headers).empty())
}
