//! `{"_placeholder":true,"num":0}` stands where an attachment belongs.

use super::json::{self, Token, Tokens};

/// Checked when the text arrives, so that a lie costs nothing: neither a wait nor a buffer.
pub(super) fn name_each_once(json: &str, attachments: usize) -> bool {
    let mut named = vec![false; attachments];
    let mut open: Vec<Frame<'_>> = Vec::new();
    for (_, token) in Tokens::new(json) {
        match (token, open.last_mut()) {
            (Token::Open, parent) => {
                if let Some(parent) = parent {
                    parent.value("");
                }
                open.push(Frame::default());
            }
            (Token::Close, _) => {
                let closed = open.pop().unwrap_or_default();
                if closed.marked && !closed.claim(&mut named) {
                    return false;
                }
            }
            (_, None) => {}
            (Token::Text(text), Some(frame)) => {
                frame.value(text);
                frame.last = text;
            }
            (Token::Colon, Some(frame)) => frame.key = Key::of(frame.last),
            (Token::Plain(value), Some(frame)) => frame.value(value),
            (Token::Comma, Some(frame)) => frame.key = Key::Other,
        }
    }
    named.into_iter().all(|named| named)
}

/// An array or object that is not closed yet. An array never has a key.
#[derive(Debug, Default)]
struct Frame<'a> {
    last: &'a str,
    key: Key,
    marked: bool,
    num: Option<usize>,
}

impl Frame<'_> {
    /// Whatever it is: a key that is repeated means what it says last.
    fn value(&mut self, token: &str) {
        match self.key {
            Key::Mark => self.marked = token == "true",
            Key::Num => self.num = token.parse().ok(),
            Key::Other => {}
        }
    }

    fn claim(&self, named: &mut [bool]) -> bool {
        match self.num.and_then(|num| named.get_mut(num)) {
            Some(named) => !std::mem::replace(named, true),
            None => false,
        }
    }
}

#[derive(Debug, Clone, Copy, Default)]
enum Key {
    Mark,
    Num,
    #[default]
    Other,
}

impl Key {
    fn of(token: &str) -> Key {
        match json::string(token).as_deref() {
            Some("_placeholder") => Key::Mark,
            Some("num") => Key::Num,
            _ => Key::Other,
        }
    }
}
