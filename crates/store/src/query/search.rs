use serde::Serialize;
use serde_json::Value;

use super::QueryError;
use super::model::{Filter, Op, When};

/// One page of a list, newest first. `next` continues it, however many rows arrive meanwhile.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Page<T> {
    pub items: Vec<T>,
    #[serde(rename = "nextCursor")]
    pub next: Option<String>,
}

macro_rules! search {
    ($(#[$meta:meta])* $type:ident, any of: [$($name:literal),*], default page: $page:literal) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq)]
        pub struct $type {
            pub from: When,
            /// Exclusive; now when absent.
            pub to: Option<When>,
            pub filter: Vec<Filter>,
            /// Case-insensitive substring of the text columns.
            pub q: String,
            pub limit: u32,
            pub cursor: Option<String>,
        }

        impl Default for $type {
            fn default() -> Self {
                $type {
                    from: When::Text("-24h".into()),
                    to: None,
                    filter: Vec::new(),
                    q: String::new(),
                    limit: $page,
                    cursor: None,
                }
            }
        }

        impl $type {
            /// Reads request parameters. Lists are comma-separated: any of them matches. Empty
            /// parameters mean no restriction.
            pub fn from_params<K: AsRef<str>, V: AsRef<str>>(
                params: impl IntoIterator<Item = (K, V)>,
            ) -> Result<Self, QueryError> {
                let mut search = Self::default();
                for (name, value) in params {
                    let (name, value) = (name.as_ref(), value.as_ref());
                    if value.is_empty() {
                        continue;
                    }
                    match name {
                        "from" => search.from = When::from_param(value),
                        "to" => search.to = Some(When::from_param(value)),
                        "q" => search.q = value.to_owned(),
                        "cursor" => search.cursor = Some(value.to_owned()),
                        "limit" => {
                            search.limit = value.parse().map_err(|_| {
                                QueryError::invalid("limit", "must be a whole number")
                            })?;
                        }
                        "where" => {
                            let json: Value = serde_json::from_str(value)
                                .map_err(|_| QueryError::invalid("where", "must be JSON"))?;
                            search.filter.extend(Filter::parse_list(json, "where")?);
                        }
                        $($name)|* => search.filter.push(Filter::any_of(name, value)),
                        _ => return Err(QueryError::invalid(name, "is not a known parameter")),
                    }
                }
                Ok(search)
            }
        }
    };
}

search! {
    /// A list of events. Parameters besides the common ones are fields, any of whose values match.
    EventSearch,
    any of: [
        "kind", "name", "class", "session", "user", "visitor", "release", "env", "app", "path",
        "fingerprint", "bot", "source", "eventId", "recordingId"
    ],
    default page: 100
}

search! {
    /// A list of log lines: dimensions are AND-ed, the values of one are OR-ed; `tag` matches
    /// when the line carries any of them.
    LogSearch,
    any of: ["level", "device", "tag", "app", "env", "release", "id"],
    default page: 100
}

search! {
    /// A list of recordings; `from` and `to` select those that overlap the range.
    RecordingSearch,
    any of: ["session", "user", "recordingId", "eventId"],
    default page: 50
}

impl Filter {
    /// What a list parameter means: `a,b` is `in [a, b]`.
    pub fn any_of(field: &str, commas: &str) -> Filter {
        let values = commas.split(',').filter(|v| !v.is_empty());
        Filter {
            field: field.to_owned(),
            op: Op::In,
            value: Value::Array(values.map(Value::from).collect()),
        }
    }
}

impl When {
    /// A parameter is text; a whole number in it is milliseconds.
    pub fn from_param(value: &str) -> When {
        value.parse().map_or_else(|_| When::Text(value.to_owned()), When::Ms)
    }
}
