//! What the views ask of the model.

use inbox_client::Status;
use inbox_protocol::http::Topic;
use inbox_text::{Phrase, console};
use inbox_types::{
    Action, CloseCause, ConversationId, MemberId, OfferKind, SessionNo, SessionState, Timestamp,
    Visibility,
};

use super::{Dialog, Frozen, LineView, LinesVersion, Model, Room, RowView, SignInState, lines};

/// How the session came to be over that a question is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Over {
    /// It ended, by whom or what.
    Ended(CloseCause),
    /// The visitor has begun another one since. This is the one that is meant.
    Followed(SessionNo),
}

impl Model {
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

    /// Whether what is pressed in a conversation reaches the relay, as far as is known.
    #[must_use]
    pub fn reaches(&self, id: &ConversationId) -> bool {
        self.online && self.rooms.get(id).is_some_and(Room::is_connected)
    }

    /// Whether an open conversation is known to hear nothing of what is pressed.
    pub(super) fn is_cut_off_from(&self, id: &ConversationId) -> bool {
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

    /// How the session came to be over that something is pressed about, if it is: the relay would refuse it.
    #[must_use]
    pub fn over(&self, id: &ConversationId, meant: Option<SessionNo>) -> Option<Over> {
        let meant = meant?;
        let session = self.rooms.get(id)?.view.as_ref()?.session.as_ref();
        match session.filter(|it| it.no == meant) {
            None => Some(Over::Followed(meant)),
            Some(it) if it.state == SessionState::Closed => {
                Some(Over::Ended(it.closed_by.unwrap_or(CloseCause::Agent)))
            }
            Some(_) => None,
        }
    }

    /// Whether I still have to say how this session went.
    #[must_use]
    pub fn owes_wrapup(&self, id: &ConversationId, of: SessionNo) -> bool {
        let view = self.rooms.get(id).and_then(|it| it.view.as_ref());
        view.is_some_and(|it| it.wrapups_due.contains(&of))
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
}
