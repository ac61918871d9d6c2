//! One log entry as one line, whatever is in it.

use std::io::Write;

use jiff::Timestamp;
use model::LogEntry;
use serde::Serialize;
use serde_json::value::RawValue;

use super::LogFileFormat;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line<'a> {
    time: String,
    level: &'a str,
    device: &'a str,
    message: &'a str,
    id: &'a str,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    tags: &'a [String],
    #[serde(skip_serializing_if = "str::is_empty")]
    app: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    env: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    release: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    extra: Option<&'a RawValue>,
}

pub(super) fn write(format: LogFileFormat, log: &LogEntry, lines: &mut Vec<u8>) {
    let time = Timestamp::from_millisecond(log.ts).unwrap_or_default().to_string();
    let level = log.level.name();
    let start = lines.len();
    match format {
        LogFileFormat::Ndjson => {
            let LogEntry { device, message, id, tags, app, env, release, .. } = log;
            let extra = serde_json::from_str(&log.extra).ok();
            let line = Line { time, level, device, message, id, tags, app, env, release, extra };
            // A vector takes everything, and the line holds only strings.
            let _ = serde_json::to_writer(&mut *lines, &line);
        }
        LogFileFormat::Text => {
            let LogEntry { device, message, .. } = log;
            let _ = write!(lines, "{time} {level:5} [{device}] {message}");
            if !log.tags.is_empty() {
                let _ = write!(lines, " #{}", log.tags.join(" #"));
            }
        }
    }
    if needs_escaping(&lines[start..]) {
        let escaped = escape(&String::from_utf8_lossy(&lines[start..]));
        lines.truncate(start);
        lines.extend_from_slice(escaped.as_bytes());
    }
    lines.push(b'\n');
}

/// ASCII text without control characters is nearly everything there is.
fn needs_escaping(line: &[u8]) -> bool {
    line.iter().any(|b| !(0x20..0x7f).contains(b))
}

/// Nothing in a line may steer the terminal it is shown on: control characters, and those that
/// turn the writing direction around. `\u001b` is also how JSON would write it.
fn escape(line: &str) -> String {
    let steers = |c: char| {
        c.is_control()
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let mut escaped = String::with_capacity(line.len() + 16);
    for c in line.chars() {
        if steers(c) {
            escaped.push_str(&format!("\\u{:04x}", u32::from(c)));
        } else {
            escaped.push(c);
        }
    }
    escaped
}
