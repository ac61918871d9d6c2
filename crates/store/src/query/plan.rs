//! A query, checked against the catalogue and the limits: everything the renderer needs.

use jiff::tz::TimeZone;
use model::{Millis, ProjectId};

use super::QueryError;
use super::calendar::Calendar;
use super::condition::{Condition, MOST_FILTERS, Reading};
use super::fields::{FieldType, Operand, Source};
use super::model::{Direction, Func, Measure, Query};
use super::when;

const MOST_GROUPS_BY: usize = 5;
const MOST_MEASURES: usize = 12;
const MOST_TOP: u32 = 100;
pub(crate) const MOST_ROWS: usize = 10_000;
const DEFAULT_ROWS: u32 = 1_000;
const NAME_CHARS: usize = 64;

/// Name of the time column.
pub(crate) const BUCKET: &str = "bucket";

#[derive(Debug)]
pub(crate) struct Plan {
    pub source: Source,
    pub project: ProjectId,
    pub from: Millis,
    pub to: Millis,
    pub timezone: String,
    pub filter: Vec<Condition>,
    pub groups: Vec<(String, Operand)>,
    pub calendar: Option<Calendar>,
    pub figures: Vec<Figure>,
    pub top: Option<Top>,
    pub order: Vec<(OrderKey, Direction)>,
    pub limit: usize,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Figure {
    pub name: String,
    pub what: What,
    pub filter: Vec<Condition>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum What {
    Count,
    Weighted,
    Rate,
    Uniques(Operand),
    Sum(Operand),
    Avg(Operand),
    Min(Operand),
    Max(Operand),
    /// Of the histogram in this column.
    Quantile(&'static str, f64),
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Top {
    pub n: usize,
    /// Which figure ranks.
    pub by: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OrderKey {
    Bucket,
    Group(usize),
    Figure(usize),
}

impl Plan {
    pub fn new(project: ProjectId, query: &Query, now: Millis) -> Result<Plan, QueryError> {
        let zone = when::zone(&query.timezone)?;
        let (from, to) = when::range(&query.from, query.to.as_ref(), &zone, now)?;
        let reading = Reading { source: query.dataset.into(), zone: &zone, now };
        let filters = query.measures.iter().map(|m| m.filter.len()).sum::<usize>();
        if query.filter.len() + filters > MOST_FILTERS {
            let problem = format!("at most {MOST_FILTERS} filters, those of measures included");
            return Err(QueryError::invalid("where", problem));
        }
        let filter = reading.conditions(&query.filter, "where")?;
        let groups = groups(reading.source, &query.group_by)?;
        let figures = figures(&reading, query, &groups)?;
        let calendar = calendar(query, &zone, from, to)?;
        let top = top(query, &groups, &figures, calendar.as_ref())?;
        let order = order(query, &groups, &figures, calendar.is_some())?;
        Ok(Plan {
            source: reading.source,
            project,
            from,
            to,
            timezone: if query.timezone.is_empty() { "UTC".into() } else { query.timezone.clone() },
            filter,
            groups,
            calendar,
            figures,
            top,
            order,
            limit: limit(query.limit)?,
        })
    }

    /// Whether ordering needs figures that the engine does not compute.
    pub fn ordered_by_quantile(&self) -> bool {
        self.order.iter().any(|(key, _)| match key {
            OrderKey::Figure(i) => self.figures[*i].quantile().is_some(),
            _ => false,
        })
    }
}

impl Figure {
    pub fn quantile(&self) -> Option<(&'static str, f64)> {
        match self.what {
            What::Quantile(column, q) => Some((column, q)),
            _ => None,
        }
    }
}

fn limit(limit: Option<u32>) -> Result<usize, QueryError> {
    let limit = limit.unwrap_or(DEFAULT_ROWS) as usize;
    if (1..=MOST_ROWS).contains(&limit) {
        return Ok(limit);
    }
    Err(QueryError::invalid("limit", format!("must be 1 to {MOST_ROWS}")))
}

fn calendar(
    query: &Query,
    zone: &TimeZone,
    from: Millis,
    to: Millis,
) -> Result<Option<Calendar>, QueryError> {
    query.interval.map(|interval| Calendar::new(interval, zone, from, to)).transpose()
}

fn groups(source: Source, names: &[String]) -> Result<Vec<(String, Operand)>, QueryError> {
    if names.len() > MOST_GROUPS_BY {
        return Err(QueryError::invalid("groupBy", format!("at most {MOST_GROUPS_BY} fields")));
    }
    let mut groups: Vec<(String, Operand)> = Vec::new();
    for (i, name) in names.iter().enumerate() {
        let at = format!("groupBy[{i}]");
        let operand =
            Operand::resolve(source, name).map_err(|problem| QueryError::invalid(&at, problem))?;
        if operand.kind() == FieldType::Tags {
            return Err(QueryError::invalid(at, "a list cannot be grouped by"));
        }
        if groups.iter().any(|(known, _)| known == name) {
            return Err(QueryError::invalid(at, "is there twice"));
        }
        groups.push((name.clone(), operand));
    }
    Ok(groups)
}

fn figures(
    reading: &Reading<'_>,
    query: &Query,
    groups: &[(String, Operand)],
) -> Result<Vec<Figure>, QueryError> {
    if query.measures.is_empty() || query.measures.len() > MOST_MEASURES {
        let problem = format!("must be 1 to {MOST_MEASURES} measures");
        return Err(QueryError::invalid("measures", problem));
    }
    let mut figures: Vec<Figure> = Vec::new();
    for (i, measure) in query.measures.iter().enumerate() {
        let at = |member: &str| format!("measures[{i}].{member}");
        let name = &measure.name;
        if name.is_empty() || name.chars().count() > NAME_CHARS {
            let problem = format!("must be 1 to {NAME_CHARS} characters");
            return Err(QueryError::invalid(at("as"), problem));
        }
        let grouped = groups.iter().any(|(known, _)| known == name);
        if name == BUCKET || grouped || figures.iter().any(|f| f.name == *name) {
            return Err(QueryError::invalid(at("as"), "is the name of another column"));
        }
        let what = what(reading.source, measure, &at)?;
        let filter = reading.conditions(&measure.filter, &at("where"))?;
        if what == What::Rate && filter.is_empty() {
            return Err(QueryError::invalid(at("where"), "rate is the share of what matches it"));
        }
        figures.push(Figure { name: name.clone(), what, filter });
    }
    Ok(figures)
}

fn what(
    source: Source,
    measure: &Measure,
    at: &impl Fn(&str) -> String,
) -> Result<What, QueryError> {
    let func = measure.func;
    if measure.p.is_some() && func != Func::Percentile {
        return Err(QueryError::invalid(at("p"), "belongs to percentile"));
    }
    if matches!(func, Func::Count | Func::WeightedCount | Func::Rate) {
        if measure.field.is_some() {
            return Err(QueryError::invalid(at("field"), format!("{} takes none", func.name())));
        }
        return Ok(match func {
            Func::Count => What::Count,
            Func::WeightedCount => What::Weighted,
            _ => What::Rate,
        });
    }
    let name = measure.field.as_ref();
    let name = name.ok_or_else(|| QueryError::invalid(at("field"), "is required"))?;
    let operand = Operand::resolve(source, name)
        .map_err(|problem| QueryError::invalid(at("field"), problem))?;
    let kind = operand.kind();
    let number = kind == FieldType::Number || matches!(operand, Operand::Key { .. });
    let fits = match func {
        Func::Uniques => kind != FieldType::Tags,
        Func::Min | Func::Max => number || kind == FieldType::Time,
        _ => number,
    };
    if !fits {
        let problem = format!("{} does not fit the field {name}", func.name());
        return Err(QueryError::invalid(at("field"), problem));
    }
    Ok(match func {
        Func::Uniques => What::Uniques(operand),
        Func::Sum => What::Sum(operand),
        Func::Avg => What::Avg(operand),
        Func::Min => What::Min(operand),
        Func::Max => What::Max(operand),
        _ => {
            let Operand::Field(field) = operand else { return Err(no_histogram(at)) };
            let column = field.bucket.ok_or_else(|| no_histogram(at))?;
            let p = measure.p.filter(|p| (0.0..=100.0).contains(p));
            let p = p.ok_or_else(|| QueryError::invalid(at("p"), "must be 0 to 100"))?;
            What::Quantile(column, p / 100.0)
        }
    })
}

fn no_histogram(at: &impl Fn(&str) -> String) -> QueryError {
    QueryError::invalid(at("field"), "percentiles are kept of durationMs and value of events")
}

fn top(
    query: &Query,
    groups: &[(String, Operand)],
    figures: &[Figure],
    calendar: Option<&Calendar>,
) -> Result<Option<Top>, QueryError> {
    let Some(top) = &query.top else { return Ok(None) };
    if groups.is_empty() {
        return Err(QueryError::invalid("top", "needs groupBy"));
    }
    if !(1..=MOST_TOP).contains(&top.n) {
        return Err(QueryError::invalid("top.n", format!("must be 1 to {MOST_TOP}")));
    }
    let by = figures.iter().position(|f| f.name == top.by);
    let by = by.ok_or_else(|| QueryError::invalid("top.by", "must be the name of a measure"))?;
    let n = top.n as usize;
    if calendar.is_some_and(|c| c.starts().len() * (n + 1) > MOST_ROWS) {
        let problem = format!("times the buckets gives more than {MOST_ROWS} rows");
        return Err(QueryError::invalid("top.n", problem));
    }
    Ok(Some(Top { n, by }))
}

fn order(
    query: &Query,
    groups: &[(String, Operand)],
    figures: &[Figure],
    bucketed: bool,
) -> Result<Vec<(OrderKey, Direction)>, QueryError> {
    let mut order = Vec::new();
    for (i, asked) in query.order_by.iter().enumerate() {
        let figure = figures.iter().position(|f| f.name == asked.by).map(OrderKey::Figure);
        let group = groups.iter().position(|(name, _)| *name == asked.by).map(OrderKey::Group);
        let bucket = (bucketed && asked.by == BUCKET).then_some(OrderKey::Bucket);
        let key = figure.or(group).or(bucket).ok_or_else(|| {
            let problem = "must be a measure, a grouped field or bucket";
            QueryError::invalid(format!("orderBy[{i}].by"), problem)
        })?;
        if order.iter().any(|(known, _)| *known == key) {
            return Err(QueryError::invalid(format!("orderBy[{i}].by"), "is there twice"));
        }
        order.push((key, asked.dir));
    }
    // A total order, so that equal questions get equal answers.
    let usual_figure = (OrderKey::Figure(0), Direction::Desc);
    let bucket = bucketed.then_some((OrderKey::Bucket, Direction::Asc));
    let usual = bucket.into_iter().chain((query.order_by.is_empty()).then_some(usual_figure));
    let ties = (0..groups.len()).map(|i| (OrderKey::Group(i), Direction::Asc));
    for (key, dir) in usual.chain(ties) {
        if !order.iter().any(|(known, _)| *known == key) {
            order.push((key, dir));
        }
    }
    Ok(order)
}
