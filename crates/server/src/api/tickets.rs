//! Tickets for live connections.

use std::sync::Arc;

use axum::extract::State;
use model::identity::{
    DeviceAccess, Identity, IdentityKind, Issuer, OPERATOR_PREFIX, Permission, Permissions, is_id,
};
use model::{Millis, Project, ProjectKey, Role};
use serde::{Deserialize, Serialize};
use store::control::OperatorInfo;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::auth::Ticketing;
use crate::extract::Json;
use crate::live::{GrantError, Grants, scope_behind};
use crate::problem::ProblemBody;
use crate::{App, Problem};

const SHORTEST_TICKET_S: u32 = 60;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default().routes(routes!(issue))
}

/// Operators say `project` and nothing else.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct TicketRequest {
    /// Slug; a key has only its own.
    project: Option<String>,
    /// Whom the ticket is for; without, for the back end itself.
    user_id: Option<String>,
    roles: Option<Vec<String>>,
    /// Rooms they may join: names, or prefixes such as `channel:orders:*`.
    channels: Option<Vec<String>>,
    /// Devices whose logs and states they may see; `*` is all of them.
    devices: Option<Vec<String>>,
    /// `logs:read`, `devices:read` and `status:read` take a key with `query:read`; `publish` one
    /// with `realtime:publish`.
    permissions: Option<Vec<String>>,
    /// Shorter than the project's tickets, a minute at least.
    ttl_seconds: Option<u32>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Ticket {
    token: String,
    expires_at: Millis,
    /// Slug.
    project: String,
}

/// A token of a few minutes that opens a live connection.
#[utoipa::path(post, path = "/api/auth/ticket", tag = "auth", operation_id = "issue_ticket",
    request_body = TicketRequest, security(("session" = [], "csrf" = []), ("secretKey" = [])),
    responses((status = 200, body = Ticket), (status = 404, body = ProblemBody),
    (status = 403, description = "the key lacks a scope", body = ProblemBody),
    (status = 422, body = ProblemBody)))]
async fn issue(
    by: Ticketing,
    State(app): State<App>,
    Json(wish): Json<TicketRequest>,
) -> Result<Json<Ticket>, Problem> {
    let now = app.clock.now();
    let (project, identity) = match by {
        Ticketing::Operator(operator) => {
            only_project(&wish)?;
            let project = project_of(&app, &operator, wish.project.as_deref())?;
            let identity = operators(&operator, &project, now);
            (project, identity)
        }
        Ticketing::Machine(machine) => {
            if wish.project.as_ref().is_some_and(|slug| *slug != machine.project.slug) {
                return Err(Problem::not_found("project"));
            }
            let identity = for_key(&machine.key, &machine.project, &wish, now)?;
            (machine.project, identity)
        }
    };
    let longest = project.settings.realtime.ticket_minutes * 60;
    let seconds = wish.ttl_seconds.unwrap_or(longest);
    if !(SHORTEST_TICKET_S..=longest).contains(&seconds) {
        return Err(Problem::invalid("ttlSeconds", format!("must be 60 to {longest}")));
    }
    // Tokens count in seconds.
    let expires_at = now / 1000 * 1000 + Millis::from(seconds) * 1000;
    let identity = Identity { expires_at: Some(expires_at), ..identity };
    let token = app.verifier.ticket(&identity).ok_or_else(|| Problem::internal("ticket"))?;
    Ok(Json(Ticket { token, expires_at, project: project.slug.clone() }))
}

fn only_project(wish: &TicketRequest) -> Result<(), Problem> {
    let others = [
        ("userId", wish.user_id.is_some()),
        ("roles", wish.roles.is_some()),
        ("channels", wish.channels.is_some()),
        ("devices", wish.devices.is_some()),
        ("permissions", wish.permissions.is_some()),
    ];
    match others.iter().find(|(_, given)| *given) {
        Some((field, _)) => Err(Problem::invalid(*field, "an operator's ticket is their own")),
        None => Ok(()),
    }
}

fn project_of(
    app: &App,
    operator: &OperatorInfo,
    slug: Option<&str>,
) -> Result<Arc<Project>, Problem> {
    let slug = slug.ok_or_else(|| Problem::invalid("project", "is required"))?;
    let project = app.control.directory().by_slug(slug);
    let project = project.filter(|project| operator.may_read(project.id));
    project.ok_or_else(|| Problem::not_found("project"))
}

/// Reads what they could read over REST; whoever may change the project may also control it here.
fn operators(operator: &OperatorInfo, project: &Project, now: Millis) -> Identity {
    let changes = operator.role >= Role::Operator;
    let permissions = Permission::ALL
        .iter()
        .copied()
        .filter(|p| changes || !matches!(p, Permission::Publish | Permission::Control));
    Identity {
        kind: IdentityKind::Operator { role: operator.role },
        issuer: Issuer::Operator(operator.id),
        user_id: Some(format!("{OPERATOR_PREFIX}{}", operator.username)),
        roles: vec![operator.role.name().to_owned()],
        devices: DeviceAccess::All,
        permissions: permissions.collect(),
        ..blank(project, now)
    }
}

fn for_key(
    key: &ProjectKey,
    project: &Project,
    wish: &TicketRequest,
    now: Millis,
) -> Result<Identity, Problem> {
    let own = wish.user_id.is_none();
    let grants = Grants::default()
        .with_roles(wish.roles.clone().unwrap_or_default())
        .and_then(|grants| grants.with_channels(wish.channels.as_deref().unwrap_or_default()))
        .and_then(|grants| grants.with_devices(wish.devices.clone().unwrap_or_default()))
        .and_then(|grants| grants.with_permissions(wish.permissions.as_deref().unwrap_or_default()))
        .map_err(|GrantError { field, problem }| Problem::invalid(field, problem))?;
    for permission in grants.permissions.iter() {
        if let Some(scope) = scope_behind(permission).filter(|&scope| !key.allows(scope)) {
            let detail = format!("the key lacks the scope {} to grant this", scope.name());
            return Err(Problem::forbidden(detail));
        }
    }
    let user_id = match &wish.user_id {
        Some(id) if !is_id(id) => {
            return Err(Problem::invalid("userId", "1 to 128 bytes without control characters"));
        }
        Some(id) if id.starts_with(OPERATOR_PREFIX) => {
            return Err(Problem::invalid("userId", "operator: is how operators' ids begin"));
        }
        id => id.clone(),
    };
    Ok(Identity {
        kind: if own { IdentityKind::Machine { key: key.id } } else { IdentityKind::User },
        issuer: Issuer::Key(key.id),
        user_id,
        roles: grants.roles,
        channels: grants.channels,
        devices: if own && wish.devices.is_none() { DeviceAccess::All } else { grants.devices },
        permissions: match wish.permissions {
            None if own => all_of(key),
            _ => grants.permissions,
        },
        ..blank(project, now)
    })
}

/// What a key may do itself.
fn all_of(key: &ProjectKey) -> Permissions {
    let allowed = |p: &Permission| scope_behind(*p).is_some_and(|scope| key.allows(scope));
    Permission::ALL.iter().copied().filter(allowed).collect()
}

fn blank(project: &Project, now: Millis) -> Identity {
    let token_id = Some(Uuid::new_v4().simple().to_string());
    Identity { token_id, ..Identity::anonymous(project.id, now) }
}
