use std::borrow::Cow;

use model::Reason;
use serde::Deserialize;

use crate::decode::fields::Problem;
use crate::decode::{Json, Obj};
use crate::scene::Scene;

/// The types that the SDK itself sends; whatever else a page passes to `log({ type })` is
/// [`Type::Logged`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Type {
    Error,
    UnhandledRejection,
    /// `vue`, `react`: errors that a framework caught.
    Framework,
    Resource,
    /// `xhr`, `fetch`: a call that failed.
    Request,
    Performance,
    WhiteScreen,
    RecordScreen,
    /// `custom` or any other string.
    Logged(String),
}

pub(super) struct Decoded<'a> {
    pub kind: Type,
    pub obj: Obj<'a>,
}

pub(super) fn item<'a>(scene: &Scene<'_>, raw: &'a str) -> Result<Decoded<'a>, Problem> {
    let mut obj = scene.object(raw)?;
    let kind = match obj.take("type") {
        Some(Json::Str(text)) if !text.trim().is_empty() => kind(&text),
        _ => return Err(Problem::at(Reason::UnknownKind, "type", "must be a string")),
    };
    Ok(Decoded { kind, obj })
}

fn kind(text: &str) -> Type {
    match text {
        "error" => Type::Error,
        "unhandledrejection" => Type::UnhandledRejection,
        "vue" | "react" => Type::Framework,
        "resource" => Type::Resource,
        "xhr" | "fetch" => Type::Request,
        "performance" => Type::Performance,
        "whiteScreen" => Type::WhiteScreen,
        "recordScreen" => Type::RecordScreen,
        other => Type::Logged(other.to_owned()),
    }
}

/// Who sends, read before the items are: the first one speaks for all.
#[derive(Debug, Default, Deserialize)]
struct Sender<'a> {
    #[serde(borrow, default, alias = "apiKey")]
    apikey: Option<Cow<'a, str>>,
    #[serde(borrow, default, rename = "userId")]
    user_id: Option<Cow<'a, str>>,
}

/// The key and the user that a report names, as far as they can be read.
pub(crate) fn api_key(raw: &str) -> (Option<String>, String) {
    let sender: Sender<'_> = serde_json::from_str(raw).unwrap_or_default();
    (sender.apikey.map(Cow::into_owned), sender.user_id.unwrap_or_default().into_owned())
}
