//! Personal data and secrets are masked in every string, before anything is written or logged.
//!
//! A field's name can give its value away ([`keys`]); everything else is found by its shape: a
//! prefilter looks at each byte once, and only what it suspects is searched for e-mail addresses
//! and credentials in URLs ([`emails`]), numbers ([`numbers`]), tokens ([`tokens`]), `key=value`
//! pairs ([`pairs`]) and query strings ([`urls`]). Scrubbing twice changes nothing.

mod emails;
mod keys;
mod numbers;
mod pairs;
mod prefilter;
mod text;
mod tokens;
mod tree;
mod urls;

pub(crate) use text::text;
pub(crate) use tree::Scrubber;
pub(crate) use urls::url;

pub(crate) const MASKED: &str = "[masked]";
pub(crate) const EMAIL: &str = "[email]";
pub(crate) const PHONE: &str = "[phone]";
pub(crate) const CARD: &str = "[card]";
pub(crate) const ID_NUMBER: &str = "[citizen-id]";
/// Not "[token]": a mask must not look like the name of a secret.
pub(crate) const TOKEN: &str = "[redacted]";
pub(crate) const KEY: &str = "[key]";

/// A string that is an e-mail address or a phone number and nothing else.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Contact<'a> {
    Email(&'a str),
    Phone(&'a str),
}

pub(crate) fn contact(value: &str) -> Option<Contact<'_>> {
    let value = value.trim();
    if emails::is_email(value) {
        Some(Contact::Email(value))
    } else if numbers::is_phone(value) {
        Some(Contact::Phone(value))
    } else {
        None
    }
}

impl Contact<'_> {
    pub fn prefix(&self) -> &'static str {
        match self {
            Contact::Email(_) => "email_",
            Contact::Phone(_) => "phone_",
        }
    }

    /// One spelling for the same address or number.
    pub fn normal(&self) -> String {
        match self {
            Contact::Email(s) => s.to_lowercase(),
            Contact::Phone(s) => {
                let digits: String = s.chars().filter(char::is_ascii_digit).collect();
                let national = digits.strip_prefix("86").filter(|n| n.len() == 11);
                national.map_or(digits.clone(), str::to_owned)
            }
        }
    }
}
