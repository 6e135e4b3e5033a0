//! Apps that stopped in somebody's browser because of a mistake of their own: which of what a page says
//! of that is believed.

use std::collections::BTreeMap;

use inbox_protocol::http::App;
use inbox_types::Text;
use serde::{Deserialize, Serialize};

/// Digits of a build's hash.
const DIGITS: usize = 10;

/// The app that stopped.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Stop {
    /// Which one.
    pub app: App,
    /// Its build, if it is the one that is served; so nobody can make up builds, of which there would
    /// be no end.
    pub build: Option<Text<10>>,
}

/// What stopped, by the name of its script as the page has it: `widget.0123456789.js`. The manifest
/// knows which one is served. None if that is no name of ours.
#[must_use]
pub fn read(name: &str, manifest: &BTreeMap<String, String>) -> Option<Stop> {
    let (app, build) = name.strip_suffix(".js")?.split_once('.')?;
    let is_hash = build.len() == DIGITS && build.bytes().all(|it| it.is_ascii_hexdigit());
    let (app, script) = match app {
        "widget" => (App::Widget, "widget.js"),
        "console" => (App::Console, "console.js"),
        _ => return None,
    };
    let is_served = manifest.get(script).is_some_and(|it| it.rsplit('/').next() == Some(name));
    is_hash.then(|| Stop { app, build: Text::cut(build).filter(|_| is_served) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_build_that_is_served_is_known_by_its_hash() {
        let manifest = BTreeMap::from(
            ["widget", "console"]
                .map(|it| (format!("{it}.js"), format!("/assets/{it}.0123456789.js"))),
        );
        let read = |name| read(name, &manifest).map(|it| (it.app, it.build.is_some()));
        assert_eq!(read("widget.0123456789.js"), Some((App::Widget, true)));
        assert_eq!(read("console.0123456789.js"), Some((App::Console, true)));
        assert_eq!(read("widget.abcdefabcd.js"), Some((App::Widget, false)));
        for strange in [
            "",
            "widget.js",
            "widget.0123456789",
            "widget.0123456789.wasm",
            "widget.01234567890.js",
            "widget.ana@mail.x.js",
            "loader.0123456789.js",
            "Widget.0123456789.js",
            "../widget.0123456789.js",
        ] {
            assert_eq!(read(strange), None, "{strange}");
        }
    }
}
