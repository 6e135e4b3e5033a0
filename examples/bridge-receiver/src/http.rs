//! As much of an HTTP server as deliveries need. Put it behind one that speaks TLS.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    thread,
    time::Duration,
};

/// Bytes of a body at most; a delivery is far smaller.
const BODY_BYTES: usize = 256 * 1024;
/// Bytes of all headers at most.
const HEAD_BYTES: u64 = 16 * 1024;
/// How long somebody may take who sends a request.
const PATIENCE: Duration = Duration::from_secs(15);

/// What somebody posted.
pub(crate) struct Request {
    /// Names in lower case.
    pub(crate) headers: BTreeMap<String, String>,
    /// The body, byte for byte: it is what was signed.
    pub(crate) body: String,
}

/// Answers each request with the status that is made of it, all at the same time.
pub(crate) fn serve(listener: &TcpListener, answer: impl Fn(&Request) -> u16 + Sync) {
    thread::scope(|scope| {
        for stream in listener.incoming().flatten() {
            let answer = &answer;
            scope.spawn(move || respond(&stream, answer));
        }
    });
}

fn respond(stream: &TcpStream, answer: impl Fn(&Request) -> u16) {
    let status = read(stream).map_or(400, |request| answer(&request));
    let head =
        format!("HTTP/1.1 {status} Answer\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    // Whoever went away sends it again.
    let _ = { stream }.write_all(head.as_bytes());
}

fn read(stream: &TcpStream) -> Option<Request> {
    stream.set_read_timeout(Some(PATIENCE)).ok()?;
    let mut reader = BufReader::new(stream);
    let mut head = (&mut reader).take(HEAD_BYTES);
    let mut line = String::new();
    head.read_line(&mut line).ok()?;
    if !line.starts_with("POST ") {
        return None;
    }
    let mut headers = BTreeMap::new();
    loop {
        line.clear();
        head.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    let length: usize = headers.get("content-length")?.parse().ok()?;
    let mut body = vec![0; Some(length).filter(|it| *it <= BODY_BYTES)?];
    reader.read_exact(&mut body).ok()?;
    Some(Request { headers, body: String::from_utf8(body).ok()? })
}
