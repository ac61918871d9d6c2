//! Golden messages, the published schemas, and everything that nobody thought of.

mod golden;
mod properties;
mod sent;
mod typed;
mod validator;

use serde_json::Value;

use super::schemas;
use validator::Schema;

/// A published schema, or the part of it at `/definitions/…`.
fn schema(name: &str, part: &str) -> Schema {
    let (_, text) = schemas::all().iter().find(|(file, _)| *file == name).unwrap();
    Schema::new(text, part)
}

fn fixture(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// The cases of one section, each with the name it fails under.
fn cases<'a>(fixture: &'a Value, section: &str) -> Vec<(&'a str, &'a Value)> {
    let cases = fixture.pointer(section).and_then(Value::as_array).unwrap();
    cases.iter().map(|case| (case["name"].as_str().unwrap(), case)).collect()
}
