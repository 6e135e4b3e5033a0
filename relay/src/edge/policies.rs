//! The content security policies of the chat's page and of the console, and what every answer says.

use super::chat::FramePage;
use crate::hosts;

/// The policy of the chat's page. `ancestors` are the site's own origins; of script and style that
/// stand in the page itself only the build's own run, by their hashes.
#[must_use]
pub fn frame_policy(
    page: &FramePage,
    ancestors: &[String],
    widget_origin: &str,
    files_origin: &str,
) -> String {
    let FramePage { script_hash, style_hash, .. } = page;
    // What was stored before origins were looked at as closely as now is looked at again.
    let ancestors: Vec<String> =
        ancestors.iter().filter_map(|it| hosts::embedder(it).ok()).collect();
    let ancestors = if ancestors.is_empty() { "'none'".to_owned() } else { ancestors.join(" ") };
    format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval' '{script_hash}'; \
         style-src '{style_hash}'; \
         img-src 'self' blob: data: {files_origin}; media-src {files_origin}; font-src 'self'; \
         connect-src 'self' {} {files_origin}; base-uri 'none'; form-action 'none'; \
         frame-ancestors {ancestors}",
        socket_origin(widget_origin),
    )
}

/// The policy of the console.
#[must_use]
pub fn console_policy(desk_origin: &str, files_origin: &str) -> String {
    format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
         img-src 'self' blob: data: {files_origin}; media-src 'self' {files_origin}; font-src 'self'; \
         connect-src 'self' {} {files_origin}; manifest-src 'self'; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'none'",
        socket_origin(desk_origin),
    )
}

/// What every answer says, unless it says something else itself. A host with TLS is asked over nothing
/// else for a year.
pub fn of_every_answer(is_secure: bool) -> impl Iterator<Item = (&'static str, &'static str)> {
    let transport = is_secure.then_some(("strict-transport-security", "max-age=31536000"));
    [("referrer-policy", "no-referrer"), ("cross-origin-resource-policy", "same-origin")]
        .into_iter()
        .chain(transport)
}

fn socket_origin(origin: &str) -> String {
    origin.replacen("http", "ws", 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page() -> FramePage {
        FramePage {
            html: String::new(),
            script_hash: "sha256-a".into(),
            style_hash: "sha256-b".into(),
        }
    }

    #[test]
    fn only_a_host_with_tls_says_that_it_has_it() {
        let says = |is_secure, name| of_every_answer(is_secure).any(|it| it.0 == name);
        for is_secure in [true, false] {
            assert_eq!(says(is_secure, "strict-transport-security"), is_secure);
            assert!(says(is_secure, "cross-origin-resource-policy"));
            assert!(says(is_secure, "referrer-policy"));
        }
    }

    #[test]
    fn a_site_without_origins_is_embedded_nowhere() {
        let policy = frame_policy(&page(), &[], "https://w.example", "https://files.example");
        assert!(policy.ends_with("frame-ancestors 'none'"), "{policy}");
    }

    #[test]
    fn the_frame_is_embedded_by_its_site_and_speaks_to_the_relay() {
        let ancestors = ["https://shop.example".to_owned(), "https://*.shop.example".to_owned()];
        let policy =
            frame_policy(&page(), &ancestors, "https://w.example", "https://files.example");
        assert!(policy.ends_with("frame-ancestors https://shop.example https://*.shop.example"));
        assert!(
            policy.contains("connect-src 'self' wss://w.example https://files.example;"),
            "{policy}"
        );
        assert!(policy.contains("script-src 'self' 'wasm-unsafe-eval' 'sha256-a';"), "{policy}");
        assert!(!policy.contains("unsafe-inline"));
    }

    #[test]
    fn a_stored_origin_adds_no_directive() {
        let stored = [
            "https://a.example;script-src-elem".to_owned(),
            "https://shop.example".to_owned(),
            "https://b.example, default-src *".to_owned(),
        ];
        let policy = frame_policy(&page(), &stored, "https://w.example", "https://files.example");
        assert!(policy.ends_with("; frame-ancestors https://shop.example"), "{policy}");
    }

    #[test]
    fn the_console_is_embedded_nowhere() {
        let policy = console_policy("http://desk.localhost:8787", "http://files.localhost:8787");
        assert!(policy.ends_with("frame-ancestors 'none'"));
        assert!(policy.contains("ws://desk.localhost:8787"));
    }
}
