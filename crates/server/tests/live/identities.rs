use serde_json::json;

use crate::support::{Server, Socket};

/// A ticket's ten minutes, and what clocks may be apart.
const OVER: i64 = 600_000 + 30_000;

#[test]
fn a_token_that_is_taken_back_ends_its_connections_at_once() {
    let server = Server::start();
    let mut ann = server.connect("ann", &[]);
    let mut ben = server.connect("ben", &[]);
    server.revoke("ann");
    let (name, told) = ann.event();
    assert_eq!((name.as_str(), &told["code"]), ("error", &json!("UNAUTHORIZED")));
    ann.closed();
    assert!(ben.heard().is_empty(), "nobody else's business");
}

#[test]
fn an_expired_token_has_its_grace() {
    let server = Server::start();
    server.settings(|settings| settings.realtime.reauth_grace_seconds = 60);
    let mut ann = server.connect("ann", &[]);
    server.clock.advance(OVER - 1);
    server.recheck();
    assert!(ann.heard().is_empty(), "still good");
    server.clock.advance(1);
    server.recheck();
    let (name, told) = ann.event();
    assert_eq!((name.as_str(), &told["code"]), ("error", &json!("UNAUTHORIZED")));
    server.clock.advance(59_999);
    server.recheck();
    assert!(ann.heard().is_empty(), "told once");
    server.clock.advance(1);
    server.recheck();
    assert_eq!(ann.event().0, "error");
    ann.closed();
}

#[test]
fn a_new_token_on_the_old_connection_goes_on() {
    let server = Server::start();
    let mut ann = server.connect("ann", &["buyer"]);
    server.clock.advance(OVER);
    server.recheck();
    assert_eq!(ann.event().0, "error");
    let others = server.ticket(json!({"userId": "ben", "roles": ["buyer"]}));
    let (answer, _) = ann.ask(&json!(["auth", {"token": others}]));
    assert_eq!(answer["error"]["code"], "FORBIDDEN");
    let own = server.ticket(json!({"userId": "ann", "roles": ["buyer"]}));
    let (answer, _) = ann.ask(&json!(["auth", {"token": own}]));
    assert_eq!(answer["ok"], true);
    server.clock.advance(60_000);
    server.recheck();
    assert!(ann.heard().is_empty());
}

#[test]
fn nobody_comes_back_with_what_has_expired() {
    let server = Server::start();
    let token = server.ticket(json!({"userId": "ann"}));
    server.clock.advance(OVER);
    let (_, answer) = Socket::enter(server.address, &json!({ "token": token }));
    assert!(format!("{answer:?}").contains("UNAUTHORIZED"), "{answer:?}");
}
