//! Performance: one row per metric, whichever of its shapes it came in.

use model::{Event, Kind, Rating, Reason, VitalsProfile, bucket, rate_vital};

use super::kinds::set_duration;
use crate::decode::fields::Problem;
use crate::decode::{Fields, Json, Obj};

const VITALS: [&str; 8] = ["LCP", "FCP", "CLS", "INP", "FID", "TTFB", "FSP", "FP"];

#[derive(Debug, Default)]
pub(crate) struct Metrics(pub Vec<Metric>);

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Metric {
    pub name: String,
    pub value: f64,
    pub client_rating: Option<Rating>,
}

impl Metrics {
    /// The event itself, or one row per metric.
    pub fn rows(self, event: Event, profile: VitalsProfile) -> Vec<Event> {
        if self.0.is_empty() {
            return vec![event];
        }
        (0..).zip(self.0).map(|(part, m)| vital(event.clone(), profile, m, part)).collect()
    }
}

pub(crate) fn vital(event: Event, profile: VitalsProfile, metric: Metric, part: u16) -> Event {
    let name = canonical(&metric.name).map_or(metric.name.clone(), str::to_owned);
    Event {
        kind: Kind::Vital,
        part,
        value: Some(metric.value),
        value_bucket: bucket::of(metric.value),
        rating: rate_vital(profile, &name, metric.value),
        client_rating: metric.client_rating,
        name,
        ..event
    }
}

fn canonical(name: &str) -> Option<&'static str> {
    VITALS.into_iter().find(|v| v.eq_ignore_ascii_case(name))
}

pub(super) fn read(fields: &mut Fields<'_, '_>, event: &mut Event) -> Result<Metrics, Problem> {
    event.kind = Kind::Perf;
    event.name = fields.short(&["name"]);
    let value = fields.number(&["value"]);
    let client_rating = Rating::parse(&fields.short(&["rating"]));
    set_duration(event, fields.number(&["durationMs", "duration"]));
    fields.check()?;
    let mut metrics = Metrics::default();
    if let Some(value) = value {
        metrics.0.push(Metric { name: event.name.clone(), value, client_rating });
    }
    if let Some(Json::Obj(props)) = fields.obj.get_mut("props") {
        metrics.0.extend(in_props(&event.name, props, value.is_some()));
    }
    if event.name.is_empty() && metrics.0.iter().any(|m| m.name.is_empty())
        || metrics.0.is_empty() && event.name.is_empty()
    {
        return Err(Problem::at(Reason::Schema, "name", "is missing"));
    }
    Ok(metrics)
}

/// `{LCP: 1200, CLS: 0.02}`, `{LCP: {value, rating}}`, or `{value, rating}` of the named metric.
fn in_props(name: &str, props: &mut Obj<'_>, has_value: bool) -> Vec<Metric> {
    let mut metrics = Vec::new();
    let named = !has_value && !name.is_empty() && name != "web-vitals";
    if let Some(value) = props.get("value").and_then(Json::as_f64).filter(|_| named) {
        props.take("value");
        let rating = props.take("rating");
        let client_rating = rating.as_ref().and_then(Json::as_str).and_then(Rating::parse);
        metrics.push(Metric { name: name.to_owned(), value, client_rating });
    }
    props.0.retain(|(key, value)| {
        let Some(name) = canonical(key) else { return true };
        let (value, rating) = match value {
            Json::Obj(o) => (
                o.get("value").and_then(Json::as_f64),
                o.get("rating").and_then(Json::as_str).and_then(Rating::parse),
            ),
            other => (other.as_f64(), None),
        };
        let Some(value) = value else { return true };
        metrics.push(Metric { name: name.to_owned(), value, client_rating: rating });
        false
    });
    metrics
}
