//! What makes two errors the same error: kind, message without what varies in it, and the frames
//! of the page's own code.

use std::fmt::Write;

use model::{ErrorClass, Event};

use super::path;

/// Frames nearest to the error decide; deeper ones differ by who called.
const FRAMES: usize = 3;
/// Stacks are read no further than this.
const MAX_LINES: usize = 64;

/// Sixteen hex digits; the event is already scrubbed and its columns are set.
pub(crate) fn of(event: &Event) -> String {
    let class = event.class.unwrap_or_default();
    let mut hasher = blake3::Hasher::new();
    let mut add = |part: &str| {
        hasher.update(part.as_bytes()).update(b"\n");
    };
    add(class.name());
    match class {
        // The call or the file is the error; its message only repeats it.
        ErrorClass::Http => {
            add(&event.name);
            add(&event.status.map_or_else(String::new, |s| s.to_string()));
        }
        ErrorClass::Resource => {
            add(&event.name);
            add(&path::template(&event.file));
        }
        _ => {
            add(&event.name);
            add(&message(&event.message));
            let frames = frames(&event.stack);
            if frames.is_empty() {
                let line = event.line.unwrap_or(0);
                add(&format!("{}:{line}", path::template(&event.file)));
            }
            frames.iter().for_each(|f| add(f));
        }
    }
    hex::encode(&hasher.finalize().as_bytes()[..8])
}

/// The first line, without numbers, hashes, ids and hosts.
fn message(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    let line = line.strip_prefix("Uncaught ").unwrap_or(line);
    let line = line.strip_prefix("(in promise) ").unwrap_or(line);
    let mut out = String::with_capacity(line.len().min(512));
    for word in line.split_inclusive([' ', ',', ';', '(', ')', '\'', '"', '`']) {
        let stop =
            word.len() - usize::from(word.ends_with([' ', ',', ';', '(', ')', '\'', '"', '`']));
        let (core, end) = word.split_at(stop);
        if core.contains("://") {
            out.push_str(&path::template(core));
        } else if path::is_uuid(core) {
            out.push('#');
        } else {
            push_without_numbers(core, &mut out);
        }
        out.push_str(end);
        if out.len() > 512 {
            break;
        }
    }
    out
}

/// Runs of digits become `#`, and so do long hexadecimal words.
fn push_without_numbers(word: &str, out: &mut String) {
    let hex = word.len() >= 8
        && word.bytes().all(|b| b.is_ascii_hexdigit())
        && word.bytes().any(|b| b.is_ascii_digit());
    if hex {
        out.push('#');
        return;
    }
    let mut in_number = false;
    for c in word.chars() {
        match (c.is_ascii_digit(), in_number) {
            (true, false) => out.push('#'),
            (false, _) => out.push(c),
            (true, true) => {}
        }
        in_number = c.is_ascii_digit();
    }
}

/// `function@file` of the nearest frames of the page's own code.
fn frames(stack: &str) -> Vec<String> {
    let all = stack.lines().take(MAX_LINES).filter_map(frame);
    let (own, foreign): (Vec<Frame<'_>>, Vec<Frame<'_>>) = all.partition(|f| f.in_app());
    let chosen = if own.is_empty() { foreign } else { own };
    chosen.iter().take(FRAMES).map(Frame::write).collect()
}

struct Frame<'a> {
    function: &'a str,
    file: &'a str,
    line: &'a str,
}

impl Frame<'_> {
    fn in_app(&self) -> bool {
        const FOREIGN: [&str; 8] = [
            "node_modules",
            "extension://",
            "<anonymous>",
            "native code",
            "webpack/",
            "vendor",
            "chunk-vendors",
            "polyfill",
        ];
        !self.file.is_empty() && !FOREIGN.iter().any(|sign| self.file.contains(sign))
    }

    /// A named function is the same function on another line; an unnamed one is its line.
    fn write(&self) -> String {
        let mut out = path::template(self.file);
        let written = match self.function {
            "" | "?" | "<anonymous>" | "eval" => write!(out, ":{}", self.line),
            name => write!(out, "@{name}"),
        };
        debug_assert!(written.is_ok(), "writing to a String cannot fail");
        out
    }
}

/// Chrome: `at name (file:1:2)` or `at file:1:2`; Firefox and Safari: `name@file:1:2`.
fn frame(line: &str) -> Option<Frame<'_>> {
    let line = line.trim();
    let (function, place) = if let Some(rest) = line.strip_prefix("at ") {
        match rest.rsplit_once(" (") {
            Some((name, place)) => (name, place.strip_suffix(')').unwrap_or(place)),
            None => ("", rest),
        }
    } else {
        let (name, place) = line.split_once('@')?;
        (name.trim_end_matches(['/', '<']), place)
    };
    let function = function.strip_prefix("async ").unwrap_or(function);
    let function = function.strip_prefix("new ").unwrap_or(function);
    let mut parts = place.rsplitn(3, ':');
    let (last, middle, file) = (parts.next(), parts.next(), parts.next());
    let numeric =
        |s: Option<&str>| s.is_some_and(|s| s.bytes().all(|b| b.is_ascii_digit()) && !s.is_empty());
    let (file, at) = match (file, numeric(middle), numeric(last)) {
        (Some(file), true, true) => (file, middle.unwrap_or_default()),
        (_, _, true) => (&place[..place.rfind(':')?], last.unwrap_or_default()),
        _ => (place, ""),
    };
    Some(Frame { function, file, line: at })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn error(message: &str, stack: &str) -> Event {
        Event { message: message.into(), stack: stack.into(), ..Event::default() }
    }

    #[test]
    fn the_same_error_in_other_words_is_the_same() {
        let chrome = "TypeError: x\n    at save (https://a/assets/app.3f9c2b1a.js:10:5)\n    at https://a/node_modules/vue.js:1:1";
        let later = "TypeError: x\n    at save (https://b/assets/app.99aa00bb.js:12:9)";
        let firefox = "save@https://a/assets/app.3f9c2b1a.js:10:5";
        let first = of(&error("Uncaught TypeError: order 12 is gone", chrome));
        assert_eq!(first, of(&error("TypeError: order 977 is gone", later)));
        assert_eq!(first, of(&error("TypeError: order 977 is gone", firefox)));
        assert_ne!(first, of(&error("TypeError: order 12 is here", chrome)));
        assert_ne!(
            first,
            of(&error("Uncaught TypeError: order 12 is gone", "at load (https://a/b.js:1:1)"))
        );
        assert_eq!(first.len(), 16);
    }

    #[test]
    fn without_a_stack_the_place_decides() {
        let at = |line| Event { line: Some(line), file: "http://h/a.js".into(), ..error("m", "") };
        assert_eq!(of(&at(3)), of(&at(3)));
        assert_ne!(of(&at(3)), of(&at(4)));
    }

    proptest! {
        #[test]
        fn any_stack_can_be_read(message in ".*", stack in "(.*\n){0,5}") {
            of(&error(&message, &stack));
        }
    }
}
