//! Errors of the page, whatever an SDK calls their parts.

use model::{ErrorClass, Event, Kind};

use super::kinds::set_duration;
use crate::decode::Fields;
use crate::normalise::fingerprint;
use crate::protect::scrub;
use crate::scene::Scene;

pub(super) fn read(
    scene: &Scene<'_>,
    fields: &mut Fields<'_, '_>,
    event: &mut Event,
    class: Option<ErrorClass>,
) {
    event.kind = Kind::Error;
    event.ok = Some(false);
    event.name = fields.short(&["name"]);
    event.message = fields.text(&["message", "reason"]);
    event.stack = fields.text(&["stack"]);
    let keep = &scene.project.settings.privacy.keep_query;
    event.file = scrub::url(&fields.url(&["file", "fileName", "filename", "source"]), keep);
    event.line = fields.int(&["line", "lineno", "lineNumber"]);
    event.column = fields.int(&["column", "colno", "columnNumber"]);
    event.fatal = fields.flag(&["fatal"]);
    event.status = fields.int(&["status"]);
    set_duration(event, fields.number(&["durationMs", "duration"]));
    let said = fields.short(&["class", "category"]);
    let said = match said.as_str() {
        "vue" | "react" => Some(ErrorClass::Framework),
        other => ErrorClass::parse(other),
    };
    event.class = Some(class.or(said).unwrap_or_else(|| by_name(&event.name)));
    if event.name.is_empty() {
        event.name = name_in(&event.message).unwrap_or("Error").to_owned();
    }
    event.fingerprint = fingerprint::of(event);
}

fn by_name(name: &str) -> ErrorClass {
    match name {
        "UnhandledRejection" | "unhandledrejection" => ErrorClass::Promise,
        "ResourceError" => ErrorClass::Resource,
        "HttpError" | "ApiError" => ErrorClass::Http,
        _ => ErrorClass::Js,
    }
}

/// `TypeError` of `Uncaught TypeError: x is not a function`.
pub(crate) fn name_in(message: &str) -> Option<&str> {
    let rest = message.strip_prefix("Uncaught ").unwrap_or(message);
    let rest = rest.strip_prefix("(in promise) ").unwrap_or(rest);
    let (name, _) = rest.split_once(':')?;
    let word = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    let typical = name.ends_with("Error") || name.ends_with("Exception");
    (word && typical && name.len() <= 64).then_some(name)
}

/// A resource that failed to load is an error; one that loaded is performance.
pub(super) fn resource(scene: &Scene<'_>, fields: &mut Fields<'_, '_>, event: &mut Event) {
    event.ok = ok(fields);
    event.name = fields.short(&["name", "initiatorType"]);
    event.message = fields.text(&["message", "reason"]);
    let keep = &scene.project.settings.privacy.keep_query;
    event.file = scrub::url(&fields.url(&["src", "file", "resourceUrl"]), keep);
    set_duration(event, fields.number(&["durationMs", "duration"]));
    if event.ok == Some(false) || event.ok.is_none() && !event.message.is_empty() {
        event.kind = Kind::Error;
        event.class = Some(ErrorClass::Resource);
        event.ok = Some(false);
        event.fingerprint = fingerprint::of(event);
    } else {
        event.kind = Kind::Perf;
    }
}

/// `ok: true`, or `status: 'ok' | 'error'`.
pub(super) fn ok(fields: &mut Fields<'_, '_>) -> Option<bool> {
    if let Some(ok) = fields.flag(&["ok"]) {
        return Some(ok);
    }
    match fields.short(&["status"]).as_str() {
        "ok" => Some(true),
        "error" => Some(false),
        _ => None,
    }
}
