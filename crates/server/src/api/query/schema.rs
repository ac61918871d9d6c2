//! The question and the answer as the OpenAPI document shows them. `store::query` reads and
//! writes them; these types only describe.
#![expect(dead_code, reason = "described, never built")]

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct QueryRequest {
    #[schema(inline)]
    dataset: Dataset,
    from: Moment,
    /// Exclusive; now when absent.
    to: Option<Moment>,
    /// IANA name; UTC when absent.
    #[schema(example = "Asia/Shanghai")]
    timezone: Option<String>,
    r#where: Option<Vec<Filter>>,
    group_by: Option<Vec<String>>,
    #[schema(inline)]
    interval: Option<Interval>,
    measures: Vec<Measure>,
    top: Option<Top>,
    order_by: Option<Vec<Order>>,
    limit: Option<u32>,
}

#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
enum Dataset {
    Events,
    Logs,
}

/// Milliseconds since 1970, ISO 8601, `now`, or an age such as `-24h`.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
#[schema(as = QueryMoment)]
enum Moment {
    Millis(i64),
    Text(String),
}

#[derive(ToSchema)]
enum Interval {
    #[schema(rename = "1m")]
    Minute,
    #[schema(rename = "5m")]
    FiveMinutes,
    #[schema(rename = "15m")]
    QuarterHour,
    #[schema(rename = "1h")]
    Hour,
    #[schema(rename = "1d")]
    Day,
    #[schema(rename = "1w")]
    Week,
    #[schema(rename = "auto")]
    Auto,
}

#[derive(ToSchema)]
#[schema(as = QueryFilter)]
struct Filter {
    /// A field of the dataset, or `props.<key>` (events) and `extra.<key>` (logs).
    #[schema(example = "release")]
    field: String,
    #[schema(inline)]
    op: Op,
    /// A list for `in` and `notIn`; absent for `exists` and `missing`.
    value: Option<Value>,
}

#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
enum Op {
    Eq,
    Ne,
    In,
    NotIn,
    Gt,
    Gte,
    Lt,
    Lte,
    Contains,
    StartsWith,
    Exists,
    Missing,
}

#[derive(ToSchema)]
#[schema(as = QueryMeasure)]
struct Measure {
    /// Name of the column.
    r#as: String,
    #[schema(inline)]
    r#fn: Func,
    field: Option<String>,
    /// 0 to 100, of `percentile`.
    p: Option<f64>,
    /// Only these rows; of `rate`, what the share is of.
    r#where: Option<Vec<Filter>>,
}

#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
enum Func {
    Count,
    WeightedCount,
    Uniques,
    Sum,
    Avg,
    Min,
    Max,
    Percentile,
    Rate,
}

/// Keeps the `n` groups with the highest `by`; the others become one group, `__other__`.
#[derive(ToSchema)]
#[schema(as = QueryTop)]
struct Top {
    n: u32,
    by: String,
}

#[derive(ToSchema)]
#[schema(as = QueryOrder)]
struct Order {
    /// A measure, a grouped field, or `bucket`.
    by: String,
    #[schema(inline)]
    dir: Option<Direction>,
}

#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
enum Direction {
    Asc,
    Desc,
}

#[derive(ToSchema)]
pub struct QueryAnswer {
    columns: Vec<Column>,
    /// One value per column.
    rows: Vec<Vec<Value>>,
    meta: Meta,
}

#[derive(ToSchema)]
#[schema(as = QueryColumn)]
struct Column {
    /// `bucket` is the start of the interval.
    name: String,
    #[schema(inline)]
    r#type: ColumnType,
}

#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
enum ColumnType {
    Time,
    String,
    Number,
    Boolean,
}

#[derive(ToSchema)]
#[schema(as = QueryMeta, rename_all = "camelCase")]
struct Meta {
    from: i64,
    to: i64,
    timezone: String,
    interval_ms: Option<i64>,
    /// Start of every bucket of the range, including those without a row.
    buckets: Option<Vec<i64>>,
    took_ms: u64,
    truncated: bool,
}
