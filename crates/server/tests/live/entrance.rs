use model::identity::ChannelPattern;
use serde_json::{Value, json};
use server::LiveOptions;

use crate::support::{Packet, Server, Socket};

#[test]
fn without_a_good_token_nobody_gets_in() {
    let server = Server::start();
    let good = server.ticket(json!({"userId": "ann"}));
    for (auth, message) in [
        (json!({}), "Authentication required"),
        (json!({"token": ""}), "Authentication required"),
        (json!({"token": "nonsense"}), "unauthorized"),
        (json!({"token": format!("{good}x")}), "unauthorized"),
        (json!({"token": good, "project": "other"}), "unauthorized"),
    ] {
        let (_, answer) = Socket::enter(server.address, &auth);
        let Packet::Refused(why) = answer else { panic!("{answer:?}") };
        assert_eq!(
            (&why["message"], &why["data"]["code"]),
            (&json!(message), &json!("UNAUTHORIZED"))
        );
    }
    Socket::connect(server.address, &json!({"token": good}));
}

#[test]
fn the_rooms_of_others_cannot_be_joined() {
    let server = Server::start();
    server.settings(|settings| {
        let open = ChannelPattern::parse("channel:news:*").unwrap();
        settings.realtime.open_channels = vec![open.as_str().to_owned()];
    });
    let mut ann = server.connect("ann", &["buyer"]);
    let rooms = ["user:ben", "role:admin", "device:d1", "level:error", "sb:x", "channel:secret"];
    let (answer, _) = ann.ask(&json!(["join", rooms]));
    assert_eq!((&answer["ok"], &answer["joined"]), (&json!(false), &json!([])));
    let refused = answer["refused"].as_array().unwrap();
    assert!(refused.len() == 6 && refused.iter().all(|one| one["code"] == "FORBIDDEN"));
    let (answer, _) = ann.ask(&json!(["join", ["channel:news:today", "user:ann"]]));
    assert_eq!(answer["joined"], json!(["channel:news:today", "user:ann"]));

    let told = |room: &str| json!({"event": "my:news", "data": room, "rooms": [room]});
    let events: Vec<Value> =
        ["role:admin", "channel:secret", "channel:news:today"].map(told).into();
    server.publish(json!({ "events": events })).expect(200);
    assert_eq!(ann.heard(), [("my:news".to_owned(), json!("channel:news:today"))]);
}

#[test]
fn what_begins_with_admin_is_for_administrators() {
    let server = Server::start();
    let question = json!(["admin:restart", 1]);
    let (answer, _) = server.connect("ann", &["buyer"]).ask(&question);
    assert_eq!(answer["error"]["code"], "FORBIDDEN");
    let (answer, _) = server.connect("boss", &["admin"]).ask(&question);
    assert_eq!(answer["error"]["code"], "UNKNOWN_ACTION", "let through, and unknown");
}

#[test]
fn when_all_places_are_taken_newcomers_hear_so() {
    let server = Server::live(LiveOptions { connections: 2, ..LiveOptions::default() });
    let mut ann = server.connect("ann", &[]);
    let mut ben = server.connect("ben", &[]);
    let token = server.ticket(json!({"userId": "eve"}));
    let (_, answer) = Socket::enter(server.address, &json!({ "token": token }));
    let Packet::Refused(why) = answer else { panic!("{answer:?}") };
    assert_eq!(why["message"], "Connection limit reached");
    assert_eq!(why["data"]["code"], "MAX_CONNECTIONS_EXCEEDED");

    // An administrator gets the place of whoever has been silent for longest.
    server.clock.advance(1000);
    assert!(ben.heard().is_empty());
    server.connect("boss", &["admin"]);
    let (name, told) = ann.event();
    assert_eq!((name.as_str(), &told["code"]), ("error", &json!("MAX_CONNECTIONS_EXCEEDED")));
    ann.closed();
    assert!(ben.heard().is_empty());
}
