//! The ways to become a member who is signed in.

use inbox_protocol::{
    Refusal,
    http::{AcceptInvitation, Setup, SignIn, UseSignInLink},
};
use worker::Response;

use super::{
    cookie,
    incoming::{Incoming, no_store},
};
use crate::{
    config,
    refuse::Result,
    requests::call,
    signed::keys,
    workspace::request::{Browser, SignedIn, WorkspaceRequest},
};

/// How somebody becomes a member who is signed in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum SignInMethod {
    Setup,
    Password,
    Link,
    Invitation,
}

impl Incoming<'_> {
    /// Signs somebody in, and gives the browser the cookie.
    pub(super) async fn sign_in(&mut self, method: SignInMethod) -> Result<Response> {
        let browser = self.browser();
        let ask = match method {
            SignInMethod::Setup => {
                let Setup { token, workspace_name, name, email, password } = self.body().await?;
                // It is taken away once it was used.
                let expected = self.env.secret("SETUP_TOKEN").map(|it| it.to_string());
                let expected = expected.unwrap_or_default();
                if expected.is_empty() || !keys::same(&token, &expected) {
                    return Err(Refusal::Unauthorized.into());
                }
                WorkspaceRequest::Setup { workspace_name, name, email, password, browser }
            }
            SignInMethod::Link => {
                let UseSignInLink { token } = self.body().await?;
                WorkspaceRequest::UseLink { token, browser }
            }
            SignInMethod::Invitation => {
                let AcceptInvitation { token, password } = self.body().await?;
                WorkspaceRequest::Accept { token, password, browser }
            }
            SignInMethod::Password => {
                let SignIn { email, password } = self.body().await?;
                WorkspaceRequest::SignIn { email, password, browser }
            }
        };
        let signed_in: SignedIn = call::ask(&config::workspace(self.env)?, &ask).await?;
        let response = Response::from_json(&signed_in.me)?;
        let cookie = cookie::set(&signed_in.cookie, self.config.origins.desk_is_secure());
        response.headers().set("set-cookie", &cookie)?;
        no_store(response)
    }

    /// What is known of the browser before it is known whose it is.
    fn browser(&self) -> Browser {
        Browser { user_agent: self.header("user-agent"), from: self.client() }
    }
}
