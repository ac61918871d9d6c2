use axum::http::{HeaderMap, HeaderValue, header};

use crate::client_ip::Client;
use crate::{App, SecureCookies};

const NAME: &str = "sb_session";

/// `Set-Cookie` for a new session.
pub fn session_cookie(app: &App, client: Client, token: &str) -> Option<HeaderValue> {
    let seconds = app.options.session.max_ms / 1000;
    build(app, client, token, seconds)
}

/// `Set-Cookie` that removes it.
pub fn clear_cookie(app: &App, client: Client) -> Option<HeaderValue> {
    build(app, client, "", 0)
}

fn build(app: &App, client: Client, value: &str, seconds: i64) -> Option<HeaderValue> {
    let secure = match app.options.secure_cookies {
        SecureCookies::Auto => client.https,
        SecureCookies::Always => true,
        SecureCookies::Never => false,
    };
    let secure = if secure { "; Secure" } else { "" };
    let attributes = format!("Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}{secure}");
    HeaderValue::from_str(&format!("{NAME}={value}; {attributes}")).ok()
}

/// The session token a request carries.
pub(super) fn token(headers: &HeaderMap) -> Option<&str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|cookies| cookies.split(';'))
        .filter_map(|cookie| cookie.trim().split_once('='))
        .find(|(name, _)| *name == NAME)
        .map(|(_, value)| value)
        // 32 bytes in hex; anything else is not worth a lookup.
        .filter(|value| value.len() == 64 && value.bytes().all(|b| b.is_ascii_hexdigit()))
}
