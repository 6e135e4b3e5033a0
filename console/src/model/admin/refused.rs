//! What is said of a change that the relay refused.

use inbox_protocol::Refusal;
use inbox_text::{Phrase, console};
use inbox_types::Role;

use super::{super::toast, Admin, Change};

/// Why a change is refused. Of an owner who must stay it is said what is needed first, and of what there
/// is no room for, that something has to go.
pub(super) fn refusal_of(admin: &Admin, change: Option<&Change>, reason: Refusal) -> Phrase {
    let members = admin.data.iter().flat_map(|it| &it.members);
    let mut owners = members.filter(|it| it.role == Role::Owner);
    if let Some(Change::PatchMember(id, _) | Change::RemoveMember(id, _)) = change
        && reason == Refusal::State
        && owners.any(|it| it.id == *id)
    {
        return console::REFUSED_LAST_OWNER;
    }
    if reason == Refusal::TooMany {
        return console::REFUSED_FULL;
    }
    toast::refusal(reason)
}
