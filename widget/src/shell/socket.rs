//! The socket to the relay.

use inbox_protocol::{FromVisitor, PING, PONG, SUBPROTOCOL, TOKEN_SUBPROTOCOL_PREFIX};
use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{CloseEvent, MessageEvent, WebSocket};

use super::{
    codec, dispatch,
    who::{self, Waits},
    window, with_shell,
};
use crate::model::Msg;

pub(super) struct Sockets {
    site: String,
    current: Option<(u32, WebSocket)>,
    /// The token that opened it.
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

    /// The socket that is open or under way, if one is.
    pub(super) fn number(&self) -> Option<u32> {
        self.current.as_ref().map(|it| it.0)
    }

    pub(super) fn hang_up(&mut self, number: u32) {
        if let Some((_, socket)) = self.current.take_if(|it| it.0 == number) {
            socket.set_onopen(None);
            socket.set_onmessage(None);
            socket.set_onclose(None);
            let _ = socket.close();
        }
    }

    pub(super) fn open(&mut self, number: u32, token: &str) -> Result<(), JsValue> {
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
            receive(number, &event);
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

fn receive(number: u32, event: &MessageEvent) {
    let Some(text) = event.data().as_string() else { return };
    if text == PONG {
        dispatch(Msg::Ponged(number));
    } else if let Some(frame) = codec::Value::parse(&text).and_then(|it| codec::frame(&it)) {
        dispatch(Msg::Heard(number, frame));
    }
}

/// Opens a socket under this number, once it is known who this browser is.
pub(super) fn dial(number: u32, renew: bool) {
    let refused = with_shell(|it| it.sockets.used.clone()).flatten();
    who::wanted(Waits::Socket(number), refused.filter(|_| renew));
}
