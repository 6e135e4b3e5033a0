//! Saved views: lists that members come back to, their own ones and those that the whole team has.

use inbox_protocol::{Refusal, SavedView, ViewForm};
use inbox_types::{Action, MemberId, ViewId, limits};

use super::{
    command::{Caller, Command, Method, Run, new_id},
    news::News,
    state::{Change, Row, WorkspaceState, put, view_key},
};

/// What can be done with views.
pub(super) const COMMANDS: &[Command] = &[
    Command {
        name: "create_view",
        method: Method::Post,
        path: "/v1/views",
        needs: Some(Action::View),
        audited: true,
        tells: Some(News::Desk),
        run: Run::Now(|workspace, call| {
            let form: ViewForm = call.form()?;
            let is_own = !form.shared;
            let done = workspace.made(|it| it.create_view(&call.by.id, new_id("v"), form))?;
            Ok(done.of_ones_own(is_own))
        }),
    },
    Command {
        name: "delete_view",
        method: Method::Delete,
        path: "/v1/views/{id}",
        needs: Some(Action::View),
        audited: true,
        tells: Some(News::Desk),
        run: Run::Now(|workspace, call| {
            let id = call.id()?;
            let is_shared =
                workspace.with_state(|it| it.views.get(&id).is_some_and(|it| it.shared))?;
            let done = workspace.changed(|it| it.delete_view(call.by, &id))?;
            Ok(done.about(&id).of_ones_own(!is_shared))
        }),
    },
];

impl WorkspaceState {
    /// Saves a view.
    ///
    /// # Errors
    ///
    /// If there are too many, or they are too long together: each member has so many of their own, and the
    /// team so many together.
    pub fn create_view(
        &mut self,
        by: &MemberId,
        id: ViewId,
        form: ViewForm,
    ) -> Result<(SavedView, Vec<Change>), Refusal> {
        let ViewForm { name, address, shared } = form;
        let is_beside = |it: &&SavedView| it.shared == shared && (shared || it.by == *by);
        let most = if shared { limits::SHARED_VIEWS } else { limits::VIEWS };
        let most_bytes = if shared { limits::SHARED_VIEWS_BYTES } else { limits::VIEWS_BYTES };
        let n_bytes = name.as_str().len() + address.as_str().len();
        let beside = self.views.values().filter(is_beside);
        let (n_others, n_bytes) = beside.fold((0, n_bytes), |(n, n_bytes), it| {
            (n + 1, n_bytes + it.name.as_str().len() + it.address.as_str().len())
        });
        // AP46
        if most <= n_others || most_bytes < n_bytes {
            return Err(Refusal::TooMany);
        }
        let view = SavedView { id: id.clone(), name, address, by: by.clone(), shared };
        self.views.insert(id, view.clone());
        Ok((view.clone(), vec![put(Row::View(view))]))
    }

    /// Removes a view.
    ///
    /// # Errors
    ///
    /// If there is none, or another member shares it and this one does not set up the workspace. Another
    /// one's own view is not there.
    pub fn delete_view(&mut self, by: &Caller, id: &ViewId) -> Result<Vec<Change>, Refusal> {
        let view = self.views.get(id).filter(|it| it.shared || it.by == by.id);
        let is_own = view.ok_or(Refusal::NotFound)?.by == by.id;
        if !is_own && !self.may(&by.row, Action::Administer) {
            return Err(Refusal::Forbidden);
        }
        self.views.remove(id);
        Ok(vec![Change::Remove(view_key(id))])
    }

    /// Whoever has left has no views of their own; what they shared stays.
    pub(super) fn delete_views_of(&mut self, member: &MemberId) -> Vec<Change> {
        let own = self.views.values().filter(|it| !it.shared && it.by == *member);
        let own: Vec<ViewId> = own.map(|it| it.id.clone()).collect();
        own.into_iter()
            .map(|id| {
                self.views.remove(&id);
                Change::Remove(view_key(&id))
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use inbox_types::Role;

    use super::*;
    use crate::workspace::{
        fixture::{id, state},
        state::MemberRow,
    };

    fn form(shared: bool) -> ViewForm {
        ViewForm {
            name: "Angry".to_owned().try_into().expect("short"),
            address: "tab=all&stars=1".to_owned().try_into().expect("short"),
            shared,
        }
    }

    fn caller(who: &str, row: &MemberRow) -> Caller {
        Caller { id: id(who), row: row.clone(), sign_in: String::new() }
    }

    #[test]
    fn each_member_has_so_many_views_and_the_team_so_many_together() {
        let (mut state, _) = state();
        let mut save = |by: &str, n: usize, shared| {
            state.create_view(&id(by), id(&format!("{by}-{shared}-{n}")), form(shared)).map(|_| ())
        };
        for n in 0..limits::VIEWS {
            assert_eq!(save("ana", n, false), Ok(()));
        }
        assert_eq!(save("ana", limits::VIEWS, false), Err(Refusal::TooMany));
        assert_eq!(save("ben", 0, false), Ok(()), "each has their own");
        for n in 0..limits::SHARED_VIEWS {
            assert_eq!(save(["ana", "ben"][n % 2], n, true), Ok(()));
        }
        assert_eq!(save("ben", limits::SHARED_VIEWS, true), Err(Refusal::TooMany));
    }

    #[test]
    fn ap46_the_lists_of_a_member_and_of_the_team_have_so_many_bytes_together() {
        for (shared, most) in [(false, limits::VIEWS_BYTES), (true, limits::SHARED_VIEWS_BYTES)] {
            let (mut state, _) = state();
            let mut save = |n: usize, letter: &str| {
                let address = letter.repeat(limits::VIEW_CHARS).try_into().expect("short");
                let form = ViewForm { address, ..form(shared) };
                state.create_view(&id("ana"), id(&format!("v{n}")), form).map(|_| ())
            };
            let n_full = most / (4 * limits::VIEW_CHARS + 5);
            for n in 0..n_full {
                assert_eq!(save(n, "😀"), Ok(()), "{shared} {n}");
            }
            assert_eq!(save(n_full, "😀"), Err(Refusal::TooMany), "{shared}");
            assert_eq!(save(n_full, "a"), Ok(()), "{shared}");
        }
    }

    #[test]
    fn a_view_is_removed_by_who_saved_it_and_a_shared_one_by_an_admin_too() {
        let (mut state, owner) = state();
        let agent = MemberRow { role: Role::Agent, ..owner.clone() };
        let (ana, ben) = (caller("ana", &agent), caller("ben", &agent));
        let admin = caller("olga", &owner);
        for (key, shared) in [("own", false), ("v1", true), ("v2", true)] {
            state.create_view(&ana.id, id(key), form(shared)).expect("saved");
        }
        let mut removes = |by: &Caller, key: &str| state.delete_view(by, &id(key)).map(|_| ());
        assert_eq!(removes(&ben, "own"), Err(Refusal::NotFound));
        assert_eq!(removes(&admin, "own"), Err(Refusal::NotFound), "it is nobody else's business");
        assert_eq!(removes(&ben, "v1"), Err(Refusal::Forbidden));
        assert_eq!(removes(&admin, "v1"), Ok(()));
        assert_eq!(removes(&ana, "v2"), Ok(()));
        assert_eq!(removes(&ana, "v2"), Err(Refusal::NotFound));
        state.create_view(&ana.id, id("v3"), form(true)).expect("saved");
        assert_eq!(state.delete_views_of(&ana.id), [Change::Remove(view_key(&id("own")))]);
        assert_eq!(state.views.len(), 1, "what is shared stays");
    }
}
