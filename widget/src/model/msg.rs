//! What happens to the chat.

use inbox_client::SavedMessage;
use inbox_protocol::ToVisitor;
use inbox_types::{ClientId, ContactDetails, File, FileId, Language, PageUrl, Visit};

use super::{Broken, Campaign, Picked};

/// What happened.
#[derive(Clone, Debug)]
pub enum Msg {
    /// The panel is on screen now.
    Shown {
        /// The visitor opened it, so that the composer gets the focus.
        focus: bool,
    },
    /// The panel is away.
    Hidden,
    /// The visitor puts the panel away.
    ClosePressed,
    /// The browser's tab is in front, or not.
    Awake(bool),
    /// The end of the transcript is on screen, or not.
    AtEnd(bool),
    /// The network came or went.
    Online(bool),
    /// Storage does not work.
    Forgetful,
    /// What storage holds of this tab.
    Restored {
        /// Lines that were not sent.
        kept: Vec<SavedMessage>,
        /// What was being written.
        draft: String,
        /// What was attached to it, in the form of a line.
        files: Option<SavedMessage>,
    },
    /// Something is stored for this visitor: be connected.
    Known,
    /// The composer's text, in normal form.
    Drafted(String),
    /// The visitor sends what stands in the composer.
    SendPressed {
        /// The message's name.
        client_id: ClientId,
    },
    /// An answer to a campaign was pressed.
    ReplyPressed {
        /// The message's name.
        client_id: ClientId,
        /// The answer.
        text: String,
    },
    /// Lines that were sent before the app was there, each with its name.
    SentBefore(Vec<(ClientId, String)>),
    /// Files were picked, pasted or dropped.
    Picked {
        /// Which ones.
        files: Vec<Picked>,
        /// The largest size, as a person reads it.
        limit: String,
    },
    /// An upload goes on.
    Uploading {
        /// Which file.
        id: u32,
        /// How far, 0 to 100.
        percent: u8,
    },
    /// An upload is over.
    Uploaded {
        /// Which file.
        id: u32,
        /// What the relay made of it.
        result: Result<File, Broken>,
    },
    /// A file is not to be sent after all.
    FileRemoved {
        /// Which file.
        id: u32,
    },
    /// A failed upload is tried again.
    FileRetried {
        /// Which file.
        id: u32,
    },
    /// A file's address is wanted, to show it or to open it.
    FileWanted {
        /// Which file.
        file: FileId,
        /// Open it once the address is there.
        open: bool,
    },
    /// A failed line is tried again.
    Retried(ClientId),
    /// A failed line is given up.
    Discarded(ClientId),
    /// What stands above is wanted.
    EarlierPressed,
    /// The visitor wants to end the session.
    EndPressed,
    /// The answer to "End this chat?".
    EndAnswered {
        /// Whether to end it.
        end: bool,
    },
    /// The answer to "Do you still have questions?".
    Answered {
        /// Whether there are more.
        more: bool,
    },
    /// Stars were chosen.
    Starred(u8),
    /// The remark on the rating.
    Commented(String),
    /// The rating is given.
    RatePressed,
    /// The rating is put off.
    RateSkipped,
    /// The visitor chose a language.
    LanguageChosen(Language),
    /// The page says something.
    Page(FromPage),
    /// The socket is open.
    Opened(u32),
    /// The relay said something.
    Heard(u32, ToVisitor),
    /// The relay answered a ping.
    Ponged(u32),
    /// The socket closed.
    Closed(u32, u16),
    /// The page came back from the browser's cache, or from sleep.
    Woken,
    /// Another tab of this browser was quicker to say who it is.
    Joined,
    /// Time has passed.
    Tick,
}

/// What the embedding page knows.
#[derive(Clone, Debug)]
pub enum FromPage {
    /// Pages that were visited.
    Visits(Vec<Visit>),
    /// The page that the visitor is on.
    At(PageUrl),
    /// What the page knows of the visitor, and a draft.
    Prefill {
        /// Name, e-mail, telephone.
        details: ContactDetails,
        /// A draft, if nothing is written yet.
        text: Option<String>,
    },
    /// A campaign speaks.
    Campaign {
        /// What it says.
        campaign: Campaign,
        /// A draft, if nothing is written yet.
        draft: Option<String>,
        /// The answer that was pressed on the page, and the message's name.
        answer: Option<(ClientId, String)>,
    },
}
