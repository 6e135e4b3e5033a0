//! The token of a preview: whoever has it sees one campaign on its site for a day, live or not.

use inbox_types::{CampaignId, SiteId, Timestamp, limits::PREVIEW_LIFE};

use crate::{parse, signed::keys::Key};

/// A token that begins now: `<campaign>.<expires>.<HMAC>`. The signature also covers the site,
/// which is in the address of every request that carries it.
#[must_use]
pub fn sign(site: &SiteId, campaign: &CampaignId, key: &Key, now: Timestamp) -> String {
    let expires = now.after(PREVIEW_LIFE).as_millis().to_string();
    let signature = key.sign(&[site.as_str(), campaign.as_str(), &expires]);
    format!("{campaign}.{expires}.{signature}")
}

/// The campaign that a token shows on this site; none if it does not hold.
#[must_use]
pub fn read(token: &str, site: &SiteId, key: &Key, now: Timestamp) -> Option<CampaignId> {
    let parts: Vec<&str> = token.split('.').collect();
    let [campaign, expires, signature] = parts[..] else { return None };
    if !key.verify(&[site.as_str(), campaign, expires], signature) {
        return None;
    }
    let expires = parse::instant(expires).ok()?;
    if now <= expires { campaign.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use inbox_types::Millis;

    use super::*;
    use crate::signed::keys::{Master, Purpose};

    const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

    fn key() -> Key {
        Master::parse("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")
            .expect("a good secret")
            .key(Purpose::Preview)
    }

    fn site(id: &str) -> SiteId {
        id.parse().expect("a site")
    }

    fn token() -> String {
        sign(&site("main-shop"), &"p1".parse().expect("a campaign"), &key(), NOW)
    }

    #[test]
    fn a_preview_is_of_one_campaign_on_one_site_for_a_day() {
        let at = |site: &SiteId, span| read(&token(), site, &key(), NOW.after(span));
        assert!(token().starts_with("p1."));
        let shown = at(&site("main-shop"), Millis::days(1));
        assert_eq!(shown.as_ref().map(CampaignId::as_str), Some("p1"));
        assert_eq!(at(&site("main-shop"), Millis(Millis::days(1).0 + 1)), None);
        assert_eq!(at(&site("main-blog"), Millis(0)), None);
    }

    #[test]
    fn no_part_of_a_preview_can_be_changed() {
        let token = token();
        for at in 0..token.len() {
            let mut bytes = token.clone().into_bytes();
            bytes[at] = if bytes[at] == b'2' { b'3' } else { b'2' };
            let changed = String::from_utf8(bytes).expect("still text");
            assert_eq!(read(&changed, &site("main-shop"), &key(), NOW), None, "at {at}");
        }
        assert_eq!(read("", &site("main-shop"), &key(), NOW), None);
    }
}
