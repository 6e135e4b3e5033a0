//! Tags of which a reader sees less than is there, and what they make of them.

use inbox_protocol::{BulkOperation, FromAgent, Refusal};
use inbox_room::{DeskCommand, RoomReport};
use inbox_types::Label;
use serde_json::json;

use crate::{
    masked::{fits, view_of},
    stage::{Stage, facts},
};

fn label(raw: &str) -> Label {
    fits(raw).unwrap()
}

#[test]
fn rm111_what_a_masked_reader_names_of_tags_in_bulk_is_what_they_were_shown() {
    // What is put on, what is taken off, and what stands there then.
    for (add, remove, expected) in [
        (None, Some("******5678"), vec!["VIP"]),
        (Some("******5678"), None, vec!["0912345678", "VIP"]),
        (None, Some("VIP"), vec!["0912345678"]),
        (Some("new"), None, vec!["0912345678", "VIP", "new"]),
        // Whoever guesses it learns nothing.
        (None, Some("0912345678"), vec!["0912345678", "VIP"]),
    ] {
        let mut facts = facts();
        facts.site.mask_sensitive = true;
        let mut stage = Stage::with(facts);
        stage.talk();
        stage.agent_arrives(6, "adam");
        stage.agent(6, FromAgent::SetTags { tags: vec![label("0912345678"), label("VIP")] });
        let shown = view_of(&stage, 2).contact.tags;
        assert_eq!(shown, [label("******5678"), label("VIP")]);
        let of = |it: Option<&str>| it.into_iter().map(label).collect::<Vec<_>>();
        let operation = BulkOperation::Tag { add: of(add), remove: of(remove) };
        let (grant, ticket) = (stage.grant("ana"), "t".to_owned());
        stage.desk(DeskCommand::Bulk { grant, ticket, operation, session: None });
        let tags = view_of(&stage, 6).contact.tags;
        assert_eq!(tags, expected.into_iter().map(label).collect::<Vec<_>>(), "{add:?} {remove:?}");
    }
}

/// One who guesses what a masked tag hides is told the same of a right guess as of a wrong one, and
/// changes nothing.
#[test]
fn rm140_rm171_a_guess_of_a_hidden_tag_is_answered_alike_right_or_wrong() {
    let hidden = label("0912345678");
    let masked_site = || {
        let mut facts = facts();
        facts.site.mask_sensitive = true;
        let mut stage = Stage::with(facts);
        stage.talk();
        stage.agent_arrives(6, "adam");
        stage.agent(6, FromAgent::SetTags { tags: vec![hidden.clone(), label("VIP")] });
        stage.forget_heard();
        stage
    };
    let shown = || vec![label("******5678"), label("VIP")];
    let with = |guesses: &[&str]| {
        let guesses = guesses.iter().map(|it| label(it));
        shown().into_iter().chain(guesses).collect::<Vec<_>>()
    };
    for guesses in [
        &["0912345678"] as &[&str],
        &["0912345670"],
        &["0912 345 678"],
        &["0912345670", "0912345678", "0912345679"],
        &["eve@mail.example"],
    ] {
        let mut stage = masked_site();
        let before = stage.memory.events.len();
        stage.agent(2, FromAgent::SetTags { tags: with(guesses) });
        // Also in place of what they were shown.
        stage.agent(2, FromAgent::SetTags { tags: guesses.iter().map(|it| label(it)).collect() });
        assert_eq!(stage.refusals(2), [Refusal::Masked; 2], "{guesses:?}");

        let operation = BulkOperation::Tag { add: with(guesses), remove: Vec::new() };
        let (grant, ticket) = (stage.grant("ana"), "t".to_owned());
        stage.desk(DeskCommand::Bulk { grant, ticket, operation, session: None });
        let refused = stage.reports.iter().rev().find_map(|it| match it {
            RoomReport::Bulk { refused, .. } => Some(*refused),
            _ => None,
        });
        assert_eq!(refused, Some(Some(Refusal::Masked)), "{guesses:?}");

        for (n, change) in ["add", "remove"].into_iter().enumerate() {
            let said = json!({
                "type": "contact.tags",
                "data": {
                    "conversation_id": "main-c1",
                    "agent": { "name": "Kim" },
                    change: guesses,
                },
            });
            let said = serde_json::from_value(said).unwrap();
            let answer = stage.bridge(&format!("b{n}"), &said).map(drop);
            let wanted = if change == "add" { Err(Refusal::Masked) } else { Ok(()) };
            assert_eq!(answer, wanted, "{change} {guesses:?}");
        }
        assert_eq!(stage.memory.events.len(), before, "{guesses:?}");
        stage.agent_arrives(7, "adam");
        assert_eq!(view_of(&stage, 7).contact.tags, [hidden.clone(), label("VIP")]);
    }
    // Whoever sees tags as they are puts on what they like.
    let mut stage = masked_site();
    let tags = vec![hidden.clone(), label("0912345670")];
    stage.agent(6, FromAgent::SetTags { tags: tags.clone() });
    stage.agent_arrives(7, "adam");
    assert_eq!(view_of(&stage, 7).contact.tags, tags);
}
