//! Public keys as people have them at hand: PEM, or a JSON web key.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::Value;
use store::control::TokenMaterial;

use super::der::{self, Spki};

/// A key of 4096 bits has some 800 characters.
const MAX_PEM_BYTES: usize = 4096;

const UNKNOWN: &str = "must be an RSA or Ed25519 public key, as PEM or as a JSON web key";
const PRIVATE: &str = "is a private key; keep it, and send its public half";

/// How large or strong it must be is the control plane's to say.
pub fn read(key: &Value) -> Result<TokenMaterial, &'static str> {
    match key {
        Value::String(pem) => read_pem(pem),
        Value::Object(_) if key.get("d").is_some() => Err(PRIVATE),
        Value::Object(_) => read_jwk(key).ok_or(UNKNOWN),
        _ => Err(UNKNOWN),
    }
}

fn read_pem(pem: &str) -> Result<TokenMaterial, &'static str> {
    if pem.contains("PRIVATE KEY") {
        return Err(PRIVATE);
    }
    if pem.len() > MAX_PEM_BYTES {
        return Err(UNKNOWN);
    }
    let enveloped = between(pem, "-----BEGIN PUBLIC KEY-----", "-----END PUBLIC KEY-----");
    let bare = between(pem, "-----BEGIN RSA PUBLIC KEY-----", "-----END RSA PUBLIC KEY-----");
    let material = match (enveloped, bare) {
        (Some(der), None) => match der::spki(&der) {
            Some(Spki::Rsa(bits)) => rsa(bits),
            Some(Spki::Ed25519(bits)) => bits.try_into().ok().map(TokenMaterial::EdDsa),
            None => None,
        },
        (None, Some(der)) => rsa(&der),
        _ => None,
    };
    material.ok_or(UNKNOWN)
}

fn rsa(der: &[u8]) -> Option<TokenMaterial> {
    let (n, e) = der::rsa(der)?;
    Some(TokenMaterial::Rs256 { n: n.to_vec(), e: e.to_vec() })
}

fn between(pem: &str, begin: &str, end: &str) -> Option<Vec<u8>> {
    let (_, rest) = pem.split_once(begin)?;
    let (body, _) = rest.split_once(end)?;
    let body: String = body.split_ascii_whitespace().collect();
    STANDARD.decode(body).ok()
}

fn read_jwk(key: &Value) -> Option<TokenMaterial> {
    let text = |name: &str| key.get(name).and_then(Value::as_str);
    let bytes = |name: &str| {
        let text = text(name).filter(|text| text.len() <= MAX_PEM_BYTES)?;
        URL_SAFE_NO_PAD.decode(text).ok()
    };
    match (text("kty")?, text("crv")) {
        ("RSA", _) => {
            let (n, e) = (bytes("n")?, bytes("e")?);
            Some(TokenMaterial::Rs256 { n: significant(&n), e: significant(&e) })
        }
        ("OKP", Some("Ed25519")) => bytes("x")?.try_into().ok().map(TokenMaterial::EdDsa),
        _ => None,
    }
}

/// Zeros in front would make a short number look long.
fn significant(number: &[u8]) -> Vec<u8> {
    number.iter().copied().skip_while(|&byte| byte == 0).collect()
}
