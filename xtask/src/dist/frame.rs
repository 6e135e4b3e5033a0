//! The chat's page: style and early script stand in it, and the relay's policy names their hashes.

use std::fs;

use anyhow::{Result, ensure};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::paths;

/// The page of an app that stands in a frame, if it is one.
pub(super) fn template(app: &str) -> Option<String> {
    fs::read_to_string(paths::root().join(app).join("frame.html")).ok()
}

/// The page with style and script in it, and their hashes, as the relay reads them.
pub(super) fn page(template: &str, style: &[u8], script: &[u8]) -> Result<Vec<u8>> {
    let (html, style_hash) = inline(template, "style", style)?;
    let (html, script_hash) = inline(&html, "script", script)?;
    let page = json!({ "html": html, "script_hash": script_hash, "style_hash": style_hash });
    Ok(serde_json::to_vec(&page)?)
}

/// Puts the content where the page has the empty element.
fn inline(html: &str, element: &str, content: &[u8]) -> Result<(String, String)> {
    let content = std::str::from_utf8(content)?.trim();
    let place = format!("<{element}></{element}>");
    ensure!(html.matches(&place).count() == 1, "the page has one place for its {element}");
    ensure!(!content.contains(&format!("</{element}")), "the {element} would end itself");
    ensure!(!content.contains("{{"), "the relay would take a part of the {element} for a name");
    let hash = format!("sha256-{}", STANDARD.encode(Sha256::digest(content)));
    Ok((html.replace(&place, &format!("<{element}>{content}</{element}>")), hash))
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    const TEMPLATE: &str = "<style></style><p>{{name}}</p><script></script>";

    #[test]
    fn style_and_script_stand_in_the_page_and_are_named_by_their_hashes() {
        let page = page(TEMPLATE, b"p{color:red}\n", b"run()\n").expect("it fits");
        let page: Value = serde_json::from_slice(&page).expect("it is JSON");
        assert_eq!(
            page["html"],
            "<style>p{color:red}</style><p>{{name}}</p><script>run()</script>"
        );
        // `printf 'run()' | openssl dgst -sha256 -binary | base64`
        assert_eq!(page["script_hash"], "sha256-AvyuiL0SD1mVY3NNxR+V2uo+lhk6RMFrytWmRt6CrJQ=");
    }

    #[test]
    fn what_would_break_the_page_stops_the_build() {
        assert!(page(TEMPLATE, b"", b"'</script>'").is_err());
        assert!(page(TEMPLATE, b"", b"a={{b}}").is_err());
        assert!(page("<style></style>", b"", b"").is_err());
    }
}
