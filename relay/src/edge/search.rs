//! Searching conversations, for signed-in members.

use inbox_protocol::http::{SearchForm, SearchPage};
use worker::Response;

use super::incoming::{Incoming, no_store};
use crate::{
    config,
    refuse::Shut,
    requests::{call, search::Ask},
};

impl Incoming<'_> {
    pub(super) async fn search(&mut self) -> Result<Response, Shut> {
        self.cookie()?;
        let form: SearchForm = self.body().await?;
        let grant = self.granted().await?.grant;
        let ask = Ask::Find { grant, form };
        let page: SearchPage = call::ask(&config::search(self.env)?, &ask).await?;
        no_store(Response::from_json(&page)?)
    }
}
