//! What of a change is kept: the difference, without secrets.

use serde_json::{Map, Value};

/// Keeps what differs. One side alone (created, deleted) is kept whole.
pub(super) fn diff(before: Option<Value>, after: Option<Value>) -> (Option<Value>, Option<Value>) {
    match (before, after) {
        (Some(Value::Object(mut before)), Some(Value::Object(mut after))) => {
            diff_objects(&mut before, &mut after);
            (Some(before.into()), Some(after.into()))
        }
        sides => sides,
    }
}

fn diff_objects(before: &mut Map<String, Value>, after: &mut Map<String, Value>) {
    before.retain(|key, old| match (old, after.get_mut(key)) {
        (old, Some(new)) if old == new => {
            after.remove(key);
            false
        }
        (Value::Object(old), Some(Value::Object(new))) => {
            diff_objects(old, new);
            true
        }
        _ => true,
    });
}

/// Callers never pass secrets; this catches the one who does by mistake.
pub(super) fn redact(value: Value) -> Value {
    match value {
        Value::Object(fields) => Value::Object(
            fields
                .into_iter()
                .map(|(name, value)| {
                    let low = name.to_ascii_lowercase();
                    // `secretKeys` and `requireSignature` are settings, not secrets.
                    let secret = matches!(low.as_str(), "secret" | "salt" | "token" | "hash")
                        || low.contains("password") && !value.is_boolean();
                    (name, if secret { Value::from("[redacted]") } else { redact(value) })
                })
                .collect(),
        ),
        Value::Array(items) => Value::Array(items.into_iter().map(redact).collect()),
        Value::String(text) => Value::String(redact_key(text)),
        other => other,
    }
}

/// Secret keys are recognisable wherever they stand.
fn redact_key(text: String) -> String {
    let whole = |prefix: &str, digits: usize| {
        text.find(prefix).is_some_and(|at| {
            let rest = &text.as_bytes()[at + prefix.len()..];
            rest.iter().take_while(|b| b.is_ascii_hexdigit()).count() >= digits
        })
    };
    if whole("sbs_", 48) || whole("sbh_", 64) || whole("sbt_", 64) {
        "[redacted]".to_owned()
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_differences_are_kept() {
        let (before, after) = diff(
            Some(json!({"a": 1, "deep": {"x": 1, "y": 2}, "gone": true})),
            Some(json!({"a": 1, "deep": {"x": 1, "y": 3}, "new": false})),
        );
        assert_eq!(before, Some(json!({"deep": {"y": 2}, "gone": true})));
        assert_eq!(after, Some(json!({"deep": {"y": 3}, "new": false})));
    }

    #[test]
    fn secrets_do_not_reach_the_trail() {
        let secret = format!("note sbs_{}", "ab".repeat(24));
        let shown = redact(json!({
            "password": "hunter2", "secret": "x", "list": [{"token": "t"}], "note": secret,
            "mustChangePassword": true, "display": "sbs_…ab12", "privacy": {"secretKeys": ["pin"]},
        }));
        let want = json!({
            "password": "[redacted]", "secret": "[redacted]", "list": [{"token": "[redacted]"}],
            "note": "[redacted]", "mustChangePassword": true, "display": "sbs_…ab12",
            "privacy": {"secretKeys": ["pin"]},
        });
        assert_eq!(shown, want);
    }
}
