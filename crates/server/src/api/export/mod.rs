//! Lists as files: CSV or NDJSON, streamed in chunks so that memory holds two of them however
//! long the list is.

mod csv;
pub mod stream;

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::Value;
use store::query::QueryError;
use utoipa::IntoParams;

use crate::{App, Problem};
use stream::{Chunks, ReaderGone};

/// More rows than a spreadsheet opens, fewer than would keep a reader busy for an hour.
const MAX_ROWS: usize = 1_000_000;

/// A list in chunks.
pub trait Rows: Send + 'static {
    type Row: Serialize + Send;

    /// `None` after the last.
    fn next(&mut self) -> impl Future<Output = Result<Option<Vec<Self::Row>>, QueryError>> + Send;
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "described, never built")]
pub struct ExportParams {
    /// `csv` (the default) or `ndjson`.
    format: Option<String>,
    /// `true` begins a CSV with a byte order mark: Excel takes Chinese text for what it is.
    bom: Option<bool>,
    /// At most 1 000 000 rows.
    limit: Option<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Csv { bom: bool },
    Ndjson,
}

/// How a list should leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Export {
    name: &'static str,
    format: Format,
    limit: usize,
}

impl Export {
    pub fn ndjson(name: &'static str) -> Self {
        Export { name, format: Format::Ndjson, limit: MAX_ROWS }
    }

    /// Takes its own parameters out of the list's.
    pub fn read(
        name: &'static str,
        params: Vec<(String, String)>,
    ) -> Result<(Export, Vec<(String, String)>), Problem> {
        let (mut format, mut bom, mut limit) = ("csv".to_owned(), false, MAX_ROWS);
        let mut rest = Vec::with_capacity(params.len());
        for (param, value) in params {
            match param.as_str() {
                "format" => format = value,
                "bom" => {
                    bom = match value.as_str() {
                        "true" | "1" => true,
                        "false" | "0" | "" => false,
                        _ => return Err(Problem::invalid("bom", "must be true or false")),
                    };
                }
                "limit" => {
                    let parsed = value.parse().ok().filter(|n| (1..=MAX_ROWS).contains(n));
                    let problem = || Problem::invalid("limit", format!("must be 1 to {MAX_ROWS}"));
                    limit = parsed.ok_or_else(problem)?;
                }
                _ => rest.push((param, value)),
            }
        }
        let format = match format.as_str() {
            "csv" | "" => Format::Csv { bom },
            "ndjson" => Format::Ndjson,
            _ => return Err(Problem::invalid("format", "must be csv or ndjson")),
        };
        Ok((Export { name, format, limit }, rest))
    }

    /// Answers with all of `rows`. The first chunk is fetched before the answer begins, so that
    /// a wrong question still gets a problem.
    pub async fn send<R: Rows>(
        self,
        app: &App,
        columns: &'static [&'static str],
        mut rows: R,
    ) -> Result<Response, Problem> {
        let Ok(permit) = app.exports.clone().try_acquire_owned() else {
            return Err(Problem::overloaded("too many exports at once", 10));
        };
        let first = rows.next().await?;
        let (chunks, body) = stream::body();
        tokio::spawn(async move {
            let _permit = permit;
            // A reader that went away ends the export; there is nobody to tell.
            let _ = self.write(columns, first, rows, &chunks).await;
        });
        let mut response = body.into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.content_type()));
        let name = format!("attachment; filename=\"{}.{}\"", self.name, self.extension());
        if let Ok(name) = HeaderValue::from_str(&name) {
            headers.insert(header::CONTENT_DISPOSITION, name);
        }
        Ok(response)
    }

    const fn content_type(self) -> &'static str {
        match self.format {
            Format::Csv { .. } => "text/csv; charset=utf-8",
            Format::Ndjson => "application/x-ndjson",
        }
    }

    const fn extension(self) -> &'static str {
        match self.format {
            Format::Csv { .. } => "csv",
            Format::Ndjson => "ndjson",
        }
    }

    fn head(self, columns: &[&str]) -> Vec<u8> {
        let mut out = Vec::new();
        if let Format::Csv { bom } = self.format {
            if bom {
                out.extend_from_slice("\u{feff}".as_bytes());
            }
            csv::push_header(&mut out, columns);
        }
        out
    }

    async fn write<R: Rows>(
        self,
        columns: &[&str],
        first: Option<Vec<R::Row>>,
        mut rows: R,
        out: &Chunks,
    ) -> Result<(), ReaderGone> {
        out.send(self.head(columns)).await?;
        let mut left = self.limit;
        let mut chunk = first;
        while let Some(mut list) = chunk {
            list.truncate(left);
            left -= list.len();
            match self.render(columns, list) {
                Ok(bytes) => out.send(bytes).await?,
                Err(error) => {
                    self.broken(out, &error).await;
                    return Ok(());
                }
            }
            if left == 0 {
                break;
            }
            chunk = match rows.next().await {
                Ok(chunk) => chunk,
                Err(error) => {
                    self.broken(out, &error).await;
                    return Ok(());
                }
            };
        }
        Ok(())
    }

    async fn broken(self, out: &Chunks, error: &(impl std::error::Error + Sync)) {
        tracing::warn!(%error, export = self.name, "an export broke off");
        out.break_off(error.to_string()).await;
    }

    fn render<T: Serialize>(self, columns: &[&str], rows: Vec<T>) -> serde_json::Result<Vec<u8>> {
        let mut out = Vec::new();
        for row in rows {
            match self.format {
                Format::Ndjson => {
                    serde_json::to_writer(&mut out, &row)?;
                    out.push(b'\n');
                }
                Format::Csv { .. } => {
                    let row = serde_json::to_value(row)?;
                    let cells = columns.iter().map(|name| row.get(name).unwrap_or(&Value::Null));
                    csv::push_row(&mut out, cells);
                }
            }
        }
        Ok(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
        list.iter().map(|&(a, b)| (a.to_owned(), b.to_owned())).collect()
    }

    #[test]
    fn its_own_parameters_are_taken_out() {
        let given = pairs(&[("format", "ndjson"), ("limit", "5"), ("kind", "error")]);
        let (export, rest) = Export::read("events", given).unwrap();
        assert_eq!(export, Export { name: "events", format: Format::Ndjson, limit: 5 });
        assert_eq!(rest, pairs(&[("kind", "error")]));
        for bad in [("format", "xlsx"), ("limit", "0"), ("limit", "x"), ("bom", "maybe")] {
            assert!(Export::read("events", pairs(&[bad])).is_err(), "{bad:?}");
        }
    }
}
