use proptest::prelude::*;
use serde_json::{Value, json};
use store::control::TokenMaterial;

use super::vectors::{material, vector};
use crate::live::read_public_key;

/// The keys of the vectors, as OpenSSL writes them.
const RSA: &str = "\
-----BEGIN PUBLIC KEY-----\n\
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAzluaGu0Idv5MCVUlE7B4\n\
VxQCHdKl9mKTDLvfeY8bqmjW91Ur0rtkHqNVNBH57vz1hHeoUTWaSAVRX2ta7Koe\n\
XpusEBIkF2KQoXpx+xJH0lhA09KvjXE/GhAAFgPDyfjZUAYJM8cyYZU+Yv0yYx2D\n\
abALrR0WQ8xuozas+NkMSpGcb+Tz9MvvqXuWXn51Wg7Hbf+LEbRrEplQYXSg7sTc\n\
P+MA/7h+PHFhhkaw/EFAL8g6+8soh+S57ctpkPpv+8J5vrfrxo8wf1IuLeablY5U\n\
Lzmf+kPE/ghJ+HFixnrmbRj1MmSv7zqJvCi3p/gn2/4n4yzq/AMobiajfEvgoa/B\n\
qwIDAQAB\n\
-----END PUBLIC KEY-----\n\
";

const RSA_BARE: &str = "\
-----BEGIN RSA PUBLIC KEY-----\n\
MIIBCgKCAQEAzluaGu0Idv5MCVUlE7B4VxQCHdKl9mKTDLvfeY8bqmjW91Ur0rtk\n\
HqNVNBH57vz1hHeoUTWaSAVRX2ta7KoeXpusEBIkF2KQoXpx+xJH0lhA09KvjXE/\n\
GhAAFgPDyfjZUAYJM8cyYZU+Yv0yYx2DabALrR0WQ8xuozas+NkMSpGcb+Tz9Mvv\n\
qXuWXn51Wg7Hbf+LEbRrEplQYXSg7sTcP+MA/7h+PHFhhkaw/EFAL8g6+8soh+S5\n\
7ctpkPpv+8J5vrfrxo8wf1IuLeablY5ULzmf+kPE/ghJ+HFixnrmbRj1MmSv7zqJ\n\
vCi3p/gn2/4n4yzq/AMobiajfEvgoa/BqwIDAQAB\n\
-----END RSA PUBLIC KEY-----\n\
";

const ED25519: &str = "\
-----BEGIN PUBLIC KEY-----\n\
MCowBQYDK2VwAyEATiO1510rdYQl7uwnLd8SzRLf6FFp0TJA6I+eYKtoT8A=\n\
-----END PUBLIC KEY-----\n\
";

#[test]
fn pem_and_json_web_keys_are_the_same_keys() {
    for (pem, title) in [(RSA, "RS256"), (RSA_BARE, "RS256"), (ED25519, "EdDSA")] {
        assert_eq!(read_public_key(&json!(pem)), Ok(material(title)), "{title}");
        let windows = pem.replace('\n', "\r\n");
        assert_eq!(read_public_key(&json!(windows)), Ok(material(title)), "{title}");
    }
}

#[test]
fn leading_zeros_do_not_make_a_key_longer() {
    let padded = json!({"kty": "RSA", "n": "AAAAAAAAAAE", "e": "AAEAAQ"});
    let want = TokenMaterial::Rs256 { n: vec![1], e: vec![1, 0, 1] };
    assert_eq!(read_public_key(&padded), Ok(want));
}

#[test]
fn private_keys_are_sent_back() {
    let private = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----";
    let mut jwk: Value = serde_json::from_str(vector("EdDSA", "jwk")).expect("JSON");
    jwk["d"] = json!("AAAA");
    for key in [json!(private), jwk] {
        let problem = read_public_key(&key).expect_err("refused");
        assert!(problem.contains("private"), "{problem}");
    }
}

#[test]
fn what_is_no_such_key_is_refused() {
    let long = format!("-----BEGIN PUBLIC KEY-----{}-----END PUBLIC KEY-----", "A".repeat(5000));
    for key in [
        json!(null),
        json!(7),
        json!(""),
        json!("not a key"),
        json!("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"),
        json!("-----BEGIN PUBLIC KEY-----\n*\n-----END PUBLIC KEY-----"),
        json!(ED25519.replace("MCow", "MCoX")),
        json!(RSA.replace("PUBLIC", "RSA PUBLIC")),
        json!(format!("{RSA}{RSA_BARE}")),
        json!(long),
        json!({"kty": "RSA"}),
        json!({"kty": "RSA", "n": 5, "e": "AQAB"}),
        json!({"kty": "oct", "k": "AAAA"}),
        json!({"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}),
        json!({"kty": "OKP", "crv": "Ed25519", "x": "AAAA"}),
        json!({"kty": "OKP", "crv": "Ed448", "x": "AAAA"}),
    ] {
        assert!(read_public_key(&key).is_err(), "{key}");
    }
}

proptest! {
    /// A DER reader meets its end: cut short and bent anywhere, it gives up without a panic.
    #[test]
    fn bent_keys_end_in_a_refusal_or_a_key(
        cut in 0usize..300,
        at in 0usize..294,
        bend in any::<u8>(),
    ) {
        use base64::Engine;
        use base64::engine::general_purpose::STANDARD;

        let body: String = RSA.lines().filter(|line| !line.starts_with("---")).collect();
        let mut der = STANDARD.decode(body).expect("base64");
        der[at] ^= bend;
        der.truncate(der.len().saturating_sub(cut));
        let text = STANDARD.encode(&der);
        let pem = format!("-----BEGIN PUBLIC KEY-----\n{text}\n-----END PUBLIC KEY-----");
        if cut > 0 {
            prop_assert!(read_public_key(&json!(pem)).is_err());
        } else if bend == 0 {
            prop_assert_eq!(read_public_key(&json!(pem)), Ok(material("RS256")));
        } else {
            let _ = read_public_key(&json!(pem));
        }
    }
}
