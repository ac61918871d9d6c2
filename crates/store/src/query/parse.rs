//! JSON to the model, member by member, so that an error names the member and not just a line.

use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use super::QueryError;
use super::model::{
    Dataset, Direction, Filter, Func, Interval, Measure, Op, Order, Query, TopN, When,
};

impl Query {
    /// Reads a query; what it asks is checked when it is run.
    pub fn parse(value: Value) -> Result<Query, QueryError> {
        let mut o = Members::of(value, String::new())?;
        let query = Query {
            dataset: o.word("dataset", Dataset::parse, Dataset::ALL, Dataset::name)?,
            from: o.when("from")?.ok_or_else(|| o.missing("from"))?,
            to: o.when("to")?,
            timezone: o.text("timezone")?.unwrap_or_default(),
            filter: o.list("where", Filter::read)?,
            group_by: o.list("groupBy", text)?,
            interval: o.optional_word(
                "interval",
                Interval::parse,
                Interval::ALL,
                Interval::name,
            )?,
            measures: o.list("measures", Measure::read)?,
            top: o.optional("top", TopN::read)?,
            order_by: o.list("orderBy", Order::read)?,
            limit: o.optional("limit", whole)?,
        };
        o.finish()?;
        Ok(query)
    }
}

impl<'de> Deserialize<'de> for Query {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Query::parse(Value::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

impl Filter {
    /// A JSON list of filters; `path` begins the field of an error.
    pub fn parse_list(value: Value, path: &str) -> Result<Vec<Filter>, QueryError> {
        items(value, path, Filter::read)
    }

    fn read(value: Value, path: String) -> Result<Filter, QueryError> {
        let mut o = Members::of(value, path)?;
        let filter = Filter {
            field: o.text("field")?.ok_or_else(|| o.missing("field"))?,
            op: o.word("op", Op::parse, Op::ALL, Op::name)?,
            value: o.take("value"),
        };
        o.finish()?;
        Ok(filter)
    }
}

impl Measure {
    fn read(value: Value, path: String) -> Result<Measure, QueryError> {
        let mut o = Members::of(value, path)?;
        let measure = Measure {
            name: o.text("as")?.ok_or_else(|| o.missing("as"))?,
            func: o.word("fn", Func::parse, Func::ALL, Func::name)?,
            field: o.text("field")?,
            p: o.optional("p", |v, path| {
                v.as_f64().ok_or_else(|| QueryError::invalid(path, "must be a number"))
            })?,
            filter: o.list("where", Filter::read)?,
        };
        o.finish()?;
        Ok(measure)
    }
}

impl TopN {
    fn read(value: Value, path: String) -> Result<TopN, QueryError> {
        let mut o = Members::of(value, path)?;
        let top = TopN {
            n: o.optional("n", whole)?.ok_or_else(|| o.missing("n"))?,
            by: o.text("by")?.ok_or_else(|| o.missing("by"))?,
        };
        o.finish()?;
        Ok(top)
    }
}

impl Order {
    fn read(value: Value, path: String) -> Result<Order, QueryError> {
        let mut o = Members::of(value, path)?;
        let dir = o.optional_word("dir", Direction::parse, Direction::ALL, Direction::name)?;
        let order = Order {
            by: o.text("by")?.ok_or_else(|| o.missing("by"))?,
            dir: dir.unwrap_or(Direction::Asc),
        };
        o.finish()?;
        Ok(order)
    }
}

fn text(value: Value, path: String) -> Result<String, QueryError> {
    match value {
        Value::String(s) => Ok(s),
        _ => Err(QueryError::invalid(path, "must be a string")),
    }
}

fn whole(value: Value, path: String) -> Result<u32, QueryError> {
    let number = value.as_u64().and_then(|n| u32::try_from(n).ok());
    number.ok_or_else(|| QueryError::invalid(path, "must be a whole number"))
}

fn items<T>(
    value: Value,
    path: &str,
    read: impl Fn(Value, String) -> Result<T, QueryError>,
) -> Result<Vec<T>, QueryError> {
    match value {
        Value::Null => Ok(Vec::new()),
        Value::Array(list) => {
            list.into_iter().enumerate().map(|(i, v)| read(v, format!("{path}[{i}]"))).collect()
        }
        _ => Err(QueryError::invalid(path, "must be a list")),
    }
}

/// The members of one object, taken one by one; what is left at the end is unknown.
struct Members {
    map: Map<String, Value>,
    path: String,
}

impl Members {
    fn of(value: Value, path: String) -> Result<Members, QueryError> {
        match value {
            Value::Object(map) => Ok(Members { map, path }),
            _ if path.is_empty() => Err(QueryError::invalid("query", "must be an object")),
            _ => Err(QueryError::invalid(path, "must be an object")),
        }
    }

    fn path(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }

    fn missing(&self, name: &str) -> QueryError {
        QueryError::invalid(self.path(name), "is required")
    }

    fn take(&mut self, name: &str) -> Value {
        self.map.remove(name).unwrap_or_default()
    }

    fn optional<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(Value, String) -> Result<T, QueryError>,
    ) -> Result<Option<T>, QueryError> {
        match self.take(name) {
            Value::Null => Ok(None),
            value => read(value, self.path(name)).map(Some),
        }
    }

    fn text(&mut self, name: &str) -> Result<Option<String>, QueryError> {
        self.optional(name, text)
    }

    fn list<T>(
        &mut self,
        name: &str,
        read: impl Fn(Value, String) -> Result<T, QueryError>,
    ) -> Result<Vec<T>, QueryError> {
        items(self.take(name), &self.path(name), read)
    }

    fn when(&mut self, name: &str) -> Result<Option<When>, QueryError> {
        self.optional(name, |value, path| match value {
            Value::String(s) => Ok(When::Text(s)),
            other => other.as_i64().map(When::Ms).ok_or_else(|| {
                QueryError::invalid(path, "must be milliseconds, ISO 8601 or an age as in -24h")
            }),
        })
    }

    fn optional_word<T: Copy>(
        &mut self,
        name: &str,
        parse: impl Fn(&str) -> Option<T>,
        all: &[T],
        spell: impl Fn(T) -> &'static str,
    ) -> Result<Option<T>, QueryError> {
        self.optional(name, |value, path| {
            value.as_str().and_then(parse).ok_or_else(|| {
                let known: Vec<_> = all.iter().map(|&t| spell(t)).collect();
                QueryError::invalid(path, format!("must be one of {}", known.join(", ")))
            })
        })
    }

    fn word<T: Copy>(
        &mut self,
        name: &str,
        parse: impl Fn(&str) -> Option<T>,
        all: &[T],
        spell: impl Fn(T) -> &'static str,
    ) -> Result<T, QueryError> {
        self.optional_word(name, parse, all, spell)?.ok_or_else(|| self.missing(name))
    }

    fn finish(self) -> Result<(), QueryError> {
        match self.map.keys().next() {
            None => Ok(()),
            Some(name) => Err(QueryError::invalid(self.path(name), "is not a known member")),
        }
    }
}
