//! What each part of the view shows, in values that can be compared: a part of the view is asked to
//! show itself again when its value has changed, and only then.

use inbox_protocol::RatingView;
use inbox_text::Phrase;
use inbox_types::MemberCard;

use super::{Banner, Composer, Model};

/// The head.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Head {
    /// Whose pictures stand there.
    pub people: Vec<MemberCard>,
    /// They answer, so that they are named.
    pub answers: bool,
    /// There is a session that can be ended.
    pub is_open: bool,
    /// That nobody is there to answer.
    pub hint: String,
}

/// The line below the head.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Connection {
    /// What the connection looks like.
    pub banner: Banner,
    /// How many lines wait for it.
    pub n_unsent: usize,
    /// Whether this browser lets the chat remember.
    pub remembers: bool,
    /// The relay said that what was here is gone.
    pub erased: bool,
}

/// What stands above and below the messages.
#[derive(Clone, PartialEq, Eq, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact that shows by itself")]
pub struct Around {
    /// There is more above.
    pub has_earlier: bool,
    /// The team says hello.
    pub greets: bool,
    /// The newest page has not come yet.
    pub is_loading: bool,
    /// Nobody answers yet.
    pub waits: bool,
    /// Something new is below what is seen.
    pub has_unread: bool,
    /// Who types, by name if that is known.
    pub typing: Vec<Option<String>>,
    /// Answers to press.
    pub replies: Vec<String>,
}

/// The questions at the end of a chat.
#[derive(Clone, PartialEq, Eq, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact that shows by itself")]
pub struct Closing {
    /// "Do you still have questions?" waits for an answer.
    pub asks_questions: bool,
    /// The rating card shows, and whether it can be put off.
    pub rating: Option<RatingView>,
    /// How many stars were chosen.
    pub stars: Option<u8>,
    /// There is a remark.
    pub has_comment: bool,
    /// Characters of it that still fit, if it is worth saying.
    pub left: Option<i64>,
    /// The rating can be given as it is.
    pub can_rate: bool,
    /// "End this chat?" waits for an answer.
    pub asks_end: bool,
}

/// What is being written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Writing {
    /// The words.
    pub draft: String,
    /// They are a message, with what is attached.
    pub can_send: bool,
    /// Characters that still fit, if it is worth saying.
    pub left: Option<i64>,
}

/// Whether one can write, and what the composer has to say.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Composing {
    /// Whether one can write.
    pub state: Composer,
    /// Why not, or what writing will do.
    pub hint: Option<Phrase>,
    /// What became of what was pressed or picked.
    pub alerts: Vec<Phrase>,
}

impl Model {
    /// What the head shows.
    #[must_use]
    pub fn head(&self) -> Head {
        let is_open = self.session_is_open();
        Head {
            people: self.people(),
            answers: is_open && !self.is_queued(),
            is_open,
            hint: self.config.hint.clone(),
        }
    }

    /// What the line below the head shows.
    #[must_use]
    pub fn connection(&self) -> Connection {
        Connection {
            banner: self.banner(),
            n_unsent: self.n_unsent(),
            remembers: self.remembers,
            erased: self.erased,
        }
    }

    /// What stands above and below the messages.
    #[must_use]
    pub fn around(&self) -> Around {
        let mut typing = Vec::new();
        for it in self.client.typing() {
            typing.push(it.who.as_ref().map(|it| it.name.as_str().to_owned()));
        }
        Around {
            has_earlier: self.client.has_earlier(),
            greets: self.greets(),
            is_loading: self.is_loading(),
            waits: self.is_queued() && typing.is_empty(),
            has_unread: self.client.n_unread() != 0,
            typing,
            replies: self.replies().to_vec(),
        }
    }

    /// The questions at the end of a chat.
    #[must_use]
    pub fn closing(&self) -> Closing {
        Closing {
            asks_questions: self.asks_questions(),
            rating: self.rating_card(),
            stars: self.rating.stars,
            has_comment: !self.rating.comment.is_empty(),
            left: self.remark_counter(),
            can_rate: self.can_rate(),
            asks_end: self.asks_end,
        }
    }

    /// What is being written.
    #[must_use]
    pub fn writing(&self) -> Writing {
        Writing { draft: self.draft.clone(), can_send: self.can_send(), left: self.counter() }
    }

    /// Whether one can write, and what the composer has to say.
    #[must_use]
    pub fn composing(&self) -> Composing {
        Composing { state: self.composer(), hint: self.hint(), alerts: self.alerts.clone() }
    }
}
