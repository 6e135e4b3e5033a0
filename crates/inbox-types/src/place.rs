//! Where something stands.

use serde::{Deserialize, Serialize};

macro_rules! numbers {
    ($($(#[$doc:meta])* $name:ident($inner:ty);)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub $inner);

        impl $name {
            /// The next one.
            #[must_use]
            pub const fn next(self) -> Self {
                Self(self.0 + 1)
            }
        }
    )*};
}

numbers! {
    /// The number of an event in a conversation's log, from 1 without a gap.
    /// Only agents and the relay know it.
    Seq(u64);
    /// The number of an entry in one reader's view, from 1 without a gap: for an
    /// agent the event's [`Seq`], for a visitor the count of what visitors may see,
    /// fixed when the event is stored. 0 is "before everything".
    Place(u64);
    /// The number of a session in its conversation, from 1.
    SessionNo(u32);
}
