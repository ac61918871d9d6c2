//! The one place where a plan becomes SQL.
//!
//! Every statement has the same shape: an inner select of plain columns over the rows that
//! match (`b` bucket, `g…` groups, `w` weight, `m…` measured values, `c…` conditions of
//! measures), and an outer one that aggregates. Values are always parameters.

use super::condition::{Bound, Comparison, Condition, Test};
use super::dialect::Dialect;
use super::fields::{FieldType, Operand};
use super::model::Direction;
use super::plan::{Figure, OrderKey, Plan, What};

/// Separates tags in their column.
pub(crate) const TAG_MARK: char = '\u{1f}';

/// SQL text and the values bound to it.
#[derive(Debug, Default)]
pub(crate) struct Sql {
    pub text: String,
    pub bound: Vec<Bound>,
}

impl Sql {
    fn bind(&mut self, value: Bound) -> String {
        self.bound.push(value);
        Dialect.bind(self.bound.len())
    }

    pub fn int(&mut self, value: i64) -> String {
        self.bind(Bound::Int(value))
    }

    pub fn text(&mut self, value: &str) -> String {
        self.bind(Bound::Text(value.to_owned()))
    }

    /// A column or key as the question sees it.
    fn operand(&mut self, operand: &Operand) -> String {
        match operand {
            Operand::Field(field) => field.column.to_owned(),
            Operand::Key { column, key } => {
                let pointer = self.bind(Bound::Text(Dialect.json_pointer(key)));
                Dialect.json_text(column, &pointer)
            }
        }
    }

    fn number(&mut self, operand: &Operand) -> String {
        let value = self.operand(operand);
        match operand {
            Operand::Key { .. } => Dialect.number(&value),
            Operand::Field(_) => format!("CAST({value} AS DOUBLE)"),
        }
    }

    /// All of them hold; never null.
    pub fn all(&mut self, conditions: &[Condition]) -> String {
        let each: Vec<_> = conditions.iter().map(|c| self.condition(c)).collect();
        if each.is_empty() { "true".to_owned() } else { each.join(" AND ") }
    }

    fn condition(&mut self, condition: &Condition) -> String {
        let holds = match &condition.test {
            Test::AnyOf(values) => {
                let any: Vec<_> = values
                    .iter()
                    .map(|v| self.compare(&condition.operand, Comparison::Eq, v))
                    .collect();
                format!("({})", any.join(" OR "))
            }
            Test::Compare(how, value) => self.compare(&condition.operand, *how, value),
            Test::Contains(part) => {
                let text = self.operand(&condition.operand);
                let part = self.bind(Bound::Text(part.clone()));
                Dialect.contains(&text, &part)
            }
            Test::StartsWith(part) => {
                let text = self.operand(&condition.operand);
                let part = self.bind(Bound::Text(part.clone()));
                Dialect.starts_with(&text, &part)
            }
            Test::Exists => {
                let value = self.operand(&condition.operand);
                match condition.operand.kind() {
                    FieldType::Text | FieldType::Level | FieldType::Tags => {
                        format!("{value} <> ''")
                    }
                    _ => format!("{value} IS NOT NULL"),
                }
            }
        };
        let not = if condition.negated { "NOT " } else { "" };
        format!("{not}coalesce({holds}, false)")
    }

    fn compare(&mut self, operand: &Operand, how: Comparison, value: &Bound) -> String {
        if let (FieldType::Tags, Bound::Text(tag)) = (operand.kind(), value) {
            let column = self.operand(operand);
            let tag = self.bind(Bound::Text(format!("{TAG_MARK}{tag}{TAG_MARK}")));
            return Dialect.contains_exactly(&column, &tag);
        }
        let left = match value {
            Bound::Float(_) => self.number(operand),
            _ => self.operand(operand),
        };
        let sign = match how {
            Comparison::Eq => "=",
            Comparison::Gt => ">",
            Comparison::Gte => ">=",
            Comparison::Lt => "<",
            Comparison::Lte => "<=",
        };
        let right = self.bind(value.clone());
        format!("{left} {sign} {right}")
    }

    /// Any of the columns contains the text.
    pub fn search(&mut self, columns: &[&str], text: &str) -> String {
        let part = self.bind(Bound::Text(text.to_owned()));
        let any: Vec<_> = columns.iter().map(|column| Dialect.contains(column, &part)).collect();
        format!("({})", any.join(" OR "))
    }

    /// The key of a row's bucket; [`super::calendar::Calendar`] knows where that begins.
    fn bucket(&mut self, plan: &Plan) -> Option<String> {
        let calendar = plan.calendar.as_ref()?;
        // Whole weeks keep the dividend positive whatever the offset.
        let positive = calendar.shift + 4 * 604_800_000;
        let (mut before, mut last) = (String::new(), String::new());
        for span in &calendar.spans {
            let (offset, length) = (span.offset, calendar.length);
            let floor = format!("ts - (ts + {}) % {length}", offset + positive);
            let key = match (calendar.by_date, span.since) {
                (true, _) => format!("{floor} + {offset}"),
                (false, Some(since)) => format!("greatest({floor}, {since})"),
                (false, None) => floor,
            };
            match span.until {
                Some(until) => before.push_str(&format!(" WHEN ts < {until} THEN {key}")),
                None => last = key,
            }
        }
        Some(if before.is_empty() { last } else { format!("CASE{before} ELSE {last} END") })
    }
}

/// Values of the groups that made the top, in order; everything else is folded.
pub(crate) type Kept = Vec<Vec<Option<Bound>>>;

/// Which columns the rows are grouped by: the first columns of every answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Keys {
    pub bucket: bool,
    pub groups: bool,
}

/// The figures that the engine computes, one row per group.
pub(crate) fn figures(plan: &Plan, kept: Option<&Kept>) -> Sql {
    let keys = Keys { bucket: plan.calendar.is_some(), groups: true };
    let mut sql = Sql::default();
    let exact = || plan.figures.iter().filter(|f| f.quantile().is_none());
    let rows = rows(&mut sql, plan, keys, kept, &plan.figures, None);
    let names = key_names(plan, keys, kept.is_some());
    let mut columns = names.clone();
    columns.extend(exact().map(|f| aggregate(f, index(plan, f))));
    sql.text = format!("SELECT {} FROM {rows}{}", list(&columns), group_by(names.len()));
    if kept.is_none() && !names.is_empty() {
        if !plan.ordered_by_quantile() {
            sql.text.push_str(&format!(" ORDER BY {}", order(plan, &names)));
        }
        let limit = if plan.ordered_by_quantile() { super::plan::MOST_ROWS } else { plan.limit };
        sql.text.push_str(&format!(" LIMIT {}", limit + 1));
    }
    sql
}

/// The best groups over the whole range, by a figure that the engine computes.
pub(crate) fn best(plan: &Plan, figure: &Figure, n: usize) -> Sql {
    let keys = Keys { bucket: false, groups: true };
    let mut sql = Sql::default();
    let rows = rows(&mut sql, plan, keys, None, std::slice::from_ref(figure), None);
    let names = key_names(plan, keys, false);
    let by = aggregate(figure, 0);
    let ties: Vec<_> = names.iter().map(|name| format!("{name} NULLS LAST")).collect();
    sql.text = format!(
        "SELECT {} FROM {rows}{} ORDER BY {by} DESC NULLS LAST, {} LIMIT {n}",
        list(&names),
        group_by(names.len()),
        list(&ties)
    );
    sql
}

/// Keys, histogram bucket, weight: ordered so that each group's histogram comes in one piece.
pub(crate) fn histogram(plan: &Plan, figure: &Figure, keys: Keys, kept: Option<&Kept>) -> Sql {
    let mut sql = Sql::default();
    let column = figure.quantile().map_or("NULL", |(column, _)| column);
    let rows = rows(&mut sql, plan, keys, kept, std::slice::from_ref(figure), Some(column));
    let mut names = key_names(plan, keys, kept.is_some());
    names.push("h".to_owned());
    let all: Vec<_> = (1..=names.len()).map(|i| format!("{i} NULLS LAST")).collect();
    let condition = if figure.filter.is_empty() { "" } else { " AND c0" };
    sql.text = format!(
        "SELECT {}, sum(w) FROM {rows} WHERE h IS NOT NULL{condition}{} ORDER BY {}",
        list(&names),
        group_by(names.len()),
        list(&all)
    );
    sql
}

fn index(plan: &Plan, figure: &Figure) -> usize {
    plan.figures.iter().position(|f| f.name == figure.name).unwrap_or_default()
}

/// The inner select, joined to the kept groups if there are any.
fn rows(
    sql: &mut Sql,
    plan: &Plan,
    keys: Keys,
    kept: Option<&Kept>,
    figures: &[Figure],
    histogram: Option<&str>,
) -> String {
    let mut columns = vec![format!("{} AS w", plan.source.weight())];
    if let Some(bucket) = keys.bucket.then(|| sql.bucket(plan)).flatten() {
        columns.push(format!("{bucket} AS b"));
    }
    if keys.groups {
        for (i, (_, operand)) in plan.groups.iter().enumerate() {
            columns.push(format!("{} AS g{i}", sql.operand(operand)));
        }
    }
    columns.extend(histogram.map(|column| format!("{column} AS h")));
    for (i, figure) in figures.iter().enumerate() {
        let value = match &figure.what {
            What::Uniques(operand) => Some(sql.operand(operand)),
            What::Sum(o) | What::Avg(o) => Some(sql.number(o)),
            What::Min(o) | What::Max(o) if o.kind() == FieldType::Time => Some(sql.operand(o)),
            What::Min(o) | What::Max(o) => Some(sql.number(o)),
            _ => None,
        };
        columns.extend(value.map(|value| format!("{value} AS m{i}")));
        if !figure.filter.is_empty() {
            columns.push(format!("{} AS c{i}", sql.all(&figure.filter)));
        }
    }
    let (project, from, to) = (sql.int(plan.project.0), sql.int(plan.from), sql.int(plan.to));
    let filter = sql.all(&plan.filter);
    let table = plan.source.table();
    let inner = format!(
        "(SELECT {} FROM {table} WHERE project = {project} AND ts >= {from} AND ts < {to} \
         AND {filter}) AS r",
        list(&columns)
    );
    match kept {
        Some(kept) if !kept.is_empty() => format!("{inner} LEFT JOIN {}", join(sql, plan, kept)),
        _ => inner,
    }
}

fn join(sql: &mut Sql, plan: &Plan, kept: &Kept) -> String {
    let mut values = Vec::new();
    for (rank, group) in kept.iter().enumerate() {
        let mut cells = vec![rank.to_string()];
        for cell in group {
            cells.push(match cell {
                Some(value) => sql.bind(value.clone()),
                None => "NULL".to_owned(),
            });
        }
        values.push(format!("({})", list(&cells)));
    }
    let names: Vec<_> = (0..plan.groups.len()).map(|i| format!("k{i}")).collect();
    let on: Vec<_> = (0..plan.groups.len())
        .map(|i| Dialect.same(&format!("r.g{i}"), &format!("k.k{i}")))
        .collect();
    format!("(VALUES {}) AS k(rank, {}) ON {}", values.join(", "), list(&names), on.join(" AND "))
}

/// Folded groups are known by their rank, the rest of them by none.
fn key_names(plan: &Plan, keys: Keys, folded: bool) -> Vec<String> {
    let bucket = keys.bucket.then(|| "b".to_owned());
    let groups: Vec<_> = match (keys.groups, folded) {
        (false, _) => Vec::new(),
        (true, true) => vec!["k.rank".to_owned()],
        (true, false) => (0..plan.groups.len()).map(|i| format!("g{i}")).collect(),
    };
    bucket.into_iter().chain(groups).collect()
}

fn aggregate(figure: &Figure, i: usize) -> String {
    let over = |value: &str| match (figure.filter.is_empty(), value) {
        (true, _) => value.to_owned(),
        (false, value) => format!("CASE WHEN c{i} THEN {value} END"),
    };
    let m = format!("m{i}");
    match &figure.what {
        What::Count if figure.filter.is_empty() => "count(*)".to_owned(),
        What::Count => format!("count({})", over("1")),
        What::Weighted => format!("coalesce(sum({}), 0)", over("w")),
        What::Rate => format!("sum(CASE WHEN c{i} THEN w ELSE 0 END) / sum(w)"),
        What::Uniques(operand) => match operand.kind() {
            FieldType::Text | FieldType::Level => {
                format!("count(DISTINCT nullif({}, ''))", over(&m))
            }
            _ => format!("count(DISTINCT {})", over(&m)),
        },
        What::Sum(_) => format!("coalesce(sum({}), 0)", over(&format!("{m} * w"))),
        What::Avg(_) => format!(
            "sum({}) / sum({})",
            over(&format!("{m} * w")),
            over(&format!("CASE WHEN {m} IS NOT NULL THEN w END"))
        ),
        What::Min(_) => format!("min({})", over(&m)),
        What::Max(_) => format!("max({})", over(&m)),
        What::Quantile(..) => "NULL".to_owned(),
    }
}

fn order(plan: &Plan, names: &[String]) -> String {
    let each = plan.order.iter().map(|(key, dir)| {
        let by = match key {
            OrderKey::Bucket => "b".to_owned(),
            OrderKey::Group(i) => format!("g{i}"),
            // By position: keys stand first, then the figures without the quantiles.
            OrderKey::Figure(i) => {
                let before = plan.figures[..*i].iter().filter(|f| f.quantile().is_none()).count();
                (names.len() + before + 1).to_string()
            }
        };
        let dir = if *dir == Direction::Asc { "ASC" } else { "DESC" };
        format!("{by} {dir} NULLS LAST")
    });
    each.collect::<Vec<_>>().join(", ")
}

fn group_by(keys: usize) -> String {
    if keys == 0 {
        return String::new();
    }
    let positions: Vec<_> = (1..=keys).map(|i| i.to_string()).collect();
    format!(" GROUP BY {}", list(&positions))
}

fn list(items: &[String]) -> String {
    items.join(", ")
}
