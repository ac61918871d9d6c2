use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use proptest::prelude::*;
use serde_json::{Value, json};
use store::control::{TICKET_KEY_ID, TokenMaterial};

use super::vectors::{material, vector};
use super::{Bench, SECONDS, SECRET, token};
use crate::live::AuthRefusal;

fn part(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

fn raw(header: &Value, signature: &str) -> String {
    let claims = json!({"sub": "ann", "iat": SECONDS, "exp": SECONDS + 600});
    format!("{}.{}.{signature}", part(header), part(&claims))
}

#[test]
fn an_unsigned_token_is_no_token() {
    let bench = Bench::new();
    for alg in ["none", "None", "NONE", "", "HS1"] {
        let refused = bench.verify(&raw(&json!({"alg": alg, "kid": "hs"}), ""));
        assert_eq!(refused, Err(AuthRefusal::Malformed), "{alg}");
    }
    let refused = bench.verify(&raw(&json!({"alg": "HS256", "kid": "hs"}), ""));
    assert_eq!(refused, Err(AuthRefusal::Signature));
    let critical = json!({"alg": "HS256", "kid": "hs", "crit": ["b64"], "b64": false});
    assert_eq!(bench.verify(&raw(&critical, "")), Err(AuthRefusal::Malformed));
}

#[test]
fn the_algorithm_is_the_keys_choice_not_the_tokens() {
    let bench = Bench::new();
    for other in ["HS384", "HS512", "RS256", "EdDSA", "PS256", "ES256"] {
        let refused = bench.verify(&raw(&json!({"alg": other, "kid": "hs"}), "AAAA"));
        assert_eq!(refused, Err(AuthRefusal::Algorithm), "{other}");
    }
    // A public key is public: it must never do as the secret of an HMAC.
    for (title, kid) in [("RS256", "rsa-2026"), ("EdDSA", "ed-2026")] {
        let public = material(title);
        bench.key(bench.shop, kid, public.clone());
        let jwk = vector(title, "jwk").as_bytes().to_vec();
        let bytes = match public {
            TokenMaterial::Rs256 { n, .. } => n,
            TokenMaterial::EdDsa(point) => point.to_vec(),
            TokenMaterial::Hs256(secret) => secret,
        };
        for secret in [jwk, bytes] {
            let refused = bench.verify(&token(Some(kid), &secret, &json!({})));
            assert_eq!(refused, Err(AuthRefusal::Algorithm), "{title}");
        }
    }
}

#[test]
fn a_ticket_cannot_be_made_outside() {
    let bench = Bench::new();
    let claims = json!({
        "aud": "signalbox-realtime", "kind": "operator", "by": 1, "operator": "admin",
        "sub": "operator:admin", "project": 1, "roles": ["admin"], "channels": [],
        "devices": ["*"], "permissions": ["control"], "jti": "j",
    });
    let forged = token(Some(TICKET_KEY_ID), SECRET, &claims);
    assert_eq!(bench.verify(&forged), Err(AuthRefusal::Signature));
    // With a key of the project it is only one of the project's tokens.
    let own = bench.verify(&token(Some("hs"), SECRET, &claims));
    assert_eq!(own, Err(AuthRefusal::Claim("user id")));
}

#[test]
fn refusals_say_no_more_than_they_must() {
    let bench = Bench::new();
    let wrong = token(Some("hs"), b"another secret of thirty-two bytes", &json!({}));
    for refused in [wrong, "x".to_owned(), "a.b.c".to_owned(), "x".repeat(9000)] {
        let refusal = bench.verify(&refused).expect_err("refused");
        assert_eq!(refusal.public_message(), "unauthorized");
    }
}

fn noise() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "eyJhbGciOiJIUzI1NiIsImtpZCI6ImhzIn0",
        "e30",
        "W10",
        "bnVsbA",
        ".",
        "..",
        "A",
        "=",
        "é",
    ]);
    prop::collection::vec(word, 0..8).prop_map(|words| words.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn garbage_is_refused_and_nothing_worse(noise in prop_oneof![noise(), ".{1,80}"]) {
        thread_local!(static BENCH: Bench = Bench::new());
        prop_assert!(BENCH.with(|bench| bench.verify(&noise)).is_err());
    }

    #[test]
    fn signed_nonsense_never_gets_a_user_it_does_not_name(
        sub in prop_oneof![Just(json!(null)), any::<i64>().prop_map(|n| json!(n)),
            ".{0,6}".prop_map(|s| json!(s))],
        extra in "[a-z]{1,5}",
        number in any::<f64>(),
    ) {
        thread_local!(static BENCH: Bench = Bench::new());
        let claims = json!({"sub": sub, extra: number, "uid": [], "channels": ["channel:a"]});
        BENCH.with(|bench| {
            if let Ok(identity) = bench.signed(&claims) {
                let named = sub.as_str().map_or_else(|| sub.to_string(), str::to_owned);
                prop_assert_eq!(identity.user_id, Some(named));
            }
            Ok(())
        })?;
    }
}
