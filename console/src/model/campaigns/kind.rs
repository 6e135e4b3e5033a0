//! The kinds of condition that the editor offers, in the groups of its menu.

use inbox_text::{Phrase, console};

/// A kind of condition, without what it is compared with.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Kind {
    /// The page's address.
    Url,
    /// A part of the address's query.
    Query,
    /// The page's title.
    Title,
    /// Where the visit came from.
    Referrer,
    /// Pages in order.
    Funnel,
    /// Pages of this visit.
    PagesViewed,
    /// Seconds on this page.
    PageTime,
    /// Seconds on the site.
    SiteTime,
    /// How often the visitor was here.
    Visits,
    /// Was here before.
    Returning,
    /// Wrote lately.
    Chatted,
    /// How far the page was scrolled.
    Scroll,
    /// The pointer leaves.
    ExitIntent,
    /// Nothing happens.
    Idle,
    /// Something was pressed.
    Click,
    /// The page tells of something.
    Event,
    /// The browser's language.
    Language,
    /// The visitor's country.
    Country,
    /// What is looked at the page with.
    Device,
    /// What the page says of its visitor.
    Attribute,
    /// A share of all visitors.
    Share,
    /// The value of the cart.
    CartValue,
    /// Things in the cart.
    CartItems,
    /// Somebody is available.
    Available,
    /// Within office hours.
    OfficeHours,
    /// Days of the week.
    Weekday,
    /// Hours of the day.
    Hours,
}

/// The groups of the menu, each with its kinds.
pub const GROUPS: [(Phrase, &[Kind]); 5] = [
    (console::CONDITIONS_PAGE, &[Kind::Url, Kind::Query, Kind::Title, Kind::Referrer]),
    (
        console::CONDITIONS_VISIT,
        &[
            Kind::Funnel,
            Kind::PagesViewed,
            Kind::PageTime,
            Kind::SiteTime,
            Kind::Visits,
            Kind::Returning,
            Kind::Chatted,
        ],
    ),
    (
        console::CONDITIONS_BEHAVIOUR,
        &[
            Kind::Scroll,
            Kind::ExitIntent,
            Kind::Idle,
            Kind::Click,
            Kind::Event,
            Kind::CartValue,
            Kind::CartItems,
        ],
    ),
    (
        console::CONDITIONS_VISITOR,
        &[Kind::Language, Kind::Country, Kind::Device, Kind::Attribute, Kind::Share],
    ),
    (console::CONDITIONS_TEAM, &[Kind::Available, Kind::OfficeHours, Kind::Weekday, Kind::Hours]),
];

impl Kind {
    /// What it is called in the menu.
    #[must_use]
    pub fn phrase(self) -> Phrase {
        match self {
            Self::Url => console::CONDITION_URL,
            Self::Query => console::CONDITION_QUERY,
            Self::Title => console::CONDITION_TITLE,
            Self::Referrer => console::CONDITION_REFERRER,
            Self::Funnel => console::CONDITION_FUNNEL,
            Self::PagesViewed => console::CONDITION_PAGES,
            Self::PageTime => console::CONDITION_PAGE_TIME,
            Self::SiteTime => console::CONDITION_SITE_TIME,
            Self::Visits => console::CONDITION_VISITS,
            Self::Returning => console::CONDITION_RETURNING,
            Self::Chatted => console::CONDITION_CHATTED,
            Self::Scroll => console::CONDITION_SCROLL,
            Self::ExitIntent => console::CONDITION_EXIT,
            Self::Idle => console::CONDITION_IDLE,
            Self::Click => console::CONDITION_CLICK,
            Self::Event => console::CONDITION_EVENT,
            Self::Language => console::CONDITION_LANGUAGE,
            Self::Country => console::CONDITION_COUNTRY,
            Self::Device => console::CONDITION_DEVICE,
            Self::Attribute => console::CONDITION_ATTRIBUTE,
            Self::Share => console::CONDITION_SHARE,
            Self::CartValue => console::CONDITION_CART_VALUE,
            Self::CartItems => console::CONDITION_CART_ITEMS,
            Self::Available => console::CONDITION_AVAILABLE,
            Self::OfficeHours => console::CONDITION_OFFICE_HOURS,
            Self::Weekday => console::CONDITION_WEEKDAY,
            Self::Hours => console::CONDITION_HOURS,
        }
    }

    /// Whether it knows more with the site's consent setting than without.
    #[must_use]
    pub fn needs_consent(self) -> bool {
        matches!(self, Self::Visits | Self::Returning | Self::Chatted)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_menu_has_each_kind_once() {
        let all: Vec<Kind> = GROUPS.iter().flat_map(|it| it.1).copied().collect();
        let each: BTreeSet<Kind> = all.iter().copied().collect();
        assert_eq!((all.len(), each.len()), (27, 27));
    }
}
