//! What somebody hears of an element: one line for each thing with a role, its name and its state.

use wasm_bindgen::JsCast as _;
use web_sys::{Element, Node};

use super::document;

/// Writes down what somebody hears of an element: a line for each thing with a role.
pub(crate) fn receive(element: &Element, depth: usize, heard: &mut String) {
    let is = |name: &str| element.get_attribute(name);
    let tag = element.tag_name().to_lowercase();
    if is("hidden").is_some() || is("aria-hidden").as_deref() == Some("true") {
        return;
    }
    if tag == "dialog" && is("open").is_none() {
        return;
    }
    let role = is("role").or_else(|| implicit(&tag, element).map(str::to_owned));
    let says = |text: Option<String>| shown(text.unwrap_or_default().trim());
    let label = is("aria-label").map(|it| shown(&it)).or_else(|| is("alt")).or_else(|| {
        let title = document().get_element_by_id(&is("aria-labelledby")?)?;
        title.text_content()
    });
    let whole = matches!(
        role.as_deref(),
        Some("button" | "link" | "heading" | "option" | "paragraph" | "status" | "alert" | "text")
    ) && element.query_selector("button, a, progress").unwrap().is_none();
    let name =
        label.unwrap_or_else(|| if whole { says(element.text_content()) } else { String::new() });
    let mut inside = depth;
    if let Some(role) = role.filter(|_| !whole || !name.is_empty()) {
        inside += 1;
        let mut line = format!("{:depth$}{role}", "", depth = depth * 2);
        if !name.is_empty() {
            line.push_str(&[" “", &name.replace('\n', " "), "”"].concat());
        }
        for state in ["disabled", "aria-expanded", "value"] {
            if let Some(value) = is(state).filter(|_| tag != "option") {
                line.push_str(&[" ", state].concat());
                if !value.is_empty() {
                    line.push_str(&["=", &value].concat());
                }
            }
        }
        heard.push_str(line.trim_end());
        heard.push('\n');
    }
    if whole {
        return;
    }
    let mut child = element.first_child();
    while let Some(it) = child {
        if it.node_type() == Node::TEXT_NODE {
            let text = says(it.text_content());
            if !text.is_empty() {
                heard.push_str(&["  ".repeat(inside).as_str(), "text “", &text, "”\n"].concat());
            }
        } else if let Some(element) = it.dyn_ref::<Element>() {
            receive(element, inside, heard);
        }
        child = it.next_sibling();
    }
}

/// With what keeps a foreign name in its own direction to be seen.
fn shown(text: &str) -> String {
    text.replace('\u{2068}', "⟨").replace('\u{2069}', "⟩")
}

fn implicit(tag: &str, element: &Element) -> Option<&'static str> {
    Some(match tag {
        "header" => "banner",
        "h1" | "h2" => "heading",
        "button" => "button",
        "a" => "link",
        "textarea" => "textbox",
        "select" => "combobox",
        "option" => "option",
        "input" if element.get_attribute("type").as_deref() == Some("radio") => "radio",
        "form" => "form",
        "fieldset" => "group",
        "legend" | "span" | "small" => "text",
        "ul" => "list",
        "li" => "listitem",
        "p" => "paragraph",
        "dialog" => "dialog",
        "progress" => "progressbar",
        "img" => "img",
        _ => return None,
    })
}
