use std::hash::{BuildHasher, RandomState};

use serde_json::{Value, json};

use crate::hub::filter::{Filter, FilterError, HealthFilter, LogFilter, Severity};

fn log_error(value: Value) -> FilterError {
    LogFilter::from_json(&value).expect_err("refused")
}

fn health_error(value: Value) -> FilterError {
    HealthFilter::from_json(&value).expect_err("refused")
}

#[test]
fn filters_that_mean_the_same_are_equal() {
    let one = json!({
        "deviceIds": ["b", "a", "b"],
        "levels": ["warning", "ERROR"],
        "tags": ["y", "x"],
        "keywords": ["Full", "FULL", "empty", "连接"],
    });
    let other = json!({
        "keywords": ["连接", "full", "empty"],
        "tags": ["x", "y", "x"],
        "levels": ["error", "Warn", "ERR"],
        "deviceIds": ["a", "b"],
        "batch": false,
    });
    let read = |value: &Value| Filter::Log(LogFilter::from_json(value).expect("valid"));
    let (one, other) = (read(&one), read(&other));
    let hasher = RandomState::new();
    assert_eq!(one, other);
    assert_eq!(hasher.hash_one(&one), hasher.hash_one(&other));
    assert_ne!(one, read(&json!({"keywords": ["full", "连接"]})));
}

#[test]
fn missing_and_empty_lists_are_the_same() {
    let empty = json!({"deviceIds": [], "levels": [], "tags": [], "keywords": []});
    let read = |value: &Value| LogFilter::from_json(value).expect("valid");
    assert_eq!(read(&json!({})), read(&empty));
    let named: Vec<_> = read(&empty).levels().named().collect();
    assert!(named.is_empty() && read(&empty).devices().is_empty());
}

#[test]
fn what_is_no_list_of_strings_is_refused_by_name() {
    for payload in [json!(null), json!([]), json!("error"), json!(1), json!(true)] {
        assert_eq!(log_error(payload), FilterError::NotAnObject("subscription"));
    }
    for field in ["deviceIds", "levels", "tags", "keywords"] {
        for value in [json!(null), json!("a"), json!({}), json!(1), json!(["a", 1]), json!([null])]
        {
            assert_eq!(log_error(json!({ field: value })), FilterError::NotAList(field));
        }
        assert_eq!(log_error(json!({ field: [""] })), FilterError::Empty(field));
    }
}

#[test]
fn limits_hold_and_are_named() {
    let list = |n: usize| (0..n).map(|at| at.to_string()).collect::<Vec<_>>();
    for (field, max) in [("deviceIds", 100), ("tags", 20), ("keywords", 20)] {
        assert!(LogFilter::from_json(&json!({ field: list(max) })).is_ok());
        let error = log_error(json!({ field: list(max + 1) }));
        assert_eq!(error, FilterError::TooMany { field, max });
        assert!(LogFilter::from_json(&json!({ field: ["点".repeat(200)] })).is_ok());
        let error = log_error(json!({ field: ["点".repeat(201)] }));
        assert_eq!(error, FilterError::TooLong { field, max: 200 });
        assert_eq!(error.to_string(), format!("{field} has an entry of more than 200 characters"));
    }
    let error = log_error(json!({ "levels": vec!["info"; 21] }));
    assert_eq!(error, FilterError::TooMany { field: "levels", max: 20 });
    // The same limits for callers with lists of their own.
    let error = LogFilter::new(&["d"; 101], &[], &[], &[]).expect_err("refused");
    assert_eq!(error, FilterError::TooMany { field: "deviceIds", max: 100 });
}

#[test]
fn unknown_names_are_quoted_only_in_part() {
    assert_eq!(
        log_error(json!({"levels": ["loud"]})).to_string(),
        r#"levels does not know "loud""#
    );
    let error = health_error(json!({ "minSeverity": "点".repeat(5000) }));
    assert_eq!(error.to_string(), format!("minSeverity does not know {:?}", "点".repeat(100)));
}

#[test]
fn health_filters_are_read_as_strictly() {
    let filter = json!({"minSeverity": "critical", "components": ["db", "cpu", "db"]});
    let expected = HealthFilter::new(Some(Severity::Critical), &["cpu", "db"]);
    assert_eq!(HealthFilter::from_json(&filter), expected);
    assert_eq!(health_error(json!(null)), FilterError::NotAnObject("filter"));
    assert_eq!(health_error(json!({"components": "db"})), FilterError::NotAList("components"));
    for severity in [json!(null), json!(1), json!(["info"])] {
        let error = health_error(json!({ "minSeverity": severity }));
        assert_eq!(error, FilterError::NotAString("minSeverity"));
    }
    let error = health_error(json!({ "components": vec!["db"; 21] }));
    assert_eq!(error, FilterError::TooMany { field: "components", max: 20 });
}
