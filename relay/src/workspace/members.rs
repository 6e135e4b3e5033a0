//! Members: who is invited, as what, and who leaves.
//!
//! - **AP44** However many have left, somebody can join. So many are kept as `limits::FORMER_ITEMS` says:
//!   one more makes an invitation be forgotten that was taken back, or else whoever left longest ago.

use inbox_protocol::{
    Refusal,
    http::{Invite, MemberPatch},
};
use inbox_types::{
    Action, DepartmentId, MemberId, Role, Sender,
    limits::{FORMER_ITEMS, WORKSPACE_ITEMS},
};

use super::{
    command::{Call, Command, Done, Method, Run, left_to, new_id},
    links::Purpose,
    makers,
    news::News,
    state::{Change, MemberRow, Row, WorkspaceState, member_key, put},
    tables::{Result, Workspace},
    view,
};

/// What can be done with members. How strong they are is looked at beside the role.
pub(super) const COMMANDS: &[Command] = &[
    Command {
        name: "invite",
        method: Method::Post,
        path: "/v1/invitations",
        needs: Some(Action::Administer),
        audited: true,
        tells: Some(News::Facts),
        run: Run::Now(Workspace::invite),
    },
    Command {
        name: "patch_member",
        method: Method::Patch,
        path: "/v1/members/{id}",
        needs: Some(Action::Administer),
        audited: true,
        tells: Some(News::Facts),
        run: Run::Now(|workspace, call| {
            let id = call.id()?;
            let is_as_before = workspace.patch_member(&call.by.row, &id, call.form()?)?;
            let member =
                workspace.with_state(|it| it.members.get(&id).map(|row| view::member(&id, row)))?;
            Ok(Done::with(&member).as_before(is_as_before))
        }),
    },
    Command {
        name: "delete_member",
        method: Method::Delete,
        path: "/v1/members/{id}",
        needs: Some(Action::Administer),
        audited: true,
        tells: Some(News::Facts),
        run: Run::Now(|workspace, call| {
            let (id, to) = (call.id()?, call.successor()?);
            workspace.delete_member(&call.by.row, &id, to.as_ref())?;
            Ok(Done::nothing().about(&left_to(&id, to.as_ref())))
        }),
    },
];

impl Workspace {
    /// Invites somebody, and answers with the link.
    fn invite(&self, call: &Call<'_>) -> Result<Done> {
        let (id, invite): (MemberId, Invite) = (new_id("m"), call.form()?);
        let role = invite.role;
        let changes = self.change(|it| it.invite(&call.by.row, id.clone(), invite))?;
        let (link, token) = self.new_link(Purpose::Invitation)?;
        let makers = self.makers_by(call.by)?;
        self.commit(&changes, |it| it.put_link(&makers, &id, &token, Purpose::Invitation, &link))?;
        // The role stands last: consoles read it there.
        let whom = format!("{} {role:?}", makers::written_down(id.as_str(), &makers));
        Ok(Done::with(&link).about(&whom))
    }

    /// Changes a member. Another role ends what was made for the one before: sign-in links, and for
    /// whoever becomes an owner every sign-in, because an admin may have come in by a link. What came
    /// of links ends where it would outlive the right of whoever made them. Whether nothing changed.
    fn patch_member(&self, by: &MemberRow, id: &MemberId, patch: MemberPatch) -> Result<bool> {
        let role = |it: &WorkspaceState| it.members.get(id).map(|it| it.role);
        let (before, n_owners) = (self.with_state(role)?, self.n_owners(&[])?);
        let changes = self.change(|it| it.patch_member(by, id, patch))?;
        let mut changes = self.otherwise(changes)?;
        if changes.is_empty() {
            return Ok(true);
        }
        let after = self.with_state(role)?;
        let becomes_owner = before != after && after == Some(Role::Owner);
        let outlived = self.outlived(&mut changes)?;
        self.must_keep_an_owner(n_owners, &outlived)?;
        self.commit(&changes, |it| {
            if before != after {
                it.forget_sign_in_links(id)?;
            }
            if becomes_owner {
                it.forget_sign_ins(id)?;
            }
            it.end(&outlived)
        })?;
        Ok(false)
    }

    /// Removes a member, and what came of links that they made.
    fn delete_member(&self, by: &MemberRow, id: &MemberId, to: Option<&MemberId>) -> Result<()> {
        let n_owners = self.n_owners(&[])?;
        let mut changes = self.change(|it| it.delete_member(by, id, to))?;
        let outlived = self.outlived(&mut changes)?;
        self.must_keep_an_owner(n_owners, &outlived)?;
        self.commit(&changes, |it| {
            it.forget_member(id)?;
            it.end(&outlived)
        })
    }
}

impl WorkspaceState {
    /// Invites somebody; they are a member when they accept.
    ///
    /// # Errors
    ///
    /// If the sign-in name is taken, or the role stronger than the inviter's.
    pub fn invite(
        &mut self,
        by: &MemberRow,
        id: MemberId,
        invite: Invite,
    ) -> Result<Vec<Change>, Refusal> {
        if invite.role < by.role {
            return Err(Refusal::Forbidden);
        }
        if WORKSPACE_ITEMS <= self.members.values().filter(|it| !it.removed).count() {
            return Err(Refusal::TooMany);
        }
        if self.by_email(&invite.email).is_some() {
            return Err(Refusal::Taken);
        }
        let row = MemberRow {
            name: invite.name,
            email: invite.email,
            role: invite.role,
            departments: self.known_departments(invite.departments)?,
            version: 1,
            signed_out: 0,
            removed: false,
            invited: true,
            successor: None,
            left: 0,
        };
        let mut changes = self.forget_who_left();
        self.members.insert(id.clone(), row.clone());
        changes.push(put(Row::Member(id, Box::new(row))));
        Ok(changes)
    }

    /// Whoever left is kept for the audit log and for what still names them, as long as there is room; a
    /// transcript has their name by itself.
    // AP44
    fn forget_who_left(&mut self) -> Vec<Change> {
        let gone = self.members.iter().filter(|(_, it)| it.removed);
        let mut gone: Vec<_> = gone.map(|(id, it)| (!it.invited, it.left, id.clone())).collect();
        gone.sort();
        let n_over = (gone.len() + 1).saturating_sub(FORMER_ITEMS);
        let forget = |(_, _, id): (_, _, MemberId)| {
            self.members.remove(&id);
            Change::Remove(member_key(&id))
        };
        gone.into_iter().take(n_over).map(forget).collect()
    }

    /// The invited person came.
    ///
    /// # Errors
    ///
    /// If nobody of that name was invited.
    pub fn accept(&mut self, id: &MemberId) -> Result<Vec<Change>, Refusal> {
        let row = self
            .members
            .get_mut(id)
            .filter(|it| it.invited && !it.removed)
            .ok_or(Refusal::NotFound)?;
        row.invited = false;
        Ok(vec![put(Row::Member(id.clone(), Box::new(row.clone())))])
    }

    /// Changes a member.
    ///
    /// # Errors
    ///
    /// If the member is stronger than who asks, would become so, or is the last owner.
    pub fn patch_member(
        &mut self,
        by: &MemberRow,
        id: &MemberId,
        patch: MemberPatch,
    ) -> Result<Vec<Change>, Refusal> {
        let row = self.members.get(id).filter(|it| !it.removed).ok_or(Refusal::NotFound)?;
        let departments = departments_after(row, &patch).map(|it| self.known_departments(it));
        let departments = departments.transpose()?;
        let role = patch.role.unwrap_or(row.role);
        if row.role < by.role || role < by.role {
            return Err(Refusal::Forbidden);
        }
        if role != Role::Owner && self.is_last_owner(id) {
            return Err(Refusal::State);
        }
        let row = self.members.get_mut(id).ok_or(Refusal::NotFound)?;
        let departments = departments.unwrap_or_else(|| row.departments.clone());
        if role != row.role || departments != row.departments {
            row.version += 1;
        }
        // An admin may have come in by a link before.
        if role == Role::Owner && row.role != Role::Owner {
            row.signed_out = row.version;
        }
        row.role = role;
        row.departments = departments;
        row.name = patch.name.unwrap_or_else(|| row.name.clone());
        Ok(vec![put(Row::Member(id.clone(), Box::new(row.clone())))])
    }

    /// Removes a member from the team. `to` owns from now on what they owned; without it that goes on
    /// as when an owner leaves.
    ///
    /// # Errors
    ///
    /// If the member is stronger than who asks, or the last owner, or `to` cannot answer.
    pub fn delete_member(
        &mut self,
        by: &MemberRow,
        id: &MemberId,
        to: Option<&MemberId>,
    ) -> Result<Vec<Change>, Refusal> {
        let row = self.members.get(id).filter(|it| !it.removed).ok_or(Refusal::NotFound)?;
        if row.role < by.role {
            return Err(Refusal::Forbidden);
        }
        if self.is_last_owner(id) {
            return Err(Refusal::State);
        }
        if let Some(to) = to {
            let heir = self.member(to).filter(|_| to != id).ok_or(Refusal::NotFound)?;
            self.may(heir, Action::Reply).then_some(()).ok_or(Refusal::State)?;
        }
        let left = self.members.values().map(|it| it.left).max().unwrap_or_default() + 1;
        let row = self.members.get_mut(id).ok_or(Refusal::NotFound)?;
        row.left = left;
        row.removed = true;
        row.version += 1;
        row.successor = to.cloned();
        let mut changes = vec![put(Row::Member(id.clone(), Box::new(row.clone())))];
        changes.extend(self.leave_to_heir(id, to));
        changes.extend(self.delete_views_of(id));
        Ok(changes)
    }

    fn is_last_owner(&self, id: &MemberId) -> bool {
        let mut owners =
            self.members.iter().filter(|(_, it)| it.is_here() && it.role == Role::Owner);
        owners.next().is_some_and(|(first, _)| first == id) && owners.next().is_none()
    }

    fn known_departments(&self, mut ids: Vec<DepartmentId>) -> Result<Vec<DepartmentId>, Refusal> {
        ids.sort();
        ids.dedup();
        if ids.iter().all(|it| self.departments.contains_key(it)) {
            Ok(ids)
        } else {
            Err(Refusal::NotFound)
        }
    }

    /// What names a member who was removed names who follows: campaigns speak in their name, else in
    /// the team's, and who was to follow somebody else passes it on.
    fn leave_to_heir(&mut self, id: &MemberId, to: Option<&MemberId>) -> Vec<Change> {
        let mut changes = Vec::new();
        let followed = self.members.iter_mut().filter(|(_, it)| it.successor.as_ref() == Some(id));
        for (member, row) in followed {
            row.successor = to.cloned();
            changes.push(put(Row::Member(member.clone(), Box::new(row.clone()))));
        }
        let sender = Sender::Member(id.clone());
        for campaign in self.campaigns.values_mut().filter(|it| it.plan.sender == sender) {
            campaign.plan.sender = to.map_or(Sender::Team, |it| Sender::Member(it.clone()));
            campaign.revision += 1;
            changes.push(put(Row::Campaign(Box::new(campaign.clone()))));
        }
        changes
    }
}

/// The queues that a member serves after a patch; none if it says nothing of them.
fn departments_after(row: &MemberRow, patch: &MemberPatch) -> Option<Vec<DepartmentId>> {
    if patch.departments.is_none() && patch.joins.is_empty() && patch.leaves.is_empty() {
        return None;
    }
    let mut after = patch.departments.clone().unwrap_or_else(|| row.departments.clone());
    after.retain(|it| !patch.leaves.contains(it));
    after.extend(patch.joins.iter().cloned());
    Some(after)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::fixture::{email, id, name, state};

    fn invitation(role: Role) -> Invite {
        Invite { name: name("Ana"), email: email("ana"), role, departments: Vec::new() }
    }

    #[test]
    fn nobody_makes_anybody_stronger_than_themselves() {
        let (mut state, owner) = state();
        state.invite(&owner, id("ana"), invitation(Role::Admin)).expect("invited");
        state.accept(&id("ana")).expect("accepted");
        let admin = state.members[&id("ana")].clone();
        let mut other = invitation(Role::Owner);
        other.email = email("ben");
        assert_eq!(state.invite(&admin, id("ben"), other), Err(Refusal::Forbidden));
        let patch = MemberPatch { role: Some(Role::Owner), ..MemberPatch::default() };
        assert_eq!(state.patch_member(&admin, &id("ana"), patch), Err(Refusal::Forbidden));
        assert_eq!(state.delete_member(&admin, &id("olga"), None), Err(Refusal::Forbidden));
        assert_eq!(state.may_link(&admin, &id("olga")), Err(Refusal::Forbidden));
        assert_eq!(state.may_link(&admin, &id("ana")), Ok(()));
    }

    #[test]
    fn whoever_becomes_an_owner_is_signed_out_and_nobody_else() {
        let roles = [Role::Owner, Role::Admin, Role::TeamLead, Role::Agent, Role::Marketer];
        for role in roles {
            let (mut state, owner) = state();
            state.invite(&owner, id("ana"), invitation(Role::Agent)).expect("invited");
            state.accept(&id("ana")).expect("accepted");
            let patch = MemberPatch { role: Some(role), ..MemberPatch::default() };
            state.patch_member(&owner, &id("ana"), patch.clone()).expect("changed");
            let row = &state.members[&id("ana")];
            let wanted = if role == Role::Owner { row.version } else { 0 };
            assert_eq!(row.signed_out, wanted, "{role:?}");
            let before = row.clone();
            state.patch_member(&owner, &id("ana"), patch).expect("the same again");
            assert_eq!(state.members[&id("ana")], before, "{role:?}");
            drop(state.sign_out(&id("ana")));
            let row = &state.members[&id("ana")];
            assert_eq!((row.version, row.signed_out), (before.version + 1, before.version + 1));
        }
    }

    #[test]
    fn what_is_joined_and_left_is_of_what_is_served_by_then() {
        let (mut state, owner) = state();
        for it in ["sales", "support", "post"] {
            let form = serde_json::json!({ "name": it, "assignment": "offer" });
            let form = serde_json::from_value(form).expect("a form");
            state.put_department(id(it), form).expect("a department");
        }
        state.invite(&owner, id("ana"), invitation(Role::Agent)).expect("invited");
        let mut step = |joins: &[&str], leaves: &[&str]| {
            let ids = |all: &[&str]| all.iter().map(|it| id(it)).collect();
            let patch =
                MemberPatch { joins: ids(joins), leaves: ids(leaves), ..MemberPatch::default() };
            state.patch_member(&owner, &id("ana"), patch)?;
            let row = &state.members[&id("ana")];
            let served: Vec<String> = row.departments.iter().map(ToString::to_string).collect();
            Ok((served.join(" "), row.version))
        };
        let is = |served: &str, version| Ok((served.to_owned(), version));
        assert_eq!(step(&["support"], &[]), is("support", 2));
        assert_eq!(step(&["sales"], &[]), is("sales support", 3));
        assert_eq!(step(&["sales"], &[]), is("sales support", 3));
        assert_eq!(step(&[], &["support", "gone"]), is("sales", 4));
        assert_eq!(step(&["gone"], &[]), Err(Refusal::NotFound));
    }

    #[test]
    fn the_last_owner_stays() {
        let (mut state, owner) = state();
        let patch = MemberPatch { role: Some(Role::Admin), ..MemberPatch::default() };
        assert_eq!(state.patch_member(&owner, &id("olga"), patch), Err(Refusal::State));
        assert_eq!(state.delete_member(&owner, &id("olga"), None), Err(Refusal::State));
    }

    #[test]
    fn ap44_a_thousand_leavers_keep_no_joiner_out_and_those_who_left_first_are_forgotten() {
        let (mut state, owner) = state();
        let n_all = FORMER_ITEMS + 10;
        // Names in no order, so that nothing goes by them.
        let who = |n: usize| format!("m{}", (n * 7_919) % n_all);
        for n in 0..n_all {
            let invite = Invite { email: email(&who(n)), ..invitation(Role::Agent) };
            state.invite(&owner, id(&who(n)), invite).expect("there is room for one who joins");
            state.accept(&id(&who(n))).expect("accepted");
            state.delete_member(&owner, &id(&who(n)), None).expect("removed");
        }
        let kept = |n: &usize| state.members.contains_key(&id(&who(*n)));
        assert_eq!((0..n_all).find(kept), Some(10));
        assert_eq!((0..n_all).filter(kept).count(), FORMER_ITEMS);
    }

    /// People come and go for years, and invitations are taken back.
    #[test]
    fn whoever_has_left_keeps_nobody_out() {
        let (mut state, owner) = state();
        let invite = |state: &mut WorkspaceState, n: usize| {
            let who = format!("m{n}");
            let invite = Invite { email: email(&who), ..invitation(Role::Agent) };
            state.invite(&owner, id(&who), invite)
        };
        let leave = |state: &mut WorkspaceState, n: usize| {
            state.delete_member(&owner, &id(&format!("m{n}")), None).expect("removed");
        };
        // With Olga, who has to stay, all that fit at once.
        for n in 1..WORKSPACE_ITEMS {
            invite(&mut state, n).expect("invited");
        }
        assert_eq!(invite(&mut state, 0), Err(Refusal::TooMany));
        for n in 1..WORKSPACE_ITEMS {
            state.accept(&id(&format!("m{n}"))).expect("accepted");
            leave(&mut state, n);
            let next = WORKSPACE_ITEMS + n;
            assert!(invite(&mut state, next).is_ok(), "{n} have left");
        }
        // So many have left, and of others the invitation is taken back again and again.
        for n in WORKSPACE_ITEMS + 1..2 * WORKSPACE_ITEMS {
            leave(&mut state, n);
        }
        let mut n_forgotten = 0;
        for n in 0..FORMER_ITEMS {
            let changes = invite(&mut state, 10_000 + n).expect("invited");
            n_forgotten += changes.iter().filter(|it| matches!(it, Change::Remove(_))).count();
            leave(&mut state, 10_000 + n);
        }
        assert!(state.members.len() <= 1 + FORMER_ITEMS);
        assert_eq!(n_forgotten, 2 * (WORKSPACE_ITEMS - 1), "those beyond what there is room for");
        // Whoever was there is never forgotten.
        let of_transcripts = state.members.values().filter(|it| it.removed && !it.invited).count();
        assert_eq!(of_transcripts, WORKSPACE_ITEMS - 1);
    }

    #[test]
    fn a_change_of_rights_ends_older_grants_and_a_new_name_does_not() {
        let (mut state, owner) = state();
        state.invite(&owner, id("ana"), invitation(Role::Agent)).expect("invited");
        let rename = MemberPatch { name: Some(name("Anna")), ..MemberPatch::default() };
        state.patch_member(&owner, &id("ana"), rename).expect("renamed");
        assert_eq!(state.members[&id("ana")].version, 1);
        let promote = MemberPatch { role: Some(Role::TeamLead), ..MemberPatch::default() };
        state.patch_member(&owner, &id("ana"), promote).expect("promoted");
        assert_eq!(state.members[&id("ana")].version, 2);
    }

    #[test]
    fn a_sign_in_name_is_of_one_member() {
        let (mut state, owner) = state();
        let mut again = invitation(Role::Agent);
        again.email = email("OLGA");
        assert_eq!(state.invite(&owner, id("ana"), again), Err(Refusal::Taken));
    }
}
