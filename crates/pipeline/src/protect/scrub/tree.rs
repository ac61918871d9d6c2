//! Whole items: every string at every level, with what its name says about it.

use std::borrow::Cow;

use model::Project;

use super::keys::{KeyClass, classify};
use super::prefilter::look;
use super::{MASKED, contact, numbers, text};
use crate::decode::{Json, Limits, Obj, json};
use crate::protect::pseudonym;

/// JSON inside a string inside JSON … is followed this far; deeper it is treated as text.
const NESTED: u8 = 3;
const NESTED_LIMITS: Limits = Limits { depth: 32, nodes: 20_000 };

#[derive(Clone, Copy)]
pub(crate) struct Scrubber<'p> {
    pub project: &'p Project,
}

impl Scrubber<'_> {
    /// Says whether anything had to be changed.
    pub fn object(&self, obj: &mut Obj<'_>) -> bool {
        self.fields(obj, 0)
    }

    /// Free text of a column.
    pub fn text(&self, value: &mut String) {
        if let Some(clean) = text::text(value, &self.project.settings.privacy.keep_query) {
            *value = clean;
        }
    }

    fn fields(&self, obj: &mut Obj<'_>, nested: u8) -> bool {
        let privacy = &self.project.settings.privacy;
        let mut changed = false;
        if !privacy.disabled_fields.is_empty() {
            let before = obj.0.len();
            obj.0.retain(|(key, _)| !disabled(&privacy.disabled_fields, key));
            changed |= obj.0.len() != before;
        }
        for (key, value) in &mut obj.0 {
            if !privacy.keep_bodies {
                changed |= drop_body(key, value);
            }
            changed |= self.named(classify(key, &privacy.secret_keys), value, nested);
            if let Some(clean) = text::text(key, &[]) {
                *key = Cow::Owned(clean);
                changed = true;
            }
        }
        changed
    }

    fn named(&self, class: KeyClass, value: &mut Json<'_>, nested: u8) -> bool {
        match (class, &mut *value) {
            (_, Json::Null | Json::Bool(_)) => false,
            (KeyClass::Secret, v) => mask(v),
            (KeyClass::SecretText, v @ (Json::Str(_) | Json::Arr(_) | Json::Obj(_))) => mask(v),
            (KeyClass::Contact | KeyClass::Phone, Json::Str(s)) => {
                if let Some(contact) = contact(s) {
                    let salt = &self.project.salt;
                    let name = pseudonym::keyed(salt, contact.prefix(), &contact.normal());
                    *s = Cow::Owned(name);
                    return true;
                }
                self.string(s, nested)
            }
            (KeyClass::Phone, Json::Int(n)) => {
                let name = pseudonym::keyed(&self.project.salt, "phone_", &n.to_string());
                *value = Json::Str(Cow::Owned(name));
                true
            }
            (_, Json::Int(n)) => {
                let Some(mask) = number(*n) else { return false };
                *value = Json::Str(Cow::Borrowed(mask));
                true
            }
            (_, Json::Float(_)) => false,
            (_, Json::Str(s)) => self.string(s, nested),
            (_, Json::Arr(items)) => {
                let mut changed = false;
                for item in items {
                    // Elements are named by the list they stand in.
                    changed |= self.named(class, item, nested);
                }
                changed
            }
            (_, Json::Obj(obj)) => self.fields(obj, nested),
        }
    }

    fn string(&self, s: &mut Cow<'_, str>, nested: u8) -> bool {
        let seen = look(s);
        if !seen.any() {
            return false;
        }
        let structured = matches!(s.trim_start().as_bytes().first(), Some(b'{' | b'['));
        if nested < NESTED
            && structured
            && let Ok(mut inner) = json::parse(s, NESTED_LIMITS)
        {
            if !self.named(KeyClass::Plain, &mut inner, nested + 1) {
                return false;
            }
            let clean = inner.to_text();
            *s = Cow::Owned(clean);
            return true;
        }
        match text::suspected(s, seen, &self.project.settings.privacy.keep_query) {
            Some(clean) => {
                *s = Cow::Owned(clean);
                true
            }
            None => false,
        }
    }
}

/// Fields without which an item means nothing cannot be disabled.
fn disabled(list: &[String], key: &str) -> bool {
    let needed = matches!(key, "type" | "ts" | "time" | "timestamp" | "eventId" | "level");
    !needed && list.iter().any(|name| name == key)
}

fn mask(value: &mut Json<'_>) -> bool {
    match value {
        Json::Str(s) if s.is_empty() || s == MASKED => false,
        other => {
            *other = Json::Str(Cow::Borrowed(MASKED));
            true
        }
    }
}

/// Bodies of failed calls, where both SDKs put them.
fn drop_body(key: &str, value: &mut Json<'_>) -> bool {
    match key {
        "requestBody" | "responseBody" => {
            let had = *value != Json::Null;
            *value = Json::Null;
            had
        }
        "requestData" | "request" | "response" => {
            let Json::Obj(obj) = value else { return false };
            let before = obj.0.len();
            obj.0.retain(|(k, _)| k != "data" && k != "body");
            obj.0.len() != before
        }
        _ => false,
    }
}

/// Numbers are rarely phone numbers: round ones are counts and sizes.
fn number(n: i64) -> Option<&'static str> {
    const SHORTEST_PHONE: i64 = 10_000_000_000;
    if n < SHORTEST_PHONE || n % 1000 == 0 {
        return None;
    }
    numbers::mask_of_digits(&n.to_string())
}
