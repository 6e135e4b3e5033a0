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
    /// A port where no web server listens.
    #[error("the port is no web server's")]
    Port,
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
    if !is_public(&host) {
        return Err(TargetError::Private);
    }
    if url.port().is_none_or(is_web_port) { Ok(url) } else { Err(TargetError::Port) }
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
    /// Last labels that are reserved, or that only networks of one's own have.
    const RESERVED: [&str; 25] = [
        "alt",
        "arpa",
        "cluster",
        "consul",
        "corp",
        "default",
        "docker",
        "domain",
        "home",
        "internal",
        "intranet",
        "invalid",
        "kubernetes",
        "lan",
        "local",
        "localdomain",
        "localhost",
        "mail",
        "novalocal",
        "onion",
        "private",
        "svc",
        "test",
        "vault",
        "workgroup",
    ];
    /// Names of the public below which every name leads to the address that is written in it, or to
    /// the machine that asks.
    const LEADING_INSIDE: [&str; 15] = [
        "1u.ms",
        "backname.io",
        "fuf.me",
        "lacolhost.com",
        "local.sisteminha.com",
        "localho.st",
        "localhost.direct",
        "localtest.me",
        "lvh.me",
        "nip.io",
        "rbndr.us",
        "sslip.io",
        "traefik.me",
        "vcap.me",
        "xip.io",
    ];
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    let last = name.rsplit('.').next().unwrap_or(&name);
    let leads_inside = LEADING_INSIDE.iter().any(|it| {
        name.strip_suffix(it).is_some_and(|front| front.is_empty() || front.ends_with('.'))
    });
    name.contains('.')
        && !RESERVED.contains(&last)
        && !leads_inside
        && !spells_private_address(&name)
}

/// Whether an address that is not public is written in a name: `10-0-0-1.hooks.example`.
fn spells_private_address(name: &str) -> bool {
    let parts: Vec<Option<u8>> =
        name.split(['.', '-']).map(|it| it.parse().ok().filter(|_| it.len() <= 3)).collect();
    parts.windows(4).any(|it| match it {
        [Some(a), Some(b), Some(c), Some(d)] => !is_public_v4(Ipv4Addr::new(*a, *b, *c, *d)),
        _ => false,
    })
}

/// The port of a web server: not one below the free ones, and not one where databases listen, which
/// take a request for a command.
fn is_web_port(port: u16) -> bool {
    const OTHERS: [u16; 17] = [
        1433, 1521, 2049, 2181, 2375, 2376, 2379, 3306, 3389, 5432, 5984, 6379, 6443, 9200, 10250,
        11211, 27017,
    ];
    port == 443 || (1024 <= port && !OTHERS.contains(&port))
}

fn is_public_address(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => match translated_v4(address) {
            Some(inside) => is_public_v4(inside),
            None => is_public_v6(address) && isatap_v4(address).is_none_or(is_public_v4),
        },
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [first, second, third, _] = address.octets();
    !(address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_documentation()
        || first == 0
        || 240 <= first
        || (first == 100 && (64..128).contains(&second))
        || (first == 192 && second == 0 && third == 0)
        // Once the way to reach IPv6, now anybody's.
        || (first == 192 && second == 88 && third == 99)
        || (first == 198 && (18..20).contains(&second)))
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let [first, second, third, ..] = address.segments();
    // Only 2000::/3 is given out to the world, and of it not tunnels through somebody else's
    // machine, tests, identifiers that are no addresses, and what is for documentation.
    let reserved = (first == 0x2001 && second == 0)
        || (first == 0x2001 && second == 2 && third == 0)
        || (first == 0x2001 && (0x10..0x40).contains(&second))
        || (first == 0x2001 && second == 0xdb8)
        || (first == 0x3fff && second < 0x1000);
    first & 0xe000 == 0x2000 && !reserved
}

/// The IPv4 address that stands for a whole IPv6 address: mapped, translated by NAT64, or 6to4.
fn translated_v4(address: Ipv6Addr) -> Option<Ipv4Addr> {
    match address.segments() {
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] | [0x2002, high, low, ..] => Some(v4(high, low)),
        _ => address.to_ipv4_mapped(),
    }
}

/// The IPv4 address in the second half of an ISATAP address. Its first half is of a network like any
/// other, and decides as well where a request would go.
fn isatap_v4(address: Ipv6Addr) -> Option<Ipv4Addr> {
    match address.segments() {
        [_, _, _, _, 0 | 0x200, 0x5efe, high, low] => Some(v4(high, low)),
        _ => None,
    }
}

fn v4(high: u16, low: u16) -> Ipv4Addr {
    let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
    Ipv4Addr::new(a, b, c, d)
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
            ("https://127.0.0.1.nip.io/", TargetError::Private),
            ("https://7f000001.nip.io/", TargetError::Private),
            ("https://NIP.IO./", TargetError::Private),
            ("https://10-0-0-1.sslip.io/", TargetError::Private),
            ("https://app.localtest.me/", TargetError::Private),
            ("https://lvh.me/", TargetError::Private),
            ("https://10.1.2.3.hooks.example/", TargetError::Private),
            ("https://ip-10-1-2-3.hooks.example/", TargetError::Private),
            ("https://api.default.svc/", TargetError::Private),
            ("https://api.default.svc.cluster.local/", TargetError::Private),
            ("https://db.localdomain/", TargetError::Private),
            ("https://db.private/", TargetError::Private),
            ("https://db.service.consul/", TargetError::Private),
            ("https://host.docker.internal/", TargetError::Private),
            ("https://192.0.2.1/", TargetError::Private),
            ("https://198.51.100.1/", TargetError::Private),
            ("https://203.0.113.1/", TargetError::Private),
            ("https://192.88.99.1/", TargetError::Private),
            ("https://[2001::1]/", TargetError::Private),
            ("https://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/", TargetError::Private),
            ("https://[2001:db8::1]/", TargetError::Private),
            ("https://[3fff::1]/", TargetError::Private),
            ("https://[2001:20::1]/", TargetError::Private),
            ("https://[2002:a00:1::1]/", TargetError::Private),
            ("https://[2606:2800::5efe:a00:1]/", TargetError::Private),
            ("https://hooks.example:22/", TargetError::Port),
            ("https://hooks.example:25/", TargetError::Port),
            ("https://hooks.example:80/", TargetError::Port),
            ("https://hooks.example:6379/", TargetError::Port),
            ("https://hooks.example:0/", TargetError::Port),
        ];
        for (raw, error) in refused {
            assert_eq!(target(raw, Reach::Public), Err(error), "{raw}");
        }
        for raw in [
            "https://hooks.example/x?y=1",
            "https://hooks.example:443/",
            "https://hooks.example:8443/",
            "https://93.184.216.34/",
            "https://93-184-216-34.hooks.example/",
            "https://v1-2-3.hooks.example/",
            "https://notnip.io/",
            "https://private.example.com/",
            "https://[2606:2800::1]/",
            "https://[2001:4860:4860::8888]/",
        ] {
            assert!(target(raw, Reach::Public).is_ok(), "{raw}");
        }
    }

    /// A public IPv4 address inside makes no network public, however it is written.
    #[test]
    fn no_private_network_is_reached_by_an_address_inside() {
        let networks = [
            "fd00:",
            "fc00:1:2:3:",
            "fe80:",
            "febf:1:2:3:",
            "ff02:",
            "ff0e:1:2:3:",
            "2001:db8:",
            "2001:db8:1:2:",
            "3fff:",
            "2001:0:1:2:",
            "2001:20:1:2:",
            ":",
            "100:",
            "5f00:",
            "fec0:",
        ];
        for network in networks {
            for inside in ["5efe:808:808", "0:5efe:808:808", "200:5efe:808:808", "808:808"] {
                let lacks = 8 - network.split(':').filter(|it| !it.is_empty()).count();
                let compressed = if inside.split(':').count() < lacks { ":" } else { "" };
                let raw = format!("https://[{network}{compressed}{inside}]/");
                assert_eq!(target(&raw, Reach::Public), Err(TargetError::Private), "{raw}");
            }
        }
        assert!(target("https://[2606:2800::5efe:808:808]/", Reach::Public).is_ok());
    }

    #[test]
    fn a_trial_reaches_this_machine_and_nothing_else_private() {
        assert!(target("http://127.0.0.1:9000/hook", Reach::Loopback).is_ok());
        assert!(target("http://hooks.localhost:9000/", Reach::Loopback).is_ok());
        assert_eq!(target("https://10.0.0.1/", Reach::Loopback), Err(TargetError::Private));
        assert_eq!(target("http://hooks.example/", Reach::Loopback), Err(TargetError::Scheme));
    }
}
