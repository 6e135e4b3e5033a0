//! A detector as a WebAssembly module, to be weighed and timed: a buffer for the text, and one call.

use std::sync::Mutex;

static TEXT: Mutex<[u8; 65536]> = Mutex::new([0; 65536]);

/// Where a text of at most 65536 bytes is to be written.
#[unsafe(no_mangle)]
pub extern "C" fn buffer() -> *const u8 {
    TEXT.lock().map_or(std::ptr::null(), |text| text.as_ptr())
}

/// Detects the language of the first bytes of the buffer; the answer is a number that depends on it.
#[unsafe(no_mangle)]
pub extern "C" fn run(n_bytes: usize) -> u32 {
    let Ok(text) = TEXT.lock() else { return 0 };
    detect(std::str::from_utf8(text.get(..n_bytes).unwrap_or(&[])).unwrap_or(""))
}

#[cfg(feature = "langid")]
fn detect(text: &str) -> u32 {
    (langid::detect(text, &langid::Prior::none()).confidence * 1e6) as u32
}

#[cfg(feature = "whatlang")]
fn detect(text: &str) -> u32 {
    whatlang::detect(text).map_or(0, |found| (found.confidence() * 1e6) as u32)
}

#[cfg(feature = "whichlang")]
fn detect(text: &str) -> u32 {
    u32::from(whichlang::detect_language(text).three_letter_code().as_bytes()[0])
}

#[cfg(not(any(feature = "langid", feature = "whatlang", feature = "whichlang")))]
fn detect(text: &str) -> u32 {
    u32::try_from(text.chars().count()).unwrap_or(0)
}
