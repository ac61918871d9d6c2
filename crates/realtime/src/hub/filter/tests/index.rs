use std::collections::BTreeMap;

use model::Level;
use proptest::prelude::*;

use crate::hub::filter::{Facts, Filter, FilterIndex, HealthFilter, LogFilter, Severity};

fn keywords(words: &[&str]) -> Filter {
    Filter::Log(LogFilter::new(&[], &[], &[], words).expect("valid"))
}

fn found(index: &FilterIndex<u32>, facts: &Facts<'_>) -> Vec<Vec<u32>> {
    let mut groups = Vec::new();
    index.matching(facts, |group| {
        let mut members = group.members().to_vec();
        members.sort_unstable();
        groups.push(members);
    });
    groups.sort();
    groups
}

#[test]
fn equal_filters_share_a_group_and_a_member_has_one_filter() {
    let mut index = FilterIndex::default();
    let full = index.insert(keywords(&["full"]), 1);
    assert_eq!(index.insert(keywords(&["FULL"]), 2), full);
    let open = index.insert(keywords(&["open"]), 3);
    assert_ne!(open, full);
    let facts = Facts::log("d", Level::Info, &[], "full and open");
    assert_eq!(found(&index, &facts), [vec![1, 2], vec![3]]);
    assert_eq!(index.insert(keywords(&["open"]), 1), open, "moves");
    assert_eq!(found(&index, &facts), [vec![1, 3], vec![2]]);
    assert_eq!((index.members(), index.groups()), (3, 2));
    assert!(index.remove(&2) && !index.remove(&2));
    assert_eq!(found(&index, &facts), [vec![1, 3]]);
    assert_ne!(index.insert(keywords(&["full"]), 2), full, "a new group has a new id");
}

#[test]
fn a_filter_with_many_devices_is_found_once() {
    let mut index = FilterIndex::default();
    let filter = LogFilter::new(&["a", "b"], &["error"], &[], &[]).expect("valid");
    index.insert(Filter::Log(filter), 1);
    assert_eq!(found(&index, &Facts::log("b", Level::Error, &[], "")), [vec![1]]);
    assert!(found(&index, &Facts::log("b", Level::Warn, &[], "")).is_empty());
    assert!(found(&index, &Facts::log("c", Level::Error, &[], "")).is_empty());
    index.remove(&1);
    assert!(!index.has_leftovers());
}

#[derive(Debug, Clone)]
enum Event {
    Log(String, Level, Vec<String>, String),
    Health(Severity, String),
}

impl Event {
    fn facts(&self) -> Facts<'_> {
        match self {
            Event::Log(device, level, tags, text) => Facts::log(device, *level, tags, text),
            Event::Health(severity, component) => Facts::health(*severity, component),
        }
    }
}

#[derive(Debug, Clone)]
enum Step {
    Insert(Filter, u32),
    Remove(u32),
    Event(Event),
}

fn few(pattern: &'static str) -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec(pattern, 0..3)
}

fn refs(list: &[String]) -> Vec<&str> {
    list.iter().map(String::as_str).collect()
}

fn filter() -> impl Strategy<Value = Filter> {
    let log = (few("[ab]"), few("(info|warn|error)"), few("[xy]"), few("[p-qP-Q连]"));
    let log = log.prop_map(|(devices, levels, tags, words)| {
        let filter = LogFilter::new(&refs(&devices), &refs(&levels), &refs(&tags), &refs(&words));
        Filter::Log(filter.expect("valid"))
    });
    let severity = prop::option::of(prop::sample::select(Severity::ALL));
    let health = (severity, few("[ab]")).prop_map(|(severity, components)| {
        Filter::Health(HealthFilter::new(severity, &refs(&components)).expect("valid"))
    });
    prop_oneof![4 => log, 1 => health]
}

fn event() -> impl Strategy<Value = Event> {
    let level = prop::sample::select(&Level::ALL[..]);
    let log = ("[abc]", level, few("[xyz]"), "[p-rP-R连]{0,4}")
        .prop_map(|(device, level, tags, text)| Event::Log(device, level, tags, text));
    let health = (prop::sample::select(Severity::ALL), "[abc]")
        .prop_map(|(severity, component)| Event::Health(severity, component));
    prop_oneof![4 => log, 1 => health]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (filter(), 0..20u32).prop_map(|(filter, member)| Step::Insert(filter, member)),
        2 => (0..20u32).prop_map(Step::Remove),
        4 => event().prop_map(Step::Event),
    ]
}

proptest! {
    #[test]
    fn the_index_finds_whom_a_filter_each_would_find(
        steps in prop::collection::vec(step(), 0..100),
    ) {
        let mut index = FilterIndex::default();
        let mut filters = BTreeMap::new();
        for step in steps {
            match step {
                Step::Insert(filter, member) => {
                    index.insert(filter.clone(), member);
                    filters.insert(member, filter);
                }
                Step::Remove(member) => {
                    prop_assert_eq!(index.remove(&member), filters.remove(&member).is_some());
                }
                Step::Event(event) => {
                    let mut members = found(&index, &event.facts()).concat();
                    members.sort_unstable();
                    let matching = filters.iter().filter(|(_, f)| f.matches(&event.facts()));
                    prop_assert_eq!(members, matching.map(|(m, _)| *m).collect::<Vec<_>>());
                }
            }
            prop_assert_eq!(index.members(), filters.len());
            let mut distinct = Vec::new();
            for filter in filters.values() {
                if !distinct.contains(&filter) {
                    distinct.push(filter);
                }
            }
            prop_assert_eq!(index.groups(), distinct.len());
        }
        filters.keys().for_each(|member| assert!(index.remove(member)));
        prop_assert!(!index.has_leftovers());
    }
}
