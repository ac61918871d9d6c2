use model::{Millis, names};
use serde::Serialize;
use serde_json::Value;

names! {
    Dataset {
        Events = "events",
        Logs = "logs",
    }
}

names! {
    Op {
        Eq = "eq",
        Ne = "ne",
        In = "in",
        NotIn = "notIn",
        Gt = "gt",
        Gte = "gte",
        Lt = "lt",
        Lte = "lte",
        /// Substring, letters of either case.
        Contains = "contains",
        StartsWith = "startsWith",
        /// Not empty and not null.
        Exists = "exists",
        Missing = "missing",
    }
}

names! {
    Func {
        Count = "count",
        WeightedCount = "weightedCount",
        Uniques = "uniques",
        Sum = "sum",
        Avg = "avg",
        Min = "min",
        Max = "max",
        Percentile = "percentile",
        Rate = "rate",
    }
}

names! {
    Interval {
        Minute = "1m",
        FiveMinutes = "5m",
        QuarterHour = "15m",
        Hour = "1h",
        Day = "1d",
        /// Monday to Sunday.
        Week = "1w",
        /// The finest that gives at most 200 buckets.
        Auto = "auto",
    }
}

names! {
    Direction {
        Asc = "asc",
        Desc = "desc",
    }
}

/// A point in time as a caller may write it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum When {
    Ms(Millis),
    /// ISO 8601, `now`, or an age such as `-15m`, `-24h`, `-7d`, `-2w`.
    Text(String),
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Filter {
    pub field: String,
    pub op: Op,
    /// A string, number or boolean; a list of them for `in` and `notIn`; nothing for `exists`
    /// and `missing`.
    #[serde(skip_serializing_if = "Value::is_null")]
    pub value: Value,
}

/// One figure per group. `filter` narrows it to the rows that match; for `rate` it is what the
/// share is of.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Measure {
    #[serde(rename = "as")]
    pub name: String,
    #[serde(rename = "fn")]
    pub func: Func,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// 0 to 100, of `percentile`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p: Option<f64>,
    #[serde(rename = "where", skip_serializing_if = "Vec::is_empty")]
    pub filter: Vec<Filter>,
}

/// Keep the `n` groups with the highest `by`; the rest becomes one group, `__other__`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TopN {
    pub n: u32,
    /// Name of a measure.
    pub by: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Order {
    /// Name of a measure, a grouped field, or `bucket`.
    pub by: String,
    pub dir: Direction,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Query {
    pub dataset: Dataset,
    pub from: When,
    /// Exclusive; now when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<When>,
    /// IANA name; UTC when empty.
    pub timezone: String,
    #[serde(rename = "where")]
    pub filter: Vec<Filter>,
    pub group_by: Vec<String>,
    pub interval: Option<Interval>,
    pub measures: Vec<Measure>,
    pub top: Option<TopN>,
    pub order_by: Vec<Order>,
    pub limit: Option<u32>,
}
