//! What the relay signs and later believes: visitors' tokens, agents' grants, addresses of files,
//! previews of campaigns; and the keys for each.

pub mod file_address;
pub mod grant;
pub mod keys;
pub mod preview;
pub mod secret_mark;
pub mod visitor_token;
