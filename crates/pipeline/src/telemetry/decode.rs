use std::borrow::Cow;

use model::{Millis, Reason};

use crate::decode::fields::Problem;
use crate::decode::{Fields, Json, Obj};
use crate::normalise::time;
use crate::scene::Scene;

/// The words that senders use for the kinds of events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    Page,
    Event,
    Error,
    Rejection,
    Perf,
    Api,
    Resource,
    WhiteScreen,
    Recording,
}

fn word(text: &str) -> Option<Word> {
    Some(match text {
        "page" | "page_view" | "pageview" | "pageView" => Word::Page,
        "event" | "custom" | "track" => Word::Event,
        "error" => Word::Error,
        "unhandledrejection" | "unhandledRejection" => Word::Rejection,
        "perf" | "performance" | "vital" | "web-vitals" => Word::Perf,
        "api" | "api_call" | "apiCall" => Word::Api,
        "resource" => Word::Resource,
        "whitescreen" | "whiteScreen" | "white_screen" => Word::WhiteScreen,
        "recording" | "recordScreen" => Word::Recording,
        _ => return None,
    })
}

pub(super) struct Decoded<'a> {
    pub word: Word,
    pub obj: Obj<'a>,
}

pub(super) fn item<'a>(scene: &Scene<'_>, raw: &'a str) -> Result<Decoded<'a>, Problem> {
    let mut obj = scene.object(raw)?;
    let kind = match obj.take("type") {
        Some(Json::Str(text)) => word(&text),
        Some(_) => return Err(Problem::at(Reason::Schema, "type", "must be a string")),
        None => return Err(Problem::at(Reason::Schema, "type", "is missing")),
    };
    let word = kind.ok_or(Problem::at(Reason::UnknownKind, "type", "is not a known kind"))?;
    Ok(Decoded { word, obj })
}

/// What a batch says once for all of its events.
#[derive(Debug, Default)]
pub(crate) struct Shared<'a> {
    pub app: String,
    pub env: String,
    pub release: String,
    pub sdk_version: String,
    pub user: String,
    pub role: String,
    pub session: String,
    pub visitor: String,
    pub page_id: String,
    pub url: String,
    pub referrer: String,
    pub flags: Option<Json<'a>>,
    pub device: Option<Obj<'a>>,
    /// How far the sender's clock is behind ours, if it said when it sent.
    pub drift: Option<Millis>,
    pub sample_rate: Option<f64>,
    pub error_sample_rate: Option<f64>,
    /// Everything else, kept on each event.
    pub extra: Obj<'a>,
}

impl<'a> Shared<'a> {
    /// Ids are still raw here: `protect` decides how they are kept.
    pub fn read(scene: &Scene<'_>, mut obj: Obj<'a>) -> Self {
        let user = user(&mut obj);
        obj.take("apiKey");
        obj.take("apikey");
        let device = match obj.take("device") {
            Some(Json::Obj(device)) => Some(device),
            _ => None,
        };
        let sent_at = obj.take("sentAt").as_ref().and_then(time::read);
        let mut fields = Fields::new(obj, &scene.project.settings.limits, false);
        let ids = (fields.short(&["sessionId"]), fields.short(&["visitorId"]));
        let page_id = fields.short(&["pageId"]);
        scene.scrub.object(&mut fields.obj);
        Shared {
            app: fields.short(&["app"]),
            env: fields.short(&["env", "environment"]),
            release: fields.short(&["release"]),
            sdk_version: fields.short(&["sdkVersion"]),
            user: user.id,
            role: user.role,
            session: ids.0,
            visitor: ids.1,
            page_id,
            url: fields.url(&["url", "pageUrl"]),
            referrer: fields.url(&["referrer"]),
            flags: fields.any(&["flags"]),
            device,
            drift: sent_at.map(|sent| scene.received_at.saturating_sub(sent)),
            sample_rate: fields.number(&["sampleRate"]),
            error_sample_rate: fields.number(&["errorSampleRate"]),
            extra: fields.obj,
        }
    }
}

#[derive(Debug, Default)]
pub(crate) struct RawUser {
    pub id: String,
    pub role: String,
}

/// `user: { id, role }`, `user: "id"` or `userId`. What else a user object says stays in place.
pub(crate) fn user(obj: &mut Obj<'_>) -> RawUser {
    let mut user = RawUser::default();
    match obj.take("user") {
        Some(Json::Obj(mut fields)) => {
            user.id = plain(fields.take("id").or_else(|| fields.take("userId")));
            user.role = plain(fields.take("role"));
            if !fields.0.is_empty() {
                obj.0.push((Cow::Borrowed("user"), Json::Obj(fields)));
            }
        }
        other => user.id = plain(other),
    }
    let id = plain(obj.take("userId"));
    if user.id.is_empty() {
        user.id = id;
    }
    let role = plain(obj.take("role"));
    if user.role.is_empty() {
        user.role = role;
    }
    user
}

fn plain(value: Option<Json<'_>>) -> String {
    const LONGEST_ID: usize = 512;
    match value {
        Some(Json::Str(s)) => crate::decode::fields::truncate(s, LONGEST_ID).0,
        Some(v @ (Json::Int(_) | Json::Float(_))) => v.to_text(),
        _ => String::new(),
    }
}

/// The user that a batch claims, for the rate limiter only.
pub(crate) fn claimed_user<'o>(obj: &'o Obj<'_>) -> &'o str {
    let user = match obj.get("user") {
        Some(Json::Obj(user)) => user.get("id"),
        other => other,
    };
    user.or_else(|| obj.get("userId")).and_then(Json::as_str).unwrap_or_default()
}
