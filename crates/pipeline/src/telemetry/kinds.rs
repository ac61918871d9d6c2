//! The columns that depend on the kind.

use model::{ErrorClass, Event, Kind, Reason, bucket};

use super::decode::Word;
use super::{errors, perf};
use crate::decode::Fields;
use crate::decode::fields::Problem;
use crate::normalise::path;
use crate::protect::scrub;
use crate::scene::Scene;

pub(super) fn read(
    scene: &Scene<'_>,
    word: Word,
    fields: &mut Fields<'_, '_>,
    event: &mut Event,
) -> Result<perf::Metrics, Problem> {
    match word {
        Word::Page => page(scene, fields, event)?,
        Word::Event => named(fields, event)?,
        // An error is worth keeping whatever is wrong with its details.
        Word::Error => fields.relaxed(|f| errors::read(scene, f, event, None)),
        Word::Rejection => {
            fields.relaxed(|f| errors::read(scene, f, event, Some(ErrorClass::Promise)));
        }
        Word::Api => api(scene, fields, event)?,
        Word::Resource => errors::resource(scene, fields, event),
        Word::Perf => return perf::read(fields, event),
        Word::WhiteScreen => {
            event.kind = Kind::WhiteScreen;
            event.name = fields.short(&["name"]);
            event.ok = errors::ok(fields);
        }
        Word::Recording => {}
    }
    Ok(perf::Metrics::default())
}

fn page(scene: &Scene<'_>, fields: &mut Fields<'_, '_>, event: &mut Event) -> Result<(), Problem> {
    event.kind = Kind::Page;
    let mut name = fields.url(&["name", "path"]);
    if name.is_empty() {
        name.clone_from(&event.url);
    }
    if name.is_empty() {
        return Err(Problem::at(Reason::Schema, "name", "is missing"));
    }
    let route = name.starts_with('/') || name.contains("://");
    if event.url.is_empty() && route {
        event.url = scrub::url(&name, &scene.project.settings.privacy.keep_query);
    }
    // A route is counted by its template; a name that is none stays a name.
    event.name = if route { path::template(&name) } else { name };
    if route {
        event.path.clone_from(&event.name);
    }
    set_duration(event, fields.number(&["stayMs", "durationMs", "duration"]));
    Ok(())
}

fn named(fields: &mut Fields<'_, '_>, event: &mut Event) -> Result<(), Problem> {
    event.kind = Kind::Event;
    event.name = fields.short(&["name"]);
    if event.name.is_empty() {
        fields.check()?;
        return Err(Problem::at(Reason::Schema, "name", "is missing"));
    }
    // An event of one's own may mean anything by these.
    fields.relaxed(|fields| {
        event.status = fields.int(&["status"]);
        event.ok = fields.flag(&["ok"]);
        event.value = fields.number(&["value"]);
        set_duration(event, fields.number(&["durationMs", "duration"]));
    });
    Ok(())
}

fn api(scene: &Scene<'_>, fields: &mut Fields<'_, '_>, event: &mut Event) -> Result<(), Problem> {
    event.kind = Kind::Api;
    let name = fields.url(&["name"]);
    let (mut method, mut target) = match name.split_once(' ') {
        Some((method, target)) => (method.to_owned(), target.trim().to_owned()),
        None => (String::new(), name),
    };
    let own = fields.short(&["method"]);
    if method.is_empty() {
        method = own;
    }
    if target.is_empty() {
        target = fields.url(&["path"]);
        if target.is_empty() {
            target.clone_from(&event.url);
        }
    }
    if target.is_empty() {
        return Err(Problem::at(Reason::Schema, "name", "is missing"));
    }
    let template = path::template(&target);
    let method = if method.is_empty() { "GET".to_owned() } else { method.to_ascii_uppercase() };
    event.name = format!("{method} {template}");
    event.file = scrub::url(&target, &scene.project.settings.privacy.keep_query);
    if event.path.is_empty() {
        event.path = template;
    }
    event.status = fields.int(&["status", "statusCode"]);
    event.message = fields.text(&["reason", "message"]);
    event.retries = fields.int(&["retries"]);
    event.timed_out = fields.flag(&["timeout", "timedOut"]);
    let own = fields.flag(&["ok"]);
    event.ok = event.status.map(|s| (100..400).contains(&s)).or(own);
    if event.ok.is_none() && !event.message.is_empty() || event.timed_out == Some(true) {
        event.ok = Some(false);
    }
    set_duration(event, fields.number(&["durationMs", "duration", "elapsedTime"]));
    Ok(())
}

pub(super) fn set_duration(event: &mut Event, ms: Option<f64>) {
    event.duration_ms = ms.filter(|ms| *ms >= 0.0);
    event.duration_bucket = event.duration_ms.and_then(bucket::of);
}
