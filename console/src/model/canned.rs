//! Canned replies: how one is found and inserted, whom its blanks name, and who may change which.

use inbox_protocol::http::{CannedReply, Department};
use inbox_types::{Action, DepartmentId, Role};

use super::{Composer, Model};

/// What stands in a canned reply for the visitor's name.
const NAME: &str = "{{name}}";
/// What stands in it for the name of whoever inserts it.
const AGENT: &str = "{{agent}}";

/// Whom the blanks of a canned reply name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Names<'a> {
    /// The visitor; empty if nobody has said, or the reader may not know.
    pub contact: &'a str,
    /// Whoever inserts it.
    pub agent: &'a str,
}

impl Composer {
    /// What was typed after a `/` at the caret, if the list of canned replies is open.
    #[must_use]
    pub fn search(&self) -> Option<&str> {
        if self.dismissed || self.editing.is_some() {
            return None;
        }
        let before = &self.text[..self.caret_byte()];
        let start = before
            .rfind(char::is_whitespace)
            .map_or(0, |it| it + before[it..].chars().next().map_or(0, char::len_utf8));
        before[start..].strip_prefix('/')
    }

    /// The canned replies that the list shows: those that begin so first.
    #[must_use]
    pub fn matching<'a>(&self, canned: &'a [CannedReply]) -> Vec<&'a CannedReply> {
        let Some(search) = self.search().map(str::to_lowercase) else { return Vec::new() };
        let shortcut = |it: &CannedReply| it.shortcut.as_str().to_lowercase();
        let mut begin: Vec<_> =
            canned.iter().filter(|it| shortcut(it).starts_with(&search)).collect();
        begin.extend(canned.iter().filter(|it| {
            let contains =
                shortcut(it).contains(&search) || it.text.as_str().to_lowercase().contains(&search);
            contains && !shortcut(it).starts_with(&search)
        }));
        begin.truncate(20);
        begin
    }

    /// Puts a canned reply where its search stands. It is not sent: the agent reads it first.
    pub fn insert(&mut self, reply: &CannedReply, names: Names<'_>) {
        let Some(search) = self.search() else { return };
        let end = self.caret_byte();
        let start = end - search.len() - 1;
        let filled = filled_in(reply.text.as_str(), names);
        self.text.replace_range(start..end, &filled);
        self.caret = self.text[..start + filled.len()].encode_utf16().count();
        self.marked = 0;
    }

    /// Opens the list of canned replies where the caret stands, as a typed `/` does.
    pub fn open_canned(&mut self, caret: usize) {
        self.dismissed = false;
        self.caret = caret;
        if self.search().is_some() {
            return;
        }
        let at = self.caret_byte();
        let before = &self.text[..at];
        let spaced = before.is_empty() || before.ends_with(char::is_whitespace);
        self.text.insert_str(at, if spaced { "/" } else { " /" });
        let end = at + if spaced { 1 } else { 2 };
        self.caret = self.text[..end].encode_utf16().count();
    }
}

/// A canned reply with the names in it. What a name is made of is no blank any more.
fn filled_in(text: &str, names: Names<'_>) -> String {
    let mut parts = text.split(AGENT);
    let mut filled = with_contact(String::new(), parts.next().unwrap_or_default(), names.contact);
    for part in parts {
        filled.push_str(names.agent);
        filled = with_contact(filled, part, names.contact);
    }
    filled
}

/// What is filled in so far, and behind it a text with the contact's name in it. Without a name the
/// sentence closes over the gap: no space and no comma is left before the next sign.
fn with_contact(mut filled: String, text: &str, name: &str) -> String {
    const COMMAS: [char; 4] = [',', '，', '、', '،'];
    if !name.is_empty() {
        return filled + &text.replace(NAME, name);
    }
    let mut parts = text.split(NAME);
    filled.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let blank = |it: char| it == ' ';
        let before = filled.trim_end_matches(blank);
        let begins = before.is_empty() || before.ends_with('\n');
        let ends = !part.trim_start_matches(blank).starts_with(char::is_alphanumeric);
        let before = if ends { before.trim_end_matches(COMMAS) } else { before };
        let after =
            if begins { part.trim_start_matches(COMMAS).trim_start_matches(blank) } else { part };
        filled = format!("{before}{after}");
    }
    filled
}

/// The first blank of a canned reply that stands for nothing: the visitor would get it as it is.
#[must_use]
pub fn unknown_blank(text: &str) -> Option<&str> {
    let mut from = 0;
    while let Some(start) = text[from..].find("{{").map(|it| from + it) {
        let end = start + text[start..].find("}}")? + "}}".len();
        let blank = &text[start..end];
        if blank != NAME && blank != AGENT {
            return Some(blank);
        }
        from = end;
    }
    None
}

/// Whose canned replies a member may change.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CannedReach {
    /// All.
    All,
    /// Those of these departments.
    Of(Vec<DepartmentId>),
}

impl CannedReach {
    /// Whether a reply of this department is one of them; none is everybody's.
    #[must_use]
    pub fn has(&self, department: Option<&DepartmentId>) -> bool {
        match self {
            Self::All => true,
            Self::Of(departments) => department.is_some_and(|it| departments.contains(it)),
        }
    }
}

impl Model {
    /// Whose canned replies this member may change; none is nobody's. The relay asks the same.
    #[must_use]
    pub fn canned_reach(&self) -> Option<CannedReach> {
        if self.sign_in.administers() {
            return Some(CannedReach::All);
        }
        if !self.desk.may(Action::EditCanned) {
            return None;
        }
        let me = self.desk.me()?;
        Some(match me.role {
            Role::Supervisor => CannedReach::All,
            Role::Owner
            | Role::Admin
            | Role::TeamLead
            | Role::Agent
            | Role::SalesManager
            | Role::Salesperson
            | Role::Marketer
            | Role::Auditor => CannedReach::Of(me.departments.clone()),
        })
    }

    /// Whether this member may change canned replies, whosever.
    #[must_use]
    pub fn edits_canned(&self) -> bool {
        self.canned_reach().is_some()
    }

    /// The canned replies that this member may change, and those that they may only use.
    #[must_use]
    pub fn canned(&self) -> (Vec<CannedReply>, Vec<CannedReply>) {
        let Some(reach) = self.canned_reach() else { return (Vec::new(), Vec::new()) };
        let settings = self.admin.data.as_ref().map(|it| &it.canned);
        let desk = || self.desk.welcome.as_ref().map(|it| &it.canned);
        let all = settings.or_else(desk).cloned().unwrap_or_default();
        all.into_iter().partition(|it| reach.has(it.department.as_ref()))
    }

    /// The departments for which this member may write canned replies.
    #[must_use]
    pub fn canned_departments(&self) -> Vec<Department> {
        let Some(reach) = self.canned_reach() else { return Vec::new() };
        let settings = self.admin.data.as_ref().map(|it| &it.departments);
        let desk = || self.desk.welcome.as_ref().map(|it| &it.departments);
        let all = settings.or_else(desk).into_iter().flatten();
        all.filter(|it| reach.has(Some(&it.id))).cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(shortcut: &str, text: &str) -> CannedReply {
        CannedReply {
            id: "r".parse().expect("an id"),
            shortcut: shortcut.to_owned().try_into().expect("a label"),
            text: text.to_owned().try_into().expect("a text"),
            department: None,
        }
    }

    fn at(text: &str, caret: usize) -> Composer {
        let mut composer = Composer::default();
        composer.text = text.to_owned();
        composer.caret = caret;
        composer
    }

    fn typed(text: &str) -> Composer {
        at(text, text.encode_utf16().count())
    }

    #[test]
    fn a_slash_at_the_beginning_of_a_word_searches() {
        assert_eq!(typed("/").search(), Some(""));
        assert_eq!(typed("Chào 😀 /gi").search(), Some("gi"));
        assert_eq!(typed("and/or").search(), None);
        assert_eq!(typed("/hi there").search(), None);
    }

    #[test]
    fn the_search_ends_at_the_caret() {
        let composer = at("😀 /a b", 5);
        assert_eq!(composer.search(), Some("a"));
    }

    #[test]
    fn what_begins_so_comes_first() {
        let canned = [reply("ship", "x"), reply("hi", "Hello"), reply("hint", "y")];
        let shortcuts = |composer: Composer| -> Vec<String> {
            let matching = composer.matching(&canned);
            matching.into_iter().map(|it| it.shortcut.as_str().to_owned()).collect()
        };
        assert_eq!(shortcuts(typed("/hi")), ["hi", "hint", "ship"]);
        assert_eq!(shortcuts(typed("/hello")), ["hi"]);
    }

    #[test]
    fn a_canned_reply_replaces_its_search_and_knows_the_name() {
        let mut composer = typed("Well 😀 /hi");
        composer.insert(&reply("hi", "Hello {{name}}!"), Names { contact: "Linh", agent: "Ana" });
        assert_eq!(composer.text, "Well 😀 Hello Linh!");
        assert_eq!(composer.caret, composer.text.encode_utf16().count());
    }

    #[test]
    fn without_a_name_the_sentence_closes_over_the_gap() {
        for (text, filled) in [
            ("Hello {{name}}!", "Hello!"),
            ("Hello, {{name}}!", "Hello!"),
            ("Hi {{name}}, two days.", "Hi, two days."),
            ("{{name}}, two days.", "two days."),
            ("您好，{{name}}！", "您好！"),
            ("Thanks.\n{{name}}, bye {{name}}.", "Thanks.\nbye."),
            ("Two days.", "Two days."),
        ] {
            let mut composer = typed("/hi");
            composer.insert(&reply("hi", text), Names { contact: "", agent: "Ana" });
            assert_eq!(composer.text, filled);
        }
    }

    fn filled(text: &str, contact: &str, agent: &str) -> String {
        filled_in(text, Names { contact, agent })
    }

    #[test]
    fn a_reply_names_the_visitor_and_whoever_inserts_it() {
        let text = "Hello {{name}}, {{agent}} here. Yours, {{agent}}";
        assert_eq!(filled(text, "Linh", "Ana"), "Hello Linh, Ana here. Yours, Ana");
        assert_eq!(filled(text, "", "Ana"), "Hello, Ana here. Yours, Ana");
        assert_eq!(filled("{{agent}} {{name}}, bye", "", "Ana"), "Ana, bye");
        // A name that looks like a blank is a name.
        assert_eq!(
            filled(text, "{{agent}}", "{{name}}"),
            "Hello {{agent}}, {{name}} here. Yours, {{name}}"
        );
    }

    #[test]
    fn a_blank_that_stands_for_nothing_is_found() {
        assert_eq!(unknown_blank("Hi {{name}}, {{agent}}."), None);
        assert_eq!(unknown_blank("Hi {{nmae}}, {{agent}}."), Some("{{nmae}}"));
        assert_eq!(unknown_blank("{{name}} {{ agent }}"), Some("{{ agent }}"));
        assert_eq!(unknown_blank("{{你好}}"), Some("{{你好}}"));
        assert_eq!(unknown_blank("{{ and no end"), None);
        assert_eq!(unknown_blank("{ {name} }"), None);
    }

    #[test]
    fn the_button_opens_the_list_where_the_caret_stands() {
        let open = |text: &str, caret: usize| {
            let mut composer = Composer::default();
            composer.text = text.to_owned();
            composer.open_canned(caret);
            let at = composer.caret;
            (composer.text, at)
        };
        assert_eq!(open("", 0), ("/".to_owned(), 1));
        assert_eq!(open("One. Two.", 5), ("One. /Two.".to_owned(), 6));
        assert_eq!(open("😀 One", 2), ("😀 / One".to_owned(), 4));
        assert_eq!(open("One", usize::MAX), ("One /".to_owned(), 5));
        assert_eq!(open("/hi", 3), ("/hi".to_owned(), 3));
    }
}
