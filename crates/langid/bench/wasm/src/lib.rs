//! langid as a WebAssembly module, to be timed: a buffer for the text, and one call.

use std::sync::Mutex;

use langid::{Prior, detect};

static TEXT: Mutex<[u8; 65536]> = Mutex::new([0; 65536]);

/// Where a text of at most 65536 bytes is to be written.
#[unsafe(no_mangle)]
pub extern "C" fn buffer() -> *const u8 {
    TEXT.lock().map_or(std::ptr::null(), |text| text.as_ptr())
}

/// Detects the language of the first bytes of the buffer; the confidence in millionths.
#[unsafe(no_mangle)]
pub extern "C" fn run(n_bytes: usize) -> u32 {
    let Ok(text) = TEXT.lock() else { return 0 };
    let text = std::str::from_utf8(text.get(..n_bytes).unwrap_or(&[])).unwrap_or("");
    (detect(text, &Prior::none()).confidence * 1e6) as u32
}
