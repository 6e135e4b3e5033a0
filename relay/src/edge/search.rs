//! Searching conversations, for signed-in members.

use inbox_protocol::http::{SearchForm, SearchPage};
use worker::Response;

use super::incoming::{Incoming, no_store};
use crate::{
    config,
    refuse::Result,
    requests::{call, search::SearchRequest},
};

impl Incoming<'_> {
    pub(super) async fn search(&mut self) -> Result<Response> {
        self.cookie()?;
        let form: SearchForm = self.body().await?;
        let grant = self.granted().await?.grant;
        let ask = SearchRequest::Find { grant, form };
        let page: SearchPage = call::ask(&config::search(self.env)?, &ask).await?;
        no_store(Response::from_json(&page)?)
    }
}
