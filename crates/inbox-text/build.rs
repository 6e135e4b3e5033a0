//! Checks the language files against each other and writes the keys.
//!
//! `locales/en.json` says which texts exist and which parameters each has. Every other file must
//! have the same texts with the same parameters, and for counted texts just the plural forms that
//! its head names. What is wrong is told all at once, and the build stops.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};

use serde_json::{Map, Value};

/// The sections of the language files, each with the part whose lines its texts travel in.
const SECTIONS: [(&str, &str); 4] =
    [("widget", "widget"), ("loader", "widget"), ("console", "console"), ("hours", "console")];
/// What a browser's `Intl.PluralRules` can answer.
const FORMS: [&str; 6] = ["zero", "one", "two", "few", "many", "other"];
/// The file that the others are compared with.
const SOURCE: &str = "en";

/// One language file, taken apart.
struct File {
    language: String,
    direction: String,
    plurals: Vec<String>,
    parts: BTreeMap<String, BTreeMap<String, Text>>,
}

/// A text, or one text for each plural form.
enum Text {
    Plain(String),
    Counted(BTreeMap<String, String>),
}

impl Text {
    fn variants(&self) -> Vec<&str> {
        match self {
            Self::Plain(text) => vec![text],
            Self::Counted(forms) => forms.values().map(String::as_str).collect(),
        }
    }

    fn parameters(&self) -> BTreeSet<String> {
        self.variants().into_iter().flat_map(parameters).collect()
    }
}

fn main() {
    let folder =
        Path::new(&env::var("CARGO_MANIFEST_DIR").expect("cargo sets it")).join("../../locales");
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut wrong = Vec::new();
    let files: BTreeMap<String, File> = language_files(&folder)
        .iter()
        .filter_map(|path| read(path, &mut wrong))
        .map(|file| (file.language.clone(), file))
        .collect();
    match files.get(SOURCE) {
        Some(source) => {
            for file in files.values() {
                compare(source, file, &mut wrong);
            }
            if wrong.is_empty() {
                write_all(source, &files);
            }
        }
        None => wrong.push(format!("locales/{SOURCE}.json is missing")),
    }
    for problem in &wrong {
        println!("cargo::error={problem}");
    }
}

fn language_files(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .expect("locales/ exists")
        .filter_map(|it| Some(it.ok()?.path()))
        .filter(|it| it.extension().is_some_and(|extension| extension == "json"))
        .collect();
    paths.sort();
    paths
}

fn read(path: &Path, wrong: &mut Vec<String>) -> Option<File> {
    let language = path.file_stem()?.to_str()?.to_owned();
    let json = fs::read_to_string(path).expect("a language file can be read");
    let value: Value = match serde_json::from_str(&json) {
        Ok(value) => value,
        Err(error) => {
            wrong.push(format!("{language}: {error}"));
            return None;
        }
    };
    let text = |name: &str| value[name].as_str().map(str::to_owned);
    let plurals: Vec<String> = value["plurals"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|it| it.as_str().map(str::to_owned))
        .collect();
    if !plurals.iter().any(|it| it == "other")
        || plurals.iter().any(|it| !FORMS.contains(&it.as_str()))
    {
        wrong.push(format!("{language}: plurals must be some of {FORMS:?}, \"other\" among them"));
    }
    let direction = text("direction").unwrap_or_default();
    if direction != "ltr" && direction != "rtl" {
        wrong.push(format!("{language}: direction must be ltr or rtl"));
    }
    let mut parts = BTreeMap::new();
    for (section, _) in SECTIONS {
        let texts = value[section].as_object().cloned().unwrap_or_default();
        parts.insert(section.to_owned(), read_texts(&language, section, texts, wrong));
    }
    Some(File { language, direction, plurals, parts })
}

fn read_texts(
    language: &str,
    part: &str,
    texts: Map<String, Value>,
    wrong: &mut Vec<String>,
) -> BTreeMap<String, Text> {
    let mut read = BTreeMap::new();
    for (key, value) in texts {
        let text = match value {
            Value::String(text) => Text::Plain(text),
            Value::Object(forms) => Text::Counted(
                forms
                    .into_iter()
                    .filter_map(|(form, text)| Some((form, text.as_str()?.to_owned())))
                    .collect(),
            ),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => {
                wrong.push(format!("{language}: {part}.{key} is neither a text nor its forms"));
                continue;
            }
        };
        if key.is_empty()
            || !key.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'_')
        {
            wrong.push(format!("{language}: {part}.{key} is not named in snake_case"));
        }
        if text.variants().iter().any(|it| it.trim().is_empty() || it.contains(['\n', '\t'])) {
            wrong.push(format!("{language}: {part}.{key} is empty or has a line break or tab"));
        }
        read.insert(key, text);
    }
    read
}

fn compare(source: &File, file: &File, wrong: &mut Vec<String>) {
    let language = &file.language;
    for (part, texts) in &source.parts {
        let theirs = &file.parts[part];
        for key in theirs.keys().filter(|key| !texts.contains_key(*key)) {
            wrong.push(format!("{language}: {part}.{key} is not in {SOURCE}.json"));
        }
        for (key, text) in texts {
            match theirs.get(key) {
                Some(their) => compare_text(text, their, file, &format!("{part}.{key}"), wrong),
                None => wrong.push(format!("{language}: {part}.{key} is missing")),
            }
        }
    }
}

fn compare_text(text: &Text, their: &Text, file: &File, name: &str, wrong: &mut Vec<String>) {
    let language = &file.language;
    let (expected, found) = (text.parameters(), their.parameters());
    // A plural form such as "one file" may leave the number out, so only the sum is compared.
    if expected != found {
        wrong.push(format!("{language}: {name} has parameters {found:?}, not {expected:?}"));
    }
    match (text, their) {
        (Text::Plain(_), Text::Plain(_)) => (),
        (Text::Counted(_), Text::Counted(forms)) => {
            if !expected.contains("count") {
                wrong.push(format!("{language}: {name} has plural forms and no {{count}}"));
            }
            let found: BTreeSet<&String> = forms.keys().collect();
            if found != file.plurals.iter().collect() {
                wrong.push(format!("{language}: {name} must have the forms {:?}", file.plurals));
            }
        }
        (Text::Plain(_), Text::Counted(_)) | (Text::Counted(_), Text::Plain(_)) => {
            wrong.push(format!("{language}: {name} has plural forms in one file only"));
        }
    }
}

/// The names between braces.
fn parameters(text: &str) -> Vec<String> {
    text.split('{').skip(1).filter_map(|it| Some(it.split_once('}')?.0.to_owned())).collect()
}

fn write_all(source: &File, files: &BTreeMap<String, File>) {
    let mut code = String::new();
    let mut n_lines: BTreeMap<&str, usize> = BTreeMap::new();
    for (section, part) in SECTIONS {
        let first = n_lines.entry(part).or_default();
        write_keys(&mut code, section, *first, &source.parts[section]);
        *first += source.parts[section].len();
    }
    write_assets(&mut code, source, files);
    let out = PathBuf::from(env::var("OUT_DIR").expect("cargo sets it")).join("keys.rs");
    fs::write(out, code).expect("the output folder can be written");
}

fn write_keys(code: &mut String, part: &str, first: usize, texts: &BTreeMap<String, Text>) {
    let _ = writeln!(code, "/// The texts of the {part}.\npub mod {part} {{");
    for (index, (key, text)) in (first..).zip(texts) {
        let english = text.variants().last().copied().unwrap_or_default();
        let _ = writeln!(code, "    /// `{english}`");
        let counted = matches!(text, Text::Counted(_));
        let names = text.parameters();
        if names.is_empty() {
            let name = key.to_uppercase();
            let _ = writeln!(
                code,
                "    pub const {name}: crate::Phrase = crate::Phrase::plain({index});"
            );
            continue;
        }
        let arguments: Vec<String> =
            names
                .iter()
                .map(|it| {
                    if counted && it == "count" {
                        "count: u64".into()
                    } else {
                        format!("{it}: &str")
                    }
                })
                .collect();
        let values: Vec<String> = names
            .iter()
            .map(|it| {
                if counted && it == "count" {
                    "count.to_string()".into()
                } else {
                    format!("{it}.to_owned()")
                }
            })
            .collect();
        let count = if counted { "Some(count)" } else { "None" };
        let _ = writeln!(
            code,
            "    #[must_use]\n    pub fn {key}({}) -> crate::Phrase {{\n        crate::Phrase::filled({index}, vec![{}], {count})\n    }}",
            arguments.join(", "),
            values.join(", "),
        );
    }
    let _ = writeln!(code, "}}\n");
}

/// The lines that travel to a browser: the language's head, then one line for each key, in the
/// order of the keys. Names of keys and parameters do not travel.
fn write_assets(code: &mut String, source: &File, files: &BTreeMap<String, File>) {
    let languages: Vec<&str> = files.values().map(|file| file.language.as_str()).collect();
    let _ = writeln!(
        code,
        "/// The languages that everything is said in.\npub const LANGUAGES: &[&str] = &{languages:?};\n"
    );
    let _ = writeln!(
        code,
        "/// What the build publishes: part, language, lines.\n#[cfg(any(not(target_arch = \"wasm32\"), feature = \"assets\"))]"
    );
    let _ = writeln!(code, "pub const ASSETS: &[(&str, &str, &str)] = &[");
    let parts: BTreeSet<&str> = SECTIONS.iter().map(|it| it.1).collect();
    for part in parts {
        for file in files.values() {
            let mut lines = format!("{} {}", file.language, file.direction);
            for (section, _) in SECTIONS.iter().filter(|it| it.1 == part) {
                for (key, text) in &source.parts[*section] {
                    lines.push('\n');
                    lines.push_str(&line(&file.parts[*section][key], &text.parameters()));
                }
            }
            let _ = writeln!(code, "    ({part:?}, {:?}, {lines:?}),", file.language);
        }
    }
    let _ = writeln!(code, "];");
}

/// A text with its parameters numbered; plural forms as `\tone=…\tother=…`.
fn line(text: &Text, names: &BTreeSet<String>) -> String {
    let number = |text: &str| {
        names.iter().enumerate().fold(text.to_owned(), |text, (index, name)| {
            text.replace(&format!("{{{name}}}"), &format!("{{{index}}}"))
        })
    };
    match text {
        Text::Plain(text) => number(text),
        Text::Counted(forms) => forms.iter().fold(String::new(), |mut line, (form, text)| {
            let _ = write!(line, "\t{form}={}", number(text));
            line
        }),
    }
}
