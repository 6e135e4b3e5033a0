//! Uploads with progress: `fetch` cannot tell how far it is, so this is an `XMLHttpRequest`.

use inbox_protocol::{
    Refusal,
    http::{Refused, Uploaded},
};
use std::rc::Rc;

use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{ProgressEvent, XmlHttpRequest};

/// What an upload tells.
#[derive(Clone, Debug)]
pub(crate) enum Progress {
    /// So many percent are sent.
    Sent(u8),
    /// It is over.
    Done(Result<Box<Uploaded>, Refusal>),
}

/// A running upload, stopped when dropped.
pub(crate) struct Upload {
    request: XmlHttpRequest,
    _progress: Closure<dyn FnMut(ProgressEvent)>,
    _ended: Closure<dyn FnMut()>,
}

impl Upload {
    /// Sends a file to a path of the desk's own origin.
    pub(crate) fn start(
        path: &str,
        file: &web_sys::File,
        tell: Rc<dyn Fn(Progress)>,
    ) -> Result<Self, JsValue> {
        let request = XmlHttpRequest::new()?;
        request.open_with_async("POST", path, true)?;
        request.set_request_header("Content-Type", "application/octet-stream")?;
        let name = String::from(js_sys::encode_uri_component(&file.name()));
        request.set_request_header("X-File-Name", &name)?;

        let sent = Rc::clone(&tell);
        let progress = Closure::<dyn FnMut(ProgressEvent)>::new(move |event: ProgressEvent| {
            sent(Progress::Sent(percent(event.loaded(), event.total())));
        });
        let asked = request.clone();
        let ended = Closure::<dyn FnMut()>::new(move || tell(Progress::Done(outcome(&asked))));
        request.upload()?.set_onprogress(Some(progress.as_ref().unchecked_ref()));
        request.set_onloadend(Some(ended.as_ref().unchecked_ref()));
        request.send_with_opt_blob(Some(file))?;
        Ok(Self { request, _progress: progress, _ended: ended })
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        self.request.set_onloadend(None);
        if let Ok(upload) = self.request.upload() {
            upload.set_onprogress(None);
        }
        let _ = self.request.abort();
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 100")]
fn percent(sent: f64, total: f64) -> u8 {
    if total <= 0.0 { 0 } else { (sent / total * 100.0).clamp(0.0, 100.0) as u8 }
}

fn outcome(request: &XmlHttpRequest) -> Result<Box<Uploaded>, Refusal> {
    let text = request.response_text().ok().flatten().unwrap_or_default();
    match request.status() {
        Ok(200..=299) => serde_json::from_str(&text).map_err(|_| Refusal::Unavailable),
        Ok(_) | Err(_) => Err(serde_json::from_str::<Refused>(&text)
            .map_or(Refusal::Unavailable, |refused| refused.reason)),
    }
}
