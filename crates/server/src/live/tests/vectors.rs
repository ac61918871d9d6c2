//! The vectors of `docs/protocol/realtime-auth.md` are what the code does.

use store::control::TokenMaterial;

use super::Bench;
use crate::live::{AuthRefusal, read_public_key};

const DOC: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/protocol/realtime-auth.md"));

/// A line of the fenced block that begins with `# <title>`.
pub(super) fn vector(title: &str, name: &str) -> &'static str {
    let (_, rest) = DOC.split_once(&format!("# {title}\n")).expect("the vector");
    let block = rest.split("```").next().expect("a fence");
    let line = block.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")));
    line.unwrap_or_else(|| panic!("no {name} in {title}"))
}

pub(super) fn material(title: &str) -> TokenMaterial {
    if title == "HS256" {
        return TokenMaterial::Hs256(vector(title, "secret").into());
    }
    let jwk = serde_json::from_str(vector(title, "jwk")).expect("JSON");
    read_public_key(&jwk).expect("a public key")
}

#[test]
fn every_algorithm_verifies_its_vector_and_no_other_token() {
    for (title, kid) in [("HS256", "hs-2026"), ("RS256", "rsa-2026"), ("EdDSA", "ed-2026")] {
        let bench = Bench::new();
        let id = bench.key(bench.shop, kid, material(title));
        let token = vector(title, "token");
        let ann = bench.verify(token).unwrap_or_else(|refusal| panic!("{title}: {refusal}"));
        assert_eq!(ann.user_id.as_deref(), Some("u-123"));
        assert_eq!(ann.roles, ["buyer"]);
        assert_eq!(ann.token_id.as_deref(), Some("t-1"));
        let used = bench.control.token_keys(bench.shop).expect("keys");
        assert_eq!(used.iter().filter(|key| key.last_used_at.is_some()).count(), 1);

        let (message, signature) = token.rsplit_once('.').expect("three parts");
        let (header, _) = message.split_once('.').expect("two parts");
        let other = super::token(None, b"x", &serde_json::json!({"sub": "eve", "aud": "shop"}));
        let forged = other.split('.').nth(1).expect("claims");
        let forged = bench.verify(&format!("{header}.{forged}.{signature}"));
        assert_eq!(forged, Err(AuthRefusal::Signature), "{title}");
        let unsigned = bench.verify(&format!("{message}."));
        assert!(unsigned.is_err(), "{title}");

        bench.control.revoke_token_key(&store::control::Actor::system(), bench.shop, id).unwrap();
        assert_eq!(bench.verify(token), Err(AuthRefusal::UnknownKey));
        assert_eq!(bench.verifier.recheck(&ann), Err(AuthRefusal::Withdrawn));
    }
}
