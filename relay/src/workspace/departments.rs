//! Departments: where sessions wait. What names one that is deleted names its successor instead.
//!
//! What conversations name is theirs to change; they are told of the successor with the facts.

use inbox_protocol::{
    Refusal,
    http::{Department, DepartmentForm},
};
use inbox_types::{Action, Condition, DepartmentId, Rule, limits::WORKSPACE_ITEMS};

use super::{
    command::{Command, Done, Method, Run, left_to, new_id},
    news::News,
    sites::check_hours,
    state::{Change, Row, WorkspaceState, department_key, put, room_for, successor_key},
};
use crate::platform::is_zone;

/// What can be done with departments.
pub(super) const COMMANDS: &[Command] = &[
    Command {
        name: "create_department",
        method: Method::Post,
        path: "/v1/departments",
        needs: Some(Action::Administer),
        audited: true,
        tells: Some(News::Facts),
        run: Run::Now(|workspace, call| {
            let form = call.form()?;
            checked(&form)?;
            workspace.made(|it| it.put_department(new_id("d"), form))
        }),
    },
    Command {
        name: "put_department",
        method: Method::Put,
        path: "/v1/departments/{id}",
        needs: Some(Action::Administer),
        audited: true,
        tells: Some(News::Facts),
        run: Run::Now(|workspace, call| {
            let (id, form): (DepartmentId, _) = (call.id()?, call.form()?);
            checked(&form)?;
            workspace.made(|it| {
                it.departments.contains_key(&id).then_some(()).ok_or(Refusal::NotFound)?;
                it.put_department(id, form)
            })
        }),
    },
    Command {
        name: "delete_department",
        method: Method::Delete,
        path: "/v1/departments/{id}",
        needs: Some(Action::Administer),
        audited: true,
        tells: Some(News::Facts),
        run: Run::Now(|workspace, call| {
            let (id, to) = (call.id()?, call.successor()?);
            workspace.changed(|it| it.delete_department(&id, to.as_ref()))?;
            Ok(Done::nothing().about(&left_to(&id, to.as_ref())))
        }),
    },
];

impl WorkspaceState {
    /// Creates or replaces a queue.
    ///
    /// # Errors
    ///
    /// If there are too many.
    pub fn put_department(
        &mut self,
        id: DepartmentId,
        form: DepartmentForm,
    ) -> Result<(Department, Vec<Change>), Refusal> {
        room_for(&self.departments, &id)?;
        let known = || self.departments.get(&id).map(|it| it.hours.clone()).unwrap_or_default();
        let department = Department {
            id: id.clone(),
            name: form.name,
            assignment: form.assignment,
            hours: form.hours.unwrap_or_else(known),
        };
        self.departments.insert(id, department.clone());
        Ok((department.clone(), vec![put(Row::Department(department))]))
    }

    /// Removes a queue. Who served it serves `to`, what led to it leads there, and its conversations
    /// belong there; those of the last queue belong to everybody.
    ///
    /// # Errors
    ///
    /// If there is no such queue, or there are others and none of them is named.
    pub fn delete_department(
        &mut self,
        id: &DepartmentId,
        to: Option<&DepartmentId>,
    ) -> Result<Vec<Change>, Refusal> {
        if !self.departments.contains_key(id) {
            return Err(Refusal::NotFound);
        }
        match to {
            Some(to) if to == id || !self.departments.contains_key(to) => {
                return Err(Refusal::NotFound);
            }
            None if 1 < self.departments.len() => return Err(Refusal::SuccessorRequired),
            Some(_) | None => {}
        }
        self.departments.remove(id);
        let mut changes = vec![Change::Remove(department_key(id))];
        changes.extend(self.succeed(id, to));
        changes.extend(self.serve_instead(id, to));
        changes.extend(self.lead_instead(id, to));
        changes.extend(self.condition_instead(id, to));
        Ok(changes)
    }

    /// Remembers the successor, for conversations that hear of it late. What went to the queue before
    /// goes on to its successor.
    fn succeed(&mut self, id: &DepartmentId, to: Option<&DepartmentId>) -> Vec<Change> {
        let mut changes = Vec::new();
        let passed: Vec<DepartmentId> =
            self.successors.iter().filter(|(_, it)| *it == id).map(|(it, _)| it.clone()).collect();
        for gone in passed.into_iter().chain([id.clone()]) {
            if let Some(to) = to {
                self.successors.insert(gone.clone(), to.clone());
                changes.push(put(Row::Successor(gone, to.clone())));
            } else {
                self.successors.remove(&gone);
                changes.push(Change::Remove(successor_key(&gone)));
            }
        }
        // Conversations have long heard of those. One that has not belongs where its site's wait.
        while WORKSPACE_ITEMS < self.successors.len() {
            let Some((gone, _)) = self.successors.pop_first() else { break };
            changes.push(Change::Remove(successor_key(&gone)));
        }
        changes
    }

    fn serve_instead(&mut self, id: &DepartmentId, to: Option<&DepartmentId>) -> Vec<Change> {
        let serving = self.members.iter_mut().filter(|(_, it)| it.departments.contains(id));
        let mut changes = Vec::new();
        for (member, row) in serving {
            row.departments.retain(|it| it != id);
            row.departments.extend(to.cloned());
            row.departments.sort();
            row.departments.dedup();
            row.version += 1;
            changes.push(put(Row::Member(member.clone(), Box::new(row.clone()))));
        }
        changes
    }

    fn lead_instead(&mut self, id: &DepartmentId, to: Option<&DepartmentId>) -> Vec<Change> {
        let mut changes = Vec::new();
        for (site, row) in
            self.sites.iter_mut().filter(|(_, it)| it.department.as_ref() == Some(id))
        {
            row.department = to.cloned();
            changes.push(put(Row::Site(site.clone(), Box::new(row.clone()))));
        }
        for reply in self.canned.values_mut().filter(|it| it.department.as_ref() == Some(id)) {
            reply.department = to.cloned();
            changes.push(put(Row::Canned(reply.clone())));
        }
        changes
    }

    fn condition_instead(&mut self, id: &DepartmentId, to: Option<&DepartmentId>) -> Vec<Change> {
        let mut changes = Vec::new();
        for campaign in self.campaigns.values_mut() {
            if replace_in(&mut campaign.plan.rule, id, to) {
                campaign.revision += 1;
                changes.push(put(Row::Campaign(Box::new(campaign.clone()))));
            }
        }
        changes
    }
}

fn checked(form: &DepartmentForm) -> Result<(), Refusal> {
    form.hours.as_ref().map_or(Ok(()), |it| check_hours(it, is_zone))
}

/// Whether the rule named the queue; it names the other one now, or any of the site's.
fn replace_in(rule: &mut Rule, id: &DepartmentId, to: Option<&DepartmentId>) -> bool {
    match rule {
        Rule::All { of } | Rule::Any { of } => {
            let mut changed = false;
            for it in of {
                changed |= replace_in(it, id, to);
            }
            changed
        }
        Rule::Is { condition: Condition::Available { department }, .. }
            if department.as_ref() == Some(id) =>
        {
            *department = to.cloned();
            true
        }
        Rule::Is { .. } => false,
    }
}

#[cfg(test)]
mod tests {
    use inbox_protocol::http::{CannedReplyForm, DepartmentForm, Invite, SiteForm};
    use inbox_types::{
        Assignment, Campaign, CampaignPlan, CampaignStatus, MemberId, Role, Sender, SiteSettings,
    };

    use super::*;
    use crate::{
        forward::target::Reach,
        workspace::{
            fixture::{self, email, id, name},
            state::MemberRow,
        },
    };

    /// A workspace in which everything that can name a queue or a member names sales and ana.
    fn state() -> (WorkspaceState, MemberRow) {
        let (mut state, owner) = fixture::state();
        for department in ["sales", "support", "spare"] {
            let form = DepartmentForm {
                name: name(department),
                assignment: Assignment::Offer,
                hours: None,
            };
            state.put_department(id(department), form).expect("a queue");
        }
        for (member, departments) in
            [("ana", vec![id("sales")]), ("ben", vec![id("sales"), id("support")])]
        {
            let (name, email) = (name(member), email(member));
            let invite = Invite { name, email, role: Role::Agent, departments };
            state.invite(&owner, id(member), invite).expect("invited");
            state.accept(&id(member)).expect("accepted");
        }
        let site = SiteForm {
            name: name("Shop"),
            origins: vec!["https://shop.example".to_owned().try_into().expect("short")],
            department: Some(id("sales")),
            settings: SiteSettings::default(),
            webhook_url: None,
            webhook_answers: false,
        };
        state
            .put_site(id("main-s"), site, Reach::Public, |_| true, Default::default)
            .expect("a site");
        let reply = CannedReplyForm {
            shortcut: "hi".to_owned().try_into().expect("short"),
            text: "Hello".to_owned().try_into().expect("short"),
            department: Some(id("sales")),
        };
        state.put_canned(&owner, id("c1"), reply).expect("a reply");
        state.campaigns.insert(id("p1"), campaign());
        (state, owner)
    }

    fn campaign() -> Campaign {
        let available = |department: &str| Rule::Is {
            not: false,
            condition: Condition::Available { department: Some(id(department)) },
        };
        let of = vec![available("support"), Rule::Any { of: vec![available("sales")] }];
        let plan: CampaignPlan = serde_json::from_value(serde_json::json!({
            "name": "Post", "rule": { "rule": "all", "of": [] }, "variants": [],
        }))
        .expect("a plan");
        Campaign {
            id: id("p1"),
            site: id("main-s"),
            plan: CampaignPlan {
                rule: Rule::All { of },
                sender: Sender::Member(id("ana")),
                ..plan
            },
            status: CampaignStatus::Draft,
            rank: 0,
            live_since: None,
            revision: 0,
        }
    }

    /// The rows of a state as they are stored, but for a queue's own and what remembers it.
    fn stored(state: &WorkspaceState) -> String {
        let rest =
            WorkspaceState { successors: std::collections::BTreeMap::new(), ..state.clone() };
        format!("{rest:?}")
    }

    fn rows(state: &WorkspaceState) -> Vec<Row> {
        let mut rows = vec![Row::Workspace(state.name.clone(), Box::new(state.settings.clone()))];
        let members = state.members.iter();
        rows.extend(members.map(|(id, it)| Row::Member(id.clone(), Box::new(it.clone()))));
        let sites = state.sites.iter();
        rows.extend(sites.map(|(id, it)| Row::Site(id.clone(), Box::new(it.clone()))));
        rows.extend(state.departments.values().cloned().map(Row::Department));
        let successors = state.successors.iter();
        rows.extend(successors.map(|(gone, to)| Row::Successor(gone.clone(), to.clone())));
        rows.extend(state.canned.values().cloned().map(Row::Canned));
        rows.extend(state.topics.values().cloned().map(Row::Topic));
        rows.extend(state.campaigns.values().cloned().map(|it| Row::Campaign(Box::new(it))));
        rows
    }

    /// What is stored is what the state says.
    fn replay(before: &WorkspaceState, changes: Vec<Change>) -> WorkspaceState {
        let rows = rows(before).into_iter().map(|it| (it.key(), it));
        let mut rows: std::collections::BTreeMap<String, Row> = rows.collect();
        for change in changes {
            match change {
                Change::Put(row) => drop(rows.insert(row.key(), *row)),
                Change::Remove(key) => drop(rows.remove(&key)),
            }
        }
        WorkspaceState::from_rows(rows.into_values()).expect("a state")
    }

    #[test]
    fn everything_that_can_be_made_is_named_in_the_audit_log() {
        let (mut state, _) = state();
        let form = inbox_protocol::http::TopicForm {
            name: "Glazes".to_owned().try_into().expect("short"),
        };
        state.create_topic(id("t1"), form).expect("a topic");
        for (made, called) in [
            ("ana", "ana"),
            ("main-s", "Shop"),
            ("sales", "sales"),
            ("t1", "Glazes"),
            ("c1", "/hi"),
            ("p1", "Post"),
        ] {
            assert_eq!(state.name_of(made).as_deref(), Some(called), "{made}");
        }
        assert_eq!(state.name_of("nowhere"), None);
    }

    #[test]
    fn nothing_in_the_book_names_a_queue_that_is_gone() {
        let (mut state, _) = state();
        assert!(stored(&state).contains(r#"DepartmentId("sales")"#));
        for (gone, to) in [("sales", Some("support")), ("support", Some("spare")), ("spare", None)]
        {
            let before = state.clone();
            let changes = state
                .delete_department(&id(gone), to.map(id).as_ref())
                .expect("it has a successor, or is the last");
            let named = format!(r#"DepartmentId("{gone}")"#);
            assert!(!stored(&state).contains(&named), "{gone}: {}", stored(&state));
            assert_eq!(replay(&before, changes), state, "{gone}");
            assert_eq!(state.sites[&id("main-s")].department, to.map(id), "{gone}");
            assert_eq!(state.members[&id("ana")].departments, Vec::from_iter(to.map(id)), "{gone}");
            // What was passed on before is passed on again.
            let facts = state.facts(&id("main-s")).expect("a site");
            assert_eq!(facts.successors.get(&id("sales")), to.map(id).as_ref(), "{gone}");
        }
    }

    #[test]
    fn a_queue_goes_only_to_one_that_is_there() {
        let (mut state, _) = state();
        let before = state.clone();
        for (to, refusal) in [
            (None, Refusal::SuccessorRequired),
            (Some("sales"), Refusal::NotFound),
            (Some("nowhere"), Refusal::NotFound),
        ] {
            let answer = state.delete_department(&id("sales"), to.map(id).as_ref());
            assert_eq!(answer, Err(refusal), "{to:?}");
        }
        assert_eq!(state.delete_department(&id("nowhere"), None), Err(Refusal::NotFound));
        assert_eq!(state, before, "a refusal changes nothing");
    }

    #[test]
    fn successors_do_not_grow_for_ever() {
        let (mut state, _) = state();
        for n in 0..WORKSPACE_ITEMS + 10 {
            let form =
                DepartmentForm { name: name("One"), assignment: Assignment::Offer, hours: None };
            state.put_department(id(&format!("d{n}")), form).expect("a queue");
            state.delete_department(&id(&format!("d{n}")), Some(&id("sales"))).expect("deleted");
        }
        assert_eq!(state.successors.len(), WORKSPACE_ITEMS);
    }

    #[test]
    fn what_a_member_leaves_goes_to_whom_the_team_names() {
        for (to, sender) in [(Some("ben"), Sender::Member(id("ben"))), (None, Sender::Team)] {
            let (mut state, owner) = state();
            let before = state.clone();
            let to: Option<MemberId> = to.map(id);
            let changes = state.delete_member(&owner, &id("ana"), to.as_ref()).expect("removed");
            assert_eq!(state.campaigns[&id("p1")].plan.sender, sender);
            assert_eq!(replay(&before, changes), state);
            let facts = state.facts(&id("main-s")).expect("a site");
            assert_eq!(facts.members[&id("ana")].successor, to);
        }
    }

    #[test]
    fn nobody_inherits_who_is_not_there_or_cannot_answer() {
        let (mut state, owner) = state();
        state.members.get_mut(&id("ben")).expect("a member").role = Role::Auditor;
        for (to, refusal) in
            [("ana", Refusal::NotFound), ("nobody", Refusal::NotFound), ("ben", Refusal::State)]
        {
            let answer = state.delete_member(&owner, &id("ana"), Some(&id(to)));
            assert_eq!(answer, Err(refusal), "{to}");
        }
        assert!(!state.members[&id("ana")].removed, "a refusal changes nothing");
    }
}
