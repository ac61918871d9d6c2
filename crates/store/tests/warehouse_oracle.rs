//! Random events, and every figure worked out a second time without the engine.

mod warehouse_common;

use std::collections::{BTreeMap, BTreeSet};

use jiff::tz::TimeZone;
use model::{Event, bucket};
use proptest::prelude::*;
use serde_json::{Value, json};
use warehouse_common::{ask, event, holding};

const ZONES: [&str; 5] =
    ["UTC", "Asia/Shanghai", "Asia/Kolkata", "America/New_York", "Australia/Lord_Howe"];
/// Both changes of the clock in both hemispheres lie in this year.
const YEAR: i64 = 1_767_225_600_000;
const DAY: i64 = 86_400_000;

fn events() -> impl Strategy<Value = Vec<Event>> {
    let one = (
        0..365 * DAY,
        0..6usize,
        0..12usize,
        prop::sample::select(vec![1.0, 0.5, 0.1]),
        prop::option::of(0.1..50_000.0f64),
        any::<bool>(),
    );
    let one = one.prop_map(|(at, path, visitor, sample_rate, duration_ms, ok)| Event {
        path: ["", "/a", "/b", "/c", "商品", "__other__"][path].into(),
        visitor: if visitor == 0 { String::new() } else { format!("v{visitor}") },
        sample_rate,
        duration_ms,
        duration_bucket: duration_ms.and_then(bucket::of),
        ok: Some(ok),
        ..event(YEAR + at)
    });
    prop::collection::vec(one, 1..300)
}

fn query(zone: &str) -> Value {
    let ok = json!([{"field": "ok", "op": "eq", "value": true}]);
    json!({"dataset": "events", "from": YEAR, "to": YEAR + 365 * DAY, "timezone": zone,
        "limit": 10_000, "measures": [
            {"as": "n", "fn": "count"},
            {"as": "w", "fn": "weightedCount"},
            {"as": "uv", "fn": "uniques", "field": "visitor"},
            {"as": "sum", "fn": "sum", "field": "durationMs"},
            {"as": "avg", "fn": "avg", "field": "durationMs"},
            {"as": "min", "fn": "min", "field": "durationMs"},
            {"as": "max", "fn": "max", "field": "durationMs"},
            {"as": "rate", "fn": "rate", "where": ok},
            {"as": "okN", "fn": "count", "where": ok},
            {"as": "p50", "fn": "percentile", "field": "durationMs", "p": 50},
            {"as": "p95ok", "fn": "percentile", "field": "durationMs", "p": 95, "where": ok}]})
}

/// Nearest rank over the weighted values themselves.
fn percentile(values: &[(f64, f64)], q: f64) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    let total: f64 = sorted.iter().map(|v| v.1).sum();
    let mut seen = 0.0;
    let reached = sorted.iter().find(|v| {
        seen += v.1;
        seen >= q * total * (1.0 - 1e-9)
    });
    reached.map(|v| v.0)
}

fn expected(rows: &[&Event]) -> Vec<Option<f64>> {
    let weight = |e: &Event| 1.0 / e.sample_rate;
    let timed = |keep: &dyn Fn(&Event) -> bool| -> Vec<(f64, f64)> {
        let kept = rows.iter().filter(|e| keep(e));
        kept.filter_map(|e| e.duration_ms.map(|d| (d, weight(e)))).collect()
    };
    let all = timed(&|_| true);
    let total: f64 = rows.iter().map(|e| weight(e)).sum();
    let weighted: f64 = all.iter().map(|(d, w)| d * w).sum();
    let ok = |e: &Event| e.ok == Some(true);
    let visitors: BTreeSet<_> = rows.iter().map(|e| &e.visitor).filter(|v| !v.is_empty()).collect();
    vec![
        Some(rows.len() as f64),
        Some(total),
        Some(visitors.len() as f64),
        Some(weighted),
        (!all.is_empty()).then(|| weighted / all.iter().map(|v| v.1).sum::<f64>()),
        all.iter().map(|v| v.0).min_by(f64::total_cmp),
        all.iter().map(|v| v.0).max_by(f64::total_cmp),
        Some(rows.iter().filter(|e| ok(e)).map(|e| weight(e)).sum::<f64>() / total),
        Some(rows.iter().filter(|e| ok(e)).count() as f64),
        percentile(&all, 0.5),
        percentile(&timed(&ok), 0.95),
    ]
}

fn check(row: &[Value], rows: &[&Event], keys: usize) -> Result<(), TestCaseError> {
    for (i, (got, want)) in row[keys..].iter().zip(expected(rows)).enumerate() {
        let tolerance = if i >= 9 { 0.010_001 } else { 1e-9 };
        let near = match (got.as_f64(), want) {
            (Some(got), Some(want)) => (got - want).abs() <= want.abs() * tolerance,
            (None, None) => true,
            _ => false,
        };
        prop_assert!(near, "measure {i}: {got} for {want:?} in {row:?}");
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    #[test]
    fn every_figure_agrees(events in events(), zone in prop::sample::select(ZONES.to_vec()), n in 1..4usize) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let dir = tempfile::tempdir().unwrap();
            let warehouse = holding(dir.path(), events.clone());

            let mut by_day: BTreeMap<(i64, &str), Vec<&Event>> = BTreeMap::new();
            let mut by_path: BTreeMap<&str, Vec<&Event>> = BTreeMap::new();
            let tz = TimeZone::get(zone).unwrap();
            for e in &events {
                let at = jiff::Timestamp::from_millisecond(e.ts).unwrap();
                let day = at.to_zoned(tz.clone()).start_of_day().unwrap();
                let day = day.timestamp().as_millisecond();
                by_day.entry((day, &e.path)).or_default().push(e);
                by_path.entry(&e.path).or_default().push(e);
            }

            let mut daily = query(zone);
            daily["interval"] = json!("1d");
            daily["groupBy"] = json!(["path"]);
            let table = ask(&warehouse, daily).await.unwrap();
            prop_assert_eq!(table.rows.len(), by_day.len());
            for row in &table.rows {
                let key = (row[0].as_i64().unwrap(), row[1].as_str().unwrap());
                check(row, &by_day[&key], 2)?;
            }

            let mut top = query(zone);
            top["groupBy"] = json!(["path"]);
            top["top"] = json!({"n": n, "by": "n"});
            top["orderBy"] = json!([{"by": "n", "dir": "desc"}]);
            let table = ask(&warehouse, top).await.unwrap();
            let mut ranked: Vec<_> = by_path.into_iter().collect();
            ranked.sort_by(|a, b| b.1.len().cmp(&a.1.len()).then(a.0.cmp(b.0)));
            let (best, rest) = ranked.split_at(n.min(ranked.len()));
            let rest: Vec<&Event> = rest.iter().flat_map(|(_, rows)| rows.clone()).collect();
            prop_assert_eq!(table.rows.len(), best.len() + usize::from(!rest.is_empty()));
            let mut left: Vec<(&str, &[&Event])> = best.iter().map(|(p, r)| (*p, &r[..])).collect();
            left.extend((!rest.is_empty()).then_some(("__other__", &rest[..])));
            for row in &table.rows {
                let count = row[1].as_u64().unwrap() as usize;
                let same = |(path, rows): &(&str, &[&Event])| *path == row[0] && rows.len() == count;
                let at = left.iter().position(same);
                prop_assert!(at.is_some(), "{row:?}");
                check(row, left.remove(at.unwrap()).1, 1)?;
            }
            Ok(())
        })?;
    }
}
