//! `GET /system/health`: whether the work gets done, not whether a process exists.

use std::sync::{Mutex, PoisonError};

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use model::{Millis, Pressure};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::realtime::Places;
use crate::App;
use crate::extract::Json;

/// What is acknowledged should be visible within a second; after a minute of nothing, something
/// is broken rather than busy.
const STALLED_MS: Millis = 60_000;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default().routes(routes!(health))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Condition {
    Ok,
    /// Works, but somebody should look.
    Degraded,
    /// Answered with 503.
    Down,
}

/// The worst of the checks is the status.
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    status: Condition,
    checks: Checks,
}

#[derive(Debug, Serialize, ToSchema)]
struct Checks {
    /// The inbox commits, and the ledger can be read.
    inbox: Condition,
    /// What was acknowledged reaches the warehouse.
    mover: Condition,
    /// The control plane answers.
    control: Condition,
    /// There is room.
    disk: Condition,
    /// There are places for live connections, and what is pushed gets out.
    realtime: Condition,
}

/// Whether everything that ingest and queries need works
///
/// Needs no key and tells no more than this; `GET /api/system` has the figures.
#[utoipa::path(
    get,
    path = "/system/health",
    tag = "system",
    responses((status = 200, body = Health), (status = 503, body = Health))
)]
async fn health(State(app): State<App>) -> Response {
    // The checks read files; a probe must not hold up a thread that serves requests.
    let checked = tokio::task::spawn_blocking(move || check(&app)).await;
    let health = checked.unwrap_or_else(|_| worst(Checks::all(Condition::Down)));
    let code = match health.status {
        Condition::Down => StatusCode::SERVICE_UNAVAILABLE,
        Condition::Ok | Condition::Degraded => StatusCode::OK,
    };
    (code, Json(health)).into_response()
}

fn check(app: &App) -> Health {
    let inbox = &app.store.inbox;
    let (pressure, backlog) = (inbox.pressure(), inbox.backlog());
    let alive = |works: bool| if works { Condition::Ok } else { Condition::Down };
    worst(Checks {
        inbox: alive(app.probe.writable(app)),
        mover: mover(backlog.oldest.map(|oldest| app.clock.now() - oldest)),
        control: alive(app.control.projects().is_ok()),
        disk: disk(pressure),
        realtime: realtime(app),
    })
}

/// Whether the inbox commits, found out by a commit: at most one a second, because anybody may
/// ask.
#[derive(Debug, Default)]
pub struct Probe(Mutex<Option<(Millis, bool)>>);

const PROBE_MS: Millis = 1000;

impl Probe {
    fn writable(&self, app: &App) -> bool {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = app.clock.now();
        match *last {
            Some((at, works)) if (0..PROBE_MS).contains(&(now - at)) => works,
            _ => {
                // Forgets nothing, but in a transaction of its own.
                let works = app.store.inbox.purge_ledger(Vec::new()).is_ok();
                *last = Some((now, works));
                works
            }
        }
    }
}

fn worst(checks: Checks) -> Health {
    let all = [checks.inbox, checks.mover, checks.control, checks.disk, checks.realtime];
    Health { status: all.into_iter().max().unwrap_or(Condition::Down), checks }
}

fn mover(oldest_waits_ms: Option<Millis>) -> Condition {
    match oldest_waits_ms {
        Some(waits) if waits > STALLED_MS => Condition::Down,
        Some(waits) if waits > STALLED_MS / 6 => Condition::Degraded,
        _ => Condition::Ok,
    }
}

fn disk(pressure: Pressure) -> Condition {
    match pressure {
        Pressure::None => Condition::Ok,
        Pressure::Recordings | Pressure::Events | Pressure::Logs => Condition::Degraded,
        Pressure::Full => Condition::Down,
    }
}

/// Full is no reason to start anew: never down.
fn realtime(app: &App) -> Condition {
    let live = &app.live;
    let waiting = live.hub.stats().waiting_bytes;
    let drains = waiting / 9 < live.options.waiting_in_all / 10;
    if Places::of(live).healthy && drains { Condition::Ok } else { Condition::Degraded }
}

impl Checks {
    const fn all(state: Condition) -> Self {
        Checks { inbox: state, mover: state, control: state, disk: state, realtime: state }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_check_decides() {
        assert_eq!(worst(Checks::all(Condition::Ok)).status, Condition::Ok);
        let full = Checks { disk: disk(Pressure::Full), ..Checks::all(Condition::Ok) };
        assert_eq!(worst(full).status, Condition::Down);
        let tight = Checks { disk: disk(Pressure::Events), ..Checks::all(Condition::Ok) };
        assert_eq!(worst(tight).status, Condition::Degraded);
    }

    #[test]
    fn a_mover_that_stands_still_is_down() {
        assert_eq!(mover(None), Condition::Ok);
        assert_eq!(mover(Some(900)), Condition::Ok);
        assert_eq!(mover(Some(20_000)), Condition::Degraded);
        assert_eq!(mover(Some(STALLED_MS + 1)), Condition::Down);
    }
}
