use axum::extract::Request;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;

use crate::client_ip::Client;

/// Scripts and styles only from our own files, none inline; nobody may frame us.
const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: \
                   blob:; font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src \
                   'self'; frame-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action \
                   'self'";

const ALWAYS: [(HeaderName, &str); 6] = [
    (CONTENT_SECURITY_POLICY, CSP),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (X_FRAME_OPTIONS, "DENY"),
    (REFERRER_POLICY, "no-referrer"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), microphone=(), geolocation=(), payment=()",
    ),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
];

/// A handler that knows better keeps its own value.
pub async fn layer(request: Request, next: Next) -> Response {
    let https = request.extensions().get::<Client>().is_some_and(|client| client.https);
    let api = request.uri().path().starts_with("/api/");
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in ALWAYS {
        default(headers, name, value);
    }
    if https {
        default(headers, STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
    if api {
        default(headers, CACHE_CONTROL, "no-store");
    }
    response
}

fn default(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    headers.entry(name).or_insert(HeaderValue::from_static(value));
}
