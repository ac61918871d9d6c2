use std::fmt;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use model::Project;
use serde::de::{Deserializer, Error, IgnoredAny, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::auth::{ProjectAccess, Publish, Publishing};
use crate::extract::{Json, from_json};
use crate::live::publish::{Batch, ItemProblem, Message, Receipt, Stopped};
use crate::problem::ProblemBody;
use crate::{App, Problem};

/// Events in one request.
const AT_ONCE: usize = 100;

const MAX_KEY: usize = 200;

/// `accepted`, `duplicates` and the events named in `errors` are all that was looked at.
#[derive(Debug, Serialize, ToSchema)]
pub struct PublishReply {
    /// All of it was dealt with and need not be sent again.
    ok: bool,
    accepted: u32,
    /// Were published before, and not again.
    duplicates: u32,
    /// Nothing was published now: the whole request is a repetition.
    duplicate: bool,
    /// What is wrong with single events.
    errors: Vec<ItemProblem>,
    /// Why the rest has to come again: `rate_limited` or `overloaded`.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
}

/// One event, or several.
#[derive(Deserialize, ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "described, never built: the events are read one by one")]
enum PublishRequest {
    One(Message),
    Several { events: Vec<Message> },
}

/// Publish events with a secret key of scope `realtime:publish`
#[utoipa::path(post, path = "/api/publish", tag = "realtime", operation_id = "publish",
    params(("Idempotency-Key" = Option<String>, Header,
        description = "The same for a day: published once")),
    request_body = PublishRequest, security(("secretKey" = [])),
    responses((status = 200, body = PublishReply),
    (status = 413, body = ProblemBody),
    (status = 422, description = "no event could be accepted", body = PublishReply),
    (status = 429, description = "send the rest after `Retry-After`", body = PublishReply),
    (status = 503, description = "send the rest after `Retry-After`", body = PublishReply)))]
pub async fn publish(
    by: Publishing,
    State(app): State<App>,
    headers: HeaderMap,
    Json(body): Json<Box<RawValue>>,
) -> Result<Response, Problem> {
    take(&app, &by.project, &by.actor.name, &headers, &body)
}

/// Publish events in a project
#[utoipa::path(post, path = "/api/projects/{project}/publish", tag = "realtime",
    operation_id = "publish_in_project", params(("project" = String, Path),
    ("Idempotency-Key" = Option<String>, Header)), request_body = PublishRequest,
    security(("session" = [], "csrf" = []), ("secretKey" = [])),
    responses((status = 200, body = PublishReply), (status = 413, body = ProblemBody),
    (status = 422, body = PublishReply), (status = 429, body = PublishReply),
    (status = 503, body = PublishReply)))]
pub async fn publish_in_project(
    access: ProjectAccess<Publish>,
    State(app): State<App>,
    headers: HeaderMap,
    Json(body): Json<Box<RawValue>>,
) -> Result<Response, Problem> {
    take(&app, &access.project, &access.actor.name, &headers, &body)
}

fn take(
    app: &App,
    project: &Project,
    by: &str,
    headers: &HeaderMap,
    body: &RawValue,
) -> Result<Response, Problem> {
    let key = idempotency_key(headers)?;
    let read = |event: &RawValue| {
        from_json::<Message>(event.get().as_bytes()).map_err(Problem::into_fields)
    };
    let messages = match several(body)? {
        Some(events) => events.iter().map(|event| read(event)).collect(),
        None => vec![read(body)],
    };
    Ok(answer(app.live.publish(&Batch { project, by, key, messages })))
}

fn idempotency_key(headers: &HeaderMap) -> Result<Option<&str>, Problem> {
    let Some(value) = headers.get("idempotency-key") else { return Ok(None) };
    let key = value.to_str().ok().filter(|key| (1..=MAX_KEY).contains(&key.len()));
    key.map(Some).ok_or_else(|| {
        Problem::invalid("Idempotency-Key", "must be 1 to 200 visible ASCII characters")
    })
}

/// The events of `{"events": […]}`, unread; `None`: the body is an event itself.
fn several(body: &RawValue) -> Result<Option<Vec<Box<RawValue>>>, Problem> {
    #[derive(Deserialize)]
    struct Probe {
        events: Option<IgnoredAny>,
    }
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Several {
        #[serde(deserialize_with = "few")]
        events: Vec<Box<RawValue>>,
    }
    let body = body.get().as_bytes();
    if from_json::<Probe>(body)?.events.is_none() {
        return Ok(None);
    }
    from_json::<Several>(body).map(|several| Some(several.events))
}

/// A list that is given up as soon as it is too long.
fn few<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Box<RawValue>>, D::Error> {
    struct Few;

    impl<'de> Visitor<'de> for Few {
        type Value = Vec<Box<RawValue>>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "a list of 1 to {AT_ONCE} events")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
            let mut events = Vec::new();
            while let Some(event) = list.next_element()? {
                if events.len() == AT_ONCE {
                    return Err(A::Error::custom(format!("{AT_ONCE} events at most")));
                }
                events.push(event);
            }
            let empty = || A::Error::custom("at least one event");
            (!events.is_empty()).then_some(events).ok_or_else(empty)
        }
    }
    deserializer.deserialize_seq(Few)
}

fn answer(receipt: Receipt) -> Response {
    let taken = receipt.accepted + receipt.duplicates;
    let (status, code, retry_after) = match receipt.stopped {
        Some(Stopped::Overloaded) => (StatusCode::SERVICE_UNAVAILABLE, Some("overloaded"), Some(1)),
        Some(Stopped::RateLimited { retry_after_s }) => {
            (StatusCode::TOO_MANY_REQUESTS, Some("rate_limited"), Some(retry_after_s))
        }
        None if taken == 0 => (StatusCode::UNPROCESSABLE_ENTITY, None, None),
        None => (StatusCode::OK, None, None),
    };
    let reply = PublishReply {
        ok: code.is_none() && receipt.errors.is_empty(),
        accepted: receipt.accepted,
        duplicates: receipt.duplicates,
        duplicate: receipt.accepted == 0 && receipt.duplicates > 0,
        errors: receipt.errors,
        code,
    };
    let mut response = (status, Json(reply)).into_response();
    if let Some(seconds) = retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_was_stopped_hears_when_to_come_again() {
        let told = |stopped, accepted| {
            let response = answer(Receipt { stopped, accepted, ..Receipt::default() });
            let wait = response.headers().get(header::RETRY_AFTER).cloned();
            (response.status().as_u16(), wait.map(|wait| wait.to_str().unwrap().to_owned()))
        };
        let limited = Some(Stopped::RateLimited { retry_after_s: 7 });
        assert_eq!(told(Some(Stopped::Overloaded), 3), (503, Some("1".into())));
        assert_eq!(told(limited, 0), (429, Some("7".into())));
        assert_eq!((told(None, 0), told(None, 1)), ((422, None), (200, None)));
    }
}
