//! Allow-lists of origins.

/// An allow-list entry is `scheme://host[:port]`, where the host may begin with one `*.` label.
/// Nothing else is a pattern: unanchored matches are how `localhost.evil.example` gets in.
pub fn check_origin(origin: &str) -> Result<(), &'static str> {
    let Some((scheme, rest)) = origin.split_once("://") else {
        return Err("needs a scheme, as in https://shop.example");
    };
    if !matches!(scheme, "http" | "https" | "capacitor" | "ionic") {
        return Err("has a scheme that no browser page has");
    }
    let host = rest.strip_prefix("*.").unwrap_or(rest);
    let (host, port) = match host.rsplit_once(':') {
        Some((h, p)) if !h.ends_with(']') || host.starts_with('[') => (h, Some(p)),
        _ => (host, None),
    };
    let bracketed = host.starts_with('[') && host.ends_with(']');
    let host_ok = !host.is_empty()
        && (bracketed || host.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-')));
    if !host_ok {
        return Err("is not scheme://host[:port]; only a leading *. is a wildcard");
    }
    if rest.starts_with("*.") && !host.contains('.') {
        return Err("would match a whole top-level domain");
    }
    match port {
        Some(p) if p.parse::<u16>().is_err() => Err("has an invalid port"),
        _ => Ok(()),
    }
}

/// Whether `origin` (as a browser sends it) is allowed by an entry that passed [`check_origin`].
pub fn origin_matches(entry: &str, origin: &str) -> bool {
    let (Some((entry_scheme, entry_host)), Some((scheme, host))) =
        (entry.split_once("://"), origin.split_once("://"))
    else {
        return false;
    };
    if !entry_scheme.eq_ignore_ascii_case(scheme) {
        return false;
    }
    match entry_host.strip_prefix("*.") {
        None => entry_host.eq_ignore_ascii_case(host),
        Some(suffix) => {
            let (host, suffix) = (host.to_ascii_lowercase(), suffix.to_ascii_lowercase());
            host.strip_suffix(&suffix).is_some_and(|label| {
                label.len() > 1
                    && label.ends_with('.')
                    && label
                        .trim_end_matches('.')
                        .chars()
                        .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.'))
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_anchored() {
        for good in
            ["https://a.example", "http://localhost:5173", "https://*.a.example", "http://[::1]:80"]
        {
            assert_eq!(check_origin(good), Ok(()), "{good}");
        }
        for bad in ["a.example", "https://", "https://*", "https://*.com", "https://a/b", ".*"] {
            assert!(check_origin(bad).is_err(), "{bad}");
        }
        assert!(origin_matches("https://a.example", "https://a.example"));
        assert!(!origin_matches("https://a.example", "http://a.example"));
        assert!(!origin_matches("http://localhost", "http://localhost.evil.example"));
        assert!(origin_matches("https://*.a.example", "https://x.y.a.example"));
        assert!(!origin_matches("https://*.a.example", "https://a.example"));
        assert!(!origin_matches("https://*.a.example", "https://eva.example"));
        assert!(!origin_matches("https://*.a.example", "https://evil/.a.example"));
    }
}
