//! JSON as a flat run of tokens: enough to count, cut and look for marks without building a tree.

use std::borrow::Cow;
use std::ops::Range;

use memchr::memchr2;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'a> {
    Open,
    Close,
    Comma,
    Colon,
    /// With its quotes and escapes.
    Text(&'a str),
    /// A number or a literal.
    Plain(&'a str),
}

/// Exact for valid JSON. Of anything else it yields something and ends; it never panics.
#[derive(Debug, Clone)]
pub(super) struct Tokens<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Tokens<'a> {
    pub fn new(text: &'a str) -> Self {
        Tokens { text, at: 0 }
    }

    /// Where the string that opens at `start` ends.
    fn text_end(&self, start: usize) -> usize {
        let bytes = self.text.as_bytes();
        let mut at = start + 1;
        while let Some(found) = bytes.get(at..).and_then(|rest| memchr2(b'"', b'\\', rest)) {
            at += found;
            if bytes[at] == b'"' {
                return at + 1;
            }
            at += 2;
        }
        bytes.len()
    }

    fn plain_end(&self, start: usize) -> usize {
        let rest = &self.text.as_bytes()[start..];
        let ends = |b: &u8| b" \t\r\n[]{},:\"".contains(b);
        rest.iter().position(ends).map_or(self.text.len(), |length| start + length)
    }
}

impl<'a> Iterator for Tokens<'a> {
    /// The token and where it starts.
    type Item = (usize, Token<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        let bytes = self.text.as_bytes();
        while bytes.get(self.at).is_some_and(|b| b" \t\r\n".contains(b)) {
            self.at += 1;
        }
        let start = self.at;
        let (token, end) = match bytes.get(start)? {
            b'[' | b'{' => (Token::Open, start + 1),
            b']' | b'}' => (Token::Close, start + 1),
            b',' => (Token::Comma, start + 1),
            b':' => (Token::Colon, start + 1),
            b'"' => {
                let end = self.text_end(start);
                (Token::Text(&self.text[start..end]), end)
            }
            _ => {
                let end = self.plain_end(start);
                (Token::Plain(&self.text[start..end]), end)
            }
        };
        self.at = end;
        Some((start, token))
    }
}

/// Where the elements of a valid array are, without the spaces around them.
pub(super) fn elements(array: &str) -> Box<[Range<usize>]> {
    let mut found = Vec::new();
    let (mut depth, mut start) = (0usize, 0);
    for (at, token) in Tokens::new(array) {
        match token {
            Token::Open => {
                depth += 1;
                if depth == 1 {
                    start = at + 1;
                }
            }
            Token::Close => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    found.push(trimmed(array, start..at));
                }
            }
            Token::Comma if depth == 1 => {
                found.push(trimmed(array, start..at));
                start = at + 1;
            }
            _ => {}
        }
    }
    // `[]` leaves the nothing between its brackets.
    found.retain(|range: &Range<usize>| !range.is_empty());
    found.into_boxed_slice()
}

fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let inside = &text[range.clone()];
    let start = range.start + inside.len() - inside.trim_ascii_start().len();
    start..start + inside.trim_ascii().len()
}

/// What a string token says, borrowed when nothing in it is escaped.
pub(super) fn string(token: &str) -> Option<Cow<'_, str>> {
    let inside = token.strip_prefix('"')?.strip_suffix('"')?;
    if inside.contains('\\') {
        return serde_json::from_str(token).ok().map(Cow::Owned);
    }
    Some(Cow::Borrowed(inside))
}
