//! One WebSocket with its callbacks, closed when dropped.

use std::rc::Rc;

use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{CloseEvent, MessageEvent, WebSocket};

/// What a socket tells.
#[derive(Clone, Debug)]
pub(crate) enum Happened {
    /// It is open.
    Opened,
    /// A text frame arrived.
    Received(String),
    /// It is closed, for whatever reason; the last thing it tells.
    Closed(u16),
}

/// An open or opening socket.
pub(crate) struct Socket {
    inner: WebSocket,
    _opened: Closure<dyn FnMut()>,
    _received: Closure<dyn FnMut(MessageEvent)>,
    _closed: Closure<dyn FnMut(CloseEvent)>,
}

impl Socket {
    /// Dials a path of the desk's own origin. `happened` is no leptos callback: those die with the
    /// view whose press led here.
    pub(crate) fn dial(path: &str, happened: Rc<dyn Fn(Happened)>) -> Result<Self, JsValue> {
        let location = web_sys::window().ok_or(JsValue::NULL)?.location();
        let scheme = if location.protocol()? == "https:" { "wss:" } else { "ws:" };
        let url = format!("{scheme}//{}{path}", location.host()?);
        let socket = WebSocket::new(&url)?;

        let opened = {
            let happened = Rc::clone(&happened);
            Closure::<dyn FnMut()>::new(move || happened(Happened::Opened))
        };
        let heard = Rc::clone(&happened);
        let received = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            if let Some(text) = event.data().as_string() {
                heard(Happened::Received(text));
            }
        });
        let closed = Closure::<dyn FnMut(CloseEvent)>::new(move |event: CloseEvent| {
            happened(Happened::Closed(event.code()));
        });
        socket.set_onopen(Some(opened.as_ref().unchecked_ref()));
        socket.set_onmessage(Some(received.as_ref().unchecked_ref()));
        socket.set_onclose(Some(closed.as_ref().unchecked_ref()));
        Ok(Self { inner: socket, _opened: opened, _received: received, _closed: closed })
    }

    /// Sends a frame. A socket that is not open drops it; the client says it again after hello.
    pub(crate) fn send(&self, frame: &str) {
        if self.inner.ready_state() == WebSocket::OPEN {
            let _ = self.inner.send_with_str(frame);
        }
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.inner.set_onopen(None);
        self.inner.set_onmessage(None);
        self.inner.set_onclose(None);
        let _ = self.inner.close();
    }
}
