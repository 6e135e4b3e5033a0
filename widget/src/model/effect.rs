//! What follows from it, for the shell to do.

use inbox_client::{Call, NewMessage, SavedMessage};
use inbox_protocol::FromVisitor;
use inbox_types::{ClientId, Language};

/// What the shell must do, in this order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Effect {
    /// Something about sockets.
    Call(Call),
    /// Say this to the relay.
    Say(FromVisitor),
    /// Store an unsent line.
    Keep(SavedMessage),
    /// Remove a line from storage.
    Forget(ClientId),
    /// Store what is being written.
    SaveDraft(String),
    /// Store which files are attached to it.
    SaveFiles(NewMessage),
    /// Store a newer token.
    SaveToken(String),
    /// Begin the upload of what was picked.
    Upload(u32),
    /// Break an upload off and forget the file.
    CancelUpload(u32),
    /// Tell the page.
    Tell(ToPage),
    /// Open an address in a new tab.
    OpenLink(String),
    /// Fetch the texts of this language and show them.
    SpeakLanguage(Language),
    /// Fetch the texts of system messages.
    NoticeLanguage(Language),
    /// Put the cursor into the composer.
    FocusComposer,
    /// Scroll to the newest line.
    ScrollToEnd,
}

/// What the page is told.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ToPage {
    /// Put the panel away.
    Close,
    /// How many messages are unread.
    Unread(usize),
    /// Whether a session is open.
    Open(bool),
    /// Something that the page's own script may care for.
    Event(&'static str),
}
