//! axum's extractors with our problems: the offending field is named.

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, OptionalFromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{App, Problem};

/// A JSON body, or a JSON answer.
#[derive(Debug)]
pub struct Json<T>(pub T);

/// A query string.
#[derive(Debug)]
pub struct Query<T>(pub T);

/// Parts of the path.
#[derive(Debug)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned> FromRequest<App> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        // A form cannot send this type, so neither can a foreign page without asking first.
        if !is_json(request.headers()) {
            return Err(Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "unsupported_media_type",
                "the body must be application/json",
            ));
        }
        let body = Bytes::from_request(request, app).await.map_err(|rejection| {
            if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
                Problem::too_large(app.options.api_body_bytes)
            } else {
                Problem::malformed("the body could not be read")
            }
        })?;
        from_json(&body).map(Json)
    }
}

/// Syntax is the caller's bug (400); a value that does not fit is a field's problem (422).
pub fn from_json<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    // serde would take an array for any struct, field by field.
    let first = body.iter().find(|byte| !byte.is_ascii_whitespace());
    if first.is_some_and(|&byte| byte != b'{') {
        return Err(Problem::invalid("body", "must be a JSON object"));
    }
    let mut json = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        let inner = error.into_inner();
        if inner.is_data() {
            Problem::invalid(field_of(&path, &inner.to_string()), without_position(&inner))
        } else {
            Problem::malformed(format!("not JSON: {inner}"))
        }
    })?;
    json.end().map_err(|error| Problem::malformed(format!("not JSON: {error}")))?;
    Ok(value)
}

impl<T: DeserializeOwned> FromRequestParts<App> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Problem> {
        let query = axum::extract::Query::<T>::try_from_uri(&parts.uri);
        query.map(|found| Query(found.0)).map_err(|rejection| {
            let text = std::error::Error::source(&rejection)
                .map_or_else(|| rejection.to_string(), ToString::to_string);
            let (path, problem) = text.split_once(": ").unwrap_or(("query", &text));
            if path.contains(' ') {
                return Problem::invalid(field_of(".", &text), text);
            }
            Problem::invalid(field_of(path, problem), problem)
        })
    }
}

impl<T: DeserializeOwned + Send> FromRequestParts<App> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        type Inner<T> = axum::extract::Path<T>;
        let path = <Inner<T> as FromRequestParts<App>>::from_request_parts(parts, app).await;
        path.map(|found| Path(found.0)).map_err(|_| Problem::not_found("resource"))
    }
}

impl<T: Serialize> axum::response::IntoResponse for Json<T> {
    fn into_response(self) -> axum::response::Response {
        match serde_json::to_vec(&self.0) {
            Ok(body) => ([(header::CONTENT_TYPE, "application/json")], body).into_response(),
            Err(error) => Problem::internal(error).into_response(),
        }
    }
}

/// `If-Match: "7"` as a version; `*` or nothing is any version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IfMatch(pub i64);

impl OptionalFromRequestParts<App> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Option<Self>, Problem> {
        let Some(value) = parts.headers.get(header::IF_MATCH) else { return Ok(None) };
        let text = value.to_str().unwrap_or_default().trim();
        if text == "*" {
            return Ok(None);
        }
        // What is not one of our tags matches nothing.
        let version = text.trim_start_matches("W/").trim_matches('"').parse();
        Ok(Some(IfMatch(version.unwrap_or(-1))))
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = kind.and_then(|kind| kind.split(';').next()).unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json")
}

/// serde names a missing or unknown field in its message rather than in the path.
fn field_of(path: &str, problem: &str) -> String {
    let named = problem
        .strip_prefix("missing field `")
        .or_else(|| problem.strip_prefix("unknown field `"))
        .and_then(|rest| rest.split('`').next());
    match (path, named) {
        ("." | "?", Some(name)) => name.to_owned(),
        ("." | "?", None) => "body".to_owned(),
        (path, Some(name)) if path != name && !path.ends_with(&format!(".{name}")) => {
            format!("{path}.{name}")
        }
        (path, _) => path.to_owned(),
    }
}

fn without_position(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let at = format!(" at line {} column {}", error.line(), error.column());
    let text = text.strip_suffix(&at).unwrap_or(&text);
    if text.starts_with("missing field") { "is required".to_owned() } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use model::ProjectSettings;

    use super::*;

    fn field(json: &str) -> String {
        let problem = from_json::<ProjectSettings>(json.as_bytes()).expect_err("refused");
        format!("{} {problem:?}", problem.status())
    }

    #[test]
    fn problems_name_the_field() {
        let wrong_type = field(r#"{"limits":{"burst":"many"}}"#);
        assert!(
            wrong_type.starts_with("422") && wrong_type.contains("limits.burst"),
            "{wrong_type}"
        );
        let unknown = field(r#"{"limits":{"brust":1}}"#);
        assert!(unknown.contains("\"limits.brust\""), "{unknown}");
        assert!(field("{").starts_with("400"));
        assert!(field("{} {}").starts_with("400"));
    }
}
