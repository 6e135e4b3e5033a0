//! Who this browser is: the turns, requests and storage that [`Identity`] asks for.

use inbox_client::{Identity, Step};
use inbox_protocol::CloseCode;
use js_sys::Function;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};

use super::{NEVER_OPEN, Shell, browser, dispatch, now, with_shell};
use crate::model::{Broken, Msg};

/// What waits for a token.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Waits {
    /// A socket of this number.
    Socket(u32),
    /// A file of this number.
    Upload(u32),
}

/// What this page knows of it, and who waits to know.
pub(super) struct Who {
    identity: Identity,
    waits: Vec<Waits>,
    /// Ends this tab's turn; with a new token the next one is told of it.
    end: Option<Function>,
    stored: Option<String>,
}

enum News {
    Wanted(Waits, Option<String>),
    /// Of `browser.js`: the meaning of the first is in the second.
    Heard(Option<String>, JsValue),
    Settled,
}

impl Who {
    pub(super) fn new() -> Self {
        let identity = Identity::new(browser::has_locks());
        Self { identity, waits: Vec::new(), end: None, stored: None }
    }

    /// A socket is not wanted any more.
    pub(super) fn forget_sockets(&mut self) {
        self.waits.retain(|it| !matches!(it, Waits::Socket(_)));
    }
}

/// Something needs a token, perhaps because the relay refused this one.
pub(super) fn wanted(waits: Waits, refused: Option<String>) {
    go(News::Wanted(waits, refused));
}

/// Begins to hear what `browser.js` has to tell.
pub(super) fn listen(site: &str) {
    let heard = Closure::<dyn FnMut(Option<String>, JsValue)>::new(|token, about| {
        go(News::Heard(token, about));
    });
    browser::who(site, heard.as_ref().unchecked_ref());
    heard.forget();
}

/// Asks the rules what is next, and does it.
fn go(news: News) {
    let Some((step, told)) = with_shell(|it| it.learns(news)) else { return };
    for msg in told {
        dispatch(msg);
    }
    match step {
        Step::Wait | Step::Known(_) | Step::Failed(_) => (),
        Step::Queue => browser::turn(),
        Step::Ask => browser::ask(),
        Step::Store(_) if browser::has_locks() => go(News::Settled),
        Step::Store(_) => browser::settle(),
        Step::Joined(_) => dispatch(Msg::Joined),
    }
}

impl Shell {
    /// What follows, and what the model has to be told.
    fn learns(&mut self, news: News) -> (Step, Vec<Msg>) {
        let (now, Self { who, storage, .. }) = (now(), &mut *self);
        let stored = storage.token();
        let identity = &mut who.identity;
        let step = match news {
            News::Wanted(waits, refused) => {
                if let Waits::Socket(_) = waits {
                    who.waits.retain(|it| !matches!(it, Waits::Socket(_)));
                }
                who.waits.push(waits);
                identity.wanted(now, refused, stored)
            }
            News::Settled => identity.settled(now, None),
            News::Heard(token, about) => {
                if let Some(status) = about.as_f64() {
                    identity.made(now, token.ok_or(close_code(status)), stored)
                } else if about.is_function() {
                    who.end = Some(about.unchecked_into());
                    identity.turn(now, stored.or(token))
                } else if about.is_null() {
                    identity.noticed(now, token)
                } else {
                    identity.settled(now, stored)
                }
            }
        };
        let mut told = Vec::new();
        match &step {
            Step::Wait | Step::Queue | Step::Ask | Step::Joined(_) => (),
            Step::Store(token) => {
                // If it cannot be stored, this page remembers it, and the visitor has been told.
                storage.save_token(token);
                who.stored = Some(token.clone());
            }
            Step::Known(token) => self.goes_on(Some(token), NEVER_OPEN, &mut told),
            Step::Failed(code) => self.goes_on(None, *code, &mut told),
        }
        (step, told)
    }

    /// Whoever waited goes on, or hears that there is no token.
    fn goes_on(&mut self, token: Option<&str>, code: u16, told: &mut Vec<Msg>) {
        let stored = self.who.stored.take();
        if let Some(end) = self.who.end.take() {
            // The promise's own function does not fail.
            let _ = end.call1(&JsValue::NULL, &JsValue::from(stored));
        }
        for it in std::mem::take(&mut self.who.waits) {
            let begun = match (it, token) {
                (Waits::Socket(number), Some(token)) => self.sockets.open(number, token).is_ok(),
                (Waits::Upload(id), Some(token)) => {
                    self.uploads.send(id, token);
                    true
                }
                (Waits::Socket(_) | Waits::Upload(_), None) => false,
            };
            if !begun {
                told.push(match it {
                    Waits::Socket(number) => Msg::Closed(number, code),
                    Waits::Upload(id) => Msg::Uploaded { id, result: Err(Broken::Lost) },
                });
            }
        }
    }
}

fn close_code(status: f64) -> u16 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a status")]
    match status as u16 {
        403 | 404 | 410 => CloseCode::Gone.code(),
        429 => CloseCode::Rate.code(),
        _ => NEVER_OPEN,
    }
}
