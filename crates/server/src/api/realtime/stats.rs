use std::collections::BTreeMap;

use axum::extract::State;
use realtime::hub::HubStats;
use realtime::registry::{Counters, Stats};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::reach::asked;
use crate::auth::Operator;
use crate::extract::{Json, Query};
use crate::live::Live;
use crate::live::publish::PublishedTotals;
use crate::problem::ProblemBody;
use crate::{App, Problem};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// Slug. Admins see all projects without it; others need it if they may read several.
    project: Option<String>,
}

/// Of the connections of a project, or of all. `counters`, `hub` and `published` are the whole
/// server's.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RealtimeStats {
    #[serde(flatten)]
    #[schema(inline)]
    connections: ConnectionStats,
    counters: ConnectionCounters,
    hub: HubFigures,
    published: PublishedTotals,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ConnectionStats {
    total: usize,
    /// The same under its other name.
    total_connections: usize,
    /// Connections of each user; the anonymous are in no entry.
    by_user: BTreeMap<String, usize>,
    unique_users: usize,
    /// In milliseconds; 0 while nobody is connected.
    average_uptime: f64,
    average_subscriptions: f64,
    by_protocol: BTreeMap<String, usize>,
}

/// Since the start.
#[derive(Debug, Serialize, ToSchema)]
struct ConnectionCounters {
    connects: u64,
    /// Of those, by somebody who had left within the minute before.
    reconnects: u64,
    /// By reason.
    disconnects: BTreeMap<String, u64>,
    rejected: BTreeMap<String, u64>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct HubFigures {
    subscribers: usize,
    published: u64,
    /// Turned away because too much waited.
    refused: u64,
    delivered: u64,
    writes: u64,
    dropped: u64,
    conflated: u64,
    /// Connections that were closed because they did not keep up.
    overflowed: u64,
    waiting_events: usize,
    waiting_bytes: usize,
    /// From being published to having been written; null before the first.
    latency_ms: Option<LatencyFigures>,
}

#[derive(Debug, Serialize, ToSchema)]
struct LatencyFigures {
    p50: f64,
    p95: f64,
    p99: f64,
}

/// Connections and deliveries in figures
#[utoipa::path(get, path = "/api/ws/stats", tag = "realtime", operation_id = "realtime_stats",
    params(Params), security(("session" = [])), responses((status = 200, body = RealtimeStats),
    (status = 404, body = ProblemBody), (status = 422, body = ProblemBody)))]
pub async fn stats(
    Operator { operator, .. }: Operator,
    State(app): State<App>,
    Query(params): Query<Params>,
) -> Result<Json<RealtimeStats>, Problem> {
    let project = asked(&app, &operator, params.project.as_deref())?;
    let live: &Live = &app.live;
    Ok(Json(RealtimeStats {
        connections: live.registry.stats(project.map(|project| project.id)).into(),
        counters: live.registry.counters().into(),
        hub: live.hub.stats().into(),
        published: live.publishing.counters.read(),
    }))
}

/// Keys that are enums, by the names they have on the wire.
fn named<K: Serialize, V>(map: BTreeMap<K, V>) -> BTreeMap<String, V> {
    let name = |key: K| serde_json::to_value(key).ok()?.as_str().map(str::to_owned);
    map.into_iter().filter_map(|(key, value)| Some((name(key)?, value))).collect()
}

impl From<Stats> for ConnectionStats {
    fn from(stats: Stats) -> Self {
        ConnectionStats {
            total: stats.total,
            total_connections: stats.total_connections,
            by_user: stats.by_user,
            unique_users: stats.unique_users,
            average_uptime: stats.average_uptime,
            average_subscriptions: stats.average_subscriptions,
            by_protocol: named(stats.by_protocol),
        }
    }
}

impl From<Counters> for ConnectionCounters {
    fn from(counters: Counters) -> Self {
        ConnectionCounters {
            connects: counters.connects,
            reconnects: counters.reconnects,
            disconnects: named(counters.disconnects),
            rejected: named(counters.rejected),
        }
    }
}

impl From<HubStats> for HubFigures {
    fn from(hub: HubStats) -> Self {
        let ms = |share| hub.latency.percentile(share).map(|micros| micros as f64 / 1000.0);
        let latency = || Some(LatencyFigures { p50: ms(0.50)?, p95: ms(0.95)?, p99: ms(0.99)? });
        HubFigures {
            latency_ms: latency(),
            subscribers: hub.subscribers,
            published: hub.published,
            refused: hub.refused,
            delivered: hub.delivered,
            writes: hub.writes,
            dropped: hub.dropped,
            conflated: hub.conflated,
            overflowed: hub.overflowed,
            waiting_events: hub.waiting_events,
            waiting_bytes: hub.waiting_bytes,
        }
    }
}
