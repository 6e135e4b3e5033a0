//! What programs may ask, as an `OpenAPI` 3.1 document. It is made by its test, of the table of routes and of
//! the types that are read and written, so that it says what the relay does.
//!
//! - **AP24** What programs may ask stands in an `OpenAPI` document that is made of the table of routes, and
//!   of the types that are read and written.

#[cfg(test)]
mod tests;

/// The document.
// AP24
pub const DOCUMENT: &str = include_str!("openapi.json");
