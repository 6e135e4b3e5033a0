//! Where a webhook may lead. An admin's address must not make the relay knock
//! at doors that only the relay can reach.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

/// Which addresses are taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reach {
    /// `https` to public names and addresses only.
    Public,
    /// `http` to this machine as well: for tests and trials.
    Loopback,
}

/// Why an address is not taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum TargetError {
    /// Not an address.
    #[error("not an address")]
    Malformed,
    /// Not `https`.
    #[error("only https is taken")]
    Scheme,
    /// A name and password in the address would be sent in the clear of logs.
    #[error("an address carries no credentials")]
    Credentials,
    /// A private or local address.
    #[error("the address is not public")]
    Private,
}

/// The address, if a webhook may lead there.
///
/// # Errors
///
/// If it may not.
pub fn target(raw: &str, reach: Reach) -> Result<Url, TargetError> {
    let url = Url::parse(raw).map_err(|_| TargetError::Malformed)?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(TargetError::Credentials);
    }
    let host = url.host().ok_or(TargetError::Malformed)?;
    if reach == Reach::Loopback && is_loopback(&host) && matches!(url.scheme(), "http" | "https") {
        return Ok(url);
    }
    if url.scheme() != "https" {
        return Err(TargetError::Scheme);
    }
    if is_public(&host) { Ok(url) } else { Err(TargetError::Private) }
}

fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => *name == "localhost" || name.ends_with(".localhost"),
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}

fn is_public(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => is_public_name(name),
        Host::Ipv4(address) => is_public_address(IpAddr::V4(*address)),
        Host::Ipv6(address) => is_public_address(IpAddr::V6(*address)),
    }
}

/// A name with a dot that is not one of the reserved ones. What it resolves to is the
/// platform's: Cloudflare refuses to fetch private addresses.
fn is_public_name(name: &str) -> bool {
    const RESERVED: [&str; 9] =
        ["localhost", "local", "internal", "intranet", "lan", "home", "corp", "arpa", "test"];
    let name = name.trim_end_matches('.');
    let last = name.rsplit('.').next().unwrap_or(name);
    name.contains('.') && !RESERVED.contains(&last)
}

fn is_public_address(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => match embedded_v4(address) {
            Some(address) => is_public_v4(address),
            None => is_public_v6(address),
        },
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [first, second, third, _] = address.octets();
    !(address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_multicast()
        || first == 0
        || 240 <= first
        || (first == 100 && (64..128).contains(&second))
        || (first == 192 && second == 0 && third == 0)
        || (first == 198 && (18..20).contains(&second)))
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    // Only 2000::/3 is given out to the world.
    address.segments()[0] & 0xe000 == 0x2000 && !address.is_multicast()
}

/// The IPv4 address inside one of the ways to write it as IPv6.
fn embedded_v4(address: Ipv6Addr) -> Option<Ipv4Addr> {
    match address.segments() {
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] | [0x2002, high, low, ..] => {
            let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
            Some(Ipv4Addr::new(a, b, c, d))
        }
        _ => address.to_ipv4_mapped(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_https_is_reached() {
        let refused = [
            ("http://hooks.example/x", TargetError::Scheme),
            ("ftp://hooks.example/x", TargetError::Scheme),
            ("https://user:word@hooks.example/", TargetError::Credentials),
            ("https://localhost/", TargetError::Private),
            ("https://intranet/", TargetError::Private),
            ("https://metadata.google.internal/", TargetError::Private),
            ("https://127.0.0.1/", TargetError::Private),
            ("https://2130706433/", TargetError::Private),
            ("https://0x7f.1/", TargetError::Private),
            ("https://10.1.2.3/", TargetError::Private),
            ("https://169.254.169.254/latest", TargetError::Private),
            ("https://100.64.0.1/", TargetError::Private),
            ("https://[::1]/", TargetError::Private),
            ("https://[::ffff:10.0.0.1]/", TargetError::Private),
            ("https://[64:ff9b::a00:1]/", TargetError::Private),
            ("https://[fd00::1]/", TargetError::Private),
            ("https://[fe80::1]/", TargetError::Private),
            ("nonsense", TargetError::Malformed),
        ];
        for (raw, error) in refused {
            assert_eq!(target(raw, Reach::Public), Err(error), "{raw}");
        }
        for raw in
            ["https://hooks.example/x?y=1", "https://93.184.216.34/", "https://[2606:2800::1]/"]
        {
            assert!(target(raw, Reach::Public).is_ok(), "{raw}");
        }
    }

    #[test]
    fn a_trial_reaches_this_machine_and_nothing_else_private() {
        assert!(target("http://127.0.0.1:9000/hook", Reach::Loopback).is_ok());
        assert!(target("http://hooks.localhost:9000/", Reach::Loopback).is_ok());
        assert_eq!(target("https://10.0.0.1/", Reach::Loopback), Err(TargetError::Private));
        assert_eq!(target("http://hooks.example/", Reach::Loopback), Err(TargetError::Scheme));
    }
}
