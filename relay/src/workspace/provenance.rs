//! Who made the links by which people came in, kept with what came of them: a sign-in, a password.
//! When it ends is said in [`super::makers`]; here it is stored, looked up and ended.

use std::collections::BTreeSet;

use inbox_protocol::Refusal;
use inbox_types::{MemberId, Role};
use serde::Deserialize;

use super::{
    command::Caller,
    makers::Makers,
    state::Change,
    tables::{Result, Workspace},
};
use crate::{
    platform::sql::{json, text},
    refuse::ApiError,
};

/// A one-time link that was used up.
pub(super) struct UsedLink {
    pub(super) member: MemberId,
    /// Whoever may in truth have made it.
    pub(super) makers: Makers,
}

/// What came of links and would outlive the right of whoever made them.
#[derive(Default)]
pub(super) struct Outlived {
    sign_ins: Vec<String>,
    passwords: Vec<MemberId>,
}

#[derive(Deserialize)]
struct SignInRow {
    id: String,
    member: String,
    maker: String,
}

#[derive(Deserialize)]
struct PasswordRow {
    member: String,
    maker: String,
}

impl Workspace {
    /// Keeps who made the link that a sign-in came of, for as long as there is the sign-in.
    pub(super) fn put_made_sign_in(
        &self,
        sign_in: &str,
        member: &MemberId,
        makers: &Makers,
    ) -> Result<()> {
        let old = "DELETE FROM made_sign_ins WHERE id NOT IN (SELECT id FROM sign_ins)";
        self.store.run(old, Vec::new())?;
        Ok(self.store.run(
            "INSERT INTO made_sign_ins (id, member, maker) VALUES (?, ?, ?)",
            vec![text(sign_in), text(member.clone()), json(makers)?],
        )?)
    }

    /// Keeps who made the link that a password came of, for as long as there is a password of which
    /// they may know.
    pub(super) fn put_made_password(&self, member: &MemberId, makers: Makers) -> Result<()> {
        let makers = self.with_state(|it| it.makers_of_password(makers))?;
        Ok(self.store.run(
            "INSERT OR REPLACE INTO made_passwords (member, maker) VALUES (?, ?)",
            vec![text(member.clone()), json(&makers)?],
        )?)
    }

    /// The link that a sign-in came of; none if it came of none.
    pub(super) fn link_of_sign_in(&self, sign_in: &str) -> Result<Option<UsedLink>> {
        let row: Option<SignInRow> = self.store.first(
            "SELECT id, member, maker FROM made_sign_ins WHERE id = ?",
            vec![text(sign_in)],
        )?;
        row.map(|it| used_link(&it)).transpose()
    }

    /// Who makes what a caller makes now: they, and whoever made the link or the password by which they
    /// may be signed in.
    pub(super) fn makers_by(&self, caller: &Caller) -> Result<Makers> {
        let under = match self.link_of_sign_in(&caller.sign_in)? {
            Some(link) => Some(link.makers),
            None => self.makers_of_password_of(&caller.id)?.map(Makers::by_password),
        };
        self.with_state(|it| it.makers(&caller.id, under))
    }

    fn makers_of_password_of(&self, member: &MemberId) -> Result<Option<Makers>> {
        let row: Option<PasswordRow> = self.store.first(
            "SELECT member, maker FROM made_passwords WHERE member = ?",
            vec![text(member.clone())],
        )?;
        row.map(|it| makers_of(&it.maker)).transpose()
    }

    /// A sign-in by a link ends with the right of whoever made that.
    pub(super) fn must_still_be_signed_in(&self, sign_in: &str) -> Result<()> {
        let Some(UsedLink { member, makers }) = self.link_of_sign_in(sign_in)? else {
            return Ok(());
        };
        let holds = self.with_state(|it| it.link_holds(&makers, &member))?;
        holds.then_some(()).ok_or_else(|| Refusal::Unauthorized.into())
    }

    /// What has to end with a change of the state, which is not stored yet: `changes` has the sign-outs
    /// of those who are concerned, too.
    pub(super) fn outlived(&self, changes: &mut Vec<Change>) -> Result<Outlived> {
        let outlived = self.find_outlived();
        let (Outlived { sign_ins, passwords }, members) = match outlived {
            Ok(it) => it,
            Err(error) => {
                // The state is ahead of what will be stored.
                self.forget();
                return Err(error);
            }
        };
        for member in &members {
            changes.extend(self.change(|it| Ok(it.sign_out(member)))?);
        }
        Ok(Outlived { sign_ins, passwords })
    }

    fn find_outlived(&self) -> Result<(Outlived, Vec<MemberId>)> {
        let (mut outlived, mut members) = (Outlived::default(), Vec::new());
        let sign_ins: Vec<SignInRow> = self.store.rows(
            "SELECT made_sign_ins.id AS id, made_sign_ins.member AS member, maker
             FROM made_sign_ins JOIN sign_ins ON sign_ins.id = made_sign_ins.id",
            Vec::new(),
        )?;
        for row in sign_ins {
            let UsedLink { member, makers } = used_link(&row)?;
            if !self.with_state(|it| it.link_holds(&makers, &member))? {
                outlived.sign_ins.push(row.id);
                members.push(member);
            }
        }
        let passwords: Vec<PasswordRow> =
            self.store.rows("SELECT member, maker FROM made_passwords", Vec::new())?;
        for row in passwords {
            let (member, makers) = (member_of(&row.member)?, makers_of(&row.maker)?);
            if !self.with_state(|it| it.password_holds(&makers, &member))? {
                outlived.passwords.push(member.clone());
                members.push(member);
            }
        }
        members.sort();
        members.dedup();
        Ok((outlived, members))
    }

    /// Ends what would outlive the right of its maker; in the transaction of the change. A password
    /// takes every sign-in with it, because nobody knows which were made by it.
    pub(super) fn end(&self, outlived: &Outlived) -> Result<()> {
        for id in &outlived.sign_ins {
            self.store.run("DELETE FROM sign_ins WHERE id = ?", vec![text(id)])?;
            self.forget_link_of_sign_in(id)?;
        }
        for member in &outlived.passwords {
            for table in ["passwords", "made_passwords"] {
                let statement = format!("DELETE FROM {table} WHERE member = ?");
                self.store.run(&statement, vec![text(member.clone())])?;
            }
            self.forget_sign_ins(member)?;
        }
        Ok(())
    }

    /// Refuses a change of the state, which is not stored yet, that leaves no owner who can come in by
    /// themselves: whoever has no password waits for somebody who may make a link for them. `n_before` is
    /// how many there were; where there was none, nothing is lost.
    ///
    /// # Errors
    ///
    /// `State` if there would be none.
    pub(super) fn must_keep_an_owner(&self, n_before: usize, outlived: &Outlived) -> Result<()> {
        let n_after = self.n_owners(&outlived.passwords).inspect_err(|_| self.forget())?;
        if 0 < n_before && n_after == 0 {
            // The state is ahead of what will be stored.
            self.forget();
            return Err(Refusal::State.into());
        }
        Ok(())
    }

    /// How many owners have a password, but for those who lose theirs.
    pub(super) fn n_owners(&self, losing: &[MemberId]) -> Result<usize> {
        let have = self.members_with_password()?;
        self.with_state(|it| {
            let owners = it.members.iter().filter(|(_, it)| it.is_here() && it.role == Role::Owner);
            owners.filter(|(id, _)| have.contains(id.as_str()) && !losing.contains(id)).count()
        })
    }

    /// Whoever can sign in by a password.
    pub(super) fn members_with_password(&self) -> Result<BTreeSet<String>> {
        #[derive(Deserialize)]
        struct MemberRow {
            member: String,
        }
        let rows: Vec<MemberRow> = self.store.rows("SELECT member FROM passwords", Vec::new())?;
        Ok(rows.into_iter().map(|it| it.member).collect())
    }

    /// By what link a sign-in was made that has ended.
    pub(super) fn forget_link_of_sign_in(&self, sign_in: &str) -> Result<()> {
        for table in ["made_sign_ins", "link_sign_ins"] {
            self.store.run(&format!("DELETE FROM {table} WHERE id = ?"), vec![text(sign_in)])?;
        }
        Ok(())
    }

    /// All of a member's sign-ins end.
    pub(super) fn forget_sign_ins(&self, member: &MemberId) -> Result<()> {
        for table in ["sign_ins", "made_sign_ins", "link_sign_ins"] {
            let statement = format!("DELETE FROM {table} WHERE member = ?");
            self.store.run(&statement, vec![text(member.clone())])?;
        }
        Ok(())
    }
}

fn member_of(stored: &str) -> Result<MemberId> {
    stored.parse().map_err(|_| ApiError::broken("what came of a link for nobody"))
}

pub(super) fn makers_of(stored: &str) -> Result<Makers> {
    Makers::read(stored).ok_or_else(|| ApiError::broken("a link made by nobody"))
}

fn used_link(row: &SignInRow) -> Result<UsedLink> {
    Ok(UsedLink { member: member_of(&row.member)?, makers: makers_of(&row.maker)? })
}
