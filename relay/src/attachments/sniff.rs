//! What a file is, by its first bytes. The name and the declared type are never asked.

use inbox_types::MediaType;

/// How many bytes are looked at.
pub const SNIFF_BYTES: usize = 32;

/// What a file that begins like this is.
#[must_use]
pub fn sniff(head: &[u8]) -> MediaType {
    let at =
        |offset: usize, magic: &[u8]| head.get(offset..).is_some_and(|it| it.starts_with(magic));
    if at(0, b"\x89PNG\r\n\x1a\n") {
        MediaType::Png
    } else if at(0, b"\xff\xd8\xff") {
        MediaType::Jpeg
    } else if at(0, b"GIF87a") || at(0, b"GIF89a") {
        MediaType::Gif
    } else if at(0, b"RIFF") && at(8, b"WEBP") {
        MediaType::Webp
    } else if at(4, b"ftyp") {
        iso_media(head)
    } else if at(0, b"%PDF-") {
        MediaType::Pdf
    } else if at(0, b"PK\x03\x04") || at(0, b"PK\x05\x06") {
        MediaType::Zip
    } else if at(0, b"ID3")
        || at(0, b"OggS")
        || at(0, b"fLaC")
        || (at(0, b"RIFF") && at(8, b"WAVE"))
        || mpeg_audio(head)
    {
        MediaType::Audio
    } else if at(0, b"\x1a\x45\xdf\xa3") || (at(0, b"RIFF") && at(8, b"AVI ")) {
        MediaType::Video
    } else {
        MediaType::Other
    }
}

/// The family of MP4, told apart by its brand.
fn iso_media(head: &[u8]) -> MediaType {
    match head.get(8..12) {
        Some(b"avif" | b"avis") => MediaType::Avif,
        Some(b"M4A " | b"M4B ") => MediaType::Audio,
        Some(_) => MediaType::Video,
        None => MediaType::Other,
    }
}

/// A frame of MPEG audio without a tag before it.
fn mpeg_audio(head: &[u8]) -> bool {
    matches!(head, [0xff, second, ..] if second & 0xe6 == 0xe2)
}

/// The type that a file is served as. What is not surely harmless is only bytes.
#[must_use]
pub fn content_type(media: MediaType) -> &'static str {
    match media {
        MediaType::Png => "image/png",
        MediaType::Jpeg => "image/jpeg",
        MediaType::Gif => "image/gif",
        MediaType::Webp => "image/webp",
        MediaType::Avif => "image/avif",
        MediaType::Pdf => "application/pdf",
        MediaType::Zip => "application/zip",
        MediaType::Audio | MediaType::Video | MediaType::Other => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_decides() {
        let cases: [(&[u8], MediaType); 16] = [
            (b"\x89PNG\r\n\x1a\n....", MediaType::Png),
            (b"\xff\xd8\xff\xe0..JFIF", MediaType::Jpeg),
            (b"GIF89a......", MediaType::Gif),
            (b"RIFF....WEBPVP8 ", MediaType::Webp),
            (b"\0\0\0\x1cftypavif....", MediaType::Avif),
            (b"\0\0\0\x1cftypisom....", MediaType::Video),
            (b"\0\0\0\x1cftypM4A ....", MediaType::Audio),
            (b"%PDF-1.7", MediaType::Pdf),
            (b"PK\x03\x04....", MediaType::Zip),
            (b"ID3\x04", MediaType::Audio),
            (b"\xff\xfb\x90\x44", MediaType::Audio),
            (b"RIFF....WAVEfmt ", MediaType::Audio),
            (b"<svg xmlns=", MediaType::Other),
            (b"<!doctype html>", MediaType::Other),
            (b"", MediaType::Other),
            (b"\0\0\0\x1cftyp", MediaType::Other),
        ];
        for (head, media) in cases {
            assert_eq!(sniff(head), media, "{head:?}");
        }
    }

    #[test]
    fn only_images_are_served_as_what_a_browser_draws() {
        for media in
            [MediaType::Pdf, MediaType::Zip, MediaType::Audio, MediaType::Video, MediaType::Other]
        {
            assert!(content_type(media).starts_with("application/"), "{media:?}");
        }
    }
}
