//! As much HTTP as the commands need: one request to a local relay, one request to the demo shop.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::Value;

/// A request to a relay on this machine. The host chooses what answers, so it is sent as it is and
/// not resolved: not every resolver knows that `*.localhost` is here.
#[derive(Debug)]
pub(crate) struct Request<'a> {
    pub(crate) method: &'a str,
    pub(crate) host: &'a str,
    pub(crate) path: &'a str,
    pub(crate) cookie: Option<&'a str>,
    pub(crate) body: Option<Value>,
}

#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) cookie: Option<String>,
    pub(crate) body: Vec<u8>,
}

impl Response {
    /// The body, if the answer is a success.
    pub(crate) fn json(&self) -> Result<Value> {
        if !(200..300).contains(&self.status) {
            bail!("the relay answered {}: {}", self.status, String::from_utf8_lossy(&self.body));
        }
        if self.body.is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_slice(&self.body).context("the relay's answer is not JSON")
    }
}

/// Sends a request to the relay at this port and waits for the whole answer.
pub(crate) fn send(port: u16, request: &Request) -> Result<Response> {
    let address = SocketAddr::from(([127, 0, 0, 1], port));
    let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(2))?;
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    let body = request.body.as_ref().map(Value::to_string).unwrap_or_default();
    let Request { method, host, path, .. } = request;
    write!(stream, "{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n")?;
    write!(stream, "Origin: http://{host}\r\nContent-Length: {}\r\n", body.len())?;
    write!(stream, "Content-Type: application/json\r\n")?;
    if let Some(cookie) = request.cookie {
        write!(stream, "Cookie: {cookie}\r\n")?;
    }
    write!(stream, "\r\n{body}")?;
    read_response(BufReader::new(stream))
}

fn read_response(mut reader: impl BufRead) -> Result<Response> {
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let status = line.split(' ').nth(1).and_then(|it| it.parse().ok());
    let status = status.with_context(|| format!("not an HTTP answer: {line:?}"))?;
    let headers = read_headers(&mut reader)?;
    let body = if headers.get("transfer-encoding").is_some_and(|it| it == "chunked") {
        read_chunks(&mut reader)?
    } else if let Some(length) = headers.get("content-length") {
        let mut body = vec![0; length.parse()?];
        reader.read_exact(&mut body)?;
        body
    } else {
        let mut body = Vec::new();
        reader.read_to_end(&mut body)?;
        body
    };
    let cookie = headers.get("set-cookie").and_then(|it| it.split(';').next());
    Ok(Response { status, cookie: cookie.map(str::to_owned), body })
}

/// Names in lower case; of a name that comes twice the last.
pub(crate) fn read_headers(reader: &mut impl BufRead) -> Result<BTreeMap<String, String>> {
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else { return Ok(headers) };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
}

fn read_chunks(reader: &mut impl BufRead) -> Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let mut size = String::new();
        reader.read_line(&mut size)?;
        let size = usize::from_str_radix(size.trim(), 16).context("not a chunk's size")?;
        let mut chunk = vec![0; size + 2];
        reader.read_exact(&mut chunk)?;
        if size == 0 {
            return Ok(body);
        }
        body.extend_from_slice(&chunk[..size]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_in_chunks_is_put_together() {
        let answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nSet-Cookie: a=b; Path=/\r\n\
                      \r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
        let response = read_response(answer.as_bytes()).unwrap();
        assert_eq!(response.status, 200);
        assert_eq!(response.body, b"abcde");
        assert_eq!(response.cookie.as_deref(), Some("a=b"));
    }

    #[test]
    fn an_answer_of_known_length_ends_there() {
        let answer = "HTTP/1.1 404 Not Found\r\ncontent-length: 2\r\n\r\nnomore";
        let response = read_response(answer.as_bytes()).unwrap();
        assert_eq!((response.status, response.body.as_slice()), (404, b"no".as_slice()));
    }
}
