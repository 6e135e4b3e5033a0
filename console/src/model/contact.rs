//! What an agent has typed into the fields of a contact.

use serde::{Deserialize, Serialize};

/// What was typed into a field of the contact.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct FieldEdit {
    /// What stood there when the typing began.
    pub base: String,
    /// What stands there now.
    pub text: String,
}
