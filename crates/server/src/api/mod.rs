//! The REST API: one file per resource, each with its types, handlers and `routes()`.

mod audit;
mod auth;
mod backups;
mod devices;
mod event_view;
mod events;
mod export;
mod health;
mod keys;
mod ledger;
mod log_view;
mod logs;
mod operators;
mod params;
mod projects;
mod query;
mod range;
mod realtime;
mod recordings;
mod revocations;
mod schemas;
mod sessions;
mod settings;
mod sign_ins;
mod subject_data;
mod system;
mod tickets;
mod token_keys;
mod version;

pub use health::Probe as HealthProbe;

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
        .merge(token_keys::routes())
        .merge(tickets::routes())
        .merge(revocations::routes())
        .merge(realtime::routes())
        .merge(audit::routes())
        .merge(query::routes())
        .merge(events::routes())
        .merge(logs::routes())
        .merge(devices::routes())
        .merge(sessions::routes())
        .merge(recordings::routes())
        .merge(subject_data::routes())
        .merge(ledger::routes())
        .merge(system::routes())
        .merge(backups::routes())
        .merge(health::routes())
        .merge(version::routes())
}
