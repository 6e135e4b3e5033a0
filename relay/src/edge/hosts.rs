//! Which of the three hosts a request reached. They may be one where only one is to be had.

use super::routes::Host;

/// The origins of the deployment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Origins {
    /// Loader and frame.
    pub widget: String,
    /// The console.
    pub desk: String,
    /// Attachments.
    pub files: String,
}

/// Why the configured origins are none.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("an origin is http or https and a host, without a path")]
pub struct OriginError;

impl Origins {
    /// From the configuration.
    ///
    /// # Errors
    ///
    /// If one of them is no origin.
    pub fn new(widget: &str, desk: &str, files: &str) -> Result<Self, OriginError> {
        Ok(Self { widget: origin(widget)?, desk: origin(desk)?, files: origin(files)? })
    }

    /// The hosts that an authority (`host` or `host:port`) stands for.
    #[must_use]
    pub fn hosts(&self, authority: &str) -> Vec<Host> {
        let authority = authority.to_ascii_lowercase();
        [(&self.widget, Host::Widget), (&self.desk, Host::Desk), (&self.files, Host::Files)]
            .into_iter()
            .filter(|(origin, _)| origin.split_once("://").is_some_and(|it| it.1 == authority))
            .map(|(_, host)| host)
            .collect()
    }

    /// Whether browsers reach the desk over TLS, so that cookies can be `Secure`.
    #[must_use]
    pub fn desk_is_secure(&self) -> bool {
        self.desk.starts_with("https://")
    }
}

/// An origin as browsers write it.
///
/// # Errors
///
/// If it is none.
pub fn origin(raw: &str) -> Result<String, OriginError> {
    let url = url::Url::parse(raw.trim()).map_err(|_| OriginError)?;
    let bare = matches!(url.scheme(), "http" | "https")
        && url.path() == "/"
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none()
        && url.host_str().is_some_and(|it| !it.is_empty() && !it.contains('*'));
    if bare { Ok(url.origin().ascii_serialization()) } else { Err(OriginError) }
}

/// An origin that may embed the widget: as [`origin`], or with `*.` before its host.
///
/// # Errors
///
/// If it is none. Anything else would end up in a header.
pub fn embedder(raw: &str) -> Result<String, OriginError> {
    match raw.trim().split_once("://*.") {
        None => origin(raw),
        Some((scheme, host)) => {
            let plain = origin(&format!("{scheme}://{host}"))?;
            let (scheme, host) = plain.split_once("://").ok_or(OriginError)?;
            let name = host.split(':').next().unwrap_or(host);
            // `*.com` would be half of the world.
            let is_name = name.contains('.') && name.parse::<std::net::IpAddr>().is_err();
            if is_name { Ok(format!("{scheme}://*.{host}")) } else { Err(OriginError) }
        }
    }
}

/// Whether a page of `origin` is one that an embedder (see [`embedder`]) stands for, as browsers
/// read a policy: `*.` is any number of names, and not none.
#[must_use]
pub fn embeds(embedder: &str, origin: &str) -> bool {
    match embedder.split_once("://*.") {
        None => embedder == origin,
        Some((scheme, host)) => origin
            .strip_prefix(scheme)
            .and_then(|it| it.strip_prefix("://"))
            .and_then(|it| it.strip_suffix(host))
            .and_then(|it| it.strip_suffix('.'))
            .is_some_and(|it| !it.is_empty() && !it.contains(['/', '@', ':', '?', '#'])),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_told_by_its_authority() {
        let origins = Origins::new(
            "http://w.localhost:8787",
            "http://desk.localhost:8787",
            "https://files.example",
        )
        .expect("three origins");
        assert_eq!(origins.hosts("w.localhost:8787"), [Host::Widget]);
        assert_eq!(origins.hosts("Desk.localhost:8787"), [Host::Desk]);
        assert_eq!(origins.hosts("files.example"), [Host::Files]);
        assert_eq!(origins.hosts("w.localhost"), []);
        assert_eq!(origins.hosts("evil.example"), []);
    }

    #[test]
    fn one_host_can_be_all_three() {
        let one = "https://chat.example";
        let origins = Origins::new(one, one, one).expect("three origins");
        assert_eq!(origins.hosts("chat.example"), [Host::Widget, Host::Desk, Host::Files]);
    }

    #[test]
    fn an_origin_is_nothing_more() {
        assert_eq!(origin("HTTPS://Shop.Example:443/"), Ok("https://shop.example".to_owned()));
        for raw in [
            "shop.example",
            "https://shop.example/path",
            "https://a@b.example",
            "data:x",
            "https://x.example?y",
        ] {
            assert_eq!(origin(raw), Err(OriginError), "{raw}");
        }
    }

    #[test]
    fn an_embedder_may_be_a_family_of_hosts() {
        assert_eq!(embedder("https://*.Shop.example"), Ok("https://*.shop.example".to_owned()));
        for raw in [
            "https://*.com",
            "*",
            "https://*",
            "https://a.*.example",
            "https://x.example; script-src *",
        ] {
            assert_eq!(embedder(raw), Err(OriginError), "{raw}");
        }
    }

    #[test]
    fn a_page_is_of_the_family_that_an_embedder_stands_for() {
        let family = "https://*.shop.example";
        for (embedder, origin, expected) in [
            ("https://shop.example", "https://shop.example", true),
            ("https://shop.example", "http://shop.example", false),
            ("https://shop.example", "https://shop.example.evil.example", false),
            (family, "https://a.shop.example", true),
            (family, "https://a.b.shop.example", true),
            (family, "https://shop.example", false),
            (family, "https://evilshop.example", false),
            (family, "http://a.shop.example", false),
            (family, "https://a.shop.example:8443", false),
            (family, "https://evil.example/.shop.example", false),
            (family, "", false),
            (family, "null", false),
        ] {
            assert_eq!(embeds(embedder, origin), expected, "{embedder} {origin}");
        }
    }
}
