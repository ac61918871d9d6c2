use serde_json::{Value, json};

use crate::data::{RARE_WORD, WEEK_END, WEEK_START};

pub const PROJECT: i64 = 1;
/// A session that exists in every sample: visitors are drawn evenly, so that any would do.
pub const SESSION_DAY: i64 = 3;
pub const COMMON_WORD: &str = "handled";

pub struct Question {
    pub id: &'static str,
    pub what: &'static str,
}

pub const QUESTIONS: &[Question] = &[
    Question { id: "Q1", what: "count per hour and kind, 7 days" },
    Question { id: "Q2", what: "exact unique visitors per day" },
    Question { id: "Q3", what: "p50/p95/p99 per API, top 50" },
    Question { id: "Q4", what: "top 20 error messages" },
    Question { id: "Q5", what: "one session's timeline" },
    Question { id: "Q6", what: "rare text in logs, newest 100" },
    Question { id: "Q6b", what: "common text in logs, newest 100" },
    Question { id: "Q7", what: "visitors of a 3-step funnel" },
];

/// The question in the typed model, where it has a word for it.
pub fn typed(id: &str) -> Option<Value> {
    let count = json!({ "as": "n", "fn": "count" });
    let kind = |kind: &str| json!([{ "field": "kind", "op": "eq", "value": kind }]);
    let quantile = |name: &str, p: f64| json!({ "as": name, "fn": "percentile", "field": "durationMs", "p": p });
    let mut query = match id {
        "Q1" => json!({ "interval": "1h", "groupBy": ["kind"], "measures": [count] }),
        "Q2" => json!({
            "interval": "1d",
            "measures": [{ "as": "visitors", "fn": "uniques", "field": "visitor" }],
        }),
        "Q3" => json!({
            "where": kind("api"), "groupBy": ["name"], "limit": 50,
            "orderBy": [{ "by": "n", "dir": "desc" }],
            "measures": [count, quantile("p50", 50.0), quantile("p95", 95.0), quantile("p99", 99.0)],
        }),
        "Q4" => json!({
            "where": kind("error"), "groupBy": ["message"], "limit": 20,
            "orderBy": [{ "by": "n", "dir": "desc" }],
            "measures": [count],
        }),
        _ => return None,
    };
    query["dataset"] = json!("events");
    query["from"] = json!(WEEK_START);
    query["to"] = json!(WEEK_END);
    Some(query)
}

pub fn word(id: &str) -> &'static str {
    if id == "Q6" { RARE_WORD } else { COMMON_WORD }
}

/// Rows as text, sorted: equal answers of different engines become equal digests.
#[derive(Default)]
pub struct Answer {
    pub rows: Vec<String>,
}

impl Answer {
    pub fn push(&mut self, cells: &[Value]) {
        let cells: Vec<_> = cells.iter().map(cell).collect();
        self.rows.push(cells.join("|"));
    }

    pub fn digest(mut self) -> (usize, String) {
        self.rows.sort_unstable();
        let hash = blake3::hash(self.rows.join("\n").as_bytes());
        (self.rows.len(), hash.to_hex()[..16].to_owned())
    }
}

/// Whole numbers and fractions alike, to seven digits.
fn cell(value: &Value) -> String {
    match value {
        Value::Number(n) => format!("{:.6e}", n.as_f64().unwrap_or(f64::NAN)),
        Value::String(s) => s.clone(),
        other => other.to_string(),
    }
}
