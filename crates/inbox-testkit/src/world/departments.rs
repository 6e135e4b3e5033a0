//! Queues come and go, and some conversations hear of it late.

use inbox_protocol::http::Department;
use inbox_room::{DeskInput, Input as RoomInput};
use inbox_types::DepartmentId;

use super::{
    World,
    cast::{name, parse},
};
use crate::{Invariant, Planted, Violation};

/// All queues that there can be.
const NAMES: [&str; 3] = ["sales", "support", "spare"];

impl World {
    /// A queue goes, to a successor or not, or there is a new one.
    pub(super) fn departments_change(&mut self) {
        let there: Vec<DepartmentId> = self.workspace.departments.keys().cloned().collect();
        let missing = NAMES.into_iter().find(|it| !there.contains(&parse(it)));
        match missing {
            Some(new) if there.is_empty() || self.env.random.permille(500) => self.found(new),
            Some(_) | None => {
                let gone = self.env.random.pick(&there).clone();
                self.dissolve(&gone);
            }
        }
        let departments = self.workspace.departments.iter();
        let assignment = self.desk.facts.departments.first().map(|it| it.assignment);
        self.desk.facts.departments = departments
            .map(|(id, name)| Department {
                id: id.clone(),
                name: name.clone(),
                assignment: assignment.unwrap_or_default(),
                hours: inbox_types::OpeningHours::default(),
            })
            .collect();
        self.desk.facts.members.clone_from(&self.workspace.members);
        let facts = Box::new(self.desk.facts.clone());
        self.desk.drive(&mut self.env, DeskInput::Facts(facts));
        for conversation in 0..self.rooms.len() {
            if self.env.random.permille(500) {
                self.learn(conversation);
            }
        }
    }

    /// A conversation takes over what the workspace says.
    pub(super) fn learn(&mut self, conversation: usize) {
        let room = &mut self.rooms[conversation];
        let mut facts = self.workspace.clone();
        if self.env.is(Planted::QueuesUntold) {
            facts.departments.clone_from(&room.facts.departments);
            facts.department.clone_from(&room.facts.department);
        }
        room.facts = facts;
        let facts = Box::new(room.facts.clone());
        room.drive(&mut self.env, RoomInput::Facts(facts));
    }

    /// It does so if it knows less.
    pub(super) fn catch_up(&mut self, conversation: usize) {
        if self.rooms[conversation].facts != self.workspace {
            self.learn(conversation);
        }
    }

    fn found(&mut self, new: &str) {
        self.env.tell(|| format!("there is a queue {new}"));
        let id: DepartmentId = parse(new);
        self.workspace.departments.insert(id.clone(), name(new));
        self.workspace.successors.remove(&id);
        if self.workspace.department.is_none() || self.env.random.permille(500) {
            self.workspace.department = Some(id.clone());
        }
        for member in self.workspace.members.values_mut() {
            member.departments.push(id.clone());
            member.version += 1;
        }
    }

    fn dissolve(&mut self, gone: &DepartmentId) {
        let workspace = &mut self.workspace;
        workspace.departments.remove(gone);
        let rest: Vec<DepartmentId> = workspace.departments.keys().cloned().collect();
        let heir = (!rest.is_empty()).then(|| self.env.random.pick(&rest).clone());
        self.env.tell(|| format!("the queue {gone} goes to {heir:?}"));
        if workspace.department.as_ref() == Some(gone) {
            workspace.department.clone_from(&heir);
        }
        workspace.successors.retain(|_, it| it != gone);
        if let Some(heir) = heir {
            workspace.successors.insert(gone.clone(), heir);
        }
        for member in workspace.members.values_mut() {
            member.departments.retain(|it| it != gone);
            member.version += 1;
        }
    }

    /// I9: whoever waits, is answered, or may come back is somewhere where somebody answers.
    pub(super) fn check_nobody_stranded(&self) -> Result<(), Violation> {
        for room in &self.rooms {
            let summary = self.desk.summary(&room.id);
            let named = summary.and_then(|it| it.session.department);
            if let Some(gone) = named.filter(|it| !self.workspace.departments.contains_key(it)) {
                let story = format!("{} is in the queue {gone}, which is gone", room.id);
                return Err(Violation { invariant: Invariant::I9, story });
            }
        }
        Ok(())
    }
}
