//! What cannot be seen was not written (X15).

use inbox_types::{ContactDetails, Text};

use crate::{Command, Rejection};

/// Takes texts of nothing visible out of a command. Where there must be one, it is refused.
// X15
pub(super) fn drop_blanks(command: &mut Command) -> Result<(), Rejection> {
    match command {
        Command::Post(post) => clear(&mut post.text),
        Command::Transfer { reason, .. }
        | Command::TransferToQueue { reason, .. }
        | Command::End { reason, .. } => clear(reason),
        Command::Wrapup { reason, remark, .. } => {
            clear(reason);
            clear(remark);
        }
        Command::Rate { comment, .. } => clear(comment),
        Command::SetContact { details, .. } => {
            let ContactDetails { name, email, phone, extra, notes, language: _ } = &mut **details;
            clear(name);
            clear(email);
            clear(phone);
            clear(extra);
            clear(notes);
        }
        Command::Edit { text, .. } if text.is_blank() => return Err(Rejection::Empty),
        Command::SetTags { tags } if tags.iter().any(Text::is_blank) => {
            return Err(Rejection::Empty);
        }
        Command::Edit { .. }
        | Command::SetTags { .. }
        | Command::Delete { .. }
        | Command::Take
        | Command::Assign { .. }
        | Command::Accept { .. }
        | Command::Decline { .. }
        | Command::Invite { .. }
        | Command::CancelOffer
        | Command::Leave
        | Command::Supervise
        | Command::Ask
        | Command::Answer { .. }
        | Command::Snooze { .. }
        | Command::Wake
        | Command::Reopen
        | Command::Block(_)
        | Command::Unblock
        | Command::SignOut
        | Command::Erase
        | Command::SetLanguage { .. }
        | Command::SetTopics { .. }
        | Command::SetDepartment { .. }
        | Command::BotMatched
        | Command::HandOff
        | Command::Offer { .. }
        | Command::PostponeOffer { .. }
        | Command::PresenceLost { .. }
        | Command::MemberRemoved { .. }
        | Command::MemberRenamed { .. }
        | Command::DepartmentRemoved { .. }
        | Command::SiteDeleted
        | Command::AnsweredElsewhere
        | Command::Timer(_) => (),
    }
    Ok(())
}

fn clear<const MAX: usize>(text: &mut Option<Text<MAX>>) {
    if text.as_ref().is_some_and(Text::is_blank) {
        *text = None;
    }
}
