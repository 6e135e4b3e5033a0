//! What views need of the page itself: focus, scrolling, files.

use std::time::Duration;

use leptos::{html, prelude::*, task::tick};
use wasm_bindgen::{JsCast, closure::Closure};
use wasm_bindgen_futures::spawn_local;
use web_sys::{
    Element, File, HtmlDialogElement, HtmlElement, HtmlInputElement, HtmlSelectElement,
    HtmlTextAreaElement, Node,
};

/// How near the end counts as the end, in pixels.
const NEAR: i32 = 60;

/// Runs something when what was changed is on screen.
pub(crate) fn after_paint(run: impl FnOnce() + 'static) {
    request_animation_frame(run);
}

/// Runs something when what was changed is in the page, before another key can be pressed.
pub(crate) fn after_render(run: impl FnOnce() + 'static) {
    spawn_local(async move {
        tick().await;
        run();
    });
}

/// Loads the page again.
pub(crate) fn reload() {
    // Whoever has typed what is not saved is asked first, and may stay.
    let _ = window().location().reload();
}

/// Runs something when the browser has nothing else to do. Where it cannot say so, in a second.
pub(crate) fn when_idle(run: impl Fn() + Copy + 'static) {
    if request_idle_callback_with_handle(run).is_err() {
        set_timeout(run, Duration::from_secs(1));
    }
}

/// Opens a dialog so that it keeps the focus.
pub(crate) fn show_modal(dialog: &HtmlDialogElement) {
    if dialog.is_connected() && !dialog.open() {
        let _ = dialog.show_modal();
        // The first field is where somebody wants to be, not the button that closes.
        focus_first(dialog, "input:not([type=checkbox]), textarea, .choice, button[type=submit]");
    }
}

/// Focuses the first of these inside.
pub(crate) fn focus_first(inside: &Element, selector: &str) {
    if let Ok(Some(first)) = inside.query_selector(selector) {
        focus(&first);
    }
}

/// Focuses the one after or before the focused one, around the end.
pub(crate) fn step(inside: &Element, selector: &str, down: bool) {
    let Ok(found) = inside.query_selector_all(selector) else { return };
    let n = found.length();
    if n == 0 {
        return;
    }
    let focused = document().active_element();
    let current = (0..n)
        .find(|index| found.item(*index).and_then(|it| it.dyn_into::<Element>().ok()) == focused);
    let next = match (current, down) {
        (Some(index), true) => (index + 1) % n,
        (Some(index), false) => (index + n - 1) % n,
        (None, true) => 0,
        (None, false) => n - 1,
    };
    if let Some(next) = found.item(next).and_then(|it| it.dyn_into::<Element>().ok()) {
        focus(&next);
    }
}

/// Presses what has the focus.
pub(crate) fn press_focused() {
    let focused = document().active_element().and_then(|it| it.dyn_into::<HtmlElement>().ok());
    if let Some(focused) = focused {
        focused.click();
    }
}

/// Focuses the element of that id.
pub(crate) fn focus_id(id: &str) {
    if let Some(element) = document().get_element_by_id(id) {
        focus(&element);
    }
}

/// Whoever has lost the focus with what had it goes on in the list.
pub(crate) fn find_focus_again() {
    let page = document();
    let is_lost = page.active_element().is_none_or(|it| {
        it.tag_name() == "BODY"
            || it.closest("[hidden], dialog:not([open])").ok().flatten().is_some()
    });
    if let Some(list) = page.get_element_by_id("conversation-list").filter(|_| is_lost) {
        focus_first(&list, ".row");
    }
}

fn focus(element: &Element) {
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        let _ = element.focus();
    }
}

/// Calls back when a press lands elsewhere.
pub(crate) fn on_press_outside(place: NodeRef<html::Div>, run: impl Fn() + 'static) {
    let handle = window_event_listener(leptos::ev::mousedown, move |event| {
        let target = event.target().and_then(|it| it.dyn_into::<Node>().ok());
        let inside = place.get_untracked().is_some_and(|it| it.contains(target.as_ref()));
        if !inside {
            run();
        }
    });
    on_cleanup(move || handle.remove());
}

/// Calls back when the window has another size, as when a phone's keyboard comes or goes.
pub(crate) fn on_resize(run: impl Fn() + 'static) {
    let handle = window_event_listener(leptos::ev::resize, move |_| run());
    on_cleanup(move || handle.remove());
}

/// Whether the end of the scrolled content is on screen.
pub(crate) fn is_at_end(place: &Element) -> bool {
    place.scroll_height() - place.scroll_top() - place.client_height() < NEAR
}

/// Scrolls to the end.
pub(crate) fn scroll_to_end(place: &Element) {
    place.set_scroll_top(place.scroll_height());
}

/// Scrolls to the first of these inside, if there is one.
pub(crate) fn show(inside: &Element, selector: &str) -> bool {
    let Ok(Some(first)) = inside.query_selector(selector) else { return false };
    let options = web_sys::ScrollIntoViewOptions::new();
    options.set_block(web_sys::ScrollLogicalPosition::Center);
    first.scroll_into_view_with_scroll_into_view_options(&options);
    true
}

/// Scrolls the element of this id into view, no further than it takes.
pub(crate) fn show_id(id: &str) {
    let options = web_sys::ScrollIntoViewOptions::new();
    options.set_block(web_sys::ScrollLogicalPosition::Nearest);
    if let Some(element) = document().get_element_by_id(id) {
        element.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

/// How far a reader has scrolled, and how high the content was then.
#[derive(Clone, Copy, Default)]
pub(crate) struct Stand {
    top: i32,
    height: i32,
}

impl Stand {
    pub(crate) fn of(place: &Element) -> Self {
        Self { top: place.scroll_top(), height: place.scroll_height() }
    }

    /// Keeps on screen what was there, when the content has grown above it. The browser may have
    /// done so already, but not for a reader at the very top.
    pub(crate) fn keep(self, place: &Element) {
        place.set_scroll_top(self.top + place.scroll_height() - self.height);
    }
}

/// Whether there is room for the panel beside the transcript; narrower, it would lie over it.
pub(crate) fn is_wide() -> bool {
    let width = window().inner_width().ok().and_then(|it| it.as_f64());
    width.is_none_or(|it| 1_180.0 < it)
}

/// Makes a text area as high as its text, up to its style's limit.
pub(crate) fn grow(area: &HtmlTextAreaElement) {
    let style = HtmlElement::style(area);
    let _ = style.set_property("block-size", "auto");
    let _ = style.set_property("block-size", &format!("{}px", area.scroll_height() + 2));
}

/// Shows a value in the drop-down that changed.
pub(crate) fn set_select(event: &web_sys::Event, value: &str) {
    let target = event.target().and_then(|it| it.dyn_into::<HtmlSelectElement>().ok());
    if let Some(select) = target {
        select.set_value(value);
    }
}

/// Shows a state in the box that changed.
pub(crate) fn set_checked(event: &web_sys::Event, on: bool) {
    let target = event.target().and_then(|it| it.dyn_into::<HtmlInputElement>().ok());
    if let Some(input) = target {
        input.set_checked(on);
    }
}

/// Whether it is a field of one line, where Enter means that it is done.
pub(crate) fn is_line(target: Option<&web_sys::EventTarget>) -> bool {
    target.is_some_and(JsCast::has_type::<HtmlInputElement>)
}

/// Whether what is typed there is a text.
pub(crate) fn takes_text(target: Option<&web_sys::EventTarget>) -> bool {
    target.is_some_and(|it| {
        it.has_type::<HtmlInputElement>()
            || it.has_type::<HtmlTextAreaElement>()
            || it.has_type::<HtmlSelectElement>()
    })
}

/// Where the caret stands.
pub(crate) fn caret(area: &HtmlTextAreaElement) -> usize {
    let end = area.selection_end().ok().flatten();
    end.map_or(usize::MAX, |it| it as usize)
}

/// The text area of this id, if it is there.
fn area(id: &str) -> Option<HtmlTextAreaElement> {
    document().get_element_by_id(id)?.dyn_into().ok()
}

/// Has the browser save a text as a file.
pub(crate) fn save(name: &str, media: &str, text: &str) {
    let options = web_sys::BlobPropertyBag::new();
    options.set_type(media);
    let parts = js_sys::Array::of1(&text.into());
    let Ok(blob) = web_sys::Blob::new_with_str_sequence_and_options(&parts, &options) else {
        return;
    };
    let Ok(url) = web_sys::Url::create_object_url_with_blob(&blob) else { return };
    let link = document().create_element("a").ok();
    if let Some(link) = link.and_then(|it| it.dyn_into::<web_sys::HtmlAnchorElement>().ok()) {
        link.set_href(&url);
        link.set_download(name);
        link.click();
    }
    // By then the browser has the bytes.
    let forget = move || drop(web_sys::Url::revoke_object_url(&url));
    set_timeout(forget, Duration::from_mins(1));
}

/// Where the caret stands in the text area of this id; its end if nobody can say.
pub(crate) fn caret_in(id: &str) -> usize {
    area(id).map_or(usize::MAX, |it| caret(&it))
}

/// Focuses the text area of this id, with the caret behind so many UTF-16 units.
pub(crate) fn place_caret(id: &str, behind: usize) {
    let Some(area) = area(id) else { return };
    let behind = u32::try_from(behind).unwrap_or(u32::MAX);
    let _ = area.focus();
    let _ = area.set_selection_range(behind, behind);
}

/// The files of an input, which is empty afterwards: the same file may be chosen again.
pub(crate) fn chosen_files(input: &HtmlInputElement) -> Vec<File> {
    let files = list(input.files());
    input.set_value("");
    files
}

/// The files that were dropped.
pub(crate) fn dropped_files(event: &web_sys::DragEvent) -> Vec<File> {
    list(event.data_transfer().and_then(|it| it.files()))
}

/// The files that were pasted.
pub(crate) fn pasted_files(event: &web_sys::ClipboardEvent) -> Vec<File> {
    list(event.clipboard_data().and_then(|it| it.files()))
}

fn list(files: Option<web_sys::FileList>) -> Vec<File> {
    let Some(files) = files else { return Vec::new() };
    (0..files.length()).filter_map(|index| files.get(index)).collect()
}

/// Whether a key is the input method's: while a word is composed, Enter and Escape mean the word.
pub(crate) fn is_composing(event: &web_sys::KeyboardEvent) -> bool {
    event.is_composing() || event.key_code() == 229
}

/// Keeps the keys of a composition from all fields, menus and dialogs there are.
pub(crate) fn keep_compositions() {
    let heard = Closure::<dyn FnMut(_)>::new(|event: web_sys::KeyboardEvent| {
        if is_composing(&event) {
            event.stop_propagation();
            // A dialog closes itself, and a form sends itself, whoever hears of it.
            if matches!(event.key().as_str(), "Escape" | "Enter") {
                event.prevent_default();
            }
        }
    });
    let _ = window().add_event_listener_with_callback_and_bool(
        "keydown",
        heard.as_ref().unchecked_ref(),
        true,
    );
    heard.forget();
}

/// Listens for as long as the page lives.
pub(crate) fn listen<T: wasm_bindgen::convert::FromWasmAbi + 'static>(
    target: &web_sys::EventTarget,
    name: &str,
    run: impl FnMut(T) + 'static,
) {
    let closure = Closure::<dyn FnMut(T)>::new(run);
    let _ = target.add_event_listener_with_callback(name, closure.as_ref().unchecked_ref());
    closure.forget();
}
