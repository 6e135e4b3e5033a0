//! The object around the workspace: it asks the workspace, tells the desk what changed, and asks
//! conversations what an admin wants of them.

mod news;

use inbox_types::SiteId;
use serde_json::Value as Json;
use worker::{DurableObject, Env, Request, Response, Result, State, durable_object};

use self::news::Herald;
use super::hasher::Hashers;
use crate::{
    config::{self, Config},
    forward::post::ping,
    platform::sql::Store,
    refuse::ApiError,
    requests::{call, conversation},
    workspace::{
        answer::Answer,
        command::Effect,
        request::WorkspaceRequest,
        tables::{self, Workspace},
    },
};

/// Hosts one workspace.
#[durable_object]
pub struct WorkspaceObject {
    state: State,
    env: Env,
    workspace: std::rc::Rc<Workspace>,
    herald: Herald,
}

impl DurableObject for WorkspaceObject {
    fn new(state: State, env: Env) -> Self {
        let store = Store::new(&state);
        let config = Config::read(&env).map_err(|it| it.to_string());
        let herald = Herald::new(env.clone(), store.clone());
        Self { workspace: Workspace::new(store, config).into(), state, env, herald }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let text = request.text().await?;
        let result = match serde_json::from_str::<WorkspaceRequest>(&text) {
            Ok(ask) => self.answer(ask).await,
            Err(error) => Err(error.into()),
        };
        call::answer(result, "workspace")
    }

    async fn alarm(&self) -> Result<Response> {
        self.wake_up().await;
        Response::empty()
    }
}

impl WorkspaceObject {
    async fn answer(&self, ask: WorkspaceRequest) -> tables::Result<Json> {
        let Answer { answer, news, effect } =
            self.workspace.answer(ask, &Hashers(self.env.clone())).await?;
        // No `await` since what is told was stored: it is owed in the same breath.
        if let Some(news) = news {
            self.publish(news)?;
        }
        match effect {
            Some(Effect::WakeUndelivered(site)) => self.wake_undelivered(site),
            Some(Effect::Ping { delivery, url, secrets }) => {
                let reach = Config::read(&self.env)?.reach;
                let secrets: Vec<&str> = secrets.iter().map(String::as_str).collect();
                return Ok(serde_json::to_value(ping(reach, &secrets, url, &delivery).await?)?);
            }
            Some(Effect::Deliver { conversation, seq, action }) => {
                let (env, ask) =
                    (self.env.clone(), conversation::ConversationRequest::Deliver { seq, action });
                self.state.wait_until(async move {
                    if let Err(error) = ask_conversation(&env, &conversation, &ask).await {
                        worker::console_error!("a delivery was not decided: {:?}", error.reason());
                    }
                });
            }
            None => {}
        }
        Ok(answer)
    }

    /// Has all conversations of a site that wait for its webhook look at it again. One that is not
    /// reached looks by itself within a day.
    fn wake_undelivered(&self, site: SiteId) {
        let (env, workspace) = (self.env.clone(), self.workspace.clone());
        self.state.wait_until(async move {
            if let Err(error) = wake_all(&env, &workspace, &site).await {
                worker::console_error!("not everybody heard of a webhook: {:?}", error.reason());
            }
        });
    }
}

async fn ask_conversation(
    env: &Env,
    conversation: &inbox_types::ConversationId,
    ask: &conversation::ConversationRequest,
) -> std::result::Result<(), ApiError> {
    let object = config::conversation(env, conversation)?;
    call::ask::<_, Json>(&object, ask).await.map(drop)
}

/// Tells every conversation that waits for a site's webhook that something changed, in pages.
async fn wake_all(env: &Env, workspace: &Workspace, site: &SiteId) -> tables::Result<()> {
    let mut after = None;
    loop {
        let page = workspace.waiting_for_webhook(site, after.as_ref())?;
        if page.is_empty() {
            return Ok(());
        }
        for conversation in page {
            ask_conversation(env, &conversation, &conversation::ConversationRequest::FactsChanged)
                .await?;
            after = Some(conversation);
        }
    }
}
