//! Which of the three hosts a request reached. They may be one where only one is to be had.

/// One of the three hosts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Host {
    /// Loader and frame.
    Widget,
    /// The console.
    Desk,
    /// Attachments.
    Files,
    /// All three.
    Any,
}

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

    /// The origin of a host; none of all three.
    #[must_use]
    pub fn of(&self, host: Host) -> Option<&str> {
        match host {
            Host::Widget => Some(&self.widget),
            Host::Desk => Some(&self.desk),
            Host::Files => Some(&self.files),
            Host::Any => None,
        }
    }

    /// Whether browsers reach each of these hosts over TLS.
    #[must_use]
    pub fn is_secure(&self, hosts: &[Host]) -> bool {
        !hosts.is_empty()
            && hosts.iter().all(|it| self.of(*it).is_some_and(|it| it.starts_with("https://")))
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
        && url.host_str().is_some_and(is_host);
    if bare { Ok(url.origin().ascii_serialization()) } else { Err(OriginError) }
}

/// Whether this is a host as a source of a content security policy has one: names with dots between
/// them. Addresses may have more in them than a policy can bear, such as `;`, which would end
/// a directive, and IPv6, which no policy knows.
fn is_host(host: &str) -> bool {
    let name = host.strip_suffix('.').unwrap_or(host);
    let is_letter = |it: u8| it.is_ascii_alphanumeric() || it == b'-' || it == b'_';
    name.split('.').all(|it| !it.is_empty() && it.bytes().all(is_letter))
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
            .is_some_and(is_host),
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
    fn a_host_is_secure_if_its_origin_is() {
        let origins = Origins::new(
            "http://w.localhost:8787",
            "https://desk.example",
            "https://files.example",
        )
        .expect("three origins");
        for (hosts, expected) in [
            (&[Host::Desk][..], true),
            (&[Host::Desk, Host::Files], true),
            (&[Host::Widget], false),
            (&[Host::Widget, Host::Desk], false),
            (&[], false),
        ] {
            assert_eq!(origins.is_secure(hosts), expected, "{hosts:?}");
        }
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

    /// What somebody may try to write into a header by way of an origin: every mark, in every place.
    fn attempts() -> Vec<String> {
        let marks = (0_u8..128).map(char::from).filter(|it| !it.is_ascii_alphanumeric());
        let marks = marks.chain(['；', '，', '。', '\u{a0}', '\u{ad}', '\u{3000}', 'ß', 'ẞ', '℀']);
        let mut attempts = Vec::new();
        for mark in marks {
            for rest in ["script-src-elem", " script-src *", "'none'", "b.example", "443", ""] {
                attempts.extend([
                    format!("https://a.example{mark}{rest}"),
                    format!("https://a{mark}{rest}.example"),
                    format!("https://{mark}{rest}.a.example"),
                    format!("https://*.a.example{mark}{rest}"),
                    format!("https://*.a{mark}{rest}.example"),
                    format!("https://*.{mark}{rest}a.example"),
                    format!("https{mark}{rest}://a.example"),
                    format!("https://a.example:{mark}{rest}"),
                ]);
            }
        }
        attempts.extend(
            ["http://[::1]:8080", "https://[2001:db8::1]", "https://*.[::1]"].map(Into::into),
        );
        attempts
    }

    /// Whether browsers read this as one source and nothing else: `scheme://host` or
    /// `scheme://*.host`, with or without a port, in the grammar of content security policies.
    fn is_one_source(source: &str) -> bool {
        let Some((scheme, rest)) = source.split_once("://") else { return false };
        let (host, port) = rest.split_once(':').unwrap_or((rest, "443"));
        let host = host.strip_prefix("*.").unwrap_or(host);
        let host = host.strip_suffix('.').unwrap_or(host);
        let is_label = |it: &str| {
            !it.is_empty() && it.chars().all(|it| it.is_ascii_alphanumeric() || "-_".contains(it))
        };
        ["http", "https"].contains(&scheme)
            && host.split('.').all(is_label)
            && port.parse::<u16>().is_ok()
    }

    #[test]
    fn every_origin_that_is_taken_is_one_source_of_a_policy() {
        let mut n_taken = 0;
        for raw in attempts() {
            for taken in [origin(&raw), embedder(&raw)].into_iter().flatten() {
                n_taken += 1;
                assert!(is_one_source(&taken), "{raw:?} became {taken:?}");
            }
        }
        assert!(100 < n_taken, "{n_taken} were taken");
    }

    #[test]
    fn only_hosts_are_of_a_family() {
        for raw in attempts() {
            if embeds("https://*.fam.example", &format!("{raw}.fam.example")) {
                assert!(is_one_source(&raw), "{raw:?}");
            }
        }
        for origin in [
            r"https://evil.example\.fam.example",
            r"https://evil.example\\.fam.example",
            "https://evil.example%2f.fam.example",
            "https://evil.example;.fam.example",
            "https://..fam.example",
            "https:// .fam.example",
        ] {
            assert!(!embeds("https://*.fam.example", origin), "{origin}");
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
