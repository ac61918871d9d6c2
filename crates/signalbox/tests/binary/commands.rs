use rustix::process::Signal;
use serde_json::Value;

use crate::server::{Server, finish, http, signalbox};

#[test]
fn a_wrong_configuration_is_told_whole_and_starts_nothing() {
    let dir = tempfile::tempdir().expect("tempdir");
    std::fs::write(dir.path().join("signalbox.toml"), "[server]\nprot = 1\n").expect("write");
    let (code, _, err) =
        finish(signalbox(dir.path()).args(["serve"]).env("SIGNALBOX_LOGGING__FORMAT", "xml"));
    assert_eq!(code, Some(1));
    assert!(
        err.contains("server.prot: unknown key (file signalbox.toml); did you mean server.port?"),
        "{err}"
    );
    assert!(err.contains("logging.format"), "{err}");
    assert!(!dir.path().join("data").exists());
}

#[test]
fn names_of_other_deployments_are_answered() {
    let dir = tempfile::tempdir().expect("tempdir");
    let (code, out, _) = finish(
        signalbox(dir.path())
            .args(["config", "check"])
            .env("MONGODB_URI", "mongodb://root:planted-password@db/x")
            .env("REDIS_HOST", "redis"),
    );
    assert_eq!(code, Some(0));
    assert!(
        out.contains("MONGODB_URI is ignored") && out.contains("REDIS_HOST is ignored"),
        "{out}"
    );
    assert!(!out.contains("planted-password"), "{out}");
}

#[test]
fn development_mode_stays_on_loopback() {
    let dir = tempfile::tempdir().expect("tempdir");
    let (code, _, err) =
        finish(signalbox(dir.path()).args(["serve", "--dev", "--host", "0.0.0.0"]));
    assert_eq!(code, Some(1));
    assert!(err.contains("--dev listens on loopback only, but server.host is 0.0.0.0"), "{err}");
    assert!(!dir.path().join("data").exists());

    let server = Server::start(signalbox(dir.path()).args(["serve", "--dev"]));
    server.signal(Signal::TERM);
    let (_, _, log) = server.wait();
    assert!(log.contains("DEVELOPMENT MODE"), "{log}");
}

#[test]
fn a_weak_master_key_is_refused() {
    let dir = tempfile::tempdir().expect("tempdir");
    let weak = "00".repeat(32);
    let (code, out, err) =
        finish(signalbox(dir.path()).arg("serve").env("SIGNALBOX_STORAGE__MASTER_KEY", &weak));
    assert_eq!(code, Some(1));
    assert!(err.contains("placeholder, not a secret"), "{err}");
    assert!(!out.contains(&weak) && !err.contains(&weak));
}

#[test]
fn an_administrator_can_be_made_beside_a_running_server() {
    let dir = tempfile::tempdir().expect("tempdir");
    let server = Server::start(signalbox(dir.path()).arg("serve"));
    let password = "correct horse battery staple";
    for said in ["Administrator root can sign in", "password of root is changed"] {
        let (code, out, err) = finish(
            signalbox(dir.path())
                .args(["create-admin", "--username", "root"])
                .env("SIGNALBOX_ADMIN_PASSWORD", password),
        );
        assert_eq!(code, Some(0), "{err}");
        assert!(out.contains(said), "{out}");
    }
    let mut answer = http()
        .post(format!("{}/api/auth/login", server.url))
        .content_type("application/json")
        .send(serde_json::json!({ "username": "root", "password": password }).to_string())
        .expect("answer");
    let body: Value =
        serde_json::from_str(&answer.body_mut().read_to_string().expect("body")).expect("json");
    assert_eq!(answer.status(), 200, "{body}");
    assert_eq!(body["operator"]["role"], "admin", "{body}");
    assert_eq!(body["operator"]["mustChangePassword"], false, "{body}");
    server.signal(Signal::TERM);
    assert_eq!(server.wait().0.code(), Some(0));
}

#[test]
fn the_probe_answers_with_its_exit_code() {
    let dir = tempfile::tempdir().expect("tempdir");
    let server = Server::start(signalbox(dir.path()).arg("serve"));
    let url = server.url.clone();
    let (code, out, err) = finish(signalbox(dir.path()).args(["healthcheck", "--url", &url]));
    assert_eq!(code, Some(0), "{out}{err}");
    server.signal(Signal::TERM);
    server.wait();
    let (code, _, err) = finish(signalbox(dir.path()).args(["healthcheck", "--url", &url]));
    assert_eq!(code, Some(1));
    assert!(err.contains("/system/health"), "{err}");
}

#[test]
fn the_demo_goes_to_the_demo_project_only() {
    let dir = tempfile::tempdir().expect("tempdir");
    let (code, _, err) = finish(signalbox(dir.path()).arg("demo"));
    assert_eq!(code, Some(1));
    assert!(err.contains("`signalbox serve --demo` makes the demo project"), "{err}");

    let quiet = ["--set", "demo.history=0", "--set", "demo.per_minute=0"];
    let server = Server::start(signalbox(dir.path()).args(["serve", "--demo"]).args(quiet));
    let (code, out, err) = finish(signalbox(dir.path()).args([
        "demo",
        "--rate",
        "0",
        "--events",
        "200",
        "--history",
        "200",
    ]));
    assert_eq!(code, Some(0), "{err}");
    assert!(out.contains("history: ") && out.contains("live: "), "{out}");
    server.signal(Signal::TERM);
    server.wait();
    let (_, out, _) = finish(signalbox(dir.path()).arg("migrate"));
    assert!(!out.contains(" 0 events"), "{out}");
}

#[test]
fn a_backup_is_verified_and_restored_into_an_empty_place_only() {
    let dir = tempfile::tempdir().expect("tempdir");
    let server = Server::start(signalbox(dir.path()).arg("serve"));
    server.signal(Signal::TERM);
    server.wait();

    let (code, out, err) = finish(signalbox(dir.path()).args(["backup", "--to", "copies"]));
    assert_eq!(code, Some(0), "{err}");
    let made = out.split(" verified: ").next().expect("a path").to_owned();
    let (code, out, err) = finish(signalbox(dir.path()).args(["verify-backup", &made]));
    assert_eq!((code, out.starts_with("sound: ")), (Some(0), true), "{err}");

    let (code, _, err) = finish(signalbox(dir.path()).args(["restore", &made]));
    assert_eq!(code, Some(1));
    assert!(err.contains("is not empty"), "{err}");
    let elsewhere = ["--data-dir", "restored"];
    let (code, out, err) = finish(signalbox(dir.path()).args(["restore", &made]).args(elsewhere));
    assert_eq!(code, Some(0), "{err}");
    assert!(out.contains("Put the master key at restored/master.key"), "{out}");
    let (code, _, err) = finish(signalbox(dir.path()).arg("serve").args(elsewhere));
    assert_eq!(code, Some(1));
    assert!(err.contains("restored/master.key is missing"), "{err}");
    std::fs::copy(dir.path().join("data/master.key"), dir.path().join("restored/master.key"))
        .expect("key");
    let server = Server::start(signalbox(dir.path()).arg("serve").args(elsewhere));
    server.signal(Signal::TERM);
    let (status, out, log) = server.wait();
    assert_eq!(status.code(), Some(0), "{log}");
    assert!(!out.contains("Sign in as"), "the operators are there again");

    let inbox = dir.path().join(&made).join("control.db");
    let mut bytes = std::fs::read(&inbox).expect("read");
    *bytes.last_mut().expect("not empty") ^= 1;
    std::fs::write(&inbox, bytes).expect("write");
    let (code, _, err) = finish(signalbox(dir.path()).args(["verify-backup", &made]));
    assert_eq!(code, Some(1));
    assert!(err.contains("control.db has changed"), "{err}");
}

#[test]
fn ceilings_of_the_configuration_hold() {
    let dir = tempfile::tempdir().expect("tempdir");
    let server = Server::start(
        signalbox(dir.path()).arg("serve").env("SIGNALBOX_INGEST__MAX_BODY", "64 KiB"),
    );
    let post = |bytes: usize| {
        let body = " ".repeat(bytes);
        http().post(format!("{}/api/telemetry/batch", server.url)).send(body).expect("answer")
    };
    assert_eq!(post((64 << 10) + 1).status(), 413);
    assert_ne!(post(64 << 10).status(), 413);
    server.signal(Signal::TERM);
    assert_eq!(server.wait().0.code(), Some(0));
}
