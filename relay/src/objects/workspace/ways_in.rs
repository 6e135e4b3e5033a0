//! The ways to become a member who is signed in: setting up, a password, a one-time link, an
//! invitation.
//!
//! No password is hashed here; the hasher's object does that, and this one serves others meanwhile. So
//! whatever was known before a hash is looked at again after it. A one-time link is used up in the
//! same transaction as what it is used for, so that a fault leaves it good.

use inbox_protocol::Refusal;
use inbox_types::{
    Email, MemberId, Name, Timestamp,
    limits::{GUESS_SPAN, GUESS_SPAN_OF_ALL, GUESSES, GUESSES_OF_ALL, SIGN_IN_PLACES},
};
use serde_json::{Value as Json, json};

use super::{
    Cached, Caller, LinkRow, Purpose, UsedLink, WorkspaceObject, made::makers_of, member_id,
};
use crate::{
    objects::hasher,
    platform::now,
    platform::sql::{number, text},
    refuse::Shut,
    signed::keys,
    workspace::{
        ask::Browser,
        book::Book,
        counting::Guesses,
        hashing::Applicant,
        links::Makers,
        news::News,
        password::{self, Stored},
    },
};

type Result<T> = std::result::Result<T, Shut>;

/// Who sets up a workspace, and what it is called.
pub(super) struct Founding {
    pub(super) workspace_name: Name,
    pub(super) name: Name,
    pub(super) email: Email,
}

impl WorkspaceObject {
    /// Creates the workspace, if there is none.
    pub(super) async fn set_up(
        &self,
        founding: Founding,
        password: &str,
        browser: &Browser,
    ) -> Result<Json> {
        self.must_be_absent()?;
        password::look_at(password).map_err(|_| Refusal::Malformed)?;
        let who = Applicant::Known("setup".to_owned());
        let stored = hasher::make(&self.env, who, password).await?;
        self.must_be_absent()?;
        let Founding { workspace_name, name, email } = founding;
        let owner = member_id();
        let (book, changes) = Book::new(workspace_name, owner.clone(), name, email);
        self.book.replace(Cached::Read(Box::new(book)));
        self.commit(&changes, |it| {
            it.put_password(&owner, &stored)?;
            it.sign_in(&owner, browser, "setup")
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
    ) -> Result<Json> {
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
        let is_right = hasher::is(&self.env, who, guess, stored.as_ref()).await?;
        let (Some(id), true) = (member, is_right) else {
            return Err(Refusal::Unauthorized.into());
        };
        // Either may have changed while somebody hashed.
        self.must_be_here(&id)?;
        if self.password_of(&id)? != stored {
            return Err(Refusal::Unauthorized.into());
        }
        self.transact(|| {
            self.forgive(&guesses)?;
            self.sign_in(&id, browser, "password")
        })
    }

    /// Signs in whoever holds a sign-in link, and uses it up.
    pub(super) fn by_link(&self, token: &str, browser: &Browser) -> Result<Json> {
        // What cannot be read is not to be found out in the middle.
        self.load()?;
        self.transact(|| {
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
    ) -> Result<Json> {
        // Nothing is hashed for a link that there is not, and a weak password does not use one up.
        let invited = self.holder(token, Purpose::Invitation)?;
        password::look_at(password).map_err(|_| Refusal::Malformed)?;
        let who = Applicant::Known(invited.to_string());
        let stored = hasher::make(&self.env, who, password).await?;
        // The link may have been used or withdrawn meanwhile.
        let id = self.holder(token, Purpose::Invitation)?;
        let changes = self.change(|it| it.accept(&id))?;
        let signed_in = self.commit(&changes, |it| {
            let UsedLink { makers, .. } = it.use_link(token, Purpose::Invitation)?;
            it.put_password(&id, &stored)?;
            let (sign_in, signed_in) = it.begin_sign_in(&id, browser, "invitation")?;
            it.put_made_sign_in(&sign_in, &id, &makers)?;
            it.put_made_password(&id, makers)?;
            Ok(json!(signed_in))
        })?;
        self.publish(News::Facts)?;
        Ok(signed_in)
    }

    /// Gives a member another password, which ends their other sign-ins. Who has just come in by a link
    /// need not know the old one.
    pub(super) async fn change_password(
        &self,
        caller: &Caller,
        old: Option<&str>,
        new: &str,
    ) -> Result<Json> {
        self.count(&format!("password/{}", caller.id), 1, GUESSES, GUESS_SPAN)?;
        let who = || Applicant::Known(caller.id.to_string());
        let stored = self.password_of(&caller.id)?;
        let may = match old {
            Some(old) => hasher::is(&self.env, who(), old, stored.as_ref()).await?,
            None => self.sets_password_until(caller)?.is_some(),
        };
        if !may {
            return Err(Refusal::Forbidden.into());
        }
        password::look_at(new).map_err(|_| Refusal::Malformed)?;
        let made = hasher::make(&self.env, who(), new).await?;
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
            it.store.run(
                "DELETE FROM sign_ins WHERE member = ? AND id <> ?",
                vec![text(caller.id.clone()), text(caller.sign_in.clone())],
            )?;
            it.store
                .run("DELETE FROM link_sign_ins WHERE member = ?", vec![text(caller.id.clone())])?;
            it.forget_sign_in_links(&caller.id)?;
            it.audit(now(), Some(&caller.id), "change_password", "")
        })
    }

    fn must_be_here(&self, id: &MemberId) -> Result<()> {
        Ok(self.with_book(|it| it.member(id).map(|_| ()).ok_or(Refusal::Unauthorized))??)
    }

    fn password_of(&self, member: &MemberId) -> Result<Option<Stored>> {
        #[derive(serde::Deserialize)]
        struct PasswordRow {
            password: String,
        }
        let row: Option<PasswordRow> = self
            .store
            .first("SELECT password FROM passwords WHERE member = ?", vec![text(member.clone())])?;
        Ok(row.map(|it| Stored::read(it.password)))
    }

    // One-time links.

    /// Whose link it is; it can still be used.
    fn holder(&self, token: &str, purpose: Purpose) -> Result<MemberId> {
        let row: Option<LinkRow> = self.store.first(
            "SELECT member, expires FROM links WHERE secret = ? AND purpose = ?",
            vec![text(keys::fingerprint(token)), text(purpose.word())],
        )?;
        Ok(self.must_still_link(token, good_link(row)?)?.member)
    }

    /// Whoever made a link may have lost the right to: it lets nobody in then.
    fn must_still_link(&self, token: &str, member: MemberId) -> Result<UsedLink> {
        #[derive(serde::Deserialize)]
        struct MakerRow {
            maker: String,
        }
        let row: Option<MakerRow> = self.store.first(
            "SELECT maker FROM link_makers WHERE secret = ?",
            vec![text(keys::fingerprint(token))],
        )?;
        let makers = makers_of(row.as_ref().map_or("", |it| it.maker.as_str()))?;
        self.with_book(|it| it.link_holds(&makers, &member))?
            .then_some(UsedLink { member, makers })
            .ok_or_else(|| Refusal::Unauthorized.into())
    }

    /// What lets somebody in as this member ends. An invitation does not: it is the only way in that
    /// its person has.
    pub(super) fn forget_sign_in_links(&self, member: &MemberId) -> Result<()> {
        Ok(self.store.run(
            "DELETE FROM links WHERE member = ? AND purpose = ?",
            vec![text(member.clone()), text(Purpose::SignIn.word())],
        )?)
    }

    /// Whose link it is; from now on it is nobody's. Inside a transaction, with what it is used for.
    fn use_link(&self, token: &str, purpose: Purpose) -> Result<UsedLink> {
        let row: Option<LinkRow> = self.store.first(
            "DELETE FROM links WHERE secret = ? AND purpose = ? RETURNING member, expires",
            vec![text(keys::fingerprint(token)), text(purpose.word())],
        )?;
        let used = self.must_still_link(token, good_link(row)?)?;
        self.forget_makers_of_old_links()?;
        Ok(used)
    }

    /// Of links that are used up, over or withdrawn nobody needs to know who made them.
    pub(super) fn forget_makers_of_old_links(&self) -> Result<()> {
        let statement = "DELETE FROM link_makers WHERE secret NOT IN (SELECT secret FROM links)";
        Ok(self.store.run(statement, Vec::new())?)
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
    pub(super) fn put_place(&self, member: &MemberId, browser: &Browser) -> Result<()> {
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

fn good_link(row: Option<LinkRow>) -> Result<MemberId> {
    let row = row
        .filter(|it| now() <= Timestamp::from_millis(it.expires))
        .ok_or(Refusal::Unauthorized)?;
    row.member.parse().map_err(|_| Shut::broken("a link of nobody"))
}
