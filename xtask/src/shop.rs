//! Serves the demo shop on an origin of its own, with the script tag filled in.
//!
//! It writes HTTP by hand, without Nagle's algorithm: with it each further request of a connection waits 40 ms,
//! and what the benchmarks measure of the chat waits as well. `tiny_http` cannot turn it off.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Component, Path, PathBuf};
use std::thread;

use anyhow::{Context, Result, bail};

use crate::paths;

/// What the pages are filled with.
#[derive(Clone, Debug)]
pub(crate) struct Tag {
    /// The origin that the script comes from.
    pub(crate) widget: String,
    pub(crate) site: String,
}

impl Tag {
    /// What a customer puts on every page.
    pub(crate) fn html(&self) -> String {
        format!("<script async src=\"{}/s/{}.js\"></script>", self.widget, self.site)
    }

    fn fill(&self, page: &str) -> String {
        page.replace("{{widget}}", &self.widget).replace("{{site}}", &self.site)
    }
}

/// `cargo xtask shop`: serves until it is stopped. Without `--port` the system chooses one.
pub(crate) fn shop(arguments: &[String]) -> Result<()> {
    let mut options = BTreeMap::new();
    for pair in arguments.chunks(2) {
        let [name, value] = pair else { bail!("`{}` lacks a value", pair[0]) };
        options.insert(name.as_str(), value.as_str());
    }
    let take = |name: &str| options.get(name).map(|it| (*it).to_owned());
    let tag = Tag {
        widget: take("--widget").context("--widget ORIGIN is missing")?,
        site: take("--site").context("--site ID is missing")?,
    };
    let port = take("--port").map_or(Ok(0), |it| it.parse()).context("--port is not a number")?;
    let listener = bind(port)?;
    println!("http://shop.localhost:{}", listener.local_addr()?.port());
    serve(&listener, &tag);
    Ok(())
}

/// Takes the port, or says who else might have it.
pub(crate) fn bind(port: u16) -> Result<TcpListener> {
    TcpListener::bind(("127.0.0.1", port)).with_context(|| {
        format!("port {port} is not free; stop what uses it or choose another with --port")
    })
}

/// Answers every connection in a thread of its own.
pub(crate) fn serve(listener: &TcpListener, tag: &Tag) {
    for stream in listener.incoming().flatten() {
        let tag = tag.clone();
        // A browser that hangs up early is no news.
        thread::spawn(move || drop(answer(&stream, &tag)));
    }
}

fn answer(mut stream: &TcpStream, tag: &Tag) -> Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(());
        }
        skip_headers(&mut reader)?;
        let target = line.split(' ').nth(1).unwrap_or("/");
        let path = target.split(['?', '#']).next().unwrap_or("/");
        let Page { status, kind, policy, body } = page(path, tag);
        write!(stream, "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nCache-Control: no-cache\r\n")?;
        if let Some(policy) = policy {
            write!(stream, "Content-Security-Policy: {policy}\r\n")?;
        }
        write!(stream, "Content-Length: {}\r\n\r\n", body.len())?;
        stream.write_all(&body)?;
    }
}

fn skip_headers(reader: &mut impl BufRead) -> Result<()> {
    let mut line = String::new();
    while reader.read_line(&mut line)? > 0 && !line.trim_end().is_empty() {
        line.clear();
    }
    Ok(())
}

struct Page {
    status: &'static str,
    kind: &'static str,
    policy: Option<String>,
    body: Vec<u8>,
}

fn page(path: &str, tag: &Tag) -> Page {
    let Some((file, status)) = find(path) else {
        return Page {
            status: "404 Not Found",
            kind: "text/plain",
            policy: None,
            body: b"not found\n".to_vec(),
        };
    };
    let mut body = fs::read(&file).unwrap_or_default();
    let kind = kind(&file);
    if kind.starts_with("text/html") {
        body = tag.fill(&String::from_utf8_lossy(&body)).into_bytes();
    }
    Page { status, kind, policy: policy(&file, tag), body }
}

/// What a very careful shop allows: itself, and the two things that the chat needs.
fn policy(file: &Path, tag: &Tag) -> Option<String> {
    let widget = &tag.widget;
    let strict = file.file_stem().is_some_and(|it| it == "strict");
    strict.then(|| {
        format!(
            "default-src 'none'; style-src 'self'; img-src 'self'; \
             script-src {widget}; frame-src {widget}"
        )
    })
}

/// Folders show their index; everything under `/catalogue/` is one page that routes by itself.
fn find(path: &str) -> Option<(PathBuf, &'static str)> {
    const OK: &str = "200 OK";
    let relative = Path::new(path.trim_start_matches('/'));
    if relative.components().any(|it| !matches!(it, Component::Normal(_))) {
        return None;
    }
    let root = paths::root().join("demo-site");
    let file = root.join(relative);
    let candidates = [file.clone(), file.join("index.html"), file.with_extension("html")];
    if let Some(found) = candidates.into_iter().find(|it| it.is_file()) {
        return Some((found, OK));
    }
    path.starts_with("/catalogue/").then(|| (root.join("catalogue/index.html"), OK))
}

fn kind(file: &Path) -> &'static str {
    match file.extension().and_then(|it| it.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("webp") => "image/webp",
        Some(_) | None => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tag() -> Tag {
        Tag { widget: "http://w.localhost:1".into(), site: "main-x".into() }
    }

    #[test]
    fn the_tag_is_filled_in() {
        let Page { body, policy, .. } = page("/", &tag());
        let body = String::from_utf8(body).unwrap();
        assert!(body.contains(&tag().html()), "{body}");
        assert!(policy.is_none());
    }

    #[test]
    fn the_strict_page_allows_two_things() {
        let policy = page("/strict", &tag()).policy.unwrap();
        assert!(policy.starts_with("default-src 'none'"));
        assert!(
            policy.ends_with("script-src http://w.localhost:1; frame-src http://w.localhost:1")
        );
    }

    #[test]
    fn nothing_above_the_shop_is_served() {
        assert_eq!(page("/../Cargo.toml", &tag()).status, "404 Not Found");
    }
}
