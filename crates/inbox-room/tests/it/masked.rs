//! Whatever a number or an address is written like, and in whatever field, no frame tells it to
//! somebody who sees masked text.

use inbox_protocol::{
    FromAgent, FromDesk, FromVisitor, ListQuery, ListSort, ListTab, ToAgent, TransferTarget,
};
use inbox_room::{DeskCommand, Input};
use inbox_types::{
    Author, ContactDetails, File, MediaType, Place, Presence, SessionNo, StartContext, Text,
    Timestamp, TransferMode, Visibility, Visit,
};
use serde_json::Value;

use crate::{
    desk_stage::{DeskStage, desk_facts},
    stage::{Stage, facts, id, text},
    writings::{ADDRESSES, NUMBERS, Secret, writings},
};

fn strings(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(it) => found.push(it.clone()),
        Value::Array(all) => all.iter().for_each(|it| strings(it, found)),
        Value::Object(all) => all.values().for_each(|it| strings(it, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) => (),
    }
}

/// Every string of these frames in which the secret stands.
fn leaks<T: serde::Serialize>(secret: &Secret, frames: &[T]) -> Vec<String> {
    let mut found = Vec::new();
    for frame in frames {
        strings(&serde_json::to_value(frame).unwrap(), &mut found);
    }
    found.retain(|it| secret.is_told_by(it));
    found
}

pub(crate) fn fits<const MAX: usize>(raw: &str) -> Option<Text<MAX>> {
    Text::try_from(raw.to_owned()).ok()
}

fn visit(said: &str) -> Visit {
    let page: Text<2_048> = fits(said).unwrap();
    Visit {
        url: page.clone(),
        title: fits(said),
        referrer: Some(page),
        at: Timestamp::from_millis(1),
    }
}

fn upload(stage: &mut Stage, file: &str, said: &str) {
    let stored = inbox_room::StoredFile {
        file: File {
            id: id(file),
            name: fits(said).unwrap_or_else(|| fits("a").unwrap()),
            bytes: 10,
            media: MediaType::Png,
        },
        by: Author::Visitor,
        message: None,
    };
    stage.memory.files.insert(id(file), stored);
}

fn details(said: &str) -> ContactDetails {
    ContactDetails {
        name: fits(said),
        email: fits(said),
        phone: fits(said),
        extra: fits(said),
        notes: fits(said),
        language: None,
    }
}

/// A conversation with the text in every field that has one, as Ana and Ben, who see it masked, and
/// Adam, who does not, are told of it.
fn conversation(said: &str, masked: bool, desk: &mut DeskStage) -> Stage {
    let mut facts = facts();
    facts.site.mask_sensitive = masked;
    facts.site.ask_rating = true;
    let mut stage = Stage::with(facts);
    stage.visitor_arrives(1);
    stage.agent_arrives(2, "ana");
    stage.agent_arrives(6, "adam");
    upload(&mut stage, "f1", said);
    stage.visitor(1, FromVisitor::Profile { details: details(said) });
    let context = StartContext { page: fits(said), ..StartContext::default() };
    stage.visitor(
        1,
        FromVisitor::Post {
            client_id: id("v1"),
            text: Some(text(said)),
            files: vec![id("f1")],
            context,
        },
    );
    let session = SessionNo(1);
    stage.desk(DeskCommand::Offer { session, queued_at: None, grant: stage.grant("ana") });
    let offered = stage.summary();
    desk.hears(&offered);
    let offer = offered.session.offer.unwrap().id;
    stage.agent(2, FromAgent::Accept { offer });
    desk.hears(&stage.summary());
    stage.visitor(1, FromVisitor::Visits { visits: vec![visit(said)] });
    let tags = fits(said).into_iter().collect();
    stage.agent(6, FromAgent::SetTags { tags });
    stage.agent(6, FromAgent::SetContact { details: details(said) });
    for (name, visibility) in [("n1", Visibility::Note), ("n2", Visibility::Note)] {
        let text = Some(text(said));
        stage
            .agent(6, FromAgent::Post { client_id: id(name), visibility, text, files: Vec::new() });
    }
    let of = Place(stage.memory.events.last().unwrap().seq.0);
    stage.agent(6, FromAgent::Edit { of, text: text(&format!("{said} too")) });
    for (name, visibility) in [("a1", Visibility::Public), ("a2", Visibility::Whisper)] {
        let text = Some(text(said));
        stage
            .agent(2, FromAgent::Post { client_id: id(name), visibility, text, files: Vec::new() });
    }
    stage.visitor_says(1, "v2", &format!("{} {said}", "x".repeat(120)));
    desk.hears(&stage.summary());
    let to = TransferTarget::Agent(id("ben"));
    let mode = Some(TransferMode::Request);
    stage.agent(2, FromAgent::Transfer { to, mode, reason: fits(said), session: None });
    desk.hears(&stage.summary());
    stage.agent(2, FromAgent::CancelOffer);
    stage.agent(2, FromAgent::End { ask: false, reason: fits(said), session: None });
    stage.agent(2, FromAgent::Wrapup { session, reason: fits(said), remark: fits(said) });
    stage.visitor(1, FromVisitor::Rate { session, stars: 2, comment: fits(said) });
    desk.hears(&stage.summary());
    stage.agent_arrives(3, "ben");
    stage.agent_arrives(7, "adam");
    stage.agent(3, FromAgent::History { before: Place(30) });
    stage.agent(3, FromAgent::Link { file: id("f1") });
    stage
}

fn desk(masked: bool) -> DeskStage {
    let mut facts = desk_facts();
    facts.sites[0].mask_sensitive = masked;
    let mut desk = DeskStage::with(facts);
    let query = ListQuery {
        tab: ListTab::All,
        states: Vec::new(),
        department: None,
        campaign: None,
        filter: inbox_protocol::ListFilter::default(),
        sort: ListSort::Grouped,
    };
    for (conn, who) in [(1, "ana"), (2, "adam"), (3, "ben")] {
        desk.arrives(conn, who);
        desk.says(conn, FromDesk::Watch { query: query.clone(), before: None });
        desk.chooses(conn, Presence::Available);
    }
    desk
}

fn told_to(stage: &Stage, conns: &[u64]) -> Vec<ToAgent> {
    conns.iter().flat_map(|it| stage.agent_heard(*it)).collect()
}

/// Each needle in a few of its writings, and each writing of some needle.
fn needles_in_writings() -> Vec<(&'static str, String)> {
    let mut found = Vec::new();
    for (n, needle) in NUMBERS.iter().chain(&ADDRESSES).enumerate() {
        let all = writings(needle);
        let every = |at: usize| at == 0 || at % 60 == 2 * n;
        let said = all.into_iter().enumerate().filter(|(at, _)| every(*at));
        found.extend(said.map(|(_, said)| (*needle, said)));
    }
    found
}

#[test]
fn rm28_no_frame_tells_a_masked_reader_what_is_hidden_in_whatever_writing_and_field() {
    for (needle, said) in needles_in_writings() {
        let secret = Secret::of(needle);
        let mut desk = desk(true);
        let stage = conversation(&said, true, &mut desk);
        let frames = told_to(&stage, &[2, 3]);
        let leaked = leaks(&secret, &frames);
        assert!(leaked.is_empty(), "{said:?} was told as {leaked:?}");
        let heard = [desk.heard_by(1), desk.heard_by(3)].concat();
        let leaked = leaks(&secret, &heard);
        assert!(leaked.is_empty(), "the desk told {said:?} as {leaked:?}");
        assert_eq!(stage.masked_links, [id("f1")]);
        // Whoever may read it is told it in every field into which it fits.
        let n_told = leaks(&secret, &told_to(&stage, &[7])).len();
        let fits_everywhere = said.chars().count() <= 40;
        assert!(
            if fits_everywhere { 10 } else { 4 } <= n_told,
            "{said:?} is told to Adam {n_told} times"
        );
        let n_told = leaks(&secret, &desk.heard_by(2)).len();
        assert!(!fits_everywhere || 3 <= n_told, "{said:?} is told to Adam's desk {n_told} times");
    }
}

/// What of a message comes to the desk has an end, and what is hidden may reach beyond it.
#[test]
fn rm28_the_beginning_of_a_long_message_shows_nothing_that_all_of_it_hides() {
    for n_before in [0, 60, 400, 470] {
        for (needle, said) in [
            ("ursula@example.com", format!("ursula%{}40example.com", "25".repeat(240))),
            ("ursula@example.com", format!("ursula{}@example.com", "\u{200b}".repeat(484))),
            ("ursula@example.com", "ursula@example.com".to_owned()),
            ("4111 1111 1111 1111", format!("4111 1111{}11111111", "\u{332}".repeat(484))),
            ("4111 1111 1111 1111", "4111 1111 1111 1111".to_owned()),
        ] {
            let secret = Secret::of(needle);
            let mut desk = desk(true);
            let mut facts = facts();
            facts.site.mask_sensitive = true;
            let mut stage = Stage::with(facts);
            stage.visitor_arrives(1);
            stage.visitor_says(
                1,
                "v1",
                &format!("{} {said}{}", "x".repeat(n_before), " y".repeat(8)),
            );
            let session = SessionNo(1);
            stage.desk(DeskCommand::Offer { session, queued_at: None, grant: stage.grant("ana") });
            desk.hears(&stage.summary());
            let mut shown = Vec::new();
            for frame in [desk.heard_by(1), desk.heard_by(3)].concat() {
                strings(&serde_json::to_value(frame).unwrap(), &mut shown);
            }
            let tells = |it: &&String| secret.is_told_by(it) || it.contains("4111 1111");
            assert_eq!(shown.iter().find(tells), None, "{said:?} behind {n_before}");
        }
    }
}

/// Nothing on the way makes markup of a text, or anything else than was written.
#[test]
fn rm48_what_people_write_is_told_in_every_field_as_it_was_written() {
    let markup: Vec<String> =
        serde_json::from_str(include_str!("../../../../tests/harness/markup.json")).unwrap();
    for said in markup {
        let mut desk = desk(false);
        let stage = conversation(&said, false, &mut desk);
        let mut told = Vec::new();
        for frame in told_to(&stage, &[2, 3, 6, 7]) {
            strings(&serde_json::to_value(frame).unwrap(), &mut told);
        }
        for frame in [desk.heard_by(1), desk.heard_by(3)].concat() {
            strings(&serde_json::to_value(frame).unwrap(), &mut told);
        }
        for frame in stage.visitor_heard(1) {
            strings(&serde_json::to_value(frame).unwrap(), &mut told);
        }
        let n_told = told.iter().filter(|it| it.contains(said.as_str())).count();
        assert!(20 <= n_told, "{said:?} was told {n_told} times");
        // Whatever was made of it would have its letters, and not its signs.
        let letters = |it: &str| it.chars().filter(char::is_ascii_alphanumeric).collect::<String>();
        let changed = |it: &&String| {
            5 < letters(&said).len()
                && letters(it).contains(&letters(&said))
                && !it.contains(said.as_str())
                // A list shows the beginning.
                && !it.starts_with("xxx")
        };
        assert_eq!(told.iter().find(changed), None, "{said:?}");
    }
}

pub(crate) fn view_of(stage: &Stage, conn: u64) -> inbox_protocol::ConversationView {
    let views = stage.agent_heard(conn).into_iter().rev();
    let mut views = views.filter_map(|it| match it {
        ToAgent::Conversation { conversation } => Some(*conversation),
        ToAgent::Welcome(welcome) => Some(welcome.conversation),
        _ => None,
    });
    views.next().unwrap()
}

#[test]
fn rm28_what_a_masked_reader_sees_in_full_they_may_change() {
    use inbox_types::ContactField::{Email, Name, Notes};
    let known = ContactDetails {
        name: fits("0912 345 678"),
        email: fits("ursula@example.com"),
        extra: fits("C-1001"),
        notes: fits("call 0912345678"),
        ..ContactDetails::default()
    };
    let mut facts = facts();
    facts.site.mask_sensitive = true;
    let mut stage = Stage::with(facts);
    stage.talk();
    stage.agent_arrives(6, "adam");
    stage.agent(6, FromAgent::SetContact { details: known.clone() });
    stage.agent(
        6,
        FromAgent::SetTags { tags: vec![fits("0912345678").unwrap(), fits("VIP").unwrap()] },
    );
    let view = view_of(&stage, 2);
    assert!(view.masked && !view_of(&stage, 6).masked);
    assert_eq!(view.contact.hidden, [Name, Email, Notes]);
    assert_eq!(view_of(&stage, 6).contact.hidden, []);

    let shown = view.contact.details;
    let changed = ContactDetails { extra: fits("C-1002"), phone: fits("118"), ..shown.clone() };
    stage.agent(2, FromAgent::SetContact { details: changed });
    assert_eq!(stage.refusals(2), []);
    let expected = ContactDetails { extra: fits("C-1002"), phone: fits("118"), ..known };
    assert_eq!(view_of(&stage, 6).contact.details, expected);

    for wrong in [
        ContactDetails { email: fits("u*****@example.org"), ..shown.clone() },
        ContactDetails { notes: None, ..shown.clone() },
        ContactDetails { name: fits("******5679"), ..shown },
    ] {
        stage.forget_heard();
        stage.agent(2, FromAgent::SetContact { details: wrong });
        assert_eq!(stage.refusals(2), [inbox_protocol::Refusal::Masked]);
    }
    stage.agent_arrives(7, "adam");
    assert_eq!(view_of(&stage, 7).contact.details, expected);

    stage.agent_arrives(8, "ana");
    let mut tags = view_of(&stage, 8).contact.tags;
    tags.push(fits("new").unwrap());
    stage.agent(8, FromAgent::SetTags { tags });
    let tags: Vec<String> =
        view_of(&stage, 7).contact.tags.iter().map(|it| it.as_str().to_owned()).collect();
    assert_eq!(tags, ["0912345678", "VIP", "new"]);
}

#[test]
fn rm28_open_consoles_are_told_at_once_when_what_they_may_see_changes() {
    let mut stage = Stage::new();
    stage.talk();
    stage.visitor_says(1, "v2", "my card is 4111 1111 1111 1111");
    for (on, masked) in [(true, true), (false, false)] {
        stage.forget_heard();
        let mut facts = stage.facts.clone();
        facts.site.mask_sensitive = on;
        stage.handle(Input::Facts(Box::new(facts)));
        assert_eq!(view_of(&stage, 2).masked, masked);
    }
    // Nobody may edit or delete what they sent any more, and then they may again.
    for forbidden in [true, false] {
        stage.forget_heard();
        let mut facts = stage.facts.clone();
        facts.workspace.roles.forbid_editing = forbidden;
        facts.workspace.roles.forbid_deleting = forbidden;
        stage.handle(Input::Facts(Box::new(facts)));
        let may = view_of(&stage, 2).may;
        for action in [inbox_types::Action::EditOwn, inbox_types::Action::DeleteOwn] {
            assert_eq!(may.contains(&action), !forbidden, "{action:?}");
        }
    }
}
