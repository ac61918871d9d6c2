use std::net::IpAddr;

use model::Millis;
use proptest::prelude::*;

use super::*;

fn ip(text: &str) -> IpAddr {
    text.parse().expect("an address")
}

#[test]
fn a_hundred_a_second_with_a_burst_of_a_hundred() {
    let mut bucket = Bucket::new(Rate::per_second(100, 100), 0);
    assert_eq!((0..500).filter(|_| bucket.take(0).is_ok()).count(), 100);
    assert_eq!(bucket.take(0), Err(10));
    assert_eq!(bucket.take(9), Err(1));
    assert_eq!(bucket.take(10), Ok(()));
    assert_eq!(bucket.take(10), Err(10));
    // Idle time earns a burst, not more.
    assert!(bucket.is_full(3_600_000));
    assert_eq!((0..500).filter(|_| bucket.take(3_600_000).is_ok()).count(), 100);
}

#[test]
fn a_clock_that_is_set_back_earns_nothing() {
    let mut bucket = Bucket::new(Rate::per_second(1, 1), 10_000);
    assert_eq!(bucket.take(10_000), Ok(()));
    assert_eq!(bucket.take(4000), Err(7000));
    assert_eq!(bucket.take(10_999), Err(1));
    assert_eq!(bucket.take(11_000), Ok(()));
}

#[test]
fn extremes_neither_overflow_nor_pass() {
    let mut bucket = Bucket::new(Rate::per_second(u32::MAX, u32::MAX), Millis::MIN);
    assert_eq!(bucket.take(Millis::MAX), Ok(()));
    assert_eq!(bucket.take(Millis::MIN), Ok(()));
    assert_eq!(Bucket::new(Rate::per_second(5, 0), 0).take(Millis::MAX), Err(Millis::MAX));
    let mut never_again = Bucket::new(Rate::per_second(0, 1), 0);
    assert_eq!(never_again.take(0), Ok(()));
    assert_eq!(never_again.take(Millis::MAX), Err(Millis::MAX));
}

proptest! {
    /// Looks at every interval between two passes; a fixed window would fail at its edges.
    #[test]
    fn no_interval_passes_more_than_burst_and_rate(
        burst in 1u32..20,
        per_minute in 1u32..6000,
        steps in prop::collection::vec(prop_oneof![Just(0i64), 0i64..5, 0i64..3000], 1..300),
    ) {
        let mut bucket = Bucket::new(Rate::per_minute(per_minute, burst), 0);
        let mut now = 0;
        let mut passes = Vec::new();
        for step in steps {
            now += step;
            if bucket.take(now).is_ok() {
                passes.push(now);
            }
        }
        for (i, from) in passes.iter().enumerate() {
            for (j, to) in passes.iter().enumerate().skip(i) {
                let passed = (j - i + 1) as i64 * 60_000;
                let granted = i64::from(burst) * 60_000 + (to - from) * i64::from(per_minute);
                prop_assert!(passed <= granted, "{} passed from {from} to {to}", j - i + 1);
            }
        }
    }

    #[test]
    fn the_wait_that_is_named_is_enough_and_not_too_long(
        burst in 1u32..5,
        per_minute in 1u32..6000,
        steps in prop::collection::vec(0i64..2000, 1..50),
    ) {
        let mut bucket = Bucket::new(Rate::per_minute(per_minute, burst), 0);
        let mut now = 0;
        for step in steps {
            now += step;
            if let Err(wait) = bucket.take(now) {
                prop_assert!(bucket.clone().take(now + wait - 1).is_err());
                prop_assert!(bucket.clone().take(now + wait).is_ok());
            }
        }
    }

    #[test]
    fn buckets_never_outgrow_their_capacity(
        calls in prop::collection::vec((0u8..40, 0i64..200), 1..300),
    ) {
        let buckets = Buckets::new(Rate::per_second(1, 2), 8);
        let mut now = 0;
        for (key, step) in calls {
            now += step;
            let _ = buckets.take(&key, now);
            prop_assert!(buckets.len() <= 8);
        }
    }
}

#[test]
fn callers_have_buckets_of_their_own() {
    let buckets = Buckets::new(Rate::per_minute(60, 1), 10);
    assert_eq!(buckets.take(&"a", 0), Ok(()));
    assert_eq!(buckets.take(&"a", 0), Err(1000));
    assert_eq!(buckets.take(&"b", 0), Ok(()));
}

#[test]
fn idle_buckets_leave_before_anybody_is_forgotten() {
    let buckets = Buckets::new(Rate::per_second(1, 1), 3);
    for key in ["a", "b", "c"] {
        assert_eq!(buckets.take(&key, 0), Ok(()));
    }
    // "a" is used again, so "b" is the oldest; all are empty, and the table is full.
    assert_eq!(buckets.take(&"a", 500), Err(500));
    assert_eq!(buckets.take(&"d", 500), Ok(()));
    assert_eq!(buckets.take(&"a", 500), Err(500), "a was not forgotten");
    assert_eq!(buckets.take(&"c", 500), Err(500), "c was not forgotten");
    // A minute later they are all full: nothing is left of them but the newcomer.
    for _ in 0..3 {
        let _ = buckets.take(&"e", 60_000);
    }
    assert_eq!(buckets.len(), 1);
}

#[test]
fn an_ipv6_network_is_one_source() {
    let source = |text| Source::from(ip(text));
    assert_eq!(source("2001:db8:1:2::1"), source("2001:db8:1:2:ffff::9"));
    assert_ne!(source("2001:db8:1:2::1"), source("2001:db8:1:3::1"));
    assert_eq!(source("::ffff:192.0.2.1"), source("192.0.2.1"));
    assert_ne!(source("192.0.2.1"), source("192.0.2.2"));
}

#[test]
fn patience_ends_within_a_minute_and_returns_after_it() {
    let mut abuse = Abuse::new(Patience { throttle_at: 2, disconnect_at: 3 });
    assert_eq!(abuse.record(Violation::Parse, 0), Verdict::Ok);
    assert_eq!(abuse.record(Violation::Refused, 10_000), Verdict::Throttle);
    assert_eq!(abuse.verdict(60_000), Verdict::Ok);
    assert_eq!(abuse.record(Violation::Parse, 60_000), Verdict::Throttle);
    assert_eq!(abuse.record(Violation::Parse, 69_999), Verdict::Disconnect);
    assert_eq!(abuse.violations(), Violations { parse: 3, refused: 1, floods: 0 });
}

#[test]
fn a_burst_is_one_flood() {
    let mut abuse = Abuse::new(Patience { throttle_at: 2, disconnect_at: 3 });
    for ms in 0..1000 {
        assert_eq!(abuse.record(Violation::Flood, ms), Verdict::Ok);
    }
    assert_eq!(abuse.record(Violation::Flood, 1000), Verdict::Throttle);
    assert_eq!(abuse.record(Violation::Flood, 2000), Verdict::Disconnect);
    assert_eq!(abuse.violations().floods, 3);
}

#[test]
fn a_disconnecting_threshold_of_zero_still_forgives_what_never_happened() {
    let mut abuse = Abuse::new(Patience { throttle_at: 0, disconnect_at: 0 });
    assert_eq!(abuse.verdict(0), Verdict::Ok);
    assert_eq!(abuse.record(Violation::Parse, 0), Verdict::Disconnect);
}
