//! The first moments of a new visitor, in real processes: a first line, a first file and a second tab
//! at the same time, while the relay is killed or the network cut. It is one visitor, and nothing of
//! what they did is lost.
//!
//! Who a browser is, is decided by the client's own [`Identity`]; storage and the lock that all tabs
//! share are here. The seeded first uses try many more orders than there is time for here.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use fastrand::Rng;
use inbox_client::{Identity, NewMessage, Step};
use inbox_protocol::{CloseCode, http::Uploaded};
use inbox_types::File;
use tokio::time::{Instant, sleep, timeout};

use crate::history::Count;
use crate::http::{Request, send};
use crate::options::{Options, Part};
use crate::outcome::Outcome;
use crate::place::{Place, Ticket};
use crate::proxy::{Proxy, Weather};
use crate::raw::{conversations, listing, watch_all};
use crate::record::{Moment, Record};
use crate::relay::Relay;
use crate::side::{AgentSide, VisitorSide};
use crate::stage::rest;
use crate::tab::{Standing, Tab, TabName};
use crate::uploads::look_at;

/// What a visitor says: two lines in each of two tabs, and a file in a third.
const LINES: usize = 5;
/// Bytes of the first file: several of the relay's chunks.
const BYTES: usize = 200_000;
/// How long a browser waits for one answer.
const ANSWER: Duration = Duration::from_secs(5);
/// How long it waits until it asks again.
const PAUSE: Duration = Duration::from_millis(200);
/// How long a chosen moment may take to come.
const COMES: Duration = Duration::from_secs(1);

#[derive(Clone, Copy, Debug)]
enum Fault {
    Killed,
    Cut(Weather),
}

/// What all tabs of a browser share.
#[derive(Debug, Default)]
struct Browser {
    token: Mutex<Option<String>>,
    turn: tokio::sync::Mutex<()>,
}

/// A tab that has done something, and who it was then.
struct Used {
    tab: Tab,
    side: VisitorSide,
    token: String,
}

/// So many visitors come, one after another.
pub(crate) async fn run(options: &Options) -> Result<Outcome> {
    let mut outcome = Outcome::of(Part::First, "everything at once, for the first time");
    let began = Instant::now();
    let mut random = Rng::with_seed(options.seed ^ 0xf125);
    let relay = Relay::start(&options.variables).await?;
    let record = Arc::new(Record::new());
    let place = Place::set_up(&relay, None).await?;
    let proxy = Proxy::before(place.address).await?;
    for round in 0..options.firsts {
        let fault = match round % 4 {
            0 | 2 => Fault::Killed,
            1 => Fault::Cut(Weather::Down),
            _ => Fault::Cut(Weather::CutInFrame),
        };
        let visit = Visit { round, place: &place, proxy: &proxy, record: &record };
        visit.lives(fault, &relay, &mut random, options, &mut outcome).await?;
    }
    one_conversation_each(&place, options.firsts, &mut outcome).await?;
    outcome.count("visitors", usize::try_from(options.firsts)?);
    outcome.count("connections broken", usize::try_from(proxy.n_cut())?);
    outcome.judge(&record.history());
    outcome.seconds = began.elapsed().as_secs_f64();
    Ok(outcome)
}

struct Visit<'a> {
    round: u32,
    place: &'a Place,
    proxy: &'a Proxy,
    record: &'a Arc<Record>,
}

impl Visit<'_> {
    async fn lives(
        &self,
        fault: Fault,
        relay: &Relay,
        random: &mut Rng,
        options: &Options,
        outcome: &mut Outcome,
    ) -> Result<()> {
        let browser = Browser::default();
        let bytes: Vec<u8> = (0..BYTES).map(|_| random.u8(..)).collect();
        let strikes = self.strikes(fault, relay, random);
        let (line, file, second, struck) = tokio::join!(
            self.writes(&browser, 1),
            self.attaches(&browser, 2, &bytes),
            self.writes(&browser, 3),
            strikes,
        );
        struck?;
        let (uploaded, file) = file?;
        let mut tabs = [line?, file, second?];
        relay.answers_again().await?;
        let who: Vec<&str> = tabs.iter().filter_map(|it| it.token.split('.').nth(2)).collect();
        if who.len() != tabs.len() || who.iter().any(|it| *it != who[0]) {
            outcome.complain(format!("{} is several visitors: {who:?}", self.name()));
            // They have nothing to wait for of one another.
            return Ok(());
        }
        for used in &mut tabs {
            // What one tab has sent last is still being told to the others.
            let told = |it: &Standing| LINES <= it.n_rows;
            let is_calm = rest(&mut used.tab, options.patience).await
                && used.tab.until(options.patience, told).await;
            if !is_calm {
                outcome.complain(format!("{} did not come to rest", self.name()));
            }
        }
        self.reads(&tabs, uploaded, bytes, outcome).await
    }

    /// What the conversation is called before anybody knows its id.
    fn name(&self) -> String {
        format!("visit-{}", self.round)
    }

    /// Somebody comes with a new tab and writes two lines.
    async fn writes(&self, browser: &Browser, tab: u32) -> Result<Used> {
        let used = self.comes(browser, tab).await?;
        for which in ["first", "second"] {
            // Its conversation is found by its last words, so nobody else says them.
            let text = format!("The {which} line of tab {tab} of {}.", self.name());
            let draft = NewMessage { text: text.clone().try_into().ok(), ..NewMessage::default() };
            used.tab.types_draft(&used.side, &format!("{which}-{tab}"), text, draft);
        }
        Ok(used)
    }

    /// Somebody comes with a new tab and attaches a file, again and again until it is there.
    async fn attaches(&self, browser: &Browser, tab: u32, bytes: &[u8]) -> Result<(File, Used)> {
        let used = self.comes(browser, tab).await?;
        let deadline = Instant::now() + Duration::from_mins(1);
        let file = loop {
            match timeout(ANSWER, self.upload(&used.token, bytes)).await {
                Ok(Ok(file)) => break file,
                Ok(Err(error)) if deadline < Instant::now() => return Err(error),
                Ok(Err(_)) | Err(_) => sleep(PAUSE).await,
            }
        };
        let text = format!("The first file of {}.", self.name());
        let files = vec![file.clone()];
        let draft =
            NewMessage { text: text.clone().try_into().ok(), files, ..NewMessage::default() };
        used.tab.types_draft(&used.side, "file", text, draft);
        Ok((file, used))
    }

    async fn comes(&self, browser: &Browser, tab: u32) -> Result<Used> {
        let token = self.is_somebody(browser).await?;
        let side = VisitorSide::new(self.place.clone(), Ticket { token: token.clone() });
        let name = TabName { conversation: self.name(), tab };
        let tab = Tab::open(side.clone(), self.proxy.address, name, self.record);
        Ok(Used { tab, side, token })
    }

    /// Who this browser is, as a new tab finds it out.
    async fn is_somebody(&self, browser: &Browser) -> Result<String> {
        let mut identity = Identity::new(true);
        let deadline = Instant::now() + Duration::from_mins(1);
        while Instant::now() < deadline {
            let mut turn = None;
            let mut step = identity.wanted(self.record.now(), None, browser.stored());
            loop {
                step = match step {
                    Step::Known(token) | Step::Joined(token) => return Ok(token),
                    Step::Queue => {
                        turn = Some(browser.turn.lock().await);
                        identity.turn(self.record.now(), browser.stored())
                    }
                    Step::Ask => {
                        let answer = self.asks().await.map_err(|_| CloseCode::Restart.code());
                        identity.made(self.record.now(), answer, browser.stored())
                    }
                    Step::Store(token) => {
                        *browser.token() = Some(token);
                        identity.settled(self.record.now(), browser.stored())
                    }
                    Step::Failed(_) => break,
                    Step::Wait => bail!("a tab waits for itself"),
                };
            }
            drop(turn);
            sleep(PAUSE).await;
        }
        bail!("{} was nobody for a minute", self.name())
    }

    async fn asks(&self) -> Result<String> {
        let place = Place { address: self.proxy.address, ..self.place.clone() };
        Ok(timeout(ANSWER, place.visitor()).await??.token)
    }

    async fn upload(&self, token: &str, bytes: &[u8]) -> Result<File> {
        let path = format!("/v1/sites/{}/files", self.place.site);
        let request = Request {
            method: "POST",
            origin: &self.place.widget,
            path: &path,
            headers: vec![
                ("Authorization", format!("Bearer {token}")),
                ("X-File-Name", "crack.bin".to_owned()),
            ],
            body: bytes.to_vec(),
        };
        self.record.moment(Moment::Uploading);
        let answer = send(self.proxy.address, &request).await?;
        let uploaded: Uploaded = serde_json::from_value(answer.json()?)?;
        Ok(uploaded.file)
    }

    /// Something breaks, at a moment that matters or at any other.
    async fn strikes(&self, fault: Fault, relay: &Relay, random: &mut Rng) -> Result<()> {
        let moments =
            [Moment::Opened, Moment::Said, Moment::Acknowledged, Moment::Told, Moment::Uploading];
        let delay = Duration::from_millis(random.u64(..60));
        match moments.get(random.usize(..8)) {
            // If it does not come, this is a moment like the others.
            Some(moment) => drop(timeout(COMES, self.record.next(*moment)).await),
            None => sleep(delay).await,
        }
        sleep(Duration::from_millis(random.u64(..4))).await;
        match fault {
            Fault::Killed => {
                relay.kill()?;
                relay.answers_again().await
            }
            Fault::Cut(weather) => {
                self.proxy.spell(weather, Duration::from_millis(150)).await;
                Ok(())
            }
        }
    }

    /// Records what the tabs show and what is stored, and looks at the file.
    async fn reads(
        &self,
        tabs: &[Used; 3],
        file: File,
        bytes: Vec<u8>,
        outcome: &mut Outcome,
    ) -> Result<()> {
        for used in tabs {
            let screen = used.tab.screen().await;
            self.record.history().screens.extend(screen);
        }
        let shown = listing(&tabs[0].side, self.place.address).await?;
        let last = shown.iter().rev().find_map(|it| it.message.clone()?.2);
        let last = last.with_context(|| format!("{} left no line", self.name()))?;
        let ids = conversations(self.place, &[last]).await?;
        let agent = AgentSide::new(self.place.clone(), ids[0].parse()?);
        let all = listing(&agent, self.place.address).await?;
        {
            let mut history = self.record.history();
            history.stored.insert((self.name(), Count::Visitor), shown);
            history.stored.insert((self.name(), Count::Team), all);
        }
        let mut sent = BTreeMap::from([(file.id, bytes)]);
        look_at(&agent, self.place, &mut sent, outcome).await?;
        if !sent.is_empty() {
            outcome.complain(format!("the file of {} is not shown", self.name()));
        }
        Ok(())
    }
}

impl Browser {
    fn token(&self) -> MutexGuard<'_, Option<String>> {
        self.token.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn stored(&self) -> Option<String> {
        self.token().clone()
    }
}

/// There are as many conversations as there were visitors.
async fn one_conversation_each(place: &Place, n: u32, outcome: &mut Outcome) -> Result<()> {
    let mut socket = watch_all(place).await?;
    let list = socket.hears_type("list").await?;
    let found = list["rows"].as_array().map_or(0, Vec::len);
    if found != usize::try_from(n)? {
        outcome.complain(format!("{found} conversations of {n} visitors"));
    }
    Ok(())
}
