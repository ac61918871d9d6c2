//! The key of a request whose body nobody has read.
//!
//! The pipeline judges credentials; this only finds out whose ledger a request belongs to that
//! was refused before the pipeline saw it, and for which project an origin is asked.

use axum::http::{HeaderMap, header};

/// A plain key from the header or the query, in the pipeline's order. Keys in the body are not
/// looked for.
pub fn plain_key(headers: &HeaderMap, query: Option<&str>) -> Option<String> {
    let text = |name: &str| headers.get(name).and_then(|v| v.to_str().ok());
    if let Some(key) = text("x-api-key") {
        return Some(key.trim().to_owned());
    }
    let bearer = text(header::AUTHORIZATION.as_str())
        .and_then(|v| v.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim());
    if let Some(key) = bearer.filter(|t| t.starts_with("sbp_") || t.starts_with("sbs_")) {
        return Some(key.to_owned());
    }
    // Keys need no percent-encoding: one that was encoded is not found here, and then counted
    // without a project.
    query?.split('&').find_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        let names_key = name.eq_ignore_ascii_case("key") || name.eq_ignore_ascii_case("apikey");
        (names_key && !value.is_empty()).then(|| value.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_place_wins() {
        let mut headers = HeaderMap::new();
        let query = Some("data=x&apikey=sbp_q");
        assert_eq!(plain_key(&headers, query).as_deref(), Some("sbp_q"));
        headers.insert(header::AUTHORIZATION, "Bearer eyJhbGciOi".parse().unwrap());
        assert_eq!(plain_key(&headers, query).as_deref(), Some("sbp_q"), "a JWT is no key");
        headers.insert(header::AUTHORIZATION, "Bearer sbs_b".parse().unwrap());
        assert_eq!(plain_key(&headers, query).as_deref(), Some("sbs_b"));
        headers.insert("x-api-key", "sbp_h".parse().unwrap());
        assert_eq!(plain_key(&headers, query).as_deref(), Some("sbp_h"));
        assert_eq!(plain_key(&HeaderMap::new(), None), None);
    }
}
