//! Accounts: who is signed in, with what password, and what they may call their own.

use std::future::Future;

use inbox_protocol::{
    Refusal,
    http::{ChangePassword, Me, SignInView},
};
use inbox_room::Grant;
use inbox_types::{
    MemberId, Millis, Timestamp,
    limits::{GRANT_LIFE, GUESS_SPAN, GUESSES, SIGN_IN_LIFE},
};
use serde::Deserialize;

use super::{
    command::{Call, Caller, Command, Done, Method, Run},
    hashing::Applicant,
    makers::Makers,
    news::News,
    password::{self, Stored},
    request::Granted,
    state::MemberRow,
    tables::{Result, Workspace},
};
use crate::{
    config::workspace_id,
    platform::{
        now,
        sql::{number, text},
    },
    refuse::ApiError,
    signed::keys,
};

/// How often a sign-in's last use is written down.
const USE_STEP: Millis = Millis::minutes(5);

/// What every member can do with their own account. That a sign-in ended the desk tells the conversations
/// in which its member has a socket, and no others.
pub(super) const COMMANDS: &[Command] = &[
    Command {
        name: "me",
        method: Method::Get,
        path: "/v1/me",
        needs: None,
        audited: false,
        tells: None,
        run: Run::Now(|workspace, call| {
            let sets_password_until = workspace.sets_password_until(call.by)?;
            let me = workspace.me(&call.by.id)?;
            Ok(Done::with(&Me { sets_password_until, ..me }))
        }),
    },
    Command {
        name: "sign_out",
        method: Method::Post,
        path: "/v1/sign-out",
        needs: None,
        audited: true,
        tells: Some(News::Desk),
        run: Run::Now(|workspace, call| workspace.end_sign_in(call.by, &call.by.sign_in)),
    },
    Command {
        name: "sign_ins",
        method: Method::Get,
        path: "/v1/sign-ins",
        needs: None,
        audited: false,
        tells: None,
        run: Run::Now(|workspace, call| Ok(Done::with(&workspace.sign_ins(call.by)?))),
    },
    Command {
        name: "revoke_sign_in",
        method: Method::Delete,
        path: "/v1/sign-ins/{id}",
        needs: None,
        audited: true,
        tells: Some(News::Desk),
        run: Run::Now(|workspace, call| workspace.end_sign_in(call.by, &call.asked.name)),
    },
    Command {
        name: "change_password",
        method: Method::Post,
        path: "/v1/password",
        needs: None,
        audited: true,
        tells: Some(News::Desk),
        run: Run::ChangePassword,
    },
];

/// Whoever hashes passwords. It takes a while, and others are served meanwhile.
pub trait Hasher {
    /// Makes what is to be stored of a new password.
    fn make(&self, who: Applicant, password: &str) -> impl Future<Output = Result<Stored>>;

    /// Compares a password with what is stored. It takes as long if nothing is.
    fn is(
        &self,
        who: Applicant,
        password: &str,
        stored: Option<&Stored>,
    ) -> impl Future<Output = Result<bool>>;
}

/// A sign-in, as stored.
#[derive(Deserialize)]
pub(super) struct SignInRow {
    id: String,
    member: String,
    secret: String,
    since: u64,
    last_used: u64,
    user_agent: String,
}

#[derive(Deserialize)]
struct UntilRow {
    until: u64,
}

impl Workspace {
    /// Whoever has this cookie. `Unauthorized` if the sign-in has ended.
    pub(super) fn caller(&self, cookie: &str) -> Result<Caller> {
        let (id, secret) = cookie.split_once('.').ok_or(Refusal::Unauthorized)?;
        let row = self.sign_in_row(id)?.ok_or(Refusal::Unauthorized)?;
        let now = now();
        let fresh = now.since(Timestamp::from_millis(row.last_used)) <= SIGN_IN_LIFE;
        if !fresh || !keys::same(&keys::fingerprint(secret), &row.secret) {
            return Err(Refusal::Unauthorized.into());
        }
        if USE_STEP < now.since(Timestamp::from_millis(row.last_used)) {
            self.store.run(
                "UPDATE sign_ins SET last_used = ? WHERE id = ?",
                vec![number(now.as_millis()), text(id)],
            )?;
        }
        let id: MemberId =
            row.member.parse().map_err(|_| ApiError::broken("a sign-in of nobody"))?;
        let member = self.with_state(|it| it.member(&id).cloned())?.ok_or(Refusal::Unauthorized)?;
        self.must_still_be_signed_in(&row.id)?;
        Ok(Caller { id, row: member, sign_in: row.id })
    }

    fn sign_in_row(&self, id: &str) -> Result<Option<SignInRow>> {
        Ok(self.store.first("SELECT * FROM sign_ins WHERE id = ?", vec![text(id)])?)
    }

    /// Who a member is.
    pub(super) fn me(&self, id: &MemberId) -> Result<Me> {
        let me = self.with_state(|it| it.member(id).map(|row| it.me(workspace_id(), id, row)))?;
        Ok(me.ok_or(Refusal::Unauthorized)?)
    }

    /// Until when this sign-in may set a password without the old one; none if it may not.
    fn sets_password_until(&self, caller: &Caller) -> Result<Option<Timestamp>> {
        let row: Option<UntilRow> = self.store.first(
            "SELECT until FROM link_sign_ins WHERE id = ? AND member = ?",
            vec![text(caller.sign_in.clone()), text(caller.id.clone())],
        )?;
        let until = row.map(|it| Timestamp::from_millis(it.until));
        Ok(until.filter(|it| now() <= *it))
    }

    /// The member's own sign-ins, the last used first.
    fn sign_ins(&self, caller: &Caller) -> Result<Vec<SignInView>> {
        let rows: Vec<SignInRow> = self.store.rows(
            "SELECT * FROM sign_ins WHERE member = ? ORDER BY last_used DESC",
            vec![text(caller.id.clone())],
        )?;
        let views = rows.into_iter().map(|it| SignInView {
            current: it.id == caller.sign_in,
            id: it.id,
            since: Timestamp::from_millis(it.since),
            last_used: Timestamp::from_millis(it.last_used),
            user_agent: it.user_agent,
        });
        Ok(views.collect())
    }

    /// Ends one sign-in and with it every open socket of the member: those of other sign-ins
    /// dial again, and theirs still hold.
    fn end_sign_in(&self, caller: &Caller, id: &str) -> Result<Done> {
        let row = self.sign_in_row(id)?.filter(|it| it.member == caller.id.as_str());
        row.ok_or(Refusal::NotFound)?;
        self.end_sockets(&caller.id, |it| {
            it.store.run("DELETE FROM sign_ins WHERE id = ?", vec![text(id)])?;
            it.forget_link_of_sign_in(id)
        })?;
        Ok(Done::nothing())
    }

    /// Signs a member out, so that open grants and consoles end.
    pub(super) fn end_sockets(
        &self,
        id: &MemberId,
        more: impl Fn(&Self) -> Result<()>,
    ) -> Result<()> {
        let changes = self.change(|it| Ok(it.sign_out(id)))?;
        self.commit(&changes, more)
    }

    /// Stores a member's password.
    pub(super) fn put_password(&self, member: &MemberId, password: &Stored) -> Result<()> {
        Ok(self.store.run(
            "INSERT OR REPLACE INTO passwords (member, password) VALUES (?, ?)",
            vec![text(member.clone()), text(password.as_str())],
        )?)
    }

    /// What is stored of a member's password, if they have one.
    pub(super) fn password_of(&self, member: &MemberId) -> Result<Option<Stored>> {
        #[derive(serde::Deserialize)]
        struct PasswordRow {
            password: String,
        }
        let row: Option<PasswordRow> = self
            .store
            .first("SELECT password FROM passwords WHERE member = ?", vec![text(member.clone())])?;
        Ok(row.map(|it| Stored::read(it.password)))
    }

    /// Forgets by what a member came in.
    pub(super) fn forget_member(&self, member: &MemberId) -> Result<()> {
        for table in [
            "passwords",
            "made_passwords",
            "sign_ins",
            "made_sign_ins",
            "link_sign_ins",
            "links",
            "places",
        ] {
            let statement = format!("DELETE FROM {table} WHERE member = ?");
            self.store.run(&statement, vec![text(member.clone())])?;
        }
        Ok(())
    }

    /// `Unauthorized` if somebody is no longer of the team.
    pub(super) fn must_be_here(&self, id: &MemberId) -> Result<()> {
        Ok(self.with_state(|it| it.member(id).map(|_| ()).ok_or(Refusal::Unauthorized))??)
    }

    /// Gives a member another password, which ends their other sign-ins. Who has just come in by a link
    /// need not know the old one.
    pub(super) async fn change_password(
        &self,
        call: &Call<'_>,
        hasher: &impl Hasher,
    ) -> Result<()> {
        let (caller, ChangePassword { old, new }) = (call.by, call.form()?);
        self.count(&format!("password/{}", caller.id), 1, GUESSES, GUESS_SPAN)?;
        let who = || Applicant::Known(caller.id.to_string());
        let stored = self.password_of(&caller.id)?;
        let may = match &old {
            Some(old) => hasher.is(who(), old, stored.as_ref()).await?,
            None => self.sets_password_until(caller)?.is_some(),
        };
        if !may {
            return Err(Refusal::Forbidden.into());
        }
        password::look_at(&new).map_err(|_| Refusal::Malformed)?;
        let made = hasher.make(who(), &new).await?;
        // Somebody may have removed the member, ended this sign-in or changed the password meanwhile.
        self.must_be_here(&caller.id)?;
        self.sign_in_row(&caller.sign_in)?.ok_or(Refusal::Unauthorized)?;
        if self.password_of(&caller.id)? != stored {
            return Err(Refusal::Forbidden.into());
        }
        self.end_sockets(&caller.id, |it| {
            it.put_password(&caller.id, &made)?;
            // Whoever knew the old one may be whoever set that.
            if old.is_none() {
                let link = it.link_of_sign_in(&caller.sign_in)?;
                let makers = link.map_or_else(Makers::unknown, |it| it.makers);
                it.put_made_password(&caller.id, makers)?;
            }
            for table in ["sign_ins", "made_sign_ins"] {
                it.store.run(
                    &format!("DELETE FROM {table} WHERE member = ? AND id <> ?"),
                    vec![text(caller.id.clone()), text(caller.sign_in.clone())],
                )?;
            }
            it.store
                .run("DELETE FROM link_sign_ins WHERE member = ?", vec![text(caller.id.clone())])?;
            it.forget_sign_in_links(&caller.id)?;
            it.audit(now(), Some(&caller.id), "change_password", "")
        })
    }
}

/// What the workspace lets a caller do on a conversation's socket.
pub(super) fn granted(caller: &Caller) -> Granted {
    Granted { grant: grant(&caller.id, &caller.row), sign_in: caller.sign_in.clone() }
}

/// A member's rights as they are now.
pub(super) fn grant(member: &MemberId, row: &MemberRow) -> Grant {
    Grant {
        agent: member.clone(),
        role: row.role,
        departments: row.departments.clone(),
        version: row.version,
        load: 0,
        expires: now().after(GRANT_LIFE),
    }
}
