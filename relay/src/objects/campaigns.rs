//! The object that counts what the campaigns of one site do: sums per hour and variant.
//!
//! Beacons come here and nowhere else, however many there are. They are gathered in memory for a
//! second and written together; what was gathered is lost if the machine is lost within it.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use inbox_protocol::http::{CampaignCounts, CountsForm};
use inbox_types::{Counts, Millis, SiteId, Timestamp, VariantKey, limits::COUNTS_LIFE};
use serde::Deserialize;
use serde_json::{Value as Json, json};
use worker::{DurableObject, Env, Request, Response, Result, State, durable_object};

use crate::{
    config,
    platform::{
        self, now,
        sql::{Store, all_or_none, number, text},
    },
    refuse::ApiError,
    requests::{call, campaigns::CampaignsRequest},
    workspace::{
        counts::{Countable, SPAN, Sums, hour},
        report::{HourCounts, by_day},
        request::WorkspaceRequest,
    },
};

/// Counts that come within this span are written together.
const GATHERING: Millis = Millis::seconds(1);
/// How long it is known what may be counted before the workspace is asked again.
const KNOWN_FOR: Millis = Millis::minutes(1);
/// And how long if a page counts what is not known: a campaign may just have begun.
const UNKNOWN_FOR: Millis = Millis::seconds(5);

const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS sums (
        campaign TEXT NOT NULL, hour INTEGER NOT NULL, variant TEXT NOT NULL,
        eligible INTEGER NOT NULL, shown INTEGER NOT NULL, clicked INTEGER NOT NULL,
        dismissed INTEGER NOT NULL, conversations INTEGER NOT NULL, goals INTEGER NOT NULL,
        value INTEGER NOT NULL, PRIMARY KEY (campaign, hour, variant)) WITHOUT ROWID;
";

const ADD: &str = "
    INSERT INTO sums (campaign, hour, variant, eligible, shown, clicked, dismissed, conversations, goals, value)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (campaign, hour, variant) DO UPDATE SET
        eligible = eligible + excluded.eligible, shown = shown + excluded.shown,
        clicked = clicked + excluded.clicked, dismissed = dismissed + excluded.dismissed,
        conversations = conversations + excluded.conversations, goals = goals + excluded.goals,
        value = value + excluded.value
";

/// Hosts the counts of one site.
#[durable_object]
pub struct CampaignsObject {
    shell: Rc<Shell>,
}

struct Shell {
    state: State,
    env: Env,
    store: Store,
    countable: RefCell<Option<Countable>>,
    /// When that was learned.
    learned: Cell<Timestamp>,
    sums: RefCell<Sums>,
    /// Whether somebody is about to write.
    gathering: Cell<bool>,
    /// When what is too old was last thrown away.
    tidied: Cell<Timestamp>,
}

#[derive(Deserialize)]
struct SumRow {
    hour: u64,
    variant: VariantKey,
    #[serde(flatten)]
    counts: Counts,
}

impl DurableObject for CampaignsObject {
    fn new(state: State, env: Env) -> Self {
        let store = Store::new(&state);
        store.run(SCHEMA, Vec::new()).expect("a database that can be opened");
        let shell = Shell {
            state,
            env,
            store,
            countable: RefCell::default(),
            learned: Cell::default(),
            sums: RefCell::default(),
            gathering: Cell::new(false),
            tidied: Cell::default(),
        };
        Self { shell: Rc::new(shell) }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let text = request.text().await?;
        let answer = match serde_json::from_str::<CampaignsRequest>(&text) {
            Ok(ask) => self.shell.answer(ask).await,
            Err(error) => Err(error.into()),
        };
        call::answer(answer, "campaigns")
    }
}

impl Shell {
    async fn answer(self: &Rc<Self>, ask: CampaignsRequest) -> std::result::Result<Json, ApiError> {
        match ask {
            CampaignsRequest::Count { site, origin, form } => {
                self.learn(&site, &form).await?;
                let countable = self.countable.borrow();
                let counted =
                    countable.as_ref().map(|it| it.validate(&origin, form)).transpose()?;
                self.count(counted.unwrap_or_default());
                Ok(Json::Null)
            }
            CampaignsRequest::Report { campaign, since, time_zone } => {
                self.write()?;
                let zone = platform::Zone::named(&time_zone)?;
                let rows: Vec<SumRow> = self.store.rows(
                    "SELECT * FROM sums WHERE campaign = ? AND hour >= ? ORDER BY hour",
                    vec![text(campaign), number(hour(since))],
                )?;
                let hours = rows.into_iter().map(|it| {
                    let SumRow { hour, variant, counts } = it;
                    HourCounts { hour, variant, counts }
                });
                let hours: Vec<HourCounts> = hours.collect();
                Ok(json!(by_day(&hours, |it| zone.day(Timestamp::from_millis(it)))))
            }
        }
    }

    /// Knows what may be counted, and asks again now and then. Pages that count meanwhile wait.
    async fn learn(
        self: &Rc<Self>,
        site: &SiteId,
        form: &CountsForm,
    ) -> std::result::Result<(), ApiError> {
        let age = now().since(self.learned.get());
        let is_known = self.countable.borrow().as_ref().is_some_and(|known| {
            let knows_all = form.counts.iter().all(|it| known.campaigns.contains_key(&it.campaign));
            age < if knows_all { KNOWN_FOR } else { UNKNOWN_FOR }
        });
        if is_known {
            return Ok(());
        }
        let (env, site) = (self.env.clone(), site.clone());
        let learned = self.state.block_concurrency_while(async move {
            let ask = WorkspaceRequest::Countable { site };
            let workspace = config::workspace(&env)?;
            Ok(call::ask::<_, Countable>(&workspace, &ask).await)
        });
        let countable = learned.await??;
        self.countable.replace(Some(countable));
        self.learned.set(now());
        Ok(())
    }

    fn count(self: &Rc<Self>, counted: Vec<CampaignCounts>) {
        self.sums.borrow_mut().add(now(), counted);
        if self.sums.borrow().is_empty() || self.gathering.replace(true) {
            return;
        }
        let shell = Rc::clone(self);
        self.state.wait_until(async move {
            platform::sleep(GATHERING).await;
            shell.gathering.set(false);
            if let Err(error) = shell.write() {
                worker::console_error!("counts were not written: {error}");
            }
        });
    }

    /// Writes what was gathered, all or none; if it fails, it is tried with what comes next.
    fn write(&self) -> Result<()> {
        let sums = self.sums.take();
        let rows = sums.clone().into_rows();
        let written = all_or_none(&self.state, || {
            for ((hour, campaign, variant), counts) in &rows {
                let Counts { eligible, shown, clicked, dismissed, conversations, goals, value } =
                    *counts;
                let counts = [eligible, shown, clicked, dismissed, conversations, goals, value];
                let of = [text(campaign.clone()), number(*hour), text(String::from(*variant))];
                self.store.run(ADD, of.into_iter().chain(counts.map(number)).collect())?;
            }
            Ok(())
        });
        if written.is_err() {
            self.sums.replace(sums);
        }
        self.tidy()?;
        written
    }

    /// Throws away what is too old, at most once in the span of a sum.
    fn tidy(&self) -> Result<()> {
        let now = now();
        if now.since(self.tidied.get()) < SPAN {
            return Ok(());
        }
        self.tidied.set(now);
        let oldest = now.as_millis().saturating_sub(COUNTS_LIFE.0);
        self.store.run("DELETE FROM sums WHERE hour < ?", vec![number(oldest)])
    }
}
