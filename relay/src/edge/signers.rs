//! Whose signatures have held just now: for which site, and from which address.

use inbox_types::{Millis, SiteId};

use super::rate::Rate;
use crate::{platform::now, ttl_cache::TtlCache};

thread_local! {
    /// Sites and callers, as `pair` writes them, of whom a signature held within the last minute.
    static SIGNERS: TtlCache<()> = const { TtlCache::living(Millis::minutes(1)) };
}

/// A signature of a caller held for a site.
pub(super) fn has_held(site: &SiteId, client: &str) {
    SIGNERS.with(|it| it.put(&pair(site.as_str(), client), now(), ()));
}

/// How a caller is counted who asks something of a site, and under which key. As long as no signature
/// of theirs held for that very site they are counted like everybody else, because whoever looks it up
/// asks the workspace.
pub(super) fn counted(rate: Rate, site: &str, client: &str) -> (Rate, String) {
    if rate != rate.of_stranger() {
        let pair = pair(site, client);
        if SIGNERS.with(|it| it.get(&pair, now())).is_some() {
            return (rate, pair);
        }
    }
    (rate.of_stranger(), client.to_owned())
}

fn pair(site: &str, client: &str) -> String {
    format!("{site}/{client}")
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::platform;

    #[test]
    fn a_signature_raises_the_rate_of_its_site_and_its_address_alone() {
        let (shop, other) = ("192.0.2.7", "192.0.2.8");
        let stranger = |client: &str| (Rate::Request, client.to_owned());
        assert_eq!(counted(Rate::Bridge, "a", shop), stranger(shop));
        has_held(&"a".parse().expect("a site"), shop);
        assert_eq!(counted(Rate::Bridge, "a", shop), (Rate::Bridge, "a/192.0.2.7".to_owned()));
        assert_eq!(counted(Rate::Bridge, "b", shop), stranger(shop));
        assert_eq!(counted(Rate::Bridge, "", shop), stranger(shop));
        assert_eq!(counted(Rate::Bridge, "a", other), stranger(other));
        // What everybody may do as often is counted by address, whoever signs.
        assert_eq!(counted(Rate::Upload, "a", shop), (Rate::Upload, shop.to_owned()));
        platform::set_now(platform::now().after(Millis::minutes(1)));
        assert_eq!(counted(Rate::Bridge, "a", shop), stranger(shop));
    }
}
