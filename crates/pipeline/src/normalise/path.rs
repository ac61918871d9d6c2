//! Paths without what varies in them, so that pages and calls can be counted.

/// The template of a URL or path: no host, no query, ids replaced. A client-side route
/// (`#/orders`) is part of it.
pub(crate) fn template(url: &str) -> String {
    let after_host = match url.find("://") {
        Some(at) => {
            let rest = &url[at + 3..];
            rest.find(['/', '?', '#']).map_or("/", |slash| &rest[slash..])
        }
        None => url,
    };
    let (base, fragment) = after_host.split_once('#').unwrap_or((after_host, ""));
    let mut out = String::with_capacity(after_host.len());
    push_path(base, &mut out);
    if fragment.starts_with('/') || fragment.starts_with("!/") {
        out.push('#');
        push_path(fragment, &mut out);
    }
    if out.is_empty() && !url.is_empty() {
        out.push('/');
    }
    out
}

fn push_path(path: &str, out: &mut String) {
    let path = path.split('?').next().unwrap_or_default();
    for (n, segment) in path.split('/').enumerate() {
        if n > 0 {
            out.push('/');
        }
        push_segment(segment, out);
    }
}

fn push_segment(segment: &str, out: &mut String) {
    // Most segments are words.
    if segment.starts_with(['{', '[']) || !segment.bytes().any(|b| b.is_ascii_digit()) {
        out.push_str(segment);
        return;
    }
    if is_uuid(segment) {
        out.push_str("{uuid}");
    } else if is_date(segment) {
        out.push_str("{date}");
    } else if let Some(kind) = token(segment) {
        out.push_str(kind);
    } else {
        push_pieces(segment, out);
    }
}

/// `order-12345`, `app.3f9c2b1a.js`: what varies inside a segment.
fn push_pieces(segment: &str, out: &mut String) {
    let mut rest = segment;
    while !rest.is_empty() {
        let end = rest.find(['-', '.', '_', ',', ':', '~', '=']).unwrap_or(rest.len());
        let (piece, after) = rest.split_at(end);
        let long = piece.len() >= 5;
        match token(piece).filter(|_| long) {
            Some(kind) => out.push_str(kind),
            None => out.push_str(piece),
        }
        let sign = after.len().min(1);
        out.push_str(&after[..sign]);
        rest = &after[sign..];
    }
}

fn token(piece: &str) -> Option<&'static str> {
    let bytes = piece.as_bytes();
    let count = |f: fn(&u8) -> bool| bytes.iter().filter(|b| f(b)).count();
    let digits = count(u8::is_ascii_digit);
    if digits == 0 {
        return None;
    }
    if digits == bytes.len() {
        return Some("{id}");
    }
    if bytes.len() >= 7
        && bytes.iter().all(u8::is_ascii_hexdigit)
        && (digits > 1 || bytes.len() > 9)
    {
        return Some("{hash}");
    }
    let opaque = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'=');
    if bytes.len() >= 20 && bytes.iter().all(opaque) && digits >= 3 {
        let words = piece
            .split(['-', '_'])
            .filter(|w| w.len() > 2 && w.bytes().all(|b| b.is_ascii_lowercase()));
        return (words.count() < 2).then_some("{token}");
    }
    None
}

pub(crate) fn is_uuid(s: &str) -> bool {
    s.len() == 36
        && s.bytes().enumerate().all(|(i, b)| match i {
            8 | 13 | 18 | 23 => b == b'-',
            _ => b.is_ascii_hexdigit(),
        })
}

fn is_date(s: &str) -> bool {
    s.len() == 10
        && s.bytes().enumerate().all(|(i, b)| match i {
            4 | 7 => matches!(b, b'-' | b'.' | b'_'),
            _ => b.is_ascii_digit(),
        })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_varies_is_named() {
        for (url, want) in [
            ("", ""),
            ("/", "/"),
            ("https://shop.example", "/"),
            ("https://shop.example?x=1", "/"),
            ("http://127.0.0.1:8401/a.html", "/a.html"),
            ("/orders/12/items/7", "/orders/{id}/items/{id}"),
            ("/v1/users/3e68cce1-7008-4186-9177-07dcc2dc4a8d", "/v1/users/{uuid}"),
            ("/c/9f86d081884c7d65", "/c/{hash}"),
            ("/days/2026-11-21", "/days/{date}"),
            ("/order-12345/edit", "/order-{id}/edit"),
            ("/assets/app.3f9c2b1a.js", "/assets/app.{hash}.js"),
            ("/s/V1StGXR8_Z5jdHi6B-myT1x2", "/s/{token}"),
            ("https://h/#/orders/5?tab=2", "/#/orders/{id}"),
            ("/订单/42", "/订单/{id}"),
            ("/how-to-install-windows-11-on-a-pc", "/how-to-install-windows-11-on-a-pc"),
            ("/api/v2/step2", "/api/v2/step2"),
            ("/u/[email]", "/u/[email]"),
        ] {
            assert_eq!(template(url), want, "{url}");
        }
    }

    proptest! {
        #[test]
        fn a_template_is_its_own_template(path in "(/[a-zA-Z0-9._~{}-]{0,30}){0,5}") {
            let once = template(&path);
            prop_assert_eq!(template(&once), once);
        }

        #[test]
        fn any_url_has_a_template(url in ".*") {
            template(&url);
        }
    }
}
