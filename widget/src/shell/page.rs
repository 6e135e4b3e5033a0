//! The one channel to the page that embeds the chat. Nothing is taken from anybody but the
//! parent window, and after the handshake nothing but from the port.

use inbox_types::{ContactDetails, Language, PageUrl, Visit};
use js_sys::{Array, Object, Reflect};
use serde::Deserialize;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{MessageEvent, MessagePort};

use super::{change_language, codec, dispatch, window, with_shell};
use crate::model::{FromPage, Msg, ToPage};

/// The channel.
pub(super) struct Port(MessagePort);

/// What the loader says.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Said {
    Show {
        #[serde(default)]
        focus: bool,
    },
    Hide,
    Visits {
        visits: Vec<Visit>,
    },
    Page {
        url: PageUrl,
    },
    Prefill {
        #[serde(default)]
        details: ContactDetails,
        #[serde(default)]
        text: Option<String>,
    },
    Locale {
        language: Language,
    },
    #[serde(other)]
    Later,
}

impl Port {
    pub(super) fn tell(&self, news: &ToPage) {
        let fields: [(&str, JsValue); 3] = match news {
            ToPage::Close => [("type", "close".into()), NONE, NONE],
            ToPage::Unread(count) => [
                ("type", "unread".into()),
                ("count", JsValue::from(u32::try_from(*count).unwrap_or(u32::MAX))),
                NONE,
            ],
            ToPage::Open(on) => [("type", "open".into()), ("on", JsValue::from(*on)), NONE],
            ToPage::Language(language) => {
                [("type", "language".into()), ("language", language.as_str().into()), NONE]
            }
            ToPage::Event(name) => [("type", "event".into()), ("name", (*name).into()), NONE],
        };
        let message = Object::new();
        for (name, value) in fields {
            if !name.is_empty() {
                // Setting a field of a plain object does not fail.
                let _ = Reflect::set(&message, &name.into(), &value);
            }
        }
        // A port whose page is gone takes everything and passes on nothing.
        let _ = self.0.post_message(&message);
    }
}

const NONE: (&str, JsValue) = ("", JsValue::UNDEFINED);

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
        let word =
            Reflect::get(&event.data(), &"porchlight".into()).ok().and_then(|it| it.as_string());
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
    let ready = Object::new();
    let _ = Reflect::set(&ready, &"porchlight".into(), &"ready".into());
    // Who embeds the chat is limited by its frame-ancestors, and this tells nobody anything.
    let _ = parent.post_message_with_transfer(&ready, "*", &Array::new());
}

fn connect(port: MessagePort) {
    let heard = Closure::<dyn FnMut(MessageEvent)>::new(|event: MessageEvent| {
        if let Some(said) = codec::read(&event.data()) {
            hear(said);
        }
    });
    port.set_onmessage(Some(heard.as_ref().unchecked_ref()));
    heard.forget();
    with_shell(|it| it.port = Some(Port(port)));
}

fn hear(said: Said) {
    match said {
        Said::Show { focus } => dispatch(Msg::Shown { focus }),
        Said::Hide => dispatch(Msg::Hidden),
        Said::Visits { visits } => dispatch(Msg::Page(FromPage::Visits(visits))),
        Said::Page { url } => dispatch(Msg::Page(FromPage::At(url))),
        Said::Prefill { details, text } => dispatch(Msg::Page(FromPage::Prefill { details, text })),
        // A preset of the page is no choice of the visitor's, so the relay does not hear of it.
        Said::Locale { language } => {
            if let Some(ui) = with_shell(|it| it.ui) {
                change_language(ui, language);
            }
        }
        Said::Later => (),
    }
}
