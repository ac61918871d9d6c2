use crate::control::ControlError;

const MAX_ENVIRONMENTS: usize = 20;

/// 2 to 40 of `a-z0-9`, with single hyphens between them: fit for a path and a host name.
pub(super) fn check_slug(slug: &str) -> Result<(), ControlError> {
    let parts_ok = slug.split('-').all(|part| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    });
    if parts_ok && (2..=40).contains(&slug.len()) {
        return Ok(());
    }
    Err(ControlError::invalid("slug", "2 to 40 of a-z and 0-9, with single hyphens between them"))
}

pub(in crate::control) fn check_name(name: &str) -> Result<(), ControlError> {
    let fits = (1..=80).contains(&name.chars().count()) && name.trim() == name;
    if fits && !name.chars().any(char::is_control) {
        return Ok(());
    }
    Err(ControlError::invalid("name", "1 to 80 characters, no spaces around them"))
}

pub(super) fn check_environments(names: &[String]) -> Result<(), ControlError> {
    let fits = |name: &String| {
        (1..=32).contains(&name.len())
            && name.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
            && name
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._-".contains(&b))
    };
    let problem = if names.is_empty() || names.len() > MAX_ENVIRONMENTS {
        "1 to 20 environments"
    } else if !names.iter().all(fits) {
        "each 1 to 32 of a-z, 0-9, dot, underscore and hyphen, starting with a letter or digit"
    } else if names.iter().enumerate().any(|(i, name)| names[..i].contains(name)) {
        "no name twice"
    } else {
        return Ok(());
    };
    Err(ControlError::invalid("environments", problem))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs() {
        for good in ["ab", "shop-2", "a-b-c", "42"] {
            assert!(check_slug(good).is_ok(), "{good}");
        }
        for bad in ["", "a", "-a", "a-", "a--b", "Shop", "läden", "a/b", &"x".repeat(41)] {
            assert!(check_slug(bad).is_err(), "{bad}");
        }
    }
}
