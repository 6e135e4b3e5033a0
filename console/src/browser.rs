//! What views ask of the browser: focus, painting and composition, and how values are written in a
//! language. It knows nothing of views and models.

pub(crate) mod dom;
pub(crate) mod intl;
