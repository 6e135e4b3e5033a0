//! The two sides of a conversation: how each dials, what its frames are, whose count it has.

use std::net::SocketAddr;

use anyhow::Result;
use inbox_client::{Frame, Say};
use inbox_protocol::{
    AgentBody, EntryBody, FromAgent, FromVisitor, SUBPROTOCOL, TOKEN_SUBPROTOCOL_PREFIX, ToAgent,
    ToVisitor, VisitorBody,
};
use inbox_types::{Author, ConversationId};
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::handshake::client::Request;

use crate::history::Count;
use crate::place::{Place, Ticket};

pub(crate) trait Side: Clone + Send + 'static {
    /// What its transcript is made of.
    type Body: EntryBody + Send + Clone;

    /// Whose count its places are in.
    const COUNT: Count;

    /// Whose name it writes under.
    fn author(&self) -> Author;

    /// The request that opens its socket.
    fn request(&self) -> Result<Request>;

    /// What it says, as text.
    fn text(&self, say: Say) -> String;

    /// What it hears of the transcript; none if a frame is about something else.
    fn frame(&self, text: &str) -> Option<Frame<Self::Body>>;
}

#[derive(Clone, Debug)]
pub(crate) struct VisitorSide {
    place: Place,
    ticket: Ticket,
}

/// The workspace's owner, in one conversation.
#[derive(Clone, Debug)]
pub(crate) struct AgentSide {
    place: Place,
    conversation: ConversationId,
}

impl VisitorSide {
    pub(crate) fn new(place: Place, ticket: Ticket) -> Self {
        Self { place, ticket }
    }
}

impl AgentSide {
    pub(crate) fn new(place: Place, conversation: ConversationId) -> Self {
        Self { place, conversation }
    }
}

impl Side for VisitorSide {
    type Body = VisitorBody;

    const COUNT: Count = Count::Visitor;

    fn author(&self) -> Author {
        Author::Visitor
    }

    fn request(&self) -> Result<Request> {
        let Place { widget, site, .. } = &self.place;
        let mut request = dial(widget, &format!("/v1/sites/{site}/socket"))?;
        let token = &self.ticket.token;
        let offered = format!("{SUBPROTOCOL}, {TOKEN_SUBPROTOCOL_PREFIX}{token}");
        request.headers_mut().insert("Sec-WebSocket-Protocol", offered.parse()?);
        Ok(request)
    }

    fn text(&self, say: Say) -> String {
        let frame: FromVisitor = say.by_visitor(&[]);
        serde_json::to_string(&frame).expect("a frame is JSON")
    }

    fn frame(&self, text: &str) -> Option<Frame<VisitorBody>> {
        Frame::of_visitor(serde_json::from_str::<ToVisitor>(text).ok()?).0
    }
}

impl Side for AgentSide {
    type Body = AgentBody;

    const COUNT: Count = Count::Team;

    fn author(&self) -> Author {
        Author::Agent(self.place.owner.clone())
    }

    fn request(&self) -> Result<Request> {
        let Place { desk, cookie, .. } = &self.place;
        let mut request = dial(desk, &format!("/v1/conversations/{}/socket", self.conversation))?;
        request.headers_mut().insert("Cookie", cookie.parse()?);
        Ok(request)
    }

    fn text(&self, say: Say) -> String {
        let frame: FromAgent = say.by_agent();
        serde_json::to_string(&frame).expect("a frame is JSON")
    }

    fn frame(&self, text: &str) -> Option<Frame<AgentBody>> {
        Frame::of_agent(serde_json::from_str::<ToAgent>(text).ok()?).0
    }
}

/// A request for a socket, by host name; the connection is made elsewhere.
pub(crate) fn dial(origin: &str, path: &str) -> Result<Request> {
    let mut request = format!("{origin}{path}").replacen("http", "ws", 1).into_client_request()?;
    request.headers_mut().insert("Origin", origin.parse()?);
    Ok(request)
}

/// Where the sockets of a person go: to the relay, or to something that stands before it.
pub(crate) type Way = SocketAddr;
