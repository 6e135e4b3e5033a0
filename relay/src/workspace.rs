//! The workspace: people, sites, settings and how they change.
//!
//! A file is a domain: its rules, its rows, and the table of what can be done with it ([`command`]).
//! It runs on the host as it does in the object around it, which asks others and tells the desk.

mod accounts;
pub mod answer;
pub mod api_keys;
mod audit;
mod campaign_bytes;
mod campaigns;
mod canned;
mod changes;
pub mod command;
pub mod commands;
pub mod counts;
mod deliveries;
mod departments;
pub mod hashing;
pub mod key_names;
mod linked;
mod links;
mod makers;
mod members;
pub mod news;
pub mod password;
mod provenance;
mod publishing;
mod rates;
mod register;
pub mod report;
pub mod request;
mod secret_makers;
mod settings;
mod sign_in;
mod sites;
pub mod state;
pub mod stops;
pub mod tables;
mod topics;
mod view;
mod views;
mod webhooks;

#[cfg(test)]
mod fixture;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;

pub use accounts::Hasher;
