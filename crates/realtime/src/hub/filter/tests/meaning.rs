use model::{Level, LogEntry};
use proptest::prelude::*;

use crate::hub::filter::{Facts, Filter, HealthFilter, LogFilter, Severity};

fn log(devices: &[&str], levels: &[&str], tags: &[&str], keywords: &[&str]) -> LogFilter {
    LogFilter::new(devices, levels, tags, keywords).expect("within the limits")
}

fn tags(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn every_given_dimension_has_to_match_with_any_of_its_values() {
    let filter = log(&["d1", "d2"], &["error", "warn"], &["net", "db"], &["timeout", "refused"]);
    let both = tags(&["db", "slow"]);
    let matches = |device, level, tags: &[String], text| {
        filter.matches(&Facts::log(device, level, tags, text))
    };
    assert!(matches("d2", Level::Warn, &both, "connection refused"));
    assert!(matches("d1", Level::Error, &both, "TIMEOUT after 3 s"));
    assert!(!matches("d3", Level::Warn, &both, "connection refused"));
    assert!(!matches("d2", Level::Info, &both, "connection refused"));
    assert!(!matches("d2", Level::Warn, &tags(&["slow"]), "connection refused"));
    assert!(!matches("d2", Level::Warn, &[], "connection refused"), "no tags, no match");
    assert!(!matches("d2", Level::Warn, &both, "connection reset"));
}

#[test]
fn an_empty_dimension_restricts_nothing() {
    let everything = log(&[], &[], &[], &[]);
    assert!(everything.matches(&Facts::log("d", Level::Debug, &[], "")));
    assert!(everything.matches(&Facts::default()));
    let errors = log(&[], &["ERROR"], &[], &[]);
    assert!(errors.matches(&Facts::log("any", Level::Error, &[], "")));
    let all_levels = log(&[], &["debug", "info", "warn", "error", "fatal"], &[], &[]);
    assert!(!all_levels.matches(&Facts::default()), "asks for a level, whichever it is");
}

#[test]
fn keywords_are_plain_text_in_any_case_and_any_script() {
    let found = |keyword: &str, text: &str| {
        log(&[], &[], &[], &[keyword]).matches(&Facts::log("d", Level::Info, &[], text))
    };
    assert!(found("TimeOut", "a tIMEoUT"));
    assert!(found("连接失败", "数据库连接失败, 重试"));
    assert!(!found("连接失败", "数据库连接成功"));
    assert!(found("ÄRGER", "nur ärger"));
    assert!(found("ΟΔΟΣ", "οδοσήμανση"), "a sigma is the same wherever it stands");
    assert!(!found("t.meout", "timeout"), "not a pattern");
    assert!(found("[a-z]+(", "fails at [A-Z]+("));
    assert!(!found("straße", "STRASSE"), "characters are compared, not spellings");
}

#[test]
fn tags_and_devices_are_exact() {
    let facts = tags(&["Net"]);
    let facts = Facts::log("D1", Level::Info, &facts, "");
    assert!(!log(&["d1"], &[], &[], &[]).matches(&facts));
    assert!(!log(&[], &[], &["net"], &[]).matches(&facts));
    assert!(log(&["D1"], &[], &["Net"], &[]).matches(&facts));
}

#[test]
fn alerts_are_filtered_by_severity_and_component() {
    let filter = HealthFilter::new(Some(Severity::Warning), &["db", "cpu"]).expect("valid");
    assert!(filter.matches(&Facts::health(Severity::Warning, "db")));
    assert!(filter.matches(&Facts::health(Severity::Critical, "cpu")));
    assert!(!filter.matches(&Facts::health(Severity::Info, "db")));
    assert!(!filter.matches(&Facts::health(Severity::Critical, "disk")));
    assert!(!filter.matches(&Facts::default()));
    let everything = HealthFilter::new(None, &[]).expect("valid");
    assert!(everything.matches(&Facts::health(Severity::Info, "disk")));
    assert_eq!(HealthFilter::new(Some(Severity::Info), &[]), Ok(everything));
}

#[test]
fn a_backlog_is_filtered_like_what_follows_it() {
    let entry = |device: &str, level, message: &str| LogEntry {
        device: device.to_owned(),
        level,
        message: message.to_owned(),
        ..LogEntry::default()
    };
    let mut backlog = vec![
        entry("d1", Level::Error, "disk full"),
        entry("d1", Level::Info, "disk full"),
        entry("d2", Level::Error, "Disk Full"),
        entry("d1", Level::Error, "door open"),
    ];
    let filter = Filter::Log(log(&[], &["error"], &[], &["disk"]));
    filter.retain(&mut backlog, |e| Facts::log(&e.device, e.level, &e.tags, &e.message));
    let left: Vec<_> = backlog.iter().map(|e| e.device.as_str()).collect();
    assert_eq!(left, ["d1", "d2"]);
}

const TEXT: &str = "[a-cA-Cä-åÄ-Å连接 ]{0,6}";

fn few(pattern: &'static str) -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec(pattern, 0..3)
}

fn refs(list: &[String]) -> Vec<&str> {
    list.iter().map(String::as_str).collect()
}

proptest! {
    #[test]
    fn a_filter_does_what_its_lists_say(
        (devices, tags) in (few("[ab]"), few("[xy]")),
        levels in prop::collection::vec(prop::sample::select(&Level::ALL[..]), 0..3),
        keywords in prop::collection::vec("[a-cA-Cä-åÄ-Å连接 ]{1,2}", 0..3),
        (device, its_tags, text) in ("[abc]", few("[xyz]"), TEXT),
        level in prop::sample::select(&Level::ALL[..]),
    ) {
        let names: Vec<_> = levels.iter().map(|level| level.name().to_lowercase()).collect();
        let filter = log(&refs(&devices), &refs(&names), &refs(&tags), &refs(&keywords));
        let lower = text.to_lowercase();
        let expected = (devices.is_empty() || devices.contains(&device))
            && (levels.is_empty() || levels.contains(&level))
            && (tags.is_empty() || tags.iter().any(|tag| its_tags.contains(tag)))
            && (keywords.is_empty() || keywords.iter().any(|k| lower.contains(&k.to_lowercase())));
        prop_assert_eq!(filter.matches(&Facts::log(&device, level, &its_tags, &text)), expected);
    }
}
