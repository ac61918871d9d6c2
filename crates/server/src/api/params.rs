//! What the lists have in common.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use utoipa::IntoParams;

use crate::extract::Query;
use crate::{App, Problem};

/// The query string as it stands: which names are known is the search's to say.
pub struct Pairs(pub Vec<(String, String)>);

impl FromRequestParts<App> for Pairs {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        Query::from_request_parts(parts, app).await.map(|Query(pairs)| Pairs(pairs))
    }
}

/// Range, text and paging, the same for every list.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "described, never built")]
pub struct ListParams {
    /// Milliseconds since 1970, ISO 8601, `now`, or an age such as `-24h` (the default).
    #[param(example = "-24h")]
    from: Option<String>,
    /// Exclusive; now when absent.
    to: Option<String>,
    /// Text anywhere in the row, letters of either case.
    q: Option<String>,
    /// JSON list of filters as in a query.
    r#where: Option<String>,
    /// At most 500.
    limit: Option<u32>,
    /// `nextCursor` of the page before.
    cursor: Option<String>,
}
