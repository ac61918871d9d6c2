//! Where each type of report keeps what the columns want.

use model::{DeviceType, ErrorClass, Event, Kind, bucket};

use super::decode::Type;
use crate::decode::{Fields, Json, Obj};
use crate::normalise::path;
use crate::protect::scrub;
use crate::scene::Scene;
use crate::telemetry::name_in;

pub(super) fn read(scene: &Scene<'_>, kind: &Type, fields: &mut Fields<'_, '_>, event: &mut Event) {
    event.ok = ok(fields);
    event.message = fields.text(&["message"]);
    match kind {
        Type::Error => code(scene, ErrorClass::Js, fields, event),
        Type::UnhandledRejection => code(scene, ErrorClass::Promise, fields, event),
        Type::Framework => code(scene, ErrorClass::Framework, fields, event),
        Type::Resource => resource(scene, fields, event),
        Type::Request => request(scene, fields, event),
        Type::Logged(name) => logged(scene, name, fields, event),
        Type::WhiteScreen => event.kind = Kind::WhiteScreen,
        Type::Performance | Type::RecordScreen => {}
    }
}

/// `status: 'ok' | 'error'`; other values stay among the extra fields.
pub(super) fn ok(fields: &mut Fields<'_, '_>) -> Option<bool> {
    let ok = match fields.obj.get("status").and_then(Json::as_str) {
        Some("ok") => true,
        Some("error") => false,
        _ => return None,
    };
    fields.obj.take("status");
    Some(ok)
}

fn code(scene: &Scene<'_>, class: ErrorClass, fields: &mut Fields<'_, '_>, event: &mut Event) {
    event.kind = Kind::Error;
    event.class = Some(class);
    frame(scene, fields, event);
    let fallback = match class {
        ErrorClass::Promise => "UnhandledRejection",
        _ => "Error",
    };
    event.name = fields.short(&["name"]);
    if event.name.is_empty() {
        event.name = name_in(&event.message).unwrap_or(fallback).to_owned();
    }
}

fn frame(scene: &Scene<'_>, fields: &mut Fields<'_, '_>, event: &mut Event) {
    let keep = &scene.project.settings.privacy.keep_query;
    event.file = scrub::url(&fields.url(&["fileName"]), keep);
    event.line = fields.int(&["line"]);
    event.column = fields.int(&["column"]);
    event.line = event.line.or_else(|| fields.int(&["lineNumber"]));
    event.column = event.column.or_else(|| fields.int(&["columnNumber"]));
    event.stack = fields.text(&["stack"]);
}

/// The message is `<url>; <text>`, the name an element (1.x: its Chinese name).
fn resource(scene: &Scene<'_>, fields: &mut Fields<'_, '_>, event: &mut Event) {
    event.kind = Kind::Error;
    event.class = Some(ErrorClass::Resource);
    let said = fields.short(&["name"]);
    event.name = match said.as_str() {
        "图片" => "img",
        "js脚本" => "script",
        "css样式" | "样式" => "link",
        other => other,
    }
    .to_owned();
    if event.name != said {
        fields.obj.0.push(("name".into(), Json::Str(said.into())));
    }
    let url = event.message.split("; ").next().unwrap_or_default();
    event.file = scrub::url(url, &scene.project.settings.privacy.keep_query);
}

/// A call that failed: an error about a call, with the call's own columns.
fn request(scene: &Scene<'_>, fields: &mut Fields<'_, '_>, event: &mut Event) {
    event.kind = Kind::Error;
    event.class = Some(ErrorClass::Http);
    let url = fields.url(&["url"]);
    event.file = scrub::url(&url, &scene.project.settings.privacy.keep_query);
    let inside = |name: &str, key: &str| match fields.obj.get(name) {
        Some(Json::Obj(o)) => o.get(key),
        _ => None,
    };
    let method = inside("requestData", "method").and_then(Json::as_str).unwrap_or("GET");
    event.name = format!("{} {}", method.to_ascii_uppercase(), path::template(&event.file));
    let status = inside("response", "Status").and_then(Json::as_f64);
    event.status = status.filter(|s| (0.0..1000.0).contains(s)).map(|s| s as i32);
    event.duration_ms = fields.number(&["elapsedTime"]).filter(|ms| *ms >= 0.0);
    event.duration_bucket = event.duration_ms.and_then(bucket::of);
    let name: String =
        event.name.chars().take(scene.project.settings.limits.field_chars as usize).collect();
    event.name = name;
}

/// What a page passed to `log()`: an error unless it says that all is well.
fn logged(scene: &Scene<'_>, name: &str, fields: &mut Fields<'_, '_>, event: &mut Event) {
    frame(scene, fields, event);
    event.name = name.chars().take(scene.project.settings.limits.field_chars as usize).collect();
    if event.ok == Some(true) {
        event.kind = Kind::Event;
    } else {
        event.kind = Kind::Error;
        event.class = Some(ErrorClass::Custom);
    }
}

/// What the SDK found out wins over the `User-Agent` of the request. The strings themselves stay
/// among the extra fields where no column has them.
pub(super) fn device<'a>(
    scene: &Scene<'_>,
    device: Option<Obj<'a>>,
    fields: &mut Fields<'a, '_>,
    event: &mut Event,
) {
    let Some(mut device) = device else { return };
    if let Some(Json::Str(ua)) = device.get("ua") {
        let agent = scene.agents.read(ua);
        let bot = event.bot || agent.bot;
        if *agent != *scene.agent && !agent.browser.is_empty() {
            agent.apply(event);
        }
        event.bot = bot;
    }
    let mut said = |key: &str| {
        let value = match device.take(key)? {
            Json::Str(s) => crate::decode::fields::truncate(s, 128).0,
            n @ (Json::Int(_) | Json::Float(_)) => n.to_text(),
            _ => return None,
        };
        // The SDK's word for not knowing.
        (!value.is_empty() && value != "Unknow").then_some(value)
    };
    for (key, column) in [
        ("browser", &mut event.browser),
        ("browserVersion", &mut event.browser_version),
        ("os", &mut event.os),
        ("osVersion", &mut event.os_version),
        ("device", &mut event.device),
    ] {
        if let Some(value) = said(key) {
            *column = value;
        }
    }
    let kind = said("device_type");
    event.bot |=
        event.browser.contains("Headless") || device.get("webdriver") == Some(&Json::Bool(true));
    match kind.as_deref().map(str::to_ascii_lowercase).as_deref() {
        _ if event.bot => event.device_type = DeviceType::Bot,
        Some("pc" | "desktop") => event.device_type = DeviceType::Desktop,
        Some("mobile") => event.device_type = DeviceType::Mobile,
        Some("tablet" | "pad") => event.device_type = DeviceType::Tablet,
        _ => {}
    }
    if let Some(kind) = kind {
        device.0.push(("device_type".into(), Json::Str(kind.into())));
    }
    if !device.0.is_empty() {
        fields.obj.0.push(("deviceInfo".into(), Json::Obj(device)));
    }
}
