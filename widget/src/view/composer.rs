//! Where one writes, and what is being attached. What is dropped on the page or pasted is taken by
//! the script that stands in it, before and after the app is there.

use inbox_text::widget;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, File, HtmlInputElement, HtmlTextAreaElement, KeyboardEvent};

use super::{
    Press, Ui,
    dom::{El, adopted, append, button, el, html, is_key, pressed, watch},
    icon::{AGAIN, CLIP, CROSS, SEND, SHEET, icon},
    line::visible,
};
use crate::model::{Attachment, Composer, Model, Msg, Upload};

/// The composer, and the element that one writes into.
pub(super) fn composer(ui: Ui) -> (El, HtmlTextAreaElement) {
    let field = field(ui);
    let (attach, input) = attach(ui);
    let send = el("button", "icon send")
        .live("aria-label", ui.label(widget::SEND))
        .live("title", ui.label(widget::SEND))
        .flag("disabled", move || !ui.model.with(Model::can_send))
        .with(icon(SEND));
    let row = adopted("div", "field")
        .live("class", move || Some(if shut(ui) { "field off" } else { "field" }.to_owned()))
        .around(&[input, attach], &field, &[send]);
    let hint = el("p", "hint").says(move || hint(ui));
    let alert = el("p", "alert").attr("id", "alert").attr("role", "alert").says(move || {
        let mut all = String::new();
        for it in ui.model.with(|it| it.alerts.clone()) {
            all.push_str(&ui.say(&it));
            all.push('\n');
        }
        all
    });
    let keys = el("span", "sr").attr("id", "keys").says(ui.says(widget::MESSAGE_HINT));
    let drop = el("p", "drop").attr("aria-hidden", "true").says(ui.says(widget::DROP_HERE));
    let form = adopted("form", "composer")
        .on("submit", move |event| {
            event.prevent_default();
            (ui.press)(Press::Send);
        })
        .around(&[hint, alert, attachments(ui)], &row, &[keys, counter(ui), drop]);
    (form, field.cast())
}

fn shut(ui: Ui) -> bool {
    ui.model.with(Model::composer) != Composer::Open
}

/// Why one cannot write, or what writing will do.
fn hint(ui: Ui) -> String {
    let (state, hint) = ui.model.with(|it| (it.composer(), it.ended_hint()));
    let phrase = match state {
        Composer::RatingFirst => Some(widget::RATING_REQUIRED),
        Composer::Shut => Some(widget::GONE),
        Composer::Open => hint,
    };
    phrase.map_or_else(String::new, |it| ui.say(&it))
}

fn attach(ui: Ui) -> (El, El) {
    let input = el("input", "").attr("type", "file").attr("multiple", "").attr("hidden", "");
    let element: HtmlInputElement = input.cast();
    let opener = element.clone();
    let input = input.on("change", move |_| {
        if let Some(files) = element.files() {
            let files: Vec<File> = (0..files.length()).filter_map(|it| files.get(it)).collect();
            (ui.press)(Press::Files(files));
        }
        // The same file can be picked again after it was removed.
        element.set_value("");
    });
    let attach = button("icon")
        .live("aria-label", ui.label(widget::ATTACH))
        .live("title", ui.label(widget::ATTACH))
        .flag("disabled", move || shut(ui))
        .on("click", move |_| opener.click())
        .with(icon(CLIP));
    (attach, input)
}

fn field(ui: Ui) -> El {
    let field = adopted("textarea", "")
        .attr("rows", "1")
        .attr("aria-describedby", "keys alert")
        .attr("enterkeyhint", "send")
        .attr("dir", "auto")
        .live("aria-label", ui.label(widget::MESSAGE_LABEL))
        .live("placeholder", ui.label(widget::MESSAGE_PLACEHOLDER))
        .flag("disabled", move || shut(ui));
    let element: HtmlTextAreaElement = field.cast();
    let own = element.clone();
    watch(move || {
        let draft = ui.model.with(|it| it.draft.clone());
        // Only what was not typed is written back: a cursor in mid-word must stay where it is.
        if (ui.format.normal)(&own.value()) != draft {
            own.set_value(&draft);
        }
        // For browsers without `field-sizing`; the others measure the same.
        let style = html(&own).style();
        let _ = style.set_property("height", "auto");
        let _ = style.set_property("height", &[&own.scroll_height().to_string(), "px"].concat());
    });
    field.on("input", move |_| (ui.press)(Press::Draft(element.value()))).on(
        "keydown",
        move |event| {
            if sends(&event) {
                event.prevent_default();
                (ui.press)(Press::Send);
            }
        },
    )
}

fn sends(event: &Event) -> bool {
    is_key(event, "Enter") && !event.unchecked_ref::<KeyboardEvent>().shift_key()
}

fn counter(ui: Ui) -> El {
    let left = move || ui.model.with(Model::counter);
    el("p", "counter")
        .attr("role", "status")
        .live("class", move || {
            Some(
                if left().is_some_and(|it| it < 0) { "counter over" } else { "counter" }.to_owned(),
            )
        })
        .says(move || match left() {
            Some(left) if left < 0 => ui.say(&widget::characters_over(left.unsigned_abs())),
            Some(left) => ui.say(&widget::characters_left(left.unsigned_abs())),
            None => String::new(),
        })
}

/// A file of the next message, on screen.
struct Chip {
    attachment: Attachment,
    element: Element,
}

fn attachments(ui: Ui) -> El {
    let list = el("ul", "attachments")
        .live("aria-label", ui.label(widget::ATTACHMENTS))
        .flag("hidden", move || ui.model.with(|it| it.attachments.tray().is_empty()))
        .on("click", move |event| {
            let Some((what, id)) = pressed(&event) else { return };
            let Ok(id) = id.parse() else { return };
            match what.as_str() {
                "retry" => ui.press(Msg::FileRetried { id }),
                _ => ui.press(Msg::FileRemoved { id }),
            }
        });
    let element = list.0.clone();
    let mut chips: Vec<Chip> = Vec::new();
    watch(move || {
        let now = ui.model.with(|it| it.attachments.tray().to_vec());
        let stays = |it: &Chip| now.iter().any(|now| now.picked.id == it.attachment.picked.id);
        for gone in chips.extract_if(.., |it| !stays(it)) {
            gone.element.remove();
        }
        for attachment in now {
            match chips.iter_mut().find(|it| it.attachment.picked.id == attachment.picked.id) {
                Some(chip) if chip.attachment == attachment => (),
                Some(chip) => chip.change(ui, attachment),
                None => {
                    let chip = Chip { element: chip(ui, &attachment).0, attachment };
                    append(&element, &chip.element);
                    chips.push(chip);
                }
            }
        }
    });
    list
}

impl Chip {
    /// Progress moves the bar only: the button that cancels must not be taken from under a finger.
    fn change(&mut self, ui: Ui, attachment: Attachment) {
        if let (Upload::Running { percent }, Upload::Running { .. }) =
            (&attachment.state, &self.attachment.state)
        {
            if let Ok(Some(bar)) = self.element.query_selector("progress") {
                // The name of the attribute is one.
                let _ = bar.set_attribute("value", &percent.to_string());
            }
        } else {
            let built = chip(ui, &attachment).0;
            // It can only fail for a document.
            let _ = self.element.replace_with_with_node_1(&built);
            self.element = built;
        }
        self.attachment = attachment;
    }
}

fn chip(ui: Ui, attachment: &Attachment) -> El {
    let Attachment { picked, state, .. } = attachment;
    let name = picked.name.as_str();
    let running = matches!(state, Upload::Running { .. });
    let failed = matches!(state, Upload::Failed { .. });
    let id = picked.id.to_string();
    let press = |what, phrase: &inbox_text::Phrase, path| {
        button("icon")
            .attr("data-do", what)
            .attr("data-id", &id)
            .attr("aria-label", &ui.say(phrase))
            .with(icon(path))
    };
    let below = match state {
        Upload::Running { .. } | Upload::Done(_) => (ui.format.size)(&ui.language(), picked.bytes),
        Upload::Waiting { .. } => ui.say(&widget::WAITING_FOR_CONNECTION),
        Upload::Failed { .. } => ui.say(&widget::FILE_FAILED),
    };
    let again = matches!(state, Upload::Failed { retry: true });
    let bar = running.then(|| {
        el("progress", "")
            .attr("max", "100")
            .attr("value", "0")
            .attr("aria-label", &ui.say(&widget::file_progress(name)))
    });
    let about = el("span", "about")
        .with(el("bdi", "").text(&visible(name)))
        .with(el("small", "").text(&below))
        .maybe(bar);
    let picture = match &picked.preview {
        Some(url) => el("img", "").attr("src", url).attr("alt", ""),
        None => icon(SHEET),
    };
    let remove = if running { widget::file_cancel(name) } else { widget::file_remove(name) };
    el("li", if failed { "failed" } else { "" })
        .with(picture)
        .with(about)
        .maybe(again.then(|| press("retry", &widget::file_retry(name), AGAIN)))
        .with(press("remove", &remove, CROSS))
}
