use std::time::Duration;

use crate::child::free_address;
use crate::peers;

use super::batches::Plan;
use super::load;

#[tokio::test]
async fn the_peer_keeps_every_event_once() {
    let dir = tempfile::tempdir().expect("directory");
    let address = free_address().expect("address");
    let path = dir.path().to_owned();
    tokio::spawn(async move { peers::ingest::serve(&path, address).await });
    let listening = async { while tokio::net::TcpStream::connect(address).await.is_err() {} };
    tokio::time::timeout(Duration::from_secs(10), listening).await.expect("the peer listens");

    let plan = Plan { address, key: "none", seed: 1, first: 0, events: 230, size: 20, now: 1 };
    let requests = plan.requests();
    assert_eq!(requests.len(), 12);
    let outcome = load::run(address, 4, requests.clone(), 230).await.expect("all are new");
    assert_eq!(outcome.latencies.len(), 12);

    let again = load::run(address, 4, requests, 230).await;
    let problem = again.err().expect("none are new").to_string();
    assert_eq!(problem, "ingest: 0 of 230 events were accepted");
}
