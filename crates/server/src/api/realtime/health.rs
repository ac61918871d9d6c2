use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use crate::App;
use crate::extract::Json;
use crate::live::Live;

#[derive(Debug, Serialize, ToSchema)]
pub struct RealtimeHealth {
    /// The question was answered, whatever the answer.
    success: bool,
    data: Places,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Places {
    connections: usize,
    max_connections: usize,
    /// Less than nine tenths of the places are taken.
    pub healthy: bool,
}

impl Places {
    pub fn of(live: &Live) -> Self {
        Places::new(live.registry.count(), live.options.connections)
    }

    fn new(connections: usize, max_connections: usize) -> Self {
        let healthy = connections.saturating_mul(10) < max_connections.saturating_mul(9);
        Places { connections, max_connections, healthy }
    }
}

/// Whether there is room for more connections
#[utoipa::path(get, path = "/api/ws/health", tag = "realtime", operation_id = "realtime_health",
    responses((status = 200, body = RealtimeHealth), (status = 503, body = RealtimeHealth)))]
pub async fn health(State(app): State<App>) -> (StatusCode, Json<RealtimeHealth>) {
    let data = Places::of(&app.live);
    let status = if data.healthy { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(RealtimeHealth { success: true, data }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nine_tenths_are_too_many() {
        assert!(Places::new(0, 10_000).healthy && Places::new(8_999, 10_000).healthy);
        assert!(!Places::new(9_000, 10_000).healthy && !Places::new(10_000, 10_000).healthy);
        assert!(Places::new(4, 5).healthy && !Places::new(5, 5).healthy);
    }
}
