//! `tests/campaigns/vectors.json`: a rule, what the loader is given of it, and what it says of some
//! facts. Here the first is made into the second; the loader's own tests have the rest.
#![allow(clippy::unwrap_used, reason = "a test may fail where it stands")]

use inbox_campaigns::compile_rule;
use inbox_types::{ProactiveSettings, Rule};
use serde::Deserialize;
use serde_json::{Value, json};

const VECTORS: &str = include_str!("../../../tests/campaigns/vectors.json");

#[derive(Deserialize)]
struct Vector {
    name: String,
    rule: Rule,
    data: Value,
    #[serde(default = "remembering")]
    settings: ProactiveSettings,
}

fn remembering() -> ProactiveSettings {
    ProactiveSettings { remember_visitors: true, ..ProactiveSettings::default() }
}

#[test]
fn cp1_cp2_every_vector_is_compiled_as_it_says() {
    let vectors: Vec<Vector> = serde_json::from_str(VECTORS).unwrap();
    assert!(300 <= vectors.len());
    for Vector { name, rule, data, settings } in vectors {
        assert_eq!(compile_rule(&rule, &settings), Some(data), "{name}");
    }
}

#[test]
fn cp1_a_rule_is_read_as_it_is_written() {
    let vectors: Vec<Value> = serde_json::from_str(VECTORS).unwrap();
    for vector in &vectors {
        let rule: Rule = serde_json::from_value(vector["rule"].clone()).unwrap();
        assert_eq!(json!(rule), vector["rule"], "{}", vector["name"]);
    }
}
