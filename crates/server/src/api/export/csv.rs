//! CSV that a spreadsheet opens without running anything.
//!
//! Every text in an export was written by a stranger, and a cell that begins with `=`, `+`, `-`
//! or `@` is a formula to a spreadsheet (so are the full-width forms in East Asian locales, and a
//! leading tab or carriage return hides one). Such text gets a leading apostrophe. Numbers are
//! written as numbers: what the warehouse typed as a number cannot be a formula.

use serde_json::Value;

const DANGEROUS: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];

/// Appends one line for `cells`, in RFC 4180 form.
pub fn push_row<'a>(out: &mut Vec<u8>, cells: impl IntoIterator<Item = &'a Value>) {
    for (i, cell) in cells.into_iter().enumerate() {
        if i > 0 {
            out.push(b',');
        }
        push_cell(out, cell);
    }
    out.extend_from_slice(b"\r\n");
}

/// Appends the line of column names.
pub fn push_header(out: &mut Vec<u8>, names: &[&str]) {
    for (i, name) in names.iter().enumerate() {
        if i > 0 {
            out.push(b',');
        }
        push_text(out, name);
    }
    out.extend_from_slice(b"\r\n");
}

fn push_cell(out: &mut Vec<u8>, cell: &Value) {
    match cell {
        Value::Null => {}
        Value::Bool(b) => out.extend_from_slice(if *b { b"true" } else { b"false" }),
        Value::Number(n) => out.extend_from_slice(n.to_string().as_bytes()),
        Value::String(s) => push_text(out, s),
        nested @ (Value::Array(_) | Value::Object(_)) => push_text(out, &nested.to_string()),
    }
}

fn push_text(out: &mut Vec<u8>, text: &str) {
    let formula = text.starts_with(DANGEROUS);
    let quoted = text.contains([',', '"', '\n', '\r']) || text.starts_with(' ');
    if quoted {
        out.push(b'"');
    }
    if formula {
        out.push(b'\'');
    }
    for (i, part) in text.split('"').enumerate() {
        if i > 0 {
            out.extend_from_slice(b"\"\"");
        }
        out.extend_from_slice(part.as_bytes());
    }
    if quoted {
        out.push(b'"');
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn line(cells: &[Value]) -> String {
        let mut out = Vec::new();
        push_row(&mut out, cells);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn formulas_become_text_and_numbers_stay_numbers() {
        let cells = [
            json!("=HYPERLINK(\"http://evil\")"),
            json!("+1"),
            json!("-2+3"),
            json!("@SUM(A1)"),
            json!("\t=1"),
            json!("＝1"),
            json!(-5),
            json!(-0.5),
            json!("plain"),
            Value::Null,
            json!(true),
        ];
        assert_eq!(
            line(&cells),
            "\"'=HYPERLINK(\"\"http://evil\"\")\",'+1,'-2+3,'@SUM(A1),'\t=1,'＝1,-5,-0.5,plain,,true\r\n"
        );
    }

    #[test]
    fn nested_values_are_one_quoted_cell() {
        assert_eq!(line(&[json!({"a": "b,c"})]), "\"{\"\"a\"\":\"\"b,c\"\"}\"\r\n");
        assert_eq!(line(&[json!("two\nlines")]), "\"two\nlines\"\r\n");
    }

    /// Undoes RFC 4180 for one line of one cell.
    fn unquote(line: &str) -> String {
        let body = line.strip_suffix("\r\n").unwrap();
        match body.strip_prefix('"').and_then(|b| b.strip_suffix('"')) {
            Some(inner) => inner.replace("\"\"", "\""),
            None => body.to_owned(),
        }
    }

    proptest! {
        #[test]
        fn any_text_comes_back_with_at_most_an_apostrophe(text in ".*") {
            let back = unquote(&line(&[json!(text)]));
            prop_assert!(!back.starts_with(DANGEROUS));
            prop_assert_eq!(back.strip_prefix('\'').filter(|_| text.starts_with(DANGEROUS)).unwrap_or(&back), text);
        }
    }
}
