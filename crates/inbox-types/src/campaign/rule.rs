//! When a campaign speaks: its rule, and the conditions that it is made of.

use serde::{Deserialize, Serialize};

use super::{FactName, Pattern};
use crate::{DepartmentId, Language, Text};

/// When a campaign speaks. At most [`RULE_DEPTH`](crate::limits::RULE_DEPTH) deep.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "rule", rename_all = "snake_case")]
pub enum Rule {
    /// All of these; all of none is always.
    All {
        /// Which.
        of: Vec<Rule>,
    },
    /// At least one of these; one of none is never.
    Any {
        /// Which.
        of: Vec<Rule>,
    },
    /// A condition, or that it does not hold.
    Is {
        /// That it does not hold.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        not: bool,
        /// Which.
        #[serde(flatten)]
        condition: Condition,
    },
}

/// Something that is true of a visitor, a page or a moment.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "condition", rename_all = "snake_case")]
pub enum Condition {
    /// The page's address, without its scheme. [`How::Is`] and [`How::Wildcard`] leave out query and
    /// fragment unless the pattern has them, and `Is` a slash at the path's end. A pattern that
    /// begins with `/`, or a regular expression with `^/`, is compared with the path and what follows.
    Url {
        /// With what.
        matches: TextMatch,
    },
    /// A part of the address's query, such as `utm_source`.
    Query {
        /// Its name.
        name: FactName,
        /// With what; none is that it is there.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        matches: Option<TextMatch>,
    },
    /// The page's title.
    Title {
        /// With what.
        matches: TextMatch,
    },
    /// Where the visit came from.
    Referrer {
        /// With what; an empty referrer matches nothing.
        matches: TextMatch,
    },
    /// Pages that were visited in this order, others in between or not.
    Funnel {
        /// At most [`FUNNEL_STEPS`](crate::limits::FUNNEL_STEPS).
        steps: Vec<TextMatch>,
    },
    /// Pages of this visit.
    PagesViewed {
        /// How many.
        count: Bounds,
    },
    /// Seconds on this page, while its tab has the focus.
    PageTime {
        /// At least.
        seconds: u32,
    },
    /// Seconds on the site in this visit, while its tab has the focus.
    SiteTime {
        /// At least.
        seconds: u32,
    },
    /// How far down the page was scrolled.
    Scroll {
        /// Of its height, at least.
        percent: u8,
    },
    /// The pointer leaves the page at its top. Never on phones, which have no pointer.
    ExitIntent,
    /// Nothing was pressed, moved or scrolled.
    Idle {
        /// For so many seconds.
        seconds: u32,
    },
    /// Something of the page was pressed.
    Click {
        /// A CSS selector.
        selector: Text<200>,
    },
    /// Which visit this is, from 1. Needs the site's consent setting.
    Visits {
        /// How many.
        count: Bounds,
    },
    /// Was here before this visit. Needs the site's consent setting.
    Returning,
    /// A message was sent within so many days. Without the site's consent setting: in this visit.
    Chatted {
        /// Days.
        days: u16,
    },
    /// One of the browser's languages, most wanted first: the first one.
    Language {
        /// One of these; `pt` is `pt-BR` too.
        any: Vec<Language>,
    },
    /// Where the visitor is, as the network says.
    Country {
        /// One of these, ISO 3166-1 alpha-2.
        any: Vec<Text<2>>,
    },
    /// What is looked at the page with.
    Device {
        /// Which.
        is: Device,
    },
    /// What the page says of its visitor: `Porchlight('setAttributes', { plan: 'pro' })`.
    Attribute {
        /// Its name.
        name: FactName,
        /// With what.
        matches: ValueMatch,
    },
    /// What the page tells of: `Porchlight('track', name)`.
    Event {
        /// Its name.
        name: FactName,
        /// How often in this visit.
        count: Bounds,
    },
    /// The value of the cart, in whole units: `Porchlight('cart', { value, items })`.
    CartValue {
        /// How much.
        count: Bounds,
    },
    /// How many things are in the cart.
    CartItems {
        /// How many.
        count: Bounds,
    },
    /// Somebody is available.
    Available {
        /// Of this department; none is any of the site's.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        department: Option<DepartmentId>,
    },
    /// Within the site's office hours.
    OfficeHours,
    /// One of these days in the site's zone, 1 is Monday and 7 Sunday.
    Weekday {
        /// Which.
        any: Vec<u8>,
    },
    /// From one minute of the day until before another, in the site's zone; over midnight if the
    /// second is the smaller one.
    Hours {
        /// From.
        from: u16,
        /// Until before.
        until: u16,
    },
    /// A share of all visitors, the same ones each time.
    Share {
        /// Of a hundred.
        percent: u8,
    },
}

/// How a text is compared. Letters count the same in both cases.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TextMatch {
    /// How.
    pub how: How,
    /// With what.
    pub value: Pattern,
}

/// How a text is compared.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// The same.
    Is,
    /// Somewhere in it.
    Contains,
    /// At its beginning.
    Begins,
    /// The whole of it, `*` being anything.
    Wildcard,
    /// Somewhere in it, a regular expression: no look-around, no references, at most
    /// [`REGEX_STEPS`](crate::limits::REGEX_STEPS) steps.
    Regex,
}

/// How an attribute is compared.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ValueMatch {
    /// As a text.
    Text(TextMatch),
    /// As a number.
    Number(Bounds),
    /// That it is there.
    Known,
}

/// Two bounds, both included; at least one of them is there.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Bounds {
    /// Not fewer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub least: Option<u32>,
    /// Not more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub most: Option<u32>,
}

/// What a page is looked at with.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Device {
    /// A screen of at most 480 CSS pixels in width, as the panel has it.
    Phone,
    /// Touched, and wider.
    Tablet,
    /// All else.
    Desktop,
}
