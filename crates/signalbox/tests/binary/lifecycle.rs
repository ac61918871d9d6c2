use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use rustix::process::Signal;
use serde_json::json;

use crate::server::{Server, demo_key, finish, http, signalbox};

/// A demo project without any traffic of its own.
fn quiet_demo(dir: &std::path::Path) -> Server {
    Server::start(signalbox(dir).args(["serve", "--demo"]).args([
        "--set",
        "demo.history=0",
        "--set",
        "demo.per_minute=0",
    ]))
}

#[test]
fn what_was_acknowledged_before_sigterm_is_there_after_it() {
    let dir = tempfile::tempdir().expect("tempdir");
    let server = quiet_demo(dir.path());
    let key = demo_key(dir.path());
    let (acknowledged, sent) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let stop = Arc::new(AtomicBool::new(false));
    let senders: Vec<_> = (0..4)
        .map(|sender| {
            let (url, key) = (server.url.clone(), key.clone());
            let (acknowledged, sent, stop) =
                (Arc::clone(&acknowledged), Arc::clone(&sent), Arc::clone(&stop));
            std::thread::spawn(move || {
                let http = http();
                for n in 0_u64.. {
                    if stop.load(Ordering::SeqCst) {
                        return;
                    }
                    let events = json!([
                        { "type": "event", "name": "a", "eventId": format!("s{sender}-{n}-a") },
                        { "type": "event", "name": "b", "eventId": format!("s{sender}-{n}-b") },
                    ]);
                    sent.fetch_add(2, Ordering::SeqCst);
                    let answer = http
                        .post(format!("{url}/api/telemetry/batch"))
                        .header("x-api-key", &key)
                        .content_type("application/json")
                        .send(events.to_string());
                    match answer {
                        Ok(answer) if answer.status() == 200 => {
                            acknowledged.fetch_add(2, Ordering::SeqCst);
                        }
                        Ok(answer) => {
                            assert_eq!(answer.status(), 503, "only a server that stops refuses")
                        }
                        // The listener is gone.
                        Err(_) => return,
                    }
                }
            })
        })
        .collect();
    while acknowledged.load(Ordering::SeqCst) < 200 {
        assert!(!senders.iter().any(|sender| sender.is_finished()), "a sender gave up");
        std::thread::yield_now();
    }
    server.signal(Signal::TERM);
    let (status, _, log) = server.wait();
    stop.store(true, Ordering::SeqCst);
    for sender in senders {
        sender.join().expect("sender");
    }
    assert_eq!(status.code(), Some(0), "{log}");
    for step in
        ["stopping", "no more requests", "jobs stopped", "store flushed and closed", "stopped"]
    {
        assert!(log.contains(step), "{step} in {log}");
    }

    let (code, out, err) = finish(signalbox(dir.path()).arg("migrate"));
    assert_eq!(code, Some(0), "{err}");
    let line = out.lines().find(|line| line.starts_with("warehouse")).expect("warehouse");
    let stored: u64 =
        line.split_whitespace().find_map(|word| word.parse().ok()).expect("a number of events");
    let (acknowledged, sent) = (acknowledged.load(Ordering::SeqCst), sent.load(Ordering::SeqCst));
    assert!((acknowledged..=sent).contains(&stored), "{acknowledged} ≤ {stored} ≤ {sent}");
}

#[test]
fn a_second_signal_ends_a_shutdown_that_waits() {
    let dir = tempfile::tempdir().expect("tempdir");
    let server = Server::start(signalbox(dir.path()).arg("serve"));
    // A request whose body never comes keeps the drain waiting.
    let address = server.url.trim_start_matches("http://").to_owned();
    let mut stream = std::net::TcpStream::connect(&address).expect("connect");
    let head = b"POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\nExpect: 100-continue\r\n\r\n";
    std::io::Write::write_all(&mut stream, head).expect("write");
    // The server asks for the body once the handler reads it: now the request is in flight.
    let mut go_on = [0; 12];
    std::io::Read::read_exact(&mut stream, &mut go_on).expect("100 Continue");
    assert_eq!(&go_on, b"HTTP/1.1 100");

    server.signal(Signal::TERM);
    // The listener closes as the first step, so a refused connection says that it has begun.
    while std::net::TcpStream::connect(&address).is_ok() {
        std::thread::yield_now();
    }
    server.signal(Signal::INT);
    let (status, _, log) = server.wait();
    assert_eq!(status.code(), Some(130), "{log}");
    assert!(log.contains("asked again"), "{log}");
}

#[test]
fn starting_says_how_long_it_took() {
    let dir = tempfile::tempdir().expect("tempdir");
    let server = Server::start(signalbox(dir.path()).arg("serve"));
    server.signal(Signal::INT);
    let (status, out, log) = server.wait();
    assert_eq!(status.code(), Some(0));
    assert!(out.contains("Sign in as  admin"), "{out}");
    let ready = log
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .find_map(|line| line["ready_ms"].as_u64())
        .expect("ready_ms");
    // Measured, not judged: debug builds on busy machines are slow.
    eprintln!("start to ready: {ready} ms on an empty data directory");

    // The one-time password is shown at the first start only.
    let server = Server::start(signalbox(dir.path()).arg("serve"));
    server.signal(Signal::TERM);
    let (_, out, _) = server.wait();
    assert!(!out.contains("Sign in as"), "{out}");
}

#[test]
fn a_port_in_use_is_said_and_changes_nothing_on_disk() {
    let dir = tempfile::tempdir().expect("tempdir");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("bind");
    let port = taken.local_addr().expect("address").port().to_string();
    let (code, _, err) = finish(signalbox(dir.path()).args(["serve", "--port", &port]));
    assert_eq!(code, Some(1));
    assert!(err.contains(&format!("cannot listen on 127.0.0.1:{port}")), "{err}");
    assert!(err.contains("another program has that port"), "{err}");
    assert!(!dir.path().join("data").exists());
}

#[test]
fn a_second_process_on_the_same_data_is_refused() {
    let dir = tempfile::tempdir().expect("tempdir");
    let server = Server::start(signalbox(dir.path()).arg("serve"));
    let (code, _, err) = finish(signalbox(dir.path()).arg("serve"));
    assert_eq!(code, Some(1));
    assert!(err.contains("is in use by another process"), "{err}");
    server.signal(Signal::TERM);
    assert_eq!(server.wait().0.code(), Some(0));
}

#[test]
fn further_listeners_serve_the_same() {
    let dir = tempfile::tempdir().expect("tempdir");
    let server = Server::start(
        signalbox(dir.path())
            .arg("serve")
            .env("SIGNALBOX_SERVER__EXTRA_LISTENERS", "127.0.0.1:0, [::1]:0"),
    );
    server.signal(Signal::TERM);
    let (status, out, _) = server.wait();
    assert_eq!(status.code(), Some(0));
    let urls: Vec<_> = out.lines().filter(|line| line.contains("http://")).collect();
    assert_eq!(urls.len(), 3, "{out}");
}
