//! What a scene shows: one line an event, `»` before what the visitor sees, and a last
//! line for where the session stands.

use inbox_core::{Change, Content, Conversation, EventKind, LanguageEvidence, Phase, Reopening};
use inbox_types::{LegState, MemberCard, Millis, Text, Visibility};

pub(crate) fn change(change: &Change) -> String {
    let mark = if change.event.visitor_sees() { "» " } else { "  " };
    let content = change.content.as_ref().map_or(String::new(), content);
    format!("{mark}{}{content}", event(&change.event.kind)).trim_end().to_owned()
}

pub(crate) fn state(conversation: &Conversation) -> String {
    let Some(session) = conversation.session() else { return "= nothing yet".to_owned() };
    let phase = match &session.phase {
        Phase::Bot { .. } => "bot".to_owned(),
        Phase::Queued => "queued".to_owned(),
        Phase::Offered { offer } => format!("offered to {}", offer.agent.id),
        Phase::Active { owner, pending: None } => format!("active by {owner}"),
        Phase::Active { owner, pending: Some(offer) } => {
            format!("active by {owner}, {:?} asked of {}", offer.kind, offer.agent.id)
        }
        Phase::Snoozed { owner, .. } => format!("snoozed by {owner}"),
        Phase::Closed { cause, .. } => format!("closed({cause:?})"),
    };
    let legs: Vec<String> = session
        .legs
        .iter()
        .map(|leg| {
            let overdue = if leg.overdue { " overdue" } else { "" };
            let silent = if leg.part == inbox_core::LegPart::Silent { " silent" } else { "" };
            format!("{} {:?}{silent}{overdue}", leg.agent.id, leg.state).to_lowercase()
        })
        .collect();
    let legs = if legs.is_empty() { String::new() } else { format!(" [{}]", legs.join(", ")) };
    format!("= {} {phase}{legs}", session.no.0)
}

pub(crate) fn span(span: Millis) -> String {
    match span.0 / 1_000 {
        seconds if seconds % 60 != 0 || seconds == 0 => format!("{seconds}s"),
        seconds => format!("{}m", seconds / 60),
    }
}

fn content(content: &Content) -> String {
    match content {
        Content::Message { text, files } => {
            let text = text.as_ref().map_or("", |it| it.as_str());
            let files =
                if files.is_empty() { String::new() } else { format!(" +{} files", files.len()) };
            format!(": {text}{files}")
        }
        Content::Edit { of, text } => format!(": {} is {}", of.0, text.as_str()),
        Content::Delete { of } => format!(": {} is gone", of.0),
        Content::Wrapup { reason, .. } => {
            format!(": {}", reason.as_ref().map_or("no reason", |it| it.as_str()))
        }
        Content::Rating { comment } => format!(": {}", comment.as_str()),
        Content::Page { page } => format!(" on {}", page.as_str()),
        Content::Contact { details } => {
            let fields = [
                details.name.as_ref().map(Text::as_str),
                details.email.as_ref().map(Text::as_str),
                details.phone.as_ref().map(Text::as_str),
                details.notes.as_ref().map(Text::as_str),
            ];
            format!(": {}", fields.map(|it| it.unwrap_or("-")).join(" "))
        }
        Content::Tags { tags } => {
            format!(": {}", tags.iter().map(Text::as_str).collect::<Vec<_>>().join(","))
        }
    }
}

#[expect(clippy::too_many_lines, reason = "one arm an event")]
fn event(kind: &EventKind) -> String {
    match kind {
        EventKind::Opened { bot, department, campaign, campaign_name, variant } => {
            let bot = bot.as_ref().map_or(String::new(), |it| format!(" with {it}"));
            let queue = department.as_ref().map_or("nobody's", |it| it.id.as_str());
            let campaign = campaign.as_ref().map_or(String::new(), |it| format!(" by {it}"));
            let name = campaign_name.as_ref().map_or(String::new(), |it| format!(" {it:?}"));
            let variant = variant.map_or(String::new(), |it| format!(" {}", it.letter()));
            format!("opened{bot} for {queue}{campaign}{name}{variant}")
        }
        EventKind::Posted { by, visibility, .. } => {
            let kind = match visibility {
                Visibility::Public => "wrote",
                Visibility::Note => "noted",
                Visibility::Whisper => "whispered",
            };
            let who = match by {
                inbox_core::Speaker::Visitor => "visitor".to_owned(),
                inbox_core::Speaker::Agent(card) => card.id.to_string(),
                inbox_core::Speaker::Bot(bot) => bot.to_string(),
                inbox_core::Speaker::Bridge => "bridge".to_owned(),
                inbox_core::Speaker::External(name) => format!("{} elsewhere", name.as_str()),
                inbox_core::Speaker::Team => "team".to_owned(),
            };
            format!("{who} {kind}")
        }
        EventKind::Edited { n, .. } => format!("edited, visitor's {:?}", n.map(|it| it.0)),
        EventKind::Deleted { n, .. } => format!("deleted, visitor's {:?}", n.map(|it| it.0)),
        EventKind::BotMatched { bot } => format!("{bot} matched"),
        EventKind::Queued { cause, department } => {
            let queue = department.as_ref().map_or(String::new(), |it| format!(" in {}", it.id));
            format!("queued{queue}: {cause:?}")
        }
        EventKind::Offered { agent, offer_kind, from, held_reason, .. } => {
            let held = if *held_reason { ", reason held" } else { "" };
            format!("{offer_kind:?} asked of {} by {}{held}", agent.id, who(from.as_ref()))
        }
        EventKind::OfferPostponed { offer, deadline } => {
            format!("{offer} waits until {}", deadline.as_millis())
        }
        EventKind::OfferEnded { agent, offer_kind, outcome, .. } => {
            format!("{offer_kind:?} of {}: {outcome:?}", agent.id)
        }
        EventKind::Taken { agent, .. } => format!("{} took it", agent.id),
        EventKind::Joined { agent, silent: false, .. } => format!("{} joined", agent.id),
        EventKind::Joined { agent, silent: true, .. } => format!("{} joined in silence", agent.id),
        EventKind::OwnerChanged { agent, .. } => format!("{} owns it", agent.id),
        EventKind::Left { agent, leg: LegState::Wrapup, .. } => {
            format!("{} left, wrap-up due", agent.id)
        }
        EventKind::Left { agent, .. } => format!("{} left", agent.id),
        EventKind::OwnerLost { agent } => format!("{} is lost", agent.id),
        EventKind::WrappedUp { agent, of, held, handed_over } => {
            let held = held.map_or(String::new(), |it| format!(", as said at {}", it.0));
            let done = if *handed_over { "handed over" } else { "wrapped up" };
            format!("{} {done} {}{held}", agent.id, of.0)
        }
        EventKind::Snoozed { by, until } => {
            format!(
                "{} snoozed it until {}",
                by.id,
                if until.is_some() { "a time" } else { "a reply" }
            )
        }
        EventKind::Woken => "woken".to_owned(),
        EventKind::Asked { by, closing, held_reason } => {
            let closing = if *closing { ", closing" } else { "" };
            let held = if *held_reason { ", reason held" } else { "" };
            format!("{} asked for more questions{closing}{held}", by.id)
        }
        EventKind::Answered { more } => format!("more questions: {more}"),
        EventKind::Closed { cause, by, rating, .. } => {
            format!("closed({cause:?}) by {}, rating {rating:?}", who(by.as_ref()))
        }
        EventKind::Reopened { to } => match to {
            Reopening::Bot(bot) => format!("reopened to {bot}"),
            Reopening::Queue => "reopened to the queue".to_owned(),
            Reopening::Agent(agent) => format!("reopened to {}", agent.id),
        },
        EventKind::Rated { stars } => format!("rated {stars}"),
        EventKind::LanguageSet { evidence, .. } => match evidence {
            LanguageEvidence::Browser(language) => format!("browser: {}", language.as_str()),
            LanguageEvidence::Visitor(language) => format!("chosen: {}", language.as_str()),
            LanguageEvidence::Text(language) => format!("text: {}", language.as_str()),
            LanguageEvidence::Agent(Some(language)) => format!("agent: {}", language.as_str()),
            LanguageEvidence::Agent(None) => "agent: no choice".to_owned(),
        },
        EventKind::ContactSet { by, fields } => {
            format!("contact by {}, typed {fields:?}", who(by.as_ref()))
        }
        EventKind::TagsSet { .. } => "tags".to_owned(),
        EventKind::TopicsSet { topics, .. } => format!("{} topics", topics.len()),
        EventKind::DepartmentSet { department, .. } => format!("moved to {}", department.id),
        EventKind::DepartmentGone { to: Some(to) } => format!("now of {}", to.id),
        EventKind::DepartmentGone { to: None } => "now of everybody".to_owned(),
        EventKind::Blocked { unsubscribed, purge_at, .. } => {
            let purge = if purge_at.is_some() { ", to be erased" } else { "" };
            format!("blocked, unsubscribed: {unsubscribed}{purge}")
        }
        EventKind::Unblocked { .. } => "unblocked".to_owned(),
        EventKind::SignedOut { by } => format!("visitor signed out by {}", who(by.as_ref())),
        EventKind::Erased { by } => format!("erased by {}", who(by.as_ref())),
        EventKind::MemberRenamed { agent } => {
            format!("{} is {}", agent.id, agent.name.as_str())
        }
        EventKind::Later => "later".to_owned(),
    }
}

fn who(card: Option<&MemberCard>) -> &str {
    card.map_or("nobody", |card| card.id.as_str())
}
