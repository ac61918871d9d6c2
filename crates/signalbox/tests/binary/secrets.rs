use rustix::process::Signal;

use crate::server::{Server, demo_key, finish, http, signalbox};

const PASSWORD: &str = "planted-password-7c31";

#[test]
fn nothing_secret_reaches_the_log_even_at_trace_level() {
    let dir = tempfile::tempdir().expect("tempdir");
    let master = "00112233445566778899aabbccddeeff102132435465768798a9bacbdcedfe0f";
    let file = dir.path().join("server.log");
    let server = Server::start(
        signalbox(dir.path())
            .args(["serve", "--demo", "--log-level", "trace"])
            .env("SIGNALBOX_STORAGE__MASTER_KEY", master)
            .env("SIGNALBOX_DEMO__HISTORY", "200")
            .env("SIGNALBOX_LOGGING__FILE", &file)
            .env("JWT_SECRET", "planted-jwt-secret")
            .env("REDIS_PASSWORD", "planted-redis-password"),
    );
    let demo = demo_key(dir.path());
    let secret = format!("sbs_{}", "5eed".repeat(12));
    let jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJwbGFudGVkIn0.cGxhbnRlZC1zaWduYXR1cmU";
    let (url, http) = (&server.url, http());
    let post = |path: &str| http.post(format!("{url}{path}"));
    let requests = [
        post(&format!("/reportData?apikey={secret}")).send("{not json"),
        post("/api/telemetry/batch").header("x-api-key", &secret).send("[]"),
        post("/api/telemetry/batch").header("authorization", &format!("Bearer {jwt}")).send("[]"),
        post("/api/telemetry/batch").header("x-api-key", &demo).send(
            r#"[{"type":"page","name":"/x?token=planted-query-token","user":{"id":"planted.person@example.com"}}]"#,
        ),
        post("/api/logs")
            .header("x-api-key", &demo)
            .send(r#"{"deviceId":"d","level":"INFO","message":"call +8613800138000 planted-body"}"#),
        post("/api/auth/login")
            .content_type("application/json")
            .header("cookie", "sb_session=planted-session")
            .send(format!(r#"{{"username":"admin","password":"{PASSWORD}"}}"#)),
    ];
    for answer in requests {
        answer.expect("answered");
    }
    server.signal(Signal::TERM);
    let (_, out, log) = server.wait();
    let one_time = out
        .lines()
        .find_map(|line| line.trim().strip_prefix("Password    "))
        .and_then(|line| line.split_whitespace().next())
        .expect("one-time password on the terminal");
    let file = std::fs::read_to_string(file).expect("log file");
    assert!(
        log.contains("\"level\":\"DEBUG\"") && file.lines().count() > 10,
        "a log worth reading"
    );
    for planted in [
        master,
        one_time,
        &secret,
        demo.trim_start_matches("sbp_"),
        jwt,
        PASSWORD,
        "planted-jwt-secret",
        "planted-redis-password",
        "planted-query-token",
        "planted.person",
        "planted-body",
        "13800138000",
        "planted-session",
    ] {
        assert!(!log.contains(planted), "{planted} on standard error");
        assert!(!file.contains(planted), "{planted} in the log file");
    }
    let (_, printed, _) = finish(
        signalbox(dir.path())
            .args(["config", "print"])
            .env("SIGNALBOX_STORAGE__MASTER_KEY", master),
    );
    assert!(printed.contains("(set, not shown)") && !printed.contains(master), "{printed}");
}
