//! What a row of the list shows.

use inbox_protocol::{ListRow, ListSort};
use inbox_text::{Phrase, console};
use inbox_types::{ConversationId, Millis, SessionState, Timestamp, avatar};

/// What the status drop-down offers.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub enum StatusFilter {
    /// Waits for an agent, or has one.
    #[default]
    Open,
    /// Waits for somebody to follow up.
    New,
    /// Somebody has followed up.
    Active,
    /// A bot answers.
    Bot,
    /// Put aside.
    Snoozed,
    /// Over.
    Closed,
    /// Everything.
    Any,
}

impl StatusFilter {
    /// In the order of the drop-down.
    pub const ALL: [Self; 7] =
        [Self::Open, Self::New, Self::Active, Self::Bot, Self::Snoozed, Self::Closed, Self::Any];

    /// Its value in the drop-down.
    #[must_use]
    pub fn value(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::New => "new",
            Self::Active => "active",
            Self::Bot => "bot",
            Self::Snoozed => "snoozed",
            Self::Closed => "closed",
            Self::Any => "any",
        }
    }

    /// The one with this value.
    #[must_use]
    pub fn of(value: &str) -> Self {
        Self::ALL.into_iter().find(|it| it.value() == value).unwrap_or_default()
    }

    /// What it is called.
    #[must_use]
    pub fn phrase(self) -> Phrase {
        match self {
            Self::Open => console::STATUS_OPEN,
            Self::New => console::STATUS_NEW,
            Self::Active => console::STATUS_ACTIVE,
            Self::Bot => console::STATUS_BOT,
            Self::Snoozed => console::STATUS_SNOOZED,
            Self::Closed => console::STATUS_CLOSED,
            Self::Any => console::STATUS_ANY,
        }
    }

    /// The states it lists; none is every state.
    #[must_use]
    pub fn states(self) -> Vec<SessionState> {
        match self {
            Self::Open => vec![SessionState::Queued, SessionState::Offered, SessionState::Active],
            Self::New => vec![SessionState::Queued, SessionState::Offered],
            Self::Active => vec![SessionState::Active, SessionState::Snoozed],
            Self::Bot => vec![SessionState::Bot],
            Self::Snoozed => vec![SessionState::Snoozed],
            Self::Closed => vec![SessionState::Closed],
            Self::Any => Vec::new(),
        }
    }
}

/// The sort with this value in the drop-down.
#[must_use]
pub fn sort_of(value: &str) -> ListSort {
    match value {
        "waiting" => ListSort::Waiting,
        "newest" => ListSort::Newest,
        "oldest" => ListSort::Oldest,
        _ => ListSort::Grouped,
    }
}

/// The value of a sort in the drop-down.
#[must_use]
pub fn sort_value(sort: ListSort) -> &'static str {
    match sort {
        ListSort::Grouped => "grouped",
        ListSort::Waiting => "waiting",
        ListSort::Newest => "newest",
        ListSort::Oldest => "oldest",
    }
}

/// A row, ready to show.
#[derive(Clone, PartialEq, Eq, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a sign of its own in the row")]
pub struct RowView {
    /// Which conversation.
    pub conversation: ConversationId,
    /// What to call the contact.
    pub name: Option<String>,
    /// The end of the id, for a contact without a name.
    pub tail: String,
    /// Two letters for the avatar.
    pub initials: String,
    /// 0 to 3.
    pub wait_level: u8,
    /// How long the visitor has waited, or when the last message came.
    pub time: Option<Phrase>,
    /// Whether `time` is a waiting time.
    pub waits: bool,
    /// The last public message.
    pub preview: String,
    /// Whether the team wrote it.
    pub preview_by_team: bool,
    /// Messages not seen.
    pub unread: u32,
    /// The language tag.
    pub language: String,
    /// Its owner.
    pub owner: Option<String>,
    /// Where it stands, if that is worth a word.
    pub state: Option<Phrase>,
    /// Whether a campaign opened it.
    pub proactive: bool,
    /// What that campaign was called.
    pub campaign: Option<String>,
    /// My wrap-up is due.
    pub wrapup_due: bool,
    /// A conference was asked for, or is on.
    pub conference: Option<Phrase>,
    /// I have written something there and not sent it.
    pub draft: bool,
    /// The contact's tags.
    pub tags: Vec<String>,
    /// The site, where there are several.
    pub site: Option<String>,
}

impl RowView {
    /// What to show of a row at this moment of the relay's clock, where waits have these levels.
    #[must_use]
    pub fn new(row: &ListRow, now: Timestamp, levels: [Millis; 3]) -> Self {
        let waits = row.customer_waiting_since.is_some();
        let since = row.customer_waiting_since.or(row.last_message_at);
        let name = row.name.as_ref().map(|it| it.as_str().to_owned());
        Self {
            conversation: row.conversation.clone(),
            tail: tail(row.conversation.as_str()),
            initials: name.as_deref().map_or_else(|| "?".to_owned(), initials),
            name,
            wait_level: wait_level(row, now, levels),
            time: since.map(|it| span(now.since(it))),
            waits,
            preview: row.preview.clone(),
            preview_by_team: !row.preview_by_visitor && !row.preview.is_empty(),
            unread: row.unread,
            language: row.language.as_str().to_owned(),
            owner: row.owner.as_ref().map(|it| it.name.as_str().to_owned()),
            state: state(row),
            proactive: row.proactive,
            campaign: row.campaign.as_ref().map(|it| it.name.as_str().to_owned()),
            wrapup_due: row.wrapup_due,
            conference: conference(row),
            draft: false,
            tags: row.tags.iter().map(|it| it.as_str().to_owned()).collect(),
            site: None,
        }
    }
}

fn state(row: &ListRow) -> Option<Phrase> {
    match row.state {
        SessionState::Bot => Some(console::STATE_BOT),
        SessionState::Offered => Some(console::STATE_OFFERED),
        SessionState::Snoozed => Some(console::STATE_SNOOZED),
        SessionState::Closed => Some(console::STATE_CLOSED),
        SessionState::Queued if row.elsewhere => Some(console::STATE_ELSEWHERE),
        SessionState::Queued | SessionState::Active => None,
    }
}

fn conference(row: &ListRow) -> Option<Phrase> {
    if row.conference_requested {
        Some(console::CONFERENCE_REQUESTED)
    } else {
        (!row.others.is_empty()).then_some(console::CONFERENCE)
    }
}

/// Levels rise by time, not by event, so that they are this clock's to say.
// DK61
fn wait_level(row: &ListRow, now: Timestamp, levels: [Millis; 3]) -> u8 {
    let waited = row.customer_waiting_since.map_or(Millis(0), |it| now.since(it));
    levels.iter().map(|from| u8::from(*from <= waited)).sum()
}

/// A span as a person says it, in its largest unit.
#[must_use]
pub fn span(span: Millis) -> Phrase {
    let minutes = span.0 / 60_000;
    let text = |n: u64| n.to_string();
    match minutes {
        0 => console::TIME_NOW,
        1..60 => console::time_minutes(&text(minutes)),
        60..1_440 => console::time_hours(&text(minutes / 60)),
        _ => console::time_days(&text(minutes / 1_440)),
    }
}

/// A span as a stopwatch shows it: minutes and seconds, and hours once there are any.
#[must_use]
pub fn elapsed(span: Millis) -> String {
    let seconds = span.0 / 1_000;
    let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    match hours {
        0 => format!("{minutes}:{seconds:02}"),
        _ => format!("{hours}:{minutes:02}:{seconds:02}"),
    }
}

/// That a campaign opened it, and which one, if that is known.
#[must_use]
pub fn proactive(campaign: Option<&str>) -> Phrase {
    campaign.map_or(console::PROACTIVE, console::proactive_by)
}

/// The first letters of the first and last word.
#[must_use]
pub fn initials(name: &str) -> String {
    avatar::initials(name).to_uppercase()
}

/// The end of an id, enough to tell nameless contacts apart.
#[must_use]
pub fn tail(id: &str) -> String {
    let n_chars = id.chars().count();
    id.chars().skip(n_chars.saturating_sub(4)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_first_and_last() {
        assert_eq!(initials("Ana María López"), "AL");
        assert_eq!(initials("陳小姐"), "陳");
        assert_eq!(initials("  "), "");
    }

    #[test]
    fn a_span_is_said_in_its_largest_unit() {
        assert_eq!(span(Millis::seconds(59)), console::TIME_NOW);
        assert_eq!(span(Millis::minutes(59)), console::time_minutes("59"));
        assert_eq!(span(Millis::minutes(60)), console::time_hours("1"));
        assert_eq!(span(Millis::hours(49)), console::time_days("2"));
    }

    #[test]
    fn a_stopwatch_shows_hours_once_there_are_any() {
        let shown = [0, 9, 60, 3_599, 3_600, 90_061].map(|it| elapsed(Millis::seconds(it)));
        assert_eq!(shown, ["0:00", "0:09", "1:00", "59:59", "1:00:00", "25:01:01"]);
    }

    #[test]
    fn every_status_is_found_by_its_value() {
        for status in StatusFilter::ALL {
            assert_eq!(StatusFilter::of(status.value()), status);
        }
        assert_eq!(StatusFilter::of("?"), StatusFilter::Open);
    }
}
