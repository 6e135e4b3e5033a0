//! Short names between a wasm module and its glue. wasm-bindgen's names of imports carry hashes,
//! which stand in both files and which nothing can compress; wasm-opt shortens names of `env` only.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use anyhow::{Context, Result, bail};
use wasm_encoder::{EntityType, ExportKind, ExportSection, ImportSection, Module, RawSection};
use wasmparser::{
    Export, ExportSectionReader, ExternalKind, Import, ImportSectionReader, Parser, Payload,
    TypeRef,
};

/// The module whose fields are the glue's own functions.
const GLUE: &str = "./app_bg.js";

/// What was renamed: long name, short name.
#[derive(Debug, Default)]
pub(super) struct Names {
    modules: BTreeMap<String, String>,
    functions: BTreeMap<String, String>,
    exports: BTreeMap<String, String>,
    /// Exports that were not renamed.
    kept: BTreeSet<String>,
}

/// The module with short names, and the names. These exports keep theirs.
pub(super) fn shorten(wasm: &[u8], kept: &BTreeSet<String>) -> Result<(Vec<u8>, Names)> {
    let mut short = Module::new();
    let mut names = Names::default();
    for payload in payloads(wasm)? {
        if let Payload::ImportSection(section) = payload {
            short.section(&names.imports(section)?);
        } else if let Payload::ExportSection(section) = payload {
            short.section(&names.exports(section, kept)?);
        } else if let Some(section) = unchanged(wasm, &payload) {
            short.section(&section);
        }
    }
    if let Some(missing) = kept.difference(&names.kept).next() {
        bail!("the app does not export `{missing}`, which its parts share with it");
    }
    Ok((short.finish(), names))
}

/// What a module consists of, in order.
pub(super) fn payloads(wasm: &[u8]) -> Result<Vec<Payload<'_>>> {
    Parser::new(0).parse_all(wasm).collect::<Result<_, _>>().context("this is no wasm")
}

/// A section as it stands in the module; none if the payload is no whole section.
pub(super) fn unchanged<'a>(wasm: &'a [u8], payload: &Payload<'_>) -> Option<RawSection<'a>> {
    let (id, range) = payload.as_section()?;
    Some(RawSection { id, data: bytes(wasm, range) })
}

/// The bytes that a parser says something is made of.
pub(super) fn bytes(wasm: &[u8], range: Range<u64>) -> &[u8] {
    let at = |offset: u64| usize::try_from(offset).expect("the module is in memory");
    &wasm[at(range.start)..at(range.end)]
}

impl Names {
    fn imports(&mut self, section: ImportSectionReader<'_>) -> Result<ImportSection> {
        let mut short = ImportSection::new();
        for import in section.into_imports() {
            let Import { module, name, ty } = import?;
            // The only kind that wasm-bindgen makes for these apps.
            let TypeRef::Func(ty) = ty else {
                bail!("the app imports `{name}`, which is no function");
            };
            // What comes from a script of our own keeps its name: it is what the script exports.
            let is_glue = module == GLUE;
            let module = short_of(&mut self.modules, module);
            let name = if is_glue { short_of(&mut self.functions, name) } else { name.to_owned() };
            short.import(&module, &name, EntityType::Function(ty));
        }
        Ok(short)
    }

    fn exports(
        &mut self,
        section: ExportSectionReader<'_>,
        kept: &BTreeSet<String>,
    ) -> Result<ExportSection> {
        let mut short = ExportSection::new();
        for export in section {
            let Export { name, kind, index } = export?;
            let kind = match kind {
                ExternalKind::Func | ExternalKind::FuncExact => ExportKind::Func,
                ExternalKind::Table => ExportKind::Table,
                ExternalKind::Memory => ExportKind::Memory,
                ExternalKind::Global => ExportKind::Global,
                ExternalKind::Tag => ExportKind::Tag,
            };
            if kept.contains(name) {
                self.kept.insert(name.to_owned());
                short.export(name, kind, index);
            } else {
                short.export(&short_of(&mut self.exports, name), kind, index);
            }
        }
        Ok(short)
    }

    /// The glue without the functions that the module does not import any more.
    fn used(&self, glue: &str) -> String {
        let mut used = String::new();
        let mut skips = false;
        for line in glue.lines() {
            let name =
                line.strip_prefix("        __wb").and_then(|it| it.split_once(": function("));
            if let Some((name, _)) = name {
                skips = !self.functions.contains_key(&format!("__wb{name}"));
            }
            if !skips {
                used.push_str(line);
                used.push('\n');
            } else if line == "        }," {
                skips = false;
            }
        }
        used
    }

    /// The glue with the same short names. Every name must be found in it: a glue of another form
    /// stops the build, not the chat.
    pub(super) fn apply(&self, glue: &str) -> Result<String> {
        let mut renamed = self.used(glue);
        for (long, short) in &self.modules {
            replace(&mut renamed, &format!("\"{long}\": import"), &format!("\"{short}\": import"))?;
        }
        for (long, short) in &self.functions {
            replace(&mut renamed, &format!(" {long}: function("), &format!(" {short}: function("))?;
        }
        // Longest first: some names begin with others.
        let mut exports: Vec<_> = self.exports.iter().collect();
        exports.sort_by_key(|it| std::cmp::Reverse(it.0.len()));
        for (long, short) in exports {
            // Some exports are for callers of other kinds.
            renamed = renamed.replace(&format!("wasm.{long}"), &format!("wasm.\0{short}"));
        }
        Ok(renamed.replace('\0', ""))
    }
}

fn replace(text: &mut String, from: &str, to: &str) -> Result<()> {
    if !text.contains(from) {
        bail!("the glue has no `{from}`");
    }
    *text = text.replace(from, to);
    Ok(())
}

/// The short name of a long one: the first has `a`, the 27th `aa`.
fn short_of(names: &mut BTreeMap<String, String>, long: &str) -> String {
    let n_names = names.len();
    names.entry(long.to_owned()).or_insert_with(|| nth(n_names)).clone()
}

fn nth(number: usize) -> String {
    let digit = char::from(b'a' + u8::try_from(number % 26).expect("below 26"));
    match number / 26 {
        0 => digit.to_string(),
        rest => nth(rest - 1) + &digit.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use wasm_encoder::CustomSection;

    use super::*;

    /// A module that imports and exports these, and has a section that nobody looks at.
    fn module(imports: &[(&str, &str, u32)], exports: &[(&str, ExportKind, u32)]) -> Vec<u8> {
        let mut module = Module::new();
        let mut section = ImportSection::new();
        for (from, name, ty) in imports {
            section.import(from, name, EntityType::Function(*ty));
        }
        module.section(&section);
        let mut section = ExportSection::new();
        for (name, kind, index) in exports {
            section.export(name, *kind, *index);
        }
        module.section(&section);
        module.section(&CustomSection { name: "kept".into(), data: b"as it is".into() });
        module.finish()
    }

    #[test]
    fn both_sides_get_the_same_short_names() {
        let long = "__wbg_new_0123456789abcdef";
        let exports = [("memory", ExportKind::Memory, 0), ("memory_more", ExportKind::Func, 200)];
        let wasm = module(&[(GLUE, long, 3), ("./ours.js", "day", 4)], &exports);
        let (short, names) = shorten(&wasm, &BTreeSet::new()).expect("this is wasm");
        let exports = [("a", ExportKind::Memory, 0), ("b", ExportKind::Func, 200)];
        assert_eq!(short, module(&[("a", "a", 3), ("b", "day", 4)], &exports));

        let glue = format!(
            "const import0 = {{ {long}: function() {{ wasm.memory_more(wasm.memory) }} }};\n\
             ({{ \"{GLUE}\": import0, \"./ours.js\": import1 }})"
        );
        assert_eq!(
            names.apply(&glue).expect("it has the names"),
            "const import0 = { a: function() { wasm.b(wasm.a) } };\n\
             ({ \"a\": import0, \"b\": import1 })\n"
        );
    }

    #[test]
    fn what_parts_share_keeps_its_name_on_both_sides() {
        let exports = [("memory", ExportKind::Memory, 0), ("free", ExportKind::Func, 200)];
        let kept = BTreeSet::from(["memory".to_owned()]);
        let (short, names) = shorten(&module(&[], &exports), &kept).expect("this is wasm");
        let exports = [("memory", ExportKind::Memory, 0), ("a", ExportKind::Func, 200)];
        assert_eq!(short, module(&[], &exports));
        assert!(shorten(&short, &BTreeSet::from(["table".to_owned()])).is_err());
        assert_eq!(
            names.apply("wasm.memory; wasm.free()").expect("it has them"),
            "wasm.memory; wasm.a()\n"
        );
    }

    #[test]
    fn what_is_not_imported_any_more_is_left_out_of_the_glue() {
        let (_, names) = shorten(&module(&[(GLUE, "__wbg_log", 0)], &[]), &BTreeSet::new())
            .expect("this is wasm");
        let function =
            |name| format!("        {name}: function() {{\n            x();\n        }},\n");
        let glue = [
            "    const import0 = {\n",
            &function("__wbg_log"),
            &function("__wbg_warn"),
            "    };\n({ \"./app_bg.js\": import0 })\n",
        ]
        .concat();
        let expected =
            ["    const import0 = {\n", &function("a"), "    };\n({ \"a\": import0 })\n"].concat();
        assert_eq!(names.apply(&glue).expect("it has the name"), expected);
    }

    #[test]
    fn a_glue_without_the_names_stops_the_build() {
        let (_, names) =
            shorten(&module(&[(GLUE, "log", 0)], &[]), &BTreeSet::new()).expect("this is wasm");
        assert!(names.apply("({ log() {} })").is_err());
    }

    #[test]
    fn what_is_cut_off_is_no_wasm() {
        assert!(shorten(b"\0asm", &BTreeSet::new()).is_err());
        let whole = module(&[(GLUE, "log", 0)], &[]);
        assert!(shorten(&whole[..whole.len() - 1], &BTreeSet::new()).is_err());
    }

    #[test]
    fn names_do_not_repeat() {
        let names: BTreeSet<String> = (0..2_000).map(nth).collect();
        assert_eq!(names.len(), 2_000);
        assert_eq!((nth(25), nth(26)), ("z".to_owned(), "aa".to_owned()));
    }
}
