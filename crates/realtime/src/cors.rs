use http::StatusCode;
use http::header::{self, HeaderMap, HeaderValue};

use crate::answer::{Answer, empty};

/// For a browser to show an answer to a page of an origin that is allowed; nothing for others.
pub fn headers(request: &HeaderMap, allowed: &dyn Fn(&str) -> bool) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let origin = request.get(header::ORIGIN);
    let Some(origin) = origin.filter(|o| o.to_str().is_ok_and(allowed)) else { return headers };
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
    let yes = HeaderValue::from_static("true");
    headers.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, yes);
    headers.insert(header::VARY, HeaderValue::from_static("Origin"));
    headers
}

pub fn preflight(request: &HeaderMap) -> Answer {
    let mut answer = empty(StatusCode::NO_CONTENT);
    let headers = answer.headers_mut();
    let methods = HeaderValue::from_static("GET, POST, OPTIONS");
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, methods);
    if let Some(asked) = request.get(header::ACCESS_CONTROL_REQUEST_HEADERS) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, asked.clone());
    }
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
    answer
}
