//! Canned replies: what agents say again and again.
//!
//! - **AP46** All replies of a workspace together have so many bytes, and so have a member's own lists and
//!   the team's: what is beyond is refused, and what makes it less is taken.

use inbox_protocol::{
    Refusal,
    http::{CannedReply, CannedReplyForm},
};
use inbox_types::{Action, CannedReplyId, DepartmentId, Role, limits::CANNED_BYTES};

use super::{
    command::{Command, Method, Run, new_id},
    news::News,
    state::{Change, MemberRow, Row, WorkspaceState, canned_key, put, room_for},
};

/// What can be done with canned replies. Whose they are is looked at beside the role.
pub(super) const COMMANDS: &[Command] = &[
    Command {
        name: "create_canned",
        method: Method::Post,
        path: "/v1/canned-replies",
        needs: Some(Action::EditCanned),
        audited: true,
        tells: Some(News::Desk),
        run: Run::Now(|workspace, call| {
            let form = call.form()?;
            workspace.made(|it| it.put_canned(&call.by.row, new_id("c"), form))
        }),
    },
    Command {
        name: "put_canned",
        method: Method::Put,
        path: "/v1/canned-replies/{id}",
        needs: Some(Action::EditCanned),
        audited: true,
        tells: Some(News::Desk),
        run: Run::Now(|workspace, call| {
            let (id, form): (CannedReplyId, _) = (call.id()?, call.form()?);
            workspace.made(|it| {
                it.canned.contains_key(&id).then_some(()).ok_or(Refusal::NotFound)?;
                it.put_canned(&call.by.row, id, form)
            })
        }),
    },
    Command {
        name: "delete_canned",
        method: Method::Delete,
        path: "/v1/canned-replies/{id}",
        needs: Some(Action::EditCanned),
        audited: true,
        tells: Some(News::Desk),
        run: Run::Now(|workspace, call| {
            let id = call.id()?;
            Ok(workspace.changed(|it| it.delete_canned(&call.by.row, &id))?.about(&id))
        }),
    },
];

impl WorkspaceState {
    /// Creates or replaces a saved reply.
    ///
    /// # Errors
    ///
    /// If there are too many, or they are too long together, or it is of a queue that the member does not
    /// lead.
    pub fn put_canned(
        &mut self,
        by: &MemberRow,
        id: CannedReplyId,
        form: CannedReplyForm,
    ) -> Result<(CannedReply, Vec<Change>), Refusal> {
        room_for(&self.canned, &id)?;
        let department = self.known_department(form.department.clone())?;
        self.may_edit_canned(by, department.as_ref())?;
        if let Some(known) = self.canned.get(&id) {
            self.may_edit_canned(by, known.department.as_ref())?;
        }
        self.must_have_room(&id, &form)?;
        let reply =
            CannedReply { id: id.clone(), shortcut: form.shortcut, text: form.text, department };
        self.canned.insert(id, reply.clone());
        Ok((reply.clone(), vec![put(Row::Canned(reply))]))
    }

    /// Removes a saved reply.
    ///
    /// # Errors
    ///
    /// If there is none, or it is of a queue that the member does not lead.
    pub fn delete_canned(
        &mut self,
        by: &MemberRow,
        id: &CannedReplyId,
    ) -> Result<Vec<Change>, Refusal> {
        let department = self.canned.get(id).ok_or(Refusal::NotFound)?.department.clone();
        self.may_edit_canned(by, department.as_ref())?;
        self.canned.remove(id);
        Ok(vec![Change::Remove(canned_key(id))])
    }

    /// Whoever makes a reply shorter always may, also where an earlier release let there be more.
    // AP46
    fn must_have_room(&self, id: &CannedReplyId, form: &CannedReplyForm) -> Result<(), Refusal> {
        let n_bytes = |it: &CannedReply| it.shortcut.as_str().len() + it.text.as_str().len();
        let now = form.shortcut.as_str().len() + form.text.as_str().len();
        let others: usize = self.canned.values().filter(|it| it.id != *id).map(n_bytes).sum();
        let is_shorter = self.canned.get(id).is_some_and(|it| now <= n_bytes(it));
        if is_shorter || others + now <= CANNED_BYTES { Ok(()) } else { Err(Refusal::TooMany) }
    }

    /// Team leads change the replies of their own queues; who sets up the workspace or leads
    /// all queues changes any.
    fn may_edit_canned(
        &self,
        by: &MemberRow,
        department: Option<&DepartmentId>,
    ) -> Result<(), Refusal> {
        let of_own_queue = department.is_some_and(|it| by.departments.contains(it));
        let everywhere = self.may(by, Action::Administer) || by.role == Role::Supervisor;
        if everywhere || of_own_queue { Ok(()) } else { Err(Refusal::Forbidden) }
    }
}

#[cfg(test)]
mod tests {
    use inbox_protocol::http::DepartmentForm;

    use super::*;
    use crate::workspace::fixture::{id, name, state};

    #[test]
    fn a_team_lead_changes_replies_of_own_queues_only() {
        let (mut state, owner) = state();
        let form = DepartmentForm {
            name: name("Sales"),
            assignment: inbox_types::Assignment::Offer,
            hours: None,
        };
        state.put_department(id("sales"), form).expect("a queue");
        let lead =
            MemberRow { role: Role::TeamLead, departments: vec![id("sales")], ..owner.clone() };
        let reply = |department: Option<&str>| CannedReplyForm {
            shortcut: "hi".to_owned().try_into().expect("short"),
            text: "Hello".to_owned().try_into().expect("short"),
            department: department.map(id),
        };
        assert!(state.put_canned(&lead, id("c1"), reply(Some("sales"))).is_ok());
        assert_eq!(
            state.put_canned(&lead, id("c2"), reply(None)).map(|_| ()),
            Err(Refusal::Forbidden)
        );
        assert!(state.put_canned(&owner, id("c2"), reply(None)).is_ok());
        assert_eq!(
            state.put_canned(&lead, id("c2"), reply(Some("sales"))).map(|_| ()),
            Err(Refusal::Forbidden)
        );
    }

    #[test]
    fn ap46_the_replies_of_a_workspace_have_so_many_bytes_together() {
        let (mut state, owner) = state();
        let reply = |n_chars: usize| CannedReplyForm {
            shortcut: "hi".to_owned().try_into().expect("short"),
            text: "😀".repeat(n_chars).try_into().expect("a text"),
            department: None,
        };
        let mut put = |n: usize, chars| {
            state.put_canned(&owner, id(&format!("c{n}")), reply(chars)).map(|_| ())
        };
        // Each has 40,002 bytes.
        let n_full = CANNED_BYTES / 40_002;
        for n in 0..n_full {
            assert_eq!(put(n, 10_000), Ok(()), "{n}");
        }
        assert_eq!(put(n_full, 10_000), Err(Refusal::TooMany));
        assert_eq!(put(0, 10_000), Ok(()), "as it is");
        assert_eq!(put(0, 9_000), Ok(()));
        assert_eq!(put(n_full, 10), Ok(()), "there is room for a short one");

        // Where an earlier release let there be more, it can be made less and nothing else.
        for n in 100..140 {
            let it = CannedReply {
                id: id(&format!("c{n}")),
                shortcut: "old".to_owned().try_into().expect("short"),
                text: "a".repeat(10_000).try_into().expect("a text"),
                department: None,
            };
            state.canned.insert(it.id.clone(), it);
        }
        let mut put = |n: usize, chars| {
            state.put_canned(&owner, id(&format!("c{n}")), reply(chars)).map(|_| ())
        };
        assert_eq!(put(100, 2_501), Err(Refusal::TooMany));
        assert_eq!(put(100, 2_000), Ok(()));
    }
}
