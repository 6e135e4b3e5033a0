//! What the console knows and does: plain values and [`update`]. No browser in here.

mod address;
mod admin;
pub mod audit;
pub mod bound;
pub mod campaigns;
mod composer;
mod contact;
mod desk;
mod draft;
mod edited;
mod kept;
mod list;
mod pending;
mod room;
mod route;
mod search;
mod selection;
mod sign_in;
mod toast;
mod transcript;
mod unsaved;
mod view;
pub mod words;

use std::collections::{BTreeMap, BTreeSet};

use inbox_client::{SavedMessage, Status};
use inbox_protocol::{
    FromAgent, FromDesk, ListSort, SavedView,
    http::{AcceptInvitation, Me, SignIn, Topic, UseSignInLink},
};
use inbox_text::{Phrase, console};
use inbox_types::{
    Action, CampaignId, ClientId, ConversationId, MemberId, Name, OfferKind, Place, Role,
    SessionNo, Timestamp, Visibility,
};

pub use address::readable;
pub use admin::{Admin, AdminMsg, Change, Done, Heirs, SiteDraft, Spot, number, wait_levels};
pub use audit::{Audit, AuditMsg};
pub use campaigns::{CampaignChange, CampaignDone, CampaignMsg, Campaigns};
pub use composer::{Composer, NotTaken, Picked, Upload, UploadState};
pub use contact::FieldEdit;
pub use desk::{Desk, DeskMsg};
pub use draft::Drafts;
pub use edited::Edited;
pub use kept::{KeptDraft, Stamp};
pub use list::{
    RowView, StatusFilter, elapsed, initials, proactive, sort_of, sort_value, span, tail,
};
pub use pending::{PendingAction, PendingActions};
pub use room::{Frozen, Room, RoomMsg};
pub use route::{Route, Section};
pub use search::{Search, SearchMsg, SearchState};
pub use selection::{Bulk, BulkAction, BulkMsg, operation_phrase, undo_of};
pub use sign_in::{Problem, SignInMsg, SignInState};
pub use toast::{Alert, Toast, ToastKind, refusal};
pub use transcript::{
    Bubble, FileView, LineKind, LineView, LinesVersion, Piece, Side, lines, why_not_sent,
};
pub use unsaved::{Leave, Unsaved};
pub use view::{Folder, View};

/// Everything the console knows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Model {
    /// This browser's clock.
    pub now: Timestamp,
    /// Any number; spreads the rests of many consoles that lost the same relay.
    pub seed: u32,
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
    /// The keys.
    Shortcuts,
}

impl Dialog {
    /// The conversation whose relay must hear the answer.
    #[must_use]
    pub fn conversation(&self) -> Option<&ConversationId> {
        match self {
            Self::Transfer(id)
            | Self::Invite(id)
            | Self::End(id)
            | Self::Wrapup(id, _)
            | Self::Snooze(id)
            | Self::Block(id)
            | Self::Revoke(id)
            | Self::Erase(id)
            | Self::Leave(id) => Some(id),
            // A deletion waits for the connection.
            Self::DeleteMessage(..)
            | Self::SiteDeleted { .. }
            | Self::Confirm { .. }
            | Self::Archive { .. }
            | Self::Unsaved(_)
            | Self::Role { .. }
            | Self::Bulk(_)
            | Self::SaveView
            | Self::Shortcuts => None,
        }
    }
}

/// Whether the browser shows notifications.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Permission {
    /// Nobody has asked the person.
    NotAsked,
    /// It does.
    Granted,
    /// It does not.
    Refused,
}

/// A sound.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sound {
    /// Somebody is asked.
    Offer,
    /// Somebody wrote.
    Message,
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

impl Model {
    /// A console that knows nothing yet.
    #[must_use]
    pub fn new(now: Timestamp, seed: u32) -> Self {
        Self {
            now,
            seed,
            route: Route::Desk,
            sign_in: SignInState::Asking,
            already: None,
            desk: Desk::new(seed),
            bulk: Bulk::default(),
            rooms: BTreeMap::new(),
            drafts: Drafts::default(),
            unsaved: Unsaved::default(),
            admin: Admin::default(),
            audit: Audit::default(),
            search: Search::default(),
            campaigns: Campaigns::default(),
            toasts: Vec::new(),
            put_away: BTreeSet::new(),
            dialog: None,
            permission: Permission::NotAsked,
            focused: true,
            online: true,
            details: true,
            number: 0,
        }
    }

    /// What is written now stays here for the time being: there is no network, or the socket of
    /// the conversation on screen broke.
    #[must_use]
    pub fn is_cut_off(&self) -> bool {
        let broke = |it: &Room| matches!(it.client.status(), Status::Resting { .. });
        !self.online || self.room().is_some_and(broke)
    }

    /// The conversation on screen.
    #[must_use]
    pub fn room(&self) -> Option<&Room> {
        self.rooms.get(self.route.conversation()?)
    }

    /// A conversation of the list as its row shows it; none if it is not in memory.
    #[must_use]
    pub fn row(&self, id: &ConversationId) -> Option<RowView> {
        let row = self.desk.rows.get(id)?;
        let site = self.desk.site_name(&row.site);
        let row = RowView::new(row, self.desk.relay_time(self.now), self.desk.waits());
        Some(RowView { draft: self.has_draft(id), site, ..row })
    }

    /// The order of the list on screen.
    #[must_use]
    pub fn sort(&self) -> ListSort {
        self.desk.view.sort_in(self.desk.order_of_team())
    }

    /// The saved view that is on screen, if this member may remove it.
    #[must_use]
    pub fn removable_view(&self) -> Option<SavedView> {
        let views = &self.desk.welcome.as_ref()?.views;
        let shown = views.iter().find(|it| View::parse(it.address.as_str()) == self.desk.view)?;
        let may = self.is_me(&shown.by) || self.desk.may(Action::Administer);
        may.then(|| shown.clone())
    }

    /// Whether what is pressed in a conversation reaches the relay, as far as is known.
    #[must_use]
    pub fn reaches(&self, id: &ConversationId) -> bool {
        self.online && self.rooms.get(id).is_some_and(Room::is_connected)
    }

    /// Whether an open conversation is known to hear nothing of what is pressed.
    fn is_cut_off_from(&self, id: &ConversationId) -> bool {
        self.rooms.get(id).is_some_and(|it| it.view.is_some()) && !self.reaches(id)
    }

    /// Whether the question on screen cannot be answered before the connection is back.
    #[must_use]
    pub fn must_wait(&self) -> bool {
        match &self.dialog {
            Some(Dialog::Bulk(_)) => !self.reaches_desk(),
            Some(dialog) => dialog.conversation().is_some_and(|id| !self.reaches(id)),
            None => false,
        }
    }

    /// The topics to choose from when this session is wrapped up: those of the workspace, where
    /// one is needed and none was chosen before it ended.
    #[must_use]
    pub fn topics_for_wrapup(&self, id: &ConversationId, of: SessionNo) -> Vec<Topic> {
        let Some(room) = self.rooms.get(id).filter(|it| it.may(Action::EditContact)) else {
            return Vec::new();
        };
        let session = room.view.as_ref().and_then(|it| it.session.as_ref());
        let none = session.is_some_and(|it| it.no == of && it.topics.is_empty());
        let topics = self.desk.welcome.as_ref().filter(|_| none && room.rules().topic_mandatory);
        topics.map(|it| it.topics.clone()).unwrap_or_default()
    }

    /// What is said of a question to a colleague that waits for its answer.
    #[must_use]
    pub fn pending(&self, id: &ConversationId) -> Option<Phrase> {
        let (agent, kind) = self.rooms.get(id)?.asked()?;
        let name = self.desk.member(agent)?.name.as_str();
        Some(match kind {
            OfferKind::Conference => console::notice_invited(name),
            OfferKind::Transfer | OfferKind::Assign => console::notice_transfer_asked(name),
        })
    }

    /// Whether such a question can be taken back here.
    #[must_use]
    pub fn takes_back(&self, id: &ConversationId) -> bool {
        let may = |it: &Room| it.may(Action::Transfer) || it.may(Action::Invite);
        self.rooms.get(id).is_some_and(may)
    }

    /// Whether this is me.
    #[must_use]
    pub fn is_me(&self, member: &MemberId) -> bool {
        matches!(&self.sign_in, SignInState::In(me) if me.member.id == *member)
    }

    /// How many changes of settings and campaigns the relay has stored, and how many refused.
    #[must_use]
    pub fn answers(&self) -> (u32, u32) {
        let ((stored, refused), (more, others)) = (self.admin.answers, self.campaigns.answers);
        (stored + more, refused + others)
    }

    /// Whether what is pressed at the desk reaches the relay, as far as is known.
    #[must_use]
    pub fn reaches_desk(&self) -> bool {
        self.online && matches!(self.desk.link.status(), Status::CatchingUp | Status::Live { .. })
    }

    /// Why what is being written in the conversation on screen cannot be sent, if it cannot.
    #[must_use]
    pub fn frozen(&self) -> Option<Frozen> {
        let room = self.room().filter(|it| it.is_frozen())?;
        let session = room.view.as_ref()?.session.as_ref();
        if let Some(cause) = session.and_then(|it| it.closed_by) {
            return Some(Frozen::Ended(cause));
        }
        if room.asks_kind() {
            return Some(Frozen::Yours);
        }
        let edits = room.composer.editing.is_some();
        match room.composer.visibility {
            _ if edits => (),
            Visibility::Public if room.view.as_ref()?.signed_out => return Some(Frozen::SignedOut),
            // I still take part, so it is the others who have gone.
            Visibility::Whisper if room.may(Action::Reply) => return Some(Frozen::Unheard),
            Visibility::Public | Visibility::Note | Visibility::Whisper => (),
        }
        let me = self.desk.me().map(|it| &it.id);
        let owner = session.and_then(|it| it.owner.as_ref());
        Some(match owner.filter(|it| Some(*it) != me) {
            Some(owner) => {
                let by = self.desk.member(owner).map(|it| it.name.as_str().to_owned());
                Frozen::Owned { by: by.unwrap_or_default() }
            }
            None if edits => Frozen::Uneditable,
            None if session.is_some_and(|it| it.owner.is_none()) => Frozen::Queued,
            None => Frozen::NotAllowed,
        })
    }

    /// The lines on screen; see [`lines`].
    #[must_use]
    pub fn lines(&self, day_of: &dyn Fn(Timestamp) -> i64) -> Vec<LineView> {
        match (self.room(), self.desk.me()) {
            (Some(room), Some(me)) => lines(room, &me.id, day_of),
            (Some(_) | None, _) => Vec::new(),
        }
    }

    /// Changes with everything that the lines on screen depend on.
    #[must_use]
    pub fn lines_version(&self) -> Option<LinesVersion> {
        let conversation = self.route.conversation()?;
        Some(LinesVersion::of(conversation, self.room()?, &self.desk.me()?.id))
    }

    /// Whether this reader may do something in the conversation on screen.
    #[must_use]
    pub fn may(&self, action: Action) -> bool {
        self.room().is_some_and(|it| it.may(action))
    }

    /// Whether this reader may bring the conversation on screen into another department (K8): its
    /// owner does, or who may change owners, and anybody who edits while nobody owns it.
    #[must_use]
    pub fn may_move(&self) -> bool {
        let session = || self.room()?.view.as_ref()?.session.as_ref();
        let is_others =
            session().and_then(|it| it.owner.as_ref()).is_some_and(|owner| !self.is_me(owner));
        self.may(if is_others { Action::ChangeOwner } else { Action::EditContact })
    }

    fn next_number(&mut self) -> u32 {
        self.number += 1;
        self.number
    }
}

/// The first effects: whoever is signed in need not sign in again.
#[must_use]
pub fn start(model: &mut Model, route: Route) -> Vec<Effect> {
    if let Route::List(address) = &route {
        model.desk.view = View::parse(address);
    }
    model.route = route;
    vec![Effect::Ask(Request::Me)]
}

/// Changes the model and says what follows.
pub fn update(model: &mut Model, now: Timestamp, msg: Msg) -> Vec<Effect> {
    model.now = model.now.max(now);
    match msg {
        Msg::Ticked => tick(model),
        Msg::Routed(route) => routed(model, route),
        Msg::Focused(focused) => look(model, focused),
        Msg::Woken => woken(model),
        Msg::Online(online) => {
            model.online = online;
            if online { woken(model) } else { Vec::new() }
        }
        Msg::Permission(permission) => {
            model.permission = permission;
            Vec::new()
        }
        Msg::AskPermission => vec![Effect::AskPermission],
        Msg::SignIn(msg) => sign_in::update(model, msg),
        Msg::Desk(msg) => desk::update(model, msg),
        Msg::Bulk(msg) => selection::update(model, msg),
        Msg::Room(id, msg) => {
            let mut effects = if let RoomMsg::Choose { other } = msg {
                draft::choose(model, &id, other)
            } else {
                room::update(model, &id, msg)
            };
            // Whatever happens, what is written afterwards is kept.
            effects.extend(draft::sync(model, &id));
            effects
        }
        Msg::Answered(id, frames) => {
            let mut effects = room::answer(model, &id, frames);
            effects.extend(draft::sync(model, &id));
            effects
        }
        Msg::Admin(msg) => admin::update(model, msg),
        Msg::Audit(msg) => audit::update(model, msg),
        Msg::Search(msg) => {
            let mut effects = search::update(model, msg);
            effects.extend(desk::searched(model));
            effects
        }
        Msg::Campaign(msg) => campaigns::update(model, msg),
        Msg::Opened(Dialog::Unsaved(way)) => match unsaved::ask(model, way.clone()) {
            Some(effects) => effects,
            None => leave(model, way),
        },
        Msg::Opened(dialog)
            if dialog.conversation().is_some_and(|id| model.is_cut_off_from(id)) =>
        {
            toast::show(model, ToastKind::NotConnected);
            Vec::new()
        }
        Msg::Opened(dialog) => {
            model.admin.problem = None;
            model.campaigns.problem = None;
            model.dialog = Some(dialog);
            Vec::new()
        }
        Msg::Closed => {
            model.dialog = None;
            Vec::new()
        }
        Msg::Dismissed(id) => toast::put_away(model, |it| it.id == id),
        Msg::DismissedAll => toast::put_away(model, |_| true),
        Msg::Details(open) => {
            model.details = open;
            Vec::new()
        }
        Msg::Copy(text) => {
            toast::show(model, ToastKind::Copied);
            vec![Effect::Copy(text)]
        }
        Msg::Step { down } => step(model, down),
        Msg::Goto(id) => go(model, Route::Conversation(id)),
        Msg::StillMe(true) => Vec::new(),
        Msg::StillMe(false) => sign_in::update(model, SignInMsg::Ended),
        Msg::Unsaved { form, dialog, on } => {
            model.unsaved.set(form, dialog, on);
            Vec::new()
        }
        Msg::Leave(way) => leave(model, way),
        Msg::Drafts(all) => draft::known(model, all),
        Msg::DraftElsewhere(id, draft) => draft::elsewhere(model, &id, *draft),
        Msg::DraftDiffers(id, draft) => draft::differs(model, &id, *draft),
        Msg::NotKept => draft::refused(model),
    }
}

/// Whoever rests dials, and whoever is connected asks whether that is so.
fn woken(model: &mut Model) -> Vec<Effect> {
    let mut effects = desk::woken(model);
    effects.extend(room::woken(model));
    effects
}

fn tick(model: &mut Model) -> Vec<Effect> {
    let now = model.now;
    model.toasts.retain(|it| it.until.is_none_or(|until| now < until));
    let mut effects = desk::tick(model);
    effects.extend(room::tick(model));
    let asked = search::tick(model);
    if !asked.is_empty() {
        effects.extend(asked);
        effects.extend(desk::searched(model));
    }
    effects
}

fn routed(model: &mut Model, route: Route) -> Vec<Effect> {
    if model.route == route {
        return Vec::new();
    }
    if let Some(question) = unsaved::ask(model, Leave::To(route.clone())) {
        return question;
    }
    let was_list = matches!(model.route, Route::List(_));
    model.route = route;
    // Whoever goes back from a list goes to the one before.
    if was_list && model.route == Route::Desk {
        return desk::arrive(model, "");
    }
    match (&model.route, &model.sign_in) {
        (Route::SignInLink(_) | Route::Invitation(_), _) => vec![Effect::Ask(Request::Me)],
        (
            Route::Desk
            | Route::List(_)
            | Route::Conversation(_)
            | Route::Campaigns
            | Route::CampaignSettings
            | Route::Campaign(_)
            | Route::CampaignReport(_)
            | Route::Settings(_),
            _,
        ) => arrive(model),
    }
}

/// What a place needs when somebody comes to it.
fn arrive(model: &mut Model) -> Vec<Effect> {
    let mut effects = match model.route.clone() {
        Route::Conversation(id) => room::open(model, &id),
        Route::List(view) if model.sign_in.reads_conversations() => desk::arrive(model, &view),
        Route::Settings(section) => {
            let is_audit = section == Section::Audit;
            let mut effects = admin::arrive(model);
            if is_audit && model.sign_in.administers() {
                effects.extend(audit::arrive(model));
            }
            effects
        }
        Route::Campaigns
        | Route::CampaignSettings
        | Route::Campaign(_)
        | Route::CampaignReport(_) => campaigns::arrive(model),
        // Whoever reads no conversations has the campaigns there.
        Route::Desk | Route::List(_) if !model.sign_in.reads_conversations() => {
            campaigns::arrive(model)
        }
        Route::Desk | Route::List(_) | Route::SignInLink(_) | Route::Invitation(_) => Vec::new(),
    };
    if model.desk.link.is_live() {
        effects.push(focus(model));
    }
    effects
}

fn focus(model: &Model) -> Effect {
    let conversation = model.route.conversation().filter(|_| model.focused).cloned();
    Effect::SayDesk(FromDesk::Focus { conversation })
}

/// The person goes, and what is unsaved is given up.
fn leave(model: &mut Model, way: Leave) -> Vec<Effect> {
    model.dialog = None;
    model.unsaved.clear();
    match way {
        Leave::To(route) => go(model, route),
        Leave::Site(site) => campaigns::update(model, CampaignMsg::Site(site)),
        // The view speaks another language itself.
        Leave::Speak(_) => Vec::new(),
        Leave::SignOut => sign_in::update(model, SignInMsg::SignOut),
    }
}

fn look(model: &mut Model, focused: bool) -> Vec<Effect> {
    if model.focused == focused {
        return Vec::new();
    }
    model.focused = focused;
    let mut effects = room::looked(model);
    if model.desk.link.is_live() {
        effects.push(focus(model));
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

fn step(model: &mut Model, down: bool) -> Vec<Effect> {
    // The question on screen is about the conversation under it.
    if model.dialog.is_some() {
        return Vec::new();
    }
    let Some(order) = &model.desk.order else { return Vec::new() };
    let current = model.route.conversation().and_then(|id| order.iter().position(|it| it == id));
    let next = match (current, down) {
        (Some(index), true) => index + 1,
        (Some(index), false) => index.saturating_sub(1),
        (None, _) => 0,
    };
    match order.get(next).cloned() {
        Some(id) => {
            let mut effects = go(model, Route::Conversation(id));
            effects.push(Effect::FocusComposer);
            effects
        }
        None => Vec::new(),
    }
}

fn text(name: Option<&Name>) -> String {
    name.map(|it| it.as_str().to_owned()).unwrap_or_default()
}
