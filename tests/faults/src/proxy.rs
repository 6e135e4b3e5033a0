//! A network between people and relay, of our own: it loses, cuts, delays and tears.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::Result;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::{sleep, sleep_until};

/// The weather on the way.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Weather {
    Fair,
    /// What is open is reset, and nobody is let in.
    Down,
    /// What is open stays open and nothing passes, in either direction; new ones open into nothing.
    HalfOpen,
    /// What people say arrives, and no answer does.
    AnswersLost,
    /// What the relay says arrives, and what people say does not.
    WordsLost,
    /// Every byte for itself.
    ByteByByte,
    /// Nothing passes for now; once the weather changes, it comes all the same.
    Stalled,
    /// The next chunk that the relay sends is cut in its middle, and the connection with it.
    CutInFrame,
}

/// A proxy in front of a relay.
#[derive(Debug)]
pub(crate) struct Proxy {
    pub(crate) address: SocketAddr,
    weather: watch::Sender<Weather>,
    n_cut: Arc<AtomicU64>,
}

impl Proxy {
    /// Stands in front of `relay` from now on.
    pub(crate) async fn before(relay: SocketAddr) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let (weather, seen) = watch::channel(Weather::Fair);
        let n_cut = Arc::new(AtomicU64::new(0));
        let counter = Arc::clone(&n_cut);
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                tokio::spawn(carry(near, relay, seen.clone(), Arc::clone(&counter)));
            }
        });
        Ok(Self { address, weather, n_cut })
    }

    /// Changes the weather for all connections.
    pub(crate) fn turn(&self, weather: Weather) {
        self.weather.send_replace(weather);
    }

    /// The weather is bad for a while, then fair.
    pub(crate) async fn spell(&self, weather: Weather, length: Duration) {
        self.turn(weather);
        sleep(length).await;
        self.turn(Weather::Fair);
    }

    /// How many connections it has broken.
    pub(crate) fn n_cut(&self) -> u64 {
        self.n_cut.load(Ordering::Relaxed)
    }
}

/// Which way bytes go.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    ToRelay,
    ToPeople,
}

async fn carry(
    near: TcpStream,
    relay: SocketAddr,
    weather: watch::Receiver<Weather>,
    n_cut: Arc<AtomicU64>,
) -> Result<()> {
    if *weather.borrow() == Weather::Down {
        n_cut.fetch_add(1, Ordering::Relaxed);
        near.set_zero_linger()?;
        return Ok(());
    }
    let far = TcpStream::connect(relay).await?;
    near.set_nodelay(true)?;
    far.set_nodelay(true)?;
    // A reset, not a polite end: nobody is told.
    near.set_zero_linger()?;
    far.set_zero_linger()?;
    let (near_in, near_out) = near.into_split();
    let (far_in, far_out) = far.into_split();
    let broken = tokio::select! {
        broken = pass(near_in, far_out, Direction::ToRelay, weather.clone()) => broken,
        broken = pass(far_in, near_out, Direction::ToPeople, weather.clone()) => broken,
        () = turned(weather, Weather::Down) => true,
    };
    n_cut.fetch_add(u64::from(broken), Ordering::Relaxed);
    Ok(())
}

async fn turned(mut weather: watch::Receiver<Weather>, wanted: Weather) {
    // If the proxy goes, so does all it carries.
    let _ = weather.wait_for(|it| *it == wanted).await;
}

/// Passes bytes in one direction; true if it broke the connection itself.
async fn pass(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    direction: Direction,
    mut weather: watch::Receiver<Weather>,
) -> bool {
    let mut chunk = vec![0; 16 * 1024];
    // No network gives back the half of what it lost: a way that lost bytes stays dead.
    let mut dead = false;
    loop {
        let Ok(n @ 1..) = from.read(&mut chunk).await else { return false };
        let bytes = &chunk[..n];
        let _ = weather.wait_for(|it| *it != Weather::Stalled).await;
        let now = *weather.borrow();
        dead |= loses(now, direction);
        if dead {
            continue;
        }
        let written = match (now, direction) {
            (Weather::ByteByByte, _) => byte_by_byte(&mut to, bytes).await,
            (Weather::CutInFrame, Direction::ToPeople) => {
                let _ = to.write_all(&bytes[..n.div_ceil(2)]).await;
                let _ = to.flush().await;
                // What was written must leave before the reset takes it back.
                sleep_until(tokio::time::Instant::now() + Duration::from_millis(5)).await;
                return true;
            }
            (Weather::Down, _) => return true,
            (
                Weather::Fair
                | Weather::HalfOpen
                | Weather::Stalled
                | Weather::AnswersLost
                | Weather::WordsLost
                | Weather::CutInFrame,
                _,
            ) => to.write_all(bytes).await,
        };
        if written.is_err() {
            return false;
        }
    }
}

/// Whether bytes are lost in this weather.
fn loses(weather: Weather, direction: Direction) -> bool {
    match weather {
        Weather::HalfOpen => true,
        Weather::AnswersLost => direction == Direction::ToPeople,
        Weather::WordsLost => direction == Direction::ToRelay,
        Weather::Fair
        | Weather::Down
        | Weather::ByteByByte
        | Weather::Stalled
        | Weather::CutInFrame => false,
    }
}

async fn byte_by_byte(to: &mut OwnedWriteHalf, bytes: &[u8]) -> std::io::Result<()> {
    for byte in bytes {
        to.write_all(std::slice::from_ref(byte)).await?;
        tokio::task::yield_now().await;
    }
    Ok(())
}
