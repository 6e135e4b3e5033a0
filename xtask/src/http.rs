//! Requests to a local relay, by host name.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::Value;
use ureq::{Agent, http};

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
    let agent: Agent = Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .proxy(None)
        .timeout_connect(Some(Duration::from_secs(2)))
        .timeout_global(Some(Duration::from_secs(30)))
        .build()
        .into();
    let Request { method, host, path, cookie, body } = request;
    let mut asked = http::Request::builder()
        .method(*method)
        .uri(format!("http://127.0.0.1:{port}{path}"))
        .header("host", *host)
        .header("origin", format!("http://{host}"))
        .header("content-type", "application/json");
    if let Some(cookie) = cookie {
        asked = asked.header("cookie", *cookie);
    }
    let mut answer = match body {
        Some(body) => agent.run(asked.body(body.to_string())?)?,
        None => agent.run(asked.body(())?)?,
    };
    let cookie = answer.headers().get("set-cookie").and_then(|it| it.to_str().ok());
    let cookie = cookie.and_then(|it| it.split(';').next()).map(str::to_owned);
    let body = answer.body_mut().read_to_vec()?;
    Ok(Response { status: answer.status().as_u16(), cookie, body })
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader, Read, Write};
    use std::net::TcpListener;
    use std::thread;

    use serde_json::json;

    use super::*;

    #[test]
    fn the_host_is_told_and_a_refusal_in_chunks_is_an_answer() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let relay = thread::spawn(move || {
            let mut stream = listener.accept().unwrap().0;
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let lines: Vec<String> = reader
                .by_ref()
                .lines()
                .map(Result::unwrap)
                .take_while(|it| !it.is_empty())
                .collect();
            let mut body = [0; 7];
            reader.read_exact(&mut body).unwrap();
            let answer = "HTTP/1.1 403 Forbidden\r\nTransfer-Encoding: chunked\r\n\
                          Set-Cookie: a=b; Path=/\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
            stream.write_all(answer.as_bytes()).unwrap();
            (lines, body)
        });
        let body = Some(json!({ "n": 1 }));
        let request =
            Request { method: "POST", host: "w.localhost:1", path: "/v1/x", cookie: None, body };
        let response = send(port, &request).unwrap();
        let (lines, body) = relay.join().unwrap();
        assert_eq!(lines[0], "POST /v1/x HTTP/1.1");
        assert!(lines.iter().any(|it| it == "host: w.localhost:1"), "{lines:?}");
        assert_eq!(&body, br#"{"n":1}"#);
        assert_eq!((response.status, response.cookie.as_deref()), (403, Some("a=b")));
        assert_eq!(response.body, b"abcde");
        assert!(response.json().is_err());
    }
}
