use axum::extract::State;
use model::Project;
use realtime::native::json::Kind;
use serde::{Deserialize, Serialize};
use serde_json::json;
use serde_json::value::RawValue;
use store::control::{Actor, Change};
use utoipa::ToSchema;

use super::reach::asked;
use crate::auth::Operator;
use crate::extract::Json;
use crate::live::publish::{Message, Receipt, Stopped, Urgency};
use crate::problem::ProblemBody;
use crate::{App, Problem};

/// To everybody in the project, unless it says to whom.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BroadcastRequest {
    /// Slug. Whoever may write to one only need not name it.
    project: Option<String>,
    event: String,
    #[schema(value_type = serde_json::Value)]
    data: Box<RawValue>,
    #[serde(default)]
    rooms: Vec<String>,
    #[serde(default)]
    users: Vec<String>,
    #[serde(default)]
    roles: Vec<String>,
    /// Whoever subscribed to these types of the JSON protocol, instead of rooms, users and roles.
    #[serde(default)]
    types: Vec<StreamType>,
    priority: Option<Urgency>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum StreamType {
    Status,
    Stats,
    Health,
    Config,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct BroadcastReply {
    success: bool,
}

/// Say something to everybody who is connected, or to some
#[utoipa::path(post, path = "/api/ws/broadcast", tag = "realtime", operation_id = "broadcast",
    request_body = BroadcastRequest, security(("session" = [], "csrf" = [])),
    responses((status = 200, body = BroadcastReply), (status = 403, body = ProblemBody),
    (status = 404, body = ProblemBody), (status = 422, body = ProblemBody),
    (status = 503, body = ProblemBody)))]
pub async fn broadcast(
    Operator { operator, actor }: Operator,
    State(app): State<App>,
    Json(wish): Json<BroadcastRequest>,
) -> Result<Json<BroadcastReply>, Problem> {
    let project = asked(&app, &operator, wish.project.as_deref())?;
    let project = project.ok_or_else(|| Problem::invalid("project", "is required"))?;
    if !operator.may_write(project.id) {
        return Err(Problem::forbidden("viewers may not broadcast"));
    }
    let kinds = wish.kinds()?;
    let entry = wish.audited();
    let message = wish.message();
    let receipt = app.live.broadcast(&project, &message, &kinds);
    let Receipt { stopped, .. } = receipt.map_err(Problem::invalid_fields)?;
    match stopped {
        Some(Stopped::Overloaded | Stopped::RateLimited { .. }) => {
            Err(Problem::overloaded("too much waits to be delivered", 1))
        }
        None => {
            audit(&app, actor, &project, message.event, entry).await?;
            Ok(Json(BroadcastReply { success: true }))
        }
    }
}

impl BroadcastRequest {
    fn kinds(&self) -> Result<Vec<(Kind, &'static str)>, Problem> {
        let others = [&self.rooms, &self.users, &self.roles];
        if !self.types.is_empty() && others.iter().any(|list| !list.is_empty()) {
            return Err(Problem::invalid("types", "either types, or rooms, users and roles"));
        }
        let mut kinds = Vec::new();
        for one in &self.types {
            if !kinds.contains(&one.kind()) {
                kinds.push(one.kind());
            }
        }
        Ok(kinds)
    }

    /// How much was said to how many: what and to whom is personal.
    fn audited(&self) -> serde_json::Value {
        json!({
            "bytes": self.data.get().len(),
            "rooms": self.rooms.len(),
            "users": self.users.len(),
            "roles": self.roles,
            "types": self.types.iter().map(|one| one.kind().1).collect::<Vec<_>>(),
        })
    }

    fn message(self) -> Message {
        Message {
            event: self.event,
            data: self.data,
            rooms: self.rooms,
            users: self.users,
            roles: self.roles,
            everyone: false,
            except: Vec::new(),
            priority: self.priority,
            delivery: None,
            key: None,
            volatile: false,
            id: None,
            ts: None,
        }
    }
}

impl StreamType {
    fn kind(self) -> (Kind, &'static str) {
        match self {
            StreamType::Status => (Kind::Status, "status"),
            StreamType::Stats => (Kind::Stats, "stats"),
            StreamType::Health => (Kind::Health, "health"),
            StreamType::Config => (Kind::Config, "config"),
        }
    }
}

async fn audit(
    app: &App,
    actor: Actor,
    project: &Project,
    event: String,
    entry: serde_json::Value,
) -> Result<(), Problem> {
    let slug = project.slug.clone();
    app.control(move |control| {
        let change = Change {
            action: "realtime.broadcast",
            target: format!("event:{event}"),
            project: Some(&slug),
            before: None,
            after: Some(entry),
        };
        control.audit(&actor, change)
    })
    .await
}
