//! A filter has one meaning: the order and number of its entries change nothing, it admits what
//! its lists say, and the index finds what it admits.
//!
//! Input: lines: the filter as JSON, then of an event the device, the level, the tags and the text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use model::Level;
use realtime::hub::filter::{Facts, Filter, FilterIndex, HealthFilter, LogFilter};
use serde_json::{Map, Value};

const LONGEST_ANSWER: usize = 1024;

struct Log<'a> {
    device: &'a str,
    level: Level,
    tags: Vec<String>,
    text: &'a str,
}

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let mut lines = text.splitn(5, '\n');
    let Ok(json) = serde_json::from_str::<Value>(lines.next().unwrap_or_default()) else { return };
    let mut line = || lines.next().unwrap_or_default();
    let log = Log {
        device: line(),
        level: Level::parse(line()).unwrap_or(Level::Info),
        tags: line().split(',').map(str::to_owned).collect(),
        text: line(),
    };
    match HealthFilter::from_json(&json) {
        Ok(filter) => assert_eq!(HealthFilter::from_json(&turned(&json)), Ok(filter)),
        Err(error) => assert!(error.to_string().len() <= LONGEST_ANSWER),
    }
    match LogFilter::from_json(&json) {
        Ok(filter) => {
            let fields = json.as_object().expect("a filter is an object");
            // Turned round, an entry that stood twice is still the same entry.
            assert_eq!(LogFilter::from_json(&turned(&json)).as_ref(), Ok(&filter));
            admits_what_it_says(filter, fields, &log);
        }
        Err(error) => assert!(error.to_string().len() <= LONGEST_ANSWER),
    }
});

/// Every list from its end.
fn turned(filter: &Value) -> Value {
    let mut turned = filter.clone();
    if let Value::Object(fields) = &mut turned {
        fields.values_mut().filter_map(Value::as_array_mut).for_each(|list| list.reverse());
    }
    turned
}

fn admits_what_it_says(filter: LogFilter, fields: &Map<String, Value>, log: &Log<'_>) {
    let any = |name: &str, fits: &dyn Fn(&str) -> bool| {
        let list = fields.get(name).and_then(Value::as_array);
        list.is_none_or(|list| list.is_empty() || list.iter().filter_map(Value::as_str).any(fits))
    };
    let text = folded(log.text);
    let expected = any("deviceIds", &|device| device == log.device)
        && any("levels", &|level| Level::parse(level) == Some(log.level))
        && any("tags", &|tag| log.tags.iter().any(|given| given == tag))
        && any("keywords", &|keyword| text.contains(&folded(keyword)));

    let facts = Facts::log(log.device, log.level, &log.tags, log.text);
    let filter = Filter::Log(filter);
    assert_eq!(filter.matches(&facts), expected);
    let mut index = FilterIndex::default();
    index.insert(filter, ());
    let mut found = 0;
    index.matching(&facts, |group| found += group.members().len());
    assert_eq!(found, usize::from(expected));
}

fn folded(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}
