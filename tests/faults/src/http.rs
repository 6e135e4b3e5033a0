//! As much HTTP as setting a workspace up and sending a file take, by host name: the relay is
//! here, whatever the resolver thinks.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use anyhow::{Context, Result, bail};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

pub(crate) struct Request<'a> {
    pub(crate) method: &'a str,
    pub(crate) origin: &'a str,
    pub(crate) path: &'a str,
    pub(crate) headers: Vec<(&'a str, String)>,
    pub(crate) body: Vec<u8>,
}

#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Vec<u8>,
}

impl Response {
    /// The body, if the answer is a success.
    pub(crate) fn json(&self) -> Result<Value> {
        let text = String::from_utf8_lossy(&self.body);
        if !(200..300).contains(&self.status) {
            bail!("the relay answered {}: {text}", self.status);
        }
        Ok(if text.is_empty() { Value::Null } else { serde_json::from_str(&text)? })
    }

    /// The cookie that it sets.
    pub(crate) fn cookie(&self) -> Option<String> {
        self.headers.get("set-cookie")?.split(';').next().map(str::to_owned)
    }
}

impl Request<'_> {
    /// The request up to its body.
    pub(crate) fn head(&self) -> String {
        use std::fmt::Write as _;
        let Self { method, origin, path, headers, body } = self;
        let host = origin.trim_start_matches("http://");
        let mut head = format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: {origin}\r\n");
        // Writing to a string cannot fail.
        let _ = write!(head, "Connection: close\r\nContent-Length: {}\r\n", body.len());
        for (name, value) in headers {
            let _ = write!(head, "{name}: {value}\r\n");
        }
        head + "\r\n"
    }
}

/// Sends a request and waits for the whole answer.
pub(crate) async fn send(address: SocketAddr, request: &Request<'_>) -> Result<Response> {
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(request.head().as_bytes()).await?;
    stream.write_all(&request.body).await?;
    receive(&mut stream).await
}

/// Reads the answer to the end of the connection.
pub(crate) async fn receive(stream: &mut TcpStream) -> Result<Response> {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await?;
    parse(&bytes).context("not an HTTP answer")
}

fn parse(bytes: &[u8]) -> Option<Response> {
    let end = bytes.windows(4).position(|it| it == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&bytes[..end]).ok()?;
    let mut lines = head.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let headers: BTreeMap<String, String> = lines
        .filter_map(|it| it.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let rest = &bytes[end + 4..];
    let chunked = headers.get("transfer-encoding").is_some_and(|it| it == "chunked");
    let body = if chunked { unchunked(rest)? } else { rest.to_vec() };
    let length: Option<usize> = headers.get("content-length").and_then(|it| it.parse().ok());
    // An answer that was cut is no answer.
    (length.is_none_or(|it| it == body.len())).then_some(Response { status, headers, body })
}

fn unchunked(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let end = rest.windows(2).position(|it| it == b"\r\n")?;
        let size = usize::from_str_radix(std::str::from_utf8(&rest[..end]).ok()?, 16).ok()?;
        let chunk = rest.get(end + 2..end + 2 + size)?;
        if size == 0 {
            return Some(body);
        }
        body.extend_from_slice(chunk);
        rest = rest.get(end + 4 + size..)?;
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn an_answer_in_chunks_is_put_together_and_half_of_one_is_none() {
        let whole =
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n";
        assert_eq!(parse(whole).map(|it| it.body), Some(b"abcd".to_vec()));
        assert!(parse(&whole[..whole.len() - 12]).is_none());
        assert!(parse(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc").is_none());
    }
}
