//! The chat's page before the app is there. That its pictures are the app's, `components/main.rs` tests; that
//! what is typed there is not lost, `tests/scenes/early.scene.ts`.
#![cfg(not(target_arch = "wasm32"))]

const PAGE: &str = include_str!("../frame.html");
const STYLE: &str = include_str!("../style.css");

/// What stands between `before` and the next quotation mark, wherever it does.
fn quoted<'a>(text: &'a str, before: &str) -> Vec<&'a str> {
    text.split(before).skip(1).filter_map(|it| it.split('"').next()).collect()
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
fn adopted_elements_are_in_the_page_once() {
    for element in
        ["<main class=\"panel\"", "<form class=\"composer\"", "<div class=\"field\"", "<textarea "]
    {
        assert_eq!(PAGE.matches(element).count(), 1, "{element}");
    }
}
