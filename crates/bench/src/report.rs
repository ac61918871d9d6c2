//! Plain text tables for a terminal and for a file beside the release.

use std::fmt;

pub struct Table {
    title: String,
    header: Vec<String>,
    rows: Vec<Vec<String>>,
    notes: Vec<String>,
}

impl Table {
    pub fn new(title: impl Into<String>, header: &[&str]) -> Self {
        let header = header.iter().map(|&h| h.to_owned()).collect();
        Table { title: title.into(), header, rows: Vec::new(), notes: Vec::new() }
    }

    pub fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().collect());
    }

    pub fn note(&mut self, note: impl Into<String>) {
        self.notes.push(note.into());
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = || std::iter::once(&self.header).chain(&self.rows);
        let width = |column: usize| {
            all().filter_map(|row| row.get(column)).map(|c| c.chars().count()).max().unwrap_or(0)
        };
        writeln!(f, "\n{}", self.title)?;
        for (i, row) in all().enumerate() {
            for (column, cell) in row.iter().enumerate() {
                let gap = if column == 0 { "  " } else { "   " };
                // The first columns name things, the others are figures.
                if column < 2 {
                    write!(f, "{gap}{cell:<width$}", width = width(column))?;
                } else {
                    write!(f, "{gap}{cell:>width$}", width = width(column))?;
                }
            }
            writeln!(f)?;
            if i == 0 {
                let rule: usize = (0..self.header.len()).map(|c| width(c) + 3).sum();
                writeln!(f, "  {}", "-".repeat(rule.saturating_sub(3)))?;
            }
        }
        self.notes.iter().try_for_each(|note| writeln!(f, "  {note}"))
    }
}

/// A count with thousands set apart: `61 234`.
pub fn count(n: f64) -> String {
    let digits = format!("{n:.0}");
    let mut grouped = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            grouped.push(' ');
        }
        grouped.push(digit);
    }
    grouped
}

pub fn ms(n: f64) -> String {
    if n < 10.0 { format!("{n:.2}") } else { format!("{n:.0}") }
}

pub fn mib(bytes: u64) -> String {
    format!("{:.0}", bytes as f64 / f64::from(1 << 20))
}

pub fn ratio(n: f64) -> String {
    format!("{n:.1}x")
}

/// The value below which a share `q` of the sorted values lies, by nearest rank.
pub fn quantile(sorted: &[f64], q: f64) -> f64 {
    let rank = (q * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.saturating_sub(1)).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up() {
        let mut table = Table::new("title", &["a", "b", "c"]);
        table.row(["x".into(), "long".into(), "1".into()]);
        table.note("note");
        let shown = table.to_string();
        assert_eq!(shown, "\ntitle\n  a   b      c\n  ------------\n  x   long   1\n  note\n");
    }

    #[test]
    fn figures_read_well() {
        assert_eq!(count(61_234.4), "61 234");
        assert_eq!(count(7.0), "7");
        assert_eq!((ms(1.234), ms(120.4)), ("1.23".into(), "120".into()));
        assert!((quantile(&[1.0, 2.0, 3.0, 4.0], 0.5) - 2.0).abs() < f64::EPSILON);
    }
}
