//! In which order colleagues are offered for a transfer or a conference.

use inbox_protocol::MemberView;
use inbox_types::MemberId;

/// Whoever is available and has the most room comes first.
#[must_use]
pub fn by_availability(mut agents: Vec<MemberView>) -> Vec<MemberView> {
    agents.sort_by(|a, b| (a.presence, a.load, &a.name).cmp(&(b.presence, b.load, &b.name)));
    agents
}

/// The order that was shown first, with who has come since at the end: a press that is on its way must not
/// meet somebody else because a colleague's presence has changed.
#[must_use]
pub fn in_order_of(first: &[MemberId], mut agents: Vec<MemberView>) -> Vec<MemberView> {
    let place = |id: &MemberId| first.iter().position(|it| it == id).unwrap_or(first.len());
    agents.sort_by_key(|it| place(&it.id));
    agents
}

#[cfg(test)]
mod tests {
    use inbox_types::{Presence, Role};

    use super::*;

    fn agent(id: &str, presence: Presence, load: u32) -> MemberView {
        MemberView {
            id: id.parse().unwrap(),
            name: id.to_owned().try_into().unwrap(),
            presence,
            load,
            ..serde_json::from_value(serde_json::json!({
                "id": "x", "name": "X", "role": Role::Agent, "departments": [],
                "presence": "available", "load": 0,
            }))
            .unwrap()
        }
    }

    fn ids(agents: &[MemberView]) -> Vec<&str> {
        agents.iter().map(|it| it.id.as_str()).collect()
    }

    #[test]
    fn nobody_changes_places_while_somebody_is_chosen() {
        let ada = |presence| agent("ada", presence, 0);
        let ben = |load| agent("ben", Presence::Available, load);
        let opened = by_availability(vec![ada(Presence::Offline), ben(2)]);
        assert_eq!(ids(&opened), ["ben", "ada"]);
        let first: Vec<MemberId> = opened.into_iter().map(|it| it.id).collect();

        let now = by_availability(vec![
            agent("zoe", Presence::Available, 0),
            ada(Presence::Available),
            ben(3),
        ]);
        assert_eq!(ids(&now), ["ada", "zoe", "ben"]);
        assert_eq!(ids(&in_order_of(&first, now)), ["ben", "ada", "zoe"]);
    }
}
