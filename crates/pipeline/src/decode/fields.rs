//! Takes typed fields out of an item, truncating what is over-long and remembering that it did.

use std::borrow::Cow;

use model::Reason;
use model::settings::Limits as ProjectLimits;

use super::json::{Json, Obj};

/// Why one item was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    pub reason: Reason,
    pub field: Option<Cow<'static, str>>,
    pub detail: &'static str,
}

impl Problem {
    pub const fn new(reason: Reason, detail: &'static str) -> Self {
        Problem { reason, field: None, detail }
    }

    pub fn at(reason: Reason, field: &'static str, detail: &'static str) -> Self {
        Problem { reason, field: Some(Cow::Borrowed(field)), detail }
    }
}

#[derive(Debug)]
pub(crate) struct Fields<'a, 'l> {
    pub obj: Obj<'a>,
    pub truncated: Vec<&'static str>,
    limits: &'l ProjectLimits,
    /// Own formats refuse a field of the wrong type; foreign ones keep it among the extra fields.
    strict: bool,
    problem: Option<Problem>,
}

impl<'a, 'l> Fields<'a, 'l> {
    pub fn new(obj: Obj<'a>, limits: &'l ProjectLimits, strict: bool) -> Self {
        Fields { obj, truncated: Vec::new(), limits, strict, problem: None }
    }

    /// The first field that had the wrong type, if any.
    pub fn check(&mut self) -> Result<(), Problem> {
        self.problem.take().map_or(Ok(()), Err)
    }

    /// A name or id: the first of `keys` that is there. Numbers and booleans are written out.
    pub fn short(&mut self, keys: &[&'static str]) -> String {
        self.string(keys, self.limits.field_chars as usize)
    }

    pub fn url(&mut self, keys: &[&'static str]) -> String {
        self.string(keys, self.limits.field_chars as usize * 4)
    }

    /// A message or a stack. What is no string is kept as JSON.
    pub fn text(&mut self, keys: &[&'static str]) -> String {
        let max = self.limits.text_chars as usize;
        for key in keys {
            match self.obj.take(key) {
                None | Some(Json::Null) => {}
                Some(Json::Str(s)) => return self.cut(key, s, max),
                Some(other) => return self.cut(key, Cow::Owned(other.to_text()), max),
            }
        }
        String::new()
    }

    fn string(&mut self, keys: &[&'static str], max: usize) -> String {
        for key in keys {
            match self.obj.take(key) {
                None | Some(Json::Null) => {}
                Some(Json::Str(s)) => return self.cut(key, s, max),
                Some(v @ (Json::Int(_) | Json::Float(_) | Json::Bool(_))) => return v.to_text(),
                Some(other) => self.wrong(key, other, "must be a string"),
            }
        }
        String::new()
    }

    pub fn number(&mut self, keys: &[&'static str]) -> Option<f64> {
        for key in keys {
            match self.obj.take(key) {
                None | Some(Json::Null) => {}
                Some(Json::Str(s)) if s.trim().is_empty() => {}
                Some(v) => match v.as_f64() {
                    Some(n) => return Some(n),
                    None => self.wrong(key, v, "must be a number"),
                },
            }
        }
        None
    }

    pub fn int(&mut self, keys: &[&'static str]) -> Option<i32> {
        let number = self.number(keys)?.trunc();
        let fits = (f64::from(i32::MIN)..=f64::from(i32::MAX)).contains(&number);
        fits.then_some(number as i32)
    }

    pub fn flag(&mut self, keys: &[&'static str]) -> Option<bool> {
        for key in keys {
            match self.obj.take(key) {
                None | Some(Json::Null) => {}
                Some(Json::Bool(b)) => return Some(b),
                Some(Json::Int(n @ 0..=1)) => return Some(n == 1),
                Some(Json::Str(s)) if s == "true" || s == "false" => return Some(s == "true"),
                Some(v) => self.wrong(key, v, "must be true or false"),
            }
        }
        None
    }

    pub fn object(&mut self, keys: &[&'static str]) -> Option<Obj<'a>> {
        for key in keys {
            match self.obj.take(key) {
                None | Some(Json::Null) => {}
                Some(Json::Obj(o)) => return Some(o),
                Some(v) => self.wrong(key, v, "must be an object"),
            }
        }
        None
    }

    /// What the original says under `key`, whatever its type.
    pub fn any(&mut self, keys: &[&'static str]) -> Option<Json<'a>> {
        keys.iter().find_map(|key| self.obj.take(key)).filter(|v| *v != Json::Null)
    }

    /// Reads without refusing: what has the wrong type stays among the extra fields.
    pub fn relaxed<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> T {
        let strict = std::mem::replace(&mut self.strict, false);
        let value = read(self);
        self.strict = strict;
        value
    }

    fn wrong(&mut self, key: &'static str, value: Json<'a>, detail: &'static str) {
        if self.strict {
            self.problem.get_or_insert(Problem::at(Reason::Schema, key, detail));
        } else {
            self.obj.0.push((Cow::Borrowed(key), value));
        }
    }

    fn cut(&mut self, key: &'static str, text: Cow<'_, str>, max_chars: usize) -> String {
        let (text, cut) = truncate(text, max_chars);
        if cut && !self.truncated.contains(&key) {
            self.truncated.push(key);
        }
        text
    }

    /// Everything nobody took, as one JSON object of at most `budget` bytes.
    pub fn rest(self, budget: usize) -> String {
        let Fields { obj, truncated, .. } = self;
        bounded(obj, truncated.into_iter().map(str::to_owned).collect(), budget)
    }
}

/// At most `max_chars` characters of `text`, and whether something was cut.
pub(crate) fn truncate(text: Cow<'_, str>, max_chars: usize) -> (String, bool) {
    if text.len() <= max_chars {
        return (text.into_owned(), false);
    }
    match text.char_indices().nth(max_chars) {
        None => (text.into_owned(), false),
        Some((at, _)) => (text[..at].to_owned(), true),
    }
}

/// An object as JSON within `budget` bytes: fields that do not fit are left out and named under
/// `truncated`; of lists the newest elements that fit are kept. Empty for an empty object.
pub(crate) fn bounded(mut obj: Obj<'_>, mut truncated: Vec<String>, budget: usize) -> String {
    if obj.0.is_empty() && truncated.is_empty() {
        return String::new();
    }
    let mut text = obj_text(&obj);
    if text.len() > budget {
        obj.0.sort_by_cached_key(|(_, v)| v.to_text().len());
        let mut left = budget;
        obj.0.retain_mut(|(key, value)| {
            let overhead = key.len() + 8;
            if !shrink(value, left.saturating_sub(overhead)) {
                let size = value.to_text().len() + overhead;
                left = left.saturating_sub(size);
                return true;
            }
            push_name(&mut truncated, key);
            let size = value.to_text().len() + overhead;
            let keep = *value != Json::Null && size <= left;
            left = if keep { left - size } else { left };
            keep
        });
        text = obj_text(&obj);
    }
    if !truncated.is_empty() {
        let names = truncated.into_iter().map(|n| Json::Str(Cow::Owned(n))).collect();
        obj.0.push((Cow::Borrowed("truncated"), Json::Arr(names)));
        text = obj_text(&obj);
    }
    text
}

fn obj_text(obj: &Obj<'_>) -> String {
    serde_json::to_string(obj).unwrap_or_default()
}

fn push_name(names: &mut Vec<String>, name: &str) {
    const MAX_NAMES: usize = 16;
    if names.len() < MAX_NAMES {
        names.push(truncate(Cow::Borrowed(name), 64).0);
    }
}

/// Makes a value fit, and says whether it had to be changed. `Null` is what is left of something
/// that cannot be made smaller.
fn shrink(value: &mut Json<'_>, budget: usize) -> bool {
    if value.to_text().len() <= budget {
        return false;
    }
    match value {
        Json::Arr(items) => {
            let mut left = budget.saturating_sub(2);
            let kept = items
                .iter()
                .rev()
                .take_while(|item| match left.checked_sub(item.to_text().len() + 1) {
                    Some(rest) => {
                        left = rest;
                        true
                    }
                    None => false,
                })
                .count();
            items.drain(..items.len() - kept);
            if kept == 0 {
                *value = Json::Null;
            }
        }
        Json::Str(s) => {
            // Escapes take up to six bytes for one.
            let (cut, _) = truncate(Cow::Borrowed(s), budget / 6);
            *value = if cut.is_empty() { Json::Null } else { Json::Str(Cow::Owned(cut)) };
        }
        _ => *value = Json::Null,
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::json::{Limits, parse};

    fn object(text: &str) -> Obj<'_> {
        match parse(text, Limits { depth: 9, nodes: 9999 }).expect("json") {
            Json::Obj(o) => o,
            _ => panic!("an object"),
        }
    }

    #[test]
    fn over_long_fields_are_cut_between_characters_and_named() {
        let limits = ProjectLimits { field_chars: 16, ..ProjectLimits::default() };
        let text = format!(r#"{{"name":"{}","x":1}}"#, "点".repeat(20));
        let mut fields = Fields::new(object(&text), &limits, true);
        assert_eq!(fields.short(&["name"]), "点".repeat(16));
        assert_eq!(fields.rest(1000), r#"{"x":1,"truncated":["name"]}"#);
    }

    #[test]
    fn wrong_types_are_refused_or_kept() {
        let limits = ProjectLimits::default();
        let mut strict = Fields::new(object(r#"{"line":[1]}"#), &limits, true);
        assert_eq!(strict.int(&["line"]), None);
        let problem = strict.check().expect_err("wrong type");
        assert_eq!((problem.reason, problem.field.as_deref()), (Reason::Schema, Some("line")));
        let mut lenient = Fields::new(object(r#"{"line":[1]}"#), &limits, false);
        assert_eq!(lenient.int(&["line"]), None);
        assert!(lenient.check().is_ok());
        assert_eq!(lenient.rest(100), r#"{"line":[1]}"#);
    }

    #[test]
    fn the_budget_holds_and_keeps_the_newest() {
        let text = format!(
            r#"{{"breadcrumb":[{}],"small":1,"huge":{{"a":"{}"}}}}"#,
            (0..100).map(|n| format!("{{\"n\":{n}}}")).collect::<Vec<_>>().join(","),
            "x".repeat(5000),
        );
        let kept = bounded(object(&text), Vec::new(), 400);
        assert!(kept.len() < 460, "{}", kept.len());
        assert!(kept.contains(r#""small":1"#) && kept.contains(r#"{"n":99}"#), "{kept}");
        assert!(!kept.contains(r#"{"n":0}"#), "{kept}");
        assert!(kept.contains(r#""truncated":["breadcrumb","huge"]"#), "{kept}");
    }
}
