use std::path::Path;

use super::aliases::{ALIASES, Alias};
use super::layers::{did_you_mean, keys};
use super::{Layers, Origin, suggest};

const PREFIX: &str = "SIGNALBOX_";

/// Read by commands, not settings themselves.
const RESERVED: [&str; 3] = ["SIGNALBOX_CONFIG", "SIGNALBOX_ENV_FILE", "SIGNALBOX_ADMIN_PASSWORD"];

/// The variable of a key: `server.port` is `SIGNALBOX_SERVER__PORT`. One underscore between
/// section and key is understood as well.
pub fn variable(key: &str) -> String {
    format!("{PREFIX}{}", key.replace('.', "__").to_ascii_uppercase())
}

impl Layers {
    /// A named env file first, then the environment itself; within each, our own names win over
    /// the aliases.
    pub fn read_environment(&mut self, file: Option<&Path>, variables: &[(String, String)]) {
        if let Some(path) = file {
            match std::fs::read_to_string(path) {
                Ok(text) => {
                    let named: Vec<_> = text.lines().filter_map(parse_line).collect();
                    self.read_variables(&named, &format!(" in {}", path.display()));
                }
                Err(e) => self.problem(format!("cannot read {}: {e}", path.display())),
            }
        }
        self.read_variables(variables, "");
    }

    fn read_variables(&mut self, variables: &[(String, String)], place: &str) {
        for (name, value) in variables {
            if let Some((_, alias)) = ALIASES.iter().find(|(alias, _)| alias == name) {
                match alias {
                    Alias::Key(key) => {
                        self.set_text(key, value, Origin::Environment(format!("{name}{place}")));
                    }
                    Alias::Ignored(why) => self.warn(format!("{name}{place} is ignored: {why}")),
                }
            }
        }
        for (name, value) in variables {
            if !name.starts_with(PREFIX) || RESERVED.contains(&name.as_str()) {
                continue;
            }
            let single = |name: &str| name.replace("__", "_");
            match keys().find(|(_, _, key)| single(&variable(key)) == single(name)) {
                Some((_, _, key)) => {
                    self.set_text(&key, value, Origin::Environment(format!("{name}{place}")));
                }
                None => {
                    let known: Vec<String> = keys().map(|(_, _, key)| variable(&key)).collect();
                    let hint = suggest::nearest(name, known.iter().map(String::as_str))
                        .map(did_you_mean)
                        .unwrap_or_default();
                    self.problem(format!("{name}{place}: unknown variable{hint}"));
                }
            }
        }
    }
}

/// `NAME=value`, with optional quotes and `export`; comments and blank lines are skipped.
fn parse_line(line: &str) -> Option<(String, String)> {
    let line = line.trim();
    let line = line.strip_prefix("export ").unwrap_or(line);
    if line.starts_with('#') {
        return None;
    }
    let (name, value) = line.split_once('=')?;
    let value = value.trim();
    let unquoted = ['"', '\'']
        .iter()
        .find_map(|q| value.strip_prefix(*q).and_then(|rest| rest.strip_suffix(*q)));
    Some((name.trim().to_owned(), unquoted.unwrap_or(value).to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn env_files_are_read_as_shells_write_them() {
        let pair = |n: &str, v: &str| Some((n.to_owned(), v.to_owned()));
        assert_eq!(parse_line("PORT=3000"), pair("PORT", "3000"));
        assert_eq!(parse_line(" export PORT = \"3000\" "), pair("PORT", "3000"));
        assert_eq!(parse_line("REDIS_PASSWORD="), pair("REDIS_PASSWORD", ""));
        assert_eq!(parse_line("# PORT=1"), None);
        assert_eq!(parse_line(""), None);
    }
}
