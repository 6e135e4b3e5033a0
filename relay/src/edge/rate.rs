//! How often one caller may come in.

/// How often one caller may come in a minute; each has its binding in `wrangler.toml`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Rate {
    /// As often as they like: it reaches neither an object nor a stored file.
    Unlimited,
    /// New visitors and conversations.
    Start,
    /// Ways of signing in.
    SignIn,
    /// Uploads.
    Upload,
    /// What a company's own inbox core says and asks, of all conversations of a site from
    /// one address.
    Bridge,
    /// Everything else that reaches an object.
    Request,
    /// What pages and conversations are made of: loaders, frames, files.
    Page,
}

impl Rate {
    /// The platform's limiter.
    #[must_use]
    pub fn binding(self) -> &'static str {
        match self {
            Self::Unlimited => "",
            Self::Start => "RATE_START",
            Self::SignIn => "RATE_SIGN_IN",
            Self::Upload => "RATE_UPLOAD",
            Self::Bridge => "RATE_BRIDGE",
            Self::Request => "RATE_REQUEST",
            Self::Page => "RATE_PAGE",
        }
    }

    /// As what somebody is counted who has not shown yet that what they sign is signed with a secret that
    /// holds: like everybody else.
    #[must_use]
    pub fn of_stranger(self) -> Self {
        match self {
            Self::Bridge => Self::Request,
            Self::Unlimited
            | Self::Start
            | Self::SignIn
            | Self::Upload
            | Self::Request
            | Self::Page => self,
        }
    }

    /// How many in a minute, where the platform does not count.
    #[must_use]
    pub fn limit(self) -> u64 {
        match self {
            Self::Unlimited => u64::MAX,
            Self::Start => 30,
            Self::SignIn => 10,
            Self::Upload => 60,
            Self::Bridge => 6_000,
            Self::Request => 600,
            Self::Page => 1_200,
        }
    }
}
