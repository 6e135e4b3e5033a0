//! The ways to become a member who is signed in.

use inbox_protocol::http::{AcceptInvitation, Setup, SignIn, UseSignInLink};
use worker::Response;

use super::{
    cookie,
    incoming::{Incoming, no_store},
};
use crate::{
    config,
    refuse::Result,
    requests::call,
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
                self.must_be_setup_token(&token)?;
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
