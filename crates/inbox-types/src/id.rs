//! Names of things. Each is 1 to 64 characters of `A-Z a-z 0-9 _ -`, so that it
//! fits a URL, a key and a log line without escaping.

use std::{fmt, sync::Arc};

use crate::{limits::ID_CHARS, shared::as_string};

/// Why a string is not an id.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("an id is 1 to {ID_CHARS} letters, digits, hyphens and underscores")]
pub struct IdError;

fn check(raw: &str) -> Result<(), IdError> {
    let legal = |it: u8| it.is_ascii_alphanumeric() || it == b'_' || it == b'-';
    if raw.is_empty() || ID_CHARS < raw.len() || !raw.bytes().all(legal) {
        Err(IdError)
    } else {
        Ok(())
    }
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub struct $name(Arc<str>);

        as_string!($name);

        impl $name {
            /// The id, as written.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;

            fn try_from(raw: String) -> Result<Self, IdError> {
                raw.parse()
            }
        }

        impl std::str::FromStr for $name {
            type Err = IdError;

            fn from_str(raw: &str) -> Result<Self, IdError> {
                check(raw)?;
                Ok(Self(raw.into()))
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.as_str().to_owned()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

ids! {
    /// A company. Letters and digits only, so that it can prefix other ids.
    WorkspaceId;
    /// A website that the widget is embedded on: `<workspace>-<random>`.
    SiteId;
    /// A person who visits sites.
    ContactId;
    /// One contact on one site, for ever: `<workspace>-<HMAC(site key, contact)>`.
    ConversationId;
    /// A person who works for the workspace.
    MemberId;
    /// A department: a part of the team, and the queue that it serves.
    DepartmentId;
    /// A proposal to one agent.
    OfferId;
    /// A stored attachment.
    FileId;
    /// A message's name, minted where it was typed. Sending it twice is sending it once.
    ClientId;
    /// A proactive message and its rule.
    CampaignId;
    /// A saved reply.
    CannedReplyId;
    /// What a session was about.
    TopicId;
    /// A saved list.
    ViewId;
    /// A key of the API.
    ApiKeyId;
    /// An automatic agent.
    BotId;
}

/// The part of an id before its first hyphen: the workspace it belongs to.
fn workspace_of(id: &str) -> WorkspaceId {
    WorkspaceId(id.split('-').next().unwrap_or(id).into())
}

impl SiteId {
    /// The workspace that owns the site.
    #[must_use]
    pub fn workspace(&self) -> WorkspaceId {
        workspace_of(&self.0)
    }
}

impl ConversationId {
    /// The workspace that the conversation belongs to.
    #[must_use]
    pub fn workspace(&self) -> WorkspaceId {
        workspace_of(&self.0)
    }
}
