//! Who is typing, until when; and how often this browser says that it is.

use inbox_types::{
    Author, MemberCard, MemberId, Timestamp,
    limits::{TYPING_LIFE, TYPING_RENEW},
};

/// Somebody who is typing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Typist {
    /// The agent; none is the visitor.
    pub who: Option<MemberCard>,
    until: Timestamp,
}

/// Everybody else who is typing, and this browser's own sign of it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
// CL26
pub(crate) struct Typing {
    others: Vec<Typist>,
    /// Who of the team takes part; none if nobody has said so.
    team: Option<Vec<MemberId>>,
    /// When this browser last said that its person is typing.
    said_at: Option<Timestamp>,
}

impl Typing {
    pub(crate) fn others(&self) -> &[Typist] {
        &self.others
    }

    pub(crate) fn due(&self) -> Option<Timestamp> {
        self.others.iter().map(|it| it.until).min()
    }

    pub(crate) fn heard(&mut self, now: Timestamp, who: Option<MemberCard>, on: bool) {
        self.others.retain(|it| id(it.who.as_ref()) != id(who.as_ref()));
        if on {
            self.others.push(Typist { who, until: now.after(TYPING_LIFE) });
            self.drop_absent();
        }
    }

    /// Whoever has left, or whose session is over, has stopped typing.
    pub(crate) fn present(&mut self, team: Vec<MemberId>) {
        self.team = Some(team);
        self.drop_absent();
    }

    fn drop_absent(&mut self) {
        if let Some(team) = &self.team {
            // Whoever answers elsewhere takes no part here.
            self.others.retain(|it| {
                it.who.as_ref().is_none_or(|who| who.is_external() || team.contains(&who.id))
            });
        }
    }

    /// Whoever has written has stopped typing.
    pub(crate) fn wrote(&mut self, author: &Author) {
        self.others.retain(|it| match (author, &it.who) {
            (Author::Visitor, None) => false,
            (Author::Agent(agent), Some(card)) => *agent != card.id,
            (Author::Bridge, Some(card)) => !card.is_external(),
            (Author::Visitor | Author::Bot(_) | Author::System, Some(_))
            | (Author::Agent(_) | Author::Bot(_) | Author::System | Author::Bridge, None) => true,
        });
    }

    pub(crate) fn forget_others(&mut self) {
        self.others.clear();
    }

    pub(crate) fn tick(&mut self, now: Timestamp) {
        self.others.retain(|it| now < it.until);
    }

    /// A key was pressed. True if it is time to say so.
    pub(crate) fn pressed(&mut self, now: Timestamp) -> bool {
        let fresh = self.said_at.is_some_and(|at| now.since(at) < TYPING_RENEW);
        if !fresh {
            self.said_at = Some(now);
        }
        !fresh
    }

    /// The person stopped. True if others think otherwise.
    pub(crate) fn stopped(&mut self, now: Timestamp) -> bool {
        self.said_at.take().is_some_and(|at| now.since(at) < TYPING_LIFE)
    }
}

fn id(who: Option<&MemberCard>) -> Option<&str> {
    who.map(|it| it.id.as_str())
}
