//! What each string of an rrweb event is, judged by where it stands.

use std::borrow::Cow;

use model::settings::Privacy;

use crate::protect::scrub;

pub(super) struct Masker<'a> {
    pub privacy: &'a Privacy,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    pub key: &'a str,
    pub attributes: bool,
    pub style: bool,
}

/// Attributes that show text.
const SHOWN: [&str; 7] = ["value", "placeholder", "title", "alt", "label", "aria-label", "content"];

impl Masker<'_> {
    /// `raw` is the string as written, with its escapes; the answer is written the same way.
    pub fn replace(&self, place: Place<'_>, raw: &str) -> Option<String> {
        if raw.is_empty() {
            return None;
        }
        if place.attributes {
            return self.attribute(place.key, raw);
        }
        match place.key {
            "textContent" if place.style => None,
            "textContent" | "text" | "value" | "placeholder" => self.shown(raw),
            "href" => {
                let url = unescape(raw)?;
                escape_if_other(raw, &scrub::url(&url, &self.privacy.keep_query))
            }
            _ => self.clean(raw),
        }
    }

    fn attribute(&self, name: &str, raw: &str) -> Option<String> {
        let name = name.to_ascii_lowercase();
        let acts = name.starts_with("on") || name == "srcdoc" || {
            let link =
                matches!(name.as_str(), "href" | "src" | "action" | "formaction" | "xlink:href");
            link && runs(raw)
        };
        if acts {
            return Some(String::new());
        }
        if SHOWN.contains(&name.as_str()) {
            return self.shown(raw);
        }
        match name.as_str() {
            // Style sheets are long, and contain nothing that anyone typed.
            "_csstext" | "style" | "class" | "d" | "points" => None,
            "src" | "srcset" | "rr_dataurl" if raw.starts_with("data:") => None,
            _ => self.clean(raw),
        }
    }

    fn shown(&self, raw: &str) -> Option<String> {
        if self.privacy.mask_recordings { Some(stars(raw)) } else { self.clean(raw) }
    }

    fn clean(&self, raw: &str) -> Option<String> {
        let plain = unescape(raw)?;
        let clean = scrub::text(&plain, &self.privacy.keep_query)?;
        escape_if_other(raw, &clean)
    }
}

/// Whether a link runs a script; browsers ignore spaces and control characters in the scheme.
fn runs(raw: &str) -> bool {
    let Some(link) = unescape(raw) else { return true };
    let scheme: String = link
        .chars()
        .filter(|c| !c.is_whitespace() && !c.is_control())
        .take(11)
        .collect::<String>()
        .to_ascii_lowercase();
    scheme.starts_with("javascript:") || scheme.starts_with("vbscript:")
}

/// A star for each character; white space stays, so that lines break where they did.
fn stars(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut chars = raw.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some(space @ ('n' | 't' | 'r')) => {
                    out.push('\\');
                    out.push(space);
                }
                Some('u') => {
                    chars.by_ref().take(4).for_each(drop);
                    out.push('*');
                }
                _ => out.push('*'),
            },
            c if c.is_whitespace() => out.push(c),
            _ => out.push('*'),
        }
    }
    out
}

/// `None` for what no JSON string can hold (lone surrogates).
fn unescape(raw: &str) -> Option<Cow<'_, str>> {
    if !raw.contains('\\') {
        return Some(Cow::Borrowed(raw));
    }
    serde_json::from_str::<String>(&format!("\"{raw}\"")).ok().map(Cow::Owned)
}

fn escape_if_other(raw: &str, clean: &str) -> Option<String> {
    let quoted = serde_json::to_string(clean).ok()?;
    let inner = quoted.get(1..quoted.len() - 1)?;
    (inner != raw).then(|| inner.to_owned())
}
