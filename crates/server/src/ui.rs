//! The dashboard: files built into the binary, and one page that owns every other address.

use std::borrow::Cow;

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use rust_embed::{Embed, EmbeddedFile};

use crate::Problem;

/// Read from the folder in debug builds, part of the binary in release builds. May be missing,
/// so that the server compiles and is tested without Node.
#[derive(Embed)]
#[folder = "$CARGO_MANIFEST_DIR/../../dashboard/dist"]
#[allow_missing = true]
struct Dist;

/// Vite puts a content hash into the name of everything under here.
const HASHED: &str = "assets/";

const NOT_BUILT: &str = "<!doctype html><meta charset=utf-8><title>Signalbox</title>\
    <h1>Signalbox is running</h1><p>This binary was compiled before the dashboard was built. Run \
    <code>make run</code>, or <code>npm ci &amp;&amp; npm run build</code> and compile again. \
    The API is at <a href=\"/api/openapi.json\">/api/openapi.json</a>.";

/// Everything that no API route answered.
pub async fn serve(request: Request) -> Response {
    let found = find(request.method(), request.uri(), request.headers());
    found.unwrap_or_else(|| Problem::not_found("page").into_response())
}

/// `None`: there is nothing here for this request.
fn find(method: &Method, uri: &Uri, headers: &HeaderMap) -> Option<Response> {
    if !matches!(*method, Method::GET | Method::HEAD) {
        return None;
    }
    let path = uri.path().trim_start_matches('/');
    if !path.is_empty()
        && let Some(file) = Dist::get(path)
    {
        return Some(send(path, file, headers));
    }
    // A script that is missing must not become a page.
    let page = path.is_empty() || wants_html(headers) && !path.starts_with(HASHED);
    if !page {
        return None;
    }
    Some(match Dist::get("index.html") {
        Some(file) => send("index.html", file, headers),
        None => {
            let headers = [(header::CONTENT_TYPE, "text/html; charset=utf-8")];
            (headers, NOT_BUILT).into_response()
        }
    })
}

fn wants_html(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|v| v.to_str().ok()).unwrap_or_default();
    accept.contains("text/html")
}

fn send(path: &str, file: EmbeddedFile, headers: &HeaderMap) -> Response {
    // The hash of the plain file names the content, however it travels.
    let (encoding, data) = encoded(path, headers).unwrap_or((None, file.data));
    let mut etag = hex::encode(&file.metadata.sha256_hash()[..16]);
    if let Some(encoding) = encoding {
        etag = format!("{etag}-{encoding}");
    }
    let etag = format!("\"{etag}\"");
    let known = headers.get(header::IF_NONE_MATCH).and_then(|v| v.to_str().ok());
    let unchanged = known.is_some_and(|list| list.split(',').any(|one| one.trim() == etag));

    let mut response = if unchanged {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        Response::new(match data {
            Cow::Borrowed(bytes) => Body::from(bytes),
            Cow::Owned(bytes) => Body::from(bytes),
        })
    };
    let out = response.headers_mut();
    let mut set = |name, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            out.insert(name, value);
        }
    };
    set(header::CONTENT_TYPE, content_type(path));
    set(header::ETAG, &etag);
    set(header::VARY, "accept-encoding");
    let forever = path.starts_with(HASHED);
    let caching = if forever { "public, max-age=31536000, immutable" } else { "no-cache" };
    set(header::CACHE_CONTROL, caching);
    if let Some(encoding) = encoding {
        set(header::CONTENT_ENCODING, encoding);
    }
    response
}

/// The copy that the build compressed beforehand, if the client takes it.
fn encoded(path: &str, headers: &HeaderMap) -> Option<(Option<&'static str>, Cow<'static, [u8]>)> {
    let accept = headers.get(header::ACCEPT_ENCODING)?.to_str().ok()?;
    [("br", ".br"), ("gzip", ".gz")].into_iter().find_map(|(encoding, suffix)| {
        let accepted = accept.split(',').any(|one| {
            let mut parts = one.split(';').map(str::trim);
            let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(encoding));
            named && !parts.any(|p| matches!(p, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
        });
        let file = accepted.then(|| Dist::get(&format!("{path}{suffix}"))).flatten()?;
        Some((Some(encoding), file.data))
    })
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn get(path: &str, accept: &'static str) -> Option<Response> {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, HeaderValue::from_static(accept));
        find(&Method::GET, &path.parse().unwrap(), &headers)
    }

    #[test]
    fn pages_fall_back_to_the_one_page_and_nothing_else_does() {
        for page in ["/", "/projects/shop/logs"] {
            let response = get(page, "text/html,*/*").expect("a page");
            assert_eq!(response.status(), StatusCode::OK);
            assert_eq!(response.headers()[header::CONTENT_TYPE], "text/html; charset=utf-8");
        }
        assert!(get("/", "*/*").is_some(), "the root answers whoever asks");
        assert!(get("/assets/gone.js", "text/html").is_none());
        assert!(get("/favicon-gone.ico", "image/*").is_none());
        let uri = "/".parse().unwrap();
        assert!(find(&Method::POST, &uri, &HeaderMap::new()).is_none());
    }

    #[test]
    fn paths_do_not_leave_the_folder() {
        for path in ["/../Cargo.toml", "/assets/../../Cargo.toml", "/%2e%2e/package.json"] {
            assert!(get(path, "*/*").is_none(), "{path}");
        }
    }
}
