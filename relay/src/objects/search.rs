//! The object around a workspace's index: conversations tell it what can be found, and the edge asks it
//! for whoever searches. What is found, and by whom, is decided by `inbox-search`.

use inbox_core::Agent;
use inbox_protocol::{
    Refusal,
    http::{SearchForm, SearchPage},
};
use inbox_room::{DeskFacts, Grant};
use inbox_search::{Query, SearchIndex, Searcher};
use serde_json::{Value as Json, json};
use worker::{DurableObject, Env, Request, Response, Result, State, durable_object};

use crate::{
    config,
    platform::sql::Store,
    refuse::ApiError,
    requests::{call, search::SearchRequest},
    workspace::request::WorkspaceRequest,
};

/// Hosts the index.
#[durable_object]
pub struct SearchObject {
    env: Env,
    index: SearchIndex<Store>,
}

impl DurableObject for SearchObject {
    fn new(state: State, env: Env) -> Self {
        let index = SearchIndex::open(Store::new(&state)).expect("a database that can be opened");
        Self { env, index }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let text = request.text().await?;
        let answer = match serde_json::from_str::<SearchRequest>(&text) {
            Ok(ask) => self.answer(ask).await,
            Err(error) => Err(error.into()),
        };
        call::answer(answer, "search")
    }
}

impl SearchObject {
    async fn answer(&self, ask: SearchRequest) -> std::result::Result<Json, ApiError> {
        match ask {
            SearchRequest::Take { feed } => {
                self.index.take(&feed)?;
                Ok(Json::Null)
            }
            SearchRequest::Erase { conversation, epoch } => {
                self.index.erase(&conversation, epoch)?;
                Ok(Json::Null)
            }
            SearchRequest::Find { grant, form } => Ok(json!(self.find(grant, &form).await?)),
        }
    }

    async fn find(
        &self,
        grant: Grant,
        form: &SearchForm,
    ) -> std::result::Result<SearchPage, ApiError> {
        let workspace = config::workspace(&self.env)?;
        let facts: DeskFacts = call::ask(&workspace, &WorkspaceRequest::DeskFacts).await?;
        let member = facts.members.get(&grant.agent).filter(|it| !it.removed);
        let name = member.ok_or(Refusal::Unauthorized)?.name.clone();
        let Grant { agent: id, role, departments, .. } = grant;
        let searcher = Searcher { agent: Agent { id, name, role, departments }, facts: &facts };
        let query = Query::parse(&form.text, form.minutes_east);
        Ok(self.index.search(&searcher, &query, form.after)?)
    }
}
