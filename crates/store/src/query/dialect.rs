//! What an engine spells in its own way. Everything else of the SQL is common ground.

/// DuckDB. A second engine brings a second set of these, not a second renderer.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Dialect;

impl Dialect {
    pub fn bind(self, n: usize) -> String {
        format!("${n}")
    }

    /// The text under a JSON pointer, empty when there is none. A document that is not JSON has
    /// no keys.
    pub fn json_text(self, column: &str, pointer: &str) -> String {
        format!("coalesce(TRY(json_extract_string(nullif({column}, ''), {pointer})), '')")
    }

    /// A key as the pointer that [`Dialect::json_text`] is bound to.
    pub fn json_pointer(self, key: &str) -> String {
        format!("/{}", key.replace('~', "~0").replace('/', "~1"))
    }

    /// The finite number that a text spells, or null.
    pub fn number(self, text: &str) -> String {
        let number = format!("TRY_CAST({text} AS DOUBLE)");
        format!("CASE WHEN isfinite({number}) THEN {number} END")
    }

    /// Substring without regard to case, in any script; nothing in it is a wildcard.
    pub fn contains(self, text: &str, part: &str) -> String {
        format!("contains(lower({text}), lower({part}))")
    }

    pub fn contains_exactly(self, text: &str, part: &str) -> String {
        format!("contains({text}, {part})")
    }

    pub fn starts_with(self, text: &str, part: &str) -> String {
        format!("starts_with({text}, {part})")
    }

    pub fn same(self, a: &str, b: &str) -> String {
        format!("{a} IS NOT DISTINCT FROM {b}")
    }
}
