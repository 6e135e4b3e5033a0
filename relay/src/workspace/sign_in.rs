//! The ways to become a member who is signed in: setting up, a password, a one-time link, an
//! invitation.
//!
//! No password is hashed here; the hasher does that, and others are served meanwhile. So whatever was
//! known before a hash is looked at again after it. A one-time link is used up in the same transaction
//! as what it is used for, so that a fault leaves it good.

use inbox_protocol::{Refusal, audit};
use inbox_types::{
    Email, MemberId, Name,
    limits::{
        GUESS_SPAN, GUESS_SPAN_OF_ALL, GUESSES, GUESSES_OF_ALL, LINK_PASSWORD_LIFE, SIGN_IN_LIFE,
        SIGN_IN_PLACES, SIGN_INS,
    },
};

use super::{
    accounts::Hasher,
    command::new_id,
    hashing::Applicant,
    links::Purpose,
    news::News,
    password,
    provenance::UsedLink,
    rates::Guesses,
    request::{Browser, SignedIn},
    state::WorkspaceState,
    tables::{Result, Workspace},
};
use crate::{
    platform::{
        now, random,
        sql::{number, text},
    },
    refuse::ApiError,
    signed::keys::{self, base32},
};

/// Characters that are kept of what a browser calls itself.
const USER_AGENT_CHARS: usize = 200;

/// A sign-in that was made, and what the desk is to be told of it.
pub(super) struct NewSignIn {
    id: String,
    pub(super) signed_in: SignedIn,
    /// Others of its member ended.
    pub(super) news: Option<News>,
}

/// Who sets up a workspace, and what it is called.
pub(super) struct Founding {
    pub(super) workspace_name: Name,
    pub(super) name: Name,
    pub(super) email: Email,
}

/// A sign-in that was ended.
#[derive(serde::Deserialize)]
struct EndedRow {
    id: String,
}

impl Workspace {
    /// Creates the workspace, if there is none.
    pub(super) async fn set_up(
        &self,
        founding: Founding,
        password: &str,
        browser: &Browser,
        hasher: &impl Hasher,
    ) -> Result<SignedIn> {
        self.must_be_absent()?;
        password::look_at(password).map_err(|_| Refusal::Malformed)?;
        let who = Applicant::Known("setup".to_owned());
        let stored = hasher.make(who, password).await?;
        self.must_be_absent()?;
        let Founding { workspace_name, name, email } = founding;
        let owner: MemberId = new_id("m");
        let (state, changes) = WorkspaceState::new(workspace_name, owner.clone(), name, email);
        self.found(state);
        self.commit(&changes, |it| {
            it.put_password(&owner, &stored)?;
            Ok(it.begin_sign_in(&owner, browser, audit::BY_SETUP)?.signed_in)
        })
    }

    /// There is no workspace. That something cannot be read does not say so.
    fn must_be_absent(&self) -> Result<()> {
        match self.look(|_| ())? {
            None => Ok(()),
            Some(()) => Err(Refusal::NotFound.into()),
        }
    }

    /// Signs in whoever knows the password. Nobody learns from the answer, nor from its time, whether
    /// there is such a member.
    pub(super) async fn by_password(
        &self,
        email: &Email,
        guess: &str,
        browser: &Browser,
        hasher: &impl Hasher,
    ) -> Result<NewSignIn> {
        let member = self.look(|it| {
            it.by_email(email).filter(|(_, it)| it.is_here()).map(|(id, _)| id.clone())
        })?;
        let member = member.flatten();
        let is_known = member.as_ref().map(|it| self.knows_place(it, browser)).transpose()?;
        let is_known = is_known.unwrap_or_default();
        let guesses = Guesses::of(email, &browser.from, is_known);
        self.guess(&guesses)?;
        let stored = match &member {
            Some(id) => self.password_of(id)?,
            None => None,
        };
        let who = match &member {
            Some(id) if is_known => Applicant::Known(id.to_string()),
            Some(_) | None => Applicant::Stranger(browser.from.clone()),
        };
        let is_right = hasher.is(who, guess, stored.as_ref()).await?;
        let (Some(id), true) = (member, is_right) else {
            return Err(Refusal::Unauthorized.into());
        };
        // Either may have changed while somebody hashed.
        self.must_be_here(&id)?;
        if self.password_of(&id)? != stored {
            return Err(Refusal::Unauthorized.into());
        }
        self.sign_in_or_not(|| {
            self.forgive(&guesses)?;
            self.begin_sign_in(&id, browser, audit::BY_PASSWORD)
        })
    }

    /// Signs in whoever holds a sign-in link, and uses it up.
    pub(super) fn by_link(&self, token: &str, browser: &Browser) -> Result<NewSignIn> {
        // What cannot be read is not to be found out in the middle.
        self.load()?;
        self.sign_in_or_not(|| {
            let used = self.use_link(token, Purpose::SignIn)?;
            self.must_be_here(&used.member)?;
            self.sign_in_by_link(&used, browser)
        })
    }

    /// Makes a member of whoever holds an invitation, and uses it up.
    pub(super) async fn accept(
        &self,
        token: &str,
        password: &str,
        browser: &Browser,
        hasher: &impl Hasher,
    ) -> Result<SignedIn> {
        // Nothing is hashed for a link that there is not, and a weak password does not use one up.
        let invited = self.holder(token, Purpose::Invitation)?;
        password::look_at(password).map_err(|_| Refusal::Malformed)?;
        let who = Applicant::Known(invited.to_string());
        let stored = hasher.make(who, password).await?;
        // The link may have been used or withdrawn meanwhile.
        let id = self.holder(token, Purpose::Invitation)?;
        let changes = self.change(|it| it.accept(&id))?;
        self.commit(&changes, |it| {
            let UsedLink { makers, .. } = it.use_link(token, Purpose::Invitation)?;
            it.put_password(&id, &stored)?;
            let made = it.begin_sign_in(&id, browser, audit::BY_INVITATION)?;
            it.put_made_sign_in(&made.id, &id, &makers)?;
            it.put_made_password(&id, makers)?;
            Ok(made.signed_in)
        })
    }

    /// Stores a sign-in and what belongs to it, or nothing. What is refused has changed nothing of the
    /// state yet; after a fault it is read again.
    fn sign_in_or_not(&self, rows: impl Fn() -> Result<NewSignIn>) -> Result<NewSignIn> {
        self.transact(rows).inspect_err(|error| {
            if matches!(error, ApiError::Fault(_)) {
                self.forget();
            }
        })
    }

    /// Signs a member in, and writes down by what way; in a transaction after whose fault the state is
    /// read again, because others of the member's sign-ins may end.
    fn begin_sign_in(&self, member: &MemberId, browser: &Browser, way: &str) -> Result<NewSignIn> {
        let (id, secret) = (base32(&random::<10>()), base32(&random::<20>()));
        let user_agent: String = browser.user_agent.chars().take(USER_AGENT_CHARS).collect();
        let at = now();
        let now = number(at.as_millis());
        self.store.run(
            "INSERT INTO sign_ins (id, member, secret, since, last_used, user_agent) VALUES (?, ?, ?, ?, ?, ?)",
            vec![text(id.clone()), text(member.clone()), text(keys::fingerprint(&secret)), now.clone(), now, text(user_agent)],
        )?;
        let news = self.end_old_sign_ins(member, &id)?;
        self.put_place(member, browser)?;
        self.audit(at, Some(member), audit::SIGN_IN, way)?;
        let cookie = format!("{id}.{secret}");
        Ok(NewSignIn { id, signed_in: SignedIn { cookie, me: self.me(member)? }, news })
    }

    /// Ends those of a member's sign-ins that were not used for too long, and of the others those that
    /// were used longest ago, if they are too many. Sockets of theirs end with them: those of the others
    /// dial again.
    fn end_old_sign_ins(&self, member: &MemberId, newest: &str) -> Result<Option<News>> {
        let last_good = now().as_millis().saturating_sub(SIGN_IN_LIFE.0);
        let ended: Vec<EndedRow> = self.store.rows(
            "DELETE FROM sign_ins WHERE member = ?1 AND (last_used < ?2 OR id NOT IN
                (SELECT id FROM sign_ins WHERE member = ?1
                    ORDER BY id = ?4 DESC, last_used DESC, since DESC LIMIT ?3)) RETURNING id",
            vec![text(member.clone()), number(last_good), number(SIGN_INS), text(newest)],
        )?;
        if ended.is_empty() {
            return Ok(None);
        }
        self.end_sockets(member, |it| {
            for EndedRow { id } in &ended {
                it.forget_link_of_sign_in(id)?;
            }
            Ok(())
        })?;
        Ok(Some(News::Desk))
    }

    /// A forgotten password is replaced by whoever has just come in by a link.
    fn sign_in_by_link(
        &self,
        UsedLink { member, makers }: &UsedLink,
        browser: &Browser,
    ) -> Result<NewSignIn> {
        let mut made = self.begin_sign_in(member, browser, audit::BY_LINK)?;
        let until = now().after(LINK_PASSWORD_LIFE);
        self.store
            .run("DELETE FROM link_sign_ins WHERE until < ?", vec![number(now().as_millis())])?;
        self.put_made_sign_in(&made.id, member, makers)?;
        self.store.run(
            "INSERT INTO link_sign_ins (id, member, until) VALUES (?, ?, ?)",
            vec![text(made.id.clone()), text(member.clone()), number(until.as_millis())],
        )?;
        made.signed_in.me.sets_password_until = Some(until);
        Ok(made)
    }

    // Places that members come from. What is stored of an address leads nobody back to it.

    fn place(&self, member: &MemberId, browser: &Browser) -> Result<String> {
        Ok(self.config()?.place_key.sign(&[member.as_str(), &browser.from]))
    }

    fn knows_place(&self, member: &MemberId, browser: &Browser) -> Result<bool> {
        #[derive(serde::Deserialize)]
        struct PlaceRow {}
        let place = self.place(member, browser)?;
        let row: Option<PlaceRow> = self.store.first(
            "SELECT at FROM places WHERE member = ? AND place = ?",
            vec![text(member.clone()), text(place)],
        )?;
        Ok(row.is_some())
    }

    /// Keeps where a member has signed in.
    fn put_place(&self, member: &MemberId, browser: &Browser) -> Result<()> {
        let place = self.place(member, browser)?;
        self.store.run(
            "INSERT OR REPLACE INTO places (member, place, at) VALUES (?, ?, ?)",
            vec![text(member.clone()), text(place), number(now().as_millis())],
        )?;
        self.store.run(
            "DELETE FROM places WHERE member = ?1 AND place NOT IN
                (SELECT place FROM places WHERE member = ?1 ORDER BY at DESC LIMIT ?2)",
            vec![text(member.clone()), number(SIGN_IN_PLACES)],
        )?;
        Ok(())
    }

    // Guesses.

    /// Counts a guess before it is looked at, so that many at once are not more than many.
    fn guess(&self, guesses: &Guesses) -> Result<()> {
        self.count(&guesses.of_caller, 1, GUESSES, GUESS_SPAN)?;
        match &guesses.of_all {
            Some(of_all) => self.count(of_all, 1, GUESSES_OF_ALL, GUESS_SPAN_OF_ALL),
            None => Ok(()),
        }
    }

    /// It was no guess: the password was right.
    fn forgive(&self, guesses: &Guesses) -> Result<()> {
        self.store
            .run("DELETE FROM counts WHERE key = ?", vec![text(guesses.of_caller.clone())])?;
        if let Some(of_all) = &guesses.of_all {
            self.store.run(
                "UPDATE counts SET n = n - 1 WHERE key = ? AND n > 0",
                vec![text(of_all.clone())],
            )?;
        }
        Ok(())
    }
}
