use std::fmt;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use sha2::{Digest, Sha256};

use crate::auth::Operator;
use crate::client_ip::Client;
use crate::{App, Problem};

/// What a scraper from elsewhere shows; kept as a hash, so that nothing prints it and comparing
/// takes the same time whatever was shown.
#[derive(Clone, PartialEq, Eq)]
pub struct MetricsToken([u8; 32]);

impl MetricsToken {
    pub fn new(token: &str) -> Self {
        MetricsToken(Sha256::digest(token).into())
    }
}

impl fmt::Debug for MetricsToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MetricsToken")
    }
}

/// Whoever may read the figures: the machine itself, whoever has the token, and operators.
pub struct Scraper;

/// A proxy on this machine that nobody configured looks like the machine itself, and gives itself
/// away by one of these.
const FORWARDED: [&str; 5] =
    ["forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip"];

impl FromRequestParts<App> for Scraper {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        if is_local(Client::of(parts), &parts.headers) {
            return Ok(Scraper);
        }
        match bearer(&parts.headers) {
            Some(shown) if app.options.metrics_token == Some(MetricsToken::new(shown)) => {
                Ok(Scraper)
            }
            Some(_) => Err(Problem::unauthenticated("not the token of metrics.token")),
            None => Operator::from_request_parts(parts, app).await.map(|_| Scraper),
        }
    }
}

fn is_local(client: Client, headers: &HeaderMap) -> bool {
    client.ip.is_loopback() && !FORWARDED.iter().any(|name| headers.contains_key(*name))
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
