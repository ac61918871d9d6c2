//! Prometheus' text format.

use std::fmt::{Display, Write};

/// What is written is a `String`, which does not fail.
#[derive(Debug, Default)]
pub struct Text(String);

/// One metric; all of its samples stand together.
#[derive(Debug)]
pub struct Family<'t, 'n> {
    text: &'t mut Text,
    name: &'n str,
}

pub type Labels<'a> = [(&'a str, &'a str)];

impl Text {
    /// Only ever rises, until a restart.
    pub fn counter<'n>(&mut self, name: &'n str, help: &str) -> Family<'_, 'n> {
        self.family(name, "counter", help)
    }

    pub fn gauge<'n>(&mut self, name: &'n str, help: &str) -> Family<'_, 'n> {
        self.family(name, "gauge", help)
    }

    pub fn histogram<'n>(&mut self, name: &'n str, help: &str) -> Family<'_, 'n> {
        self.family(name, "histogram", help)
    }

    fn family<'n>(&mut self, name: &'n str, kind: &str, help: &str) -> Family<'_, 'n> {
        let help = help.replace('\\', r"\\").replace('\n', r"\n");
        let _ = writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}");
        Family { text: self, name }
    }

    pub fn finish(self) -> String {
        self.0
    }
}

impl Family<'_, '_> {
    pub fn sample(&mut self, labels: &Labels<'_>, value: impl Display) -> &mut Self {
        self.suffixed("", labels, value)
    }

    /// For the parts of a histogram: `_bucket`, `_sum` and `_count`.
    pub fn suffixed(
        &mut self,
        suffix: &str,
        labels: &Labels<'_>,
        value: impl Display,
    ) -> &mut Self {
        let out = &mut self.text.0;
        let _ = write!(out, "{}{suffix}", self.name);
        for (index, (name, value)) in labels.iter().enumerate() {
            let before = if index == 0 { '{' } else { ',' };
            let _ = write!(out, "{before}{name}=\"{}\"", escaped(value));
        }
        let end = if labels.is_empty() { "" } else { "}" };
        let _ = writeln!(out, "{end} {value}");
        self
    }
}

fn escaped(value: &str) -> String {
    value.replace('\\', r"\\").replace('"', r#"\""#).replace('\n', r"\n")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn families_say_what_they_are() {
        let mut text = Text::default();
        text.counter("a_total", "Back\\slash\nand line").sample(&[], 3);
        text.gauge("b", "Two").sample(&[("x", "1"), ("y", "a\"b")], 0.5).sample(&[("x", "2")], 1);
        let expected = "# HELP a_total Back\\\\slash\\nand line\n# TYPE a_total counter\n\
            a_total 3\n# HELP b Two\n# TYPE b gauge\nb{x=\"1\",y=\"a\\\"b\"} 0.5\nb{x=\"2\"} 1\n";
        assert_eq!(text.finish(), expected);
    }

    proptest! {
        /// Whatever a label says, it can be read back and stays on its line.
        #[test]
        fn labels_are_escaped(value in "[a\\\\\"\n{}]{0,12}") {
            let told = escaped(&value);
            prop_assert!(!told.contains('\n'));
            let (mut read, mut rest) = (String::new(), told.chars());
            while let Some(c) = rest.next() {
                match c {
                    '\\' => read.push(rest.next().map_or('?', |c| if c == 'n' { '\n' } else { c })),
                    '"' => prop_assert!(false, "the label ends early"),
                    c => read.push(c),
                }
            }
            prop_assert_eq!(read, value);
        }
    }
}
