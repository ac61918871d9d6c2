//! How deep and how wide a text is, known before anything is built from it.

use crate::native::limits::{MAX_DEPTH, MAX_VALUES};
use crate::native::{Problem, Refusal};

/// Refuses what would grow out of proportion when parsed: a megabyte of `[[[[` or `0,0,0,0`.
pub(in crate::native) fn check_shape(text: &[u8]) -> Result<(), Refusal> {
    let (depth, values) = measure(text);
    if depth <= MAX_DEPTH && values <= MAX_VALUES {
        return Ok(());
    }
    let limit = format!("is nested deeper than {MAX_DEPTH} or has more than {MAX_VALUES} values");
    Err(Refusal::invalid(vec![Problem::new("", limit)]))
}

/// The deepest nesting, and an upper bound for the number of values; whether the text is JSON at
/// all does not matter. Stops counting once a limit is passed.
fn measure(text: &[u8]) -> (usize, usize) {
    let (mut depth, mut deepest, mut values) = (0_usize, 0, 1);
    let (mut in_string, mut escaped) = (false, false);
    for &byte in text {
        if in_string {
            in_string = escaped || byte != b'"';
            escaped = !escaped && byte == b'\\';
            continue;
        }
        match byte {
            b'"' => in_string = true,
            b'[' | b'{' => {
                depth += 1;
                values += 1;
                deepest = deepest.max(depth);
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            b',' => values += 1,
            _ => {}
        }
        if deepest > MAX_DEPTH || values > MAX_VALUES {
            break;
        }
    }
    (deepest, values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_and_commas_inside_strings_do_not_count() {
        assert_eq!(measure(br#"{"a":"[[,,\"[","b":[1,"\\"]}"#), (2, 5));
    }

    #[test]
    fn bombs_stop_at_the_limit() {
        let deepest = |n| format!("{}{}", "[".repeat(n), "]".repeat(n));
        assert!(check_shape(deepest(MAX_DEPTH).as_bytes()).is_ok());
        assert!(check_shape(deepest(MAX_DEPTH + 1).as_bytes()).is_err());
        assert!(check_shape("[".repeat(1_000_000).as_bytes()).is_err());
        assert!(check_shape("0,".repeat(1_000_000).as_bytes()).is_err());
    }
}
