//! Who is available, for pages of visitors who have not said anything yet.

use std::collections::BTreeMap;

use inbox_core::routing;
use inbox_types::{DepartmentId, MemberId};
use serde::{Deserialize, Serialize};

use super::Desk;

/// Who would answer next, if somebody is available and has room.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct AvailableTeam {
    /// Of everybody.
    pub anybody: Option<MemberId>,
    /// Of those who serve a queue; queues of nobody are not here.
    pub departments: BTreeMap<DepartmentId, MemberId>,
}

impl Desk {
    /// Who is available as things stand.
    #[must_use]
    // DK21
    pub fn available_team(&self) -> AvailableTeam {
        let (candidates, capacity) = (self.candidates(), self.facts.settings.capacity);
        let next = |queue: Option<&DepartmentId>| {
            routing::available(queue, &candidates, capacity).map(|it| it.agent.id.clone())
        };
        let queues = self.facts.departments.iter();
        AvailableTeam {
            anybody: next(None),
            departments: queues
                .filter_map(|it| Some((it.id.clone(), next(Some(&it.id))?)))
                .collect(),
        }
    }
}
