use serde_json::json;

use crate::support::{Packet, Server};

#[test]
fn when_the_server_goes_everybody_is_told_to_come_back() {
    let server = Server::start();
    let mut ann = server.connect("ann", &[]);
    let mut ben = server.connect("ben", &["admin"]);
    let last = json!({"event": "notice:new", "data": {"n": 1}, "users": ["ann"]});
    server.publish(last).expect(200);
    server.runtime.as_ref().unwrap().block_on(server.app.close_live());
    assert_eq!(ann.event().0, "notice:new", "what came before is not lost");
    let goodbye = Packet::Closed(1001, "server shutting down".to_owned());
    assert_eq!((ann.packet(), ben.packet()), (goodbye.clone(), goodbye));
}
