use std::sync::atomic::{AtomicBool, Ordering};

use axum::routing::get;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use super::*;

const GET: &[u8] = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n";

struct Running {
    address: SocketAddr,
    stop: watch::Sender<bool>,
    task: JoinHandle<Drained>,
}

async fn start(router: Router, change: impl FnOnce(&mut ListenOptions)) -> Running {
    let mut options = ListenOptions {
        max_connections: 8,
        header_timeout: Duration::from_secs(30),
        grace: Duration::from_secs(30),
    };
    change(&mut options);
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("bind");
    let address = listener.local_addr().expect("address");
    let (stop, stopped) = watch::channel(false);
    let task = tokio::spawn(listen(vec![listener], router, options, stopped));
    Running { address, stop, task }
}

async fn answer(mut stream: TcpStream) -> String {
    let mut text = String::new();
    stream.read_to_string(&mut text).await.expect("read");
    text
}

/// A route that says when it is reached and answers when it is told to.
fn waiting_route() -> (Router, Arc<Notify>, Arc<Notify>) {
    let (reached, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (r, g) = (Arc::clone(&reached), Arc::clone(&go_on));
    let handler = move || async move {
        r.notify_one();
        g.notified().await;
        "done"
    };
    (Router::new().route("/", get(handler)), reached, go_on)
}

#[tokio::test]
async fn a_request_in_flight_is_answered_before_the_drain_ends() {
    let (router, reached, go_on) = waiting_route();
    let running = start(router, |_| {}).await;
    let mut stream = TcpStream::connect(running.address).await.expect("connect");
    stream.write_all(GET).await.expect("write");
    reached.notified().await;
    running.stop.send(true).expect("listening");
    go_on.notify_one();
    assert!(answer(stream).await.ends_with("done"));
    assert_eq!(running.task.await.expect("drained"), Drained { aborted: 0 });
    assert!(TcpStream::connect(running.address).await.is_err(), "no longer accepting");
}

#[tokio::test]
async fn a_request_that_never_ends_is_cut_off_after_the_grace_period() {
    let (router, reached, _go_on) = waiting_route();
    let running = start(router, |o| o.grace = Duration::from_millis(20)).await;
    let mut stream = TcpStream::connect(running.address).await.expect("connect");
    stream.write_all(GET).await.expect("write");
    reached.notified().await;
    running.stop.send(true).expect("listening");
    assert_eq!(running.task.await.expect("drained"), Drained { aborted: 1 });
}

#[tokio::test]
async fn a_dawdling_request_head_ends_the_connection() {
    let running = start(Router::new(), |o| o.header_timeout = Duration::from_millis(20)).await;
    let mut stream = TcpStream::connect(running.address).await.expect("connect");
    stream.write_all(b"GET / HTTP/1.1\r\nHost:").await.expect("write");
    // Ends by itself: the test would hang if it did not.
    let said = answer(stream).await;
    assert!(!said.contains("200"), "{said}");
}

#[tokio::test]
async fn an_idle_connection_does_not_hold_up_a_shutdown() {
    let running = start(Router::new().route("/", get(|| async { "ok" })), |_| {}).await;
    let mut idle = TcpStream::connect(running.address).await.expect("connect");
    idle.write_all(GET).await.expect("write");
    let mut head = [0; 8];
    idle.read_exact(&mut head).await.expect("answered");
    running.stop.send(true).expect("listening");
    assert_eq!(running.task.await.expect("drained"), Drained { aborted: 0 });
}

#[tokio::test]
async fn a_connection_beyond_the_limit_waits_for_its_turn() {
    let (router, reached, go_on) = waiting_route();
    let running = start(router, |o| o.max_connections = 1).await;
    let mut first = TcpStream::connect(running.address).await.expect("connect");
    first
        .write_all(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        .await
        .expect("write");
    reached.notified().await;

    let mut second = TcpStream::connect(running.address).await.expect("queued by the system");
    second
        .write_all(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        .await
        .expect("write");
    let served = Arc::new(AtomicBool::new(false));
    let watcher = tokio::spawn({
        let served = Arc::clone(&served);
        async move {
            let text = answer(second).await;
            served.store(true, Ordering::SeqCst);
            text
        }
    });
    assert!(!served.load(Ordering::SeqCst));
    go_on.notify_one();
    assert!(answer(first).await.ends_with("done"));
    // Only now does the second one reach the handler.
    reached.notified().await;
    go_on.notify_one();
    assert!(watcher.await.expect("served").ends_with("done"));
}
