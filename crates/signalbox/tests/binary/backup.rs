use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use rustix::process::Signal;
use serde_json::json;

use crate::server::{Server, demo_key, finish, http, signalbox};

const QUIET: [&str; 4] = ["--set", "demo.history=0", "--set", "demo.per_minute=0"];

/// Sends until told to stop, counting what is acknowledged.
fn flood(url: &str, key: &str, stop: &AtomicBool, acknowledged: &AtomicU64) {
    let http = http();
    for n in 0_u64.. {
        if stop.load(Ordering::SeqCst) {
            return;
        }
        let answer = http
            .post(format!("{url}/api/telemetry/batch"))
            .header("x-api-key", key)
            .content_type("application/json")
            .send(json!([{ "type": "event", "name": "a", "eventId": format!("e{n}") }]).to_string())
            .expect("answer");
        assert_eq!(answer.status(), 200);
        acknowledged.fetch_add(1, Ordering::SeqCst);
    }
}

/// The number before a word in what a command prints.
fn number(text: &str, word: &str) -> u64 {
    let before = text.split(&format!(" {word}")).next().expect("text");
    before.rsplit(' ').next().expect("word").parse().unwrap_or_else(|_| panic!("{word}: {text}"))
}

fn backup(dir: &Path, arguments: &[&str]) -> (String, String) {
    let (code, out, err) = finish(signalbox(dir).arg("backup").args(arguments));
    assert_eq!(code, Some(0), "{out}{err}");
    let (path, told) = out.split_once(" verified: ").expect("a path");
    (path.to_owned(), told.to_owned())
}

#[test]
fn a_running_server_is_backed_up_by_the_command_and_restores_to_as_much() {
    let dir = tempfile::tempdir().expect("tempdir");
    let server = Server::start(signalbox(dir.path()).args(["serve", "--demo"]).args(QUIET));
    let key = demo_key(dir.path());
    let (stop, acknowledged) = (AtomicBool::new(false), AtomicU64::new(0));
    let (path, told, before, after) = std::thread::scope(|scope| {
        let sender = scope.spawn(|| flood(&server.url, &key, &stop, &acknowledged));
        while acknowledged.load(Ordering::SeqCst) < 50 {
            assert!(!sender.is_finished(), "the sender gave up");
            std::thread::yield_now();
        }
        let before = acknowledged.load(Ordering::SeqCst);
        let (path, told) = backup(dir.path(), &[]);
        stop.store(true, Ordering::SeqCst);
        sender.join().expect("sender");
        (path, told, before, acknowledged.load(Ordering::SeqCst))
    });
    assert!(Path::new(&path).starts_with(dir.path().join("data/backups")), "{path}");
    assert!(Path::new(&path).is_dir());
    let backed_up = number(&told, "events") + number(&told, "items still in the inbox");
    assert!((before..=after).contains(&backed_up), "{before} ≤ {backed_up} ≤ {after}");
    server.signal(Signal::TERM);
    let (status, _, log) = server.wait();
    assert_eq!(status.code(), Some(0), "{log}");
    assert!(log.contains("backup asked for on this machine"), "{log}");
    assert!(!dir.path().join("data/control.sock").exists(), "removed in an orderly stop");

    let (code, out, err) = finish(signalbox(dir.path()).args(["verify-backup", &path]));
    assert_eq!(
        (code, out),
        (Some(0), format!("sound: {}", told.lines().next().expect("line")) + "\n"),
        "{err}"
    );
    let elsewhere = ["--data-dir", "restored"];
    let (code, _, err) = finish(signalbox(dir.path()).args(["restore", &path]).args(elsewhere));
    assert_eq!(code, Some(0), "{err}");
    std::fs::copy(dir.path().join("data/master.key"), dir.path().join("restored/master.key"))
        .expect("key");
    // Starting and stopping moves what was still in the inbox.
    let server = Server::start(signalbox(dir.path()).arg("serve").args(elsewhere));
    server.signal(Signal::TERM);
    assert_eq!(server.wait().0.code(), Some(0));
    let (code, out, err) = finish(signalbox(dir.path()).arg("migrate").args(elsewhere));
    assert_eq!(code, Some(0), "{err}");
    assert_eq!(number(&out, "events"), backed_up, "{out}");
}

#[test]
fn another_place_gets_a_verified_copy_and_the_socket_is_nobody_elses() {
    use std::os::unix::fs::PermissionsExt;

    let dir = tempfile::tempdir().expect("tempdir");
    // What a server that was killed leaves behind does not keep the next one from listening.
    std::fs::create_dir(dir.path().join("data")).expect("data directory");
    let socket = dir.path().join("data/control.sock");
    drop(std::os::unix::net::UnixListener::bind(&socket).expect("socket"));
    let server = Server::start(signalbox(dir.path()).arg("serve"));
    let mode = std::fs::metadata(&socket).expect("socket").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);

    let (path, _) = backup(dir.path(), &["--to", "copies"]);
    assert!(path.starts_with("copies/backup-"), "{path}");
    let (code, _, err) = finish(signalbox(dir.path()).args(["verify-backup", &path]));
    assert_eq!(code, Some(0), "{err}");

    std::fs::remove_file(&socket).expect("removed");
    let (code, _, err) = finish(signalbox(dir.path()).arg("backup"));
    assert_eq!(code, Some(1));
    assert!(err.contains("no server answers at"), "{err}");
    server.signal(Signal::TERM);
    assert_eq!(server.wait().0.code(), Some(0));
}
