//! Addresses of websites as people write them, and the origins that they mean.

use inbox_text::{Phrase, console};
use inbox_types::Text;

/// The origins of websites that are named one after another. An address with its scheme means its origin,
/// whichever page of it is named. A name alone means `https`, with `www.` and without; a name of one's own
/// computer means `http`.
///
/// # Errors
///
/// The sentence that names what is no address, or says that there is none.
pub fn origins(typed: &str) -> Result<Vec<Text<200>>, Phrase> {
    let mut found: Vec<Text<200>> = Vec::new();
    for word in typed.split([' ', '\t', '\n', '\r', ',', ';']).filter(|it| !it.is_empty()) {
        let wrong = || console::wrong_origin(word);
        for origin in meant(word).ok_or_else(wrong)? {
            let origin = origin.try_into().map_err(|_| wrong())?;
            if !found.contains(&origin) {
                found.push(origin);
            }
        }
    }
    if found.is_empty() { Err(console::WRONG_NO_ORIGIN) } else { Ok(found) }
}

/// The origins that one address means.
fn meant(address: &str) -> Option<Vec<String>> {
    let address = address.to_lowercase();
    let (scheme, rest) = match address.split_once("://") {
        Some((scheme @ ("http" | "https"), rest)) => (Some(scheme), rest),
        Some(_) => return None,
        None => (None, address.as_str()),
    };
    let host = rest.split(['/', '?', '#']).next().filter(|it| is_host(it))?;
    let origin = |scheme: &str, host: &str| format!("{scheme}://{host}");
    Some(match scheme {
        Some(scheme) => vec![origin(scheme, host)],
        None if is_own(host) => vec![origin("http", host)],
        None if host.starts_with("*.") => vec![origin("https", host)],
        None => {
            let plain = host.strip_prefix("www.").unwrap_or(host);
            vec![origin("https", plain), origin("https", &format!("www.{plain}"))]
        }
    })
}

/// A name of several parts, or of one's own computer, and perhaps a port.
fn is_host(host: &str) -> bool {
    let (name, port) = host.split_once(':').map_or((host, None), |(it, port)| (it, Some(port)));
    let name_of_all = name.strip_prefix("*.").unwrap_or(name);
    let is_name = name_of_all
        .split('.')
        .all(|it| !it.is_empty() && !it.contains(['@', '*', '"', '\'', '\\']));
    let is_port = port.is_none_or(|it| it.parse::<u16>().is_ok());
    is_name && is_port && (name_of_all.contains('.') || is_own(name))
}

/// Whether a host is one's own computer.
fn is_own(host: &str) -> bool {
    let name = host.split(':').next().unwrap_or(host);
    name == "localhost" || name.ends_with(".localhost") || name.starts_with("127.")
}

/// What a page's own policy must allow, from the tag that the relay has written.
#[must_use]
pub fn policy(script_tag: &str) -> Option<String> {
    let (_, address) = script_tag.split_once("src=\"")?;
    let (origin, _) = address.split_once("/s/")?;
    Some(format!("script-src {origin}; frame-src {origin}; connect-src {origin}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(typed: &str, expected: &[&str]) {
        let found = origins(typed).expect("addresses");
        assert_eq!(found.iter().map(Text::as_str).collect::<Vec<_>>(), expected, "{typed}");
    }

    #[test]
    fn a_name_alone_means_https_with_www_and_without() {
        let both = ["https://shop.example", "https://www.shop.example"];
        for typed in
            ["shop.example", "www.shop.example", " Shop.Example/ ", "shop.example/cart?a=b#c"]
        {
            check(typed, &both);
        }
        check("shop.example, www.shop.example\nshop.example", &both);
        check("*.shop.example", &["https://*.shop.example"]);
        check("shop.example:8443", &["https://shop.example:8443", "https://www.shop.example:8443"]);
    }

    #[test]
    fn an_address_with_its_scheme_means_its_origin() {
        check("https://shop.example/", &["https://shop.example"]);
        check("HTTP://Shop.Example:8080/cart", &["http://shop.example:8080"]);
        check("https://*.shop.example", &["https://*.shop.example"]);
    }

    #[test]
    fn ones_own_computer_has_no_certificate() {
        check("localhost:3000", &["http://localhost:3000"]);
        check("shop.localhost", &["http://shop.localhost"]);
        check("127.0.0.1:8080/x", &["http://127.0.0.1:8080"]);
    }

    #[test]
    fn what_is_no_address_is_named() {
        for wrong in [
            "shop",
            "shop.example:port",
            "ftp://shop.example",
            "https://",
            "a@shop.example",
            ".example",
            "shop..example",
            "*",
            "*.*.example",
            "https://shop",
            "\"shop.example\"",
            "//shop.example",
        ] {
            let typed = format!("good.example {wrong}");
            assert_eq!(origins(&typed), Err(console::wrong_origin(wrong)), "{wrong}");
        }
        for nothing in ["", " \n,; "] {
            assert_eq!(origins(nothing), Err(console::WRONG_NO_ORIGIN));
        }
    }

    #[test]
    fn the_policy_names_the_relay_of_the_tag() {
        let tag = "<script async src=\"https://chat.example/s/main-s.js\"></script>";
        let policy = policy(tag).expect("a tag");
        assert_eq!(
            policy,
            "script-src https://chat.example; frame-src https://chat.example; connect-src https://chat.example"
        );
        assert_eq!(super::policy("<script></script>"), None);
    }
}
