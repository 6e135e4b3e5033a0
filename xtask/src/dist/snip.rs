//! Takes the words out of panics.
//!
//! A panic of the widget in a visitor's browser tells nobody where it was: the page shows that the
//! chat has failed and offers to try again. So the functions that only ever compose and print what
//! went wrong are made to fail at once, and the optimiser drops what they had need of: 2.4 KB. The
//! tests run with words, by `console_error_panic_hook`.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};

use super::names::{MAGIC, Reader, write_number, write_sized};

const CUSTOM: u8 = 0;
const IMPORTS: u8 = 2;
const CODE: u8 = 10;
const DATA: u8 = 11;
/// In the section of names: those of functions.
const FUNCTIONS: u8 = 1;

/// No locals, `unreachable`, `end`.
const FAIL: [u8; 3] = [0, 0x00, 0x0b];

/// How the names begin of functions that never return, of the compiler's own libraries.
const FAILING: [&str; 20] = [
    "core::panicking::panic",
    "core::panicking::assert_failed",
    "core::panicking::unreachable_display",
    "core::option::expect_failed",
    "core::option::unwrap_failed",
    "core::result::unwrap_failed",
    "core::slice::index::slice_",
    "core::slice::copy_from_slice_impl::len_mismatch_fail",
    "core::str::slice_error_fail",
    "core::cell::panic_already",
    "core::alloc::layout::Layout::is_size_align_valid::panic",
    "std::thread::local::panic_access_error",
    "std::panicking::panic_handler",
    "std::panicking::panic_with_hook",
    "std::panicking::rust_panic",
    "alloc::raw_vec::handle_error",
    "alloc::raw_vec::capacity_overflow",
    "alloc::alloc::handle_alloc_error",
    "__rustc::rust_begin_unwind",
    "__rustc::rust_panic",
];

/// What only panics have words from: nothing else here is written for programmers, and numbers are
/// written without formats.
const WORDS: [&str; 8] = [
    "core::fmt::Debug>::fmt",
    "core::fmt::LowerHex>::fmt",
    "core::fmt::UpperHex>::fmt",
    "core::fmt::builders::",
    "size as core::fmt::Display>::fmt",
    "32 as core::fmt::Display>::fmt",
    "core::fmt::Formatter>::debug_",
    "core::fmt::Formatter>::pad_integral",
];

fn fails(name: &str) -> bool {
    let name = without_hashes(name);
    FAILING.iter().any(|it| name.starts_with(it))
        || WORDS.iter().any(|it| name.contains(it))
        || name.ends_with("::assert_failed")
}

/// `core[0123456789abcdef]::panicking` without what the compiler adds to the names of crates.
fn without_hashes(name: &str) -> String {
    let mut parts = name.split('[');
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.split_once(']') {
            Some((hash, rest)) if hash.len() == 16 => plain.push_str(rest),
            _ => plain.extend(["[", part]),
        }
    }
    plain
}

/// The module with panics that say nothing.
pub(super) fn snip(wasm: &[u8]) -> Result<Vec<u8>> {
    let sections = sections(wasm)?;
    let mut n_imported = 0;
    let mut names = BTreeMap::new();
    for (id, content) in &sections {
        match *id {
            IMPORTS => n_imported = Reader(content).number()?,
            CUSTOM => names.extend(function_names(content)?),
            _ => (),
        }
    }
    // The names are the standard library's own affair, and may be others one day.
    let n_failing = names.values().filter(|it| fails(it)).count();
    ensure!(10 < n_failing, "the compiler names what panics otherwise than `snip.rs` does");
    let mut snipped = MAGIC.to_vec();
    for (id, content) in sections {
        let fails = |it| names.get(&(n_imported + it)).is_some_and(|it| fails(it));
        let content = match id {
            CODE => code(content, fails)?,
            DATA => data(content)?,
            _ => content.to_vec(),
        };
        snipped.push(id);
        write_sized(&mut snipped, &content);
    }
    Ok(snipped)
}

fn sections(wasm: &[u8]) -> Result<Vec<(u8, &[u8])>> {
    let mut from = Reader(wasm.strip_prefix(MAGIC).context("this is no wasm")?);
    let mut sections = Vec::new();
    while !from.0.is_empty() {
        sections.push((from.byte()?, from.sized()?));
    }
    Ok(sections)
}

fn function_names(section: &[u8]) -> Result<BTreeMap<usize, String>> {
    let mut from = Reader(section);
    let mut names = BTreeMap::new();
    if from.text()? != "name" {
        return Ok(names);
    }
    while !from.0.is_empty() {
        let kind = from.byte()?;
        let mut from = Reader(from.sized()?);
        if kind == FUNCTIONS {
            for _ in 0..from.number()? {
                names.insert(from.number()?, from.text()?);
            }
        }
    }
    Ok(names)
}

fn code(section: &[u8], fails: impl Fn(usize) -> bool) -> Result<Vec<u8>> {
    let mut from = Reader(section);
    let mut to = Vec::new();
    let n_functions = from.number()?;
    write_number(&mut to, n_functions);
    for function in 0..n_functions {
        let body = from.sized()?;
        write_sized(&mut to, if fails(function) { &FAIL } else { body });
    }
    Ok(to)
}

/// The data without the places in the sources that panics would have named: file, line and column,
/// and the names of the files.
fn data(section: &[u8]) -> Result<Vec<u8>> {
    let mut from = Reader(section);
    let mut to = Vec::new();
    let n_segments = from.number()?;
    write_number(&mut to, n_segments);
    for _ in 0..n_segments {
        // Active, in the one memory, at a constant: `i32.const`, a signed number, `end`.
        ensure!(from.byte()? == 0 && from.byte()? == 0x41, "the data is put where nobody knows");
        let begin = from.0;
        let at = from.number()?;
        ensure!(from.byte()? == 0x0b, "the data is put where nobody knows");
        to.extend([0, 0x41]);
        to.extend_from_slice(&begin[..begin.len() - from.0.len()]);
        let mut content = from.sized()?.to_vec();
        blank(&mut content, at);
        write_sized(&mut to, &content);
    }
    Ok(to)
}

/// A place is four numbers: where the name of the file stands, how long it is, line and column.
fn blank(data: &mut [u8], begin: usize) {
    const PLACE: usize = 16;
    let number = |data: &[u8], at: usize| {
        data[at..at + 4].iter().rev().fold(0, |all, byte| all << 8 | usize::from(*byte))
    };
    let mut names = Vec::new();
    // Every number stands at a multiple of four in memory.
    let mut at = begin.next_multiple_of(4) - begin;
    while at + PLACE <= data.len() {
        let (line, column) = (number(data, at + 8), number(data, at + 12));
        let name = number(data, at).wrapping_sub(begin);
        let name = name..name.saturating_add(number(data, at + 4));
        let is_file =
            data.get(name.clone()).is_some_and(|it| it.is_ascii() && it.ends_with(b".rs"));
        if is_file && (1..100_000).contains(&line) && (1..1_000).contains(&column) {
            data[at..at + PLACE].fill(0);
            names.push(name);
            at += PLACE;
        } else {
            at += 4;
        }
    }
    for name in names {
        data[name].fill(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_never_returns_is_named_and_what_does_is_not() {
        for name in [
            "core::panicking::panic_fmt::h0123456789abcdef",
            "core[0123456789abcdef]::panicking::panic_fmt",
            "core::result::unwrap_failed",
            "alloc::vec::Vec<T,A>::remove::assert_failed",
            "<wasm_bindgen::JsValue as core::fmt::Debug>::fmt",
            "<u32 as core::fmt::Display>::fmt",
        ] {
            assert!(fails(name), "{name}");
        }
        for name in [
            "core::option::Option<T>::unwrap_or",
            "<str as core::fmt::Display>::fmt",
            "<u32>::_fmt",
        ] {
            assert!(!fails(name), "{name}");
        }
    }

    #[test]
    fn a_function_that_fails_keeps_its_place() {
        let body = [0, 1, 0x0b];
        let section = [&[2, 3][..], &body, &[3], &body].concat();
        let snipped = code(&section, |function| function == 1).expect("this is code");
        assert_eq!(snipped, [&[2, 3][..], &body, &[3], &FAIL].concat());
    }

    #[test]
    fn places_in_the_sources_are_blanked_and_nothing_else() {
        let mut data = b"src/a.rsABCD".to_vec();
        for number in [1_024_u32, 8, 12, 5, 1_024, 9, 12, 5] {
            data.extend(number.to_le_bytes());
        }
        let mut blanked = data.clone();
        blank(&mut blanked, 1_024);
        let mut expected = data;
        expected[..8].fill(0);
        expected[12..28].fill(0);
        assert_eq!(blanked, expected);
    }

    #[test]
    fn other_names_stop_the_build() {
        assert!(snip(MAGIC).is_err());
    }
}
