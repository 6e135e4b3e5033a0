//! Attachments as everybody sees them; the bytes are the relay's.

use serde::{Deserialize, Serialize};

use crate::{FileId, Text};

/// A stored attachment.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct File {
    /// Its generated name in the store.
    pub id: FileId,
    /// What its sender called it.
    pub name: Text<255>,
    /// Its size in bytes.
    pub bytes: u64,
    /// What its content was found to be; the declared type is never trusted.
    pub media: MediaType,
}

/// What the content of a file was found to be. Only raster images are ever shown inline.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MediaType {
    /// `image/png`
    Png,
    /// `image/jpeg`
    Jpeg,
    /// `image/gif`
    Gif,
    /// `image/webp`
    Webp,
    /// `image/avif`
    Avif,
    /// `application/pdf`; never inline.
    Pdf,
    /// `application/zip` and what is packed in it; never unpacked.
    Zip,
    /// A sound.
    Audio,
    /// A film.
    Video,
    /// Everything else, HTML and SVG included: `application/octet-stream`.
    #[serde(other)]
    Other,
}

impl MediaType {
    /// Whether a browser may show it inside the chat.
    #[must_use]
    pub fn is_image(self) -> bool {
        match self {
            Self::Png | Self::Jpeg | Self::Gif | Self::Webp | Self::Avif => true,
            Self::Pdf | Self::Zip | Self::Audio | Self::Video | Self::Other => false,
        }
    }
}
