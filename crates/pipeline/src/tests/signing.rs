//! The test vectors of `docs/protocol/signing.md` are what the code does.

use model::Source;

use crate::testing::{Bench, NOW, fixture_dir, post, project};
use crate::{Headers, Request};

/// `name: value` lines of the fenced block that begins with `# <title>`.
fn vector(title: &str) -> Vec<(String, String)> {
    let path = fixture_dir().join("../docs/protocol/signing.md");
    let doc = std::fs::read_to_string(path).expect("the document");
    let start = doc.find(&format!("# {title}\n")).expect("the vector");
    let block = doc[start..].split("```").next().expect("a fence");
    let pair = |line: &str| line.split_once(": ").map(|(k, v)| (k.to_owned(), v.to_owned()));
    block.lines().filter_map(pair).collect()
}

fn get<'v>(vector: &'v [(String, String)], name: &str) -> &'v str {
    let found = vector.iter().find(|(k, _)| k == name);
    found.map(|(_, v)| v.as_str()).unwrap_or_else(|| panic!("no {name}"))
}

/// A project whose signing key has the vector's secret.
fn bench(secret: &str) -> Bench {
    let secret = hex::decode(secret.strip_prefix("sbh_").expect("prefix")).expect("hex");
    let mut bench = Bench::new(|_| {});
    let mut project = project();
    project.settings.access.require_signature = true;
    project.signing[0].signing_secret = Some(secret);
    bench.directory.keys[2].1 = project.signing[0].clone().into();
    bench.directory.project = project.into();
    bench
}

#[test]
fn the_hmac_vectors_hold() {
    for title in ["batch", "empty path body"] {
        let v = vector(title);
        let mut request: Request = post(Source::Native, get(&v, "body"));
        request.path = get(&v, "path").to_owned();
        request.received_at = get(&v, "timestamp").parse().expect("ms");
        request.headers = Headers::default();
        let s = &mut request.headers.signature;
        s.key = Some(get(&v, "key").to_owned());
        s.timestamp = Some(get(&v, "timestamp").to_owned());
        s.nonce = Some(get(&v, "nonce").to_owned());
        s.value = Some(get(&v, "signature").to_owned());
        let bench = bench(get(&v, "secret"));
        let answer = bench.receive(Source::Native, &request);
        assert!(answer.is_ok(), "{title}: {answer:?}");
        request.body = format!("{} ", get(&v, "body")).into();
        request.headers.signature.nonce = Some("another-nonce".into());
        assert!(bench.receive(Source::Native, &request).is_err());
    }
}

#[test]
fn the_token_vector_holds() {
    let v = vector("token");
    let bench = bench(get(&v, "secret"));
    let mut request = post(Source::Native, r#"[{"type":"event","name":"a"}]"#);
    request.headers = Headers::default();
    request.headers.authorization = Some(format!("Bearer {}", get(&v, "token")));
    let expires: i64 = get(&v, "expires").parse().expect("seconds");
    request.received_at = expires * 1000 - 60_000;
    assert!(NOW > 0 && bench.receive(Source::Native, &request).is_ok());
    request.received_at = expires * 1000 + 61_000;
    assert!(bench.receive(Source::Native, &request).is_err());
}
