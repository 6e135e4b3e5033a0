//! What a deed changed, in words: the relay writes down the names of fields, of a switch whether it is on,
//! and of a role both.

use inbox_text::{Phrase, console};
use inbox_types::Role;

/// Something that was changed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Changed {
    /// A role, from what it was to what it is.
    Role(Role, Role),
    /// What is sent to a site's own inbox waits, or goes on.
    Paused(bool),
    /// A switch is on now, or off.
    Switched(Phrase, bool),
    /// Something else is otherwise than before.
    Field(Phrase),
}

/// The deeds beside which it stands what they changed.
const DEEDS: [&str; 6] = [
    "patch_member",
    "put_settings",
    "put_site",
    "pause_webhook",
    "put_proactive",
    "put_department",
];

/// What a deed changed; nothing of what a later version does. Each is named once.
#[must_use]
pub fn changes(deed: &str, what: &str) -> Vec<Changed> {
    let mut changes = Vec::new();
    if !DEEDS.contains(&deed) {
        return changes;
    }
    // Behind the makers of a link stand ids.
    for word in what.split(' ').take_while(|it| *it != "by-link-of") {
        changes.extend(changed(word).filter(|it| !changes.contains(it)));
    }
    changes
}

fn changed(word: &str) -> Option<Changed> {
    let (path, value) = word.split_once(':').unwrap_or((word, ""));
    match (path, value) {
        ("role", roles) => {
            let (was, is) = roles.split_once('>')?;
            let named = |word: &str| Role::ALL.into_iter().find(|it| format!("{it:?}") == word);
            Some(Changed::Role(named(was)?, named(is)?))
        }
        ("webhook.paused", is) => Some(Changed::Paused(is == "on")),
        (path, "on") => Some(Changed::Switched(label(path)?, true)),
        (path, "off") => Some(Changed::Switched(label(path)?, false)),
        (path, _) => Some(Changed::Field(label(path)?)),
    }
}

/// What a field is called where it is set.
fn label(path: &str) -> Option<Phrase> {
    Some(match path {
        "name" => console::FIELD_NAME,
        "department" => console::DEPARTMENT,
        "departments" => console::DEPARTMENTS,
        "assignment" => console::ASSIGNMENT,
        "origins" => console::SITE_ORIGINS,
        "webhook" => console::WEBHOOK,
        "webhook.url" => console::WEBHOOK_URL,
        "webhook.answers" => console::WEBHOOK_ANSWERS,
        "webhook.key" | "inbox_key" => console::WEBHOOK_KEY,
        "forward_notes" => console::WEBHOOK_NOTES,
        "only_elsewhere" => console::WEBHOOK_ONLY,
        "failover" => console::WEBHOOK_FAILOVER,
        "main_language" => console::SITE_MAIN_LANGUAGE,
        "force_main_language" => console::SET_FORCE_LANGUAGE,
        "show_joins" => console::SET_SHOW_JOINS,
        "ask_still_questions" | "still_questions_wait" => console::SET_STILL,
        "ask_rating" => console::SET_RATING,
        "rating_mandatory" => console::SET_RATING_MANDATORY,
        "topic_mandatory" => console::SET_TOPIC,
        "wrapup_reason_required" => console::SET_REASON,
        "inactivity" => console::SITE_INACTIVITY,
        "reopen_window" => console::SITE_REOPEN,
        "visitor_max_chars" => console::SITE_VISITOR_CHARS,
        "agent_max_chars" => console::SITE_AGENT_CHARS,
        "reserve_angle_brackets" => console::SET_BRACKETS,
        "mask_sensitive" => console::SET_MASK,
        "secret_parameters" => console::SITE_SECRETS,
        "appearance.color" => console::SITE_COLOR,
        "appearance.at_start" => console::SITE_AT_START,
        "appearance.title" => console::SITE_TEAM_NAME,
        "transfer_mode" => console::SET_TRANSFER_MODE,
        "offer_deadline" => console::SET_DEADLINE,
        "capacity" => console::SET_CAPACITY,
        "disconnected_owner" => console::SET_DISCONNECTED,
        "notification_life" => console::SET_LIFE,
        "list_order" => console::SET_ORDER,
        "wait_levels" => console::SET_WAITS,
        "team_lead_transfers" => console::SET_LEAD_TRANSFERS,
        "agent_changes_owner" => console::SET_AGENT_OWNER,
        "agent_blocks" => console::SET_AGENT_BLOCKS,
        "team_lead_blocks" => console::SET_LEAD_BLOCKS,
        "supervisor_deletes" => console::SET_SUPERVISOR_DELETES,
        "forbid_editing" => console::SET_FORBID_EDITING,
        "forbid_deleting" => console::SET_FORBID_DELETING,
        "leads_see_unmasked" => console::SET_LEADS_UNMASKED,
        "supervisor_own_departments" => console::SET_SUPERVISOR_OWN,
        "agent_view" => console::SET_AGENT_VIEW,
        "proactive.per_visit" => console::SET_PER_VISIT,
        "proactive.per_visitor" => console::SET_PER_VISITOR,
        "proactive.remember_visitors" => console::SET_REMEMBER,
        path if path.starts_with("appearance.greeting") => console::SITE_GREETING,
        path if path.starts_with("hours") || path.starts_with("proactive.") => console::HOURS,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use inbox_types::{SiteSettings, WorkspaceSettings};
    use serde_json::{Map, Value as Json, json};

    use super::*;

    #[test]
    fn what_was_changed_has_words() {
        let field = |phrase| vec![Changed::Field(phrase)];
        for (deed, what, expected) in [
            (
                "patch_member",
                "m2c7 role:Agent>Owner",
                vec![Changed::Role(Role::Agent, Role::Owner)],
            ),
            ("patch_member", "m2c7 name", field(console::FIELD_NAME)),
            (
                "put_settings",
                "capacity leads_see_unmasked:off",
                vec![
                    Changed::Field(console::SET_CAPACITY),
                    Changed::Switched(console::SET_LEADS_UNMASKED, false),
                ],
            ),
            (
                "put_site",
                "main-abc mask_sensitive:on by-link-of name",
                vec![Changed::Switched(console::SET_MASK, true)],
            ),
            ("pause_webhook", "main-abc webhook.paused:off", vec![Changed::Paused(false)]),
            ("put_site", "main-abc hours.week hours.holidays", field(console::HOURS)),
            ("put_site", "main-abc later_field role:Later>Owner", Vec::new()),
            ("delete_site", "name", Vec::new()),
        ] {
            assert_eq!(changes(deed, what), expected, "{deed} {what}");
        }
    }

    /// The names of all fields, as the relay writes them down.
    fn names(path: &str, all: &Map<String, Json>) -> Vec<String> {
        let names = all.iter().map(|(name, value)| match (path, value) {
            ("", Json::Object(roles)) if name == "roles" => names("", roles),
            ("", Json::Object(inner)) => names(name, inner),
            ("", _) => vec![name.clone()],
            (path, _) => vec![format!("{path}.{name}")],
        });
        names.flatten().collect()
    }

    #[test]
    fn whatever_is_set_of_a_site_and_of_a_team_has_words() {
        // What is off may be left out.
        let site = SiteSettings { forward_notes: true, ..SiteSettings::default() };
        let all = [json!(site), json!(WorkspaceSettings::default())];
        // Nobody can set it in the console.
        let hidden = ["purge_grace"];
        for name in all.iter().flat_map(|it| names("", it.as_object().expect("fields"))) {
            assert!(label(&name).is_some() || hidden.contains(&name.as_str()), "{name}");
        }
    }
}
