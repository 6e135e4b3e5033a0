//! The open sockets of an object, and what the platform keeps with each while the object sleeps.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
};

use inbox_protocol::{CloseCode, PING, PONG, Refusal, SUBPROTOCOL};
use inbox_room::Conn;
use inbox_types::limits::{AGENT_SOCKETS, CLOSING_SOCKETS, DESK_SOCKETS, VISITOR_SOCKETS};
use serde::{Serialize, de::DeserializeOwned};
use worker::{Response, Result, State, WebSocket, WebSocketPair, WebSocketRequestResponsePair};

use crate::{limits, platform::now, platform::sql::beyond, refuse::ApiError};

/// Open sockets by their numbers. A cache: the platform has them all.
#[derive(Debug)]
pub(crate) struct Sockets<R> {
    open: RefCell<Option<BTreeMap<Conn, Peer<R>>>>,
    /// The newest number since the object woke.
    newest: Cell<Conn>,
}

/// Whose sockets they are. Each side has its own number of them, so that neither keeps the other out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Side {
    /// A visitor's, at a conversation.
    Visitor,
    /// Agents', at a conversation.
    Agent,
    /// Consoles, at the desk.
    Desk,
}

impl Side {
    fn tag(self) -> &'static str {
        match self {
            Self::Visitor => "visitor",
            Self::Agent => "agent",
            Self::Desk => "desk",
        }
    }

    /// The tag of those that were turned away. They count by themselves: they are no part of
    /// [`Sockets::with`], and keep nobody out who may come in.
    // RM170
    fn tag_of_refused(self) -> &'static str {
        match self {
            Self::Visitor => "refused visitor",
            Self::Agent => "refused agent",
            Self::Desk => "refused at the desk",
        }
    }

    /// How many there may be, those included that were closed here and that the browser has not
    /// let go of yet.
    fn limit(self) -> usize {
        CLOSING_SOCKETS
            + match self {
                Self::Visitor => VISITOR_SOCKETS,
                Self::Agent => AGENT_SOCKETS,
                Self::Desk => DESK_SOCKETS,
            }
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Peer<R> {
    pub(crate) socket: WebSocket,
    /// What the room remembers of it; none before its first turn is done.
    pub(crate) reader: Option<R>,
}

impl<R: Clone + Serialize + DeserializeOwned> Sockets<R> {
    /// Heartbeats are answered by the platform from now on and wake nobody.
    pub(crate) fn new(state: &State) -> Result<Self> {
        state.set_websocket_auto_response(&WebSocketRequestResponsePair::new(PING, PONG)?);
        Ok(Self { open: RefCell::new(None), newest: Cell::new(Conn(0)) })
    }

    fn with<T>(&self, state: &State, look: impl FnOnce(&mut BTreeMap<Conn, Peer<R>>) -> T) -> T {
        let mut open = self.open.borrow_mut();
        look(open.get_or_insert_with(|| known(state)))
    }

    /// Accepts a socket of somebody who may come in: its number, and the answer for the browser. One that
    /// was closed here counts until its browser has let go of it.
    pub(crate) fn accept(
        &self,
        state: &State,
        side: Side,
    ) -> std::result::Result<(Conn, Response), ApiError> {
        if side.limit() <= state.get_websockets_with_tag(side.tag()).len() {
            return Err(Refusal::Rate.into());
        }
        let WebSocketPair { client, server } = WebSocketPair::new()?;
        let last = self.with(state, |open| open.last_key_value().map(|it| *it.0));
        // A socket that was closed may still be saying something, and reports its end late.
        let conn = Conn::after(self.newest.get().max(last.unwrap_or_default()), now());
        self.newest.set(conn);
        state.accept_websocket_with_tags(&server, &[&conn.0.to_string(), side.tag()]);
        self.with(state, |open| open.insert(conn, Peer { socket: server, reader: None }));
        Ok((conn, opened(client, side)?))
    }

    /// Answers somebody who may not come in: a browser hears why only over an open socket. It is closed at
    /// once, has no number, and counts until its browser has let go of it, beside those that were let in.
    // RM170
    pub(crate) fn turn_away(
        state: &State,
        side: Side,
        code: CloseCode,
    ) -> std::result::Result<Response, ApiError> {
        let tag = side.tag_of_refused();
        if CLOSING_SOCKETS <= state.get_websockets_with_tag(tag).len() {
            return Err(Refusal::Rate.into());
        }
        worker::console_log!("turned a socket away: {code:?}");
        let WebSocketPair { client, server } = WebSocketPair::new()?;
        state.accept_websocket_with_tags(&server, &[tag]);
        // It may have closed by itself.
        let _ = server.close(Some(code.code()), Some(""));
        opened(client, side)
    }

    /// The number of a socket that says something.
    pub(crate) fn conn(state: &State, socket: &WebSocket) -> Option<Conn> {
        state.get_tags(socket).first()?.parse().ok().map(Conn)
    }

    /// What is attached to a socket.
    pub(crate) fn reader(&self, state: &State, conn: Conn) -> Option<R> {
        self.with(state, |open| open.get(&conn)?.reader.clone())
    }

    /// Attaches what must survive a sleep.
    pub(crate) fn remember(&self, state: &State, conn: Conn, reader: &R) -> Result<()> {
        let attached = serde_json::to_string(reader)?;
        limits::attachment(&attached).map_err(beyond)?;
        self.with(state, |open| match open.get_mut(&conn) {
            Some(peer) => {
                peer.reader = Some(reader.clone());
                peer.socket.serialize_attachment(attached)
            }
            None => Ok(()),
        })
    }

    /// Tells one socket. One that cannot be told is about to report its own close.
    pub(crate) fn tell<F: Serialize>(&self, state: &State, conn: Conn, frame: &F) -> Result<()> {
        let text = serde_json::to_string(frame)?;
        self.with(state, |open| {
            if let Some(peer) = open.get(&conn) {
                let _ = peer.socket.send_with_str(&text);
            }
        });
        Ok(())
    }

    /// Closes one socket and forgets it.
    pub(crate) fn close(&self, state: &State, conn: Conn, code: CloseCode) {
        if let Some(peer) = self.with(state, |open| open.remove(&conn)) {
            // It may have closed by itself.
            let _ = peer.socket.close(Some(code.code()), Some(""));
        }
    }

    /// Forgets a socket that reported its end.
    pub(crate) fn forget(&self, state: &State, conn: Conn) {
        self.with(state, |open| open.remove(&conn));
    }

    /// What is attached to the sockets that are open.
    pub(crate) fn readers(&self, state: &State) -> Vec<(Conn, R)> {
        self.with(state, |open| {
            open.iter().filter_map(|(conn, it)| Some((*conn, it.reader.clone()?))).collect()
        })
    }

    pub(crate) fn all(&self, state: &State) -> Vec<(Conn, WebSocket)> {
        self.with(state, |open| open.iter().map(|(conn, it)| (*conn, it.socket.clone())).collect())
    }
}

/// The answer that opens a socket in the browser.
fn opened(client: WebSocket, side: Side) -> std::result::Result<Response, ApiError> {
    let response = Response::from_websocket(client)?;
    if side == Side::Visitor {
        response.headers().set("sec-websocket-protocol", SUBPROTOCOL)?;
    }
    Ok(response)
}

/// The sockets that the platform kept while the object slept. Those that were turned away have no number.
fn known<R: DeserializeOwned>(state: &State) -> BTreeMap<Conn, Peer<R>> {
    let sockets = state.get_websockets().into_iter();
    sockets
        .filter_map(|socket| {
            let conn = state.get_tags(&socket).first()?.parse().ok().map(Conn)?;
            let attached: Option<String> = socket.deserialize_attachment().ok().flatten();
            let reader = attached.and_then(|it| serde_json::from_str(&it).ok());
            Some((conn, Peer { socket, reader }))
        })
        .collect()
}
