//! The whole road with a real inbox: answers, duplicates and the ledger that must agree.

use std::sync::Arc;

use model::settings::{Limits, OptOut};
use model::{
    Clock, KeyKind, LedgerTotals, ManualClock, Millis, Outcome, Project, ProjectId, ProjectKey,
    ProjectSettings, Reason, Scope, Source,
};
use pipeline::{
    BatchReply, Headers, Method, Pipeline, PipelineOptions, Projects, Refusal, Request,
};
use store::{Inbox, InboxOptions, LedgerQuery};
use tempfile::TempDir;

const KEY: &str = "sbp_00000000000000000000000000000001";
const NOW: Millis = 1_795_224_380_000;

struct One(Arc<Project>, Arc<ProjectKey>);

impl Projects for One {
    fn by_key(&self, key: &str) -> Option<(Arc<Project>, Arc<ProjectKey>)> {
        (key == KEY).then(|| (Arc::clone(&self.0), Arc::clone(&self.1)))
    }

    fn touch(&self, _key_id: i64) {}
}

struct World {
    pipeline: Pipeline,
    inbox: Inbox,
    clock: Arc<ManualClock>,
    _dir: TempDir,
}

fn world(change: impl FnOnce(&mut ProjectSettings)) -> World {
    let mut settings = ProjectSettings::default();
    settings.limits = Limits { requests_per_minute: 10_000, burst: 10_000, ..settings.limits };
    change(&mut settings);
    let project = Project {
        id: ProjectId(7),
        slug: "shop".into(),
        demo: false,
        environments: Vec::new(),
        settings,
        salt: [7; 32],
        signing: Vec::new(),
        version: 1,
    };
    let key = ProjectKey {
        id: 1,
        kind: KeyKind::Public,
        scopes: vec![Scope::IngestEvents, Scope::IngestLogs],
        origins: Vec::new(),
        env: None,
        expires_at: None,
        signing_secret: None,
    };
    let dir = tempfile::tempdir().expect("directory");
    let clock = Arc::new(ManualClock::at(NOW));
    let options = InboxOptions {
        dir: dir.path().to_owned(),
        queue_bytes: 64 << 20,
        backlog_bytes: 1 << 30,
        applied_seq: 0,
    };
    let shared: Arc<dyn Clock> = Arc::<ManualClock>::clone(&clock);
    let inbox = Inbox::open(options, Arc::clone(&shared)).expect("opens");
    let projects = Arc::new(One(project.into(), key.into()));
    let pipeline = Pipeline::new(inbox.clone(), projects, shared, PipelineOptions::default());
    World { pipeline, inbox, clock, _dir: dir }
}

fn request(body: &str) -> Request {
    Request {
        method: Method::Post,
        path: "/api/telemetry/batch".into(),
        query: String::new(),
        headers: Headers { api_key: Some(KEY.into()), ..Headers::default() },
        body: body.to_owned().into(),
        ip: "203.0.113.77".parse().expect("address"),
        received_at: NOW,
    }
}

impl World {
    async fn native(&self, body: &str) -> Result<BatchReply, Refusal> {
        self.pipeline.telemetry(request(body)).await
    }

    fn count(&self, project: ProjectId, reason: Reason) -> u64 {
        let query = LedgerQuery { project: Some(project), from: 0, to: Millis::MAX };
        let rows = self.inbox.ledger(&query).expect("ledger");
        rows.iter().filter(|r| r.reason == reason).map(|r| r.count).sum()
    }

    fn totals(&self) -> LedgerTotals {
        let query = LedgerQuery { project: None, from: 0, to: Millis::MAX };
        self.inbox.ledger(&query).expect("ledger").iter().collect()
    }
}

fn tally(reply: &BatchReply) -> (u32, u32, u32, u32) {
    (reply.accepted, reply.duplicates, reply.rejected, reply.sampled)
}

const SHOP: ProjectId = ProjectId(7);

#[tokio::test]
async fn a_retry_stores_nothing_twice_and_a_conflict_is_flagged() {
    let world = world(|_| {});
    let body = r#"[{"type":"event","name":"a","eventId":"e1"},{"type":"event","name":"b","ts":1795224379000},{"type":"nope"}]"#;
    assert_eq!(tally(&world.native(body).await.expect("taken")), (2, 0, 1, 0));
    assert_eq!(tally(&world.native(body).await.expect("taken")), (0, 2, 1, 0));
    let other = r#"[{"type":"event","name":"c","eventId":"e1"}]"#;
    assert_eq!(tally(&world.native(other).await.expect("taken")), (0, 1, 0, 0));
    assert_eq!(world.count(SHOP, Reason::Stored), 2);
    assert_eq!(world.count(SHOP, Reason::SameId), 2);
    assert_eq!(world.count(SHOP, Reason::IdConflict), 1);
    assert_eq!(world.count(SHOP, Reason::UnknownKind), 2);
    let metrics = world.pipeline.metrics();
    assert_eq!((metrics.received, metrics.accepted, metrics.requests), (7, 2, 3));
    assert_eq!(world.totals().received, metrics.received, "counters and ledger agree");
    assert!(metrics.ack_p50_ms.is_some_and(|ms| ms > 0.0));
}

#[tokio::test]
async fn every_refusal_is_in_the_ledger() {
    let world = world(|_| {});
    let mut foreign = request("[]");
    foreign.headers.api_key = Some("sbp_unknown".into());
    foreign.body = r#"[{"type":"event","name":"a"},{"type":"event","name":"b"}]"#.into();
    let refusal = world.pipeline.telemetry(foreign).await.expect_err("unknown key");
    assert_eq!((refusal.reason, refusal.field.as_deref()), (Reason::Key, Some("apiKey")));
    assert_eq!(world.count(ProjectId::NONE, Reason::Key), 2);
    let refusal = world.native("{").await.expect_err("malformed");
    assert_eq!(refusal.reason, Reason::Malformed);
    assert_eq!(world.count(SHOP, Reason::Malformed), 1);
    let mut nobody = request("{");
    nobody.headers.api_key = None;
    assert!(world.pipeline.telemetry(nobody).await.is_err());
    assert_eq!(world.count(ProjectId::NONE, Reason::Malformed), 1);
    let mut evil = request(r#"[{"type":"event","name":"a"}]"#);
    evil.headers.origin = Some("https://evil.example".into());
    assert_eq!(world.pipeline.telemetry(evil).await.expect_err("origin").reason, Reason::Origin);
    assert_eq!(world.count(SHOP, Reason::Origin), 1);
    assert_eq!(world.totals().received, 5);
    assert_eq!(world.pipeline.metrics().received, 5);
}

#[tokio::test]
async fn a_single_bad_report_is_a_clear_refusal_and_a_bad_batch_is_not() {
    let world = world(|_| {});
    let single = world.pipeline.websee(request(r#"{"message":"no type"}"#)).await;
    let refusal = single.expect_err("refused");
    assert_eq!((refusal.reason, refusal.field.as_deref()), (Reason::UnknownKind, Some("type")));
    let list = world.pipeline.websee(request(r#"[{"message":"no type"}]"#)).await.expect("taken");
    assert_eq!((tally(&list), list.errors.len()), ((0, 0, 1, 0), 1));
    let log = world.pipeline.logs(request(r#"{"deviceId":"d"}"#)).await.expect_err("refused");
    assert_eq!((log.reason, log.field.as_deref()), (Reason::Schema, Some("message")));
    assert_eq!(world.count(SHOP, Reason::UnknownKind), 2);
    assert_eq!(world.count(SHOP, Reason::Schema), 1);
}

#[tokio::test]
async fn logs_are_answered_with_their_ids() {
    let world = world(|_| {});
    let body = r#"{"logs":[{"message":"a","id":"l1"},{"message":"b"},{"level":"info"}]}"#;
    let reply = world.pipeline.logs(request(body)).await.expect("taken");
    assert_eq!(tally(&reply), (2, 0, 1, 0));
    assert_eq!((reply.ids[0].as_str(), reply.ids.len()), ("l1", 2));
    let query = LedgerQuery { project: Some(SHOP), from: 0, to: Millis::MAX };
    let rows = world.inbox.ledger(&query).expect("ledger");
    assert!(rows.iter().all(|r| r.source == Source::Logs));
}

#[tokio::test]
async fn an_opt_out_is_answered_kindly_and_counted() {
    let world = world(|s| s.privacy.opt_out = OptOut::Drop);
    let mut asked = request(r#"[{"type":"event","name":"a"},{"type":"event","name":"b"}]"#);
    asked.headers.dnt = Some("1".into());
    let reply = world.pipeline.telemetry(asked).await.expect("no reason to retry");
    assert_eq!(tally(&reply), (0, 0, 2, 0));
    assert_eq!(world.count(SHOP, Reason::Consent), 2);
}

#[tokio::test]
async fn the_days_quota_takes_what_fits_and_resets_at_midnight() {
    let world = world(|s| s.limits.items_per_day = 3);
    let two = |a: u32| {
        format!(
            r#"[{{"type":"event","name":"a","eventId":"{a}"}},{{"type":"event","name":"a","eventId":"{a}b"}}]"#
        )
    };
    assert_eq!(tally(&world.native(&two(1)).await.expect("taken")), (2, 0, 0, 0));
    let partly = world.native(&two(2)).await.expect("one fits");
    assert_eq!((tally(&partly), partly.errors[0].reason), ((1, 0, 1, 0), Reason::Quota));
    let refusal = world.native(&two(3)).await.expect_err("used up");
    assert_eq!(refusal.reason, Reason::Quota);
    assert!(refusal.retry_after_s.is_some_and(|s| s > 60), "{refusal:?}");
    world.clock.advance(86_400_000);
    assert_eq!(tally(&world.native(&two(3)).await.expect("a new day")), (2, 0, 0, 0));
    assert_eq!(world.count(SHOP, Reason::Quota), 3);
}

#[tokio::test]
async fn the_kill_switch_stops_everything_and_says_so_to_sdks() {
    let world = world(|s| s.enabled = false);
    let refusal = world.native(r#"[{"type":"event","name":"a"}]"#).await.expect_err("off");
    assert_eq!(refusal.reason, Reason::KillSwitch);
    let config = world.pipeline.sdk_config(request("")).expect("still answered");
    assert!(config.json.contains(r#""enabled":false"#));
    assert_eq!(config, world.pipeline.sdk_config(request("")).expect("again"));
}

#[tokio::test]
async fn large_recordings_are_taken_aside() {
    let world = world(|_| {});
    let events: Vec<String> = (0..20_000)
        .map(|n| format!(r#"{{"type":3,"timestamp":{n},"data":{{"x":{n}}}}}"#))
        .collect();
    let body = format!(
        r#"[{{"type":"recording","recordingId":"r","events":"[{}]"}}]"#,
        events.join(",").replace('"', "\\\"")
    );
    assert!(body.len() > 512 << 10);
    assert_eq!(tally(&world.native(&body).await.expect("taken")), (1, 0, 0, 0));
}

#[tokio::test]
async fn cors_is_exact_and_preflights_learn_nothing() {
    let world = world(|s| s.access.origins = vec!["https://shop.example".into()]);
    assert!(world.pipeline.cors("https://shop.example", Some(KEY)));
    assert!(!world.pipeline.cors("https://evil.example", Some(KEY)));
    assert!(!world.pipeline.cors("https://shop.example", Some("sbp_unknown")));
    assert!(world.pipeline.cors("https://any.example", None));
    assert!(!world.pipeline.cors("null", None));
}

#[tokio::test]
async fn nothing_is_accepted_that_the_store_did_not_keep() {
    let world = world(|_| {});
    let many = (0..40).map(|n| {
        let pipeline = world.pipeline.clone();
        tokio::spawn(async move {
            let body = format!(r#"[{{"type":"event","name":"a","eventId":"m{n}"}}]"#);
            pipeline.telemetry(request(&body)).await.map(|r| r.accepted).unwrap_or(0)
        })
    });
    let mut accepted = 0;
    for task in many.collect::<Vec<_>>() {
        accepted += u64::from(task.await.expect("no panic"));
    }
    assert_eq!(accepted, 40);
    let totals = world.totals();
    assert_eq!((totals.received, totals.accepted), (40, 40));
    assert!(Reason::ALL.iter().any(|r| r.outcome() == Outcome::Accepted));
}
