//! Sets the demo workspace up over the public API, as an owner with a browser would.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use super::campaigns;
use crate::http::{Request, send};
use crate::relay::{random_hex, secret, write_secret};

const SITE: &str = "Aldermoor Pottery";
const OWNER: &str = "owner@porchlight.example";

/// Name, local part of the e-mail, role, names of the departments.
const MEMBERS: [(&str, &str, &str, &[&str]); 5] = [
    ("Ada", "ada", "admin", &[]),
    ("Sofia", "sofia", "supervisor", &["Sales", "Support"]),
    ("Ana", "ana", "agent", &["Sales"]),
    ("Ben", "ben", "agent", &["Sales", "Support"]),
    ("Mai", "mai", "marketer", &[]),
];

const CANNED_REPLIES: [(&str, &str); 3] = [
    ("hello", "Hello {{name}}, how can I help?"),
    ("delivery", "We send everything within two days. In Europe it takes about a week."),
    ("thanks", "Thank you for writing to us. Have a good day!"),
];

/// The workspace that `dev` shows.
#[derive(Debug)]
pub(super) struct Demo {
    /// The shop's site id.
    pub(super) site: String,
    /// How to sign in as each member.
    pub(super) links: Vec<Link>,
}

#[derive(Debug)]
pub(super) struct Link {
    pub(super) who: String,
    pub(super) url: String,
}

impl Demo {
    /// Creates what is missing and makes new sign-in links.
    pub(super) fn prepare(port: u16, shop: &str, home: &Path) -> Result<Self> {
        let mut owner = Browser::sign_in(port, home)?;
        let found = owner.get("/v1/settings")?;
        if array(&found, "sites").is_empty() {
            owner.furnish(shop)?;
        }
        let settings = owner.get("/v1/settings")?;
        let sites = array(&settings, "sites");
        let site = sites.iter().find(|it| it["name"] == SITE).or(sites.first());
        let site = site.context("the demo workspace has no site; try --fresh")?;
        owner.allow_shop(site, shop)?;
        let mut members: Vec<&Value> = array(&settings, "members").iter().collect();
        // As they are listed above, and the owner last.
        members.sort_by_key(|it| {
            MEMBERS.iter().position(|member| it["name"] == member.0).unwrap_or(MEMBERS.len())
        });
        if let Some(marketer) = members.iter().find(|it| it["role"] == "marketer") {
            owner.guest(&owner.link(marketer)?)?.campaign(&text(site, "id")?)?;
        }
        let links = members.into_iter().map(|it| owner.link(it));
        Ok(Self { site: text(site, "id")?, links: links.collect::<Result<_>>()? })
    }
}

/// Somebody's browser, signed in.
struct Browser {
    port: u16,
    host: String,
    cookie: String,
}

impl Browser {
    /// Signs in, or sets the workspace up if there is none.
    fn sign_in(port: u16, home: &Path) -> Result<Self> {
        let host = format!("desk.localhost:{port}");
        let mut owner = Self { port, host, cookie: String::new() };
        let password = password(home)?;
        let setup = json!({
            "token": secret("SETUP_TOKEN")?, "workspace_name": SITE,
            "name": "Olga", "email": OWNER, "password": password,
        });
        let mut answer = owner.send("POST", "/v1/setup", Some(setup))?;
        if answer.status == 404 {
            let known = json!({ "email": OWNER, "password": password });
            answer = owner.send("POST", "/v1/sign-in", Some(known))?;
        }
        answer.json().context(
            "could not sign in to the demo workspace; `cargo xtask dev --fresh` makes a new one",
        )?;
        owner.cookie = answer.cookie.context("signing in gave no cookie")?;
        Ok(owner)
    }

    fn furnish(&mut self, shop: &str) -> Result<()> {
        let sales = self.create("/v1/departments", json!({ "name": "Sales" }))?;
        let support = self.create("/v1/departments", json!({ "name": "Support" }))?;
        self.create(
            "/v1/sites",
            json!({ "name": SITE, "origins": [shop], "department": sales, "settings": {
                "ask_still_questions": true,
            } }),
        )?;
        for (name, local, role, departments) in MEMBERS {
            let departments: Vec<&str> = departments
                .iter()
                .map(|it| if *it == "Sales" { sales.as_str() } else { support.as_str() })
                .collect();
            self.add_member(name, local, role, &departments)?;
        }
        for (shortcut, text) in CANNED_REPLIES {
            self.create("/v1/canned-replies", json!({ "shortcut": shortcut, "text": text }))?;
        }
        Ok(())
    }

    /// By invitation, as everybody else; the password is thrown away, sign-in links do.
    fn add_member(&self, name: &str, local: &str, role: &str, departments: &[&str]) -> Result<()> {
        let invitation = json!({
            "name": name, "email": format!("{local}@porchlight.example"),
            "role": role, "departments": departments,
        });
        let link = self.post("/v1/invitations", invitation)?;
        let url = text(&link, "url")?;
        let token = url.rsplit('/').next().context("the invitation has no token")?;
        let stranger = Self { port: self.port, host: self.host.clone(), cookie: String::new() };
        let acceptance = json!({ "token": token, "password": random_hex(16)? });
        stranger.post("/v1/invitations/accept", acceptance)?;
        Ok(())
    }

    /// The shop's port may be another than last time.
    fn allow_shop(&self, site: &Value, shop: &str) -> Result<()> {
        let mut origins = array(site, "origins").to_vec();
        if origins.iter().any(|it| it == shop) {
            return Ok(());
        }
        origins.push(json!(shop));
        let form = json!({
            "name": site["name"], "origins": origins, "department": site["department"],
            "settings": site["settings"],
        });
        let path = format!("/v1/sites/{}", text(site, "id")?);
        self.send("PUT", &path, Some(form))?.json().map(drop)
    }

    fn link(&self, member: &Value) -> Result<Link> {
        let path = format!("/v1/members/{}/sign-in-link", text(member, "id")?);
        let link = self.post(&path, json!({}))?;
        let who = format!("{} ({})", text(member, "name")?, text(member, "role")?);
        Ok(Link { who, url: text(&link, "url")? })
    }

    /// Somebody else's browser, signed in by a link.
    fn guest(&self, link: &Link) -> Result<Self> {
        let token = link.url.rsplit('/').next().context("the link has no token")?;
        let mut guest = Self { port: self.port, host: self.host.clone(), cookie: String::new() };
        let answer =
            guest.send("POST", "/v1/sign-in-links/use", Some(json!({ "token": token })))?;
        guest.cookie = answer.cookie.context("the link gave no cookie")?;
        Ok(guest)
    }

    /// The marketer's work, unless there is some.
    fn campaign(&self, site: &str) -> Result<()> {
        if !array(&self.get("/v1/campaigns")?, "campaigns").is_empty() {
            return Ok(());
        }
        for form in campaigns::forms(site) {
            let id = self.create("/v1/campaigns", form)?;
            self.post(&format!("/v1/campaigns/{id}/status"), json!({ "status": "live" }))?;
        }
        Ok(())
    }

    fn create(&self, path: &str, body: Value) -> Result<String> {
        text(&self.post(path, body)?, "id")
    }

    fn get(&self, path: &str) -> Result<Value> {
        self.send("GET", path, None)?.json().with_context(|| format!("GET {path}"))
    }

    fn post(&self, path: &str, body: Value) -> Result<Value> {
        self.send("POST", path, Some(body))?.json().with_context(|| format!("POST {path}"))
    }

    fn send(&self, method: &str, path: &str, body: Option<Value>) -> Result<crate::http::Response> {
        let cookie = Some(self.cookie.as_str()).filter(|it| !it.is_empty());
        send(self.port, &Request { method, host: &self.host, path, cookie, body })
    }
}

/// The owner's password, made once; it lies beside the state that it opens.
fn password(home: &Path) -> Result<String> {
    let file: PathBuf = home.join("owner-password");
    let known = fs::read_to_string(&file).unwrap_or_default();
    let password = if known.trim().is_empty() { random_hex(16)? } else { known.trim().to_owned() };
    fs::create_dir_all(home)?;
    write_secret(&file, &password).context("could not keep the owner's password")?;
    Ok(password)
}

fn text(value: &Value, name: &str) -> Result<String> {
    match value.get(name).and_then(Value::as_str) {
        Some(text) => Ok(text.to_owned()),
        None => bail!("the relay's answer has no `{name}`: {value}"),
    }
}

fn array<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn the_owners_password_is_theirs_alone_and_made_once() {
        let home = std::env::temp_dir().join(format!("porchlight-home-{}", std::process::id()));
        let made = password(&home).expect("it can be made");
        assert_eq!(made.len(), 32);
        assert_eq!(password(&home).expect("it is kept"), made);
        let kept = fs::metadata(home.join("owner-password")).expect("it is there");
        assert_eq!(kept.permissions().mode() & 0o777, 0o600);
        fs::remove_dir_all(&home).expect("it is ours");
    }
}
