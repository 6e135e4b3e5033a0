//! Who counts as one caller, wherever something is limited by address.
//!
//! Whoever rents a machine is given a whole /64 of IPv6, so one of its addresses says no more
//! than the /64 does. The same machine over another way is the same caller.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What all callers share whose address is none.
pub const UNKNOWN: &str = "unknown";

/// The name under which an address is counted: an IPv4 address, or the /64 of an IPv6 address.
/// IPv4 in the clothes of IPv6 (mapped, translated, tunnelled) is IPv4.
#[must_use]
pub fn client_key(address: &str) -> String {
    match address.trim().parse::<IpAddr>() {
        Ok(IpAddr::V4(address)) => address.to_string(),
        Ok(IpAddr::V6(address)) => match embedded(address) {
            Some(address) => address.to_string(),
            None => network(address),
        },
        Err(_) => UNKNOWN.to_owned(),
    }
}

/// The IPv4 address that an IPv6 address stands for.
fn embedded(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let of = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        Ipv4Addr::new(a, b, c, d)
    };
    match address.segments() {
        // Mapped, and what a translator makes of IPv4 for networks that have only IPv6.
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            Some(of(high, low))
        }
        // 6to4 gives each IPv4 address 65,536 networks.
        [0x2002, high, low, ..] => Some(of(high, low)),
        _ => None,
    }
}

fn network(address: Ipv6Addr) -> String {
    let [a, b, c, d, ..] = address.segments();
    format!("{}/64", Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_counted_as_its_owner() {
        for (address, expected) in [
            ("192.0.2.7", "192.0.2.7"),
            (" 192.0.2.7 ", "192.0.2.7"),
            ("::ffff:192.0.2.7", "192.0.2.7"),
            ("::FFFF:c000:207", "192.0.2.7"),
            ("64:ff9b::192.0.2.7", "192.0.2.7"),
            ("2002:c000:207::1", "192.0.2.7"),
            ("2002:c000:207:ffff:1:2:3:4", "192.0.2.7"),
            ("2001:db8:1:2::", "2001:db8:1:2::/64"),
            ("2001:db8:1:2::7", "2001:db8:1:2::/64"),
            ("2001:0DB8:0001:0002:ffff:ffff:ffff:ffff", "2001:db8:1:2::/64"),
            ("2001:db8:1:3::7", "2001:db8:1:3::/64"),
            ("::1", "::/64"),
            ("fe80::1", "fe80::/64"),
            ("", UNKNOWN),
            ("unknown", UNKNOWN),
            ("192.0.2.7, 192.0.2.8", UNKNOWN),
            ("192.0.2.7:443", UNKNOWN),
            ("[2001:db8::7]", UNKNOWN),
            ("fe80::1%eth0", UNKNOWN),
            ("192.0.2.256", UNKNOWN),
            ("192.0.2.007", UNKNOWN),
            ("3221225991", UNKNOWN),
            ("2001:db8:::7", UNKNOWN),
            ("\u{0}", UNKNOWN),
        ] {
            assert_eq!(client_key(address), expected, "{address:?}");
        }
    }

    #[test]
    fn all_addresses_of_one_network_are_one_caller() {
        let keys: std::collections::BTreeSet<String> = (0..1_000_u64)
            .map(|it| it.wrapping_mul(0x9e37_79b9_7f4a_7c15))
            .map(|it| Ipv6Addr::from((0x2001_0db8_0001_0002_u128 << 64) | u128::from(it)))
            .map(|it| client_key(&it.to_string()))
            .collect();
        assert_eq!(keys.len(), 1);
    }
}
