//! The REST API: one file per resource, each with its types, handlers and `routes()`.

mod audit;
mod auth;
mod keys;
mod moment;
mod operators;
mod projects;
mod schemas;
mod settings;
mod sign_ins;

mod version;

use utoipa_axum::router::OpenApiRouter;

use crate::App;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .merge(auth::routes())
        .merge(sign_ins::routes())
        .merge(operators::routes())
        .merge(projects::routes())
        .merge(settings::routes())
        .merge(keys::routes())
        .merge(audit::routes())
        .merge(version::routes())
}
