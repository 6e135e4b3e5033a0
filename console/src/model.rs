//! What the console knows and does: plain values and [`update`]. No browser in here.

mod address;
mod admin;
mod asked;
pub mod audit;
mod begin;
pub mod bound;
mod browser;
pub mod campaigns;
mod canned;
pub mod colleagues;
mod composer;
mod contact;
mod desk;
mod dialog;
mod download;
mod draft;
mod edited;
pub mod hours;
mod inbox;
mod kept;
mod list;
mod missing;
pub mod origins;
mod pending;
mod room;
mod route;
mod search;
mod selection;
mod sign_in;
mod toast;
mod transcript;
mod unsaved;
mod update;
mod view;
pub mod words;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use inbox_client::SavedMessage;
use inbox_protocol::{
    FromAgent, FromDesk,
    http::{AcceptInvitation, Me, SignIn, UseSignInLink},
};
use inbox_types::{
    CampaignId, ClientId, ConversationId, MemberId, Place, Role, SessionNo, SiteId, Timestamp,
};

pub use address::readable;
pub use admin::{Admin, AdminMsg, Change, Done, Heirs, SiteDraft, Spot, number, wait_levels};
pub use asked::Over;
pub use audit::{Audit, AuditMsg};
pub use browser::{Permission, Sound};
pub use campaigns::{CampaignChange, CampaignDone, CampaignMsg, Campaigns};
pub use canned::{CannedReach, unknown_blank};
pub use composer::{Composer, NotTaken, Picked, Upload, UploadState};
pub use contact::FieldEdit;
pub use desk::{Desk, DeskMsg};
pub use download::{DownloadAs, Gathered, SavedFile, Wording};
pub use draft::Drafts;
pub use edited::Edited;
pub use inbox::Inbox;
pub use kept::{KeptDraft, Stamp};
pub use list::{
    RowView, StatusFilter, elapsed, initials, proactive, sort_of, sort_value, span, tail,
};
pub use missing::Missing;
pub use pending::{PendingAction, PendingActions};
pub use room::{Frozen, Room, RoomMsg};
pub use route::{Route, Section};
pub use search::{Search, SearchMsg, SearchState};
pub use selection::{Bulk, BulkAction, BulkMsg, operation_phrase, undo_of};
pub use sign_in::{Problem, SignInMsg, SignInState};
use toast::text;
pub use toast::{Alert, Toast, ToastKind, refusal};
pub use transcript::{
    Bubble, FileView, LineKind, LineView, LinesVersion, Piece, Side, lines, why_not_sent,
};
pub use unsaved::{Leave, Unsaved};
use update::routed;
pub use update::{start, update};
pub use view::{Folder, View};

/// Everything the console knows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Model {
    /// This browser's clock.
    pub now: Timestamp,
    /// Any number; spreads the rests of many consoles that lost the same relay.
    pub seed: u32,
    /// Rises when everything is forgotten: the next person may be another one.
    pub person: u32,
    /// Where in the console somebody is.
    pub route: Route,
    /// Who is signed in.
    pub sign_in: SignInState,
    /// Who was signed in when somebody came by a link, which may be another one's.
    pub already: Option<Box<Me>>,
    /// Lists, presence, offers.
    pub desk: Desk,
    /// What is chosen in the list, and what is done to it.
    pub bulk: Bulk,
    /// The open conversations.
    pub rooms: BTreeMap<ConversationId, Room>,
    /// What is written in conversations and not sent.
    pub drafts: Drafts,
    /// What is typed into forms and not saved.
    pub unsaved: Unsaved,
    /// The settings.
    pub admin: Admin,
    /// The audit log.
    pub audit: Audit,
    /// What is searched for.
    pub search: Search,
    /// The marketers' pages.
    pub campaigns: Campaigns,
    /// Short messages, oldest first.
    pub toasts: Vec<Toast>,
    /// Those that stay until something changes, and were put away by hand.
    put_away: BTreeSet<String>,
    /// What must be answered first.
    pub dialog: Option<Dialog>,
    /// What is said as soon as nothing else is asked.
    alerts: VecDeque<Dialog>,
    /// Whether the browser shows notifications.
    pub permission: Permission,
    /// Somebody looks at this page.
    pub focused: bool,
    /// The browser has a network, as far as it knows. A socket says so only much later.
    pub online: bool,
    /// The panel beside the transcript is open.
    pub details: bool,
    number: u32,
}

/// Something to be answered before anything else.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Dialog {
    /// To whom does the session go?
    Transfer(ConversationId),
    /// Who is added?
    Invite(ConversationId),
    /// How does it end?
    End(ConversationId),
    /// How was it?
    Wrapup(ConversationId, SessionNo),
    /// Until when is it put aside?
    Snooze(ConversationId),
    /// Really leave?
    Leave(ConversationId),
    /// Really block?
    Block(ConversationId),
    /// Really end the visitor's tokens?
    Revoke(ConversationId),
    /// Really erase?
    Erase(ConversationId),
    /// What of it becomes a file?
    Download(ConversationId),
    /// Really delete this message?
    DeleteMessage(ConversationId, Place),
    /// The site is gone.
    SiteDeleted {
        /// Which conversation was interrupted.
        conversation: ConversationId,
        /// The contact.
        name: String,
    },
    /// Really change this?
    Confirm {
        /// What it is called.
        name: String,
        /// What would be done.
        change: Box<Change>,
    },
    /// Really archive this campaign?
    Archive {
        /// What it is called.
        name: String,
        /// Which.
        campaign: CampaignId,
    },
    /// Really leave what is not saved?
    Unsaved(Leave),
    /// Really give somebody another role?
    Role {
        /// What the member is called.
        name: String,
        /// Who.
        member: MemberId,
        /// Which one.
        role: Role,
    },
    /// What is to be done to what is chosen?
    Bulk(BulkAction),
    /// What is the list on screen to be called?
    SaveView,
    /// What is to be done?
    Palette,
    /// The keys.
    Shortcuts,
}

/// What happens.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Msg {
    /// Time has passed.
    Ticked,
    /// The address changed.
    Routed(Route),
    /// Somebody looks at the page, or no longer.
    Focused(bool),
    /// The page is visible or shown again.
    Woken,
    /// The network came or went.
    Online(bool),
    /// What the relay answers, and for which [`Model::person`] it was asked.
    Answer(u32, Box<Msg>),
    /// What the browser allows now.
    Permission(Permission),
    /// The button that asks for notifications.
    AskPermission,
    /// At the gate.
    SignIn(SignInMsg),
    /// At the desk.
    Desk(DeskMsg),
    /// In the list's selection.
    Bulk(BulkMsg),
    /// In a conversation.
    Room(ConversationId, RoomMsg),
    /// In the settings.
    Admin(AdminMsg),
    /// In the audit log.
    Audit(AuditMsg),
    /// In the search.
    Search(SearchMsg),
    /// On the marketers' pages.
    Campaign(CampaignMsg),
    /// A question is asked.
    Opened(Dialog),
    /// The question on screen is answered with this.
    Answered(ConversationId, Vec<FromAgent>),
    /// It is answered or put away.
    Closed,
    /// A toast is put away.
    Dismissed(String),
    /// All of them are.
    DismissedAll,
    /// The panel beside the transcript is opened or closed.
    Details(bool),
    /// To the clipboard.
    Copy(String),
    /// The next or previous conversation of the list.
    Step {
        /// Downwards.
        down: bool,
    },
    /// A conversation is to be shown.
    Goto(ConversationId),
    /// Whether this member is still signed in.
    StillMe(bool),
    /// A form begins or ceases to hold what nobody has saved.
    Unsaved {
        /// Its number.
        form: u32,
        /// It stands over the page.
        dialog: bool,
        /// It does.
        on: bool,
    },
    /// What is unsaved is given up.
    Leave(Leave),
    /// The drafts that storage has of this member.
    Drafts(BTreeMap<ConversationId, KeptDraft>),
    /// Another tab wrote a draft down.
    DraftElsewhere(ConversationId, Box<KeptDraft>),
    /// Another tab's draft was not replaced by this one's: it was not known here.
    DraftDiffers(ConversationId, Box<KeptDraft>),
    /// The browser did not store a draft.
    NotKept,
    /// A part of the console that could not be fetched came after all.
    PartCame,
}

/// What the shell must do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Effect {
    /// Ask the relay.
    Ask(Request),
    /// Open the desk's socket.
    DialDesk {
        /// Its number.
        socket: u32,
    },
    /// Close the desk's socket.
    HangUpDesk {
        /// Its number.
        socket: u32,
    },
    /// Say something to the desk.
    SayDesk(FromDesk),
    /// Ask the desk's socket whether it is there.
    PingDesk,
    /// Open a conversation's socket.
    Dial {
        /// Which conversation.
        conversation: ConversationId,
        /// The socket's number.
        socket: u32,
    },
    /// Close a conversation's socket.
    HangUp {
        /// Which conversation.
        conversation: ConversationId,
        /// The socket's number.
        socket: u32,
    },
    /// Say something to a conversation.
    Say {
        /// Which conversation.
        conversation: ConversationId,
        /// What.
        frame: FromAgent,
    },
    /// Ask a conversation's socket whether it is there.
    Ping {
        /// Which conversation.
        conversation: ConversationId,
    },
    /// Store an unsent line.
    Keep {
        /// Which conversation.
        conversation: ConversationId,
        /// The line.
        kept: SavedMessage,
    },
    /// Remove a stored line.
    Forget {
        /// Which conversation.
        conversation: ConversationId,
        /// The line.
        client_id: ClientId,
    },
    /// Bring back a conversation's stored lines.
    Restore(ConversationId),
    /// Remove every stored line and draft: somebody else will sit here.
    ForgetAll,
    /// Storage is this member's: what another one left is removed, and the drafts brought back.
    Own(MemberId),
    /// Store a draft, unless another tab wrote one down after the known one.
    KeepDraft {
        /// Which conversation.
        conversation: ConversationId,
        /// The draft; one that says nothing is removed, and other tabs are told.
        draft: Box<KeptDraft>,
        /// The known one.
        after: Option<Stamp>,
    },
    /// Remove a stored draft; what other tabs show stays.
    ForgetDraft(ConversationId),
    /// Upload the file of this number.
    Upload {
        /// Which conversation.
        conversation: ConversationId,
        /// Which file.
        ticket: u32,
    },
    /// Stop an upload and forget its file.
    StopUpload {
        /// Which file.
        ticket: u32,
    },
    /// Change the address.
    Go(Route),
    /// Put this address in the place of the one before, to which no way leads back.
    Correct(Route),
    /// Keep the view on screen for when the page is loaded anew.
    KeepView(String),
    /// Show a desktop notification.
    Alert(Alert),
    /// Take a desktop notification away.
    Unalert(String),
    /// Ask for desktop notifications.
    AskPermission,
    /// Make a sound.
    Play(Sound),
    /// Put a text on the clipboard.
    Copy(String),
    /// Open the address of a file.
    OpenLink(String),
    /// Put the caret into the composer.
    FocusComposer,
    /// Put the caret into the composer, behind so many UTF-16 units.
    PlaceCaret(usize),
    /// Load the page again.
    Reload,
}

/// A question to the relay.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Request {
    /// Who is signed in.
    Me,
    /// Whether somebody still is.
    StillMe,
    /// In by name and password.
    SignIn(SignIn),
    /// In by link.
    UseLink(UseSignInLink),
    /// In by invitation.
    Accept(AcceptInvitation),
    /// Out.
    SignOut,
    /// The settings.
    Settings,
    /// A change of the settings.
    Change(Change),
    /// What was delivered last of a site's events.
    Deliveries(SiteId),
    /// A page of the audit log, from before this row.
    Audit(Option<u64>),
    /// A page of what can be found.
    Search {
        /// The question's number.
        question: u32,
        /// What is searched for.
        text: String,
        /// Where the page begins; none is the first.
        after: Option<u64>,
    },
    /// Everything that marketers work with.
    Campaigns,
    /// What became of a campaign.
    CampaignReport(CampaignId),
    /// A change of a campaign.
    Campaign(CampaignChange),
}

/// What a place needs when somebody comes to it, and once more when the desk is connected again. A refusal
/// that is said there stays until they act.
fn look_again(model: &mut Model) -> Vec<Effect> {
    let mut effects = match model.route.clone() {
        Route::Conversation(id) => room::open(model, &id),
        Route::List(view) if model.sign_in.reads_conversations() => desk::arrive(model, &view),
        Route::Settings(_) => admin::look_again(model),
        Route::Campaigns
        | Route::CampaignSettings
        | Route::Campaign(_)
        | Route::CampaignReport(_) => campaigns::look_again(model),
        // Whoever reads no conversations has the campaigns there.
        Route::Desk | Route::List(_) if !model.sign_in.reads_conversations() => {
            campaigns::look_again(model)
        }
        Route::Desk | Route::List(_) | Route::SignInLink(_) | Route::Invitation(_) => Vec::new(),
    };
    if model.desk.link.is_live() {
        effects.push(desk::focus(model));
    }
    effects
}

fn go(model: &mut Model, route: Route) -> Vec<Effect> {
    let mut effects = routed(model, route.clone());
    if model.route == route {
        effects.push(Effect::Go(route));
    }
    effects
}
