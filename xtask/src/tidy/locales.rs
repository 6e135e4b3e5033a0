//! Every language has every text. (`inbox-text` also compares parameters and plurals when it is
//! built; this finds what is missing without building.)

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Context, Result};
use serde_json::Value;

use super::{Findings, files};
use crate::paths;

const SOURCE: &str = "en";

pub(super) fn check() -> Result<Findings> {
    let folder = paths::root().join("locales");
    let source = keys_of(&folder.join(SOURCE).with_extension("json"))?;
    let mut findings = Findings::new();
    for file in files(&folder, "json") {
        let keys = keys_of(&file)?;
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        findings.extend(source.difference(&keys).map(|key| format!("locales/{name}: no {key}")));
        let unknown = keys.difference(&source);
        findings.extend(unknown.map(|key| format!("locales/{name}: {key} is not in {SOURCE}")));
    }
    Ok(findings)
}

fn keys_of(file: &std::path::Path) -> Result<BTreeSet<String>> {
    let text = fs::read_to_string(file).with_context(|| format!("no {}", file.display()))?;
    let value = serde_json::from_str(&text).with_context(|| file.display().to_string())?;
    let mut keys = BTreeSet::new();
    collect("", &value, &mut keys);
    Ok(keys)
}

/// A text's plural forms are one text: languages differ in which they need.
fn collect(path: &str, value: &Value, keys: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) if !members.contains_key("other") => {
            for (name, member) in members {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                collect(&path, member, keys);
            }
        }
        Value::Object(_)
        | Value::String(_)
        | Value::Array(_)
        | Value::Null
        | Value::Bool(_)
        | Value::Number(_) => {
            keys.insert(path.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn plural_forms_are_one_text() {
        let mut keys = BTreeSet::new();
        let texts = json!({ "a": { "b": "x", "n": { "one": "1", "other": "n" } } });
        collect("", &texts, &mut keys);
        assert_eq!(keys, ["a.b", "a.n"].map(str::to_owned).into());
    }
}
