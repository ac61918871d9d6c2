use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use toml::Value;

use super::{Config, ConfigError, Field, SECTIONS, SectionInfo, suggest};

/// Read when it exists and no other file was named.
pub const DEFAULT_FILE: &str = "signalbox.toml";

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    Default,
    File(PathBuf),
    Environment(String),
    Flag(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Default => f.write_str("default"),
            Origin::File(path) => write!(f, "file {}", path.display()),
            Origin::Environment(name) => write!(f, "environment {name}"),
            Origin::Flag(flag) => write!(f, "flag {flag}"),
        }
    }
}

#[derive(Debug, Clone)]
pub struct Setting {
    pub value: Value,
    pub origin: Origin,
}

/// Every key with its value and origin; later layers replace earlier ones key by key. Problems
/// are gathered, so that one run tells all of them.
#[derive(Debug)]
pub struct Layers {
    settings: BTreeMap<String, Setting>,
    problems: Vec<String>,
    warnings: Vec<String>,
}

impl Layers {
    pub fn of_defaults() -> Result<Layers, toml::ser::Error> {
        let mut settings = BTreeMap::new();
        for section in SECTIONS {
            for (field, value) in (section.defaults)()? {
                let key = format!("{}.{field}", section.name);
                settings.insert(key, Setting { value, origin: Origin::Default });
            }
        }
        Ok(Layers { settings, problems: Vec::new(), warnings: Vec::new() })
    }

    pub fn get(&self, key: &str) -> Option<&Setting> {
        self.settings.get(key)
    }

    /// A file that was named has to exist; the default one may be missing.
    pub fn read_file(&mut self, named: Option<&Path>) {
        let path = named.unwrap_or(Path::new(DEFAULT_FILE));
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound && named.is_none() => return,
            Err(e) => return self.problem(format!("cannot read {}: {e}", path.display())),
        };
        let table: toml::Table = match text.parse() {
            Ok(table) => table,
            Err(e) => return self.problem(format!("{}: {}", path.display(), e.to_string().trim())),
        };
        let origin = Origin::File(path.to_owned());
        for (section, value) in table {
            let Value::Table(fields) = value else {
                let hint = nearest_key(&section).map(did_you_mean).unwrap_or_default();
                self.problem(format!("{section}: not a section ({origin}){hint}"));
                continue;
            };
            if !SECTIONS.iter().any(|s| s.name == section) {
                let hint = suggest::nearest(&section, SECTIONS.iter().map(|s| s.name));
                let hint = hint.map(|name| did_you_mean(format!("[{name}]"))).unwrap_or_default();
                self.problem(format!("[{section}]: unknown section ({origin}){hint}"));
                continue;
            }
            for (field, value) in fields {
                self.set(&format!("{section}.{field}"), value, origin.clone());
            }
        }
    }

    /// A value written as text, read according to the type of the key's default.
    pub fn set_text(&mut self, key: &str, text: &str, origin: Origin) {
        let value = match self.settings.get(key).map(|s| &s.value) {
            Some(Value::Integer(_)) => text.trim().parse().ok().map(Value::Integer),
            Some(Value::Boolean(_)) => match text.trim().to_ascii_lowercase().as_str() {
                "true" | "1" | "yes" | "on" => Some(Value::Boolean(true)),
                "false" | "0" | "no" | "off" => Some(Value::Boolean(false)),
                _ => None,
            },
            Some(Value::Float(_)) => text.trim().parse().ok().map(Value::Float),
            Some(Value::Array(_)) => {
                let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
                Some(Value::Array(parts.map(|part| Value::String(part.to_owned())).collect()))
            }
            // Also for unknown keys: `set` reports those.
            _ => Some(Value::String(text.to_owned())),
        };
        // What could not be read goes on as text, so that the type error names the key.
        self.set(key, value.unwrap_or_else(|| Value::String(text.to_owned())), origin);
    }

    fn set(&mut self, key: &str, value: Value, origin: Origin) {
        let Some((section, field)) = find(key) else {
            let hint = nearest_key(key).map(did_you_mean).unwrap_or_default();
            return self.problem(format!("{key}: unknown key ({origin}){hint}"));
        };
        match (section.accepts)(field.name, value.clone()) {
            Ok(()) => {
                self.settings.insert(key.to_owned(), Setting { value, origin });
            }
            // The value of a secret must not reach the terminal by way of an error.
            Err(_) if field.secret => self.problem(format!("{key}: has the wrong type ({origin})")),
            Err(problem) => self.problem(format!("{key}: {problem} ({origin})")),
        }
    }

    pub fn problem(&mut self, problem: String) {
        self.problems.push(problem);
    }

    pub fn warn(&mut self, warning: String) {
        self.warnings.push(warning);
    }

    /// The typed configuration, checked key by key and as a whole.
    pub fn finish(&mut self) -> Result<(Config, Vec<String>), ConfigError> {
        let mut problems = std::mem::take(&mut self.problems);
        let mut document = toml::Table::new();
        for (key, setting) in &self.settings {
            if let Some((section, field)) = key.split_once('.')
                && let Value::Table(table) =
                    document.entry(section).or_insert_with(|| Value::Table(toml::Table::new()))
            {
                table.insert(field.to_owned(), setting.value.clone());
            }
        }
        let config: Config = match document.try_into() {
            Ok(config) => config,
            Err(e) => {
                problems.push(e.message().to_owned());
                return Err(ConfigError(problems));
            }
        };
        for problem in config.check() {
            let origin = self.get(&problem.key).map_or(&Origin::Default, |s| &s.origin);
            problems.push(format!("{}: {} ({origin})", problem.key, problem.problem));
        }
        if problems.is_empty() {
            Ok((config, std::mem::take(&mut self.warnings)))
        } else {
            Err(ConfigError(problems))
        }
    }
}

/// Every key, in the order of the sections' definitions.
pub fn keys() -> impl Iterator<Item = (&'static SectionInfo, &'static Field, String)> {
    SECTIONS.iter().flat_map(|section| {
        section.fields.iter().map(move |f| (section, f, format!("{}.{}", section.name, f.name)))
    })
}

pub fn find(key: &str) -> Option<(&'static SectionInfo, &'static Field)> {
    keys().find(|(_, _, name)| name == key).map(|(section, field, _)| (section, field))
}

fn nearest_key(key: &str) -> Option<String> {
    let known: Vec<String> = keys().map(|(_, _, key)| key).collect();
    // A key in the wrong section is meant for the one that has it.
    let field = key.rsplit('.').next().unwrap_or(key);
    let elsewhere = known.iter().find(|k| k.split_once('.').is_some_and(|(_, f)| f == field));
    elsewhere
        .cloned()
        .or_else(|| suggest::nearest(key, known.iter().map(String::as_str)).map(str::to_owned))
}

pub fn did_you_mean(name: impl fmt::Display) -> String {
    format!("; did you mean {name}?")
}
