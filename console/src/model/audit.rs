//! The audit log: what is on screen of it. It is read page by page, newest first.

mod changes;

use inbox_protocol::{
    Refusal,
    http::{AuditPage, AuditRow},
};
use inbox_text::{Phrase, console};
use inbox_types::{Role, limits::AUDIT_ROWS};

pub use self::changes::{Changed, changes};
use super::{Effect, Model, Request, toast, words};

/// What is on screen of the audit log.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Audit {
    /// What was done, newest first.
    pub rows: Vec<AuditRow>,
    /// There is more before the last row.
    pub more: bool,
    /// A page is awaited.
    pub busy: bool,
}

/// What happens to it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum AuditMsg {
    /// A page came: the first one, or the one before a row.
    Known(Option<u64>, Result<AuditPage, Refusal>),
    /// Somebody wants to see what is before the last row.
    Earlier,
}

/// Somebody comes to the page.
pub(super) fn arrive(model: &mut Model) -> Vec<Effect> {
    model.audit.busy = true;
    vec![Effect::Ask(Request::Audit(None))]
}

pub(super) fn update(model: &mut Model, msg: AuditMsg) -> Vec<Effect> {
    match msg {
        AuditMsg::Known(before, Ok(page)) => {
            let audit = &mut model.audit;
            // The answer to a question that was asked twice, or before the page was opened anew.
            if before.is_some() && before != audit.rows.last().map(|it| it.no) {
                return Vec::new();
            }
            audit.busy = false;
            let admin = &mut model.admin;
            admin.missing.told(&mut admin.problem, &Request::Audit(before));
            audit.more = page.rows.len() == AUDIT_ROWS;
            if before.is_none() {
                audit.rows.clear();
            }
            audit.rows.extend(page.rows);
            Vec::new()
        }
        AuditMsg::Known(before, Err(reason)) => {
            model.audit.busy = false;
            let (admin, request) = (&mut model.admin, Request::Audit(before));
            admin.missing.failed(&mut admin.problem, request, toast::refusal(reason));
            Vec::new()
        }
        AuditMsg::Earlier => match model.audit.rows.last() {
            Some(last) if !model.audit.busy => {
                let before = Some(last.no);
                model.audit.busy = true;
                vec![Effect::Ask(Request::Audit(before))]
            }
            Some(_) | None => Vec::new(),
        },
    }
}

/// What was done, in words; none of what a later version does.
#[must_use]
pub fn deed(word: &str) -> Option<Phrase> {
    Some(match word {
        "sign_in" => console::AUDIT_SIGN_IN,
        "sign_out" => console::AUDIT_SIGN_OUT,
        "revoke_sign_in" => console::AUDIT_REVOKE_SIGN_IN,
        "change_password" => console::AUDIT_CHANGE_PASSWORD,
        "invite" => console::AUDIT_INVITE,
        "patch_member" => console::AUDIT_PATCH_MEMBER,
        "delete_member" => console::AUDIT_DELETE_MEMBER,
        "make_sign_in_link" => console::AUDIT_MAKE_SIGN_IN_LINK,
        "put_settings" => console::AUDIT_PUT_SETTINGS,
        "create_site" => console::AUDIT_CREATE_SITE,
        "put_site" => console::AUDIT_PUT_SITE,
        "delete_site" => console::AUDIT_DELETE_SITE,
        "create_department" => console::AUDIT_CREATE_DEPARTMENT,
        "put_department" => console::AUDIT_PUT_DEPARTMENT,
        "delete_department" => console::AUDIT_DELETE_DEPARTMENT,
        "create_canned" | "put_canned" => console::AUDIT_PUT_CANNED,
        "delete_canned" => console::AUDIT_DELETE_CANNED,
        "create_topic" => console::AUDIT_CREATE_TOPIC,
        "delete_topic" => console::AUDIT_DELETE_TOPIC,
        "create_api_key" => console::AUDIT_CREATE_API_KEY,
        "delete_api_key" => console::AUDIT_DELETE_API_KEY,
        "take_api_key" => console::AUDIT_TAKE_API_KEY,
        "create_campaign" | "put_campaign" => console::AUDIT_PUT_CAMPAIGN,
        "set_campaign_status" => console::AUDIT_CAMPAIGN_STATUS,
        "order_campaigns" => console::AUDIT_ORDER_CAMPAIGNS,
        "put_proactive" => console::AUDIT_PUT_PROACTIVE,
        "preview_campaign" => console::AUDIT_PREVIEW_CAMPAIGN,
        "block" => console::AUDIT_BLOCK,
        "block_and_purge" => console::AUDIT_BLOCK_AND_PURGE,
        "unblock" => console::AUDIT_UNBLOCK,
        "erase" => console::AUDIT_ERASE,
        "purge" => console::AUDIT_PURGE,
        "deliver" => console::AUDIT_DELIVER,
        "rotate_secret" => console::AUDIT_ROTATE_SECRET,
        "end_secret" => console::AUDIT_END_SECRET,
        "pause_webhook" => console::AUDIT_PAUSE_WEBHOOK,
        "ping_webhook" => console::AUDIT_PING_WEBHOOK,
        "webhook_gone" => console::AUDIT_WEBHOOK_GONE,
        "create_view" => console::AUDIT_CREATE_VIEW,
        "delete_view" => console::AUDIT_DELETE_VIEW,
        "revoke_visitor" => console::AUDIT_REVOKE_VISITOR,
        _ => return None,
    })
}

/// By whom a deed was done that nobody of the team did.
#[must_use]
pub fn by_nobody(deed: &str) -> Phrase {
    match deed {
        "webhook_gone" => console::AUDIT_BY_INBOX,
        _ => console::AUDIT_BY_TIME,
    }
}

/// What belongs to a deed beside its name, in words: how somebody came in, or as what they were
/// invited; none if it is an id, or a word of a later version.
#[must_use]
pub fn detail(deed: &str, what: &str) -> Option<Phrase> {
    match deed {
        "sign_in" => Some(match what {
            "link" => console::AUDIT_BY_LINK,
            "invitation" => console::AUDIT_BY_INVITATION,
            "password" => console::AUDIT_BY_PASSWORD,
            "setup" => console::AUDIT_BY_SETUP,
            _ => return None,
        }),
        // The role stands last, as the relay's code calls it; before it whom they invited.
        "invite" => {
            let word = what.split(' ').next_back()?;
            let role = Role::ALL.into_iter().find(|it| format!("{it:?}") == word)?;
            Some(words::role(role))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use inbox_protocol::audit;
    use inbox_types::Timestamp;

    use super::*;

    fn model() -> Model {
        Model::new(Timestamp::from_millis(0), 1)
    }

    fn page(numbers: std::ops::Range<u64>) -> AuditPage {
        let row = |no| AuditRow {
            no,
            at: Timestamp::from_millis(no),
            by: None,
            deed: "purge".to_owned(),
            what: String::new(),
            name: None,
            behind: Vec::new(),
        };
        AuditPage { rows: numbers.rev().map(row).collect() }
    }

    #[test]
    fn pages_follow_each_other_and_none_comes_twice() {
        let mut model = model();
        arrive(&mut model);
        let known = |before, page| AuditMsg::Known(before, Ok(page));
        update(&mut model, known(None, page(10..60)));
        assert!(model.audit.more && !model.audit.busy);
        let asked = update(&mut model, AuditMsg::Earlier);
        assert_eq!(asked, [Effect::Ask(Request::Audit(Some(10)))]);
        assert!(update(&mut model, AuditMsg::Earlier).is_empty(), "while one is awaited");
        update(&mut model, known(Some(10), page(1..10)));
        update(&mut model, known(Some(10), page(1..10)));
        let numbers: Vec<u64> = model.audit.rows.iter().map(|it| it.no).collect();
        assert_eq!(numbers, (1..60).rev().collect::<Vec<_>>());
        assert!(!model.audit.more);
        update(&mut model, known(None, page(2..52)));
        assert_eq!(model.audit.rows.len(), 50, "opened anew");
    }

    #[test]
    fn what_is_written_down_beside_a_deed_has_words() {
        for way in audit::WAYS {
            assert!(detail(audit::SIGN_IN, way).is_some(), "{way}");
        }
        for role in Role::ALL {
            for what in [format!("{role:?}"), format!("m2c7 {role:?}")] {
                assert_eq!(detail("invite", &what), Some(words::role(role)), "{what}");
            }
        }
        assert_eq!(detail("put_site", "main-abc"), None);
    }

    #[test]
    fn everything_that_is_written_down_has_words() {
        let words = audit::COMMANDS.into_iter().chain(audit::CONVERSATIONS);
        for word in words.chain([audit::SIGN_IN, audit::WEBHOOK_GONE]) {
            assert!(deed(word).is_some(), "{word}");
        }
    }
}
