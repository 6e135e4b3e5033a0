//! What the edge and the objects ask each other, and how. Whoever asks an object knows its questions
//! from here and nothing of the object itself; those of the workspace stand in
//! [`crate::workspace::request`].

pub(crate) mod call;
pub(crate) mod campaigns;
pub(crate) mod conversation;
pub(crate) mod desk;
pub(crate) mod search;
pub(crate) mod sites;
