//! The visitor's chat, for the iframe.
