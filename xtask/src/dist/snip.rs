//! Takes the words out of panics.
//!
//! A panic of the widget in a visitor's browser tells nobody where it was: the page shows that the
//! chat has failed and offers to try again. So the functions that only ever compose and print what
//! went wrong are made to fail at once, and the optimiser drops what they had need of: 2.4 KB. The
//! tests run with words, by `console_error_panic_hook`.

use std::collections::BTreeSet;

use anyhow::{Result, bail, ensure};
use wasm_encoder::{CodeSection, ConstExpr, DataSection, Module};
use wasmparser::{Data, DataKind, DataSectionReader, KnownCustom, Name, Operator, Payload};

use super::names::{bytes, payloads, unchanged};

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
    let payloads = payloads(wasm)?;
    let failing = failing(&payloads)?;
    // The names are the standard library's own affair, and may be others one day.
    ensure!(10 < failing.len(), "the compiler names what panics otherwise than `snip.rs` does");
    let mut snipped = Module::new();
    let (mut code, mut n_functions) = (CodeSection::new(), 0);
    for payload in payloads {
        if let Payload::CodeSectionStart { count, .. } = payload {
            n_functions = count;
        } else if let Payload::CodeSectionEntry(body) = payload {
            let fails = failing.contains(&code.len());
            code.raw(if fails { &FAIL } else { bytes(wasm, body.range()) });
            if code.len() == n_functions {
                snipped.section(&code);
            }
        } else if let Payload::DataSection(section) = payload {
            snipped.section(&data(section)?);
        } else if let Some(section) = unchanged(wasm, &payload) {
            snipped.section(&section);
        }
    }
    Ok(snipped.finish())
}

/// The functions that fail at once from now on, by their place in the code.
fn failing(payloads: &[Payload<'_>]) -> Result<BTreeSet<u32>> {
    let mut n_imported = 0;
    let mut failing = BTreeSet::new();
    for payload in payloads {
        if let Payload::ImportSection(section) = payload {
            n_imported = section.count();
        } else if let Payload::CustomSection(section) = payload
            && let KnownCustom::Name(names) = section.as_known()
        {
            for names in names {
                let Name::Function(names) = names? else { continue };
                for naming in names {
                    let naming = naming?;
                    // What is imported comes first, and has no code here.
                    if let Some(at) = naming.index.checked_sub(n_imported)
                        && fails(naming.name)
                    {
                        failing.insert(at);
                    }
                }
            }
        }
    }
    Ok(failing)
}

/// The data without the places in the sources that panics would have named: file, line and column,
/// and the names of the files.
fn data(section: DataSectionReader<'_>) -> Result<DataSection> {
    let mut blanked = DataSection::new();
    for segment in section {
        let Data { kind, data, .. } = segment?;
        let DataKind::Active { memory_index: 0, offset_expr } = kind else {
            bail!("the data is not in the one memory");
        };
        let Operator::I32Const { value: at } = offset_expr.get_operators_reader().read()? else {
            bail!("the data is put where nobody knows");
        };
        let mut data = data.to_vec();
        blank(&mut data, usize::try_from(at)?);
        blanked.active(0, &ConstExpr::i32_const(at), data);
    }
    Ok(blanked)
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
    use wasm_encoder::{Function, FunctionSection, NameMap, NameSection, TypeSection};

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

    /// A module whose functions have these names and a body of two steps.
    fn module(names: &[String]) -> Vec<u8> {
        let mut types = TypeSection::new();
        types.ty().function([], []);
        let (mut functions, mut code) = (FunctionSection::new(), CodeSection::new());
        let mut map = NameMap::new();
        for (at, name) in (0..).zip(names) {
            functions.function(0);
            let mut body = Function::new([]);
            body.instructions().nop().end();
            code.function(&body);
            map.append(at, name);
        }
        let mut section = NameSection::new();
        section.functions(&map);
        let mut module = Module::new();
        module.section(&types).section(&functions).section(&code).section(&section);
        module.finish()
    }

    fn bodies(wasm: &[u8]) -> Vec<Vec<u8>> {
        let payloads = payloads(wasm).expect("this is wasm");
        let bodies = payloads.into_iter().filter_map(|it| {
            let Payload::CodeSectionEntry(body) = it else { return None };
            Some(bytes(wasm, body.range()).to_vec())
        });
        bodies.collect()
    }

    #[test]
    fn a_function_that_fails_keeps_its_place() {
        let mut names: Vec<String> =
            (0..11).map(|it| format!("core::panicking::panic_{it}")).collect();
        names.insert(3, "ours::goes_on".to_owned());
        let wasm = module(&names);
        let snipped = bodies(&snip(&wasm).expect("it can be snipped"));
        let expected: Vec<Vec<u8>> = bodies(&wasm)
            .into_iter()
            .enumerate()
            .map(|(at, body)| if at == 3 { body } else { FAIL.to_vec() })
            .collect();
        assert_eq!(snipped, expected);
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
        assert!(snip(&module(&["ours::goes_on".to_owned()])).is_err());
    }
}
