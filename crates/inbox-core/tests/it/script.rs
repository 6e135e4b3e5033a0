//! The language of the scenes: one request a line, who does what.
//!
//! The people are always the same: ana and ben answer for sales, cid for support; tom leads
//! sales, sue supervises, adam is an admin, olga owns the account, mia does campaigns, ivy
//! audits, sam and sal sell; robo is a bot.

use std::str::FromStr;

use inbox_core::{
    Actor, Agent, Answered, Asking, Block, Command, Context, Department, OwnerPresence, Post,
    Request, Speaker, TimerKind,
};
use inbox_types::{
    AwayReason, BotId, CampaignCard, ClientId, ContactDetails, Detection, DisconnectedOwner, File,
    Language, MediaType, MemberCard, MemberId, Millis, OfferId, Presence, Role, SessionNo,
    TransferMode, VariantKey, Visibility,
};

use crate::scene::Scene;

/// The lines of a scene.
pub(crate) fn lines(scene: &str) -> impl Iterator<Item = &str> {
    scene.lines().map(str::trim).filter(|line| !line.is_empty())
}

/// What a line asks for.
pub(crate) fn request(scene: &Scene, line: &str) -> Request {
    let (who, what) = line.split_once(' ').unwrap();
    Request { by: actor(who), at: scene.now, command: command(scene, what) }
}

pub(crate) fn actor(who: &str) -> Actor {
    match who {
        "visitor" => Actor::Visitor,
        "robo" => Actor::Bot(id(who)),
        "desk" => Actor::Desk,
        "timer" => Actor::Timer,
        "bridge" => Actor::Bridge(None),
        // kim answers in the inbox core that the customer already has
        "kim" => Actor::Bridge(Some(text("Kim"))),
        _ => Actor::Agent(agent(who)),
    }
}

pub(crate) fn agent(who: &str) -> Agent {
    let (role, departments) = match who {
        "cid" => (Role::Agent, &["support"][..]),
        "tom" => (Role::TeamLead, &["sales"][..]),
        "sue" => (Role::Supervisor, &["sales"][..]),
        "adam" => (Role::Admin, &[][..]),
        "olga" => (Role::Owner, &[][..]),
        "mia" => (Role::Marketer, &["sales"][..]),
        "ivy" => (Role::Auditor, &["sales"][..]),
        "sam" => (Role::SalesManager, &["sales"][..]),
        "sal" => (Role::Salesperson, &["sales"][..]),
        // ana, ben, and a crowd for what needs many.
        _ => (Role::Agent, &["sales"][..]),
    };
    Agent {
        id: id(who),
        name: text(who),
        role,
        departments: departments.iter().map(|it| id(it)).collect(),
    }
}

pub(crate) fn department(name: &str) -> Department {
    Department { id: id(name), name: text(name) }
}

pub(crate) fn id<T: FromStr<Err: std::fmt::Debug>>(raw: &str) -> T {
    raw.parse().unwrap()
}

pub(crate) fn text<const MAX: usize>(raw: &str) -> inbox_types::Text<MAX> {
    raw.to_owned().try_into().unwrap()
}

/// `30s`, `15m`, `2h`, `3d`
pub(crate) fn span(raw: &str) -> Millis {
    let (n, unit) = raw.split_at(raw.len() - 1);
    let n = n.parse().unwrap();
    match unit {
        "s" => Millis::seconds(n),
        "m" => Millis::minutes(n),
        "h" => Millis::hours(n),
        "d" => Millis::days(n),
        _ => panic!("{raw} is no span"),
    }
}

/// Switches a setting, or says something that the shell looked up.
pub(crate) fn set(context: &mut Context, setting: &str) {
    let (name, value) = setting.split_once(' ').unwrap_or((setting, ""));
    let Context { site, workspace, .. } = context;
    match name {
        "topic" => site.topic_mandatory = true,
        "reason" => site.wrapup_reason_required = true,
        "question" => site.ask_still_questions = true,
        "rating" => site.ask_rating = true,
        "mandatory_rating" => site.rating_mandatory = true,
        "silence" => site.show_joins = false,
        "brackets" => site.reserve_angle_brackets = true,
        "inactivity" => site.inactivity = span(value),
        "window" => site.reopen_window = span(value),
        "agent_chars" => site.agent_max_chars = value.parse().unwrap(),
        "visitor_chars" => site.visitor_max_chars = value.parse().unwrap(),
        "direct" => workspace.transfer_mode = TransferMode::Direct,
        "requeue" => workspace.disconnected_owner = DisconnectedOwner::Requeue,
        "close" => workspace.disconnected_owner = DisconnectedOwner::Close,
        "deadline" => workspace.offer_deadline = span(value),
        "capacity" => workspace.capacity = value.parse().unwrap(),
        "grace" => workspace.purge_grace = span(value),
        "agent_changes_owner" => workspace.roles.agent_changes_owner = true,
        "agent_blocks" => workspace.roles.agent_blocks = true,
        "team_lead_transfers" => workspace.roles.team_lead_transfers = true,
        "forbid_editing" => workspace.roles.forbid_editing = true,
        "forbid_deleting" => workspace.roles.forbid_deleting = true,
        "load" => context.load = value.parse().unwrap(),
        "bot" => context.bot = Some(id::<BotId>("robo")),
        "no_bot" => context.bot = None,
        "no_site" => context.served = inbox_core::Served::Deleted,
        "elsewhere" => context.served = inbox_core::Served::Elsewhere,
        "no_department" => context.department = None,
        "browser" => context.browser = value.split(',').map(id::<Language>).collect(),
        "owner" => context.owner_presence = OwnerPresence::Known(presence(value)),
        _ => panic!("there is no setting {setting}"),
    }
}

pub(crate) fn presence(raw: &str) -> Presence {
    match raw {
        "available" => Presence::Available,
        "away" => Presence::Away(AwayReason::Lunch),
        "rona" => Presence::Rona,
        "offline" => Presence::Offline,
        _ => panic!("{raw} is no presence"),
    }
}

pub(crate) fn post(visibility: Visibility, text: &str) -> Post {
    Post {
        client_id: id::<ClientId>("k"),
        visibility,
        text: (!text.is_empty()).then(|| self::text(text)),
        files: Vec::new(),
        detection: None,
        page: None,
        campaign: None,
    }
}

/// `says vi 97`: a text that a detector has read; a third number says of how many words.
fn said(words: &[&str]) -> Post {
    Post {
        detection: Some(Detection {
            language: (words[0] != "-").then(|| id(words[0])),
            confidence: words[1].parse().unwrap(),
            words: words.get(2).map(|it| it.parse().unwrap()),
        }),
        ..post(Visibility::Public, "words")
    }
}

fn answered(campaign: &str, sender: Option<&str>) -> Answered {
    Answered {
        campaign: CampaignCard { id: id(campaign), name: text("Free post") },
        variant: VariantKey::FIRST,
        client_id: id("c"),
        by: sender.map_or(Speaker::Team, |it| Speaker::Agent(agent(it).card())),
        text: text("Questions about post?"),
    }
}

fn file(index: usize) -> File {
    File { id: id(&format!("f{index}")), name: text("photo.png"), bytes: 10, media: MediaType::Png }
}

fn command(scene: &Scene, what: &str) -> Command {
    let (verb, rest) = what.split_once(' ').unwrap_or((what, ""));
    let words: Vec<&str> = rest.split(' ').filter(|word| !word.is_empty()).collect();
    let (rest, reason) = match rest.split_once("because ") {
        Some((before, reason)) => (before.trim(), Some(text(reason))),
        None => (rest, None),
    };
    match verb {
        "writes" => Command::Post(post(Visibility::Public, rest)),
        "notes" => Command::Post(post(Visibility::Note, rest)),
        "whispers" => Command::Post(post(Visibility::Whisper, rest)),
        "says" => Command::Post(said(&words)),
        "sends" => Command::Post(Post {
            files: (0..words[0].parse().unwrap()).map(file).collect(),
            ..post(Visibility::Public, "")
        }),
        // answers_campaign c1 ana: a campaign that ana is the sender of; the team is without her
        "answers_campaign" => Command::Post(Post {
            campaign: Some(Box::new(answered(words[0], words.get(1).copied()))),
            page: Some(text("https://shop.example/shoes")),
            ..post(Visibility::Public, "hi")
        }),
        "edits" => {
            Command::Edit { target: scene.target(words[0].parse().unwrap()), text: text(words[1]) }
        }
        "deletes" => Command::Delete { target: scene.target(words[0].parse().unwrap()) },
        "takes" => Command::Take,
        "accepts" => Command::Accept { offer: id(rest) },
        "declines" => Command::Decline { offer: id(rest) },
        "offers" => Command::Offer { offer: id(words[0]), to: agent(words[1]) },
        "transfers" => Command::Transfer {
            to: agent(words[0]),
            mode: Some(TransferMode::Direct),
            offer: id::<OfferId>("unused"),
            reason,
        },
        "requests" => Command::Transfer {
            to: agent(words[1]),
            mode: Some(TransferMode::Request),
            offer: id(words[0]),
            reason,
        },
        "hands" => {
            Command::Transfer { to: agent(words[1]), mode: None, offer: id(words[0]), reason }
        }
        // assigns ana: whose the session is; assigns -: nobody's
        "assigns" => Command::Assign { to: (rest != "-").then(|| agent(rest)) },
        "queues" => Command::TransferToQueue { department: department(words[0]), reason },
        "adds" => Command::Invite {
            agent: agent(rest),
            mode: Some(TransferMode::Direct),
            offer: id("unused"),
        },
        "invites" => Command::Invite {
            agent: agent(words[1]),
            mode: Some(TransferMode::Request),
            offer: id(words[0]),
        },
        "cancels" => Command::CancelOffer,
        "leaves" => Command::Leave,
        "supervises" => Command::Supervise,
        "ends" if rest == "now" => Command::End { ask: Asking::Never, reason },
        "ends" => Command::End { ask: Asking::First, reason },
        "asks" => Command::Ask,
        "answers" => Command::Answer { more: rest == "yes" },
        "wraps_up" => {
            Command::Wrapup { session: SessionNo(words[0].parse().unwrap()), reason, remark: None }
        }
        "snoozes" => Command::Snooze { until: words.first().map(|it| scene.later(span(it))) },
        "wakes" => Command::Wake,
        "reopens" => Command::Reopen,
        "rates" => Command::Rate {
            session: SessionNo(words[0].parse().unwrap()),
            stars: words[1].parse().unwrap(),
            comment: words.get(2).map(|it| text(it)),
        },
        "blocks" => Command::Block(Block::SINGLE),
        "blacklists" => Command::Block(Block::BULK),
        "unblocks" => Command::Unblock,
        "erases" => Command::Erase,
        "speaks" => Command::SetLanguage { language: (rest != "-").then(|| id(rest)) },
        "names" => {
            Command::SetContact { details: Box::new(details(rest)), known: Box::new(known(scene)) }
        }
        "tags" => Command::SetTags { tags: rest.split(',').map(text).collect() },
        "topics" => Command::SetTopics { topics: rest.split(',').map(id).collect() },
        "moves" => Command::SetDepartment { department: department(rest) },
        "matches" => Command::BotMatched,
        "hands_off" => Command::HandOff,
        "postpones" => {
            Command::PostponeOffer { offer: id(words[0]), until: scene.later(span(words[1])) }
        }
        "loses" => Command::PresenceLost { agent: id(rest), was_there: true },
        "misses" => Command::PresenceLost { agent: id(rest), was_there: false },
        "signs_out" => Command::SignOut,
        "removes" | "drops" => goes(verb, &words),
        "renames" => Command::MemberRenamed {
            agent: MemberCard { id: id::<MemberId>(words[0]), name: text(words[1]) },
        },
        "deletes_site" | "leaves_it_to_elsewhere" => of_site(verb),
        "fires" => Command::Timer(timer(rest)),
        _ => panic!("nobody knows how to: {what}"),
    }
}

/// The site is deleted, or from now on only the inbox outside answers there.
fn of_site(verb: &str) -> Command {
    match verb {
        "deletes_site" => Command::SiteDeleted,
        _ => Command::AnsweredElsewhere,
    }
}

/// `removes ana ben`, `drops sales support`: something goes, and another follows it, if one is named
fn goes(verb: &str, words: &[&str]) -> Command {
    let heir = words.get(1);
    match verb {
        "removes" => Command::MemberRemoved { agent: id(words[0]), to: heir.map(|it| agent(it)) },
        _ => Command::DepartmentRemoved {
            department: id(words[0]),
            to: heir.map(|it| department(it)),
        },
    }
}

/// `name=Kim phone=123`
fn details(raw: &str) -> ContactDetails {
    let mut details = ContactDetails::default();
    for (field, value) in raw.split(' ').filter_map(|it| it.split_once('=')) {
        match field {
            "name" => details.name = Some(text(value)),
            "email" => details.email = Some(text(value)),
            "phone" => details.phone = Some(text(value)),
            "notes" => details.notes = Some(text(value)),
            _ => panic!("there is no field {field}"),
        }
    }
    details
}

/// The fields as the shell would look them up.
fn known(scene: &Scene) -> ContactDetails {
    let last = scene.log.iter().rev().find_map(|change| match &change.content {
        Some(inbox_core::Content::Contact { details }) => Some(details.clone()),
        _ => None,
    });
    last.unwrap_or_default()
}

fn timer(raw: &str) -> TimerKind {
    match raw {
        "inactivity" => TimerKind::Inactivity,
        "offer" => TimerKind::Offer,
        "snooze" => TimerKind::Snooze,
        "question" => TimerKind::StillQuestions,
        "purge" => TimerKind::Purge,
        _ => panic!("there is no timer {raw}"),
    }
}
