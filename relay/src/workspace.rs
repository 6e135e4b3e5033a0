//! The workspace: people, sites, settings and how they change. Pure; the object around it
//! stores what is said here.

pub mod ask;
pub mod book;
pub mod campaigns;
pub mod counting;
mod gone;
pub mod hashing;
pub mod links;
pub mod news;
pub mod password;
pub mod stops;
pub mod view;
