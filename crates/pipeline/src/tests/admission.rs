//! Who gets in: keys, origins, anonymity, signatures, tokens, rates.

use hmac::{Hmac, KeyInit, Mac};
use jsonwebtoken::{EncodingKey, Header, encode};
use model::settings::Access;
use model::{KeyKind, Reason, Scope, Source, Stored};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::testing::{Bench, NOW, PUBLIC, SECRET, SIGNER, key, post, stored};
use crate::{Headers, Method, Request};

const BODY: &str = r#"[{"type":"event","name":"a"}]"#;

fn bare() -> Request {
    let mut request = post(Source::Native, BODY);
    request.headers = Headers::default();
    request
}

fn with(header: impl FnOnce(&mut Headers)) -> Request {
    let mut request = bare();
    header(&mut request.headers);
    request
}

fn verdict(bench: &Bench, request: &Request) -> Result<(), Reason> {
    bench.receive(Source::Native, request).map(drop).map_err(|t| t.refusal.reason)
}

fn signed(nonce: &str, at: i64, secret: u8) -> Request {
    let mut request = bare();
    let digest = hex::encode(Sha256::digest(&request.body));
    let canonical = format!("v1\n{at}\n{nonce}\nPOST\n{}\n{digest}", request.path);
    let mac = Hmac::<Sha256>::new_from_slice(&[secret; 32]).expect("key").chain_update(canonical);
    request.headers.signature.key = Some(SIGNER.into());
    request.headers.signature.timestamp = Some(at.to_string());
    request.headers.signature.nonce = Some(nonce.into());
    request.headers.signature.value =
        Some(format!("v1={}", hex::encode(mac.finalize().into_bytes())));
    request
}

fn token(claims: Value, kid: Option<&str>, secret: u8) -> Request {
    let mut header = Header::new(jsonwebtoken::Algorithm::HS256);
    header.kid = kid.map(str::to_owned);
    let jwt = encode(&header, &claims, &EncodingKey::from_secret(&[secret; 32])).expect("encodes");
    with(|h| h.authorization = Some(format!("Bearer {jwt}")))
}

#[test]
fn a_key_is_found_wherever_it_is_shown() {
    let bench = Bench::new(|_| {});
    let mut in_query = bare();
    in_query.query = format!("x=1&apikey={PUBLIC}");
    let mut in_body = bare();
    in_body.body = format!(r#"{{"apiKey":"{PUBLIC}","events":[]}}"#).into();
    let mut in_item = bare();
    in_item.body = format!(r#"[{{"type":"event","name":"a","apikey":"{PUBLIC}"}}]"#).into();
    for request in [
        with(|h| h.api_key = Some(PUBLIC.into())),
        with(|h| h.authorization = Some(format!("Bearer {SECRET}"))),
        in_query,
        in_body,
        in_item,
    ] {
        assert_eq!(verdict(&bench, &request), Ok(()), "{:?}", request.headers);
    }
    assert_eq!(verdict(&bench, &bare()), Err(Reason::Key));
    assert_eq!(verdict(&bench, &with(|h| h.api_key = Some("sbp_no".into()))), Err(Reason::Key));
    let id_only = with(|h| h.api_key = Some(SIGNER.into()));
    assert_eq!(verdict(&bench, &id_only), Err(Reason::Key), "an id proves nothing");
}

#[test]
fn expiry_scope_and_the_kill_switch_are_checked() {
    let request = with(|h| h.api_key = Some(PUBLIC.into()));
    let mut bench = Bench::new(|_| {});
    let mut expired = key(1, KeyKind::Public);
    expired.expires_at = Some(NOW);
    bench.directory.keys[0].1 = expired.into();
    assert_eq!(verdict(&bench, &request), Err(Reason::Key));
    let mut narrow = key(1, KeyKind::Public);
    narrow.scopes = vec![Scope::IngestLogs];
    bench.directory.keys[0].1 = narrow.into();
    assert_eq!(verdict(&bench, &request), Err(Reason::Scope));
    assert_eq!(verdict(&Bench::new(|s| s.enabled = false), &request), Err(Reason::KillSwitch));
}

#[test]
fn public_keys_are_for_allowed_origins() {
    let bench = Bench::new(|s| {
        s.access.origins = vec!["https://shop.example".into(), "https://*.shop.example".into()];
    });
    let from = |origin: &str, key: &str| {
        with(|h| (h.api_key, h.origin) = (Some(key.into()), Some(origin.into())))
    };
    for good in ["https://shop.example", "https://www.shop.example"] {
        assert_eq!(verdict(&bench, &from(good, PUBLIC)), Ok(()), "{good}");
    }
    for bad in [
        "http://shop.example",
        "https://shop.example.evil.example",
        "null",
        "",
        "https://evilshop.example",
        "https://shop.example:444",
    ] {
        assert_eq!(verdict(&bench, &from(bad, PUBLIC)), Err(Reason::Origin), "{bad}");
    }
    assert_eq!(verdict(&bench, &from("https://any.example", SECRET)), Ok(()));
    let strict = Bench::new(|s| s.access.allow_no_origin = false);
    let silent = with(|h| h.api_key = Some(PUBLIC.into()));
    assert_eq!(verdict(&strict, &silent), Err(Reason::Origin));
    assert_eq!(verdict(&strict, &from("https://shop.example", PUBLIC)), Err(Reason::Origin));
}

#[test]
fn anonymity_is_the_projects_choice() {
    let public = with(|h| h.api_key = Some(PUBLIC.into()));
    let secret = with(|h| h.api_key = Some(SECRET.into()));
    let access = |anonymous, signature| {
        Bench::new(move |s| {
            s.access = Access {
                allow_anonymous: anonymous,
                require_signature: signature,
                ..Access::default()
            };
        })
    };
    let cases = [
        (true, false, Ok(()), Ok(())),
        (false, false, Err(Reason::Signature), Ok(())),
        (true, true, Err(Reason::Signature), Err(Reason::Signature)),
    ];
    for (anonymous, signature, for_public, for_secret) in cases {
        let bench = access(anonymous, signature);
        assert_eq!(verdict(&bench, &public), for_public);
        assert_eq!(verdict(&bench, &secret), for_secret);
        assert_eq!(verdict(&bench, &signed("nonce-0001", NOW, 3)), Ok(()));
    }
}

#[test]
fn signatures_are_fresh_right_and_used_once() {
    let bench = Bench::new(|_| {});
    let refused = Err(Reason::Signature);
    assert_eq!(verdict(&bench, &signed("nonce-0001", NOW, 3)), Ok(()));
    assert_eq!(verdict(&bench, &signed("nonce-0001", NOW, 3)), refused, "replayed");
    assert_eq!(verdict(&bench, &signed("nonce-0002", NOW - 299_000, 3)), Ok(()));
    assert_eq!(verdict(&bench, &signed("nonce-0003", NOW - 301_000, 3)), refused, "old");
    assert_eq!(verdict(&bench, &signed("nonce-0004", NOW + 301_000, 3)), refused, "early");
    assert_eq!(verdict(&bench, &signed("short", NOW, 3)), refused);
    assert_eq!(verdict(&bench, &signed("nonce-0005", NOW, 4)), refused, "another secret");
    assert_eq!(verdict(&bench, &signed("nonce-0005", NOW, 3)), Ok(()), "a failure uses no nonce");
    let mut other_path = signed("nonce-0006", NOW, 3);
    other_path.path = "/reportData".into();
    assert_eq!(verdict(&bench, &other_path), refused);
    let mut other_body = signed("nonce-0007", NOW, 3);
    other_body.body = BODY.replace('a', "b").into();
    assert_eq!(verdict(&bench, &other_body), refused);
    let mut half = signed("nonce-0008", NOW, 3);
    half.headers.signature.value = None;
    half.headers.api_key = Some(PUBLIC.into());
    assert_eq!(verdict(&bench, &half), refused, "a half signature is not none");
}

#[test]
fn a_signature_may_stand_in_the_query_for_beacons() {
    let bench = Bench::new(|s| s.access.require_signature = true);
    let mut request = signed("nonce-0001", NOW, 3);
    let s = std::mem::take(&mut request.headers.signature);
    request.query = format!(
        "sb_key={SIGNER}&sb_ts={NOW}&sb_nonce=nonce-0001&sb_sig={}",
        s.value.expect("signed")
    );
    assert_eq!(verdict(&bench, &request), Ok(()));
}

#[test]
fn keys_that_left_the_project_sign_nothing() {
    let mut bench = Bench::new(|_| {});
    let mut project = crate::testing::project();
    project.signing.clear();
    bench.directory.project = project.into();
    assert_eq!(verdict(&bench, &signed("nonce-0001", NOW, 3)), Err(Reason::Signature));
    let claims = json!({"sub": "u", "exp": NOW / 1000 + 60});
    assert_eq!(verdict(&bench, &token(claims, Some(SIGNER), 3)), Err(Reason::Token));
}

#[test]
fn tokens_are_verified_and_name_the_user() {
    let bench = Bench::new(|s| s.access.require_signature = true);
    let exp = NOW / 1000 + 600;
    let ok = |claims| verdict(&bench, &token(claims, Some(SIGNER), 3));
    for id in ["sub", "uid", "id", "userId"] {
        assert_eq!(ok(json!({id: "u1", "exp": exp})), Ok(()), "{id}");
    }
    assert_eq!(ok(json!({"uid": 42, "exp": exp, "aud": ["x", "shop"]})), Ok(()));
    let refused = Err(Reason::Token);
    assert_eq!(ok(json!({"sub": "u1"})), refused, "no expiry");
    assert_eq!(ok(json!({"sub": "u1", "exp": NOW / 1000 - 61})), refused, "expired");
    assert_eq!(ok(json!({"sub": "u1", "exp": exp, "nbf": exp})), refused, "too early");
    assert_eq!(ok(json!({"sub": "u1", "exp": exp, "aud": "other"})), refused, "audience");
    let claims = json!({"sub": "u1", "role": "admin", "exp": exp});
    assert_eq!(verdict(&bench, &token(claims.clone(), Some(SIGNER), 4)), refused, "signature");
    assert_eq!(verdict(&bench, &token(claims.clone(), None, 3)), refused, "no kid");
    assert_eq!(verdict(&bench, &token(claims.clone(), Some("sbk_x"), 3)), refused, "unknown kid");
    let none = "eyJhbGciOiJub25lIiwia2lkIjoic2JrXzAwMDAwMDAwMDAwMDAwMDMifQ.e30.";
    let unsigned = with(|h| h.authorization = Some(format!("Bearer {none}")));
    assert_eq!(verdict(&bench, &unsigned), refused, "alg none");

    let mut request = token(claims, Some(SIGNER), 3);
    request.body = r#"[{"type":"event","name":"a","user":{"id":"someone-else"}}]"#.into();
    let batch = bench.receive(Source::Native, &request).expect("admitted");
    let Stored::Events(rows) = stored(&batch).remove(0) else { panic!("events") };
    assert_eq!(rows[0].user, crate::user_pseudonym(&bench.directory.project, "u1"));
    assert_eq!(rows[0].role, "admin");
}

#[test]
fn callers_are_limited_by_address_and_user() {
    let bench = Bench::new(|_| {});
    let request = |user: &str, ip: &str, at| {
        let mut request = post(
            Source::Native,
            format!(
                r#"{{"user":{{"id":"{user}"}},"events":[{{"type":"event","name":"a"}},{{"type":"event","name":"b"}}]}}"#
            ),
        );
        request.ip = ip.parse().expect("address");
        request.received_at = at;
        request
    };
    for _ in 0..60 {
        assert_eq!(verdict(&bench, &request("u1", "203.0.113.1", NOW)), Ok(()));
    }
    let turned = bench.receive(Source::Native, &request("u1", "203.0.113.1", NOW));
    let turned = turned.expect_err("limited");
    assert_eq!((turned.refusal.reason, turned.refusal.retry_after_s), (Reason::Rate, Some(1)));
    assert_eq!((turned.items, turned.project.0), (2, 7), "each item is counted");
    assert_eq!(verdict(&bench, &request("u2", "203.0.113.1", NOW)), Ok(()));
    assert_eq!(verdict(&bench, &request("u1", "203.0.113.2", NOW)), Ok(()));
    assert_eq!(verdict(&bench, &request("u1", "203.0.113.1", NOW + 1000)), Ok(()));
    // Inventing users gains at most ten times the rate.
    let invented = (0..2000)
        .filter(|n| verdict(&bench, &request(&format!("x{n}"), "203.0.113.9", NOW)).is_ok());
    assert_eq!(invented.count(), 600);
    // Back ends speak for many users.
    let mut server = request("u1", "203.0.113.1", NOW);
    server.headers.api_key = Some(SECRET.into());
    assert!((0..1000).all(|_| verdict(&bench, &server).is_ok()));
}

#[test]
fn web_see_reports_come_as_beacon_json_or_image() {
    let bench = Bench::new(|_| {});
    let report = format!(
        r#"{{"type":"error","message":"点 m","apikey":"{PUBLIC}","time":{NOW},"uuid":"p"}}"#
    );
    let mut beacon = bare();
    beacon.headers.content_type = Some("text/plain;charset=UTF-8".into());
    beacon.body = report.clone().into();
    let mut image = bare();
    image.method = Method::Get;
    image.body = Default::default();
    let encoded: String = report.bytes().map(|b| format!("%{b:02X}")).collect();
    image.query = format!("data={encoded}");
    let by = |request: &Request| bench.receive(Source::WebSee, request).expect("taken");
    let (first, second) = (by(&beacon), by(&image));
    assert_eq!(first.items[0].key, second.items[0].key, "the same report by either way");
    assert_eq!(first.items[0].payload, second.items[0].payload);
}
