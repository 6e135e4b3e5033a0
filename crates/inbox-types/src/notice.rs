//! System messages as key and parameters. Whoever shows one renders it in the
//! reader's language; it is never stored as a sentence.

use crate::{MemberCard, Name, tagged};

tagged! {
    "key", "Notice":
    /// What happened, as the visitor may be told.
    pub enum Notice {
        /// An agent takes part from now on.
        Joined {
            /// Who.
            agent: MemberCard,
        },
        /// An agent takes part no longer.
        Left {
            /// Who.
            agent: MemberCard,
        },
        /// Another agent answers for the session from now on.
        OwnerChanged {
            /// Who.
            agent: MemberCard,
        },
        /// The session went to another department.
        Transferred {
            /// Which one.
            department: Name,
        },
        /// The visitor is asked whether there are more questions.
        StillQuestions,
        /// The visitor has more questions.
        MoreQuestions,
        /// An agent ended the session.
        EndedByAgent,
        /// The visitor ended the session.
        EndedByCustomer,
        /// The session ended because the visitor did not answer.
        EndedByInactivity,
        /// The session ended because the visitor has no more questions.
        Solved,
        /// The site is no longer served.
        SiteDeleted,
        /// An ended session goes on.
        Reopened,
        /// The visitor rated the session.
        Rated {
            /// 1 to 5.
            stars: u8,
        },
        /// A notice of a later version.
        #[serde(other)]
        Later,
    }
}
