//! One-time links: made, looked up and used up. Whoever is named in one comes in by it.

use std::collections::BTreeMap;

use inbox_protocol::{Refusal, http::OneTimeLink};
use inbox_types::{
    Action, MemberId, Millis, Timestamp,
    limits::{INVITATION_LIFE, SIGN_IN_LINK_LIFE},
};
use serde::Deserialize;

use super::{
    command::{Call, Command, Done, Method, Run},
    makers::{self, Makers},
    news::News,
    provenance::{UsedLink, makers_of},
    tables::{Result, Workspace},
};
use crate::{
    platform::{
        now, random,
        sql::{json, number, text},
    },
    refuse::ApiError,
    signed::keys::{self, base32},
};

/// What can be done with links. Invitations are made with their members.
pub(super) const COMMANDS: &[Command] = &[Command {
    name: "make_sign_in_link",
    method: Method::Post,
    path: "/v1/members/{id}/sign-in-link",
    needs: Some(Action::Administer),
    audited: true,
    tells: Some(News::Facts),
    run: Run::Now(Workspace::make_sign_in_link),
}];

/// What a one-time link is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    Invitation,
    SignIn,
}

impl Purpose {
    fn word(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::SignIn => "sign-in",
        }
    }

    fn life(self) -> Millis {
        match self {
            Self::Invitation => INVITATION_LIFE,
            Self::SignIn => SIGN_IN_LINK_LIFE,
        }
    }
}

#[derive(Deserialize)]
struct LinkRow {
    member: String,
    expires: u64,
}

impl Workspace {
    /// Makes a link by which a member comes in once, and answers with it.
    fn make_sign_in_link(&self, call: &Call<'_>) -> Result<Done> {
        let id: MemberId = call.id()?;
        self.with_state(|it| it.may_link(&call.by.row, &id))??;
        let (link, token) = self.new_link(Purpose::SignIn)?;
        let makers = self.makers_by(call.by)?;
        self.put_link(&makers, &id, &token, Purpose::SignIn, &link)?;
        Ok(Done::with(&link).about(&makers::written_down(id.as_str(), &makers)))
    }

    /// A link that is not stored yet, and its secret.
    pub(super) fn new_link(&self, purpose: Purpose) -> Result<(OneTimeLink, String)> {
        let token = base32(&random::<20>());
        let url = format!("{}/#/{}/{token}", self.config()?.origins.desk, purpose.word());
        Ok((OneTimeLink { url, expires: now().after(purpose.life()) }, token))
    }

    /// Stores a link, and who made it.
    pub(super) fn put_link(
        &self,
        makers: &Makers,
        member: &MemberId,
        token: &str,
        purpose: Purpose,
        link: &OneTimeLink,
    ) -> Result<()> {
        self.store.run("DELETE FROM links WHERE expires < ?", vec![number(now().as_millis())])?;
        self.forget_makers_of_old_links()?;
        self.store.run(
            "INSERT INTO link_makers (secret, maker) VALUES (?, ?)",
            vec![text(keys::fingerprint(token)), json(makers)?],
        )?;
        self.store.run(
            "INSERT INTO links (secret, member, purpose, expires) VALUES (?, ?, ?, ?)",
            vec![
                text(keys::fingerprint(token)),
                text(member.clone()),
                text(purpose.word()),
                number(link.expires.as_millis()),
            ],
        )?;
        Ok(())
    }

    /// Until when each invitation can be used, by member.
    pub(super) fn invitation_links(&self) -> Result<BTreeMap<MemberId, Timestamp>> {
        let rows: Vec<LinkRow> = self.store.rows(
            "SELECT member, expires FROM links WHERE purpose = ?",
            vec![text(Purpose::Invitation.word())],
        )?;
        let links = rows
            .into_iter()
            .filter_map(|it| Some((it.member.parse().ok()?, Timestamp::from_millis(it.expires))));
        Ok(links.collect())
    }

    /// Whose link it is; it can still be used.
    pub(super) fn holder(&self, token: &str, purpose: Purpose) -> Result<MemberId> {
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
        self.with_state(|it| it.link_holds(&makers, &member))?
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

    /// Uses up a link, and says whose it was. `Unauthorized` if there is none for this purpose, it was
    /// used or has expired, or its makers may make it no longer. It has to stand in the transaction of
    /// what the link is used for.
    pub(super) fn use_link(&self, token: &str, purpose: Purpose) -> Result<UsedLink> {
        let row: Option<LinkRow> = self.store.first(
            "DELETE FROM links WHERE secret = ? AND purpose = ? RETURNING member, expires",
            vec![text(keys::fingerprint(token)), text(purpose.word())],
        )?;
        let used = self.must_still_link(token, good_link(row)?)?;
        self.forget_makers_of_old_links()?;
        Ok(used)
    }

    /// Of links that are used up, over or withdrawn nobody needs to know who made them.
    fn forget_makers_of_old_links(&self) -> Result<()> {
        let statement = "DELETE FROM link_makers WHERE secret NOT IN (SELECT secret FROM links)";
        Ok(self.store.run(statement, Vec::new())?)
    }
}

fn good_link(row: Option<LinkRow>) -> Result<MemberId> {
    let row = row
        .filter(|it| now() <= Timestamp::from_millis(it.expires))
        .ok_or(Refusal::Unauthorized)?;
    row.member.parse().map_err(|_| ApiError::broken("a link of nobody"))
}
