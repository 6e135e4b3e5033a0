//! A socket without a client behind it: for what a test arranges and reads itself.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use futures_util::{SinkExt as _, StreamExt as _};
use inbox_client::{Frame, Say};
use inbox_types::Place;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::client::Request;
use tokio_tungstenite::{WebSocketStream, client_async};

use crate::history::Row;
use crate::place;
use crate::side::{Side, Way, dial};
use crate::tab::row;

const PATIENCE: Duration = Duration::from_mins(1);

#[derive(Debug)]
pub(crate) struct Raw(WebSocketStream<TcpStream>);

impl Raw {
    pub(crate) async fn dial(way: Way, request: Request) -> Result<Self> {
        let stream = TcpStream::connect(way).await?;
        stream.set_nodelay(true)?;
        Ok(Self(timeout(PATIENCE, client_async(request, stream)).await??.0))
    }

    pub(crate) async fn say(&mut self, text: String) -> Result<()> {
        Ok(self.0.send(Message::text(text)).await?)
    }

    pub(crate) async fn hears(&mut self) -> Result<String> {
        loop {
            match timeout(PATIENCE, self.0.next()).await.context("the relay says nothing")? {
                Some(Ok(Message::Text(text))) => return Ok(text.to_string()),
                Some(Ok(Message::Close(frame))) => bail!("the relay closed: {frame:?}"),
                Some(Ok(_)) => (),
                Some(Err(error)) => return Err(error.into()),
                None => bail!("the socket ended"),
            }
        }
    }

    /// Reads until a frame of this type comes; what came before it is dropped.
    pub(crate) async fn hears_type(&mut self, wanted: &str) -> Result<Value> {
        loop {
            let frame: Value = serde_json::from_str(&self.hears().await?)?;
            if frame["type"] == wanted {
                return Ok(frame);
            }
        }
    }

    /// Says hello as somebody who knows nothing, and waits until that is answered.
    pub(crate) async fn greets<S: Side>(&mut self, side: &S) -> Result<()> {
        self.say(side.text(Say::Hello { epoch: 0, after: None })).await?;
        self.hears_type("ready").await.map(drop)
    }
}

/// All rows of a conversation, as somebody reads them who knows nothing: the newest page, and then
/// page by page up to the first.
pub(crate) async fn listing<S: Side>(side: &S, way: Way) -> Result<Vec<Row>> {
    let mut socket = Raw::dial(way, side.request()?).await?;
    socket.say(side.text(Say::Hello { epoch: 0, after: None })).await?;
    let mut rows: Vec<Row> = Vec::new();
    loop {
        match side.frame(&socket.hears().await?) {
            Some(Frame::Entries(entries)) => rows.extend(entries.iter().map(row)),
            Some(Frame::Ready { .. }) => break,
            Some(_) | None => (),
        }
    }
    while let Some(first) = rows.first().map(|it| it.place).filter(|it| Place(1) < *it) {
        socket.say(side.text(Say::History { before: first })).await?;
        let page = loop {
            if let Some(Frame::History(entries)) = side.frame(&socket.hears().await?) {
                break entries;
            }
        };
        // What is missing there is for the check to see.
        if page.is_empty() {
            break;
        }
        rows = page.iter().map(row).chain(rows).collect();
    }
    Ok(rows)
}

/// A socket at the desk that asks for the list of all conversations that are open.
pub(crate) async fn watch_all(place: &place::Place) -> Result<Raw> {
    let mut request = dial(&place.desk, "/v1/desk/socket")?;
    request.headers_mut().insert("Cookie", place.cookie.parse()?);
    let mut socket = Raw::dial(place.address, request).await?;
    socket.say(json!({ "type": "hello", "version": 1 }).to_string()).await?;
    socket.hears_type("welcome").await?;
    let states = ["bot", "queued", "offered", "active", "snoozed"];
    let watch = json!({ "type": "watch", "query": { "tab": "all", "states": states } });
    socket.say(watch.to_string()).await?;
    Ok(socket)
}

/// The ids of the conversations whose last words are these, in the same order.
pub(crate) async fn conversations(
    place: &place::Place,
    previews: &[String],
) -> Result<Vec<String>> {
    let mut socket = watch_all(place).await?;
    let mut found = vec![String::new(); previews.len()];
    while found.iter().any(String::is_empty) {
        let list = socket.hears_type("list").await?;
        for row in list["rows"].as_array().into_iter().flatten() {
            let at = previews.iter().position(|it| row["preview"] == it.as_str());
            if let (Some(at), Some(id)) = (at, row["conversation"].as_str()) {
                id.clone_into(&mut found[at]);
            }
        }
    }
    Ok(found)
}
