//! The bytes of a file, as what they are and nothing that a browser would run.

use inbox_protocol::Refusal;
use worker::{Env, Headers, Range, Request, Response, ResponseBuilder};

use super::upload::key;
use crate::{capability::Capability, edge::pages, refuse::Shut};

/// Answers whoever has a good address.
pub(crate) async fn answer(
    env: &Env,
    request: &Request,
    capability: &Capability,
) -> Result<Response, Shut> {
    let bucket = env.bucket("ATTACHMENTS")?;
    let key = key(&capability.conversation, &capability.file);
    let asked = request.headers().get("range")?.and_then(|it| range(&it));
    let get = bucket.get(key);
    let get = match asked {
        Some((offset, Some(end))) => {
            get.range(Range::OffsetWithLength { offset, length: end - offset + 1 })
        }
        Some((offset, None)) => get.range(Range::OffsetToEnd { offset }),
        None => get,
    };
    let object = get.execute().await.map_err(|_| Refusal::NotFound)?.ok_or(Refusal::NotFound)?;
    let size = object.size();
    let metadata = object.http_metadata();
    let headers = Headers::new();
    headers.set(
        "content-type",
        metadata.content_type.as_deref().unwrap_or("application/octet-stream"),
    )?;
    headers.set(
        "content-disposition",
        metadata.content_disposition.as_deref().unwrap_or("attachment"),
    )?;
    headers.set("content-security-policy", pages::FILE_POLICY)?;
    headers.set("x-content-type-options", "nosniff")?;
    headers.set("referrer-policy", "no-referrer")?;
    headers.set("cross-origin-resource-policy", "cross-origin")?;
    headers.set("cache-control", "private, max-age=300")?;
    headers.set("accept-ranges", "bytes")?;
    let builder = match asked {
        Some((offset, end)) if offset < size => {
            let end = end.unwrap_or(size - 1).min(size - 1);
            headers.set("content-range", &format!("bytes {offset}-{end}/{size}"))?;
            headers.set("content-length", &(end - offset + 1).to_string())?;
            ResponseBuilder::new().with_status(206)
        }
        Some(_) | None => {
            headers.set("content-length", &size.to_string())?;
            ResponseBuilder::new()
        }
    };
    let body = object.body().ok_or(Refusal::NotFound)?.response_body()?;
    Ok(builder.with_headers(headers).body(body))
}

/// The first and, if it is said, the last byte of a simple range.
fn range(header: &str) -> Option<(u64, Option<u64>)> {
    let (first, last) = header.strip_prefix("bytes=")?.split_once('-')?;
    let first = first.parse().ok()?;
    let last = if last.is_empty() { None } else { Some(last.parse().ok()?) };
    (last.is_none_or(|it| first <= it)).then_some((first, last))
}
