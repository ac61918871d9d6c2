use model::Millis;
use serde::Serialize;
use serde_json::Value;

/// Stands in every grouped column of the row that folds what did not make the top.
pub const OTHER: &str = "__other__";

/// An answer: one row per group, columns in the order asked for.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Table {
    pub columns: Vec<Column>,
    pub rows: Vec<Vec<Value>>,
    pub meta: TableMeta,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Column {
    pub name: String,
    #[serde(rename = "type")]
    pub kind: ColumnType,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ColumnType {
    Time,
    String,
    Number,
    Boolean,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TableMeta {
    pub from: Millis,
    /// Exclusive.
    pub to: Millis,
    pub timezone: String,
    /// Nominal length of a bucket: a local day may have 23 or 25 hours.
    pub interval_ms: Option<Millis>,
    /// Start of every bucket of the range, including those without a row.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub buckets: Vec<Millis>,
    pub took_ms: u64,
    /// More groups exist than `limit` let through.
    pub truncated: bool,
}
