//! Tokens that a project signs itself: which key, and what their claims mean.

use std::sync::Arc;

use jsonwebtoken::{Algorithm, DecodingKey, Header};
use model::identity::{Identity, IdentityKind, Issuer, OPERATOR_PREFIX, Permission, is_id};
use model::{Millis, Project};
use serde_json::{Map, Value};
use store::control::{Directory, TokenAlgorithm, TokenKey, TokenMaterial};

use super::jwt::{self, AUDIENCE, Times};
use super::{AuthRefusal, Grants};

type Claims = Map<String, Value>;

/// `hint` is the project that the connection names, if it does.
pub(super) fn identify(
    directory: &Directory,
    token: &str,
    header: &Header,
    hint: Option<&str>,
    now: Millis,
) -> Result<Identity, AuthRefusal> {
    let key = choose(directory, header, hint)?;
    let project = directory.project(key.project).ok_or(AuthRefusal::UnknownProject)?;
    let (algorithm, decoding) = decoding(&key.material);
    let claims: Claims = jwt::open(token, &decoding, algorithm)?;
    read(&claims, &key, &project, now)
}

/// The key that the header names; without a name, the project's only key of that algorithm.
fn choose(
    directory: &Directory,
    header: &Header,
    hint: Option<&str>,
) -> Result<Arc<TokenKey>, AuthRefusal> {
    let project = match hint {
        Some(slug) => Some(directory.by_slug(slug).ok_or(AuthRefusal::UnknownProject)?.id),
        None => None,
    };
    let candidates: Vec<&Arc<TokenKey>> = match (&header.kid, project) {
        (Some(kid), Some(id)) => {
            directory.token_keys(kid).iter().filter(|key| key.project == id).collect()
        }
        (Some(kid), None) => directory.token_keys(kid).iter().collect(),
        (None, Some(id)) => {
            let fits = |key: &&Arc<TokenKey>| algorithm(key.material.algorithm()) == header.alg;
            directory.token_keys_of(id).iter().filter(fits).collect()
        }
        (None, None) => return Err(AuthRefusal::UnknownProject),
    };
    match candidates.as_slice() {
        [] => Err(AuthRefusal::UnknownKey),
        [key] => Ok(Arc::clone(key)),
        // Two projects use the same id, or nothing tells two keys apart.
        _ if project.is_none() => Err(AuthRefusal::UnknownProject),
        _ => Err(AuthRefusal::UnknownKey),
    }
}

const fn algorithm(of: TokenAlgorithm) -> Algorithm {
    match of {
        TokenAlgorithm::Hs256 => Algorithm::HS256,
        TokenAlgorithm::Rs256 => Algorithm::RS256,
        TokenAlgorithm::EdDsa => Algorithm::EdDSA,
    }
}

fn decoding(material: &TokenMaterial) -> (Algorithm, DecodingKey) {
    let key = match material {
        TokenMaterial::Hs256(secret) => DecodingKey::from_secret(secret),
        TokenMaterial::Rs256 { n, e } => DecodingKey::from_rsa_raw_components(n, e),
        TokenMaterial::EdDsa(point) => DecodingKey::from_ed_der(point),
    };
    (algorithm(material.algorithm()), key)
}

fn read(
    claims: &Claims,
    key: &TokenKey,
    project: &Project,
    now: Millis,
) -> Result<Identity, AuthRefusal> {
    let settings = &project.settings.realtime;
    let seconds = |name: &'static str| match claims.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => value.as_f64().map(Some).ok_or(AuthRefusal::Claim(name)),
    };
    let times =
        Times { expires: seconds("exp")?, begins: seconds("nbf")?, issued: seconds("iat")? };
    let validity = times.judge(now, settings.allow_long_tokens)?;
    if let Some(audience) = claims.get("aud") {
        let named = texts(audience).ok_or(AuthRefusal::Audience)?;
        if !named.iter().any(|name| name == AUDIENCE || *name == project.slug) {
            return Err(AuthRefusal::Audience);
        }
    }
    let grants = grants(claims, &settings.claims.roles)?;
    Ok(Identity {
        project: project.id,
        kind: IdentityKind::User,
        issuer: Issuer::TokenKey(key.id),
        user_id: Some(user_id(claims, &settings.claims.user_id)?),
        roles: grants.roles,
        channels: grants.channels,
        devices: grants.devices,
        permissions: grants.permissions,
        token_id: token_id(claims)?,
        issued_at: validity.issued_at,
        expires_at: Some(validity.expires_at),
    })
}

/// Ids are numbers as often as texts.
fn user_id(claims: &Claims, names: &[String]) -> Result<String, AuthRefusal> {
    const REFUSED: AuthRefusal = AuthRefusal::Claim("user id");
    let id = match first(claims, names).ok_or(REFUSED)? {
        Value::String(text) => text.clone(),
        Value::Number(number) if !number.is_f64() => number.to_string(),
        _ => return Err(REFUSED),
    };
    if is_id(&id) && !id.starts_with(OPERATOR_PREFIX) { Ok(id) } else { Err(REFUSED) }
}

/// One that cannot be revoked by name must not pass for one that can.
fn token_id(claims: &Claims) -> Result<Option<String>, AuthRefusal> {
    match claims.get("jti") {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(id)) if is_id(id) => Ok(Some(id.clone())),
        Some(_) => Err(AuthRefusal::Claim("jti")),
    }
}

fn grants(claims: &Claims, role_names: &[String]) -> Result<Grants, AuthRefusal> {
    let list = |name: &'static str, value: Option<&Value>| match value {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(value) => texts(value).ok_or(AuthRefusal::Claim(name)),
    };
    let roles = list("roles", first(claims, role_names))?;
    let channels = list("channels", claims.get("channels"))?;
    let devices = list("devices", claims.get("devices"))?;
    // Identity providers put words of their own into this one.
    let permissions: Vec<String> = claims
        .get("permissions")
        .and_then(texts)
        .unwrap_or_default()
        .into_iter()
        .filter(|name| Permission::parse(name).is_some_and(|p| p != Permission::Control))
        .collect();
    Grants::default()
        .with_roles(roles)
        .and_then(|grants| grants.with_channels(&channels))
        .and_then(|grants| grants.with_devices(devices))
        .and_then(|grants| grants.with_permissions(&permissions))
        .map_err(|error| AuthRefusal::Claim(error.field))
}

fn first<'c>(claims: &'c Claims, names: &[String]) -> Option<&'c Value> {
    names.iter().filter_map(|name| claims.get(name)).find(|value| !value.is_null())
}

/// A text, or a list of nothing but texts.
fn texts(value: &Value) -> Option<Vec<String>> {
    match value {
        Value::String(text) => Some(vec![text.clone()]),
        Value::Array(items) => items.iter().map(|item| item.as_str().map(str::to_owned)).collect(),
        _ => None,
    }
}
