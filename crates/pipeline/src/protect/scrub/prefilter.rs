//! One look at every byte decides which detectors are worth running.

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Suspicion {
    /// `@`, also as `%40`.
    pub at: bool,
    /// Enough digits in a row for a phone number.
    pub digits: bool,
    /// `=` or `:`.
    pub pair: bool,
    /// `?`
    pub query: bool,
    /// A word long enough for a token, or one that announces one.
    pub token: bool,
}

impl Suspicion {
    pub fn any(self) -> bool {
        self != Suspicion::default()
    }
}

const PLAIN: u8 = 0;
const DIGIT: u8 = 1;
const WORD: u8 = 2;
const JOIN: u8 = 3;
const SIGN: u8 = 4;

const CLASS: [u8; 256] = {
    let mut table = [PLAIN; 256];
    let mut b = 0;
    while b < 256 {
        let byte = b as u8;
        table[b] = match byte {
            b'0'..=b'9' => DIGIT,
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => WORD,
            b'-' | b' ' | b'(' | b')' => JOIN,
            // 0xEF begins the full-width colon.
            b'@' | b'=' | b':' | b'?' | b'%' | 0xEF => SIGN,
            _ => PLAIN,
        };
        b += 1;
    }
    table
};

const PHONE_DIGITS: u32 = 7;
const TOKEN_LENGTH: u32 = 12;

pub(super) fn look(text: &str) -> Suspicion {
    let bytes = text.as_bytes();
    let mut seen = Suspicion::default();
    let (mut digits, mut word) = (0u32, 0u32);
    for (i, &b) in bytes.iter().enumerate() {
        match CLASS[b as usize] {
            DIGIT => {
                digits += 1;
                word += 1;
                seen.digits |= digits >= PHONE_DIGITS;
                seen.token |= word >= TOKEN_LENGTH;
            }
            WORD => {
                digits = 0;
                word += 1;
                seen.token |=
                    word >= TOKEN_LENGTH || (b == b'r' || b == b'c') && announces(bytes, i);
            }
            JOIN => word = if b == b'-' { word + 1 } else { 0 },
            SIGN => {
                (digits, word) = (0, 0);
                match b {
                    b'@' => seen.at = true,
                    b'?' => seen.query = true,
                    b'%' => seen.at |= bytes[i..].starts_with(b"%40"),
                    0xEF => seen.pair |= bytes[i..].starts_with("：".as_bytes()),
                    _ => seen.pair = true,
                }
            }
            _ => (digits, word) = (0, 0),
        }
    }
    seen
}

/// Whether a scheme of the Authorization header ends here.
fn announces(bytes: &[u8], end: usize) -> bool {
    let word = |w: &[u8]| {
        let from = (end + 1).checked_sub(w.len());
        from.is_some_and(|from| bytes[from..=end].eq_ignore_ascii_case(w))
    };
    bytes.get(end + 1) == Some(&b' ') && (word(b"bearer") || word(b"basic"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clean_text_is_clean() {
        for clean in ["", "点我", "Cannot read properties of null", "/admin/orders/42", "GET /a-b"]
        {
            assert!(!look(clean).any(), "{clean}");
        }
    }

    #[test]
    fn each_sign_is_seen() {
        assert!(look("a@b").at && look("a%40b").at);
        assert!(look("call 138-1234-5678").digits && !look("123456 x").digits);
        assert!(look("a=b").pair && look("a: b").pair && look("/a?b").query);
        assert!(look("abcdefghijkl").token && look("Bearer abc").token && look("basic x").token);
    }
}
