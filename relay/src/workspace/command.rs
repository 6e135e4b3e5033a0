//! One admin action, whole: where it is asked for, who may, whether it is written down, who hears of
//! it, and what it does. Each domain has a table of its own, and [`super::commands`] has them all.

use inbox_host::forward::Delivery;
use inbox_protocol::{Refusal, http::DeliveryAction};
use inbox_types::{Action, ConversationId, MemberId, Seq, SiteId, Text};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value as Json, json};

use super::{
    news::News,
    request::Asked,
    state::{Change, MemberRow, WorkspaceState},
    tables::{Result, Workspace},
};
use crate::{config::WORKSPACE, platform::random, signed::keys::base32};

/// The methods that are served.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[expect(missing_docs, reason = "HTTP has said what they are")]
pub enum Method {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

impl Method {
    /// Whether it changes something.
    #[must_use]
    pub fn changes(self) -> bool {
        match self {
            Self::Get => false,
            Self::Post | Self::Put | Self::Patch | Self::Delete => true,
        }
    }
}

/// What signed-in members can do with the workspace.
#[derive(Clone, Copy, Debug)]
pub struct Command {
    /// Its name, which is its word in the audit log.
    pub name: &'static str,
    /// The method of its route.
    pub method: Method,
    /// The path of its route on the desk's host; a segment in braces is a name.
    pub path: &'static str,
    /// What the member's role must allow; none if every member may.
    pub needs: Option<Action>,
    /// Whether it is written down. Then the row and what it does are one transaction.
    pub audited: bool,
    /// What the desk is told of it, and by the desk whoever else must know.
    pub tells: Option<News>,
    /// What it does.
    pub run: Run,
}

/// What a command does.
#[derive(Clone, Copy, Debug)]
pub enum Run {
    /// This, in one go.
    Now(fn(&Workspace, &Call<'_>) -> Result<Done>),
    /// Changes the caller's password: passwords are hashed elsewhere, so it cannot be one transaction
    /// from its beginning to its end, and writes itself down.
    ChangePassword,
}

/// Whoever asks for a command, once the cookie was found good.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Who.
    pub id: MemberId,
    /// As the workspace has them now.
    pub row: MemberRow,
    /// The sign-in of the cookie.
    pub sign_in: String,
}

/// A command that somebody asks for.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    /// Who asks.
    pub by: &'a Caller,
    /// With what.
    pub asked: &'a Asked,
}

impl Call<'_> {
    /// What the path names. `NotFound` if nothing can be called that.
    pub(super) fn id<T: std::str::FromStr>(&self) -> Result<T, Refusal> {
        self.asked.name.parse().map_err(|_| Refusal::NotFound)
    }

    /// To what is left what goes, if the address says so. `NotFound` if nothing can be called that.
    pub(super) fn successor<T: std::str::FromStr>(&self) -> Result<Option<T>, Refusal> {
        let to = self.asked.query.get("to");
        to.map(|it| it.parse().map_err(|_| Refusal::NotFound)).transpose()
    }

    /// The form in the body. `Malformed` if it is another one.
    pub(super) fn form<T: DeserializeOwned>(&self) -> Result<T, Refusal> {
        T::deserialize(&self.asked.form).map_err(|_| Refusal::Malformed)
    }
}

/// What came of a command.
#[derive(Clone, PartialEq, Debug)]
pub struct Done {
    /// What the member is answered.
    pub answer: Json,
    /// What the audit log says beside the command's name; no user's text.
    pub what: String,
    /// What is to be done outside once it is stored.
    pub effect: Option<Effect>,
    /// Everything was as it was wanted: nothing is written down, and nobody is told.
    pub is_as_before: bool,
    /// It concerns nobody but whoever did it: it is not written down.
    pub is_own: bool,
}

/// What others are to be asked once something is stored. Nobody waits for it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Effect {
    /// Whatever waits for the site's webhook looks at it again.
    WakeUndelivered(SiteId),
    /// A test is sent to a webhook. Whoever asked waits for what comes of it, and is told that.
    Ping {
        /// What is sent.
        delivery: Delivery,
        /// Where to.
        url: Text<2_048>,
        /// What it is signed with.
        secrets: Vec<String>,
    },
    /// A conversation tries an event at once, leaves it out, or sends it once more.
    Deliver {
        /// Which one.
        conversation: ConversationId,
        /// The event.
        seq: Seq,
        /// What is to become of it.
        action: DeliveryAction,
    },
}

impl Done {
    /// It is done, and there is nothing to say.
    #[must_use]
    pub fn nothing() -> Self {
        Self::with(&())
    }

    /// It is done, and this is the answer. Of something that was made the log has the id.
    #[must_use]
    pub fn with<T: Serialize>(answer: &T) -> Self {
        let answer = json!(answer);
        let what = answer.get("id").and_then(Json::as_str).unwrap_or_default().to_owned();
        Self { answer, what, effect: None, is_as_before: false, is_own: false }
    }

    /// The log says this beside the command's name.
    #[must_use]
    pub fn about<T: ToString + ?Sized>(self, what: &T) -> Self {
        Self { what: what.to_string(), ..self }
    }

    /// It concerns nobody but whoever did it, so that the log says nothing of it.
    #[must_use]
    pub fn of_ones_own(self, is_own: bool) -> Self {
        Self { is_own, ..self }
    }

    /// Everything was as it was wanted.
    #[must_use]
    pub fn as_before(self, is_as_before: bool) -> Self {
        Self { is_as_before, ..self }
    }

    /// Something is to be done outside.
    #[must_use]
    pub fn then(self, effect: Option<Effect>) -> Self {
        Self { effect, ..self }
    }
}

/// What was deleted, and to what its things went, as the audit log has it.
pub(super) fn left_to<T: std::fmt::Display>(gone: &T, to: Option<&T>) -> String {
    to.map_or_else(|| gone.to_string(), |to| format!("{gone} to {to}"))
}

impl Workspace {
    /// Changes the state, and stores what of it is stored otherwise.
    pub(super) fn changed(
        &self,
        change: impl FnOnce(&mut WorkspaceState) -> Result<Vec<Change>, Refusal>,
    ) -> Result<Done> {
        let changes = self.change(change)?;
        let is_as_before = self.put_changed(changes)?;
        Ok(Done::nothing().as_before(is_as_before))
    }

    /// Makes something or puts it in place of what was there, stores it, and answers with it.
    pub(super) fn made<T: Serialize>(
        &self,
        make: impl FnOnce(&mut WorkspaceState) -> Result<(T, Vec<Change>), Refusal>,
    ) -> Result<Done> {
        let mut thing_made = None;
        let changes = self.change(|it| {
            let (thing, changes) = make(it)?;
            thing_made = Some(thing);
            Ok(changes)
        })?;
        let is_as_before = self.put_changed(changes)?;
        Ok(Done::with(&thing_made).as_before(is_as_before))
    }

    /// Stores what of changes is stored otherwise. Whether nothing was.
    fn put_changed(&self, changes: Vec<Change>) -> Result<bool> {
        let changes = self.otherwise(changes)?;
        if !changes.is_empty() {
            self.commit(&changes, |_| Ok(()))?;
        }
        Ok(changes.is_empty())
    }
}

pub(super) fn new_site_id() -> SiteId {
    let random = base32(&random::<8>());
    format!("{WORKSPACE}-{random}").parse().expect("base32 after a workspace is an id")
}

/// Whether something looks like a new id of this kind.
pub(super) fn is_new_id(letter: &str, id: &str) -> bool {
    let rest = id.strip_prefix(letter).filter(|it| it.len() == base32(&[0; 8]).len());
    rest.is_some_and(|it| it.bytes().all(|it| matches!(it, b'a'..=b'z' | b'2'..=b'7')))
}

/// A new id, which begins with the letter of its kind.
pub(super) fn new_id<T: std::str::FromStr>(letter: &str) -> T {
    let id = format!("{letter}{}", base32(&random::<8>()));
    let Ok(id) = id.parse() else { unreachable!("base32 is an id") };
    id
}
