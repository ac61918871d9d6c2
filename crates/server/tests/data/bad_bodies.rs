//! Bodies that cannot be taken at all: malformed, oversized, bombs. One test per kind; each ends
//! with the ledger knowing exactly what came.

use std::io::{Read, Write};
use std::net::TcpStream;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use crate::ingest::gzip;
use crate::support::{NOW, ORIGIN, Server, counts, event, reasons};
use store::control::Role;

/// What nobody could be found for, as an admin sees it.
fn everything(server: &Server) -> std::collections::BTreeMap<String, u64> {
    let admin = server.sign_in("root", Role::Admin, &[]);
    counts(&admin.get("/api/ledger?from=0").expect(200).json())
}

#[test]
fn malformed_json_is_400_and_one_item() {
    let server = Server::start();
    for body in ["{", "", "nul", "{\"events\":[}", "\u{0}"] {
        let answer = server.page("/api/telemetry/batch").send(body).expect(400).json();
        assert_eq!(answer["ok"], false, "{body:?}");
        assert_eq!(answer["code"], "malformed", "{body:?}: {answer}");
        assert!(answer["requestId"].is_string());
    }
    let answer = server.page("/reportData").send("{").expect(400).json();
    assert_eq!(answer["code"], 400);
    let answer = server.page("/api/logs").send("{").expect(400).json();
    assert_eq!(answer["error"]["code"], "malformed");
    let answer = server.get("/reportData?apikey=x").send("").expect(400).json();
    assert_eq!(answer["code"], 400, "an image without data");
    assert_eq!(everything(&server), reasons(&[("malformed", 8)]));
}

#[test]
fn bytes_that_are_no_text_are_400() {
    let server = Server::start();
    let answer = server.page("/api/telemetry/batch").send(vec![0xff, 0xfe, 0x00]).expect(400);
    assert_eq!(answer.json()["code"], "malformed");
    let call = server.page("/api/telemetry/batch").header("content-encoding", "gzip");
    assert_eq!(call.send("not gzip").expect(400).json()["field"], "content-encoding");
    let call = server.page("/api/telemetry/batch").header("content-encoding", "br");
    assert_eq!(call.send("x").expect(400).json()["field"], "content-encoding");
    assert_eq!(everything(&server), reasons(&[("malformed", 3)]));
}

#[test]
fn an_oversized_body_is_413_before_it_is_held() {
    let server = Server::start();
    let body = vec![b' '; 9 << 20];
    let answer = server.page("/api/telemetry/batch").send(body).expect(413).json();
    assert_eq!(answer["code"], "too_large");
    // Attributed to the project whose key stands in the header, though nobody read the body.
    assert_eq!(server.ledger(), reasons(&[("too_large", 1)]));
}

#[test]
fn a_body_over_the_project_s_own_ceiling_is_413() {
    let server = Server::start();
    let mut big = event("big");
    big["props"] = json!({ "text": "x".repeat(2 << 20) });
    let answer = server.batch(json!([big, event("b")])).expect(413).json();
    assert_eq!(answer["code"], "too_large");
    let line = json!({ "deviceId": "d", "level": "info", "message": "x".repeat(2 << 20) });
    server.page("/api/logs").send(line).expect(413);
    assert_eq!(server.ledger(), reasons(&[("too_large", 3)]));
}

/// Speaks HTTP by hand, because no client would say such things.
fn raw(server: &Server, request: &str) -> String {
    let address = server.base.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn a_length_that_lies_does_not_help() {
    let server = Server::start();
    let head = |length: &str| {
        format!(
            "POST /api/telemetry/batch HTTP/1.1\r\nhost: x\r\nx-api-key: {}\r\n\
             connection: close\r\n{length}\r\n\r\n",
            server.key
        )
    };
    // Announced and never sent: refused without waiting for it.
    let answer = raw(&server, &head("content-length: 99999999999"));
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    let answer = raw(&server, &head("content-length: 9000000\r\nexpect: 100-continue"));
    assert!(answer.starts_with("HTTP/1.1 413"), "asked first, told at once: {answer}");
    // Not announced at all: counted while it comes.
    let mut chunked = head("transfer-encoding: chunked");
    let chunk = format!("{:x}\r\n{}\r\n", 1 << 20, " ".repeat(1 << 20));
    chunked.push_str(&chunk.repeat(9));
    chunked.push_str("0\r\n\r\n");
    let answer = raw(&server, &chunked);
    assert!(answer.starts_with("HTTP/1.1 413"), "{}", &answer[..answer.len().min(200)]);
    assert_eq!(server.ledger(), reasons(&[("too_large", 3)]));
}

#[test]
fn a_gzip_bomb_is_413() {
    let server = Server::start();
    // 64 MiB in 64 KiB, plain and inside another gzip.
    let bomb = gzip(&vec![b' '; 64 << 20]);
    for body in [bomb.clone(), gzip(&bomb)] {
        let layers = if body.len() == bomb.len() { "gzip" } else { "gzip, gzip" };
        let call = server.page("/api/telemetry/batch").header("content-encoding", layers);
        assert_eq!(call.send(body).expect(413).json()["code"], "too_large");
    }
    assert_eq!(everything(&server), reasons(&[("too_large", 2)]));
}

#[test]
fn json_that_is_nested_too_deep_fails_alone_in_its_batch() {
    let server = Server::start();
    let deep = format!(
        r#"{{"type":"event","name":"d","ts":{NOW},"props":{}1{}}}"#,
        r#"{"a":"#.repeat(40),
        "}".repeat(40)
    );
    let wide = format!(
        r#"{{"type":"event","name":"w","ts":{NOW},"props":{{"l":[{}1]}}}}"#,
        "1,".repeat(30_000)
    );
    let body = format!(r#"{{"events":[{deep},{},{wide}]}}"#, event("ok"));
    let reply = server.page("/api/telemetry/batch").send(body.as_str()).expect(200).json();
    assert_eq!((&reply["accepted"], &reply["rejected"]), (&json!(1), &json!(2)));
    assert_eq!(reply["errors"][0]["code"], "too_complex");
    assert_eq!(reply["errors"][1]["index"], 2);
    assert_eq!(server.ledger(), reasons(&[("stored", 1), ("too_complex", 2)]));

    // Nesting that has no end is an answer, not a stack overflow.
    let answer = server.page("/api/telemetry/batch").send("[".repeat(1 << 20).as_str());
    assert_eq!(answer.status, 400, "{}", answer.text);
}

/// `base64(gzip(base64(json)))`, as the SDK packs its recordings.
fn packed(json: &[u8]) -> String {
    STANDARD.encode(gzip(STANDARD.encode(json).as_bytes()))
}

#[test]
fn a_bombed_recording_is_refused_layer_by_layer() {
    let server = Server::start();
    let recording = |events: &str| {
        json!({
            "type": "recordScreen", "time": NOW, "status": "ok", "recordScreenId": "r1",
            "events": events, "apikey": server.key, "uuid": "p", "userId": "",
            "sdkVersion": "4.0.2", "pageUrl": "https://shop.example/", "deviceInfo": {},
        })
    };
    let send = |body| server.post("/reportData").header("origin", ORIGIN).send(body);
    let good = packed(format!(r#"[{{"type":4,"data":{{}},"timestamp":{NOW}}}]"#).as_bytes());
    send(recording(&good)).expect(200);
    // 48 MiB of spaces inside the inner base64: small on the wire, too large when undone.
    send(recording(&packed(&vec![b' '; 48 << 20]))).expect(413);
    send(recording("not base64!")).expect(400);
    send(recording(&STANDARD.encode("not gzip"))).expect(400);
    send(recording(&packed(b"not json"))).expect(400);
    let ledger = server.ledger();
    assert_eq!(ledger["stored"], 1);
    assert_eq!(ledger["too_large"], 1);
    assert_eq!(ledger.values().sum::<u64>(), 5, "{ledger:?}");
}
