//! Filters, checked: from here on only fields of the catalogue and values of their type.

use jiff::tz::TimeZone;
use model::{Level, Millis};
use serde_json::Value;

use super::QueryError;
use super::fields::{FieldType, Operand, Source};
use super::model::{Filter, Op, When};

const VALUE_CHARS: usize = 1_024;
const LIST_VALUES: usize = 500;
pub(crate) const MOST_FILTERS: usize = 30;

/// A value bound to a parameter.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Bound {
    Int(i64),
    Float(f64),
    Text(String),
    Bool(bool),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comparison {
    Eq,
    Gt,
    Gte,
    Lt,
    Lte,
}

/// One test of one field.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Test {
    Compare(Comparison, Bound),
    AnyOf(Vec<Bound>),
    Contains(String),
    StartsWith(String),
    Exists,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Condition {
    pub operand: Operand,
    pub test: Test,
    /// True also for rows that have no value.
    pub negated: bool,
}

/// What the values of a question are read by.
pub(crate) struct Reading<'a> {
    pub source: Source,
    pub zone: &'a TimeZone,
    pub now: Millis,
}

impl Reading<'_> {
    pub fn conditions(&self, filters: &[Filter], path: &str) -> Result<Vec<Condition>, QueryError> {
        if filters.len() > MOST_FILTERS {
            return Err(QueryError::invalid(path, format!("at most {MOST_FILTERS} filters")));
        }
        let each = filters.iter().enumerate();
        each.map(|(i, filter)| self.condition(filter, &format!("{path}[{i}]"))).collect()
    }

    fn condition(&self, filter: &Filter, path: &str) -> Result<Condition, QueryError> {
        let operand = Operand::resolve(self.source, &filter.field)
            .map_err(|problem| QueryError::invalid(format!("{path}.field"), problem))?;
        let kind = operand.kind();
        let ordered = matches!(kind, FieldType::Number | FieldType::Time)
            || (matches!(operand, Operand::Key { .. }) && filter.value.is_number());
        let text = kind == FieldType::Text;
        let at = format!("{path}.value");
        let fits = match filter.op {
            Op::Gt | Op::Gte | Op::Lt | Op::Lte => ordered,
            Op::Contains | Op::StartsWith => text,
            _ => true,
        };
        if !fits {
            let problem = format!("{} does not fit the field {}", filter.op.name(), filter.field);
            return Err(QueryError::invalid(format!("{path}.op"), problem));
        }
        let compare = |how| Ok(Test::Compare(how, self.value(&operand, &filter.value, &at)?));
        let test = match filter.op {
            Op::Eq | Op::Ne => compare(Comparison::Eq),
            Op::Gt => compare(Comparison::Gt),
            Op::Gte => compare(Comparison::Gte),
            Op::Lt => compare(Comparison::Lt),
            Op::Lte => compare(Comparison::Lte),
            Op::In | Op::NotIn => self.list(&operand, &filter.value, &at).map(Test::AnyOf),
            Op::Contains => string(&filter.value, &at).map(Test::Contains),
            Op::StartsWith => string(&filter.value, &at).map(Test::StartsWith),
            Op::Exists | Op::Missing if filter.value.is_null() => Ok(Test::Exists),
            Op::Exists | Op::Missing => Err(QueryError::invalid(at.clone(), "takes no value")),
        }?;
        let negated = matches!(filter.op, Op::Ne | Op::NotIn | Op::Missing);
        Ok(Condition { operand, test, negated })
    }

    fn list(&self, operand: &Operand, value: &Value, at: &str) -> Result<Vec<Bound>, QueryError> {
        let values = value.as_array().filter(|list| (1..=LIST_VALUES).contains(&list.len()));
        let values = values.ok_or_else(|| {
            QueryError::invalid(at, format!("must be a list of 1 to {LIST_VALUES} values"))
        })?;
        let each = values.iter().enumerate();
        each.map(|(i, v)| self.value(operand, v, &format!("{at}[{i}]"))).collect()
    }

    /// Parameters of a request are text, so text that reads as the type is taken as well.
    fn value(&self, operand: &Operand, value: &Value, at: &str) -> Result<Bound, QueryError> {
        let wrong = |expected: &str| QueryError::invalid(at, format!("must be {expected}"));
        match operand.kind() {
            FieldType::Text if matches!(operand, Operand::Key { .. }) => match value {
                Value::Bool(b) => Ok(Bound::Text(b.to_string())),
                Value::Number(n) => n.as_f64().map(Bound::Float).ok_or_else(|| wrong("a number")),
                _ => string(value, at).map(Bound::Text),
            },
            FieldType::Text | FieldType::Tags => string(value, at).map(Bound::Text),
            FieldType::Level => {
                let level = value.as_str().and_then(Level::parse);
                let level = level.ok_or_else(|| wrong("one of DEBUG, INFO, WARN, ERROR, FATAL"))?;
                Ok(Bound::Text(level.name().to_owned()))
            }
            FieldType::Number => {
                let number = match value {
                    Value::String(s) => s.parse().ok(),
                    other => other.as_f64(),
                };
                let number = number.filter(|n: &f64| n.is_finite());
                number.map(Bound::Float).ok_or_else(|| wrong("a number"))
            }
            FieldType::Bool => match value {
                Value::Bool(b) => Ok(Bound::Bool(*b)),
                Value::String(s) if s == "true" || s == "false" => Ok(Bound::Bool(s == "true")),
                _ => Err(wrong("true or false")),
            },
            FieldType::Time => {
                let when = match value {
                    Value::String(s) => When::from_param(s),
                    other => When::Ms(other.as_i64().ok_or_else(|| wrong("a time"))?),
                };
                when.resolve(at, self.zone, self.now).map(Bound::Int)
            }
        }
    }
}

fn string(value: &Value, at: &str) -> Result<String, QueryError> {
    let text = value.as_str().filter(|s| s.chars().count() <= VALUE_CHARS);
    text.map(str::to_owned).ok_or_else(|| {
        QueryError::invalid(at, format!("must be a string of at most {VALUE_CHARS} characters"))
    })
}

/// The text of a free search.
pub(crate) fn search_text(q: &str) -> Result<Option<String>, QueryError> {
    match q.trim() {
        "" => Ok(None),
        text if text.chars().count() <= VALUE_CHARS => Ok(Some(text.to_owned())),
        _ => Err(QueryError::invalid("q", format!("at most {VALUE_CHARS} characters"))),
    }
}
