//! The linker of the widget: without what nobody there can call.
//!
//! Every function that a crate exports to scripts is an entrance of the module, and whatever it
//! reaches is kept. Leptos brings the streams of its server functions (`wasm-streams`) and a marker
//! for modules that are loaded in parts, which the widget has no use for: 5 KB. The compiler calls
//! `cargo xtask` as its linker, which leaves these entrances out and calls the real one.

use std::env;
use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::run::{output, program, run};

/// Tells this program that it is the linker, and where the real one is.
const LINKER: &str = "PORCHLIGHT_LINKER";

/// Parts of the names of entrances that the widget does without.
const UNUSED: [&str; 2] = ["intounderlying", "_WASM_SPLIT_MARKER"];

/// Bytes of the stack, of which the compiler would take a megabyte. It lies below all else, so that
/// whatever would need more stops the app and spoils nothing; and every address in the code is the
/// shorter for it.
const STACK: usize = 65_536;

/// Has the command use this program to link its last crate. What it depends on is not touched, and
/// so not compiled again.
pub(super) fn lean(build: &mut Command) -> Result<()> {
    let libraries = output(program("rustc").arg("--print=target-libdir"))?;
    let real = Path::new(libraries.trim()).with_file_name("bin/rust-lld");
    let this = env::current_exe().context("who is this?")?;
    build.env(LINKER, real).args(["--", &format!("-Clinker={}", this.display())]);
    build.arg(format!("-Clink-arg=-zstack-size={STACK}"));
    Ok(())
}

/// Links, if that is what this program was called for.
pub(crate) fn linked() -> Option<Result<()>> {
    let real = env::var_os(LINKER)?;
    let arguments = without_unused(env::args_os().skip(1));
    Some(run(Command::new(real).args(arguments)))
}

fn without_unused(arguments: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let mut kept: Vec<OsString> = Vec::new();
    for argument in arguments {
        let exported = kept.last().is_some_and(|it| it == "--export");
        if exported && UNUSED.iter().any(|it| argument.to_string_lossy().contains(it)) {
            kept.pop();
        } else {
            kept.push(argument);
        }
    }
    kept
}

/// The glue without the classes whose functions were left out: esbuild would keep them for what they
/// do when they are defined.
pub(super) fn without_classes(glue: &str) -> String {
    let mut kept = String::new();
    let mut end = None;
    for line in glue.lines() {
        if end.is_none() {
            end = [
                ("export class IntoUnderlying", "}"),
                ("const IntoUnderlying", ";"),
                ("if (Symbol.dispose) IntoUnderlying", ";"),
            ]
            .into_iter()
            .find(|it| line.starts_with(it.0))
            .map(|it| it.1);
            if end.is_none() {
                kept.push_str(line);
                kept.push('\n');
                continue;
            }
        }
        let over = match end {
            Some("}") => line == "}",
            _ => line.ends_with(';'),
        };
        if over {
            end = None;
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entrances_that_nobody_uses_are_left_out_and_all_else_is_as_it_was() {
        let given = ["-flavor", "wasm", "--export", "start_1", "--export"];
        let unused = ["intounderlyingsink_write_2", "--export", "_WASM_SPLIT_MARKER_3", "a.o"];
        let all = given.into_iter().chain(unused).map(OsString::from);
        assert_eq!(without_unused(all), ["-flavor", "wasm", "--export", "start_1", "a.o"]);
    }

    #[test]
    fn classes_that_nobody_uses_are_left_out_of_the_glue() {
        let glue = "a\nexport class IntoUnderlyingSink {\n    free() {\n    }\n}\n\
                    if (Symbol.dispose) IntoUnderlyingSink.prototype[Symbol.dispose] = 1;\nb\n\
                    const IntoUnderlyingSinkFinalization = 1\n    ? 2\n    : 3;\nc\n";
        assert_eq!(without_classes(glue), "a\nb\nc\n");
    }
}
