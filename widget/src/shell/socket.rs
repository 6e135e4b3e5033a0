//! The socket to the relay, and the token that opens it.

use inbox_protocol::{CloseCode, FromVisitor, PING, PONG, SUBPROTOCOL, TOKEN_SUBPROTOCOL_PREFIX};
use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{CloseEvent, MessageEvent, WebSocket};

use super::{codec, dispatch, upload, window, with_shell};
use crate::model::Msg;

/// How a connection that could not be made closes.
const NEVER_OPEN: u16 = 0;

/// The current socket, and what the relay knows this visitor by.
pub(super) struct Sockets {
    site: String,
    current: Option<(u32, WebSocket)>,
    /// The token that the relay refused, if it did.
    used: Option<String>,
}

impl Sockets {
    pub(super) fn new(site: &str) -> Self {
        Self { site: site.to_owned(), current: None, used: None }
    }

    pub(super) fn say(&self, frame: &FromVisitor) {
        if let Some((_, socket)) = &self.current {
            // On a socket that is closing nothing is said; the lines stay unsent.
            let _ = socket.send_with_str(&codec::json(frame));
        }
    }

    pub(super) fn ping(&self) {
        if let Some((_, socket)) = &self.current {
            let _ = socket.send_with_str(PING);
        }
    }

    pub(super) fn hang_up(&mut self, number: u32) {
        if let Some((_, socket)) = self.current.take_if(|it| it.0 == number) {
            socket.set_onopen(None);
            socket.set_onmessage(None);
            socket.set_onclose(None);
            let _ = socket.close();
        }
    }

    fn open(&mut self, number: u32, token: &str) -> Result<(), JsValue> {
        let origin = window().location().origin()?;
        let url = [
            "ws",
            origin.strip_prefix("http").unwrap_or(&origin),
            "/v1/sites/",
            &self.site,
            "/socket",
        ]
        .concat();
        let protocols = Array::of2(
            &JsValue::from_str(SUBPROTOCOL),
            &JsValue::from_str(&[TOKEN_SUBPROTOCOL_PREFIX, token].concat()),
        );
        let socket = WebSocket::new_with_str_sequence(&url, &protocols)?;
        let opened = Closure::<dyn FnMut()>::new(move || dispatch(Msg::Opened(number)));
        let heard = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            hear(number, &event);
        });
        let closed = Closure::<dyn FnMut(CloseEvent)>::new(move |event: CloseEvent| {
            dispatch(Msg::Closed(number, event.code()));
        });
        socket.set_onopen(Some(opened.as_ref().unchecked_ref()));
        socket.set_onmessage(Some(heard.as_ref().unchecked_ref()));
        socket.set_onclose(Some(closed.as_ref().unchecked_ref()));
        // Three closures for each connection of a page's life.
        opened.forget();
        heard.forget();
        closed.forget();
        self.current = Some((number, socket));
        self.used = Some(token.to_owned());
        Ok(())
    }
}

fn hear(number: u32, event: &MessageEvent) {
    let Some(text) = event.data().as_string() else { return };
    if text == PONG {
        dispatch(Msg::Ponged(number));
    } else if let Some(frame) = codec::Value::parse(&text).and_then(|it| codec::frame(&it)) {
        dispatch(Msg::Heard(number, frame));
    }
}

/// Opens a socket under this number; first gets a token if there is none, or none that holds.
pub(super) fn dial(number: u32, renew: bool) {
    spawn_local(async move {
        let code = match token(renew).await {
            Ok(token) => match with_shell(|it| it.sockets.open(number, &token)) {
                Some(Ok(())) => return,
                Some(Err(_)) | None => NEVER_OPEN,
            },
            Err(code) => code,
        };
        dispatch(Msg::Closed(number, code));
    });
}

/// The visitor's token. A new visitor is made only here: when there is something to say.
pub(super) async fn token(renew: bool) -> Result<String, u16> {
    let (site, stored, used) =
        with_shell(|it| (it.sockets.site.clone(), it.storage.token(), it.sockets.used.clone()))
            .ok_or(NEVER_OPEN)?;
    // Another tab may have renewed it already.
    if let Some(stored) = stored.filter(|it| !renew || used.is_some_and(|used| used != *it)) {
        return Ok(stored);
    }
    let request = upload::request("POST", &["/v1/sites/", &site, "/visitors"].concat());
    let answer = JsFuture::from(request).await.map_err(|_| NEVER_OPEN)?;
    let answer: upload::Answer = answer.into();
    match answer.status {
        200..300 => (),
        403 | 404 | 410 => return Err(CloseCode::Gone.code()),
        429 => return Err(CloseCode::Rate.code()),
        _ => return Err(NEVER_OPEN),
    }
    let token =
        codec::Value::parse(&answer.body).and_then(|it| it.text("token")).ok_or(NEVER_OPEN)?;
    with_shell(|it| {
        // If it cannot be stored, this page remembers it, and the visitor has been told.
        it.storage.save_token(&token);
    });
    Ok(token)
}
