//! Short messages at the edge of the screen.

use inbox_protocol::{NotificationKind, NotificationView, Refusal};
use inbox_text::{Phrase, console};
use inbox_types::{ConversationId, Millis, Name, Place, Timestamp};

use super::{Effect, Model};

/// How long a refused edit is said.
const LEADS_BACK: Millis = Millis::minutes(2);

/// A short message.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Toast {
    /// A newer one of the same id replaces it.
    pub id: String,
    /// What it says.
    pub kind: ToastKind,
    /// Where a press on it leads.
    pub conversation: Option<ConversationId>,
    /// When it goes by itself; none stays.
    pub until: Option<Timestamp>,
}

/// A desktop notification.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Alert {
    /// A newer one of the same id replaces it.
    pub id: String,
    /// What it says.
    pub toast: ToastKind,
    /// Where a press on it leads.
    pub conversation: Option<ConversationId>,
    /// It stays until it is retracted.
    pub sticky: bool,
}

/// What a toast says. A contact without a name has an empty one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ToastKind {
    /// A session waits.
    Allocation {
        /// The contact.
        name: String,
        /// The message.
        preview: String,
    },
    /// A visitor wrote.
    Message {
        /// The contact.
        name: String,
        /// The message.
        preview: String,
    },
    /// I was added or got a transfer.
    Added {
        /// The contact.
        name: String,
    },
    /// I am asked.
    Offered {
        /// The contact.
        name: String,
    },
    /// My transfer or invitation was not accepted.
    NotAccepted {
        /// The contact.
        name: String,
    },
    /// The visitor ended, or did not answer.
    Ended {
        /// The contact.
        name: String,
    },
    /// The visitor has waited for long.
    Waiting {
        /// The contact.
        name: String,
    },
    /// Conversations were handed to me.
    Received {
        /// Who did.
        name: String,
        /// How many.
        count: u32,
    },
    /// What was waiting when I came.
    Digest {
        /// How many.
        count: u32,
    },
    /// The relay does not do what was asked.
    Refused(Refusal),
    /// The relay refused a new text for a sent message, and another message is being written.
    EditRefused {
        /// Why.
        reason: Refusal,
        /// Where that message is; the text waits there.
        of: Place,
    },
    /// It is on the clipboard.
    Copied,
    /// It is stored.
    Saved,
    /// A seventh file.
    TooManyFiles,
    /// A file over the limit.
    FileTooLarge {
        /// Which one.
        name: String,
    },
    /// A file was added while a sent message is edited.
    FilesWhileEditing,
    /// A message for the visitor holds asterisks in the place of what is masked.
    SaysMasked,
    /// What was pressed needs a connection, and there is none.
    NotConnected,
    /// The connection broke before the relay had what was pressed.
    NotDone,
    /// The history was erased while it was on screen.
    Erased,
}

impl ToastKind {
    /// What a notification of the desk says; none for kinds of a later version.
    pub(super) fn of(kind: NotificationKind, name: String, preview: String) -> Option<Self> {
        match kind {
            NotificationKind::Allocation => Some(Self::Allocation { name, preview }),
            NotificationKind::Message => Some(Self::Message { name, preview }),
            NotificationKind::Added => Some(Self::Added { name }),
            NotificationKind::NotAccepted => Some(Self::NotAccepted { name }),
            NotificationKind::Ended => Some(Self::Ended { name }),
            NotificationKind::Waiting => Some(Self::Waiting { name }),
            NotificationKind::AssetDeleted | NotificationKind::Later => None,
        }
    }

    /// Whether it comes with a sound.
    #[must_use]
    pub fn is_loud(&self) -> bool {
        match self {
            Self::Allocation { .. }
            | Self::Message { .. }
            | Self::Added { .. }
            | Self::Offered { .. } => true,
            Self::NotAccepted { .. }
            | Self::Ended { .. }
            | Self::Waiting { .. }
            | Self::Received { .. }
            | Self::Digest { .. }
            | Self::Refused(_)
            | Self::EditRefused { .. }
            | Self::Copied
            | Self::Saved
            | Self::TooManyFiles
            | Self::FileTooLarge { .. }
            | Self::FilesWhileEditing
            | Self::SaysMasked
            | Self::NotConnected
            | Self::NotDone
            | Self::Erased => false,
        }
    }

    /// Whether it tells of a failure.
    #[must_use]
    pub fn is_bad(&self) -> bool {
        match self {
            Self::Refused(_)
            | Self::EditRefused { .. }
            | Self::TooManyFiles
            | Self::FileTooLarge { .. }
            | Self::FilesWhileEditing
            | Self::SaysMasked
            | Self::NotConnected
            | Self::NotDone
            | Self::NotAccepted { .. } => true,
            Self::Allocation { .. }
            | Self::Message { .. }
            | Self::Added { .. }
            | Self::Offered { .. }
            | Self::Ended { .. }
            | Self::Waiting { .. }
            | Self::Received { .. }
            | Self::Digest { .. }
            | Self::Copied
            | Self::Saved
            | Self::Erased => false,
        }
    }

    /// The sentence. `nobody` stands for a contact without a name.
    #[must_use]
    pub fn title(&self, nobody: &str) -> Phrase {
        let called = |name: &str| {
            if name.is_empty() { nobody.to_owned() } else { name.to_owned() }
        };
        match self {
            Self::Allocation { name, .. } => console::toast_allocation(&called(name)),
            Self::Message { name, .. } => console::toast_message(&called(name)),
            Self::Added { name } => console::toast_added(&called(name)),
            Self::Offered { name } => console::toast_offered(&called(name)),
            Self::NotAccepted { name } => console::toast_not_accepted(&called(name)),
            Self::Ended { name } => console::toast_ended(&called(name)),
            Self::Waiting { name } => console::toast_waiting(&called(name)),
            Self::Received { name, count } => console::toast_received(u64::from(*count), name),
            Self::Digest { count } => console::toast_digest(u64::from(*count)),
            Self::Refused(reason) | Self::EditRefused { reason, .. } => refusal(*reason),
            Self::Copied => console::COPIED,
            Self::Saved => console::SAVED,
            Self::TooManyFiles => console::FILES_TOO_MANY,
            Self::FileTooLarge { name } => console::file_too_large(name),
            Self::FilesWhileEditing => console::EDITING_FILES,
            Self::SaysMasked => console::SAYS_MASKED,
            Self::NotConnected => console::OFFLINE,
            Self::NotDone => console::NOT_DONE,
            Self::Erased => console::TOAST_ERASED,
        }
    }

    /// The visitor's words, if it is about them.
    #[must_use]
    pub fn preview(&self) -> &str {
        match self {
            Self::Allocation { preview, .. } | Self::Message { preview, .. } => preview,
            Self::Added { .. }
            | Self::Offered { .. }
            | Self::NotAccepted { .. }
            | Self::Ended { .. }
            | Self::Waiting { .. }
            | Self::Received { .. }
            | Self::Digest { .. }
            | Self::Refused(_)
            | Self::EditRefused { .. }
            | Self::Copied
            | Self::Saved
            | Self::TooManyFiles
            | Self::FileTooLarge { .. }
            | Self::FilesWhileEditing
            | Self::SaysMasked
            | Self::NotConnected
            | Self::NotDone
            | Self::Erased => "",
        }
    }
}

/// Why the relay says no, as a sentence.
#[must_use]
pub fn refusal(reason: Refusal) -> Phrase {
    match reason {
        Refusal::Unauthorized => console::REFUSED_UNAUTHORIZED,
        Refusal::Forbidden => console::REFUSED_FORBIDDEN,
        Refusal::NotFound => console::REFUSED_NOT_FOUND,
        Refusal::Blocked => console::REFUSED_BLOCKED,
        Refusal::Closed => console::REFUSED_CLOSED,
        Refusal::State => console::REFUSED_STATE,
        Refusal::Taken => console::REFUSED_TAKEN,
        Refusal::Empty => console::REFUSED_EMPTY,
        Refusal::TooLong | Refusal::TooLarge => console::REFUSED_TOO_LONG,
        Refusal::Reserved => console::REFUSED_RESERVED,
        Refusal::TooManyFiles => console::FILES_TOO_MANY,
        Refusal::FileTooLarge => console::REFUSED_FILE_TOO_LARGE,
        Refusal::TooMany => console::REFUSED_TOO_MANY,
        Refusal::Rate => console::REFUSED_RATE,
        Refusal::TopicRequired => console::REFUSED_TOPIC_REQUIRED,
        Refusal::ReasonRequired => console::REFUSED_REASON_REQUIRED,
        Refusal::NoCapacity => console::REFUSED_NO_CAPACITY,
        Refusal::AlreadyAsked => console::REFUSED_ALREADY_ASKED,
        Refusal::NobodyReads => console::REFUSED_NOBODY_READS,
        Refusal::Offline => console::REFUSED_OFFLINE,
        Refusal::Changed => console::REFUSED_CHANGED,
        Refusal::SuccessorRequired => console::REFUSED_SUCCESSOR_REQUIRED,
        Refusal::TooFar => console::REFUSED_TOO_FAR,
        Refusal::Masked => console::REFUSED_MASKED,
        Refusal::Unavailable => console::REFUSED_UNAVAILABLE,
        Refusal::Malformed
        | Refusal::Version
        | Refusal::HelloFirst
        | Refusal::RatingRequired
        | Refusal::Unknown => console::REFUSED_OTHER,
    }
}

/// Shows something that goes by itself.
pub(super) fn show(model: &mut Model, kind: ToastKind) {
    let life =
        model.desk.welcome.as_ref().map_or(Millis::seconds(6), |it| it.settings.notification_life);
    let until = Some(model.now.after(life));
    let id = format!("here:{}", model.next_number());
    put(model, Toast { id, kind, conversation: None, until });
}

/// Says that a new text for the message of that place was refused, and leads to it. It stays for a while:
/// whoever writes something else may not look up at once.
pub(super) fn lead_back(model: &mut Model, id: &ConversationId, of: Place, reason: Refusal) {
    let toast = Toast {
        id: format!("edit:{id}:{}", of.0),
        kind: ToastKind::EditRefused { reason, of },
        conversation: Some(id.clone()),
        until: Some(model.now.after(LEADS_BACK)),
    };
    put(model, toast);
}

pub(super) fn put(model: &mut Model, toast: Toast) {
    model.toasts.retain(|it| it.id != toast.id);
    model.toasts.push(toast);
}

/// Takes toasts away, and does not bring back those that would stay when the connection is lost
/// and found again.
pub(super) fn put_away(model: &mut Model, which: impl Fn(&Toast) -> bool) -> Vec<Effect> {
    let (gone, kept) = std::mem::take(&mut model.toasts).into_iter().partition(which);
    model.toasts = kept;
    let gone: Vec<Toast> = gone;
    model.put_away.extend(gone.iter().filter(|it| it.until.is_none()).map(|it| it.id.clone()));
    gone.into_iter().map(|it| Effect::Unalert(it.id)).collect()
}

/// What still holds after signing in or a lost connection. What stays until something changes stays;
/// of the rest there is one line, and whatever is no longer held is gone.
pub(super) fn digest(model: &mut Model, notifications: &[NotificationView]) {
    let holds = |id: &String| notifications.iter().any(|it| it.id == *id);
    model.put_away.retain(holds);
    model.toasts.retain(|it| it.until.is_some() || holds(&it.id));
    let (staying, passing): (Vec<_>, Vec<_>) =
        notifications.iter().partition(|it| it.life.is_none());
    for notification in staying {
        if !model.put_away.contains(&notification.id) {
            put_notification(model, notification);
        }
    }
    match passing[..] {
        [] => (),
        [one] => put_notification(model, one),
        ref many => {
            let count = u32::try_from(many.len()).unwrap_or(u32::MAX);
            show(model, ToastKind::Digest { count });
        }
    }
}

fn put_notification(model: &mut Model, it: &NotificationView) {
    let name = text(it.name.as_ref());
    let Some(kind) = ToastKind::of(it.kind, name, it.preview.clone()) else { return };
    let until = it.life.map(|life| model.now.after(life));
    let conversation = Some(it.conversation.clone());
    put(model, Toast { id: it.id.clone(), kind, conversation, until });
}

/// A name as it is shown, or nothing.
pub(super) fn text(name: Option<&Name>) -> String {
    name.map(|it| it.as_str().to_owned()).unwrap_or_default()
}
