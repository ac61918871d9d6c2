//! `config print`: the values in force, each with where it came from.

use std::fmt::Write as _;

use toml::Value;

use super::layers::keys;
use super::{Field, Layers};

pub fn print(layers: &Layers) -> String {
    let mut out = String::new();
    let mut section_before = "";
    for (section, field, key) in keys() {
        let Some(setting) = layers.get(&key) else { continue };
        if section.name != section_before {
            let gap = if section_before.is_empty() { "" } else { "\n" };
            let _ = writeln!(out, "{gap}[{}]", section.name);
            section_before = section.name;
        }
        let assignment = format!("{} = {}", field.name, shown(field, &setting.value));
        let _ = writeln!(out, "{assignment:<44} # {}", setting.origin);
    }
    out
}

/// A value as it may be shown: secrets only say whether they are set.
pub fn shown(field: &Field, value: &Value) -> String {
    match value {
        Value::String(text) if field.secret && text.is_empty() => "\"\" (not set)".to_owned(),
        _ if field.secret => "\"…\" (set, not shown)".to_owned(),
        value => value.to_string(),
    }
}
