//! Short names between a wasm module and its glue. wasm-bindgen's names of imports carry hashes,
//! which stand in both files and which nothing can compress; wasm-opt shortens names of `env` only.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};

pub(super) const MAGIC: &[u8] = b"\0asm\x01\0\0\0";
const IMPORTS: u8 = 2;
const EXPORTS: u8 = 7;
/// The only kind of import that wasm-bindgen makes for these apps.
const FUNCTION: u8 = 0;

/// The module whose fields are the glue's own functions.
const GLUE: &str = "./app_bg.js";

/// What was renamed: long name, short name.
#[derive(Debug, Default)]
pub(super) struct Names {
    modules: BTreeMap<String, String>,
    functions: BTreeMap<String, String>,
    exports: BTreeMap<String, String>,
}

/// The module with short names, and the names.
pub(super) fn shorten(wasm: &[u8]) -> Result<(Vec<u8>, Names)> {
    let mut from = Reader(wasm.strip_prefix(MAGIC).context("this is no wasm")?);
    let mut short = MAGIC.to_vec();
    let mut names = Names::default();
    while !from.0.is_empty() {
        let section = from.byte()?;
        let content = from.sized()?;
        let content = match section {
            IMPORTS => names.imports(content)?,
            EXPORTS => names.exports(content)?,
            _ => content.to_vec(),
        };
        short.push(section);
        write_sized(&mut short, &content);
    }
    Ok((short, names))
}

impl Names {
    fn imports(&mut self, section: &[u8]) -> Result<Vec<u8>> {
        let mut from = Reader(section);
        let mut to = Vec::new();
        let n_imports = from.number()?;
        write_number(&mut to, n_imports);
        for _ in 0..n_imports {
            let (module, field) = (from.text()?, from.text()?);
            let short = short_of(&mut self.modules, &module);
            write_sized(&mut to, short.as_bytes());
            // What comes from a script of our own keeps its name: it is what the script exports.
            let field = if module == GLUE { short_of(&mut self.functions, &field) } else { field };
            write_sized(&mut to, field.as_bytes());
            if from.byte()? != FUNCTION {
                bail!("the app imports `{field}`, which is no function");
            }
            to.push(FUNCTION);
            write_number(&mut to, from.number()?);
        }
        Ok(to)
    }

    fn exports(&mut self, section: &[u8]) -> Result<Vec<u8>> {
        let mut from = Reader(section);
        let mut to = Vec::new();
        let n_exports = from.number()?;
        write_number(&mut to, n_exports);
        for _ in 0..n_exports {
            let short = short_of(&mut self.exports, &from.text()?);
            write_sized(&mut to, short.as_bytes());
            to.push(from.byte()?);
            write_number(&mut to, from.number()?);
        }
        Ok(to)
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

/// What is still to be read.
pub(super) struct Reader<'a>(pub(super) &'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, n_bytes: usize) -> Result<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(n_bytes).context("the wasm ends early")?;
        self.0 = rest;
        Ok(taken)
    }

    pub(super) fn byte(&mut self) -> Result<u8> {
        self.take(1)?.first().copied().context("the wasm ends early")
    }

    /// An unsigned LEB128.
    pub(super) fn number(&mut self) -> Result<usize> {
        let (mut number, mut shift) = (0, 0);
        loop {
            let byte = self.byte()?;
            number |= usize::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(number);
            }
            shift += 7;
            if 28 < shift {
                bail!("a number in the wasm is too large");
            }
        }
    }

    pub(super) fn sized(&mut self) -> Result<&'a [u8]> {
        let n_bytes = self.number()?;
        self.take(n_bytes)
    }

    pub(super) fn text(&mut self) -> Result<String> {
        Ok(std::str::from_utf8(self.sized()?).context("a name in the wasm")?.to_owned())
    }
}

pub(super) fn write_number(to: &mut Vec<u8>, mut number: usize) {
    loop {
        let low = u8::try_from(number & 0x7f).expect("seven bits");
        number >>= 7;
        if number == 0 {
            return to.push(low);
        }
        to.push(low | 0x80);
    }
}

pub(super) fn write_sized(to: &mut Vec<u8>, content: &[u8]) {
    write_number(to, content.len());
    to.extend_from_slice(content);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn section(id: u8, entries: &[&[&[u8]]]) -> Vec<u8> {
        let mut content = vec![u8::try_from(entries.len()).expect("few")];
        for part in entries.iter().copied().flatten() {
            content.extend_from_slice(part);
        }
        let mut section = vec![id];
        write_sized(&mut section, &content);
        section
    }

    fn text(text: &str) -> Vec<u8> {
        let mut sized = Vec::new();
        write_sized(&mut sized, text.as_bytes());
        sized
    }

    #[test]
    fn both_sides_get_the_same_short_names() {
        let long = "__wbg_new_0123456789abcdef";
        let kept = section(9, &[]);
        let wasm = [
            MAGIC,
            &section(
                IMPORTS,
                &[
                    &[&text(GLUE), &text(long), &[FUNCTION, 3]],
                    &[&text("./ours.js"), &text("day"), &[FUNCTION, 4]],
                ],
            ),
            &section(
                EXPORTS,
                &[&[&text("memory"), &[2, 0]], &[&text("memory_more"), &[0, 200, 1]]],
            ),
            &kept,
        ]
        .concat();
        let (short, names) = shorten(&wasm).expect("this is wasm");
        let expected = [
            MAGIC,
            &section(
                IMPORTS,
                &[
                    &[&text("a"), &text("a"), &[FUNCTION, 3]],
                    &[&text("b"), &text("day"), &[FUNCTION, 4]],
                ],
            ),
            &section(EXPORTS, &[&[&text("a"), &[2, 0]], &[&text("b"), &[0, 200, 1]]]),
            &kept,
        ]
        .concat();
        assert_eq!(short, expected);

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
    fn what_is_not_imported_any_more_is_left_out_of_the_glue() {
        let wasm =
            [MAGIC, &section(IMPORTS, &[&[&text(GLUE), &text("__wbg_log"), &[FUNCTION, 0]]])]
                .concat();
        let (_, names) = shorten(&wasm).expect("this is wasm");
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
        let wasm =
            [MAGIC, &section(IMPORTS, &[&[&text(GLUE), &text("log"), &[FUNCTION, 0]]])].concat();
        let (_, names) = shorten(&wasm).expect("this is wasm");
        assert!(names.apply("({ log() {} })").is_err());
    }

    #[test]
    fn what_is_cut_off_is_no_wasm() {
        assert!(shorten(b"\0asm").is_err());
        assert!(shorten(&[MAGIC, &[IMPORTS, 9, 1]].concat()).is_err());
    }

    #[test]
    fn names_do_not_repeat() {
        let names: std::collections::BTreeSet<String> = (0..2_000).map(nth).collect();
        assert_eq!(names.len(), 2_000);
        assert_eq!((nth(25), nth(26)), ("z".to_owned(), "aa".to_owned()));
    }
}
