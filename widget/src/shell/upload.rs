//! The files of messages to be, and their uploads, which `browser.js` sends.

use inbox_protocol::Refusal;
use js_sys::Function;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{File, Url};

use super::{
    browser, codec, dispatch,
    who::{self, Waits},
    with_shell,
};
use crate::model::{Broken, Msg, Picked};

/// The files, and what breaks the upload of each off.
pub(super) struct Uploads {
    n_picked: u32,
    files: Vec<(u32, File)>,
    running: Vec<(u32, Function)>,
    /// The token of the last upload.
    used: String,
    /// What the relay did not take.
    refused: Option<String>,
}

impl Uploads {
    pub(super) fn new() -> Self {
        let (files, running) = (Vec::new(), Vec::new());
        Self { n_picked: 0, files, running, used: String::new(), refused: None }
    }

    /// Keeps a file for its upload and says what it is.
    pub(super) fn take_in(&mut self, file: File, folder: bool) -> Picked {
        self.n_picked += 1;
        let id = self.n_picked;
        let is_picture = matches!(
            file.type_().as_str(),
            "image/png" | "image/jpeg" | "image/gif" | "image/webp" | "image/avif"
        );
        let preview = if is_picture { Url::create_object_url_with_blob(&file).ok() } else { None };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a size")]
        let bytes = file.size() as u64;
        let picked = Picked { id, name: file.name(), bytes, preview, folder };
        self.files.push((id, file));
        picked
    }

    /// Sends a file. One that was removed meanwhile is not sent, and nothing is wrong.
    pub(super) fn send(&mut self, id: u32, token: &str) {
        if let Some((_, file)) = self.files.iter().find(|it| it.0 == id) {
            self.running.push((id, browser::upload(id, token, file)));
            token.clone_into(&mut self.used);
        }
    }

    fn take_running(&mut self, id: u32) -> Option<Function> {
        let index = self.running.iter().position(|it| it.0 == id)?;
        Some(self.running.swap_remove(index).1)
    }

    pub(super) fn cancel(&mut self, id: u32) {
        self.files.retain(|it| it.0 != id);
        if let Some(break_off) = self.take_running(id) {
            // What is over cannot be broken off.
            let _ = break_off.call0(&JsValue::NULL);
        }
    }
}

/// Begins the upload of a file that was taken in, once it is known who this browser is.
pub(super) fn begin(id: u32) {
    let refused = with_shell(|it| it.uploads.refused.take());
    who::wanted(Waits::Upload(id), refused.flatten());
}

/// Begins to hear how uploads go on: the percentage alone, and at the end the status with what was
/// answered.
pub(super) fn listen() {
    let told = Closure::<dyn FnMut(u32, i32, Option<String>)>::new(
        |id: u32, number: i32, answer: Option<String>| {
            if let Some(answer) = answer {
                return finish(id, number, &answer);
            }
            let percent = u8::try_from(number).unwrap_or_default();
            dispatch(Msg::Uploading { id, percent });
        },
    );
    browser::uploads(told.as_ref().unchecked_ref());
    told.forget();
}

fn finish(id: u32, status: i32, answer: &str) {
    // None after it was broken off: then nobody waits for the result.
    if with_shell(|it| it.uploads.take_running(id)).flatten().is_none() {
        return;
    }
    let answer = codec::Value::parse(answer);
    let result = match status {
        200..300 => answer.and_then(|it| codec::file(&it.get("file"))).ok_or(Broken::Lost),
        ..0 => Err(Broken::Unreadable),
        400..500 if status != 401 && status != 429 => {
            let reason = answer.and_then(|it| it.text("reason"));
            Err(Broken::Refused(reason.map_or(Refusal::Unknown, |it| codec::refusal(&it))))
        }
        _ => {
            if status == 401 {
                with_shell(|it| it.uploads.refused = Some(it.uploads.used.clone()));
            }
            Err(Broken::Lost)
        }
    };
    dispatch(Msg::Uploaded { id, result });
}
