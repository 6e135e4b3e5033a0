//! What visitors' browsers ask for beside pages: a token, a socket, an upload, who is available; and
//! what pages count.

use inbox_protocol::{
    Refusal,
    http::{Availability, CountsForm, VisitorToken},
};
use inbox_room::VisitorCredentials;
use inbox_types::{
    ContactId, ConversationId, Language, SiteId,
    limits::{AVAILABILITY_LIFE, COUNTS_BYTES, NEW_VISITORS_OF_CLIENT, NEW_VISITORS_SPAN},
};
use worker::{Cache, Response};

use super::{
    assets,
    incoming::{Incoming, id, no_store},
    rate::Rate,
};
use crate::{
    attachments::upload::{self, Uploader},
    chat_language, config, hosts,
    platform::{now, random},
    refuse::Result,
    requests::{call, campaigns, conversation},
    signed::{
        keys::base32,
        visitor_token::{Claims, Verified},
    },
    workspace::{
        request::{SiteAvailability, WorkspaceRequest},
        stops,
    },
};

impl Incoming<'_> {
    pub(super) async fn new_visitor(&self, site: SiteId) -> Result<Response> {
        self.page_of(&site).await?;
        // What a visitor may write is bounded; so are the visitors that one place makes.
        let ask = WorkspaceRequest::Count {
            key: format!("visitors/{}", self.client()),
            amount: 1,
            limit: NEW_VISITORS_OF_CLIENT,
            span: NEW_VISITORS_SPAN,
        };
        call::ask::<_, ()>(&config::workspace(self.env)?, &ask).await?;
        let contact: ContactId = id(&format!("v{}", base32(&random::<16>())))?;
        let claims = Claims::new(site, contact.clone(), 0, now());
        let token = claims.sign(&self.config.visitor_key);
        no_store(Response::from_json(&VisitorToken { contact, token })?)
    }

    pub(super) async fn visitor_socket(&self, site: SiteId) -> Result<Response> {
        let verified = self.socket_token(&site)?;
        let (conversation, caller) = self.visitor(&verified);
        let object = config::conversation(self.env, &conversation)?;
        let caller = conversation::Caller { conversation, who: caller };
        call::open_socket(&object, &caller).await
    }

    pub(super) async fn visitor_upload(&mut self, site: SiteId) -> Result<Response> {
        let verified = self.bearer_token(&site)?;
        let client = self.client();
        self.limit(Rate::Upload, verified.claims().contact.as_str()).await?;
        let (conversation, who) = self.visitor(&verified);
        let caller = conversation::Caller { conversation, who };
        let uploader = Uploader::Person(caller);
        upload::receive(&mut self.request, self.env, uploader, Some(&client)).await
    }

    /// A visitor's browser forgets who they are: their tokens end, wherever else they are.
    pub(super) async fn log_out(&self, site: SiteId) -> Result<Response> {
        let verified = self.bearer_token(&site)?;
        let (conversation, who) = self.visitor(&verified);
        let object = config::conversation(self.env, &conversation)?;
        let caller = conversation::Caller { conversation, who };
        call::ask::<_, ()>(&object, &conversation::ConversationRequest::LogOut { caller }).await?;
        no_store(Response::empty()?.with_status(204))
    }

    /// The conversation of a token, and who its bearer is there.
    fn visitor(&self, verified: &Verified) -> (ConversationId, conversation::CallerKind) {
        let renew = verified.renewal_is_due(now());
        let Claims { site, contact, generation, since, .. } = verified.claims().clone();
        let conversation = self.config.master.conversation(&site, &contact);
        let pass = VisitorCredentials { generation, renew, since: Some(since) };
        let languages = self.accepted_languages();
        (conversation, conversation::CallerKind::Visitor { site, contact, pass, languages })
    }

    /// What the browser says it reads, best first; what it says in `hello` is worth more.
    fn accepted_languages(&self) -> Vec<Language> {
        chat_language::accepted(&self.header("accept-language"))
    }

    /// Who is available, for the site's own pages. Between edge and workspace the answer is kept for
    /// a while; neither the desk nor a conversation is asked.
    pub(super) async fn availability(&self, site: &SiteId) -> Result<Response> {
        let known = self.kept_availability(site).await?;
        let origin = self.header("origin");
        if !known.origins.iter().any(|it| hosts::embeds(it, &origin)) {
            return Err(Refusal::Forbidden.into());
        }
        let country = self.request.cf().and_then(worker::Cf::country);
        let answer = Response::from_json(&Availability {
            on: known.on,
            departments: known.departments,
            next: known.next,
            country: country.and_then(|it| it.try_into().ok()),
        })?;
        answer.headers().set("access-control-allow-origin", &origin)?;
        answer.headers().set("vary", "origin")?;
        no_store(answer)
    }

    async fn kept_availability(&self, site: &SiteId) -> Result<SiteAvailability> {
        let (cache, key) =
            (Cache::default(), format!("{}/availability/{site}", self.config.origins.widget));
        if let Some(mut kept) = cache.get(&key, false).await? {
            return Ok(kept.json().await?);
        }
        let ask = WorkspaceRequest::Availability { site: site.clone() };
        let known: SiteAvailability = call::ask(&config::workspace(self.env)?, &ask).await?;
        let answer = Response::from_json(&known)?;
        let life = format!("public, max-age={}", AVAILABILITY_LIFE.0 / 1_000);
        answer.headers().set("cache-control", &life)?;
        cache.put(&key, answer).await?;
        Ok(known)
    }

    /// What a page counted. It is a beacon: its body is JSON whatever its type says, and nobody
    /// waits for the answer. Asking an object makes it, so it is asked of sites that there are only,
    /// for their own pages; beyond what this isolate knows, the object that counts is asked alone.
    pub(super) async fn count(&mut self, site: SiteId) -> Result<Response> {
        let form: CountsForm = self.body_of(COUNTS_BYTES).await?;
        let origin = self.header("origin");
        let page = self.page_of(&site).await?;
        if !page.origins.iter().any(|it| hosts::embeds(it, &origin)) {
            return Err(Refusal::Forbidden.into());
        }
        let object = config::campaigns(self.env, &site)?;
        call::ask::<_, ()>(&object, &campaigns::CampaignsRequest::Count { site, origin, form })
            .await?;
        no_store(Response::empty()?.with_status(204))
    }

    /// An app stopped in a browser, the console too. It is a beacon without a body: which script of
    /// which build that was is all that it says.
    pub(super) async fn stopped(&self, script: &str) -> Result<Response> {
        let stop = stops::read(script, &*assets::manifest(self.env).await?);
        let ask = WorkspaceRequest::Stopped {
            stop: stop.ok_or(Refusal::NotFound)?,
            client: self.client(),
        };
        call::ask::<_, ()>(&config::workspace(self.env)?, &ask).await?;
        no_store(Response::empty()?.with_status(204))
    }
}
