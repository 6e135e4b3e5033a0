//! The Durable Objects: shells that load, call, store and tell, and have no rules.

#[expect(missing_docs, reason = "the methods that the platform's macro writes have none")]
pub(crate) mod campaigns;
#[expect(missing_docs, reason = "the methods that the platform's macro writes have none")]
pub(crate) mod conversation;
#[expect(missing_docs, reason = "the methods that the platform's macro writes have none")]
pub(crate) mod desk;
#[expect(missing_docs, reason = "the methods that the platform's macro writes have none")]
pub(crate) mod hasher;
#[expect(missing_docs, reason = "the methods that the platform's macro writes have none")]
pub(crate) mod search;
#[expect(missing_docs, reason = "the methods that the platform's macro writes have none")]
pub(crate) mod workspace;
