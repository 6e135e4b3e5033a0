//! Which list is on screen: whose conversations, which of them, in which order, and what is searched for.
//! It has an address, so that it outlives a reload and can be given to a colleague.

use std::fmt::Write as _;

use inbox_protocol::{ListFilter, ListQuery, ListSort, ListTab, ViewAddress};
use inbox_text::{Phrase, console};
use inbox_types::{
    CampaignId, DepartmentId, Language, ListOrder, MemberId, SiteId, Text, Timestamp, TopicId,
    limits,
};

use super::{StatusFilter, list::sort_value};

/// A list, as somebody chose it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct View {
    /// Whose.
    pub tab: ListTab,
    /// In which status.
    pub status: StatusFilter,
    /// Of which department; none is all.
    pub department: Option<DepartmentId>,
    /// Opened by which campaign; none is whatever opened it.
    pub campaign: Option<CampaignId>,
    /// What else they must be.
    pub filter: ListFilter,
    /// In which order; none is the team's.
    pub sort: Option<ListSort>,
    /// What is searched for.
    pub search: String,
}

/// The views that every console has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Folder {
    /// Nobody has followed up yet.
    New,
    /// Somebody has.
    Active,
    /// What is over.
    Archive,
}

impl Folder {
    /// In the order of the menu.
    pub const ALL: [Self; 3] = [Self::New, Self::Active, Self::Archive];

    /// What it is called.
    #[must_use]
    pub fn phrase(self) -> Phrase {
        match self {
            Self::New => console::STATUS_NEW,
            Self::Active => console::STATUS_ACTIVE,
            Self::Archive => console::VIEW_ARCHIVE,
        }
    }

    /// The list that it is.
    #[must_use]
    pub fn view(self) -> View {
        let view = View { tab: ListTab::All, ..View::default() };
        match self {
            Self::New => View { status: StatusFilter::New, ..view },
            Self::Active => View { status: StatusFilter::Active, ..view },
            Self::Archive => {
                View { status: StatusFilter::Closed, sort: Some(ListSort::Newest), ..view }
            }
        }
    }
}

impl View {
    /// The order that is meant, where the team's is this one.
    #[must_use]
    pub fn sort_in(&self, order: ListOrder) -> ListSort {
        self.sort.unwrap_or(match order {
            ListOrder::Waiting => ListSort::Waiting,
            ListOrder::Omnichat => ListSort::Grouped,
        })
    }

    /// What the desk is asked for.
    #[must_use]
    pub fn query(&self, order: ListOrder) -> ListQuery {
        ListQuery {
            tab: self.tab,
            states: self.status.states(),
            department: self.department.clone(),
            campaign: self.campaign.clone(),
            filter: self.filter.clone(),
            sort: self.sort_in(order),
        }
    }

    /// How many filters are on beside the department.
    #[must_use]
    pub fn n_filters(&self) -> usize {
        self.filter.n_asked() + usize::from(self.campaign.is_some())
    }

    /// The same list with nothing filtered out.
    #[must_use]
    pub fn unfiltered(&self) -> Self {
        Self { campaign: None, filter: ListFilter::default(), ..self.clone() }
    }

    /// The view as a part of an address; nothing if it is the one that a console begins with.
    #[must_use]
    pub fn address(&self) -> String {
        self.written(|it| it.is_ascii_alphanumeric() || "-_.~".contains(it))
    }

    /// `plain` says which characters of a value stand as they are; all others are escaped.
    fn written(&self, plain: fn(char) -> bool) -> String {
        let Self { tab, status, department, campaign, filter, sort, search } = self;
        let ListFilter { site, owner, tag, topic, language, stars, from, before, unread, waiting } =
            filter;
        let mut address = Address { text: String::new(), plain };
        let millis = |at: &Timestamp| at.as_millis().to_string();
        address.add("tab", (*tab != ListTab::default()).then(|| tab_value(*tab)));
        address.add("status", (*status != StatusFilter::default()).then(|| status.value()));
        address.add("department", department.as_ref().map(DepartmentId::as_str));
        address.add("campaign", campaign.as_ref().map(CampaignId::as_str));
        address.add("site", site.as_ref().map(SiteId::as_str));
        address.add("owner", owner.as_ref().map(MemberId::as_str));
        address.add("tag", tag.as_ref().map(Text::as_str));
        address.add("topic", topic.as_ref().map(TopicId::as_str));
        address.add("language", language.as_ref().map(Language::as_str));
        address.add("stars", stars.map(|it| it.to_string()));
        address.add("from", from.as_ref().map(millis));
        address.add("before", before.as_ref().map(millis));
        address.add("unread", unread.then_some("1"));
        address.add("waiting", waiting.then_some("1"));
        address.add("sort", sort.map(sort_value));
        let search: String = search.trim().chars().take(limits::SEARCH_CHARS).collect();
        address.add("search", Some(search).filter(|it| !it.is_empty()));
        address.text
    }

    /// The address as it is saved, which is never empty. Only what would end a value is escaped, so that
    /// there is room for any view.
    #[must_use]
    pub fn saved(&self) -> ViewAddress {
        let whole = self.written(|it| !"%&".contains(it));
        let text = if whole.is_empty() { format!("tab={}", tab_value(self.tab)) } else { whole };
        text.try_into().expect("the limit has room for the longest view")
    }

    /// The view of an address. What it says that nobody understands is left out.
    #[must_use]
    pub fn parse(address: &str) -> Self {
        let mut view = Self::default();
        for part in address.split('&') {
            let (key, value) = part.split_once('=').unwrap_or((part, ""));
            view.read(key, &decoded(value));
        }
        view
    }

    fn read(&mut self, key: &str, value: &str) {
        let millis = || value.parse().ok().map(Timestamp::from_millis);
        let filter = &mut self.filter;
        match key {
            "tab" => self.tab = tab_of(value),
            "status" => self.status = StatusFilter::of(value),
            "department" => self.department = value.parse().ok(),
            "campaign" => self.campaign = value.parse().ok(),
            "site" => filter.site = value.parse().ok(),
            "owner" => filter.owner = value.parse().ok(),
            "tag" => filter.tag = value.to_owned().try_into().ok(),
            "topic" => filter.topic = value.parse().ok(),
            "language" => filter.language = value.parse().ok(),
            "stars" => filter.stars = value.parse().ok().filter(|it| (1..=5).contains(it)),
            "from" => filter.from = millis(),
            "before" => filter.before = millis(),
            "unread" => filter.unread = value == "1",
            "waiting" => filter.waiting = value == "1",
            "sort" => self.sort = SORTS.into_iter().find(|it| sort_value(*it) == value),
            "search" => self.search = value.chars().take(limits::SEARCH_CHARS).collect(),
            _ => (),
        }
    }
}

const SORTS: [ListSort; 4] =
    [ListSort::Waiting, ListSort::Grouped, ListSort::Newest, ListSort::Oldest];

fn tab_value(tab: ListTab) -> &'static str {
    match tab {
        ListTab::Mine => "mine",
        ListTab::Team => "team",
        ListTab::Unassigned => "unassigned",
        ListTab::All => "all",
    }
}

fn tab_of(value: &str) -> ListTab {
    let tabs = [ListTab::Mine, ListTab::Team, ListTab::Unassigned, ListTab::All];
    tabs.into_iter().find(|it| tab_value(*it) == value).unwrap_or_default()
}

struct Address {
    text: String,
    plain: fn(char) -> bool,
}

impl Address {
    fn add(&mut self, key: &str, value: Option<impl AsRef<str>>) {
        let Some(value) = value else { return };
        let and = if self.text.is_empty() { "" } else { "&" };
        // Writing to a string cannot fail.
        let _ = write!(self.text, "{and}{key}=");
        for letter in value.as_ref().chars() {
            if (self.plain)(letter) {
                self.text.push(letter);
                continue;
            }
            for byte in letter.encode_utf8(&mut [0; 4]).bytes() {
                let _ = write!(self.text, "%{byte:02X}");
            }
        }
    }
}

/// The text that an address has escaped. An escape that is none stays as it is.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let digits = (*first == b'%').then(|| after.get(..2)).flatten();
        let escaped = digits
            .filter(|it| it.iter().all(u8::is_ascii_hexdigit))
            .and_then(|it| std::str::from_utf8(it).ok())
            .and_then(|it| u8::from_str_radix(it, 16).ok());
        bytes.push(escaped.unwrap_or(*first));
        rest = if escaped.is_some() { &after[2..] } else { after };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use inbox_types::Label;

    use super::*;

    #[test]
    fn a_view_comes_back_from_its_address() {
        let view = View {
            tab: ListTab::Team,
            status: StatusFilter::Any,
            department: "d1".parse().ok(),
            campaign: "main-k1".parse().ok(),
            filter: ListFilter {
                site: "main-s1".parse().ok(),
                owner: "ana".parse().ok(),
                tag: Some("thẻ & 50%=ü".to_owned().try_into().expect("short")),
                topic: "t1".parse().ok(),
                language: "pt-BR".parse().ok(),
                stars: Some(2),
                from: Some(Timestamp::from_millis(1)),
                before: Some(Timestamp::from_millis(2)),
                unread: true,
                waiting: true,
            },
            sort: Some(ListSort::Oldest),
            search: "tag:vip \"đổi\" #1".to_owned(),
        };
        assert_eq!(View::parse(&view.address()), view);
        assert_eq!(view.n_filters(), 11);
        assert_eq!(view.unfiltered().n_filters(), 0);
        assert_eq!(View::default().address(), "");
        for folder in Folder::ALL {
            assert_eq!(View::parse(&folder.view().address()), folder.view());
        }
    }

    #[test]
    fn of_a_broken_address_holds_what_is_understood() {
        let broken =
            "tab=nobody&stars=9&status=closed&department=not an id&tag=%zz%&x=1&=&from=soon";
        let view = View::parse(broken);
        let tag = view.filter.tag.as_ref().map(Text::as_str);
        assert_eq!(
            (view.status, view.filter.stars, tag),
            (StatusFilter::Closed, None, Some("%zz%"))
        );
        assert_eq!((view.tab, view.department, view.filter.from), (ListTab::Mine, None, None));
        assert_eq!(View::parse(&"%".repeat(10_000)), View::default());
        let long = format!("search={}", "x".repeat(10_000));
        assert_eq!(View::parse(&long).search.chars().count(), limits::SEARCH_CHARS);
    }

    #[test]
    fn any_view_is_saved_as_it_is() {
        assert_eq!(View::parse(View::default().saved().as_str()), View::default());
        let id = "i".repeat(limits::ID_CHARS);
        let late = Some(Timestamp::from_millis(u64::MAX));
        let text = |it: &str, most: usize| it.chars().cycle().take(most).collect::<String>();
        for signs in ["&", "%", "=", "đ", "找", "\u{1F602}", "a b", "%41&x=1#+", "\u{90}"] {
            let view = View {
                tab: ListTab::Unassigned,
                status: StatusFilter::Closed,
                department: id.parse().ok(),
                campaign: id.parse().ok(),
                filter: ListFilter {
                    site: id.parse().ok(),
                    owner: id.parse().ok(),
                    tag: text(signs, Label::MAX_CHARS).try_into().ok(),
                    topic: id.parse().ok(),
                    language: "zh-Hant-HK".parse().ok(),
                    stars: Some(5),
                    from: late,
                    before: late,
                    unread: true,
                    waiting: true,
                },
                sort: Some(ListSort::Waiting),
                search: text(signs, limits::SEARCH_CHARS).trim().to_owned(),
            };
            assert_eq!(View::parse(view.saved().as_str()), view, "{signs}");
            let longer = View { search: format!("{} {signs}", view.search), ..view.clone() };
            assert_eq!(View::parse(longer.saved().as_str()).filter, view.filter, "{signs}");
        }
    }

    #[test]
    fn dk61_without_a_choice_the_order_is_the_teams() {
        let view = View::default();
        assert_eq!(view.query(ListOrder::Waiting).sort, ListSort::Waiting);
        assert_eq!(view.query(ListOrder::Omnichat).sort, ListSort::Grouped);
        let newest = View { sort: Some(ListSort::Newest), ..view };
        assert_eq!(newest.query(ListOrder::Omnichat).sort, ListSort::Newest);
    }
}
