use std::borrow::Cow;

/// Text as keywords are compared: each character in lower case, whatever stands beside it.
/// (`str::to_lowercase` writes a sigma at the end of a word differently, so that a keyword would
/// not be found inside a longer word.)
pub(super) fn fold(text: &str) -> Cow<'_, str> {
    if !text.chars().any(changes) {
        return Cow::Borrowed(text);
    }
    if text.is_ascii() {
        return Cow::Owned(text.to_ascii_lowercase());
    }
    Cow::Owned(text.chars().flat_map(char::to_lowercase).collect())
}

fn changes(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_uppercase();
    }
    let mut lower = c.to_lowercase();
    lower.next() != Some(c) || lower.next().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_with_a_case_lose_it() {
        for (text, folded) in [
            ("", ""),
            ("already low: 42%", "already low: 42%"),
            ("Timeout AT Gate", "timeout at gate"),
            ("数据库 连接失败", "数据库 连接失败"),
            ("数据库 DB 连接失败", "数据库 db 连接失败"),
            ("ÄRGER Ёлка ΟΔΟΣ", "ärger ёлка οδοσ"),
            ("İ", "i\u{307}"),
        ] {
            assert_eq!(fold(text), folded);
            assert_eq!(fold(folded), folded, "nothing is left to do");
        }
    }

    #[test]
    fn text_that_stays_the_same_is_not_copied() {
        assert!(matches!(fold("连接 ok"), Cow::Borrowed(_)));
    }
}
