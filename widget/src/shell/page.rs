//! The one channel to the page that embeds the chat. Nothing is taken from anybody but the
//! parent window, and after the handshake nothing but from the port.

use js_sys::Array;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{MessageEvent, MessagePort};

use super::{
    change_language,
    codec::{self, Value, Writer},
    dispatch, window, with_shell,
};
use crate::model::{FromPage, Msg, ToPage};

/// The channel.
pub(super) struct Port(MessagePort);

impl Port {
    pub(super) fn tell(&self, news: &ToPage) {
        let message = match news {
            ToPage::Close => Writer::tagged("close"),
            ToPage::Unread(count) => Writer::tagged("unread").number("count", *count as u64),
            ToPage::Open(on) => Writer::tagged("open").flag("on", *on),
            ToPage::Language(language) => {
                Writer::tagged("language").text("language", language.as_str())
            }
            ToPage::Event(name) => Writer::tagged("event").text("name", name),
        };
        // A port whose page is gone takes everything and passes on nothing.
        let _ = self.0.post_message(&message.value());
    }
}

/// Says that the chat is there, and waits for the loader's port. Opened in a tab of its own, the
/// chat shows itself.
pub(super) fn greet() {
    let parent = match window().parent() {
        Ok(Some(parent)) if parent != window() => parent,
        Ok(_) | Err(_) => return dispatch(Msg::Shown { focus: true }),
    };
    let own = parent.clone();
    let listen = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let from_parent = event.source().is_some_and(|it| it == **own);
        let word = Value::of(event.data()).text("porchlight");
        if from_parent
            && word.as_deref() == Some("port")
            && let Ok(port) = event.ports().get(0).dyn_into::<MessagePort>()
        {
            connect(port);
        }
    });
    // It can only fail where there are no events, and then there is no chat either.
    let _ = window().add_event_listener_with_callback("message", listen.as_ref().unchecked_ref());
    listen.forget();
    let ready = Writer::new().text("porchlight", "ready").value();
    // Who embeds the chat is limited by its frame-ancestors, and this tells nobody anything.
    let _ = parent.post_message_with_transfer(&ready, "*", &Array::new());
}

fn connect(port: MessagePort) {
    let heard = Closure::<dyn FnMut(MessageEvent)>::new(|event: MessageEvent| {
        hear(&Value::of(event.data()));
    });
    port.set_onmessage(Some(heard.as_ref().unchecked_ref()));
    heard.forget();
    with_shell(|it| it.port = Some(Port(port)));
}

fn hear(said: &Value) {
    match said.text("type").unwrap_or_default().as_str() {
        "show" => dispatch(Msg::Shown { focus: said.flag("focus") }),
        "hide" => dispatch(Msg::Hidden),
        "visits" => dispatch(Msg::Page(FromPage::Visits(codec::visits(said)))),
        "page" => {
            if let Some(url) = said.checked("url") {
                dispatch(Msg::Page(FromPage::At(url)));
            }
        }
        "prefill" => {
            let details = codec::details(&said.get("details"));
            dispatch(Msg::Page(FromPage::Prefill { details, text: said.text("text") }));
        }
        // A preset of the page is no choice of the visitor's, so the relay does not hear of it.
        "locale" => {
            if let (Some(ui), Some(language)) = (with_shell(|it| it.ui), said.checked("language")) {
                change_language(ui, language);
            }
        }
        // Of a later loader.
        _ => (),
    }
}
