//! Desktop notifications, by id: a newer one replaces the older, a retracted one is closed.

use std::cell::RefCell;
use std::collections::BTreeMap;

use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Notification, NotificationOptions, NotificationPermission};

use crate::model::{Alert, Permission};

struct Shown {
    notification: Notification,
    _pressed: Closure<dyn FnMut()>,
}

thread_local! {
    static SHOWN: RefCell<BTreeMap<String, Shown>> = const { RefCell::new(BTreeMap::new()) };
}

/// What the browser allows now. Some browsers have no notifications at all.
pub(crate) fn permission() -> Permission {
    let window: wasm_bindgen::JsValue = web_sys::window().into();
    if !js_sys::Reflect::has(&window, &"Notification".into()).unwrap_or(false) {
        return Permission::Refused;
    }
    match Notification::permission() {
        NotificationPermission::Granted => Permission::Granted,
        NotificationPermission::Default => Permission::NotAsked,
        NotificationPermission::Denied | _ => Permission::Refused,
    }
}

/// Asks the person. Only a press may lead here: browsers refuse to ask otherwise.
pub(crate) async fn ask() -> Permission {
    if let Ok(asked) = Notification::request_permission() {
        let _ = wasm_bindgen_futures::JsFuture::from(asked).await;
    }
    permission()
}

/// Shows a notification. `title` and `body` are in the reader's language.
pub(crate) fn show(alert: &Alert, title: &str, body: &str, pressed: impl Fn() + 'static) {
    let options = NotificationOptions::new();
    options.set_body(body);
    options.set_tag(&alert.id);
    options.set_require_interaction(alert.sticky);
    // The console plays its own sound, or none if the agent wants none.
    options.set_silent(Some(true));
    let Ok(notification) = Notification::new_with_options(title, &options) else { return };
    let shown = notification.clone();
    let pressed = Closure::<dyn FnMut()>::new(move || {
        if let Some(window) = web_sys::window() {
            let _ = window.focus();
        }
        shown.close();
        pressed();
    });
    notification.set_onclick(Some(pressed.as_ref().unchecked_ref()));
    let entry = Shown { notification, _pressed: pressed };
    // The older one has the same tag, so the browser has replaced it already.
    SHOWN.with_borrow_mut(|it| it.insert(alert.id.clone(), entry));
}

/// Takes a notification away.
pub(crate) fn close(id: &str) {
    if let Some(shown) = SHOWN.with_borrow_mut(|it| it.remove(id)) {
        shown.notification.close();
    }
}
