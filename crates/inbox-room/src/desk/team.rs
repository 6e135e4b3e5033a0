//! Who is available, for pages of visitors who have not said anything yet.

use std::collections::BTreeMap;

use inbox_core::routing::{self, Candidate};
use inbox_types::{DepartmentId, MemberId, limits::FACES};
use serde::{Deserialize, Serialize};

use super::Desk;

/// Who would answer next, if somebody is available and has room.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct AvailableTeam {
    /// Of everybody.
    pub anybody: Option<MemberId>,
    /// Of those who serve a queue; queues of nobody are not here.
    pub departments: BTreeMap<DepartmentId, MemberId>,
    /// Whose faces are shown where anybody answers: some of those who are there.
    #[serde(default)]
    pub faces: Vec<MemberId>,
    /// The same of those who serve a queue.
    #[serde(default)]
    pub faces_of: BTreeMap<DepartmentId, Vec<MemberId>>,
}

impl Desk {
    /// Who is available as things stand.
    #[must_use]
    // DK21, DK90
    pub fn available_team(&self) -> AvailableTeam {
        let (candidates, capacity) = (self.candidates(), self.facts.settings.capacity);
        let next = |queue: Option<&DepartmentId>| {
            routing::available(queue, &candidates, capacity).map(|it| it.agent.id.clone())
        };
        let queues = self.facts.departments.iter();
        AvailableTeam {
            anybody: next(None),
            departments: queues
                .clone()
                .filter_map(|it| Some((it.id.clone(), next(Some(&it.id))?)))
                .collect(),
            faces: faces(None, &candidates),
            faces_of: queues
                .map(|it| (it.id.clone(), faces(Some(&it.id), &candidates)))
                .filter(|it| !it.1.is_empty())
                .collect(),
        }
    }
}

/// Always the same ones of those who are there, whoever of them would be asked next.
fn faces(queue: Option<&DepartmentId>, candidates: &[Candidate]) -> Vec<MemberId> {
    let mut faces: Vec<_> = routing::present(queue, candidates).map(|it| it.id.clone()).collect();
    faces.sort_unstable();
    faces.truncate(FACES);
    faces
}
