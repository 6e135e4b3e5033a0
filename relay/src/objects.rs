//! The Durable Objects: shells that load, call, store and tell, and have no rules.

pub(crate) mod call;
pub(crate) mod conversation;
pub(crate) mod desk;
pub(crate) mod sockets;
pub(crate) mod timers;
pub(crate) mod workspace;
