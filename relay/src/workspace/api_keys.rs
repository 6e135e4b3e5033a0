//! Keys of the API: made by admins, told once, kept as a digest, and asked for at every request.
//!
//! - **AP20** A key does what its scopes say, and only as long as the member who answers for it may
//!   administer: who made it, or who has taken it over. Else it is refused as one that does not exist.
//! - **AP21** An admin takes over a key that is refused for that, and answers for it from then on: its
//!   programs go on with it. One that works is nobody else's.
//! - **AP22** The address of a file that a key is given is good for five minutes, as long as this key
//!   reads, and the name of the file is masked where the site masks by then.
//! - **AP23** The audit log says what a key is called, also once it is deleted.
//! - **AP30** A key that was made or taken over in a sign-in by a link works no longer than such a sign-in
//!   goes on, and the audit log says by whose links it was.
//! - **AP31** An upload is kept if the key may still write when all of it is there.
//! - **AP32** A key of which no owner was stored is answered for by whoever made it.

use std::collections::BTreeSet;

use inbox_protocol::{
    Refusal,
    http::{ApiKey, ApiKeyForm, ApiScope, NewApiKey},
};
use inbox_types::{
    Action, ApiKeyId, MemberId, Name, Timestamp,
    limits::{API_KEY_USE, API_KEYS, GONE_API_KEYS},
};
use serde::{Deserialize, Serialize};

use super::{
    command::{Call, Command, Done, Method, Run, new_id},
    key_names::KEY_LETTER,
    makers::{self, Makers},
    tables::{Result, Workspace},
};
use crate::{
    platform::{
        now, random,
        sql::{json, number, text},
    },
    signed::keys::{self, base32},
};

/// What a key begins with, so that one that was put into the open is known for what it is.
const PREFIX: &str = "plk_";
/// The letters of 32 bytes in base32.
const SECRET_LETTERS: usize = 52;

/// Whether something looks like a key. What does not is refused without asking anybody.
#[must_use]
pub fn is_one(raw: &str) -> bool {
    raw.strip_prefix(PREFIX).is_some_and(|it| {
        it.len() == SECRET_LETTERS
            && it.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit())
    })
}

/// What can be done with keys.
pub(super) const COMMANDS: &[Command] = &[
    Command {
        name: "create_api_key",
        method: Method::Post,
        path: "/v1/api-keys",
        needs: Some(Action::Administer),
        audited: true,
        tells: None,
        run: Run::Now(Workspace::create_api_key),
    },
    Command {
        name: "delete_api_key",
        method: Method::Delete,
        path: "/v1/api-keys/{id}",
        needs: Some(Action::Administer),
        audited: true,
        tells: None,
        run: Run::Now(Workspace::delete_api_key),
    },
    Command {
        name: "take_api_key",
        method: Method::Post,
        path: "/v1/api-keys/{id}/take",
        needs: Some(Action::Administer),
        audited: true,
        tells: None,
        run: Run::Now(Workspace::take_api_key),
    },
];

/// Whose key a request has, and what it is good for.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct KeyHolder {
    /// Which key.
    pub id: ApiKeyId,
    /// What it is good for.
    pub scopes: Vec<ApiScope>,
}

impl KeyHolder {
    /// Refuses what the key is not good for.
    ///
    /// # Errors
    ///
    /// [`Refusal::Forbidden`].
    pub fn must(&self, scope: ApiScope) -> Result<(), Refusal> {
        if self.scopes.contains(&scope) { Ok(()) } else { Err(Refusal::Forbidden) }
    }
}

#[derive(Deserialize)]
struct KeyRow {
    body: String,
    used: u64,
}

#[derive(Deserialize)]
struct NameRow {
    name: String,
}

/// A key as it is stored.
#[derive(Serialize, Deserialize)]
struct StoredKey {
    id: ApiKeyId,
    name: Name,
    scopes: Vec<ApiScope>,
    made: Timestamp,
    by: MemberId,
    /// Who answers for it; none was stored of the first keys.
    #[serde(default)]
    owner: Option<MemberId>,
    /// Who may in truth have made it or taken it over; none was stored of keys before.
    #[serde(default)]
    makers: Option<Makers>,
}

impl KeyRow {
    fn stored(&self) -> Result<StoredKey> {
        Ok(serde_json::from_str(&self.body)?)
    }
}

impl Workspace {
    fn create_api_key(&self, call: &Call<'_>) -> Result<Done> {
        let ApiKeyForm { name, scopes } = call.form()?;
        let scopes: BTreeSet<ApiScope> = scopes.into_iter().collect();
        if scopes.is_empty() {
            return Err(Refusal::Malformed.into());
        }
        if API_KEYS <= self.api_keys()?.len() {
            return Err(Refusal::TooMany.into());
        }
        let secret = format!("{PREFIX}{}", base32(&random::<32>()));
        let makers = self.makers_by(call.by)?;
        let key = StoredKey {
            id: new_id(KEY_LETTER),
            name,
            scopes: scopes.into_iter().collect(),
            made: now(),
            by: call.by.id.clone(),
            owner: Some(call.by.id.clone()),
            makers: Some(makers.clone()),
        };
        self.store.run(
            "INSERT INTO api_keys (id, secret, made, used, body) VALUES (?, ?, ?, 0, ?)",
            vec![
                text(key.id.clone()),
                text(keys::fingerprint(&secret)),
                number(key.made.as_millis()),
                json(&key)?,
            ],
        )?;
        let about = makers::written_down(key.id.as_str(), &makers);
        Ok(Done::with(&NewApiKey { id: key.id, secret }).about(&about))
    }

    fn delete_api_key(&self, call: &Call<'_>) -> Result<Done> {
        let id: ApiKeyId = call.id()?;
        let gone: Option<KeyRow> = self.store.first(
            "DELETE FROM api_keys WHERE id = ? RETURNING body, used",
            vec![text(id.clone())],
        )?;
        let key = gone.ok_or(Refusal::NotFound)?.stored()?;
        self.store.run(
            "INSERT INTO gone_api_keys (id, name) VALUES (?, ?)",
            vec![text(id.clone()), text(key.name.as_str())],
        )?;
        self.store.run(
            "DELETE FROM gone_api_keys WHERE no <= (SELECT max(no) FROM gone_api_keys) - ?",
            vec![number(GONE_API_KEYS as u64)],
        )?;
        Ok(Done::nothing().about(&id))
    }

    /// An admin answers for a key from now on whose owner may not administer any more. `State` if it
    /// works.
    // AP21
    fn take_api_key(&self, call: &Call<'_>) -> Result<Done> {
        let id: ApiKeyId = call.id()?;
        let row = self.key_row(&id)?.ok_or(Refusal::NotFound)?;
        let stored = row.stored()?;
        if !self.as_it_stands(&row)?.stopped {
            return Err(Refusal::State.into());
        }
        let makers = self.makers_by(call.by)?;
        let about = makers::written_down(id.as_str(), &makers);
        let key = StoredKey { owner: Some(call.by.id.clone()), makers: Some(makers), ..stored };
        self.store.run("UPDATE api_keys SET body = ? WHERE id = ?", vec![json(&key)?, text(id)])?;
        Ok(Done::nothing().about(&about))
    }

    /// All keys, in the order in which they were made.
    pub(super) fn api_keys(&self) -> Result<Vec<ApiKey>> {
        let query = "SELECT body, used FROM api_keys ORDER BY made, id";
        let rows: Vec<KeyRow> = self.store.rows(query, Vec::new())?;
        rows.into_iter().map(|it| self.as_it_stands(&it)).collect()
    }

    fn api_key(&self, id: &ApiKeyId) -> Result<Option<ApiKey>> {
        self.key_row(id)?.map(|it| self.as_it_stands(&it)).transpose()
    }

    fn key_row(&self, id: &ApiKeyId) -> Result<Option<KeyRow>> {
        let query = "SELECT body, used FROM api_keys WHERE id = ?";
        Ok(self.store.first(query, vec![text(id.clone())])?)
    }

    /// A key, with whether its owner may still administer, and would still be signed in if it was by a
    /// link: else it is refused.
    // AP20, AP30, AP32
    fn as_it_stands(&self, row: &KeyRow) -> Result<ApiKey> {
        let StoredKey { id, name, scopes, made, by, owner, makers } = row.stored()?;
        let owner = owner.unwrap_or_else(|| by.clone());
        let works = self.with_state(|it| {
            it.member(&owner).is_some_and(|row| it.may(row, Action::Administer))
                && makers.is_none_or(|makers| it.link_holds(&makers, &owner))
        })?;
        let used = Some(Timestamp::from_millis(row.used)).filter(|it| *it != Timestamp::default());
        Ok(ApiKey { id, name, scopes, made, by, owner, stopped: !works, used })
    }

    /// Refuses with `Forbidden` a key that is not good for something, or not any more.
    // AP22, AP31
    pub(super) fn key_may(&self, id: &ApiKeyId, scope: ApiScope) -> Result<()> {
        let may = |it: &ApiKey| !it.stopped && it.scopes.contains(&scope);
        let key = self.api_key(id)?.filter(may);
        key.map(|_| ()).ok_or_else(|| Refusal::Forbidden.into())
    }

    /// What the key is called that a row of the audit log is about, also once it is deleted; none if
    /// the row is about something else.
    // AP23
    pub(super) fn key_name(&self, deed: &str, what: &str) -> Result<Option<String>> {
        if !COMMANDS.iter().any(|it| it.name == deed) {
            return Ok(None);
        }
        // By whose links it was done may follow (AP30).
        let what = what.split(' ').next().unwrap_or_default();
        let Ok(id) = what.parse() else { return Ok(None) };
        if let Some(key) = self.api_key(&id)? {
            return Ok(Some(key.name.as_str().to_owned()));
        }
        let gone: Option<NameRow> =
            self.store.first("SELECT name FROM gone_api_keys WHERE id = ?", vec![text(what)])?;
        Ok(gone.map(|it| it.name))
    }

    /// Whose key this is; it is noted that it was used. `Unauthorized` if it is nobody's, or has
    /// stopped.
    pub(super) fn key_holder(&self, secret: &str) -> Result<KeyHolder> {
        let row: Option<KeyRow> = self.store.first(
            "SELECT body, used FROM api_keys WHERE secret = ?",
            vec![text(keys::fingerprint(secret))],
        )?;
        let row = row.ok_or(Refusal::Unauthorized)?;
        let (used, now) = (Timestamp::from_millis(row.used), now());
        let ApiKey { id, scopes, stopped, .. } = self.as_it_stands(&row)?;
        if stopped {
            return Err(Refusal::Unauthorized.into());
        }
        if API_KEY_USE <= now.since(used) {
            self.store.run(
                "UPDATE api_keys SET used = ? WHERE id = ?",
                vec![number(now.as_millis()), text(id.clone())],
            )?;
        }
        Ok(KeyHolder { id, scopes })
    }
}
