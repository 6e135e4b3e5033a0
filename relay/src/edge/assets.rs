//! Built files: by their hashed names, compressed, for ever; and what is made from them.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

use inbox_protocol::Refusal;
use worker::{Env, Headers, Method, Request, RequestInit, Response, ResponseBuilder};

use crate::{
    platform::now,
    refuse::{ApiError, Result},
    ttl_cache::TtlCache,
};

/// Logical names to served paths, as `dist` wrote them.
pub(crate) type Manifest = BTreeMap<String, String>;

thread_local! {
    /// Texts by their hashed names, which never change.
    static TEXTS: RefCell<BTreeMap<String, String>> = const { RefCell::new(BTreeMap::new()) };
    static MANIFEST: TtlCache<Rc<Manifest>> = const { TtlCache::new() };
}

/// Where the assets binding has its files; the host is of no meaning.
fn asset_url(path: &str) -> String {
    format!("https://assets.local{path}")
}

async fn fetch(env: &Env, path: &str) -> Result<Response> {
    let mut init = RequestInit::new();
    init.with_method(Method::Get);
    let request = Request::new_with_init(&asset_url(path), &init)?;
    Ok(env.assets("ASSETS")?.fetch_request(request).await?)
}

/// A text of the build by its hashed name, read once.
pub(crate) async fn text(env: &Env, path: &str) -> Result<String> {
    if let Some(text) = TEXTS.with_borrow(|it| it.get(path).cloned()) {
        return Ok(text);
    }
    let text = read(env, path).await?;
    TEXTS.with_borrow_mut(|it| it.insert(path.to_owned(), text.clone()));
    Ok(text)
}

/// The list of the build. Its name stays when its content changes, so it is kept for a moment only.
pub(crate) async fn manifest(env: &Env) -> Result<Rc<Manifest>> {
    const NAME: &str = "/manifest.json";
    if let Some(manifest) = MANIFEST.with(|it| it.get(NAME, now())) {
        return Ok(manifest);
    }
    let manifest: Rc<Manifest> = Rc::new(serde_json::from_str(&read(env, NAME).await?)?);
    MANIFEST.with(|it| it.put(NAME, now(), Rc::clone(&manifest)));
    Ok(manifest)
}

async fn read(env: &Env, path: &str) -> Result<String> {
    let mut response = fetch(env, path).await?;
    if response.status_code() != 200 {
        return Err(ApiError::Fault(format!("the build has no {path}")));
    }
    Ok(response.text().await?)
}

/// A file by its hashed name: it never changes, so it is kept for ever.
pub(crate) async fn serve(env: &Env, request: &Request, name: &str) -> Result<Response> {
    let known = name.bytes().all(|it| it.is_ascii_alphanumeric() || b"._-".contains(&it));
    if !known || name.rsplit('.').next() == Some("br") {
        return Err(Refusal::NotFound.into());
    }
    let path = format!("/assets/{name}");
    let accepts = request.headers().get("accept-encoding")?.unwrap_or_default();
    if accepts.split(',').any(|it| it.trim().split(';').next() == Some("br")) {
        let response = fetch(env, &format!("{path}.br")).await?;
        if response.status_code() == 200 {
            let headers = headers(name)?;
            headers.set("content-encoding", "br")?;
            let (_, body) = response.into_parts();
            return Ok(ResponseBuilder::new()
                .with_headers(headers)
                .with_encode_body(worker::EncodeBody::Manual)
                .body(body));
        }
    }
    let response = fetch(env, &path).await?;
    if response.status_code() != 200 {
        return Err(Refusal::NotFound.into());
    }
    let (_, body) = response.into_parts();
    Ok(ResponseBuilder::new().with_headers(headers(name)?).body(body))
}

fn headers(name: &str) -> Result<Headers> {
    let headers = Headers::new();
    headers.set("content-type", content_type(name))?;
    headers.set("cache-control", "public, max-age=31536000, immutable")?;
    headers.set("vary", "accept-encoding")?;
    headers.set("x-content-type-options", "nosniff")?;
    headers.set("cross-origin-resource-policy", "cross-origin")?;
    Ok(headers)
}

/// The type of a built file, by its ending: the build is ours.
fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("css") => "text/css; charset=utf-8",
        Some("txt") => "text/plain; charset=utf-8",
        Some("json") => "application/json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("webp") => "image/webp",
        Some("ico") => "image/x-icon",
        Some("woff2") => "font/woff2",
        Some("mp3") => "audio/mpeg",
        Some("ogg") => "audio/ogg",
        Some("wav") => "audio/wav",
        _ => "application/octet-stream",
    }
}
