use model::Millis;
use realtime::registry::{ConnectionRecord, ConnectionView};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::App;

/// Somebody who is connected.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Connection {
    id: String,
    /// Slug; null when the project is gone.
    project: Option<String>,
    user_id: Option<String>,
    roles: Vec<String>,
    ip: String,
    user_agent: String,
    /// `socketio`, `json`, `simple` or `sse`.
    #[schema(value_type = String, example = "socketio")]
    protocol: realtime::registry::Protocol,
    #[schema(value_type = String, example = "websocket")]
    transport: realtime::registry::Transport,
    /// `vip` keeps its place when connections run out.
    #[schema(value_type = String, example = "normal")]
    tier: realtime::registry::Tier,
    connected_at: Millis,
    /// The last sign of life.
    last_heartbeat: Millis,
    /// Null before the first message.
    last_message_at: Option<Millis>,
    is_alive: bool,
    /// What it subscribed to; null before it did.
    subscription: Option<Value>,
    subscriptions: u32,
    /// Both directions.
    message_count: u64,
    messages_in: u64,
    messages_out: u64,
    bytes_in: u64,
    bytes_out: u64,
    /// Messages it lost because it did not keep up.
    dropped: u64,
}

impl Connection {
    pub fn of(app: &App, record: &ConnectionRecord) -> Self {
        let project = app.control.directory().project(record.project());
        let view: ConnectionView = app.live.registry.view(record);
        Connection {
            id: view.id.to_string(),
            project: project.map(|project| project.slug.clone()),
            user_id: view.user_id.map(|id| id.to_string()),
            roles: view.roles,
            ip: view.ip.to_string(),
            user_agent: view.user_agent,
            protocol: view.protocol,
            transport: view.transport,
            tier: view.tier,
            connected_at: view.connected_at,
            last_heartbeat: view.last_heartbeat,
            last_message_at: view.last_message_at,
            is_alive: view.is_alive,
            subscription: view.subscription.map(|summary| (*summary).clone()),
            subscriptions: view.subscriptions,
            message_count: view.message_count,
            messages_in: view.messages_in,
            messages_out: view.messages_out,
            bytes_in: view.bytes_in,
            bytes_out: view.bytes_out,
            dropped: view.dropped,
        }
    }
}
