//! A socket as a browser has one: it opens, says texts, and closes with a code.

use std::net::SocketAddr;

use futures_util::{SinkExt as _, StreamExt as _};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio_tungstenite::client_async;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::client::Request;

/// Which socket of a tab it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Number {
    /// How often the page had been loaded again.
    pub(crate) load: u32,
    /// What the page calls it.
    pub(crate) socket: u32,
}

/// What became of a socket.
#[derive(Clone, Debug)]
pub(crate) enum Event {
    Opened,
    Heard(String),
    Closed(u16),
}

/// What a browser reports if it was told nothing.
const ABNORMAL: u16 = 1006;

/// Opens a socket and reports about it under `number` until it closes, or until the other end
/// of `sayings` is dropped.
pub(crate) async fn run(
    number: Number,
    address: SocketAddr,
    request: Request,
    mut sayings: mpsc::UnboundedReceiver<String>,
    events: mpsc::UnboundedSender<(Number, Event)>,
) {
    let code = talk(number, address, request, &events, &mut sayings).await;
    // Nobody listens once the tab is gone.
    let _ = events.send((number, Event::Closed(code)));
}

async fn talk(
    number: Number,
    address: SocketAddr,
    request: Request,
    events: &mpsc::UnboundedSender<(Number, Event)>,
    sayings: &mut mpsc::UnboundedReceiver<String>,
) -> u16 {
    let Ok(stream) = TcpStream::connect(address).await else { return ABNORMAL };
    let _ = stream.set_nodelay(true);
    let opening = client_async(request, stream);
    let socket = tokio::select! {
        opened = opening => match opened {
            Ok((socket, _)) => socket,
            Err(_) => return ABNORMAL,
        },
        // Hung up before it opened.
        None = sayings.recv() => return ABNORMAL,
    };
    let _ = events.send((number, Event::Opened));
    let (mut out, mut into) = socket.split();
    loop {
        tokio::select! {
            said = sayings.recv() => match said {
                Some(text) => if out.send(Message::text(text)).await.is_err() { return ABNORMAL },
                None => return ABNORMAL,
            },
            heard = into.next() => match heard {
                Some(Ok(Message::Text(text))) => {
                    let _ = events.send((number, Event::Heard(text.to_string())));
                }
                Some(Ok(Message::Close(frame))) => {
                    return frame.map_or(1005, |it| it.code.into());
                }
                Some(Ok(Message::Binary(_) | Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => (),
                Some(Err(_)) | None => return ABNORMAL,
            },
        }
    }
}
