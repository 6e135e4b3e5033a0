//! Which conversations a program asks for, as the address says it.

use inbox_protocol::{Refusal, http::ApiFilter};
use serde_json::json;

use crate::parse;

/// The parameters that are known.
pub const PARAMETERS: [&str; 6] = ["before", "state", "site_id", "department_id", "tag", "since"];

/// What an address asks for.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Listing {
    /// The place that the page before ended at.
    pub before: Option<String>,
    /// What they must be.
    pub filter: ApiFilter,
}

impl Listing {
    /// Reads the parameters of an address. A word that is not known is refused, and one that is said
    /// twice: whoever is mistaken in a filter must not be given everything.
    ///
    /// # Errors
    ///
    /// [`Refusal::Malformed`].
    // AP26
    pub fn read(parameters: impl Iterator<Item = (String, String)>) -> Result<Self, Refusal> {
        let mut listing = Self::default();
        let mut said = Vec::new();
        for (name, value) in parameters {
            if said.contains(&name) {
                return Err(Refusal::Malformed);
            }
            listing.take(&name, value)?;
            said.push(name);
        }
        Ok(listing)
    }

    fn take(&mut self, name: &str, value: String) -> Result<(), Refusal> {
        let filter = &mut self.filter;
        match name {
            "before" => self.before = Some(value),
            "state" => {
                let words: Vec<&str> = value.split(',').collect();
                filter.states =
                    serde_json::from_value(json!(words)).map_err(|_| Refusal::Malformed)?;
            }
            "site_id" => filter.site = Some(value.parse().map_err(|_| Refusal::Malformed)?),
            "department_id" => {
                filter.department = Some(value.parse().map_err(|_| Refusal::Malformed)?);
            }
            "tag" => filter.tag = Some(value.try_into().map_err(|_| Refusal::Malformed)?),
            "since" => {
                filter.since = Some(parse::instant(&value).map_err(|_| Refusal::Malformed)?);
            }
            _ => return Err(Refusal::Malformed),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use inbox_types::{SessionState, Timestamp};

    use super::*;

    fn read(parameters: &[(&str, &str)]) -> Result<Listing, Refusal> {
        let owned =
            parameters.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Listing::read(owned)
    }

    #[test]
    fn ap26_an_address_says_what_they_must_be() {
        assert_eq!(read(&[]), Ok(Listing::default()));
        let listing = read(&[
            ("state", "queued,active"),
            ("site_id", "main-s"),
            ("department_id", "sales"),
            ("tag", "vip"),
            ("since", "17"),
            ("before", "1.0.2.main-c"),
        ]);
        let filter = ApiFilter {
            states: vec![SessionState::Queued, SessionState::Active],
            site: Some("main-s".parse().expect("an id")),
            department: Some("sales".parse().expect("an id")),
            tag: Some("vip".to_owned().try_into().expect("a tag")),
            since: Some(Timestamp::from_millis(17)),
        };
        assert_eq!(listing, Ok(Listing { before: Some("1.0.2.main-c".to_owned()), filter }));
    }

    #[test]
    fn ap26_what_is_not_known_is_refused_and_not_passed_over() {
        for (name, value) in [
            ("status", "open"),
            ("state", ""),
            ("state", "open"),
            ("state", "queued,"),
            ("site_id", "a b"),
            ("department_id", ""),
            ("since", "-1"),
            ("since", "yesterday"),
            ("since", "99999999999999999999"),
        ] {
            assert_eq!(read(&[(name, value)]), Err(Refusal::Malformed), "{name}={value}");
        }
        assert_eq!(read(&[("tag", "a"), ("tag", "b")]), Err(Refusal::Malformed));
        for name in PARAMETERS {
            let value = if name == "state" { "closed" } else { "1" };
            assert!(read(&[(name, value)]).is_ok(), "{name}");
        }
    }
}
