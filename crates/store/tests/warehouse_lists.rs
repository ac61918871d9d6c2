//! Lists: every row once, in order, whatever arrives meanwhile.

mod warehouse_common;

use model::{ErrorClass, Event, Kind, Level, LogEntry, Rating, Source};
use store::query::{EventSearch, LogSearch, Op, QueryError, RecordingSearch};
use store::warehouse::{ApplyBatch, RecordingRow};
use warehouse_common::{NOW, PROJECT, ask, event, holding, open};

const HOUR: i64 = 3_600_000;

fn search(params: &[(&str, &str)]) -> EventSearch {
    EventSearch::from_params(params.iter().copied()).expect("known parameters")
}

#[tokio::test]
async fn an_event_comes_back_as_it_went_in() {
    let dir = tempfile::tempdir().unwrap();
    let full = Event {
        source: Some(Source::WebSee),
        event_id: "e-1".into(),
        part: 65_535,
        client_ts: Some(5),
        seq: Some(9),
        kind: Kind::Error,
        class: Some(ErrorClass::Promise),
        name: "name".into(),
        user: "u".into(),
        status: Some(500),
        ok: Some(false),
        duration_ms: Some(1.5),
        duration_bucket: Some(-7),
        value: Some(0.1),
        value_bucket: Some(3),
        rating: Some(Rating::NeedsImprovement),
        client_rating: Some(Rating::Poor),
        retries: Some(2),
        timed_out: Some(true),
        message: "坏了\n\u{0}end".into(),
        stack: "at f".into(),
        line: Some(3),
        column: Some(4),
        fatal: Some(true),
        country: "CN".into(),
        bot: true,
        sample_rate: 0.25,
        props: r#"{"a":"b"}"#.into(),
        extra: r#"{"breadcrumb":[1]}"#.into(),
        ..event(NOW - HOUR)
    };
    let plain = Event { event_id: "e-2".into(), ..event(NOW - HOUR) };
    let warehouse = holding(dir.path(), vec![full.clone(), plain.clone()]);
    assert_eq!(warehouse.event(PROJECT, "e-1").await.unwrap(), std::slice::from_ref(&full));
    let page = warehouse.events(PROJECT, search(&[]), NOW).await.unwrap();
    assert_eq!(page.items, [plain, full]);
    assert_eq!(page.next, None);
    assert!(warehouse.event(model::ProjectId(2), "e-1").await.unwrap().is_empty());
}

#[tokio::test]
async fn pages_give_every_row_once_while_others_arrive() {
    let dir = tempfile::tempdir().unwrap();
    // Many rows share a time.
    let named = |i: i64, ts| Event { event_id: format!("{i}"), ..event(ts) };
    let rows = (0..1_000).map(|i| named(i, NOW - 3 * HOUR + i / 50)).collect();
    let warehouse = holding(dir.path(), rows);
    let mut seen = Vec::new();
    let mut params = search(&[("limit", "37"), ("from", "-4h")]);
    for seq in 2.. {
        let later = NOW + seq * 1_000;
        let page = warehouse.events(PROJECT, params.clone(), later).await.unwrap();
        seen.extend(page.items.iter().map(|e| e.event_id.parse::<i64>().unwrap()));
        let events = vec![named(-seq, later - 5), named(-seq, NOW - HOUR)];
        warehouse.apply(seq, &ApplyBatch { events, ..ApplyBatch::default() }).unwrap();
        params.cursor = page.next;
        if params.cursor.is_none() {
            break;
        }
    }
    let wanted: Vec<i64> = (0..1_000).rev().collect();
    assert_eq!(seen, wanted);
    for bad in ["x", "AAAA", "中", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"] {
        let search = search(&[("cursor", bad)]);
        let error = warehouse.events(PROJECT, search, NOW).await.unwrap_err();
        assert!(matches!(error, QueryError::Invalid { field, .. } if field == "cursor"));
    }
    let mut export = warehouse.export_events(PROJECT, search(&[("from", "-4h")]), NOW);
    let mut exported = 0;
    while let Some(chunk) = export.next_chunk().await.unwrap() {
        exported += chunk.len();
    }
    assert!(exported > 1_000);
}

#[tokio::test]
async fn logs_are_found_by_what_is_in_them() {
    let dir = tempfile::tempdir().unwrap();
    let warehouse = open(dir.path());
    let log = |id: &str, level, device: &str, tags: &[&str], message: &str| LogEntry {
        project: PROJECT,
        id: id.into(),
        ts: NOW - HOUR,
        received_at: NOW,
        level,
        device: device.into(),
        message: message.into(),
        tags: tags.iter().map(|t| (*t).to_owned()).collect(),
        extra: r#"{"userId":"u1"}"#.into(),
        ..LogEntry::default()
    };
    let logs = vec![
        log("1", Level::Info, "a", &["net", "slow"], "Connection ESTABLISHED 100%"),
        log("2", Level::Error, "a", &["network"], "连接超时：网关无响应"),
        log("3", Level::Error, "b", &[], "disk_full"),
        log("4", Level::Fatal, "b", &["slow"], "diskXfull"),
    ];
    warehouse.apply(1, &ApplyBatch { logs: logs.clone(), ..ApplyBatch::default() }).unwrap();
    let ids = async |params: &[(&str, &str)]| {
        let search = LogSearch::from_params(params.iter().copied()).unwrap();
        let page = warehouse.logs(PROJECT, search, NOW).await.unwrap();
        page.items.into_iter().map(|l| l.id).collect::<String>()
    };
    assert_eq!(ids(&[]).await, "4321");
    assert_eq!(ids(&[("level", "error,FATAL")]).await, "432");
    assert_eq!(ids(&[("level", "error"), ("device", "a")]).await, "2");
    assert_eq!(ids(&[("tag", "net")]).await, "1");
    assert_eq!(ids(&[("tag", "net,slow")]).await, "41");
    assert_eq!(ids(&[("q", "established")]).await, "1");
    assert_eq!(ids(&[("q", "网关")]).await, "2");
    assert_eq!(ids(&[("q", "K_F")]).await, "3");
    assert_eq!(ids(&[("q", "0%")]).await, "1");
    assert_eq!(ids(&[("q", "'")]).await, "");
    let one = LogSearch::from_params([("id", "1")]).unwrap();
    assert_eq!(warehouse.logs(PROJECT, one, NOW).await.unwrap().items, logs[..1]);
    let error = LogSearch::from_params([("nope", "1")]).unwrap_err();
    assert!(matches!(error, QueryError::Invalid { field, .. } if field == "nope"));
}

#[tokio::test]
async fn sessions_recordings_and_one_persons_data() {
    let dir = tempfile::tempdir().unwrap();
    let warehouse = open(dir.path());
    let of = |session: &str, user: &str, minute: i64, kind| Event {
        session: session.into(),
        user: user.into(),
        kind,
        browser: "Firefox".into(),
        ..event(NOW - HOUR + minute * 60_000)
    };
    let events = vec![
        of("s1", "", 0, Kind::Page),
        of("s1", "ann", 1, Kind::Error),
        of("s2", "bob", 2, Kind::Page),
        of("s2", "", 3, Kind::Event),
        of("", "ann", 4, Kind::Event),
        // A shared session: only Ann's own rows are hers.
        of("s3", "ann", 5, Kind::Event),
        of("s3", "bob", 6, Kind::Event),
        of("s3", "", 7, Kind::Event),
    ];
    let segment = |id: &str, session: &str, user: &str, at: i64| RecordingRow {
        project: PROJECT,
        recording_id: id.into(),
        session: session.into(),
        user: user.into(),
        ts: NOW - HOUR + at,
        received_at: NOW - HOUR + at,
        first_ts: NOW - HOUR + at,
        last_ts: NOW - HOUR + at + 10,
        events: 5,
        stored_bytes: 100,
        file: format!("{id}/{at}.zst"),
        ..RecordingRow::default()
    };
    let recordings = vec![
        segment("r1", "s1", "", 0),
        segment("r1", "s1", "", 20),
        segment("r2", "s2", "bob", 5),
    ];
    let logs = vec![
        LogEntry { project: PROJECT, extra: r#"{"userId":"ann"}"#.into(), ..LogEntry::default() },
        LogEntry { project: PROJECT, extra: r#"{"userId":"bob"}"#.into(), ..LogEntry::default() },
    ];
    warehouse.apply(1, &ApplyBatch { events, logs, recordings, ..ApplyBatch::default() }).unwrap();

    let timeline = warehouse.timeline(PROJECT, "s1", 1).await.unwrap().unwrap();
    assert_eq!((timeline.summary.pages, timeline.summary.errors), (1, 1));
    assert_eq!((timeline.summary.user.as_str(), timeline.truncated), ("ann", true));
    assert_eq!(timeline.items.len(), 1);
    assert_eq!(warehouse.timeline(PROJECT, "s9", 10).await.unwrap(), None);

    let page = warehouse.recordings(PROJECT, RecordingSearch::default(), NOW).await.unwrap();
    let found: Vec<_> = page
        .items
        .iter()
        .map(|r| (r.recording_id.as_str(), r.segments, r.events, r.bytes))
        .collect();
    assert_eq!(found, [("r2", 1, 5, 100), ("r1", 2, 10, 200)]);
    let segments = warehouse.recording_segments(PROJECT, "r1").await.unwrap();
    assert_eq!(segments, [segment("r1", "s1", "", 0), segment("r1", "s1", "", 20)]);

    let mut export = warehouse.export_user(PROJECT, "ann", NOW);
    assert_eq!(export.next_chunk().await.unwrap().map(|c| c.len()), Some(4));
    assert_eq!(export.next_chunk().await.unwrap(), None);
    let erased = warehouse.erase_user(PROJECT, "ann").await.unwrap();
    assert_eq!((erased.events, erased.logs, erased.recordings), (4, 1, 2));
    assert_eq!(erased.files, ["r1/0.zst", "r1/20.zst"]);
    assert_eq!(warehouse.erase_user(PROJECT, "ann").await.unwrap().events, 0);
    let left = ask(
        &warehouse,
        serde_json::json!({"dataset": "events", "from": "-1d",
            "measures": [{"as": "n", "fn": "count"}]}),
    );
    assert_eq!(left.await.unwrap().rows, [[4]]);
    assert!(warehouse.erase_user(PROJECT, "").await.is_err());
    let all = search(&[("user", "bob"), ("where", r#"[{"field":"name","op":"missing"}]"#)]);
    assert_eq!(all.filter[1].op, Op::Missing);
    assert_eq!(warehouse.events(PROJECT, all, NOW).await.unwrap().items.len(), 2);
}
