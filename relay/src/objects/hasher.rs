//! The object that hashes passwords, one after another, and does nothing else: an object does one thing
//! at a time, so whoever asks the workspace or the desk waits for no hash.
//!
//! It stores nothing. After each hash it rests for a moment, in which whatever shares its processor is
//! served.

use std::rc::Rc;

use inbox_protocol::Refusal;
use inbox_types::limits::HASH_PAUSE;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use worker::{DurableObject, Env, Request, Response, Result, State, durable_object};

use crate::{
    config,
    platform::{self, random},
    refuse::ApiError,
    requests::call,
    workspace::{
        Hasher,
        hashing::{Applicant, Line, Turn},
        password::{self, Stored},
    },
};

/// A question to the object. Only the workspace's object asks.
#[derive(Serialize, Deserialize)]
struct HashRequest {
    who: Applicant,
    password: String,
    what: What,
}

/// What is to be done with the password.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum What {
    /// Make what can be stored of it.
    Make,
    /// Compare it with what is stored; none if there is nobody, which takes as long.
    Compare(Option<String>),
}

/// Has passwords hashed by the object.
pub(crate) struct Hashers(pub(crate) Env);

impl Hasher for Hashers {
    async fn make(&self, who: Applicant, password: &str) -> std::result::Result<Stored, ApiError> {
        let ask = HashRequest { who, password: password.to_owned(), what: What::Make };
        Ok(Stored::read(call::ask(&config::hasher(&self.0)?, &ask).await?))
    }

    async fn is(
        &self,
        who: Applicant,
        password: &str,
        stored: Option<&Stored>,
    ) -> std::result::Result<bool, ApiError> {
        let stored = stored.map(|it| it.as_str().to_owned());
        let ask = HashRequest { who, password: password.to_owned(), what: What::Compare(stored) };
        call::ask(&config::hasher(&self.0)?, &ask).await
    }
}

/// Hashes for one workspace.
#[durable_object]
pub struct HasherObject {
    state: State,
    line: Rc<Line>,
}

impl DurableObject for HasherObject {
    fn new(state: State, _env: Env) -> Self {
        Self { state, line: Rc::default() }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let text = request.text().await?;
        let answer = match serde_json::from_str::<HashRequest>(&text) {
            Ok(ask) => self.answer(ask).await,
            Err(error) => Err(error.into()),
        };
        call::answer(answer, "hasher")
    }
}

impl HasherObject {
    async fn answer(&self, ask: HashRequest) -> std::result::Result<Json, ApiError> {
        let place = self.line.enter(ask.who).map_err(|_| Refusal::Rate)?;
        let turn = place.turn().await;
        let answer = hash(&turn, &ask.password, ask.what);
        worker::console_log!("hashed a password, {} in the line", self.line.n_waiting());
        // Not part of the answer: the next one waits for it, and nobody else.
        self.state.wait_until(async move {
            platform::sleep(HASH_PAUSE).await;
            drop(place);
        });
        answer
    }
}

fn hash(turn: &Turn, password: &str, what: What) -> std::result::Result<Json, ApiError> {
    Ok(match what {
        What::Make => {
            let stored = Stored::new(turn, password, random()).map_err(|_| Refusal::Malformed)?;
            json!(stored.as_str())
        }
        What::Compare(Some(stored)) => json!(Stored::read(stored).is(turn, password)),
        What::Compare(None) => {
            password::pretend(turn, password);
            json!(false)
        }
    })
}
