use std::borrow::Cow;
use std::fmt;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use store::control::{ControlError, FieldProblem};
use utoipa::ToSchema;

use crate::request_id;

/// An error on its way out: rendered as `application/problem+json` with the request's id.
#[derive(Debug, Clone)]
pub struct Problem {
    status: StatusCode,
    code: &'static str,
    detail: Cow<'static, str>,
    errors: Vec<FieldProblem>,
    retry_after_s: Option<u32>,
}

/// Every error of the API (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Problem)]
pub struct ProblemBody<'a> {
    /// Always `about:blank`: `code` is what tells problems apart.
    #[serde(rename = "type")]
    kind: &'a str,
    title: &'a str,
    status: u16,
    /// Stable, for programs.
    #[schema(example = "invalid_field")]
    code: &'a str,
    /// For people.
    detail: &'a str,
    /// The first field that cannot be accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'a str>,
    /// All of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldError<'a>>,
    request_id: &'a str,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct FieldError<'a> {
    field: &'a str,
    problem: &'a str,
}

impl Problem {
    pub fn new(
        status: StatusCode,
        code: &'static str,
        detail: impl Into<Cow<'static, str>>,
    ) -> Self {
        let detail = detail.into();
        Problem { status, code, detail, errors: Vec::new(), retry_after_s: None }
    }

    /// The request cannot be read at all.
    pub fn malformed(detail: impl Into<Cow<'static, str>>) -> Self {
        Problem::new(StatusCode::BAD_REQUEST, "malformed", detail)
    }

    /// It can be read, but this field cannot be accepted.
    pub fn invalid(field: impl Into<String>, problem: impl Into<String>) -> Self {
        Problem::invalid_fields(vec![FieldProblem { field: field.into(), problem: problem.into() }])
    }

    pub fn invalid_fields(errors: Vec<FieldProblem>) -> Self {
        let detail = errors.first().map(|e| format!("{}: {}", e.field, e.problem));
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        let problem = Problem::new(status, "invalid_field", detail.unwrap_or_default());
        Problem { errors, ..problem }
    }

    pub fn unauthenticated(detail: &'static str) -> Self {
        Problem::new(StatusCode::UNAUTHORIZED, "unauthenticated", detail)
    }

    pub fn forbidden(detail: impl Into<Cow<'static, str>>) -> Self {
        Problem::new(StatusCode::FORBIDDEN, "forbidden", detail)
    }

    pub fn csrf() -> Self {
        let detail = "X-CSRF-Token is missing or not the session's";
        Problem::new(StatusCode::FORBIDDEN, "csrf", detail)
    }

    pub fn not_found(what: &str) -> Self {
        Problem::new(StatusCode::NOT_FOUND, "not_found", format!("no such {what}"))
    }

    pub fn conflict(detail: impl Into<Cow<'static, str>>) -> Self {
        Problem::new(StatusCode::CONFLICT, "conflict", detail)
    }

    pub fn too_large(limit_bytes: usize) -> Self {
        let detail = format!("the body is larger than {limit_bytes} bytes");
        Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", detail)
    }

    pub fn rate_limited(retry_after_s: u32) -> Self {
        let problem =
            Problem::new(StatusCode::TOO_MANY_REQUESTS, "rate_limited", "too many requests");
        problem.retry_after(retry_after_s)
    }

    pub fn overloaded(detail: impl Into<Cow<'static, str>>, retry_after_s: u32) -> Self {
        let problem = Problem::new(StatusCode::SERVICE_UNAVAILABLE, "overloaded", detail);
        problem.retry_after(retry_after_s)
    }

    /// Our fault. The cause goes to the log, not to the caller.
    pub fn internal(cause: impl fmt::Display) -> Self {
        tracing::error!(%cause, request_id = %request_id::current(), "internal error");
        let detail = "something went wrong here; the request id finds it in the log";
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", detail)
    }

    #[must_use]
    pub fn retry_after(self, seconds: u32) -> Self {
        Problem { retry_after_s: Some(seconds.max(1)), ..self }
    }

    pub fn status(&self) -> StatusCode {
        self.status
    }

    pub fn code(&self) -> &'static str {
        self.code
    }

    /// For answers about one of many: all that is wrong with it.
    pub fn into_fields(self) -> Vec<FieldProblem> {
        if self.errors.is_empty() {
            return vec![FieldProblem { field: "body".into(), problem: self.detail.into_owned() }];
        }
        self.errors
    }
}

impl From<ControlError> for Problem {
    fn from(error: ControlError) -> Self {
        match error {
            ControlError::NotFound(what) => Problem::not_found(what),
            ControlError::Invalid(errors) => Problem::invalid_fields(errors),
            ControlError::Conflict(detail) => Problem::conflict(detail),
            stale @ ControlError::Stale { .. } => {
                Problem::new(StatusCode::PRECONDITION_FAILED, "stale", stale.to_string())
            }
            ControlError::Sqlite(_)
            | ControlError::Json(_)
            | ControlError::Sealed
            | ControlError::FromTheFuture { .. }
            | ControlError::Hashing(_) => Problem::internal(error),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let request_id = request_id::current();
        let errors: Vec<_> = self
            .errors
            .iter()
            .map(|e| FieldError { field: &e.field, problem: &e.problem })
            .collect();
        let body = ProblemBody {
            kind: "about:blank",
            title: self.status.canonical_reason().unwrap_or("Error"),
            status: self.status.as_u16(),
            code: self.code,
            detail: &self.detail,
            field: self.errors.first().map(|e| e.field.as_str()),
            errors,
            request_id: &request_id,
        };
        // Strings and numbers always serialise.
        let body = serde_json::to_vec(&body).unwrap_or_default();
        let json = HeaderValue::from_static("application/problem+json");
        let mut response = (self.status, [(header::CONTENT_TYPE, json)], body).into_response();
        if let Some(seconds) = self.retry_after_s {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}
