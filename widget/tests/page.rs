//! The chat's page says the same before the app is there as the app does afterwards.
#![cfg(not(target_arch = "wasm32"))]

const PAGE: &str = include_str!("../frame.html");
const EARLY: &str = include_str!("../early/index.ts");
const PICTURES: &str = include_str!("../src/view/icon.rs");
const STORAGE: &str = include_str!("../src/shell/storage.rs");
const STYLE: &str = include_str!("../style.css");

/// What stands between `before` and the next quotation mark, wherever it does.
fn quoted<'a>(text: &'a str, before: &str) -> Vec<&'a str> {
    text.split(before).skip(1).filter_map(|it| it.split('"').next()).collect()
}

#[test]
fn every_picture_of_the_page_is_one_of_the_apps() {
    let pictures = quoted(PAGE, "<path d=\"");
    assert_eq!(pictures.len(), 4);
    for picture in pictures {
        assert!(PICTURES.contains(&format!("\"{picture}\"")), "{picture}");
    }
}

#[test]
fn every_class_of_the_page_has_a_style() {
    let classes = quoted(PAGE, "class=\"");
    for class in classes.iter().flat_map(|it| it.split(' ')) {
        assert!(
            STYLE.contains(&format!(".{class}")) || ["theirs", "first", "names"].contains(&class),
            "{class}"
        );
    }
}

#[test]
fn the_early_script_reads_and_writes_what_the_app_stores() {
    for name in ["token", "draft"] {
        assert!(EARLY.contains(&format!("\"{name}\"")), "{name}");
        assert!(STORAGE.contains(&format!("self.key(\"{name}\")")), "{name}");
    }
}

#[test]
fn adopted_elements_are_in_the_page_once() {
    for element in
        ["<main class=\"panel\"", "<form class=\"composer\"", "<div class=\"field\"", "<textarea "]
    {
        assert_eq!(PAGE.matches(element).count(), 1, "{element}");
    }
}
