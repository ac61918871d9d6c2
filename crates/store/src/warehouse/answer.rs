//! A plan, carried out: figures from the engine, quantiles from histograms, put together.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::time::Instant;

use duckdb::types::{ToSql, ToSqlOutput, ValueRef};
use duckdb::{Connection, Row, params_from_iter};
use model::bucket;
use serde_json::Value;

use crate::query::plan::{BUCKET, MOST_ROWS, OrderKey, Plan, What};
use crate::query::render::{self, Kept, Keys, Sql};
use crate::query::{
    Bound, Column, ColumnType, Direction, FieldType, OTHER, QueryError, Table, TableMeta,
};

/// One value as the engine gave it; also the key under which rows are found again.
type Cell = Option<Bound>;

struct Line {
    keys: Vec<Cell>,
    figures: Vec<Value>,
}

pub(super) fn answer(db: &Connection, plan: &Plan) -> Result<Table, QueryError> {
    let started = Instant::now();
    // All statements see the same rows, and what they allocate ends with the transaction.
    let snapshot = db.unchecked_transaction()?;
    let kept = plan.top.map(|top| best(&snapshot, plan, top.n, top.by)).transpose()?;
    let mut lines = figures(&snapshot, plan, kept.as_ref())?;
    if plan.ordered_by_quantile() && lines.len() > MOST_ROWS {
        let problem = "too many groups to order them by a percentile; group by less or filter";
        return Err(QueryError::Invalid { field: "orderBy".into(), problem: problem.into() });
    }
    quantiles(&snapshot, plan, kept.as_ref(), &mut lines)?;
    drop(snapshot);

    let mut lines: Vec<_> =
        lines.into_iter().map(|line| finish(plan, kept.as_ref(), line)).collect();
    lines.sort_by(|a, b| compare(plan, a, b));
    let truncated = lines.len() > plan.limit;
    lines.truncate(plan.limit);
    let calendar = plan.calendar.as_ref();
    let rows = lines.into_iter().map(|line| {
        let start = |key: &Cell| match (key, calendar) {
            (Some(Bound::Int(key)), Some(calendar)) => calendar.start_of(*key).map(Value::from),
            _ => None,
        };
        let bucket = calendar.map(|_| line.keys.first().and_then(start).unwrap_or_default());
        let groups = line.keys.iter().skip(usize::from(calendar.is_some())).map(json);
        bucket.into_iter().chain(groups).chain(line.figures).collect()
    });
    Ok(Table {
        rows: rows.collect(),
        columns: columns(plan),
        meta: TableMeta {
            from: plan.from,
            to: plan.to,
            timezone: plan.timezone.clone(),
            interval_ms: calendar.map(|c| c.length),
            buckets: calendar.map(|c| c.starts()).unwrap_or_default(),
            took_ms: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
            truncated,
        },
    })
}

/// The groups that make the top, best first.
fn best(db: &Connection, plan: &Plan, n: usize, by: usize) -> Result<Kept, QueryError> {
    let figure = &plan.figures[by];
    let width = plan.groups.len();
    let Some((_, q)) = figure.quantile() else {
        let mut kept = Vec::new();
        each_row(db, &render::best(plan, figure, n), |row| {
            kept.push(cells(row, width)?);
            Ok(())
        })?;
        return Ok(kept);
    };
    let keys = Keys { bucket: false, groups: true };
    let mut ranked: Vec<(f64, Vec<Cell>)> = Vec::new();
    each_histogram(db, &render::histogram(plan, figure, keys, None), width, |key, histogram| {
        let value = bucket::quantile(histogram, q).unwrap_or(f64::NEG_INFINITY);
        // Histograms come in the order of their keys: equal values keep it.
        let place = ranked.partition_point(|(known, _)| *known >= value);
        if place < n {
            ranked.insert(place, (value, key));
            ranked.truncate(n);
        }
    })?;
    Ok(ranked.into_iter().map(|(_, key)| key).collect())
}

fn key_width(plan: &Plan, folded: bool) -> usize {
    let groups = if folded { 1 } else { plan.groups.len() };
    usize::from(plan.calendar.is_some()) + groups
}

fn figures(db: &Connection, plan: &Plan, kept: Option<&Kept>) -> Result<Vec<Line>, QueryError> {
    // Nothing made the top: there is nothing at all.
    if kept.is_some_and(Vec::is_empty) {
        return Ok(Vec::new());
    }
    let width = key_width(plan, kept.is_some());
    let mut lines = Vec::new();
    each_row(db, &render::figures(plan, kept), |row| {
        let keys = cells(row, width)?;
        let mut next = width;
        let mut values = Vec::with_capacity(plan.figures.len());
        for figure in &plan.figures {
            if figure.quantile().is_some() {
                values.push(Value::Null);
            } else {
                values.push(json(&cell(row, next)?));
                next += 1;
            }
        }
        lines.push(Line { keys, figures: values });
        Ok(())
    })?;
    Ok(lines)
}

/// Fills the quantiles in. Figures over the same rows share one pass.
fn quantiles(
    db: &Connection,
    plan: &Plan,
    kept: Option<&Kept>,
    lines: &mut [Line],
) -> Result<(), QueryError> {
    let keys = Keys { bucket: plan.calendar.is_some(), groups: true };
    let width = key_width(plan, kept.is_some());
    let place: HashMap<String, usize> =
        lines.iter().enumerate().map(|(i, line)| (identity(&line.keys), i)).collect();
    let mut done = vec![false; plan.figures.len()];
    for (first, figure) in plan.figures.iter().enumerate() {
        let Some((column, _)) = figure.quantile() else { continue };
        if done[first] || lines.is_empty() {
            continue;
        }
        let mut together = Vec::new();
        for (i, other) in plan.figures.iter().enumerate() {
            if let Some((same, q)) = other.quantile()
                && same == column
                && other.filter == figure.filter
            {
                done[i] = true;
                together.push((i, q));
            }
        }
        let sql = render::histogram(plan, figure, keys, kept);
        each_histogram(db, &sql, width, |key, histogram| {
            let Some(&line) = place.get(&identity(&key)) else { return };
            for &(i, q) in &together {
                let value = bucket::quantile(histogram, q);
                lines[line].figures[i] = value.map(Value::from).unwrap_or_default();
            }
        })?;
    }
    Ok(())
}

/// Replaces the rank of a folded group by its values.
fn finish(plan: &Plan, kept: Option<&Kept>, mut line: Line) -> Line {
    let Some(kept) = kept else { return line };
    let rank = match line.keys.pop() {
        Some(Some(Bound::Int(rank))) => usize::try_from(rank).ok(),
        _ => None,
    };
    match rank.and_then(|rank| kept.get(rank)) {
        Some(group) => line.keys.extend(group.iter().cloned()),
        None => {
            let other = Some(Bound::Text(OTHER.to_owned()));
            line.keys.extend(std::iter::repeat_n(other, plan.groups.len()));
        }
    }
    line
}

fn columns(plan: &Plan) -> Vec<Column> {
    let of = |kind: FieldType| match kind {
        FieldType::Number => ColumnType::Number,
        FieldType::Bool => ColumnType::Boolean,
        FieldType::Time => ColumnType::Time,
        _ => ColumnType::String,
    };
    let bucket =
        plan.calendar.as_ref().map(|_| Column { name: BUCKET.into(), kind: ColumnType::Time });
    let groups = plan
        .groups
        .iter()
        .map(|(name, operand)| Column { name: name.clone(), kind: of(operand.kind()) });
    let figures = plan.figures.iter().map(|figure| {
        let kind = match &figure.what {
            What::Min(o) | What::Max(o) if o.kind() == FieldType::Time => ColumnType::Time,
            _ => ColumnType::Number,
        };
        Column { name: figure.name.clone(), kind }
    });
    bucket.into_iter().chain(groups).chain(figures).collect()
}

/// The order that the engine was asked for, nulls last either way.
fn compare(plan: &Plan, a: &Line, b: &Line) -> Ordering {
    let groups = usize::from(plan.calendar.is_some());
    for (key, dir) in &plan.order {
        let (x, y) = match key {
            OrderKey::Bucket => (json(&a.keys[0]), json(&b.keys[0])),
            OrderKey::Group(i) => (json(&a.keys[groups + i]), json(&b.keys[groups + i])),
            OrderKey::Figure(i) => (a.figures[*i].clone(), b.figures[*i].clone()),
        };
        let ordering = match (x.is_null(), y.is_null()) {
            (false, false) if *dir == Direction::Desc => values(&y, &x),
            (false, false) => values(&x, &y),
            (x_null, y_null) => x_null.cmp(&y_null),
        };
        if ordering != Ordering::Equal {
            return ordering;
        }
    }
    Ordering::Equal
}

fn values(a: &Value, b: &Value) -> Ordering {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => {
            let (a, b) = (a.as_f64().unwrap_or_default(), b.as_f64().unwrap_or_default());
            a.total_cmp(&b)
        }
        (Value::String(a), Value::String(b)) => a.cmp(b),
        (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
        // Only the folded group is of another type than its column; it stands last.
        (Value::String(_), _) => Ordering::Greater,
        (_, Value::String(_)) => Ordering::Less,
        _ => Ordering::Equal,
    }
}

fn each_row(
    db: &Connection,
    sql: &Sql,
    mut take: impl FnMut(&Row<'_>) -> Result<(), QueryError>,
) -> Result<(), QueryError> {
    let mut statement = db.prepare(&sql.text)?;
    let mut rows = statement.query(params_from_iter(&sql.bound))?;
    while let Some(row) = rows.next()? {
        take(row)?;
    }
    Ok(())
}

/// Hands over one whole histogram at a time: memory holds no more than that.
fn each_histogram(
    db: &Connection,
    sql: &Sql,
    width: usize,
    mut take: impl FnMut(Vec<Cell>, &[(i16, f64)]),
) -> Result<(), QueryError> {
    let mut current: Option<Vec<Cell>> = None;
    let mut histogram: Vec<(i16, f64)> = Vec::new();
    each_row(db, sql, |row| {
        let key = cells(row, width)?;
        if current.as_ref() != Some(&key) {
            if let Some(done) = current.replace(key) {
                take(done, &histogram);
            }
            histogram.clear();
        }
        histogram.push((row.get(width)?, row.get(width + 1)?));
        Ok(())
    })?;
    if let Some(done) = current {
        take(done, &histogram);
    }
    Ok(())
}

fn cells(row: &Row<'_>, width: usize) -> Result<Vec<Cell>, QueryError> {
    (0..width).map(|i| cell(row, i)).collect()
}

fn cell(row: &Row<'_>, i: usize) -> Result<Cell, QueryError> {
    Ok(match row.get_ref(i)? {
        ValueRef::Null => None,
        ValueRef::Boolean(b) => Some(Bound::Bool(b)),
        ValueRef::SmallInt(n) => Some(Bound::Int(n.into())),
        ValueRef::Int(n) => Some(Bound::Int(n.into())),
        ValueRef::BigInt(n) => Some(Bound::Int(n)),
        ValueRef::Double(n) => Some(Bound::Float(n)),
        ValueRef::Text(text) => Some(Bound::Text(String::from_utf8_lossy(text).into_owned())),
        other => {
            let problem = format!("column {i} has the type {:?}", other.data_type());
            return Err(QueryError::Engine(problem));
        }
    })
}

fn json(cell: &Cell) -> Value {
    match cell {
        None => Value::Null,
        Some(Bound::Int(n)) => Value::from(*n),
        Some(Bound::Float(n)) => Value::from(*n),
        Some(Bound::Text(text)) => Value::from(text.as_str()),
        Some(Bound::Bool(b)) => Value::from(*b),
    }
}

fn identity(keys: &[Cell]) -> String {
    format!("{keys:?}")
}

impl ToSql for Bound {
    fn to_sql(&self) -> duckdb::Result<ToSqlOutput<'_>> {
        match self {
            Bound::Int(n) => n.to_sql(),
            Bound::Float(n) => n.to_sql(),
            Bound::Text(text) => text.to_sql(),
            Bound::Bool(b) => b.to_sql(),
        }
    }
}
