//! How much of what (D-message-length): characters, files, and conversations in one operation.

use inbox_types::{MessageText, SiteSettings, limits};

use crate::Rejection;

/// A visitor's message.
///
/// # Errors
///
/// If it is empty, too long, or has too many files.
// X5
pub fn visitor_message(
    text: Option<&MessageText>,
    n_files: usize,
    site: &SiteSettings,
) -> Result<(), Rejection> {
    not_empty(text, n_files)?;
    text.map_or(Ok(()), |text| length(text, site.visitor_max_chars))
}

/// An agent's or a bot's message.
///
/// # Errors
///
/// As for visitors, and if it holds angle brackets where they are reserved.
pub fn agent_message(
    text: Option<&MessageText>,
    n_files: usize,
    site: &SiteSettings,
) -> Result<(), Rejection> {
    not_empty(text, n_files)?;
    text.map_or(Ok(()), |text| agent_text(text, site))
}

/// A note or a whisper: as long as an agent's message, with any characters.
///
/// # Errors
///
/// If it is empty, too long, or has too many files.
pub fn internal_message(
    text: Option<&MessageText>,
    n_files: usize,
    site: &SiteSettings,
) -> Result<(), Rejection> {
    not_empty(text, n_files)?;
    text.map_or(Ok(()), |text| length(text, site.agent_max_chars))
}

/// The text of an agent's message or edit.
///
/// # Errors
///
/// If it is too long, or holds angle brackets where they are reserved.
// X4
pub fn agent_text(text: &MessageText, site: &SiteSettings) -> Result<(), Rejection> {
    length(text, site.agent_max_chars)?;
    if site.reserve_angle_brackets && text.as_str().contains(['<', '>']) {
        return Err(Rejection::Reserved);
    }
    Ok(())
}

/// Conversations in one bulk transfer; checked before anything changes.
///
/// # Errors
///
/// If there are more than [`limits::BULK_TRANSFER`].
// X12
pub fn bulk_transfer(n_conversations: usize) -> Result<(), Rejection> {
    at_most(n_conversations, limits::BULK_TRANSFER)
}

/// Conversations in any other bulk operation.
///
/// # Errors
///
/// If there are more than [`limits::BULK`].
// X13
pub fn bulk(n_conversations: usize) -> Result<(), Rejection> {
    at_most(n_conversations, limits::BULK)
}

/// Conversations in a bulk operation of all that stand in a list.
///
/// # Errors
///
/// If there are more than [`limits::BULK_ALL`].
// DK67
pub fn bulk_of_all(n_conversations: usize) -> Result<(), Rejection> {
    at_most(n_conversations, limits::BULK_ALL)
}

fn at_most(n: usize, max: usize) -> Result<(), Rejection> {
    if n <= max { Ok(()) } else { Err(Rejection::TooMany { max }) }
}

fn not_empty(text: Option<&MessageText>, n_files: usize) -> Result<(), Rejection> {
    if limits::FILES_PER_MESSAGE < n_files {
        return Err(Rejection::TooManyFiles);
    }
    if text.is_none() && n_files == 0 {
        return Err(Rejection::Empty);
    }
    Ok(())
}

// X1, X2, X3
fn length(text: &MessageText, site_max: u32) -> Result<(), Rejection> {
    let max = site_max.min(limits::MESSAGE_CHARS_MAX);
    let fits = u32::try_from(text.n_chars()).is_ok_and(|n_chars| n_chars <= max);
    if fits { Ok(()) } else { Err(Rejection::TooLong { max }) }
}
