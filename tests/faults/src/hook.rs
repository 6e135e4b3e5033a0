//! The receiver of a webhook: it notes what it is told, and is down now and then.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::Result;
use inbox_types::Place;
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::history::Delivered;
use crate::record::Record;

/// Every so many deliveries are answered by a failure, and the delivery counts as not made.
const DOWN_EVERY: u64 = 25;

/// Listens for deliveries from now on; returns the address that the relay is to be given.
pub(crate) async fn listen(record: &Arc<Record>) -> Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}/inbox", listener.local_addr()?);
    let record = Arc::clone(record);
    let n_heard = Arc::new(AtomicU64::new(0));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(receive(stream, Arc::clone(&record), Arc::clone(&n_heard)));
        }
    });
    Ok(url)
}

/// One connection: the relay may keep it for several deliveries.
async fn receive(
    mut stream: TcpStream,
    record: Arc<Record>,
    n_heard: Arc<AtomicU64>,
) -> Option<()> {
    let mut bytes = Vec::new();
    loop {
        let (used, delivered) = loop {
            if let Some(whole) = parse(&bytes) {
                break whole;
            }
            let mut chunk = [0; 16 * 1024];
            let n = stream.read(&mut chunk).await.ok().filter(|it| 0 < *it)?;
            bytes.extend_from_slice(&chunk[..n]);
        };
        bytes.drain(..used);
        if n_heard.fetch_add(1, Ordering::Relaxed) % DOWN_EVERY == DOWN_EVERY - 1 {
            let answer = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
            return stream.write_all(answer).await.ok();
        }
        record.history().delivered.extend(delivered);
        stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await.ok()?;
    }
}

/// How many bytes a whole request takes, and what it says.
fn parse(bytes: &[u8]) -> Option<(usize, Option<Delivered>)> {
    let end = bytes.windows(4).position(|it| it == b"\r\n\r\n")? + 4;
    let head = String::from_utf8_lossy(&bytes[..end]).to_ascii_lowercase();
    let header = |name: &str| {
        let mut lines = head.lines();
        lines.find_map(|it| it.strip_prefix(name)?.strip_prefix(": ").map(str::to_owned))
    };
    let length: usize = header("content-length")?.parse().ok()?;
    let body: Value = serde_json::from_slice(bytes.get(end..end + length)?).ok()?;
    let delivered = || {
        Some(Delivered {
            id: header("webhook-id")?,
            conversation: body["data"]["conversation_id"].as_str()?.to_owned(),
            seq: Place(body["data"]["seq"].as_u64()?),
        })
    };
    Some((end + length, delivered()))
}
