//! `performance`: one metric, several metrics, or a detail without a value.

use std::borrow::Cow;

use model::{Event, Kind, Rating, Reason, VitalsProfile, bucket};

use super::columns;
use crate::decode::fields::{Problem, bounded};
use crate::decode::{Fields, Json, Obj};
use crate::telemetry::{Metric, vital};

/// What a performance report becomes.
#[derive(Debug, Default)]
pub(super) struct Report<'a> {
    metrics: Vec<Metric>,
    detail: Obj<'a>,
}

/// The fields of a resource that the specification names, and `isCache`.
const RESOURCE_FIELDS: [&str; 13] = [
    "name",
    "initiatorType",
    "startTime",
    "responseEnd",
    "duration",
    "transferSize",
    "protocol",
    "status",
    "nextHopProtocol",
    "responseStatus",
    "encodedBodySize",
    "decodedBodySize",
    "isCache",
];

pub(super) fn read<'a>(
    fields: &mut Fields<'a, '_>,
    event: &mut Event,
) -> Result<Report<'a>, Problem> {
    event.kind = Kind::Perf;
    event.ok = columns::ok(fields);
    event.name = match fields.short(&["name"]) {
        name if name == "resource_list" => "resourceList".to_owned(),
        name => name,
    };
    let mut report = Report::default();
    if let Some(value) = fields.number(&["value"]) {
        let client_rating = Rating::parse(&fields.short(&["rating"]));
        report.metrics.push(Metric { name: event.name.clone(), value, client_rating });
    }
    if let Some(Json::Arr(list)) = fields.any(&["metrics"]) {
        report.metrics.extend(list.iter().filter_map(metric));
    }
    if let Some(Json::Obj(task)) = fields.any(&["longTask"]) {
        event.duration_ms = task.get("duration").and_then(Json::as_f64).filter(|ms| *ms >= 0.0);
        event.duration_bucket = event.duration_ms.and_then(bucket::of);
        report.detail = task;
    } else if let Some(Json::Obj(memory)) = fields.any(&["memory"]) {
        event.value = memory.get("usedJSHeapSize").and_then(Json::as_f64);
        event.value_bucket = event.value.and_then(bucket::of);
        report.detail = memory;
    } else if let Some(list @ Json::Arr(_)) = fields.any(&["resourceList", "resource_list"]) {
        if let Json::Arr(items) = &list {
            event.value = Some(items.len() as f64);
        }
        report.detail.0.push((Cow::Borrowed("resourceList"), list));
    }
    if event.name.is_empty() && report.metrics.is_empty() {
        return Err(Problem::at(Reason::Schema, "name", "is missing"));
    }
    Ok(report)
}

fn metric(value: &Json<'_>) -> Option<Metric> {
    let Json::Obj(obj) = value else { return None };
    Some(Metric {
        name: obj.get("name")?.as_str()?.chars().take(64).collect(),
        value: obj.get("value")?.as_f64()?,
        client_rating: obj.get("rating").and_then(Json::as_str).and_then(Rating::parse),
    })
}

impl Report<'_> {
    pub fn rows(self, event: Event, profile: VitalsProfile) -> Vec<Event> {
        if self.metrics.is_empty() {
            return vec![event];
        }
        (0..).zip(self.metrics).map(|(part, m)| vital(event.clone(), profile, m, part)).collect()
    }

    /// The detail as properties. A long list of resources gives up its rare fields before it
    /// gives up resources.
    pub fn props(&self, budget: usize) -> String {
        let whole = bounded(self.detail.clone(), Vec::new(), usize::MAX);
        if whole.len() <= budget {
            return whole;
        }
        let mut slim = self.detail.clone();
        let mut truncated = Vec::new();
        if let Some(Json::Arr(list)) = slim.get_mut("resourceList") {
            truncated.push("resourceList.*".to_owned());
            for item in list {
                if let Json::Obj(resource) = item {
                    resource.0.retain(|(key, _)| RESOURCE_FIELDS.contains(&key.as_ref()));
                }
            }
        }
        bounded(slim, truncated, budget)
    }
}
