//! The transcript as rows to show: bubbles in groups, days, chats and notices.

use inbox_client::{
    Failure, UnsentMessage, UnsentState,
    presentation::{Delivery, is_grouped, say_once},
};
use inbox_protocol::{Entry, Message, Refusal, VisitorBody};
use inbox_text::{Phrase, widget};
use inbox_types::{Author, File, Notice, SessionNo, Timestamp};

use super::{Campaign, Model, Writer};

/// Milliseconds of a quarter of an hour.
const QUARTER: u64 = 900_000;

/// One row of the transcript.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// What identifies the row: as long as this does not change, the row keeps its element on screen.
    pub key: String,
    /// What it shows.
    pub body: RowBody,
}

/// What a row shows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RowBody {
    /// A day begins.
    Day(Timestamp),
    /// A session begins below an older one.
    NewChat,
    /// Something happened.
    Notice(Phrase),
    /// Somebody wrote.
    Bubble(Bubble),
}

/// A message.
#[derive(Clone, PartialEq, Eq, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact that shows by itself")]
pub struct Bubble {
    /// Who wrote it.
    pub writer: Writer,
    /// The first of its group: shows who wrote it.
    pub first: bool,
    /// The last of its group: shows when.
    pub last: bool,
    /// What was written.
    pub text: Option<String>,
    /// What was attached, and where it can be fetched if that is known.
    pub files: Vec<(File, Option<String>)>,
    /// When.
    pub at: Timestamp,
    /// How far it is.
    pub delivery: Delivery,
    /// Its text was changed.
    pub edited: bool,
    /// It was withdrawn.
    pub deleted: bool,
}

/// The rows of the model's transcript. `day_of` is the number of an instant's day where the reader is.
#[must_use]
pub fn rows(model: &Model, day_of: &dyn Fn(Timestamp) -> i64) -> Vec<Row> {
    let mut rows = Rows { done: Vec::new(), quarter: u64::MAX, day: None, session: None, day_of };
    for entry in model.client.entries() {
        rows.entry(model, entry);
    }
    if let Some(campaign) = &model.campaign {
        rows.campaign(campaign);
    }
    for line in model.client.lines() {
        rows.line(model, line);
    }
    let mut rows = rows.done;
    mark_groups(&mut rows);
    let bubbles = rows.iter_mut().rev().filter_map(|it| match &mut it.body {
        RowBody::Bubble(bubble) if bubble.writer == Writer::Me => Some(&mut bubble.delivery),
        RowBody::Bubble(_) | RowBody::Day(_) | RowBody::NewChat | RowBody::Notice(_) => None,
    });
    say_once(bubbles);
    rows
}

struct Rows<'a> {
    done: Vec<Row>,
    /// The quarter of an hour whose day is known: all zones' days begin with one.
    quarter: u64,
    day: Option<i64>,
    session: Option<SessionNo>,
    day_of: &'a dyn Fn(Timestamp) -> i64,
}

impl Rows<'_> {
    fn entry(&mut self, model: &Model, entry: &Entry<VisitorBody>) {
        let body = match &entry.body {
            VisitorBody::Message(message) => RowBody::Bubble(bubble(model, entry, message)),
            VisitorBody::Notice(notice) => match phrase(notice) {
                Some(phrase) => RowBody::Notice(phrase),
                None => return,
            },
            VisitorBody::Edited { .. } | VisitorBody::Deleted { .. } | VisitorBody::Later => return,
        };
        let key = match &entry.body {
            VisitorBody::Message(message) => message.client_id.to_string(),
            VisitorBody::Notice(_)
            | VisitorBody::Edited { .. }
            | VisitorBody::Deleted { .. }
            | VisitorBody::Later => ["#", &entry.place.0.to_string()].concat(),
        };
        if self.session.is_some_and(|it| it < entry.session) {
            self.push(["#s", &entry.session.0.to_string()].concat(), RowBody::NewChat);
        }
        self.session = Some(entry.session);
        self.day(entry.at);
        self.push(key, body);
    }

    fn campaign(&mut self, campaign: &Campaign) {
        let bubble = Bubble {
            writer: campaign.writer(),
            first: true,
            last: true,
            text: Some(campaign.text.clone()),
            files: Vec::new(),
            at: campaign.at,
            delivery: Delivery::Quiet,
            edited: false,
            deleted: false,
        };
        self.day(campaign.at);
        self.push(["#c", campaign.id.as_str()].concat(), RowBody::Bubble(bubble));
    }

    fn line(&mut self, model: &Model, line: &UnsentMessage) {
        let at = match line.state {
            UnsentState::Sent { at, .. } => at,
            UnsentState::Sending | UnsentState::Failed(_) => line.since,
        };
        let (seen, percent) = (model.client.seen(), model.attachments.percent(&line.client_id));
        let delivery = Delivery::of_line(line, seen, model.client_is_live(), percent);
        let bubble = Bubble {
            writer: Writer::Me,
            first: true,
            last: true,
            text: line.draft.text.as_ref().map(|it| it.as_str().to_owned()),
            files: files(model, &line.draft.files),
            at,
            delivery,
            edited: false,
            deleted: false,
        };
        self.day(at);
        self.push(line.client_id.to_string(), RowBody::Bubble(bubble));
    }

    fn day(&mut self, at: Timestamp) {
        let quarter = at.as_millis() / QUARTER;
        if self.quarter == quarter {
            return;
        }
        self.quarter = quarter;
        let day = (self.day_of)(at);
        if self.day != Some(day) {
            self.day = Some(day);
            self.push(["#d", &day.to_string()].concat(), RowBody::Day(at));
        }
    }

    fn push(&mut self, key: String, body: RowBody) {
        self.done.push(Row { key, body });
    }
}

fn bubble(model: &Model, entry: &Entry<VisitorBody>, message: &Message) -> Bubble {
    let writer = match (&message.author, &message.agent) {
        (Author::Visitor, _) => Writer::Me,
        (Author::Agent(_) | Author::Bridge, Some(card)) => {
            Writer::Agent(card.name.as_str().to_owned())
        }
        (Author::Bot(_), _) => Writer::Bot,
        (Author::Agent(_) | Author::Bridge, None) | (Author::System, _) => Writer::Team,
    };
    let delivery = if writer == Writer::Me {
        Delivery::of_stored(entry.place, model.client.seen())
    } else {
        Delivery::Quiet
    };
    Bubble {
        writer,
        first: true,
        last: true,
        text: message.text.as_ref().map(|it| it.as_str().to_owned()),
        files: files(model, &message.files),
        at: entry.at,
        delivery,
        edited: message.edited_at.is_some(),
        deleted: message.deleted_at.is_some(),
    }
}

fn files(model: &Model, files: &[File]) -> Vec<(File, Option<String>)> {
    files.iter().map(|it| (it.clone(), model.address(&it.id).map(str::to_owned))).collect()
}

/// Marks where groups begin and end.
fn mark_groups(rows: &mut [Row]) {
    for index in 1..rows.len() {
        let (before, after) = rows.split_at_mut(index);
        let (
            Some(Row { body: RowBody::Bubble(one), .. }),
            Some(Row { body: RowBody::Bubble(two), .. }),
        ) = (before.last_mut(), after.first_mut())
        else {
            continue;
        };
        if one.writer == two.writer && is_grouped((one.at, &one.delivery), two.at) {
            one.last = false;
            two.first = false;
        }
    }
}

/// A notice as a sentence; those of a later version show nothing.
pub(super) fn phrase(notice: &Notice) -> Option<Phrase> {
    Some(match notice {
        Notice::Joined { agent } => widget::notice_joined(agent.name.as_str()),
        Notice::Left { agent } => widget::notice_left(agent.name.as_str()),
        Notice::OwnerChanged { agent } => widget::notice_owner_changed(agent.name.as_str()),
        Notice::Transferred { department } => widget::notice_transferred(department.as_str()),
        Notice::StillQuestions => widget::STILL_QUESTION,
        Notice::MoreQuestions => widget::NOTICE_MORE_QUESTIONS,
        Notice::EndedByAgent => widget::NOTICE_ENDED_BY_AGENT,
        Notice::EndedByCustomer => widget::NOTICE_ENDED_BY_YOU,
        Notice::EndedByInactivity => widget::NOTICE_ENDED_BY_INACTIVITY,
        Notice::Solved => widget::NOTICE_SOLVED,
        Notice::SiteDeleted => widget::NOTICE_SITE_DELETED,
        Notice::Reopened => widget::NOTICE_REOPENED,
        Notice::Rated { stars } => widget::notice_rated(u64::from(*stars)),
        Notice::Later => return None,
    })
}

/// Why a line was not sent, as a sentence. Most refusals cannot be helped by the visitor and read alike.
#[must_use]
pub fn why_not_sent(failure: Failure) -> Phrase {
    match failure {
        Failure::Refused(Refusal::TooLong) => widget::FAILED_TOO_LONG,
        Failure::Refused(Refusal::Rate | Refusal::TooMany) => widget::FAILED_TOO_FAST,
        Failure::Refused(Refusal::RatingRequired) => widget::FAILED_RATING,
        Failure::Refused(Refusal::NotFound | Refusal::TooManyFiles | Refusal::FileTooLarge) => {
            widget::FAILED_FILE
        }
        Failure::Gone | Failure::Refused(Refusal::Blocked) => widget::GONE,
        Failure::Refused(_) | Failure::TooOld | Failure::Unanswered => widget::FAILED,
    }
}
