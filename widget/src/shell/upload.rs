//! Requests whose progress can be watched: only `XMLHttpRequest` tells how far an upload is.

use inbox_protocol::Refusal;
use inbox_types::File as Stored;
use js_sys::{Array, Promise};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::spawn_local;
use web_sys::{File, ProgressEvent, Url, XmlHttpRequest};

use super::{codec, dispatch, socket, with_shell};
use crate::model::{Msg, Picked};

/// The files of the next message, and their uploads.
pub(super) struct Uploads {
    site: String,
    n_picked: u32,
    files: Vec<(u32, File)>,
    requests: Vec<(u32, XmlHttpRequest)>,
}

impl Uploads {
    pub(super) fn new(site: &str) -> Self {
        Self { site: site.to_owned(), n_picked: 0, files: Vec::new(), requests: Vec::new() }
    }

    /// Keeps a file for its upload and says what it is.
    pub(super) fn take_in(&mut self, file: File) -> Picked {
        self.n_picked += 1;
        let id = self.n_picked;
        let is_picture = matches!(
            file.type_().as_str(),
            "image/png" | "image/jpeg" | "image/gif" | "image/webp" | "image/avif"
        );
        let preview = if is_picture { Url::create_object_url_with_blob(&file).ok() } else { None };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a size")]
        let bytes = file.size() as u64;
        let picked = Picked { id, name: file.name(), bytes, preview };
        self.files.push((id, file));
        picked
    }

    fn take_request(&mut self, id: u32) -> Option<XmlHttpRequest> {
        let index = self.requests.iter().position(|it| it.0 == id)?;
        Some(self.requests.swap_remove(index).1)
    }

    pub(super) fn cancel(&mut self, id: u32) {
        self.files.retain(|it| it.0 != id);
        if let Some(request) = self.take_request(id) {
            // What is over cannot be broken off.
            let _ = request.abort();
        }
    }
}

/// Begins the upload of a file that was taken in.
pub(super) fn begin(id: u32) {
    spawn_local(async move {
        let token = socket::token(false).await;
        let begun = token.ok().and_then(|token| with_shell(|it| it.uploads.send(id, &token).ok())?);
        if begun.is_none() {
            dispatch(Msg::Uploaded { id, result: Err(None) });
        }
    });
}

impl Uploads {
    fn send(&mut self, id: u32, token: &str) -> Result<(), JsValue> {
        // Removed while the token was fetched: nothing is to be sent, and nothing is wrong.
        let Some((_, file)) = self.files.iter().find(|it| it.0 == id) else { return Ok(()) };
        let request = XmlHttpRequest::new()?;
        request.open("POST", &["/v1/sites/", &self.site, "/files"].concat())?;
        request.set_request_header("Authorization", &["Bearer ", token].concat())?;
        let name: String = js_sys::encode_uri_component(&file.name()).into();
        request.set_request_header("X-File-Name", &name)?;
        request.set_request_header("Content-Type", "application/octet-stream")?;
        let progress = Closure::<dyn FnMut(ProgressEvent)>::new(move |event: ProgressEvent| {
            if 0.0 < event.total() {
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "0 to 100"
                )]
                let percent = (event.loaded() / event.total() * 100.0) as u8;
                dispatch(Msg::Uploading { id, percent });
            }
        });
        request.upload()?.set_onprogress(Some(progress.as_ref().unchecked_ref()));
        progress.forget();
        let own = request.clone();
        let over = Closure::once_into_js(move || finish(id, &own));
        request.set_onloadend(Some(over.unchecked_ref()));
        request.send_with_opt_blob(Some(file))?;
        self.requests.push((id, request));
        Ok(())
    }
}

fn finish(id: u32, request: &XmlHttpRequest) {
    // None after it was broken off: then nobody waits for the result.
    if with_shell(|it| it.uploads.take_request(id)).flatten().is_none() {
        return;
    }
    dispatch(Msg::Uploaded { id, result: result(request) });
}

fn result(request: &XmlHttpRequest) -> Result<Stored, Option<Refusal>> {
    let body = request.response_text().ok().flatten().and_then(|it| codec::Value::parse(&it));
    match request.status() {
        Ok(200..300) => body.and_then(|it| codec::file(&it.get("file"))).ok_or(None),
        _ => Err(body.and_then(|it| it.text("reason")).map(|it| codec::refusal(&it))),
    }
}

/// What a small request was answered.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: String,
}

impl From<JsValue> for Answer {
    fn from(pair: JsValue) -> Self {
        let pair = Array::from(&pair);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a status")]
        let status = pair.get(0).as_f64().unwrap_or(0.0) as u16;
        Self { status, body: pair.get(1).as_string().unwrap_or_default() }
    }
}

/// A request without a body; the promise has status and text, and never fails.
pub(super) fn request(method: &str, path: &str) -> Promise {
    Promise::new(&mut |resolve, _| {
        let answer = |request: &XmlHttpRequest| {
            let status = JsValue::from(request.status().unwrap_or(0));
            let body = request.response_text().ok().flatten().unwrap_or_default();
            Array::of2(&status, &JsValue::from_str(&body))
        };
        let Ok(request) = XmlHttpRequest::new() else { return };
        let own = request.clone();
        let over = Closure::once_into_js(move || {
            // The promise's own function does not fail.
            let _ = resolve.call1(&JsValue::NULL, &answer(&own));
        });
        request.set_onloadend(Some(over.unchecked_ref()));
        if request.open(method, path).is_ok() {
            let _ = request.send();
        }
    })
}
